"""Lines of limited width from painted text, with characters of East Asian scripts counted as two columns.

Lines break at spaces and beside wide characters; never inside a grapheme cluster, and never at a ``GLUE``.

A text with right-to-left letters is put between bidi isolates (UAX #9, 2.4.2), line by line, in the direction that its
first letter sets, and each of its changes between isolates of their own: so that neither the margin nor our marks nor
the other side of a change is drawn into its order.  Terminals that know no bidi show nothing for them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Literal, TypeAlias

import regex

from muniment.display.changes import RIGHT_TO_LEFT_LETTER

# Printed as a space at which no line breaks.  A private-use character of archived text never gets here raw.
GLUE = "\ue000"
RESET = "\x1b[0m"

LEFT_TO_RIGHT, RIGHT_TO_LEFT, FIRST_STRONG, POP = "\u2066", "\u2067", "\u2068", "\u2069"

# Characters of one column each that never join a neighbour: most of Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic.
_NARROW = regex.compile(
    "[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u058f\u05d0-\u05ea\u060c\u061b\u061f\u0621-\u064a"
    "\u0660-\u066f\u0671-\u06d4\u2010-\u2027\u2030-\u205e\u27e8\u27e9" + GLUE + "]*"
)
_LETTER = regex.compile(rf"[\p{{bc=L}}\p{{bc=R}}\p{{bc=AL}}--[{GLUE}\u061c\u200e\u200f]]", regex.V1)
_WORD = regex.compile("[^ ]+| ")
_CLUSTER = regex.compile(r"\X", regex.V1)


Role: TypeAlias = Literal["text", "open", "change", "close", "before", "after"]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text.

    Attributes:
        text: Safe for a terminal.
        paint: The escape sequence that paints it; empty for none.
        role: ``open`` and ``close`` are our marks around a ``change``; no line breaks inside their edges.  So are
            ``before`` and ``after``, around a change in white space, where a line may break outside.
    """

    text: str
    paint: str = ""
    role: Role = "text"


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    paint: str
    role: Role
    columns: int

    def clusters(self) -> list[_Cell]:
        """The same, one grapheme cluster a cell."""
        return [_Cell(text, self.paint, self.role, _columns(text)) for text in _CLUSTER.findall(self.text)]


def columns(text: str) -> int:
    """Columns that a terminal takes for a text: UAX #11 wide and fullwidth clusters take two."""
    return len(text) if text.isascii() else sum(_columns(cluster) for cluster in _CLUSTER.findall(text))


def _columns(cluster: str) -> int:
    total = 0
    for character in cluster:
        if unicodedata.category(character) not in ("Mn", "Me", "Cf"):
            total += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return min(total, 2)


def isolate(text: str) -> str:
    """A short text that keeps its own order and leaves that of its surroundings alone."""
    return f"{FIRST_STRONG}{text}{POP}" if RIGHT_TO_LEFT_LETTER.search(text) else text


def wrap(spans: Sequence[Span], width: int) -> list[str]:
    """Break painted text into lines of at most ``width`` columns; spaces at a break are dropped."""
    direction = _direction(spans)
    lines: list[list[_Cell]] = [[]]
    used = 0
    for chunk in _fitting(_chunks(cell for span in spans for cell in _pieces(span)), width):
        size = sum(cell.columns for cell in chunk)
        if used and used + size > width:
            lines.append([])
            used = 0
        if chunk[0].text == " " and not used and len(lines) > 1:
            continue
        for cell in chunk if size <= width else [part for whole in chunk for part in whole.clusters()]:
            if used + cell.columns > width and used:
                lines.append([])
                used = 0
            lines[-1].append(cell)
            used += cell.columns
    return [_paint(line, direction) for line in lines]


def clip(spans: Sequence[Span], width: int) -> str:
    """One line of at most ``width`` columns; what does not fit gives way to an ellipsis."""
    direction = _direction(spans)
    cells = [part for span in spans for cell in _pieces(span) for part in cell.clusters()]
    if sum(cell.columns for cell in cells) <= width:
        return _paint(cells, direction)
    ends = accumulate(cell.columns for cell in cells)
    kept = [cell for cell, end in zip(cells, ends, strict=True) if end < width]
    while kept and kept[-1].text == " ":
        kept.pop()
    return _paint([*kept, _Cell("…", "", "text", 1)], direction)


def _direction(spans: Sequence[Span]) -> str:
    """The isolate that a text with right-to-left letters needs: that of its first letter; empty for other texts."""
    if not any(not span.text.isascii() and RIGHT_TO_LEFT_LETTER.search(span.text) for span in spans):
        return ""
    first = next(found for span in spans if (found := _LETTER.search(span.text)))
    return RIGHT_TO_LEFT if RIGHT_TO_LEFT_LETTER.match(first[0]) else LEFT_TO_RIGHT


def _pieces(span: Span) -> list[_Cell]:
    """Whole words where each character is one column, else grapheme clusters."""
    if _NARROW.fullmatch(span.text):
        return [_Cell(text, span.paint, span.role, len(text)) for text in _WORD.findall(span.text)]
    return _Cell(span.text, span.paint, span.role, 0).clusters()


def _chunks(cells: Iterable[_Cell]) -> Iterator[list[_Cell]]:
    """Cells between two places where a line may break; a space is a chunk of its own."""
    chunk: list[_Cell] = []
    for cell in cells:
        if chunk and _breakable(chunk[-1], cell):
            yield chunk
            chunk = []
        chunk.append(cell)
    if chunk:
        yield chunk


def _fitting(chunks: Iterable[list[_Cell]], width: int) -> Iterator[list[_Cell]]:
    """The same; what is wider than a line breaks beside changes in white space, where the text has a space anyway."""
    for chunk in chunks:
        part: list[_Cell] = []
        for cell in chunk if sum(cell.columns for cell in chunk) > width else ():
            if part and (part[-1].role == "after" or (cell.role == "before" and part[-1].role != "before")):
                yield part
                part = []
            part.append(cell)
        yield part or chunk


def _breakable(before: _Cell, after: _Cell) -> bool:
    if before.role in ("open", "before") or after.role in ("close", "after"):
        return False
    if " " in (before.text, after.text):
        return True
    if unicodedata.category(after.text[0]) in ("Pe", "Pf", "Po", "Pd", "Sm"):
        return False
    opens = unicodedata.category(before.text[-1]) in ("Ps", "Pi")
    return not opens and "W" in (_class(before), _class(after))


def _class(cell: _Cell) -> str:
    width = unicodedata.east_asian_width(cell.text[0])
    return "W" if width in "WF" and cell.columns == 2 else "N"


def _paint(cells: Sequence[_Cell], direction: str) -> str:
    end = len(cells)
    while end and cells[end - 1].text == " ":
        end -= 1
    painted = []
    for (paint, role), run in groupby(cells[:end], key=lambda cell: (cell.paint, cell.role)):
        text = "".join([cell.text for cell in run]).replace(GLUE, " ")
        if direction and role == "change":
            text = f"{FIRST_STRONG}{text}{POP}"
        painted.append(f"{paint}{text}{RESET}" if paint else text)
    return f"{direction}{''.join(painted)}{POP}" if direction else "".join(painted)
