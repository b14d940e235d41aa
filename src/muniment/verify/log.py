"""Check 10: the log.  Tiles, bundles and root recomputed from the entries; every published checkpoint consistent.

The root of the checkpoint vouches for the entries.  Every hash tile, every partial tile of an earlier size and every
earlier checkpoint follows from them, and is compared with what follows.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from muniment.digest import format_digest
from muniment.errors import MunimentError
from muniment.log.checkpoint import Checkpoint
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.note import Verifier
from muniment.log.tile import (
    ENTRIES,
    TILE_BITS,
    TILE_WIDTH,
    Tile,
    bundles,
    edge_tiles,
    format_bundle,
    format_hashes,
    parse_bundle,
    parse_hashes,
    tiles,
)
from muniment.store import Store
from muniment.verify.checkpoints import Reader, check_checkpoints, read_head
from muniment.verify.report import Tally


@dataclass(frozen=True, slots=True)
class LogResult:
    """What checking the log gave.

    Attributes:
        checkpoint: The checkpoint that was reached, or None where none verifies.
        entries: Every entry in order; None where its bundle cannot be read.
        files: Every file that belongs to the log, as far as ``vouched`` says.
        leaves: Every leaf hash, where the signed root was reached; else None.
        note: The bytes of ``log/checkpoint``, where they verify.
    """

    checkpoint: Checkpoint | None
    entries: tuple[bytes | None, ...] = ()
    files: tuple[str, ...] = ()
    leaves: tuple[bytes, ...] | None = None
    note: bytes | None = None

    @property
    def vouched(self) -> bool:
        """Whether the signed root was reached, so that every file of the log is known."""
        return self.leaves is not None

    @property
    def head(self) -> tuple[int, bytes] | None:
        """Size and root of the checkpoint that was reached."""
        return (self.checkpoint.size, self.checkpoint.root) if self.checkpoint else None


def check_log(
    tally: Tally, store: Store, verifiers: Sequence[Verifier], origin: str, present: Container[str]
) -> LogResult:
    """Check the whole log.

    Args:
        tally: Where to count.
        store: The archive.
        verifiers: The log keys.
        origin: Name of the log.
        present: Path of every file of the archive.
    """
    reader = Reader(store, tally)
    signed = read_head(reader, verifiers, origin)
    head = signed.checkpoint
    if head is None:
        return LogResult(None, (), tuple(reader.files))
    entries = _entries(reader, head)
    leaves, entries = _leaves(reader, head, entries)
    if leaves is not None:
        levels = _levels(leaves)
        _check_tiles(reader, head.size, levels)
        _check_older_tiles(reader, head.size, levels, entries, present)
        check_checkpoints(reader, leaves, signed, verifiers, origin)
    known = tuple(leaves) if leaves is not None else None
    return LogResult(head, tuple(entries), tuple(reader.files), known, signed.data)


def _entries(reader: Reader, head: Checkpoint) -> list[bytes | None]:
    entries: list[bytes | None] = []
    for tile in bundles(head.size):
        path = f"log/{tile.path}"
        data = reader.read(path)
        try:
            entries += parse_bundle(data, tile.width, path) if data is not None else [None] * tile.width
        except MunimentError as error:
            reader.tally.error(10, error, path)
            entries += [None] * tile.width
    return entries


def _leaves(
    reader: Reader, head: Checkpoint, entries: list[bytes | None]
) -> tuple[list[bytes] | None, list[bytes | None]]:
    """The leaf hashes that give the root of the checkpoint, and the entries that they vouch for.

    The hashes are those of the entries, else those of the tiles; an entry that has another hash is None.
    """
    hashed = [leaf_hash(entry) if entry is not None else None for entry in entries]
    whole = [leaf for leaf in hashed if leaf is not None]
    if len(whole) == head.size and tree_root(whole) == head.root:
        return whole, entries
    stored = _stored_leaves(reader, head.size)
    right = stored is not None and tree_root(stored) == head.root
    if stored is None or not right:
        found = format_digest(tree_root(whole).hex()) if len(whole) == head.size else ""
        expected = format_digest(head.root.hex())
        what = "the entries do not have the root of the checkpoint"
        reader.tally.fail(
            10, "log/tile/entries", what, expected=expected, found=found, hint="restore the log from a copy"
        )
        return None, entries
    for tile in bundles(head.size):
        start = tile.index * TILE_WIDTH
        for index in range(start, start + tile.width):
            if hashed[index] is not None and hashed[index] != stored[index]:
                what = f"entry {index} is not the one that was logged"
                reader.tally.fail(10, f"log/{tile.path}", what, hint="restore the log from a copy")
                entries[index] = None
    return stored, entries


def _stored_leaves(reader: Reader, size: int) -> list[bytes] | None:
    leaves: list[bytes] = []
    try:
        for tile in tiles(size):
            if tile.level == 0:
                leaves += parse_hashes(reader.store.read(f"log/{tile.path}"), tile.width, tile.path)
    except MunimentError:
        return None  # the tile has its own finding
    return leaves


def _levels(leaves: list[bytes]) -> list[list[bytes]]:
    """The hashes of every tile level: level 0 the leaves, each next level the roots of full tiles below."""
    levels = [leaves]
    while len(levels[-1]) >= TILE_WIDTH:
        below = levels[-1]
        full = len(below) >> TILE_BITS
        levels.append([tree_root(below[at * TILE_WIDTH : (at + 1) * TILE_WIDTH]) for at in range(full)])
    return levels


def _hashes(levels: list[list[bytes]], tile: Tile) -> bytes:
    start = tile.index * TILE_WIDTH
    return format_hashes(levels[tile.level][start : start + tile.width])


def _check_tiles(reader: Reader, size: int, levels: list[list[bytes]]) -> None:
    for tile in tiles(size):
        _compare(reader, tile, _hashes(levels, tile), "not the hashes of the entries")


def _compare(reader: Reader, tile: Tile, expected: bytes, what: str) -> None:
    path = f"log/{tile.path}"
    data = reader.read(path)
    if data is not None and data != expected:
        reader.tally.fail(10, path, what, hint="restore the file from a copy")
    elif data is not None:
        reader.tally.ok(10)


def _check_older_tiles(
    reader: Reader, size: int, levels: list[list[bytes]], entries: Sequence[bytes | None], present: Container[str]
) -> None:
    """Partial tiles of earlier sizes: there until the full tile is (C2SP tlog-tiles, *Partial tiles*)."""
    for tile in _older(size, present):
        if tile.level != ENTRIES:
            _compare(reader, tile, _hashes(levels, tile), "not the beginning of the tile that grew from it")
            continue
        start = tile.index * TILE_WIDTH
        part = [entry for entry in entries[start : start + tile.width] if entry is not None]
        if len(part) == tile.width:
            _compare(reader, tile, format_bundle(part), "not the beginning of the bundle that grew from it")
        else:
            reader.files.append(f"log/{tile.path}")  # it belongs here; the bundle to compare it with has its finding


def _older(size: int, present: Container[str]) -> Iterator[Tile]:
    """Every narrower form of the growing tiles, and those left of full tiles by a writer that was interrupted."""
    edge = edge_tiles(size)
    for tile in (*edge, *(replace(tile, level=ENTRIES) for tile in edge[:1])):
        for width in range(1, tile.width):
            yield replace(tile, width=width)
        if tile.index:
            left = (Tile(tile.level, tile.index - 1, width) for width in range(1, TILE_WIDTH))
            yield from (narrow for narrow in left if f"log/{narrow.path}" in present)
