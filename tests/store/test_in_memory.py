from __future__ import annotations

import pytest

from muniment.errors import StoreError
from muniment.store import MemoryStore


def test_given_files_are_copied() -> None:
    """The store keeps its own copy of what it was made from, and hands out copies."""
    files = {"a/x": b"1"}
    store = MemoryStore(files)
    files["a/y"] = b"2"
    store.files["a/z"] = b"3"
    assert store.files == {"a/x": b"1"}


@pytest.mark.parametrize("files", [{"../x": b""}, {"a": b"", "a/b": b""}, {"a/b/c": b"", "a/b": b""}, {"": b""}])
def test_impossible_trees_are_refused(files: dict[str, bytes]) -> None:
    """A path that leads out, or is both file and folder, cannot come in, as from a hostile zip."""
    with pytest.raises(StoreError):
        MemoryStore(files)
