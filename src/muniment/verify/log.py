"""Check 10 on the log.

The root of the checkpoint vouches for the entries.  Every tile, every partial tile of an earlier size and every earlier
checkpoint follows from them, and is compared with what follows.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from muniment.archive.batches import ALL_PUBLISHED, Unpublished
from muniment.archive.paths import (
    CHECKPOINT,
    CHECKPOINTS,
    TILES,
    Kind,
    checkpoint_path,
    log_path,
    parse_path,
    tile_path,
)
from muniment.errors import MunimentError
from muniment.log.checkpoint import Checkpoint
from muniment.log.leaves import Leaves
from muniment.log.merkle import HASH_SIZE, leaf_hash
from muniment.log.newest import NewestRoots
from muniment.log.note import Verifier
from muniment.log.tile import (
    ENTRIES,
    TILE_BITS,
    TILE_WIDTH,
    Tile,
    bundles,
    format_bundle,
    leaf_tiles,
    parse_bundle,
    parse_hashes,
    tiles,
)
from muniment.log.tile_proofs import ProvenTree
from muniment.log.tree import Log, changed_entry, growing_tiles, hashes_of, levels_of, narrower_tiles, other_root
from muniment.store import Store
from muniment.verify.checkpoints import (
    CheckpointRange,
    LogHead,
    LogReader,
    RangeResult,
    check_range,
    checkpoint_ranges,
    open_head,
    roots_at,
)
from muniment.verify.entries import StoredEntries
from muniment.verify.fetched import BundleFile, Fetch, fetch_bundle

NO_HASH = bytes(HASH_SIZE)
"""What stands in the place of the hash of an entry that could not be read."""

_BESIDE = {Kind.BATCH, Kind.TILE}
"""What a published checkpoint, or a batch, has of its own."""

MAX_MISSING = 1000
"""Bundles that may be missing before a log is given up: anyone with a log key can sign a size of 10^17."""


@dataclass(frozen=True, slots=True)
class LogResult:
    """What reading the log gave.

    Attributes:
        reader: What reads its files.
        verifiers: The log keys.
        origin: Name of the log.
        signed: The head of the log, as far as it verifies.
        entries: Every entry in order; None where its bundle cannot be read.
        leaves: The leaf hashes that give the signed root; None where it was not reached.
        unpublished: The sizes within batches; not asked for where a part is checked on which few files of the log bear.
        tree: The hash tiles, where a few of them were asked instead of all entries; else None.
    """

    reader: LogReader
    verifiers: Sequence[Verifier]
    origin: str
    signed: LogHead
    entries: Sequence[bytes | None] = ()
    leaves: Leaves | None = None
    unpublished: Unpublished = ALL_PUBLISHED
    tree: ProvenTree | None = None

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The checkpoint that was reached, or None where none verifies."""
        return self.signed.checkpoint

    @property
    def note(self) -> bytes | None:
        """The bytes of ``log/checkpoint``, where they verify."""
        return self.signed.data

    @property
    def head(self) -> tuple[int, bytes] | None:
        """Size and root of that checkpoint."""
        return (self.checkpoint.size, self.checkpoint.root) if self.checkpoint else None

    @property
    def vouched(self) -> bool:
        """Whether the signed root was reached, so that every file of the log is known."""
        return self.hashes is not None

    @property
    def hashes(self) -> Leaves | ProvenTree | None:
        """The hash of every entry, which lead to the signed root; None where it was not reached."""
        return self.tree if self.leaves is None else self.leaves

    def roots_at(self, sizes: Collection[int]) -> dict[int, bytes]:
        """Give the root after so many entries, of the sizes that are asked for; nothing where none is vouched for."""
        if self.tree is not None:
            return {size: self.tree.root_at(size) for size in sizes}
        return {} if self.leaves is None else roots_at(self.leaves, sizes)

    @property
    def published(self) -> int:
        """Up to which size published checkpoints belong to the log; 0 where it is not known."""
        return 0 if self.hashes is None else self.hashes.size

    def publishes(self, path: str) -> bool:
        """Whether a path is that of one of them; where nobody can say which there are, of a file beside them, too."""
        if self.unpublished.unknown and (other := parse_path(path)) is not None and other.kind in _BESIDE:
            return True
        if not path.startswith(f"{CHECKPOINTS}/"):
            return False
        parsed = parse_path(path)
        if parsed is None or parsed.kind is not Kind.PUBLISHED:
            return False
        return parsed.size <= self.published and (self.unpublished.unknown or parsed.size not in self.unpublished)

    @property
    def has_gaps(self) -> bool:
        """Whether an entry is None."""
        return isinstance(self.entries, StoredEntries) and self.entries.has_gaps

    @property
    def files(self) -> tuple[str, ...]:
        """Every file of the log that was asked for: after ``check_log`` all that belong to it, if ``vouched``.

        After ``check_hashes`` alone all but the published checkpoints.
        """
        return tuple(self.reader.files)


def open_log(
    reader: LogReader,
    data: bytes | None,
    verifiers: Sequence[Verifier],
    origin: str,
    *,
    kept: bool = False,
    fetch: Fetch | None = None,
) -> LogResult:
    """Verify the signed head, and read the entries that it vouches for.

    Args:
        reader: What reads the files of the log.
        data: The bytes of ``log/checkpoint``, or None where they could not be read.
        verifiers: The log keys.
        origin: Name of the log.
        kept: Whether the entries are kept in memory: for a part, of which each file is read once.
        fetch: What fetches the bundles, which are then put aside; None to read each when it is come to.
    """
    signed = open_head(reader, data, verifiers, origin)
    if signed.checkpoint is None:
        return LogResult(reader, verifiers, origin, signed)
    entries = _read_entries(reader, signed.checkpoint, fetch, kept=kept)
    if entries is None:
        return LogResult(reader, verifiers, origin, signed)
    leaves = _vouched(reader, signed.checkpoint, entries)
    return LogResult(reader, verifiers, origin, signed, entries, leaves)


def proven_tree(reader: LogReader, head: Checkpoint) -> ProvenTree:
    """Give the hash tiles of a log, each read once and counted, and held to the root of a checkpoint."""

    def read(path: str) -> bytes:
        data = reader.tally.read(reader.store.read(log_path(path)))
        reader.files.append(log_path(path))
        return data

    return ProvenTree(Log(read, head.size), head.root)


def check_log(log: LogResult, present: Container[str], newest: NewestRoots) -> None:
    """Check every other file of the log against the entries: tiles, narrower tiles, published checkpoints.

    Args:
        log: What ``open_log`` gave.
        present: Path of every file of the archive.
        newest: Which trust root was the newest at each size, as the entries say.
    """
    check_hashes(log, present)
    for task in ranges_of(log, newest):
        take_range(log, check_range(log.reader.store, task))
    log.reader.files += (checkpoint_path(size) for size in range(1, log.published + 1) if size not in log.unpublished)


def check_hashes(log: LogResult, present: Container[str]) -> None:
    """Check the tiles of a log against its entries: the part of ``check_log`` before the checkpoints."""
    if log.leaves is None:
        return
    levels, size = levels_of(log.leaves), log.leaves.size
    _check_tiles(log.reader, size, levels)
    _check_older_tiles(log, _older(size, present, log.unpublished), levels)


def ranges_of(log: LogResult, newest: NewestRoots) -> Iterator[CheckpointRange]:
    """Give the published checkpoints that are to be checked, in ranges; none where the signed root was not reached."""
    if log.leaves is None:
        return iter(())
    return checkpoint_ranges(log.leaves, log.signed, log.verifiers, log.origin, newest, log.unpublished)


def take_range(log: LogResult, result: RangeResult) -> None:
    """Take over what checking a range of checkpoints gave."""
    log.reader.tally.merge(result.tally)
    log.reader.unread += result.unread


def left_tiles(store: Store, size: int) -> set[str]:
    """List what an interrupted writer may have left of tiles that are full: their narrower forms."""
    left: set[str] = set()
    for tile in growing_tiles(size):
        if tile.index:
            folder = tile_path(Tile(tile.level, tile.index - 1, 1)).rpartition("/")[0]
            with suppress(MunimentError):  # whoever lists the archive says so
                left.update(f"{folder}/{node.name}" for node in store.list(folder) if node.kind == "file")
    return left


def _read_entries(reader: LogReader, head: Checkpoint, fetch: Fetch | None, *, kept: bool) -> StoredEntries | None:
    """Every entry, None where it cannot be read; None in all where so much is missing that the size must be a lie."""
    hashes, lost, missing = bytearray(), set[int](), 0
    held: list[Sequence[bytes | None]] = []
    last: Sequence[bytes | None] = ()
    aside = BundleFile() if fetch is not None else None
    fetched = fetch(head.size) if fetch is not None else map(partial(fetch_bundle, reader.store), bundles(head.size))
    for tile, bundle in zip(bundles(head.size), fetched, strict=True):
        path = tile_path(tile)
        data = reader.take(path, bundle.data, bundle.fault)
        missing += data is None
        if missing > MAX_MISSING:
            what = f"more than {MAX_MISSING} files of its {head.size:,} entries are missing; no more were looked for"
            if reader.unread:
                reader.tally.not_checked(10, CHECKPOINT, reader.unread[0])
            else:
                reader.tally.fail(10, CHECKPOINT, what, hint="restore the log from a copy")
            return None
        if aside is not None:
            aside.add(data or b"", tile.width)
        start = tile.index * TILE_WIDTH
        if bundle.hashes and not kept and start + tile.width < head.size:
            hashes += bundle.hashes
            continue
        last = _parse_bundle(reader, tile, path, data)  # so it is hashed here, whoever has fetched it
        held += [last] * kept
        lost.update(start + at for at, entry in enumerate(last) if entry is None)
        hashes += b"".join(NO_HASH if entry is None else leaf_hash(entry) for entry in last)
    entries = StoredEntries(reader.store, Leaves(hashes), lost, last, aside)
    for number, parsed in enumerate(held):
        entries.keep(number, parsed)
    return entries


def _parse_bundle(reader: LogReader, tile: Tile, path: str, data: bytes | None) -> Sequence[bytes | None]:
    if data is None:
        return (None,) * tile.width
    try:
        return parse_bundle(data, tile.width, path)
    except MunimentError as error:
        reader.tally.error(10, error, path)
        reader.tally.explain(path, partial(_parses, tile.width), data)
        return (None,) * tile.width


def _parses(width: int, data: bytes) -> bool:
    try:
        parse_bundle(data, width, "")
    except MunimentError:
        return False
    return True


def _vouched(reader: LogReader, head: Checkpoint, entries: StoredEntries) -> Leaves | None:
    """The leaf hashes that give the root of the checkpoint; an entry that has another hash is lost.

    The hashes are those of the entries, else those of the tiles.
    """
    hashed, whole = entries.hashes, not entries.has_gaps
    actual = hashed.root_at(head.size) if whole else None
    if actual == head.root:
        return hashed
    unread = tuple(reader.unread)
    stored = _stored_leaves(reader, head.size, report=not whole)
    if stored is None or stored.root_at(head.size) != head.root:
        if actual is None and unread and stored is not None:
            what = "the tiles do not have the root of the checkpoint"
            reader.tally.fail(10, f"{TILES}/0", what, hint="restore the log from a copy")
        elif actual is None and reader.unread:
            reader.tally.not_checked(10, TILES, reader.unread[0])
        else:
            reader.tally.error(10, other_root(head.root, actual))
        return None
    for tile in bundles(head.size):
        start = tile.index * TILE_WIDTH
        for index in range(start, start + tile.width):
            if not entries.is_lost(index) and hashed[index] != stored[index]:
                reader.tally.error(10, changed_entry(index, tile_path(tile)))
                entries.lose(index)
    return stored


def _stored_leaves(reader: LogReader, size: int, *, report: bool) -> Leaves | None:
    """The leaf hashes of the tiles; None where these cannot be read or parsed.

    Args:
        reader: What reads them.
        size: How many there must be.
        report: Whether a tile that could not be read is the end of it, so that nobody else will say so.
    """
    leaves = bytearray()
    for tile in leaf_tiles(size):
        try:
            data = reader.store.read(tile_path(tile))
            parse_hashes(data, tile.width, tile.path)
        except MunimentError as error:
            if report:
                reader.fail(error, tile_path(tile))
            return None
        leaves += data
    return Leaves(leaves)


def _check_tiles(reader: LogReader, size: int, levels: list[Sequence[bytes]]) -> None:
    for tile, data in zip(tiles(size), reader.read_each(map(tile_path, tiles(size))), strict=True):
        _compare(reader, tile, data, hashes_of(levels, tile), "not the hashes of the entries")


def _compare(reader: LogReader, tile: Tile, data: bytes | None, expected: bytes, what: str) -> None:
    path = tile_path(tile)
    if data is not None and data != expected:
        reader.tally.fail(10, path, what, hint="restore the file from a copy")
        reader.tally.explain(path, expected, data)
    elif data is not None:
        reader.tally.ok(10)


def _check_older_tiles(log: LogResult, older: Iterable[Tile], levels: list[Sequence[bytes]]) -> None:
    """Partial tiles of earlier sizes: there until the full tile is (C2SP tlog-tiles, *Partial tiles*)."""
    reader, entries = log.reader, log.entries
    size = len(entries)
    compared, left = list[Tile](), set[str]()
    for tile in older:
        path, start = tile_path(tile), tile.index * TILE_WIDTH
        if (tile.index + 1) * TILE_WIDTH << TILE_BITS * max(tile.level, 0) <= size:
            left.add(path)  # those left of a full tile are being dropped, it may be at this moment
        if tile.level == ENTRIES and log.has_gaps and None in entries[start : start + tile.width]:
            reader.files.append(path)  # it belongs here; the bundle to compare it with has its finding
        else:
            compared.append(tile)
    for tile, data in zip(compared, reader.read_each(map(tile_path, compared), may_be_gone=left), strict=True):
        if tile.level != ENTRIES:
            what = "not the beginning of the tile that grew from it"
            _compare(reader, tile, data, hashes_of(levels, tile), what)
            continue
        start = tile.index * TILE_WIDTH
        part = [entry for entry in entries[start : start + tile.width] if entry is not None]
        _compare(reader, tile, data, format_bundle(part), "not the beginning of the bundle that grew from it")


def _older(size: int, present: Container[str], unpublished: Container[int]) -> Iterator[Tile]:
    """The narrower forms of the growing tiles, and those left of full tiles by a writer that was interrupted."""
    yield from narrower_tiles(size, unpublished)
    for tile in growing_tiles(size):
        if tile.index:
            left = (Tile(tile.level, tile.index - 1, width) for width in range(1, TILE_WIDTH))
            yield from (narrow for narrow in left if tile_path(narrow) in present)
