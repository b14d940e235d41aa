"""What another archive attests of an original of ours: its record, signature and proof, judged by its own trust roots.

None of it is a check of this archive: whether its evidence holds says nothing of ours, and ours nothing of its.  What
nobody here can say is whether its trust root is the right one; so what holds by itself is ``unknown``, until a reader
names that root.  An attestation inside of an attestation is held to its hash, and not looked into.
"""

from __future__ import annotations

from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Attestation, Record
from muniment.snapshot.bagit import PAYLOAD
from muniment.snapshot.signed_files import PROOF, STATEMENT, stamp_files
from muniment.snapshot.zip import parse_zip
from muniment.verify.report import FAILED, UNCHECKED, UNKNOWN, Attested, Finding, Tally
from muniment.verify.snapshot_evidence import ROOTS, Evidence, check_log, check_statement, check_trust, check_version

_ALWAYS = (RECORD_PATH, SIGNATURE_PATH, STATEMENT, PROOF)


def check_attested(tally: Tally, record: Record, kept: Attestation, data: bytes, original: bytes | None) -> None:
    """Judge what another archive attests, and note what came of it beside the findings.

    Args:
        tally: Where it is noted.
        record: Our record, which names it.
        kept: What that says of it.
        data: The file, which is the one that the record names.
        original: Our original; None where it could not be read.
    """
    apart = Tally()
    claimed = _judge(apart, record, kept, data, original)
    wrong = [finding for finding in apart.findings if not finding.ok]
    outcome = UNKNOWN
    if wrong:
        outcome = FAILED if any(finding.readable for finding in wrong) else UNCHECKED
    tally.attested.append(
        Attested(record.name, kept.archive, kept.root, kept.name, kept.record, claimed, outcome, _said(wrong))
    )


def _judge(tally: Tally, record: Record, kept: Attestation, data: bytes, original: bytes | None) -> str | None:
    """Judge the evidence; give when the other archive claims to have logged it."""
    try:
        _, entries = parse_zip(data, where=kept.path)
    except FormatError as error:
        tally.error(1, error, kept.path)
        return None
    files = {entry.name.partition("/")[2]: entry.data for entry in entries}
    path = f"{PAYLOAD}{record.original.path}"
    if path in files:
        tally.fail(1, path, f"no part of {kept.path}: the original is kept once, beside it")
    if original is not None:
        files[path] = original
    evidence = Evidence({path: tally.read(content) for path, content in files.items()})
    check_trust(tally, evidence, None)
    check_statement(tally, evidence)
    check_log(tally, evidence)
    evidence.timestamps = stamp_files(evidence.files)
    if evidence.timestamps:
        from muniment.verify.snapshot_stamps import check_stamps  # noqa: PLC0415 - start-up: for stamped ones only

        check_stamps(tally, evidence)
    check_version(tally, evidence)
    _check_files(tally, kept, evidence, path)
    _check_names(tally, record, kept, evidence)
    return evidence.statement.logged_at if evidence.statement is not None else None


def _check_files(tally: Tally, kept: Attestation, evidence: Evidence, original: str) -> None:
    """Name what is missing of it, and what belongs to no attestation."""
    beside = [] if evidence.record is None else [f"{PAYLOAD}{file.path}" for file in evidence.record.original.kept]
    needed = {original, *(f"{PAYLOAD}{name}" for name in _ALWAYS), *beside}
    known = needed | {f"{PAYLOAD}{path}" for path in evidence.timestamps}
    for path in sorted(needed - evidence.files.keys()):
        tally.fail(1, path, f"missing from {kept.path}")
    for path in sorted(evidence.files.keys() - known):
        if not path.startswith(ROOTS):
            tally.fail(1, path, f"no part of {kept.path}")


def _check_names(tally: Tally, record: Record, kept: Attestation, evidence: Evidence) -> None:
    """Hold what our record says of the other version to what its own files say."""
    statement = evidence.statement
    if statement is None or not evidence.roots:
        return  # which has its finding
    named = (
        ("archive", kept.archive, evidence.roots[0].root.archive),
        ("trust root", kept.root, evidence.roots[0].digest),
        ("version", kept.name, statement.name),
        ("record", kept.record, statement.record),
        ("original", format_digest(record.original.sha256), statement.original),
    )
    for what, said, found in named:
        if said != found:
            tally.fail(9, kept.path, f"not the {what} that our record says", expected=said, found=found)
    their_record = evidence.payload(RECORD_PATH)
    if their_record is not None and format_digest(sha256_hex(their_record)) != kept.record:
        tally.fail(9, kept.path, "not the record that our record says", expected=kept.record)


def _said(findings: list[Finding]) -> tuple[str, ...]:
    return tuple(f"{finding.subject}: {finding.what}" for finding in findings)
