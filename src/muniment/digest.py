"""Names for bytes: SHA-256 and SHA-512 digests and the texts that carry them.

A digest travels through the code as lower-case hex.  In records it is written ``sha256:<64 hex>``; as a URI
it is an RFC 6920 ``ni:`` name.
"""

from __future__ import annotations

import base64
import hashlib
import re

from muniment.errors import FormatError

_PREFIX = "sha256:"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def sha256_hex(data: bytes) -> str:
    """SHA-256 (FIPS 180-4) of ``data`` as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def sha512_hex(data: bytes) -> str:
    """SHA-512 (FIPS 180-4) of ``data`` as 128 lower-case hex digits."""
    return hashlib.sha512(data).hexdigest()


def format_digest(hex: str) -> str:  # noqa: A002 - the natural word; the builtin hex() is not used here
    """Write 64 lower-case hex digits as ``sha256:<64 hex>``."""
    return _PREFIX + hex


def parse_digest(text: str, where: str = "") -> str:
    """Read ``sha256:<64 hex>`` and give the hex.

    Raises:
        FormatError: The text is anything else: another algorithm, upper case, too short, a blank too many.
    """
    if _DIGEST.fullmatch(text) is None:
        raise FormatError(
            "not a digest",
            where=where,
            expected="sha256: and 64 lower-case hex digits",
            found=_shorten(text),
        )
    return text[len(_PREFIX) :]


def ni_uri(hex: str) -> str:  # noqa: A002 - as in format_digest
    """Name a SHA-256 digest by an RFC 6920 section 3 URI, ``ni:///sha-256;<base64url without padding>``."""
    value = base64.urlsafe_b64encode(bytes.fromhex(hex)).rstrip(b"=").decode("ascii")
    return f"ni:///sha-256;{value}"


def _shorten(text: str) -> str:
    """Quote hostile text for a message: escaped, at most 80 characters of it."""
    return repr(text if len(text) <= 80 else text[:79] + "…")
