"""Time stamp requests: one form, the one that OpenSSL makes too."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timestamp.judge import openssl

from muniment.digest import sha256_hex
from muniment.errors import FormatError
from muniment.timestamp.request import MAX_REQUEST, TimestampRequest, format_request, make_request, parse_request

DATA = b"press.example.org/archive\n1\n"


@given(st.binary(min_size=32, max_size=32), st.integers(1, 2**64 - 1))
def test_there_and_back(imprint: bytes, nonce: int) -> None:
    """What is written is read back, at every nonce of 64 bits."""
    data = format_request(TimestampRequest(imprint, nonce))

    assert parse_request(data) == TimestampRequest(imprint, nonce)
    assert len(data) <= 70 <= MAX_REQUEST


@pytest.mark.parametrize("nonce", [1, 0x7F, 0x80, 0xFF, 0x100, 2**63 - 1, 2**63, 2**64 - 1])
def test_openssl_reads_the_same(tmp_path: Path, nonce: int) -> None:
    """OpenSSL reads imprint, nonce and the wish for certificates out of it."""
    judge = openssl(tmp_path)
    (tmp_path / "q").write_bytes(make_request(DATA, nonce))
    said = judge.run("ts", "-query", "-in", "q", "-text").stdout.decode()

    assert f"Nonce: 0x{nonce:0{len(f'{nonce:X}') + len(f'{nonce:X}') % 2}X}" in said
    assert "Hash Algorithm: sha256" in said
    assert "Certificate required: yes" in said
    assert "Policy OID: unspecified" in said
    assert bytes.fromhex(sha256_hex(DATA))[:8].hex(" ") in said


def test_openssl_makes_the_same(tmp_path: Path) -> None:
    """A request by OpenSSL is read, and is the same bytes for its nonce."""
    judge = openssl(tmp_path)
    (tmp_path / "data").write_bytes(DATA)
    judge.made("ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "q")
    made = (tmp_path / "q").read_bytes()

    assert made == make_request(DATA, parse_request(made).nonce)


def test_every_bit_flipped() -> None:
    """A request with any bit flipped is none, or asks for something else."""
    asked = make_request(DATA, 0x8123456789ABCDEF)
    for place in range(len(asked) * 8):
        changed = bytearray(asked)
        changed[place // 8] ^= 1 << place % 8
        try:
            assert parse_request(bytes(changed)) != parse_request(asked), place
        except FormatError:
            continue


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"0",
        make_request(DATA, 5)[:-1],
        make_request(DATA, 5) + b"\0",
        make_request(DATA, 5)[:40],
        bytes(MAX_REQUEST + 1),
    ],
)
def test_no_request(data: bytes) -> None:
    """What is cut, longer or nothing at all is refused, and named."""
    with pytest.raises(FormatError, match=r"log/timestamps/1\.1\.tsq: not a time stamp request of this software"):
        parse_request(data, where="log/timestamps/1.1.tsq")
