"""One OpenDocument text from bytes to paragraphs: its body in order, numbers counted, notes at the end.  For the child.

What is tracked as deleted, comments, hidden text, headers and footers are not taken, and are counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from muniment.errors import SourceError
from muniment.record import DocumentChoices
from muniment.sources.adapter import Extraction, Extractor, StatedFact, Wish
from muniment.sources.office.counting import INDENT, ListCounter, NumberedBy
from muniment.sources.office.flow import Flow, FlowWords
from muniment.sources.office.open_styles import OpenStyles, odf_child, odf_children, odf_tag, odf_value
from muniment.sources.office.outcome import ReadDocument, check_charset, extraction_of, note_paragraphs
from muniment.sources.office.package import OfficePackage
from muniment.sources.office.word_styles import whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

    from muniment.sources.html.rendering import Rendered

NAME: Final = "muniment-odt"
VERSION: Final = "1"
MEDIA_TYPE: Final = "application/vnd.oasis.opendocument.text"

_NEVER: Final = frozenset((
    "text:note-citation", "text:number", "text:ruby-text", "text:script", "text:sequence-decls", "text:variable-decls",
    "text:user-field-decls", "text:dde-connection-decls", "text:alphabetical-index-auto-mark-file", "office:forms",
    "office:binary-data", "office:event-listeners", "office:scripts", "svg:title", "svg:desc", "form:form",
))  # fmt: skip
_BLOCKS: Final = frozenset(("office", "table", "drawing", "form", "style", ""))
_BLOCK_TAGS: Final = frozenset(("text:list", "text:list-item", "text:list-header", "text:section", "text:index-body"))
_APART: Final = frozenset(("table:table-cell", "table:covered-table-cell"))
_PARAGRAPHS: Final = frozenset(("text:p", "text:h"))
_SPACE: Final = re.compile("[\t\n\r ]+")
_MOST_BLANKS: Final = 1000
_MARGINS: Final = re.compile("style:(?:header|footer)(?:-left|-first)?")
_OUTLINE: Final = "outline"


@dataclass(slots=True)
class _OpenList:
    """A list while it is read.

    Attributes:
        family: The lists that count on together.
        style: Of its levels; empty where its paragraphs say it.
        numbered: Whether the next paragraph is counted: the first one of an item.
        value: What it counts, where it says so itself.
        override: Another style of the item.
    """

    family: str
    style: str
    numbered: bool = False
    value: int | None = None
    override: str = ""


class _OpenBody:
    """A body, or a note, while it is read."""

    def __init__(self, styles: OpenStyles, counter: ListCounter, counts: dict[str, int]) -> None:
        self.flow = Flow()
        self.titles: list[FlowWords] = []
        self.notes: dict[str, Element] = {}
        self._styles = styles
        self._counter = counter
        self._counts = counts
        self._lists: list[_OpenList] = []
        self._around: list[list[_OpenList]] = []
        self._families: dict[str, str] = {}
        self._last: dict[str, str] = {}
        self._after_blank = False

    def walk(self, roots: Iterable[Element]) -> None:
        """Read elements in their order, without ever calling itself."""
        pending: list[tuple[Element | None, str]] = [(root, "enter") for root in reversed(list(roots))]
        while pending:
            node, step = pending.pop()
            if node is None:
                self._add(step)
            elif step == "leave":
                self._leave(odf_tag(node))
            else:
                tag = odf_tag(node)
                if not self._is_left_out(node, tag):
                    self._enter(node, tag)
                    pending.append((node, "leave"))
                    pending.extend(_inside(node, tag))

    def _is_left_out(self, node: Element, tag: str) -> bool:
        if tag == "text:tracked-changes":
            for region in node:
                self._counts["deleted"] += odf_child(region, "text:deletion") is not None
                self._counts["inserted"] += odf_child(region, "text:insertion") is not None
        hidden = self._is_hidden(node, tag)
        self._counts["hidden"] += hidden
        self._counts["comments"] += tag == "office:annotation"
        left_out = tag in {"text:tracked-changes", "office:annotation"} or tag in _NEVER or tag.endswith("-source")
        return hidden or left_out

    def _is_hidden(self, node: Element, tag: str) -> bool:
        if tag == "text:section":
            shown = odf_value(node, "text:display", "true")
            return shown == "none" or (shown == "condition" and odf_value(node, "text:is-hidden") == "true")
        if tag == "text:hidden-text":
            return odf_value(node, "text:is-hidden", "true") == "true"
        style = odf_value(node, "text:style-name")
        if tag in _PARAGRAPHS:
            marks = odf_children(node, "text:hidden-paragraph")
            hidden = any(odf_value(mark, "text:is-hidden") == "true" for mark in marks)
            return hidden or (self._styles.is_hidden("paragraph", style) and _has_words(node))
        return tag == "text:span" and self._styles.is_hidden("text", style)

    def _enter(self, node: Element, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._begin(node, tag)
        elif tag == "text:list":
            self._begin_list(node)
        elif tag in {"text:list-item", "text:list-header"} and self._lists:
            start = odf_value(node, "text:start-value")
            self._lists[-1].numbered = tag == "text:list-item"
            self._lists[-1].value = whole(start, 1) if start else None
            self._lists[-1].override = odf_value(node, "text:style-override")
        elif tag == "table:table-row":
            self.flow.begin_row()
        elif tag == "text:note":
            if self.flow.is_open:
                self.flow.add_note("", "")
                self.notes[str(len(self.flow.notes))] = node
        else:
            self._enter_apart(node, tag)

    def _enter_apart(self, node: Element, tag: str) -> None:
        if tag in _APART:
            self.flow.begin_cell()
        if tag in _APART or tag.startswith("drawing:"):
            self._around.append(self._lists)
            self._lists = []
        elif tag in {"text:s", "text:tab", "text:line-break"}:
            blanks = min(max(1, whole(odf_value(node, "text:c"), 1)), _MOST_BLANKS)
            self.flow.add({"text:s": " " * blanks, "text:tab": "\t"}.get(tag, "\n"))
            self._after_blank = False

    def _leave(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.flow.end()
            self._after_blank = False
        elif tag == "text:list":
            self._lists.pop()
        elif tag == "table:table-row":
            self.flow.end_row()
        elif tag in _APART or tag.startswith("drawing:"):
            self._lists = self._around.pop()
            if tag in _APART:
                self.flow.end_cell()

    def _begin(self, node: Element, tag: str) -> None:
        words = FlowWords("heading" if tag == "text:h" else "paragraph")
        style = odf_value(node, "text:style-name")
        by = self._numbered(node, tag, style)
        if by is not None:
            words.marker, words.indent = self._counter.next(by), INDENT * by.level
        if self._lists and tag == "text:p":
            words.kind, words.indent = "list-item", INDENT * (len(self._lists) - 1)
        if tag == "text:p" and self._styles.is_title(style):
            words.kind = "heading"
            self.titles.append(words)
        self.flow.begin(words)
        self._after_blank = True

    def _numbered(self, node: Element, tag: str, style: str) -> NumberedBy | None:
        """Give the list of a paragraph: that in which it stands, else for a heading that of headings."""
        if self._lists:
            own = self._lists[-1]
            numbered, own.numbered = own.numbered, False
            levels = self._styles.levels(own.override or own.style or self._styles.list_of(style))
            level = len(self._lists) - 1
            known = numbered and level in levels
            return NumberedBy(own.family, own.family, level, levels, value=own.value) if known else None
        level = whole(odf_value(node, "text:outline-level")) - 1
        levels = self._styles.outline()
        plain = odf_value(node, "text:is-list-header") == "true"
        if tag != "text:h" or plain or level not in levels or levels[level].form == "none":
            return None
        anew = odf_value(node, "text:restart-numbering") == "true"
        value = whole(odf_value(node, "text:start-value"), levels[level].start) if anew else None
        return NumberedBy(_OUTLINE, _OUTLINE, level, levels, value=value)

    def _begin_list(self, node: Element) -> None:
        style = odf_value(node, "text:style-name")
        if self._lists:
            outer = self._lists[-1]
            outer.numbered = False
            family, style = outer.family, style or outer.style
        else:
            other = self._families.get(odf_value(node, "text:continue-list"))
            goes_on = odf_value(node, "text:continue-numbering") == "true"
            family = other or (self._last.get(style) if goes_on else None) or f"list {len(self._families) + 1}"
            self._last[style] = family
            self._families[odf_value(node, "xml:id") or f" {len(self._families)}"] = family
        self._lists.append(_OpenList(family, style))

    def _add(self, text: str) -> None:
        """Add words; white space as it stands in the file is one blank, also over the edges of elements."""
        if self.flow.is_open:
            folded = _SPACE.sub(" ", text)
            self.flow.add(folded[1:] if self._after_blank and folded.startswith(" ") else folded)
            self._after_blank = folded.endswith(" ") or (self._after_blank and not folded)


def _inside(node: Element, tag: str) -> list[tuple[Element | None, str]]:
    """Give what stands in an element, the last first: its words and its elements."""
    if tag == "text:note":
        return []
    words = tag.partition(":")[0] not in _BLOCKS and tag not in _BLOCK_TAGS
    found: list[tuple[Element | None, str]] = [(None, node.text)] if words and node.text else []
    for child in node:
        found.append((child, "enter"))
        if words and child.tail:
            found.append((None, child.tail))
    return found[::-1]


def _has_words(node: Element) -> bool:
    return any(text.strip() for text in node.itertext())


def extract_odt(data: bytes, charset: str | None, wish: Wish, *, where: str = "") -> Extraction:
    """Take the paragraphs out of an OpenDocument text.

    Args:
        data: The bytes as received.
        charset: None: the parts of a document say their own.
        wish: Whether what is left out is to be given too; nothing else is open.
        where: What errors name.

    Raises:
        SourceError: It is broken, encrypted, built to stop readers, or holds no words.
    """
    check_charset(charset, where)
    package = OfficePackage(data, where=where)
    manifest = package.parse("META-INF/manifest.xml")
    for entry in manifest if manifest is not None else ():
        if odf_child(entry, "manifest:encryption-data") is not None:
            package.refuse_password()
    content, named = package.parse("content.xml"), package.parse("styles.xml")
    body = odf_child(content, "office:body", "office:text")
    if body is None:
        raise SourceError("the OpenDocument file has no text", where=where, found="content.xml")
    counts = dict.fromkeys(("deleted", "inserted", "comments", "hidden"), 0)
    counter, styles = ListCounter(), OpenStyles(named, content)
    read = _OpenBody(styles, counter, counts)
    read.walk([body])
    taken = read.flow.rendered()
    for number, note in read.notes.items():
        inside = _OpenBody(styles, counter, counts)
        inside.walk(odf_children(note, "text:note-body"))
        taken += note_paragraphs(int(number), inside.flow.rendered())
    aside = _margins(named)
    choices = DocumentChoices(**counts, headers_footers=len(aside), unknown_numbers=counter.unknown)
    document = ReadDocument(MEDIA_TYPE, taken, aside, _facts(package, read.titles))
    return extraction_of(document, Extractor(NAME, VERSION, choices), wish, where)


def _facts(package: OfficePackage, titles: list[FlowWords]) -> tuple[StatedFact, ...]:
    """What the document states: title and language; its dates are those of the file, its creator whoever typed it."""
    meta = odf_child(package.parse("meta.xml"), "office:meta")
    stated = {"title": titles[0].text} if len(titles) == 1 and titles[0].text else {}
    found = [StatedFact("title", text, "style Title") for text in stated.values()]
    for member in ("title", "language"):
        node = odf_child(meta, f"dc:{member}")
        value = (node.text or "").strip() if node is not None else ""
        if value and member not in stated:
            found.append(StatedFact(member, value, f"property {member}"))
    return tuple(found)


def _margins(named: Element | None) -> list[Rendered]:
    """What stands above and below the pages."""
    found: list[Rendered] = []
    for page in odf_children(odf_child(named, "office:master-styles"), "style:master-page"):
        for part in page:
            if _MARGINS.fullmatch(odf_tag(part)):
                body = _OpenBody(
                    OpenStyles(named), ListCounter(), dict.fromkeys(("deleted", "inserted", "comments", "hidden"), 0)
                )
                body.walk(part)
                found += body.flow.rendered()
    return found
