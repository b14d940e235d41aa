"""An archive on a web server: it is read as it lies there, never written, and a bad server is one clear error."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Event

import pytest
from tests.cli.web_servers import make_authority, serving
from tests.published import published

from muniment.errors import NotFoundError, StoreError
from muniment.store import LocalStore
from muniment.store.bounded_answer import OVERHEAD
from muniment.store.interface import Store
from muniment.store.web_server import TRIES, WebStore

FILES = {
    "log/checkpoint": b"7\n",
    "log/tile/0/000": bytes(range(256)),
    "releases/a%3Ab/v1/é x.txt": b"words",
    "empty": b"",
}


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Store, WebStore]]:
    """The same files as a folder and on a server."""
    local = LocalStore(tmp_path / "root", sync=False)
    for path, data in FILES.items():
        local.create(path, data)
    with published(tmp_path / "root") as address:
        yield local, WebStore(address, "muniment/7")


def test_what_is_read_is_what_lies_there(both: tuple[Store, WebStore]) -> None:
    """Every file, every list of a folder and every walk is that of the folder, but for sizes, which no page says."""
    local, web = both
    for path, data in FILES.items():
        assert web.read(path) == data
    for folder in ("", "log", "log/tile", "releases", "releases/a%3Ab/v1", "nothing", "nothing/below"):
        assert [(n.name, n.kind) for n in web.list(folder)] == [(n.name, n.kind) for n in local.list(folder)]
        assert [e.path for e in web.walk(folder)] == [e.path for e in local.walk(folder)]
    with pytest.raises(NotFoundError):
        web.read("log/absent")
    for path in ("../secret", "/etc/passwd", "a\\b", "a//b"):
        with pytest.raises(StoreError, match="not a path inside the store"):
            web.read(path)


def test_many_threads_at_once(both: tuple[Store, WebStore]) -> None:
    """Each thread has a connection of its own, and what it reads is its own."""
    _, web = both
    names = [*FILES] * 40
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(web.read, names)) == [FILES[name] for name in names]


def test_nothing_is_written(both: tuple[Store, WebStore]) -> None:
    """Whatever would write says that it cannot, before anything is sent."""
    _, web = both
    acts: list[Callable[[], object]] = [
        lambda: web.create("a", b""), lambda: web.replace("a", b"", None), lambda: web.remove("a"),
        lambda: web.remove_many(("a",)), web.probe, web.together, web.lock, web.clean_temporary,
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(StoreError, match="an archive on a web server can only be read"):
            act()
    assert not web.is_locked()


def _head(status: str, *lines: str) -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", *lines, "Connection: close", "", "")).encode()


NOTHING = _head("404 Not Found", "Content-Length: 0")
FAULTS: dict[str, tuple[list[bytes], str, int]] = {
    "denied": ([_head("403 Forbidden", "Content-Length: 0")], "access denied: found status 403", 1),
    "elsewhere": ([_head("301 Moved", "Location: /b", "Content-Length: 0")], "the web server leads elsewhere", 1),
    "odd": ([_head("418 Teapot", "Content-Length: 0")], "the web server refused: found status 418", 1),
    "busy": ([_head("503 Busy", "Content-Length: 0")], "the web server refused: found status 503", TRIES),
    "cut": ([_head("200 OK", "Content-Length: 9"), b"half"], "no answer of the web server", TRIES),
    "cut chunks": ([_head("200 OK", "Transfer-Encoding: chunked"), b"9\r\nhalf"], "no answer of the web server", TRIES),
    "no http": ([b"SSH-2.0-OpenSSH_9.2\r\n\r\n"], "no answer of the web server", TRIES),
    "nothing": ([], "no answer of the web server", TRIES),
    "too large": ([_head("200 OK", "Content-Length: 9"), b"123456789"], "too large to read: expected at most 8", 1),
    "too large without length": ([_head("200 OK"), b"123456789"], "too large to read: expected at most 8", 1),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "what", "times"), FAULTS.values(), ids=FAULTS.keys())
def test_faults(answer: list[bytes], what: str, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that refuses, leads away, breaks off or sends too much is one error; what may pass is tried again."""
    monkeypatch.setattr("muniment.store.web_server.time.sleep", lambda _: None)
    with serving(lambda _host, path: [NOTHING] if "no-archive" in path else answer) as server:
        store = WebStore(f"http://127.0.0.1:{server.port}", "muniment/7")
        with pytest.raises(StoreError, match=what):
            store.read("log/checkpoint", max_size=8)
    assert sum(asked.endswith("/log/checkpoint") for asked in server.asked) == times


CHUNKED = _head("200 OK", "Transfer-Encoding: chunked")
ENDLESS: dict[str, tuple[bytes, bytes, str]] = {
    "answers before the answer": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, "too large to read"),
    "a chunk of all that comes": (CHUNKED + b"-1\r\n", bytes(65536), "too large to read"),
    "a chunk without end": (CHUNKED + b"f" * 99 + b"\r\n", bytes(65536), "too large to read"),
    "a chunk below zero": (CHUNKED + b"-5\r\n", bytes(65536), "no answer of the web server"),
}


@pytest.mark.parametrize(("first", "then", "what"), ENDLESS.values(), ids=ENDLESS.keys())
def test_an_answer_without_end(first: bytes, then: bytes, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However a server goes on, no more is taken from it than the file may have, and what stands around it."""
    monkeypatch.setattr("muniment.store.web_server.time.sleep", lambda _: None)
    sent: list[int] = []

    def answer() -> Iterator[bytes]:
        yield first
        while len(sent) * len(then) < 64 * OVERHEAD:
            sent.append(1)
            yield then

    answered = serving(lambda _host, path: [NOTHING] if "no-archive" in path else answer())
    with answered as server, pytest.raises(StoreError, match=what):
        WebStore(f"http://127.0.0.1:{server.port}", "muniment/7").read("log/checkpoint", max_size=8)
    assert len(sent) * len(then) < 64 * OVERHEAD


def test_an_answer_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then is no answer, though each comes in time; a large one may take its time."""
    monkeypatch.setattr("muniment.store.web_server.time.sleep", lambda _: None)
    clock = count(0, 20)
    monkeypatch.setattr("muniment.store.bounded_answer.time.monotonic", lambda: next(clock))
    slow = [_head("200 OK", "Content-Length: 9"), *(b"123456789"[at : at + 1] for at in range(9))]

    def dripping() -> Iterator[bytes]:
        for part in slow:
            Event().wait(0.05)  # as the other end sleeps no more
            yield part

    with serving(lambda _host, path: [NOTHING] if "no-archive" in path else dripping()) as server:
        store = WebStore(f"http://127.0.0.1:{server.port}", "muniment/7")
        with pytest.raises(StoreError, match="the answer came too slowly"):
            store.read("log/checkpoint")


def test_a_fault_that_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a server could not answer at first is read in the end, also where it closed the connection in between."""
    monkeypatch.setattr("muniment.store.web_server.time.sleep", lambda _: None)
    answers = [[], [_head("502 Bad Gateway", "Content-Length: 0")], [_head("200 OK", "Content-Length: 2"), b"7\n"]]
    with serving(lambda _host, path: [NOTHING] if "no-archive" in path else answers.pop(0)) as server:
        assert WebStore(f"http://127.0.0.1:{server.port}/archive/", "muniment/7").read("log/checkpoint") == b"7\n"
    assert b"User-Agent: muniment/7\r\n" in server.requests[0]
    assert server.asked[-1].endswith("/archive/log/checkpoint")


def test_a_server_that_answers_for_everything() -> None:
    """A server with a page for what is not there is told at once, so that no archive is accused of such a page."""
    page = [_head("200 OK", "Content-Length: 4"), b"home"]
    with serving(lambda _host, _path: page) as server, pytest.raises(StoreError, match="files that are not there"):
        WebStore(f"http://127.0.0.1:{server.port}", "muniment/7").read("log/checkpoint")


@pytest.mark.parametrize("status", ["403 Forbidden", "404 Not Found"])
def test_a_server_that_lists_nothing(status: str) -> None:
    """A server that shows no folders can be read from, and says so where a list is needed."""
    refusal = [_head(status, "Content-Length: 0")]
    file = [_head("200 OK", "Content-Length: 2"), b"7\n"]
    with serving(lambda _host, path: file if path.endswith("checkpoint") else refusal) as server:
        store = WebStore(f"http://127.0.0.1:{server.port}", "muniment/7")
        if status.startswith("404"):
            assert store.read("log/checkpoint") == b"7\n"
            with pytest.raises(StoreError, match="this web server does not list its folders"):
                store.list()
        else:
            with pytest.raises(StoreError, match="access denied"):
                store.list()


def test_a_certificate_that_does_not_count(tmp_path: Path) -> None:
    """A server that cannot prove its name is not read from, and is not asked again."""
    _, tls, _ = make_authority(tmp_path, "press.example.org")
    with serving(lambda _host, _path: [NOTHING], tls) as server:
        store = WebStore(f"https://127.0.0.1:{server.port}", "muniment/7")
        with pytest.raises(StoreError, match="the certificate of the server does not count"):
            store.read("log/checkpoint")
    assert server.asked == []


def test_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens, that is said after the tries."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setattr("muniment.store.web_server.time.sleep", lambda _: None)
    with pytest.raises(StoreError, match="no answer of the web server"):
        WebStore(f"http://127.0.0.1:{port}", "muniment/7").list()


def test_the_connection_is_kept(tmp_path: Path) -> None:
    """One thread asks by one connection: an archive has many small files."""
    (tmp_path / "a").write_bytes(b"1")
    accepted = 0
    original = ThreadingHTTPServer.get_request

    def count(self: ThreadingHTTPServer) -> tuple[socket.socket, object]:
        nonlocal accepted
        accepted += 1
        return original(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ThreadingHTTPServer, "get_request", count)
        with published(tmp_path) as address:
            store = WebStore(address, "muniment/7")
            assert store.read("a") == b"1"
            before = accepted
            assert [store.read("a") for _ in range(5)] == [b"1"] * 5
            assert len(store.list()) == 1
    assert accepted == before
