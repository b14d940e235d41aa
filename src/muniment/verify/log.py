"""Check 10: the log.  Tiles, bundles and root recomputed from the entries; every published checkpoint consistent.

The root of the checkpoint vouches for the entries.  Every hash tile, every partial tile of an earlier size and every
earlier checkpoint follows from them, and is compared with what follows.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace

from muniment.archive import CHECKPOINT
from muniment.digest import format_digest
from muniment.errors import MunimentError, ProofError
from muniment.log.checkpoint import Checkpoint, open_checkpoint
from muniment.log.merkle import leaf_hash, node_hash, tree_root
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
from muniment.verify.report import Tally

CHECKPOINTS = "log/checkpoints"


@dataclass(frozen=True, slots=True)
class LogResult:
    """What checking the log gave.

    Attributes:
        checkpoint: The checkpoint that was reached, or None where none verifies.
        entries: Every entry in order; None where its bundle cannot be read.
        files: Every file that belongs to the log.
    """

    checkpoint: Checkpoint | None
    entries: tuple[bytes | None, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reader:
    """Reads files once, keeping count."""

    store: Store
    tally: Tally
    files: list[str] = field(default_factory=list)

    def read(self, path: str) -> bytes | None:
        self.files.append(path)
        try:
            return self.tally.read(self.store.read(path))
        except MunimentError as error:
            self.tally.error(10, error, path)
            return None


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
    reader = _Reader(store, tally)
    head = _head(reader, verifiers, origin)
    if head is None:
        return LogResult(None, (), tuple(reader.files))
    entries = _entries(reader, head)
    leaves = _leaves(reader, head, entries)
    if leaves is not None:
        levels = _levels(leaves)
        _check_tiles(reader, head.size, levels)
        _check_older_tiles(reader, head.size, levels, entries, present)
        _check_checkpoints(reader, leaves, verifiers, origin)
    return LogResult(head, tuple(entries), tuple(reader.files))


def _head(reader: _Reader, verifiers: Sequence[Verifier], origin: str) -> Checkpoint | None:
    """The signed head; where it is damaged, the newest published checkpoint that verifies, to go on with."""
    data = reader.read(CHECKPOINT)
    if data is not None:
        try:
            checkpoint = open_checkpoint(data, verifiers, origin, CHECKPOINT)
        except MunimentError as error:
            reader.tally.error(10, error, CHECKPOINT)
        else:
            reader.tally.ok(10)
            return checkpoint
    sizes = sorted((int(n.name) for n in reader.store.list(CHECKPOINTS) if n.name.isdecimal()), reverse=True)
    for size in sizes:
        path = f"{CHECKPOINTS}/{size}"
        try:
            return open_checkpoint(reader.store.read(path), verifiers, origin, path)
        except MunimentError:
            continue  # it has its own finding once the size of the log is known
    return None


def _entries(reader: _Reader, head: Checkpoint) -> list[bytes | None]:
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


def _leaves(reader: _Reader, head: Checkpoint, entries: Sequence[bytes | None]) -> list[bytes] | None:
    """The leaf hashes that give the root of the checkpoint: those of the entries, else those of the tiles."""
    hashed = [leaf_hash(entry) if entry is not None else None for entry in entries]
    whole = [leaf for leaf in hashed if leaf is not None]
    if len(whole) == head.size and tree_root(whole) == head.root:
        return whole
    stored = _stored_leaves(reader, head.size)
    right = stored is not None and tree_root(stored) == head.root
    if stored is None or not right:
        found = format_digest(tree_root(whole).hex()) if len(whole) == head.size else ""
        expected = format_digest(head.root.hex())
        what = "the entries do not have the root of the checkpoint"
        reader.tally.fail(
            10, "log/tile/entries", what, expected=expected, found=found, hint="restore the log from a copy"
        )
        return None
    for tile in bundles(head.size):
        start = tile.index * TILE_WIDTH
        for index in range(start, start + tile.width):
            if hashed[index] is not None and hashed[index] != stored[index]:
                what = f"entry {index} is not the one that was logged"
                reader.tally.fail(10, f"log/{tile.path}", what, hint="restore the log from a copy")
    return stored


def _stored_leaves(reader: _Reader, size: int) -> list[bytes] | None:
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


def _check_tiles(reader: _Reader, size: int, levels: list[list[bytes]]) -> None:
    for tile in tiles(size):
        _compare(reader, tile, _hashes(levels, tile), "not the hashes of the entries")


def _compare(reader: _Reader, tile: Tile, expected: bytes, what: str) -> None:
    path = f"log/{tile.path}"
    data = reader.read(path)
    if data is not None and data != expected:
        reader.tally.fail(10, path, what, hint="restore the file from a copy")
    elif data is not None:
        reader.tally.ok(10)


def _check_older_tiles(
    reader: _Reader, size: int, levels: list[list[bytes]], entries: Sequence[bytes | None], present: Container[str]
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


def _older(size: int, present: Container[str]) -> Iterator[Tile]:
    """Every narrower form of the growing tiles, and those left of full tiles by a writer that was interrupted."""
    edge = edge_tiles(size)
    for tile in (*edge, *(replace(tile, level=ENTRIES) for tile in edge[:1])):
        for width in range(1, tile.width):
            yield replace(tile, width=width)
        if tile.index:
            left = (Tile(tile.level, tile.index - 1, width) for width in range(1, TILE_WIDTH))
            yield from (narrow for narrow in left if f"log/{narrow.path}" in present)


def _check_checkpoints(reader: _Reader, leaves: Sequence[bytes], verifiers: Sequence[Verifier], origin: str) -> None:
    """Every size has its published checkpoint: signed, and with the root that the first entries have."""
    for size, root in enumerate(_prefix_roots(leaves), 1):
        path = f"{CHECKPOINTS}/{size}"
        data = reader.read(path)
        if data is None:
            continue
        with reader.tally.check(10, path):
            checkpoint = open_checkpoint(data, verifiers, origin, path)
            if checkpoint != Checkpoint(origin, size, root):
                raise ProofError(
                    "the log did not grow from this checkpoint",
                    where=path,
                    expected=f"{size} entries, root {root.hex()}",
                    found=f"{checkpoint.size} entries, root {checkpoint.root.hex()}",
                )


def _prefix_roots(leaves: Sequence[bytes]) -> Iterator[bytes]:
    """The root after each entry, in O(log n) each: the roots of the perfect subtrees so far, folded from the right."""
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves, 1):
        peaks.append(leaf)
        merged = size
        while merged % 2 == 0:
            right = peaks.pop()
            peaks[-1] = node_hash(peaks[-1], right)
            merged //= 2
        root = peaks[-1]
        for peak in reversed(peaks[:-1]):
            root = node_hash(peak, root)
        yield root
