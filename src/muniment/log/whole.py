"""Every file of a log below ``tile/``, as its entries make them: what is missing or wrong can be made again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.tile import (
    ENTRIES,
    TILE_BITS,
    TILE_WIDTH,
    Tile,
    bundles,
    edge_tiles,
    format_bundle,
    format_hashes,
    tiles,
)


def levels_of(leaves: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Give the hashes of every tile level: level 0 the leaves, each next level the roots of full tiles below."""
    levels = [leaves]
    while len(levels[-1]) >= TILE_WIDTH:
        below = levels[-1]
        full = len(below) >> TILE_BITS
        levels.append([tree_root(below[at * TILE_WIDTH : (at + 1) * TILE_WIDTH]) for at in range(full)])
    return levels


def hashes_of(levels: Sequence[Sequence[bytes]], tile: Tile) -> bytes:
    """Give the file of one hash tile, from the hashes of every level."""
    start = tile.index * TILE_WIDTH
    return format_hashes(levels[tile.level][start : start + tile.width])


def growing_tiles(size: int) -> tuple[Tile, ...]:
    """The tiles and the bundle that grow: each has its narrower forms beside it, which earlier checkpoints used."""
    edge = edge_tiles(size)
    return (*edge, *(replace(tile, level=ENTRIES) for tile in edge[:1]))


def log_files(entries: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Give path and bytes of every bundle and tile of a log with these entries, narrower forms first."""
    levels = levels_of([leaf_hash(entry) for entry in entries])
    size = len(entries)
    narrower = (replace(tile, width=width) for tile in growing_tiles(size) for width in range(1, tile.width))
    for tile in (*narrower, *bundles(size), *tiles(size)):
        if tile.level == ENTRIES:
            start = tile.index * TILE_WIDTH
            yield tile.path, format_bundle(entries[start : start + tile.width])
        else:
            yield tile.path, hashes_of(levels, tile)
