"""One document at its source and in the archive: what is there already, what is news, what was rewritten.

What the archive has is read from its own records, and nothing else is kept between two imports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import orjson

from muniment.archive import Archive
from muniment.importing.item import Item
from muniment.importing.map_file import Mapped
from muniment.log.statement import VersionEntry
from muniment.record.provenance import Provenance, read_provenance

Identity: TypeAlias = tuple[str, str, str | None]
"""As ``Provenance.identity``."""

REWRITTEN: Final = "The source was rewritten"
LATE: Final = "Imported late"
"""How the note of a version begins that did not come in the order of the source."""


@dataclass(frozen=True, slots=True)
class KnownState:
    """A version that an earlier import made.

    Attributes:
        version: Its number.
        provenance: Where it stood in its source.
        sha256: Of its original.
    """

    version: int
    provenance: Provenance
    sha256: str

    @property
    def time(self) -> str | None:
        """The time that orders it at its source."""
        return self.provenance.times[0].time if self.provenance.times else None


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A state that the source no longer has as the archive has it: both are named, and nothing is replaced.

    Attributes:
        release: Of which release.
        old: What the archive has.
        now: Where the source has another one in its place; None where it is gone.
    """

    release: str
    old: KnownState
    now: Provenance | None


_OF_ADDRESSES = frozenset({"memento", "warc"})


@dataclass(slots=True)
class Lineage:
    """The states of one document, in the order of the source.

    Attributes:
        mapped: What becomes of it.
        items: Its states at the source.
        known: What the archive has of earlier imports, by version.
        held: SHA-256 of each state that stands in the archive, or is as the one before it; None where it does not.
        notes: What the version of a state says of how it came, by the place of the state.
        replaced: What stood in the place of a state when it was imported, by the place.
        newest: How many versions its release has, as far as this import knows.
        same: The versions whose bytes the source has still, under another name.
        head: SHA-256 of the original of the newest version of its release, before this import.
        nothing: The states that were open, and brought nothing when they were read.
    """

    mapped: Mapped
    items: list[Item] = field(default_factory=list)
    known: tuple[KnownState, ...] = ()
    held: list[str | None] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    replaced: dict[int, KnownState] = field(default_factory=dict)
    newest: int = 0
    same: set[int] = field(default_factory=set)
    head: str | None = None
    nothing: set[int] = field(default_factory=set)
    _settled: frozenset[int] = frozenset()
    _latest: dict[Identity, KnownState] = field(default_factory=dict)

    def before(self, at: int) -> str | None:
        """The digest of the nearest state before one that stands in the archive."""
        return next((self.held[i] for i in range(at - 1, -1, -1) if self.held[i] is not None), None)

    def other_source(self) -> str | None:
        """What the source of the versions that are there is called, where it is another one; None else.

        It is another one where it has another name and no state of this one.  What web archives have of one address
        is one history, whoever captured it.
        """
        own = {(item.provenance.kind, item.provenance.source) for item in self.items}
        there = {(state.provenance.kind, state.provenance.source) for state in self.known}
        states = {item.provenance.identity for item in self.items} & {s.provenance.identity for s in self.known}
        if states or own & there or not there or all(kind in _OF_ADDRESSES for kind, _ in own):
            return None
        return self.known[-1].provenance.source

    def settle(self, covers: Callable[[Provenance], bool], since: str | None) -> list[Rewriting]:
        """Compare both sides by identity, without reading a byte; give what the source no longer has as it was."""
        self.held = [None] * len(self.items)
        self._latest = latest = {state.provenance.identity: state for state in self.known}
        present = {item.provenance.identity for item in self.items}
        gone = [
            state
            for identity, state in latest.items()
            if identity not in present and covers(state.provenance) and (since is None or (state.time or "") >= since)
        ]
        for at, item in enumerate(self.items):
            state = latest.get(item.provenance.identity)
            if state is not None and item.fixed:
                self.held[at] = state.sha256
        self._settled = frozenset(at for at, held in enumerate(self.held) if held is not None)
        return self._match(gone)

    def _match(self, gone: list[KnownState]) -> list[Rewriting]:
        """Find for each state that is gone the one in its place, and say of news what stands beside it."""
        by_time: dict[str, list[KnownState]] = {}
        for state in reversed(gone):
            by_time.setdefault(state.time or "", []).append(state)
        told, later, first = [], self._later(), True
        for at, item in enumerate(self.items):
            if self.held[at] is not None or item.provenance.identity in self._latest:
                continue
            if item.time is not None and by_time.get(item.time):
                old = self.replaced[at] = by_time[item.time].pop()
                told.append(Rewriting(self.mapped.release, old, item.provenance))
                self.notes[at] = f"{REWRITTEN}: at this time it had {old.provenance.item}, which is v{old.version}."
            elif gone and first:
                self.notes[at] = (
                    f"{REWRITTEN}: it no longer has {gone[0].provenance.item}, which is v{gone[0].version}."
                )
            elif later[at] is not None:
                self.notes[at] = f"{LATE}: the source has this state before that of v{later[at]}."
            first = False
        rest = [state for states in by_time.values() for state in states]
        return told + [
            Rewriting(self.mapped.release, state, None) for state in sorted(rest, key=lambda state: state.version)
        ]

    def _later(self) -> list[int | None]:
        """For each state the lowest version of those after it at the source."""
        found: list[int | None] = []
        lowest: int | None = None
        for item in reversed(self.items):
            found.append(lowest)
            state = self._latest.get(item.provenance.identity)
            if state is not None and (lowest is None or state.version < lowest):
                lowest = state.version
        found.reverse()
        return found

    def open_states(self) -> Iterator[int]:
        """The places of the states that are not known to be in the archive, and are not as the one before them."""
        for at, item in enumerate(self.items):
            repeated = at > 0 and item.content is not None and item.content == self.items[at - 1].content
            if self.held[at] is None and not repeated:
                yield at

    def known_under(self, at: int) -> KnownState | None:
        """What the archive has newest under the identity of a state."""
        return self._latest.get(self.items[at].provenance.identity)

    def brings_nothing(self, at: int, digest: str) -> bool:
        """Whether a state of these bytes is in the archive already, or is as the one before it; then it is held."""
        known, old = self.known_under(at), self.replaced.get(at)
        if known is not None:
            nothing = known.sha256 == digest
        elif old is not None and old.sha256 == digest:
            nothing = True
            self.same.add(old.version)
        else:
            nothing = digest == self.before(at) or digest == self._newest_before(at)
        if nothing:
            self.held[at] = digest
            self.nothing.add(at)
        return nothing

    def _newest_before(self, at: int) -> str | None:
        """The digest of the newest version of the release when a state comes: last written, or ``head``."""
        written = (i for i in range(at - 1, -1, -1) if self.held[i] is not None and i not in self.nothing)
        place = next((i for i in written if i not in self._settled), None)
        return self.head if place is None else self.held[place]


def newest_state(archive: Archive, release: str) -> Provenance | None:
    """Where the newest version of a release says that its bytes are from; None where it says nothing.

    Raises:
        IntegrityError: Its record is missing, or other than the log says.
    """
    *_, newest = archive.history(release)
    known = _known(archive, newest)
    return None if known is None or known[1] is None else known[1].provenance


def known_states(archive: Archive, release: str) -> tuple[KnownState, ...]:
    """Read what earlier imports left of a release, each file held to the log by its digest.

    Raises:
        IntegrityError: A record is missing, or other than the log says.
    """
    return known_release(archive, release)[0]


def known_release(archive: Archive, release: str) -> tuple[tuple[KnownState, ...], str | None]:
    """Read what earlier imports left of a release, and the digest of its newest original; errors as above."""
    found, newest = [], None
    for entry in archive.history(release):
        known = _known(archive, entry)
        if known is not None:
            newest = known[2]
            if known[0] == "publication" and known[1] is not None:
                found.append(known[1])
    return tuple(found), newest


def _known(archive: Archive, entry: VersionEntry) -> tuple[str, KnownState | None, str] | None:
    """Kind of change, where it says that it is from, and digest of a version; None where that is no record."""
    try:
        value = orjson.loads(archive.read_logged(entry).record_bytes)
        original, state = value["original"], None
        if "import" in original:
            provenance = read_provenance(original["import"])
            state = KnownState(entry.statement.version, provenance, original["sha256"])
        return value["change"]["kind"], state, original["sha256"]
    except (ValueError, TypeError, KeyError):
        return None  # a thief has logged it, and verification says so
