"""A snapshot on the command line: its zip, or the folder that it was unpacked to."""

from __future__ import annotations

from pathlib import Path

from muniment.cli.target import store_at
from muniment.errors import IntegrityError, UnavailableError
from muniment.files import read_file
from muniment.snapshot.container import MARKS, Bag, read_folder
from muniment.store import MAX_FILE


def is_snapshot(folder: Path) -> bool:
    """Whether a folder is an unpacked snapshot, whole or not."""
    try:
        return any((folder / mark).is_file() for mark in MARKS)
    except OSError:
        return False


def read_unpacked(folder: str) -> Bag:
    """Read the folder of an unpacked snapshot; what cannot be read at all is a fault of it."""
    try:
        return read_folder(store_at(Path(folder)), where=folder)
    except (IntegrityError, UnavailableError) as error:
        return Bag({}, faults=(error,))


def read_snapshot(named: str) -> bytes | Bag:
    """Read a snapshot that the user names: a file, or a folder.

    Raises:
        UnavailableError: It cannot be read.
    """
    if is_snapshot(Path(named)):
        return read_unpacked(named)
    return read_file(named, max_size=MAX_FILE, kind=UnavailableError)
