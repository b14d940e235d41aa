"""Running heads and page numbers: lines at the edge of a page that are not of the text (``docs/sources.md``)."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.sources.pdf.engine import PdfLine

_EDGE: Final = 0.12  # of the height of a page, above and below
_PAGES: Final = 3  # on so many a line is repeated
_STEP: Final = 3.0  # points by which the height of a repeated line may differ
_DIGITS: Final = re.compile(r"\d+")


def find_running(lines: Sequence[PdfLine], pages: int) -> list[bool]:
    """Tell which lines are running heads or page numbers.

    These are lines in the outer eighth, above or below, that stand at the same height with the same words but for
    digits on three pages or more; and the first or last line of a page that is its number and nothing else.
    """
    places: dict[str, list[int]] = defaultdict(list)
    outer: dict[int, tuple[float, float]] = {}
    for index, line in enumerate(lines):
        low, high = outer.get(line.page, (line.bottom, line.bottom))
        outer[line.page] = min(low, line.bottom), max(high, line.bottom)
        if _is_at_edge(line):
            places[_DIGITS.sub("0", line.text)].append(index)
    running = [False] * len(lines)
    for found in places.values():
        for index in found:
            near = {lines[other].page for other in found if abs(lines[other].bottom - lines[index].bottom) <= _STEP}
            running[index] = len(near) >= _PAGES
    for index, line in enumerate(lines):
        if line.bottom in outer[line.page] and _is_at_edge(line) and _is_page_number(line, pages):
            running[index] = True
    return running


def _is_at_edge(line: PdfLine) -> bool:
    return not _EDGE * line.height <= line.bottom <= (1 - _EDGE) * line.height


def _is_page_number(line: PdfLine, pages: int) -> bool:
    """Whether a line is the number of its page: ``2``, ``- 2 -``, ``2/5``, ``Page 2 of 5``."""
    numbers = [int(number) for number in _DIGITS.findall(line.text[:40])]
    words = _DIGITS.sub(" ", line.text).split()
    letters = [word for word in words if any(sign.isalpha() for sign in word)]
    if numbers == [line.page]:
        return not letters
    return numbers == [line.page, pages] and len(letters) <= 2 and len(line.text) <= 40
