"""An answer as it comes in, byte by byte: how much of it there is, and when it is whole (RFC 9112)."""

from __future__ import annotations

import re
from typing import Final

from muniment.errors import SourceError
from muniment.sources.warc.http_response import CHUNK, MAX_HEAD, ResponseHead, split_response

MAX_WIRE: Final = 16 * 1024 * 1024
"""Bytes of a body as it goes over the wire."""
_MAX_INTERIM: Final = 5  # answers such as 103 before the answer
_MAX_TRAILER: Final = 16 * 1024
_MAX_CHUNK_LINE: Final = 1024
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_TRAILER_END: Final = re.compile(rb"(?:[^\r\n]+\r\n)*\r\n")


class Receiving:
    """Takes in one answer, and stops it where it is more than it may be."""

    def __init__(self, most: int = MAX_WIRE) -> None:
        self.head: ResponseHead | None = None
        self._most = most
        self._data = bytearray()
        self._body = 0  # where it begins
        self._length: int | None = None
        self._chunked = False
        self._at = 0  # where the next chunk begins
        self._interim = 0
        self._searched = 0  # up to where no head ends

    def feed(self, data: bytes) -> bool:
        """Take in what came; True where the answer is whole.

        Raises:
            SourceError: It is no answer, or larger than it may be or says.
        """
        self._data += data
        while self.head is None:
            if not self._take_head():
                return False
        if len(self._data) - self._body > self._most + _MAX_TRAILER:
            raise self._too_large()
        if self._chunked:
            return self._chunks_end()
        if self._length is None:
            if len(self._data) - self._body > self._most:
                raise self._too_large()
            return False
        # What is sent beyond the length is no part of the answer.
        return len(self._data) - self._body >= self._length

    def finish(self, *, cut: bool = False) -> bytes:
        """Give the answer, head and body, when it is whole or nothing more comes.

        Args:
            cut: Whether the connection ended in a way that anybody on it could have brought about (RFC 9112, 9.8).

        Raises:
            SourceError: The server stopped before its end.
        """
        size = len(self._data) - self._body
        if self.head is None or (self._chunked and not self._chunks_end()):
            raise SourceError("the server stopped before the end of its answer", found=f"{len(self._data)} bytes")
        if self._length is not None:
            if size < self._length:
                raise SourceError(
                    "the server stopped before the end of its answer",
                    expected=f"{self._length} bytes",
                    found=f"{size} bytes",
                )
            return bytes(self._data[: self._body + self._length])
        if cut and not self._chunked:
            raise SourceError("the connection was cut, and the answer does not say how long it is")
        return bytes(self._data)

    def _take_head(self) -> bool:
        end = _HEAD_END.search(self._data, self._searched, MAX_HEAD)
        if end is None:
            self._searched = max(0, len(self._data) - 3)  # bytes of an end that may have come in part
            if len(self._data) >= MAX_HEAD or (len(self._data) >= 5 and not self._data.startswith(b"HTTP/")):
                raise SourceError("this is no HTTP answer", expected=f"a head of at most {MAX_HEAD} bytes")
            return False
        self._searched = 0
        head, _ = split_response(bytes(self._data[: end.end()]))
        if 100 <= head.status < 200 and head.status != 101:
            self._interim += 1
            if self._interim > _MAX_INTERIM:
                raise SourceError("the server announces an answer, and gives none")
            del self._data[: end.end()]
            return bool(self._data)
        self._frame(head, end.end())
        return True

    def _frame(self, head: ResponseHead, body: int) -> None:
        """See by its head where an answer ends."""
        self.head, self._body, self._at = head, body, body
        transfer = head.get("transfer-encoding").lower()
        stated = {length.strip() for length in head.get("content-length").split(",")} - {""}
        if head.status in {204, 304}:
            self._length = 0
        elif transfer:
            if transfer.split(",")[-1].strip() != "chunked":
                raise SourceError("the coding of the transfer is not read here", found=repr(transfer[:80]))
            self._chunked = True
        elif stated:
            length = stated.pop()
            if stated or not (length.isascii() and length.isdigit() and len(length) < 20):
                raise SourceError("the answer does not say one length", found=repr(length[:80]))
            self._length = int(length)
            if self._length > self._most:
                raise self._too_large()

    def _chunks_end(self) -> bool:
        """Go on from chunk to chunk; True behind the last one."""
        while (line := CHUNK.match(self._data, self._at)) is not None:
            size = int(line[1], 16)
            if size > self._most:
                raise self._too_large()
            if size == 0:
                end = _TRAILER_END.match(self._data, line.end())
                if end is None and len(self._data) - line.end() > _MAX_TRAILER:
                    raise self._too_large()
                if end is not None:
                    del self._data[end.end() :]
                return end is not None
            if len(self._data) < line.end() + size + 2:
                return False
            if self._data[line.end() + size : line.end() + size + 2] != b"\r\n":
                raise SourceError("the chunks of the answer are broken")
            self._at = line.end() + size + 2
        line_end = self._data.find(b"\n", self._at)
        if line_end >= 0 or len(self._data) - self._at > _MAX_CHUNK_LINE:
            raise SourceError("the chunks of the answer are broken")
        return False

    def _too_large(self) -> SourceError:
        return SourceError("the answer is too large", expected=f"at most {self._most} bytes")
