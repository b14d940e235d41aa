"""Check 12 on a snapshot: its time stamps, against its own checkpoint and the certificates that its trust root pins.

The entries that name the stamps stand later in the log, so they are not in the snapshot.  What vouches for a stamp is
the authority itself; which one it is, is told by the certificates that its response leads to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from cryptography.x509 import Certificate

from muniment.archive.stamps import pinned_certificates
from muniment.digest import sha256_hex
from muniment.errors import FormatError, IntegrityError, StampError
from muniment.log.checkpoint import Checkpoint
from muniment.snapshot.bagit import PAYLOAD
from muniment.snapshot.signed_files import STAMP, STAMPS, stamp_path
from muniment.timestamp.request import parse_request
from muniment.timestamp.response import NOT_PINNED, Stamp, check_response
from muniment.trust.root import AUTHORITIES, TrustRoot
from muniment.verify.report import Tally
from muniment.verify.snapshot_evidence import Evidence
from muniment.verify.stamps import TIME, StampChecks

_AGAIN = "get the snapshot again"


@dataclass(slots=True)
class _State:
    """What is known while the stamps are checked.

    Attributes:
        stamps: What the stamps have given so far; each authority counts once.
        note: The bytes that are stamped.
        checkpoint: What they say.
        pinned: Certificates by name of the authority.
    """

    stamps: StampChecks
    note: bytes
    checkpoint: Checkpoint
    pinned: dict[str, tuple[Certificate, ...]]

    @property
    def stamped(self) -> set[str]:
        """The authorities that have stamped the checkpoint."""
        return {instant.who for instant in self.stamps.proven}


def check_stamps(tally: Tally, evidence: Evidence) -> None:
    """Check the time stamps of a snapshot, and keep what they prove as ``evidence.proven``.

    Nothing is proven where a file is missing or does not belong, or where the checkpoint does not verify.

    Args:
        tally: Where to count.
        evidence: The snapshot, whose trust roots and proof were checked before.
    """
    failed = len(tally.findings)
    numbers = _check_pairs(tally, evidence)
    pinned = _read_pinned(tally, evidence.roots[-1].root, evidence.timestamps) if evidence.roots else {}
    if len(tally.findings) > failed or evidence.proof is None or evidence.checkpoint is None:
        return  # each has its finding
    state = _State(StampChecks(tally), evidence.proof.checkpoint, evidence.checkpoint, pinned)
    for number in numbers:
        state.stamps.judge(state.checkpoint.size, partial(_check_stamp, state, evidence, number))
    if len(tally.findings) == failed and not state.stamps.unchecked:
        _check_needed(tally, state)
    state.stamps.tell_unchecked(f"{PAYLOAD}{STAMPS}")
    evidence.proven = tuple(state.stamps.proven)


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
    named = {authority.certificates: authority for authority in newest.authorities}
    pinned = {}
    for path, data in sorted(files.items()):
        if STAMP.fullmatch(path):
            continue
        if path not in named:
            what = "not certificates of an authority that the trust root names"
            tally.fail(1, f"{PAYLOAD}{path}", what, expected=", ".join(sorted(named)) or "none", hint=_AGAIN)
            continue
        try:
            pinned[named[path].name] = pinned_certificates(data, newest, named[path], where=f"{PAYLOAD}{path}")
        except FormatError as error:
            tally.error(TIME, error)  # the very ones, and no certificates
        except IntegrityError as error:
            error.hint = _AGAIN
            tally.error(2, error)
    return pinned


def _check_stamp(state: _State, evidence: Evidence, number: int) -> tuple[str, Stamp]:
    asked, answered = (stamp_path(state.checkpoint.size, number, kind) for kind in ("tsq", "tsr"))
    request, response = evidence.timestamps[asked], evidence.timestamps[answered]
    _check_request(request, state.note, f"{PAYLOAD}{asked}")
    return _find_authority(state, request, response, f"{PAYLOAD}{answered}")


def _check_request(request: bytes, note: bytes, where: str) -> None:
    """Hold the request against the checkpoint; this much takes no other software."""
    imprint, expected = parse_request(request, where=where).imprint.hex(), sha256_hex(note)
    if imprint != expected:
        what = "asks for a stamp of other bytes than this checkpoint"
        raise StampError(what, where=where, expected=f"sha256:{expected}", found=f"sha256:{imprint}")


def _find_authority(state: _State, request: bytes, response: bytes, where: str) -> tuple[str, Stamp]:
    """Find whose stamp it is: of an authority without one so far, as the archive logs one of each for a checkpoint."""
    errors = []
    stamped = state.stamped
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


def _check_needed(tally: Tally, state: _State) -> None:
    for name in sorted(state.pinned.keys() - state.stamped):
        path = f"{PAYLOAD}{AUTHORITIES}/{name}.pem"
        tally.fail(1, path, "certificates that no time stamp here leads to", hint=_AGAIN)
