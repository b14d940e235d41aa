"""What the log of an archive says, without holding it: entries are read again when they are asked for.

An entry that is read again is held to the hash that it had first, so that a whole verification judges one state of the
log.  What is kept of an entry is its hash, its place among those of its release, and its time: about 100 bytes.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias, overload

from muniment.archive.existence import Dated
from muniment.archive.judgement import judge_place
from muniment.archive.paths import RELEASES, tile_path
from muniment.errors import FormatError, MunimentError, StoreError
from muniment.log.leaves import Leaves
from muniment.log.merkle import leaf_hash
from muniment.log.newest import NamedRoot, NewestRoots
from muniment.log.statement import (
    LogEntry,
    RootStatement,
    StampStatement,
    Statement,
    VersionEntry,
    VersionStatement,
    parse_statement,
    read_plain_version,
)
from muniment.log.tile import ENTRIES, TILE_WIDTH, Tile, parse_bundle
from muniment.store import Store
from muniment.verify.fetched import BundleFile
from muniment.verify.report import Tally

_RECENT = 16
"""Bundles that are kept after they were read again: the versions of a release may stand far apart."""

_TIME = 20
"""Characters of a time as every writer has it, ``2026-01-01T00:00:00Z``."""


class StoredEntries(Sequence[bytes | None]):
    """The entries of a log in its bundles; None for one that could not be read, or is not the one that was logged.

    Args:
        store: The archive.
        hashes: The hash of each entry as it was first read.
        lost: The indexes of those that are None.
        last: The entries of the last bundle, which is kept: a writer drops its file once it has grown.
        fetched: The bundles before it, where they are far away and were put aside.
    """

    def __init__(
        self,
        store: Store,
        hashes: Leaves,
        lost: set[int],
        last: Sequence[bytes | None],
        fetched: BundleFile | None = None,
    ) -> None:
        self._store, self.hashes, self._lost, self._last, self._fetched = store, hashes, lost, last, fetched
        self._recent: dict[int, Sequence[bytes | None]] = {}
        self._lock = Lock()

    @property
    def has_gaps(self) -> bool:
        """Whether an entry is None."""
        return bool(self._lost)

    def keep(self, number: int, bundle: Sequence[bytes | None]) -> None:
        """Keep a bundle, so that it is not read again."""
        self._recent[number] = bundle

    def is_lost(self, index: int) -> bool:
        """Whether the entry at an index is None."""
        return index in self._lost

    def lose(self, index: int) -> None:
        """Make an entry None: it turned out not to be the one that was logged."""
        self._lost.add(index)

    def __len__(self) -> int:
        """The number of entries."""
        return self.hashes.size

    @overload
    def __getitem__(self, place: int) -> bytes | None: ...
    @overload
    def __getitem__(self, place: slice) -> list[bytes | None]: ...
    def __getitem__(self, place: int | slice) -> bytes | list[bytes | None] | None:
        """Read one entry, or some.

        Raises:
            StoreError: A bundle is no longer what it was.
        """
        if isinstance(place, slice):
            return [self._entry(index) for index in range(*place.indices(len(self)))]
        return self._entry(range(len(self))[place])

    def _entry(self, index: int) -> bytes | None:
        if index in self._lost:
            return None
        number, at = divmod(index, TILE_WIDTH)
        if number == (len(self) - 1) // TILE_WIDTH:
            return self._last[at]
        entry = self._stored(index, number, at)
        if entry is None or leaf_hash(entry) != self.hashes.leaf(index):
            raise _changed(number)
        return entry

    def _stored(self, index: int, number: int, at: int) -> bytes | None:
        if self._fetched is not None and number not in self._recent:
            return self._fetched.entry(index)
        with self._lock:  # threads that check releases take their entries here
            return self._bundle(number)[at]

    def _bundle(self, number: int) -> Sequence[bytes | None]:
        found = self._recent.get(number)
        if found is None:
            try:
                found = parse_bundle(self._store.read(tile_path(Tile(ENTRIES, number, TILE_WIDTH))), TILE_WIDTH)
            except MunimentError:
                raise _changed(number) from None
            while len(self._recent) >= _RECENT:
                self._recent.pop(next(iter(self._recent)), None)
            self._recent[number] = found
        return found


def _changed(number: int) -> StoreError:
    where = tile_path(Tile(ENTRIES, number, TILE_WIDTH))
    return StoreError("changed while the archive was verified", where=where, hint="try again")


class Versions(Sequence[VersionEntry]):
    """The entries of the versions of one release, oldest first, each parsed when it is asked for.

    To another process go the entries themselves.

    Args:
        entries: The entries of the log, by index.
        origin: Name of the archive.
        indexes: Which of them are meant.
    """

    __slots__ = ("_entries", "_origin", "indexes")

    def __init__(
        self, entries: Sequence[bytes | None] | Mapping[int, bytes | None], origin: str, indexes: Sequence[int]
    ) -> None:
        self._entries, self._origin, self.indexes = entries, origin, indexes

    def __len__(self) -> int:
        """The number of versions."""
        return len(self.indexes)

    @overload
    def __getitem__(self, place: int) -> VersionEntry: ...
    @overload
    def __getitem__(self, place: slice) -> Versions: ...
    def __getitem__(self, place: int | slice) -> VersionEntry | Versions:
        """One entry, or some of them."""
        if isinstance(place, slice):
            return Versions(self._entries, self._origin, self.indexes[place])
        index = self.indexes[place]
        entry = self._entries[index] or b""
        statement = read_plain_version(entry, self._origin) or parse_statement(entry, where=f"log entry {index}")
        assert isinstance(statement, VersionStatement)  # noqa: S101 - it was one when it was grouped
        return LogEntry(index, statement)

    def __reduce__(self) -> tuple[type[Versions], tuple[dict[int, bytes | None], str, Sequence[int]]]:
        """Pickle the entries with their indexes."""
        return Versions, ({index: self._entries[index] for index in self.indexes}, self._origin, self.indexes)


Entries: TypeAlias = Mapping[str, Sequence[VersionEntry]]
"""The entry of every version, oldest first, by release."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What the entries of a log say.

    Attributes:
        others: Index and statement of every entry that states no version, in order.
        lost: The indexes of those that cannot be read or parsed, in order.
        size: The number of entries.
        versions: The others, by release.
        unread: A file for want of which entries are not known; else empty.
    """

    others: tuple[tuple[int, Statement], ...]
    lost: Sequence[int]
    size: int
    versions: Entries
    unread: str

    @property
    def newest(self) -> NewestRoots:
        """Which trust root was the newest at each size."""
        roots = tuple((index, NamedRoot(s.version, s.root)) for index, s in self.others if isinstance(s, RootStatement))
        return NewestRoots(roots, self.lost[0] if self.lost else None)

    def knows(self, index: int) -> bool:
        """Whether an entry is there, and could be read."""
        return index < self.size and index not in self.lost

    def numbered(self) -> list[tuple[int, Statement | None]]:
        """Every entry that states no version, and None for each that cannot be read, in the order of the log."""
        lost: list[tuple[int, Statement | None]] = [(index, None) for index in self.lost]
        return sorted([*self.others, *lost], key=lambda pair: pair[0])

    @property
    def has_stamps(self) -> bool:
        """Whether an entry states a time stamp."""
        return any(isinstance(statement, StampStatement) for _, statement in self.others)


def read_contents(
    tally: Tally,
    entries: Sequence[bytes | None],
    origin: str,
    unread: Callable[[bool], str],
    wanted: Sequence[int] | None = None,
) -> Contents:
    """Parse every entry, or those that are wanted, and group the versions by release (check 9).

    An entry that cannot be parsed has its finding; one that does not continue the one before of its release too.

    Args:
        tally: Where to count.
        entries: The entries; None for one that cannot be read.
        origin: Name of the archive.
        unread: Gives a file for want of which entries are not known, else nothing; asked whether one is lost.
        wanted: Which entries to parse, in order; None for all.
    """
    others: list[tuple[int, Statement]] = []
    lost = array("Q")
    found: dict[str, array[int]] = {}
    grouping = _Grouping(tally, entries, origin, found)
    # Where files could not be read, whether an entry is lost must be known before the first one is grouped.
    cause = unread(True)  # noqa: FBT003 - asked so
    if cause:
        cause = unread(None in entries or _has_lost(entries, origin, wanted))
    for index, entry in _wanted(entries, wanted):
        statement = None if entry is None else _parse(tally, index, entry, origin)
        if statement is None:
            lost.append(index)
        elif isinstance(statement, VersionStatement):
            grouping.add(index, statement, cause if lost else "")
        else:
            others.append((index, statement))
    if cause and (lost or not len(entries)):
        tally.not_checked(9, RELEASES, cause)
    versions = {release: Versions(entries, origin, indexes) for release, indexes in found.items()}
    return Contents(tuple(others), lost, len(entries), versions, cause)


def _wanted(entries: Sequence[bytes | None], wanted: Sequence[int] | None) -> Iterable[tuple[int, bytes | None]]:
    return enumerate(entries) if wanted is None else ((index, entries[index]) for index in wanted)


def _has_lost(entries: Sequence[bytes | None], origin: str, wanted: Sequence[int] | None) -> bool:
    pairs = _wanted(entries, wanted)
    return any(entry is None or _parse(Tally(), index, entry, origin) is None for index, entry in pairs)


def _parse(tally: Tally, index: int, entry: bytes, origin: str) -> Statement | None:
    plain = read_plain_version(entry, origin)
    if plain is not None:
        return plain
    try:
        statement = parse_statement(entry, where=f"log entry {index}")
        if statement.archive != origin:
            raise FormatError("an entry of another archive", expected=origin, found=statement.archive)
    except MunimentError as error:
        tally.error(9, error, f"log entry {index}")
        return None
    return statement


class _Grouping:
    """Groups versions by release, and holds each against the one before it."""

    def __init__(
        self, tally: Tally, entries: Sequence[bytes | None], origin: str, found: dict[str, array[int]]
    ) -> None:
        self._tally, self._entries, self._origin, self._found = tally, entries, origin, found
        self._heads: dict[str, tuple[int, str]] = {}

    def add(self, index: int, statement: VersionStatement, cause: str) -> None:
        """Add a version; ``cause`` is the file for want of which one before it may not be known, else empty."""
        version, before = self._heads.get(statement.release, (0, None))
        if cause and statement.version > version + 1:
            self._tally.not_checked(9, LogEntry(index, statement).name, cause)
            return
        indexes = self._found.setdefault(statement.release, array("Q"))
        if (statement.version, statement.previous) != (version + 1, before):
            last = Versions(self._entries, self._origin, indexes)[-1].statement if indexes else None
            try:
                judge_place(LogEntry(index, statement).name, statement, last)
            except FormatError as error:
                self._tally.error(9, error)
        indexes.append(index)
        self._heads[statement.release] = (statement.version, statement.record)


class DatedVersions(Sequence[Dated]):
    """When each version was logged, by its keeper's word, in the order of the log.

    Args:
        releases: The entries of each release, by its name.
    """

    def __init__(self, releases: Mapping[str, Sequence[VersionEntry]]) -> None:
        self._names = tuple(releases)
        self._indexes, self._releases, self._versions = array("Q"), array("Q"), array("Q")
        self._times, self._odd = bytearray(), dict[int, str]()
        for number, entries in enumerate(releases.values()):
            for entry in entries:
                self._add(number, entry)
        self._order = array("Q", sorted(range(len(self._indexes)), key=self._indexes.__getitem__))

    def _add(self, number: int, entry: VersionEntry) -> None:
        time = entry.statement.logged_at
        if len(time) != _TIME or not time.isascii():
            self._odd[len(self._indexes)] = time
        self._indexes.append(entry.index)
        self._releases.append(number)
        self._versions.append(entry.statement.version)
        self._times += time.encode()[:_TIME].ljust(_TIME)

    def __len__(self) -> int:
        """The number of versions."""
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> Dated: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Dated, ...]: ...
    def __getitem__(self, place: int | slice) -> Dated | tuple[Dated, ...]:
        """One version, or some."""
        if isinstance(place, slice):
            return tuple(self[at] for at in range(*place.indices(len(self))))
        row = self._order[place]
        time = self._odd.get(row) or self._times[row * _TIME : (row + 1) * _TIME].decode()
        return Dated(f"{self._names[self._releases[row]]}/v{self._versions[row]}", self._indexes[row], time)

    def __eq__(self, other: object) -> bool:
        """Whether it is the same sequence, as a tuple or in this form."""
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        """That of the tuple that it is equal to."""
        return hash(tuple(self))
