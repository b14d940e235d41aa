"""How the C2SP formats write bytes and numbers as text: base64 and decimals, each value in one spelling.

Lenient decoders would give one note or checkpoint many spellings, and as many hashes.  What is read here
encodes again to the same bytes, or it is refused.
"""

from __future__ import annotations

import base64
import binascii
import re

from muniment.errors import FormatError
from muniment.log.merkle import HASH_SIZE

_DECIMAL = re.compile(rb"0|[1-9][0-9]{0,17}")


def decode_base64(text: bytes, where: str = "") -> bytes:
    """Decode base64 (RFC 4648 section 4, padded) in its one spelling.

    Raises:
        FormatError: It is not base64, or its unused bits are not zero.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        data = b""
    if base64.b64encode(data) != text:
        raise FormatError(
            "not base64 in its one spelling",
            where=where,
            expected="RFC 4648 section 4, padded, unused bits zero",
            found=ascii(text.decode("utf-8", "replace"))[:80],
        )
    return data


def parse_decimal(text: bytes, where: str = "") -> int:
    """Read a number from 0 and below 10**18: ASCII digits without a leading zero.

    Raises:
        FormatError: It is not such a number.
    """
    if not _DECIMAL.fullmatch(text):
        raise FormatError(
            "not a decimal number",
            where=where,
            expected="at most 18 digits, no leading zero",
            found=ascii(text.decode("utf-8", "replace"))[:80],
        )
    return int(text)


def parse_hash(text: bytes, where: str = "") -> bytes:
    """Read a hash: the base64 of 32 bytes.

    Raises:
        FormatError: It is not such a hash.
    """
    value = decode_base64(text, where)
    if len(value) != HASH_SIZE:
        raise FormatError(
            "a hash has the wrong length", where=where, expected=f"{HASH_SIZE} bytes", found=str(len(value))
        )
    return value


def say_entries(size: int) -> str:
    """Write how many entries a log has, for people: ``1 entry``, ``3 entries``."""
    return f"{size} entry" if size == 1 else f"{size} entries"


def say_place(index: int, size: int) -> str:
    """Write where an entry stands in a log, for people: an index counts from 0, so it is called one.

    Args:
        index: Of the entry, from 0.
        size: Of the log, under the checkpoint that is spoken of.
    """
    return f"log index {index}; the log has {say_entries(size)}"
