"""Rows of tables: which are one paragraph, and in which column each cell stands (HTML Standard, section 4.9.12)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from muniment.sources.html.elements import PageElement
    from muniment.sources.html.rendering import Rendered

CELLS: Final = frozenset(("td", "th"))
_FEW_CELLS: Final = 2
_MOST_COLUMNS: Final = 1000  # that one cell can span, by the standard; a row with more columns has no empty ones
_MOST_ROWS: Final = 65534
_NUMBER: Final = re.compile(r"[\t\n\f\r ]*\+?([0-9]{1,9})")

Covered = dict[int, int]
"""Of a group of rows: up to which row a cell from above covers a column."""


class CellRow:
    """A row of a table while it is read.

    Attributes:
        node: Its element.
        start: How many paragraphs there were before it.
        holds_list: Whether a list began in it.
    """

    __slots__ = ("_cells", "_number", "holds_list", "node", "start")

    def __init__(self, node: PageElement, start: int, number: int) -> None:
        self.node = node
        self.start = start
        self.holds_list = False
        self._number = number
        self._cells: list[tuple[PageElement, int, int]] = []

    def add(self, node: PageElement, start: int, end: int) -> None:
        """Add a cell by where its paragraphs lie."""
        self._cells.append((node, start, end))

    def join(self, found: list[Rendered], covered: Covered) -> None:
        """Make one paragraph of a row of data, also where cells are empty; a row of a layout is its paragraphs.

        Args:
            found: All paragraphs so far.
            covered: What cells of rows above cover, and from now on those of this one.
        """
        columns = self._columns(covered)
        inside = found[self.start :]
        # What is left out of a row does not part the rest of it.
        taken = any(part.taken for part in inside)
        cells = [[part for part in found[start:end] if part.taken is taken] for start, end in columns]
        parts = [cell[0] for cell in cells if cell]
        if len(parts) < _FEW_CELLS or any(len(cell) > 1 for cell in cells):
            return
        if sum(end - start for start, end in columns) != len(inside) or any(map(self._is_apart, parts)):
            return
        text = "\t".join([cell[0].text if cell else "" for cell in cells]).rstrip("\t")
        row = parts[0]._replace(kind="table-row", text=text)
        found[self.start :] = [row, *(part for part in inside if part.taken is not taken)]

    def _is_apart(self, part: Rendered) -> bool:
        """Whether a paragraph is a row or an item itself; the marker of an item around the row is the row's."""
        return part.kind == "table-row" or (part.marker is not None and self.holds_list)

    def _columns(self, covered: Covered) -> list[tuple[int, int]]:
        """Where the paragraphs of each column lie; a column that another cell covers is an empty one."""
        columns: list[tuple[int, int]] = []
        for node, start, end in self._cells:
            while covered.get(len(columns), 0) > self._number:
                columns.append((end, end))
            first = len(columns)
            columns.append((start, end))
            given = node.attributes
            wide = _span(given.get("colspan"), _MOST_COLUMNS) or 1
            if first + wide <= _MOST_COLUMNS:
                columns.extend([(end, end)] * (wide - 1))
            if "rowspan" in given and len(columns) <= _MOST_COLUMNS:
                # None of them is all rows up to the end of the group.
                high = _span(given["rowspan"], _MOST_ROWS) or _MOST_ROWS
                covered.update(dict.fromkeys(range(first, len(columns)), self._number + high))
        return columns


def _span(value: str | None, most: int) -> int:
    match = _NUMBER.match(value or "1")
    return 1 if match is None else min(int(match[1]), most)
