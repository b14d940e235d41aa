"""An answer of a web server that ends: so many bytes, at no less than so many a second.

The library reads what a server says as long as the server goes on: answers that another one will follow, a chunk whose
length is below zero, which is all that ever comes, a byte now and then.  A time-out is for one wait alone.  So bytes
and time are counted below all that, where they come in.
"""

from __future__ import annotations

import time
from http.client import HTTPException, HTTPResponse
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from socket import socket

OVERHEAD: Final = 1024 * 1024
"""Bytes for what stands around a body: headers, and the lengths of chunks."""
PATIENCE: Final = 60.0
"""Seconds that an answer may take, however little comes."""
SLOWEST: Final = 16 * 1024
"""Bytes for each of which, a second, it may take longer."""


class TooLongError(HTTPException):
    """More bytes came than an answer of that size can have."""


class _Counted(RawIOBase):
    """What comes from a connection, until it was too much or took too long.

    Args:
        raw: The connection.
        most: So many bytes at most.
    """

    def __init__(self, raw: Any, most: int) -> None:  # noqa: ANN401 - the library's own kind of file
        self._raw, self._most = raw, most
        self._count, self._begun = 0, time.monotonic()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 - whatever the library reads into
        if time.monotonic() - self._begun > PATIENCE + self._count / SLOWEST:
            raise TimeoutError("the answer came too slowly")
        count = int(self._raw.readinto(buffer))
        self._count += count
        if self._count > self._most:
            raise TooLongError("the answer went on")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class BoundedAnswer(HTTPResponse):
    """An answer whose body may have ``limit`` bytes: beyond that is TooLongError, and TimeoutError where it is slow."""

    def __init__(self, sock: socket, *args: Any, limit: int, **named: Any) -> None:  # noqa: ANN401 - the library's
        super().__init__(sock, *args, **named)
        fp: Any = self.fp
        self.fp = BufferedReader(_Counted(fp.detach(), limit + limit // 8 + OVERHEAD))
