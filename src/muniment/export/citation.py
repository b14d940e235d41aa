"""A citation checked, against an archive or against a snapshot: check 14.

The whole hash finds the version, and all other checks are run on that.  Then every fact that the citation states is
held against it.  Where the citation states the hash of trust root 1, that is what the reader has from elsewhere: it is
pinned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from muniment.archive import Archive, StoredVersion, open_archive
from muniment.cite.check import cited_hash
from muniment.cite.facts import ROOT, Stated
from muniment.digest import format_digest, sha256_hex
from muniment.errors import MunimentError, UnresolvedReferenceError
from muniment.export.check import check_evidence
from muniment.export.cited import SUBJECT, compare_with, find, find_short, miss, unchecked
from muniment.export.evidence import Evidence
from muniment.memory import Past
from muniment.record import RECORD_PATH, SIGNATURE_PATH
from muniment.reference import Reference
from muniment.snapshot.container import Bag
from muniment.store import Store
from muniment.verify.report import CITATION, Counts, Report, Tally
from muniment.verify.whole import Progress, verify_archive


@dataclass(frozen=True, slots=True)
class Reader:
    """What the one who checks brings along.

    Attributes:
        pinned_root: SHA-256 of trust root 1, 64 hex digits; None to take the one that the citation states.
        past: What is known of earlier states of the log.
        jobs: How many processes to use.
        progress: Called after each release.
    """

    pinned_root: str | None = None
    past: Past | None = None
    jobs: int = 1
    progress: Progress | None = None

    def pin(self, stated: Sequence[Stated]) -> str | None:
        """Give the hash that trust root 1 must have, or None."""
        return self.pinned_root or next((root for part in stated if (root := part.first(ROOT)) is not None), None)


def check_citation(store: Store, stated: Sequence[Stated], reader: Reader | None = None) -> Report:
    """Check a citation against an archive.

    Args:
        store: The archive.
        stated: What ``read_citation`` gave; not empty.
        reader: What the one who checks brings along.

    Raises:
        MunimentError: The archive cannot be opened.
    """
    reader = reader or Reader()
    archive, tally = open_archive(store), Tally()
    digest = cited_hash(stated)
    if digest is None:
        find_short(archive, stated, tally)
        return _alone(archive, tally)
    try:
        version = archive.read(Reference(digest=digest))
    except UnresolvedReferenceError:
        miss(archive, stated, digest, tally)
        return _alone(archive, tally)
    except MunimentError as error:
        # What is wrong with the record has findings of its own.
        tally.error(CITATION, error, SUBJECT)
    else:
        compare_with(stated, version, archive.origin, archive.roots[0].digest, tally)
    report = verify_archive(
        store,
        subject=SUBJECT,
        only=Reference(digest=digest),
        pinned_root=reader.pin(stated),
        past=reader.past,
        jobs=reader.jobs,
        progress=reader.progress,
    )
    return _joined(report, tally)


def check_citation_in_snapshot(
    data: bytes | Bag, stated: Sequence[Stated], *, snapshot: str, reader: Reader | None = None
) -> Report:
    """Check a citation against a snapshot, far from any archive.

    Args:
        data: The zip file, or what was read of a folder.
        stated: What ``read_citation`` gave; not empty.
        snapshot: What to call the file.
        reader: What the one who checks brings along.
    """
    reader, tally = reader or Reader(), Tally()
    report, found = check_evidence(data, subject=snapshot, pinned_root=reader.pin(stated), past=reader.past)
    version, digest = _version(found), cited_hash(stated)
    if version is None:
        unchecked(tally, "the snapshot does not verify, so that nothing could be compared with it")
    elif digest is None:
        find(stated, [version.statement.record], version.statement.name, tally)
    elif format_digest(digest) != version.statement.record:
        tally.fail(
            CITATION,
            SUBJECT,
            "the snapshot is of another version than the one that is cited",
            expected=format_digest(digest),
            found=f"{version.statement.record}, {version.statement.name}",
            hint="take the snapshot of the version that is cited",
        )
    else:
        compare_with(stated, version, found.roots[0].root.archive, found.roots[0].digest, tally)
    return _joined(replace(report, subject=SUBJECT), tally)


def _version(found: Evidence) -> StoredVersion | None:
    data, signature = found.payload(RECORD_PATH), found.payload(SIGNATURE_PATH)
    if not (found.record and found.statement and found.proof and found.roots and data and signature):
        return None
    if found.statement.record != format_digest(sha256_hex(data)):
        return None
    return StoredVersion(found.proof.index, found.statement, found.record, data, signature)


def _alone(archive: Archive, tally: Tally) -> Report:
    """Report on a citation whose version is not here, or not known for sure: nothing else was checked."""
    checkpoint = (archive.checkpoint.size, archive.checkpoint.root)
    report = Tally().report(
        SUBJECT, origin=archive.origin, root=archive.roots[0].digest, checkpoint=checkpoint, counts=Counts()
    )
    return _joined(report, tally)


def _joined(report: Report, tally: Tally) -> Report:
    findings = sorted(tally.findings, key=lambda finding: (finding.subject, finding.what))
    passed = {**report.passed, CITATION: tally.passed[CITATION]}
    return replace(report, passed=passed, findings=(*report.findings, *findings))
