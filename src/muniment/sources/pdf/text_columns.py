"""The lines of a PDF in columns: where the lines of one paragraph end (``docs/sources.md``)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

from muniment.sources.label import FIRM
from muniment.sources.labels import parse_label
from muniment.sources.marks import ends_clause

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muniment.sources.pdf.engine import Face, PdfLine

_OTHER_SIZE: Final = 0.1
_GAP: Final = 0.45  # of the letter size, over the usual distance of two lines
_SMALL_GAP: Final = 0.15  # likewise, before a line that begins in bold letters
_CLOSE: Final = 0.25  # likewise, at most, between a line and what stands right below it
_INDENT: Final = 0.8  # of the letter size, of a first line
_SLACK: Final = 1.0  # of the letter size, by which a word would have had to fit
_SAME_EDGE: Final = 4.0  # of the letter size, by which lines of one column begin apart
_SAME_LEFT: Final = 0.3  # of the letter size, by which lines that begin at one place may be apart
_FEW: Final = 5  # lines
_NARROW: Final = 20.0  # of the letter size: the least width of a column of few lines
_NARROWEST: Final = 11.0  # of the letter size: the least width of lines that fill less than their column
_FULL: Final = 0.75  # of the lines of such a block, on which the next word would not have fitted
_FLUSH: Final = 4  # lines of a page that end at one place: that is the right edge of set text
_AT_MOST: Final = 200  # of them that are looked at
_SAME_RIGHT: Final = 0.05  # of the letter size, by which such lines may differ
_SPREAD: Final = 1.02  # by how much their letters are apart more in one than in another: not by the letters' own width
_FARTHEST: Final = 2.6  # of the letter size: two lines further apart tell nothing about the usual distance
_MANY: Final = 10  # distances on one page, which tell the usual one of that page
_LEADER: Final = re.compile(r"(?:\.\s*+){4}\d++\Z")  # dots that lead to the number of a page, in a table of contents
IDEOGRAPHS: Final = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff65\U00020000-\U0003ffff]")


class Edges(NamedTuple):
    """Where the lines that a line stands among begin and end."""

    left: float
    right: float


class Columns:
    """The lines of the text, in columns: each one a run down a page."""

    def __init__(self, lines: Sequence[PdfLine], large: Sequence[bool]) -> None:
        """Take lines, and of each whether its letters are those of a heading."""
        self._lines = lines
        self._large = large
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
        self._lefts: dict[int, float] = {}
        for line in lines:
            self._lefts[line.page] = min(self._lefts.get(line.page, line.left), line.left)
        self._leading = self._distances()
        self._flush = self._at_right_edges()
        self._edges = self._column_edges()
        self._narrow_blocks()

    def is_row(self, line: PdfLine) -> bool:
        """Whether a line is a row of a table: cells with wide gaps between, and not words spread over a column."""
        return id(line) in self._rows

    def cut(self) -> list[list[int]]:
        """Cut the lines into paragraphs, each given by the places of its lines."""
        groups: list[list[int]] = []
        for index in range(len(self._lines)):
            if index and not self._begins(index, groups[-1]):
                groups[-1].append(index)
            else:
                groups.append([index])
        return groups

    def is_close_above(self, index: int) -> bool:
        """Whether the next line stands right below a line, as a line of one paragraph would."""
        after = index + 1
        if after >= len(self._lines) or self._column[after] != self._column[index]:
            return False
        return self._gap(after) <= self._usual(after) + _CLOSE * self._lines[after].size

    def _is_jump(self, index: int) -> bool:
        """Whether a line stands on another page than the one before, or not below it."""
        before, line = self._lines[index - 1 : index + 1]
        return line.page != before.page or line.bottom >= before.bottom - 0.3 * line.size

    def _gap(self, index: int) -> float:
        before, line = self._lines[index - 1 : index + 1]
        return before.bottom - line.bottom

    def _usual(self, index: int) -> float:
        """How far a line stands below another of its paragraph: as in the PDF, or on its page if that is more."""
        line = self._lines[index]
        size = round(line.size)
        of_all = self._leading.get((0, size), 1.2 * line.size)
        return max(of_all, self._leading.get((line.page, size), of_all))

    def _distances(self) -> dict[tuple[int, int], float]:
        """How far the lines of each letter size stand apart as a rule, on each page with many, and in all."""
        found: dict[tuple[int, int], list[float]] = defaultdict(list)
        for index in range(1, len(self._lines)):
            before, line = self._lines[index - 1 : index + 1]
            gap = self._gap(index)
            if not self._is_jump(index) and gap <= _FARTHEST * line.size and _is_like(before.size, line.size):
                found[0, round(line.size)].append(gap)
                found[line.page, round(line.size)].append(gap)
        # Of lines that fill their column only: a list of short ones is no text.
        return {
            key: median(sorted(gaps)[: max(1, len(gaps) * 3 // 4)])
            for key, gaps in found.items()
            if not key[0] or len(gaps) >= _MANY
        }

    def _at_right_edges(self) -> list[bool]:
        """Tell of each line whether it ends where further lines of its page do, their letters set wider or closer."""
        pages: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
        for line in self._lines:
            if line.right - line.left >= _NARROWEST * line.size:
                pages[line.page, round(line.size)].append((line.right, (line.right - line.left) / len(line.text)))
        for ends in pages.values():
            ends.sort()
        found = []
        for line in self._lines:
            step = _SAME_RIGHT * line.size
            ends = pages[line.page, round(line.size)]
            start = bisect_left(ends, (line.right - step, 0.0))
            same = [width for right, width in ends[start : start + _AT_MOST] if right <= line.right + step]
            is_wide = line.right - line.left >= _NARROWEST * line.size
            found.append(is_wide and len(same) >= _FLUSH and max(same) >= _SPREAD * min(same))
        return found

    def _column_edges(self) -> list[Edges]:
        """The edges of the column that each line stands in."""
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
            right = edge if counts[key] > _FEW else max(edge, line.left + _NARROW * line.size)
            found.append(Edges(line.left, right))
        return found

    def _narrow_blocks(self) -> None:
        """Set the edges of lines that fill less than their column, as beside a picture, by those lines themselves."""
        start = 0
        for index in range(1, len(self._lines) + 1):
            if index < len(self._lines) and self._is_beneath(index):
                continue
            self._narrow(start, index)
            start = index

    def _is_beneath(self, index: int) -> bool:
        before, line = self._lines[index - 1 : index + 1]
        if self._column[index] != self._column[index - 1] or self.is_row(before) or self.is_row(line):
            return False
        return _is_same_face(before, line) and self._gap(index) <= self._usual(index) + _GAP * line.size

    def _narrow(self, start: int, end: int) -> None:
        block = self._lines[start:end]
        if len(block) < _FEW:
            return
        edges = Edges(min(line.left for line in block), max(line.right for line in block))
        if edges.right - edges.left < _NARROWEST * block[0].size:
            return
        full = sum(not self._has_room(index, edges) for index in range(start + 1, end))
        if full >= _FULL * (len(block) - 1):
            self._edges[start:end] = [edges] * len(block)

    def _begins(self, index: int, group: Sequence[int]) -> bool:
        """Whether a line begins a paragraph, and does not go on with the group before it."""
        before, line = self._lines[index - 1 : index + 1]
        if self.is_row(before) or self.is_row(line) or not _is_same_face(before, line):
            return True
        ended = self._is_short(index)
        if ended or _LEADER.search(before.text) or self._begins_with_label(line.text, before.text):
            return True
        is_jump = self._column[index] != self._column[index - 1]
        if before.bold != line.bold and (is_jump or self._is_other_in_bold(index)):
            return True
        if is_jump:
            # What stands higher on the page goes on only beside the lines before it.
            return line.page == before.page and line.left < before.right
        return (
            line.left > before.right
            or line.right < before.left
            or self._is_apart(index)
            or self._is_indented(index)
            or self._hangs(index, group)
        )

    def _is_other_in_bold(self, index: int) -> bool:
        """Whether of two lines the one all in bold is no part of a text that goes on in the other."""
        before, line = self._lines[index - 1 : index + 1]
        if abs(before.left - line.left) > line.size or (line.bold and ends_clause(before.text)):
            return True
        # Both stand in the middle, however long they are.
        apart = abs(before.left + before.right - line.left - line.right) / 2
        aside = min(before.left - self._lefts[before.page], self._edges[index - 1].right - before.right)
        return apart <= _SAME_LEFT * line.size and aside > 2 * line.size

    def _is_apart(self, index: int) -> bool:
        """Whether a line stands further below the line before than lines of a paragraph do."""
        before, line = self._lines[index - 1 : index + 1]
        over = self._gap(index) - self._usual(index)
        return over > (_SMALL_GAP if _begins_in_bold(before, line) else _GAP) * line.size

    @staticmethod
    def _begins_with_label(text: str, before: str) -> bool:
        label = parse_label(text, 0, len(text))
        if label is None or label.strength < FIRM or label.end >= len(text):
            return False
        return ends_clause(before) or label.kind == "bullet" or _LEADER.search(text) is not None

    def _is_short(self, index: int) -> bool:
        """Whether the first word of a line would have fitted on the line before, which ended for another reason."""
        before, line = self._lines[index - 1 : index + 1]
        are_large = self._large[index] and self._large[index - 1] and _is_like(before.size, line.size)
        if are_large or (before.bold and line.bold and self._is_centred(index)):
            # Lines of headings end where it is fair to see.
            return False
        return not self._flush[index - 1] and self._has_room(index, self._edges[index - 1])

    def _has_room(self, index: int, edges: Edges) -> bool:
        before, line = self._lines[index - 1 : index + 1]
        if before.hyphen:
            return False
        room = edges.right - before.right
        if self._is_centred(index):
            room += before.left - edges.left if edges.left < before.left else room
        if IDEOGRAPHS.match(line.text):
            # A line may end behind any sign, but not before some: two more go over with the first one.
            return room > 3 * line.size
        word = IDEOGRAPHS.split(line.text.split(maxsplit=1)[0], maxsplit=1)[0]
        return room > len(word) * (line.right - line.left) / len(line.text) + _SLACK * line.size

    def _is_centred(self, index: int) -> bool:
        """Whether a line and the one before, of different lengths, have their middle where those around them do."""
        before, line = self._lines[index - 1 : index + 1]
        if abs(before.left - line.left) <= line.size or not _is_centred_on(before, line):
            return False
        around = [each for each in (index - 1, index + 1) if 0 < each < len(self._lines) and self._is_beneath(each)]
        return all(_is_centred_on(*self._lines[each - 1 : each + 1]) for each in around)

    def _is_indented(self, index: int) -> bool:
        """Whether a line begins further in than the line before and the line after, as first lines do."""
        before, line = self._lines[index - 1 : index + 1]
        least = _INDENT * line.size
        if line.left - before.left <= least or not ends_clause(before.text):
            return False
        after = next(iter(self._after(index)), None)
        return after is None or line.left - after.left > least

    def _hangs(self, index: int, group: Sequence[int]) -> bool:
        """Whether a line begins where the paragraph does, all further lines of which stand further in."""
        if len(group) < 2:
            return False
        line, first = self._lines[index], self._lines[group[0]]
        if abs(line.left - first.left) > _SAME_LEFT * line.size:
            return False
        return all(self._lines[each].left - first.left > _INDENT * line.size for each in group[1:])

    def _after(self, index: int) -> Iterator[PdfLine]:
        if index + 1 < len(self._lines) and self._column[index + 1] == self._column[index]:
            yield self._lines[index + 1]


def _has_cells(line: PdfLine) -> bool:
    """Whether a line has wide gaps, and not only one between a label and its words."""
    if len(line.cells) < 2:
        return False
    label = parse_label(line.text, 0, len(line.text))
    return len(line.cells) > 2 or label is None or label.end < len(line.cells[0])


def _is_spread(line: PdfLine, other: PdfLine) -> bool:
    """Whether a line begins and ends where one without gaps does: its words were spread to fill the column."""
    step = line.size / 2
    return not other.cells and abs(line.left - other.left) <= step and abs(line.right - other.right) <= step


def _is_centred_on(before: PdfLine, line: PdfLine) -> bool:
    """Whether two lines have their middle at one place, and not their beginning."""
    step = _SAME_LEFT * line.size
    return abs(before.left + before.right - line.left - line.right) / 2 <= step < abs(before.left - line.left)


def _begins_in_bold(before: PdfLine, line: PdfLine) -> bool:
    """Whether a line begins in bold letters, behind a mark and letters that are not."""
    if before.last is None or line.first is None or before.last.bold or not line.first.bold:
        return False
    return ends_clause(before.text)


def _near(column: int, line: PdfLine) -> tuple[tuple[int, int, int], ...]:
    """The keys of lines that begin about where this one does, in letters of its size; the middle one is its own."""
    size = max(1, round(line.size))
    place = round(line.left / (_SAME_EDGE * size))
    return tuple((column, size, near) for near in (place - 1, place, place + 1))


def _is_same_face(before: PdfLine, line: PdfLine) -> bool:
    """Whether two lines have letters of one size: most of them, or those where the one ends and the other begins."""
    return _is_like(before.size, line.size) or _is_like(_size(before.last, before), _size(line.first, line))


def _size(face: Face | None, line: PdfLine) -> float:
    return line.size if face is None else face.size


def _is_like(a: float, b: float) -> bool:
    return abs(a - b) <= _OTHER_SIZE * max(a, b)
