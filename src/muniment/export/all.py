"""A snapshot of every version, in one folder, made by several processes.

Beside the snapshots, ``index.tsv`` says what they are and ``SHA256SUMS`` checks them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from muniment.archive import Archive, open_archive
from muniment.archive.published import check_size
from muniment.digest import format_digest, parse_digest, sha256_hex
from muniment.errors import FormatError, InputError, IntegrityError, MunimentError, SourceError, UnavailableError
from muniment.export.snapshot import build_snapshot
from muniment.files import make_folder, read_file, write_file
from muniment.log.statement import VersionEntry
from muniment.parallel import share
from muniment.store import Store

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
class IndexRow:
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


def format_index(rows: Iterable[IndexRow]) -> bytes:
    """Write ``index.tsv``: a head line, then a line a snapshot, by release and version."""
    ordered = sorted(rows, key=lambda row: (row.release, row.version, row.file))
    lines = [f"{row.file}\t{row.release}/v{row.version}\t{row.record}\t{row.sha256}" for row in ordered]
    return "".join(f"{line}\n" for line in (_HEAD, *lines)).encode()


def parse_index(data: bytes, *, where: str = INDEX) -> tuple[IndexRow, ...]:
    """Read ``index.tsv``, in exactly the form that ``format_index`` writes.

    Raises:
        FormatError: It is in another form.
    """
    lines = data.decode("ascii", "replace").split("\n")
    matches = [match for line in lines if (match := _LINE.fullmatch(line))]
    rows = tuple(IndexRow(match[1], match[2], int(match[3]), match[4], match[5]) for match in matches)
    if format_index(rows) != data:
        raise FormatError("not an index of snapshots", where=where, expected="an index as an export of all has it")
    return rows


def format_sums(rows: Iterable[IndexRow]) -> bytes:
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


def read_index(folder: Path, *, force: bool) -> tuple[IndexRow, ...]:
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
        raise InputError(what, where=str(folder), hint="name another folder; or let them be replaced") from error


def merge_index(folder: Path, before: Iterable[IndexRow], now: Iterable[IndexRow]) -> tuple[IndexRow, ...]:
    """Put the rows of this run beside those of earlier ones whose snapshots are still there."""
    rows = {row.file: row for row in before if (folder / row.file).is_file()}
    return tuple({**rows, **{row.file: row for row in now}}.values())


def write_index(folder: Path, rows: Iterable[IndexRow]) -> None:
    """Write both files, each whole or not at all.

    Raises:
        UnavailableError: They cannot be written.
    """
    listed = tuple(rows)
    for name, data in ((INDEX, format_index(listed)), (SUMS, format_sums(listed))):
        write_file(folder / name, data, force=True)


WORTH_SHARING = 16
"""Versions from which on starting other processes saves time."""

_PARTS = 8
"""Parts of the work that each process gets on average; each part opens the archive once."""

_WORST_FIRST = (IntegrityError, UnavailableError, InputError)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to do with each version.

    Attributes:
        store: The archive.
        name: What to call it in errors.
        folder: Where the snapshots go.
        size: Of the checkpoint that they are proven against; None for the smallest that covers each.
        force: Whether to replace other files of their names.
    """

    store: Store
    name: str
    folder: Path
    size: int | None
    force: bool


@dataclass(frozen=True, slots=True)
class Exported:
    """One snapshot that is in the folder now.

    Attributes:
        row: Its line in the index.
        size: In bytes.
        written: False where the same bytes were there already.
    """

    row: IndexRow
    size: int
    written: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """One version of which there is no snapshot now.

    Attributes:
        reference: Of the version.
        error: Why.
    """

    reference: str
    error: MunimentError


_Result = Exported | Refused

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many of how many are done."""


def export_all(
    archive: Archive, wanted: Wanted, release: str | None, jobs: int, progress: Progress
) -> tuple[_Result, ...]:
    """Write the snapshots, each whole or not at all, and then the index.  What fails does not stop the others.

    Args:
        archive: Opened.
        wanted: What to do.
        release: The only release to export, or None for all.
        jobs: How many processes to use, at most.
        progress: Is told how many versions of how many are done.

    Raises:
        InputError: There is nothing to export, no such checkpoint, or another ``index.tsv`` in the folder.
        UnavailableError: The folder cannot be made or written to.
    """
    entries = _entries(archive, release, wanted.size)
    make_folder(wanted.folder)
    before = read_index(wanted.folder, force=wanted.force)
    results = _run(wanted, entries, jobs, progress)
    rows = [result.row for result in results if isinstance(result, Exported)]
    write_index(wanted.folder, merge_index(wanted.folder, before, rows))
    return results


def exit_code(results: Sequence[_Result]) -> int:
    """Give 0, or the code of the worst that happened: a version that does not verify, then one not read or written."""
    codes = {result.error.exit_code for result in results if isinstance(result, Refused)}
    return next((kind.exit_code for kind in _WORST_FIRST if kind.exit_code in codes), 0)


def _entries(archive: Archive, release: str | None, size: int | None) -> list[VersionEntry]:
    if release is not None and not archive.history(release):
        raise InputError(f"there is no release {release}", hint="name a release that is there")
    if size is not None:
        check_size(archive, size)
    releases = [archive.history(release)] if release is not None else list(archive.versions.values())
    entries = [entry for versions in releases for entry in versions if size is None or entry.index < size]
    if not entries:
        raise InputError("there is no version to export", where=release or "")
    return entries


def _run(wanted: Wanted, entries: Sequence[VersionEntry], jobs: int, progress: Progress) -> tuple[_Result, ...]:
    jobs = jobs if len(entries) >= WORTH_SHARING else 1
    length = max(1, len(entries) // (jobs * _PARTS)) if jobs > 1 else 1
    parts = [entries[at : at + length] for at in range(0, len(entries), length)]
    done: list[_Result] = []
    if jobs == 1:
        archive = _open(wanted)
        for entry in entries:
            done.append(_export(archive, wanted, entry))
            progress(len(done), len(entries))
        return tuple(done)
    with share(partial(_export_part, wanted), parts, jobs) as results:
        for result in results:
            done.extend(result)
            progress(len(done), len(entries))
    return tuple(done)


def _open(wanted: Wanted) -> Archive:
    return open_archive(wanted.store, where=wanted.name)


def _export_part(wanted: Wanted, entries: Sequence[VersionEntry]) -> list[_Result]:
    archive = _open(wanted)
    return [_export(archive, wanted, entry) for entry in entries]


def _export(archive: Archive, wanted: Wanted, entry: VersionEntry) -> _Result:
    statement = entry.statement
    try:
        snapshot = build_snapshot(archive, archive.read_entry(entry), size=wanted.size)
        written = write_file(wanted.folder / snapshot.name, snapshot.data, force=wanted.force)
    except MunimentError as error:
        return Refused(statement.name, error)
    digest = format_digest(sha256_hex(snapshot.data))
    row = IndexRow(snapshot.name, statement.release, statement.version, statement.record, digest)
    return Exported(row, len(snapshot.data), written)
