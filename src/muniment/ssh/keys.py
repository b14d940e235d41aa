"""Ed25519 keys as people hold them: a public line, a fingerprint, a private key file.

A public key is written ``ssh-ed25519 AAAA… comment`` (the file ``.pub`` of ssh-keygen) and called by its
fingerprint ``SHA256:`` and 43 characters of base64, the SHA-256 of the key blob, as ``ssh-keygen -l`` prints
it.  Keys of other types, and Ed25519 keys that prove nothing, are refused with the reason.
"""

from __future__ import annotations

import binascii
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muniment import ed25519
from muniment.errors import FormatError, KeyRejectedError
from muniment.ssh.openssh_key import PassphraseNeededError, format_openssh_key, parse_openssh_key
from muniment.ssh.wire import ED25519, format_blob, parse_blob

__all__ = [
    "PassphraseNeededError",
    "PrivateKey",
    "PublicKey",
    "SigningKey",
    "admit",
    "blob_fingerprint",
    "fingerprint_file_name",
    "format_private_key",
    "format_public_key",
    "generate_key",
    "load_private_key",
    "parse_key_blob",
    "parse_public_key",
    "verify_ed25519",
]

MAX_LINE = 16 * 1024
"""Longest public key line that is read, in characters; that of an RSA key with 16,384 bits fits."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key that has been admitted: there is no value of this type for a key that proves nothing.

    Attributes:
        raw: The 32 bytes of RFC 8032 section 5.1.5.
    """

    raw: bytes

    def __post_init__(self) -> None:
        ed25519.admit(self.raw)

    @property
    def blob(self) -> bytes:
        """The key in the binary form of SSH, 51 bytes (RFC 8709 section 4)."""
        return format_blob(self.raw)

    @property
    def line(self) -> str:
        """The key as one line without a comment: ``ssh-ed25519 AAAA…``."""
        return f"{ED25519.decode()} {b64encode(self.blob).decode()}"

    @property
    def fingerprint(self) -> str:
        """What ``ssh-keygen -l`` prints: ``SHA256:`` and 43 characters of base64."""
        return blob_fingerprint(self.blob)


class SigningKey(Protocol):
    """Whatever can sign for a public key: a private key in memory, an agent, a device."""

    @property
    def public(self) -> PublicKey:
        """The key that checks what this one signs."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Give the 64-byte signature over the data (RFC 8032 section 5.1.6)."""
        ...


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key in memory.  Only its public half is ever shown."""

    public: PublicKey
    secret: Ed25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def from_seed(cls, seed: bytes) -> PrivateKey:
        """Take the 32 bytes of RFC 8032 section 5.1.5 that a private key is."""
        secret = Ed25519PrivateKey.from_private_bytes(seed)
        return cls(PublicKey(secret.public_key().public_bytes_raw()), secret)

    def sign(self, data: bytes) -> bytes:
        """Give the 64-byte signature over the data; the same data gives the same signature."""
        return self.secret.sign(data)


def generate_key() -> PrivateKey:
    """Make a new key from the randomness of the system."""
    return PrivateKey.from_seed(Ed25519PrivateKey.generate().private_bytes_raw())


def admit(raw: bytes, *, where: str = "") -> PublicKey:
    """Judge 32 bytes before they are trusted as a public key.

    Raises:
        KeyRejectedError: The length is wrong, the form not canonical, or the point of small order.
    """
    return PublicKey(ed25519.admit(raw, where=where))


def verify_ed25519(key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Say whether the 64 bytes are the key's signature over the data (RFC 8032 section 5.1.7)."""
    return ed25519.verify(key.raw, signature, data)


@lru_cache(64)
def blob_fingerprint(blob: bytes) -> str:
    """The fingerprint of a key of any type, given in the binary form of SSH: ``SHA256:`` and 43 characters."""
    return "SHA256:" + b64encode(sha256(blob).digest()).decode().rstrip("=")


def fingerprint_file_name(key: PublicKey) -> str:
    """The fingerprint for a file name: 43 characters of base64url (RFC 4648 section 5), no ``SHA256:``."""
    return urlsafe_b64encode(sha256(key.blob).digest()).decode().rstrip("=")


def format_public_key(key: PublicKey, comment: str) -> str:
    """Write the line of a ``.pub`` file, without the line end.

    Raises:
        KeyRejectedError: The comment holds a control character, a line break above all.
    """
    _check_comment(comment)
    return f"{key.line} {comment}" if comment else key.line


def parse_public_key(line: str, *, where: str = "") -> PublicKey:
    """Read ``ssh-ed25519 AAAA… [comment]``, with or without a line end; the comment is not looked at.

    Raises:
        KeyRejectedError: Another type, a private key, more than one line, base64 not in its one form, or a
        key that
            `admit` refuses.
    """
    text = line.removesuffix("\n").removesuffix("\r")
    parts = text.split(" ", 2)
    if "PRIVATE KEY" in text:
        raise KeyRejectedError(
            "this is a private key",
            where=where,
            expected="a public key",
            hint="give the file that ends in .pub",
        )
    if len(parts) < 2 or "" in parts[:2] or len(text) > MAX_LINE or "\n" in text or "\r" in text:
        raise KeyRejectedError("this is no public key", where=where, expected="one line: ssh-ed25519 AAAA… comment")
    key = parse_key_blob(_parse_base64(parts[1], where), where=where)
    if parts[0] != ED25519.decode():
        raise KeyRejectedError("the public key does not have the type that stands before it", where=where)
    return key


# As in ``ed25519``: a few keys, each in thousands of signatures.
@lru_cache(64)
def parse_key_blob(blob: bytes, *, where: str = "") -> PublicKey:
    """Read a key in the binary form of SSH, 51 bytes (RFC 8709 section 4).

    Raises:
        KeyRejectedError: Another type, trailing bytes, or a key that `admit` refuses.
    """
    try:
        raw = parse_blob(blob, ed25519.KEY_SIZE)
    except FormatError as error:
        raise error.as_(KeyRejectedError, what=f"the public key {error.what}", where=where, hint=error.hint) from error
    return admit(raw, where=where)


def _check_comment(comment: str) -> None:
    if not comment.isprintable():
        raise KeyRejectedError("a key's comment must be plain text on one line", found=ascii(comment[:60]))


def _parse_base64(text: str, where: str) -> bytes:
    """Decode the one base64 form of some bytes: RFC 4648 section 4, padded, no stray bits (section 3.5)."""
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        data = b""
    if b64encode(data).decode() != text:
        raise KeyRejectedError("the public key is not base64 in its one form", where=where)
    return data


def format_private_key(key: PrivateKey, *, comment: str, passphrase: bytes | None = None) -> bytes:
    """Write the file that ssh-keygen would: OpenSSH format, to be stored with mode 0600.

    Args:
        key: The key.
        comment: Kept inside the file; ssh-keygen shows it.
        passphrase: Locks the file (bcrypt, AES-256-CTR); None leaves it open.

    Raises:
        KeyRejectedError: The comment is not on one line, or the passphrase is empty.
    """
    if passphrase == b"":
        raise KeyRejectedError("an empty passphrase locks nothing", hint="give none, or a longer one")
    _check_comment(comment)
    return format_openssh_key(key.secret.private_bytes_raw(), key.public.raw, comment, passphrase)


def load_private_key(data: bytes, *, passphrase: bytes | None = None, where: str = "") -> PrivateKey:
    """Read an Ed25519 private key file in OpenSSH format.  A passphrase that is not needed is ignored.

    Raises:
        PassphraseNeededError: The file is locked and no passphrase was given.
        KeyRejectedError: No such file, another type or format, a wrong passphrase, or damage.
    """
    return PrivateKey.from_seed(parse_openssh_key(data, passphrase, where))
