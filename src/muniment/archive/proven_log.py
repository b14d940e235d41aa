"""What the log of an archive says: its entries, held to the signed root, and the trust roots that they name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property, partial
from operator import attrgetter

from muniment.archive.opening import log_verifiers, newest_of
from muniment.errors import FormatError, IntegrityError, MunimentError, NotFoundError, finding_of
from muniment.log.bundles import Bundles, Form, ProvenEntries, proven_bundles
from muniment.log.checkpoint import Checkpoint
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.newest import NewestRoots
from muniment.log.statement import (
    LogEntry,
    RootStatement,
    StampStatement,
    Statement,
    VersionEntry,
    VersionStatement,
    named_versions,
    parse_statement,
    plain_versions,
    read_plain_version,
)
from muniment.log.tile_proofs import ProvenTree
from muniment.log.tree import Log
from muniment.log.vkey import LogVerifier
from muniment.trust.chain import RootFile, refuse_other_roots
from muniment.trust.root import TrustRoot

_RELEASE = re.compile(rb'"release":"([a-z0-9-]+)","signature":')
"""The release of a version: canonical JSON has one spelling of it, and a quotation mark within a text is escaped."""

_SOUGHT = 3
"""Releases that are looked for in the bytes of all bundles; for one more, all of them are found in one pass."""


class ProvenLog:
    """The log of an archive under one verified checkpoint; what is asked for is read once."""

    def __init__(self, log: Log, roots: tuple[RootFile, ...], checkpoint: Checkpoint) -> None:
        self.log = log
        self.roots = roots
        self.checkpoint = checkpoint
        self._histories: dict[str, tuple[VersionEntry, ...]] = {}

    @property
    def chain(self) -> tuple[TrustRoot, ...]:
        """The trust roots, oldest first."""
        return tuple(file.root for file in self.roots)

    @property
    def origin(self) -> str:
        """The name of the archive and of its log."""
        return self.roots[0].root.archive

    @property
    def sites(self) -> tuple[str | None, ...]:
        """The address of the archive's web site in each trust root, oldest first; None for none."""
        return tuple(root.url for root in self.chain)

    @property
    def log_verifiers(self) -> tuple[LogVerifier, ...]:
        """The keys that may sign checkpoints, each for its range."""
        return log_verifiers(self.chain)

    @cached_property
    def newest_roots(self) -> NewestRoots:
        """Which trust root was the newest at each size of the log."""
        return newest_of(self.roots)

    @property
    def is_whole(self) -> bool:
        """Whether every entry was read, so that nothing was left out of what is asked next."""
        return "bundles" in self.__dict__

    @cached_property
    def one_by_one(self) -> ProvenEntries:
        """Entries that are named so that nothing else can be meant, each held to the signed root by a few tiles."""
        return ProvenEntries(self.log, self.tree)

    @cached_property
    def bundles(self) -> Bundles:
        """Every entry of the log as it was logged; read once, held to the signed root.

        Raises:
            IntegrityError: They do not give the root (check 10), or name other trust roots (check 11).
            NotFoundError: A file of the log is missing.
        """
        return self._read_bundles()

    def _read_bundles(self, form: Form | None = None) -> Bundles:
        bundles = proven_bundles(self.log, self.checkpoint.root, form)
        logged = [(index, self._parse(index, entry)) for index, entry in bundles.find(b'"type":"root/1"', b"")]
        refuse_other_roots(
            [(file.root.index, file.root.version, file.digest) for file in self.roots],
            [
                (index, statement.version, statement.root)
                for index, statement in logged
                if isinstance(statement, RootStatement)
            ],
        )
        return bundles

    @cached_property
    def entries(self) -> tuple[bytes, ...]:
        """Every entry, in order.

        Raises:
            IntegrityError: As for ``bundles``.
        """
        return tuple(self.bundles)

    def entry(self, index: int) -> bytes:
        """Give the bytes of the entry at ``index``, proven by a few tiles, or, where these are damaged, by all entries.

        Raises:
            IntegrityError: As for ``bundles``.
        """
        if not self.is_whole:
            with suppress(MunimentError):
                return self.one_by_one.entry(index)
        return self.bundles.entry(index)

    def statement(self, index: int) -> Statement:
        """What the entry at ``index`` says.

        Raises:
            IntegrityError: As for ``statements``, of this entry alone.
        """
        return self._parse(index, self.entry(index))

    @cached_property
    def leaves(self) -> tuple[bytes, ...]:
        """The leaf hash of every entry, in order: for whoever cannot rely on the tiles."""
        return tuple(map(leaf_hash, self.entries))

    def root_at(self, size: int) -> bytes:
        """The root of the first ``size`` entries: out of a few tiles, or, where these are damaged, of the entries.

        Either way it is held to the signed root.

        Raises:
            IntegrityError: As for ``entries``.
        """
        try:
            return self.tree.root_at(size)
        except (IntegrityError, NotFoundError):
            return tree_root(self.leaves[:size])

    @cached_property
    def tree(self) -> ProvenTree:
        """Proofs and earlier roots, out of a few hash tiles and held to the signed root."""
        return ProvenTree(self.log, self.checkpoint.root)

    def _parse(self, index: int, entry: bytes) -> Statement:
        where = f"log entry {index}"
        with finding_of(9):
            statement = read_plain_version(entry, self.origin) or parse_statement(entry, where=where)
            if statement.archive != self.origin:
                what = "an entry of another archive"
                raise FormatError(what, where=where, expected=self.origin, found=statement.archive)
        return statement

    def check_entries(self) -> None:
        """Check that every entry can be read; those in the form that a writer gives them are not parsed for it.

        Asked before anything else of the entries, it takes them apart as they are hashed, and all of them once.

        Raises:
            IntegrityError: As for ``statements``.
        """
        if not self.is_whole:
            self.bundles = self._read_bundles(partial(named_versions, archive=self.origin))
        for number, data in enumerate(self.bundles.data):
            if number not in self.bundles.names:
                known = frozenset(plain_versions(data, self.origin))
                for index, entry in self.bundles.of(number):
                    if entry not in known:
                        self._parse(index, entry)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """What every entry of the log says, in order.

        Raises:
            IntegrityError: As for ``entries``; or an entry is no statement of this archive (check 9).
        """
        return tuple(entry.statement for entry in self)

    def __iter__(self) -> Iterator[LogEntry[Statement]]:
        """Give every entry of the log, in order; each is parsed when it is asked for.

        Raises:
            IntegrityError: As for ``statements``.
        """
        for index, entry in enumerate(self.bundles):
            yield LogEntry(index, self._parse(index, entry))

    def history(self, release: str) -> tuple[VersionEntry, ...]:
        """The entry of every version of one release, oldest first; no entry of another release is parsed.

        Raises:
            IntegrityError: As for ``statements``.
        """
        if release not in self._histories:
            # In canonical JSON a quotation mark within a text is escaped, so this is found nowhere else.
            member = f'"release":"{release}"'.encode()
            logged = self.bundles.find(member, release.encode())
            if len(self._histories) >= _SOUGHT:
                logged = ((index, self.bundles.entry(index)) for index in self._places.get(release, ()))
            self._histories[release] = self._versions(logged)
        return self._histories[release]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[bytes, list[int]] = {}
        for index, entry in enumerate(self.bundles):
            if (match := _RELEASE.search(entry)) is not None:
                places.setdefault(match[1], []).append(index)
        return {release.decode(): indexes for release, indexes in places.items()}

    @cached_property
    def releases(self) -> tuple[str, ...]:
        """Every release, in order of its first version; no entry is parsed."""
        return tuple(self.counts)

    @cached_property
    def counts(self) -> dict[str, int]:
        """The number of versions of every release, in order of its first version; no entry is parsed."""
        return {name.decode(): number for name, number in Counter(self._names()).items()}

    def count_among(self, releases: Iterable[str]) -> dict[str, int]:
        """The same of some releases; of those that are not logged there is none."""
        wanted = frozenset(release.encode("utf-8", "surrogateescape") for release in releases)
        return {name.decode(): number for name, number in Counter(filter(wanted.__contains__, self._names())).items()}

    def _names(self) -> Iterator[bytes]:
        """The release of every version, in order."""
        for number, data in enumerate(self.bundles.data):
            yield from self.bundles.names.get(number) or _RELEASE.findall(data)

    @cached_property
    def stamps(self) -> tuple[LogEntry[StampStatement], ...]:
        """The entry of every time stamp, in order; no other entry is parsed.

        Where no trust root ever named an authority, there is none, and no entry is read.

        Raises:
            IntegrityError: As for ``statements``, of these entries alone.
        """
        if not any(root.authorities for root in self.chain):
            return ()
        logged = ((index, self._parse(index, entry)) for index, entry in self.bundles.find(b'"type":"stamp/1"', b""))
        return tuple(LogEntry(index, statement) for index, statement in logged if isinstance(statement, StampStatement))

    def recorded(self, digest: str) -> VersionEntry | None:
        """Find the first version whose record has a digest, ``sha256:…``; no other entry is parsed.

        Every entry is hashed only to say that there is none.

        Raises:
            IntegrityError: As for ``statements``, of that entry alone.
        """
        member = f'"record":"{digest}"'.encode()
        if not self.is_whole:
            with suppress(MunimentError):
                found = self._versions(self.one_by_one.find(member))
                if found:
                    return found[0]
        return next(iter(self._versions(self.bundles.find(member))), None)

    def find_recorded(self, digest: str, time: bytes) -> tuple[VersionEntry, ...]:
        """Find the versions whose record has a digest among the entries that claim to have been logged at a time.

        Returns:
            What was found, each proven; what is not found may be there all the same.
        """
        with suppress(MunimentError):
            begun = self.chain[0].created.encode()
            return self._versions(self.one_by_one.find_near(f'"record":"{digest}"'.encode(), time, begun))
        return ()

    def find_later(self, entry: VersionEntry) -> tuple[VersionEntry, ...]:
        """Give the versions of the release of an entry that were logged after it; none is left out.

        Raises:
            MunimentError: They cannot be proven by the tiles alone.
        """
        member = f'"release":"{entry.statement.release}"'.encode()
        found = self._versions(self.one_by_one.find_from(entry.index, member))
        return tuple(later for later in found if later.index > entry.index)

    def versions_from(self, first: int) -> tuple[VersionEntry, ...]:
        """Give every version that was logged at an index or later; none is left out, and no earlier bundle is read.

        Raises:
            IntegrityError: As for ``statements``, of these entries alone.
        """
        if first >= self.checkpoint.size:
            return ()
        if first and not self.is_whole:
            with suppress(MunimentError):
                found = self._versions(self.one_by_one.find_from(first, b'"release":"'))
                return tuple(entry for entry in found if entry.index >= first)
        logged = self.bundles.find(b'"release":"')
        return self._versions((index, entry) for index, entry in logged if index >= first)

    def _versions(self, logged: Iterable[tuple[int, bytes]]) -> tuple[VersionEntry, ...]:
        parsed = ((index, self._parse(index, entry)) for index, entry in logged)
        return tuple(LogEntry(index, said) for index, said in parsed if isinstance(said, VersionStatement))

    @cached_property
    def versions(self) -> dict[str, tuple[VersionEntry, ...]]:
        """The entry of every version, by release in order of first addition, oldest version first."""
        logged: dict[str, list[VersionEntry]] = {}
        for index, statement in enumerate(self.statements):
            if isinstance(statement, VersionStatement):
                logged.setdefault(statement.release, []).append(LogEntry(index, statement))
        self._histories = {release: tuple(entries) for release, entries in logged.items()}
        return self._histories.copy()

    def before(self, entry: VersionEntry) -> VersionStatement | None:
        """Give what the entry before this one of the same release says; None before the first."""
        entries = self.history(entry.statement.release)
        position = bisect_left(entries, entry.index, key=attrgetter("index"))
        return entries[position - 1].statement if position else None
