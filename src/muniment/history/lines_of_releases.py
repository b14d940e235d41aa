"""The releases that a release goes on from, where its newest version says so: one history under several names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from muniment.archive import Archive, StoredVersion
from muniment.errors import InputError
from muniment.history.moments import read_versions
from muniment.record import Record
from muniment.reference import Reference, parse_reference

FOLLOWED = ("continues", "replaces")
"""Relations to the release that was there before."""


@dataclass(frozen=True, slots=True)
class CountedVersion:
    """A version, counted through all releases of a line.

    Attributes:
        number: From 1, over all of them.
        stored: The version.
    """

    number: int
    stored: StoredVersion

    @property
    def record(self) -> Record:
        """Its record, under that number."""
        return replace(self.stored.record, version=self.number)


def line_of(archive: Archive, release: str) -> tuple[str, ...]:
    """Name the releases that a release continues or replaces, oldest first, and itself last.

    Of the newest version of each the first such relation to another release of this archive is followed.

    Raises:
        UnresolvedReferenceError: There is no such release.
        IntegrityError: A record is not the one that the log names.
    """
    found = [release]
    while True:
        newest = archive.read(Reference(found[-1]))
        targets = (
            _release_of(relation.target)
            for relation in newest.record.description.relations
            if relation.relation in FOLLOWED
        )
        before = next((name for name in targets if name and name not in found and archive.history(name)), None)
        if before is None:
            return tuple(reversed(found))
        found.append(before)


def _release_of(target: str) -> str | None:
    """The release that a relation leads to; None where it leads out of the archive."""
    try:
        return parse_reference(target).release
    except InputError:
        return None


def read_line(
    archive: Archive, release: str, *, last: int | None = None, progress: Callable[[int, int], None] | None = None
) -> tuple[CountedVersion, ...]:
    """Read the versions of a release and of those that it goes on from, oldest first, counted through.

    Args:
        archive: The archive.
        release: Id of the release.
        last: Number of the last version of ``release`` to read (default: the newest).
        progress: Called with the numbers of versions read and of all, release by release.

    Raises:
        UnresolvedReferenceError: There is no such release.
        IntegrityError: A record is not the one that the log names.
    """
    stored: list[StoredVersion] = []
    for name in line_of(archive, release):
        stored += read_versions(archive, name, last=last if name == release else None, progress=progress)
    return tuple(CountedVersion(number, one) for number, one in enumerate(stored, 1))
