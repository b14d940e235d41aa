"""Check 1: only the expected files, and only regular files in real folders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from muniment.archive.paths import COSIGNATURES, LOCK, TEMPORARY
from muniment.errors import MunimentError
from muniment.store import Store
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
class Walk:
    """Everything that lies in an archive.

    Attributes:
        files: Size in bytes of each regular file, by path.
        others: What is neither a regular file nor a folder.
        empty: Folders without anything in them.
        shared: Files that have other names too (hard links).
        closed: Folders that could not be listed.
    """

    files: dict[str, int]
    others: tuple[Other, ...]
    empty: tuple[str, ...]
    shared: frozenset[str] = frozenset()
    closed: tuple[str, ...] = ()

    def also_in(self, other: Walk) -> Walk:
        """Give what another walk found too."""
        return replace(
            self,
            files={path: size for path, size in self.files.items() if path in other.files},
            others=tuple(entry for entry in self.others if entry in other.others),
            empty=tuple(path for path in self.empty if path in other.empty),
        )


def walk(tally: Tally, store: Store, within: Sequence[str] = ("",), without: Container[str] = ()) -> Walk:
    """List an archive without following a link.

    Args:
        tally: Where to count.
        store: The archive.
        within: The folders to begin with; one of them that is not there holds nothing.
        without: Folders that are passed over.
    """
    files: dict[str, int] = {}
    others: list[Other] = []
    empty: list[str] = []
    shared: set[str] = set()
    closed: list[str] = []
    folders = list(within)
    while folders:
        folder = folders.pop()
        try:
            nodes = store.list(folder)
        except MunimentError as error:
            closed.append(folder)
            if litter_in(folder) is None:
                tally.error(1, error, error.where or ".")
            continue
        if folder not in within and not nodes:
            empty.append(folder)
        for node in nodes:
            path = f"{folder}/{node.name}" if folder else node.name
            if node.kind == "directory":
                folders += [path] * (path not in without)
            elif node.kind == "file":
                files[path] = node.size
                if node.shared:
                    shared.add(path)
            else:
                others.append(Other(path, node.kind, node.odd))
    return Walk(files, tuple(others), tuple(empty), frozenset(shared), tuple(closed))


def check_layout(tally: Tally, present: Walk, expected: Container[str]) -> None:
    """Name everything that does not belong in the archive.

    Args:
        tally: Where to count.
        present: What lies there, without what an unfinished write excuses.
        expected: Every file that the other checks know; a missing one has its finding there.
    """
    litter: Counter[tuple[str, str]] = Counter()
    for path, size in present.files.items():
        if path in expected or (path == LOCK and size == 0):
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
    shared = sorted(path for path in present.shared if path in present.files)
    if shared:
        many = f"{len(shared)} files are" if len(shared) > 1 else "this file is"
        what = f"{many} hard-linked: whoever can write to the other copy can change {'them' if shared[1:] else 'it'}"
        tally.notice(1, shared[0], what, hint="cp -r, without -l, makes a copy that stands alone")
