"""Public and private keys."""

from __future__ import annotations

import copy
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.ed25519 import SMALL_ORDER
from muniment.errors import InputError, KeyRejectedError
from muniment.ssh.keys import (
    PrivateKey,
    PublicKey,
    SigningKey,
    admit,
    fingerprint_file_name,
    format_public_key,
    generate_key,
    parse_key_blob,
    parse_public_key,
    verify_ed25519,
)
from muniment.ssh.wire import format_blob, format_string

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.ssh.conftest import Judge

UNIVERSAL_KEY = bytes([1]) + bytes(31)
UNIVERSAL_SIGNATURE = bytes([1]) + bytes(63)


def line_of(blob: bytes, kind: str = "ssh-ed25519") -> str:
    """Write a public key line for any bytes."""
    return f"{kind} {b64encode(blob).decode()}"


def test_known_key(key: PrivateKey) -> None:
    """A constant seed gives the line, fingerprint and file name that ssh-keygen and sha256sum give."""
    assert key.public.line == ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c")
    assert key.public.fingerprint == "SHA256:fe85JkIjo8VPe+XqXJGH5Mau1EMFdK1OdKvJUFicyA8"
    assert fingerprint_file_name(key.public) == "fe85JkIjo8VPe-XqXJGH5Mau1EMFdK1OdKvJUFicyA8"
    assert len(key.public.blob) == 51


@given(st.binary(min_size=32, max_size=32))
def test_line_round_trip(seed: bytes) -> None:
    """A public key line is read back, with or without comment and line end."""
    public = PrivateKey.from_seed(seed).public

    for line in (public.line, f"{public.line} a comment", f"{public.line}\n", f"{public.line} c\r\n"):
        assert parse_public_key(line) == public
    assert parse_key_blob(public.blob) == public
    assert parse_public_key(format_public_key(public, "me@host")) == public


@given(st.binary(min_size=32, max_size=32))
def test_file_name_is_safe(seed: bytes) -> None:
    """The file-name form is the fingerprint with the two unsafe characters of base64 replaced."""
    public = PrivateKey.from_seed(seed).public
    name = fingerprint_file_name(public)

    assert "SHA256:" + name.replace("-", "+").replace("_", "/") == public.fingerprint
    assert len(name) == 43


def test_format_public_key(key: PrivateKey) -> None:
    """The comment follows the key; without one there is no blank at the end."""
    assert format_public_key(key.public, "me@host") == f"{key.public.line} me@host"
    assert format_public_key(key.public, "") == key.public.line


@pytest.mark.parametrize("comment", ["two\nlines", "tab\t", "\x1b[31m", "\ud800"])
def test_comment_with_control_characters_refused(key: PrivateKey, comment: str) -> None:
    """A comment cannot smuggle in a second line or a terminal escape."""
    with pytest.raises(KeyRejectedError, match="one line"):
        format_public_key(key.public, comment)


@pytest.mark.parametrize("raw", sorted(SMALL_ORDER), ids=bytes.hex)
def test_small_order_refused_everywhere(raw: bytes) -> None:
    """A key that proves nothing is refused at every door, and cannot be constructed at all."""
    doors: tuple[Callable[[], PublicKey], ...] = (
        lambda: PublicKey(raw),
        lambda: admit(raw),
        lambda: parse_key_blob(format_blob(raw)),
        lambda: parse_public_key(line_of(format_blob(raw))),
    )
    for door in doors:
        with pytest.raises(KeyRejectedError, match="small order"):
            door()


def test_universal_key_refused_at_use(key: PrivateKey) -> None:
    """Even a public key that got past admission verifies nothing."""
    smuggled = copy.copy(key.public)
    object.__setattr__(smuggled, "raw", UNIVERSAL_KEY)

    assert smuggled.raw == UNIVERSAL_KEY
    assert verify_ed25519(smuggled, UNIVERSAL_SIGNATURE, b"anything") is False


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("rsa", "RSA"),
        ("ecdsa", "ECDSA"),
        ("ecdsa_sk", "ECDSA on a security key"),
        ("ecdsa_sk_webauthn", "ECDSA on a security key"),
        ("ed25519_sk", "Ed25519 on a security key"),
        ("mldsa44-ed25519", "ML-DSA-44 with Ed25519"),
    ],
)
def test_other_types_refused(vectors: Callable[[str], Path], name: str, label: str) -> None:
    """OpenSSH's public keys of other types are refused, and the type is named."""
    line = (vectors("sshsig") / f"{name}.pub").read_text()

    with pytest.raises(KeyRejectedError) as caught:
        parse_public_key(line, where=f"{name}.pub")

    assert f"({label})" in caught.value.what
    assert caught.value.where == f"{name}.pub"
    assert caught.value.expected == "ssh-ed25519"
    assert caught.value.hint == "make a key with ssh-keygen -t ed25519"


def test_openssh_public_key(vectors: Callable[[str], Path]) -> None:
    """OpenSSH's Ed25519 test key is read."""
    text = (vectors("sshsig") / "ed25519.pub").read_text()

    assert format_public_key(parse_public_key(text), "ED25519 test key") == text.removesuffix("\n")


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda _: "", "no public key"),
        (lambda _: "ssh-ed25519", "no public key"),
        (lambda line: line + "\n" + line, "no public key"),
        (lambda line: line + "\r" + line, "no public key"),
        (lambda line: line + " " + "x" * 20_000, "no public key"),
        (lambda _: "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA", "private key"),
        (lambda line: " " + line, "no public key"),
        (lambda line: line.replace(" ", "\t"), "no public key"),
        (lambda line: line.replace(" ", "  "), "no public key"),
        (lambda line: line[:-1] + "=", "base64"),
        (lambda line: line + "=", "base64"),
        (lambda line: line[:30] + "*" + line[31:], "base64"),
        (lambda line: line[:30] + "é" + line[31:], "base64"),
        (lambda line: line[:30] + "\u2028" + line[30:], "base64"),
        (lambda line: line[:-4], "cut short"),
        (lambda line: line + "AAAA", "wrong length"),
        (lambda line: "ssh-rsa" + line.removeprefix("ssh-ed25519"), "type that stands before it"),
    ],
)
def test_malformed_line_refused(key: PrivateKey, spoil: Callable[[str], str], fault: str) -> None:
    """A public key line has one form; every other is refused with its fault."""
    with pytest.raises(KeyRejectedError) as caught:
        parse_public_key(spoil(key.public.line), where="k.pub")

    assert fault in caught.value.what
    assert caught.value.where == "k.pub"
    assert "\n" not in str(caught.value)


def test_stray_bits_refused() -> None:
    """Base64 whose last character has bits that mean nothing is refused."""
    line = line_of(format_string(b"ssh-ed25519") + format_string(bytes(31)))
    assert line.endswith("A=")

    with pytest.raises(KeyRejectedError, match="base64"):
        parse_public_key(line.removesuffix("A=") + "B=")


@given(st.text(max_size=60))
def test_any_text_is_refused_cleanly(text: str) -> None:
    """No text makes the parser raise anything but its own error."""
    with pytest.raises(KeyRejectedError):
        parse_public_key(text)


def test_generated_keys_sign() -> None:
    """A new key signs, its public half verifies, and no two are the same."""
    first: SigningKey = generate_key()
    second: SigningKey = generate_key()
    signature = first.sign(b"words")

    assert len(signature) == 64
    assert verify_ed25519(first.public, signature, b"words") is True
    assert verify_ed25519(second.public, signature, b"words") is False
    assert first.public != second.public


def test_private_key_is_never_shown(key: PrivateKey) -> None:
    """Printing a private key shows its public half only."""
    shown = repr(key)

    assert repr(key.public) in shown
    assert "secret" not in shown
    assert key == PrivateKey.from_seed(b"\x01" * 32)


def test_rejection_is_bad_input() -> None:
    """A refused key is bad input, exit code 2."""
    assert issubclass(KeyRejectedError, InputError)
    assert KeyRejectedError.exit_code == 2


def test_fingerprints_equal_those_of_ssh_keygen(ssh_keygen: Judge, tmp_path: Path, key: PrivateKey) -> None:
    """ssh-keygen -l prints the same fingerprint, and the comment we wrote."""
    (tmp_path / "k.pub").write_text(format_public_key(key.public, "me@host") + "\n")

    printed = ssh_keygen("-l", "-f", "k.pub").stdout.decode()

    assert printed == f"256 {key.public.fingerprint} me@host (ED25519)\n"
