from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from muniment.errors import LockedError, MunimentError, NotFoundError, StoreError, WriteConflictError
from muniment.store import LocalStore, MemoryStore, Node, Store, check_path

if TYPE_CHECKING:
    from pathlib import Path

BAD_PATHS = ["", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "a\\b", "C:a", "a\0b", "a\udc80b"]


def test_what_was_created_is_read_back(store: Store) -> None:
    """A created file holds exactly the given bytes, whatever they are."""
    data = bytes(range(256)) * 3
    store.create("a/b/c.bin", data)
    store.create("empty", b"")
    assert store.read("a/b/c.bin") == data
    assert store.read("empty") == b""


def test_create_writes_once(store: Store) -> None:
    """Creating the same bytes again is fine; creating others is refused and changes nothing."""
    store.create("a/x", b"one")
    store.create("a/x", b"one")
    for other in (b"two", b"", b"one and more"):
        with pytest.raises(WriteConflictError, match="a/x: other bytes are already there"):
            store.create("a/x", other)
    assert store.read("a/x") == b"one"


def test_replace_swaps_only_what_was_expected(store: Store) -> None:
    """Replace writes if the old bytes are the expected ones, and otherwise leaves the file alone."""
    store.replace("checkpoint", b"1", None)
    store.replace("checkpoint", b"2", b"1")
    for expected in (b"1", b"", b"22", None):
        with pytest.raises(WriteConflictError, match="checkpoint: changed by another writer"):
            store.replace("checkpoint", b"3", expected)
    assert store.read("checkpoint") == b"2"


def test_replace_of_an_absent_file_needs_none(store: Store) -> None:
    """A file that is not there is not the same as an empty one."""
    with pytest.raises(WriteConflictError):
        store.replace("checkpoint", b"1", b"")
    assert store.list() == ()


def test_absent_files_are_not_found(store: Store) -> None:
    """Reading what is not there says so, with the path."""
    store.create("a/x", b"")
    for path in ("y", "a/y", "b/c/d"):
        with pytest.raises(NotFoundError, match=rf"^{path}: no such file"):
            store.read(path)


def test_size_is_capped_before_reading(store: Store) -> None:
    """A file of the permitted size is read, one byte more is refused with both numbers."""
    store.create("x", b"12345")
    assert store.read("x", max_size=5) == b"12345"
    with pytest.raises(StoreError, match=r"too large to read: expected at most 4 bytes, found 5 bytes"):
        store.read("x", max_size=4)


def test_list_names_one_folder_by_code_point(store: Store) -> None:
    """A listing holds files and folders of one level, with sizes, sorted by code point."""
    for path in ("b", "a/x", "a/y/z", "B", "\uff21", "\U00010000", "a.b"):
        store.create(path, b"123")
    assert store.list() == (
        Node("B", "file", 3),
        Node("a", "directory", 0),
        Node("a.b", "file", 3),
        Node("b", "file", 3),
        Node("\uff21", "file", 3),
        Node("\U00010000", "file", 3),
    )
    assert store.list("a") == (Node("x", "file", 3), Node("y", "directory", 0))
    assert store.list("a/y") == (Node("z", "file", 3),)


def test_list_of_no_folder_is_empty(store: Store) -> None:
    """A folder that does not exist holds nothing."""
    assert store.list() == ()
    assert store.list("a/b") == ()


def test_a_file_is_not_listed(folder_store: Store) -> None:
    """A file is not a folder, nor is what would be below it."""
    folder_store.create("a", b"")
    with pytest.raises(StoreError, match=r"^a: not a folder"):
        folder_store.list("a")
    with pytest.raises(StoreError, match=r"^a: not a folder"):
        folder_store.list("a/b")


def test_a_folder_is_not_a_file(folder_store: Store) -> None:
    """No folder is read, written over or removed as if it were a file."""
    folder_store.create("a/b", b"")
    for act in (
        lambda: folder_store.read("a"),
        lambda: folder_store.create("a", b""),
        lambda: folder_store.replace("a", b"", None),
        lambda: folder_store.remove("a"),
    ):
        with pytest.raises(StoreError, match=r"^a: not a regular file"):
            act()
    assert folder_store.read("a/b") == b""


def test_a_file_is_not_a_folder(folder_store: Store) -> None:
    """Nothing is read from, written under or removed from below a file."""
    folder_store.create("a", b"")
    for act in (
        lambda: folder_store.read("a/b"),
        lambda: folder_store.create("a/b", b""),
        lambda: folder_store.replace("a/b/c", b"", None),
        lambda: folder_store.remove("a/b"),
    ):
        with pytest.raises(StoreError, match=r"^a: not a folder"):
            act()
    assert folder_store.list() == (Node("a", "file", 0),)


def test_remove_takes_emptied_folders_along(folder_store: Store) -> None:
    """Removing the last file of a folder removes the folder, and what is left empty above it, but no more."""
    folder_store.create("a/b/c/x", b"")
    folder_store.create("a/y", b"")
    folder_store.remove("a/b/c/x")
    assert folder_store.list("a") == (Node("y", "file", 0),)
    folder_store.remove("a/y")
    assert folder_store.list() == ()


def test_remove_is_idempotent(store: Store) -> None:
    """Removing what is not there is fine."""
    store.remove("a/b")
    store.create("a/c", b"")
    store.remove("a/b")
    store.remove("a/c")
    store.remove("a/c")
    assert list(store.walk()) == []


def test_one_writer_at_a_time(folder_store: Store) -> None:
    """While one writer holds the lock another is refused; afterwards, also after an error, it is free again."""
    with folder_store.lock(), pytest.raises(LockedError, match="another writer is at work"), folder_store.lock():
        pass
    with pytest.raises(KeyError), folder_store.lock():
        raise KeyError
    with folder_store.lock():
        folder_store.create("x", b"")
    assert folder_store.read("x") == b""


def test_cleaning_leaves_files_alone(store: Store) -> None:
    """Removing temporary leftovers where there are none changes nothing."""
    store.clean_temporary()
    store.create("a/x", b"1")
    store.clean_temporary()
    assert store.read("a/x") == b"1"


@pytest.mark.parametrize("path", BAD_PATHS)
def test_paths_stay_inside(store: Store, path: str) -> None:
    """A path that could lead out of the store, or mean another thing elsewhere, is refused by every method."""
    for act in (
        lambda: store.read(path),
        lambda: store.create(path, b""),
        lambda: store.replace(path, b"", None),
        lambda: store.remove(path),
        lambda: store.list(path or "/"),
    ):
        with pytest.raises(StoreError, match="not a path inside the store"):
            act()


@pytest.mark.parametrize(
    "path", ["a", "...", ".a", "a.", "..a/b..", "a b", "é/ё", "-", "0=ocfl_1.1", "tile/x001/000.p/5"]
)
def test_ordinary_paths_are_allowed(path: str) -> None:
    """Dots inside names, blanks and letters of any script make good paths."""
    assert check_path(path) == path


def test_long_bad_paths_are_cut_in_messages() -> None:
    """A hostile path does not flood the message, and its control characters are escaped."""
    with pytest.raises(StoreError) as caught:
        check_path("\x1b[2J/" * 1000 + "..")
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 250


class BothStores(RuleBasedStateMachine):
    """Does the same to both stores and compares all that can be seen."""

    root: Path

    paths = st.sampled_from(["a", "b", "a/a", "a/b", "a/b/c", "b/c", "é"])
    contents = st.sampled_from([b"", b"1", b"22"])

    @initialize()
    def begin(self) -> None:
        """Start with two empty stores."""
        number = sum(1 for _ in self.root.iterdir())
        (self.root / str(number)).mkdir()
        self.stores: tuple[Store, Store] = (LocalStore(self.root / str(number), sync=False), MemoryStore())

    @rule(path=paths, data=contents)
    def create(self, path: str, data: bytes) -> None:
        """Create a file in both."""
        self._same(lambda store: store.create(path, data))

    @rule(path=paths, data=contents, expected=st.none() | contents)
    def replace(self, path: str, data: bytes, expected: bytes | None) -> None:
        """Replace a file in both."""
        self._same(lambda store: store.replace(path, data, expected))

    @rule(path=paths)
    def remove(self, path: str) -> None:
        """Remove a file from both."""
        self._same(lambda store: store.remove(path))

    @rule(path=paths)
    def look(self, path: str) -> None:
        """Read a file and list a folder of both."""
        self._same(lambda store: store.read(path))
        self._same(lambda store: store.list(path))

    @invariant()
    def same_tree(self) -> None:
        """Both hold the same tree."""
        trees = [_tree(store) for store in getattr(self, "stores", ())]
        assert trees[:1] == trees[1:]

    def _same(self, act: object) -> None:
        results = [_result(act, store) for store in self.stores]
        assert results[0] == results[1]


def _result(act: object, store: Store) -> object:
    assert callable(act)
    try:
        return act(store)
    except MunimentError as error:
        return type(error), str(error)


def _tree(store: Store, folder: str = "") -> dict[str, bytes | None]:
    tree: dict[str, bytes | None] = {}
    for node in store.list(folder):
        path = f"{folder}/{node.name}" if folder else node.name
        if node.kind == "directory":
            tree[path] = None
            tree |= _tree(store, path)
        else:
            tree[path] = store.read(path)
    return tree


def test_both_stores_behave_alike(tmp_path: Path) -> None:
    """Any series of changes has the same results and the same errors on the disk and in memory."""
    machine = type("Machine", (BothStores,), {"root": tmp_path})
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=60, stateful_step_count=20, deadline=None, database=None),
    )


@given(st.text(max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
def test_any_text_as_a_path_gives_an_answer(store: Store, path: str) -> None:
    """Whatever text is handed in as a path, the answer is bytes or one of our errors."""
    with pytest.raises((StoreError, NotFoundError)):
        store.read(path)


def test_walk_gives_every_file_once_by_its_whole_path(store: Store) -> None:
    """A walk gives what lies below a folder, sorted by whole path, in which a slash sorts as the character it is."""
    paths = ["a-b", "a.b/x", "a/b/c", "a/b-c", "a/é", "ab", "b/1/2/3", "log/10", "log/9", "z"]
    for number, path in enumerate(paths):
        store.create(path, b"x" * number)
    found = list(store.walk())
    assert [each.path for each in found] == sorted(paths)
    assert [each.node.size for each in found] == [paths.index(each.path) for each in found]
    assert {(each.node.kind, each.fault) for each in found} == {("file", None)}
    assert [each.path for each in store.walk("a")] == ["a/b-c", "a/b/c", "a/é"]
    assert [each.path for each in store.walk("b/1")] == ["b/1/2/3"]
    assert list(store.walk("absent")) == list(store.walk("a/absent/too")) == []


def test_walk_says_of_a_file_that_it_is_no_folder(folder_store: Store) -> None:
    """Where a file stands in the place of the folder, that is given as the fault, and nothing is raised."""
    folder_store.create("a/x", b"")
    for prefix in ("a/x", "a/x/y"):
        (found,) = folder_store.walk(prefix)
        assert found.fault is not None
        assert (found.path, found.fault.what) == (prefix, "not a folder")


@pytest.mark.parametrize("path", BAD_PATHS[1:])
def test_walk_refuses_bad_paths(store: Store, path: str) -> None:
    """A path that could leave the store is no prefix either."""
    try:
        found = list(store.walk(path))
    except StoreError:
        return
    assert [each.fault is not None for each in found] == [True]


def test_walk_streams(store: Store) -> None:
    """A walk looks at what is asked for: what is removed behind the next folder is not met."""
    for number in range(5):
        store.create(f"{number}/x", b"")
    walk = store.walk()
    assert next(walk).path == "0/x"
    store.remove("4/x")
    assert [each.path for each in walk][:3] == ["1/x", "2/x", "3/x"]


def test_what_is_written_together_is_there_after(store: Store) -> None:
    """Files that are created and replaced together are all there in the end, as if written one by one."""
    store.create("a/old", b"1")
    with store.together():
        store.create("a/new", b"2")
        store.create("b/c/d", b"3")
        store.replace("a/old", b"4", b"1")
        with pytest.raises(WriteConflictError):
            store.replace("a/old2", b"5", b"1")
    assert {path: data for path, data in _tree(store).items() if data is not None} == {
        "a/new": b"2", "a/old": b"4", "b/c/d": b"3",
    }  # fmt: skip
    with store.together():
        pass
    store.create("e", b"after")
    assert store.read("e") == b"after"


def test_together_refuses_as_alone(store: Store) -> None:
    """Other bytes in the way are refused at once, and what stood before stays."""
    store.create("a", b"1")
    with pytest.raises(WriteConflictError), store.together():
        store.create("a", b"2")
    assert _tree(store) == {"a": b"1"}
