"""The binary form of SSH keys and signatures: strings (RFC 4251 section 5) and Ed25519 blobs (RFC 8709).

A string is its length as four bytes, big-endian, then its bytes.  A key blob is the string ``ssh-ed25519``
and the 32-byte key as a string (section 4 of RFC 8709), 51 bytes; a signature blob the same with the 64-byte
signature (section 6), 83 bytes.  Every other type is refused with the reason.
"""

from __future__ import annotations

import binascii

from muniment.errors import FormatError

ED25519 = b"ssh-ed25519"
"""The one type of key and of signature that is admitted."""

_RSA = ("RSA", "it has many key sizes and paddings, and an archive fixes one algorithm")
_ECDSA = ("ECDSA", "its signatures are randomised, so one file would have many good ones")
_COUNTER = "it signs a counter along with the words, so one file would have many good signatures"
_REFUSED = {
    b"ssh-rsa": _RSA,
    b"rsa-sha2-256": _RSA,
    b"rsa-sha2-512": _RSA,
    b"ssh-dss": ("DSA", "it is withdrawn"),
    b"ecdsa-sha2-nistp256": _ECDSA,
    b"ecdsa-sha2-nistp384": _ECDSA,
    b"ecdsa-sha2-nistp521": _ECDSA,
    b"sk-ssh-ed25519@openssh.com": ("Ed25519 on a security key", _COUNTER),
    b"sk-ecdsa-sha2-nistp256@openssh.com": ("ECDSA on a security key", _COUNTER),
    b"webauthn-sk-ecdsa-sha2-nistp256@openssh.com": ("ECDSA by WebAuthn", _COUNTER),
    b"ssh-mldsa44-ed25519@openssh.com": ("ML-DSA-44 with Ed25519", "few programs can check it yet"),
}
_CERTIFICATE = ("OpenSSH certificate", "the trust root lists keys, and knows no certificate authority")
_UNKNOWN = ("unknown", "only Ed25519 is admitted")


def format_string(data: bytes) -> bytes:
    """Put the length in front, as four bytes, big-endian."""
    return len(data).to_bytes(4, "big") + data


def take_strings(data: bytes, count: int) -> tuple[tuple[bytes, ...], bytes]:
    """Read ``count`` strings from the front, and give them and what is left.

    Raises:
        FormatError: A length points beyond the end.  The message goes on after a subject.
    """
    strings: list[bytes] = []
    rest = data
    for _ in range(count):
        end = 4 + int.from_bytes(rest[:4], "big")
        if len(rest) < end:
            raise FormatError("is cut short: a length in it points beyond its end")
        strings.append(rest[4:end])
        rest = rest[end:]
    return tuple(strings), rest


def format_base64(data: bytes) -> bytes:
    """Write the text form of key and signature files: base64 in lines of 70 characters, LF after each."""
    text = binascii.b2a_base64(data, newline=False)
    return b"".join(text[start : start + 70] + b"\n" for start in range(0, len(text), 70))


def format_blob(content: bytes) -> bytes:
    """Write a key (32 bytes) or a signature (64 bytes) with its type in front."""
    return format_string(ED25519) + format_string(content)


def parse_blob(blob: bytes, size: int) -> bytes:
    """Read a key blob (``size`` 32) or a signature blob (``size`` 64) and give its content.

    Raises:
        FormatError: It is of another type, or not exactly two strings of the right length.  The message
            continues a subject, as in "the key" + "is of type …".
    """
    (kind,), rest = take_strings(blob, 1)
    _check_type(kind)
    (content,), rest = take_strings(rest, 1)
    if rest or len(content) != size:
        lengths = f"{len(content)} bytes" + (f" and {len(rest)} more" if rest else "")
        raise FormatError("has the wrong length", expected=f"{size} bytes", found=lengths)
    return content


def _check_type(kind: bytes) -> None:
    """Refuse every type but ``ssh-ed25519``, with the reason."""
    if kind == ED25519:
        return
    if kind in _REFUSED:
        label, reason = _REFUSED[kind]
        name = f"{kind.decode()} ({label})"
    else:
        # The type itself is not printed: it may be anything.
        name, reason = _CERTIFICATE if kind.endswith(b"-cert-v01@openssh.com") else _UNKNOWN
    raise FormatError(
        f"is of type {name}, which is refused: {reason}",
        expected=ED25519.decode(),
        hint="make a key with ssh-keygen -t ed25519",
    )
