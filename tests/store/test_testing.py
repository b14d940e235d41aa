from __future__ import annotations

import pytest

from muniment.errors import StoreError
from muniment.store import FaultyStore, MemoryStore, Node, Store


def job(store: Store) -> None:
    """Three changes under the lock."""
    with store.lock():
        store.clean_temporary()
        store.create("a", b"1")
        store.replace("a", b"2", b"1")
        store.remove("a")


def test_without_a_limit_it_only_counts() -> None:
    """A wrapped store does all that the inner one does, and counts the changes."""
    store = FaultyStore(MemoryStore())
    job(store)
    assert store.operations == 3
    assert store.list() == ()


@pytest.mark.parametrize(("stop_after", "left"), [(0, {}), (1, {"a": b"1"}), (2, {"a": b"2"})])
def test_it_stops_after_the_given_number(stop_after: int, left: dict[str, bytes]) -> None:
    """Exactly the first changes are made; from then on each is refused, and reading still works."""
    inner = MemoryStore()
    store = FaultyStore(inner, stop_after=stop_after)
    for _ in range(2):
        with pytest.raises(StoreError, match="a: stopped"):
            job(store)
    assert inner.files == left
    assert store.operations == stop_after
    assert store.list() == tuple(Node(name, "file", 1) for name in left)
    assert [store.read(name, max_size=1) for name in left] == list(left.values())
