"""Checkpoints: the signed size and root hash of a log (C2SP tlog-checkpoint v1.0.0).

A checkpoint is a signed note whose text is three lines: the origin, the number of entries, the base64 of the
root hash::

    example.com/log/testdata
    3
    Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=

    — example.com/log/testdata M9e0lvAQRtH832pk2RTbeSeZ…UWW/fj53Wj1dwcwh9bGQnqVAg=

The origin names the log and is the name of the key that signs it.  The specification allows further lines;
here they are refused, since not every kind of witness signature covers them.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muniment.errors import FormatError, InputError, SignatureError
from muniment.log.encoding import parse_decimal, parse_hash
from muniment.log.merkle import EMPTY_ROOT
from muniment.log.note import Note, SignatureLine, Verifier, open_note, parse_note, sign_note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_ORIGIN = 128  # characters

_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_SEGMENT = r"(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._~-]+"  # "." and ".." would be another address
_ORIGIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*(?:/{_SEGMENT})*")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself.

    Attributes:
        origin: The name of the log, ``HOST`` or ``HOST/PATH``.
        size: The number of entries, from 0 and below 10**18.
        root: The root hash, 32 bytes.
    """

    origin: str
    size: int
    root: bytes


def check_origin(text: str) -> str:
    """Check the name of a log and give it back: ``HOST`` or ``HOST/PATH``, at most 128 characters.

    The host has lower-case letters, digits, dots and hyphens; a path segment has ``A-Z a-z 0-9 . _ ~ -``.

    Raises:
        InputError: It is not such a name.
    """
    if len(text) > MAX_ORIGIN:
        raise InputError("the origin is too long", expected=f"at most {MAX_ORIGIN} characters", found=str(len(text)))
    if not _ORIGIN.fullmatch(text):
        raise InputError(
            "not an origin",
            expected="HOST or HOST/PATH such as archive.example.org/press",
            found=ascii(text),
            hint="lower-case host, no scheme such as https://, no slash at the end",
        )
    return text


def format_checkpoint(checkpoint: Checkpoint) -> bytes:
    """Write the text of a checkpoint, three lines, to be signed as a note."""
    root = base64.b64encode(checkpoint.root).decode()
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n".encode()


def parse_checkpoint(text: bytes, where: str = "") -> Checkpoint:
    """Read the text of a checkpoint; extension lines are refused.

    Raises:
        FormatError: It is not the text of a checkpoint.
    """
    lines = text.split(b"\n")
    if len(lines) != 4 or lines[3]:
        raise FormatError(
            "not a checkpoint",
            where=where,
            expected="three lines: origin, size, root hash",
            found=f"{len(lines) - 1} lines",
        )
    try:
        origin = check_origin(lines[0].decode("utf-8", "replace"))
    except InputError as error:
        raise FormatError(error.what, where=where, expected=error.expected, found=error.found) from error
    size, root = parse_decimal(lines[1], where), parse_hash(lines[2], where)
    if size == 0 and root != EMPTY_ROOT:
        raise FormatError("an empty log has another root", where=where, expected=EMPTY_ROOT.hex(), found=root.hex())
    return Checkpoint(origin, size, root)


def sign_checkpoint(checkpoint: Checkpoint, public: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """Sign a checkpoint under its origin as key name.

    Whoever calls must never sign two checkpoints of one origin of which neither continues the other.

    Args:
        checkpoint: What to sign.
        public: The log's Ed25519 public key, 32 bytes.
        sign: Makes the Ed25519 signature, 64 bytes, of what it is given.

    Raises:
        InputError: The origin is not allowed.
        KeyRejectedError: The key is weak, or ``sign`` uses another key.
    """
    check_origin(checkpoint.origin)
    return sign_note(format_checkpoint(checkpoint), checkpoint.origin, public, sign)


def open_checkpoint(data: bytes, verifiers: Sequence[Verifier], origin: str, where: str = "") -> Checkpoint:
    """Verify a checkpoint of one log.

    Args:
        data: The file.
        verifiers: The known keys, of this log and of others; one named ``origin`` must have signed.
        origin: The name of the log.
        where: What to name in an error.

    Raises:
        FormatError: It is not a checkpoint.
        SignatureError: The log did not sign it with the key for its last entry, a signature of a known key fails, or
            it is of another log.
    """
    checkpoint, _ = _open(data, verifiers, origin, where)
    return checkpoint


def _open(data: bytes, verifiers: Sequence[Verifier], origin: str, where: str) -> tuple[Checkpoint, Note]:
    text, lines = parse_note(data, where)
    checkpoint = parse_checkpoint(text, where)
    counting = _counting(lines, verifiers, checkpoint.size, where)
    note = open_note(data, counting, where)
    if checkpoint.origin != origin:
        raise SignatureError("the checkpoint is of another log", where=where, expected=origin, found=checkpoint.origin)
    if origin not in note.signed_by:
        raise SignatureError(
            "the log itself did not sign the checkpoint",
            where=where,
            expected=origin,
            found=", ".join(note.signed_by),
        )
    return checkpoint, note


def _counting(lines: Sequence[SignatureLine], verifiers: Sequence[Verifier], size: int, where: str) -> list[Verifier]:
    """Give the keys that count at a size; a checkpoint that only others have signed is none."""
    counting = [verifier for verifier in verifiers if verifier.counts_at(size)]
    signed = {(line.name, line.key_id) for line in lines}
    others = [v for v in verifiers if v not in counting and (v.name, v.key_id) in signed]
    if others and not any((verifier.name, verifier.key_id) in signed for verifier in counting):
        raise SignatureError(
            f"signed by a log key that may not sign a checkpoint of size {size}",
            where=where,
            expected=_named(counting) or "a log key",
            found=_named(others),
        )
    return counting


def _named(verifiers: Sequence[Verifier]) -> str:
    return ", ".join(f"{verifier.name}+{verifier.key_id.hex()}" for verifier in verifiers)


def open_published(data: bytes, verifiers: Sequence[Verifier], origin: str, where: str = "") -> Checkpoint:
    """Verify a checkpoint as the log itself publishes it: signed by its own keys, one line a key, and nothing else.

    A line by anybody else would be bytes that nobody vouches for; cosignatures of witnesses belong in a file beside it.

    Raises:
        FormatError: As ``open_checkpoint``, or there is a line by a stranger, or a second one by the same key.
        SignatureError: As ``open_checkpoint``.
    """
    checkpoint, note = _open(data, verifiers, origin, where)
    known = {(verifier.name, verifier.key_id) for verifier in verifiers if verifier.counts_at(checkpoint.size)}
    keys = [(line.name, line.key_id) for line in note.lines]
    if len(set(keys)) != len(keys) or not known.issuperset(keys):
        raise FormatError(
            "the checkpoint has a signature line too many", where=where, expected="one line by each log key that signed"
        )
    return checkpoint
