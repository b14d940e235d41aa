"""The text of a page as it is rendered: its paragraphs, in the order of the page (HTML Standard, section 15.3).

What is never rendered, what ends a paragraph, and what becomes of white space is settled by the name of the element
and by its attributes ``hidden`` and ``open`` alone.  Style sheets and scripts are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from muniment.sources.html.elements import PageElement
from muniment.sources.html.markers import LISTS, ItemMarker, ListState
from muniment.sources.html.table_rows import CELLS, CellRow, Covered
from muniment.sources.marks import UNSEEN

_NOT_RENDERED: Final = frozenset({
    "area", "base", "basefont", "datalist", "head", "link", "meta", "noembed", "noframes", "param", "rp", "script",
    "style", "template", "title", "noscript", "audio", "video", "canvas", "iframe", "object", "embed", "svg",
    "select", "textarea", "input", "annotation", "annotation-xml",
})  # fmt: skip
MAY_BE_HIDDEN: Final = _NOT_RENDERED | {"dialog"}
"""Elements that are not rendered by their tag; at the others only ``hidden`` can say so."""
_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "html", "legend", "li", "listing", "main", "menu", "nav", "ol", "p", "plaintext", "pre", "search",
    "section", "summary", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "ul", "xmp",
})  # fmt: skip
_HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_KEPT_SPACE: Final = frozenset(("pre", "listing", "plaintext", "xmp"))
# Elements at which something begins or ends; at all others only text does, unless they are chosen or removed.
_WITH_STATE: Final = LISTS | CELLS | _HEADINGS | _KEPT_SPACE | {"br", "li", "tr"}
_EDGES: Final = _BLOCKS | _WITH_STATE
_INDENT: Final = 2  # columns of a list inside of another, for the rules of ids

_SPACE: Final = re.compile("[\t\n\f\r ]+")
_BLANK_LINES: Final = re.compile("\n[ \n]*\n")
_BREAK: Final = "\0"  # that of ``br``; no text of a page has this character
_SEEN: Final = re.compile(f"[^{UNSEEN}]")
# Controls and noncharacters, which a reference such as &#1; or a charset can make.
NOT_TEXT: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr((plane << 16) + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


class Rendered(NamedTuple):
    """One paragraph of a page.

    Attributes:
        kind: ``heading``, ``paragraph``, ``list-item`` or ``table-row``.
        text: Its words.
        marker: What is printed before it, where it begins an item of a list.
        indent: Columns, by how deep its list lies in others.
        taken: Whether it is of the part that was chosen.
    """

    kind: str
    text: str
    marker: ItemMarker | None
    indent: int
    taken: bool


class _Item:
    """An item of a list while it is read; its marker stands before its first paragraph."""

    __slots__ = ("marker",)

    def __init__(self, marker: ItemMarker | None) -> None:
        self.marker = marker


def render(
    root: PageElement,
    chosen: Collection[PageElement],
    removed: Collection[PageElement],
    *,
    plain_lists: bool,
    whole: bool = True,
) -> tuple[list[Rendered], int]:
    """Give the paragraphs of a page, those of the chosen elements as taken, and how many words are not taken.

    Args:
        root: The element ``html``.
        chosen: The elements of which the text is taken; what is rendered outside of them is not.
        removed: The elements whose text is not taken, wherever they stand.
        plain_lists: Whether items of lists have no number and no bullet before them.
        whole: Whether to give all paragraphs; else those that are not taken may be missing.
    """
    parts = {id(node) for node in (*chosen, *removed)}
    around = _around(chosen)
    page = _Page({id(node) for node in chosen}, {id(node) for node in removed}, plain_lists=plain_lists)
    passed: list[str] = []
    pending: list[PageElement | str | tuple[PageElement]] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            page.add(node)
        elif isinstance(node, tuple):
            page.leave(node[0])
        elif (node.tag in MAY_BE_HIDDEN or "hidden" in node.attributes) and is_hidden(node):
            continue
        elif not whole and id(node) not in around and page.is_apart():
            _pass_by(node, passed)
        else:
            if node.tag in _EDGES or id(node) in parts:
                page.enter(node)
                pending.append((node,))
            pending.extend(node.children[::-1])
    left_out = sum(len(part.text.split()) for part in page.found if not part.taken)
    return page.found, left_out + len("".join(passed).split())


def _around(chosen: Iterable[PageElement]) -> set[int]:
    """The identities of elements and of all around them."""
    found: set[int] = set()
    for node in chosen:
        here: PageElement | None = node
        while here is not None and id(here) not in found:
            found.add(id(here))
            here = here.parent
    return found


def _pass_by(node: PageElement, texts: list[str]) -> None:
    """Add the texts of an element that is not taken, with blanks where a block or a line ends."""
    pending: list[PageElement | str] = [node]
    while pending:
        here = pending.pop()
        if isinstance(here, str):
            texts.append(here)
        elif (here.tag not in MAY_BE_HIDDEN and "hidden" not in here.attributes) or not is_hidden(here):
            if here.tag in _EDGES:
                texts.append(" ")
                pending.append(" ")
            pending.extend(here.children[::-1])
    texts.append(" ")


def is_hidden(node: PageElement) -> bool:
    """Whether an element is not rendered, with all inside of it."""
    if node.tag in _NOT_RENDERED:
        return True
    if "hidden" in node.attributes and node.attributes["hidden"].lower() != "until-found":
        return True
    return node.tag == "dialog" and "open" not in node.attributes


class _Page:
    """What has been rendered so far, and where on the page the next text stands."""

    def __init__(self, chosen: set[int], removed: set[int], *, plain_lists: bool) -> None:
        self.found: list[Rendered] = []
        self._chosen = chosen
        self._removed = removed
        self._plain_lists = plain_lists
        self._runs: list[tuple[str, bool]] = []
        self._lists: list[ListState] = []
        self._items: list[_Item] = []
        self._rows: list[CellRow] = []
        self._covered: dict[int, tuple[int, Covered]] = {}
        self._cells: list[int] = []
        self._headings = self._kept = self._inside = self._without = 0
        self._taking = False

    def is_apart(self) -> bool:
        """Whether nothing that is not taken here can change a paragraph that is: no list and no row is open."""
        return not (self._inside or self._lists or self._rows)

    def add(self, text: str) -> None:
        """Add text where the page has come to."""
        self._runs.append((text, self._taking))

    def enter(self, node: PageElement) -> None:
        """Begin an element."""
        if node.tag in _BLOCKS or id(node) in self._chosen:
            self._end_paragraph()
        self._pass_edge(node, 1)
        if node.tag in _WITH_STATE:
            self._begin(node)

    def leave(self, node: PageElement) -> None:
        """End an element."""
        if node.tag in _BLOCKS or id(node) in self._chosen:
            self._end_paragraph()
        self._pass_edge(node, -1)
        if node.tag in _WITH_STATE:
            self._end(node)

    def _pass_edge(self, node: PageElement, step: int) -> None:
        """Begin or end what is chosen or removed."""
        name = id(node)
        if name in self._chosen or name in self._removed:
            self._inside += step * (name in self._chosen)
            self._without += step * (name in self._removed)
            self._taking = self._inside > 0 and not self._without

    def _begin(self, node: PageElement) -> None:
        """Begin an element that says more than where a paragraph ends."""
        tag = node.tag
        if tag == "br":
            self.add("\n" if self._kept else _BREAK)
        elif tag in LISTS:
            self._lists.append(ListState(node))
            for row in self._rows:
                row.holds_list = True
        elif tag == "li":
            marker = self._lists[-1].next(node) if self._lists else None
            self._items.append(_Item(None if self._plain_lists else marker))
        elif tag == "tr":
            self._begin_row(node)
        elif tag in CELLS:
            self._cells.append(len(self.found))
        self._headings += tag in _HEADINGS
        self._kept += tag in _KEPT_SPACE

    def _end(self, node: PageElement) -> None:
        """End such an element."""
        tag = node.tag
        self._headings -= tag in _HEADINGS
        self._kept -= tag in _KEPT_SPACE
        if tag in LISTS:
            self._lists.pop()
        elif tag == "li":
            self._items.pop()
        elif tag == "tr":
            row = self._rows.pop()
            row.join(self.found, self._covered[id(node.parent)][1])
        elif tag in CELLS:
            start = self._cells.pop()
            if self._rows and self._rows[-1].node is node.parent:
                self._rows[-1].add(node, start, len(self.found))

    def _begin_row(self, node: PageElement) -> None:
        # Cells reach down to the end of their group of rows, and no further.
        number, covered = self._covered.get(id(node.parent), (0, {}))
        self._covered[id(node.parent)] = (number + 1, covered)
        self._rows.append(CellRow(node, len(self.found), number))

    def _end_paragraph(self) -> None:
        """Make paragraphs of the text since the last edge of a block: what is taken, and what is not."""
        runs = self._runs
        if not runs:
            return
        self._runs = []
        if len(runs) == 1:
            self._add_words(*runs[0])
            return
        for taken in dict.fromkeys([flag for _, flag in runs]):
            self._add_words("".join([part for part, flag in runs if flag == taken]), taken)

    def _add_words(self, text: str, taken: bool) -> None:  # noqa: FBT001 - as it stands in the runs
        if text.isspace() and text.isascii():
            return
        for words in [text.strip("\n")] if self._kept else _paragraphs_of(text):
            if _SEEN.search(words):
                # What can be printed has none of the characters that are no text.
                clean = words if words.isprintable() else NOT_TEXT.sub("\ufffd", words)
                self.found.append(self._paragraph(clean, taken=taken))

    def _paragraph(self, text: str, *, taken: bool) -> Rendered:
        # The innermost item begins here; those around it have their first paragraph with it.
        marker = self._items[-1].marker if self._items else None
        for item in self._items:
            item.marker = None
        kind = "heading" if self._headings else "list-item" if self._items else "paragraph"
        return Rendered(kind, text, marker, _INDENT * max(0, len(self._lists) - 1), taken)


def _paragraphs_of(text: str) -> list[str]:
    """Fold runs of blanks to one, take them off the ends of lines, and part at two line breaks."""
    if _BREAK not in text:
        return [text.strip(" ") if text.isprintable() and "  " not in text else _SPACE.sub(" ", text).strip(" ")]
    lines = "\n".join([_SPACE.sub(" ", line).strip(" ") for line in text.split(_BREAK)])
    return _BLANK_LINES.split(lines.strip("\n"))
