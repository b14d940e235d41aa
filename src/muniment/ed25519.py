"""Ed25519 public keys that may be trusted, and the check of a signature (RFC 8032).

A public key is 32 bytes: the y coordinate of a curve point, little-endian in 255 bits, then one bit for the
sign of x.  RFC 8032 section 5.1.7 does not oblige a verifier to refuse points of small order, and common
libraries do not.  With such a key a signature says nothing: under the key ``01 00…00`` the signature ``01
00…00`` followed by 32 zero bytes is good for *every* message, in ``cryptography`` and in ``ssh-keygen``
alike.  So a key is judged twice, when it is admitted and when it is used.

A key passes when it is 32 bytes, its y is below the field prime p = 2^255 - 19, and it is none of the
encodings below.  A key that is no point of the curve passes too, because no signature verifies under it.  A
point of large order with a part of small order cannot be told apart cheaply, and does no harm where keys are
pinned.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from muniment.errors import KeyRejectedError

KEY_SIZE = 32
"""Bytes of a public key (RFC 8032 section 5.1.5)."""

SIGNATURE_SIZE = 64
"""Bytes of a signature (RFC 8032 section 5.1.6)."""

_FIELD_PRIME = 2**255 - 19
_Y_MASK = 2**255 - 1

# The curve has 8 points whose order divides the cofactor 8.  They have five y: 1 (order 1), -1 (order 2), 0
# (two points of order 4) and y8, -y8 (four points of order 8).  Each y is written with either sign bit, also
# where x = 0 has no sign, and y = 0 and y = 1 a second time as y + p, which still fits 255 bits: 2 * (5 + 2)
# = 14 strings that a lenient decoder accepts.
SMALL_ORDER: frozenset[bytes] = frozenset(
    bytes.fromhex(encoding)
    for encoding in (
        "0100000000000000000000000000000000000000000000000000000000000000",  # y = 1
        "0100000000000000000000000000000000000000000000000000000000000080",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # y = 1 + p
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # y = -1
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0000000000000000000000000000000000000000000000000000000000000000",  # y = 0
        "0000000000000000000000000000000000000000000000000000000000000080",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # y = 0 + p
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",  # y = y8
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",  # y = -y8
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    )
)
"""Every 32-byte string that decodes to a point of small order."""


def admit(public: bytes, *, where: str = "") -> bytes:
    """Judge a public key before it is trusted, and give it back.

    Args:
        public: The 32 bytes of RFC 8032 section 5.1.5.
        where: What the key was read from, for the error.

    Raises:
        KeyRejectedError: The key is not 32 bytes, its y is not below p, or it is a point of small order.
    """
    fault = _fault(public)
    if fault:
        raise KeyRejectedError(
            f"the Ed25519 public key {fault}",
            where=where,
            expected="32 bytes that encode a point of large order (RFC 8032 section 5.1.5)",
            found=f"{len(public)} bytes" if len(public) != KEY_SIZE else public.hex(),
            hint="use a key made by ssh-keygen -t ed25519",
        )
    return public


def verify(public: bytes, signature: bytes, data: bytes) -> bool:
    """Say whether the 64-byte signature is by the 32-byte key over the data (RFC 8032 section 5.1.7).

    Keys that `admit` refuses verify nothing.  Input of a wrong length is False, never an exception.
    """
    key = _usable(public) if len(signature) == SIGNATURE_SIZE else None
    if key is None:
        return False
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


# An archive has a few keys, and thousands of signatures by each.
@lru_cache(64)
def _usable(public: bytes) -> Ed25519PublicKey | None:
    """Give the key that 32 bytes are; None where something bars it from use."""
    return None if _fault(public) else Ed25519PublicKey.from_public_bytes(public)


def _fault(public: bytes) -> str:
    """Name what bars a key from use, as the rest of a sentence; empty if nothing does."""
    if len(public) != KEY_SIZE:
        return "has the wrong length"
    if public in SMALL_ORDER:
        return "is a point of small order, under which a signature proves nothing"
    if int.from_bytes(public, "little") & _Y_MASK >= _FIELD_PRIME:
        return "is not in its one canonical form (y is not below 2^255 - 19)"
    return ""
