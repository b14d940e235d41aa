"""Lines of limited width from painted text, with characters of East Asian scripts counted as two columns.

Lines break at spaces and beside wide characters; never inside a grapheme cluster, and never at a ``GLUE``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

import regex

# Printed as a space at which no line breaks.  A private-use character of archived text never gets here raw.
GLUE = "\ue000"
RESET = "\x1b[0m"

_CLUSTER = regex.compile(r"\X", regex.V1)


@dataclass(frozen=True, slots=True)
class Span:
    """Text, safe for a terminal, and the escape sequence that paints it; empty for none."""

    text: str
    paint: str = ""


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    paint: str
    columns: int


def columns(text: str) -> int:
    """Columns that a terminal takes for a text: UAX #11 wide and fullwidth clusters take two."""
    return len(text) if text.isascii() else sum(_columns(cluster) for cluster in _CLUSTER.findall(text))


def _columns(cluster: str) -> int:
    total = 0
    for character in cluster:
        if unicodedata.category(character) not in ("Mn", "Me", "Cf"):
            total += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return min(total, 2)


def wrap(spans: Iterable[Span], width: int) -> list[str]:
    """Break painted text into lines of at most ``width`` columns; spaces at a break are dropped."""
    lines: list[list[_Cell]] = [[]]
    used = 0
    for chunk in _chunks(spans):
        size = sum(cell.columns for cell in chunk)
        if used and used + size > width:
            lines.append([])
            used = 0
        if chunk[0].text == " " and not used and len(lines) > 1:
            continue
        for cell in chunk:
            if used + cell.columns > width and used:
                lines.append([])
                used = 0
            lines[-1].append(cell)
            used += cell.columns
    return [_paint(line) for line in lines]


def clip(spans: Iterable[Span], width: int) -> str:
    """One line of at most ``width`` columns; what does not fit gives way to an ellipsis."""
    cells = [cell for chunk in _chunks(spans) for cell in chunk]
    if sum(cell.columns for cell in cells) <= width:
        return _paint(cells)
    ends = accumulate(cell.columns for cell in cells)
    return _paint([cell for cell, end in zip(cells, ends, strict=True) if end < width]) + "…"


def _chunks(spans: Iterable[Span]) -> Iterator[list[_Cell]]:
    """Cells between two places where a line may break; a space is a chunk of its own."""
    chunk: list[_Cell] = []
    for span in spans:
        for cluster in _CLUSTER.findall(span.text):
            cell = _Cell(cluster, span.paint, _columns(cluster))
            if chunk and _breakable(chunk[-1], cell):
                yield chunk
                chunk = []
            chunk.append(cell)
    if chunk:
        yield chunk


def _breakable(before: _Cell, after: _Cell) -> bool:
    if " " in (before.text, after.text):
        return True
    if unicodedata.category(after.text[0]) in ("Pe", "Pf", "Po", "Pd", "Sm"):
        return False
    opens = unicodedata.category(before.text[0]) in ("Ps", "Pi")
    return not opens and "W" in (_class(before), _class(after))


def _class(cell: _Cell) -> str:
    width = unicodedata.east_asian_width(cell.text[0])
    return "W" if width in "WF" and cell.columns == 2 else "N"


def _paint(cells: Sequence[_Cell]) -> str:
    end = len(cells)
    while end and cells[end - 1].text == " ":
        end -= 1
    painted = []
    for paint, run in groupby(cells[:end], key=lambda cell: cell.paint):
        text = "".join([cell.text for cell in run]).replace(GLUE, " ")
        painted.append(f"{paint}{text}{RESET}" if paint else text)
    return "".join(painted)
