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


def test_a_folder_is_there_while_a_file_is_in_it() -> None:
    """With its last file a folder goes, and those above that hold nothing else; a file can then stand in its place."""
    store = MemoryStore({"a/b/c/x": b"1", "a/y": b"2"})
    with pytest.raises(StoreError):
        store.create("a/b", b"")
    store.remove("a/b/c/x")
    assert [node.name for node in store.list("a")] == ["y"]
    assert store.list("a/b/c") == ()
    store.create("a/b", b"3")
    with pytest.raises(StoreError):
        store.create("a/b/c/x", b"1")
    store.remove_many(("a/b", "a/y", "a/y"))
    assert store.list() == ()
