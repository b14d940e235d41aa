"""From Markdown to paragraphs: the tree that CommonMark makes of it, by the rules for pages.  This the child runs.

What stands before a text between two lines of hyphens, as generators of sites have it, gives facts and no words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

import markdown_it

from muniment.record import Choices
from muniment.sources.adapter import Extraction, Extractor, StatedFact, Wish
from muniment.sources.html.element_index import ElementIndex
from muniment.sources.html.elements import parse_page
from muniment.sources.html.extraction import take_words
from muniment.sources.plain_text import BYTE_ORDER_MARKS, decode

NAME: Final = "muniment-markdown"
VERSION: Final = "1"
MEDIA_TYPE: Final = "text/markdown"
ALL: Final = ("body",)
"""What is taken where nobody chooses: all."""

_DEEPEST: Final = 10_000
"""Blocks inside of each other, below which the parser would drop words without a word; it ends long before."""

PLACE: Final = "front matter"
_FRONT: Final = re.compile(r"---[ \t]*\r?\n(?P<lines>(?:.*\r?\n)*?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_LINE: Final = re.compile(r"(?P<name>[A-Za-z][A-Za-z_-]*):[ \t]+(?P<value>\S.*?)[ \t]*\Z")
_QUOTED: Final = re.compile(r"\"(?P<double>[^\"\\]*)\"|'(?P<single>[^']*)'")
_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:$|[T ])", re.ASCII)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_LONGEST: Final = 300
_MEMBERS: Final = {"title": "title", "date": "issued", "lang": "language", "language": "language"}


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
    index = ElementIndex(parse_page(_as_page(body), where=where))
    select = wish.select or ALL
    found = take_words(index, select, wish, where=where)
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


def cut_front_matter(text: str) -> tuple[str, str]:
    """Cut a text into its front matter, without the lines around it, and the rest; empty is one that is not there.

    Each line of it has a name and a colon, is set in, begins an item, is a remark, or is blank: else it is no front
    matter, and two lines of hyphens are rules.
    """
    front = _FRONT.match(text)
    if front is None or not front["lines"].strip():
        return "", text
    lines = front["lines"].splitlines()
    if all(not line.strip() or line[0] in " \t-#" or re.match(r"[\w-]+:(?:\s|$)", line) for line in lines):
        return front["lines"], text[front.end() :]
    return "", text


def facts_in(front: str) -> tuple[StatedFact, ...]:
    """Give what front matter states in one line each: title, date and language; what is more than a text is none."""
    found: dict[str, StatedFact] = {}
    for member, value in _values(front):
        if value and len(value) <= _LONGEST:
            found.setdefault(member, StatedFact(member, value, PLACE))
    return tuple(found.values())


def _values(front: str) -> Iterator[tuple[str, str]]:
    for line in front.splitlines():
        said = _LINE.match(line)
        member = _MEMBERS.get(said["name"].lower()) if said else None
        if said is None or member is None:
            continue
        value = _scalar(said["value"])
        if member == "issued":
            day = _DATE.match(value)
            value = day[1] if day and _is_day(day[1]) else ""
        elif member == "language":
            value = value if _LANGUAGE.fullmatch(value) else ""
        yield member, value


def _is_day(text: str) -> bool:
    """Whether the calendar has it; one that is none states nothing, as in a page."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _scalar(text: str) -> str:
    """A text of YAML on one line, plain or quoted; empty for all else."""
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return quoted["double"] if quoted["double"] is not None else quoted["single"]
    plain = text.partition(" #")[0].rstrip()
    return "" if plain[:1] in set("\"'[{|>&*!%@`") or ": " in plain else plain
