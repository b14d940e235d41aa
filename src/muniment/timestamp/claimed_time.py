"""What a time stamp response says, without asking whether it holds: for showing a time, not for believing it.

It takes no extra, so that what is made from a stamp is the same bytes on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from muniment.errors import StampError
from muniment.timestamp.der import CONTEXT_0, INTEGER, OCTETS, SEQUENCE, TIME, elements, inside, only

_TIME = re.compile(r"([0-9]{14})(?:\.([0-9]{1,9}))?Z")
_PARTS = {INTEGER: 1_000_000, 0x80: 1000, 0x81: 1}
"""Members of an Accuracy by tag, in microseconds: seconds, millis, micros (RFC 3161 section 2.4.2)."""


def said_time(response: bytes, where: str = "") -> str:
    """Give the latest moment at which a stamp was made, as it says: genTime and its accuracy, rounded up to the second.

    Args:
        response: DER.
        where: What to call it in errors.

    Returns:
        RFC 3339 in UTC, as ``check_response`` gives it.

    Raises:
        StampError: It is not a response with a stamp.
    """
    try:
        latest = _latest(list(elements(_info(response))))
    except (ValueError, IndexError, StopIteration, OverflowError) as error:
        raise StampError("not a time stamp response", where=where) from error
    return f"{latest.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _latest(parts: Sequence[tuple[int, bytes]]) -> datetime:
    at = next(place for place, (tag, _) in enumerate(parts) if tag == TIME)
    generated = _TIME.fullmatch(parts[at][1].decode("ascii"))
    if generated is None:
        raise ValueError("not a time")
    following = parts[at + 1 : at + 2]
    accuracy = _accuracy(following[0][1]) if following and following[0][0] == SEQUENCE else 0
    whole, rest = divmod(accuracy, 1_000_000)
    time = datetime.strptime(generated[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return time + timedelta(seconds=whole + bool(rest) + bool(generated[2]))


def _info(response: bytes) -> bytes:
    """Give the content of the TSTInfo in a TimeStampResp."""
    token = [content for tag, content in elements(inside(response, SEQUENCE)) if tag == SEQUENCE][1]
    signed = inside(only(token, CONTEXT_0), SEQUENCE)
    return inside(only(only(only(signed, SEQUENCE), CONTEXT_0), OCTETS), SEQUENCE)


def _accuracy(content: bytes) -> int:
    micros = 0
    for tag, number in elements(content):
        value = int.from_bytes(number, "big", signed=True)
        if tag not in _PARTS or value < 0:
            raise ValueError("not an accuracy")
        micros += value * _PARTS[tag]
    return micros
