"""One Word document from bytes to paragraphs: its body in order, numbers counted, notes at the end.  Run by the child.

What is tracked as deleted or moved away, comments, hidden letters, headers and footers are not taken, and are counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from muniment.errors import SourceError
from muniment.record import DocumentChoices
from muniment.sources.adapter import Extraction, Extractor, StatedFact, Wish
from muniment.sources.office.counting import INDENT, ListCounter
from muniment.sources.office.flow import Flow, FlowWords
from muniment.sources.office.outcome import ReadDocument, check_charset, extraction_of, note_paragraphs
from muniment.sources.office.package import OfficePackage
from muniment.sources.office.word_styles import WordStyles, word_child, word_children, word_tag, word_value

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

    from muniment.sources.html.rendering import Rendered

NAME: Final = "muniment-docx"
VERSION: Final = "1"
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_GONE: Final = frozenset(("del", "moveFrom"))
_NEVER: Final = frozenset((
    "instrText", "delText", "delInstrText", "pPr", "rPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "sdtPr",
    "sdtEndPr", "sectPr", "rt", "rubyPr", "fldData",
))  # fmt: skip
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MATH_TEXT: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_SIGNS: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_NOTES: Final = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_ELSEWHERE: Final = frozenset(("altChunk", "subDoc"))
_MARGIN: Final = re.compile(r"word/(?:header|footer)[0-9]*\.xml")
_LATER: Final = "{http://schemas.microsoft.com/office/word/2015/wordml/symex}"
_DUBLIN: Final = "{http://purl.org/dc/elements/1.1/}"


class _WordBody:
    """A body, or a note, while it is read."""

    def __init__(self, styles: WordStyles, counter: ListCounter, counts: dict[str, int]) -> None:
        self.flow = Flow()
        self.titles: list[FlowWords] = []
        self._styles = styles
        self._counter = counter
        self._counts = counts
        self._properties: list[Element | None] = []
        self._joined: FlowWords | None = None

    def walk(self, roots: Iterable[Element]) -> None:
        """Read elements in their order, without ever calling itself."""
        pending: list[tuple[Element, bool]] = [(root, True) for root in reversed(list(roots))]
        while pending:
            node, entering = pending.pop()
            tag = word_tag(node)
            if not entering:
                self._leave(tag)
            elif not self._is_left_out(node, tag):
                self._enter(node, tag)
                pending.append((node, False))
                pending.extend((child, True) for child in reversed(node))

    def _is_left_out(self, node: Element, tag: str) -> bool:
        gone = tag in _GONE and len(node) > 0
        gone = gone or (tag == "tr" and word_child(node, "trPr", "del") is not None)
        gone = gone or (tag == "tc" and word_child(node, "tcPr", "cellDel") is not None)
        hidden = tag == "r" and self._styles.is_hidden(node, self._properties[-1] if self._properties else None)
        self._counts["deleted"] += gone
        self._counts["hidden"] += hidden and any(word_tag(child) not in {"", "rPr"} for child in node)
        return gone or hidden or tag in _NEVER or node.tag == _FALLBACK

    def _enter(self, node: Element, tag: str) -> None:
        if tag == "p":
            self._begin(node)
        elif tag == "tr":
            self.flow.begin_row()
        elif tag == "tc":
            self.flow.begin_cell()
        elif tag in {"ins", "moveTo"}:
            self._counts["inserted"] += len(node) > 0
        elif tag in _ELSEWHERE:
            raise SourceError(
                "the document has words in a part of another format, or in another file",
                found=f"w:{tag}",
                hint="open it in a word processor, and save it as one document",
            )
        elif tag == "commentReference":
            self._counts["comments"] += 1
        elif tag in _NOTES:
            self.flow.add_note(_NOTES[tag], word_value(node, "id"))
        else:
            self.flow.add(_text_of(node, tag))

    def _begin(self, node: Element) -> None:
        """Begin a paragraph, or go on with the one before, whose mark is deleted; the last mark says what it is."""
        properties = word_child(node, "pPr")
        self._properties.append(properties)
        words = None if self.flow.is_open else self._joined
        if words is None:
            words = FlowWords()
            self.flow.begin(words)
        else:
            self.flow.go_on(words)
        if _goes_on(properties):
            return
        words.kind = "heading" if self._styles.is_heading(properties) else "paragraph"
        by = self._styles.list_of(properties)
        if by is not None:
            words.marker, words.indent = self._counter.next(by), INDENT * by.level
            words.kind = "list-item" if words.kind == "paragraph" else words.kind
        if self._styles.is_title(properties):
            self.titles.append(words)

    def _leave(self, tag: str) -> None:
        if tag == "p":
            words = self.flow.end()
            goes_on = _goes_on(self._properties.pop())
            if not self.flow.is_open:
                self._joined = words if goes_on else None
        elif tag == "tc":
            self._joined = None
            self.flow.end_cell()
        elif tag == "tr":
            self.flow.end_row()


def _goes_on(properties: Element | None) -> bool:
    """Whether the next paragraph is of this one: its mark is deleted, or it is the initial letter of it."""
    initial = word_value(word_child(properties, "framePr"), "dropCap") in {"drop", "margin"}
    return initial or word_child(properties, "rPr", "del") is not None


def _text_of(node: Element, tag: str) -> str:
    """Give the words of an element of a run."""
    if tag == "t":
        text = node.text or ""
        return text if node.get(_SPACE) == "preserve" else text.strip(" \t\r\n")
    if tag == "sym" or node.tag == f"{_LATER}symEx":
        code = word_value(node, "char") or node.get(f"{_LATER}char", "")
        # Beyond are signs that only their font knows.
        known = re.fullmatch("[0-9A-Ca-c][0-9A-Fa-f]{3}|[12][0-9A-Fa-f]{4}", code)
        return chr(int(code, 16)) if known else "\ufffd"
    return (node.text or "") if node.tag == _MATH_TEXT else _SIGNS.get(tag, "")


def extract_docx(data: bytes, charset: str | None, wish: Wish, *, where: str = "") -> Extraction:
    """Take the paragraphs out of a Word document.

    Args:
        data: The bytes as received.
        charset: None: the parts of a document say their own.
        wish: Whether what is left out is to be given too; nothing else is open.
        where: What errors name.

    Raises:
        SourceError: It is broken, encrypted, built to stop readers, or holds no words, or words that are not read.
    """
    check_charset(charset, where)
    package = OfficePackage(data, where=where)
    roots = package.related("")
    main = roots.get("officeDocument", "word/document.xml")
    body = word_child(package.parse(main), "body")
    if body is None:
        raise SourceError("the Word file has no body", where=where, found=main)
    related = package.related(main)
    styles = WordStyles(package.parse(related.get("styles", "")), package.parse(related.get("numbering", "")))
    counts = dict.fromkeys(("deleted", "inserted", "comments", "hidden"), 0)
    counter = ListCounter()
    read = _WordBody(styles, counter, counts)
    read.walk([body])
    taken = [*read.flow.rendered(), *_notes(package, related, read.flow, styles, counter, counts)]
    aside = _margins(package, styles)
    document = ReadDocument(MEDIA_TYPE, taken, aside, _facts(package, roots, read.titles))
    choices = DocumentChoices(**counts, headers_footers=len(aside), unknown_numbers=counter.unknown)
    return extraction_of(document, Extractor(NAME, VERSION, choices), wish, where)


def _facts(package: OfficePackage, roots: dict[str, str], titles: list[FlowWords]) -> tuple[StatedFact, ...]:
    """What the document states: title and language; its dates are those of the file, its creator whoever typed it."""
    core = package.parse(roots.get("core-properties", ""))
    found = []
    if len(titles) == 1 and titles[0].text:
        found.append(StatedFact("title", titles[0].text, "style Title"))
    for member in ("title", "language"):
        value = (core.findtext(f"{_DUBLIN}{member}") or "").strip() if core is not None else ""
        if value and member not in {fact.member for fact in found}:
            found.append(StatedFact(member, value, f"core property {member}"))
    return tuple(found)


def _notes(
    package: OfficePackage,
    related: dict[str, str],
    flow: Flow,
    styles: WordStyles,
    counter: ListCounter,
    counts: dict[str, int],
) -> list[Rendered]:
    texts = {
        (kind, word_value(note, "id")): note
        for kind in _NOTES.values()
        for note in word_children(package.parse(related.get(kind, "")), kind[:-1])
    }
    found = []
    for number, sign in enumerate(flow.notes, 1):
        body = _WordBody(styles, counter, counts)
        body.walk([texts[sign]] if sign in texts else [])
        found += note_paragraphs(number, body.flow.rendered())
    return found


def _margins(package: OfficePackage, styles: WordStyles) -> list[Rendered]:
    """What stands above and below the pages."""
    found: list[Rendered] = []
    for name in sorted(package.names):
        root = package.parse(name) if _MARGIN.fullmatch(name) else None
        if root is not None:
            body = _WordBody(styles, ListCounter(), dict.fromkeys(("deleted", "inserted", "comments", "hidden"), 0))
            body.walk([root])
            found += body.flow.rendered()
    return found
