"""``archive watch`` against servers on this machine, with a resolver and clocks of the test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.cli.web_servers import PUBLIC, Around, serving
from tests.sources.warc.making import PAGE, response

from muniment.cli.verbs import capture
from muniment.cli.verbs.watch import _only_run
from muniment.errors import LockedError

NO_ROBOTS = response(b"none", status="404 Not Found")
LIST = """delay = 5
[[page]]
url = "http://a.example/one"
release = "one"
issuer = "Harbour Office"
[[page]]
url = "http://a.example/two"
release = "two"
select = ["main"]
noise = [".clock"]
[[page]]
url = "http://b.example/three"
release = "three"
"""


class Site:
    """Pages that the test changes; each has its ETag."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {f"/{name}": _page(name) for name in ("one", "two", "three")}
        self.down: set[str] = set()
        self.later: dict[str, str] = {}

    def reply(self, host: str, path: str) -> list[bytes]:
        """Answer as the pages are now."""
        if host in self.down or path in self.down:
            later = [f"Retry-After: {self.later[path]}"] if path in self.later else []
            return [response(b"busy", *later, status="503 Busy")]
        if path not in self.pages:
            return [NO_ROBOTS]
        return [response(self.pages[path], f'ETag: "{hash(self.pages[path])}"')]


def _page(name: str, clock: str = "9:00") -> bytes:
    return PAGE.replace(b"<p>", f"<span class=clock>{clock}</span><p>{name}: ".encode())


@pytest.fixture
def site(work: Path) -> Site:
    """Pages, and a list of them in the folder of the archive."""
    (work / "list.toml").write_text(LIST, encoding="utf-8")
    return Site()


@pytest.fixture
def around(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Around]:
    """A server that answers for the pages, asking it only where they changed included."""

    def reply(host: str, path: str) -> list[bytes]:
        answer = site.reply(host, path)
        etag = next((line for line in answer[0].split(b"\r\n") if line.startswith(b"ETag: ")), b"ETag: none")[6:]
        if b"If-None-Match: " + etag + b"\r\n" in server.requests[-1]:
            return [b"HTTP/1.1 304 Not Modified\r\nETag: " + etag + b"\r\n\r\n"]
        return answer

    with serving(reply) as server:
        around = Around({"a.example": [[PUBLIC]], "b.example": [[PUBLIC]]}, server)
        monkeypatch.setattr(capture, "NETWORK", around.network())
        yield around


def _record(run: Run, name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(run("show", name, "--json").stdout)
    return value


def test_a_first_run_and_a_second(site: Site, around: Around, run: Run, work: Path) -> None:
    """What is new becomes versions; when nothing changed, nothing is written, and servers may say so without a page."""
    assert set(site.pages) == {"/one", "/two", "/three"}
    first = run("watch", "list.toml")
    assert first.exit_code == 0, first.output
    assert first.stdout.splitlines()[-1] == "3 of 3 pages changed"
    assert _record(run, "one/v1")["issuer"] == "Harbour Office"
    assert run("verify").exit_code == 0
    before = {path: path.read_bytes() for path in sorted(work.rglob("*")) if path.is_file()}

    second = run("watch", "list.toml")

    assert second.stdout.splitlines() == [
        "unchanged since one/v1, as its server says",
        "unchanged since three/v1, as its server says",
        "unchanged since two/v1, as its server says",
        "0 of 3 pages changed; 3 unchanged",
    ]
    assert run("watch", "list.toml", "--quiet").stdout == ""
    assert before == {path: path.read_bytes() for path in sorted(work.rglob("*")) if path.is_file()}
    assert around.server.asked[-1] == "a.example/two"


def test_what_changed_and_what_is_noise(site: Site, around: Around, run: Run) -> None:
    """New words are a change; a change only in what is named as noise is kept, and called what it is."""
    assert run("watch", "list.toml").exit_code == 0
    site.pages["/two"] = _page("two", clock="9:05")
    site.pages["/three"] = _page("another")
    result = run("watch", "list.toml", "--quiet")
    assert result.exit_code == 0
    assert "three/v2  publication" in result.stdout
    assert "two/v2  other bytes, the words of v1" in result.stdout
    assert "2 of 3 pages changed (1 with the same words); 1 unchanged" in result.stdout
    assert _record(run, "two/v2")["paragraphs"] == _record(run, "two/v1")["paragraphs"]
    assert around.server.port
    assert run("verify").exit_code == 0


def test_it_goes_on_after_failures(site: Site, around: Around, run: Run) -> None:
    """A page that fails stands in a table at the end, the others are added, and the exit code is 1."""
    site.down.add("/one")
    result = run("watch", "list.toml")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[-3:] == [
        "2 of 3 pages changed; 1 failed",
        "FAILED  one",
        "        http://a.example/one: there is no page: found status 503",
    ]
    assert run("show", "two").exit_code == 0
    assert around.server.asked[-1] == "a.example/two"


def test_a_page_that_becomes_something_else(site: Site, around: Around, run: Run) -> None:
    """A page without the part that is taken of it, or that becomes an image, fails and is no version."""
    assert run("watch", "list.toml").exit_code == 0
    site.pages["/two"] = b"<!DOCTYPE html><p>Log in"
    site.pages["/three"] = b"\x89PNG\r\n\x1a\n"
    result = run("watch", "list.toml")
    assert result.exit_code == 1
    assert "0 of 3 pages changed; 1 unchanged; 2 failed" in result.stdout
    assert run("show", "two/v2").exit_code == 2
    assert around.server.port


def test_delays_and_back_off(site: Site, around: Around, run: Run, work: Path) -> None:
    """Visits to one host are a delay apart, longer after a failure, and after three failures it is left alone."""
    pages = "".join(f'[[page]]\nurl = "http://a.example/{n}"\nrelease = "r{n}"\n' for n in range(5))
    (work / "many.toml").write_text(f"delay = 8\n{pages}", encoding="utf-8")
    site.pages["/0"] = _page("zero")
    site.down |= {"/1", "/2", "/3"}

    result = run("watch", "many.toml")

    assert result.exit_code == 1
    assert [round(seconds) for seconds in around.slept] == [0, 8, 16, 32]
    assert "not asked: its host failed three times in a row" in result.stdout
    assert "1 of 5 pages changed; 4 failed" in result.stdout
    assert "a.example/4" not in around.server.asked


def test_a_server_that_says_when_to_come_again(site: Site, around: Around, run: Run, work: Path) -> None:
    """It is not asked before; where that is longer than a run waits, no more in this run, while others are asked."""
    hosts = ["a", "a", "a", "b", "a"]
    pages = "".join(f'[[page]]\nurl = "http://{host}.example/{n}"\nrelease = "r{n}"\n' for n, host in enumerate(hosts))
    (work / "busy.toml").write_text(f"delay = 8\n{pages}", encoding="utf-8")
    site.down |= {"/0", "/2"}
    site.later = {"/0": "90", "/2": "86400"}
    site.pages |= {f"/{n}": _page(f"page {n}") for n in (1, 3, 4)}

    result = run("watch", "busy.toml")

    assert result.exit_code == 1
    assert [round(seconds) for seconds in around.slept] == [0, 0, 90, 8]
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert "http://a.example/0: there is no page: found status 503 (its server asks" in lines
    assert "to wait 90 s)" in lines
    assert "not asked: its server asks to wait longer than the 10 minutes that a run" in lines
    assert "2 of 5 pages changed; 3 failed" in lines
    assert "a.example/4" not in around.server.asked


def test_a_busy_robots_txt(site: Site, around: Around, run: Run) -> None:
    """A robots.txt that is busy, and says until when, is told so, and the host left alone as for a page."""
    site.down.add("/robots.txt")
    site.later = {"/robots.txt": "7200"}
    result = run("watch", "list.toml")
    assert result.exit_code == 1
    assert "its robots.txt cannot be read now: found status 503" in " ".join(result.stdout.split())
    assert around.server.asked == ["a.example/robots.txt", "b.example/robots.txt"]


def test_other_parts_are_wanted(site: Site, around: Around, run: Run, work: Path) -> None:
    """Where the list names other parts than before, a page that did not change is asked for and read anew."""
    assert site.pages
    assert run("watch", "list.toml").exit_code == 0
    (work / "list.toml").write_text(LIST.replace('["main"]', '["p"]'), encoding="utf-8")
    result = run("watch", "list.toml", "--quiet")
    assert "two/v2  reextraction" in result.stdout
    assert _record(run, "two/v2")["original"]["extractor"]["parameters"]["select"] == ["p"]
    assert run("watch", "list.toml", "--quiet").stdout == ""
    assert around.server.port


def test_as_json(site: Site, around: Around, run: Run) -> None:
    """A program gets a list with one object for each page."""
    site.down.add("/one")
    result = run("watch", "list.toml", "--json")
    assert result.exit_code == 1
    rows = {row["release"]: row for row in json.loads(result.stdout)}
    assert (rows["two"]["state"], rows["two"]["reference"]) == ("added", "two/v1")
    assert (rows["one"]["state"], rows["one"]["reference"]) == ("failed", None)
    assert "status 503" in rows["one"]["error"]
    assert around.server.port


def test_one_run_at_a_time(site: Site, around: Around, run: Run, work: Path) -> None:
    """A second run on the same list is refused while the first one lasts, and no file is made for that."""
    assert site.pages
    before = sorted(work.rglob("*"))
    with _only_run(str(work / "list.toml")):
        result = run("watch", "list.toml")
        assert result.exit_code == LockedError.exit_code
        assert "another run works on this list" in result.stderr
    assert sorted(work.rglob("*")) == before
    assert around.server.asked == []


def test_a_list_that_is_wrong(site: Site, around: Around, run: Run, work: Path) -> None:
    """A list with a fault is refused before anybody is asked."""
    assert site.pages
    (work / "list.toml").write_text(LIST.replace("noise", "noises"), encoding="utf-8")
    result = run("watch", "list.toml")
    assert result.exit_code == 2
    assert "list.toml: page 2: a member that is not known" in result.stderr
    assert around.server.asked == []
