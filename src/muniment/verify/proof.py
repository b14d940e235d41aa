"""Checking a paragraph proof offline: the numbered checks of ``verify``, on nothing but the file.

The file brings the key that signed its checkpoint.  Whose key that is no file can say of itself: so check 11 asks what
the reader has, a copy or a snapshot of the archive, or the memory of the machine.  Such a one may also hold the record
and its signature, which a proof does not; without them the report says that who signed the record was not checked.
"""

from __future__ import annotations

from muniment.archive.existence import Dated
from muniment.digest import format_digest
from muniment.errors import (
    CanonicalError,
    IntegrityError,
    MunimentError,
    SchemaError,
    SignatureError,
    UnavailableError,
)
from muniment.log.checkpoint import Checkpoint, open_checkpoint
from muniment.log.merkle import leaf_hash
from muniment.log.statement import format_statement
from muniment.log_view import LogView
from muniment.memory import Past, Remembered
from muniment.paragraph_proof import ParagraphProof, check_standing, check_words
from muniment.paragraph_proof.forms import read_proof
from muniment.verify.growth import Subject, check_past
from muniment.verify.proof_signer import check_proven_signer
from muniment.verify.report import Counts, Report, Tally, with_dated, with_horizon


def verify_proof(data: bytes, *, subject: str, pinned_root: str | None = None, past: Past | None = None) -> Report:
    """Check a paragraph proof.

    Args:
        data: The file, in any form.
        subject: What to call it.
        pinned_root: SHA-256 of trust root 1 as known from elsewhere, 64 hex digits; it needs a copy or a snapshot in
            ``past``, or a memory, that ties the log key to that root.
        past: What the reader knows of the archive.
    """
    tally = Tally()
    proof = _parse(tally, tally.read(data), subject)
    checkpoint = None if proof is None else _check(tally, proof, subject)
    past, root, now = past or Past(), None, None
    if proof is not None and checkpoint is not None:
        root, now = _check_key(tally, proof, checkpoint, subject, pinned_root, past)
    report = tally.report(
        subject,
        origin=None if checkpoint is None else checkpoint.origin,
        root=root,
        checkpoint=None if checkpoint is None else (checkpoint.size, checkpoint.root),
        counts=Counts(0, 0, int(proof is not None), tally.file_count, tally.byte_count),
        note=proof.checkpoint if proof is not None and checkpoint is not None else None,
    )
    if proof is None:
        return report
    entry = Dated(proof.reference, proof.index, proof.statement.logged_at)
    return with_horizon(with_dated(report, (), [entry]), entry, past.against, now)


def _parses(data: bytes) -> bool:
    try:
        read_proof(data, "")
    except MunimentError:
        return False
    return True


def _parse(tally: Tally, data: bytes, subject: str) -> ParagraphProof | None:
    """Checks 1, 3 and 4: the form of the file."""
    try:
        proof = read_proof(data, subject)
    except MunimentError as error:
        check = 3 if isinstance(error, CanonicalError) else 4 if isinstance(error, SchemaError) else 1
        tally.error(check, error, subject)
        tally.explain(subject, _parses, data)
        return None
    for check in (1, 3, 4):
        tally.ok(check)
    return proof


def _check(tally: Tally, proof: ParagraphProof, subject: str) -> Checkpoint | None:
    """Checks 9 and 10: the words are part of the entry, and the entry of the log."""
    with tally.check(9, subject):
        check_words(proof, subject)
    try:
        checkpoint = check_standing(proof, subject)
    except MunimentError as error:
        tally.error(10, error, subject)
        return None
    tally.ok(10)
    return checkpoint


def _check_key(
    tally: Tally, proof: ParagraphProof, checkpoint: Checkpoint, subject: str, pinned: str | None, past: Past
) -> tuple[str | None, LogView | None]:
    """Checks 8, 11 and 13: whose key it is, and what is known of its trust roots.  Gives root 1, if tied."""
    remembered = None if past.recall is None else past.recall(checkpoint.origin)
    try:
        root, how = _tied(proof, checkpoint, past.against, remembered)
    except MunimentError as error:
        tally.error(11, error, subject)
        return None, None
    _say(tally, proof, subject, pinned, root, how)
    entry = (proof.index, leaf_hash(format_statement(proof.statement)))
    now = LogView(
        "the proof checked now",
        proof.checkpoint,
        checkpoint,
        root,
        (proof.verifier,),
        entry=entry,
        statement=proof.statement,
    )
    check_proven_signer(tally, proof, now, subject, past.against)
    past = Past(None if past.recall is None else lambda _: remembered, past.against)
    check_past(tally, past, now, Subject(subject, subject, subject, whole=False))
    return root, now


def _tied(
    proof: ParagraphProof, checkpoint: Checkpoint, against: LogView | None, remembered: Remembered | None
) -> tuple[str | None, str]:
    """Find what ties the key to a trust root: its digest, and who knows it; no digest where nothing does.

    Raises:
        SignatureError: The other side has the whole log of that size, and never had that key for it.
        UnavailableError: Another key is known, and nothing tells whether this one took its place.
    """
    origin = checkpoint.origin
    if against is not None and against.root is not None:
        try:
            open_checkpoint(proof.checkpoint, against.verifiers, origin)
        except IntegrityError as error:
            what = f"signed by a key that is no log key in {against.name}"
            if against.checkpoint.origin != origin or against.checkpoint.size >= checkpoint.size:
                raise SignatureError(what, expected=_names(against), found=proof.log_key) from error
            hint = "it is older than the proof: give a newer one"
            raise UnavailableError(what, expected=_names(against), found=proof.log_key, hint=hint) from error
        return against.root, against.name
    if remembered is not None:
        try:
            open_checkpoint(remembered.checkpoint, (proof.verifier,), origin)
        except IntegrityError as error:
            raise UnavailableError(
                f"not signed by the log key that this machine saw on {remembered.seen}",
                found=proof.log_key,
                hint="a copy or a snapshot of the archive, given to compare with, tells whose key it is",
            ) from error
        return remembered.root, f"this machine ({remembered.seen})"
    return None, ""


def _names(against: LogView) -> str:
    return ", ".join(f"{verifier.name}+{verifier.key_id.hex()}" for verifier in against.verifiers)


def _say(tally: Tally, proof: ParagraphProof, subject: str, pinned: str | None, root: str | None, how: str) -> None:
    """Check 11: hold the root against the one that the reader asked for, or say what was taken on trust."""
    if root is None:
        if pinned is None:
            hint = "compare it with the archive, or give a copy or a snapshot of it to compare with"
            tally.notice(11, subject, f"trusted on first use: log key {proof.log_key}", hint=hint)
            return
        error = UnavailableError(
            "nothing here ties the log key to the trust root that was asked for",
            expected=format_digest(pinned),
            found=proof.log_key,
            hint="give a copy or a snapshot of the archive to compare with",
        )
        tally.error(11, error, subject)
    elif pinned is not None and root != format_digest(pinned):
        what, hint = "not the trust root that was asked for", "this is another archive, or a forgery"
        tally.fail(11, subject, what, expected=format_digest(pinned), found=root, hint=hint)
    else:
        tally.ok(11)
        tally.notice(11, subject, f"the log key is known to {how}")
