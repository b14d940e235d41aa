"""Checks 7 to 9 on the version that a paragraph proof is from, as far as the reader has it: a proof holds no record.

The log key alone can put any entry into a log, and name any signer in it.  So a name in an entry is no signature: only
where the copy or the snapshot beside the proof holds this very entry, and its record, is the signature over it checked.
"""

from __future__ import annotations

from muniment.digest import format_digest, sha256_hex
from muniment.errors import UnavailableError
from muniment.log.checkpoint import Checkpoint
from muniment.log_view import LogView
from muniment.paragraph_proof import ParagraphProof
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Record
from muniment.verify.report import Tally
from muniment.verify.trust import check_fingerprint, check_signer
from muniment.verify.version import VersionFiles, check_entry, check_form, check_signature


def check_proven_signer(
    tally: Tally, proof: ParagraphProof, now: LogView, subject: str, against: LogView | None
) -> None:
    """Check 8, and what it rests on: the signature over the record, where the reader has both.

    Args:
        tally: Where to count.
        proof: The proof; its words and its place in the log hold.
        now: What it shows of the log.
        subject: What to call it.
        against: What the reader has of the archive, or None.
    """
    newest, signer = now.checkpoint.newest, proof.statement.signer
    if against is None or not against.chain:
        what = f"{_unseen(signer)}; nor is it known whether {newest} allows that key"
        tally.notice(8, subject, what, hint=_hint(proof), unvouched=True, unchecked=True)
        return
    if not _knows(tally, now.checkpoint, subject, against):
        return
    tally.ok(11)
    files = _files(proof, now, against)
    if files is not None:
        _check_version(tally, proof, subject, files, against)
        return
    named = Tally()
    check_fingerprint(named, subject, signer, proof.index, against.chain)
    tally.findings += named.findings
    if all(finding.ok for finding in named.findings):
        what = f"{_unseen(signer)}, a key that {against.name} allows"
        tally.notice(8, subject, what, hint=_hint(proof), unvouched=True, unchecked=True)


def _unseen(signer: str) -> str:
    return f"not checked here: who signed the record, for no proof holds its signature; the entry names {signer}"


def _hint(proof: ParagraphProof) -> str:
    return f"give a copy or a snapshot of the archive that holds {proof.statement.name} to compare with"


def _knows(tally: Tally, checkpoint: Checkpoint, subject: str, against: LogView) -> bool:
    """Check 11 on the trust root that the checkpoint names: the other side must have it, and the same one."""
    newest, known = checkpoint.newest, against.named.named
    if len(known) < newest.version:
        error = UnavailableError(
            f"the trust root that the checkpoint names is not in {against.name}",
            expected=str(newest),
            found=str(known[-1][1]),
            hint="it is older than the proof: give a newer one",
        )
        tally.error(11, error, subject)
        return False
    same = known[newest.version - 1][1]
    if same != newest:
        tally.fail(
            11,
            subject,
            f"the checkpoint names another trust root than {against.name} has",
            expected=str(same),
            found=str(newest),
            hint="the log key signed a false claim: keep both",
        )
    return same == newest


def _files(proof: ParagraphProof, now: LogView, against: LogView) -> VersionFiles | None:
    """Record and signature of this very entry, where the other side holds both, each the one that the entry names."""
    if against.leaf(proof.index) != now.leaf(proof.index):
        return None  # it is not shown there; where another is, check 13 says so
    record, signature = against.record(proof.index)
    statement = proof.statement
    for data, digest in ((record, statement.record), (signature, statement.signature)):
        if data is None or format_digest(sha256_hex(data)) != digest:
            return None
    return VersionFiles(record, f"{against.name}: {RECORD_PATH}", signature, f"{against.name}: {SIGNATURE_PATH}")


def _check_version(tally: Tally, proof: ParagraphProof, subject: str, files: VersionFiles, against: LogView) -> None:
    """Checks 7 to 9 on the record of the other side, and that it has the paragraph."""
    read = Tally()  # checks 3 and 4 are told of the proof, not of what is beside it
    record = check_form(read, files)
    tally.findings += read.findings
    key = check_signature(tally, files)
    if key is not None:
        check_signer(tally, files.signature_path, key, proof.index, against.chain)
    check_entry(tally, f"log entry {proof.index} ({proof.statement.name})", proof.statement, files, record, key)
    if record is not None and not _stands(proof, record):
        tally.fail(
            9,
            subject,
            f"not the paragraph that the record has, as {against.name} holds it",
            expected=f"{proof.paragraph.id} of {proof.statement.record}",
            hint="the log key signed an entry that is not true of its record: keep both",
        )


def _stands(proof: ParagraphProof, record: Record) -> bool:
    place = proof.position
    return place < len(record.paragraphs) and record.paragraphs[place] == proof.paragraph
