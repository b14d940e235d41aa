"""``archive export --all``: a snapshot of every version, in one folder, by several processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from muniment.archive import Archive, open_archive
from muniment.archive.published import check_size
from muniment.cli.export_index import Row, merge_index, read_index, write_index
from muniment.cli.progress import ProgressBar
from muniment.cli.target import store_at
from muniment.digest import format_digest, sha256_hex
from muniment.errors import InputError, IntegrityError, MunimentError, UnavailableError
from muniment.export.snapshot import build_snapshot
from muniment.files import make_folder, write_file
from muniment.log.statement import VersionStatement
from muniment.parallel import share

WORTH_SHARING = 16
"""Versions from which on starting other processes saves time."""

_PARTS = 8
"""Parts of the work that each process gets on average; each part opens the archive once."""

_WORST_FIRST = (IntegrityError, UnavailableError, InputError)
_Entry = tuple[int, VersionStatement]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to do with each version.

    Attributes:
        archive: Its folder.
        folder: Where the snapshots go.
        size: Of the checkpoint that they stand under, or None for each one's first.
        force: Whether to replace other files of their names.
    """

    archive: Path
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

    row: Row
    size: int
    written: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """One version of which there is no snapshot now.

    Attributes:
        reference: Of the version.
        text: Why, as one line.
        exit_code: That of the error.
    """

    reference: str
    text: str
    exit_code: int


_Result = Exported | Refused


def export_all(archive: Archive, wanted: Wanted, release: str | None, jobs: int) -> tuple[_Result, ...]:
    """Write the snapshots, each whole or not at all, and then the index.  What fails does not stop the others.

    Args:
        archive: Opened.
        wanted: What to do.
        release: The only release to export, or None for all.
        jobs: How many processes to use, at most.

    Raises:
        InputError: There is nothing to export, no such checkpoint, or another ``index.tsv`` in the folder.
        UnavailableError: The folder cannot be made or written to.
    """
    entries = _entries(archive, release, wanted.size)
    make_folder(wanted.folder)
    before = read_index(wanted.folder, force=wanted.force)
    results = _run(wanted, entries, jobs)
    rows = [result.row for result in results if isinstance(result, Exported)]
    write_index(wanted.folder, merge_index(wanted.folder, before, rows))
    return results


def exit_code(results: Sequence[_Result]) -> int:
    """Give 0, or the code of the worst that happened: a version that does not verify, then one not read or written."""
    codes = {result.exit_code for result in results if isinstance(result, Refused)}
    return next((kind.exit_code for kind in _WORST_FIRST if kind.exit_code in codes), 0)


def _entries(archive: Archive, release: str | None, size: int | None) -> list[_Entry]:
    if release is not None and release not in archive.versions:
        raise InputError(f"there is no release {release}", hint="archive list names the releases")
    if size is not None:
        check_size(archive, size)
    found = [archive.versions[release]] if release is not None else list(archive.versions.values())
    entries = [entry for versions in found for entry in versions if size is None or entry[0] < size]
    if not entries:
        raise InputError("there is no version to export", where=release or "")
    return entries


def _run(wanted: Wanted, entries: Sequence[_Entry], jobs: int) -> tuple[_Result, ...]:
    jobs = jobs if len(entries) >= WORTH_SHARING else 1
    length = max(1, len(entries) // (jobs * _PARTS)) if jobs > 1 else 1
    parts = [entries[at : at + length] for at in range(0, len(entries), length)]
    done: list[_Result] = []
    with ProgressBar("exporting") as bar:
        if jobs == 1:
            archive = _open(wanted)
            for entry in entries:
                done.append(_export(archive, wanted, entry))
                bar.update(len(done), len(entries))
            return tuple(done)
        with share(partial(_export_part, wanted), parts, jobs) as results:
            for result in results:
                done.extend(result)
                bar.update(len(done), len(entries))
    return tuple(done)


def _open(wanted: Wanted) -> Archive:
    return open_archive(store_at(wanted.archive), where=str(wanted.archive))


def _export_part(wanted: Wanted, entries: Sequence[_Entry]) -> list[_Result]:
    archive = _open(wanted)
    return [_export(archive, wanted, entry) for entry in entries]


def _export(archive: Archive, wanted: Wanted, entry: _Entry) -> _Result:
    statement = entry[1]
    try:
        snapshot = build_snapshot(archive, archive.read_entry(*entry), size=wanted.size)
        written = write_file(wanted.folder / snapshot.name, snapshot.data, force=wanted.force)
    except MunimentError as error:
        return Refused(statement.name, str(error), error.exit_code)
    digest = format_digest(sha256_hex(snapshot.data))
    row = Row(snapshot.name, statement.release, statement.version, statement.record, digest)
    return Exported(row, len(snapshot.data), written)
