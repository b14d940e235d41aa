"""Proofs out of tiles, held against those out of all leaves (``muniment.log.merkle``)."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

import pytest

from muniment.errors import FormatError, InputError, MunimentError, NotFoundError, ProofError
from muniment.log.merkle import check_inclusion, leaf_hash, prove_consistency, prove_inclusion, tree_root
from muniment.log.tile import TILE_BITS, tiles
from muniment.log.tile_proofs import ProvenTree, TileTree
from muniment.log.tree import Log, hashes_of, levels_of
from muniment.store import MemoryStore

LARGEST = 70_000
"""Beyond 65,536 the tiles have a third level."""


@cache
def leaves() -> tuple[bytes, ...]:
    """The leaf hashes of the longest log."""
    return tuple(leaf_hash(b"%d" % number) for number in range(LARGEST))


def tiles_of(size: int) -> dict[str, bytes]:
    """The hash tiles of a log of the first so many leaves."""
    levels = levels_of(leaves()[:size])
    return {tile.path: hashes_of(levels, tile) for tile in tiles(size)}


class Counted:
    """Reads tiles out of memory, and counts them."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.store = MemoryStore(files)
        self.read_paths: list[str] = []

    def read(self, path: str) -> bytes:
        """Read one tile."""
        data = self.store.read(path)
        self.read_paths.append(path)
        return data


def test_every_size_to_300() -> None:
    """At every size up to 300 inclusion and consistency proofs are the same as out of all leaves."""
    for size in range(1, 301):
        tree = TileTree(Log(MemoryStore(tiles_of(size)).read, size))
        hashes = leaves()[:size]
        assert tree.root(0, size) == tree_root(hashes)
        # ``merkle`` hashes all leaves for each proof: between small logs and the ends of a tile every ninth will do.
        step = 1 if size < 70 or size in {255, 256, 257, 300} else 9
        for index in {0, *range(size % step, size, step), size - 1}:
            assert tree.leaf(index) == hashes[index]
            assert tree.inclusion(index, size) == prove_inclusion(hashes, index)
        for old in {0, *range(size % step, size + 1, step), size}:
            assert tree.consistency(old) == prove_consistency(hashes, old)


def test_every_earlier_size() -> None:
    """A log of 300 entries proves every entry at every size that it has had."""
    tree = TileTree(Log(MemoryStore(tiles_of(300)).read, 300))
    for size in range(1, 300):
        for index in range(0, size, 7):
            assert tree.inclusion(index, size) == prove_inclusion(leaves()[:size], index)


@pytest.mark.parametrize("seed", range(6))
def test_larger_logs(seed: int) -> None:
    """In logs of three levels the proofs are the same too, and each takes only a few tiles."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    size = chance.choice([65_535, 65_536, 65_537, chance.randrange(300, LARGEST), chance.randrange(300, LARGEST)])
    files = tiles_of(size)
    for _ in range(3):
        at = chance.choice([size, chance.randrange(1, size + 1)])
        index, old = chance.randrange(at), chance.randrange(size + 1)
        counted = Counted(files)
        tree = TileTree(Log(counted.read, size))
        assert tree.inclusion(index, at) == prove_inclusion(leaves()[:at], index)
        assert len(counted.read_paths) <= 2 * (1 + size.bit_length() // TILE_BITS)
        counted.read_paths.clear()
        assert TileTree(Log(counted.read, size)).consistency(old) == prove_consistency(leaves()[:size], old)
        assert len(counted.read_paths) <= 2 * (1 + size.bit_length() // TILE_BITS)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 600])
def test_proven_under_the_signed_root(size: int) -> None:
    """What is given out under a signed root is what all leaves give."""
    hashes = leaves()[:size]
    tree = ProvenTree(Log(MemoryStore(tiles_of(size)).read, size), tree_root(hashes))
    for at in {0, 1, size // 2, size - 1, size}:
        assert tree.root_at(at) == tree_root(hashes[:at])
        assert tree.prove_consistency(at) == prove_consistency(hashes, at)
    for index in {0, size // 2, size - 1}:
        assert tree.leaf(index) == hashes[index]
        for at in {index + 1, size}:
            proof = tree.prove_inclusion(hashes[index], index, at)
            assert proof == prove_inclusion(hashes[:at], index)
            check_inclusion(hashes[index], index, at, proof, tree_root(hashes[:at]))


def test_any_damage_is_an_error_or_harmless() -> None:
    """Whatever hash of whatever tile is changed, a proof is right, or there is none: check 10 says so."""
    size = 600
    files, root = tiles_of(size), tree_root(leaves()[:size])
    chance = random.Random(10)  # noqa: S311 - no secret
    refused: list[int | None] = []
    for path in files:
        width = len(files[path]) // 32
        for at in sorted({0, width - 1, *(chance.randrange(width) for _ in range(9))}):
            spoilt = bytearray(files[path])
            spoilt[at * 32 + chance.randrange(32)] ^= 1
            tree = ProvenTree(Log(MemoryStore({**files, path: bytes(spoilt)}).read, size), root)
            for index, old in ((0, 1), (255, 256), (256, 511), (599, 300)):
                try:
                    assert tree.prove_inclusion(leaves()[index], index, size) == prove_inclusion(leaves()[:size], index)
                    assert tree.leaf(index) == leaves()[index]
                    assert tree.root_at(old) == tree_root(leaves()[:old])
                    assert tree.prove_consistency(old) == prove_consistency(leaves()[:size], old)
                except ProofError as error:
                    refused.append(error.check)
    assert set(refused) == {10}
    assert len(refused) > len(files)


def test_tiles_of_another_log() -> None:
    """Tiles that are whole and of another log prove nothing under this root."""
    hashes = [leaf_hash(b"other %d" % number) for number in range(300)]
    levels = levels_of(hashes)
    other = {tile.path: hashes_of(levels, tile) for tile in tiles(300)}
    tree = ProvenTree(Log(MemoryStore(other).read, 300), tree_root(leaves()[:300]))
    questions: list[Callable[[], object]] = [
        lambda: tree.root_at(299),
        lambda: tree.leaf(7),
        lambda: tree.prove_inclusion(hashes[7], 7, 300),
        lambda: tree.prove_consistency(7),
    ]
    for ask in questions:
        with pytest.raises(ProofError, match="the hash tiles do not lead to the signed root") as caught:
            ask()
        assert caught.value.check == 10


def test_another_entry_is_not_proven() -> None:
    """The entry itself is proven: one that is not the logged one gets no proof."""
    tree = ProvenTree(Log(MemoryStore(tiles_of(300)).read, 300), tree_root(leaves()[:300]))
    with pytest.raises(ProofError, match="do not lead to the signed root"):
        tree.prove_inclusion(leaf_hash(b"forged"), 7, 300)


def test_missing_and_cut_tiles() -> None:
    """A tile that is missing or of the wrong size is named."""
    files, root = tiles_of(300), tree_root(leaves()[:300])
    gone = {path: data for path, data in files.items() if path != "tile/0/000"}
    with pytest.raises(NotFoundError) as missing:
        ProvenTree(Log(MemoryStore(gone).read, 300), root).leaf(7)
    assert missing.value.where == "tile/0/000"
    cut = {**files, "tile/0/000": files["tile/0/000"][:-1]}
    with pytest.raises(FormatError) as wrong:
        ProvenTree(Log(MemoryStore(cut).read, 300), root).leaf(7)
    assert (wrong.value.where, wrong.value.check) == ("tile/0/000", 10)


@pytest.mark.parametrize("size", [-1, 301])
def test_sizes_that_the_log_never_had(size: int) -> None:
    """A size below nothing or above the log is refused."""
    tree = TileTree(Log(MemoryStore(tiles_of(300)).read, 300))
    with pytest.raises(InputError, match="the log has no such size"):
        tree.inclusion(0, size)
    with pytest.raises(InputError, match="the log has no such size"):
        tree.consistency(size)
    with pytest.raises(MunimentError, match="there is no such entry"):
        tree.inclusion(7, 7)
