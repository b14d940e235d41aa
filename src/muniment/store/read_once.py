"""A view of a store that asks for each file and folder once: for a turn of a writer, where each question is a request.

What writers change by swaps is asked for anew each time, and after a change through the view so is everything.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from muniment.errors import MunimentError, NotFoundError, StoreError
from muniment.store.interface import MAX_FILE, Node, Store, WalkEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_THREADS = 16
"""Requests that are under way at once, as many as a writer makes."""


class ReadOnceStore:
    """Passes everything on, and keeps what was read.

    Args:
        inner: The store.
        anew: The paths that are read again each time.
    """

    def __init__(self, inner: Store, anew: frozenset[str] = frozenset()) -> None:
        self._inner = inner
        self._anew = anew
        self._files: dict[str, bytes | None] = {}
        self._folders: dict[str, tuple[Node, ...]] = {}

    @property
    def exclusive(self) -> bool:
        """See ``Store.exclusive``."""
        return self._inner.exclusive

    def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
        """See ``Store.read``; that a file is missing is kept too."""
        if path in self._anew:
            return self._inner.read(path, max_size=max_size)
        files = self._files  # another thread may forget meanwhile
        if path not in files:
            try:
                files[path] = self._inner.read(path, max_size=max_size)
            except NotFoundError:
                files[path] = None
        data = files[path]
        if data is None:
            raise NotFoundError("no such file", where=path)
        if len(data) > max_size:
            expected, found = f"at most {max_size:,} bytes", f"{len(data):,} bytes"
            raise StoreError("too large to read", where=path, expected=expected, found=found)
        return data

    def read_ahead(self, paths: Iterable[str]) -> None:
        """Read files that will be asked for, many at once, up to one that cannot be read: that is for who asks."""

        def read(path: str) -> bool:
            with suppress(MunimentError):
                self.read(path)
                return True
            return False

        pool, waiting = ThreadPoolExecutor(_THREADS), deque[Future[bool]]()
        try:
            for path in paths:
                waiting.append(pool.submit(read, path))
                # In order, and never far ahead: what a log says of its size may lead to files without end.
                if len(waiting) > _THREADS and not waiting.popleft().result():
                    break
        finally:
            pool.shutdown(cancel_futures=True)

    def list(self, path: str = "") -> tuple[Node, ...]:
        """See ``Store.list``."""
        folders = self._folders
        if path not in folders:
            folders[path] = self._inner.list(path)
        return folders[path]

    def walk(self, prefix: str = "") -> Iterator[WalkEntry]:
        """See ``Store.walk``; asked for each time."""
        return self._inner.walk(prefix)

    def create(self, path: str, data: bytes) -> None:
        """See ``Store.create``."""
        self._forget()
        self._inner.create(path, data)

    def replace(self, path: str, data: bytes, expected: bytes | None) -> None:
        """See ``Store.replace``."""
        self._forget()
        self._inner.replace(path, data, expected)

    def remove(self, path: str) -> None:
        """See ``Store.remove``."""
        self.remove_many((path,))

    def remove_many(self, paths: Iterable[str]) -> None:
        """See ``Store.remove_many``."""
        self._forget()
        self._inner.remove_many(paths)

    def probe(self) -> None:
        """See ``Store.probe``."""
        self._inner.probe()

    @contextmanager
    def together(self) -> Iterator[None]:
        """See ``Store.together``."""
        with self._inner.together():
            yield

    @contextmanager
    def lock(self) -> Iterator[None]:
        """See ``Store.lock``."""
        with self._inner.lock():
            yield

    def is_locked(self) -> bool:
        """See ``Store.is_locked``."""
        return self._inner.is_locked()

    def clean_temporary(self) -> None:
        """See ``Store.clean_temporary``."""
        self._inner.clean_temporary()

    def _forget(self) -> None:
        self._folders, self._files = {}, {}
