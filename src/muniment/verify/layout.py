"""Check 1: only the expected files, and only regular files in real folders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from muniment.archive.paths import COSIGNATURES, LOCK, TEMPORARY
from muniment.errors import MunimentError
from muniment.store import Node, Store, WalkEntry
from muniment.store.litter import describe_litter, describe_stray, litter_in
from muniment.verify.report import Tally

MAY_BE_EMPTY = (TEMPORARY, COSIGNATURES)
"""Folders that an interrupted write may leave empty, and nobody need tidy."""

UNLESS_AT_WORK = "unless a writer is at work, recovery completes or removes it"


@dataclass(frozen=True, slots=True)
class Other:
    """What is neither a regular file nor a folder, or has a name that no path can hold."""

    path: str
    kind: str
    odd: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Files that belong where they lie.

    Attributes:
        files: How many.
        linked: How many of them have other names too.
        first: The first of these by path; empty where there is none.
    """

    files: int = 0
    linked: int = 0
    first: str = ""

    def and_(self, other: Counted) -> Counted:
        """Give both together."""
        first = min(filter(None, (self.first, other.first)), default="")
        return Counted(self.files + other.files, self.linked + other.linked, first)


@dataclass(frozen=True, slots=True)
class Walk:
    """Everything that lies in an archive.

    Attributes:
        files: Size in bytes of each regular file, by path.
        others: What is neither a regular file nor a folder.
        empty: Folders without anything in them.
        shared: Files that have other names too (hard links).
        closed: Folders that could not be listed.
        counted: The files that were only counted, since they belong there, by the first part of their path.
    """

    files: dict[str, int]
    others: tuple[Other, ...]
    empty: tuple[str, ...]
    shared: frozenset[str] = frozenset()
    closed: tuple[str, ...] = ()
    counted: Mapping[str, Counted] = field(default_factory=dict)

    def beside(self, other: Walk) -> Walk:
        """Give what lies in two parts of an archive."""
        if not (other.files or other.others or other.empty or other.closed or other.counted):
            return self
        counted = dict(self.counted)
        for top, more in other.counted.items():
            counted[top] = counted.get(top, Counted()).and_(more)
        return Walk(
            {**self.files, **other.files},
            (*self.others, *other.others),
            (*self.empty, *other.empty),
            self.shared | other.shared,
            (*self.closed, *other.closed),
            counted,
        )

    def without_files(self, *tops: str) -> Walk:
        """Leave out the files below some folders of the archive."""
        below = tuple(f"{top}/" for top in tops)
        return replace(
            self,
            files={path: size for path, size in self.files.items() if not path.startswith(below)},
            counted={top: counted for top, counted in self.counted.items() if top not in tops},
        )

    def also_in(self, other: Walk) -> Walk:
        """Give what another walk found too."""
        return replace(
            self,
            files={path: size for path, size in self.files.items() if path in other.files},
            others=tuple(entry for entry in self.others if entry in other.others),
            empty=tuple(path for path in self.empty if path in other.empty),
        )


NOTHING = Walk({}, (), ())
"""What lies in an empty folder."""


def _nothing(path: str) -> bool:  # noqa: ARG001 - the signature of what ``walk`` asks
    return False


def walk(
    tally: Tally,
    store: Store,
    within: Sequence[str] = ("",),
    without: Collection[str] = (),
    belongs: Callable[[str], bool] = _nothing,
) -> Walk:
    """List an archive without following a link.

    Args:
        tally: Where to count.
        store: The archive.
        within: The folders to begin with; one of them that is not there, or holds nothing, gives nothing.
        without: Folders that are passed over.
        belongs: Whether a file belongs there, so that it need only be counted.
    """
    met = _Met()
    for found in _found(store, within, without):
        if found.fault is not None and litter_in(found.path) is None:
            tally.error(1, found.fault, found.fault.where or ".")
        met.add(found, counted=found.node.kind == "file" and belongs(found.path))
    return met.walk()


@dataclass(slots=True)
class _Met:
    """What a walk has met so far; the fields are those of ``Walk``."""

    files: dict[str, int] = field(default_factory=dict)
    others: list[Other] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    shared: set[str] = field(default_factory=set)
    closed: list[str] = field(default_factory=list)
    number: Counter[str] = field(default_factory=Counter)
    linked: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def add(self, found: WalkEntry, *, counted: bool) -> None:
        """Add what was met; a file that belongs where it lies is only ``counted``."""
        path, node = found.path, found.node
        if found.fault is not None:
            self.closed.append(path)
        elif node.kind == "directory":
            self.empty.append(path)
        elif node.kind != "file":
            self.others.append(Other(path, node.kind, node.odd))
        elif counted:
            top = path.partition("/")[0]
            self.number[top] += 1
            if node.shared:
                self.linked[top] += 1
                self.first[top] = min(self.first.get(top, path), path)
        else:
            self.files[path] = node.size
            if node.shared:
                self.shared.add(path)

    def walk(self) -> Walk:
        """Give all of it."""
        counted = {top: Counted(count, self.linked[top], self.first.get(top, "")) for top, count in self.number.items()}
        others, empty, closed = tuple(self.others), tuple(self.empty), tuple(self.closed)
        return Walk(self.files, others, empty, frozenset(self.shared), closed, counted)


def _found(store: Store, within: Sequence[str], without: Collection[str]) -> Iterator[WalkEntry]:
    """Walk flat, but for the folders above those that are passed over: these are listed one by one."""
    above = {folder[:at] for folder in without for at, letter in enumerate(folder) if letter == "/"}
    above |= {""} if without else set()
    folders = list(within)
    while folders:
        folder = folders.pop()
        if folder not in above:
            below = store.walk(folder)
            first = next(below, None)
            if first is not None:
                yield first
                yield from below
            elif folder not in within:
                yield WalkEntry(folder, Node(folder.rpartition("/")[2], "directory", 0))
            continue
        try:
            nodes = store.list(folder)
        except MunimentError as error:
            yield WalkEntry(folder, Node(folder.rpartition("/")[2], "directory", 0), error)
            continue
        if not nodes and folder not in within:
            yield WalkEntry(folder, Node(folder.rpartition("/")[2], "directory", 0))
        for node in nodes:
            path = f"{folder}/{node.name}" if folder else node.name
            if node.kind != "directory":
                yield WalkEntry(path, node)
            elif path not in without:
                folders.append(path)


def check_layout(tally: Tally, present: Walk, expected: Container[str]) -> None:
    """Name everything that does not belong in the archive.

    Args:
        tally: Where to count.
        present: What lies there, without what an unfinished write excuses.
        expected: Every file that the other checks know; a missing one has its finding there.
    """
    tally.passed[1] += sum(counted.files for counted in present.counted.values())
    litter: Counter[tuple[str, str]] = Counter()
    for path, size in present.files.items():
        if path == LOCK and size == 0:
            continue  # the store's own: a copy, or the same archive in a bucket, has none and the same report
        if path in expected:
            tally.ok(1)
        elif (stray := litter_in(path)) is not None:
            said = describe_litter(path, stray[1], size)
            if said == stray[1]:
                litter[stray] += 1
            else:
                tally.notice(1, path, f"not part of the archive: {said}")
        else:
            what = describe_stray(path)
            tally.fail(1, path, f"does not belong in the archive{what and f': {what}'}", hint="move it away")
    for path in (*present.closed, *present.empty):
        stray = litter_in(path)
        if stray is not None:
            litter[stray] += 0
        elif path in present.empty and path not in MAY_BE_EMPTY:
            tally.fail(1, path, "an empty folder (OCFL E024, E073)", hint="remove it")
    for (path, what), count in litter.items():
        files = "" if path in present.files else f", {count} {'file' if count == 1 else 'files'}"
        tally.notice(1, path, f"not part of the archive: {what}{files}")
    check_others(tally, present)
    _check_shared(tally, present)


def check_others(tally: Tally, present: Walk) -> None:
    """Name what is neither a regular file nor a folder, or has a name that no path can hold."""
    for other in present.others:
        if other.odd:
            tally.fail(1, other.path, other.odd, hint="move it away")
        else:
            link = "a link stands where only regular files may (OCFL E090)"
            what = link if other.kind == "link" else "not a regular file"
            tally.fail(1, other.path, what, hint="put a regular file in its place")


def _check_shared(tally: Tally, present: Walk) -> None:
    """Say once that files have other names too: their bytes are right, and may be changed under these names."""
    shared = [path for path in present.shared if path in present.files]
    count = len(shared) + sum(counted.linked for counted in present.counted.values())
    if count:
        many = f"{count} files are" if count > 1 else "this file is"
        what = f"{many} hard-linked: whoever can write to the other copy can change {'them' if count > 1 else 'it'}"
        first = min(filter(None, (*shared, *(counted.first for counted in present.counted.values()))))
        tally.notice(1, first, what, hint="cp -r, without -l, makes a copy that stands alone")
