"""Check 10 on the log, and check 9 on its entries alone.

Each entry is a statement of this archive and continues the one before it.  The root of the checkpoint vouches for the
entries.  Every tile, every partial tile of an earlier size and every earlier checkpoint follows from them, and is
compared with what follows.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from muniment.archive.judgement import judge_place
from muniment.archive.paths import CHECKPOINT, RELEASES, TILES, tile_path
from muniment.errors import FormatError, MunimentError
from muniment.log.checkpoint import Checkpoint
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.newest import NewestRoots
from muniment.log.note import Verifier
from muniment.log.statement import LogEntry, Statement, Unparsed, VersionEntry, VersionStatement, parse_statement
from muniment.log.tile import (
    ENTRIES,
    TILE_BITS,
    TILE_WIDTH,
    Tile,
    bundles,
    format_bundle,
    parse_bundle,
    parse_hashes,
    tiles,
)
from muniment.log.tree import changed_entry, growing_tiles, hashes_of, levels_of, narrower_tiles, other_root
from muniment.verify.batches import check_batches
from muniment.verify.checkpoints import LogHead, LogReader, check_checkpoints, open_head, prefix_roots
from muniment.verify.report import Tally

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
    """

    reader: LogReader
    verifiers: Sequence[Verifier]
    origin: str
    signed: LogHead
    entries: tuple[bytes | None, ...] = ()
    leaves: tuple[bytes, ...] | None = None

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
        return self.leaves is not None

    @property
    def files(self) -> tuple[str, ...]:
        """Every file of the log that was asked for: after ``check_log`` all that belong to it, if ``vouched``."""
        return tuple(self.reader.files)


def open_log(reader: LogReader, data: bytes | None, verifiers: Sequence[Verifier], origin: str) -> LogResult:
    """Verify the signed head, and read the entries that it vouches for.

    Args:
        reader: What reads the files of the log.
        data: The bytes of ``log/checkpoint``, or None where they could not be read.
        verifiers: The log keys.
        origin: Name of the log.
    """
    signed = open_head(reader, data, verifiers, origin)
    if signed.checkpoint is None:
        return LogResult(reader, verifiers, origin, signed)
    read = _entries(reader, signed.checkpoint)
    if read is None:
        return LogResult(reader, verifiers, origin, signed)
    leaves, entries = _leaves(reader, signed.checkpoint, read)
    known = None if leaves is None else tuple(leaves)
    return LogResult(reader, verifiers, origin, signed, tuple(entries), known)


def check_log(log: LogResult, present: Container[str], newest: NewestRoots) -> None:
    """Check every other file of the log against the entries: tiles, narrower tiles, published checkpoints.

    Args:
        log: What ``open_log`` gave.
        present: Path of every file of the archive.
        newest: Which trust root was the newest at each size, as the entries say.
    """
    if log.leaves is None:
        return
    levels, size = levels_of(log.leaves), len(log.leaves)
    _check_tiles(log.reader, size, levels)
    roots = dict(enumerate(prefix_roots(log.leaves), 1))
    unpublished = check_batches(log.reader, roots, log.verifiers, log.origin)
    _check_older_tiles(log.reader, _older(size, present, unpublished), levels, log.entries)
    published = ((size, root) for size, root in roots.items() if size not in unpublished)
    check_checkpoints(log.reader, published, log.signed, log.verifiers, log.origin, newest)


def _entries(reader: LogReader, head: Checkpoint) -> list[bytes | None] | None:
    """Every entry, None where it cannot be read; None in all where so much is missing that the size must be a lie."""
    entries: list[bytes | None] = []
    missing = 0
    for tile in bundles(head.size):
        path = tile_path(tile)
        data = reader.read(path)
        missing += data is None
        if missing > MAX_MISSING:
            what = f"more than {MAX_MISSING} files of its {head.size:,} entries are missing; no more were looked for"
            if reader.unread:
                reader.tally.not_checked(10, CHECKPOINT, reader.unread[0])
            else:
                reader.tally.fail(10, CHECKPOINT, what, hint="restore the log from a copy")
            return None
        try:
            entries += parse_bundle(data, tile.width, path) if data is not None else [None] * tile.width
        except MunimentError as error:
            reader.tally.error(10, error, path)
            reader.tally.explain(path, partial(_parses, tile.width), data or b"")
            entries += [None] * tile.width
    return entries


def _parses(width: int, data: bytes) -> bool:
    try:
        parse_bundle(data, width, "")
    except MunimentError:
        return False
    return True


def _leaves(
    reader: LogReader, head: Checkpoint, entries: list[bytes | None]
) -> tuple[list[bytes] | None, list[bytes | None]]:
    """The leaf hashes that give the root of the checkpoint, and the entries that they vouch for.

    The hashes are those of the entries, else those of the tiles; an entry that has another hash is None.
    """
    hashed = [leaf_hash(entry) if entry is not None else None for entry in entries]
    whole = [leaf for leaf in hashed if leaf is not None]
    if len(whole) == head.size and tree_root(whole) == head.root:
        return whole, entries
    unread = tuple(reader.unread)
    stored = _stored_leaves(reader, head.size, report=len(whole) != head.size)
    if stored is None or tree_root(stored) != head.root:
        actual = tree_root(whole) if len(whole) == head.size else None
        if actual is None and unread and stored is not None:
            what = "the tiles do not have the root of the checkpoint"
            reader.tally.fail(10, f"{TILES}/0", what, hint="restore the log from a copy")
        elif actual is None and reader.unread:
            reader.tally.not_checked(10, TILES, reader.unread[0])
        else:
            reader.tally.error(10, other_root(head.root, actual))
        return None, entries
    for tile in bundles(head.size):
        start = tile.index * TILE_WIDTH
        for index in range(start, start + tile.width):
            if hashed[index] is not None and hashed[index] != stored[index]:
                reader.tally.error(10, changed_entry(index, tile_path(tile)))
                entries[index] = None
    return stored, entries


def _stored_leaves(reader: LogReader, size: int, *, report: bool) -> list[bytes] | None:
    """The leaf hashes of the tiles; None where these cannot be read or parsed.

    Args:
        reader: What reads them.
        size: How many there must be.
        report: Whether a tile that could not be read is the end of it, so that nobody else will say so.
    """
    leaves: list[bytes] = []
    for tile in tiles(size):
        if tile.level == 0:
            try:
                leaves += parse_hashes(reader.store.read(tile_path(tile)), tile.width, tile.path)
            except MunimentError as error:
                if report:
                    reader.fail(error, tile_path(tile))
                return None
    return leaves


def _check_tiles(reader: LogReader, size: int, levels: list[Sequence[bytes]]) -> None:
    for tile in tiles(size):
        _compare(reader, tile, hashes_of(levels, tile), "not the hashes of the entries")


def _compare(reader: LogReader, tile: Tile, expected: bytes, what: str, *, may_be_gone: bool = False) -> None:
    path = tile_path(tile)
    data = reader.read(path, may_be_gone=may_be_gone)
    if data is not None and data != expected:
        reader.tally.fail(10, path, what, hint="restore the file from a copy")
        reader.tally.explain(path, expected, data)
    elif data is not None:
        reader.tally.ok(10)


def _check_older_tiles(
    reader: LogReader, older: Iterable[Tile], levels: list[Sequence[bytes]], entries: Sequence[bytes | None]
) -> None:
    """Partial tiles of earlier sizes: there until the full tile is (C2SP tlog-tiles, *Partial tiles*)."""
    size = len(entries)
    for tile in older:
        # Those left of a full tile are being dropped, it may be at this moment.
        left = (tile.index + 1) * TILE_WIDTH << TILE_BITS * max(tile.level, 0) <= size
        if tile.level != ENTRIES:
            what = "not the beginning of the tile that grew from it"
            _compare(reader, tile, hashes_of(levels, tile), what, may_be_gone=left)
            continue
        start = tile.index * TILE_WIDTH
        part = [entry for entry in entries[start : start + tile.width] if entry is not None]
        if len(part) == tile.width:
            what = "not the beginning of the bundle that grew from it"
            _compare(reader, tile, format_bundle(part), what, may_be_gone=left)
        else:
            reader.files.append(tile_path(tile))  # it belongs here; the bundle to compare it with has its finding


def _older(size: int, present: Container[str], unpublished: Container[int]) -> Iterator[Tile]:
    """The narrower forms of the growing tiles, and those left of full tiles by a writer that was interrupted."""
    yield from narrower_tiles(size, unpublished)
    for tile in growing_tiles(size):
        if tile.index:
            left = (Tile(tile.level, tile.index - 1, width) for width in range(1, TILE_WIDTH))
            yield from (narrow for narrow in left if tile_path(narrow) in present)


Entries: TypeAlias = dict[str, list[VersionEntry]]
"""The entry of every version, oldest first, by release."""


def parse_entries(
    tally: Tally, log: LogResult, origin: str, wants: Callable[[int], bool] | None = None
) -> list[Statement | Unparsed | None]:
    """Parse every entry, or those that are wanted; an entry that cannot be parsed is None and has its finding."""
    statements: list[Statement | Unparsed | None] = []
    unparsed = Unparsed()
    for index, entry in enumerate(log.entries):
        statement: Statement | Unparsed | None = None
        if wants is not None and not wants(index):
            statement = unparsed
        elif entry is not None:
            statement = _parse(tally, index, entry, origin)
        statements.append(statement)
    return statements


def _parse(tally: Tally, index: int, entry: bytes, origin: str) -> Statement | None:
    try:
        statement = parse_statement(entry, where=f"log entry {index}")
        if statement.archive != origin:
            raise FormatError("an entry of another archive", expected=origin, found=statement.archive)
    except MunimentError as error:
        tally.error(9, error, f"log entry {index}")
        return None
    return statement


def group_versions(tally: Tally, statements: Sequence[Statement | Unparsed | None], unread: str = "") -> Entries:
    """Group the entries by release, and check that each continues the one before it (check 9).

    Args:
        tally: Where to count.
        statements: The entries; None for one that cannot be read.
        unread: A file for want of which entries are not known.  What comes after a version that may be among them
            cannot be checked; it is left out, and said.
    """
    if unread:
        statements = list(_without_gaps(tally, statements, unread))
    entries: Entries = {}
    for index, statement in enumerate(statements):
        if not isinstance(statement, VersionStatement):
            continue
        before, entry = entries.setdefault(statement.release, []), LogEntry(index, statement)
        try:
            judge_place(entry.name, statement, before[-1].statement if before else None)
        except FormatError as error:
            tally.error(9, error)
        before.append(entry)
    return entries


def _without_gaps(
    tally: Tally, statements: Sequence[Statement | Unparsed | None], unread: str
) -> Iterator[Statement | Unparsed | None]:
    gap = False
    heads: dict[str, int] = {}
    for index, statement in enumerate(statements):
        gap = gap or statement is None
        if isinstance(statement, VersionStatement):
            if gap and statement.version > heads.get(statement.release, 0) + 1:
                tally.not_checked(9, LogEntry(index, statement).name, unread)
                yield None
                continue
            heads[statement.release] = statement.version
        yield statement
    if gap or not statements:
        tally.not_checked(9, RELEASES, unread)
