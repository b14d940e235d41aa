"""Files of a list that was added before: given again, it is no string of versions that go back to older ones.

The bytes of an older version, by themselves, are a publication that reverts to it.  But a keeper who gives the same
files again, as a table that has grown by a row, says nothing new by those that come first.  So where the first files of
a release are, one by one, the last publications of it, they are there already; what follows is added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from muniment.archive import Archive
from muniment.digest import format_digest, sha256_hex
from muniment.errors import MunimentError
from muniment.log.statement import VersionEntry

Read = Callable[[], bytes]
"""Gives the bytes that a file would bring."""


def added_before(archive: Archive, files: Sequence[tuple[str, Read]]) -> dict[int, VersionEntry]:
    """Find the files that are there already, and which versions have them.

    Args:
        archive: The archive.
        files: The release of each file, and its bytes, in the order in which they would be added.

    Returns:
        By the number of the file, from 0, the version that brought its bytes; but not for the file that has those of
        the newest version, of which adding it says more.
    """
    releases: dict[str, list[int]] = defaultdict(list)
    for number, (release, _) in enumerate(files):
        releases[release].append(number)
    found: dict[int, VersionEntry] = {}
    for release, numbers in releases.items():
        publications = _publications(archive, release) if len(numbers) > 1 else []
        known = _Digests([files[number][1] for number in numbers])
        for count in range(min(len(numbers), len(publications)), 1, -1):
            last = publications[-count:]
            if all(known.of(at) == entry.statement.original for at, entry in enumerate(last)):
                found |= dict(zip(numbers, last[:-1], strict=False))
                break
    return found


def _publications(archive: Archive, release: str) -> list[VersionEntry]:
    """The versions of a release that brought other bytes than the one before."""
    entries = archive.history(release)
    before = [None, *(entry.statement.original for entry in entries)]
    return [entry for entry, original in zip(entries, before, strict=False) if entry.statement.original != original]


class _Digests:
    """The digests of files, each read once, and only where it is asked for."""

    def __init__(self, reads: Sequence[Read]) -> None:
        self._reads = reads
        self._known: dict[int, str] = {}

    def of(self, at: int) -> str:
        """Give one; empty where the file cannot be read, which is said when it is added."""
        if at not in self._known:
            try:
                self._known[at] = format_digest(sha256_hex(self._reads[at]()))
            except MunimentError:
                self._known[at] = ""
        return self._known[at]
