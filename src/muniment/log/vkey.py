"""Verifier keys: the public keys that notes are verified with (C2SP signed-note v1.0.0).

A key is known by its name and its id together.  The id is the first 4 bytes of ``SHA-256(name | 0x0A | type |
key)``; type 0x01 is Ed25519, the only one used here.  As text a key is a *vkey*, ``NAME+ID+KEY``: the id as 8
lower-case hex digits, the key as base64 of its type byte and its 32 bytes::

    PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from muniment import ed25519
from muniment.errors import FormatError, KeyRejectedError
from muniment.log.encoding import decode_base64

ED25519_TYPE = b"\x01"

_KEY_ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key that notes are verified with; made by ``make_verifier`` or ``parse_vkey``, which check it.

    Attributes:
        name: The key name.
        key_id: 4 bytes.
        public: The Ed25519 public key, 32 bytes.
    """

    name: str
    key_id: bytes
    public: bytes

    def counts_at(self, size: int) -> bool:  # noqa: ARG002 - for keys that count in a part of the log only
        """Say whether a checkpoint of this size may be signed with the key; with a plain key, always."""
        return True


@dataclass(frozen=True, slots=True)
class LogVerifier(Verifier):
    """A key of the log itself, which counts for a range of its entries.

    Attributes:
        first_index: From 0.
        last_index: Itself included; None while the key is in use.
    """

    first_index: int
    last_index: int | None

    def counts_at(self, size: int) -> bool:
        """Say whether the key covers the last entry of a checkpoint of this size."""
        return self.first_index < size and (self.last_index is None or size <= self.last_index + 1)


def make_verifier(name: str, public: bytes, where: str = "") -> Verifier:
    """Make the verifier for a key name and an Ed25519 public key of 32 bytes.

    Raises:
        KeyRejectedError: The name is not allowed, or the key is weak.
    """
    if not is_key_name(name):
        raise KeyRejectedError(
            "not a key name",
            where=where,
            expected="a name without blanks, control characters and '+'",
            found=ascii(name)[:80],
        )
    ed25519.admit(public, where=where)
    digest = hashlib.sha256(name.encode() + b"\n" + ED25519_TYPE + public).digest()
    return Verifier(name, digest[:4], public)


def is_key_name(name: str) -> bool:
    """Tell whether a key may have this name: not empty, no blank or control character, no ``+``."""
    # Lone surrogates cannot be written as UTF-8; isspace() covers the blanks of Unicode.
    return bool(name) and not any(c.isspace() or c < " " or c == "+" or "\ud800" <= c <= "\udfff" for c in name)


def format_vkey(name: str, public: bytes) -> str:
    """Write a public key as a vkey.

    Raises:
        KeyRejectedError: The name is not allowed, or the key is weak.
    """
    verifier = make_verifier(name, public)
    return f"{name}+{verifier.key_id.hex()}+{base64.b64encode(ED25519_TYPE + public).decode()}"


def parse_vkey(text: str, where: str = "") -> Verifier:
    """Read a vkey and admit its key.

    Raises:
        KeyRejectedError: It is ill-formed, of another type, weak, or its id is not that of the key.
    """
    name, *rest = text.split("+", 2)  # base64 may hold '+' too
    if len(rest) != 2 or not _KEY_ID.fullmatch(rest[0]):
        raise KeyRejectedError("not a verifier key", where=where, expected="NAME+ID+KEY", found=ascii(text)[:80])
    try:
        key = decode_base64(rest[1].encode("utf-8", "replace"), where)
    except FormatError as error:
        raise KeyRejectedError(error.what, where=where, expected=error.expected, found=error.found) from error
    if key[:1] != ED25519_TYPE:
        raise KeyRejectedError(
            "the key is of another type", where=where, expected="Ed25519, type 01", found=key[:1].hex()
        )
    verifier = make_verifier(name, key[1:], where)
    if verifier.key_id.hex() != rest[0]:
        raise KeyRejectedError(
            "the key id is not that of the key", where=where, expected=verifier.key_id.hex(), found=rest[0]
        )
    return verifier
