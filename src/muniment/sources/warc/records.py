"""The records of a WARC file, 1.0 and 1.1 (ISO 28500), one after another, packed by gzip or not.

Strict: each record has its four fields, is as long as it says, and ends as the standard says; else the file is refused,
since nobody knows what the rest of it would be.  What is unpacked is counted.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from muniment.errors import SourceError
from muniment.record.capture import without_credentials
from muniment.sources.warc.unpacking import GZIP, GZIP_WINDOW, TornError, inflate

MAX_UNPACKED: Final = 1 << 30
"""Bytes of all records of a file, unpacked."""
_MAX_FIELDS: Final = 64 * 1024  # bytes
_PART: Final = 1 << 16
_NEEDED: Final = ("warc-type", "warc-record-id", "warc-date", "content-length")
_FIELD: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)", re.DOTALL)
_VERSION: Final = re.compile(rb"WARC/1\.[01]\r?\n")
_HASHES: Final = {"md5": "md5", "sha1": "sha1", "sha-1": "sha1", "sha256": "sha256", "sha-256": "sha256"} | {
    "sha512": "sha512",
    "sha-512": "sha512",
}


@dataclass(frozen=True, slots=True)
class WarcHead:
    """The named fields of a record.

    Attributes:
        number: Of the record in its file, from 1.
        fields: By name in small letters.
    """

    number: int
    fields: dict[str, str]

    def get(self, name: str) -> str:
        """The value of a field; empty where there is none."""
        return self.fields.get(name, "")

    @property
    def kind(self) -> str:
        """What it holds: ``response``, ``request``, ``warcinfo`` and more."""
        return self.get("warc-type").lower()

    @property
    def id(self) -> str:
        """The WARC-Record-ID, without brackets."""
        return self.get("warc-record-id").strip("<>")

    @property
    def target(self) -> str:
        """The WARC-Target-URI without a name and a password; some writers set it in brackets."""
        return without_credentials(self.get("warc-target-uri").strip("<>"))


@dataclass(slots=True)
class WarcRecord:
    """A record whose block is read only where it is asked for.

    Attributes:
        head: Its named fields.
        size: Bytes of its block that were not read.
        start: The byte of the file, unpacked, at which it begins.
    """

    head: WarcHead
    size: int
    _stream: _Stream
    start: int = 0

    def block(self, most: int) -> bytes:
        """Read the block, once.

        Raises:
            SourceError: It is larger than ``most`` bytes, or cut off.
        """
        if self.size > most:
            raise SourceError(
                "the record is too large",
                where=_place(self.head),
                expected=f"at most {most} bytes",
                found=str(self.size),
            )
        size, self.size = self.size, 0
        return self._stream.take(size)

    def beginning(self, most: int) -> bytes:
        """Read the first bytes of the block, so many at most, once.

        Raises:
            SourceError: It is cut off.
        """
        size = min(self.size, most)
        self.size -= size
        return self._stream.take(size)


def read_records(data: bytes) -> Iterator[WarcRecord]:
    """Give the records in their order.

    Raises:
        SourceError: The file is no WARC, is cut off, says what is not so, or is too large when unpacked.
    """
    stream, number = _Stream(data), 0
    while stream.fill(1):
        number += 1
        stream.place, start = f"record {number}", stream.at
        head = _read_head(stream, number)
        record = WarcRecord(head, int(head.get("content-length")), stream, start)
        yield record
        stream.skip(record.size)
        if stream.take(4) != b"\r\n\r\n":
            raise SourceError(
                "the record is not as long as it says, or does not end as a record does", where=_place(head)
            )
        stream.place = f"record {number + 1}"
    if number == 0:
        raise SourceError("the WARC file holds nothing")


def check_digest(stated: str, *candidates: bytes) -> str:
    """Hold a digest of a record against what it may be of.

    Args:
        stated: As it stands there, such as ``sha1:DR5M…``, in base 16, 32 or 64.
        candidates: What the writers of WARC files take it of.

    Returns:
        The digest; empty where it is of an algorithm that is not known here.

    Raises:
        SourceError: It is of none of them.
    """
    name, _, value = stated.strip().partition(":")
    algorithm = _HASHES.get(name.lower())
    if algorithm is None:
        return ""
    sums = [hashlib.new(algorithm, each, usedforsecurity=False).digest() for each in candidates]
    if not any(hmac.compare_digest(found, sum_) for found in _bytes_of(value.strip()) for sum_ in sums):
        raise SourceError(
            "the bytes are not those that the record was made of",
            expected=stated[:160],
            found=f"{algorithm}:{base64.b32encode(sums[0]).decode().rstrip('=')}",
            hint="take another copy of the file",
        )
    return f"{name.lower()}:{value.strip()}"


def _bytes_of(value: str) -> Iterator[bytes]:
    """What a digest may mean: the writers do not say in which base it is, and its length tells."""
    padded = value.rstrip("=")
    for decode, text in (
        (bytes.fromhex, value),
        (base64.b32decode, padded.upper() + "=" * (-len(padded) % 8)),
        (base64.b64decode, padded.replace("-", "+").replace("_", "/") + "=" * (-len(padded) % 4)),
    ):
        try:
            yield decode(text)
        except (ValueError, binascii.Error):
            continue


def _place(head: WarcHead) -> str:
    return f"record {head.number}"


def _read_head(stream: _Stream, number: int) -> WarcHead:
    where = f"record {number}"
    if _VERSION.fullmatch(stream.line(32)) is None:
        what = "this is no WARC file" if number == 1 else "no record begins where the one before it ends"
        raise SourceError(what, where=where, expected="WARC/1.0 or WARC/1.1")
    lines: list[str] = []
    room = _MAX_FIELDS
    while (line := stream.line(room)).strip(b"\r\n"):
        room -= len(line)
        text = line.decode("utf-8", errors="replace").rstrip("\r\n")
        if text[0] in " \t" and lines:
            lines[-1] += f" {text.strip()}"
        else:
            lines.append(text)
    fields: dict[str, str] = {}
    for text in lines:
        field = _FIELD.fullmatch(text)
        name = field[1].lower() if field else ""
        if field is None or (name in _NEEDED and name in fields):
            raise SourceError("the fields of the record cannot be read", where=where, found=repr(text[:80]))
        fields.setdefault(name, field[2].strip())
    missing = next((name for name in _NEEDED if not fields.get(name)), None)
    length = fields.get("content-length", "")
    if missing is not None or not (length.isascii() and length.isdigit() and len(length) < 20):
        raise SourceError(f"the record has no {missing or 'usable content-length'}", where=where)
    return WarcHead(number, fields)


class _Stream:
    """The unpacked bytes of a file, in order."""

    def __init__(self, data: bytes) -> None:
        packed = data.startswith(GZIP)
        self._parts = inflate(data, GZIP_WINDOW, strict=True) if packed else _slices(data)
        self._buffer = bytearray()
        self._count = 0
        self.place = "record 1"

    @property
    def at(self) -> int:
        """How many bytes were taken."""
        return self._count - len(self._buffer)

    def fill(self, size: int) -> bool:
        """Have so many bytes at hand, if there are."""
        try:
            while len(self._buffer) < size:
                part = next(self._parts, None)
                if part is None:
                    return False
                self._count += len(part)
                if self._count > MAX_UNPACKED:
                    raise SourceError(
                        "the WARC file is too large", expected=f"at most {MAX_UNPACKED >> 30} GiB when unpacked"
                    )
                self._buffer += part
        except TornError as error:
            raise SourceError(
                "the gzip of the WARC file is cut off or broken", where=self.place, hint="take another copy of the file"
            ) from error
        return True

    def take(self, size: int) -> bytes:
        if not self.fill(size):
            raise self._cut()
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def skip(self, size: int) -> None:
        while size:
            step = min(size, _PART)
            self.take(step)
            size -= step

    def line(self, most: int) -> bytes:
        """A line with its end."""
        at = 0
        while (end := self._buffer.find(b"\n", at)) < 0:
            at = len(self._buffer)
            if at >= most:
                break
            if not self.fill(at + 1):
                raise self._cut()
        if end < 0 or end >= most:
            raise SourceError("the fields of the record cannot be read", where=self.place, expected="fewer bytes")
        return self.take(end + 1)

    def _cut(self) -> SourceError:
        return SourceError("the WARC file is cut off", where=self.place, hint="take another copy of the file")


def _slices(data: bytes) -> Iterator[bytes]:
    return (data[at : at + _PART] for at in range(0, len(data), _PART))
