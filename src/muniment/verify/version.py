"""Checks 3 to 9 on one version, from the bytes alone: the same for an archive and for a snapshot."""

from __future__ import annotations

from muniment.archive.judgement import (
    Predecessor,
    ReadAgain,
    VersionFiles,
    entry_faults,
    extract_again,
    judge_capture,
    judge_chain,
    judge_form,
    judge_kept,
    judge_original,
    judge_signature,
    judge_words,
)
from muniment.errors import MunimentError
from muniment.log.statement import VersionStatement
from muniment.record import Attestation, KeptExchange, Original, Record
from muniment.ssh.keys import PublicKey
from muniment.verify.report import Tally

__all__ = [
    "Predecessor",
    "ReadAgain",
    "VersionFiles",
    "check_chain",
    "check_entry",
    "check_extraction",
    "check_form",
    "check_kept",
    "check_original",
    "check_signature",
    "extract_again",
]


def check_form(tally: Tally, files: VersionFiles) -> Record | None:
    """Checks 3 and 4: canonical JSON, schema, and the rules of one record."""
    if files.record is None:
        return None
    try:
        record = judge_form(files.record, files.record_path)
    except MunimentError as error:
        if error.check == 3:
            tally.error(3, error)
        else:
            tally.ok(3)
            tally.error(4, error, files.record_path)
        return None
    tally.ok(3)
    tally.ok(4)
    return record


def check_chain(tally: Tally, path: str, record: Record, earlier: Predecessor) -> None:
    """Check 5: the version continues the one before, by the rule of its change kind."""
    if earlier.record is None and earlier.digest is not None and earlier.digest == record.previous:
        return  # The version before could not be read, and has its own finding.
    with tally.check(5, path):
        judge_chain(path, record, earlier)


def check_original(tally: Tally, path: str, record: Record, data: bytes, extracted: ReadAgain | None) -> None:
    """Check 6: hash and size of the bytes as received, and the same paragraphs out of them again.

    Args:
        tally: Where to count.
        path: What to call the file.
        record: The version.
        data: The bytes as received.
        extracted: What ``extract_again`` gave, or None where it has failed, which has its finding.
    """
    try:
        judge_original(path, record.original, data)
    except MunimentError as error:
        tally.error(6, error, path)
    else:
        check_extraction(tally, path, record, extracted)


def check_extraction(tally: Tally, path: str, record: Record, extracted: ReadAgain | None) -> None:
    """The second half of check 6, for an original whose bytes were checked with an earlier version."""
    if extracted is not None:
        with tally.check(6, path):
            known = judge_words(path, record, extracted)
            if known:
                tally.notice(6, path, known)


def check_kept(tally: Tally, path: str, kept: KeptExchange | Attestation, original: Original, data: bytes) -> bool:
    """Check 6 on a file that is kept beside an original; give whether it is the file that the record names.

    What an attestation says is no part of it: that is by another archive.

    Args:
        tally: Where to count.
        path: What to call the file.
        kept: The file, as the record names it.
        original: The original.
        data: The file.
    """
    try:
        judge_kept(path, kept, data)
    except MunimentError as error:
        tally.error(6, error, path)
        return False
    with tally.check(6, path):
        if isinstance(kept, KeptExchange):
            judge_capture(path, data, original)
    return True


def check_signature(tally: Tally, files: VersionFiles) -> PublicKey | None:
    """Check 7: the SSHSIG is in its one form and is over exactly the record's bytes."""
    if files.signature is None or files.record is None:
        return None
    try:
        key = judge_signature(files)
    except MunimentError as error:
        tally.error(7, error, files.signature_path)
        return None
    tally.ok(7)
    return key


def check_entry(
    tally: Tally,
    subject: str,
    statement: VersionStatement,
    files: VersionFiles,
    record: Record | None,
    key: PublicKey | None,
    *,
    unread: bool = False,
) -> bool:
    """Check 9: the statement in the log is what these files make; give whether no fault was found.

    Args:
        tally: Where to count.
        subject: What to call the entry.
        statement: The entry.
        files: The version's files; what could not be read has its own finding.
        record: Parsed, or None where it could not be.
        key: Who signed, or None where that is unknown.
        unread: Whether the record is there, and only could not be read.
    """
    faults = list(entry_faults(subject, statement, files, record, key))
    if unread:
        faults = [fault for fault in faults if fault.where != files.record_path]
        tally.not_checked(9, subject, files.record_path)
    for fault in faults:
        tally.error(9, fault)
    if not faults and record is not None:
        tally.ok(9)
    return not faults
