"""Paragraphs of a PDF by where its lines stand (``docs/sources.md``): it says nowhere where one ends."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

from muniment.sources.label import FIRM
from muniment.sources.labels import parse_label
from muniment.sources.marks import ends_clause

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muniment.sources.pdf.engine import PdfLine
    from muniment.sources.pdf.hyphens import Hyphens

_OTHER_SIZE: Final = 0.1
_GAP: Final = 0.45  # of the letter size, over the usual distance of two lines
_INDENT: Final = 0.8  # of the letter size, of a first line
_SLACK: Final = 1.0  # of the letter size, by which a word would have had to fit
_SAME_EDGE: Final = 4.0  # of the letter size, by which lines of one column begin apart
_FEW: Final = 5  # lines
_NARROW: Final = 20.0  # of the letter size: the least width of a column of few lines
_LARGE: Final = 1.15  # of the usual letter size: a heading
_HEADING: Final = 200  # signs of a heading at most
_FARTHEST: Final = 2.6  # of the letter size: two lines further apart tell nothing about the usual distance
# Scripts without blanks between words, and from right to left: there each line is a paragraph.
_WITHOUT_BLANKS: Final = re.compile("[\u0590-\u08ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
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
    sizes = Counter[float]()
    for line in body:
        sizes[round(line.size, 1)] += len(line.text)
    usual = max(sizes, key=lambda size: (sizes[size], -size))
    signs = "".join(line.text for line in body)
    by_line = len(_WITHOUT_BLANKS.findall(signs)) > _MOST * len(signs)
    columns = _Columns(body)
    groups = [[line] for line in body] if by_line else columns.cut()
    made = {id(group[0]): _paragraph(group, usual, hyphens, columns) for group in groups}
    found: list[PdfParagraph] = []
    for line, apart in zip(lines, running, strict=True):
        if apart:
            found.append(PdfParagraph("paragraph", line.text, line.page, taken=False))
        elif id(line) in made:
            found.append(made[id(line)])
    return found


def _paragraph(group: Sequence[PdfLine], usual: float, hyphens: Hyphens, columns: _Columns) -> PdfParagraph:
    first = group[0]
    if columns.is_row(first):
        return PdfParagraph("table-row", "\t".join(first.cells), first.page)
    text = first.text
    for line in group[1:]:
        text = hyphens.join(text, line.text)
    kind = "paragraph"
    label = parse_label(first.text, 0, len(first.text))
    if first.size >= _LARGE * usual and len(text) <= _HEADING:
        kind = "heading"
    elif label is not None and label.kind in {"letter", "bullet"} and label.end < len(first.text):
        kind = "list-item"
    return PdfParagraph(kind, text, first.page)


def _has_cells(line: PdfLine) -> bool:
    """Whether a line has wide gaps, and not only one between a label and its words."""
    if len(line.cells) < 2:
        return False
    label = parse_label(line.text, 0, len(line.text))
    return len(line.cells) > 2 or label is None or label.end < len(line.cells[0])


class _Columns:
    """The lines of the text, in columns: each one a run down a page."""

    def __init__(self, lines: Sequence[PdfLine]) -> None:
        self._lines = lines
        self._column = [0] * len(lines)
        for index in range(1, len(lines)):
            self._column[index] = self._column[index - 1] + self._is_jump(index)
        self._by_column: dict[int, list[PdfLine]] = defaultdict(list)
        for column, line in zip(self._column, lines, strict=True):
            self._by_column[column].append(line)
        self._rows = {
            id(line)
            for column in self._by_column.values()
            for line in column
            if _has_cells(line) and not any(_is_spread(line, other) for other in column)
        }
        self._leading = self._distances()
        self._edges = self._right_edges()

    def is_row(self, line: PdfLine) -> bool:
        """Whether a line is a row of a table: cells with wide gaps between, and not words spread over a column."""
        return id(line) in self._rows

    def cut(self) -> list[list[PdfLine]]:
        """Cut the lines into paragraphs."""
        groups: list[list[PdfLine]] = []
        for index, line in enumerate(self._lines):
            if index and not self._begins(index):
                groups[-1].append(line)
            else:
                groups.append([line])
        return groups

    def _is_jump(self, index: int) -> bool:
        """Whether a line stands on another page than the one before, or not below it."""
        before, line = self._lines[index - 1 : index + 1]
        return line.page != before.page or line.bottom >= before.bottom - 0.3 * line.size

    def _distances(self) -> dict[int, float]:
        """How far the lines of each letter size stand apart, as a rule."""
        found: dict[int, list[float]] = defaultdict(list)
        for index in range(1, len(self._lines)):
            before, line = self._lines[index - 1 : index + 1]
            gap = before.bottom - line.bottom
            if not self._is_jump(index) and gap <= _FARTHEST * line.size and _is_same_size(before, line):
                found[round(line.size)].append(gap)
        # Of lines that fill their column only: a list of short ones is no text.
        return {size: median(sorted(gaps)[: max(1, len(gaps) * 3 // 4)]) for size, gaps in found.items()}

    def _right_edges(self) -> list[float]:
        """The right edge of the column that each line stands in."""
        edges: dict[tuple[int, int, int], float] = {}
        counts = Counter[tuple[int, int, int]]()
        for column, line in zip(self._column, self._lines, strict=True):
            if self.is_row(line):
                continue
            for key in _near(column, line):
                edges[key] = max(edges.get(key, line.right), line.right)
                counts[key] += 1
        found = []
        for column, line in zip(self._column, self._lines, strict=True):
            key = _near(column, line)[1]
            edge = edges.get(key, line.right)
            # A few short lines are no narrow column.
            found.append(edge if counts[key] > _FEW else max(edge, line.left + _NARROW * line.size))
        return found

    def _begins(self, index: int) -> bool:
        """Whether a line begins a paragraph."""
        before, line = self._lines[index - 1 : index + 1]
        if self.is_row(before) or self.is_row(line) or not _is_same_size(before, line):
            return True
        if self._column[index] == self._column[index - 1] and (line.left > before.right or line.right < before.left):
            return True
        ended = self._is_short(index)
        if self._begins_with_label(line.text, before.text, ended=ended):
            return True
        if self._column[index] != self._column[index - 1]:
            return ended
        usual = self._leading.get(round(line.size), 1.2 * line.size)
        if before.bottom - line.bottom > usual + _GAP * line.size:
            return True
        return ended or self._is_indented(index)

    @staticmethod
    def _begins_with_label(text: str, before: str, *, ended: bool) -> bool:
        label = parse_label(text, 0, len(text))
        if label is None or label.strength < FIRM or label.end >= len(text):
            return False
        return ended or ends_clause(before) or label.kind == "bullet"

    def _is_short(self, index: int) -> bool:
        """Whether the first word of a line would have fitted on the line before, which ended for another reason."""
        before, line = self._lines[index - 1 : index + 1]
        if before.hyphen:
            return False
        word = len(line.text.split(maxsplit=1)[0]) * (line.right - line.left) / len(line.text)
        room = self._edges[index - 1] - before.right
        return room > word + _SLACK * line.size

    def _is_indented(self, index: int) -> bool:
        """Whether a line begins further in than the line before and the line after, as first lines do."""
        before, line = self._lines[index - 1 : index + 1]
        least = _INDENT * line.size
        if line.left - before.left <= least or not ends_clause(before.text):
            return False
        after = next(iter(self._after(index)), None)
        return after is None or line.left - after.left > least

    def _after(self, index: int) -> Iterator[PdfLine]:
        if index + 1 < len(self._lines) and self._column[index + 1] == self._column[index]:
            yield self._lines[index + 1]


def _is_spread(line: PdfLine, other: PdfLine) -> bool:
    """Whether a line begins and ends where one without gaps does: its words were spread to fill the column."""
    step = line.size / 2
    return not other.cells and abs(line.left - other.left) <= step and abs(line.right - other.right) <= step


def _near(column: int, line: PdfLine) -> tuple[tuple[int, int, int], ...]:
    """The keys of lines that begin about where this one does, in letters of its size; the middle one is its own."""
    size = max(1, round(line.size))
    place = round(line.left / (_SAME_EDGE * size))
    return tuple((column, size, near) for near in (place - 1, place, place + 1))


def _is_same_size(a: PdfLine, b: PdfLine) -> bool:
    return abs(a.size - b.size) <= _OTHER_SIZE * max(a.size, b.size)
