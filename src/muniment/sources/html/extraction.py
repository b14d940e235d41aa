"""One page from bytes to paragraphs: decoded, parsed, cut down, rendered, named.  This is what the child runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from muniment.errors import SourceError
from muniment.record import Choices
from muniment.sources.adapter import Extraction, Extractor, OutlinePart, Paragraph, StatedFact, Wish
from muniment.sources.html.charset import decode_page
from muniment.sources.html.element_index import ElementIndex
from muniment.sources.html.elements import PageElement, parse_page
from muniment.sources.html.main_part import propose_part
from muniment.sources.html.naming import name_paragraphs
from muniment.sources.html.rendering import Rendered, render
from muniment.sources.html.selector import find_all, parse_selector
from muniment.sources.html.stated import find_facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NAME: Final = "muniment-html"
VERSION: Final = "1"
MEDIA_TYPE: Final = "text/html"

MAX_TEXT: Final = 2 * 1024 * 1024
"""Bytes of the text that is taken, in UTF-8: a record repeats it."""
_MOST_SELECTED, _MOST_REMOVED = 20, 50


def extract_page(data: bytes, charset: str | None, wish: Wish, *, where: str = "") -> Extraction:
    """Take the paragraphs out of a page.

    Args:
        data: The bytes as received.
        charset: What the keeper or the response named, or None.
        wish: What was chosen, as far as something was.
        where: What errors name.

    Raises:
        SourceError: The page cannot be read, is built to stop readers, or holds no words in what was chosen.
    """
    if not data:
        raise SourceError("the file is empty", where=where)
    decoded = decode_page(data, charset, by_http=wish.by_http, replace_invalid=wish.replace_invalid, where=where)
    index = ElementIndex(parse_page(decoded.text, where=where))
    if not wish.select:
        proposed = propose_part(index)
        more = [selector for selector in proposed.remove if selector not in wish.remove]
        remove = (*wish.remove, *more[: max(0, _MOST_REMOVED - len(wish.remove))])
        wish = replace(wish, select=proposed.select, select_basis="rule", remove=remove)
    found = take_words(index, wish.select, wish, where=where)
    choices = Choices(
        select=wish.select,
        select_basis=wish.select_basis,
        remove=wish.remove,
        charset_basis=decoded.basis,
        invalid=decoded.invalid,
        plain_lists=wish.plain_lists,
    )
    return found.extraction(
        decoded.charset, MEDIA_TYPE, Extractor(NAME, VERSION, choices), find_facts(index, found.first)
    )


@dataclass(frozen=True, slots=True)
class TakenWords:
    """What was taken of a tree, and what was left out.

    Attributes:
        paragraphs: Named.
        first: The first element that was taken.
        outline: All paragraphs of the tree, taken or not, where these were asked for.
        words: How many words were taken.
        left_out: How many were not.
    """

    paragraphs: tuple[Paragraph, ...]
    first: PageElement
    outline: tuple[Rendered, ...]
    words: int
    left_out: int

    def extraction(
        self, charset: str, media_type: str, extractor: Extractor, facts: tuple[StatedFact, ...]
    ) -> Extraction:
        """Put together what an adapter gives."""
        shown = tuple(OutlinePart(part.text, part.kind, taken=part.taken) for part in self.outline)
        return Extraction(self.paragraphs, charset, media_type, extractor, facts, shown, self.words, self.left_out)


def take_words(index: ElementIndex, select: Sequence[str], wish: Wish, *, where: str) -> TakenWords:
    """Render a tree, and name the paragraphs of the parts that are selected.

    Raises:
        SourceError: A selector is none, finds nothing, or no words stand in what it finds.
    """
    removed = _removed(index, wish.remove)
    chosen = _chosen(
        index, select, removed, where, _AGAIN if wish.select_basis == "keeper" else _next_step(index, wish)
    )
    parts, left_out = render(index.elements[0], chosen, removed, plain_lists=wish.plain_lists, whole=wish.outline)
    taken = [part for part in parts if part.taken]
    if not taken:
        what = "no words stand in what was selected"
        raise SourceError(what, where=where, found=", ".join(select), hint=_next_step(index, wish))
    check_size(sum(len(part.text.encode()) for part in taken), where)
    words = sum(len(part.text.split()) for part in taken)
    shown = tuple(parts) if wish.outline else ()
    return TakenWords(name_paragraphs(taken, where=where), chosen[0], shown, words, left_out)


_AGAIN: Final = "choose another part of the page"
_BY_SCRIPT: Final = "its words may come by script, which a browser must run"
_IN_FRAMES: Final = "its words may stand in a frame, whose address is another page"
_SCRIPT: Final = re.compile(r"|module|.*(?:java|ecma)script.*", re.IGNORECASE)
"""Types of scripts that are run; others hold data."""


def _next_step(index: ElementIndex, wish: Wish) -> str:
    """Say where the words may be that are not there: a frame has an address, and a browser can run scripts once."""
    if index.with_tag("iframe") or index.with_tag("frame"):
        return _IN_FRAMES
    scripts = index.with_tag("script")
    if not wish.rendered and any(_SCRIPT.fullmatch(node.attributes.get("type") or "") for node in scripts):
        return _BY_SCRIPT
    return _AGAIN if wish.select_basis == "keeper" else ""


def _removed(index: ElementIndex, selectors: Sequence[str]) -> list[PageElement]:
    _check_count(selectors, _MOST_REMOVED)
    return [node for text in selectors for node in find_all(index, parse_selector(text))]


def _chosen(
    index: ElementIndex, selectors: Sequence[str], removed: Iterable[PageElement], where: str, hint: str
) -> list[PageElement]:
    """The elements that are taken, in the order of the page: none inside of another, none that is removed."""
    _check_count(selectors, _MOST_SELECTED)
    gone = {id(node) for node in removed}
    found: dict[int, PageElement] = {}
    for text in selectors:
        matches = [node for node in find_all(index, parse_selector(text)) if not _is_within(node, gone)]
        found.update((id(node), node) for node in matches)
        if not matches:
            raise SourceError("the page has nothing that was selected", where=where, found=text, hint=hint)
    return [node for node in found.values() if node.parent is None or not _is_within(node.parent, set(found))]


def _is_within(node: PageElement | None, identities: set[int]) -> bool:
    while node is not None:
        if id(node) in identities:
            return True
        node = node.parent
    return False


def _check_count(selectors: Sequence[str], most: int) -> None:
    if len(selectors) > most:
        raise SourceError("too many selectors", expected=f"at most {most}", found=str(len(selectors)))


def check_size(size: int, where: str) -> None:
    """Refuse a text that no record could repeat.

    Raises:
        SourceError: It is too large.
    """
    if size > MAX_TEXT:
        raise SourceError(
            "the text is too large",
            where=where,
            expected=f"at most {MAX_TEXT} bytes",
            found=f"{size} bytes once in UTF-8",
            hint="archive its parts as releases of their own",
        )
