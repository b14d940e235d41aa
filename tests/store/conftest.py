"""Both stores, so that one set of tests holds them to one contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from muniment.store import LocalStore, MemoryStore

if TYPE_CHECKING:
    from pathlib import Path

    from muniment.store import Store


@pytest.fixture
def local(tmp_path: Path) -> LocalStore:
    """An empty folder as a store, which waits for nobody and flushes nothing."""
    return LocalStore(tmp_path / "root", sync=False, lock_timeout=0)


@pytest.fixture(params=["local", "memory"])
def store(request: pytest.FixtureRequest, local: LocalStore) -> Store:
    """Each kind of store in turn, empty."""
    return local if request.param == "local" else MemoryStore()
