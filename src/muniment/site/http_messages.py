"""Requests and responses of HTTP as values, and what RFC 9110 says of any of them, whatever is asked for.

Conditions (section 13), ranges (section 14) and the choice of a media type by ``Accept`` (section 12.5.1) are answered
here.  What a page is, and which headers it has, is for others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

MAX_TARGET = 8192
"""Characters of the target of a request, at most; RFC 9110, section 4.1 recommends to take 8,000."""

PHRASES: Mapping[int, str] = {
    200: "OK",
    204: "No Content",
    206: "Partial Content",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    412: "Precondition Failed",
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    421: "Misdirected Request",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    505: "HTTP Version Not Supported",
}
"""Every status that is answered, in words."""

TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request; its body, if it has one, is not looked at.

    Attributes:
        method: As it came.
        target: Path and query as they came, nothing decoded; anything may stand in it.
        headers: By name in lower case; of one that came several times the values joined by a comma.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response.

    Attributes:
        status: Its code.
        headers: Names and values, without ``Content-Length``, which is that of the body.
        body: Its bytes.
        length: Value of ``Content-Length`` where no body is sent and one is told of, as for ``HEAD``.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    length: int | None = None

    def header(self, name: str) -> str | None:
        """Give the value of a header, by its name in any case; None where there is none."""
        return next((value for named, value in self.headers if named.lower() == name.lower()), None)

    @property
    def has_content(self) -> bool:
        """Whether a length is told at all (RFC 9110, section 8.6)."""
        return self.status not in {204, 304}


def plain_answer(status: int, said: str, *headers: tuple[str, str]) -> HttpResponse:
    """Answer in a line of plain text, for people and programs alike."""
    about = (("Content-Type", TEXT), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))
    return HttpResponse(status, (*about, *headers), f"{status} {PHRASES[status]}: {said}\n".encode())


def chosen_type(accept: str | None, offers: Sequence[str]) -> str | None:
    """Choose what to send by ``Accept``: of those that are liked best the first offer; None where none is acceptable.

    Args:
        accept: Its value; None for none.
        offers: Media types without parameters.
    """
    if accept is None or not accept.strip():
        return offers[0]
    liked = [_quality(accept, offer) for offer in offers]
    best = max(liked)
    return offers[liked.index(best)] if best > 0 else None


def _quality(accept: str, offer: str) -> float:
    """How much an offer is liked: what names it most exactly counts."""
    kind = offer.partition("/")[0]
    ranks = {offer: 2, f"{kind}/*": 1, "*/*": 0}
    found, quality = -1, 0.0
    for part in accept.split(",", 64)[:64]:
        name, _, parameters = part.partition(";")
        rank = ranks.get(name.strip().lower(), -1)
        if rank > found:
            found, quality = rank, _weight(parameters)
    return quality


def _weight(parameters: str) -> float:
    match = re.search(r"(?:^|;)\s*[qQ]\s*=\s*([0-9](?:\.[0-9]{0,3})?)\s*(?:;|$)", parameters)
    return 1.0 if match is None else min(1.0, float(match[1]))


def conditioned(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Answer to the conditions and the range of a request, and to ``HEAD``.

    Args:
        request: A ``GET`` or ``HEAD``.
        response: What would be sent without them; what is not 200 stays as it is.
    """
    if response.status == 200:
        status = _precondition(request.headers, response.header("ETag"))
        if status == 304:
            kept = {"etag", "cache-control", "vary", "link", "memento-datetime", "content-location"}
            headers = tuple(pair for pair in response.headers if pair[0].lower() in kept)
            return HttpResponse(304, headers)
        if status == 412:
            return _headed(request, plain_answer(412, "it has changed"))
        if request.method == "GET":
            response = _ranged(request.headers, response)
    return _headed(request, response)


def _headed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    return replace(response, body=b"", length=len(response.body)) if request.method == "HEAD" else response


_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)')


def _precondition(headers: Mapping[str, str], tag: str | None) -> int:
    """Evaluate ``If-Match``, else ``If-None-Match`` (RFC 9110, section 13.2.2); there are no dates of change here."""
    if (wanted := headers.get("if-match")) is not None and not _has_tag(wanted, tag, weak=False):
        return 412
    if (known := headers.get("if-none-match")) is not None and _has_tag(known, tag, weak=True):
        return 304
    return 200


def _has_tag(value: str, tag: str | None, *, weak: bool) -> bool:
    if value.strip() == "*":
        return True
    return any(found == tag and (weak or not weakly) for weakly, found in _TAG.findall(value))


_RANGE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*")


def _ranged(headers: Mapping[str, str], response: HttpResponse) -> HttpResponse:
    """Give the one range that is asked for; where several are, or what is no range, the whole."""
    asked = headers.get("range")
    match = None if asked is None else _RANGE.fullmatch(asked)
    tag = response.header("ETag")
    if match is None or match[1] == match[2] == "" or headers.get("if-range", tag) != tag:
        return response
    size = len(response.body)
    if match[1] == "":
        first, last = max(0, size - int(match[2])), size - 1
    else:
        first, last = int(match[1]), min(int(match[2] or size), size - 1)
        if match[2] and int(match[2]) < first:
            return response
    if first >= size or first > last:
        return plain_answer(416, "there are not so many bytes", ("Content-Range", f"bytes */{size}"))
    headers_206 = (*response.headers, ("Content-Range", f"bytes {first}-{last}/{size}"))
    return HttpResponse(206, headers_206, response.body[first : last + 1])
