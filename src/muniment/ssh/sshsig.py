"""Detached SSH signatures (OpenSSH ``PROTOCOL.sshsig``), Ed25519 with SHA-512 only.

``str(x)`` is the length of x as four bytes, big-endian, then x.  Signed are the bytes ::

    "SSHSIG" str(namespace) str("") str("sha512") str(SHA-512 of the message)

and the signature is kept as ::

    "SSHSIG" 00000001 str(key blob) str(namespace) str("") str("sha512") str(signature blob)

170 bytes and the namespace, as base64 in lines of 70 characters between two marker lines, each line ended by
LF. The protocol text says 76; ssh-keygen wraps at 70, and so the file is what ``ssh-keygen -Y sign`` writes,
byte for byte.

ssh-keygen reads more than it writes: one long line, junk after the last line, a reserved field that is not
empty. Here a signature has one legal form, so its own hash can be logged: it is parsed, built again, and
compared.
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha512

from muniment.ed25519 import SIGNATURE_SIZE
from muniment.errors import FormatError, InputError, KeyRejectedError, SignatureError
from muniment.ssh.keys import PublicKey, SigningKey, parse_key_blob, verify_ed25519
from muniment.ssh.wire import format_base64, format_blob, format_string, parse_blob, take_strings

RECORD_NAMESPACE = "record@muniment"
"""What a signature over a record says it is for."""

ROOT_NAMESPACE = "root@muniment"
"""What a signature over a trust root says it is for."""

POSSESSION_NAMESPACE = "possession@muniment"
"""What a signature says it is for by which the holder of a record key shows that they have it."""

MAX_SIZE = 16 * 1024
"""Largest signature file that is read, in bytes.  One of ours takes some 300, of ML-DSA-44 some 6,000."""

_BEGIN = b"-----BEGIN SSH SIGNATURE-----\n"
_END = b"-----END SSH SIGNATURE-----\n"
_MAGIC = b"SSHSIG"
_VERSION = (1).to_bytes(4, "big")
_HASH = b"sha512"
_DIGEST_SIZE = 64
_CRLF_HINT = "line ends were converted: keep .sig files as binary"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature file holds.

    Attributes:
        public: The key it claims to be by.
        namespace: What it is for; printable ASCII, not empty.
        raw: The 64 bytes of RFC 8032 section 5.1.6.
    """

    public: PublicKey
    namespace: str
    raw: bytes


def signed_data(namespace: str, message: bytes) -> bytes:
    """The bytes that the Ed25519 signature is over (``PROTOCOL.sshsig`` section 3).

    Raises:
        InputError: The namespace is empty or not printable ASCII.
    """
    return _data_of(namespace, sha512(message).digest())


def _data_of(namespace: str, digest: bytes) -> bytes:
    return _before_digest(namespace) + digest


@lru_cache(16)
def _before_digest(namespace: str) -> bytes:
    if not _is_namespace(namespace):
        raise InputError("a signature's namespace must be printable ASCII", found=ascii(namespace))
    fields = (namespace.encode(), b"", _HASH, bytes(_DIGEST_SIZE))
    return (_MAGIC + b"".join(map(format_string, fields)))[:-_DIGEST_SIZE]


def sign(key: SigningKey, namespace: str, message: bytes) -> bytes:
    """Sign a message, and give the signature file that ``ssh-keygen -Y sign -n NAMESPACE`` would write.

    Raises:
        InputError: The namespace is empty or not printable ASCII.
    """
    return sign_digest(key, namespace, sha512(message).digest())


def sign_digest(key: SigningKey, namespace: str, digest: bytes) -> bytes:
    """Do as ``sign`` of a message whose SHA-512, 64 bytes, the caller has made."""
    return format_signature(Signature(key.public, namespace, key.sign(_data_of(namespace, digest))))


def verify(
    armored: bytes, namespace: str, message: bytes, *, where: str = "", sha512_of: bytes | None = None
) -> PublicKey:
    """Check a signature file over a message, and give the key it is by.

    Whether that key may sign is for the trust root to say.

    Args:
        armored: The signature file.
        namespace: What it must be for.
        message: What was signed.
        where: What to call the signature in an error.
        sha512_of: SHA-512 of the message, 64 bytes, where the caller has made it; None to make it here.

    Raises:
        SignatureError: It is not in its one legal form, is for another namespace, or does not verify.
    """
    signature = _parse(armored, namespace, where)
    signed = _data_of(namespace, sha512_of or sha512(message).digest())
    if not verify_ed25519(signature.public, signature.raw, signed):
        raise SignatureError(
            "the signature does not match the signed bytes",
            where=where,
            expected=f"a signature by {signature.public.fingerprint} over these {len(message)} bytes",
            hint="the signed file or its signature was changed",
        )
    return signature.public


def format_signature(signature: Signature) -> bytes:
    """Write a signature file."""
    return _format_armor(_format_envelope(signature))


def _format_envelope(signature: Signature) -> bytes:
    fields = (signature.public.blob, signature.namespace.encode(), b"", _HASH, format_blob(signature.raw))
    return _MAGIC + _VERSION + b"".join(map(format_string, fields))


def parse_signature(armored: bytes, *, where: str = "") -> Signature:
    """Read a signature file of any namespace; nothing is verified.

    Raises:
        SignatureError: It is not in its one legal form, or its type of key is not admitted.
    """
    return _parse(armored, None, where)


def _parse(armored: bytes, namespace: str | None, where: str) -> Signature:
    """Parse, rebuild, compare.  The first fault is the one that is named."""
    try:
        envelope = _parse_armor(armored)
        known = _parse_head(envelope[:-SIGNATURE_SIZE], namespace)
        if known is not None:
            return Signature(*known, envelope[-SIGNATURE_SIZE:])
        signature = _parse_envelope(envelope, namespace)
    except (FormatError, KeyRejectedError) as error:
        raise error.as_(SignatureError, where=where, hint=error.hint) from error
    if _format_envelope(signature) != envelope:
        raise SignatureError(
            "the signature is not in its one legal form",
            where=where,
            expected="the reserved field to be empty",
            hint="sign the file again",
        )
    return signature


@lru_cache(64)
def _parse_head(head: bytes, namespace: str | None) -> tuple[PublicKey, str] | None:
    """Read all that comes before the 64 bytes, the same in each signature by one key; None where it has a fault."""
    envelope = head + bytes(SIGNATURE_SIZE)
    try:
        signature = _parse_envelope(envelope, namespace)
    except (FormatError, KeyRejectedError):
        return None
    return (signature.public, signature.namespace) if _format_envelope(signature) == envelope else None


def _parse_envelope(envelope: bytes, namespace: str | None) -> Signature:
    head, rest = envelope[: len(_MAGIC)], envelope[len(_MAGIC) :]
    if head != _MAGIC or rest[:4] != _VERSION:
        raise FormatError("the signature is not SSHSIG version 1", found=f"0x{envelope[:10].hex()}")
    try:
        (key, named, _, digest, blob), rest = take_strings(rest[4:], 5)
    except FormatError as error:
        raise FormatError(f"the signature {error.what}") from error
    if rest:
        raise FormatError("the signature has bytes after its end", found=f"{len(rest)} bytes")
    purpose = named.decode("latin-1")
    if not _is_namespace(purpose) or (namespace is not None and purpose != namespace):
        raise FormatError(
            "the signature is for another purpose",
            expected=f"namespace {namespace or 'in printable ASCII'}",
            found=ascii(purpose[:60]),
        )
    if digest != _HASH:
        raise FormatError(
            "the signature uses another hash", expected="sha512", found=ascii(digest[:20].decode("latin-1"))
        )
    public = parse_key_blob(key)
    try:
        return Signature(public, purpose, parse_blob(blob, SIGNATURE_SIZE))
    except FormatError as error:
        raise error.as_(FormatError, what=f"the signature {error.what}", where="", hint=error.hint) from error


def _is_namespace(text: str) -> bool:
    return text != "" and text.isascii() and text.isprintable()


def _format_armor(envelope: bytes) -> bytes:
    return b"".join((_BEGIN, format_base64(envelope), _END))


def _parse_armor(armored: bytes) -> bytes:
    """Read the text form; only what `_format_armor` writes is taken."""
    if len(armored) > MAX_SIZE:
        raise FormatError(
            "the signature is too large to read",
            expected=f"at most {MAX_SIZE:,} bytes",
            found=f"{len(armored):,}",
        )
    body = armored.removeprefix(_BEGIN).removesuffix(_END).replace(b"\n", b"")
    try:
        envelope = binascii.a2b_base64(body, strict_mode=True)
    except binascii.Error:
        envelope = b""
    if _format_armor(envelope) != armored:
        raise FormatError(
            "the signature is not in the one form that ssh-keygen writes",
            expected="two marker lines, base64 in lines of 70 characters, LF after each, nothing else",
            hint=_CRLF_HINT if b"\r\n" in armored else "",
        )
    return envelope
