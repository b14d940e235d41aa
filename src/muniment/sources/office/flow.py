"""Paragraphs while a document is read: their words, the cells and rows of tables, and the signs of notes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from muniment.sources.html.rendering import NOT_TEXT, Rendered
from muniment.sources.marks import UNSEEN

if TYPE_CHECKING:
    from muniment.sources.html.markers import ItemMarker

_SEEN: Final = re.compile(f"[^{UNSEEN}]")
_BLANK_LINES: Final = re.compile("\n[ \t\n]*\n")
_FEW_CELLS: Final = 2


@dataclass(slots=True)
class FlowWords:
    """A paragraph while it is read.

    Attributes:
        kind: ``heading``, ``paragraph``, ``list-item`` or ``table-row``.
        marker: What is printed before it.
        indent: Columns, by how deep its list lies in others.
        runs: Its words.
    """

    kind: str = "paragraph"
    marker: ItemMarker | None = None
    indent: int = 0
    runs: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words in one line."""
        return " ".join("".join(self.runs).split())

    def rendered(self) -> list[Rendered]:
        """Give what becomes of it: nothing without words, more than one where empty lines part it."""
        text = NOT_TEXT.sub("\ufffd", "".join(self.runs))
        if self.kind != "table-row":
            text = "\n".join(line.strip(" \t") for line in text.split("\n"))
        found: list[Rendered] = []
        for piece in _BLANK_LINES.split(text):
            if _SEEN.search(piece):
                found.append(
                    Rendered(self.kind, piece.strip("\n"), None if found else self.marker, self.indent, taken=True)
                )
        return found


class Flow:
    """What has been read so far of a body, or of a note."""

    def __init__(self) -> None:
        self.words: list[FlowWords] = []
        self.notes: list[tuple[str, str]] = []
        """Kind and name of each note, in the order of their signs."""
        self._open: list[FlowWords] = []
        self._rows: list[list[tuple[int, int]]] = []
        self._cells: list[int] = []

    @property
    def is_open(self) -> bool:
        """Whether a paragraph is being read."""
        return bool(self._open)

    def begin(self, words: FlowWords) -> None:
        """Begin a paragraph."""
        self.words.append(words)
        self._open.append(words)

    def go_on(self, words: FlowWords) -> None:
        """Go on with a paragraph that has ended."""
        self._open.append(words)

    def end(self) -> FlowWords:
        """End a paragraph."""
        return self._open.pop()

    def add(self, text: str) -> None:
        """Add words where there is a paragraph for them."""
        if self._open:
            self._open[-1].runs.append(text)

    def add_note(self, kind: str, name: str) -> None:
        """Add the sign of a note: its number among all notes."""
        if self._open:
            self.notes.append((kind, name))
            self.add(f"[{len(self.notes)}]")

    def begin_row(self) -> None:
        """Begin a row of a table."""
        self._rows.append([])

    def begin_cell(self) -> None:
        """Begin a cell."""
        self._cells.append(len(self.words))

    def end_cell(self) -> None:
        """End a cell."""
        start = self._cells.pop()
        if self._rows:
            self._rows[-1].append((start, len(self.words)))

    def end_row(self) -> None:
        """Join the cells of a row of data, also where some are empty; a row of a layout is its paragraphs."""
        spans = self._rows.pop()
        # Two of each cell say enough: rows inside of rows are looked at again and again.
        cells = [list(islice(filter(_is_seen, self.words[start:end]), 2)) for start, end in spans]
        if len(cells) < _FEW_CELLS or sum(map(bool, cells)) < _FEW_CELLS or any(len(cell) > 1 for cell in cells):
            return
        if any(words.kind == "table-row" or len(words.rendered()) > 1 for cell in cells for words in cell):
            return
        text = "\t".join(_of_cell(cell[0]) if cell else "" for cell in cells).rstrip("\t")
        self.words[spans[0][0] :] = [FlowWords("table-row", runs=[text])]

    def rendered(self) -> list[Rendered]:
        """Give all paragraphs."""
        return [each for words in self.words for each in words.rendered()]


def _is_seen(words: FlowWords) -> bool:
    # In a cell a number may stand alone: that of its row.
    return words.marker is not None or bool(words.rendered())


def _of_cell(words: FlowWords) -> str:
    parts = [words.marker.printed] if words.marker else []
    return " ".join([*parts, *(part.text for part in words.rendered())]).replace("\t", " ")
