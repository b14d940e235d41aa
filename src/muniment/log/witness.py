"""What a witness is asked, and when it may cosign (C2SP tlog-witness, ``add-checkpoint``).

The request is text::

    old 20852014                                    the size that the witness cosigned last, 0 for none
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=    the consistency proof from there, at most 63 hashes
    jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
                                                    an empty line
    example.com/behind-the-sofa                     the checkpoint, a signed note, to the end
    20852163
    …

The specification sends it over HTTP; here it is a file.  The rule is the same: a witness cosigns a checkpoint only if
a known key of the log signed it, and only if it begins with all that this witness has cosigned of this log before.

What a witness remembers of one log: the checkpoint that it cosigned last, and the keys of the log.

One file a witness and log.  It is all that keeps a witness from cosigning two histories, so it is read strictly: what
is damaged is refused, never taken for nothing.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from muniment.canonical import Json, format_canonical, parse_canonical
from muniment.errors import FormatError, InputError, IntegrityError, KeyRejectedError, ProofError
from muniment.log.checkpoint import Checkpoint, TreeHead, contradict, open_tree_head, parse_tree_head
from muniment.log.encoding import parse_decimal, parse_hash, say_entries
from muniment.log.merkle import EMPTY_ROOT, check_consistency
from muniment.log.note import MAX_NOTE, Verifier, format_vkey, parse_note, parse_vkey
from muniment.log.vkey import Cosigner, parse_cosigner

if TYPE_CHECKING:
    from collections.abc import Sequence


MAX_HASHES = 63  # of a proof, per the specification; no tree is higher
MAX_REQUEST = MAX_NOTE + 4096  # bytes: the first line, 63 hashes of 45 bytes, the empty line

MAX_SIZE = 2**53  # entries: the largest that every reader of JSON can write down; no log comes near
MAX_GROWTH = 2**20  # entries by which a log may grow from one request to the next, beyond doubling

_OLD = b"old "


class UnknownLogError(InputError):
    """The witness knows no key of this log (404 of the specification)."""


class OldSizeError(InputError):
    """The request begins at another size than the witness cosigned last (409 of the specification).

    Attributes:
        size: What the witness cosigned last, 0 for nothing.
    """

    size: int = 0


class OlderCheckpointError(IntegrityError):
    """The checkpoint has fewer entries than the witness cosigned before: a rollback, or an old request."""


class ImplausibleSizeError(IntegrityError):
    """The checkpoint claims more entries than a log has that this witness has seen grow.

    A consistency proof shows nothing of the entries that came since: anyone with the log key can claim any number.
    """


class SecondHistoryError(ProofError):
    """The checkpoint does not continue what the witness cosigned before (422, or 409 where the sizes are the same)."""


@dataclass(frozen=True, slots=True)
class WitnessRequest:
    """One request.

    Attributes:
        old_size: The size that the proof begins at, from 0.
        hashes: The consistency proof, 32 bytes each, at most 63.
        checkpoint: The signed checkpoint, byte for byte.
    """

    old_size: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes


def format_request(request: WitnessRequest) -> bytes:
    """Write a request.

    Raises:
        InputError: The proof has too many hashes.
    """
    if len(request.hashes) > MAX_HASHES:
        raise InputError(
            "the proof is too long", expected=f"at most {MAX_HASHES} hashes", found=str(len(request.hashes))
        )
    lines = [_OLD + str(request.old_size).encode(), *map(base64.b64encode, request.hashes)]
    return b"\n".join(lines) + b"\n\n" + request.checkpoint


def parse_request(data: bytes, where: str = "") -> WitnessRequest:
    """Read a request; nothing is verified yet.

    Raises:
        FormatError: It is too large or breaks the format, or its checkpoint does.
    """
    if len(data) > MAX_REQUEST:
        raise FormatError("the request is too large", where=where, expected=f"at most {MAX_REQUEST} bytes")
    head, empty_line, checkpoint = data.partition(b"\n\n")
    first, *rest = head.split(b"\n")
    if not empty_line or not first.startswith(_OLD):
        raise FormatError(
            "not a request to a witness",
            where=where,
            expected="a line 'old SIZE', and a checkpoint after an empty line",
        )
    old_size = parse_decimal(first.removeprefix(_OLD), where)
    if len(rest) > MAX_HASHES:
        raise FormatError(
            "the proof is too long", where=where, expected=f"at most {MAX_HASHES} hashes", found=str(len(rest))
        )
    parse_tree_head(parse_note(checkpoint, where)[0], where)
    return WitnessRequest(old_size, tuple(parse_hash(line, where) for line in rest), checkpoint)


def requested_checkpoint(request: WitnessRequest) -> TreeHead:
    """Read what the checkpoint of a request says; nothing is verified."""
    return parse_tree_head(parse_note(request.checkpoint)[0])


def judge_request(
    request: WitnessRequest, last: TreeHead | None, verifiers: Sequence[Verifier], where: str = ""
) -> TreeHead:
    """Decide as a witness whether to cosign, and give the checkpoint that may be cosigned.

    The caller must remember that checkpoint durably before the cosignature is handed out, and let no other request
    in between.

    Args:
        request: What is asked.
        last: What this witness cosigned last for the origin of the request; None for nothing.
        verifiers: The keys of the log that the witness knows.
        where: What to name in an error.

    Raises:
        UnknownLogError: The witness knows no key of this log.
        SignatureError: No known key of the log signed the checkpoint.
        OlderCheckpointError: It has fewer entries than the witness cosigned before.
        ImplausibleSizeError: It has more than ``MAX_SIZE``, or grew by more than ``MAX_GROWTH`` and the size before.
        SecondHistoryError: It does not continue what the witness cosigned before.
        OldSizeError: The proof begins elsewhere.
        ProofError: The request contradicts itself: its proof begins after its checkpoint.
    """
    checkpoint = _open(request, verifiers, where)
    last = last or TreeHead(checkpoint.origin, 0, EMPTY_ROOT)
    _check_size(request, checkpoint, last, where)
    _check_growth(checkpoint, last, where)
    _check_newest(checkpoint, last, where)
    try:
        check_consistency(last.size, checkpoint.size, request.hashes, last.root, checkpoint.root, where)
    except ProofError as error:
        raise error.as_(
            SecondHistoryError,
            what=f"not shown to continue the {say_entries(last.size)} that this witness cosigned: {error.what}",
            where=where,
            hint="nothing was cosigned; keep this request, and ask the keeper why",
        ) from error
    return checkpoint


def _open(request: WitnessRequest, verifiers: Sequence[Verifier], where: str) -> TreeHead:
    origin = requested_checkpoint(request).origin
    known = [verifier for verifier in verifiers if verifier.name == origin]
    if not known:
        raise UnknownLogError(
            "this witness knows no key of the log",
            where=where,
            found=origin,
            hint="get its vkey from its keeper by another way than this request, and give it beside the request",
        )
    return open_tree_head(request.checkpoint, known, origin, where)


def _check_growth(checkpoint: TreeHead, last: TreeHead, where: str) -> None:
    limit = min(MAX_SIZE, 2 * last.size + MAX_GROWTH) if last.size else MAX_SIZE
    if checkpoint.size > limit:
        raise ImplausibleSizeError(
            "more entries than this witness believes",
            where=where,
            expected=f"at most {limit}, after {last.size}",
            found=str(checkpoint.size),
            hint="nothing was cosigned; keep this request, and ask the keeper whether the log key was stolen",
        )


def _check_size(request: WitnessRequest, checkpoint: TreeHead, last: TreeHead, where: str) -> None:
    if checkpoint.size < last.size:
        raise OlderCheckpointError(
            "older than what this witness cosigned",
            where=where,
            expected=f"at least {say_entries(last.size)}",
            found=str(checkpoint.size),
            hint="nothing was cosigned; ask the keeper whether a backup was restored",
        )
    if checkpoint.size == last.size and checkpoint.root != last.root:
        raise SecondHistoryError(
            "another history than the one that this witness cosigned: two roots of one size",
            where=where,
            expected=last.root.hex(),
            found=checkpoint.root.hex(),
            hint="nothing was cosigned; keep this request: both checkpoints are signed by the log",
        )
    if request.old_size > checkpoint.size:
        raise ProofError(
            "the proof begins after the checkpoint",
            where=where,
            expected=f"old at most {checkpoint.size}",
            found=str(request.old_size),
        )
    if request.old_size != last.size:
        error = OldSizeError(
            "the proof does not begin at what this witness cosigned last",
            where=where,
            expected=f"old {last.size}",
            found=f"old {request.old_size}",
            hint=f"ask the keeper for a request that begins at {say_entries(last.size)}",
        )
        error.size = last.size
        raise error


def _check_newest(checkpoint: TreeHead, last: TreeHead, where: str) -> None:
    if contradict(last, checkpoint):
        raise SecondHistoryError(
            "not the trust roots of the log that this witness cosigned",
            where=where,
            expected=_newest(last),
            found=_newest(checkpoint),
            hint="nothing was cosigned; keep this request: both checkpoints are signed by the log",
        )


def _newest(head: TreeHead) -> str:
    return f"{head.newest} among {say_entries(head.size)}" if isinstance(head, Checkpoint) else "none"


FORMAT = "muniment-witness/1"
MAX_KEYS = 64  # of one log
MAX_WITNESSED = 2 * MAX_NOTE + MAX_KEYS * 512  # bytes: in JSON the line feeds of a note take two

_MEMBERS = {"checkpoint", "format", "keys", "witness"}


@dataclass(frozen=True, slots=True)
class Witnessed:
    """The memory of a witness of one log.

    Attributes:
        cosigner: The witness.
        verifiers: The keys of the log, in the order in which they became known; all have its name.
        note: The checkpoint that was cosigned last, as the log signed it.
    """

    cosigner: Cosigner
    verifiers: tuple[Verifier, ...]
    note: bytes

    @property
    def checkpoint(self) -> TreeHead:
        """What that checkpoint says."""
        return parse_tree_head(parse_note(self.note)[0])


def keys_after(verifiers: Sequence[Verifier], note: bytes, origin: str) -> tuple[Verifier, ...]:
    """Give the keys of a log that count from a cosigned checkpoint on.

    One log key, and only one, covers each index of a log, and none comes back.  So once a later key has signed, those
    that became known before it have ended, and a thief of one of them is no longer believed.

    Args:
        verifiers: The keys, in the order in which they became known.
        note: The checkpoint as the log signed it, with one of these keys.
        origin: Name of the log.
    """
    own = [verifier for verifier in verifiers if verifier.name == origin]
    for first in range(len(own) - 1, 0, -1):
        try:
            open_tree_head(note, own[first:], origin)
        except IntegrityError:
            continue
        return tuple(own[first:])
    return tuple(own)


def format_witnessed(witnessed: Witnessed) -> bytes:
    """Give the canonical bytes of the file."""
    keys: list[Json] = [format_vkey(verifier.name, verifier.public) for verifier in witnessed.verifiers]
    value: dict[str, Json] = {
        "checkpoint": witnessed.note.decode(),
        "format": FORMAT,
        "keys": keys,
        "witness": witnessed.cosigner.vkey,
    }
    return format_canonical(value)


def parse_witnessed(data: bytes, cosigner: Cosigner, origin: str, where: str = "") -> Witnessed:
    """Read the file of a witness and a log strictly.

    Raises:
        CanonicalError: The bytes are not canonical JSON.
        FormatError: They are not such a memory, or that of another witness or log; or a key in it is malformed.
        SignatureError: The checkpoint in it is signed by none of the keys.
    """
    value = parse_canonical(data, where=where, max_size=MAX_WITNESSED)
    members = value if isinstance(value, dict) else {}
    keys = members.get("keys")
    texts = all(isinstance(members.get(name), str) for name in _MEMBERS - {"keys"})
    listed = isinstance(keys, list) and 1 <= len(keys) <= MAX_KEYS and all(isinstance(key, str) for key in keys)
    if set(members) != _MEMBERS or not texts or not listed or members["format"] != FORMAT:
        raise FormatError("not the memory of a witness", where=where, expected=FORMAT)
    strings = cast("dict[str, str]", members)
    try:
        witness = parse_cosigner(strings["witness"], where)
        verifiers = tuple(parse_vkey(key, where) for key in cast("list[str]", keys))
    except KeyRejectedError as error:
        raise error.as_(FormatError, where=where) from error
    if witness != cosigner:
        raise FormatError("the memory of another witness", where=where, expected=cosigner.vkey, found=witness.vkey)
    if len(set(verifiers)) != len(verifiers) or any(verifier.name != origin for verifier in verifiers):
        raise FormatError("the memory of another log", where=where, expected=f"keys named {origin}, each once")
    note = strings["checkpoint"].encode()
    open_tree_head(note, verifiers, origin, where)
    return Witnessed(cosigner, verifiers, note)
