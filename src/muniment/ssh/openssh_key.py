"""The file of an OpenSSH private key, ``openssh-key-v1`` (OpenSSH ``PROTOCOL.key``).

::

    -----BEGIN OPENSSH PRIVATE KEY-----
    base64 in lines of 70 characters
    -----END OPENSSH PRIVATE KEY-----

holds ``openssh-key-v1`` and a NUL byte, then the strings cipher, key derivation and its options, the number
of keys (four bytes, 1), the public key blob, and the private part.  The private part is four random bytes
twice (to tell a wrong passphrase), the type, the public key, seed and public key as one string of 64 bytes,
the comment, and the bytes 1, 2, 3, … up to a whole block.  A passphrase becomes 48 bytes of bcrypt, an
AES-256 key and a counter.

No message here tells anything of what a file holds beyond its type, cipher and length.
"""

from __future__ import annotations

import binascii
import re
import secrets

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muniment.errors import FormatError, KeyRejectedError
from muniment.ssh.wire import format_base64, format_blob, format_string, parse_blob, take_strings

MAX_SIZE = 64 * 1024
"""Largest private key file that is read, in bytes; an Ed25519 key takes some 400."""

BCRYPT_ROUNDS = 24
"""What ssh-keygen uses since OpenSSH 9.4; a tenth of a second or so."""

MAX_ROUNDS = 2000
"""Most rounds of bcrypt that a locked key may ask for, half a minute or so; the file could ask for centuries."""

_MAGIC = b"openssh-key-v1\0"
_BEGIN = b"-----BEGIN OPENSSH PRIVATE KEY-----"
_END = b"-----END OPENSSH PRIVATE KEY-----"
_DAMAGED = "the private key is damaged"
_ONE_KEY = (1).to_bytes(4, "big")

# What people give by mistake, told by how it begins, and the way out.
_NEW_KEY = "make a key with ssh-keygen -t ed25519"
_MISTAKEN = (
    (rb"-----BEGIN OPENSSH", "a private key without its last line", "copy the whole file again"),
    (rb"(ssh|sk-ssh|ecdsa|sk-ecdsa)-", "a public key", "give the private key: the file without .pub"),
    (rb"-{4,5} ?BEGIN [A-Z0-9 ]*PUBLIC KEY", "a public key", "give the private key file"),
    (rb"-----BEGIN SSH SIGNATURE", "a signature", "give the private key file"),
    (rb"-----BEGIN (ENCRYPTED )?PRIVATE KEY", "a private key in PEM (PKCS #8) form", _NEW_KEY),
    (rb"-----BEGIN [A-Z]+ PRIVATE KEY", "a private key in PEM form", _NEW_KEY),
    (rb"PuTTY-User-Key-File", "a PuTTY key", "convert it: puttygen FILE -O private-openssh-new -o OUT"),
)


class PassphraseNeededError(KeyRejectedError):
    """A private key is locked by a passphrase and none was given."""


def format_openssh_key(seed: bytes, public: bytes, comment: str, passphrase: bytes | None) -> bytes:
    """Write a private key file.  Each call gives other bytes, as check bytes and salt are random.

    Args:
        seed: 32 bytes, the private key of RFC 8032 section 5.1.5.
        public: 32 bytes, the public key of that seed.
        comment: Shown by ssh-keygen; it is inside the locked part.
        passphrase: What locks the key; None leaves it open.
    """
    check = secrets.token_bytes(4)
    private = b"".join(
        (check, check, format_blob(public), format_string(seed + public), format_string(comment.encode()))
    )
    if passphrase is None:
        head = [b"none", b"none", b""]
        private = _pad(private, 8)
    else:
        salt = secrets.token_bytes(16)
        options = format_string(salt) + BCRYPT_ROUNDS.to_bytes(4, "big")
        head = [b"aes256-ctr", b"bcrypt", options]
        private = _encrypt(_pad(private, 16), passphrase, salt)
    blob = b"".join((_MAGIC, *map(format_string, head), _ONE_KEY))
    blob += format_string(format_blob(public)) + format_string(private)
    return b"".join((_BEGIN, b"\n", format_base64(blob), _END, b"\n"))


def parse_openssh_key(data: bytes, passphrase: bytes | None, where: str) -> bytes:
    """Read a private key file and give its seed, 32 bytes.

    A passphrase for a key that is not locked is ignored, as ssh-keygen does.

    Raises:
        PassphraseNeededError: The key is locked and no passphrase was given.
        KeyRejectedError: Another format or type, a wrong passphrase, or a damaged file.
    """
    # Loaded here, and below: 6 ms that only verifying need not spend.
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key  # noqa: PLC0415 - start-up

    cipher, options, public = _parse_head(data, where)
    locked = cipher != b"none"
    if locked and passphrase is None:
        raise PassphraseNeededError("the private key is locked", where=where, hint="give its passphrase")
    if locked:
        _check_rounds(options, where)
    try:
        key = load_ssh_private_key(data, passphrase if locked else None)
    except UnsupportedAlgorithm:
        raise KeyRejectedError(
            "the private key is locked with a cipher that is not supported",
            where=where,
            expected="aes256-ctr",
            hint="lock it anew: ssh-keygen -p -Z aes256-ctr -f FILE",
        ) from None
    except (ValueError, TypeError, InvalidTag):
        # The cause is cut off: what a library says of a private key need not be shown.
        fault = "the passphrase is wrong, or the private key is damaged" if locked else _DAMAGED
        raise KeyRejectedError(fault, where=where) from None
    if not isinstance(key, Ed25519PrivateKey) or key.public_key().public_bytes_raw() != public:
        # The library takes the public half at its word, and we would sign with a key that nobody has listed.
        raise KeyRejectedError("the private key does not belong to the public key in its file", where=where)
    return key.private_bytes_raw()


def _parse_head(data: bytes, where: str) -> tuple[bytes, bytes, bytes]:
    """Read the part that is never locked: cipher, options of the key derivation, and public key (32 bytes)."""
    _check_armor(data, where)
    body = data[data.index(_BEGIN) + len(_BEGIN) : data.index(_END)]
    try:
        blob = binascii.a2b_base64(body.translate(None, b"\r\n"), strict_mode=True)
    except binascii.Error:
        raise KeyRejectedError(_DAMAGED, where=where) from None
    try:
        (cipher, _, options), rest = take_strings(blob.removeprefix(_MAGIC), 3)
        (public,), _ = take_strings(rest.removeprefix(_ONE_KEY), 1)
        return cipher, options, parse_blob(public, 32)
    except FormatError as error:
        raise error.as_(KeyRejectedError, what=f"the private key {error.what}", where=where, hint=error.hint) from None


def _check_rounds(options: bytes, where: str) -> None:
    """Refuse to work for longer than anybody would wait; the options end in the number of rounds."""
    rounds = int.from_bytes(options[-4:], "big")
    if rounds > MAX_ROUNDS:
        raise KeyRejectedError(
            "the private key asks for too many rounds of bcrypt",
            where=where,
            expected=f"at most {MAX_ROUNDS:,}",
            found=f"{rounds:,}",
            hint="lock it anew: ssh-keygen -p -a 100 -f FILE",
        )


def _check_armor(data: bytes, where: str) -> None:
    """Refuse what is no OpenSSH private key file, and say what it is instead."""
    if data.startswith(_BEGIN) and _END in data[:MAX_SIZE]:
        return
    kind, hint = next(
        ((kind, hint) for mark, kind, hint in _MISTAKEN if re.match(mark, data)), ("no private key", _NEW_KEY)
    )
    raise KeyRejectedError(
        f"the file is {kind}", where=where, expected="an Ed25519 private key in OpenSSH format", hint=hint
    )


def _pad(data: bytes, block: int) -> bytes:
    return data + bytes(range(1, -len(data) % block + 1))


def _encrypt(data: bytes, passphrase: bytes, salt: bytes) -> bytes:
    import bcrypt  # noqa: PLC0415 - start-up
    from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: PLC0415 - start-up
    from cryptography.hazmat.primitives.ciphers.algorithms import AES256  # noqa: PLC0415 - start-up
    from cryptography.hazmat.primitives.ciphers.modes import CTR  # noqa: PLC0415 - start-up

    secret = bcrypt.kdf(passphrase, salt, 48, BCRYPT_ROUNDS, ignore_few_rounds=True)
    encryptor = Cipher(AES256(secret[:32]), CTR(secret[32:])).encryptor()
    return encryptor.update(data) + encryptor.finalize()
