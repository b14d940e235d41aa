"""Single acts on the disk, each with its failures in plain words.  ``local`` puts them together."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from muniment.errors import NotFoundError, StoreError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

# Flags that a system lacks are 0 there.  O_NONBLOCK: opening a FIFO must not wait for its other end.
# O_NOFOLLOW: a link in the last place is refused.  O_BINARY: Windows would translate line ends.
_COMMON = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _COMMON
_WRITE_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _COMMON
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
# Windows flushes the names of a folder by itself, and cannot open one.
_FLUSHES_FOLDERS = os.name != "nt"

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
        if isinstance(error, FileNotFoundError):
            raise NotFoundError("no such file", where=self.path) from error
        if isinstance(error, OSError):
            what, hint = _REASONS.get(error.errno or 0, (str(error.strerror or error).lower(), ""))
            raise StoreError(what, where=self.path, hint=hint) from error


def read_regular(place: str, path: str, max_size: int) -> bytes:
    """Read a regular file whole; raises ``OSError`` too.

    Args:
        place: Where it is on this computer.
        path: What to call it in an error.
        max_size: Largest size to read, in bytes.

    Raises:
        StoreError: Not a regular file, larger, or it changed meanwhile.
    """
    descriptor = os.open(place, _READ)
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


def write_new(place: Path, data: bytes, *, sync: bool) -> None:
    """Write a file that must not exist yet, with the permissions the umask leaves; raises ``OSError``."""
    with os.fdopen(os.open(place, _WRITE_NEW, 0o666), "wb") as file:
        file.write(data)
        file.flush()
        if sync:
            os.fsync(file.fileno())


def make_folders(folder: Path, *, sync: bool) -> None:
    """Make a folder and those above it, flushing each parent that got a new name; raises ``OSError``."""
    try:
        folder.mkdir()
    except FileExistsError:
        return
    except FileNotFoundError:
        make_folders(folder.parent, sync=sync)
        folder.mkdir()
    if sync:
        sync_folder(folder.parent)


def remove_empty(folder: Path, root: Path) -> Path:
    """Remove a folder and those above it while they are empty, below ``root``; give the first that stays."""
    while folder != root:
        try:
            folder.rmdir()
        except FileNotFoundError:
            pass
        except OSError:
            break
        folder = folder.parent
    return folder


def sync_folder(folder: Path) -> None:
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
