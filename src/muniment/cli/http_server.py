"""HTTP/1.1 over the sockets of the standard library: requests are read strictly, and nobody may take long.

One thread a connection.  A request must come whole within some seconds and some kilobytes, an answer must be taken
within a time by its length, and there is a most of connections: beyond it the next one is told so at once.  Whoever
opens an archive to the world puts a server before this one that is made for it (``docs/deploy.md``).
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from socketserver import BaseRequestHandler
from time import monotonic
from typing import Any

from muniment.cli.clock import seconds
from muniment.errors import UnavailableError
from muniment.site.asgi import joined_headers
from muniment.site.http_messages import MAX_TARGET, PHRASES, HttpRequest, HttpResponse, plain_answer
from muniment.site.server import Server
from muniment.site.timemaps import http_time

CONNECTIONS = 512
"""Connections at once, each a thread; a browser opens up to six."""

HEAD_BYTES = 24 << 10
"""Bytes of a request, at most: its longest target, and twice as much for its headers."""

HEAD_SECONDS = 10.0
"""Within this time a request must be there whole, from its first byte on."""

IDLE_SECONDS = 15.0
"""So long a connection waits for the next request."""

SEND_SECONDS = 30.0
"""Within this time an answer must be taken, and a second more for each ``SLOWEST`` bytes."""

SLOWEST = 16 << 10

_FIELDS = 100
_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([!-~\x80-\xff]+) HTTP/([0-9])\.([0-9])")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~\x80-\xff]*)")
_ABSOLUTE = re.compile(r"https?://([^/?#]*)([/?].*)?", re.IGNORECASE)

Watch = Callable[[HttpRequest, HttpResponse, float], None]
"""Is told of each request, its answer and how many seconds it took."""


class _RefusedError(Exception):
    """What came is no request that is answered otherwise; the connection ends."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.response = plain_answer(status, said)


class HttpServer(ThreadingHTTPServer):
    """A server that listens; ``serve_forever`` runs it, ``shutdown`` ends it from another thread.

    Args:
        address: Where to listen, a name or number of a host, and a port; 0 for any that is free.
        server: Answers.
        watch: Is told of each request.

    Raises:
        UnavailableError: Nobody may listen there, or somebody does.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], server: Server, watch: Watch | None = None) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.answering = server
        self.watch = watch
        self.left = threading.BoundedSemaphore(CONNECTIONS)
        try:
            super().__init__(address, _Connection)
        except (OSError, OverflowError) as error:
            found = str(getattr(error, "strerror", None) or error)
            raise UnavailableError("cannot listen", where=f"{address[0]}:{address[1]}", found=found) from error

    def server_bind(self) -> None:
        """Bind, without asking who the host is, as the standard library's would."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return int(self.server_address[1])

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:  # noqa: ANN401 - the library's
        """Start a thread for a connection, or say at once that there are too many."""
        if isinstance(request, socket.socket) and not self.left.acquire(blocking=False):
            with suppress(OSError):
                request.settimeout(0)
                request.send(_formatted(plain_answer(503, "too many connections", ("Retry-After", "10")), last=True))
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:  # noqa: ANN401 - the library's
        """Serve a connection, and give its place to the next."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.left.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away."""


class _Connection(BaseRequestHandler):
    """One connection: requests, one after the other."""

    request: socket.socket
    server: HttpServer

    def handle(self) -> None:
        self._buffer = b""
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError):  # also a time that is over: who does not take an answer gets none
            while self._serve_one():
                pass

    def _serve_one(self) -> bool:
        """Answer one request; whether another one may follow."""
        try:
            head = self._read_head()
            if head is None:
                return False
            request, stays = _parse(head)
        except _RefusedError as error:
            self._send(error.response, last=True)
            return False
        began = monotonic()
        response = self.server.answering.respond(request)
        if self.server.watch is not None:
            self.server.watch(request, response, monotonic() - began)
        self._send(response, last=not stays)
        return stays

    def _read_head(self) -> bytes | None:
        """Read up to the empty line that ends a request's headers; None where the other side has ended."""
        until = monotonic() + IDLE_SECONDS
        begun = False
        while True:
            if self._buffer and not begun:
                self._buffer = self._buffer.lstrip(b"\r\n")  # RFC 9112, section 2.2
                begun = bool(self._buffer)
                until = monotonic() + HEAD_SECONDS
            end = self._buffer.find(b"\r\n\r\n")
            if end >= 0 and end <= HEAD_BYTES:
                head, self._buffer = self._buffer[:end], self._buffer[end + 4 :]
                return head
            if len(self._buffer) > HEAD_BYTES:
                raise _too_long(self._buffer)
            if (left := until - monotonic()) <= 0:
                if begun:
                    raise _RefusedError(408, f"a request must be there within {HEAD_SECONDS:.0f} seconds")
                return None
            self.request.settimeout(left)
            with suppress(TimeoutError):
                more = self.request.recv(HEAD_BYTES)
                if not more:
                    return None
                self._buffer += more

    def _send(self, response: HttpResponse, *, last: bool) -> None:
        data = _formatted(response, last=last)
        self.request.settimeout(SEND_SECONDS + len(data) / SLOWEST)
        self.request.sendall(data)
        if last:
            self._end()

    def _end(self) -> None:
        """End so that the answer arrives although more came than was read (RFC 9112, section 9.6)."""
        self.request.shutdown(socket.SHUT_WR)
        self.request.settimeout(1)
        for _ in range(16):
            if not self.request.recv(HEAD_BYTES):
                return


def _too_long(head: bytes) -> _RefusedError:
    line = head.partition(b"\r\n")[0]
    if len(line) > MAX_TARGET:
        return _RefusedError(414, f"an address has more than {MAX_TARGET} characters")
    return _RefusedError(431, f"a request has more than {HEAD_BYTES} bytes before its body")


def _parse(head: bytes) -> tuple[HttpRequest, bool]:
    """Read a request strictly; whether its connection may stay."""
    line, *lines = head.split(b"\r\n")
    match = _REQUEST_LINE.fullmatch(line)
    if match is None:
        raise _RefusedError(400, "not a request line of HTTP/1.1")
    if match[3] != b"1":
        raise _RefusedError(505, "HTTP/1.1 is spoken here")
    if len(lines) > _FIELDS:
        raise _RefusedError(431, f"more than {_FIELDS} headers")
    fields = [_FIELD.fullmatch(field) for field in lines]
    if None in fields:
        raise _RefusedError(400, "not a header")
    pairs = [(field[1], field[2].rstrip(b"\t ")) for field in fields if field is not None]
    headers = joined_headers(pairs)
    target = match[2].decode("latin-1")
    if (absolute := _ABSOLUTE.fullmatch(target)) is not None:
        headers["host"], target = absolute[1], absolute[2] or "/"  # RFC 9112, section 3.2.2
    elif sum(name.lower() == b"host" for name, _ in pairs) != 1 and match[4] != b"0":
        raise _RefusedError(400, "one header Host is wanted")
    request = HttpRequest(match[1].decode("latin-1"), "/" if target == "*" else target, headers)
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    if has_body and request.method in {"GET", "HEAD", "OPTIONS"}:
        raise _RefusedError(413, "no body is taken")
    return request, _stays(headers.get("connection", ""), match[4]) and not has_body


def _stays(connection: str, minor: bytes) -> bool:
    options = {option.strip().lower() for option in connection.split(",")}
    return "keep-alive" in options if minor == b"0" else "close" not in options


def _formatted(response: HttpResponse, *, last: bool) -> bytes:
    lines = [f"HTTP/1.1 {response.status} {PHRASES[response.status]}", f"Date: {_date(seconds())}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    if response.has_content:
        lines.append(f"Content-Length: {len(response.body) if response.length is None else response.length}")
    if last:
        lines.append("Connection: close")
    return "\r\n".join((*lines, "", "")).encode("latin-1", "replace") + response.body


def _date(now: int) -> str:
    return http_time(datetime.fromtimestamp(now, UTC))
