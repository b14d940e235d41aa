"""The rows of a search index: made from all versions, or from those that were logged since it was made."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from muniment.archive import Archive
from muniment.history.index.index_file import CURRENT, IndexState, open_database, read_state, replacing
from muniment.history.index.terms import WordRow, digest_of
from muniment.record import Record


@dataclass(frozen=True, slots=True)
class IndexGrowth:
    """What was done to an index.

    Attributes:
        before: How it stood.
        read: Versions that were read for it.
        rows: Paragraphs that it has now, each counted once in its release.
        bytes: Size of its file.
    """

    before: IndexState
    read: int
    rows: int
    bytes: int


def bring_up_to_date(path: Path, archive: Archive, progress: Callable[[int, int], None] | None = None) -> IndexGrowth:
    """Make an index cover all that its archive has; what it covers already is not read again.

    Args:
        path: Its file, outside of the archive.
        archive: The archive.
        progress: Called with the numbers of versions read and of all that are read.

    Raises:
        IntegrityError: A version is not what the log names.
        UnavailableError: The file cannot be read or written.
    """
    before = read_state(path, archive)
    entries = () if before.kind == CURRENT else archive.versions_from(before.size)
    if before.kind != CURRENT:
        with replacing(path, archive, keep=before.is_usable) as database:
            for done, entry in enumerate(entries, 1):
                _add(database, archive.read_entry(entry).record)
                if progress is not None:
                    progress(done, len(entries))
    with open_database(path) as database:
        (rows,) = database.execute("SELECT count(*) FROM paragraphs").fetchone()
    return IndexGrowth(before, len(entries), rows, path.stat().st_size)


def _add(database: sqlite3.Connection, record: Record) -> None:
    """Add the rows of a version: a paragraph that its release had before only stands longer."""
    release = _release_id(database, record.release)
    if record.original.uri is not None:
        database.execute("INSERT OR IGNORE INTO addresses VALUES (?, ?)", (record.original.uri, release))
    for paragraph in record.paragraphs:
        key = (release, digest_of(paragraph))
        stood = database.execute(
            "UPDATE paragraphs SET last = max(last, ?) WHERE release = ? AND digest = ?", (record.version, *key)
        )
        if stood.rowcount:
            continue
        number = database.execute(
            "INSERT INTO paragraphs (release, digest, first, last) VALUES (?, ?, ?, ?)",
            (*key, record.version, record.version),
        ).lastrowid
        row = WordRow.of(paragraph)
        database.execute(
            'INSERT INTO search (rowid, words, start, "end") VALUES (?, ?, ?, ?)',
            (number, row.words, row.start, row.end),
        )


def _release_id(database: sqlite3.Connection, name: str) -> int:
    found = database.execute("SELECT id FROM releases WHERE name = ?", (name,)).fetchone()
    if found is not None:
        return int(found[0])
    return int(database.execute("INSERT INTO releases (name) VALUES (?)", (name,)).lastrowid or 0)
