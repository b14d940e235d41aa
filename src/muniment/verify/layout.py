"""Check 1: only the expected files, and only regular files in real folders."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from muniment.anchor import COSIGNATURES
from muniment.errors import MunimentError
from muniment.store import Store
from muniment.verify.report import Tally

LOCK = ".lock"
TEMPORARY = ".tmp"
MAY_BE_EMPTY = (TEMPORARY, COSIGNATURES)
"""Folders that an interrupted write may leave empty, and nobody need tidy."""

UNLESS_AT_WORK = "unless a writer is at work, archive recover completes or removes it"


@dataclass(frozen=True, slots=True)
class Walk:
    """Everything that lies in an archive.

    Attributes:
        files: Size in bytes of each regular file, by path.
        others: Path and kind of what is neither a regular file nor a folder.
        empty: Folders without anything in them.
    """

    files: dict[str, int]
    others: tuple[tuple[str, str], ...]
    empty: tuple[str, ...]

    def also_in(self, other: Walk) -> Walk:
        """Give what another walk found too."""
        return Walk(
            {path: size for path, size in self.files.items() if path in other.files},
            tuple(found for found in self.others if found in other.others),
            tuple(path for path in self.empty if path in other.empty),
        )

    def below(self, folders: Sequence[str]) -> Walk:
        """Give what lies in some of the folders, each named with a slash at its end."""
        wanted = tuple(folders)
        return Walk(
            {path: size for path, size in self.files.items() if path.startswith(wanted)},
            tuple((path, kind) for path, kind in self.others if path.startswith(wanted)),
            tuple(path for path in self.empty if path.startswith(wanted)),
        )


def walk(tally: Tally, store: Store) -> Walk:
    """List the whole archive without following a link."""
    files: dict[str, int] = {}
    others: list[tuple[str, str]] = []
    empty: list[str] = []
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            nodes = store.list(folder)
        except MunimentError as error:
            tally.error(1, error, folder)
            continue
        if folder and not nodes:
            empty.append(folder)
        for node in nodes:
            path = f"{folder}/{node.name}" if folder else node.name
            if node.kind == "directory":
                folders.append(path)
            elif node.kind == "file":
                files[path] = node.size
            else:
                others.append((path, node.kind))
    return Walk(files, tuple(others), tuple(empty))


def check_layout(tally: Tally, found: Walk, expected: Container[str]) -> None:
    """Name everything that does not belong in the archive.

    Args:
        tally: Where to count.
        found: What lies there, without what an unfinished write is excused for.
        expected: Every file that the other checks know; a missing one has its finding there.
    """
    for path, size in found.files.items():
        if path in expected or (path == LOCK and size == 0):
            tally.ok(1)
        else:
            tally.fail(1, path, "does not belong in the archive", hint="move it away")
    for path, kind in found.others:
        what = "a link stands where only regular files may (OCFL E090)" if kind == "link" else "not a regular file"
        tally.fail(1, path, what, hint="put a regular file in its place")
    for path in found.empty:
        if path not in MAY_BE_EMPTY:
            tally.fail(1, path, "an empty folder (OCFL E024, E073)", hint="remove it")
