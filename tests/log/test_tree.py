from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.errors import FormatError, InputError, NotFoundError, ProofError
from muniment.log.checkpoint import open_tree_head
from muniment.log.merkle import (
    EMPTY_ROOT,
    leaf_hash,
    tree_root,
)
from muniment.log.note import parse_vkey
from muniment.log.tile import bundles, parse_tile_path, tiles
from muniment.log.tree import Growth, Log, append

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


class Folder:
    """The files of one log, in memory; counts what is read."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.found: list[str] = []

    def read(self, path: str) -> bytes:
        """Read one file and remember that it was found."""
        if path not in self.files:
            raise NotFoundError("no such file", where=path)
        self.found.append(path)
        return self.files[path]

    def log(self, size: int) -> Log:
        """Look at the files as a log of this size."""
        return Log(self.read, size)

    def grow(self, size: int, entries: Sequence[bytes], *, drop: bool = False) -> Growth:
        """Append, write the files, and drop what is superseded if asked."""
        growth = append(self.log(size), entries)
        for path, data in growth.files:
            assert path not in self.files
            self.files[path] = data
        if drop:
            for path in growth.superseded:
                self.files.pop(path, None)
        return growth


def _entries(first: int, last: int) -> list[bytes]:
    return [b"%d" % number for number in range(first, last)]


def _hashes(last: int) -> list[bytes]:
    return [leaf_hash(entry) for entry in _entries(0, last)]


def _grown(size: int, *, drop: bool = False) -> Folder:
    folder = Folder()
    folder.grow(0, _entries(0, size), drop=drop)
    return folder


def test_growing_one_by_one() -> None:
    """At every size up to 600 the root, the leaves, the entries and the files are what they must be."""
    folder, hashes = Folder(), _hashes(600)
    for size in range(600):
        growth = folder.grow(size, _entries(size, size + 1))
        log = folder.log(size + 1)
        expected = tree_root(hashes[: size + 1])

        assert growth.size == size + 1
        assert growth.root == expected
        assert log.root() == expected
        assert log.leaf_hashes() == tuple(hashes[: size + 1])
        names = {tile.path for tile in (*tiles(size + 1), *bundles(size + 1))}
        assert names <= folder.files.keys()
        assert {path for path, _ in growth.files} == {
            name for name in names if name not in {t.path for t in (*tiles(size), *bundles(size))}
        }
    assert list(folder.log(600).entries()) == _entries(0, 600)


def test_all_at_once_is_the_same() -> None:
    """One append of many entries writes the files that a log of that size has, and no others."""
    stepwise = Folder()
    for size in range(600):
        stepwise.grow(size, _entries(size, size + 1))
    for size in (1, 2, 255, 256, 257, 511, 512, 513, 600):
        files = _grown(size).files

        assert files.keys() == {tile.path for tile in (*tiles(size), *bundles(size))}
        assert files == {path: stepwise.files[path] for path in files}


@given(st.lists(st.integers(0, 300), max_size=6))
def test_any_steps_lead_to_the_same_log(steps: list[int]) -> None:
    """However a log was grown, and with superseded files dropped, only its entries count."""
    folder, size = Folder(), 0
    for step in steps:
        growth = folder.grow(size, _entries(size, size + step), drop=True)
        size += step
        assert growth.size == size
        assert growth.root == tree_root(_hashes(size))
    assert folder.log(size).leaf_hashes() == tuple(_hashes(size))
    assert list(folder.log(size).entries()) == _entries(0, size)


def test_roots_around_the_third_level() -> None:
    """The edge gives the right root around 65,536 entries, where a third level begins."""
    hashes = _hashes(65_800)
    folder = _grown(65_279)
    for first, last in [
        (65_279, 65_280),
        (65_280, 65_281),
        (65_281, 65_535),
        (65_535, 65_536),
        (65_536, 65_537),
        (65_537, 65_792),
        (65_792, 65_793),
        (65_793, 65_800),
    ]:
        growth = folder.grow(first, _entries(first, last), drop=True)
        expected = tree_root(hashes[:last])

        assert growth.root == expected
        assert folder.log(last).root() == expected
    assert {"tile/1/000", "tile/2/000.p/1", "tile/1/001.p/1"} <= folder.files.keys()
    assert folder.log(65_800).entry(65_535) == b"65535"
    assert {tile.path for tile in (*tiles(65_800), *bundles(65_800))} <= folder.files.keys()


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_535, 65_536, 65_537])
def test_growing_reads_the_edge_only(size: int) -> None:
    """One partial tile a level and the last bundle are read, whatever the size."""
    folder = _grown(size)

    folder.grow(size, [b"new"])

    levels = {0: 0, 1: 1, 255: 1, 256: 1, 257: 2, 65_535: 2, 65_536: 1, 65_537: 2}[size]
    assert len(folder.found) == levels + (1 if size % 256 else 0)


def test_files_come_in_the_order_to_write_them() -> None:
    """Bundles come first, then hash tiles from the leaves up, each from left to right."""
    folder = _grown(255)

    growth = folder.grow(255, _entries(255, 513))

    assert [path for path, _ in growth.files] == [
        "tile/entries/000",
        "tile/entries/001",
        "tile/entries/002.p/1",
        "tile/0/000",
        "tile/0/001",
        "tile/0/002.p/1",
        "tile/1/000.p/2",
    ]


def test_superseded_files() -> None:
    """Once a tile is full its narrower forms may go, of every width an earlier checkpoint had."""
    folder = Folder()
    folder.grow(0, _entries(0, 2))
    folder.grow(2, _entries(2, 3))

    assert folder.grow(3, _entries(3, 255)).superseded == ()
    growth = folder.grow(255, _entries(255, 257))

    widths = [str(width) for width in range(1, 256)]
    assert growth.superseded == tuple(f"tile/{kind}/000.p/{w}" for kind in ("entries", "0") for w in widths)
    assert folder.grow(257, _entries(257, 258)).superseded == ()
    assert {"tile/0/000.p/2", "tile/0/000.p/3", "tile/0/000.p/255"} <= folder.files.keys()


def test_upper_levels_are_superseded_too() -> None:
    """A tile of roots that grows full supersedes its narrower forms."""
    folder = _grown(65_535)

    growth = folder.grow(65_535, [b"last"])

    assert "tile/1/000.p/255" in growth.superseded
    assert {parse_tile_path(path).level for path in growth.superseded} == {-1, 0, 1}


def test_dropped_tiles_are_read_from_full_ones() -> None:
    """After the narrower tiles are gone, every earlier size still reads the same."""
    folder, hashes = Folder(), _hashes(300)
    for size in range(300):
        folder.grow(size, _entries(size, size + 1), drop=True)

    assert not any(path.startswith("tile/0/000.p/") for path in folder.files)
    for size in (*range(0, 256, 15), *range(250, 301)):
        log = folder.log(size)
        assert log.leaf_hashes() == tuple(hashes[:size])
        assert log.root() == tree_root(hashes[:size])
        assert list(log.entries()) == _entries(0, size)
        assert append(log, [b"%d" % size]).root == tree_root([*hashes[:size], leaf_hash(b"%d" % size)])


def test_nothing_is_read_from_narrower_tiles() -> None:
    """A tile too narrow for the size is no substitute, and the missing one is named."""
    folder = _grown(5)

    with pytest.raises(NotFoundError, match="a tile of the log is missing") as caught:
        folder.log(6).leaf_hashes()
    assert caught.value.where == "tile/0/000.p/6"
    with pytest.raises(NotFoundError) as caught:
        list(folder.log(256).entries())
    assert caught.value.where == "tile/entries/000"


def test_appending_nothing() -> None:
    """Without entries nothing is written and the root stays."""
    assert append(Folder().log(0), []) == Growth(0, EMPTY_ROOT, (), ())
    assert append(_grown(5).log(5), []) == Growth(5, tree_root(_hashes(5)), (), ())


def test_an_entry_that_does_not_fit() -> None:
    """An entry of more than 65,535 bytes is refused before there is anything to write."""
    with pytest.raises(InputError, match="the log entry is too long"):
        append(Folder().log(0), [b"x" * 65_536])


def test_entries_are_found_by_index() -> None:
    """Entries are read one by one or from any place on."""
    log = _grown(300).log(300)

    assert [log.entry(index) for index in (0, 255, 256, 299)] == [b"0", b"255", b"256", b"299"]
    for first in (0, 1, 255, 256, 299, 300):
        assert list(log.entries(first)) == _entries(first, 300)
    for index in (-1, 300):
        with pytest.raises(InputError, match="an index below 300"):
            log.entry(index)


def test_reading_from_a_place_skips_what_is_before_it() -> None:
    """Bundles before the first entry asked for are not read."""
    folder = _grown(300)

    list(folder.log(300).entries(256))

    assert folder.found == ["tile/entries/001.p/44"]


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"])
@pytest.mark.parametrize("change", [b"", b"x", b"x" * 32])
def test_tiles_of_the_wrong_size_are_refused(path: str, change: bytes) -> None:
    """A tile must have exactly the size that the size of the log gives it."""
    folder = _grown(300)
    folder.files[path] = folder.files[path] + change if change else folder.files[path][:-1]

    with pytest.raises(FormatError, match="the tile has the wrong size") as caught:
        (folder.log(300).leaf_hashes(), folder.log(300).root())
    assert caught.value.where == path


def test_bundles_of_the_wrong_size_are_refused() -> None:
    """A bundle that is cut or goes on is refused, and named."""
    folder = _grown(3)
    for data in (folder.files["tile/entries/000.p/3"][:-1], folder.files["tile/entries/000.p/3"] + b"\x00\x00"):
        folder.files["tile/entries/000.p/3"] = data
        with pytest.raises(FormatError) as caught:
            list(folder.log(3).entries())
        assert caught.value.where == "tile/entries/000.p/3"


def test_a_damaged_edge_is_not_built_upon() -> None:
    """Growth from tiles that do not give the signed root, or a bundle that does not fit them, is refused."""
    root = tree_root(_hashes(3))
    assert append(_grown(3).log(3), [b"3"], root).root == tree_root(_hashes(4))

    folder = _grown(3)
    folder.files["tile/0/000.p/3"] = bytes(96)
    for entries in ([], [b"3"]):
        with pytest.raises(ProofError, match="the tiles do not give the signed root"):
            append(folder.log(3), entries, root)

    folder = _grown(3)
    folder.files["tile/entries/000.p/3"] = b"\x00\x010\x00\x01X\x00\x012"
    with pytest.raises(ProofError, match=r"tile/entries/000\.p/3: entry 1 does not have the hash") as caught:
        append(folder.log(3), [b"3"], root)
    assert caught.value.expected == leaf_hash(b"1").hex()
    assert caught.value.found == leaf_hash(b"X").hex()


def test_a_tessera_log_is_rebuilt(vectors: Callable[[str], Path]) -> None:
    """Every checkpoint of another implementation's log is verified, its root recomputed, its tiles rewritten."""
    folder = vectors("tessera-log")
    origin = "example.com/log/testdata"
    known = parse_vkey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
    published = {
        str(file.relative_to(folder)): file.read_bytes() for file in (folder / "tile").rglob("*") if file.is_file()
    }
    sizes = set()

    for file in folder.glob("checkpoint*"):
        checkpoint = open_tree_head(file.read_bytes(), [known], origin, file.name)
        log = Log(published.__getitem__, checkpoint.size)
        assert log.root() == checkpoint.root
        assert tree_root(log.leaf_hashes()) == checkpoint.root
        assert tree_root([leaf_hash(entry) for entry in log.entries()]) == checkpoint.root
        sizes.add(checkpoint.size)

    ours = Folder()
    for size, entry in enumerate(Log(published.__getitem__, 15).entries()):
        ours.grow(size, [entry])
    assert sizes == set(range(16))
    assert ours.files == published
