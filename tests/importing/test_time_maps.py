"""TimeMaps in links and in JSON: what they list, and what cannot be read of them."""

from __future__ import annotations

import json

import pytest
from tests.sources.files_of_others import path_of

from muniment.errors import SourceError
from muniment.importing import time_maps
from muniment.importing.mementos import raw_address
from muniment.importing.time_maps import ListedMemento, TimeMap, parse_time_map, read_http_date

SERVER = "https://archive.example.org/web"
ORIGINAL = "http://harbour.example/notice"
TIME = "2022-01-06T04:00:00Z"
DATE = "Thu, 06 Jan 2022 04:00:00 GMT"


def parsed(data: str | bytes, base: str = "") -> TimeMap:
    """Read one."""
    return parse_time_map(data if isinstance(data, bytes) else data.encode(), base=base, where="list")


def test_links_of_the_vectors() -> None:
    """Commas in addresses and quoted texts, blanks and any order of parameters are read as RFC 8288 has them."""
    found = parsed(path_of("harbour.timemap").read_bytes())

    assert found.original == ORIGINAL
    assert [one.time for one in found.mementos] == [TIME, "2022-01-07T12:00:00Z", "2022-01-08T23:59:59Z"]
    assert found.mementos[1].address == "http://archive.example/20220107120000mp_/http://harbour.example/notice?x=a,b;c"
    assert (found.pages, found.faults) == ([], [])


def test_json_of_aggregators() -> None:
    """An object with mementos is read, and an index of TimeMaps in it."""
    value = {
        "original_uri": ORIGINAL,
        "mementos": {"list": [{"datetime": TIME, "uri": f"{SERVER}/20220106040000/{ORIGINAL}"}]},
        "timemap_index": [{"uri": "https://other.example.org/timemap"}],
    }

    found = parsed(json.dumps(value))

    assert found.mementos == [ListedMemento(f"{SERVER}/20220106040000/{ORIGINAL}", TIME)]
    assert (found.original, found.pages) == (ORIGINAL, ["https://other.example.org/timemap"])


def test_json_of_replay_servers() -> None:
    """A table of captures is read where its address tells the server, without what was no page."""
    rows = [
        ["urlkey", "timestamp", "original", "statuscode"],
        ["k", "20220106040000", ORIGINAL, "200"],
        ["k", "20220107040000", ORIGINAL, "301"],
        ["k", "2022", ORIGINAL, "200"],
    ]

    found = parsed(json.dumps(rows), f"{SERVER}/timemap/json/{ORIGINAL}")

    assert found.mementos == [ListedMemento(f"{SERVER}/20220106040000/{ORIGINAL}", TIME)]
    assert [failed for _, _, failed in found.faults] == [False, True]
    with pytest.raises(SourceError, match="where its captures are shown"):
        parsed(json.dumps(rows))


AGGREGATED = f"""\
!context ["https://tools.ietf.org/html/rfc7089"]
!id {{"uri": "https://aggregator.example.org/timemap/cdxj/{ORIGINAL}"}}
!keys ["memento_datetime_YYYYMMDDhhmmss"]
!meta {{"original_uri": "{ORIGINAL}"}}
!meta {{"timemap_uri": {{"link_format": "https://aggregator.example.org/timemap/link/{ORIGINAL}"}}}}
20220106040000 {{"uri": "{SERVER}/20220106040000/{ORIGINAL}", "rel": "first memento", "datetime": "{DATE}"}}

20220107040000 {{"uri": "https://other.example.org/7", "rel": "last memento", "datetime": "yesterday"}}
"""


@pytest.mark.parametrize("form", [AGGREGATED, AGGREGATED.replace("!", "@"), AGGREGATED.replace("\n", "\r\n")])
def test_cdxj_of_aggregators(form: str) -> None:
    """Lines of a time and an object are read, the time by its digits, in the older and the newer form of the head."""
    found = parsed(form)

    assert found.original == ORIGINAL
    assert found.mementos == [
        ListedMemento(f"{SERVER}/20220106040000/{ORIGINAL}", TIME),
        ListedMemento("https://other.example.org/7", "2022-01-07T04:00:00Z"),
    ]
    assert (found.pages, found.faults) == ([], [])


@pytest.mark.parametrize("joined", [False, True], ids=["index", "objects"])
def test_cdxj_of_replay_servers(*, joined: bool) -> None:
    """An index of captures is read where its address tells the server, without what was no page."""
    captures = [
        ("20220106040000", "200"),
        ("20220107040000", "302"),
        ("20220108040000", "-"),
        ("20220199040000", "200"),
    ]
    lines = []
    for stamp, status in captures:
        value = {"url": ORIGINAL, "mime": "text/html", "status": status, "filename": "a.warc.gz"}
        key = "example,harbour)/notice"
        line = {"urlkey": key, "timestamp": stamp, **value}
        lines.append(json.dumps(line) if joined else f"{key} {stamp} {json.dumps(value)}")
    text = "\n".join([*lines, "rest"])

    found = parsed(text, f"{SERVER}/timemap/{'json' if joined else 'cdxj'}/{ORIGINAL}")

    assert found.original == ORIGINAL
    assert found.mementos == [
        ListedMemento(f"{SERVER}/20220106040000/{ORIGINAL}", TIME),
        ListedMemento(f"{SERVER}/20220108040000/{ORIGINAL}", "2022-01-08T04:00:00Z"),
    ]
    assert [(place, failed) for place, _, failed in found.faults] == [
        ("line 2", False),
        (f"{SERVER}/20220199040000/{ORIGINAL}", True),
        ("line 5", True),
    ]
    with pytest.raises(SourceError, match="where its captures are shown"):
        parsed(text)


def test_pages_and_other_forms_of_a_list() -> None:
    """Another TimeMap in links is a page; the list itself, and the same in another form, are none."""
    text = f"""
        <{ORIGINAL}>; rel=original, <{SERVER}/1>; rel="self timemap",
        <{SERVER}/j>; rel=timemap; type="application/json",
        <2>; rel="timemap"; type="application/link-format"; from="{DATE}", <{SERVER}/3>; rel="next timemap"
    """

    assert parsed(text, f"{SERVER}/1").pages == [f"{SERVER}/2", f"{SERVER}/3"]


@pytest.mark.parametrize(
    "text",
    [
        f"<{SERVER}/a>; rel=memento; datetime=yesterday",
        f'<{SERVER}/a>; rel=memento; datetime="Thu, 31 Feb 2022 04:00:00 GMT"',
        f"<{SERVER}/a>; rel=memento",
        f'<javascript:alert(1)>; rel=memento; datetime="{DATE}"',
        f'</a>; rel=memento; datetime="{DATE}"',
    ],
)
def test_entries_that_are_no_states(text: str) -> None:
    """What has no time, or no address of the web, is told as missing, and the others are taken."""
    found = parsed(f'{text}, <{SERVER}/b>; rel="last memento"; datetime="{DATE}"')

    assert [one.address for one in found.mementos] == [f"{SERVER}/b"]
    assert [failed for _, _, failed in found.faults] == [True]


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"hello", b"<a", b'<a>; rel="memento', b"{", b"[]", b"{}", b'{"mementos": 7}', b"[[1]]",
     b"20220106040000 {", b"!meta {}", b'a) 20220106040000 {"a": 1}', b'20220106040000 {"uri": ' + b"[" * 9999,
     b"[" * 9999, b"<html><body>Sorry</body></html>"],
)  # fmt: skip
def test_what_is_no_time_map(data: bytes) -> None:
    """What is none is refused by a typed error."""
    with pytest.raises(SourceError, match="list: "):
        parsed(data)


def test_credentials_do_not_come_in() -> None:
    """A name and a password in the address of the original are left out."""
    found = parsed(f'<http://me:secret@harbour.example/>; rel=original, <{SERVER}/b>; rel=memento; datetime="{DATE}"')
    assert found.original == "http://harbour.example/"


def test_dates_of_headers() -> None:
    """The one form that RFC 7089 wants is read; every other text is no time."""
    assert read_http_date(DATE) == TIME
    assert [read_http_date(text) for text in ("", TIME, DATE.replace("GMT", "CET"), "6 Jan 2022")] == [""] * 4


@pytest.mark.parametrize(
    ("address", "form", "raw"),
    [
        ("https://web.archive.org/web/20220106040000/http://a/", "known", "https://web.archive.org/web/20220106040000id_/http://a/"),
        ("https://web.archive.org/web/20220106040000mp_/http://a/?b", "known", "https://web.archive.org/web/20220106040000id_/http://a/?b"),
        (f"{SERVER}/20220106040000/http://a/", "known", f"{SERVER}/20220106040000/http://a/"),
        (f"{SERVER}/20220106040000/http://a/", "always", f"{SERVER}/20220106040000id_/http://a/"),
        ("https://web.archive.org/web/20220106040000/http://a/", "never", "https://web.archive.org/web/20220106040000/http://a/"),
        ("https://example.org/memento/7", "always", "https://example.org/memento/7"),
    ],
)  # fmt: skip
def test_where_the_bytes_themselves_are(address: str, form: str, raw: str) -> None:
    """Of replay servers that are known, or of all, the bytes are asked for without what they write into pages."""
    assert raw_address(address, form) == raw


def test_as_many_states_as_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is of states, and what a list says besides does not count; half of a character is no address."""
    monkeypatch.setattr(time_maps, "_MOST", 3)
    lines = [f'2022010{day}000000 {{"uri": "http://a.example.org/{day}"}}' for day in range(1, 5)]
    meta = '!meta {"original_uri": "http://example.org/"}'

    assert len(parsed("\n".join([meta, *lines[:3], ""])).mementos) == 3
    with pytest.raises(SourceError, match="too many states"):
        parsed("\n".join([meta, *lines]))
    with pytest.raises(SourceError, match="too many lines"):
        parsed("\n".join([meta, *lines[:3], *["no state"] * 5]))
    odd = parsed('20220101000000 {"uri": "http://\\ud800.example.org/"}\n' + lines[0])
    assert (len(odd.mementos), [what for _, what, _ in odd.faults]) == (1, ["no address of the web"])
