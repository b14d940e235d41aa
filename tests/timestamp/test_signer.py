"""Which certificate a token names: the signed attribute, and structures that are none."""

from __future__ import annotations

from contextlib import suppress

import pytest
from tests.timestamp.authority import der, make_authority, names, sequence

from muniment.timestamp.request import make_request
from muniment.timestamp.response import names_certificate

CLOCK = make_authority()
REQUEST = make_request(b"data", 1)
LEAF = CLOCK.leaf.der


def token(named: bytes | None = None) -> bytes:
    """Give the token of a response, which stands after five bytes of status and the response's own header."""
    response = CLOCK.but(named=named).reply(REQUEST)
    return response[response.index(sequence(der(0x02, b"\0"))) + 5 :]


def test_named() -> None:
    """The certificate that the signed attribute names is told from every other."""
    for named in (None, names(LEAF, "sha1", first=True), names(LEAF, "sha512", said=True), names(LEAF, said=True)):
        assert names_certificate(token(named), LEAF)
        assert not names_certificate(token(named), CLOCK.embedded[1].der)


def test_second_counts_before_first() -> None:
    """Where both attributes are there, the one with the stronger hash decides."""
    other = CLOCK.embedded[1].der
    assert names_certificate(token(names(LEAF) + names(other, "sha1", first=True)), LEAF)


def test_not_named() -> None:
    """A token without the attribute names none."""
    assert not names_certificate(token(b""), LEAF)


@pytest.mark.parametrize("data", [b"", b"\x31\x00", b"\x30\x05\x06", sequence(), sequence(sequence()), b"\x30\x84"])
def test_no_token(data: bytes) -> None:
    """What is no such structure is refused with one of the errors that a wrong index or value gives."""
    with pytest.raises((ValueError, IndexError)):
        names_certificate(data, LEAF)


def test_cut_anywhere() -> None:
    """Cut anywhere, it ends with an error or an answer, and never runs on."""
    whole = token()
    for length in range(len(whole)):
        with suppress(ValueError, IndexError):
            assert not names_certificate(whole[:length], LEAF)
