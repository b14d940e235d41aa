"""The binary form of SSH keys and signatures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.errors import FormatError
from muniment.ssh.wire import format_base64, format_blob, format_string, parse_blob, take_strings


@given(st.lists(st.binary(max_size=40), max_size=6), st.binary(max_size=20))
def test_strings_round_trip(strings: list[bytes], rest: bytes) -> None:
    """What was written as strings is read back, and what follows is left."""
    data = b"".join(map(format_string, strings)) + rest

    assert take_strings(data, len(strings)) == (tuple(strings), rest)


def test_string_form() -> None:
    """A string is its length as four bytes, big-endian, then its bytes."""
    assert format_string(b"abc") == b"\0\0\0\x03abc"


@pytest.mark.parametrize("data", [b"", b"\0\0\0", b"\0\0\0\x01", b"\xff\xff\xff\xff", b"\0\0\0\x02a"])
def test_cut_short_refused(data: bytes) -> None:
    """A length that points beyond the end is refused."""
    with pytest.raises(FormatError, match="cut short"):
        take_strings(data, 1)


def test_base64_lines() -> None:
    """Base64 is wrapped at 70 characters, and each line ends in LF."""
    assert format_base64(bytes(53)) == b"A" * 70 + b"\nA=\n"
    assert format_base64(bytes(51)) == b"A" * 68 + b"\n"
    assert format_base64(b"") == b""


@pytest.mark.parametrize("size", [32, 64])
def test_blob_round_trip(size: int) -> None:
    """A key blob is 51 bytes and a signature blob 83, and both are read back."""
    blob = format_blob(b"\x05" * size)

    assert len(blob) == size + 19
    assert parse_blob(blob, size) == b"\x05" * size


@pytest.mark.parametrize("cut", range(51))
def test_every_cut_refused(cut: int) -> None:
    """A key blob cut anywhere is refused."""
    with pytest.raises(FormatError):
        parse_blob(format_blob(bytes(32))[:cut], 32)


@pytest.mark.parametrize(
    ("blob", "found"),
    [
        (format_blob(bytes(31)), "31 bytes"),
        (format_blob(bytes(33)), "33 bytes"),
        (format_blob(bytes(32)) + b"\0", "32 bytes and 1 more"),
    ],
)
def test_wrong_length_refused(blob: bytes, found: str) -> None:
    """Content of another length, or bytes after it, are refused."""
    with pytest.raises(FormatError, match="wrong length") as caught:
        parse_blob(blob, 32)

    assert caught.value.found == found


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        (b"ssh-rsa", "ssh-rsa (RSA)"),
        (b"rsa-sha2-512", "rsa-sha2-512 (RSA)"),
        (b"ssh-dss", "ssh-dss (DSA)"),
        (b"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384 (ECDSA)"),
        (b"sk-ssh-ed25519@openssh.com", "Ed25519 on a security key"),
        (b"ssh-ed25519-cert-v01@openssh.com", "type OpenSSH certificate,"),
        (b"\x1b[31mred", "type unknown,"),
        (b"\x1b-cert-v01@openssh.com", "type OpenSSH certificate,"),
        (b"", "type unknown,"),
    ],
)
def test_other_types_named(kind: bytes, label: str) -> None:
    """Another type is refused by name and with the reason; a name that is none is not shown."""
    with pytest.raises(FormatError) as caught:
        parse_blob(format_string(kind) + format_string(bytes(32)), 32)

    assert label in caught.value.what
    assert "refused: " in caught.value.what
    assert caught.value.what.isprintable()
