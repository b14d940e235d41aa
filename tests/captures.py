"""What a capture brings, made without a server: a page, what is known of it, and the exchange beside it."""

from __future__ import annotations

import gzip

from muniment.ingest import Source
from muniment.sources.web.exchange_file import keep_visit
from muniment.sources.web.targets import parse_target
from muniment.sources.web.visit import Asking, Exchange, Visit, decode_answer, make_request

TIME = "2026-11-02T09:15:00Z"
URL = "https://press.example.org/notice"
SECRET = "id=7f3a"  # noqa: S105 - a cookie that no archive may hold
ASKING = Asking("muniment/0 (+https://press.example.org/archive)")
SERVER = "93.184.216.34"
CERTIFICATE = f"sha256:{'ab' * 32}"


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """An answer with a cookie in it."""
    lines = [f"HTTP/1.1 {status}", f"Set-Cookie: {SECRET}", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "Content-Type: text/plain", "", ""]).encode() + body


def visited(page: bytes, *, time: str = TIME, url: str = URL, packed: bool = False) -> Visit:
    """A visit to an address that leads to a page."""
    body = gzip.compress(page, mtime=0) if packed else page
    headers = ["Content-Encoding: gzip"] if packed else []
    answers = [
        ("https://press.example.org/n", answer(b"It moved.", f"Location: {url}", status="302 Found")),
        (url, answer(body, 'ETag: "7"', *headers)),
    ]
    exchanges = tuple(
        Exchange(make_request(parse_target(asked), ASKING), response, time, SERVER, CERTIFICATE)
        for asked, response in answers
    )
    return Visit(exchanges, decode_answer(exchanges[-1]), "allowed")


def captured(page: bytes, *, time: str = TIME, url: str = URL, packed: bool = False) -> Source:
    """What a capture hands in to be added."""
    brought, _ = keep_visit(visited(page, time=time, url=url, packed=packed), ASKING.user_agent, named=False)
    return Source(brought.payload, url, time, capture=brought.capture, exchange=brought.exchange)
