"""A folder of dated files as a source: a time for each file, from its name by a pattern, or from a list.

The times that the file system keeps are never taken: they say when a file was copied.  The key of a file is its path
without the date, or what the list calls its document.
"""

from __future__ import annotations

import csv
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Final, Protocol, cast

import regex

from muniment.canonical import Json, parse_json
from muniment.dates import read_time
from muniment.errors import InputError, MunimentError, NotFoundError, SourceError, StoreError, UnavailableError
from muniment.files import read_file
from muniment.importing.git_history import MAX_FILE, printable
from muniment.importing.item import AskedFor, Item, Notice
from muniment.importing.named_folder import check_folder
from muniment.importing.patterns import PathPattern, match_path, parse_pattern, parts_of
from muniment.record.capture import one_line, without_credentials
from muniment.record.provenance import Provenance, TimeClaim
from muniment.store.local import plain_errors, read_regular

MAX_LIST: Final = 64 * 1024 * 1024
"""Bytes of a list, at most."""

_DATE: Final = re.compile(
    r"(?P<year>[0-9]{4})(?:-?(?P<month>[0-9]{2})(?:-?(?P<day>[0-9]{2})"
    r"(?:[T _-]?(?P<hour>[0-9]{2})[:.-]?(?P<minute>[0-9]{2})(?:[:.-]?(?P<second>[0-9]{2}))?Z?)?)?)?"
)
_CLOCK: Final = r"(?:[T _-]?[0-9]{2}[:.-]?[0-9]{2}(?:[:.-]?[0-9]{2})?Z?)?"
_DAY: Final = r"(?:0[1-9]|[12][0-9]|3[01])"
_MONTH: Final = r"(?:0[1-9]|1[0-2])"
_FORMS: Final = (
    rf"(?:[0-9]{{4}}-{_MONTH}-{_DAY}|[0-9]{{4}}{_MONTH}{_DAY}){_CLOCK}",
    rf"[0-9]{{4}}-?{_MONTH}",
    rf"(?:[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|[0-9]{{8}}){_CLOCK}",
    r"[0-9]{4}-[0-9]{2}",
)
"""What a date looks like, the most telling first: the part before it, or after it, must not take the year from it.

The last two are of no calendar, so that ``2022-13-01`` is told whole, and not as ``01``."""
_PARTS: Final = ("date", "year", "month", "day")
_COLUMNS: Final = ("file", "time", "document", "uri")
_EDGES: Final = re.compile(r"^[-_. ]+|[-_ ]+(?=\.|$)|(?<=/)[-_. ]+(?=[^/.])")


@dataclass(frozen=True, slots=True)
class DatedFile:
    """What is said of a file.

    Attributes:
        time: A date, or RFC 3339 in UTC.
        basis: ``file-name`` or ``list``.
        key: Of which document it is a state.
        uri: Where it was published, where that is said.
    """

    time: str
    basis: str
    key: str
    uri: str | None = None


class Dating(Protocol):
    """Where the times of files come from."""

    def date(self, path: str) -> DatedFile | None:
        """Say the time of a file by its path; None where nothing is said of it.

        Raises:
            InputError: What is said is no time.
        """
        ...

    def missing(self, present: frozenset[str]) -> Sequence[str]:
        """The files that should be there and are not."""
        ...


@dataclass(frozen=True, slots=True)
class NamesWithDates:
    """Times from the names of files.

    Attributes:
        pattern: Where the date stands.
        narrow: The same for each form of a date, which are tried first.
    """

    pattern: PathPattern
    narrow: tuple[regex.Pattern[str], ...] = ()

    def date(self, path: str) -> DatedFile | None:
        """See ``Dating.date``."""
        rules = (*self.narrow, self.pattern.rule)
        found = next((each for rule in rules if (each := match_path(rule, path)) is not None), None)
        if found is None:
            return None
        parts = found.groupdict()
        if "date" in parts:
            time = read_stamp(parts["date"], where=path)
        else:
            time = read_stamp("-".join(parts[name] for name in _PARTS[1:] if name in parts), where=path)
        return DatedFile(time, "file-name", _without(path, [found.span(name) for name in _PARTS if name in parts]))

    def missing(self, present: frozenset[str]) -> Sequence[str]:  # noqa: ARG002 - a pattern names no file
        """See ``Dating.missing``."""
        return ()


@dataclass(frozen=True, slots=True)
class ListOfDates:
    """Times from a list that names each file."""

    files: Mapping[str, DatedFile]

    def date(self, path: str) -> DatedFile | None:
        """See ``Dating.date``."""
        return self.files.get(path)

    def missing(self, present: frozenset[str]) -> Sequence[str]:
        """See ``Dating.missing``."""
        return sorted(self.files.keys() - present)


def names_with_dates(text: str, *, where: str) -> NamesWithDates:
    """Read the pattern that says where dates stand in names: ``{document}/{date}.txt``.

    Raises:
        InputError: It is no pattern, or has no date.
    """
    pattern = parse_pattern(text, where=where)
    if not {"date", "year"} & pattern.rule.groupindex.keys():
        what = "the pattern does not say where the date stands"
        raise InputError(what, where=where, expected="{date}, or {year} with {month} and {day}", found=repr(text))
    wide = "(?P<date>[^/]+)"
    forms = _FORMS if wide in pattern.rule.pattern else ()
    narrow = (pattern.rule.pattern.replace(wide, f"(?<![0-9])(?P<date>{form})(?![0-9])") for form in forms)
    return NamesWithDates(pattern, tuple(regex.compile(rule, regex.DOTALL) for rule in narrow))


def read_stamp(text: str, *, where: str) -> str:
    """Read a time as names of files have it: ``2022-01-30``, ``20220130``, ``2022-01``, ``20220130T100500Z``.

    Raises:
        InputError: It is none, or none of the calendar.
    """
    found = _DATE.fullmatch(text)
    if found is not None:
        parts = found.groupdict()
        day = "-".join(parts[name] for name in ("year", "month", "day") if parts[name])
        time = f"{day}T{parts['hour']}:{parts['minute']}:{parts['second'] or '00'}Z" if parts["hour"] else day
        try:
            date.fromisoformat((day + "-01-01")[:10])
            return read_time(time, where=where)
        except (ValueError, InputError):
            pass
    raise InputError(
        "not a time", where=where, expected="such as 2022-01-30, 20220130 or 20220130T100500Z", found=repr(text[:40])
    )


def _without(path: str, spans: Sequence[tuple[int, int]]) -> str:
    """Take the date out of a path, and what stood around it; a file with no other name has that of its folder."""
    for start, end in sorted(spans, reverse=True):
        path = path[:start] + path[end:]
    folders, _, name = path.rpartition("/")
    folder = "/".join(part for part in (_EDGES.sub("", each) for each in folders.split("/")) if part)
    parts = parts_of(name)
    stem = parts["stem"].strip("-_. ") if not name.startswith(".") else ""
    suffix = name if name.startswith(".") else f".{parts['suffix']}" if parts["suffix"] else ""
    if not stem:
        return f"{folder or 'document'}{suffix}"
    return f"{folder}/{stem}{suffix}" if folder else f"{stem}{suffix}"


def read_list(path: str) -> ListOfDates:
    """Read a list: CSV with a header, or JSON with an array of objects, of ``file``, ``time``, ``document``, ``uri``.

    Raises:
        InputError: It cannot be read, or has a row that cannot be used.
    """
    data = read_file(path, max_size=MAX_LIST)
    rows = _json_rows(data, path) if data.lstrip()[:1] == b"[" else _csv_rows(data, path)
    files: dict[str, DatedFile] = {}
    for place, row in rows:
        unknown = sorted(row.keys() - set(_COLUMNS))
        if unknown or not row.get("file") or not row.get("time"):
            found = unknown[0] if unknown else ", ".join(sorted(row)) or "nothing"
            raise InputError(
                "not a row of such a list", where=place, expected=", ".join(_COLUMNS), found=repr(found[:80])
            )
        name = row["file"].removeprefix("./")
        if name in files:
            raise InputError("this file is there twice", where=place, found=repr(name[:80]))
        uri = row.get("uri", "")
        if without_credentials(uri) != uri:
            what, hint = "the address holds a name or password", "leave them out: all can read a record"
            raise InputError(what, where=place, found=repr(without_credentials(uri)[:80]), hint=hint)
        time = read_stamp(row["time"], where=place)
        files[name] = DatedFile(time, "list", row.get("document") or name, row.get("uri") or None)
    return ListOfDates(files)


def _json_rows(data: bytes, path: str) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        value = parse_json(data, where=path)
    except MunimentError as error:
        raise error.as_(InputError, where=path) from error
    for number, row in enumerate(cast("list[Json]", value), 1):
        place = f"{path}, object {number}"
        if not isinstance(row, dict) or not all(isinstance(each, str) for each in row.values()):
            raise InputError("not an object of texts", where=place, expected=", ".join(_COLUMNS))
        yield place, cast("dict[str, str]", row)


def _csv_rows(data: bytes, path: str) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        rows = list(csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError as error:
        raise InputError("the list is not UTF-8", where=path, hint="save it as CSV in UTF-8") from error
    except csv.Error as error:
        raise InputError("the list is not CSV", where=path, found=str(error)) from error
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    if len(set(header)) != len(header) or not {"file", "time"} <= set(header) <= set(_COLUMNS):
        raise InputError(
            "the first row does not name the columns",
            where=path,
            expected="file and time, and perhaps document and uri, between commas; or a JSON array of objects",
            found=repr(",".join(header)[:80]),
        )
    for number, cells in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in cells[len(header) :]):
            what = "more cells than the first row has"
            raise InputError(what, where=f"{path}, row {number}", expected=str(len(header)), found=str(len(cells)))
        if any(cell.strip() for cell in cells):
            named = zip(header, cells, strict=False)
            yield f"{path}, row {number}", {name: cell.strip() for name, cell in named if cell.strip()}


class DatedFolder:
    """The files of a folder.

    Args:
        folder: The folder.
        dating: Where the times come from.
        name: What the folder is called in records; None for its own name.
    """

    kind = "folder"
    ordered = False

    def __init__(self, folder: Path, dating: Dating, *, name: str | None = None) -> None:
        check_folder(folder, hint="name the folder of the dated files", elsewhere="name a folder of dated files")
        self._folder = folder.absolute()
        self._dating = dating
        self.name = name or one_line(folder.resolve().name)[:200] or "folder"

    def items(self, since: str | None) -> Iterator[Item | Notice]:  # noqa: ARG002 - the engine leaves out what is older
        """See ``ImportSource.items``."""
        found = sorted(self._files())
        for path in self._dating.missing(frozenset(printable(os.fsencode(name)) for name, _ in found)):
            yield Notice("missing-file", path, "in the list, and not in the folder", failed=True)
        choice = AskedFor()
        for name, status in found:
            yield self._one(name, status, choice)
        yield from choice.notices(self.name)

    def _one(self, name: str, status: os.stat_result, choice: AskedFor) -> Item | Notice:
        path = printable(os.fsencode(name))
        if stat.S_ISLNK(status.st_mode):
            return Notice("symbolic-link", path, "a symbolic link, which is not followed")
        if not stat.S_ISREG(status.st_mode):
            return Notice("no-file", path, "not a regular file")
        try:
            dated = self._dating.date(path)
        except InputError as error:
            choice.note(path, asked_for=True)
            return Notice("time-unreadable", path, f"{error.what}: {error.found}", failed=True)
        if not choice.note(path, asked_for=dated is not None) or dated is None:
            return Notice("undated", path, "neither the pattern nor a list says its date")
        provenance = Provenance(self.kind, self.name, path, None, (TimeClaim(dated.basis, dated.time),))
        read = partial(self._read, name)
        return Item(
            dated.key, dated.time, path.rpartition("/")[2], read, provenance, size=status.st_size, uri=dated.uri
        )

    def covers(self, before: Provenance) -> bool:
        """See ``ImportSource.covers``."""
        return before.kind == self.kind and before.source == self.name

    def close(self) -> None:
        """See ``ImportSource.close``: nothing is held."""

    def _files(self) -> Iterator[tuple[str, os.stat_result]]:
        """Every name below the folder that is no folder, with what it is; links are not followed."""

        def refuse(error: OSError) -> None:
            raise UnavailableError("cannot be listed", where=str(error.filename), found=str(error.strerror))

        top = str(self._folder)
        for folder, folders, files in os.walk(top, onerror=refuse):
            links = [name for name in folders if (Path(folder) / name).is_symlink()]
            for name in (*files, *links):
                location = f"{folder}/{name}"
                with plain_errors(location):
                    yield os.path.relpath(location, top).replace(os.sep, "/"), os.lstat(location)

    def _read(self, name: str) -> bytes:
        if not self._folder.is_dir():
            raise UnavailableError("the folder is gone", where=str(self._folder), hint="bring it back, then try again")
        where = printable(os.fsencode(name))
        try:
            with plain_errors(where):
                return read_regular(f"{self._folder}/{name}", where, MAX_FILE)
        except (NotFoundError, StoreError) as error:
            raise error.as_(SourceError, where=where) from error
