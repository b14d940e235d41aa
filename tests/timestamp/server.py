"""Time stamp authorities on 127.0.0.1: one that answers, and every way in which one may not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import create_server
from threading import Event, Thread

from tests.timestamp.authority import Authority

REPLY = "application/timestamp-reply"


class Handler(BaseHTTPRequestHandler):
    """One exchange; what it does is the server's business."""

    act: Callable[[Handler, bytes], None]

    def do_POST(self) -> None:
        """Take a request as RFC 3161 section 3.4 wants it, and act."""
        assert self.headers["Content-Type"] == "application/timestamp-query"
        type(self).act(self, self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, body: bytes, *, code: int = 200, kind: str = REPLY, **headers: str) -> None:
        """Send one answer."""
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Serves each exchange in a thread, and says nothing of a client that has gone."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


@contextmanager
def serving(act: Callable[[Handler, bytes], None]) -> Iterator[str]:
    """Serve, and give the URL."""
    server = Server(("127.0.0.1", 0), type("Served", (Handler,), {"act": staticmethod(act)}))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/tsr"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def good(authority: Authority) -> Iterator[str]:
    """An authority that answers."""
    with serving(lambda handler, request: handler.answer(authority.reply(request))) as url:
        yield url


@contextmanager
def dead() -> Iterator[str]:
    """A port on which nobody listens."""
    with create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    yield f"http://127.0.0.1:{port}/tsr"


@contextmanager
def hanging() -> Iterator[str]:
    """An authority that takes the request and never answers."""
    over = Event()

    def wait(_: Handler, __: bytes) -> None:
        over.wait(60)

    with serving(wait) as url:
        try:
            yield url
        finally:
            over.set()


@contextmanager
def dripping() -> Iterator[str]:
    """An authority that sends a byte now and then, without end."""
    over = Event()

    def drip(handler: Handler, _: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", REPLY)
        handler.end_headers()
        while not over.wait(0.05):
            handler.wfile.write(b"0")

    with serving(drip) as url:
        try:
            yield url
        finally:
            over.set()
