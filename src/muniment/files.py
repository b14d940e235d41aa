"""Files that the user names: read within bounds, written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from muniment.errors import InputError, MunimentError, SourceError, UnavailableError

_PART = 1024 * 1024
_HEAD = 4096  # bytes that tell of what kind a file is

STANDARD_STREAM = "-"
"""Stands for stdin where a file is read, for stdout where one is written."""


def read_file(
    path: str, *, max_size: int, kind: type[MunimentError] = SourceError, size_by: Callable[[bytes], int] | None = None
) -> bytes:
    """Read a regular file, or stdin for ``-``, and never more of it than one byte beyond the limit.

    Args:
        path: As the user gave it.
        max_size: Largest size taken, in bytes.
        kind: The error raised.
        size_by: Gives the largest size by the first bytes, where some kinds of files may be larger than others.

    Raises:
        MunimentError: Of that kind: missing, a folder or a device, unreadable or too large.
    """
    if path == STANDARD_STREAM:
        if sys.stdin is None:
            raise kind("it is closed", where="stdin", hint="name a file, or hand it in through a pipe")
        head, max_size = _begin(sys.stdin.buffer, max_size, size_by)
        data = head + _read_up_to(sys.stdin.buffer, max_size + 1 - len(head))
        return _check_size(data, len(data), "stdin", max_size, kind)
    try:
        with open_regular(Path(path), kind) as file:
            head, max_size = _begin(file, max_size, size_by)
            size = os.fstat(file.fileno()).st_size
            if size > max_size:  # before a byte of it is in memory
                raise _too_large(path, max_size, f"{size} bytes", kind)
            data = head + _read_up_to(file, max_size + 1 - len(head))
            return _check_size(data, size, path, max_size, kind)
    except FileNotFoundError as error:
        raise kind("no such file", where=path, hint="check the path") from error
    except IsADirectoryError as error:
        raise kind("not a regular file", where=path, found="a folder", hint="name a file") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise kind("it cannot be read", where=path, found=(reason or str(error)).lower()) from error


def open_regular(path: Path, kind: type[MunimentError] = SourceError) -> BinaryIO:
    """Open a regular file to read it; opening anything else waits for nobody.

    Raises:
        MunimentError: Of that kind: it is a device, a pipe or a socket.
        OSError: It is not there, a folder, or cannot be read.
    """
    # O_NONBLOCK: opening a FIFO must not wait for its other end.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    file = open(os.open(path, flags), "rb")  # noqa: PTH123, SIM115 - a descriptor, not a path; whoever asked closes it
    mode = os.fstat(file.fileno()).st_mode
    if stat.S_ISREG(mode):
        return file
    file.close()
    raise kind("not a regular file", where=str(path), found=_kind_of(mode), hint="name a file")


def _begin(file: BinaryIO, max_size: int, size_by: Callable[[bytes], int] | None) -> tuple[bytes, int]:
    """Read the first bytes, and see by them how large the file may be."""
    head = _read_up_to(file, min(_HEAD, max_size + 1))
    return head, size_by(head) if size_by else max_size


def _read_up_to(file: BinaryIO, limit: int) -> bytes:
    """Read in parts: asked for all at once, Python would make room for the limit, however small the file is."""
    data = bytearray()
    while len(data) < limit and (part := file.read(min(_PART, limit - len(data)))):
        data += part
    return bytes(data)


def _check_size(data: bytes, size: int, where: str, max_size: int, kind: type[MunimentError]) -> bytes:
    if len(data) > max_size:
        raise _too_large(where, max_size, f"{size} bytes" if where != "stdin" else "more", kind)
    return data


def _too_large(where: str, max_size: int, found: str, kind: type[MunimentError]) -> MunimentError:
    return kind("the file is too large", where=where, expected=f"at most {max_size} bytes", found=found)


def _kind_of(mode: int) -> str:
    return "a folder" if stat.S_ISDIR(mode) else "a pipe" if stat.S_ISFIFO(mode) else "a device or socket"


def write_file(path: Path, data: bytes, *, force: bool, mode: int = 0o666) -> bool:
    """Write a file whole: under another name first, then renamed.  False where it held the same bytes already.

    A device or a pipe, such as ``/dev/null`` or what a shell makes of ``>(gzip)``, is written to, and stays.

    Args:
        path: The file.
        data: Its bytes.
        force: Whether to replace another file.
        mode: Who may read and write it, before the umask.

    Raises:
        InputError: There is another file of that name, and ``force`` is not set.
        UnavailableError: It cannot be written; nothing is left behind.
    """
    try:
        there = _mode_of(path)
        if there is not None and stat.S_ISDIR(there):
            raise InputError("not a file", where=str(path), found="a folder", hint="name a file in it")
        if str(path).startswith(_STREAMS) or (there is not None and not stat.S_ISREG(there)):
            _write_through(path, data)
            return True
        if _holds(path, data):
            return False
        if there is not None and not force:
            raise InputError("another file is there", where=str(path), hint="let it be replaced, or name another file")
        _write_beside(path, data, mode)
    except OSError as error:
        raise UnavailableError("it cannot be written", where=str(path), found=reason(error)) from error
    return True


_STREAMS = ("/dev/std", "/dev/fd/", "/proc/self/fd/")
"""What stands for a file that is open already: to put another file in its place would take the name from everybody."""


def _mode_of(path: Path) -> int | None:
    """What is there, beyond links; None where nothing is."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _write_through(path: Path, data: bytes) -> None:
    """Write to what is no regular file; a pipe that nobody reads is not waited for."""
    flags = os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(path, flags)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
        if hasattr(os, "O_NONBLOCK"):
            os.set_blocking(descriptor, True)
        file.write(data)


def _write_beside(path: Path, data: bytes, mode: int) -> None:
    """Write a new file, and give it the name when it is whole."""
    temporary = path.with_name(f".{path.name[:100]}.{os.urandom(4).hex()}.tmp")
    try:
        _write_new(temporary, data, mode)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, unless it is there.

    Raises:
        UnavailableError: It cannot be made, or something else has its name.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError("the folder cannot be made", where=str(path), found=reason(error)) from error


def write_private(path: Path, data: bytes) -> None:
    """Write a new file that its owner alone may read, in a folder that its owner alone may enter.

    Raises:
        UnavailableError: It cannot be written, or is there already.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_new(path, data, 0o600)
    except OSError as error:
        raise UnavailableError("the key cannot be written", where=str(path), found=reason(error)) from error


def _write_new(path: Path, data: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    with open(os.open(path, flags, mode), "wb") as file:  # noqa: PTH123 - a descriptor, not a path
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def reason(error: OSError) -> str:
    """Say in the system's words what went wrong."""
    if error.errno == errno.ENXIO:  # the system says "no such device or address"
        return "a pipe that nobody reads"
    return (error.strerror or str(error)).lower()
