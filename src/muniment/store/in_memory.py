"""A store in memory: for tests, and for archives that come in one piece, such as the members of a zip."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from muniment.errors import LockedError, NotFoundError, StoreError, WriteConflictError
from muniment.store.interface import MAX_FILE, Node, WalkEntry, check_path, walk_by_listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_NAMING = threading.Lock()
"""Held while names of folders change: several threads may write into one store."""


class MemoryStore:
    """A dictionary from path to bytes that behaves as ``LocalStore`` does.

    Args:
        files: What it holds at first; copied.

    Raises:
        StoreError: A path is ill-formed, or is both a file and a folder.
    """

    exclusive = True

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self._files: dict[str, bytes] = dict(files or {})
        self._folders: dict[str, set[str]] = {"": set()}
        self._locked = False
        for path in self._files:
            self._check(path)
            self._enter(path)

    @property
    def files(self) -> dict[str, bytes]:
        """A copy of everything in the store."""
        return dict(self._files)

    def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
        """See ``Store.read``."""
        self._check(path)
        data = self._files.get(path)
        if data is None:
            if path in self._folders:
                raise StoreError("not a regular file", where=path)
            raise NotFoundError("no such file", where=path)
        if len(data) > max_size:
            raise StoreError(
                "too large to read",
                where=path,
                expected=f"at most {max_size:,} bytes",
                found=f"{len(data):,} bytes",
            )
        return data

    def parts(self, path: str) -> Iterator[bytes]:
        """See ``Tree.parts``: all of it at once."""
        yield self.read(path)

    def list(self, path: str = "") -> tuple[Node, ...]:
        """See ``Store.list``."""
        if path:
            self._check(path)
            if path in self._files:
                raise StoreError("not a folder", where=path)
        below = f"{path}/" if path else ""
        return tuple(self._node(below + name, name) for name in sorted(self._folders.get(path, ())))

    def _node(self, path: str, name: str) -> Node:
        data = self._files.get(path)
        return Node(name, "directory", 0) if data is None else Node(name, "file", len(data))

    def walk(self, prefix: str = "") -> Iterator[WalkEntry]:
        """See ``Store.walk``."""
        return walk_by_listing(self, prefix)

    def create(self, path: str, data: bytes) -> None:
        """See ``Store.create``."""
        self._check_file(path)
        if self._files.setdefault(path, data) != data:
            raise WriteConflictError("other bytes are already there", where=path)
        self._enter(path)

    def replace(self, path: str, data: bytes, expected: bytes | None) -> None:
        """See ``Store.replace``."""
        self._check_file(path)
        if self._files.get(path) != expected:
            raise WriteConflictError("changed by another writer", where=path)
        self._files[path] = data
        self._enter(path)

    def remove(self, path: str) -> None:
        """See ``Store.remove``."""
        self._check_file(path)
        if self._files.pop(path, None) is not None:
            self._leave(path)

    def remove_many(self, paths: Iterable[str]) -> None:
        """See ``Store.remove_many``."""
        for path in paths:
            self.remove(path)

    def probe(self) -> None:
        """See ``Store.probe``: nobody else is here."""

    @contextmanager
    def together(self) -> Iterator[None]:
        """See ``Store.together``: nothing is gained here."""
        yield

    @contextmanager
    def lock(self) -> Iterator[None]:
        """See ``Store.lock``."""
        if self._locked:
            raise LockedError("another writer is at work", hint="wait until it has ended, then try again")
        self._locked = True
        try:
            yield
        finally:
            self._locked = False

    def is_locked(self) -> bool:
        """See ``Store.is_locked``."""
        return self._locked

    def clean_temporary(self) -> None:
        """See ``Store.clean_temporary``; nothing is ever left aside here."""

    def _check(self, path: str) -> None:
        check_path(path)
        above = path.rpartition("/")[0]
        while above not in self._folders:
            if above in self._files:
                raise StoreError("not a folder", where=above)
            above = above.rpartition("/")[0]

    def _check_file(self, path: str) -> None:
        self._check(path)
        if path in self._folders:
            raise StoreError("not a regular file", where=path)

    def _enter(self, path: str) -> None:
        """Note the name of a file in its folder, and those of folders that are new by it."""
        above, _, name = path.rpartition("/")
        with _NAMING:
            while above not in self._folders:
                self._folders[above] = {name}
                above, _, name = above.rpartition("/")
            self._folders[above].add(name)

    def _leave(self, path: str) -> None:
        """Forget the name of a file, and those of folders that are empty without it."""
        above, _, name = path.rpartition("/")
        with _NAMING:
            self._folders[above].discard(name)
            while above and not self._folders[above]:
                del self._folders[above]
                above, _, name = above.rpartition("/")
                self._folders[above].discard(name)
