"""What a snapshot holds as evidence, verified: trust roots, log entry, inclusion proof, and the version itself.

Of the log it shows one signed checkpoint, and one entry below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from muniment.archive.existence import Proven
from muniment.archive.opening import check_newest, log_verifiers, newest_of
from muniment.digest import sha256_hex
from muniment.errors import FormatError, MunimentError
from muniment.log.checkpoint import Checkpoint, open_published, parse_checkpoint
from muniment.log.merkle import leaf_hash
from muniment.log.note import Verifier, parse_note
from muniment.log.proof_file import TlogProof, check_proof, format_proof, parse_proof
from muniment.log.statement import VersionStatement, parse_statement
from muniment.log_view import LogView, longer_chain
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Record
from muniment.snapshot.bagit import PAYLOAD
from muniment.snapshot.container import Bag, read_zip
from muniment.snapshot.signed_files import PROOF, STATEMENT
from muniment.ssh.keys import PublicKey
from muniment.trust.chain import FOLDER, RootFile, root_name, verify_chain
from muniment.trust.root import TrustRoot
from muniment.verify.log_views import unusable
from muniment.verify.report import Tally
from muniment.verify.trust import check_pin, check_signer
from muniment.verify.version import (
    Predecessor,
    VersionFiles,
    check_chain,
    check_entry,
    check_form,
    check_kept,
    check_original,
    check_signature,
    extract_again,
)

ROOTS = f"{PAYLOAD}{FOLDER}/"
ROOT_1 = f"{ROOTS}{root_name(1)}"


@dataclass(slots=True)
class Evidence:
    """The files of a snapshot, and what of them has been verified so far; None where something could not be.

    Attributes:
        files: Bytes by path in the bag.
        roots: The chain of trust roots, oldest first; empty where it does not verify.
        verifiers: The keys of the log, per the newest of them.
        statement: The log entry.
        record: The version.
        key: Who signed it.
        proof: That the entry is in the log.
        checkpoint: What the log signed; only where the proof holds.
        timestamps: The files of its time stamps, by path below ``data/``, whether they hold or not.
        proven: What those that hold prove.
    """

    files: Mapping[str, bytes]
    roots: tuple[RootFile, ...] = ()
    verifiers: tuple[Verifier, ...] = ()
    statement: VersionStatement | None = None
    record: Record | None = None
    key: PublicKey | None = None
    proof: TlogProof | None = None
    checkpoint: Checkpoint | None = None
    timestamps: dict[str, bytes] = field(default_factory=dict)
    proven: tuple[Proven, ...] = ()

    def payload(self, name: str) -> bytes | None:
        """Give a payload file, or None where it is missing."""
        return self.files.get(f"{PAYLOAD}{name}")

    def record_at(self, index: int) -> tuple[bytes | None, bytes | None]:
        """Give record and signature as they lie there, if the snapshot is of the version at this index."""
        if self.proof is None or self.proof.index != index:
            return None, None
        return self.payload(RECORD_PATH), self.payload(SIGNATURE_PATH)


def check_trust(tally: Tally, evidence: Evidence, pinned: str | None) -> None:
    """Check 11: the chain of trust roots begins where the reader says, and ends where the checkpoint says."""
    files = {path.removeprefix(ROOTS): data for path, data in evidence.files.items() if path.startswith(ROOTS)}
    with tally.check(11, ROOTS.rstrip("/")):
        roots = verify_chain(files)
        evidence.verifiers = log_verifiers(tuple(file.root for file in roots))
        evidence.roots = roots
    if not evidence.roots:
        return
    check_pin(tally, ROOT_1, evidence.roots[0].digest, pinned)
    data, where = evidence.payload(PROOF), f"{PAYLOAD}{PROOF}"
    if data is None:
        return
    try:
        checkpoint = parse_checkpoint(parse_note(parse_proof(data, where).checkpoint, where)[0], where)
    except MunimentError:
        return  # check 10 says so
    with tally.check(11):
        check_newest(evidence.roots, checkpoint, ROOTS.rstrip("/"))


def check_statement(tally: Tally, evidence: Evidence) -> None:
    """Check 9, first part: the entry is the statement of a version, by this archive."""
    data, where = evidence.payload(STATEMENT), f"{PAYLOAD}{STATEMENT}"
    if data is None:
        return
    try:
        statement = parse_statement(data, where=where)
    except MunimentError as error:
        tally.error(9, error, where)
        return
    if not isinstance(statement, VersionStatement):
        tally.fail(9, where, "the entry is not that of a version", found=statement.name)
        return
    evidence.statement = statement
    origin = evidence.roots[0].root.archive if evidence.roots else statement.archive
    if statement.archive != origin:
        tally.fail(9, where, "the entry is of another archive", expected=origin, found=statement.archive)


def check_log(tally: Tally, evidence: Evidence) -> None:
    """Check 10: the entry is in the log, under a checkpoint that the log signed."""
    data, entry, where = evidence.payload(PROOF), evidence.payload(STATEMENT), f"{PAYLOAD}{PROOF}"
    if data is None or entry is None:
        return
    with tally.check(10, where):
        proof = parse_proof(data, where)
        evidence.proof = proof
        if proof.extra is not None or format_proof(proof) != data:
            raise FormatError("the proof holds more than a proof", where=where)
        if evidence.roots:
            origin = evidence.roots[0].root.archive
            checkpoint = open_published(proof.checkpoint, evidence.verifiers, origin, where)
            check_proof(proof, entry, evidence.verifiers, origin, where)
            evidence.checkpoint = checkpoint


def check_version(tally: Tally, evidence: Evidence, later: Sequence[TrustRoot] = ()) -> None:
    """Checks 3 to 9 on the version, and 8 at the index that the proof shows.

    Args:
        tally: Where to count.
        evidence: The evidence.
        later: The trust roots that the reader has from elsewhere; the longer of two chains that agree decides check 8.
    """
    files = VersionFiles(
        evidence.payload(RECORD_PATH),
        f"{PAYLOAD}{RECORD_PATH}",
        evidence.payload(SIGNATURE_PATH),
        f"{PAYLOAD}{SIGNATURE_PATH}",
    )
    evidence.record = check_form(tally, files)
    if evidence.record is not None:
        _check_place(tally, files.record_path, evidence.record)
        _check_original(tally, evidence, evidence.record)
    evidence.key = check_signature(tally, files)
    if evidence.key is not None and evidence.proof is not None and evidence.roots:
        chain = longer_chain([file.root for file in evidence.roots], later)
        check_signer(tally, files.signature_path, evidence.key, evidence.proof.index, chain, evidence.proven)
    if evidence.statement is not None:
        check_entry(tally, f"{PAYLOAD}{STATEMENT}", evidence.statement, files, evidence.record, evidence.key)


def _check_place(tally: Tally, path: str, record: Record) -> None:
    """Check 5, as far as one version goes."""
    if record.version == 1:
        check_chain(tally, path, record, Predecessor())
    elif record.previous is None:
        tally.fail(5, path, f"version {record.version} names no version before", hint="this is a fault of the archive")
    else:
        tally.ok(5)
        tally.notice(
            5,
            path,
            "the version before is not part of a snapshot: what changed was not checked",
            hint=f"verify the archive, or the snapshot whose record is {record.previous}",
        )


def _check_original(tally: Tally, evidence: Evidence, record: Record) -> None:
    path = f"{PAYLOAD}{record.original.path}"
    data = evidence.files.get(path)
    if data is None:
        return
    extracted = None
    if sha256_hex(data) == record.original.sha256:
        try:
            extracted = extract_again(record.original, data, where=path)
        except MunimentError as error:
            tally.error(6, error, path)
    check_original(tally, path, record, data, extracted)
    for kept in record.original.kept:
        content = evidence.payload(kept.path)
        if content is not None:
            check_kept(tally, f"{PAYLOAD}{kept.path}", kept, record.original, content)


def sight_evidence(evidence: Evidence, name: str = "the snapshot checked now") -> LogView | None:
    """Give what the verified evidence of a snapshot shows; None where its checkpoint or proof does not verify."""
    entry = evidence.payload(STATEMENT)
    if evidence.checkpoint is None or evidence.proof is None or entry is None or not evidence.roots:
        return None
    return LogView(
        name,
        evidence.proof.checkpoint,
        evidence.checkpoint,
        evidence.roots[0].digest,
        evidence.verifiers,
        entry=(evidence.proof.index, leaf_hash(entry)),
        named=newest_of(evidence.roots),
        chain=tuple(file.root for file in evidence.roots),
        statement=evidence.statement,
        record=evidence.record_at,
    )


def sight_snapshot(data: bytes | Bag, name: str) -> LogView:
    """Take a snapshot as the older side: its trust roots, its proof and its checkpoint must verify.

    Args:
        data: The zip file, or what was read of a folder.
        name: What to call it.

    Raises:
        UnavailableError: They do not verify, so that there is nothing to compare with.
    """
    try:
        bag = read_zip(data) if isinstance(data, bytes) else data
    except MunimentError as error:
        raise unusable(error, name) from error
    evidence = Evidence(bag.files)
    tally = Tally()
    check_trust(tally, evidence, None)
    check_statement(tally, evidence)
    check_log(tally, evidence)
    seen = sight_evidence(evidence, name)
    if seen is None:
        faults = [
            MunimentError(f.what, where=f.subject, expected=f.expected, found=f.found)
            for f in tally.findings
            if not f.ok
        ]
        raise unusable((*faults, MunimentError("the snapshot holds no proof"))[0], name)
    return seen
