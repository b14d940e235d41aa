"""A real server whose answers fail on the way, one at a time: an addition is before or complete, and said to be so.

``test_staged`` does the same below the client; here the client's own tries, and what it makes of a cut answer, are in.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.conftest import NOW, ORIGIN
from tests.object_servers import Server, moto
from tests.write.test_staged import ACTS, notice, size_of

from muniment.errors import MunimentError
from muniment.store import MemoryStore
from muniment.store.objects import ObjectStore
from muniment.verify.archive import verify_archive
from muniment.verify.report import VERIFIED
from muniment.write.create import InitialKeys, create_archive
from muniment.write.staged_commit import settle
from muniment.write.version import Author, Keys, add_description, add_publication

_STEP = 1 if os.environ.get("MUNIMENT_LONG") else 23
"""Of so many requests one is tried; all of them in the long run."""

clients = pytest.importorskip("obstore.store", reason="obstore is not installed")

_ERROR = '<?xml version="1.0"?><Error><Code>{}</Code><Message>On the way.</Message></Error>'
REFUSALS = {
    "conflict": (409, "ConditionalRequestConflict"),
    "stale": (412, "PreconditionFailed"),
    "refused": (500, "InternalError"),
    "throttled": (503, "SlowDown"),
}
CUTS = ("dropped before", "dropped after", "cut body")


@dataclass
class Way:
    """The way to a server, and what goes wrong on it.

    Attributes:
        target: The server.
        fault: What happens to one request: one of ``REFUSALS`` or ``CUTS``.
        at: Which request that is, counted from 1; 0 for none.
        asked: How many came.
    """

    target: str
    fault: str = ""
    at: int = 0
    asked: int = 0
    counting: Lock = field(default_factory=Lock)

    def next_fault(self) -> str:
        """What happens to the request that came now."""
        with self.counting:
            self.asked += 1
            return self.fault if self.asked == self.at else ""


def _asked(way: Way, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = HTTPConnection(urlsplit(way.target).netloc)
    connection.request(request.command, request.path, body, dict(request.headers.items()))
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, [each for each in answer.getheaders() if each[0].lower() not in _OWN], data


def _handler(way: Way) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            fault = way.next_fault()
            if fault in REFUSALS:
                status, code = REFUSALS[fault]
                self._answer(status, [("Content-Type", "application/xml")], _ERROR.format(code).encode())
                return
            self.close_connection = bool(fault)
            if fault != "dropped before":
                status, headers, data = _asked(way, self, body)
                if fault != "dropped after":
                    self._answer(status, headers, data, cut=len(data) // 2 + 1 if fault else 0)

        def _answer(self, status: int, headers: list[tuple[str, str]], data: bytes, cut: int = 0) -> None:
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            if self.command != "HEAD":
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data[: len(data) - cut] if cut else data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on  # noqa: N815 - names of the library

    return Handler


_OWN = frozenset({"content-length", "transfer-encoding", "connection"})


@contextmanager
def faulty(way: Way) -> Iterator[Server]:
    """Give a server that passes each request on, but for the one to which the fault happens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(way))
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of S3, running."""
    with moto(tmp_path_factory.mktemp("moto")) as running:
        yield running


@pytest.fixture
def begun(founders: InitialKeys, keys: Keys) -> dict[str, bytes]:
    """The files of an archive with one release of two versions."""
    store = MemoryStore()
    create_archive(store, founders, origin=ORIGIN, now=NOW)
    add_publication(store, keys, "harbour", notice("Closed."), {}, Author(NOW))
    add_description(store, keys, "harbour", {"subjects": ["harbours"]}, Author(NOW))
    return dict(store.files)


_PREFIXES = count(1)


def _client(endpoint: str, prefix: str) -> Any:  # noqa: ANN401 - the client of an extra
    wait = timedelta(milliseconds=1)
    return clients.S3Store(
        "muniment",
        prefix=prefix,
        endpoint=endpoint,
        access_key_id="test",
        secret_access_key="test",  # noqa: S106 - a server of the test's own, which asks for none
        region="us-east-1",
        client_options={"allow_http": True},
        retry_config={"max_retries": 2, "backoff": {"init_backoff": wait, "max_backoff": wait, "base": 2}},
    )


@pytest.mark.parametrize("fault", [*REFUSALS, *CUTS])
@pytest.mark.parametrize("act", ACTS)
def test_any_answer_may_fail_on_the_way(
    server: Server, begun: dict[str, bytes], keys: Keys, act: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever answer fails, and however, the archive is before or complete; who was told so can rely on it."""
    monkeypatch.setattr("muniment.store.objects.time.sleep", lambda _: None)
    write, before, after = ACTS[act]
    first = 1 + sum(map(ord, act + fault)) % _STEP
    for number in count(first, _STEP):
        prefix = f"faulty/{next(_PREFIXES)}"
        straight = ObjectStore(_client(server.endpoint, prefix))
        for path, data in begun.items():
            straight.create(path, data)
        way = Way(server.endpoint, fault, number)
        with faulty(way) as bad:
            try:
                write(ObjectStore(_client(bad.endpoint, prefix)), keys)
            except MunimentError:
                told = False
            else:
                told = True
        settle(straight)
        report = verify_archive(straight)
        assert report.verdict == VERIFIED, (number, report.findings)
        assert size_of(straight) in ({after} if told else {before, after}), number
        if way.asked < number:
            break
    assert number > first
