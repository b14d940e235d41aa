"""Checking a snapshot offline: the numbered checks of ``verify``, on nothing but the zip.

What a signature, the log or the trust root vouches for is verified first.  All other files are made again from it and
compared, so that no byte of a snapshot goes unchecked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from muniment.archive import StoredVersion
from muniment.archive.existence import Dated
from muniment.digest import sha256_hex
from muniment.errors import FormatError, UnavailableError
from muniment.log.statement import LogEntry
from muniment.log_view import LogView
from muniment.memory import Past
from muniment.record import KEPT_PATHS, RECORD_PATH, SIGNATURE_PATH, Record
from muniment.snapshot.bagit import DECLARATION, INFO, MANIFEST, PAYLOAD, TAG_MANIFEST, check_bag, explain_bag
from muniment.snapshot.container import PACKED_AGAIN, Bag, read_zip
from muniment.snapshot.contents import DERIVED, FORMAT, FORMAT_LABEL, PAGE, snapshot_files
from muniment.snapshot.rocrate import CRATE
from muniment.snapshot.signed_files import PROOF, SCHEMAS, STATEMENT, SignedFiles, schemas_for, stamp_files
from muniment.trust.root import StaticFile, TrustRoot
from muniment.verify.attested import check_attested
from muniment.verify.growth import Subject, check_past
from muniment.verify.report import Counts, Report, Tally, with_dated, with_horizon
from muniment.verify.snapshot_evidence import (
    ROOT_1,
    ROOTS,
    Evidence,
    check_log,
    check_statement,
    check_trust,
    check_version,
    sight_evidence,
)

_TAG_FILES = (DECLARATION, INFO, MANIFEST, TAG_MANIFEST)
_PAYLOAD_FILES = (*DERIVED, PROOF, RECORD_PATH, SIGNATURE_PATH, STATEMENT)
_ALWAYS = frozenset([*_TAG_FILES, PAGE, ROOT_1, *(f"{PAYLOAD}{name}" for name in _PAYLOAD_FILES)])
_SCHEMAS = f"{PAYLOAD}{SCHEMAS}"
_OTHER_FORMAT = re.compile(rf"^{FORMAT_LABEL}: (?!{FORMAT}$)([0-9]{{1,9}})$".encode(), re.MULTILINE)
_SUBJECT = Subject(f"{PAYLOAD}{PROOF}", ROOT_1, ROOTS.rstrip("/"), whole=False)
_KEPT = "|".join(map(re.escape, KEPT_PATHS))
_BROUGHT = re.compile(rf"{PAYLOAD}(?:original\.[a-z0-9]{{1,8}}|{_KEPT})")
"""What a version may bring beside its record, which says what of it there must be."""


def verify_snapshot(
    data: bytes | Bag, *, subject: str, pinned_root: str | None = None, past: Past | None = None
) -> Report:
    """Check a snapshot.

    Args:
        data: The zip file, or what was read of a folder or of a zip.
        subject: What to call it.
        pinned_root: SHA-256 of trust root 1 as known from elsewhere, 64 hex digits; None to trust the one inside, with
            a notice.
        past: What the reader knows of earlier states of the log.
    """
    return check_evidence(data, subject=subject, pinned_root=pinned_root, past=past)[0]


def check_evidence(
    data: bytes | Bag, *, subject: str, pinned_root: str | None = None, past: Past | None = None
) -> tuple[Report, Evidence]:
    """Check a snapshot in the same way, and give its verified evidence too."""
    tally = Tally()
    evidence = Evidence({})
    try:
        bag = read_zip(data, where=subject) if isinstance(data, bytes) else data
    except FormatError as error:
        tally.error(1, error, subject)
        return _report(tally, evidence, subject, None), evidence
    evidence.files = {path: tally.read(content) for path, content in bag.files.items()}
    _tell_packing(tally, bag, subject)
    past = past or Past()
    if _is_known_format(tally, evidence):
        _check_files(tally, evidence, bag.folder, pinned_root, past.against)
        check_past(tally, past, sight_evidence(evidence), _SUBJECT)
    return _report(tally, evidence, subject, past.against), evidence


def _tell_packing(tally: Tally, bag: Bag, subject: str) -> None:
    """Checks 1 and 2, as far as the zip or the folder goes."""
    if bag.packed_again:
        hint = "its own SHA-256 cannot be cited; cite that of the record"
        tally.notice(1, subject, PACKED_AGAIN, hint=hint)
    for path, what in bag.litter:
        tally.notice(1, path, f"no part of the snapshot: {what}")
    for fault in bag.faults:
        tally.error(1, fault)
    for path in bag.damaged:
        tally.fail(2, path, "damaged: not the bytes that were zipped (CRC-32)")


def _is_known_format(tally: Tally, evidence: Evidence) -> bool:
    other = _OTHER_FORMAT.search(evidence.files.get(INFO, b""))
    if other is not None:
        error = UnavailableError(
            "a snapshot of a format that this software does not know",
            where=INFO,
            expected=f"{FORMAT_LABEL}: {FORMAT}",
            found=other[1].decode(),
            hint="a newer version of the software may know it",
        )
        tally.error(1, error)
    return other is None


def _check_files(
    tally: Tally, evidence: Evidence, folder: str | None, pinned_root: str | None, against: LogView | None
) -> None:
    check_trust(tally, evidence, pinned_root)
    check_statement(tally, evidence)
    check_log(tally, evidence)
    _check_time(tally, evidence)
    chain = against.chain if against is not None else ()
    check_version(tally, evidence, chain)
    _check_attested(tally, evidence)
    _tell_withdrawal(tally, evidence, chain)
    _check_layout(tally, evidence)
    _check_bag(tally, evidence)
    if not any(finding.check > 2 and not finding.ok and not finding.unchecked for finding in tally.findings):
        # Files made from evidence that does not verify would show nothing.
        _check_derived(tally, evidence, folder)


def _check_attested(tally: Tally, evidence: Evidence) -> None:
    """Judge what another archive attests, where the file that the record names is here."""
    record = evidence.record
    kept = None if record is None else record.original.attestation
    if record is None or kept is None:
        return
    data = evidence.payload(kept.path)
    if data is not None and sha256_hex(data) == kept.sha256:
        check_attested(tally, record, kept, data, evidence.payload(record.original.path))


def _tell_withdrawal(tally: Tally, evidence: Evidence, newer: Sequence[TrustRoot]) -> None:
    """Tell that the version was withdrawn, as the snapshot itself has it, or a newer copy to compare with."""
    if not evidence.statement or not evidence.roots:
        return
    record = evidence.statement.record
    for root in (*newer[-1:], evidence.roots[-1].root):
        withdrawal = root.withdrawal_of(record)
        if withdrawal is not None:
            tally.notice(11, withdrawal.name, withdrawal.words)
            return


def _check_time(tally: Tally, evidence: Evidence) -> None:
    """Check 12, where there are time stamps."""
    evidence.timestamps = stamp_files(evidence.files)
    if evidence.timestamps:
        from muniment.verify.snapshot_stamps import check_stamps  # noqa: PLC0415 - start-up: for stamped snapshots only

        check_stamps(tally, evidence)


def _report(tally: Tally, evidence: Evidence, subject: str, against: LogView | None) -> Report:
    checkpoint = (evidence.checkpoint.size, evidence.checkpoint.root) if evidence.checkpoint else None
    known = int(evidence.record is not None)
    report = tally.report(
        subject,
        origin=evidence.roots[0].root.archive if evidence.roots else None,
        root=evidence.roots[0].digest if evidence.roots else None,
        checkpoint=checkpoint,
        counts=Counts(known, known, int(evidence.statement is not None), tally.file_count, tally.byte_count),
        note=evidence.proof.checkpoint if evidence.proof and evidence.checkpoint else None,
    )
    if not (evidence.statement and evidence.proof):
        return report
    entry = Dated(evidence.statement.name, evidence.proof.index, evidence.statement.logged_at)
    report = with_dated(report, evidence.proven, [entry])
    return with_horizon(report, entry, against, sight_evidence(evidence))


def _check_layout(tally: Tally, evidence: Evidence) -> None:
    """Check 1: exactly the files of a snapshot.  Which roots and schemas there must be, the trust root decides."""
    needed = set(_ALWAYS)
    if evidence.record is not None:
        original = evidence.record.original
        needed |= {f"{PAYLOAD}{path}" for path in (original.path, *(kept.path for kept in original.kept))}
    needed |= {f"{PAYLOAD}{path}" for path in evidence.timestamps}  # check 12 says which belong here
    missing = needed - evidence.files.keys()
    strange = {path for path in evidence.files.keys() - needed if not path.startswith((ROOTS, _SCHEMAS))}
    if evidence.record is None:
        strange = {path for path in strange if not _BROUGHT.fullmatch(path)}
    for path in sorted(missing):
        tally.fail(1, path, "missing from the snapshot", hint="get the snapshot again")
    for path in sorted(strange):
        tally.fail(1, path, "not a file of a snapshot", hint="get the snapshot again")
    if not missing and not strange:
        tally.ok(1)


def _check_bag(tally: Tally, evidence: Evidence) -> None:
    """Check 2, first part: the bag's own manifests."""
    faults = check_bag(evidence.files)
    if faults:
        tally.converted |= {path: how for path, how in explain_bag(evidence.files) if how}
    for fault in faults:
        tally.error(2, fault)
    for _ in evidence.files.keys() - {fault.where for fault in faults}:
        tally.ok(2)


def _check_derived(tally: Tally, evidence: Evidence, folder: str | None) -> None:
    """Check 2, second part: every file that nothing vouches for is what the evidence makes."""
    signed_files = _material(tally, evidence)
    if signed_files is None:
        return
    if folder is not None and folder != signed_files.name:
        tally.fail(1, folder, "not the name of this snapshot's folder", expected=signed_files.name)
    expected = snapshot_files(signed_files)
    for path in sorted(evidence.files.keys() - expected.keys()):
        tally.fail(1, path, "not a file of a snapshot", hint="get the snapshot again")
    wrong = [path for path in sorted(evidence.files.keys() & expected.keys()) if evidence.files[path] != expected[path]]
    if not all(finding.ok for finding in tally.findings):
        # The crate and the tag files follow the evidence: where that is at fault, theirs tell nothing.
        wrong = [path for path in wrong if path not in _TAG_FILES and path != f"{PAYLOAD}{CRATE}"]
    # The tag files follow the others: they are at fault only where those are not.
    for path in [path for path in wrong if path not in _TAG_FILES] or wrong:
        tally.fail(2, path, "not what the record makes", hint="get the snapshot again, or export it again")


def _material(tally: Tally, evidence: Evidence) -> SignedFiles | None:
    """Put the verified evidence together; None where a part is missing, which has its own finding."""
    record, statement, proof = evidence.record, evidence.statement, evidence.proof
    if record is None or statement is None or proof is None or not evidence.roots:
        return None
    parts = [evidence.payload(name) for name in (RECORD_PATH, SIGNATURE_PATH, record.original.path, STATEMENT, PROOF)]
    record_bytes, signature, original, entry, proof_bytes = (part or b"" for part in parts)
    kept = {file.path: evidence.payload(file.path) for file in record.original.kept}
    if None in parts or None in kept.values():
        return None
    return SignedFiles(
        version=StoredVersion(LogEntry(proof.index, statement), record, record_bytes, signature),
        original=original,
        statement=entry,
        proof=proof_bytes,
        roots=evidence.roots,
        schemas=_schemas(tally, evidence, record),
        timestamps=evidence.timestamps,
        kept={path: data or b"" for path, data in kept.items()},
    )


def _schemas(tally: Tally, evidence: Evidence, record: Record) -> dict[str, bytes]:
    """The schemas that belong to the snapshot of such a record, as far as they are here."""
    schemas = {}
    for file in schemas_for(evidence.roots[-1].root, record):
        data = evidence.payload(file.path)
        if data is None:
            tally.fail(1, f"{PAYLOAD}{file.path}", "missing from the snapshot", hint="get the snapshot again")
            continue
        _check_schema(tally, file, data)
        schemas[file.path] = data
    return schemas


def _check_schema(tally: Tally, file: StaticFile, data: bytes) -> None:
    actual = sha256_hex(data)
    if (actual, len(data)) != (file.sha256, file.size):
        tally.fail(
            2,
            f"{PAYLOAD}{file.path}",
            "not the schema that the trust root vouches for",
            expected=f"sha256:{file.sha256}",
            found=f"sha256:{actual}",
        )
