"""What to check: the part of an archive that is asked for, as one task a release."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from muniment.archive.opening import LAYOUT, object_id
from muniment.errors import MunimentError, UnresolvedReferenceError
from muniment.ocfl.storage_root import LAYOUTS, object_path, parse_layout
from muniment.reference import Reference
from muniment.store import Store
from muniment.trust.root import TrustRoot
from muniment.verify.entries import Entries
from muniment.verify.layout import Walk
from muniment.verify.objects import ObjectTask
from muniment.verify.proven import Proven
from muniment.verify.report import Tally


@dataclass(frozen=True, slots=True)
class Scope:
    """What part of the archive is asked for: a release and a version of it, or all; ``unknown`` where it names none."""

    release: str | None = None
    version: int | None = None
    unknown: bool = False

    def of(self, entries: Entries) -> Entries:
        """Give the entries that are asked for."""
        if self.release is None:
            return entries
        held = entries.get(self.release)
        return {self.release: held[: self.version]} if held else {}

    def within(self, found: Walk, tasks: Sequence[ObjectTask]) -> Walk:
        """Give what was found in the folders that are asked for."""
        return found if self.release is None else found.below([f for task in tasks for f in task.version_folders])


def plan(
    store: Store,
    chain: tuple[TrustRoot, ...],
    only: Reference | None,
    entries: Entries,
    proven: tuple[Proven, ...] = (),
) -> tuple[Scope, list[ObjectTask]]:
    """Make the tasks.

    Args:
        store: The archive.
        chain: The trust roots, oldest first.
        only: The version asked for, or None for all.
        entries: What the log holds.
        proven: What shows how many of its entries were there at a time.
    """
    scope = _scope(only, entries)
    return scope, [replace(task, proven=proven) for task in _tasks(store, chain, scope.of(entries), entries)]


def refuse_unknown(tally: Tally, scope: Scope) -> None:
    """Say that a reference names nothing, once all has been checked on which that rests.

    Where something has failed, the damage may be why: then the report is what the reader needs.

    Raises:
        UnresolvedReferenceError: It names nothing, and nothing has failed.
    """
    if scope.unknown and all(finding.ok for finding in tally.findings):
        raise UnresolvedReferenceError("the reference names no version here", hint="archive list names them")


def _tasks(store: Store, chain: tuple[TrustRoot, ...], wanted: Entries, entries: Entries) -> Iterator[ObjectTask]:
    layout = layout_of(store, chain[0], wanted)
    for release, versions in wanted.items():
        yield ObjectTask(
            release=release,
            folder=f"releases/{object_path(layout, object_id(chain[0], release))}",
            object_id=object_id(chain[0], release),
            origin=chain[0].archive,
            entries=tuple(versions),
            chain=chain,
            unfinished=False,
            partial=len(versions) < len(entries[release]),
        )


def layout_of(store: Store, root: TrustRoot, entries: Entries) -> str:
    """Give the storage layout; where its file is damaged, and has its finding, the one that the releases lie in."""
    try:
        return parse_layout(store.read(LAYOUT), where=LAYOUT)
    except MunimentError:
        some = [object_id(root, release) for release in entries]
        lying = (name for name in LAYOUTS for id_ in some if _lies(store, f"releases/{object_path(name, id_)}"))
        return next(lying, LAYOUTS[0])


def _lies(store: Store, folder: str) -> bool:
    try:
        return bool(store.list(folder))
    except MunimentError:
        return True  # something is there, and has its finding


def _scope(only: Reference | None, entries: Entries) -> Scope:
    if only is None:
        return Scope()
    for release, versions in entries.items():
        for _, statement in versions:
            if only.digest is not None and statement.record == f"sha256:{only.digest}":
                return Scope(release, statement.version)
    release = only.release or (next(iter(entries)) if len(entries) == 1 else "")
    unknown = only.digest is not None or release not in entries or (only.version or 1) > len(entries[release])
    return Scope(release, only.version, unknown)
