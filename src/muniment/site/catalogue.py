"""Every release in a line: what the home page lists, what its filter asks, and what a program reads at once.

``releases.json`` (``muniment-site-releases/1``, ``schemas/site-releases.schema.json``) is the same list.  A site that
is made again takes from it the lines of releases whose newest record is still the same, instead of reading them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import orjson

from muniment.archive import Archive, StoredVersion
from muniment.schema import parse_public

FORMAT = "muniment-site-releases/1"


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """One release, as its newest version describes it.

    Attributes:
        release: Its id.
        record: Digest of the newest record, ``sha256:…``.
        title: As described.
        issuer: As described, or None.
        language: BCP 47, or ``und``.
        genre: What kind of text it is, or None.
        subjects: As described.
        issued: Date of issue in its precision, or None.
        retrieved: When the archive received it, as claimed: a date or RFC 3339 in UTC, or None.
        basis: Whether that is stated, inferred or unknown.
        versions: How many there are.
        withdrawn: How many of them the archive withdrew.
        change: Kind of the newest change.
        logged_at: When the newest was logged, as claimed.
        index: Index of the newest in the log.
        follows: Releases of this archive that it continues or replaces.
    """

    release: str
    record: str
    title: str
    issuer: str | None
    language: str
    genre: str | None
    subjects: tuple[str, ...]
    issued: str | None
    retrieved: str | None
    basis: str
    versions: int
    withdrawn: int
    change: str
    logged_at: str
    index: int
    follows: tuple[str, ...] = ()

    @property
    def year(self) -> str:
        """The year under which it is listed, by ``order``."""
        return self.order[0][:4]

    @property
    def order(self) -> tuple[str, str, int]:
        """What lists are sorted by, the newest last: the date of issue, else that of receipt, else that of the log."""
        return (self.issued or (self.retrieved or self.logged_at)[:10], self.logged_at, self.index)

    def as_json(self) -> dict[str, object]:
        """Give its line in ``releases.json``."""
        return {name: getattr(self, name) for name in _MEMBERS}


_MEMBERS = (
    "release", "title", "issuer", "language", "genre", "subjects", "issued", "retrieved", "basis", "versions",
    "withdrawn", "change", "logged_at", "index", "follows", "record",
)  # fmt: skip

JOINING = ("continues", "replaces")
"""Relations that join the timelines of two releases."""


def row_of(archive: Archive, newest: StoredVersion) -> ReleaseRow:
    """Give the line of a release by its newest version."""
    record, description = newest.record, newest.record.description
    gone = sum(one.release == record.release for one in archive.chain[-1].withdrawn)
    return ReleaseRow(
        record.release,
        newest.statement.record,
        description.title,
        description.issuer,
        description.language,
        description.genre.term,
        description.subjects,
        description.issued.date,
        record.original.retrieved,
        description.issued.basis,
        record.version,
        gone,
        record.change.kind,
        newest.statement.logged_at,
        newest.index,
        joined_in(newest),
    )


def joined_in(version: StoredVersion) -> tuple[str, ...]:
    """Name the releases that a version says it continues or replaces, where they may be of its own archive."""
    relations = version.record.description.relations
    return tuple(one.target.partition("/")[0] for one in relations if one.relation in JOINING and ":" not in one.target)


def read_rows(archive: Archive, known: Mapping[str, ReleaseRow]) -> dict[str, ReleaseRow]:
    """Give the line of every release by its id.

    Args:
        archive: The archive.
        known: Lines that are known already, by the digest of the newest record; the caller vouches for them.
    """
    found = {}
    for release in archive.releases:
        newest = archive.history(release)[-1]
        row = known.get(newest.statement.record)
        found[release] = row if row is not None else row_of(archive, archive.read_entry(newest))
    return found


def format_rows(origin: str, rows: Iterable[ReleaseRow]) -> bytes:
    """Write ``releases.json``, a line a release, the newest first."""
    ordered = sorted(rows, key=lambda row: row.order, reverse=True)
    lines = b",\n".join(orjson.dumps(row.as_json()) for row in ordered)
    head = orjson.dumps({"format": FORMAT, "archive": origin})[:-1]
    return head + b',"releases":[\n' + lines + b"\n]}\n"


def parse_rows(data: bytes, *, where: str = "releases.json") -> tuple[ReleaseRow, ...]:
    """Read ``releases.json``.

    Raises:
        CanonicalError: It is no JSON.
        SchemaError: It is of another form.
    """
    value = parse_public("site-releases", FORMAT, data, where=where)
    releases = cast("list[dict[str, Any]]", value["releases"])
    return tuple(
        ReleaseRow(**{**row, "subjects": tuple(row["subjects"]), "follows": tuple(row["follows"])}) for row in releases
    )
