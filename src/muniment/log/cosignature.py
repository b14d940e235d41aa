"""Cosignatures: a witness says that it saw a log grow to a checkpoint (C2SP tlog-cosignature, Ed25519, type 0x04).

A cosignature is one signature line of a note::

    — witness.example.org/anna jWbPPwAAAABkGFDLEZMHwSRaJNiI…nqhf5nNo0xUe+mbIUBkBIfZ+qnA==

Behind the 4-byte key id stand the time, 8 bytes, big-endian, in seconds since 1970, and 64 bytes of Ed25519
signature.  What is signed is not the checkpoint alone::

    cosignature/v1
    time 1679315147
    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

It says: at this time, this was the largest checkpoint of this log that the witness had seen, and every one before it
is the beginning of it.  The name of the witness is not signed, so one key must not have two names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from muniment import ed25519
from muniment.errors import FormatError, InputError, KeyRejectedError, SignatureError
from muniment.log.note import MAX_NOTE, MAX_SIGNATURES, SignatureLine, format_line, parse_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from muniment.log.vkey import Cosigner

MAX_TIME = 253402300799
"""The last second of the year 9999.  The specification ends at 2^63 - 1; no witness signs after the year 9999 yet."""

_TIME_SIZE = 8
_PAYLOAD = _TIME_SIZE + ed25519.SIGNATURE_SIZE


@dataclass(frozen=True, slots=True)
class Cosignature:
    """One cosignature.

    Attributes:
        name: Name of the witness.
        key_id: 4 bytes.
        time: Seconds since 1970 in UTC, 0 to ``MAX_TIME``; as claimed by the witness.
        signature: The Ed25519 signature, 64 bytes.
    """

    name: str
    key_id: bytes
    time: int
    signature: bytes

    @property
    def moment(self) -> str:
        """The time in RFC 3339, UTC, to the second."""
        return f"{datetime.fromtimestamp(self.time, UTC).isoformat()[:19]}Z"


def format_cosignature(cosignature: Cosignature) -> bytes:
    """Write the signature line, with its newline."""
    payload = cosignature.time.to_bytes(_TIME_SIZE, "big") + cosignature.signature
    return format_line(SignatureLine(cosignature.name, cosignature.key_id, payload))


def parse_cosignature(data: bytes, where: str = "") -> Cosignature:
    """Read exactly one signature line, with its newline.

    Raises:
        FormatError: It is no signature line in its one spelling, or not one with a time and an Ed25519 signature.
    """
    line = data.removesuffix(b"\n")
    if len(data) > MAX_NOTE or line == data or b"\n" in line:
        raise FormatError("not one signature line", where=where, expected="'\u2014 NAME BASE64' and a newline")
    try:
        line.decode()
    except UnicodeDecodeError as error:
        raise FormatError("the line is not UTF-8", where=where, found=f"byte {error.start}") from error
    return read_cosignature(parse_line(line, where), where)


def read_cosignature(line: SignatureLine, where: str = "") -> Cosignature:
    """Read the time and the signature of a signature line.

    Raises:
        FormatError: It has another length, or its time is after the year 9999.
    """
    if len(line.signature) != _PAYLOAD:
        raise FormatError(
            "not an Ed25519 cosignature",
            where=where,
            expected=f"{_PAYLOAD} bytes: a time and a signature",
            found=f"{len(line.signature)} bytes",
        )
    time = int.from_bytes(line.signature[:_TIME_SIZE], "big")
    if time > MAX_TIME:
        raise FormatError("the time of the cosignature is too late", where=where, expected="a year up to 9999")
    return Cosignature(line.name, line.key_id, time, line.signature[_TIME_SIZE:])


def parse_reply(data: bytes, where: str = "") -> tuple[SignatureLine, ...]:
    """Read what a witness answers: signature lines, of any type and by any key (C2SP tlog-witness).

    Raises:
        FormatError: It is too large, not UTF-8, or has a line that is no signature line.
    """
    lines = data.split(b"\n")
    if len(data) > MAX_NOTE or not 2 <= len(lines) <= MAX_SIGNATURES + 1 or lines[-1]:
        expected = f"1 to {MAX_SIGNATURES} signature lines, each with its newline"
        raise FormatError("not a witness's reply", where=where, expected=expected)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise FormatError("the reply is not UTF-8", where=where, found=f"byte {error.start}") from error
    return tuple(parse_line(line, where) for line in lines[:-1])


def cosigned_message(text: bytes, time: int) -> bytes:
    """Give the bytes that a cosignature signs: two lines, and the whole text of the checkpoint."""
    return b"cosignature/v1\ntime %d\n" % time + text


def cosign(text: bytes, cosigner: Cosigner, time: int, sign: Callable[[bytes], bytes]) -> Cosignature:
    """Cosign the text of a checkpoint.  Whether it may be cosigned is the rule of ``muniment.log.witness``.

    Args:
        text: The text of the checkpoint, with its last newline.
        cosigner: The witness.
        time: Seconds since 1970 in UTC.
        sign: Makes the Ed25519 signature, 64 bytes, of what it is given.

    Raises:
        InputError: The time is before 1970 or after the year 9999.
        KeyRejectedError: ``sign`` uses another key.
    """
    if not 0 <= time <= MAX_TIME:
        raise InputError("not a time to cosign at", expected=f"0 to {MAX_TIME} seconds", found=str(time))
    message = cosigned_message(text, time)
    signature = sign(message)
    if not ed25519.verify(cosigner.public, signature, message):
        raise KeyRejectedError(
            "the private key is not the one of this witness", where=cosigner.name, hint="name the key of the witness"
        )
    return Cosignature(cosigner.name, cosigner.key_id, time, signature)


def verify_cosignature(cosignature: Cosignature, text: bytes, cosigner: Cosigner, where: str = "") -> None:
    """Check a cosignature by a witness over the text of a checkpoint.

    Raises:
        SignatureError: It is by another key, or does not verify.
    """
    if (cosignature.name, cosignature.key_id) != (cosigner.name, cosigner.key_id):
        raise SignatureError(
            "the cosignature is by another witness",
            where=where,
            expected=f"{cosigner.name}+{cosigner.key_id.hex()}",
            found=ascii(f"{cosignature.name}+{cosignature.key_id.hex()}")[1:-1][:200],
        )
    if not ed25519.verify(cosigner.public, cosignature.signature, cosigned_message(text, cosignature.time)):
        raise SignatureError(
            "the cosignature does not verify", where=where, expected=f"a cosignature by {cosigner.name}"
        )
