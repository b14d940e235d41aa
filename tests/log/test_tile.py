from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.errors import FormatError, InputError
from muniment.log.tile import (
    ENTRIES,
    Tile,
    bundles,
    edge_tiles,
    format_bundle,
    format_hashes,
    leaf_tiles,
    parse_bundle,
    parse_hashes,
    parse_tile_path,
    tiles,
)

PATHS = {
    "tile/0/000": Tile(0, 0, 256),
    "tile/0/005": Tile(0, 5, 256),
    "tile/0/999.p/255": Tile(0, 999, 255),
    "tile/0/x001/000": Tile(0, 1000, 256),
    "tile/1/x001/x234/067.p/112": Tile(1, 1234067, 112),
    "tile/63/000.p/1": Tile(63, 0, 1),
    "tile/entries/000.p/9": Tile(ENTRIES, 0, 9),
    "tile/entries/x123/456": Tile(ENTRIES, 123456, 256),
    "tile/0/x999/x999/x999/x999/x999/999": Tile(0, 10**18 - 1, 256),
}

BAD_PATHS = [
    "",
    "tile",
    "tile/0",
    "tile/0/",
    "/tile/0/000",
    "tile/0/000/",
    "tile/0/000\n",
    "tile/0/0",
    "tile/0/00",
    "tile/0/0000",
    "tile/0/1000",
    "tile/0/x000/005",
    "tile/0/001/000",
    "tile/0/x001",
    "tile/0/x001/x000",
    "tile/0/X001/000",
    "tile/00/000",
    "tile/01/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/data/000",
    "tile/8/0/000",
    "tile/0/000.p",
    "tile/0/000.p/",
    "tile/0/000.p/0",
    "tile/0/000.p/01",
    "tile/0/000.p/256",
    "tile/0/000.p/999",
    "tile/0/000.p/1/",
    "tile/0/000.p/+1",
    "tile/0/٠٠٠",
    "tile/0/../000",
    "tile/0/x001/x000/x000/x000/x000/x000/000",
]


@pytest.mark.parametrize("path", PATHS)
def test_paths_are_read_and_written_back(path: str) -> None:
    """A tile and its path name each other."""
    assert parse_tile_path(path) == PATHS[path]
    assert PATHS[path].path == path


@pytest.mark.parametrize("path", BAD_PATHS)
def test_every_tile_has_one_path(path: str) -> None:
    """Any other spelling is refused."""
    with pytest.raises(FormatError, match="not the path of a tile"):
        parse_tile_path(path)


@given(
    st.builds(Tile, st.integers(-1, 63), st.integers(0, 10**18 - 1), st.integers(1, 256)),
)
def test_any_tile_survives_its_path(tile: Tile) -> None:
    """No tile is lost between its name and its path."""
    assert parse_tile_path(tile.path) == tile


def test_tiles_of_a_tree_of_70000() -> None:
    """The example of the specification comes out as it says."""
    names = list(tiles(70_000))

    assert [tile for tile in names if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [tile.level for tile in names if tile.width == 256] == [0] * 273 + [1]
    assert edge_tiles(70_000) == (Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1))
    assert list(bundles(70_000))[-2:] == [Tile(ENTRIES, 272, 256), Tile(ENTRIES, 273, 112)]
    assert list(leaf_tiles(70_000)) == [tile for tile in names if tile.level == 0]


@pytest.mark.parametrize(
    ("size", "paths"),
    [
        (0, []),
        (1, ["tile/0/000.p/1"]),
        (255, ["tile/0/000.p/255"]),
        (256, ["tile/0/000", "tile/1/000.p/1"]),
        (257, ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]),
    ],
)
def test_tiles_of_small_trees(size: int, paths: list[str]) -> None:
    """A full tile goes up one level, a partial one never."""
    assert [tile.path for tile in tiles(size)] == paths


def test_the_edge_says_where_each_level_grows() -> None:
    """Where all tiles of a level are full, the edge names the next one with width 0."""
    assert edge_tiles(0) == ()
    assert edge_tiles(255) == (Tile(0, 0, 255),)
    assert edge_tiles(256) == (Tile(0, 1, 0), Tile(1, 0, 1))
    assert edge_tiles(65_536) == (Tile(0, 256, 0), Tile(1, 1, 0), Tile(2, 0, 1))


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    """What was bundled is read back, and the bytes are the same again."""
    data = format_bundle(entries)

    assert parse_bundle(data, len(entries)) == tuple(entries)
    assert format_bundle(parse_bundle(data, len(entries))) == data


def test_bundle_bytes() -> None:
    """Each entry follows its length in two bytes, big-endian."""
    assert format_bundle([b"one", b"", b"x" * 258]) == b"\x00\x03one\x00\x00\x01\x02" + b"x" * 258


def test_an_entry_has_at_most_65535_bytes() -> None:
    """The longest entry fits, one byte more is refused with advice."""
    assert len(format_bundle([b"x" * 65_535])) == 65_537
    with pytest.raises(InputError, match="at most 65535 bytes, found 65536"):
        format_bundle([b"x" * 65_536])


@pytest.mark.parametrize(
    ("data", "width", "reason"),
    [
        (b"", 1, "ends within entry 1"),
        (b"\x00", 1, "ends within entry 1"),
        (b"\x00\x02a", 1, "ends within entry 1"),
        (b"\x00\x01a", 2, "ends within entry 2"),
        (b"\x00\x01a\x00", 2, "ends within entry 2"),
        (b"\x00\x01a\x01", 2, "ends within entry 2"),
        (b"\x00\x01a\x00", 1, "goes on after its last entry"),
        (b"\x00\x01a\x00\x00", 1, "goes on after its last entry"),
        (b"\x00", 0, "goes on after its last entry"),
    ],
)
def test_a_bundle_holds_exactly_its_entries(data: bytes, width: int, reason: str) -> None:
    """A bundle that is cut, or goes on, is refused."""
    with pytest.raises(FormatError, match=reason) as caught:
        parse_bundle(data, width, "tile/entries/000.p/1")
    assert caught.value.where == "tile/entries/000.p/1"


def test_hash_tiles() -> None:
    """A hash tile is its hashes and nothing else."""
    hashes = (b"a" * 32, b"b" * 32)

    assert format_hashes(hashes) == b"a" * 32 + b"b" * 32
    assert parse_hashes(format_hashes(hashes), 2) == hashes
    for data in (b"", b"a" * 63, b"a" * 65, b"a" * 32, b"a" * 96):
        with pytest.raises(FormatError, match="expected 64 bytes"):
            parse_hashes(data, 2, "tile/0/000.p/2")
