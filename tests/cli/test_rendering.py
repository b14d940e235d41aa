"""``archive capture --render`` against pages of this machine: words by script, and all that scripts try."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import Result
from tests.cli.conftest import Run
from tests.cli.web_servers import PUBLIC, Around, make_authority, serving
from tests.sources.warc.making import response

from muniment.cli import browser_proxy, chromium, rendered_page
from muniment.cli.verbs import capture
from muniment.digest import sha256_hex
from muniment.sources.web import loading

HOST = "press.example.org"
URL = f"http://{HOST}/notice"
NO_ROBOTS = response(b"none", status="404 Not Found")
NAMES = {
    HOST: [[PUBLIC]],
    "127.0.0.1": [["127.0.0.1"]],
    "169.254.169.254": [["169.254.169.254"]],
    "inside.example.org": [["10.0.0.7"]],
}
SHELL = b"<!doctype html><title>Notice</title><body><div id=app>Loading</div><script src=/app.js></script></body>"
SCRIPT = b"""
const main = document.createElement("main");
main.innerHTML = "<h1>Notice on the harbour</h1><p>1. The harbour is closed.</p><p>2. It opens on Monday.</p>";
document.getElementById("app").replaceChildren(main);
"""


def page(script: bytes) -> dict[str, Iterable[bytes]]:
    """The pages of a site whose words come by a script, and then one more."""
    return {
        "/notice": [response(SHELL)],
        "/app.js": [response(SCRIPT + script, "Content-Type: text/javascript")],
    }


@dataclass(frozen=True)
class Rendering:
    """The command, with what is around it."""

    run: Run
    around: Around
    flags: tuple[str, ...]

    def __call__(self, *arguments: str, url: str = URL, render: bool = True) -> Result:
        """Capture an address, rendered or not."""
        given = ("--render", *self.flags) if render else ()
        return self.run("capture", url, "--release", "notice", *given, *arguments)


@pytest.fixture
def flags() -> tuple[str, ...]:
    """What the browser must be told here, or skip, saying that it is absent."""
    if shutil.which("chromium") is None and shutil.which("chromium-browser") is None:
        pytest.skip("chromium is not installed")
    # Its sandbox refuses to run as root, as in a container; the pages are our own.
    return ("--no-sandbox",) if os.geteuid() == 0 else ()


@pytest.fixture
def rendered(
    work: Path, run: Run, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, ...]
) -> Iterator[Callable[..., Rendering]]:
    """Give, for pages, the command that renders them, with what is around it."""
    assert work.is_dir()
    with ExitStack() as stack:

        def prepare(pages: dict[str, Iterable[bytes]], names: dict[str, list[list[str]]] | None = None) -> Rendering:
            server = stack.enter_context(serving(lambda _host, path: pages.get(path, [NO_ROBOTS])))
            around = Around(names or {name: [*answers] for name, answers in NAMES.items()}, server)
            monkeypatch.setattr(capture, "NETWORK", around.network())
            return Rendering(run, around, flags)

        yield prepare


def _record(run: Run, name: str = "notice/v1") -> dict[str, Any]:
    value: dict[str, Any] = json.loads(run("show", name, "--json").stdout)
    return value


def _files(work: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(work.rglob("*")) if path.is_file()}


def test_words_that_come_by_script(rendered: Callable[..., Rendering], run: Run, work: Path) -> None:
    """The document after loading is the original, that is said wherever the version is shown, and it verifies."""
    pages = page(b"")
    go = rendered(pages)

    result = go()

    assert result.exit_code == 0, result.output
    assert "rendered by Chromium " in result.stderr
    record = _record(run)
    assert [paragraph["text"] for paragraph in record["paragraphs"]] == [
        "Notice on the harbour", "The harbour is closed.", "It opens on Monday.",
    ]  # fmt: skip
    original = record["original"]
    made = original["capture"]["rendered"]
    assert made["engine"].startswith("Chromium ")
    assert made["plain"] == {"sha256": sha256_hex(SHELL), "size": len(SHELL)}
    assert (made["ended"], made["width"], made["height"], made["time_zone"]) == ("quiet", 1280, 1024, "UTC")
    assert made["requests"] >= 2
    assert made["size"] > len(SHELL)
    assert made["refused"] == {"connections": 0, "dialogs": 0, "downloads": 0, "windows": 0}
    document = run("show", "notice/v1", "--original").stdout
    assert document.startswith("﻿<!DOCTYPE html>\n<html>")
    assert "<main><h1>Notice on the harbour</h1>" in document
    assert sha256_hex(document.encode()) == original["sha256"] != sha256_hex(SHELL)
    said = "rendered by Chromium", "not the publisher's bytes"
    assert all(words in " ".join(run("show", "notice/v1").stdout.split()) for words in said)
    assert all(words in record["provenance"][0]["note"] for words in said)
    assert run("verify").exit_code == 0
    assert run("export", "notice/v1", "-o", "notice.zip").exit_code == 0
    assert run("verify", "notice.zip").exit_code == 0
    with ZipFile("notice.zip") as snapshot:
        snapshot.extractall("unpacked")
    folder = next(path for path in (work / "unpacked").iterdir())
    for name in ("00-START-HERE.html", "data/provenance.prov.json", "data/ro-crate-metadata.json"):
        assert "rendered by Chromium" in (folder / name).read_text(encoding="utf-8"), name
    assert "a browser's document, not the publisher's bytes" in (folder / "data/README.txt").read_text(encoding="utf-8")
    assert run("site", "pages").exit_code == 0
    shown_there = (work / "pages/releases/notice/v1/index.html").read_text(encoding="utf-8")
    assert "a browser&#39;s document, not the publisher&#39;s bytes" in shown_there.replace("'", "&#39;")
    # Who asks is said by the browser too, and nothing else of whoever runs it.
    asked = [request for request in go.around.server.requests if b"Chrome/" in request]
    assert {request.split()[1] for request in asked} >= {b"/notice", b"/app.js"}
    assert all(b"compatible; muniment/" in request and b"+https://example.org/press" in request for request in asked)
    assert not any(b"cookie" in request.lower() for request in asked)


def test_other_bytes_with_the_same_words(rendered: Callable[..., Rendering], run: Run, work: Path) -> None:
    """A document that has the words of the newest rendered version writes nothing, whatever its bytes are."""
    pages = page(b"document.body.dataset.at = performance.now() + Math.random();")
    go = rendered(pages)
    assert go().exit_code == 0
    before = _files(work)
    again = go()
    assert (again.exit_code, again.stdout) == (0, "unchanged since v1, by its words\n")
    assert _files(work) == before
    pages["/app.js"] = page(b"main.lastChild.textContent = '2. It opens on Tuesday.'")["/app.js"]
    shown = go("--dry-run")
    assert "rendered by Chromium" in " ".join(shown.stdout.split())
    assert go().stdout.startswith("notice/v2  publication")
    # The answer itself is another kind of original than a document with its words.
    assert go(render=False).stdout.startswith("notice/v3  publication")
    assert "rendered" not in _record(run, "notice/v3")["original"]["capture"]
    assert run("verify").exit_code == 0


HOSTILE = b"""
const quietly = (act) => { try { act(); } catch (_) {} };
fetch("http://169.254.169.254/latest/meta-data/").catch(() => 0);
fetch("http://inside.example.org/").then((a) => a.text()).then((t) => main.append(t)).catch(() => 0);
quietly(() => new WebSocket("ws://127.0.0.1:PORT/"));
quietly(() => new WebSocket("ws://127.0.0.1:8080/"));
quietly(() => new EventSource("http://127.0.0.1:PORT/"));
quietly(() => { const peer = new RTCPeerConnection({iceServers: [{urls: "stun:127.0.0.1:PORT"},
  {urls: "turn:127.0.0.1:PORT?transport=tcp", username: "a", credential: "b"}]});
  peer.onicecandidate = (found) => { if (found.candidate && found.candidate.candidate) main.append("candidate"); };
  peer.createDataChannel("x"); peer.createOffer().then((o) => peer.setLocalDescription(o)); });
quietly(() => navigator.serviceWorker.register("/worker.js"));
quietly(() => { const w = new Worker(URL.createObjectURL(new Blob(["fetch('http://inside.example.org/w')"]))); });
quietly(() => open("http://press.example.org/other"));
onbeforeunload = () => "stay";
for (const place of ["file:///etc/passwd", "http://127.0.0.1:PORT/", "chrome://version", "view-source:http://x"]) {
  const frame = document.createElement("iframe"); frame.src = place; main.append(frame); }
const hint = document.createElement("link"); hint.rel = "dns-prefetch"; hint.href = "//prefetched.example.org";
document.head.append(hint);
const near = document.createElement("link"); near.rel = "preconnect"; near.href = "http://127.0.0.1:PORT";
document.head.append(near);
const file = document.createElement("a"); file.href = "/file.bin"; file.download = "file.bin"; main.append(file);
file.click();
alert("hello"); confirm("sure?"); prompt("who?");
"""


def test_a_page_whose_scripts_reach_inside(rendered: Callable[..., Rendering], run: Run, work: Path) -> None:
    """Private servers, sockets, windows, files and dialogs come to nothing and are counted; the words are there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            datagrams.bind(("127.0.0.1", port))
            pages = page(HOSTILE.replace(b"PORT", str(port).encode()))
            pages["/file.bin"] = [response(b"\0" * 64, "Content-Type: application/octet-stream")]
            pages["/worker.js"] = [response(b"fetch('/from-worker')", "Content-Type: text/javascript")]
            go = rendered(pages)

            result = go()

            listener.settimeout(0.0)
            datagrams.settimeout(0.0)
            with pytest.raises(BlockingIOError):
                listener.accept()
            with pytest.raises(BlockingIOError):
                datagrams.recv(100)
    assert result.exit_code == 0, result.output
    made = _record(run)["original"]["capture"]["rendered"]
    assert made["refused"]["connections"] >= 5
    assert (made["refused"]["downloads"], made["refused"]["dialogs"]) == (1, 3)
    assert made["frames"] == 4
    assert "127.0.0.1, this machine" in result.stderr
    assert "169.254.169.254, the local link, or metadata of a machine" in result.stderr
    document = run("show", "notice/v1", "--original").stdout
    assert "It opens on Monday." in document
    assert "root:" not in document
    assert "candidate" not in document
    assert {address for address, _ in go.around.connected} == {PUBLIC}
    assert not list(work.rglob("file.bin"))


def _of(script: bytes, **more: bytes) -> dict[str, Iterable[bytes]]:
    return {**page(script), **{f"/{name}": [data] for name, data in more.items()}}


GONE: dict[str, tuple[bytes, int, str]] = {
    "a script that leads to a private server": (
        b"location = 'http://inside.example.org/'", 2, "in the browser the page leads elsewhere: found http://inside.example.org/",
    ),
    "a script that leads to metadata": (
        b"location.replace('http://169.254.169.254/latest/')", 2, "found http://169.254.169.254/latest/",
    ),
    "a script that leads to another page": (b"location = '/other'", 2, f"found http://{HOST}/other"),
    "a refresh": (
        b"document.head.innerHTML = '<meta http-equiv=refresh content=\"0;url=http://127.0.0.1/\">'", 2,
        "found http://127.0.0.1/",
    ),
    "a page that loads itself again": (b"location.reload()", 3, "loads itself again and again"),
    "a script without an end": (b"for (;;) ;", 3, "does not load in 2 seconds"),
    "a script without an end after loading": (
        b"addEventListener('load', () => setTimeout(() => { for (;;) ; }, 100))", 3, "do not let it be read",
    ),
    "requests without an end": (
        b"const more = () => { for (let i = 0; i < 5; i++) fetch('/' + Math.random()); setTimeout(more, 5); }; more();",
        2, "asks for too much: expected at most 40 requests",
    ),
    "bytes without an end": (
        b"const more = () => fetch('/large').then((a) => a.text()).then(more); more();",
        2, "asks for too much: expected at most 100000 bytes",
    ),
    "a document of 50 MB": (
        b"main.hidden = true; main.append('a'.repeat(50 << 20))", 2,
        "the document is too large: expected at most 16777216 bytes",
    ),
}  # fmt: skip


SAMPLE = {
    "a script that leads to a private server",
    "a script without an end",
    "requests without an end",
    "a document of 50 MB",
}
"""What is tried each time; the others with ``MUNIMENT_LONG=1``, since each starts a browser."""


@pytest.mark.parametrize("name", sorted(GONE if os.environ.get("MUNIMENT_LONG") else SAMPLE))
def test_a_page_that_cannot_be_had(
    name: str, rendered: Callable[..., Rendering], work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says what is wrong, nothing is written or left running, and nothing private is connected to."""
    script, code, words = GONE[name]
    monkeypatch.setattr(loading, "MOST_REQUESTS", 40)
    monkeypatch.setattr(loading, "MOST_NAVIGATIONS", 2)
    monkeypatch.setattr(browser_proxy, "MOST_BYTES", 100_000)
    if "after loading" in name:
        monkeypatch.setattr(rendered_page, "_ANSWERS", 1.0)
    if name == "a script without an end":
        monkeypatch.setattr(rendered_page, "MOST_SECONDS", 2.0)
    go = rendered(_of(script, other=response(b"<h1>Other</h1>"), large=response(b"x" * 30_000)))
    before = _files(work)
    with TemporaryDirectory() as profiles:
        monkeypatch.setattr("tempfile.tempdir", profiles)
        result = go()
        running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        assert profiles not in running
        assert list(Path(profiles).iterdir()) == []
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert _files(work) == before
    assert {address for address, _ in go.around.connected} == {PUBLIC}


def test_a_page_that_is_never_quiet(
    rendered: Callable[..., Rendering], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The document of a page that asks and asks is taken when patience ends, and that is said."""
    monkeypatch.setattr(rendered_page, "MOST_SECONDS", 6.0)
    go = rendered(_of(b"setInterval(() => fetch('/poll'), 100)", poll=response(b"no news")))
    result = go()
    assert result.exit_code == 0, result.output
    assert "it never became quiet" in result.stderr
    made = _record(run)["original"]["capture"]["rendered"]
    assert (made["ended"], made["rule"]) == ("limit", "load, then 500 ms without a request; at most 6 s")


def test_a_name_that_changes_between_check_and_use(rendered: Callable[..., Rendering], work: Path) -> None:
    """A name that leads to a private server once the browser asks for it is refused by the connection."""
    names = {**NAMES, HOST: [[PUBLIC], [PUBLIC], ["127.0.0.1"]]}
    go = rendered(page(b""), names)
    before = _files(work)
    result = go()
    assert (result.exit_code, result.stdout) == (3, ""), result.output
    assert "the browser gets no" in result.stderr
    assert "127.0.0.1, this machine" in result.stderr
    assert _files(work) == before
    assert {address for address, _ in go.around.connected} == {PUBLIC}


def test_another_answer_for_a_browser(rendered: Callable[..., Rendering], work: Path) -> None:
    """A server that gives a browser no page is no page, whatever it gave without one."""
    answers = iter([response(SHELL), response(b"<h1>No robots</h1>", status="403 Forbidden")])
    go = rendered(_once(answers))
    before = _files(work)
    result = go()
    assert (result.exit_code, result.stdout) == (3, ""), result.output
    assert "the browser is given no page: found status 403" in result.stderr
    assert _files(work) == before


def test_a_browser_that_breaks_down(rendered: Callable[..., Rendering], work: Path) -> None:
    """A page whose process dies is no page, and nothing is written."""
    pages = page(b"fetch('/crash');")
    pages["/crash"] = _Crash()
    go = rendered(pages)
    before = _files(work)
    result = go()
    assert (result.exit_code, result.stdout) == (3, ""), result.output
    assert "the page broke down in the browser" in result.stderr
    assert _files(work) == before


class _Crash:
    """An answer that ends the processes of the browser in which pages run."""

    def __iter__(self) -> Iterator[bytes]:
        listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
        rows = [line.split(None, 2) for line in listed.splitlines()]
        parents = {int(row[0]): int(row[1]) for row in rows}

        def ours(pid: int) -> bool:
            return pid == os.getpid() or (pid in parents and ours(parents[pid]))

        for pid, _, words in rows:
            if "--type=renderer" in words and ours(int(pid)):
                os.kill(int(pid), signal.SIGKILL)
        yield response(b"gone")


def _once(answers: Iterator[bytes]) -> dict[str, Iterable[bytes]]:
    """A page that gives another answer each time."""

    class Turns:
        def __iter__(self) -> Iterator[bytes]:
            yield next(answers)

    return {"/notice": Turns()}


def test_what_is_no_page_is_not_rendered(rendered: Callable[..., Rendering]) -> None:
    """A text is no page, and the browser is not started for it."""
    go = rendered({"/notice": [response(b"Notice\n\nThe harbour is closed.\n", "Content-Type: text/plain")]})
    result = go()
    assert result.exit_code == 2
    assert "only a page is rendered: expected text/html, found text/plain" in result.stderr


def test_a_certificate_that_nobody_vouches_for(
    rendered: Callable[..., Rendering], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By TLS the browser judges the certificate itself, inside of a tunnel to the address that was judged."""
    trusted, tls, _ = make_authority(tmp_path, HOST)
    go = rendered({})
    pages = page(b"")
    with serving(lambda _host, path: pages.get(path, [NO_ROBOTS]), tls, farewell=True) as server:
        around = Around({HOST: [[PUBLIC]]}, server, trusted)
        monkeypatch.setattr(capture, "NETWORK", around.network())
        result = go(url=f"https://{HOST}/notice")
    assert result.exit_code == 3, result.output
    assert "the browser gets no page: found net::ERR_CERT_AUTHORITY_INVALID" in result.stderr
    assert set(around.connected) == {(PUBLIC, 443)}


def test_a_page_by_tls(
    rendered: Callable[..., Rendering], tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By TLS a page is rendered through the tunnel, scripts and all."""
    trusted, tls, _ = make_authority(tmp_path, HOST)
    go = rendered({})
    pages = page(b"")
    monkeypatch.setattr(chromium, "_ALONE", (*chromium._ALONE, "--ignore-certificate-errors"))
    with serving(lambda _host, path: pages.get(path, [NO_ROBOTS]), tls, farewell=True) as server:
        around = Around({HOST: [[PUBLIC]]}, server, trusted)
        monkeypatch.setattr(capture, "NETWORK", around.network())
        result = go(url=f"https://{HOST}/notice")
    assert result.exit_code == 0, result.output
    assert "It opens on Monday." in run("show", "notice/v1").stdout
    assert set(around.connected) == {(PUBLIC, 443)}


def test_a_list_to_watch(rendered: Callable[..., Rendering], run: Run, work: Path) -> None:
    """A page of a list is rendered where that says so, whatever its server says of the answer without a browser."""
    pages = page(b"document.body.dataset.at = Math.random();")
    pages["/notice"] = [response(SHELL, 'ETag: "the same for ever"')]
    go = rendered(pages)
    entry = f'[[page]]\nurl = "{URL}"\nrelease = "notice"\nrender = true\n'
    (work / "list.toml").write_text(f"delay = 0\n{entry}", encoding="utf-8")
    assert "notice/v1  publication  3 paragraphs" in run("watch", "list.toml", *go.flags).stdout
    assert "unchanged since notice/v1, by its words\n" in run("watch", "list.toml", *go.flags).stdout
    pages["/app.js"] = page(b"main.lastChild.textContent = '2. It opens on Tuesday.'")["/app.js"]
    assert "notice/v2  publication  3 paragraphs" in run("watch", "list.toml", *go.flags).stdout
    assert _record(run, "notice/v2")["original"]["capture"]["rendered"]["plain"]["sha256"] == sha256_hex(SHELL)
    before = _files(work)
    failed = run("watch", "list.toml", *go.flags, "--browser", "no-such-program")
    assert (failed.exit_code, failed.stdout) == (2, "")
    assert _files(work) == before


def test_a_shadow_root_and_an_old_document(rendered: Callable[..., Rendering], run: Run) -> None:
    """Open shadow roots are kept and counted; the document type and comments stay as they are."""
    old = (
        b'<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd"><!--made by hand-->'
    )
    script = b"main.lastChild.attachShadow({mode: 'open'}).innerHTML = '<b>inside</b>';"
    pages = page(script)
    pages["/notice"] = [response(old + SHELL.partition(b">")[2])]
    result = rendered(pages)()
    assert result.exit_code == 0, result.output
    assert "the words in its shadow roots are kept and not taken: 1" in result.stderr
    document = run("show", "notice/v1", "--original").stdout
    assert document.startswith("﻿" + old.decode().replace("><!--", ">\n<!--") + "\n<html>")
    assert '<template shadowrootmode="open"><b>inside</b></template>' in document


UNSEEN = b"""
const hide = (name, text) => {
  const element = document.createElement(name);
  element.textContent = text;
  main.append(element);
};
hide("script", "const a = '</script><p>from a script</p>'; const b = '<!-- <script>';");
hide("style", "p::before { content: '</style><p>from a style</p>' }");
hide("noscript", "</noscript><p>from a noscript</p>");
main.append(document.createComment("--><p>from a comment</p><!--"));
main.append(document.createComment("><p>from another</p>"));
const kept = document.createElement("template");
kept.content.append(document.createElement("script"));
kept.content.firstChild.textContent = "'</script></template><p>from a template</p>'";
main.append(kept);
main.insertAdjacentHTML("beforeend", "<p>3. The quay stays open.</p>");
"""
"""Texts that end the element they stand in, when the document is read again."""


def test_words_that_nobody_saw(rendered: Callable[..., Rendering], run: Run) -> None:
    """What stands in scripts, styles and comments of a document stays there: it becomes no paragraph."""
    result = rendered(page(UNSEEN))()
    assert result.exit_code == 0, result.output
    assert [paragraph["text"] for paragraph in _record(run)["paragraphs"]] == [
        "Notice on the harbour", "The harbour is closed.", "It opens on Monday.", "The quay stays open.",
    ]  # fmt: skip
    assert r"const a = '\u003C/script><p>from a script</p>'" in run("show", "notice/v1", "--original").stdout


def test_an_element_without_an_end(rendered: Callable[..., Rendering], work: Path) -> None:
    """A document that no HTML can say is refused in one line, and nothing is written."""
    before = _files(work)
    result = rendered(page(b"main.append(document.createElement('plaintext'));"))()
    assert (result.exit_code, result.stderr.count("plaintext cannot be written down")) == (2, 1)
    assert _files(work) == before


def test_without_the_program(work: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where Chromium is missing, is none, or may not run, one line says what to do, and nobody is asked."""
    assert work.is_dir()
    address = ("capture", URL, "--release", "notice", "--render")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("muniment.cli.chromium._PLACES", ())
    missing = run(*address)
    assert (missing.exit_code, missing.stderr.count("\n")) == (3, 1)
    assert "apt install chromium" in missing.stderr
    assert "--browser or $ARCHIVE_BROWSER" in missing.stderr
    named = run(*address, "--browser", "no-such-program")
    assert named.exit_code == 2
    assert "no-such-program: this is no program" in named.stderr
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    root = run(*address, "--browser", str(program))
    assert root.exit_code == 3
    assert "--no-sandbox" in root.stderr


def test_a_browser_that_ends(work: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program that ends, or says nothing or rubbish, is one error and writes nothing."""
    pages = page(b"")
    with serving(lambda _host, path: pages.get(path, [NO_ROBOTS])) as server:
        monkeypatch.setattr(capture, "NETWORK", Around({HOST: [[PUBLIC]]}, server).network())
        says = "printf '%s\\0' '{0}' >&4; sleep 60"
        for line, words, seconds in (
            ("exit 1", "ended by itself", "30"),
            ("sleep 60", "in 3 seconds", "3"),
            (says.format("rubbish"), "what the browser says is no message: found b'rubbish'", "30"),
            (says.format("[1]"), "what the browser says is no message: found b'[1]'", "30"),
            (says.format("[" * 100_000), "what the browser says is no message: found b'[[", "30"),
            (says.format('{"id":1,"error":"no"}'), "what the browser says is no message", "30"),
            (says.format('{"method":"a","params":3}'), "what the browser says is no message", "30"),
            (says.format('{"id":1,"result":{"product":5}}'), "the browser does not do what it is told", "30"),
        ):
            program = tmp_path / "chromium"
            program.write_text(f"#!/bin/sh\n{line}\n")
            program.chmod(0o700)
            before = _files(work)
            flags = ("--render", "--no-sandbox", "--browser", str(program), "--seconds", seconds)
            result = run("capture", URL, "--release", "notice", *flags)
            assert (result.exit_code, result.stdout) == (3, ""), result.output
            assert words in result.stderr
            assert _files(work) == before
