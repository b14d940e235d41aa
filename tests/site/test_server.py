"""The server as a function: what it answers at each path, whatever is asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.site.served import ADDRESS, NOTICE, ask, publish, server_of, with_history

from muniment.archive import open_archive
from muniment.canonical import Json
from muniment.diff.views.json import parse_diff
from muniment.history.index.growth_of_index import bring_up_to_date
from muniment.history.index.lookup import SearchIndex
from muniment.history.public_json import parse_blame, parse_list, parse_search, parse_when
from muniment.site import server as server_module
from muniment.site.http_messages import HttpResponse
from muniment.site.pages import make_page, site_paths
from muniment.site.routes import RequestTarget, answer
from muniment.site.server import Server
from muniment.site.site import Settings, Site
from muniment.store import MemoryStore
from muniment.store.interface import MAX_FILE
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Keys


@pytest.fixture
def store(empty_archive: MemoryStore, keys: Keys) -> MemoryStore:
    """An archive with a history."""
    return with_history(empty_archive, keys)


@pytest.fixture
def server(store: MemoryStore) -> Server:
    """A server of it."""
    return server_of(store)


def test_every_file_of_the_site(store: MemoryStore, server: Server) -> None:
    """At each path of the site the server gives the bytes that a folder of it has, and a validator that holds."""
    site = Site(open_archive(store), Settings(ADDRESS, search="server", timegate="timegate/"))
    paths = list(site_paths(site))
    assert len(paths) > 60
    for path in paths:
        page, response = make_page(site, path), ask(server, f"/{path}")
        assert (response.status, response.body) == (200, page.body), path
        assert response.header("Content-Type") == page.media_type
        assert response.header("X-Content-Type-Options") == "nosniff"
        assert "default-src 'none'" in (response.header("Content-Security-Policy") or "")
        caching = response.header("Cache-Control") or ""
        assert ("immutable" in caching) == page.immutable
        tag = response.header("ETag")
        assert ask(server, f"/{path}", if_none_match=str(tag)).status == 304
        head = ask(server, f"/{path}", "HEAD")
        assert (head.headers, head.body, head.length) == (response.headers, b"", len(page.body))


def test_what_every_page_needs_is_read_beforehand(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that was prepared has said how far it was, and reads no record for its first page, nor for one more."""
    server, told, read = server_of(store), list[tuple[int, int]](), list[str]()
    server.prepare(lambda done, total: told.append((done, total)))
    releases = len(open_archive(store).releases)
    assert told == [(number, releases) for number in range(releases)]

    def watched(path: str, *, max_size: int = MAX_FILE) -> bytes:
        read.append(path)
        return MemoryStore.read(store, path, max_size=max_size)

    monkeypatch.setattr(store, "read", watched)
    assert (ask(server, "/").status, ask(server, "/releases.json").status) == (200, 200)
    assert [path for path in read if path.endswith("record.json")] == []


def test_what_was_signed_is_for_ever(server: Server) -> None:
    """Records, signatures and originals may be kept for ever, and pages are asked for again."""
    for name in ("record.json", "record.json.sig", "statement.json", "original.txt"):
        assert "immutable" in (ask(server, f"/releases/harbour/v1/{name}").header("Cache-Control") or "")
    for path in ("/", "/releases/harbour/", "/releases/harbour/v1/", "/search?q=harbour"):
        assert ask(server, path).header("Cache-Control") == "no-cache"


def test_folders(server: Server) -> None:
    """A folder is found without its slash, and a folder that is not there is not."""
    assert ask(server, "/releases/harbour").header("Location") == f"{ADDRESS}/releases/harbour/"
    assert ask(server, "/releases/harbour/v2").header("Location") == f"{ADDRESS}/releases/harbour/v2/"
    assert [ask(server, f"/releases/{name}").status for name in ("none", "harbour/v99", "harbour/v0")] == [404] * 3


JSON_OF: dict[str, Callable[[bytes], dict[str, Json]]] = {
    "/": parse_list,
    "/releases/harbour/": parse_list,
    "/releases/harbour/v2/changes.html": parse_diff,
    "/releases/harbour/changes/v1..v5.html": parse_diff,
    "/releases/harbour/v5/blame": parse_blame,
    "/when?phrase=six+weeks": parse_when,
    "/when?phrase=not+there": parse_when,
    "/when?phrase=Six+weeks&exact=1": parse_when,
    "/search?q=harbour+closed": parse_search,
    "/search?q=%22not+there%22&since=2026&issuer=port": parse_search,
}


@pytest.mark.parametrize("target", JSON_OF)
def test_json_in_public_forms(server: Server, target: str) -> None:
    """Whoever accepts JSON gets the public JSON of the command, which its readers read."""
    response = ask(server, target, accept="application/json")
    assert (response.status, response.header("Content-Type")) == (200, "application/json")
    assert JSON_OF[target](response.body) == json.loads(response.body)
    if "blame" not in target:
        assert response.header("Vary") == "Accept"
        page = ask(server, target, accept="text/html,*/*;q=0.8")
        assert str(page.header("Content-Type")).startswith("text/html")
        assert page.header("Vary") == "Accept"
        assert page.header("ETag") != response.header("ETag")


def test_the_record_itself(server: Server, store: MemoryStore) -> None:
    """As JSON a version is its record, byte for byte, so that its hash is that of the citation."""
    response = ask(server, "/releases/harbour/v2/", accept="application/json")
    version = open_archive(store).history("harbour")[1]
    assert open_archive(store).read_entry(version).record_bytes == response.body
    assert response.header("Content-Location") == f"{ADDRESS}/releases/harbour/v2/record.json"


def test_answers_of_json(server: Server) -> None:
    """The JSON says what the archive has: releases, changes, origins of words, and phrases through time."""

    def get(target: str) -> Any:  # noqa: ANN401 - JSON
        return json.loads(ask(server, target, accept="application/json").body)

    assert [one["release"] for one in get("/")["releases"]] == ["harbour", "tide"]
    assert [one["release"] for one in get("/releases/tide/")["releases"]] == ["tide"]
    assert get("/releases/harbour/v2/changes.html")["summary"]["inserted"] == 1
    assert get("/releases/harbour/changes/v1..v5.html")["different"] is True
    assert [one["brought"] for one in get("/releases/harbour/v4/blame")["paragraphs"]] == [1, 1, 4]
    (release,) = get("/when?phrase=six+weeks")["releases"]
    assert [one["seen"] for one in release["stretches"]] == [True, False]
    assert get("/search?q=monday")["hits"][0]["version"]["reference"] == "harbour/v1"
    assert get("/search?q=%E5%85%AC%E5%B8%83")["hits"]


def test_compare(server: Server) -> None:
    """Two versions lead to the page of their changes, the older one first, whichever is named first."""

    def where(query: str) -> str | None:
        return ask(server, f"/compare?{query}").header("Location")

    assert where("release=harbour&a=4&b=1") == f"{ADDRESS}/releases/harbour/changes/v1..v4.html"
    assert where("release=harbour&a=v1&b=v4") == f"{ADDRESS}/releases/harbour/changes/v1..v4.html"
    assert where("release=harbour&a=1&b=2") == f"{ADDRESS}/releases/harbour/v2/changes.html"
    assert ask(server, "/releases/harbour/changes/v1..v4.html").status == 200
    statuses = [ask(server, f"/compare?{query}").status for query in ("release=harbour&a=1&b=1", "a=1&b=2", "")]
    assert statuses == [400, 404, 400]
    assert ask(server, "/compare?release=harbour&a=1&b=99").status == 404


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/search", 200),
        ("/search?q=harbour", 200),
        ("/search?q=%22harbour+is+closed%22&language=en&since=2026", 200),
        ("/search?q=boats", 200),
        ("/search?q=%E2%80%94", 400),
        ("/search?q=%22", 400),
        ("/search?q=a&since=3/4/26", 400),
        ("/search?q=a&until=banana", 400),
        ("/search?q=a&issuer=%22", 400),
        ("/search?q=%3Cscript%3Ealert(1)%3C/script%3E", 200),
        ("/when", 200),
        ("/when?phrase=six+weeks", 200),
        ("/when?phrase=six+weeks&exact=1", 200),
        ("/when?phrase=%00%E2%80%AE%3Cb%3E", 200),
        ("/when?phrase=+", 200),
        ("/when?phrase=%C2%AD", 400),
    ],
)
def test_pages_that_a_server_makes(server: Server, target: str, status: int) -> None:
    """Each page is HTML that a strict parser reads without an error, with what was asked in its form, as text.

    What cannot be asked has the status that it has as JSON, and the page says why.
    """
    response = ask(server, target)
    assert (response.status, b'role="alert"' in response.body) == (status, status == 400)
    parser = html5lib.HTMLParser(strict=True)
    tree = parser.parse(response.body.decode())
    space = "{http://www.w3.org/1999/xhtml}"
    assert not [e for e in tree.iter(f"{space}script") if e.text]
    assert [e.get("action") for e in tree.iter(f"{space}form")] == [target[1:].partition("?")[0]]
    assert "<b>Boats</b>" not in response.body.decode()


def test_a_hit_leads_to_its_paragraph(server: Server) -> None:
    """What is found leads to the paragraph in the newest version that has it, and from there through all versions."""
    page = ask(server, "/search?q=six+weeks").body.decode()
    assert 'href="releases/harbour/v3/index.html#p2"' in page
    assert 'href="releases/harbour/v1/index.html#p2"' in page
    assert 'href="when?phrase=six+weeks"' in page
    through = ask(server, "/when?phrase=six+weeks").body.decode()
    assert "First seen in" in through
    assert "Last seen in" in through
    assert "Not seen from" in through


def test_with_an_index_the_answers_are_the_same(store: MemoryStore, keys: Keys, tmp_path: Path) -> None:
    """Search, phrases and TimeGates answer the same with an index, without one, and with one that is behind."""
    path = tmp_path / "index"
    bring_up_to_date(path, open_archive(store))
    targets = ["/search?q=harbour", "/when?phrase=six+weeks", f"/timegate/{NOTICE}", f"/timemap/link/{NOTICE}"]
    targets += ["/timegate/https://elsewhere.example.org/", "/search?q=quay"]
    for _ in range(2):
        with_index, without = server_of(store, index=path), server_of(store)
        assert [ask(with_index, target) for target in targets] == [ask(without, target) for target in targets]
        publish(store, keys, "quay", "Quay\n\nSix weeks at the harbour quay.\n", NOTICE, "2026-02-10")
        with_index.close()


def test_a_new_index_is_taken_at_once(store: MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that is made, damaged, made again or taken away while a server runs is heeded by the next request."""
    path = tmp_path / "index"
    server, kinds = server_of(store, index=path), []

    def noting(site: Site, index: SearchIndex, target: RequestTarget) -> HttpResponse:
        kinds.append(index.state.kind)
        return answer(site, index, target)

    monkeypatch.setattr(server_module, "answer", noting)

    def asked(number: int) -> tuple[str, bytes]:
        body = ask(server, f"/search?q=harbour&until={2030 + number}").body
        return kinds[-1], body.replace(str(2030 + number).encode(), b"")

    first = asked(0)
    bring_up_to_date(path, open_archive(store))
    made = asked(1)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    spoiled = asked(2)
    bring_up_to_date(path, open_archive(store))
    again = asked(3)
    path.unlink()
    gone = asked(4)
    assert [kind for kind, _ in (first, made, spoiled, again, gone)] == [
        "absent", "current", "damaged", "current", "absent",
    ]  # fmt: skip
    assert len({body for _, body in (first, made, spoiled, again, gone)}) == 1
    asked(5)
    assert kinds[-1] == "absent"


def test_an_archive_that_grows(store: MemoryStore, keys: Keys, server: Server) -> None:
    """What is added while a server runs is shown at once, and what was known before is asked for again."""
    before = ask(server, "/releases/tide/")
    assert ask(server, "/releases/tide/v2/").status == 404
    publish(store, keys, "tide", "Tide\n\nLow at noon.\n", None, None)
    assert ask(server, "/releases/tide/v2/").status == 200
    assert ask(server, "/releases/tide/", if_none_match=str(before.header("ETag"))).status == 200
    assert ask(server, "/releases/tide/v1/record.json", if_none_match="*").status == 304


def test_what_does_not_verify_is_not_shown(store: MemoryStore) -> None:
    """A record in which a bit changed gives a page that says so and none of its words; the timeline marks it."""
    (path,) = [name for name in store.files if name.endswith("tide/v1/content/record.json")]
    store._files[path] = store.files[path].replace(b"High at noon", b"Low  at noon")
    server = server_of(store)
    for target in ("/releases/tide/v1/", "/releases/tide/v1/record.json"):
        response = ask(server, target)
        assert (response.status, b"Low" in response.body) == (503, False)
        assert b"check 9, entry" in response.body
    listed = ask(server, "/releases/tide/")
    assert (listed.status, b"Low" in listed.body, b"Does not verify" in listed.body) == (200, False, True)
    assert ask(server, "/trust/root/1.json").status == 200


def test_a_search_leaves_out_what_does_not_verify(store: MemoryStore) -> None:
    """A phrase is followed through all that verifies, and the page and the JSON name the release that does not."""
    (path,) = [name for name in store.files if name.endswith("tide/v1/content/record.json")]
    store._files[path] = store.files[path].replace(b"High at noon", b"six weeks ago")
    server = server_of(store)
    page = ask(server, "/when?phrase=six+weeks")
    assert (page.status, b"tide is left out" in page.body, b"Last seen in" in page.body) == (200, True, True)
    answer = parse_when(ask(server, "/when?phrase=six+weeks", accept="application/json").body)
    assert str(answer["doubts"]).startswith("[{'subject': 'tide', 'what': 'left out: ")
    found = ask(server, "/search?q=weeks")
    assert (found.status, b"tide/v1 is left out" in found.body, b"six weeks ago" in found.body) == (200, True, False)


def test_a_checkpoint_that_is_spoiled_later(store: MemoryStore, server: Server) -> None:
    """While the newest checkpoint does not verify, the server goes on with the one that it has."""
    assert ask(server, "/releases/tide/").status == 200
    store._files["log/checkpoint"] = b"spoiled"
    assert ask(server, "/releases/tide/").status == 200
    assert ask(server, "/releases/harbour/v1/").status == 200


HOSTILE = (
    "",
    "x",
    "//",
    "/../etc/passwd",
    "/./",
    "/releases/../trust/root/1.json",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/releases%2fharbour%2fv1%2frecord.json",
    "/releases/harbour%00/",
    "/releases/HARBOUR/",
    "/releases/harbour/v01/",
    "/releases/harbour/v1/original.txt/",
    "/releases/harbour/v1//record.json",
    "/releases/harbour/v999999999/",
    "/releases/harbour/changes/v2..v1.html",
    "/releases/harbour/changes/v1..v99.html",
    "/log/checkpoint",
    "/unfinished.signed",
    "/\\..\\",
    "/\x00",
    "/\x7f",
    "/é",
    "/ ",
    '/"',
    "/%",
    "/%f",
    "/%zz",
    "/search?q=%ff",
    "/search?q=%80%80",
    "/search?q=a&q=b",
    "/search?" + "&".join(f"a{n}=1" for n in range(500)),
    "/when?phrase=%ED%A0%80",
    "/timegate/",
    "/timegate/javascript:alert(1)",
    "/timegate/" + "a" * 5000,
    "/timemap/link/%0d%0aSet-Cookie:%20a=b",
    "/compare?release=../..&a=1&b=2",
    "/blame",
    "/releases/harbour/v1/blame/",
    "/" + "a/" * 4000,
    "/" + "a" * 100_000,
    "http://elsewhere.example.org/",
)


@pytest.mark.parametrize("target", HOSTILE, ids=lambda target: ascii(target)[1:40])
def test_hostile_targets(server: Server, target: str) -> None:
    """What is no address of this site gets a clear status, a short line, and no header that it wrote."""
    response = ask(server, target, accept_datetime="never")
    assert response.status in {400, 404, 414}
    assert len(response.body) < 600
    assert response.header("Set-Cookie") is None
    assert all("\n" not in value and "\r" not in value for _, value in response.headers)
    assert all(sign.isprintable() or sign == "\n" for sign in response.body.decode())


@settings(max_examples=150)
@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=30))
def test_any_target(target: str, accept: str, tag: str) -> None:
    """Whatever the target and headers are, a status is given and nothing is raised."""
    response = ask(SMALL[0], target, accept=accept, if_none_match=tag, range=tag, accept_datetime=accept)
    assert response.status in {200, 206, 301, 302, 304, 400, 404, 414, 416}


SMALL: list[Server] = []


@pytest.fixture(autouse=True, scope="module")
def _small(founders: InitialKeys) -> None:
    store = MemoryStore()
    create_archive(store, founders, origin="press.example.org/archive", now="2026-11-22T10:00:00Z")
    SMALL.append(server_of(store))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get", ""])
def test_it_only_reads(server: Server, store: MemoryStore, method: str) -> None:
    """A method that is not for reading is refused, and says which are."""
    before = store.files
    response = ask(server, "/", method)
    assert (response.status, response.header("Allow")) == (405, "GET, HEAD, OPTIONS")
    assert store.files == before


def test_options(server: Server) -> None:
    """OPTIONS says what is allowed, and nothing about other origins."""
    response = ask(server, "/", "OPTIONS")
    assert (response.status, response.headers) == (204, (("Allow", "GET, HEAD, OPTIONS"),))


def test_names_of_the_host(store: MemoryStore) -> None:
    """Where its names are known, a request for another host is refused, so that no page of another site reads it."""
    server = server_of(store, hosts=frozenset({"127.0.0.1:8000", "localhost:8000"}))
    assert [ask(server, "/", host=name).status for name in ("127.0.0.1:8000", "LOCALHOST:8000")] == [200, 200]
    for name in ("elsewhere.example.org", "", "127.0.0.1:8001", "127.0.0.1:8000, a"):
        assert ask(server, "/", host=name).status == 421
    assert ask(server, "/").status == 421


def test_links_never_come_from_the_request(server: Server) -> None:
    """No address in an answer is made with what the request says of its host."""
    for target in (
        "/releases/harbour",
        "/releases/harbour/v1/",
        f"/timegate/{NOTICE}",
        "/releases/harbour/timemap.link",
    ):
        response = ask(server, target, host="evil.example.org", x_forwarded_host="evil.example.org")
        assert "evil" not in repr(response)


def test_many_threads(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked by many threads at once, each gets the right bytes, and what is made is made by a few at a time."""
    targets = [
        "/releases/harbour/v1/",
        "/releases/harbour/v2/changes.html",
        "/search?q=harbour",
        "/",
        "/releases/tide/",
    ]
    wanted = {target: ask(server, target).body for target in targets}
    server.close()
    working, most = [], [0]

    def counted(site: Site, index: SearchIndex, target: RequestTarget) -> HttpResponse:
        working.append(1)
        most[0] = max(most[0], len(working))
        try:
            return answer(site, index, target)
        finally:
            working.pop()

    monkeypatch.setattr(server_module, "answer", counted)
    server._view.made.clear()
    wrong: list[str] = []

    def read(number: int) -> None:
        for at in range(10):
            target = targets[(number + at) % len(targets)]
            if ask(server, target).body != wanted[target]:
                wrong.append(target)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert 1 <= most[0] <= server_module.READERS


def test_the_cache_is_bounded(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood of addresses does not make the cache grow beyond its bound; a query that nobody reads is no other one."""
    monkeypatch.setattr(server_module, "CACHE", 20_000)
    for number in range(200):
        assert ask(server, f"/search?q=harbour{number}").status == 200
        assert ask(server, f"/releases/tide/v1/record.json?{number}").status == 200
    kept = server._view.made
    assert server._view.size <= 20_000
    assert sum(len(made.body) + 1000 for made in kept.values()) == server._view.size
    assert sum("record.json" in key[0] for key in kept) == 1
