"""Signed notes: text signed by one or more keys (C2SP signed-note v1.0.0).

A note is a text that ends in a newline, an empty line, and signature lines::

    If you think cryptography is the answer to your problem,
    then you don't know what your problem is.

    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFup…C2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

A signature line is U+2014, a space, the key name, a space, and the base64 of a 4-byte key id and the
signature.  The signature is over the text with its last newline, without the empty line.  All is UTF-8; no
byte is below 0x20 but the newline.  Only Ed25519 signatures are verified; lines of other keys and types may
stand beside them.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muniment import ed25519
from muniment.errors import FormatError, InputError, KeyRejectedError, SignatureError
from muniment.log.encoding import decode_base64
from muniment.log.vkey import Verifier, format_vkey, is_key_name, make_verifier, parse_vkey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = [
    "MAX_NOTE",
    "MAX_SIGNATURES",
    "Note",
    "SignatureLine",
    "Verifier",
    "format_line",
    "format_note",
    "format_vkey",
    "make_verifier",
    "open_note",
    "parse_line",
    "parse_note",
    "parse_vkey",
    "sign_note",
    "verify_note",
]

MAX_NOTE = 64 * 1024  # bytes
MAX_SIGNATURES = 100  # lines; verifiers must accept at least 16

_DASH = "\u2014 ".encode()
_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature line of a note, of any type and by any key.

    Attributes:
        name: The key name.
        key_id: 4 bytes.
        signature: At least one byte; 64 for Ed25519.
    """

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note whose signatures were verified.

    Attributes:
        text: The signed bytes, with their last newline.
        signed_by: Names of the known keys that signed it, in the order of the lines, each once.
        lines: Every signature line, those of unknown keys too; not part of the comparison of two notes.
    """

    text: bytes
    signed_by: tuple[str, ...]
    lines: tuple[SignatureLine, ...] = field(default=(), compare=False)


def sign_note(text: bytes, name: str, public: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """Sign a text with one key.

    Args:
        text: UTF-8 that ends in a newline.
        name: The key name.
        public: The Ed25519 public key, 32 bytes.
        sign: Makes the Ed25519 signature, 64 bytes, of what it is given.

    Raises:
        InputError: The text cannot be that of a note.
        KeyRejectedError: The name is not allowed, the key is weak, or ``sign`` uses another key.
    """
    verifier = make_verifier(name, public)
    _check_text(text, SignatureLine(name, verifier.key_id, bytes(ed25519.SIGNATURE_SIZE)))
    signature = sign(text)
    if not ed25519.verify(public, signature, text):
        raise KeyRejectedError(
            "the private key is not the one of this public key",
            where=name,
            hint="sign with the log's own key",
        )
    return format_note(text, (SignatureLine(name, verifier.key_id, signature),))


def _check_text(text: bytes, line: SignatureLine) -> None:
    # Asked before signing, for a signature cannot be taken back: would the note be read as this text?
    try:
        parsed, _ = parse_note(format_note(text, (line,)))
    except FormatError as error:
        raise InputError(f"the text cannot be signed: {error.what}", found=error.found) from error
    if parsed != text:
        raise InputError("the text cannot be signed: it does not end in a newline")


def open_note(data: bytes, verifiers: Sequence[Verifier], where: str = "") -> Note:
    """Verify a note: by at least one known key, and by every known key that has a line in it.

    Args:
        data: The file.
        verifiers: The known keys.  Lines of other keys are ignored.
        where: What to name in an error.

    Raises:
        FormatError: It is not a note.
        SignatureError: No known key signed it, or a signature of a known key fails.
        KeyRejectedError: Two of the known keys share name and id.
    """
    text, lines = parse_note(data, where)
    return verify_note(text, lines, verifiers, where)


def verify_note(text: bytes, lines: tuple[SignatureLine, ...], verifiers: Sequence[Verifier], where: str = "") -> Note:
    """Verify what ``parse_note`` gave, as ``open_note`` does.

    Raises:
        SignatureError: No known key signed it, or a signature of a known key fails.
        KeyRejectedError: Two of the known keys share name and id.
    """
    known = _by_name_and_id(verifiers, where)
    signed_by: dict[str, None] = {}
    for line in lines:
        verifier = known.get((line.name, line.key_id))
        if verifier is None:
            continue
        if not ed25519.verify(verifier.public, line.signature, text):
            raise SignatureError("the signature does not verify", where=where, expected=f"a signature by {line.name}")
        signed_by[line.name] = None
    if not signed_by:
        raise SignatureError(
            "signed by no known key",
            where=where,
            expected=_names(verifiers) or "a known key",
            found=_names(lines),
        )
    return Note(text, tuple(signed_by), lines)


def _by_name_and_id(verifiers: Sequence[Verifier], where: str) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_id), verifier) != verifier:
            raise KeyRejectedError(
                "two known keys share name and id", where=where, found=_names([verifier]), hint="keep one"
            )
    return known


def _names(keys: Iterable[Verifier | SignatureLine]) -> str:
    # A note may have a hundred lines by strangers; the error stays one line.
    return ", ".join(ascii(f"{key.name}+{key.key_id.hex()}")[1:-1] for key in keys)[:200]


def format_note(text: bytes, lines: Sequence[SignatureLine]) -> bytes:
    """Write a note from its text, which ends in a newline, and its signature lines."""
    return text + b"\n" + b"".join(format_line(line) for line in lines)


def format_line(line: SignatureLine) -> bytes:
    """Write one signature line, with its newline."""
    return _DASH + line.name.encode() + b" " + base64.b64encode(line.key_id + line.signature) + b"\n"


def parse_note(data: bytes, where: str = "") -> tuple[bytes, tuple[SignatureLine, ...]]:
    """Take a note apart, without verifying anything: its text and its signature lines.

    Raises:
        FormatError: It is too large, not UTF-8, has control characters, or a line that is no signature line.
    """
    if len(data) > MAX_NOTE:
        raise FormatError(
            "the note is too large", where=where, expected=f"at most {MAX_NOTE} bytes", found=str(len(data))
        )
    _check_characters(data, where)
    end = data.rfind(b"\n\n") + 1  # the text may have empty lines; the last one ends it
    if end == 0 or not data.endswith(b"\n"):
        raise FormatError(
            "not a signed note",
            where=where,
            expected="a text, an empty line, and signature lines, each with its newline",
        )
    lines = data[end + 1 :].split(b"\n")[:-1]
    if not 1 <= len(lines) <= MAX_SIGNATURES:
        raise FormatError(
            "a note must be signed",
            where=where,
            expected=f"1 to {MAX_SIGNATURES} signature lines",
            found=str(len(lines)),
        )
    return data[:end], tuple(parse_line(line, where) for line in lines)


def _check_characters(data: bytes, where: str) -> None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise FormatError("the note is not UTF-8", where=where, found=f"byte {error.start}") from error
    control = _CONTROL.search(data)
    if control:
        raise FormatError("the note has a control character", where=where, found=f"byte {control.start()}")


def parse_line(line: bytes, where: str = "") -> SignatureLine:
    """Read one signature line, given without its newline.

    Raises:
        FormatError: It is not a signature line, or not in its one spelling.
    """
    name, _, encoded = line.removeprefix(_DASH).decode().partition(" ")
    if line.startswith(_DASH) and is_key_name(name):
        blob = decode_base64(encoded.encode(), where)
        if len(blob) > 4:
            return SignatureLine(name, blob[:4], blob[4:])
    raise FormatError(
        "not a signature line", where=where, expected="'\u2014 NAME BASE64'", found=ascii(line.decode())[:80]
    )
