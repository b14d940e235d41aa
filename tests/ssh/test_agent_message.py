"""Messages to and from ssh-agent, byte for byte."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.errors import UnavailableError
from muniment.ssh.agent import (
    MAX_IDENTITIES,
    MAX_MESSAGE,
    format_identities_request,
    format_sign_request,
    parse_identities_answer,
    parse_length,
    parse_sign_response,
)
from muniment.ssh.wire import format_blob, format_string

SIGNATURE = bytes(range(64))


def identities(*keys: tuple[bytes, bytes]) -> bytes:
    """What an agent answers that holds keys with comments."""
    listed = b"".join(format_string(blob) + format_string(comment) for blob, comment in keys)
    return b"\x0c" + len(keys).to_bytes(4, "big") + listed


def response(blob: bytes) -> bytes:
    """What an agent answers that signs."""
    return b"\x0e" + format_string(blob)


LISTED = identities((b"one", b"me@host"), (b"", b""))
SIGNED = response(format_blob(SIGNATURE))


def test_requests() -> None:
    """The requests are these bytes: length, type, contents, and no flags."""
    assert format_identities_request() == bytes.fromhex("00000001 0b")
    assert format_sign_request(b"key", b"words") == bytes.fromhex(
        "00000015 0d 00000003 6b6579 00000005 776f726473 00000000"
    )


def test_length() -> None:
    """A message has from 1 byte to 256 KiB."""
    assert parse_length(bytes.fromhex("00000001")) == 1
    assert parse_length(bytes.fromhex("00040000")) == MAX_MESSAGE == 262144
    for head in ("00000000", "00040001", "ffffffff", "48545450"):
        with pytest.raises(UnavailableError, match="a length that no message has: expected 1 to 262,144 bytes"):
            parse_length(bytes.fromhex(head))


@given(st.lists(st.tuples(st.binary(max_size=60), st.binary(max_size=20)), max_size=10))
def test_identities(keys: list[tuple[bytes, bytes]]) -> None:
    """The keys are given in the agent's order, whatever their comments hold."""
    assert parse_identities_answer(identities(*keys)) == tuple(blob for blob, _ in keys)


@pytest.mark.parametrize("size", range(len(LISTED)))
def test_identities_cut_short(size: int) -> None:
    """A list that ends early is refused, wherever it ends."""
    with pytest.raises(UnavailableError, match="not one of the agent protocol: expected a list of keys"):
        parse_identities_answer(LISTED[:size])


@pytest.mark.parametrize(
    "message",
    [
        LISTED + b"\0",
        b"\x0e" + LISTED[1:],
        b"\x05",
        b"\x0c" + (1).to_bytes(4, "big") + LISTED[5:],
        b"\x0c" + (3).to_bytes(4, "big") + LISTED[5:],
        b"\x0c" + (2**32 - 1).to_bytes(4, "big") + LISTED[5:],
        identities(*[(b"", b"")] * (MAX_IDENTITIES + 1)),
    ],
)
def test_other_than_identities(message: bytes) -> None:
    """Another type, bytes after the end, a wrong count and too many keys are refused."""
    with pytest.raises(UnavailableError, match="expected a list of keys, found message type"):
        parse_identities_answer(message)


def test_most_identities() -> None:
    """As many keys as OpenSSH allows are read."""
    assert parse_identities_answer(identities(*[(b"", b"")] * MAX_IDENTITIES)) == (b"",) * 2048


def test_signature() -> None:
    """The 64 bytes of an Ed25519 signature are given."""
    assert parse_sign_response(SIGNED) == SIGNATURE


@pytest.mark.parametrize("size", range(len(SIGNED)))
def test_signature_cut_short(size: int) -> None:
    """A signature that ends early is refused, wherever it ends."""
    with pytest.raises(UnavailableError):
        parse_sign_response(SIGNED[:size])


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (SIGNED + b"\0", "expected a signature, found message type 14, 89 bytes"),
        (LISTED, "expected a signature, found message type 12"),
        (b"\x06", "expected a signature, found message type 6, 1 bytes"),
        (response(format_blob(SIGNATURE[:63])), "has the wrong length: expected 64 bytes, found 63 bytes"),
        (response(format_blob(SIGNATURE) + b"x"), "expected 64 bytes, found 64 bytes and 1 more"),
        (response(format_string(b"rsa-sha2-512") + format_string(SIGNATURE)), r"is of type rsa-sha2-512 \(RSA\)"),
        (
            response(format_string(b"sk-ssh-ed25519@openssh.com") + format_string(SIGNATURE) + b"\1\0\0\0\1"),
            "it signs a counter along with the words",
        ),
        (response(b""), "is cut short"),
    ],
)
def test_other_than_a_signature(message: bytes, said: str) -> None:
    """Another message, bytes after the end, a signature of another type or length: each is refused with its reason."""
    with pytest.raises(UnavailableError, match=said):
        parse_sign_response(message)


@given(st.binary(max_size=200))
def test_garbage(message: bytes) -> None:
    """Whatever an agent answers, reading it ends with a value or the one error."""
    for parse in (parse_identities_answer, parse_sign_response):
        with suppress(UnavailableError):
            parse(message)
