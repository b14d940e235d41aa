"""A store in a folder of this computer.

A file is written under ``.tmp/``, flushed to the disk and renamed into place; then the folders that changed are
flushed too.  So a file that is visible is complete, and one that was reported written survives a power cut.  OCFL
forbids hard links (E090), so "write once" is a look before the rename, made safe by the writers' lock.  The rename
gives the name to a new file: where the old one had other names, as in a back-up of hard links, these keep the old
bytes.

Symbolic links are never followed below the root, and only regular files are read.  This guards against what an archive
from elsewhere may hold, not against someone who changes the folder at the same moment.  Names that no path of a store
can hold are called what they are.  A reader can ask whether a writer is at work, without becoming one.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import contextmanager, suppress
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from muniment.errors import LockedError, NotFoundError, StoreError, WriteConflictError
from muniment.store.file_lock import LOCK_NAME, is_held
from muniment.store.flushing import GatheredFiles, make_folders, remove_empty, sync_folder, write_new
from muniment.store.interface import MAX_FILE, Node, WalkEntry, check_path, is_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType


# Flags that a system lacks are 0 there.  O_NONBLOCK: opening a FIFO must not wait for its other end.
# O_NOFOLLOW: a link in the last place is refused.  O_BINARY: Windows would translate line ends.
_COMMON = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _COMMON

_DENIED = ("permission denied", "check who owns the folder and who may write to it")
_FULL = ("no space is left", "free some space, then try again")
_REASONS = {
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: ("the file system is read-only", "copy the archive to a place that can be written to"),
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.ENAMETOOLONG: ("the path is too long for this system", "use a folder nearer to the root"),
    errno.EISDIR: ("not a regular file", ""),
    errno.ENOTDIR: ("not a folder", ""),
    errno.ELOOP: ("not a regular file", ""),
    errno.EMFILE: ("too many files are open", ""),
    errno.EXDEV: ("the archive lies on more than one file system", "keep the whole folder on one"),
}


class plain_errors:  # noqa: N801 - used as a function; a class because it is entered for every file that is read
    """Turn an ``OSError`` into a ``StoreError``, or a ``NotFoundError``, about ``path``."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if isinstance(error, OSError):
            raise _plain_error(error, self.path) from error


def _plain_error(error: OSError, path: str) -> NotFoundError | StoreError:
    if isinstance(error, FileNotFoundError):
        return NotFoundError("no such file", where=path)
    what, hint = _REASONS.get(error.errno or 0, (str(error.strerror or error).lower(), ""))
    return StoreError(what, where=path, hint=hint)


def read_regular(location: str, path: str, max_size: int) -> bytes:
    """Read a regular file whole; raises ``OSError`` too.

    Args:
        location: Where it is on this computer.
        path: What to call it in an error.
        max_size: Largest size to read, in bytes.

    Raises:
        StoreError: It is not a regular file, is larger, or changed meanwhile.
    """
    descriptor = os.open(location, _READ)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise StoreError("not a regular file", where=path)
        if status.st_size > max_size:
            raise StoreError(
                "too large to read",
                where=path,
                expected=f"at most {max_size:,} bytes",
                found=f"{status.st_size:,} bytes",
            )
        data = _read_whole(descriptor, status.st_size + 1)
    finally:
        os.close(descriptor)
    if len(data) != status.st_size:
        raise StoreError("changed while it was read", where=path, hint="try again")
    return data


def _read_whole(descriptor: int, size: int) -> bytes:
    """Read up to ``size`` bytes; a system may give them in parts."""
    data = part = os.read(descriptor, size)
    while part and len(data) < size - 1:
        part = os.read(descriptor, size - len(data))
        data += part
    return data


_STREAM = b":Zone.Identifier"


def describe_odd(name: bytes, *, folder: bool) -> str:
    """Say what has a name that ``is_name`` refuses, as a clause.

    Args:
        name: The name as the system gives it; on Windows in UTF-8.
        folder: Whether it is that of a folder.
    """
    # What Windows keeps beside a downloaded file, once that was copied to a disk which knows no streams.
    if name.endswith(_STREAM) and len(name) > len(_STREAM):
        return "an alternate data stream written as a file"
    what = "a folder" if folder else "a file"
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        return f"{what} whose name has a byte that is not UTF-8"
    for character, called in ((":", "a colon"), ("\\", "a backslash")):
        if character in text:
            return f"{what} whose name has {called}, which another system would not take for part of a name"
    return f"{what} whose name no path can hold"


TEMPORARY_NAME = ".tmp"
"""The folder of unfinished files; there only while a file is written, or after an interruption."""


_TEMPORARY = re.compile(r"[0-9a-f]{16}")


class LocalStore:
    """A folder as a store.

    Args:
        root: The folder; made when first written to.
        sync: Whether to flush each file and folder to the disk.  Without it a power cut can lose what was
            reported written; for scratch copies and tests.
        lock_timeout: How long to wait for another writer, in seconds; 0 does not wait.
    """

    exclusive = True

    def __init__(self, root: Path, *, sync: bool = True, lock_timeout: float = 10.0) -> None:
        self.root = root
        self._root = root.absolute()
        self._root_text = str(self._root)
        self._sync = sync
        self._lock_timeout = lock_timeout
        # Folders that were seen to be folders; looking again for each file would double the cost of reading.
        self._seen: set[str] = set()
        self._gathered: GatheredFiles | None = None
        # While files are gathered nobody gives a name: a folder that was not there is not there.
        self._missing: set[str] = set()

    def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
        """See ``Store.read``."""
        with plain_errors(path):
            location = self._location(path)
            try:
                return read_regular(location, path, max_size)
            except FileNotFoundError:
                if not os.path.lexists(location):
                    raise
                # It is there, or there again: to call it missing would be to accuse somebody.
                raise StoreError("it vanished while it was read", where=path, hint="try again") from None

    def list(self, path: str = "") -> tuple[Node, ...]:
        """See ``Store.list``."""
        nodes: list[Node] = []
        with plain_errors(path):
            folder = self._folder(check_path(path).split("/")) if path else self._root_text
            try:
                with os.scandir(folder) as entries:
                    for entry in entries:
                        try:
                            nodes.append(_node(entry))
                        except FileNotFoundError:
                            pass  # a writer renamed or removed it meanwhile
                        except OSError as error:
                            with plain_errors(f"{path}/{entry.name}".lstrip("/")):
                                raise error from None
            except FileNotFoundError:
                return ()
        return tuple(sorted(nodes, key=attrgetter("name")))

    def walk(self, prefix: str = "") -> Iterator[WalkEntry]:
        """See ``Store.walk``: in memory are the names of the folders on the way, and nothing of what was passed."""
        top = WalkEntry(prefix, Node(prefix.rpartition("/")[2], "directory", 0))
        try:
            with plain_errors(prefix):
                self._folder(check_path(prefix).split("/") if prefix else [])
        except StoreError as error:
            yield replace(top, fault=error)
            return
        waiting = [iter([top])]
        while waiting:
            found = next(waiting[-1], None)
            if found is None:
                waiting.pop()
            elif found.node.kind != "directory":
                yield found
            else:
                names = self._sorted_names(found.path)
                if isinstance(names, StoreError):
                    yield replace(found, fault=names)
                elif names:
                    waiting.append(self._nodes(found.path, names))
                elif names is not None and found.path != prefix:
                    yield found

    def _sorted_names(self, path: str) -> Sequence[str] | StoreError | None:
        """The names in a folder, that of a folder with the slash behind it that decides on its place."""
        try:
            with plain_errors(path), os.scandir(f"{self._root_text}/{path}" if path else self._root_text) as entries:
                return sorted(f"{e.name}/" if e.is_dir(follow_symlinks=False) else e.name for e in entries)
        except NotFoundError:
            return None
        except StoreError as error:
            return error

    def _nodes(self, folder: str, names: Sequence[str]) -> Iterator[WalkEntry]:
        """What stands under these names in a folder; after the first that cannot be looked at there is none."""
        below = f"{folder}/" if folder else ""
        top = f"{self._root_text}/{below}"
        for name in (name.removesuffix("/") for name in names):
            try:
                # A folder too, though the listing has said that it is one: what cannot be looked at is not read either,
                # and then nothing that lies in it may be accused.
                node = _node_at(name, os.lstat(top + name))
            except FileNotFoundError:
                continue  # a writer renamed or removed it meanwhile
            except OSError as error:
                fault = _plain_error(error, below + name)
                yield WalkEntry(folder, Node(folder.rpartition("/")[2], "other", 0), fault)
                return
            yield WalkEntry(below + node.name, node)

    def create(self, path: str, data: bytes) -> None:
        """See ``Store.create``; only under the lock."""
        current = self._current(path)
        if current is None:
            self._write(path, data)
        elif current != data:
            raise WriteConflictError("other bytes are already there", where=path)
        elif self._sync:
            # Its writer may have been stopped before this last step.
            with plain_errors(path):
                sync_folder(os.path.dirname(self._location(path)))

    def replace(self, path: str, data: bytes, expected: bytes | None) -> None:
        """See ``Store.replace``; only under the lock."""
        if self._current(path) != expected:
            raise WriteConflictError("changed by another writer", where=path)
        self._write(path, data)

    def remove(self, path: str) -> None:
        """See ``Store.remove``; only under the lock."""
        with plain_errors(path):
            location = self._location(path)
            if os.path.isdir(location) and not os.path.islink(location):
                raise StoreError("not a regular file", where=path)
            with suppress(FileNotFoundError):
                os.unlink(location)
            kept = remove_empty(os.path.dirname(location), self._root_text)
            self._seen.clear()
            if self._sync and os.path.exists(kept):
                sync_folder(kept)

    def remove_many(self, paths: Iterable[str]) -> None:
        """See ``Store.remove_many``."""
        for path in paths:
            self.remove(path)

    def probe(self) -> None:
        """See ``Store.probe``: the system keeps it, under the lock."""

    @contextmanager
    def together(self) -> Iterator[None]:
        """See ``Store.together``: what is written goes aside, is flushed all at once, and then gets its names."""
        aside = self._folder([TEMPORARY_NAME])
        gathered = self._gathered = GatheredFiles(self._root_text, aside, sync=self._sync)
        try:
            yield
            self._gathered = None
            self._missing.clear()
            with plain_errors(str(self.root)):
                gathered.flush()
            for path in gathered.waiting:
                with plain_errors(path):
                    gathered.name(path)
            with plain_errors(str(self.root)):
                gathered.flush_folders()
        finally:
            self._gathered = None
            self._missing.clear()
            gathered.drop()
            self._seen.clear()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """See ``Store.lock``."""
        from filelock import FileLock, Timeout  # noqa: PLC0415 - start-up: 22 ms, and readers never lock

        with plain_errors(str(self.root)):
            make_folders(self._root_text, sync=self._sync)
            self._refuse_foreign_lock()
            lock = FileLock(self._root / LOCK_NAME, timeout=self._lock_timeout)
            try:
                lock.acquire()
            except Timeout as error:
                raise LockedError(
                    "another writer is at work",
                    where=str(self.root),
                    hint="wait until it has ended, then try again",
                ) from error
        try:
            yield
        finally:
            lock.release()

    def is_locked(self) -> bool:
        """See ``Store.is_locked``."""
        return is_held(self._root / LOCK_NAME)

    def _refuse_foreign_lock(self) -> None:
        """Refuse what locking could write through: some versions of ``filelock`` follow a link, or empty the file."""
        with suppress(FileNotFoundError):
            status = (self._root / LOCK_NAME).lstat()
            if not stat.S_ISREG(status.st_mode) or (status.st_nlink > 1 and status.st_size):
                raise StoreError("not the lock file, which is empty", where=LOCK_NAME, hint="move it away")

    def clean_temporary(self) -> None:
        """See ``Store.clean_temporary``."""
        with plain_errors(TEMPORARY_NAME), suppress(FileNotFoundError):
            folder = Path(self._folder([TEMPORARY_NAME]))
            for leftover in sorted(folder.iterdir()):
                # Anything else there is not ours.
                if _TEMPORARY.fullmatch(leftover.name) and stat.S_ISREG(leftover.lstat().st_mode):
                    leftover.unlink()
            with suppress(OSError):
                folder.rmdir()

    def _write(self, path: str, data: bytes) -> None:
        with plain_errors(path):
            location = self._location(path)
            if self._gathered is not None:
                self._gathered.add(path, location, data)
                return
            folder, aside = os.path.dirname(location), self._folder([TEMPORARY_NAME], seen=True)
            temporary = f"{aside}/{os.urandom(8).hex()}"
            try:
                make_folders(aside, sync=False)
                write_new(temporary, data, sync=self._sync)
                make_folders(folder, sync=self._sync)
                os.replace(temporary, location)
            except BaseException:
                # Also when the user interrupts: leave nothing, not even empty folders, which OCFL forbids.
                with suppress(OSError):
                    os.unlink(temporary)
                remove_empty(folder, self._root_text)
                self._seen.clear()
                raise
            finally:
                with suppress(OSError):
                    os.rmdir(aside)
            if self._sync:
                sync_folder(folder)

    def _current(self, path: str) -> bytes | None:
        if path.rpartition("/")[0] in self._missing:
            return None
        try:
            return self.read(path)
        except NotFoundError:
            return None

    def _location(self, path: str) -> str:
        parent, _, name = path.rpartition("/")
        if parent in self._seen and is_name(name):
            return f"{self._root_text}/{path}"  # what was seen is a folder of a path that was checked
        check_path(path)
        return f"{self._folder(parent.split('/') if parent else [], seen=True)}/{name}"

    def _folder(self, parts: Sequence[str], *, seen: bool = False) -> str:
        """Where a folder is, once every part on the way is seen to be a folder, not a link, or absent.

        Args:
            parts: The names on the way to it.
            seen: Whether not to look again at those that were seen before.
        """
        within = ""
        for part in parts:
            within = f"{within}/{part}" if within else part
            if seen and within in self._seen:
                continue
            if within in self._missing:
                break
            try:
                mode = os.lstat(f"{self._root_text}/{within}").st_mode
            except FileNotFoundError:
                # Nor is anything that would lie in it.
                if self._gathered is not None:
                    self._missing |= {within, "/".join(parts)}
                break
            if not stat.S_ISDIR(mode):
                raise StoreError("not a folder", where=within)
            self._seen.add(within)
        return "/".join((self._root_text, *parts))


def _node(entry: os.DirEntry[str]) -> Node:
    """Describe a name."""
    return _node_at(entry.name, entry.stat(follow_symlinks=False))


def _node_at(name: str, status: os.stat_result) -> Node:
    folder = stat.S_ISDIR(status.st_mode)
    if not is_name(name):
        raw = os.fsencode(name)
        return Node(raw.decode("utf-8", "backslashreplace"), "other", 0, odd=describe_odd(raw, folder=folder))
    if folder:
        return Node(name, "directory", 0)
    if stat.S_ISREG(status.st_mode):
        return Node(name, "file", status.st_size, status.st_nlink > 1)
    return Node(name, "link" if stat.S_ISLNK(status.st_mode) else "other", 0)
