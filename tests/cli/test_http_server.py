"""HTTP over sockets: strict in what it reads, quick to end what takes long, and the same under an ASGI server."""

from __future__ import annotations

import asyncio
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack

import click
import pytest
from tests.cli.conftest import Run
from tests.site.served import ask, server_of, with_history

from muniment.cli import http_server
from muniment.cli.http_server import HttpServer
from muniment.cli.serving import check_address, hosts_of
from muniment.errors import InputError, UnavailableError
from muniment.site.asgi import make_application
from muniment.site.server import Server
from muniment.store import MemoryStore
from muniment.write.version import Keys


@pytest.fixture
def server(empty_archive: MemoryStore, keys: Keys) -> Server:
    """A server of an archive with a history."""
    return server_of(with_history(empty_archive, keys))


@pytest.fixture
def port(server: Server) -> Iterator[int]:
    """It listens at this port."""
    with HttpServer(("127.0.0.1", 0), server) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        yield listening.port
        listening.shutdown()
        thread.join()


def send(port: int, data: bytes, *, end: bool = True) -> bytes:
    """Send bytes, and give all that comes back until the other side ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(data)
        if end:
            connection.shutdown(socket.SHUT_WR)
        received = b""
        while more := connection.recv(65536):
            received += more
    return received


def is_answered(port: int) -> bool:
    """Whether a request is answered; a connection that was one too many may end while it is sent."""
    try:
        return send(port, b"GET / HTTP/1.1\r\n" + HOST + b"\r\n").startswith(b"HTTP/1.1 200")
    except OSError:
        return False


HOST = b"Host: 127.0.0.1\r\n"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET / HTTP/1.1\r\n" + HOST + b"\r\n", 200),
        (b"\r\n\r\nGET / HTTP/1.1\r\n" + HOST + b"\r\n", 200),
        (b"GET / HTTP/1.0\r\n\r\n", 200),
        (b"GET http://127.0.0.1/about.html HTTP/1.1\r\n" + HOST + b"\r\n", 200),
        (b"GET http://127.0.0.1 HTTP/1.1\r\n" + HOST + b"\r\n", 200),
        (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", 204),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.1 \r\n" + HOST + b"\r\n", 400),
        (b"G\xc3\x89T / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET /\x00 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\n" + HOST + b" folded: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Name : a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Name: a\x00b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Name: a\nb\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"a: b\r\n" * 101 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + HOST + b"a: " + b"b" * 30_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"a" * 30_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
        (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n\r\nabcd", 413),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n\r\nabcd", 405),
        (b"CONNECT elsewhere.example.org:443 HTTP/1.1\r\n" + HOST + b"\r\n", 405),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    ],
)
def test_what_comes_over_a_socket(port: int, data: bytes, status: int) -> None:
    """Each request, well formed or not, gets one answer with its status, and a body as long as it says."""
    answer = send(port, data)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), head[:100]
    lengths = [line for line in head.split(b"\r\n") if line.startswith(b"Content-Length: ")]
    assert [int(line[16:]) for line in lengths] == ([] if status == 204 else [len(body)])
    assert b"\r\nDate: " in head


def test_requests_after_one_another(port: int) -> None:
    """A connection takes one request after the other, also where they come at once, and ends when that is asked for."""
    one = b"GET /releases/tide/v1/record.json HTTP/1.1\r\n" + HOST + b"\r\n"
    last = b"HEAD / HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    answer = send(port, one * 3 + last + one, end=False)
    assert answer.count(b"HTTP/1.1 200 OK") == 4
    assert answer.endswith(b"Connection: close\r\n\r\n")
    assert send(port, b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" * 2).count(b"200 OK") == 2
    assert send(port, b"GET / HTTP/1.0\r\n\r\n" * 2).count(b"200 OK") == 1


def test_a_client_of_the_library(port: int, server: Server) -> None:
    """The client of the standard library reads the bytes that the function gives, whole and in part."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for target in ("/", "/releases/harbour/v1/", "/site.css"):
        connection.request("GET", target)
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, ask(server, target).body)
    connection.request("GET", "/site.css", headers={"Range": "bytes=10-19"})
    response = connection.getresponse()
    assert (response.status, response.read()) == (206, ask(server, "/site.css").body[10:20])
    connection.close()


def test_slow_clients_stop_nobody(port: int) -> None:
    """While 64 clients send half a request, and 64 do not read what they asked for, the next is answered."""
    with ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(64)]
        deaf = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(64)]
        for connection in slow:
            connection.sendall(b"GET / HT")
        for connection in deaf:
            connection.sendall(b"GET /site.css HTTP/1.1\r\n" + HOST + b"\r\n")
        began = time.monotonic()
        assert send(port, b"GET / HTTP/1.1\r\n" + HOST + b"\r\n").startswith(b"HTTP/1.1 200")
        assert time.monotonic() - began < http_server.HEAD_SECONDS / 2
        for connection in slow:
            connection.sendall(b"TP/1.1\r\n" + HOST + b"\r\n")
        assert all(connection.recv(12) == b"HTTP/1.1 200" for connection in slow)


def test_who_takes_too_long(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that does not come whole in time gets 408, however steadily its bytes drip; silence is only ended."""
    monkeypatch.setattr(http_server, "HEAD_SECONDS", 0.6)
    monkeypatch.setattr(http_server, "IDLE_SECONDS", 0.6)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        for sign in b"GET / HTTP/1.1":
            connection.sendall(bytes([sign]))
            time.sleep(0.02)
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        assert connection.recv(100) == b""


def test_too_many_connections(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the most of connections the next one is told so at once, and its place is free again later."""
    monkeypatch.setattr(http_server, "CONNECTIONS", 3)
    with HttpServer(("127.0.0.1", 0), server) as listening, ExitStack() as stack:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        held = [stack.enter_context(socket.create_connection(("127.0.0.1", listening.port))) for _ in range(3)]
        for connection in held:
            connection.sendall(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
            assert connection.recv(12) == b"HTTP/1.1 200"
        answer = send(listening.port, b"", end=False)
        assert answer.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert b"Retry-After: 10" in answer
        held[0].close()
        until = time.monotonic() + 20
        while not is_answered(listening.port):
            assert time.monotonic() < until
        listening.shutdown()
        thread.join()


def test_a_port_that_is_taken(port: int, server: Server) -> None:
    """Where another one listens, or nobody may, that is said."""
    for address in (("127.0.0.1", port), ("192.0.2.1", 8000)):
        with pytest.raises(UnavailableError, match="cannot listen"):
            HttpServer(address, server)


def test_addresses_and_names() -> None:
    """An address is one of the web without a query; its names are those that browsers send."""
    assert check_address("https://archive.example.org/") == "https://archive.example.org"
    for wrong in ("archive.example.org", "ftp://a", "https://a/?b", "https://a b", "https://", "javascript:1"):
        with pytest.raises(InputError):
            check_address(wrong)
    assert hosts_of("https://Archive.example.org") == {"archive.example.org", "archive.example.org:443"}
    assert hosts_of("http://127.0.0.1:8000", None) == {"127.0.0.1:8000", "localhost:8000", "[::1]:8000"}


def start(arguments: list[str], **environment: str) -> subprocess.Popen[str]:
    """Start a program of this Python."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


@pytest.mark.usefixtures("work")
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_verb(how: signal.Signals) -> None:
    """``archive serve`` prints its address, answers under the names of this machine alone, and ends with 0."""
    process = start(["-m", "muniment", "serve", "--port", "0", "-v"])
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    port = int(address.rstrip("/").rpartition(":")[2])
    assert address == f"http://127.0.0.1:{port}/"
    host = b"Host: localhost:%d\r\n\r\n" % port
    assert send(port, b"GET /releases/harbour-notice/v1/ HTTP/1.1\r\n" + host).startswith(b"HTTP/1.1 200 ")
    assert send(port, b"GET / HTTP/1.1\r\nHost: evil.example.org\r\n\r\n").startswith(b"HTTP/1.1 421 ")
    process.send_signal(how)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "200 GET /releases/harbour-notice/v1/ " in said
    assert "archive: ended" in said


@pytest.mark.usefixtures("work")
def test_others_reach_it_only_by_an_address(run: Run) -> None:
    """To listen for others without saying where they reach it is refused, as is what is no address."""
    result = run("serve", "--host", "0.0.0.0", "--port", "0")  # noqa: S104 - is refused
    assert (result.exit_code, "--address" in result.stderr) == (2, True)
    assert run("serve", "--address", "archive.example.org").exit_code == 2


@pytest.mark.usefixtures("work")
def test_what_is_read_before_the_address_is_printed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The verb, and the beginning of the life of an ASGI application, wait for what every page needs."""

    def end(_: HttpServer) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(HttpServer, "serve_forever", end)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(Server, "prepare", lambda _, tell: click.echo(f"prepared, {callable(tell)}"))
    result = run("serve", "--port", "0")
    assert result.exit_code == 0
    assert result.stdout.startswith("prepared, True\nhttp://127.0.0.1:")


def test_the_life_of_an_application(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has begun once the server is prepared, or cannot be, which the first request will say; it ends closed."""
    happened: list[object] = []
    messages = iter(("lifespan.startup", "lifespan.shutdown"))

    async def receive() -> dict[str, object]:
        return {"type": next(messages)}

    async def send(message: MutableMapping[str, object]) -> None:
        happened.append(message["type"])

    def prepare(_: Server, __: object) -> None:
        happened.append("prepared")
        raise UnavailableError("the archive cannot be read")

    monkeypatch.setattr(Server, "prepare", prepare)
    monkeypatch.setattr(Server, "close", lambda _: happened.append("closed"))

    async def live() -> None:
        await make_application(server)({"type": "lifespan"}, receive, send)

    asyncio.run(live())
    assert happened == ["prepared", "lifespan.startup.complete", "lifespan.shutdown.complete", "closed"]


@pytest.mark.usefixtures("work")
def test_an_asgi_server() -> None:
    """Under uvicorn the same bytes and headers come as from the function, and its life begins and ends."""
    pytest.importorskip("uvicorn", reason="uvicorn is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    arguments = ["--factory", "muniment.cli.serving:application", "--port", str(port), "--no-date-header"]
    process = start(["-m", "uvicorn", *arguments], ARCHIVE_DIR="archive", ARCHIVE_URL=address)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.1)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        wanted = {"/": 200, "/releases/harbour-notice/v1/": 200, "/%zz": 400, "/none": 404, "/search?q=%ff": 400}
        for target, status in wanted.items():
            connection.request("GET", target)
            response = connection.getresponse()
            assert (response.status, len(response.read())) == (status, int(response.headers["Content-Length"]))
        connection.request("HEAD", "/")
        assert connection.getresponse().read() == b""
        connection.request("GET", "/", headers={"Host": "evil.example.org"})
        assert connection.getresponse().status == 421
        connection.close()
    finally:
        process.terminate()
        _, said = process.communicate(timeout=30)
    assert "Application startup complete" in said
    assert "Application shutdown complete" in said
