"""WARC and WACZ: files that hold what servers answered, of which one answer is taken (``docs/capture.md``).

- ``answer``: which one, and what is known of it
- ``listing``: all of them, for who takes in every one
- ``records``: the records of a WARC file
- ``http_response``: a response, and its body with the codings undone
- ``wacz``: the WARC files in a WACZ file
- ``writing``: one record as it is written
- ``unpacking``: gzip, zlib, brotli and zstd, in parts that are counted
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, Final

from muniment.errors import SourceError
from muniment.record.capture import Capture, read_capture
from muniment.sources.kinds import WACZ, WARC, recognise
from muniment.sources.worker import unpack_in_child

MAX_WARC: Final = 64 * 1024 * 1024
"""Bytes of a WARC or WACZ file."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was taken out of a WARC or WACZ file.

    Attributes:
        payload: The body, with all codings undone.
        media_type: As the answer says, without parameters; empty where it does not.
        charset: As the answer says; empty where it does not.
        capture: What is known of the answer.
        exchange: What the archive keeps of the exchange beside the original; None where it keeps none.
    """

    payload: bytes
    media_type: str
    charset: str
    capture: Capture
    exchange: bytes | None = None

    def as_json(self) -> dict[str, Any]:
        """Give it as the process does that has taken it out."""
        return {
            "payload": base64.b64encode(self.payload).decode(),
            "media_type": self.media_type,
            "charset": self.charset,
            "capture": self.capture.as_json(),
        }


def read_unpacked(value: dict[str, Any]) -> Unpacked:
    """Read what ``Unpacked.as_json`` gave."""
    payload = base64.b64decode(value["payload"])
    return Unpacked(payload, value["media_type"], value["charset"], read_capture(value["capture"]))


def holds_answers(data: bytes) -> bool:
    """Whether a file is a WARC or WACZ file, by its bytes."""
    return recognise(data) in {WARC, WACZ}


def take_answer(data: bytes, address: str | None = None, *, where: str = "") -> Unpacked:
    """Take one answer out of a WARC or WACZ file, in a process of its own, which is bounded.

    Args:
        data: The file.
        address: Of the answer; None for the only page that is in it.
        where: What errors name.

    Raises:
        SourceError: The file is broken, or the answer is not there, there twice, cut off, or not what its digests say.
        BeyondLimitsError: It could not be read within the limits.
        UnavailableError: The process could not be started.
    """
    try:
        value = unpack_in_child("answer", data, {"address": address}, where=where)
    except SourceError as error:
        if not where or error.where == where:
            raise
        raise error.as_(type(error), where=f"{where}: {error.where}", hint=error.hint) from error
    return read_unpacked(value)
