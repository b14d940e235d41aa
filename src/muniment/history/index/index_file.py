"""The file of a search index: made whole or not at all, and held to its own hash and to the archive before it is used.

It is an SQLite database, which nothing changes once it stands, and after it a trailer: the hash of all before.  A new
state is made beside it and put in its place in one step.  So two who write at once give one or the other, and a reader
keeps the state that it opened.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO
from unicodedata import unidata_version

import regex

from muniment.archive import Archive
from muniment.errors import FormatError, MunimentError, NotFoundError, UnavailableError
from muniment.files import open_regular, reason

FORMAT = f"muniment-index/1 regex {regex.__version__} unicode {unidata_version}"
"""What made the rows: what is a letter, and how letters fold, is said by these tables, which change."""

_MAGIC = b"muniment-index/1"
_TRAILER = len(_MAGIC) + 32
_CHUNK = 1 << 20

ABSENT, CURRENT, BEHIND, AHEAD, FOREIGN, DAMAGED, OTHER_RULES = (
    "absent", "current", "behind", "ahead", "foreign", "damaged", "other rules",
)  # fmt: skip
"""How an index stands to an archive: see ``IndexState``."""


@dataclass(frozen=True, slots=True)
class IndexState:
    """How the file of an index stands to an archive.

    Attributes:
        kind: ``current``; ``behind``: it lacks what was logged since; ``ahead``: it was made of a longer log;
            ``foreign``: of another archive, or another history; ``other rules``: by another version of this software or
            of its tables; ``damaged``; or ``absent``.
        size: Entries of the log that it covers; 0 where it cannot be used.
        why: What is wrong with it, for people; empty where nothing is.
    """

    kind: str
    size: int = 0
    why: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether what it covers is a part of this log."""
        return self.kind in {CURRENT, BEHIND}


@dataclass(frozen=True, slots=True)
class _Made:
    """Of what log an index was made."""

    format: str
    origin: str
    trust: str
    size: int
    root: bytes


def read_state(path: Path, archive: Archive) -> IndexState:
    """Hold the file of an index to its hash and to an archive; of the archive a few tiles are read, and no entry.

    Raises:
        UnavailableError: It is there and cannot be read.
    """
    try:
        check_hash(path)
        with open_database(path) as database:
            made = _read_made(database)
    except NotFoundError:
        return IndexState(ABSENT)
    except (FormatError, sqlite3.Error) as error:
        return IndexState(DAMAGED, why=error.what if isinstance(error, FormatError) else str(error))
    return _state_of(made, archive)


def _state_of(made: _Made, archive: Archive) -> IndexState:
    if made.format != FORMAT:
        return IndexState(OTHER_RULES, why=made.format)
    if (made.origin, made.trust) != (archive.origin, archive.roots[0].digest):
        return IndexState(FOREIGN, why=f"of {made.origin}")
    if made.size > archive.checkpoint.size:
        return IndexState(AHEAD, why=f"of {made.size} entries")
    if archive.root_at(made.size) != made.root:
        return IndexState(FOREIGN, why="of another history")
    return IndexState(CURRENT if made.size == archive.checkpoint.size else BEHIND, made.size)


def check_hash(path: Path) -> None:
    """Hash the file and compare with its trailer: no bit of it is other than it was written.

    Raises:
        NotFoundError: There is none.
        FormatError: It is not whole, not as it was written, or a pipe or device, which is not waited for.
        UnavailableError: It cannot be read.
    """
    try:
        with open_regular(path, FormatError) as file:
            length = os.fstat(file.fileno()).st_size - _TRAILER
            actual = _hash(file, max(0, length))
            trailer = file.read(_TRAILER + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFoundError("there is no index", where=str(path)) from error
    except OSError as error:
        raise UnavailableError("the index cannot be read", where=str(path), found=reason(error)) from error
    if trailer != _MAGIC + actual:
        raise FormatError("not as it was written", where=str(path))


def _hash(file: BinaryIO, length: int) -> bytes:
    digest = blake2b(digest_size=32)
    while length > 0 and (chunk := file.read(min(_CHUNK, length))):
        digest.update(chunk)
        length -= len(chunk)
    return digest.digest()


@contextmanager
def open_database(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the database of an index to be read; nothing locks or changes it."""
    with closing(connect(path)) as database:
        yield database


def connect(path: Path) -> sqlite3.Connection:
    """Connect to the database of an index to read it, from any thread; the caller closes it."""
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(address, uri=True, check_same_thread=False)


def _read_made(database: sqlite3.Connection) -> _Made:
    """Read of what an index was made.

    Raises:
        FormatError: It does not say.
        sqlite3.Error: It is no database, or another one.
    """
    rows = dict(database.execute("SELECT name, value FROM made"))
    if set(rows) != {"format", "origin", "root", "size", "trust"} or not isinstance(rows["size"], int):
        raise FormatError("it does not say what it was made of")
    return _Made(rows["format"], rows["origin"], rows["trust"], rows["size"], rows["root"])


_TABLES = """
CREATE TABLE made (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE releases (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE paragraphs (
  id INTEGER PRIMARY KEY, release INTEGER NOT NULL, digest BLOB NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL, UNIQUE (release, digest));
CREATE TABLE addresses (uri TEXT NOT NULL, release INTEGER NOT NULL, PRIMARY KEY (uri, release)) WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5(
  words, start, "end", content='', columnsize=0, tokenize="ascii tokenchars '<>'");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(search, row);
"""
# Characters beyond ASCII are parts of words to the tokenizer "ascii", whatever they are: ``terms`` has cut the words.


@contextmanager
def replacing(path: Path, archive: Archive, *, keep: bool) -> Iterator[sqlite3.Connection]:
    """Make the next state of an index, which takes the place of the file when the block ends without an error.

    Args:
        path: The file; its folder is made.
        archive: What it will have been made of when the block ends.
        keep: Whether to begin with the rows of the file that is there.

    Raises:
        UnavailableError: It cannot be written, or this Python's SQLite has no full-text search.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = mkstemp(prefix=f"{path.stem}-", suffix=".new", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise _unwritable(path, error.strerror) from error
    new = Path(name)
    try:
        if keep:
            _copy(path, new)
        with closing(sqlite3.connect(new)) as database:
            database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
            if not keep:
                database.executescript(_TABLES)
            yield database
            _write_made(database, archive)
        _seal(new)
        new.replace(path)
    except sqlite3.Error as error:
        raise _unwritable(path, str(error)) from error
    except OSError as error:
        raise _unwritable(path, error.strerror) from error
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def _unwritable(path: Path, why: str | None) -> MunimentError:
    return UnavailableError("the search index cannot be written", where=str(path), found=why or "")


def _copy(path: Path, new: Path) -> None:
    with path.open("rb") as source, new.open("wb") as target:
        shutil.copyfileobj(source, target, _CHUNK)
        target.truncate(target.tell() - _TRAILER)


def _write_made(database: sqlite3.Connection, archive: Archive) -> None:
    rows = {
        "format": FORMAT,
        "origin": archive.origin,
        "trust": archive.roots[0].digest,
        "size": archive.checkpoint.size,
        "root": archive.checkpoint.root,
    }
    database.executemany("INSERT OR REPLACE INTO made VALUES (?, ?)", rows.items())
    database.commit()


def _seal(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(_MAGIC + _hash(file, path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
