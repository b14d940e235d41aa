"""What a response says of its time, read without the software that verifies it."""

from __future__ import annotations

import pytest
from tests.timestamp.authority import GENERATED, Authority
from tests.timestamp.stamping import CLOCK, NONCE

from muniment.errors import StampError
from muniment.timestamp.certificates import parse_certificates
from muniment.timestamp.claimed_time import said_time
from muniment.timestamp.request import make_request
from muniment.timestamp.response import check_response

DATA = b"a checkpoint"
REQUEST = make_request(DATA, NONCE)


@pytest.mark.parametrize("fraction", ["", ".5", ".000001", ".999"])
@pytest.mark.parametrize("accuracy", [None, 0, 1, 59, 86400])
def test_same_time_as_verified(fraction: str, accuracy: int | None) -> None:
    """The time is the one that a verified response proves, whatever its fraction and accuracy."""
    authority: Authority = CLOCK.but(fraction=fraction, accuracy=accuracy)
    response = authority.reply(REQUEST)
    verified = check_response(response, REQUEST, DATA, parse_certificates(authority.pinned))
    assert said_time(response) == verified.time


def test_every_cut_response_is_refused() -> None:
    """A response that is cut anywhere is no response, and gives a typed error."""
    response = CLOCK.reply(REQUEST)
    for end in range(len(response)):
        with pytest.raises(StampError):
            said_time(response[:end])


def test_every_changed_byte() -> None:
    """Whatever byte is changed, a time comes out or a typed error."""
    response = CLOCK.reply(REQUEST)
    times = set()
    for at in range(len(response)):
        for flip in (1, 0x80, 0xFF):
            changed = response[:at] + bytes([response[at] ^ flip]) + response[at + 1 :]
            try:
                times.add(said_time(changed))
            except StampError:
                continue
    assert f"{GENERATED:%Y-%m-%dT%H:%M:%SZ}" in times


@pytest.mark.parametrize(
    "response", [b"", b"0", b"\x30\x00", b"\x30\x80", b"\xff" * 100, CLOCK.but(status=2).reply(REQUEST)]
)
def test_no_response(response: bytes) -> None:
    """What is no granted response is refused."""
    with pytest.raises(StampError, match="not a time stamp response"):
        said_time(response)
