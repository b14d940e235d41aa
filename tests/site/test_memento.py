"""Memento (RFC 7089), held against a client and a parser of others, and against the words of the RFC."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.site.served import ADDRESS, MOVED, NOTICE, ask, publish, server_of, with_history

from muniment.cli.http_server import HttpServer
from muniment.errors import InputError
from muniment.site.memento import parse_http_time
from muniment.site.server import Server
from muniment.site.timemaps import http_time
from muniment.store import MemoryStore
from muniment.write.version import Keys

RELEASE = f"{ADDRESS}/releases/harbour/"


@pytest.fixture
def store(empty_archive: MemoryStore, keys: Keys) -> MemoryStore:
    """An archive whose release was published at two addresses in turn."""
    return with_history(empty_archive, keys)


@pytest.fixture
def server(store: MemoryStore) -> Server:
    """A server of it."""
    return server_of(store)


def chosen(server: Server, original: str, time: str | None) -> str:
    """The version that a TimeGate leads to."""
    response = ask(server, f"/timegate/{original}", **({} if time is None else {"accept_datetime": time}))
    assert response.status == 302
    assert response.header("Vary") == "accept-datetime"
    assert response.header("Memento-Datetime") is None
    return str(response.header("Location")).removeprefix(f"{ADDRESS}/releases/").rstrip("/")


@pytest.mark.parametrize(
    ("time", "of_notice", "of_release"),
    [
        (None, "harbour/v4", "harbour/v3"),
        ("Mon, 01 Jan 2001 00:00:00 GMT", "harbour/v1", "harbour/v1"),
        ("Tue, 03 Feb 2026 23:59:58 GMT", "harbour/v1", "harbour/v1"),
        ("Tue, 03 Feb 2026 23:59:59 GMT", "harbour/v1", "harbour/v1"),
        ("Mon, 09 Feb 2026 07:59:59 GMT", "harbour/v1", "harbour/v1"),
        ("Mon, 09 Feb 2026 08:00:00 GMT", "harbour/v2", "harbour/v3"),
        ("Mon, 02 Mar 2026 12:29:59 GMT", "harbour/v2", "harbour/v3"),
        ("Mon, 02 Mar 2026 12:30:00 GMT", "harbour/v4", "harbour/v4"),
        ("Fri, 20 Mar 2026 12:00:00 GMT", "harbour/v4", "harbour/v4"),
        ("Fri, 20 Mar 2026 23:59:59 GMT", "harbour/v4", "harbour/v5"),
        ("Thu, 01 Jan 2099 00:00:00 GMT", "harbour/v4", "harbour/v5"),
    ],
)
def test_what_stood_at_a_time(server: Server, time: str | None, of_notice: str, of_release: str) -> None:
    """A TimeGate gives the last state that is not later; before the first one the first; without a time the newest."""
    assert chosen(server, NOTICE, time) == of_notice
    if time is not None:
        assert chosen(server, RELEASE, time) == of_release
    assert chosen(server, MOVED, time) == "harbour/v5"


@pytest.mark.parametrize(
    "time",
    [
        "",
        "2026-02-03",
        "Tue, 3 Feb 2026 23:59:59 GMT",
        "Tue, 03 Feb 2026 23:59:59",
        "Tue, 03 Feb 2026 23:59:59 +0100",
        "Tue, 31 Feb 2026 23:59:59 GMT",
        "Tue, 03 feb 2026 23:59:59 GMT",
        "Tue, 03 Feb 2026 25:59:59 GMT",
        "Tue, 03 Feb 0000 23:59:59 GMT",
        "٠٣ Feb",
        "never" * 1000,
    ],
)
def test_times_that_cannot_be_read(server: Server, time: str) -> None:
    """A time that is none gets 400, and its beginning is quoted."""
    response = ask(server, f"/timegate/{NOTICE}", accept_datetime=time)
    assert (response.status, len(response.body) < 300) == (400, True)
    with pytest.raises(InputError):
        parse_http_time(time)


def test_times_there_and_back() -> None:
    """A time is written as HTTP has it, and read back."""
    for days in range(0, 3000, 17):
        time = datetime(2019, 12, 28, 23, 59, 59, tzinfo=UTC) + timedelta(days=days)
        assert parse_http_time(http_time(time)) == time
        assert http_time(time) == time.strftime("%a, %d %b %Y %H:%M:%S GMT")


LINK = re.compile(r'<([^<>"\s]+)>((?:; [a-z]+="[^"]*")*)')


def links(value: str) -> list[tuple[str, dict[str, str]]]:
    """Read the value of Link strictly: nothing but links, a comma between them."""
    parts = re.split(r",\s+(?=<)", value.strip())
    matches = [LINK.fullmatch(part) for part in parts]
    assert None not in matches, value
    return [(m[1], dict(re.findall(r'; ([a-z]+)="([^"]*)"', m[2]))) for m in matches if m is not None]


def by_relation(value: str) -> dict[str, list[str]]:
    """The targets of each relation."""
    found: dict[str, list[str]] = {}
    for address, members in links(value):
        for relation in members["rel"].split():
            found.setdefault(relation, []).append(address)
    return found


def test_a_memento(server: Server) -> None:
    """A version says what it is a state of, when it was, and which states are beside it (RFC 7089, section 2.2.4)."""
    response = ask(server, "/releases/harbour/v2/")
    assert response.header("Memento-Datetime") == "Mon, 09 Feb 2026 08:00:00 GMT"
    found = by_relation(str(response.header("Link")))
    assert found["original"] == [NOTICE]
    assert found["timegate"] == [f"{ADDRESS}/timegate/{NOTICE}"]
    assert found["timemap"] == [f"{ADDRESS}/timemap/link/{NOTICE}"]
    assert found["first"] == found["prev"] == [f"{ADDRESS}/releases/harbour/v1/"]
    assert found["last"] == found["next"] == [f"{ADDRESS}/releases/harbour/v4/"]
    assert found["memento"] == [f"{ADDRESS}/releases/harbour/v{number}/" for number in (1, 2, 4)]
    assert ask(server, "/releases/harbour/v2/", "HEAD").headers == response.headers


def test_a_description_is_a_state_of_the_page_alone(server: Server) -> None:
    """A version that only describes is no state of the publisher's address; one without an address is of its page."""
    described = by_relation(str(ask(server, "/releases/harbour/v3/").header("Link")))
    assert described["original"] == [RELEASE]
    assert len(described["memento"]) == 5
    assert by_relation(str(ask(server, "/releases/tide/v1/").header("Link")))["original"] == [
        f"{ADDRESS}/releases/tide/"
    ]


def test_the_page_of_a_release_is_an_original(server: Server) -> None:
    """It names its TimeGate and TimeMap, and is no memento (RFC 7089, section 2.2.1)."""
    response = ask(server, "/releases/harbour/")
    assert response.header("Memento-Datetime") is None
    assert set(by_relation(str(response.header("Link")))) == {"timegate", "timemap"}


def test_a_timegate_names_its_neighbours(server: Server) -> None:
    """The answer of a TimeGate names original, TimeMap and mementos (RFC 7089, section 2.2.2), also to HEAD."""
    time = "Mon, 09 Feb 2026 08:00:00 GMT"
    response = ask(server, f"/timegate/{NOTICE}", accept_datetime=time)
    found = by_relation(str(response.header("Link")))
    assert found["original"] == [NOTICE]
    assert found["timemap"] == [f"{ADDRESS}/timemap/link/{NOTICE}"]
    assert str(response.header("Location")) in found["memento"]
    assert ask(server, f"/timegate/{NOTICE}", "HEAD", accept_datetime=time).headers == response.headers


@pytest.mark.parametrize(
    "spelling",
    [
        NOTICE,
        NOTICE.replace("https://", "https:/"),
        NOTICE.replace("https", "http"),
        NOTICE.replace("https", "HTTPS"),
        NOTICE.replace("notice", "%6Eotice"),
    ],
)
def test_spellings_of_an_address(server: Server, spelling: str) -> None:
    """An address is found under the other scheme, with escapes, and after a proxy that took two slashes for one."""
    assert chosen(server, spelling, None) == "harbour/v4"
    assert by_relation(ask(server, f"/timemap/link/{spelling}").body.decode())["original"] == [NOTICE]


def test_an_address_in_several_releases(store: MemoryStore, keys: Keys, server: Server) -> None:
    """Where two releases were published at one address, its states are those of both, by time."""
    publish(store, keys, "quay", "Quay\n\nOpen.\n", NOTICE, "2026-02-05")
    assert chosen(server, NOTICE, "Sat, 07 Feb 2026 00:00:00 GMT") == "quay/v1"
    found = by_relation(ask(server, f"/timemap/link/{NOTICE}").body.decode())
    assert [address.removeprefix(f"{ADDRESS}/releases/") for address in found["memento"]] == [
        "harbour/v1/", "quay/v1/", "harbour/v2/", "harbour/v4/",
    ]  # fmt: skip


def test_unknown_originals(server: Server) -> None:
    """An address that nothing was published at has neither TimeGate nor TimeMap."""
    for original in ("https://elsewhere.example.org/", f"{ADDRESS}/releases/none/", f"{ADDRESS}/", "mailto:a@b"):
        assert ask(server, f"/timegate/{original}").status == 404
        assert ask(server, f"/timemap/link/{original}").status == 404


@pytest.mark.parametrize(
    "path", ["/timemap/link/" + NOTICE, "/timemap/link/" + RELEASE, "/releases/harbour/timemap.link"]
)
def test_timemaps_by_the_parser_of_another_maker(server: Server, path: str) -> None:
    """A TimeMap is read by a parser of web links, and has what RFC 7089, section 5 wants of one."""
    link_header = pytest.importorskip("link_header", reason="LinkHeader is not installed")
    response = ask(server, path)
    assert response.header("Content-Type") == "application/link-format"
    text = response.body.decode()
    # RFC 7089 prints a link on each line, which the parser, made for headers, does not expect.
    read = link_header.parse(text.strip().replace(",\n", ", ")).links
    assert [(link.href, dict(link.attr_pairs)) for link in read] == links(text)
    relations = by_relation(text)
    assert all(len(relations[name]) == 1 for name in ("original", "self", "timegate", "first", "last"))
    found = [(link.href, dict(link.attr_pairs)) for link in read]
    mementos = [(href, parse_http_time(said["datetime"])) for href, said in found if "memento" in said["rel"].split()]
    assert [time for _, time in mementos] == sorted(time for _, time in mementos)
    (attributes,) = [said for _, said in found if said["rel"] == "self"]
    assert attributes["type"] == "application/link-format"
    assert (parse_http_time(attributes["from"]), parse_http_time(attributes["until"])) == (
        mementos[0][1],
        mementos[-1][1],
    )
    for address, time in mementos:
        memento = ask(server, address.removeprefix(ADDRESS))
        assert parse_http_time(str(memento.header("Memento-Datetime"))) == time


@pytest.fixture
def listening(store: MemoryStore) -> Iterator[HttpServer]:
    """The server at a port of this machine."""
    server = server_of(store)
    with HttpServer(("127.0.0.1", 0), server) as http:
        server.place(f"http://127.0.0.1:{http.port}", frozenset())
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield http
        http.shutdown()
        thread.join()
        server.close()


def test_a_client_of_another_maker(listening: HttpServer) -> None:
    """memento-client finds the TimeGate of an original by itself, and with it the states at several times."""
    client_module = pytest.importorskip("memento_client", reason="memento-client is not installed")
    base = f"http://127.0.0.1:{listening.port}"
    client = client_module.MementoClient(timegate_uri=f"{base}/timegate/", check_native_timegate=True)
    original = f"{base}/releases/harbour/"
    for time, closest, around in (
        (datetime(2026, 2, 3, 23, 59, 59, tzinfo=UTC), 1, {"first": 1, "last": 5, "next": 2}),
        (datetime(2026, 2, 28, tzinfo=UTC), 3, {"first": 1, "last": 5, "prev": 2, "next": 4}),
        (datetime(2026, 12, 24, tzinfo=UTC), 5, {"first": 1, "last": 5, "prev": 4}),
    ):
        info = client.get_memento_info(original, time.replace(tzinfo=None))
        assert info["timegate_uri"] == f"{base}/timegate/{original}"
        mementos = {name: one["uri"] for name, one in info["mementos"].items()}
        found = {name: uri if isinstance(uri, str) else uri[0] for name, uri in mementos.items()}
        wanted = {"closest": closest, **around}
        assert found == {name: f"{original}v{number}/" for name, number in wanted.items()}
    assert client.is_memento(f"{original}v2/")
    assert not client.is_memento(original)
    assert client.is_timegate(f"{base}/timegate/{original}")
    assert client.get_original_uri(f"{original}v2/") == NOTICE
