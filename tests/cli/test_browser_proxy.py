"""The one way out of a browser, asked by sockets of the test: what it hands on, and what it refuses."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from tests.cli.web_servers import PUBLIC, Around, serving
from tests.sources.warc.making import response

from muniment.cli import browser_proxy
from muniment.cli.browser_proxy import BrowserProxy, Traffic
from muniment.cli.transport import Deadline
from muniment.sources.web.visit import Asking

NAMES = {
    "press.example.org": [[PUBLIC]],
    "inside.example.org": [["10.0.0.7"]],
    "both.example.org": [[PUBLIC, "127.0.0.1"]],
    "turns.example.org": [[PUBLIC], ["169.254.169.254"]],
    "127.0.0.1": [["127.0.0.1"]],
    "::1": [["::1"]],
    "::ffff:10.0.0.7": [["::ffff:10.0.0.7"]],
}
ECHO = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + response(b"hello", "Connection: keep-alive", "Keep-Alive: 9")


class Way:
    """A proxy, what is around it, and a browser's end of it."""

    def __init__(self, proxy: BrowserProxy, around: Around) -> None:
        self.proxy, self.around = proxy, around

    @property
    def traffic(self) -> Traffic:
        """What went through."""
        return self.proxy.traffic

    def ask(self, data: bytes, then: bytes = b"") -> bytes:
        """Send a request, then more when the answer has begun; give all that comes until the end."""
        with socket.create_connection(("127.0.0.1", self.proxy.port), timeout=10) as stream:
            stream.sendall(data)
            got = stream.recv(65536) if then else b""
            stream.sendall(then)
            try:
                while part := stream.recv(65536):
                    got += part
            except ConnectionResetError:
                pass
            return got


@pytest.fixture
def way() -> Iterator[Callable[..., Way]]:
    """Give a proxy for a server that answers so."""
    with ExitStack() as stack:

        def prepare(answer: bytes = ECHO, *, allow_private: bool = False) -> Way:
            server = stack.enter_context(serving(lambda _host, _path: [answer]))
            around = Around({name: [*each] for name, each in NAMES.items()}, server)
            deadline = Deadline(time.monotonic() + 20, 20, around.network())
            asking = Asking("muniment/1 (+https://example.org)", allow_private=allow_private)
            return Way(stack.enter_context(browser_proxy.serving(asking, deadline)), around)

        yield prepare


def test_a_request(way: Callable[..., Way]) -> None:
    """One request goes to the address that was judged, without what is meant for the proxy, and its answer ends it."""
    one = way()
    got = one.ask(
        b"POST http://press.example.org/a?b|c HTTP/1.1\r\nHost: press.example.org\r\nProxy-Connection: keep-alive\r\n"
        b"Content-Length: 4\r\n\r\nbodyGET http://inside.example.org/ HTTP/1.1\r\n\r\n"
    )
    assert got.startswith(b"HTTP/1.1 200 OK\r\nConnection: close\r\n")
    assert got.endswith(b"\r\n\r\nhello")
    assert b"keep-alive" not in got.lower()
    request = one.around.server.requests[0]
    assert request.startswith(b"POST /a?b|c HTTP/1.1\r\nConnection: close\r\nHost: press.example.org\r\n")
    assert b"proxy-connection" not in request.lower()
    assert b"inside.example.org" not in b"".join(one.around.server.requests)
    assert one.around.connected == [(PUBLIC, 80)]
    assert one.around.resolved == ["press.example.org"]


def test_a_tunnel(way: Callable[..., Way]) -> None:
    """A tunnel is to the address that was judged, and hands on bytes as they are, both ways, and counts them."""
    one = way(b"HTTP/1.1 204 No Content\r\n\r\n")
    inside = b"GET /x HTTP/1.1\r\nHost: press.example.org\r\n\r\n"
    got = one.ask(b"CONNECT press.example.org:443 HTTP/1.1\r\nHost: press.example.org:443\r\n\r\n", inside)
    assert got == b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"
    assert one.around.server.requests == [inside]
    assert one.around.connected == [(PUBLIC, 443)]
    assert one.traffic.size == len(inside) + len(b"HTTP/1.1 204 No Content\r\n\r\n")


REFUSED = {
    "loopback": (b"CONNECT 127.0.0.1:443", "127.0.0.1, this machine"),
    "loopback by IPv6": (b"CONNECT [::1]:443", "::1, this machine"),
    "private by IPv6": (b"CONNECT [::ffff:10.0.0.7]:443", "a private network"),
    "a private name": (b"GET http://inside.example.org/", "10.0.0.7, a private network"),
    "a name with a private address too": (b"CONNECT both.example.org:443", "127.0.0.1, this machine"),
    "another port": (b"CONNECT press.example.org:22", "this port is not asked"),
    "a socket to this machine": (b"GET ws://127.0.0.1:8080/", "127.0.0.1, this machine"),
    "a name and a password": (b"GET http://a:b@press.example.org/", "with a name or password"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused(name: str, way: Callable[..., Way]) -> None:
    """What leads where nobody may be asked is refused, counted and connected to nothing."""
    line, words = REFUSED[name]
    one = way()
    got = one.ask(line + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert got == (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n" if line.startswith(b"CONNECT") else b"")
    assert one.traffic.refused == 1
    assert words in one.traffic.reasons[0]
    assert one.around.connected == []


def test_a_name_that_changes(way: Callable[..., Way]) -> None:
    """Each connection judges its own answer of the name server."""
    one = way()
    head = b"GET http://turns.example.org/ HTTP/1.1\r\nHost: turns.example.org\r\n\r\n"
    assert one.ask(head).endswith(b"hello")
    assert one.ask(head) == b""
    assert one.around.connected == [(PUBLIC, 80)]
    assert "169.254.169.254" in one.traffic.reasons[0]


BROKEN = (
    b"",
    b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET ftp://press.example.org/ HTTP/1.1\r\n\r\n",
    b"GET file:///etc/passwd HTTP/1.1\r\n\r\n",
    b"CONNECT press.example.org HTTP/1.1\r\n\r\n",
    b"CONNECT press.example.org:99999 HTTP/1.1\r\n\r\n",
    b"GET http://press.example.org/ HTTP/1.1\r\n" + b"a: b\r\n" * 20_000,
    b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
    b"GET http://\xff/ HTTP/1.1\r\n\r\n",
)


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_broken_requests(number: int, way: Callable[..., Way]) -> None:
    """What is no request of a browser comes to nothing, and the next one is served."""
    one = way()
    with socket.create_connection(("127.0.0.1", one.proxy.port), timeout=10) as stream:
        try:
            stream.sendall(BROKEN[number])
            stream.shutdown(socket.SHUT_WR)
            got = stream.recv(65536)
        except OSError:
            got = b""
    assert not got.startswith(b"HTTP/1.1 200")
    assert one.ask(b"GET http://press.example.org/ HTTP/1.1\r\nHost: x\r\n\r\n").endswith(b"hello")
    assert one.around.connected == [(PUBLIC, 80)]


def test_limits(way: Callable[..., Way], monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes and connections end at their limits, and which one it was is known."""
    head = b"GET http://press.example.org/ HTTP/1.1\r\nHost: x\r\n\r\n"
    monkeypatch.setattr(browser_proxy, "MOST_BYTES", 100_000)
    one = way(response(b"x" * 500_000))
    assert len(one.ask(head)) < 200_000
    assert one.traffic.exceeded == "at most 100000 bytes"
    assert one.ask(head) == b""
    monkeypatch.setattr(browser_proxy, "MOST_CONNECTIONS", 3)
    two = way()
    answers = [two.ask(head) for _ in range(5)]
    assert [bool(answer) for answer in answers] == [True] * 3 + [False] * 2
    assert two.traffic.exceeded == "at most 3 connections"


def test_private_servers_that_are_allowed(way: Callable[..., Way]) -> None:
    """Where the keeper allows private servers, the page may ask them too, on any port."""
    one = way(allow_private=True)
    assert one.ask(b"GET http://127.0.0.1:8123/ HTTP/1.1\r\nHost: x\r\n\r\n").endswith(b"hello")
    assert one.around.connected == [("127.0.0.1", 8123)]
