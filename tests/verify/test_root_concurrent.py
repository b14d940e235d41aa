"""A trust root that is written while somebody verifies is no damage, wherever it comes between two reads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.write.upkeep import add_next_root

from muniment.errors import StoreError
from muniment.store import FaultyStore, MemoryStore
from muniment.store.interface import MAX_FILE, Node
from muniment.verify.archive import verify_archive
from muniment.write.version import Keys


class Interrupted(MemoryStore):
    """Does something else just before one of its reads or listings."""

    def __init__(self, files: dict[str, bytes], at: int, act: Callable[[MemoryStore], object]) -> None:
        super().__init__(files)
        self.at, self.act, self.looks = at, act, 0

    def _look(self) -> None:
        self.looks += 1
        if self.looks == self.at:
            at, self.at = self.at, 0
            self.act(self)
            self.looks = at

    def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
        """Read, after what happens meanwhile."""
        self._look()
        return super().read(path, max_size=max_size)

    def list(self, path: str = "") -> tuple[Node, ...]:
        """List, likewise."""
        self._look()
        return super().list(path)


@pytest.mark.parametrize("operations", [3, 5, 8, 9, None])
def test_root_between_any_two_reads(
    small_archive: MemoryStore, keys: Keys, monkeypatch: pytest.MonkeyPatch, operations: int | None
) -> None:
    """Verifying once, with a root written, or half written, before any single read: nothing has failed."""
    monkeypatch.setattr("muniment.verify.archive.LOOKS", 1)

    def act(store: MemoryStore) -> None:
        if operations is None:
            add_next_root(store, keys)
            return
        try:
            add_next_root(FaultyStore(store, stop_after=operations), keys)
        except StoreError:
            return

    for at in range(1, 1000):
        store = Interrupted(small_archive.files, at, act)
        report = verify_archive(store)
        assert report.stands, (at, report.failures)
        if store.at:
            break
    assert at > 60
