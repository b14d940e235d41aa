"""Checkpoints: the signed size and root hash of a log (C2SP tlog-checkpoint v1.0.0), and its newest trust root.

A checkpoint is a signed note whose text is the origin, the number of entries, the base64 of the root hash, and one
extension line, which names the newest of the trust roots among the entries::

    press.example.org/archive
    3
    Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=
    trust-root 1 sha256:32079c793177eb6599ed95cc73be1e3b6e737da22dba13e5d54e7af3e5420b96

    — press.example.org/archive M9e0lvAQRtH832pk2RTbeSeZ…UWW/fj53Wj1dwcwh9bGQnqVAg=

The origin names the log and is the name of the key that signs it.  Of the further lines that the specification allows
there is exactly this one: evidence that lacks the newest root is found out by it.  A ``TreeHead`` is the plain form of
three lines, which logs of other kinds publish; only a witness, who may serve any log, takes it.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muniment import ed25519
from muniment.errors import FormatError, InputError, ProofError, SignatureError
from muniment.log.encoding import parse_decimal, parse_hash, say_entries
from muniment.log.merkle import EMPTY_ROOT
from muniment.log.newest import NamedRoot, format_newest, parse_newest
from muniment.log.note import SignatureLine, Verifier, format_note, parse_note, sign_note, verify_note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_ORIGIN = 128  # characters

_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_SEGMENT = r"(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._~-]+"  # "." and ".." would be another address
_LINES = "origin, size, root hash and newest trust root, a line each"
_LINES_OF_TEXT = 4
_ORIGIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*(?:/{_SEGMENT})*")


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What any log says of itself.

    Attributes:
        origin: The name of the log, ``HOST`` or ``HOST/PATH``.
        size: The number of entries, from 0 and below 10**18.
        root: The root hash, 32 bytes.
    """

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint(TreeHead):
    """What the log of an archive says of itself: its first entry names a trust root, so its size is at least 1.

    Attributes:
        newest: The newest of the trust roots that its entries name.
    """

    newest: NamedRoot


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


def format_checkpoint(head: TreeHead) -> bytes:
    """Write the text of a checkpoint, to be signed as a note: three lines, and the fourth of an archive's log."""
    lines = [head.origin, str(head.size), base64.b64encode(head.root).decode()]
    if isinstance(head, Checkpoint):
        lines.append(format_newest(head.newest))
    return "".join(f"{line}\n" for line in lines).encode()


def parse_checkpoint(text: bytes, where: str = "") -> Checkpoint:
    """Read the text of a checkpoint of an archive's log.

    Raises:
        FormatError: It is not such a text; one without the line of the newest trust root is refused.
    """
    head = parse_tree_head(text, where)
    if not isinstance(head, Checkpoint):
        raise FormatError(
            "the checkpoint does not name its newest trust root", where=where, expected=_LINES, found="3 lines"
        )
    return head


def parse_tree_head(text: bytes, where: str = "") -> TreeHead:
    """Read the text of a checkpoint of any log: a ``Checkpoint`` where it has the fourth line.

    Raises:
        FormatError: It is not the text of a checkpoint, or has other extension lines.
    """
    lines = text.split(b"\n")
    if len(lines) not in {4, 5} or lines[-1]:
        raise FormatError("not a checkpoint", where=where, expected=_LINES, found=f"{len(lines) - 1} lines")
    try:
        origin = check_origin(lines[0].decode("utf-8", "replace"))
    except InputError as error:
        raise error.as_(FormatError, where=where) from error
    size, root = parse_decimal(lines[1], where), parse_hash(lines[2], where)
    if size == 0 and root != EMPTY_ROOT:
        raise FormatError("an empty log has another root", where=where, expected=EMPTY_ROOT.hex(), found=root.hex())
    if len(lines) == 4:
        return TreeHead(origin, size, root)
    newest = parse_newest(lines[3], where)
    if newest.version > size:
        raise FormatError(
            "more trust roots than entries", where=where, expected=f"at most {size}", found=str(newest.version)
        )
    return Checkpoint(origin, size, root, newest)


def contradict(one: TreeHead, other: TreeHead) -> bool:
    """Say whether two checkpoints of one log name newest trust roots that cannot both be true, whatever the entries.

    Roots are only ever added, an entry each, so the larger log names as many or more, and no more than it has grown.
    """
    if not isinstance(one, Checkpoint) or not isinstance(other, Checkpoint):
        return False
    small, large = sorted((one, other), key=lambda head: head.size)
    more = large.newest.version - small.newest.version
    if more == 0:
        return large.newest != small.newest
    return not 0 < more <= large.size - small.size


def sign_checkpoint(checkpoint: Checkpoint, public: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """Sign a checkpoint under its origin as key name.

    The caller must never sign two checkpoints of one origin of which neither continues the other.

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
    """Verify a checkpoint of the log of one archive.

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
    parsed = parse_note(data, where)
    checkpoint = parse_checkpoint(parsed[0], where)
    _verify(parsed, checkpoint, verifiers, origin, where)
    return checkpoint


def open_tree_head(data: bytes, verifiers: Sequence[Verifier], origin: str, where: str = "") -> TreeHead:
    """Verify a checkpoint of any log in the same way; it may be of three lines."""
    parsed = parse_note(data, where)
    head = parse_tree_head(parsed[0], where)
    _verify(parsed, head, verifiers, origin, where)
    return head


def _verify(
    parsed: tuple[bytes, tuple[SignatureLine, ...]],
    head: TreeHead,
    verifiers: Sequence[Verifier],
    origin: str,
    where: str,
) -> None:
    """Verify a note that says ``head``, given as ``parse_note`` does, by the keys that count at its size."""
    text, lines = parsed
    note = verify_note(text, lines, _counting(lines, verifiers, head.size, where), where)
    if head.origin != origin:
        raise SignatureError("the checkpoint is of another log", where=where, expected=origin, found=head.origin)
    if origin not in note.signed_by:
        raise SignatureError(
            "the log itself did not sign the checkpoint",
            where=where,
            expected=origin,
            found=", ".join(note.signed_by),
        )


def _counting(lines: Sequence[SignatureLine], verifiers: Sequence[Verifier], size: int, where: str) -> list[Verifier]:
    """Give the keys that count at a size; a checkpoint that only other keys have signed is refused."""
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
    parsed = parse_note(data, where)
    checkpoint = parse_checkpoint(parsed[0], where)
    _verify(parsed, checkpoint, verifiers, origin, where)
    known = {(verifier.name, verifier.key_id) for verifier in verifiers if verifier.counts_at(checkpoint.size)}
    keys = [(line.name, line.key_id) for line in parsed[1]]
    if len(set(keys)) != len(keys) or not known.issuperset(keys):
        raise FormatError(
            "the checkpoint has a signature line too many", where=where, expected="one line by each log key that signed"
        )
    return checkpoint


_ONE_LINE = 93
"""Bytes at the end of a checkpoint: the base64 of key id and signature, and the newline."""


def is_expected(data: bytes, expected: Checkpoint, verifier: Verifier) -> bool:
    """Say whether a file is, byte for byte, the checkpoint that a log gives, signed by one key of the log alone.

    A yes is one of ``open_published`` and ``check_grown`` together: what is expected is written and compared, not read,
    and so takes half as long beside the signature.  A no says nothing.

    Args:
        data: The file.
        expected: What the log gives at this size.
        verifier: The key.
    """
    text = format_checkpoint(expected)
    if expected.newest.version > expected.size or text.count(b"\n") != _LINES_OF_TEXT:
        return False  # no checkpoint has such a text, whoever signed it
    if verifier.name != expected.origin or not verifier.counts_at(expected.size):
        return False
    try:
        signature = binascii.a2b_base64(data[-_ONE_LINE:-1])[len(verifier.key_id) :]
    except binascii.Error:
        return False
    line = SignatureLine(verifier.name, verifier.key_id, signature)
    return format_note(text, (line,)) == data and ed25519.verify(verifier.public, signature, text)


def check_grown(
    checkpoint: Checkpoint, expected: tuple[int, bytes, NamedRoot | None], where: str, *, hint: str = ""
) -> None:
    """Check that a log has grown from a checkpoint: its first entries are those that were signed.

    Args:
        checkpoint: Signed, as ``open_published`` gives it.
        expected: What the log gives: a size, the root hash of that many entries, and the newest trust root that they
            name; None where that is not known.
        where: What to call the checkpoint in errors.
        hint: What helps where the entries are others.

    Raises:
        ProofError: It is of other entries, or names another trust root than they do.
    """
    size, root, newest = expected
    if (checkpoint.size, checkpoint.root) != (size, root):
        raise ProofError(
            "the log did not grow from this checkpoint",
            where=where,
            expected=f"{say_entries(size)}, root {root.hex()}",
            found=f"{say_entries(checkpoint.size)}, root {checkpoint.root.hex()}",
            hint=hint,
        )
    if newest is not None and checkpoint.newest != newest:
        raise ProofError(
            "names another newest trust root than the entries do",
            where=where,
            expected=str(newest),
            found=str(checkpoint.newest),
            hint="signed with the log key over a false claim: keep the file, it proves that",
        )
