"""``archive capture`` against servers on this machine, with a resolver and clocks of the test: all that goes wrong."""

from __future__ import annotations

import gzip
import itertools
import json
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.cli.conftest import Run
from tests.cli.web_servers import PUBLIC, Around, LocalServer, Reply, make_authority, serving
from tests.sources.warc.making import PAGE, chunked, response

from muniment.cli.transport import Network
from muniment.cli.verbs import capture
from muniment.digest import sha256_hex

HOST = "press.example.org"
URL = f"http://{HOST}/notice"
NO_ROBOTS = response(b"none", status="404 Not Found")


def _replies(pages: dict[str, Iterable[bytes]]) -> Reply:
    return lambda host, path: pages.get(path, pages.get(f"{host}{path}", [NO_ROBOTS]))


@dataclass(frozen=True)
class Capture:
    """The command, with what is around it."""

    run: Run
    around: Around

    def __call__(self, *arguments: str, url: str = URL) -> Result:
        """Capture an address."""
        return self.run("capture", url, "--release", "notice", *arguments)


@pytest.fixture
def captured(work: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Capture]]:
    """Give, for pages, the command that captures them from a server, with what is around it."""
    assert work.is_dir()
    open_servers: list[Any] = []

    def prepare(pages: dict[str, Iterable[bytes]] | Reply, names: dict[str, list[list[str]]] | None = None) -> Capture:
        manager = serving(pages if callable(pages) else _replies(pages))
        server: LocalServer = manager.__enter__()
        open_servers.append(manager)
        around = Around(names or {HOST: [[PUBLIC]]}, server)
        monkeypatch.setattr(capture, "NETWORK", around.network())

        return Capture(run, around)

    yield prepare
    for manager in open_servers:
        manager.__exit__(None, None, None)


def _record(run: Run, name: str = "notice/v1") -> dict[str, Any]:
    value: dict[str, Any] = json.loads(run("show", name, "--json").stdout)
    return value


def test_from_an_address_through_every_verb(captured: Callable[..., Capture], run: Run) -> None:
    """What an address answers goes in, with what is known of the capture, and out through a snapshot that verifies."""
    pages = {"/notice": [response(PAGE, "Set-Cookie: id=7", 'ETag: "7"')]}
    go = captured(pages)

    result = go("--warc", "notice.warc.gz")

    assert result.exit_code == 0, result.output
    made = _record(run)
    original = made["original"]
    assert (original["sha256"], original["uri"], original["retrieved"]) == (
        sha256_hex(PAGE), URL, "2026-11-02T09:15:00Z",
    )  # fmt: skip
    known = original["capture"]
    assert (known["address"], known["status"], known["ip_address"], known["robots"]) == (URL, 200, PUBLIC, "none")
    assert [header["name"] for header in known["headers"]] == ["etag", "content-length", "content-type"]
    assert known["software"].startswith("muniment/")
    assert known["warc"]["sha256"] == sha256_hex(Path("notice.warc.gz").read_bytes())
    assert made["provenance"][0]["note"] == f"Captured by the archive from {URL}."
    pages["/notice"] = [response(PAGE.replace(b"closes", b"opens"))]
    assert go("--issuer", "Harbour Office").exit_code == 0
    assert _record(run, "notice/v2")["original"]["capture"]["warc"] is None
    assert "[-closes-]{+opens+}" in run("diff", "notice/v1", "notice/v2").stdout
    assert run("cite", "notice/v2", "-o", "cited.txt").exit_code == 0
    assert run("verify", "cited.txt").exit_code == 0
    assert run("export", "notice/v1", "-o", "notice.zip").exit_code == 0
    assert run("verify", "notice.zip").exit_code == 0
    assert run("verify").exit_code == 0
    assert run("add", "notice.warc.gz", "--release", "other").exit_code == 0
    assert _record(run, "other/v1")["original"]["sha256"] == sha256_hex(PAGE)


def test_who_asks(captured: Callable[..., Capture]) -> None:
    """The server is told who asks and where to read of it, and gets no cookie, referrer or credentials."""
    go = captured({"/notice": [response(PAGE, "Set-Cookie: id=7")]})
    assert go().exit_code == 0
    assert go().exit_code == 0
    requests = go.around.server.requests
    assert len(requests) == 4
    for request in requests:
        assert b"\r\nUser-Agent: muniment/" in request
        assert b" (+https://example.org/press)\r\n" in request
        assert not any(word in request.lower() for word in (b"cookie", b"referer", b"authorization"))


def test_unchanged(captured: Callable[..., Capture], work: Path) -> None:
    """A page that is as it was writes nothing, neither a version nor a WARC file, and that is said."""
    go = captured({"/notice": [response()]})
    assert go().exit_code == 0
    before = {path: path.read_bytes() for path in sorted(work.rglob("*")) if path.is_file()}
    again = go("--warc", "again.warc.gz")
    assert (again.exit_code, again.stdout) == (0, "unchanged since v1\n")
    assert before == {path: path.read_bytes() for path in sorted(work.rglob("*")) if path.is_file()}


def test_dry_run(captured: Callable[..., Capture], work: Path) -> None:
    """A dry run asks, shows what would be signed, and writes nothing."""
    go = captured({"/notice": [response()]})
    before = sorted(work.rglob("*"))
    shown = go("--dry-run", "--warc", "dry.warc.gz")
    assert "nothing was signed or written" in shown.stdout
    said = " ".join(shown.stdout.split())
    assert f"published at {URL}" in said
    assert f"captured {URL}, 2026-11-02T09:15:00Z (claimed), status 200 by {PUBLIC}" in said
    assert json.loads(go("--dry-run", "--json").stdout)["record"]["original"]["capture"]["address"] == URL
    assert sorted(work.rglob("*")) == before


def test_as_json(captured: Callable[..., Capture]) -> None:
    """The new version is said as JSON too, and so is that nothing changed."""
    go = captured({"/notice": [response()]})
    first, second = (json.loads(go("--json").stdout) for _ in range(2))
    assert (first["reference"], first["unchanged"], second["unchanged"]) == ("notice/v1", False, True)


def test_a_file_that_is_there(captured: Callable[..., Capture], work: Path) -> None:
    """A file that is there is not written over, and nobody is asked before that is known."""
    (work / "there.warc.gz").write_bytes(b"kept")
    go = captured({"/notice": [response()]})
    result = go("--warc", "there.warc.gz")
    assert result.exit_code == 2
    assert "there.warc.gz: a file is there" in result.stderr
    assert go.around.server.requests == []
    assert (work / "there.warc.gz").read_bytes() == b"kept"


def test_redirects_are_kept(captured: Callable[..., Capture], run: Run) -> None:
    """Each step that leads to the page stands in the record, with its server."""
    names = {HOST: [[PUBLIC]], "www.example.org": [["93.184.216.35"]]}
    moved = response(b"", "Location: http://www.example.org/a", status="302 Found")
    assert captured({"/notice": [moved], "/a": [response()]}, names)().exit_code == 0
    known = _record(run)["original"]["capture"]
    assert known["redirects"] == [{"address": URL, "status": 302, "ip_address": PUBLIC, "certificate": None}]
    assert (known["address"], known["ip_address"]) == ("http://www.example.org/a", "93.184.216.35")


PIECES: dict[str, list[bytes]] = {
    "one byte at a time": [bytes([byte]) for byte in response(chunked(PAGE), "Transfer-Encoding: chunked")],
    "gzip in chunks": [
        response(chunked(gzip.compress(PAGE), 3), "Transfer-Encoding: chunked", "Content-Encoding: gzip")
    ],
    "until it closes": [b"HTTP/1.0 200 OK\r\n\r\n", PAGE],
    "announced": [b"HTTP/1.1 103 Early Hints\r\n\r\n", response()],
}


@pytest.mark.parametrize("pieces", PIECES.values(), ids=PIECES.keys())
def test_ways_to_send_one_page(captured: Callable[..., Capture], run: Run, pieces: list[bytes]) -> None:
    """However a server sends a page, its bytes are the original."""
    assert captured({"/notice": pieces})().exit_code == 0
    assert _record(run)["original"]["sha256"] == sha256_hex(PAGE)


def _endless(piece: bytes) -> Iterator[bytes]:
    while True:
        yield piece


BROKEN: dict[str, tuple[Callable[[], Iterable[bytes]], int, str]] = {
    "an endless body": (
        lambda: itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], _endless(bytes(1 << 20))), 2, "the answer is too large",
    ),
    "endless chunks": (
        lambda: itertools.chain(
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"], _endless(b"10000\r\n" + bytes(65536) + b"\r\n")
        ),
        2,
        "the answer is too large",
    ),
    "an endless head": (
        lambda: itertools.chain([b"HTTP/1.1 200 OK\r\n"], _endless(b"X: y\r\n" * 100)), 2, "this is no HTTP answer",
    ),
    "a gzip bomb": (
        lambda: [response(gzip.compress(bytes(256 << 20), 1), "Content-Encoding: gzip")], 2, "the body is too large",
    ),
    "a length that lies": (lambda: [response(length=9999)], 2, "stopped before the end of its answer"),
    "a length beyond all": (lambda: [response(length=10**15)], 2, "the answer is too large"),
    "chunks that lie": (
        lambda: [response(chunked(PAGE)[:-20], "Transfer-Encoding: chunked")], 2, "stopped before the end",
    ),
    "nothing": (list, 2, "stopped before the end"),
    "another protocol": (lambda: [b"220 mail.example.org ESMTP\r\n" * 9], 2, "this is no HTTP answer"),
    "no page": (lambda: [response(status="404 Not Found")], 3, "there is no page: found status 404"),
    "a circle": (lambda: [response(b"", "Location: /notice", status="301 Moved")], 3, "it leads in a circle"),
    "a file": (
        lambda: [response(b"", "Location: file:///etc/passwd", status="301 Moved")], 2, "no address of the web",
    ),
    "an image": (lambda: [response(b"\x89PNG\r\n\x1a\n")], 2, "this is a PNG image, which is not read here"),
    "a coding that nobody asked for": (lambda: [response(PAGE, "Content-Encoding: dcb")], 2, "not read here"),
}  # fmt: skip


@pytest.mark.parametrize(("pieces", "code", "what"), BROKEN.values(), ids=BROKEN.keys())
def test_servers_that_break(
    captured: Callable[..., Capture], work: Path, pieces: Callable[[], Iterable[bytes]], code: int, what: str
) -> None:
    """What bursts, lies, breaks or leads astray gives one clear error that names the address, and writes nothing."""
    go = captured(lambda _host, path: pieces() if path == "/notice" else [NO_ROBOTS])
    before = sorted(work.rglob("*"))
    result = go()
    assert (result.exit_code, what in result.stderr) == (code, True), result.stderr
    assert HOST in result.stderr or "file:///" in result.stderr
    assert sorted(work.rglob("*")) == before


def test_servers_that_are_slow(captured: Callable[..., Capture]) -> None:
    """A server that drips for ever, or says nothing, is waited for no longer than the user wants."""

    def drip(_host: str, path: str) -> Iterator[bytes]:
        if path != "/notice":
            yield NO_ROBOTS
            return
        yield b"HTTP/1.1 200 OK\r\nX: "
        while True:
            time.sleep(0.05)
            yield b"y"

    def wait(_host: str, path: str) -> Iterator[bytes]:
        if path != "/notice":
            yield NO_ROBOTS
        time.sleep(5)

    for reply in (drip, wait):
        start = time.monotonic()
        result = captured(reply)("--seconds", "1")
        assert result.exit_code == 3
        assert "no whole answer in 1 seconds" in result.stderr
        assert time.monotonic() - start < 4


def test_a_resolver_that_is_slow(captured: Callable[..., Capture], monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolver that does not answer is waited for no longer either."""
    go = captured({"/notice": [response()]})

    def resolve(_host: str, _port: int) -> list[str]:
        time.sleep(5)
        return [PUBLIC]

    monkeypatch.setattr(capture, "NETWORK", Network(resolve=resolve))
    result = go("--seconds", "1")
    assert result.exit_code == 3
    assert "not resolved in time" in result.stderr


def test_a_name_that_leads_elsewhere_when_it_is_asked_again(captured: Callable[..., Capture]) -> None:
    """A name is resolved once for each request, and the connection is to the address that was judged."""
    names = {HOST: [[PUBLIC], ["127.0.0.1"]]}
    go = captured({"/notice": [response()]}, names)
    result = go()
    assert result.exit_code == 2
    assert "127.0.0.1, this machine" in result.stderr
    assert go.around.connected == [(PUBLIC, 80)]
    assert go.around.resolved == [HOST, HOST]


PRIVATE = ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1")


@pytest.mark.parametrize("address", PRIVATE)
def test_names_of_private_servers(captured: Callable[..., Capture], run: Run, address: str) -> None:
    """A name that leads into a private network is not connected to, alone or beside a public one, unless allowed."""
    for addresses in ([address], [PUBLIC, address]):
        go = captured({"/notice": [response()]}, {HOST: [addresses]})
        result = go()
        assert result.exit_code == 2
        assert "not on the public internet" in result.stderr
        assert "--allow-private" in result.stderr
        assert go.around.connected == []
        # Whatever robots.txt may say is not asked for either.
        assert go("--ignore-robots").exit_code == 2
        assert go.around.connected == []
    assert captured({"/notice": [response()]}, {HOST: [[address]]})("--allow-private").exit_code == 0
    assert _record(run)["original"]["capture"]["ip_address"] == address


def test_a_redirect_into_a_private_network(captured: Callable[..., Capture]) -> None:
    """An answer may not lead into a private network, by a name or by an address."""
    for location, host in (("http://inside.example.org/", "inside.example.org"), ("http://[::1]/", "::1")):
        moved = response(b"", f"Location: {location}", status="301 Moved")
        go = captured({"/notice": [moved]}, {HOST: [[PUBLIC]], host: [["127.0.0.1"]]})
        result = go()
        assert result.exit_code == 2
        assert f"{location}" in result.stderr
        assert all(address == PUBLIC for address, _ in go.around.connected)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "[::1]"])
def test_this_machine_by_the_resolver_of_the_system(
    work: Path, run: Run, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """However this machine is written, the resolver of the system tells, and nothing is connected to."""
    assert work.is_dir()

    def connect(*_arguments: object) -> socket.socket:
        pytest.fail("connected")

    monkeypatch.setattr(capture, "NETWORK", Network(connect=connect))
    result = run("capture", f"http://{host}/", "--release", "notice")
    assert result.exit_code in {2, 3}
    assert "not on the public internet" in result.stderr or "not known" in result.stderr


def test_a_real_connection_on_this_machine(work: Path, run: Run) -> None:
    """With the network of the system, a server on this machine is asked where that is allowed."""
    assert work.is_dir()
    with serving(_replies({"/notice": [response()]})) as server:
        url = f"http://127.0.0.1:{server.port}/notice"
        refused = run("capture", url, "--release", "notice")
        assert refused.exit_code == 2
        assert "this port is not asked" in refused.stderr
        assert "--allow-private allows any" in refused.stderr
        assert run("capture", url, "--release", "notice", "--allow-private").exit_code == 0
    assert _record(run)["original"]["capture"]["ip_address"] == "127.0.0.1"
    assert run("capture", url, "--release", "notice", "--allow-private").exit_code == 3


def test_the_next_address_of_a_host(captured: Callable[..., Capture], run: Run) -> None:
    """Where the first address of a host does not answer, the next one is asked; where none does, that is said."""
    go = captured({"/notice": [response()]}, {HOST: [["93.184.216.99", PUBLIC]]})
    assert go().exit_code == 0
    assert _record(run)["original"]["capture"]["ip_address"] == PUBLIC
    refused = captured({}, {HOST: [["93.184.216.99"]]})()
    assert refused.exit_code == 3
    assert "it does not answer: found connection refused" in refused.stderr
    assert captured({}, {"other.example": [[PUBLIC]]})().exit_code == 3


def test_robots_txt(captured: Callable[..., Capture], run: Run) -> None:
    """What robots.txt refuses is not asked for, unless the keeper overrules it, which the record says."""
    pages = {"/robots.txt": [response(b"User-agent: *\nDisallow: /notice")], "/notice": [response()]}
    go = captured(pages)
    refused = go()
    assert refused.exit_code == 2
    assert "its robots.txt refuses it" in refused.stderr
    assert "--ignore-robots" in refused.stderr
    assert go.around.server.asked == [f"{HOST}/robots.txt"]
    assert go("--ignore-robots").exit_code == 0
    assert _record(run)["original"]["capture"]["robots"] == "refused"


@pytest.mark.parametrize(
    ("names", "days", "trusted", "what"),
    [
        ((HOST,), 30, True, ""),
        (("other.example.org",), 30, True, "hostname mismatch"),
        ((HOST,), -10, True, "certificate has expired"),
        ((HOST,), 30, False, "unable to get local issuer certificate"),
    ],
)
def test_tls(
    work: Path,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    names: tuple[str, ...],
    days: int,
    trusted: bool,
    what: str,
) -> None:
    """By TLS the certificate must be of the host and of a CA that is trusted; its fingerprint goes into the record."""
    assert work.is_dir()
    authority, context, certificate = make_authority(tmp_path, *names, days=days)
    if not trusted:
        authority = make_authority(tmp_path, *names)[0]
    with serving(_replies({"/notice": [response()]}), context) as server:
        around = Around({HOST: [[PUBLIC]]}, server, authority)
        monkeypatch.setattr(capture, "NETWORK", around.network())
        result = run("capture", f"https://{HOST}/notice", "--release", "notice")
    if what:
        assert result.exit_code == 3
        assert f"the connection is not secure: found {what}" in result.stderr
    else:
        assert result.exit_code == 0, result.output
        assert _record(run)["original"]["capture"]["certificate"] == f"sha256:{sha256_hex(certificate)}"


@pytest.mark.parametrize(
    ("answer", "farewell", "taken"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n" + PAGE, False, False),
        (b"HTTP/1.1 200 OK\r\n\r\n" + PAGE, True, True),
        (response(), False, True),
        (response(chunked(PAGE), "Transfer-Encoding: chunked"), False, True),
    ],
)
def test_tls_that_is_cut(
    work: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, answer: bytes, farewell: bool, taken: bool
) -> None:
    """Who sits between can cut a connection: an answer is whole if it says how long it is, or its server ends it."""
    assert work.is_dir()
    authority, context, _ = make_authority(tmp_path, HOST)
    pages = _replies({"/notice": [answer], "/robots.txt": [NO_ROBOTS]})
    with serving(pages, context, farewell=farewell) as server:
        around = Around({HOST: [[PUBLIC]]}, server, authority)
        monkeypatch.setattr(capture, "NETWORK", around.network())
        result = run("capture", f"https://{HOST}/notice", "--release", "notice")
    if taken:
        assert result.exit_code == 0, result.output
        assert _record(run)["original"]["sha256"] == sha256_hex(PAGE)
    else:
        assert (result.exit_code, "the connection was cut" in result.stderr) == (2, True), result.output


def test_the_proxy_of_the_environment_is_not_asked(
    captured: Callable[..., Capture], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy in the environment, which would resolve names by itself, is left alone."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert captured({"/notice": [response()]})().exit_code == 0
