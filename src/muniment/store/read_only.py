"""A folder that other software wrote, to be read and never written: any names, files of any size.

``LocalStore`` refuses names that are unsafe on another system; a validator must judge what is there.  Links are not
followed.  A name that is not UTF-8 keeps its bytes as Python's surrogate escapes.
"""

from __future__ import annotations

import os
import stat
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

from muniment.errors import StoreError
from muniment.store.interface import MAX_FILE, Node
from muniment.store.local import plain_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from muniment.store.interface import Kind

_PART = 1024 * 1024
"""Bytes that are read at once, at most."""

# As in ``local``: no waiting for the other end of a FIFO, no link in the last place, no translated line ends.
_READ = os.O_RDONLY
for _flag in ("O_CLOEXEC", "O_NOFOLLOW", "O_BINARY", "O_NONBLOCK"):
    _READ |= getattr(os, _flag, 0)


class Tree(Protocol):
    """A tree of files that is only read.  Paths are relative, with ``/`` between parts; ``""`` is its top."""

    def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
        """The bytes of a file; raises ``UnavailableError``."""
        ...

    def list(self, path: str = "") -> tuple[Node, ...]:
        """The names in a folder, by code point; raises ``UnavailableError``."""
        ...

    def parts(self, path: str) -> Iterator[bytes]:
        """The bytes of a file, in parts; raises ``UnavailableError``."""
        ...


class ForeignFolder:
    """A folder as a ``Tree``.

    Args:
        root: The folder; the way to it may have links, and nothing below it may be reached by one.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._root = str(root.absolute())

    def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
        """See ``Tree.read``.

        Raises:
            NotFoundError: There is no such file.
            StoreError: Not a regular file, larger than ``max_size`` bytes, or unreadable.
        """
        parts = []
        size = 0
        for part in self.parts(path):
            parts.append(part)
            size += len(part)
            if size > max_size:
                raise StoreError("too large to read", where=path, expected=f"at most {max_size:,} bytes")
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def parts(self, path: str) -> Iterator[bytes]:
        """See ``Tree.parts``.

        Raises:
            NotFoundError: There is no such file.
            StoreError: Not a regular file, or unreadable.
        """
        with plain_errors(path):
            descriptor = os.open(f"{self._root}/{path}", _READ)
            try:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    raise StoreError("not a regular file", where=path)
                # One more than there should be: a small file is whole after one read, and its end shows at the next.
                size = min(status.st_size + 1, _PART)
                while part := os.read(descriptor, size):
                    yield part
            finally:
                os.close(descriptor)

    def list(self, path: str = "") -> tuple[Node, ...]:
        """See ``Tree.list``.

        Raises:
            NotFoundError: There is no such folder.
            StoreError: Not a folder, or unreadable.
        """
        with plain_errors(path), os.scandir(f"{self._root}/{path}" if path else self._root) as entries:
            return tuple(sorted((_node(entry) for entry in entries), key=attrgetter("name")))


def _node(entry: os.DirEntry[str]) -> Node:
    if entry.is_dir(follow_symlinks=False):
        return Node(entry.name, "directory", 0)
    status = entry.stat(follow_symlinks=False)
    if stat.S_ISREG(status.st_mode):
        return Node(entry.name, "file", status.st_size, status.st_nlink > 1)
    kind: Kind = "link" if stat.S_ISLNK(status.st_mode) else "other"
    return Node(entry.name, kind, 0)
