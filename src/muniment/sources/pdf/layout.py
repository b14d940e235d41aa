"""Paragraphs of a PDF by where its lines stand (``docs/sources.md``): it says nowhere where one ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from muniment.sources.labels import parse_label
from muniment.sources.marks import ends_clause
from muniment.sources.pdf.sizes import LARGE, find_usual
from muniment.sources.pdf.text_columns import Columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.sources.pdf.engine import PdfLine
    from muniment.sources.pdf.hyphens import Hyphens

_HEADING: Final = 200  # signs of a heading at most
_NOT_SMALL: Final = 0.85  # of the usual letter size: the least of a bold heading
_MOST_BOLD: Final = 0.5  # of all signs: where more are bold, that tells nothing
# Scripts without blanks between words whose lines end at words, and those from right to left: each line is a paragraph.
_BY_LINE: Final = re.compile("[\u0590-\u08ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_MOST: Final = 0.3


class PdfParagraph(NamedTuple):
    """One paragraph of a PDF: its kind, its words, the page where it begins, and whether it is of the text."""

    kind: str
    text: str
    page: int
    taken: bool = True


def find_paragraphs(lines: Sequence[PdfLine], running: Sequence[bool], hyphens: Hyphens) -> list[PdfParagraph]:
    """Make paragraphs of lines; one that is set apart is one by itself, and no paragraph ends at it."""
    body = [line for line, apart in zip(lines, running, strict=True) if not apart]
    if not body:
        body, running = list(lines), [False] * len(lines)
    made = {id(body[group[0]]): paragraph for group, paragraph in _of_body(body, hyphens)}
    found: list[PdfParagraph] = []
    for line, apart in zip(lines, running, strict=True):
        if apart:
            found.append(PdfParagraph("paragraph", line.text, line.page, taken=False))
        elif id(line) in made:
            found.append(made[id(line)])
    return found


def _of_body(body: Sequence[PdfLine], hyphens: Hyphens) -> list[tuple[list[int], PdfParagraph]]:
    """Make the paragraphs of the lines that are of the text, each with the places of its lines."""
    usual = find_usual(body)
    large = [line.size >= LARGE * usual[line.page] for line in body]
    columns = Columns(body, large)
    signs = "".join(line.text for line in body)
    by_line = len(_BY_LINE.findall(signs)) > _MOST * len(signs)
    groups = [[index] for index in range(len(body))] if by_line else columns.cut()
    bold = sum(len(line.text) for line in body if line.bold)
    tells = bold <= _MOST_BOLD * len(signs)
    found = []
    for group in groups:
        first = body[group[0]]
        if columns.is_row(first):
            found.append((group, PdfParagraph("table-row", "\t".join(first.cells), first.page)))
            continue
        text = first.text
        for index in group[1:]:
            text = hyphens.join(text, body[index].text)
        is_bold = all(body[index].bold and body[index].size >= usual[first.page] * _NOT_SMALL for index in group)
        is_title = tells and is_bold and not columns.is_close_above(group[-1])
        is_heading = large[group[0]] or (is_title and _reads_as_title(text))
        found.append((group, PdfParagraph(_kind(first, text, is_heading=is_heading), text, first.page)))
    return found


def _reads_as_title(text: str) -> bool:
    return not ends_clause(text) and any(sign.isalpha() for sign in text)


def _kind(first: PdfLine, text: str, *, is_heading: bool) -> str:
    if is_heading and len(text) <= _HEADING:
        return "heading"
    label = parse_label(first.text, 0, len(first.text))
    if label is not None and label.kind in {"letter", "bullet"} and label.end < len(first.text):
        return "list-item"
    return "paragraph"
