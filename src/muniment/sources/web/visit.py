"""A visit to an address: what is asked, one request after another, and what is made of the answers.

Nothing here touches the network or a clock.  ``visit`` is a generator: it yields a request, is sent what came of it,
and returns what the address answered at last.
"""

from __future__ import annotations

import base64
from collections.abc import Generator
from dataclasses import dataclass
from math import inf
from typing import Final, TypeAlias

from muniment.errors import BusyError, InputError, SourceError, UnavailableError
from muniment.record.capture import Hop
from muniment.sources.warc.http_response import PlainBody, ResponseHead, decode_body, split_response
from muniment.sources.web.politeness import read_retry_after
from muniment.sources.web.robots import ALL_ALLOWED, MOST, NONE_ALLOWED, RobotsRules, parse_robots
from muniment.sources.web.targets import WebTarget, follow, parse_target
from muniment.sources.worker import decode_in_child

MAX_HOPS: Final = 10
"""Answers that lead elsewhere, one after another."""
MAX_PAYLOAD: Final = 16 * 1024 * 1024
"""Bytes of an original, with all codings undone."""
_BUSY: Final = frozenset({429, 503})
_ROBOTS_HOPS: Final = 5  # RFC 9309 section 2.3.1.2
_ELSEWHERE: Final = frozenset({301, 302, 303, 307, 308})
_ACCEPT: Final = "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class Known:
    """What an address answered before, so that it may say that nothing changed (RFC 9110 section 13.1).

    Attributes:
        url: Of what was asked.
        etag: As it named its answer; empty where it did not.
        modified: When it said that this was changed; empty where it did not.
    """

    url: str
    etag: str = ""
    modified: str = ""

    def lines(self) -> tuple[str, ...]:
        """The lines of a request that ask for it only where it changed."""
        etag = (f"If-None-Match: {self.etag}",) if self.etag else ()
        return (*etag, f"If-Modified-Since: {self.modified}") if self.modified else etag


@dataclass(frozen=True, slots=True)
class Asking:
    """How addresses are asked.

    Attributes:
        user_agent: Who asks, in the header of that name.
        allow_private: Whether servers on private networks, and any port, may be asked.
        ignore_robots: Whether what ``robots.txt`` refuses is asked all the same.
        known: What an address answered before; None to ask for it, whatever that was.
    """

    user_agent: str
    allow_private: bool = False
    ignore_robots: bool = False
    known: Known | None = None

    def condition(self, target: WebTarget) -> tuple[str, ...]:
        """The lines of a request that ask for an address only where it changed."""
        return self.known.lines() if self.known is not None and self.known.url == target.url else ()


@dataclass(frozen=True, slots=True)
class WebRequest:
    """A request: where it goes, and its bytes."""

    target: WebTarget
    data: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and the answer to it.

    Attributes:
        request: What was asked.
        response: Head and body, as they came over the wire, whole.
        time: When it was asked, RFC 3339 in UTC.
        ip_address: Of the server to which the connection was.
        certificate: ``sha256:…`` of the certificate that it showed, in DER; None without TLS.
    """

    request: WebRequest
    response: bytes
    time: str
    ip_address: str
    certificate: str | None = None

    @property
    def head(self) -> ResponseHead:
        """Status and headers of the answer."""
        return split_response(self.response)[0]

    def as_hop(self) -> Hop:
        """Give what the record says of an answer that leads elsewhere."""
        return Hop(self.request.target.url, self.head.status, self.ip_address, self.certificate)


@dataclass(frozen=True, slots=True)
class Visit:
    """What an address answered.

    Attributes:
        exchanges: In order; the last one has the answer, those before it led there.
        body: Of the answer, with all codings undone; None where the server says that nothing changed.
        robots: ``allowed``, ``refused`` where that was overruled, or ``none`` where there is no ``robots.txt``.
    """

    exchanges: tuple[Exchange, ...]
    body: PlainBody | None
    robots: str


RobotsSaid: TypeAlias = dict[str, tuple[RobotsRules, str]]
"""What sites allow, by scheme and authority, and in a word."""


def visit(url: str, asking: Asking, said: RobotsSaid | None = None) -> Generator[WebRequest, Exchange, Visit]:
    """Ask an address, and where it leads, within the limits.

    What came of a request is sent in; where nothing did, its error is thrown in.

    Args:
        url: As the keeper wrote it.
        asking: How to ask.
        said: What sites said before, for many visits in one run, which is added to; None to ask each.

    Raises:
        InputError: It is no address that is asked, or ``robots.txt`` refuses it.
        UnavailableError: There is no page: another status than 200, a circle, or too many steps.
        SourceError: The body is broken, in a coding that is not read, or too large.
    """
    target = parse_target(url, any_port=asking.allow_private)
    exchanges: list[Exchange] = []
    said = {} if said is None else said
    robots: list[str] = []
    while True:
        if target.site not in said:
            said[target.site] = yield from _ask_robots(target, asking)
        robots.append(_judge_robots(target, said[target.site], asking))
        exchange = yield make_request(target, asking)
        exchanges.append(exchange)
        if exchange.head.status not in _ELSEWHERE:
            break
        target = _next_target(exchanges, asking)
    strictest = next(word for word in ("refused", "allowed", "none") if word in robots)
    if exchange.head.status == 304 and asking.condition(target):
        return Visit(tuple(exchanges), None, strictest)
    if exchange.head.status != 200:
        raise _no_page(exchange)
    return Visit(tuple(exchanges), decode_answer(exchange), strictest)


def _no_page(exchange: Exchange) -> UnavailableError:
    """Say that there is no page, and when its server says to come again."""
    where, found, seconds = exchange.request.target.url, f"status {exchange.head.status}", _later(exchange)
    if seconds is None:
        return UnavailableError("there is no page", where=where, found=found)
    return BusyError("there is no page", where=where, found=found, hint=_come_again(seconds), seconds=seconds)


def _later(exchange: Exchange) -> float | None:
    """In how many seconds a busy server says that it may be asked again; None where it is not busy, or does not say."""
    head = exchange.head
    if head.status not in _BUSY:
        return None
    return read_retry_after(head.get("retry-after"), head.get("date"), exchange.time)


def _come_again(seconds: float) -> str:
    return "its server asks to be left alone" if seconds == inf else f"its server asks to wait {seconds:.0f} s"


def decode_answer(exchange: Exchange) -> PlainBody:
    """Give the body of an answer without its codings, which are undone in the process that is bounded.

    Raises:
        SourceError: It is broken, in a coding that is not read, or too large.
        UnavailableError: It is empty, or the process could not be started.
    """
    body = _decoded(exchange)
    if not body.payload:
        raise UnavailableError("the page is empty", where=exchange.request.target.url)
    return body


def _decoded(exchange: Exchange) -> PlainBody:
    where, (head, wire) = exchange.request.target.url, split_response(exchange.response)
    try:
        if not head.get("transfer-encoding") and not head.get("content-encoding"):
            return PlainBody(decode_body(head, wire, most=MAX_PAYLOAD).payload)
        value = decode_in_child(exchange.response, most=MAX_PAYLOAD, where=where)
    except SourceError as error:
        raise error.as_(type(error), where=where, hint=error.hint) from error
    return PlainBody(base64.b64decode(value["payload"]), tuple(value["codings"]))


def make_request(target: WebTarget, asking: Asking) -> WebRequest:
    """Make the bytes of a request: no cookie, no referrer, no credentials.

    What a record has of a header is one line of printable letters; what of it is not ASCII is left out.
    """
    lines = (
        f"GET {target.path} HTTP/1.1",
        f"Host: {target.authority}",
        f"User-Agent: {asking.user_agent}",
        f"Accept: {_ACCEPT}",
        "Accept-Encoding: gzip",
        *asking.condition(target),
        "Connection: close",
        "",
        "",
    )
    return WebRequest(target, "\r\n".join(lines).encode("ascii", errors="ignore"))


def _next_target(exchanges: list[Exchange], asking: Asking) -> WebTarget:
    """Where an answer leads; not in a circle, and not for ever."""
    here = exchanges[-1].request.target
    location = exchanges[-1].head.get("location")
    if len({value for name, value in exchanges[-1].head.headers if name.lower() == "location"}) > 1:
        raise UnavailableError("the answer leads to more than one place", where=here.url)
    if not location:
        raise UnavailableError("the answer leads elsewhere, and does not say where", where=here.url)
    if len(exchanges) > MAX_HOPS:
        raise UnavailableError("it leads on and on", where=here.url, expected=f"at most {MAX_HOPS} steps")
    target = follow(here, location, any_port=asking.allow_private)
    if any(target.url == exchange.request.target.url for exchange in exchanges):
        raise UnavailableError("it leads in a circle", where=target.url)
    return target


def _judge_robots(target: WebTarget, said: tuple[RobotsRules, str], asking: Asking) -> str:
    rules, word = said
    if rules.allows(target.path):
        return word
    if not asking.ignore_robots:
        what = "its robots.txt cannot be read" if word == "unread" else "its robots.txt refuses it"
        raise InputError(what, where=target.url, hint="ask the publisher, or overrule it")
    return "refused"


def _ask_robots(target: WebTarget, asking: Asking) -> Generator[WebRequest, Exchange, tuple[RobotsRules, str]]:
    """Ask a site what it allows (RFC 9309 section 2.3.1): all where there is no such file, nothing where it fails."""
    wanted = parse_target(f"{target.site}/robots.txt", any_port=asking.allow_private)
    asked = []
    try:
        while True:
            exchange = yield make_request(wanted, asking)
            asked.append(exchange)
            if exchange.head.status not in _ELSEWHERE or len(asked) > _ROBOTS_HOPS:
                break
            wanted = _next_target(asked, asking)
        status, seconds = exchange.head.status, _later(exchange)
        if status >= 500 and seconds is not None and not asking.ignore_robots:
            what, where = "its robots.txt cannot be read now", exchange.request.target.url
            raise BusyError(what, where=where, found=f"status {status}", hint=_come_again(seconds), seconds=seconds)
        if status == 200:
            return parse_robots(_decoded(exchange).payload[:MOST]), "allowed"
    except InputError as error:
        # A site that may not be asked is said to be one; where its robots.txt leads speaks of no page.
        if not asked and not isinstance(error, SourceError):
            raise
        return NONE_ALLOWED, "unread"
    except UnavailableError:
        if not asking.ignore_robots:
            raise
        return NONE_ALLOWED, "unread"
    return (ALL_ALLOWED, "none") if 300 <= status < 500 else (NONE_ALLOWED, "unread")
