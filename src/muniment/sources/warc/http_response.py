"""An HTTP response as it went over the wire: its head, and its body with the codings undone, counted while undoing.

Writers of WARC files keep what they got, but for some that undo a coding and leave the header that names it.  So a
coding that the body does not begin like is taken as undone already (``docs/capture.md``, *The bytes that are kept*).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from muniment.errors import SourceError
from muniment.sources.warc.unpacking import (
    GZIP,
    GZIP_WINDOW,
    ZSTD,
    TornError,
    inflate,
    unpack_brotli,
    unpack_zstd,
)

MAX_HEAD: Final = 64 * 1024
"""Bytes of a status line and headers."""
_MAX_FIELDS: Final = 200
_STATUS: Final = re.compile(rb"HTTP/[0-9](?:\.[0-9])? ([1-9][0-9]{2})(?: [^\r\n]*)?\r?\n")
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_FIELD: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)", re.DOTALL)
CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]{0,1000}(?:;[^\r\n]{0,1000})?\r\n")
"""The line that begins a chunk: one pattern for whoever receives chunks and whoever joins them."""
_BEGINS_CHUNK: Final = re.compile(rb"0*[0-9A-Fa-f]{1,8}[ \t]*(?:;[^\r\n]*)?\r\n")
"""The same without bounds: what begins like a chunk, and is a broken one, is not the body itself."""
_MAX_CODINGS: Final = 5
"""Codings of one body, those of the transfer and those of the content each; who sends more wants to be slow."""
_IDENTITY: Final = frozenset({"", "identity", "utf-8", "none", "binary"})
"""Codings that change nothing; the last three are errors of servers, which browsers overlook."""


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """A status and headers, in their order."""

    status: int
    headers: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """The values of a header, joined by commas; empty where there is none."""
        return ", ".join(value for other, value in self.headers if other.lower() == name)


@dataclass(frozen=True, slots=True)
class Body:
    """A body in its states: as it went over the wire, without the coding of the transfer, and without any."""

    wire: bytes
    entity: bytes
    payload: bytes
    codings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlainBody:
    """A body with all codings undone, and what was undone, in the order of undoing."""

    payload: bytes
    codings: tuple[str, ...] = ()


def undo_codings(response: bytes, most: int) -> dict[str, Any]:
    """Undo the codings of a response, and give its body as JSON: what the process does that is bounded.

    Raises:
        ExtractorMissingError: As ``decode_body``.
        SourceError: As ``split_response`` and ``decode_body``.
    """
    body = decode_body(*split_response(response), most=most)
    return {"payload": base64.b64encode(body.payload).decode(), "codings": list(body.codings)}


def split_response(block: bytes) -> tuple[ResponseHead, bytes]:
    """Cut a response into its head and its body.

    Raises:
        SourceError: It does not begin like a response, or its head is too large.
    """
    status = _STATUS.match(block)
    end = _HEAD_END.search(block, status.end() - 2 if status else 0, MAX_HEAD)
    if status is None or end is None:
        raise SourceError("this is no HTTP response", expected=f"a status line, and a head of at most {MAX_HEAD} bytes")
    lines = block[status.end() : max(end.start(), status.end())].decode("latin-1")
    unfolded = re.sub(r"\r?\n[ \t]+", " ", lines)
    fields = [_FIELD.fullmatch(line.rstrip("\r")) for line in unfolded.split("\n") if line.strip()]
    if None in fields or len(fields) > _MAX_FIELDS:
        raise SourceError(
            "the head of the HTTP response cannot be read", expected=f"at most {_MAX_FIELDS} lines of a name and value"
        )
    headers = tuple((field[1], field[2].strip(" \t")) for field in fields if field is not None)
    return ResponseHead(int(status[1]), headers), block[end.end() :]


def decode_body(head: ResponseHead, wire: bytes, *, most: int) -> Body:
    """Undo the codings of a body, that of the transfer first.

    Args:
        head: Of the response.
        wire: The body as it went over the wire.
        most: Bytes, beyond which nothing is unpacked.

    Raises:
        ExtractorMissingError: It is in a coding for which something is not installed.
        SourceError: The body is shorter or longer than it says, broken, in a coding that is not read, or too large.
    """
    codings: list[str] = []
    entity, transfer = wire, _codings(head.get("transfer-encoding"))
    for coding in reversed(transfer):
        entity = _undo(coding, entity, codings, most)
    if not transfer:
        _check_length(head, entity)
    payload = entity
    for coding in reversed(_codings(head.get("content-encoding"))):
        payload = _undo(coding, payload, codings, most)
    if len(payload) > most:
        raise _too_large(most)
    return Body(wire, entity, payload, tuple(codings))


def _codings(value: str) -> list[str]:
    names = [name.strip().lower().removeprefix("x-") for name in value.split(",")]
    codings = [name for name in names if name not in _IDENTITY]
    if len(codings) > _MAX_CODINGS:
        raise SourceError(
            "the body is coded too often", expected=f"at most {_MAX_CODINGS} codings", found=str(len(codings))
        )
    return codings


def _undo(coding: str, data: bytes, undone: list[str], most: int) -> bytes:
    if coding not in {"chunked", *_UNPACKERS}:
        raise SourceError(
            f"the body is coded as {coding[:40]!r}, which is not read here",
            expected="gzip, deflate, br, zstd or no coding",
            hint="capture it without that coding, or save the page and add that",
        )
    if _undone_before(coding, data):
        return data
    undone.append(coding)
    return _join_chunks(data, most) if coding == "chunked" else _gathered(_UNPACKERS[coding](data), coding, most)


def _undone_before(coding: str, data: bytes) -> bool:
    """Whether a body does not begin like a coding that is named; of two of them nothing can be told by first bytes."""
    if coding == "chunked":
        return _BEGINS_CHUNK.match(data) is None
    return coding in _FIRST_BYTES and _FIRST_BYTES[coding].match(data) is None


def _unpack_deflate(data: bytes) -> Iterator[bytes]:
    # RFC 9110 section 8.4.1.2: zlib; but servers send the bare stream too, and browsers read both.
    wrapped = len(data) >= 2 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    return inflate(data, 15 if wrapped else -15)


_FIRST_BYTES: Final = {
    "gzip": re.compile(re.escape(GZIP)),
    # A frame that is skipped may come first (RFC 8878 section 3.1.2).
    "zstd": re.compile(re.escape(ZSTD) + rb"|[\x50-\x5f]\x2a\x4d\x18"),
}
_UNPACKERS: Final[dict[str, Callable[[bytes], Iterator[bytes]]]] = {
    "gzip": partial(inflate, window=GZIP_WINDOW),
    "deflate": _unpack_deflate,
    "br": unpack_brotli,
    "zstd": unpack_zstd,
}


def _join_chunks(data: bytes, most: int) -> bytes:
    parts: list[bytes] = []
    at = size = 0
    while True:
        head = CHUNK.match(data, at)
        if head is None:
            raise SourceError("the chunks of the body are broken", where=f"byte {at} of the body")
        length = int(head[1], 16)
        start, at = head.end(), head.end() + length
        if length == 0:
            return b"".join(parts)
        size += length
        if size > most:
            raise _too_large(most)
        if data[at : at + 2] != b"\r\n":
            raise SourceError("the last chunk of the body is cut off, or longer than it says", where=f"byte {start}")
        parts.append(data[start:at])
        at += 2


def _gathered(parts: Iterator[bytes], coding: str, most: int) -> bytes:
    out = bytearray()
    try:
        for part in parts:
            out += part
            if len(out) > most:
                raise _too_large(most)
    except TornError as error:
        raise SourceError(f"the body is cut off or broken: it is not {coding} as it says") from error
    return bytes(out)


def _check_length(head: ResponseHead, entity: bytes) -> None:
    stated = head.get("content-length")
    lengths = {length.strip() for length in stated.split(",")} if stated else set()
    if not lengths:
        return
    length = lengths.pop()
    if lengths or not (length.isascii() and length.isdigit() and len(length) < 20):
        raise SourceError("the response does not say one length", found=repr(stated[:80]))
    coded = _codings(head.get("content-encoding"))
    undone_before = len(coded) == 1 and _undone_before(coded[0], entity)
    if int(length) != len(entity) and not undone_before:
        raise SourceError(
            "the body is not as long as its Content-Length",
            expected=f"{length[:20]} bytes",
            found=f"{len(entity)} bytes",
        )


def _too_large(most: int) -> SourceError:
    return SourceError("the body is too large", expected=f"at most {most} bytes when unpacked")
