"""Rows: what servers of the web say, and addresses as they are asked."""

from __future__ import annotations

import codecs
from contextlib import suppress

from tests.captures import captured
from tests.fuzz.target import Target, hold, text_of
from tests.sources.warc.making import PAGE, chunked, response

from muniment.errors import SourceError
from muniment.sources.web.document import read_document
from muniment.sources.web.kept_exchange import KeptVisit, format_exchange, parse_exchange
from muniment.sources.web.politeness import read_retry_after
from muniment.sources.web.receiving import Receiving
from muniment.sources.web.robots import RobotsRules, parse_robots
from muniment.sources.web.targets import WebTarget, parse_target
from muniment.sources.web.watch_list import WatchList, in_turn, parse_watch_list


def _target(data: bytes) -> WebTarget:
    return parse_target(text_of(data))


def _check_target(_data: bytes, value: WebTarget) -> None:
    hold(parse_target(value.url) == value, "an address that reads otherwise when it is read again")
    hold(value.url.isascii() and "@" not in value.authority, "an address that is asked in two ways")
    hold(not set(value.path + value.authority) & set(" \r\n\t"), "an address that ends its line")


def _robots(data: bytes) -> RobotsRules:
    return parse_robots(data)


def _check_robots(_data: bytes, value: RobotsRules) -> None:
    hold(value.allows("/robots.txt"), "a robots.txt that may not be asked for itself")
    hold(isinstance(value.allows("/a/b?c=%20"), bool), "a path without an answer")


def _document(data: bytes) -> bytes:
    # A script may put a half of a pair into a document, which is no character.
    value = {
        "text": data.decode("utf-8", errors="surrogateescape"),
        "type": "text/html",
        "frames": 0,
        "roots": 0,
        "plain": False,
    }
    return read_document(value, where="x")[0]


def _check_document(data: bytes, value: bytes) -> None:
    hold(value.startswith(codecs.BOM_UTF8), "a document that some charset may be named for")
    read = value.decode().removeprefix("\ufeff")
    hold(len(read) == len(data.decode("utf-8", errors="surrogateescape")), "a document that lost a sign")


def _receive(data: bytes) -> bytes:
    receiving = Receiving(most=4096)
    receiving.feed(data)
    return receiving.finish()


def _check_received(data: bytes, value: bytes) -> None:
    """The same comes out byte by byte, and it is a part of what came."""
    hold(value in data, "an answer that nobody gave")
    slowly, done = Receiving(most=4096), False
    with suppress(SourceError):
        for at in range(len(data)):
            done = done or slowly.feed(data[at : at + 1])
            if done:
                break
    hold(slowly.finish() == value, "another answer when it comes byte by byte")


def _watched(data: bytes) -> WatchList:
    return parse_watch_list(data, where="list.toml")


def _check_watched(_data: bytes, value: WatchList) -> None:
    hold(sorted(in_turn(value.pages)) == list(range(len(value.pages))), "a page that is asked twice, or never")
    hold(0 <= value.delay <= 3600, "a delay beyond its bounds")


_KEPT = captured(b"Notice\n\n1. The harbour is closed.\n", packed=True)


def _exchange(data: bytes) -> KeptVisit:
    return parse_exchange(data)


def _retry(data: bytes) -> float | None:
    value, _, date = text_of(data).partition("|")
    return read_retry_after(value, date, "2026-11-02T09:15:00Z")


def _check_retry(_data: bytes, value: float | None) -> None:
    hold(value is None or value >= 0, "a server that may be asked before it was")


ROWS = (
    Target(
        "exchange",
        ("sources.web.kept_exchange.parse_exchange", "sources.web.kept_exchange.check_exchange"),
        _exchange,
        lambda: [_KEPT.exchange or b""],
        write=format_exchange,
        words=(b"WARC/1.1\r\n", b"WARC-Type: response\r\n", b"\r\n\r\n", b"none", b"left-out-headers: ",
               b"Content-Length: ", b"HTTP/1.1 200 OK\r\n", b"0", b"-1", b"sha256:"),
    ),
    Target(
        "retry-after",
        ("sources.web.politeness.read_retry_after",),
        _retry,
        lambda: [b"120", b"Mon, 02 Nov 2026 09:16:00 GMT|Mon, 02 Nov 2026 09:15:00 GMT", b"Mon Nov  2 09:01:00 2026|"],
        why="when to come again is said in many ways",
        check=_check_retry,
        words=(b"GMT", b"+9999", b"-0000", b"Mon, ", b"|", b"9999999999", b"Feb", b"23:59:60"),
    ),
    Target(
        "watch-list",
        ("sources.web.watch_list.parse_watch_list",),
        _watched,
        lambda: [b'delay = 5\n[[page]]\nurl = "http://example.org/"\nrelease = "a"\nselect = ["main"]\n'],
        why="a list is written by the keeper alone",
        check=_check_watched,
        words=(b"[[page]]\n", b"url = ", b"release = ", b"noise = [", b'"', b"]", b"=", b"delay = nan\n"),
    ),
    Target(
        "target",
        ("sources.web.targets.parse_target", "sources.web.targets.follow"),
        _target,
        lambda: [b"https://example.org:8443/a%20b?c=d#e", b"http://[2606:4700::1111]/", "http://example.org/é".encode()],
        why="an address is asked in one spelling, which is not always that of the user",
        check=_check_target,
        words=(b"http://", b"https://", b"@", b":80", b"[::1]", b"\\", b"%", b"//", b"#", b"?", b"\r\n"),
    ),
    Target(
        "robots",
        ("sources.web.robots.parse_robots",),
        _robots,
        lambda: [b"User-agent: *\nDisallow: /a*b$\nAllow: /a/%62\n\nUser-agent: muniment\nDisallow: /c # d\n"],
        why="a robots.txt is read and never written",
        check=_check_robots,
        words=(b"User-agent: ", b"Disallow: ", b"Allow: ", b"*", b"$", b"%2", b"\r", b"#", b"\xef\xbb\xbf", b"/"),
    ),
    Target(
        "document",
        ("sources.web.document.read_document",),
        _document,
        lambda: [b"<html></html>", "<p>é</p>".encode(), b"\xed\xa0\x80"],
        why="what is no character becomes a question mark",
        check=_check_document,
        words=(b"\xef\xbb\xbf", b"\xed\xb0\x80", b"\0"),
    ),
    Target(
        "receiving",
        ("sources.web.receiving.Receiving",),
        _receive,
        lambda: [response(), response(chunked(PAGE), "Transfer-Encoding: chunked"), b"HTTP/1.0 200 OK\n\nx"],
        why="an answer is kept as it came",
        check=_check_received,
        words=(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 103 X\r\n\r\n", b"Content-Length: 3\r\n", b"\r\n\r\n", b"0\r\n\r\n",
               b"Transfer-Encoding: chunked\r\n", b"f\r\n", b"ffffffff\r\n", b"HTTP/1.1 304 X\r\n"),
    ),
)  # fmt: skip
