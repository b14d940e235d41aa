"""Every release in a line: what the home page lists, what its filter asks, and what a program reads at once.

``releases.json`` (``muniment-site-releases/1``, ``schemas/site-releases.schema.json``) is the same list.  A site that
is made again takes from it the lines of releases whose newest record is still the same, instead of reading them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import orjson

from muniment.archive import Archive, StoredVersion
from muniment.checks import NAMES
from muniment.errors import IntegrityError
from muniment.log.statement import VersionEntry
from muniment.schema import parse_public

FORMAT = "muniment-site-releases/1"


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """One release, as its newest version describes it; where that does not verify, as the newest that does.

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
        change: Kind of the newest change; None where the newest version does not verify.
        logged_at: When the newest was logged, as claimed.
        index: Index of the newest in the log.
        follows: Releases of this archive that it continues or replaces.
        fault: What is wrong with the newest version, for people; empty where it verifies.
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
    change: str | None
    logged_at: str
    index: int
    follows: tuple[str, ...] = ()
    fault: str = ""

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
        value = {name: getattr(self, name) for name in _MEMBERS}
        return {**value, "fault": self.fault} if self.fault else value


_MEMBERS = (
    "release", "title", "issuer", "language", "genre", "subjects", "issued", "retrieved", "basis", "versions",
    "withdrawn", "change", "logged_at", "index", "follows", "record",
)  # fmt: skip

JOINING = ("continues", "replaces")
"""Relations that join the timelines of two releases."""


def row_of(archive: Archive, newest: StoredVersion) -> ReleaseRow:
    """Give the line of a release by its newest version."""
    record, description = newest.record, newest.record.description
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
        _gone(archive, record.release),
        record.change.kind,
        newest.statement.logged_at,
        newest.index,
        joined_in(newest),
    )


def joined_in(version: StoredVersion) -> tuple[str, ...]:
    """Name the releases that a version says it continues or replaces, where they may be of its own archive."""
    relations = version.record.description.relations
    return tuple(one.target.partition("/")[0] for one in relations if one.relation in JOINING and ":" not in one.target)


def fault_words(error: IntegrityError) -> str:
    """Say for people which check fails and how: ``check 9, entry: not the record that its entry names``.

    Nothing of what was found is quoted: it is what nobody signed.
    """
    named = "" if error.check is None else f"check {error.check}, {NAMES[error.check]}: "
    return f"{named}{error.what}"


Reader = Callable[[VersionEntry], StoredVersion]
"""Reads a version, and raises an ``IntegrityError`` where it does not verify."""
Tell = Callable[[int, int], object]
"""Is told how many of how many releases are read."""


def to_nobody(done: int, total: int) -> None:
    """Say it to nobody."""


def read_rows(
    archive: Archive,
    known: Mapping[str, ReleaseRow],
    taken: Mapping[str, ReleaseRow],
    read: Reader,
    tell: Tell = to_nobody,
) -> dict[str, ReleaseRow]:
    """Give the line of every release by its id.

    Args:
        archive: The archive.
        known: Lines that are known already, by the digest of the newest record; the caller vouches for them.
        taken: Those of releases that are known not to have grown since, by id; the caller vouches for that too.
        read: Reads a version.
        tell: Is told how far it is.
    """
    found: dict[str, ReleaseRow] = {}
    for release in archive.releases:
        tell(len(found), len(archive.releases))
        if release in taken:
            found[release] = taken[release]
            continue
        entries = archive.history(release)
        row = known.get(entries[-1].statement.record)
        found[release] = row if row is not None else _read_row(archive, entries, read)
    return found


def _read_row(archive: Archive, entries: Sequence[VersionEntry], read: Reader) -> ReleaseRow:
    """Read the newest version of a release; where it does not verify, the line has what the log says, and says so."""
    newest, fault = entries[-1], ""
    for entry in reversed(entries):
        try:
            row = row_of(archive, read(entry))
        except IntegrityError as error:
            fault = fault or fault_words(error)
        else:
            return row if not fault else _with_fault(row, newest, fault)
    release = newest.statement.release
    nothing = ReleaseRow(release, "", release, None, "und", None, (), None, None, "unknown", 1, 0, None, "", 0)
    return _with_fault(replace(nothing, withdrawn=_gone(archive, release)), newest, fault)


def _with_fault(row: ReleaseRow, newest: VersionEntry, fault: str) -> ReleaseRow:
    said = newest.statement
    return replace(
        row, record=said.record, versions=said.version, change=None, logged_at=said.logged_at, index=newest.index,
        fault=fault,
    )  # fmt: skip


def _gone(archive: Archive, release: str) -> int:
    return sum(one.release == release for one in archive.chain[-1].withdrawn)


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
