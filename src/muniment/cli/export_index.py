"""Beside the snapshots of ``archive export --all``: ``index.tsv`` says what they are, ``SHA256SUMS`` checks them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from muniment.digest import parse_digest
from muniment.errors import FormatError, InputError, SourceError
from muniment.files import read_file, write_file

INDEX = "index.tsv"
SUMS = "SHA256SUMS"

_HEAD = "file\treference\trecord\tsha256"
_FILE = r"[a-z0-9-]{1,63}-v[0-9]{1,16}-[0-9a-f]{12}\.zip"
_LINE = re.compile(
    rf"({_FILE})\t([a-z0-9-]{{1,63}})/v([1-9][0-9]{{0,15}})\t(sha256:[0-9a-f]{{64}})\t(sha256:[0-9a-f]{{64}})"
)
_SUMS = re.compile(rf"(?:[0-9a-f]{{64}}  {_FILE}\n)*".encode())
_MAX = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """One snapshot.

    Attributes:
        file: Name of the zip.
        release: Of the version in it.
        version: From 1.
        record: Digest of its record: the citation hash.
        sha256: Digest of the zip.
    """

    file: str
    release: str
    version: int
    record: str
    sha256: str


def format_index(rows: Iterable[Row]) -> bytes:
    """Write ``index.tsv``: a head line, then a line a snapshot, by release and version."""
    ordered = sorted(rows, key=lambda row: (row.release, row.version, row.file))
    lines = [f"{row.file}\t{row.release}/v{row.version}\t{row.record}\t{row.sha256}" for row in ordered]
    return "".join(f"{line}\n" for line in (_HEAD, *lines)).encode()


def parse_index(data: bytes, *, where: str = INDEX) -> tuple[Row, ...]:
    """Read ``index.tsv``, in exactly the form that ``format_index`` writes.

    Raises:
        FormatError: It is in another form.
    """
    lines = data.decode("ascii", "replace").split("\n")
    matches = [match for line in lines if (match := _LINE.fullmatch(line))]
    rows = tuple(Row(match[1], match[2], int(match[3]), match[4], match[5]) for match in matches)
    if format_index(rows) != data:
        raise FormatError("not an index of snapshots", where=where, expected="a file as archive export --all writes it")
    return rows


def format_sums(rows: Iterable[Row]) -> bytes:
    """Write ``SHA256SUMS``, by name of the file."""
    ordered = sorted(rows, key=lambda row: row.file)
    return "".join(f"{parse_digest(row.sha256)}  {row.file}\n" for row in ordered).encode()


def check_sums(data: bytes, *, where: str = SUMS) -> None:
    """Check that ``SHA256SUMS`` names snapshots and nothing else; it may be that of another ``index.tsv``.

    Raises:
        FormatError: It is something else.
    """
    if _SUMS.fullmatch(data) is None:
        raise FormatError("not the sums of snapshots", where=where)


def read_index(folder: Path, *, force: bool) -> tuple[Row, ...]:
    """Read the index of an earlier run; none is no rows.

    Raises:
        InputError: There are other files of these names, and ``force`` is not set; or there are folders.
    """
    for path in (folder / INDEX, folder / SUMS):
        if path.is_dir():
            raise InputError("not a file", where=str(path), found="a folder", hint="name another folder")
    try:
        if (folder / SUMS).exists():
            check_sums(read_file(str(folder / SUMS), max_size=_MAX))
        return parse_index(read_file(str(folder / INDEX), max_size=_MAX)) if (folder / INDEX).exists() else ()
    except (FormatError, SourceError) as error:
        if force:
            return ()
        what = f"the folder has another {INDEX} or {SUMS}"
        raise InputError(what, where=str(folder), hint="name another folder; --force replaces them") from error


def merge_index(folder: Path, before: Iterable[Row], now: Iterable[Row]) -> tuple[Row, ...]:
    """Put the rows of this run beside those of earlier ones whose snapshots are still there."""
    rows = {row.file: row for row in before if (folder / row.file).is_file()}
    return tuple({**rows, **{row.file: row for row in now}}.values())


def write_index(folder: Path, rows: Iterable[Row]) -> None:
    """Write both files, each whole or not at all.

    Raises:
        UnavailableError: They cannot be written.
    """
    listed = tuple(rows)
    for name, data in ((INDEX, format_index(listed)), (SUMS, format_sums(listed))):
        write_file(folder / name, data, force=True)
