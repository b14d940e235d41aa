"""Private key files."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.errors import KeyRejectedError
from muniment.ssh.keys import (
    PassphraseNeededError,
    PrivateKey,
    format_private_key,
    format_public_key,
    load_private_key,
    parse_public_key,
)
from muniment.ssh.wire import format_base64

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ssh.conftest import Judge

SEED = b"\x01" * 32
BEGIN = b"-----BEGIN OPENSSH PRIVATE KEY-----\n"
END = b"-----END OPENSSH PRIVATE KEY-----\n"


@pytest.fixture(scope="session")
def locked(key: PrivateKey) -> bytes:
    """A locked key file; made once, as the derivation is slow on purpose."""
    return format_private_key(key, comment="me@host", passphrase=b"open sesame")


def body(file: bytes) -> bytes:
    """Give the bytes inside a key file."""
    return b64decode(file.removeprefix(BEGIN).removesuffix(END))


def file_of(blob: bytes) -> bytes:
    """Write a key file for any bytes."""
    return BEGIN + format_base64(blob) + END


@settings(max_examples=30)
@given(st.binary(min_size=32, max_size=32), st.text(st.characters(exclude_categories=["C", "Z"]), max_size=40))
def test_round_trip(seed: bytes, comment: str) -> None:
    """An open key file is read back, whatever the comment, so with every amount of padding."""
    key = PrivateKey.from_seed(seed)

    assert load_private_key(format_private_key(key, comment=comment)) == key


def test_locked_round_trip(key: PrivateKey, locked: bytes) -> None:
    """A locked key file opens with its passphrase."""
    assert load_private_key(locked, passphrase=b"open sesame") == key


def test_locked_file_tells_nothing(key: PrivateKey, locked: bytes) -> None:
    """Neither the seed nor the comment stands in a locked file, and two files of one key differ."""
    assert SEED not in body(locked)
    assert b"me@host" not in body(locked)
    assert key.public.blob in body(locked)
    assert locked != format_private_key(key, comment="me@host", passphrase=b"open sesame")


def test_passphrase_needed(locked: bytes) -> None:
    """A locked key without a passphrase has an error of its own, so that a program can ask."""
    with pytest.raises(PassphraseNeededError, match="locked") as caught:
        load_private_key(locked, where="id")

    assert caught.value.where == "id"
    assert isinstance(caught.value, KeyRejectedError)


@pytest.mark.parametrize("passphrase", [b"open sesam", b""])
def test_wrong_passphrase(locked: bytes, passphrase: bytes) -> None:
    """A wrong passphrase is one clear error that carries no other."""
    with pytest.raises(KeyRejectedError, match="passphrase is wrong") as caught:
        load_private_key(locked, passphrase=passphrase)

    assert not isinstance(caught.value, PassphraseNeededError)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ is True


@pytest.mark.parametrize("rounds", [2001, 20_000, 2**31, 2**32 - 1])
def test_too_many_rounds(locked: bytes, rounds: int) -> None:
    """A file that asks for so much work that opening it would never end is refused at once."""
    blob = b64decode(b"".join(locked.splitlines()[1:-1]))
    options = blob.index((24).to_bytes(4, "big"), blob.index(b"bcrypt") + 6 + 4 + 4 + 16)
    changed = blob[:options] + rounds.to_bytes(4, "big") + blob[options + 4 :]
    with pytest.raises(KeyRejectedError, match="too many rounds"):
        load_private_key(BEGIN + format_base64(changed) + END, passphrase=b"open sesame")


def test_unneeded_passphrase_ignored(key: PrivateKey) -> None:
    """A passphrase for an open key does no harm."""
    assert load_private_key(format_private_key(key, comment=""), passphrase=b"unneeded") == key


def test_empty_passphrase_refused(key: PrivateKey) -> None:
    """An empty passphrase is not taken for a lock."""
    with pytest.raises(KeyRejectedError, match="empty passphrase"):
        format_private_key(key, comment="", passphrase=b"")


def test_comment_refused(key: PrivateKey) -> None:
    """A comment with a line break is refused."""
    with pytest.raises(KeyRejectedError, match="one line"):
        format_private_key(key, comment="a\nb")


def test_windows_line_ends(key: PrivateKey) -> None:
    """A key file whose line ends became CRLF still loads."""
    assert load_private_key(format_private_key(key, comment="x").replace(b"\n", b"\r\n")) == key


PKCS8 = Ed25519PrivateKey.from_private_bytes(SEED).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("file", "fault", "hint"),
    [
        (PKCS8, "PKCS #8", "ssh-keygen -t ed25519"),
        (b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n", "PKCS #8", "ssh-keygen -t ed25519"),
        (b"-----BEGIN RSA PRIVATE KEY-----\n", "in PEM form", "ssh-keygen -t ed25519"),
        (b"-----BEGIN EC PRIVATE KEY-----\n", "in PEM form", "ssh-keygen -t ed25519"),
        (b"-----BEGIN PUBLIC KEY-----\n", "a public key", "private key file"),
        (b"---- BEGIN SSH2 PUBLIC KEY ----\n", "a public key", "private key file"),
        (b"ssh-ed25519 AAAA", "a public key", "without .pub"),
        (b"sk-ssh-ed25519@openssh.com AAAA", "a public key", "without .pub"),
        (b"ecdsa-sha2-nistp256 AAAA", "a public key", "without .pub"),
        (b"-----BEGIN SSH SIGNATURE-----\n", "a signature", "private key file"),
        (b"PuTTY-User-Key-File-3: ssh-ed25519\n", "a PuTTY key", "puttygen"),
        (b"", "no private key", "ssh-keygen -t ed25519"),
        (BEGIN, "without its last line", "copy the whole file"),
        (b"\xef\xbb\xbf" + BEGIN + END, "no private key", "ssh-keygen -t ed25519"),
        (BEGIN + b"A" * 70_000 + END, "without its last line", "copy the whole file"),
    ],
)
def test_other_files_named(file: bytes, fault: str, hint: str) -> None:
    """What is no OpenSSH private key is named for what it is, with the way out."""
    with pytest.raises(KeyRejectedError) as caught:
        load_private_key(file, where="id")

    assert fault in caught.value.what
    assert hint in caught.value.hint
    assert caught.value.where == "id"


def test_public_file_by_mistake(key: PrivateKey) -> None:
    """The public key file in place of the private one is told as such."""
    with pytest.raises(KeyRejectedError, match="the file is a public key"):
        load_private_key(format_public_key(key.public, "me@host").encode())


@pytest.mark.parametrize("text", [b"", b"AAAA", b"====", b"not base64!", b"AAAA AAAA"])
def test_damaged_body(text: bytes) -> None:
    """A key file with nonsense inside is refused."""
    with pytest.raises(KeyRejectedError, match=r"damaged|cut short"):
        load_private_key(BEGIN + text + b"\n" + END)


def tells_nothing(error: KeyRejectedError) -> bool:
    """Say whether a message is free of the seed, in hex, in base64 and as bytes shown by Python."""
    forms = (SEED[:4].hex(), b64encode(SEED)[:6].decode(), repr(SEED[:2])[2:-1])
    return not any(form in str(error) for form in forms) and error.__cause__ is None


def test_every_cut_refused(key: PrivateKey) -> None:
    """A key file cut at any byte is refused, with a message that holds nothing of the key."""
    blob = body(format_private_key(key, comment="c"))

    for length in range(len(blob)):
        with pytest.raises(KeyRejectedError) as caught:
            load_private_key(file_of(blob[:length]))
        assert tells_nothing(caught.value)


def test_every_changed_byte_refused_or_harmless(key: PrivateKey) -> None:
    """A changed byte never gives another key: the file is refused, or the byte stood in the comment."""
    blob = body(format_private_key(key, comment="comment"))
    at = blob.index(b"comment")
    harmless = []

    for position in range(len(blob)):
        changed = bytearray(blob)
        changed[position] ^= 0x01
        try:
            loaded = load_private_key(file_of(bytes(changed)))
        except KeyRejectedError as error:
            assert tells_nothing(error)  # noqa: PT017 - it may also load, and then be the same key
        else:
            assert loaded == key
            harmless.append(position)

    assert harmless == list(range(at, at + len("comment")))


def test_public_half_of_another_key_refused(key: PrivateKey, other_key: PrivateKey) -> None:
    """A file whose public half is not that of its seed is refused."""
    blob = body(format_private_key(key, comment=""))

    with pytest.raises(KeyRejectedError, match="does not belong"):
        load_private_key(file_of(blob.replace(key.public.raw, other_key.public.raw)))


def test_unsupported_cipher(locked: bytes) -> None:
    """A lock with an unknown cipher is refused, with the command that changes it."""
    changed = body(locked).replace(b"aes256-ctr", b"aes257-ctr")

    with pytest.raises(KeyRejectedError, match="not supported") as caught:
        load_private_key(file_of(changed), passphrase=b"open sesame")

    assert caught.value.hint == "lock it anew: ssh-keygen -p -Z aes256-ctr -f FILE"


@pytest.mark.parametrize("passphrase", ["", "open sesame"])
@pytest.mark.parametrize("cipher", ["aes256-ctr", "aes256-gcm@openssh.com"])
def test_keys_of_ssh_keygen_load(ssh_keygen: Judge, tmp_path: Path, passphrase: str, cipher: str) -> None:
    """Keys that ssh-keygen makes load, open or locked, and have the public key it wrote beside them."""
    made = ssh_keygen("-q", "-t", "ed25519", "-a", "4", "-Z", cipher, "-N", passphrase, "-C", "c", "-f", "id")
    assert made.returncode == 0, made.stderr

    key = load_private_key((tmp_path / "id").read_bytes(), passphrase=passphrase.encode() or None)

    assert key.public == parse_public_key((tmp_path / "id.pub").read_text())


@pytest.mark.parametrize("cipher", ["aes256-ctr", "aes256-gcm@openssh.com"])
def test_wrong_passphrase_for_key_of_ssh_keygen(ssh_keygen: Judge, tmp_path: Path, cipher: str) -> None:
    """A wrong passphrase is the same error whatever the cipher."""
    ssh_keygen("-q", "-t", "ed25519", "-a", "4", "-Z", cipher, "-N", "open sesame", "-f", "id")

    with pytest.raises(KeyRejectedError, match="passphrase is wrong"):
        load_private_key((tmp_path / "id").read_bytes(), passphrase=b"wrong")


@pytest.mark.parametrize(("kind", "label"), [("rsa", "RSA"), ("ecdsa", "ECDSA")])
def test_other_types_of_ssh_keygen_refused(ssh_keygen: Judge, tmp_path: Path, kind: str, label: str) -> None:
    """Private keys of other types are refused by name, without asking for a passphrase first."""
    ssh_keygen("-q", "-t", kind, "-a", "4", "-N", "open sesame", "-f", "id")

    with pytest.raises(KeyRejectedError) as caught:
        load_private_key((tmp_path / "id").read_bytes())

    assert f"({label})" in caught.value.what
    assert not isinstance(caught.value, PassphraseNeededError)


@pytest.mark.parametrize("passphrase", [None, b"open sesame"])
def test_our_keys_load_in_ssh_keygen(
    ssh_keygen: Judge, tmp_path: Path, key: PrivateKey, passphrase: bytes | None
) -> None:
    """ssh-keygen -y opens the files we write, and finds the public key and the comment."""
    path = tmp_path / "id"
    path.write_bytes(format_private_key(key, comment="me@host", passphrase=passphrase))
    path.chmod(0o600)

    shown = ssh_keygen("-y", "-f", "id", "-P", (passphrase or b"").decode())

    assert shown.stdout.decode() == f"{format_public_key(key.public, 'me@host')}\n", shown.stderr
    assert shown.returncode == 0
