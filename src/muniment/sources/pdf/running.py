"""Running heads and page numbers: lines at the edge of a page that are not of the text (``docs/sources.md``)."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from muniment.sources.pdf.sizes import LARGE, find_usual

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.sources.pdf.engine import PdfLine

_EDGE: Final = 0.12  # of the height of a page, above and below
_FURTHER: Final = 0.2  # likewise, for the further lines of a running head
_BELOW: Final = 2.0  # of the letter size, by which such a line stands from the one further out
_PAGES: Final = 3  # on so many a line is repeated
_STEP: Final = 6.0  # points by which the height of a repeated line may differ
_DIGITS: Final = re.compile(r"\d+")


def find_running(lines: Sequence[PdfLine], pages: int) -> list[bool]:
    """Tell which lines are running heads or page numbers.

    These are lines in the outer eighth, above or below, that stand at the same height with the same words but for
    digits on three pages or more, and further such lines right below or above them; and the first or last line of a
    page that is its number and nothing else.  In letters of a heading the first of such lines is the title, and text.
    """
    places: dict[str, list[int]] = defaultdict(list)
    outer: dict[int, tuple[float, float]] = {}
    for index, line in enumerate(lines):
        low, high = outer.get(line.page, (line.bottom, line.bottom))
        outer[line.page] = min(low, line.bottom), max(high, line.bottom)
        if _is_at_edge(line, _FURTHER):
            places[_DIGITS.sub("0", line.text)].append(index)
    repeated = [False] * len(lines)
    usual = find_usual(lines)
    for found in places.values():
        # In letters of a heading it is the title, which may stand nowhere else.
        is_title = lines[found[0]].size >= LARGE * usual[lines[found[0]].page]
        for index in found[is_title:]:
            near = {lines[other].page for other in found if abs(lines[other].bottom - lines[index].bottom) <= _STEP}
            repeated[index] = len(near) >= _PAGES
    running = [many and _is_at_edge(line, _EDGE) for line, many in zip(lines, repeated, strict=True)]
    for index, line in enumerate(lines):
        if line.bottom in outer[line.page] and _is_at_edge(line, _EDGE) and _is_page_number(line, pages):
            running[index] = True
    _add_further(lines, repeated, running)
    return running


def _add_further(lines: Sequence[PdfLine], repeated: Sequence[bool], running: list[bool]) -> None:
    """Take repeated lines that stand by a running head, further in, for lines of it."""
    heads: dict[int, list[PdfLine]] = defaultdict(list)
    for line, apart in zip(lines, running, strict=True):
        if apart:
            heads[line.page].append(line)
    # From the edge inwards: each may be the one that the next stands by.
    for index in sorted(range(len(lines)), key=lambda each: _depth(lines[each])):
        line = lines[index]
        if running[index] or not repeated[index]:
            continue
        if any(abs(head.bottom - line.bottom) <= _BELOW * line.size for head in heads[line.page]):
            running[index] = True
            heads[line.page].append(line)


def _depth(line: PdfLine) -> float:
    return min(line.bottom, line.height - line.bottom)


def _is_at_edge(line: PdfLine, part: float) -> bool:
    return not part * line.height <= line.bottom <= (1 - part) * line.height


def _is_page_number(line: PdfLine, pages: int) -> bool:
    """Whether a line is the number of its page: ``2``, ``- 2 -``, ``2/5``, ``Page 2 of 5``."""
    numbers = [int(number) for number in _DIGITS.findall(line.text[:40])]
    words = _DIGITS.sub(" ", line.text).split()
    letters = [word for word in words if any(sign.isalpha() for sign in word)]
    if numbers == [line.page]:
        return not letters
    return numbers == [line.page, pages] and len(letters) <= 2 and len(line.text) <= 40
