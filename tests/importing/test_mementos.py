"""TimeMaps brought in from servers on loopback: the bytes as received, politely, whatever the server does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from tests.cli.web_servers import PUBLIC, Around, LocalServer, serving
from tests.importing.conftest import bring_in, new_store, records

from muniment.archive import open_archive
from muniment.cli.transport import go_steps
from muniment.errors import InputError, SourceError, UnavailableError
from muniment.importing.engine import states_to_come
from muniment.importing.item import Item, Notice, ReadState
from muniment.importing.map_file import ImportMap
from muniment.importing.mementos import MAX_PAGES, MementoSource
from muniment.importing.plan import make_plan
from muniment.importing.polite_asking import LONGEST_WAIT, PoliteAsker, Refusal, visit_once
from muniment.sources.web.politeness import Politeness
from muniment.sources.web.visit import Asking, RobotsSaid, Visit
from muniment.verify.archive import verify_archive

HOST = "archive.example.org"
ORIGINAL = "http://harbour.example.org/notice"
RELEASE = "harbour-example-org-notice"
DELAY = 3.0
DATES = {
    "20220106040000": "Thu, 06 Jan 2022 04:00:00 GMT",
    "20220107120000": "Fri, 07 Jan 2022 12:00:00 GMT",
    "20220108235959": "Sat, 08 Jan 2022 23:59:59 GMT",
}
TIMES = ["2022-01-06T04:00:00Z", "2022-01-07T12:00:00Z", "2022-01-08T23:59:59Z"]


def page(stamp: str) -> bytes:
    """What the site showed at a time."""
    return f"<!DOCTYPE html><title>Notice</title><main><h1>Notice</h1><p>State of {stamp}.</p></main>".encode()


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """An answer."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Content-Type: text/html; charset=utf-8"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def link(stamp: str) -> str:
    """How a TimeMap lists a state."""
    return f'<http://{HOST}/web/{stamp}/{ORIGINAL}>; rel="memento"; datetime="{DATES[stamp]}"'


def time_map(*more: str, stamps: Iterable[str] = tuple(DATES)) -> bytes:
    """A TimeMap in links."""
    return ",\n".join([f"<{ORIGINAL}>; rel=original", *map(link, stamps), *more]).encode()


@dataclass
class WebArchive:
    """A web archive that rewrites what it shows, but for ``id_``; ``answers`` are what some paths give instead.

    Attributes:
        answers: What is answered, by path: one answer, or several, the last of which stays.
        robots: What ``robots.txt`` says; None where there is none.
    """

    answers: dict[str, list[bytes]] = field(default_factory=dict)
    robots: bytes | None = None

    def reply(self, _host: str, path: str) -> Iterable[bytes]:
        """Answer."""
        if path == "/robots.txt":
            return [http(b"", status="404 Not Found") if self.robots is None else http(self.robots)]
        if path in self.answers:
            waiting = self.answers[path]
            return [waiting.pop(0) if len(waiting) > 1 else waiting[0]]
        stamp, _, address = path.removeprefix("/web/").partition("/")
        date = DATES.get(stamp.removesuffix("id_"))
        if date is None or address != ORIGINAL:
            return [http(b"no", status="404 Not Found")]
        shown = page(stamp.removesuffix("id_"))
        return [http(shown if stamp.endswith("id_") else b"<!-- banner -->" + shown, f"Memento-Datetime: {date}")]


@dataclass
class Asked:
    """A source over a server, and what around it noted."""

    source: MementoSource
    around: Around
    server: LocalServer

    def found(self) -> tuple[list[Item], list[Notice]]:
        """States and notices."""
        every = list(self.source.items(None))
        return [one for one in every if isinstance(one, Item)], [one for one in every if isinstance(one, Notice)]


@contextmanager
def asking(
    archive: WebArchive,
    start: bytes | str | None = None,
    *,
    raw: str = "always",
    names: Mapping[str, list[list[str]]] | None = None,
    allow_private: bool = False,
) -> Iterator[Asked]:
    """Ask a web archive: by a file, or by an address of it."""
    with serving(archive.reply) as server:
        around = Around({HOST: [[PUBLIC]], **(names or {})}, server)
        network = around.network()
        how, said = Asking("muniment/0 (+https://press.example.org/archive)", allow_private), RobotsSaid()

        def ask(url: str) -> Visit | Refusal:
            return go_steps(visit_once(url, how, said), how, network, seconds=20)

        asker = PoliteAsker(ask, network.sleep, network.monotonic, Politeness(DELAY), how.user_agent)
        source = (
            MementoSource(start, None, asker, raw)
            if isinstance(start, str)
            else MementoSource("notice.timemap", time_map() if start is None else start, asker, raw)
        )
        yield Asked(source, around, server)


def raw_path(stamp: str) -> str:
    """Where the bytes themselves are."""
    return f"/web/{stamp}id_/{ORIGINAL}"


def test_a_list_comes_in_and_verifies() -> None:
    """Every state comes in with the bytes as received, at the time that its answer claims, and the archive verifies."""
    store = new_store()
    with asking(WebArchive()) as asked:
        _, result = bring_in(store, asked.source)
        assert [name for name, _ in result.added] == [f"{RELEASE}/v{number}" for number in (1, 2, 3)]
        assert asked.server.asked == [f"{HOST}/robots.txt", *(f"{HOST}{raw_path(stamp)}" for stamp in DATES)]
        waits = [seconds for seconds in asked.around.slept if seconds]
        assert len(waits) == 2
        assert all(DELAY - 2 < seconds <= DELAY for seconds in waits)
        _, again = bring_in(store, asked.source)
        assert again.added == []
        assert len(asked.server.asked) == 4
    made = records(store, RELEASE)
    assert [one.original.retrieved for one in made] == TIMES
    assert [one.original.uri for one in made] == [ORIGINAL] * 3
    first = made[0].original
    assert first.capture is not None
    assert first.capture.address == f"http://{HOST}{raw_path('20220106040000')}"
    assert first.capture.time == "2026-11-02T09:15:00Z"
    assert first.capture.robots == "none"
    assert ("memento-datetime", DATES["20220106040000"]) in first.capture.headers
    assert first.imported is not None
    assert (first.imported.kind, first.imported.item) == ("memento", f"http://{HOST}/web/20220106040000/{ORIGINAL}")
    assert first.exchange is not None
    assert verify_archive(store).verdict == "verified"


def test_bytes_as_shown() -> None:
    """Where it is not known that a server rewrites, the memento is asked for under its own address."""
    with asking(WebArchive(), raw="known") as asked:
        state = asked.found()[0][0].read()
        assert isinstance(state, ReadState)
        assert state.data.startswith(b"<!-- banner -->")


def test_a_list_from_its_address_in_pages() -> None:
    """A TimeMap is asked for by its address, and so is each further page, once, also where they lead in a circle."""
    first, *rest = DATES
    pages = {
        "/map": [http(time_map('</map/2>; rel="timemap"', stamps=[first]))],
        "/map/2": [http(time_map('</map>; rel="timemap"', "</map/3>; rel=timemap", stamps=rest))],
    }
    with asking(WebArchive(pages), f"http://{HOST}/map") as asked:
        items, notices = asked.found()
        assert [one.time for one in items] == TIMES
        assert [(one.sort, one.failed) for one in notices] == [("time-map", True)]
        assert [path for path in asked.server.asked if "map" in path] == [f"{HOST}/map{n}" for n in ("", "/2", "/3")]


def test_pages_without_end() -> None:
    """A server that leads from page to page for ever is left after so many, and that is told."""

    class Endless(WebArchive):
        def reply(self, host: str, path: str) -> Iterable[bytes]:
            if path.startswith("/map/"):
                return [http(time_map(f"</map/{int(path[5:]) + 1}>; rel=timemap", stamps=["20220106040000"]))]
            return super().reply(host, path)

    with asking(Endless(), f"http://{HOST}/map/1") as asked:
        items, notices = asked.found()
        assert len(items) == 1
        assert [(one.sort, one.failed) for one in notices] == [("rest-not-read", True)]
        assert len(asked.server.asked) == MAX_PAGES + 1


def test_one_bad_state_stops_nothing() -> None:
    """Another time, no time at all, an error, an image and an empty page are missing; the others come in."""
    _, second, third = DATES
    faults: list[bytes] = [
        http(page(second), f"Memento-Datetime: {DATES[third]}"),
        http(page(second)),
        http(b"gone", status="404 Not Found"),
        http(b"", f"Memento-Datetime: {DATES[second]}"),
        http(b"GIF89a", f"Memento-Datetime: {DATES[second]}"),
        http(page(second), "Location: /elsewhere", status="302 Found"),
        http(b"x" * 9, f"Memento-Datetime: {DATES[second]}", "Content-Encoding: gzip")[:-1],
    ]
    for fault in faults:
        store = new_store()
        with asking(WebArchive({raw_path(second): [fault]})) as asked:
            _, result = bring_in(store, asked.source)
        assert [one.original.retrieved for one in records(store, RELEASE)] == [TIMES[0], TIMES[2]], fault
        assert len(result.failed) == 1
        assert verify_archive(store).verdict == "verified"


def test_a_redirect_to_another_memento_is_not_it() -> None:
    """A replay server that leads to the nearest state it has gives another one than was listed."""
    first, second, _ = DATES
    moved = http(b"", f"Location: {raw_path(first)}", status="302 Found")
    with asking(WebArchive({raw_path(second): [moved]})) as asked:
        items, _ = asked.found()
        with pytest.raises(SourceError, match="another state than the TimeMap lists"):
            items[1].read()


@pytest.mark.parametrize(
    ("header", "waited"),
    [("Retry-After: 17", 17.0), ("Retry-After: Mon, 02 Nov 2026 09:15:40 GMT", 40.0), ("X: y", None)],
)
def test_a_busy_server_is_waited_for(header: str, waited: float | None) -> None:
    """A server that asks for time gets it, and the state comes in."""
    stamp = next(iter(DATES))
    busy = http(b"", header, status="429 Too Many Requests")
    good = http(page(stamp), f"Memento-Datetime: {DATES[stamp]}")
    with asking(WebArchive({raw_path(stamp): [busy, busy, good]}), time_map(stamps=[stamp])) as asked:
        state = asked.found()[0][0].read()
        assert isinstance(state, ReadState)
        assert state.data == page(stamp)
        assert asked.around.slept.count(waited or -1) == (2 if waited else 0)


@pytest.mark.parametrize("wait", [str(LONGEST_WAIT + 1), "9" * 30])
def test_who_wants_to_be_left_alone_for_long(wait: str) -> None:
    """A server that asks for more than the bound, or is busy for ever, stops the import, which can be run again."""
    stamp, *_ = DATES
    store = new_store()
    archive = WebArchive({raw_path(stamp): [http(b"", f"Retry-After: {wait}", status="503 Busy")]})
    with asking(archive, time_map(stamps=[stamp])) as asked, pytest.raises(UnavailableError, match="asked later"):
        bring_in(store, asked.source)
    assert sum(asked.around.slept) < LONGEST_WAIT
    archive = WebArchive({raw_path(stamp): [http(b"", status="503 Busy")]})
    with asking(archive, time_map(stamps=[stamp])) as asked, pytest.raises(UnavailableError, match="too busy"):
        bring_in(store, asked.source)
    assert len(asked.server.asked) == 5
    with asking(WebArchive(), time_map(stamps=[stamp])) as asked:
        assert len(bring_in(store, asked.source)[1].added) == 1


def test_a_server_that_does_not_answer() -> None:
    """A server that refuses connections is asked three times, more slowly each time, and then the import stops."""
    with asking(WebArchive(), names={HOST: [["93.184.216.99"]]}) as asked:
        with pytest.raises(UnavailableError, match="failed three times in a row"):
            bring_in(new_store(), asked.source)
        assert [round(seconds) for seconds in asked.around.slept if seconds > 1] == [2 * DELAY, 4 * DELAY]


def test_a_web_archive_that_does_not_answer_keeps_no_other_out() -> None:
    """Where a list names several web archives, what the one lacks is told, once it was tried, and the others come."""
    there = "gone.example.org"
    lost = link("20220106040000").replace(HOST, there)
    listed = time_map(lost, lost.replace("/web/", "/again/"), stamps=["20220107120000"])
    with asking(WebArchive(), listed, names={there: [["93.184.216.99"]]}) as asked:
        _, result = bring_in(new_store(), asked.source)

    assert len(result.added) == 1
    assert [str(one.error).partition(": ")[2][:9] for one in result.failed] == ["not asked", "not asked"]
    assert [round(seconds) for seconds in asked.around.slept if seconds > 1][:2] == [2 * DELAY, 4 * DELAY]


def test_a_server_that_is_out_of_order_has_no_list() -> None:
    """Where the list itself is asked for, status 500 is a source that is gone, and a page is told as one."""
    start = f"http://{HOST}/timemap/link/{ORIGINAL}"
    path = start.partition(HOST)[2]
    broken = WebArchive({path: [http(b"Sorry", status="500 Oops")]})
    with asking(broken, start) as asked, pytest.raises(UnavailableError, match="no page"):
        asked.found()
    with asking(WebArchive({path: [http(page("2022"))]}), start) as asked, pytest.raises(SourceError, match="a page"):
        asked.found()


@pytest.mark.parametrize(
    "names", [{HOST: [["127.0.0.1"]]}, {HOST: [[PUBLIC], ["169.254.169.254"]]}, {HOST: [[PUBLIC, "10.0.0.1"]]}]
)
def test_private_servers_are_not_asked(names: dict[str, list[list[str]]]) -> None:
    """A name that leads into a private network, at once or the second time, is refused, and nothing comes in."""
    store = new_store()
    with asking(WebArchive(), names=names) as asked:
        _, result = bring_in(store, asked.source)
        assert result.added == []
        assert {one.error.what for one in result.failed} <= {
            "the address is not on the public internet", "there is no page",
        }  # fmt: skip
        assert not [path for path in asked.server.asked if "robots" not in path]


def test_a_private_web_archive_where_it_is_allowed() -> None:
    """A web archive of one's own is asked where the keeper says so."""
    with asking(WebArchive(), names={HOST: [["127.0.0.1"]]}, allow_private=True) as asked:
        assert len(bring_in(new_store(), asked.source)[1].added) == 3


@pytest.mark.parametrize("robots", [b"User-agent: *\nDisallow: /web/\n", b"User-agent: muniment\nDisallow: /\n"])
def test_robots_txt_is_heeded(robots: bytes) -> None:
    """What robots.txt refuses is not asked for, and told for each state; the file is asked for once."""
    with asking(WebArchive(robots=robots)) as asked:
        _, result = bring_in(new_store(), asked.source)
        assert [one.error.what for one in result.failed] == ["its robots.txt refuses it"] * 3
        assert asked.server.asked == [f"{HOST}/robots.txt"]


BAD_LISTS = {
    "no list": b"<html>Sorry</html>",
    "of nothing": f"<{ORIGINAL}>; rel=original".encode(),
    "of no address": link("20220106040000").replace(f"/web/20220106040000/{ORIGINAL}", "/m/1").encode(),
    "of a file": time_map().replace(f"<{ORIGINAL}>".encode(), b"<file:///etc/passwd>"),
}


@pytest.mark.parametrize("kind", BAD_LISTS)
def test_lists_that_are_refused(kind: str) -> None:
    """A file that is no TimeMap, or does not say what it is about, is refused before anything is asked."""
    with asking(WebArchive(), BAD_LISTS[kind]) as asked:
        with pytest.raises(InputError):
            asked.found()
        assert asked.server.asked == []


def test_states_listed_twice_and_pages_of_another_address() -> None:
    """A state with two times, and a page about another address, are told; the first time counts."""
    stamp, other = list(DATES)[:2]
    twice = link(stamp).replace(DATES[stamp], DATES[other])
    strange = {"/map/2": [http(time_map().replace(ORIGINAL.encode(), b"http://other.example.org/"))]}
    start = time_map(twice, f"<http://{HOST}/map/2>; rel=timemap", stamps=[stamp])
    with asking(WebArchive(strange), start) as asked:
        items, notices = asked.found()
        assert [one.time for one in items] == [TIMES[0]]
        assert [(one.sort, one.failed) for one in notices] == [("listed-twice", True), ("other-address", True)]


def test_a_dry_run_asks_for_no_state() -> None:
    """To see what would come, the list is enough: no state is asked for."""
    with asking(WebArchive()) as asked:
        plan = make_plan(open_archive(new_store()), asked.source, ImportMap(), "2022-01-07")
        assert [(release, error) for _, release, error in states_to_come(plan)] == [(RELEASE, None)] * 2
        assert asked.server.asked == []


@pytest.mark.parametrize("form", ["cdxj", "json"])
def test_an_index_of_a_replay_server_comes_in(form: str) -> None:
    """Asked for over HTTP, an index of captures tells by its own address where they are shown, and they come in."""
    lines = []
    for stamp in DATES:
        value = {"url": ORIGINAL, "mime": "text/html", "status": "200", "filename": "crawl.warc.gz"}
        key = "example,harbour)/notice"
        joined = json.dumps({"urlkey": key, "timestamp": stamp, **value})
        lines.append(joined if form == "json" else f"{key} {stamp} {json.dumps(value)}")
    path, store = f"/web/timemap/{form}/{ORIGINAL}", new_store()
    listed = http("\n".join(lines).encode()).replace(b"text/html; charset=utf-8", b"text/x-cdxj")

    with asking(WebArchive({path: [listed]}), f"http://{HOST}{path}") as asked:
        _, result = bring_in(store, asked.source)

    assert [name for name, _ in result.added] == [f"{RELEASE}/v{number}" for number in (1, 2, 3)]
    assert [one.original.retrieved for one in records(store, RELEASE)] == TIMES
    assert verify_archive(store).verdict == "verified"
