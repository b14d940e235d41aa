"""A store that stops: the test double that rehearses a crash at every write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.errors import StoreError
from muniment.store.interface import MAX_FILE, Node, Store, WalkEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager


class FaultyStore:
    """Passes on the first ``stop_after`` changes and refuses every later one, as if killed in between.

    A change is a call of ``create``, ``replace`` or ``remove``.  Stores write a file whole or not at all,
    so a refused change leaves nothing behind.  Reading, listing and locking always work.  Use it in a loop
    over ``stop_after`` from 0 until the operation under test succeeds: then every point at which it can
    break was seen.

    Args:
        inner: The store that holds the bytes.
        stop_after: How many changes to pass on; None for all of them, to count.

    Attributes:
        operations: How many changes were passed on so far.
    """

    def __init__(self, inner: Store, stop_after: int | None = None) -> None:
        self._inner = inner
        self._stop_after = stop_after
        self.operations = 0

    def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
        """See ``Store.read``."""
        return self._inner.read(path, max_size=max_size)

    def list(self, path: str = "") -> tuple[Node, ...]:
        """See ``Store.list``."""
        return self._inner.list(path)

    def walk(self, prefix: str = "") -> Iterator[WalkEntry]:
        """See ``Store.walk``."""
        return self._inner.walk(prefix)

    def create(self, path: str, data: bytes) -> None:
        """See ``Store.create``; a ``StoreError`` once stopped."""
        self._count(path)
        self._inner.create(path, data)

    def replace(self, path: str, data: bytes, expected: bytes | None) -> None:
        """See ``Store.replace``; a ``StoreError`` once stopped."""
        self._count(path)
        self._inner.replace(path, data, expected)

    def remove(self, path: str) -> None:
        """See ``Store.remove``; a ``StoreError`` once stopped."""
        self._count(path)
        self._inner.remove(path)

    def remove_many(self, paths: Iterable[str]) -> None:
        """See ``Store.remove_many``: one change where the store is asked once, else one for each."""
        if self.exclusive:
            for path in paths:
                self.remove(path)
            return
        wanted = list(paths)
        self._count(wanted[0] if wanted else "")
        self._inner.remove_many(wanted)

    def probe(self) -> None:
        """See ``Store.probe``; not counted."""
        self._inner.probe()

    @property
    def exclusive(self) -> bool:
        """See ``Store.exclusive``."""
        return self._inner.exclusive

    def together(self) -> AbstractContextManager[None]:
        """See ``Store.together``."""
        return self._inner.together()

    def lock(self) -> AbstractContextManager[None]:
        """See ``Store.lock``."""
        return self._inner.lock()

    def is_locked(self) -> bool:
        """See ``Store.is_locked``."""
        return self._inner.is_locked()

    def clean_temporary(self) -> None:
        """See ``Store.clean_temporary``; not counted as a change."""
        self._inner.clean_temporary()

    def _count(self, path: str) -> None:
        if self._stop_after is not None and self.operations >= self._stop_after:
            raise StoreError("stopped", where=path)
        self.operations += 1
