"""What part of an archive is verified: one release up to a version, some releases by lot, or what is new; else all.

A part is looked at without touching what it does not stand on, so that it takes as long in a large archive as in a
small one, but for one pass over the bytes of the entries.  What was not looked at is counted, and said in the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TypeAlias

from muniment.archive.batches import batch_sizes
from muniment.archive.existence import Proven
from muniment.archive.opening import object_id
from muniment.archive.paths import LAYOUT, RELEASES, TILES, log_path, object_folder
from muniment.errors import FormatError, MunimentError, NotFoundError, UnresolvedReferenceError
from muniment.log.checkpoint import TreeHead
from muniment.log.merkle import leaf_hash
from muniment.log.newest import NewestRoots
from muniment.log.tile import tiles
from muniment.log_view import LogView
from muniment.ocfl.storage_root import LAYOUTS, parse_layout
from muniment.reference import Reference
from muniment.store import Store
from muniment.trust.root import TrustRoot, Withdrawal
from muniment.verify.batches import published_at
from muniment.verify.checkpoints import check_checkpoint, check_copy
from muniment.verify.entries import Entries
from muniment.verify.layout import Walk, walk
from muniment.verify.log import LogResult, check_log, proven_tree
from muniment.verify.release import ObjectTask
from muniment.verify.report import Drawn, LeftOut, News, Report, Tally
from muniment.verify.tasks import ReleaseTasks


@dataclass(frozen=True, slots=True)
class Sample:
    """Some releases by lot: the same ones for the same seed, and each as likely as any other.

    Attributes:
        releases: How many at most.
        seed: Any text; it is told with the result, so that others can draw again.
    """

    releases: int
    seed: str

    def draw(self, names: Sequence[str]) -> set[str]:
        """Draw from the names of all releases: those with the smallest SHA-256 of seed, newline and name."""
        lots = sorted(set(names), key=lambda name: sha256(f"{self.seed}\n{name}".encode()).digest())
        return set(lots[: self.releases])


@dataclass(frozen=True, slots=True)
class Since:
    """What came after an older state of the log."""

    old: LogView


Part: TypeAlias = Reference | Sample | Since
"""What is asked for of an archive."""

_RELEASE = re.compile(rb'"release":"([a-z0-9-]+)","signature":')
_IS_VERSION = b'"type":"version/1"'


@dataclass(frozen=True, slots=True)
class Choice:
    """The entries that the part asked for stands on.

    Attributes:
        releases: The releases that are asked for.
        indexes: The entries to be parsed, in order: those of the releases, those of releases of which a version was
            withdrawn, as its entry must be there whatever is asked for, and all that state no version.
        all_releases: How many releases the log names.
        all_versions: How many versions it names.
        unhashed: How many entries were not held to the signed root.
    """

    releases: frozenset[str]
    indexes: Sequence[int]
    all_releases: int
    all_versions: int
    unhashed: int = 0

    def of(self, entries: Entries) -> Entries:
        """Give the entries of the releases that are asked for."""
        return {release: logged for release, logged in entries.items() if release in self.releases}


def choose(part: Part | None, entries: Sequence[bytes | None], withdrawn: Sequence[Withdrawal] = ()) -> Choice | None:
    """Find the entries that a part stands on by the bytes of the entries; None for all of them.

    Args:
        part: What is asked for.
        entries: All entries; None for one that could not be read.
        withdrawn: The versions that the newest trust root withdraws.
    """
    if part is None or isinstance(part, Sample):
        return None
    names = tuple(None if entry is None else release_of(entry) for entry in entries)
    chosen = frozenset(_chosen(part, entries, names))
    wanted = chosen.union((withdrawal.release for withdrawal in withdrawn), (None,))
    indexes = [index for index, name in enumerate(names) if name in wanted]
    return Choice(chosen, indexes, len({*names} - {None}), len(names) - names.count(None))


def release_of(entry: bytes) -> str | None:
    """Give the release of an entry that states a version, by its bytes alone; None of any other."""
    # In canonical JSON a quotation mark within a text is escaped, so that both are found nowhere else.
    match = _RELEASE.search(entry) if _IS_VERSION in entry else None
    return None if match is None else match[1].decode()


def _chosen(part: Part, entries: Sequence[bytes | None], names: Sequence[str | None]) -> Iterator[str]:
    if isinstance(part, Since):
        yield from (name for name in names[part.old.checkpoint.size :] if name is not None)
    elif isinstance(part, Reference) and part.digest is not None:
        record = f'"record":"sha256:{part.digest}"'.encode()
        yield from (name for name, entry in zip(names, entries, strict=True) if name and entry and record in entry)
    elif isinstance(part, Reference) and part.release is not None:
        yield part.release
    else:
        every = {name for name in names if name is not None}
        yield from every if len(every) == 1 else ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What part of the archive is asked for.

    Attributes:
        release: The release that a reference names, or None.
        version: The version of it that is named, or None for all.
        unknown: Whether a reference names nothing.
        releases: The releases asked for, or None for all.
    """

    release: str | None = None
    version: int | None = None
    unknown: bool = False
    releases: frozenset[str] | None = None

    def of(self, entries: Entries) -> Entries:
        """Give the entries that are asked for."""
        if self.releases is not None:
            return {release: logged for release, logged in entries.items() if release in self.releases}
        if self.release is None:
            return entries
        logged = entries.get(self.release)
        return {self.release: logged[: self.version]} if logged else {}


def plan(
    store: Store,
    chain: tuple[TrustRoot, ...],
    part: Part | None,
    entries: Entries,
    proven: tuple[Proven, ...] = (),
) -> tuple[Scope, ReleaseTasks]:
    """Say what is to be done.

    Args:
        store: The archive.
        chain: The trust roots, oldest first.
        part: What is asked for, or None for all.
        entries: What the log holds.
        proven: What shows how many of its entries were there at a time.
    """
    scope = _scope(part, entries)
    wanted = scope.of(entries)
    layout = layout_of(store, chain[0], wanted)

    def task(release: str) -> ObjectTask:
        id_, versions = object_id(chain[0], release), wanted[release]
        return ObjectTask(
            release=release,
            folder=object_folder(layout, id_),
            object_id=id_,
            origin=chain[0].archive,
            entries=versions,
            chain=chain,
            unfinished=False,
            partial=len(versions) < len(entries[release]),
            proven=proven,
        )

    return scope, ReleaseTasks(tuple(wanted), task)


def refuse_unknown(tally: Tally, scope: Scope) -> None:
    """Say that a reference names nothing, once all has been checked on which that rests.

    Where something has failed, the damage may be why: then the report is what the reader needs.

    Raises:
        UnresolvedReferenceError: It names nothing, and nothing has failed.
    """
    if scope.unknown and all(finding.ok for finding in tally.findings):
        raise UnresolvedReferenceError("the reference names no version here", hint="name a version that is there")


def layout_of(store: Store, root: TrustRoot, entries: Entries) -> str:
    """Give the storage layout; where its file is damaged, and has its finding, the one that the releases lie in."""
    try:
        return parse_layout(store.read(LAYOUT), where=LAYOUT)
    except MunimentError:
        some = [object_id(root, release) for release in entries]
        found_marker = (name for name in LAYOUTS for id_ in some if _lies(store, object_folder(name, id_)))
        return next(found_marker, LAYOUTS[0])


def _lies(store: Store, folder: str) -> bool:
    try:
        return bool(store.list(folder))
    except MunimentError:
        return True  # something is there, and has its finding


def _scope(only: Part | None, entries: Entries) -> Scope:
    if only is None:
        return Scope()
    if isinstance(only, Sample):
        return Scope(releases=frozenset(only.draw(list(entries))))
    if isinstance(only, Since):
        size = only.old.checkpoint.size
        return Scope(releases=frozenset(name for name, logged in entries.items() if logged[-1].index >= size))
    for release, versions in entries.items():
        for entry in versions:
            if only.digest is not None and entry.statement.record == f"sha256:{only.digest}":
                return Scope(release, entry.statement.version)
    release = only.release or (next(iter(entries)) if len(entries) == 1 else "")
    unknown = only.digest is not None or release not in entries or (only.version or 1) > len(entries[release])
    return Scope(release, only.version, unknown)


def _is_hash_tile(path: str) -> bool:
    return path.startswith(f"{TILES}/") and not path.startswith(f"{TILES}/entries/")


class PartView:
    """What is looked at of an archive, all of it or a part: its folders, its log, and what that leaves out.

    Args:
        store: The archive.
        part: What is asked for, or None for all.
        log: What reading the entries gave.
        newest: Which trust root was the newest at each size.
        choice: The entries that the part stands on, or None for all.
    """

    def __init__(
        self, store: Store, part: Part | None, log: LogResult, newest: NewestRoots, choice: Choice | None
    ) -> None:
        self._store, self._part, self._log, self._newest, self._choice = store, part, log, newest, choice
        self._tasks: Sequence[ObjectTask] = ()
        self._checkpoints = 0
        self._batches: list[int] | None = None
        self._tree = log.tree
        if log.checkpoint is not None and log.leaves is not None:
            self._tree = proven_tree(log.reader, log.checkpoint)

    def walk(self, tally: Tally, tasks: Sequence[ObjectTask]) -> Walk:
        """List the folders of some releases; of one that is named those of its versions, up to the one asked for."""
        self._tasks = tasks
        if self._part is None:
            return walk(tally, self._store)
        if isinstance(self._part, Reference):
            folders = [folder.removesuffix("/") for task in tasks for folder in task.version_folders]
            return walk(tally, self._store, folders)
        if isinstance(self._part, Sample):
            return walk(tally, self._store, ["", *(task.folder for task in tasks)], without={RELEASES})
        return walk(tally, self._store, [task.folder for task in tasks])

    def check_log(self, present: Walk) -> None:
        """Check 10: every other file of the log; for a version, or what is new, only what proves these entries."""
        if self._choice is None:
            check_log(self._log, present.files, self._newest)
            return
        indexes = [entry.index for task in self._tasks for entry in task.entries]
        if isinstance(self._part, Since) and self._log.leaves is not None:
            indexes = list(range(self._part.old.checkpoint.size, len(self._log.leaves)))
        self._check_proofs(indexes)

    def _check_proofs(self, indexes: Sequence[int]) -> None:
        """The tiles prove these entries, and the checkpoint that each was published with is of this log."""
        log, tree = self._log, self._tree
        if tree is None:
            return
        roots = {}
        try:
            for index in indexes:
                leaf = leaf_hash(log.entries[index] or b"") if log.leaves is None else log.leaves[index]
                tree.prove_inclusion(leaf, index, tree.size)
                size = self._published_at(index + 1)
                roots[size] = tree.root_at(size)
                log.reader.tally.ok(10)
        except MunimentError as error:
            self._fail(error)
        roots[tree.size] = tree.root_at(tree.size)
        for size, root in sorted(roots.items()):
            self._checkpoints += 1
            data = check_checkpoint(log.reader, TreeHead(log.origin, size, root), log.verifiers, self._newest)
            if size == tree.size and data is not None:
                check_copy(log.reader, size, data, log.signed)

    def _published_at(self, size: int) -> int:
        """The size that an entry was published under, which is that of its batch."""
        if self._batches is None:
            self._batches = batch_sizes(self._store)
        return published_at(self._log.reader, size, self._log.verifiers, self._log.origin, self._batches)

    def _fail(self, error: MunimentError) -> None:
        tile = isinstance(error, NotFoundError | FormatError)
        self._log.reader.fail(error, log_path(error.where) if tile else error.where)

    def complete(self, report: Report, entries: Entries) -> Report:
        """Add to a report what a part leaves out, by what lot it was chosen, and what is new.

        Args:
            report: The report.
            entries: The versions that the part stands on, by release.
        """
        part = self._part
        if part is None:
            return report
        drawn = Drawn(part.releases, part.seed) if isinstance(part, Sample) else None
        news = self._news(part.old.checkpoint, entries) if isinstance(part, Since) else None
        return replace(report, left_out=self._left_out(entries), drawn=drawn, news=news)

    def _left_out(self, entries: Entries) -> LeftOut:
        checked = sum(len(task.entries) for task in self._tasks)
        if self._choice is None:
            releases, versions = len(entries) - len(self._tasks), sum(map(len, entries.values())) - checked
            return LeftOut(releases, versions, 0, 0, folders=releases > 0)
        size = 0 if self._tree is None else self._tree.size
        read = sum(map(_is_hash_tile, self._log.reader.files))
        return LeftOut(
            self._choice.all_releases - len(self._tasks),
            self._choice.all_versions - checked,
            size - self._checkpoints,
            sum(1 for _ in tiles(size)) - read,
            folders=True,
            entries=self._choice.unhashed,
        )

    def _news(self, old: TreeHead, entries: Entries) -> News | None:
        """What came after an older checkpoint; None where the log does not continue it, which check 13 says."""
        tree = self._tree
        try:
            if tree is None or old.size > tree.size or tree.root_at(old.size) != old.root:
                return None
            proof = tree.prove_consistency(old.size)
        except MunimentError:
            return None  # a tile, of which check 10 says it
        logged = sorted((entry.index, entry.statement.name) for versions in entries.values() for entry in versions)
        return News(old.size, old.root, tuple(name for index, name in logged if index >= old.size), proof)
