"""Lists of addresses, and how politely they are asked."""

from __future__ import annotations

import pytest

from muniment.errors import InputError
from muniment.sources.web.politeness import Politeness, read_retry_after
from muniment.sources.web.watch_list import WatchedPage, WatchList, in_turn, parse_watch_list

LIST = b"""delay = 2.5

[[page]]
url = "https://press.example.org/notice"
release = "harbour-notice"
select = ["main"]
drop = [".share"]
noise = [".clock", "#visitors"]
language = "en"
issuer = "Harbour Office"

[[page]]
url = "http://example.org/"
release = "start"
"""


def test_a_list() -> None:
    """A list names addresses with their releases, what is taken of each, and the delay."""
    assert parse_watch_list(LIST, where="list.toml") == WatchList(
        (
            WatchedPage(
                "https://press.example.org/notice",
                "harbour-notice",
                ("main",),
                (".share",),
                (".clock", "#visitors"),
                (("language", "en"), ("issuer", "Harbour Office")),
            ),
            WatchedPage("http://example.org/", "start"),
        ),
        2.5,
    )


PAGE = b'[[page]]\nurl = "https://example.org/a"\nrelease = "a"\n'
BROKEN = {
    "no TOML": (b"[[page", "this is no TOML"),
    "no text": (b"\xff", "this is no TOML"),
    "nothing": (b"", "lists no pages"),
    "no list": (b"page = 3", "lists no pages"),
    "no table": (b"page = [3]", "this is no table"),
    "another member": (b"every = 3\n" + PAGE, "not known: expected delay, page, found every"),
    "another member of a page": (PAGE + b"selector = 3", "page 1: a member that is not known"),
    "a delay that is none": (b'delay = "3"\n' + PAGE, "the delay is no number"),
    "a delay below nothing": (b"delay = -1\n" + PAGE, "the delay is no number"),
    "a delay of truth": (b"delay = true\n" + PAGE, "the delay is no number"),
    "no address": (b'[[page]]\nrelease = "a"', "page 1: the page has no url"),
    "no release": (b'[[page]]\nurl = "https://example.org/"', "page 1: the page has no release"),
    "a bad address": (b'[[page]]\nurl = "file:///a"\nrelease = "a"', "page 1: this is no address of the web"),
    "a bad release": (b'[[page]]\nurl = "https://example.org/"\nrelease = "A b"', "page 1: "),
    "a selector that is none": (PAGE + b'select = "main"', "page 1: select: this is no list of selectors"),
    "a title that is none": (PAGE + b"title = 3", "page 1: title: this is no text"),
    "a title of two lines": (PAGE + b'title = "a\\nb"', "page 1: title: this is no line of text: found 'a\\nb'"),
    "a title that takes over": (PAGE + b'title = "a\\u001b[31m"', "page 1: title: this is no line of text"),
    "an issuer that turns": (PAGE + b'issuer = "a\\u202e"', "page 1: issuer: this is no line of text"),
    "an issuer of blanks": (PAGE + b'issuer = " "', "page 1: issuer: this is no line of text"),
    "an endless title": (PAGE + b'title = "' + b"x" * 1001 + b'"', "page 1: title: this is no line of text"),
    "a language that is none": (PAGE + b'language = "no such!"', "page 1: language: this is no language: expected BCP"),
    "an endless language": (PAGE + b'language = "en' + b"-x" * 30 + b'"', "page 1: language: this is no language"),
    "a selector that is not read": (PAGE + b'select = ["main[["]', "page 1: select: main[[: not a selector"),
    "a pseudo-class in drop": (PAGE + b'drop = [".a", "a:hover"]', "page 1: drop: a:hover: not a selector"),
    "a pseudo-class in noise": (PAGE + b'noise = ["a:hover"]', "page 1: noise: a:hover: not a selector"),
    "a password": (
        b'[[page]]\nurl = "ftp://me:pass@example.org/"\nrelease = "a"',
        "page 1: this is no address of the web",
    ),
    "a release twice": (PAGE + PAGE.replace(b"/a", b"/b"), "a release stands in the list twice: found a"),
    "an address twice": (PAGE + PAGE.replace(b'"a"', b'"b"'), "a url stands in the list twice"),
}


@pytest.mark.parametrize(("data", "what"), BROKEN.values(), ids=BROKEN.keys())
def test_lists_that_are_wrong(data: bytes, what: str) -> None:
    """A list with anything that is not understood is refused whole, before anybody is asked."""
    with pytest.raises(InputError) as error:
        parse_watch_list(data, where="list.toml")
    assert what in str(error.value)
    assert str(error.value).startswith("list.toml")


def test_hosts_take_turns() -> None:
    """While one host rests, the others are asked; of one host in the order of the list."""
    urls = [
        "http://a.example/1",
        "http://a.example/2",
        "http://b.example/3",
        "http://A.example/4",
        "http://c.example/5",
    ]
    pages = [WatchedPage(url, "x") for url in urls]
    assert list(in_turn(pages)) == [0, 2, 4, 1, 3]
    assert list(in_turn([])) == []


def test_delays() -> None:
    """A host is asked again after the delay; after failures after twice as long each, at most ten minutes."""
    polite = Politeness(5.0)
    assert polite.wait("a.example", 100.0) == 0
    polite.note("a.example", 100.0, failed=False)
    assert (polite.wait("a.example", 102.0), polite.wait("b.example", 102.0)) == (3.0, 0)
    assert polite.wait("a.example", 200.0) == 0
    waits = []
    for _ in range(3):
        assert not polite.leaves_alone("a.example")
        polite.note("a.example", 0.0, failed=True)
        waits.append(polite.wait("a.example", 0.0))
    assert waits == [10.0, 20.0, 40.0]
    assert polite.leaves_alone("a.example")
    polite.note("a.example", 0.0, failed=False)
    assert not polite.leaves_alone("a.example")
    slow = Politeness(500.0)
    slow.note("a.example", 0.0, failed=True)
    assert slow.wait("a.example", 0.0) == 600.0


ASKED, DATE = "2026-11-02T09:15:00Z", "Mon, 02 Nov 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("120", "", 120.0),
        (" 0 ", "", 0.0),
        ("999999999", "", 999999999.0),
        ("9" * 400, "", float("inf")),
        ("Mon, 02 Nov 2026 09:16:00 GMT", "", 60.0),
        ("Mon, 02 Nov 2026 09:01:00 GMT", DATE, 60.0),
        ("Monday, 02-Nov-26 09:01:00 GMT", DATE, 60.0),
        ("Mon Nov  2 09:01:00 2026", DATE, 60.0),
        ("Mon, 02 Nov 2026 08:00:00 GMT", DATE, 0.0),
        ("Mon, 02 Nov 2026 09:16:00 GMT", "yesterday", 60.0),
        ("", "", None),
        ("-5", "", None),
        ("1.5", "", None),
        ("٣", "", None),
        ("soon", DATE, None),
        ("Mon, 32 Nov 2026 09:16:00 GMT", "", None),
        ("Mon, 02 Nov 99999999999 09:16:00 GMT", "", None),
    ],
)
def test_when_to_come_again(value: str, date: str, seconds: float | None) -> None:
    """Seconds and dates in each of their forms are read, and whatever else a server sends says nothing."""
    assert read_retry_after(value, date, ASKED) == seconds


def test_a_host_that_says_when_to_come_again() -> None:
    """It is not asked before; where that is longer than a run waits, not in this run; and a good visit ends that."""
    polite = Politeness(5.0)
    polite.note("a.example", 0.0, failed=True, later=120.0)
    assert (polite.wait("a.example", 0.0), polite.leaves_alone("a.example")) == (120.0, "")
    polite.note("a.example", 0.0, failed=True, later=1.0)
    assert polite.wait("a.example", 0.0) == 20.0
    polite.note("a.example", 0.0, failed=True, later=600.0)
    assert polite.wait("a.example", 0.0) == 600.0
    polite.note("b.example", 0.0, failed=True, later=600.5)
    assert "longer than the 10 minutes" in polite.leaves_alone("b.example")
    assert polite.wait("b.example", 0.0) == 10.0
    polite.note("b.example", 0.0, failed=False)
    assert polite.leaves_alone("b.example") == ""
