"""Writing files so that they survive a power cut: one by one, or many together at the cost of few flushes."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WRITE_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
for _flag in ("O_CLOEXEC", "O_NOFOLLOW", "O_BINARY"):
    _WRITE_NEW |= getattr(os, _flag, 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
# Windows flushes the names of a folder by itself, and cannot open one.
_FLUSHES_FOLDERS = os.name != "nt"
_THREADS = 16
"""Flushes that are asked for at once: a journal writes what waits for it in one go."""


def write_new(location: str, data: bytes, *, sync: bool) -> None:
    """Write a file that must not exist yet, with the permissions the umask leaves; raises ``OSError``."""
    with os.fdopen(os.open(location, _WRITE_NEW, 0o666), "wb") as file:
        file.write(data)
        if sync:
            file.flush()
            os.fsync(file.fileno())


def make_folders(folder: str, *, sync: bool) -> None:
    """Make a folder and those above it, flushing each parent that got a new name; raises ``OSError``."""
    try:
        os.mkdir(folder)
    except FileExistsError:
        return
    except FileNotFoundError:
        make_folders(os.path.dirname(folder), sync=sync)
        os.mkdir(folder)
    if sync:
        sync_folder(os.path.dirname(folder))


def remove_empty(folder: str, root: str) -> str:
    """Remove a folder and those above it while they are empty, below ``root``; give the first that stays."""
    while folder != root:
        try:
            os.rmdir(folder)
        except FileNotFoundError:
            pass
        except OSError:
            break
        folder = os.path.dirname(folder)
    return folder


def sync_folder(folder: str) -> None:
    """Flush the names in a folder to the disk, where the system has such an act; raises ``OSError``."""
    if not _FLUSHES_FOLDERS:
        return
    descriptor = os.open(folder, _FOLDER)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems do not know the act for folders and say so.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


class GatheredFiles:
    """Files that are written aside, flushed all at once, and then given their names.

    Args:
        root: The folder of the store.
        aside: The folder of unfinished files.
        sync: Whether anything is flushed.
    """

    def __init__(self, root: str, aside: str, *, sync: bool) -> None:
        self._root = root
        self._aside = aside
        self._sync = sync
        self._waiting: dict[str, tuple[str, str]] = {}
        self._changed: set[str] = set()

    def add(self, path: str, location: str, data: bytes) -> None:
        """Write a file aside; raises ``OSError``.

        Args:
            path: What it is called.
            location: Where it will be.
            data: Its bytes.
        """
        if not self._waiting:
            make_folders(self._aside, sync=False)
        temporary = f"{self._aside}/{os.urandom(8).hex()}"
        before = self._waiting.get(path)
        self._waiting[path] = (temporary, location)
        write_new(temporary, data, sync=False)
        if before is not None:
            os.unlink(before[0])

    @property
    def waiting(self) -> tuple[str, ...]:
        """The files that have no name yet."""
        return tuple(self._waiting)

    def flush(self) -> None:
        """Flush all that was written; raises ``OSError``."""
        if self._sync:
            _at_once(_flush, [temporary for temporary, _ in self._waiting.values()])

    def name(self, path: str) -> None:
        """Give a file its name; raises ``OSError``."""
        temporary, location = self._waiting[path]
        folder = os.path.dirname(location)
        try:
            if folder not in self._changed:
                self._make(folder)
            os.replace(temporary, location)
        except BaseException:
            remove_empty(folder, self._root)
            raise
        del self._waiting[path]
        self._changed.add(folder)

    def _make(self, folder: str) -> None:
        """Make a folder and those above it, and note which folders have a name more."""
        above = os.path.dirname(folder)
        try:
            os.mkdir(folder)
        except FileExistsError:
            return
        except FileNotFoundError:
            self._make(above)
            os.mkdir(folder)
        self._changed.add(above)

    def flush_folders(self) -> None:
        """Flush the names that were given; raises ``OSError``."""
        if self._sync:
            _at_once(sync_folder, sorted(self._changed))

    def drop(self) -> None:
        """Remove what did not get its name, and the folder of unfinished files where it is empty."""
        for temporary, _ in self._waiting.values():
            with suppress(OSError):
                os.unlink(temporary)
        with suppress(OSError):
            os.rmdir(self._aside)


def _at_once(flush: Callable[[str], None], places: Sequence[str]) -> None:
    """Flush all of these, each thread its share: to hand out one by one takes more time than to ask for it."""

    def share(first: int) -> None:
        for place in places[first::_THREADS]:
            flush(place)

    with ThreadPoolExecutor(_THREADS) as pool:
        # A list: an error comes out when its result is taken.
        list(pool.map(share, range(min(_THREADS, len(places)))))


def _flush(file: str) -> None:
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
