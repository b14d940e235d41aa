"""The one way out of a browser: a proxy on this machine that judges each connection as a capture does.

A name is resolved once for each connection, every address of it is judged, and the connection is to such an address;
so whatever a page or its scripts ask for, in whatever scheme, nothing is reached that ``capture`` would not ask.  What
is refused is counted and gets no answer that a script could read.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from select import select
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import Final

from muniment.cli.transport import Deadline, connect_judged, judge_host
from muniment.errors import InputError, MunimentError
from muniment.sources.warc.http_response import MAX_HEAD
from muniment.sources.web.targets import WebTarget, parse_target
from muniment.sources.web.visit import Asking

MOST_BYTES: Final = 64 << 20
"""Of all connections together, both ways."""
MOST_CONNECTIONS: Final = 1000
_AT_ONCE: Final = 64
_BETWEEN: Final = 15.0  # seconds in which some byte must come
_TICK: Final = 0.25  # seconds after which it is seen that all has ended
_PART: Final = 1 << 16
_NAMED: Final = 20  # refusals that are kept in words
_REQUEST: Final = re.compile(rb"([A-Z]{3,16}) (\S+) HTTP/1\.1\r\n")
_TUNNEL: Final = re.compile(r"([^/?#@]+:[0-9]+)")
_ADDRESS: Final = re.compile(r"(?:http|ws)://([^/?#]+)([/?][^#]*)?")
_CLOSING: Final = re.compile(rb"(?im)^(?:connection|keep-alive|proxy-connection|alt-svc):[^\n]*\n")
_LENGTH: Final = re.compile(rb"(?im)^content-length:[ \t]*([0-9]{1,15})[ \t]*\r?$")
_INTERIM: Final = re.compile(rb"HTTP/1\.[01] 1[0-9][0-9][ \r]")


@dataclass(slots=True)
class Traffic:
    """What went through, and what did not.

    Attributes:
        connections: That were asked for.
        refused: How many of them lead where nobody may be asked.
        reasons: Why, in the words of an error, of the first ones.
        size: Bytes, both ways.
        exceeded: Which limit was passed, in words; empty where none was.
    """

    connections: int = 0
    refused: int = 0
    reasons: list[str] = field(default_factory=list)
    size: int = 0
    exceeded: str = ""


class BrowserProxy:
    """Serves a browser until it is closed."""

    def __init__(self, asking: Asking, deadline: Deadline) -> None:
        """Open a port of this machine.

        Args:
            asking: Which servers may be asked.
            deadline: When all must have ended, and what is around.
        """
        self.traffic = Traffic()
        self._asking = asking
        self._deadline = deadline
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ended = Event()
        self._lock = Lock()
        self._room = BoundedSemaphore(_AT_ONCE)

    @property
    def port(self) -> int:
        """Where it listens."""
        number: int = self._listener.getsockname()[1]
        return number

    def start(self) -> None:
        """Begin to serve, in a thread of its own."""
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Let go of every connection."""
        self._ended.set()
        self._listener.close()

    def _accept(self) -> None:
        self._listener.settimeout(_TICK)
        while not self._ended.is_set():
            with suppress(OSError):
                client, _ = self._listener.accept()
                if not self._room.acquire(timeout=_BETWEEN):
                    client.close()
                    continue
                Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            with client, suppress(OSError, MunimentError, ValueError):
                client.settimeout(_BETWEEN)
                self._answer(client)
        finally:
            self._room.release()

    def _answer(self, client: socket.socket) -> None:
        head, rest = _read_head(client)
        request = _REQUEST.match(head)
        if request is None or not self._counted():
            return
        tunnel = request[1] == b"CONNECT"
        try:
            target = _target(request[2].decode("ascii"), self._asking, tunnel=tunnel)
            server, _ = connect_judged(target, judge_host(target, self._deadline, self._asking), self._deadline)
        except InputError as error:
            self._refuse(error)
            # Without one that is read as an answer of the host: a tunnel fails, a request comes to nothing.
            client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n" if tunnel else b"")
            return
        with server:
            if tunnel:
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                server.sendall(rest)
                self._count(len(rest))
            else:
                self._forward(client, server, (head, rest), target)
            self._relay(client, server, tunnel=tunnel)

    def _forward(
        self, client: socket.socket, server: socket.socket, asked: tuple[bytes, bytes], target: WebTarget
    ) -> None:
        """Hand on one request and the head of its answer, so that the connection is of no use for another one."""
        head, body = asked
        method, _, rest = head.partition(b" ")
        lines = _CLOSING.sub(b"", rest.partition(b"\r\n")[2])
        sent = b"%b %b HTTP/1.1\r\nConnection: close\r\n%b" % (method, target.path.encode("ascii"), lines)
        stated = _LENGTH.search(head)
        size = int(stated[1]) if stated else 0
        body, left = body[:size], size - len(body)
        server.settimeout(_BETWEEN)
        server.sendall(sent + body)
        self._count(len(sent) + len(body))
        while left > 0 and (part := client.recv(min(left, _PART))) and self._count(len(part)):
            server.sendall(part)
            left -= len(part)
        answer, rest = _read_head(server)
        while _INTERIM.match(answer) is not None:
            answer, rest = _read_head(server, rest)
        self._count(len(answer) + len(rest))
        status, _, lines = answer.partition(b"\r\n")
        client.sendall(status + b"\r\nConnection: close\r\n" + _CLOSING.sub(b"", lines) + rest)

    def _relay(self, client: socket.socket, server: socket.socket, *, tunnel: bool) -> None:
        """Hand on what comes until one of them ends, nothing comes, or all has ended; behind a request no other one."""
        other = {client: server, server: client}
        quiet = self._deadline.network.monotonic()
        while not self._ended.is_set():
            ready = select([client, server], [], [], _TICK)[0]
            now = self._deadline.network.monotonic()
            if not ready and now - quiet > _BETWEEN:
                return
            quiet = now if ready else quiet
            for one in ready:
                part = one.recv(_PART)
                if not part or not self._count(len(part)):
                    return
                if tunnel or one is server:
                    other[one].sendall(part)

    def _counted(self) -> bool:
        with self._lock:
            self.traffic.connections += 1
            if self.traffic.connections > MOST_CONNECTIONS:
                self.traffic.exceeded = f"at most {MOST_CONNECTIONS} connections"
            return not self.traffic.exceeded

    def _count(self, size: int) -> bool:
        """Count bytes; False where they are more than may be."""
        with self._lock:
            self.traffic.size += size
            if self.traffic.size > MOST_BYTES:
                self.traffic.exceeded = f"at most {MOST_BYTES} bytes"
            return not self.traffic.exceeded

    def _refuse(self, error: InputError) -> None:
        with self._lock:
            self.traffic.refused += 1
            if len(self.traffic.reasons) < _NAMED and (words := str(error)) not in self.traffic.reasons:
                self.traffic.reasons.append(words)


@contextmanager
def serving(asking: Asking, deadline: Deadline) -> Iterator[BrowserProxy]:
    """Serve a browser for a while."""
    proxy = BrowserProxy(asking, deadline)
    try:
        proxy.start()
        yield proxy
    finally:
        proxy.close()


def _read_head(stream: socket.socket, data: bytes = b"") -> tuple[bytes, bytes]:
    """Read a head of which some may have come, and what came behind it."""
    while (end := data.find(b"\r\n\r\n")) < 0:
        part = stream.recv(_PART)
        if not part or len(data) > MAX_HEAD:
            raise ValueError("no head")
        data += part
    return data[: end + 4], data[end + 4 :]


def _target(text: str, asking: Asking, *, tunnel: bool) -> WebTarget:
    """Read where a browser wants to go; what is in a tunnel is none of our business, so it is no TLS of ours."""
    parts = _TUNNEL.fullmatch(text) if tunnel else _ADDRESS.fullmatch(text)
    if parts is None:
        raise ValueError("no address")
    # The path is the page's affair; the browser has escaped it.
    path = "/" if tunnel else parts[2]
    return replace(parse_target(f"http://{parts[1]}/", any_port=asking.allow_private), path=path or "/")
