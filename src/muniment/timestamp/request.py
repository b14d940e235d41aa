"""Time stamp requests: made, and read back to the one form that this software makes (RFC 3161 section 2.4.1).

::

    TimeStampReq ::= SEQUENCE {
        version         INTEGER 1,
        messageImprint  SEQUENCE { SEQUENCE { OID sha256, NULL }, OCTET STRING },
        nonce           INTEGER,
        certReq         BOOLEAN TRUE }

There is no policy and no extension, so that the form is settled by two values and is the same bytes for the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from muniment.digest import sha256_hex
from muniment.errors import FormatError

NONCE_BITS = 64
MAX_REQUEST = 128
"""Largest request that is read, in bytes; ours have at most 70."""

# INTEGER 1; SEQUENCE { SEQUENCE { OID 2.16.840.1.101.3.4.2.1, NULL }, OCTET STRING of 32 bytes.
_HEAD = bytes.fromhex("020101 3031 300d 0609 608648016503040201 0500 0420")
_CERTIFICATES = bytes.fromhex("0101ff")  # BOOLEAN TRUE
_IMPRINT = slice(2 + len(_HEAD), 2 + len(_HEAD) + 32)


@dataclass(frozen=True, slots=True)
class TimestampRequest:
    """What is asked of an authority.

    Attributes:
        imprint: SHA-256 of the data, 32 bytes.
        nonce: Random, from 1 to 2^64-1: a response must repeat it, so that it cannot be an old one.
    """

    imprint: bytes
    nonce: int


def make_request(data: bytes, nonce: int) -> bytes:
    """Ask for a stamp of data, and for the certificates that it needs.

    Args:
        data: What is to be stamped.
        nonce: Random, from 1 to 2^64-1, another one each time.
    """
    return format_request(TimestampRequest(bytes.fromhex(sha256_hex(data)), nonce))


def format_request(request: TimestampRequest) -> bytes:
    """Give the bytes of a request, DER."""
    assert 0 < request.nonce < 1 << NONCE_BITS  # noqa: S101 - the caller's random number
    assert len(request.imprint) == 32  # noqa: S101 - a SHA-256
    nonce = request.nonce.to_bytes(request.nonce.bit_length() // 8 + 1, "big")
    body = _HEAD + request.imprint + bytes([0x02, len(nonce)]) + nonce + _CERTIFICATES
    return bytes([0x30, len(body)]) + body


def parse_request(data: bytes, *, where: str = "") -> TimestampRequest:
    """Read a request; the bytes must be those that ``format_request`` gives.

    Raises:
        FormatError: They are not.
    """
    nonce = data[_IMPRINT.stop + 2 : -len(_CERTIFICATES)]
    request = TimestampRequest(data[_IMPRINT], int.from_bytes(nonce, "big"))
    whole = len(data) <= MAX_REQUEST and len(request.imprint) == 32 and 0 < request.nonce < 1 << NONCE_BITS
    if not whole or format_request(request) != data:
        raise FormatError(
            "not a time stamp request of this software",
            where=where,
            expected="RFC 3161 with a SHA-256, a nonce of 64 bits, and certificates asked for",
        )
    return request
