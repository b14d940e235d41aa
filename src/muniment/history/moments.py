"""When a version was: what is claimed about its time and what is proven, apart; and the hash to cite it by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from muniment.archive import Archive, StoredVersion
from muniment.errors import UnresolvedReferenceError
from muniment.record import Issued
from muniment.reference import check_release_id


@dataclass(frozen=True, slots=True)
class NotLater:
    """That something was there not later than a time.

    Attributes:
        time: RFC 3339 in UTC.
        who: Who shows it: a time stamp authority, or witnesses.
    """

    time: str
    who: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One version, as a history names it.

    Attributes:
        version: Its number.
        reference: ``RELEASE/vN``.
        record: The citation hash, ``sha256:…``.
        change: Kind of its change.
        reverts_to: The earlier version whose bytes it brings back, or None.
        issued: The date of issue that its record gives, and what that rests on.
        retrieved: When the keeper claims to have retrieved it from where it was published, or None.
        logged_at: When the keeper claims to have logged it.
        proven: The earliest time at which it is proven to have been there, or None.
    """

    version: int
    reference: str
    record: str
    change: str
    reverts_to: int | None
    issued: Issued
    retrieved: str | None
    logged_at: str
    proven: NotLater | None = None

    @classmethod
    def of(cls, stored: StoredVersion) -> Moment:
        """The moment of a version read from an archive; whether a time is proven is not asked."""
        record, statement = stored.record, stored.statement
        change = record.change
        return cls(
            record.version,
            statement.name,
            statement.record,
            change.kind,
            change.reverts_to,
            record.description.issued,
            record.original.retrieved,
            statement.logged_at,
        )


def read_versions(
    archive: Archive, release: str, *, last: int | None = None, progress: Callable[[int, int], None] | None = None
) -> tuple[StoredVersion, ...]:
    """Read the versions of a release, oldest first.

    Args:
        archive: The archive.
        release: Id of the release.
        last: Number of the last version to read (default: the newest).
        progress: Called with the numbers of versions read and of all.

    Raises:
        UnresolvedReferenceError: There is no such release.
        IntegrityError: A record is not the one that the log names.
    """
    entries = archive.history(check_release_id(release))[:last]
    if not entries:
        raise UnresolvedReferenceError(f"there is no release {release}", hint="name a release that is there")
    versions = []
    for done, entry in enumerate(entries, 1):
        versions.append(archive.read_entry(entry))
        if progress is not None:
            progress(done, len(entries))
    return tuple(versions)
