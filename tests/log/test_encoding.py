from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.errors import FormatError
from muniment.log.encoding import decode_base64, parse_decimal, parse_hash, say_entries, say_place


@given(st.binary(max_size=100))
def test_base64_is_decoded(data: bytes) -> None:
    """Padded standard base64 gives its bytes."""
    assert decode_base64(base64.b64encode(data)) == data


@pytest.mark.parametrize(
    "text",
    [
        b"A",
        b"AA",
        b"AA=",
        b"AA===",
        b"AB==",
        b"AAB=",
        b"AAA",
        b"A A=",
        b"AAAA\n",
        b" AAAA",
        b"AAAA====",
        b"__8=",
        b"=",
        b"AA==AA==",
        b"\xff\xff\xff\xff",
    ],
)
def test_base64_has_one_spelling(text: bytes) -> None:
    """Missing padding, stray characters, the URL alphabet and non-zero unused bits are refused."""
    with pytest.raises(FormatError, match="not base64 in its one spelling"):
        decode_base64(text, "note")


@given(st.integers(0, 10**18 - 1))
def test_decimals_are_read(number: int) -> None:
    """Every number below 10**18 is read."""
    assert parse_decimal(str(number).encode()) == number


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"00",
        b"01",
        b"-1",
        b"-0",
        b"+1",
        b"1_0",
        b" 1",
        b"1 ",
        b"1\n",
        b"0x1",
        b"1e3",
        b"1.0",
        "١".encode(),
        b"\xff",
        b"1" * 19,
        b"1" * 5000,
    ],
)
def test_decimals_have_one_spelling(text: bytes) -> None:
    """Signs, blanks, leading zeros, other digits and endless ones are refused."""
    with pytest.raises(FormatError, match="not a decimal number"):
        parse_decimal(text)


def test_hashes_are_32_bytes() -> None:
    """A hash is the base64 of 32 bytes."""
    assert parse_hash(base64.b64encode(b"h" * 32)) == b"h" * 32
    for length in (0, 31, 33):
        with pytest.raises(FormatError, match="expected 32 bytes"):
            parse_hash(base64.b64encode(b"h" * length))


def test_places_as_people_read_them() -> None:
    """An index is called one, as it counts from 0, and one entry is not said to be several."""
    assert say_place(0, 1) == "log index 0; the log has 1 entry"
    assert say_place(2, 3) == "log index 2; the log has 3 entries"
    assert [say_entries(size) for size in (0, 1, 2)] == ["0 entries", "1 entry", "2 entries"]
