from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.digest import (
    format_digest,
    ni_uri,
    parse_digest,
    sha256_hex,
    sha512_hex,
)
from muniment.errors import FormatError

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_sha256_of_the_standard_example() -> None:
    """SHA-256 of "abc" is the digest printed in FIPS 180-4, in lower-case hex."""
    assert sha256_hex(b"abc") == ABC


def test_sha512_of_the_standard_example() -> None:
    """SHA-512 of "abc" is the digest printed in FIPS 180-4, in lower-case hex."""
    assert sha512_hex(b"abc") == (
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    )


def test_ni_uri_of_the_standard_example() -> None:
    """The name of "Hello World!" is the one printed in RFC 6920 section 8.1."""
    assert ni_uri(sha256_hex(b"Hello World!")) == "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"


@given(st.binary())
def test_digests_are_read_back(data: bytes) -> None:
    """What format_digest writes, parse_digest reads."""
    digest = sha256_hex(data)
    assert format_digest(digest) == f"sha256:{digest}"
    assert parse_digest(format_digest(digest)) == digest


@pytest.mark.parametrize(
    "text",
    [
        "",
        ABC,
        "sha256:",
        f"sha256:{ABC[:-1]}",
        f"sha256:{ABC}0",
        f"sha256:{ABC}\n",
        f" sha256:{ABC}",
        f"sha256: {ABC}",
        f"SHA256:{ABC}",
        f"sha256:{ABC.upper()}",
        f"sha512:{ABC}",
        f"sha256:{ABC[:-1]}\u0661",
        f"sha256:{ABC[:-1]}_",
    ],
)
def test_anything_else_is_no_digest(text: str) -> None:
    """Other algorithms, lengths, cases, blanks and digits of other scripts are refused."""
    with pytest.raises(FormatError, match=r"^record\.json: not a digest: expected sha256: and 64 lower-case"):
        parse_digest(text, "record.json")


def test_hostile_text_is_escaped_and_cut() -> None:
    """A message shows control characters escaped and only the beginning of a long text."""
    with pytest.raises(FormatError) as caught:
        parse_digest("\x1b[2J" * 1000)
    assert re.fullmatch(r"[ -~…]{1,400}", str(caught.value))
