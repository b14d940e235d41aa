"""From Markdown to paragraphs: the tree that CommonMark makes of it, by the rules for pages.  This the child runs."""

from __future__ import annotations

from typing import Final

import markdown_it

from muniment.record import Choices
from muniment.sources.adapter import Extraction, Extractor, Wish
from muniment.sources.html.elements import parse_page
from muniment.sources.html.extraction import take_words
from muniment.sources.markdown.front_matter import cut_front_matter, facts_in
from muniment.sources.plain_text import BYTE_ORDER_MARKS, decode

NAME: Final = "muniment-markdown"
VERSION: Final = "1"
MEDIA_TYPE: Final = "text/markdown"
ALL: Final = ("body",)
"""What is taken where nobody chooses: all."""

_DEEPEST: Final = 10_000
"""Blocks inside of each other, below which the parser would drop words without a word; it ends long before."""


def extract_markdown(data: bytes, charset: str | None, wish: Wish, *, where: str = "") -> Extraction:
    """Take the paragraphs out of Markdown.

    Args:
        data: The bytes as received.
        charset: What the keeper or the response named, or None.
        wish: What was chosen, as far as something was.
        where: What errors name.

    Raises:
        SourceError: It cannot be decoded, is built to stop readers, or holds no words in what was chosen.
    """
    text, name = decode(data, charset, where=where)
    front, body = cut_front_matter(text)
    root = parse_page(_as_page(body), where=where)
    select = wish.select or ALL
    found = take_words(root, select, wish, where=where)
    choices = Choices(
        select=select,
        select_basis=wish.select_basis if wish.select else "rule",
        remove=wish.remove,
        charset_basis=_basis(data, charset, wish),
        plain_lists=wish.plain_lists,
    )
    engine = f"markdown-it-py {markdown_it.__version__}"
    return found.extraction(name, MEDIA_TYPE, Extractor(NAME, VERSION, choices, engine), facts_in(front))


def _as_page(body: str) -> str:
    """Give the page that CommonMark makes, with tables, which most publishers write; nothing else is added to it."""
    parser = markdown_it.MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table")
    return f"<!DOCTYPE html><html><body>{parser.render(body)}</body></html>"


def _basis(data: bytes, charset: str | None, wish: Wish) -> str:
    if charset is not None:
        return "http" if wish.by_http else "keeper"
    return "bom" if any(data.startswith(mark) for mark, _ in BYTE_ORDER_MARKS) else "default"
