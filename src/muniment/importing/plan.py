"""What an import would do: the states of a source, put to releases, beside what the archive has of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from muniment.archive import Archive
from muniment.errors import InputError, MunimentError
from muniment.importing.item import NOTHING_MATCHES, ImportSource, Item, Notice
from muniment.importing.lineage import Identity, Lineage, Rewriting, known_release, known_states, newest_state
from muniment.importing.map_file import ImportMap, Mapped

_WHOLE: Final = frozenset({"git", "folder"})
"""The kinds of sources that are handed in whole, so that what one does not have is gone from it."""


@dataclass(frozen=True, slots=True)
class FailedItem:
    """A state that is missing from the archive.

    Attributes:
        where: What it is.
        error: Why.
        time: When the source had it, as claimed.
    """

    where: str
    error: MunimentError
    time: str | None = None


def place_of(item: Item) -> str:
    """What to call a state in a report."""
    provenance = item.provenance
    return f"{provenance.item[:12]} {provenance.path}" if provenance.path is not None else provenance.item


@dataclass(frozen=True, slots=True)
class OpenState:
    """A state that may have to be written.

    Attributes:
        lineage: Of which document.
        at: Which of its states.
    """

    lineage: Lineage
    at: int

    @property
    def item(self) -> Item:
        """The state as the source has it."""
        return self.lineage.items[self.at]

    @property
    def where(self) -> str:
        """What to call it in a report."""
        return place_of(self.item)


@dataclass(slots=True)
class ImportPlan:
    """What an import has before it.

    Attributes:
        open: The states that may have to be written, in order.
        lineages: The documents by their key, in the order in which they were met.
        present: How many states the archive has already, as was seen without reading them.
        repeated: How many are as the one before them at the source.
        notices: What the source says besides.
        failed: States of documents that cannot be put to a release.
        rewritten: What the source no longer has as the archive has it.
        found: How many versions each of its releases had when it was made.
    """

    open: list[OpenState] = field(default_factory=list)
    lineages: dict[str, Lineage] = field(default_factory=dict)
    present: int = 0
    repeated: int = 0
    notices: list[Notice] = field(default_factory=list)
    failed: list[FailedItem] = field(default_factory=list)
    rewritten: list[Rewriting] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=dict)

    @property
    def states(self) -> int:
        """How many states the source has, with those that cannot be put to a release."""
        return sum(len(lineage.items) for lineage in self.lineages.values()) + len(self.failed)

    @property
    def documents(self) -> int:
        """How many documents they are of."""
        return len(self.lineages) + len({id(one.error) for one in self.failed})

    @property
    def known_by_bytes(self) -> int:
        """How many of the open states turned out, when they were read, to be in the archive already."""
        found = 0
        for state in self.open:
            known = state.lineage.known_under(state.at)
            found += known is not None and known.sha256 == state.lineage.held[state.at]
        return found

    def proofs_left(self) -> Iterator[Notice]:
        """Tell, when all was read for a dry run, of the proofs of other archives that would not be kept."""
        for state in self.open:
            if state.item.provenance.kind == "snapshot" and state.at in state.lineage.nothing:
                what = f"{state.lineage.mapped.release} has these bytes already, so its proof would not be kept"
                yield Notice("proof-not-kept", state.item.name, f"{what}: keep this file", time=state.item.time)

    def has_same_bytes(self, one: Rewriting) -> bool:
        """Whether what stands in the place of a state has the same bytes, as far as that was read."""
        lineages = (each for each in self.lineages.values() if each.mapped.release == one.release)
        return any(one.old.version in lineage.same for lineage in lineages)


def make_plan(archive: Archive, source: ImportSource, rules: ImportMap, since: str | None) -> ImportPlan:
    """Ask a source for all its states, and put each to its release.

    Args:
        archive: The archive.
        source: The source.
        rules: How documents become releases.
        since: States that are older, as their source claims, are left out; None for all.

    Raises:
        InputError: The source cannot be used, or what is to be said of a document is no description.
        UnavailableError: The source or the archive cannot be read.
        IntegrityError: A record of an earlier import is missing, or other than the log says.
    """
    plan = ImportPlan()
    items = _collect(source, since, plan)
    if not source.ordered:
        items.sort(key=lambda item: (item.time or "", item.provenance.item, item.provenance.path or ""))
    mapped = _put_to_releases(archive, items, rules, plan)
    order: list[OpenState] = []
    for item in items:
        becomes = mapped.get(item.key)
        if becomes is not None:
            lineage = plan.lineages.setdefault(item.key, Lineage(becomes))
            order.append(OpenState(lineage, len(lineage.items)))
            lineage.items.append(item)
    _settle(archive, source, since, plan)
    if source.kind in _WHOLE:
        plan.rewritten += _vanished(archive, source, since, plan, {item.provenance.identity for item in items})
    if not plan.rewritten and not any(notice.failed for notice in plan.notices):
        _refuse_no_choice(plan)
    still_open = {id(lineage): set(lineage.open_states()) for lineage in plan.lineages.values()}
    plan.open = [state for state in order if state.at in still_open[id(state.lineage)]]
    plan.present = sum(held is not None for lineage in plan.lineages.values() for held in lineage.held)
    plan.repeated = len(order) - plan.present - len(plan.open)
    return plan


def _collect(source: ImportSource, since: str | None, plan: ImportPlan) -> list[Item]:
    items = []
    for found in source.items(since):
        # A time of less precision, such as a year, is older only where all of it is.
        if since is not None and found.time is not None and found.time < since[: len(found.time)]:
            continue
        if isinstance(found, Item):
            items.append(found)
        else:
            plan.notices.append(found)
    return items


def _refuse_no_choice(plan: ImportPlan) -> None:
    """Refuse what asks for nothing that there is; where the archive has more of the source, the report says both.

    Raises:
        InputError: Nothing matches.
    """
    for notice in plan.notices:
        if notice.sort == NOTHING_MATCHES:
            hint = "a pattern is for a whole path or address, and ** goes over folders"
            raise InputError(notice.what, where=notice.where, hint=hint)


def _put_to_releases(
    archive: Archive, items: list[Item], rules: ImportMap, plan: ImportPlan
) -> dict[str, Mapped | None]:
    """Say of each document which release it is; two documents of one release are told, and the second is left out."""
    mapped: dict[str, Mapped | None] = {}
    broken: dict[str, MunimentError] = {}
    for item in items:
        if item.key in mapped:
            continue
        try:
            mapped[item.key] = rules.find(item.key)
        except InputError as error:
            if rules.where and error.where.startswith(f"{rules.where}, rule "):
                raise  # the map file is wrong, and would be for others too
            mapped[item.key], broken[item.key] = None, error
        if mapped[item.key] is None and item.key not in broken:
            plan.notices.append(Notice("no-rule", item.key, "left out by the map file"))
    collided = _collisions(archive, items, mapped)
    mapped |= dict.fromkeys(collided)
    broken |= collided
    for item in items:
        if item.key in broken:
            plan.failed.append(FailedItem(place_of(item), broken[item.key], item.time))
    return mapped


def _collisions(archive: Archive, items: list[Item], mapped: dict[str, Mapped | None]) -> dict[str, MunimentError]:
    """Find documents that would become one release; it stays with the one that it has states of, else the first."""
    by_release: dict[str, list[str]] = {}
    for key, becomes in mapped.items():
        if becomes is not None:
            by_release.setdefault(becomes.release, []).append(key)
    errors: dict[str, MunimentError] = {}
    for release, keys in by_release.items():
        if len(keys) == 1:
            continue
        known = {state.provenance.identity for state in known_states(archive, release)}
        owners = [item.key for item in items if item.key in keys and item.provenance.identity in known]
        owner = owners[0] if owners else keys[0]
        for key in keys:
            if key != owner:
                errors[key] = InputError(
                    f"the release {release} is that of {owner} already",
                    where=key,
                    hint="say in the map file which release this is",
                )
    return errors


def _settle(archive: Archive, source: ImportSource, since: str | None, plan: ImportPlan) -> None:
    covers: Callable[..., bool] = source.covers
    counts = archive.counts
    for lineage in plan.lineages.values():
        release = lineage.mapped.release
        plan.found[release] = lineage.newest = counts.get(release, 0)
        if release in counts:
            lineage.known, lineage.head = known_release(archive, release)
            there = f"goes on from v{counts[release]} of {release}, which "
            other = lineage.other_source()
            if not lineage.known or other is not None:
                what = f"{there}no import made" if other is None else f"{there}came from another source, {other}"
                plan.notices.append(Notice("release-was-there", lineage.mapped.key, what))
        plan.rewritten += lineage.settle(covers, since)


def _vanished(
    archive: Archive, source: ImportSource, since: str | None, plan: ImportPlan, present: set[Identity]
) -> Iterator[Rewriting]:
    """Find the documents of which the source has no state any more: the releases that came from it and were not met."""
    met = {lineage.mapped.release for lineage in plan.lineages.values()}
    for release in sorted(archive.counts.keys() - met):
        newest = newest_state(archive, release)
        if newest is None or (newest.kind, newest.source) != (source.kind, source.name):
            continue
        for state in known_states(archive, release):
            asked_for = source.covers(state.provenance) and (since is None or (state.time or "") >= since)
            if asked_for and state.provenance.identity not in present:
                yield Rewriting(release, state, None)
