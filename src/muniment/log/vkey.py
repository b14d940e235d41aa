"""Verifier keys: the public keys that notes are verified with (C2SP signed-note v1.0.0).

A key is known by its name and its id together.  The id is the first 4 bytes of ``SHA-256(name | 0x0A | type |
key)``.  As text a key is a *vkey*, ``NAME+ID+KEY``: the id as 8 lower-case hex digits, the key as base64 of its type
byte and its 32 bytes::

    PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW

The type says what is signed.  Type 0x01, a ``Verifier``, signs the text of a note: so does a log.  Type 0x04, a
``Cosigner``, signs a time and a checkpoint: so does a witness (C2SP tlog-cosignature).  Both are Ed25519; they are two
kinds of value, so that neither is taken for the other.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from muniment import ed25519
from muniment.errors import FormatError, KeyRejectedError
from muniment.log.encoding import decode_base64

ED25519_TYPE = b"\x01"
"""Ed25519 over the text of a note (C2SP signed-note)."""

COSIGNATURE_TYPE = b"\x04"
"""Ed25519 over a time and a checkpoint (C2SP tlog-cosignature)."""

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


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A key that cosignatures are verified with; made by ``make_cosigner`` or ``parse_cosigner``, which check it.

    Attributes:
        name: The key name, which says who the witness is.
        key_id: 4 bytes.
        public: The Ed25519 public key, 32 bytes.
    """

    name: str
    key_id: bytes
    public: bytes

    @property
    def vkey(self) -> str:
        """The key as text."""
        return _format(self.name, self.key_id, COSIGNATURE_TYPE, self.public)


def make_verifier(name: str, public: bytes, where: str = "") -> Verifier:
    """Make the verifier for a key name and an Ed25519 public key of 32 bytes.

    Raises:
        KeyRejectedError: The name is not allowed, or the key is weak.
    """
    return Verifier(name, _key_id(name, ED25519_TYPE, public, where), public)


def make_cosigner(name: str, public: bytes, where: str = "") -> Cosigner:
    """Make the cosigner for a key name and an Ed25519 public key of 32 bytes.

    Raises:
        KeyRejectedError: The name is not allowed, or the key is weak.
    """
    return Cosigner(name, _key_id(name, COSIGNATURE_TYPE, public, where), public)


def _key_id(name: str, kind: bytes, public: bytes, where: str) -> bytes:
    """Admit a name and a key, and give the id of both."""
    if not is_key_name(name):
        raise KeyRejectedError(
            "not a key name",
            where=where,
            expected="a name without blanks, control characters and '+'",
            found=ascii(name)[:80],
        )
    ed25519.admit(public, where=where)
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]


@lru_cache(64)
def is_key_name(name: str) -> bool:
    """Tell whether a key may have this name: not empty, no blank or control character, no ``+``."""
    # Lone surrogates cannot be written as UTF-8; isspace() covers the blanks of Unicode.
    return bool(name) and not any(c.isspace() or c < " " or c == "+" or "\ud800" <= c <= "\udfff" for c in name)


def format_vkey(name: str, public: bytes) -> str:
    """Write the public key of a ``Verifier`` as a vkey.

    Raises:
        KeyRejectedError: The name is not allowed, or the key is weak.
    """
    return _format(name, make_verifier(name, public).key_id, ED25519_TYPE, public)


def _format(name: str, key_id: bytes, kind: bytes, public: bytes) -> str:
    return f"{name}+{key_id.hex()}+{base64.b64encode(kind + public).decode()}"


def parse_vkey(text: str, where: str = "") -> Verifier:
    """Read the vkey of a ``Verifier``, type 0x01, and admit its key.

    Raises:
        KeyRejectedError: It is ill-formed, of another type, weak, or its id is not that of the key.
    """
    name, key_id, public = _parse(text, ED25519_TYPE, "Ed25519, type 01", where)
    verifier = make_verifier(name, public, where)
    _check_id(verifier.key_id, key_id, where)
    return verifier


def parse_cosigner(text: str, where: str = "") -> Cosigner:
    """Read the vkey of a ``Cosigner``, type 0x04, and admit its key.

    Raises:
        KeyRejectedError: As ``parse_vkey``.
    """
    name, key_id, public = _parse(text, COSIGNATURE_TYPE, "an Ed25519 cosignature key, type 04", where)
    cosigner = make_cosigner(name, public, where)
    _check_id(cosigner.key_id, key_id, where)
    return cosigner


def _parse(text: str, kind: bytes, expected: str, where: str) -> tuple[str, str, bytes]:
    """Take a vkey of one type apart: name, id as it stands there, key."""
    name, *rest = text.split("+", 2)  # base64 may hold '+' too
    if len(rest) != 2 or not _KEY_ID.fullmatch(rest[0]):
        raise KeyRejectedError("not a verifier key", where=where, expected="NAME+ID+KEY", found=ascii(text)[:80])
    try:
        key = decode_base64(rest[1].encode("utf-8", "replace"), where)
    except FormatError as error:
        raise error.as_(KeyRejectedError, where=where) from error
    if key[:1] != kind:
        raise KeyRejectedError("the key is of another type", where=where, expected=expected, found=key[:1].hex())
    return name, rest[0], key[1:]


def _check_id(key_id: bytes, found: str, where: str) -> None:
    if key_id.hex() != found:
        raise KeyRejectedError("the key id is not that of the key", where=where, expected=key_id.hex(), found=found)
