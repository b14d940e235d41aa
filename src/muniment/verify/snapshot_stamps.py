"""Check 12 on a snapshot: its time stamps, against its own checkpoint and the certificates that its trust root pins.

The entries that name the stamps stand later in the log, so they are not in the snapshot.  What vouches for a stamp is
the authority itself; which one it is, is told by the certificates that its response leads to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.x509 import Certificate

from muniment.archive.existence import Proven
from muniment.digest import format_digest, sha256_hex
from muniment.errors import MunimentError, StampError, UnavailableError
from muniment.log.checkpoint import Checkpoint
from muniment.snapshot.bagit import PAYLOAD
from muniment.snapshot.signed_files import STAMP, STAMPS, stamp_path
from muniment.timestamp.certificates import parse_certificates
from muniment.timestamp.request import parse_request
from muniment.timestamp.response import NOT_PINNED, Stamp, check_response
from muniment.trust.root import AUTHORITIES, TrustRoot
from muniment.verify.report import Tally
from muniment.verify.snapshot_evidence import Evidence

TIME = 12

_AGAIN = "get the snapshot again"


@dataclass(slots=True)
class _State:
    """What is known while the stamps are checked.

    Attributes:
        tally: Where findings go.
        note: The bytes that are stamped.
        checkpoint: What they say.
        pinned: Certificates by name of the authority.
        proven: What was proven so far; each authority once.
        unchecked: Why stamps could not be checked.
    """

    tally: Tally
    note: bytes
    checkpoint: Checkpoint
    pinned: dict[str, tuple[Certificate, ...]]
    proven: list[Proven] = field(default_factory=list)
    unchecked: list[UnavailableError] = field(default_factory=list)


def check_stamps(tally: Tally, evidence: Evidence) -> None:
    """Check the time stamps of a snapshot, and keep what they prove as ``evidence.proven``.

    Nothing is proven where a file is missing or does not belong, or where the checkpoint does not verify.

    Args:
        tally: Where to count.
        evidence: The snapshot, whose trust roots and proof were checked before.
    """
    failed = len(tally.findings)
    stamps = _check_pairs(tally, evidence)
    pinned = _read_pinned(tally, evidence.roots[-1].root, evidence.timestamps) if evidence.roots else {}
    if len(tally.findings) > failed or evidence.proof is None or evidence.checkpoint is None:
        return  # each has its finding
    state = _State(tally, evidence.proof.checkpoint, evidence.checkpoint, pinned)
    for number in stamps:
        _check_stamp(state, evidence, number)
    if len(tally.findings) == failed and not state.unchecked:
        _check_needed(state)
    if state.unchecked:
        count, why = len(state.unchecked), state.unchecked[0]
        what = f"{count} {'time stamp' if count == 1 else 'time stamps'} not checked, nothing is proven by them: "
        tally.notice(TIME, f"{PAYLOAD}{STAMPS}", what + why.what, hint=why.hint, unvouched=True)
    evidence.proven = tuple(state.proven)


def _check_pairs(tally: Tally, evidence: Evidence) -> list[int]:
    """Check 1: requests and responses in pairs, of this checkpoint, and certificates beside them; gives the numbers."""
    names = [match for path in sorted(evidence.timestamps) if (match := STAMP.fullmatch(path))]
    for name in names:
        other = stamp_path(int(name[1]), int(name[2]), "tsr" if name[3] == "tsq" else "tsq")
        if other not in evidence.timestamps:
            tally.fail(1, f"{PAYLOAD}{other}", "missing from the snapshot", hint=_AGAIN)
        if evidence.checkpoint is not None and int(name[1]) != evidence.checkpoint.size:
            what = "a time stamp of another checkpoint"
            tally.fail(
                1, f"{PAYLOAD}{name[0]}", what, expected=str(evidence.checkpoint.size), found=name[1], hint=_AGAIN
            )
    if len(names) == len(evidence.timestamps):
        tally.fail(1, f"{PAYLOAD}{AUTHORITIES}", "missing from the snapshot: the certificates", hint=_AGAIN)
    return sorted({int(name[2]) for name in names})


def _read_pinned(tally: Tally, newest: TrustRoot, files: dict[str, bytes]) -> dict[str, tuple[Certificate, ...]]:
    """Checks 1 and 2: certificates of authorities that the trust root names, and the very ones that it pins."""
    vouched = {file.path: file for file in newest.files}
    named = {authority.certificates: authority.name for authority in newest.authorities}
    pinned = {}
    for path, data in sorted(files.items()):
        if STAMP.fullmatch(path):
            continue
        if path not in named:
            what = "not certificates of an authority that the trust root names"
            tally.fail(1, f"{PAYLOAD}{path}", what, expected=", ".join(sorted(named)) or "none", hint=_AGAIN)
        elif (sha256_hex(data), len(data)) != (vouched[path].sha256, vouched[path].size):
            expected, got = format_digest(vouched[path].sha256), format_digest(sha256_hex(data))
            what = "not the certificates that the trust root pins"
            tally.fail(2, f"{PAYLOAD}{path}", what, expected=expected, found=got, hint=_AGAIN)
        else:
            try:
                pinned[named[path]] = parse_certificates(data, where=f"{PAYLOAD}{path}")
            except MunimentError as error:
                tally.error(TIME, error)
    return pinned


def _check_stamp(state: _State, evidence: Evidence, number: int) -> None:
    size = state.checkpoint.size
    asked, answered = (stamp_path(size, number, kind) for kind in ("tsq", "tsr"))
    request, response = evidence.timestamps[asked], evidence.timestamps[answered]
    try:
        _check_request(request, state.note, f"{PAYLOAD}{asked}")
        who, stamp = _find_authority(state, request, response, f"{PAYLOAD}{answered}")
    except UnavailableError as error:
        state.unchecked.append(error)
    except MunimentError as error:
        state.tally.error(TIME, error)
    else:
        state.tally.ok(TIME)
        state.proven.append(Proven(size, stamp.time, who))


def _check_request(request: bytes, note: bytes, where: str) -> None:
    """Hold the request against the checkpoint; this much takes no other software."""
    imprint, expected = parse_request(request, where=where).imprint.hex(), sha256_hex(note)
    if imprint != expected:
        what = "asks for a stamp of other bytes than this checkpoint"
        raise StampError(what, where=where, expected=f"sha256:{expected}", found=f"sha256:{imprint}")


def _find_authority(state: _State, request: bytes, response: bytes, where: str) -> tuple[str, Stamp]:
    """Find whose stamp it is: of an authority without one so far, as the archive logs one of each for a checkpoint."""
    errors = []
    stamped = {instant.who for instant in state.proven}
    for name, certificates in state.pinned.items():
        if name in stamped:
            continue
        try:
            return name, check_response(response, request, state.note, certificates, where=where)
        except StampError as error:
            errors.append(error)
    raise _plainest(errors, where, stamped)


def _plainest(errors: Sequence[StampError], where: str, stamped: set[str]) -> StampError:
    """Choose the most telling of the errors, one for each authority's certificates."""
    if not errors:
        return StampError(
            "a stamp more than there are authorities with certificates here",
            where=where,
            found=", ".join(sorted(stamped)),
        )
    return next((error for error in errors if error.what != NOT_PINNED), errors[0])


def _check_needed(state: _State) -> None:
    for name in sorted(state.pinned.keys() - {instant.who for instant in state.proven}):
        path = f"{PAYLOAD}{AUTHORITIES}/{name}.pem"
        state.tally.fail(1, path, "certificates that no time stamp here leads to", hint=_AGAIN)
