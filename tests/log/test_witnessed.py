"""The memory of a witness: what is damaged, hostile, or of somebody else is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from muniment.canonical import format_canonical
from muniment.errors import IntegrityError
from muniment.log.checkpoint import Checkpoint, sign_checkpoint
from muniment.log.newest import NamedRoot
from muniment.log.note import format_vkey, make_verifier
from muniment.log.vkey import make_cosigner
from muniment.log.witness import MAX_WITNESSED, Witnessed, format_witnessed, parse_witnessed

ORIGIN = "example.org/press"
LOG, ANNA, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 7, 9))


def public(key: Ed25519PrivateKey) -> bytes:
    """The public half, 32 bytes."""
    return key.public_key().public_bytes_raw()


COSIGNER = make_cosigner("witness.example.org/anna", public(ANNA))
NEWEST = NamedRoot(1, "sha256:" + "ab" * 32)
NOTE = sign_checkpoint(Checkpoint(ORIGIN, 7, bytes(32), NEWEST), public(LOG), LOG.sign)
WITNESSED = Witnessed(COSIGNER, (make_verifier(ORIGIN, public(LOG)), make_verifier(ORIGIN, public(OTHER))), NOTE)
DATA = format_witnessed(WITNESSED)


def parse(data: bytes) -> Witnessed:
    """Read for this witness and this log."""
    return parse_witnessed(data, COSIGNER, ORIGIN, "memory")


def test_round_trip() -> None:
    """What is written is read back; the checkpoint in it can be asked."""
    assert parse(DATA) == WITNESSED
    assert WITNESSED.checkpoint == Checkpoint(ORIGIN, 7, bytes(32), NEWEST)


def test_every_byte_counts() -> None:
    """With a byte changed, cut or added it is refused, or says the same with its keys as they were."""
    for position in range(len(DATA)):
        for new in (DATA[:position] + bytes([DATA[position] ^ 1]) + DATA[position + 1 :], DATA[:position]):
            with pytest.raises(IntegrityError):
                parse(new)
    with pytest.raises(IntegrityError):
        parse(DATA + b"\n")


FOREIGN = format_vkey("example.org/other", public(LOG))
CHANGES: list[dict[str, Any]] = [
    {"format": "muniment-witness/2"},
    {"format": None},
    {"more": ""},
    {"keys": []},
    {"keys": ""},
    {"keys": [1]},
    {"keys": ["x"]},
    {"keys": [FOREIGN]},
    {"keys": [format_vkey(ORIGIN, public(LOG)), FOREIGN]},
    {"keys": [format_vkey(ORIGIN, public(LOG))] * 2},
    {"keys": [format_vkey(ORIGIN, public(OTHER))]},
    {"keys": [format_vkey(ORIGIN, public(LOG))] * 65},
    {"witness": "x"},
    {"witness": make_cosigner("witness.example.org/ben", public(ANNA)).vkey},
    {"witness": format_vkey(COSIGNER.name, public(ANNA))},
    {"checkpoint": ""},
    {"checkpoint": NOTE.decode().replace("\n7\n", "\n6\n")},
    {"checkpoint": 7},
]


@pytest.mark.parametrize("change", CHANGES)
def test_other_members(change: dict[str, Any]) -> None:
    """Another format, witness, log, key or checkpoint is refused, though the JSON be canonical."""
    with pytest.raises(IntegrityError) as caught:
        parse(format_canonical({**json.loads(DATA), **change}))
    assert caught.value.where.startswith("memory")


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"null", b'"x"', b"\xff", b"[" * 100, b" " * (MAX_WITNESSED + 1)])
def test_no_memory(data: bytes) -> None:
    """What is no such JSON at all is refused."""
    with pytest.raises(IntegrityError):
        parse(data)


def test_a_missing_member() -> None:
    """Every member must be there."""
    for name in json.loads(DATA):
        with pytest.raises(IntegrityError):
            parse(format_canonical({key: value for key, value in json.loads(DATA).items() if key != name}))


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Any bytes are refused by a typed error."""
    with pytest.raises(IntegrityError):
        parse(data)


def test_the_largest_fits() -> None:
    """Sixty-four keys of long names and the largest note are below the limit that is read."""
    assert len(format_vkey("h" * 128, public(LOG))) < 512 - 4
