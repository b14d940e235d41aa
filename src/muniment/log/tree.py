"""A tiled log (C2SP tlog-tiles): read from its files, held to a signed root, grown by entries, made again whole.

The *edge* of a tree is what its partial tiles hold: for every level the hashes that no full tile has taken up yet.  It
is at most 255 hashes a level, it gives the root, and it is all that growing needs to read.  Holding entries to the
root of a checkpoint takes one pass over the bundles.  Every file below ``tile/`` follows from the entries, so what is
missing or wrong can be made again.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeAlias

from muniment.digest import format_digest
from muniment.errors import InputError, IntegrityError, NotFoundError, ProofError
from muniment.log.merkle import EMPTY_ROOT, leaf_hash, tree_root
from muniment.log.tile import (
    ENTRIES,
    TILE_BITS,
    TILE_WIDTH,
    Tile,
    bundles,
    edge_tiles,
    format_bundle,
    format_hashes,
    leaf_tiles,
    parse_bundle,
    parse_hashes,
    tiles,
)

# Reads one file, named relative to the folder of the log; raises NotFoundError.
ReadTile: TypeAlias = Callable[[str], bytes]
Edge: TypeAlias = tuple[tuple[bytes, ...], ...]


@dataclass(frozen=True, slots=True)
class Log:
    """A log of a known size.

    Whatever reads raises NotFoundError if a file is missing, and FormatError if it does not have the size or
    the entries it must have.  The bytes are not proven by that: compare ``root()``, or ``tree_root`` of the
    leaf hashes, with a checkpoint.

    Attributes:
        read: Reads one file of the log.
        size: The number of entries, from a checkpoint.
    """

    read: ReadTile
    size: int

    def leaf_hashes(self) -> tuple[bytes, ...]:
        """Read all leaf hashes from the tiles of level 0."""
        return tuple(value for tile in leaf_tiles(self.size) for value in self.hashes(tile))

    def entries(self, first: int = 0) -> Iterator[bytes]:
        """Read the entries from number ``first`` on, in order."""
        for tile in bundles(self.size):
            start = tile.index * TILE_WIDTH
            if start + tile.width > first:
                yield from self.bundle(tile)[max(0, first - start) :]

    def entry(self, index: int) -> bytes:
        """Read the entry at ``index``, from 0.

        Raises:
            InputError: There is no such entry.
        """
        if not 0 <= index < self.size:
            raise InputError("the log has no such entry", expected=f"an index below {self.size}", found=str(index))
        number, place = divmod(index, TILE_WIDTH)
        return self.bundle(Tile(ENTRIES, number, min(TILE_WIDTH, self.size - number * TILE_WIDTH)))[place]

    def root(self) -> bytes:
        """Compute the root, 32 bytes, from the edge alone: O(log size) reads."""
        return _edge_root(self.edge())

    def edge(self) -> Edge:
        """Read the hashes of the partial tiles, level 0 first; a level without one gives no hashes."""
        return tuple(self.hashes(tile) if tile.width else () for tile in edge_tiles(self.size))

    def hashes(self, tile: Tile) -> tuple[bytes, ...]:
        """Read one hash tile, or as much of it from the full one."""
        stored, data = self._read_tile(tile)
        return parse_hashes(data, stored.width, stored.path)[: tile.width]

    def bundle(self, tile: Tile) -> tuple[bytes, ...]:
        """Read one entry bundle, or as much of it from the full one."""
        stored, data = self._read_tile(tile)
        return parse_bundle(data, stored.width, stored.path)[: tile.width]

    def bundle_bytes(self, tile: Tile) -> bytes:
        """Read one entry bundle as it is, or as much of it from the full one; it is not parsed."""
        stored, data = self._read_tile(tile)
        return data if stored == tile else format_bundle(parse_bundle(data, stored.width, stored.path)[: tile.width])

    def _read_tile(self, tile: Tile) -> tuple[Tile, bytes]:
        # A partial tile may be dropped once the full one stands, which begins with it; nothing else replaces it.
        for width in dict.fromkeys((tile.width, TILE_WIDTH)):
            stored = replace(tile, width=width)
            with suppress(NotFoundError):
                return stored, self.read(stored.path)
        raise NotFoundError(
            "a tile of the log is missing", where=tile.path, hint="restore it from a copy of the archive"
        )


@dataclass(frozen=True, slots=True)
class Growth:
    """What appending to a log comes to.

    Attributes:
        size: The new number of entries.
        root: The new root hash, 32 bytes.
        files: Path and bytes of each new file, in the order to write them: bundles before hash tiles.
        superseded: Paths of partial tiles and bundles that are full now.  They may be dropped once the new
            checkpoint is published.  Every width that an earlier checkpoint may have used is named, so not
            all of them need exist.
    """

    size: int
    root: bytes
    files: tuple[tuple[str, bytes], ...]
    superseded: tuple[str, ...]


def append(log: Log, entries: Sequence[bytes], root: bytes | None = None) -> Growth:
    """Work out the files that add ``entries`` to the log; only its edge and its last bundle are read.

    Args:
        log: The log as it is.
        entries: What to add, each at most 65,535 bytes.
        root: The root of the last checkpoint, 32 bytes.  Given it, a damaged edge is found, not built upon.

    Raises:
        InputError: An entry is too long.
        NotFoundError: A tile of the edge is missing.
        FormatError: A tile of the edge has the wrong size.
        ProofError: The edge does not give ``root``, or the last bundle is not what its hashes are of.
    """
    edge = log.edge()
    if root is not None:
        _check_hash("the tiles do not give the signed root", "tile", root, _edge_root(edge))
    if not entries:
        return Growth(log.size, _edge_root(edge), (), ())
    last = _last_bundle(log, edge)
    bundle_row = _row(ENTRIES, log.size // TILE_WIDTH, (*last, *entries))
    files = [(tile.path, format_bundle(part)) for tile, part in bundle_row]
    tiles, new_edge = _grow(edge, log.size, [leaf_hash(entry) for entry in entries])
    files += [(tile.path, format_hashes(part)) for tile, part in tiles]
    superseded = _superseded(log.size, {path for path, _ in files})
    return Growth(log.size + len(entries), _edge_root(new_edge), tuple(files), superseded)


def _last_bundle(log: Log, edge: Edge) -> tuple[bytes, ...]:
    if log.size % TILE_WIDTH == 0:
        return ()
    tile = replace(edge_tiles(log.size)[0], level=ENTRIES)
    entries = log.bundle(tile)
    for place, (entry, expected) in enumerate(zip(entries, edge[0], strict=True), tile.index * TILE_WIDTH):
        _check_hash(f"entry {place} does not have the hash in its tile", tile.path, expected, leaf_hash(entry))
    return entries


def _check_hash(what: str, where: str, expected: bytes, found: bytes) -> None:
    if expected != found:
        raise ProofError(
            what,
            where=where,
            expected=expected.hex(),
            found=found.hex(),
            hint="verify the archive and restore the damaged file",
        )


def _row(level: int, first: int, values: Sequence[bytes]) -> list[tuple[Tile, Sequence[bytes]]]:
    """Cut values into the tiles of a level, from tile ``first`` on."""
    parts = [values[at : at + TILE_WIDTH] for at in range(0, len(values), TILE_WIDTH)]
    return [(Tile(level, first + number, len(part)), part) for number, part in enumerate(parts)]


def _grow(edge: Edge, size: int, added: list[bytes]) -> tuple[list[tuple[Tile, Sequence[bytes]]], Edge]:
    """Give the tiles that change and the new edge; every full tile hands its root to the level above."""
    tiles: list[tuple[Tile, Sequence[bytes]]] = []
    grown: list[tuple[bytes, ...]] = []
    while added:
        level = len(grown)
        waiting = edge[level] if level < len(edge) else ()
        row = _row(level, size // TILE_WIDTH, (*waiting, *added))
        tiles += row
        partial = [tuple(part) for tile, part in row if tile.width < TILE_WIDTH]
        grown.append(partial[0] if partial else ())
        added = [tree_root(part) for tile, part in row if tile.width == TILE_WIDTH]
        size //= TILE_WIDTH
    return tiles, (*grown, *edge[len(grown) :])


def _superseded(old_size: int, written: set[str]) -> tuple[str, ...]:
    hash_tiles = edge_tiles(old_size)
    bundle_tiles = [replace(tile, level=ENTRIES) for tile in hash_tiles[:1]]
    return tuple(
        replace(tile, width=width).path
        for tile in (*bundle_tiles, *hash_tiles)
        if replace(tile, width=TILE_WIDTH).path in written
        for width in range(1, tile.width + 1)
    )


def _edge_root(edge: Edge) -> bytes:
    # What stands to the right of a level's hashes has fewer leaves than any of them, so its root joins as the
    # last.
    rest: tuple[bytes, ...] = ()
    for hashes in edge:
        joined = (*hashes, *rest)
        rest = (tree_root(joined),) if joined else ()
    return rest[0] if rest else EMPTY_ROOT


_RESTORE = "restore the log from a copy"


def changed_entry(index: int, where: str) -> IntegrityError:
    """What to say of an entry that has another hash than the tiles (check 10)."""
    return IntegrityError(f"entry {index} is not the one that was logged", where=where, hint=_RESTORE, check=10)


def other_root(expected: bytes, found: bytes | None) -> ProofError:
    """The error for entries without the signed root (check 10); ``found`` is None where not all could be read."""
    return ProofError(
        "the entries do not have the root of the checkpoint",
        where="log/tile/entries",
        expected=format_digest(expected.hex()),
        found=format_digest(found.hex()) if found is not None else "",
        hint=_RESTORE,
        check=10,
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


def narrower_tiles(size: int, unpublished: Container[int] = ()) -> Iterator[Tile]:
    """List the narrower forms that lie beside the tiles which grow: one for each published checkpoint that used it.

    Args:
        size: The number of entries.
        unpublished: The sizes that no checkpoint was published of.
    """
    for tile in growing_tiles(size):
        for width in range(1, tile.width):
            # Above level 0 a batch is too small to pass over a width.
            if tile.level > 0 or tile.index * TILE_WIDTH + width not in unpublished:
                yield replace(tile, width=width)


def log_files(entries: Sequence[bytes], unpublished: Container[int] = ()) -> Iterator[tuple[str, bytes]]:
    """Give path and bytes of every bundle and tile of a log with these entries, narrower forms first.

    Args:
        entries: All of them.
        unpublished: The sizes that no checkpoint was published of.
    """
    levels = levels_of([leaf_hash(entry) for entry in entries])
    size = len(entries)
    for tile in (*narrower_tiles(size, unpublished), *bundles(size), *tiles(size)):
        if tile.level == ENTRIES:
            start = tile.index * TILE_WIDTH
            yield tile.path, format_bundle(entries[start : start + tile.width])
        else:
            yield tile.path, hashes_of(levels, tile)
