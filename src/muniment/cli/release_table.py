"""``add --release-from``: a table in CSV that names the release of each file, and says of each what is said of it.

Whatever can be wrong in a table is found before anything is written, and named by row and column, counted as a
spreadsheet counts them: the header is row 1.  A version in the wrong place of its release could never be moved.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from muniment.canonical import Json
from muniment.cli.authoring import Members
from muniment.display import plain
from muniment.errors import InputError, MunimentError
from muniment.files import STANDARD_STREAM, read_file
from muniment.reference import check_release_id

MAX_TABLE = 16 * 1024 * 1024
"""Bytes of a table, at most: some hundred for each of 100,000 files."""

_NEEDED = ("file", "release")
_SUBJECT = "subject"
_DESCRIBED = tuple(name.replace("_", "-") for name in Members.__slots__ if name not in {"file", _SUBJECT})
_OF_THE_FILE = ("received", "charset", "media-type", "by", "note")
COLUMNS = (*_NEEDED, *_DESCRIBED, _SUBJECT, *_OF_THE_FILE)
"""Names of columns: file, release, and the options of the same names."""

_CHOICES = ("stated", "inferred")


@dataclass(frozen=True, slots=True)
class TableRow:
    """What a row says of a file; nothing where its cell is empty.

    Attributes:
        table: Name of the table.
        number: Number of the row; the header is row 1.
        path: The file, found from the folder of the table.
        shown: The same as the table has it.
        release: Of which release it is.
        metadata: Members of the description, ``uri`` and ``retrieved``.
        texts: The cells of ``received``, ``charset``, ``media_type``, ``by`` and ``note`` that are not empty.
    """

    table: str
    number: int
    path: str
    shown: str
    release: str
    metadata: Mapping[str, Json]
    texts: Mapping[str, str]

    def place(self, column: str = "") -> str:
        """Name the row, or one of its cells, for an error."""
        return _place(self.table, self.number, column)


def read_table(path: str, moment: str) -> list[TableRow]:
    """Read a table whole.

    Args:
        path: The file, or ``-``.
        moment: The time now, after which nothing can have been retrieved.

    Raises:
        InputError: It cannot be read, is no UTF-8 or no CSV, or has a row or a column that cannot be used.
    """
    name = "stdin" if path == STANDARD_STREAM else path
    folder = Path() if path == STANDARD_STREAM else Path(path).parent
    lines = _parse(_text(read_file(path, max_size=MAX_TABLE), name), name)
    _, header = next(lines, (1, []))
    columns = _columns(header, name)
    rows = [_row(name, number, folder, _cells(name, number, columns, cells), moment) for number, cells in lines]
    if not rows:
        raise InputError("the table names no file", where=name, hint="one row for each file, below the header")
    _refuse_twice(rows)
    return rows


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            "the table is not UTF-8", where=f"{name}, line {line}", hint="save it as CSV in UTF-8"
        ) from error


def _parse(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Give the rows with their numbers, cells without blanks around them; rows without a word are passed over."""
    number, reader = 0, csv.reader(StringIO(text, newline=""), strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            stripped = [cell.strip() for cell in cells]
            if number == 1 or any(stripped):
                yield number, stripped
    except csv.Error as error:
        what = f"not CSV: {plain(str(error))}"
        raise InputError(
            what, where=_place(name, number + 1), hint="quotes stand around a cell, and twice within"
        ) from error


def _columns(header: Sequence[str], table: str) -> list[str]:
    """Name the columns, in the order of the table; empty where there is no name."""
    names = [cell.lower() for cell in header]
    seen: set[str] = set()
    for number, column in enumerate(names, 1):
        place = f"{table}, row 1, column {number}"
        if column and column not in COLUMNS:
            raise InputError(
                "no column has this name",
                where=place,
                expected=f"one of {', '.join(COLUMNS)}",
                found=plain(repr(column[:80])),
                hint="commas stand between the cells; take out a column that is not meant",
            )
        if column and column in seen and column != _SUBJECT:
            raise InputError(f"the column {column} is there twice", where=place, hint="leave one of them")
        seen.add(column)
    for needed in _NEEDED:
        if needed not in seen:
            raise InputError(
                f"there is no column {needed}", where=f"{table}, row 1", expected="file,release and what else is said"
            )
    return names


def _cells(table: str, number: int, columns: Sequence[str], cells: Sequence[str]) -> list[tuple[str, str]]:
    """Give the cells that are not empty, each with its column."""
    if len(cells) != len(columns):
        raise InputError(
            "the row has not as many cells as the header",
            where=_place(table, number),
            expected=str(len(columns)),
            found=str(len(cells)),
            hint="quotes stand around a cell that has a comma",
        )
    for place, (column, cell) in enumerate(zip(columns, cells, strict=True), 1):
        if cell and not column:
            raise InputError(
                "the column of this cell has no name",
                where=_place(table, number, str(place)),
                found=plain(repr(cell[:60])),
            )
        if column != "file" and plain(cell) != cell:
            raise InputError(
                "a cell is one line of text that everybody can see",
                where=_place(table, number, column),
                found=plain(repr(cell[:60])),
                hint="take line breaks and signs that are not seen out of it",
            )
    return [(column, cell) for column, cell in zip(columns, cells, strict=True) if cell]


def _row(table: str, number: int, folder: Path, cells: Sequence[tuple[str, str]], moment: str) -> TableRow:
    said = dict(cells)
    for needed in _NEEDED:
        if needed not in said:
            raise InputError("the cell is empty", where=_place(table, number, needed))
    file = said["file"]
    path = folder / file
    if file == STANDARD_STREAM or not _is_there(path):
        raise InputError(
            "no such file",
            where=_place(table, number, "file"),
            found=plain(file),
            hint="paths begin in the folder of the table",
        )
    try:
        release = check_release_id(said["release"])
    except MunimentError as error:
        raise error.as_(InputError, where=_place(table, number, "release"), hint=error.hint) from error
    texts = {column.replace("-", "_"): said[column] for column in _OF_THE_FILE if column in said}
    return TableRow(table, number, str(path), file, release, _described(table, number, cells, moment), texts)


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _described(table: str, number: int, cells: Iterable[tuple[str, str]], moment: str) -> dict[str, Json]:
    """Read what is said of the statement as the options of the same names are read."""
    cells = list(cells)
    said = {column: cell for column, cell in cells if column in _DESCRIBED}
    for column in ("issued-basis", "genre-basis"):
        if said.get(column, _CHOICES[0]) not in _CHOICES:
            raise InputError(
                "not a basis",
                where=_place(table, number, column),
                expected=" or ".join(_CHOICES),
                found=plain(repr(said[column][:60])),
            )
    subjects = tuple(cell for column, cell in cells if column == _SUBJECT)
    members = Members(subject=subjects, **{column.replace("-", "_"): cell for column, cell in said.items()})
    try:
        return members.gather(moment)
    except MunimentError as error:
        column = error.where.removeprefix("--") if error.where.startswith("--") else ""
        raise error.as_(InputError, where=_place(table, number, column), hint=error.hint) from error


def _refuse_twice(rows: Iterable[TableRow]) -> None:
    """Refuse a file that is named twice for a release: a row that was copied, and not meant."""
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        first = seen.setdefault((row.path, row.release), row.number)
        if first != row.number:
            raise InputError(
                f"row {first} names this file for the same release",
                where=row.place("file"),
                found=plain(row.shown),
                hint="take one of them out",
            )


def _place(table: str, number: int, column: str = "") -> str:
    return f"{plain(table)}, row {number}, column {column}" if column else f"{plain(table)}, row {number}"
