"""What is answered at a path: a file of the site, a page that only a server makes, JSON, or where to look instead."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from muniment.digest import sha256_hex
from muniment.errors import InputError, NoPageError
from muniment.history.index.lookup import SearchIndex
from muniment.site.addresses import INDEX, Place, pair_path, parse_path, version_path
from muniment.site.frame import policy
from muniment.site.http_messages import HttpRequest, HttpResponse, chosen_type, plain_answer
from muniment.site.json_answers import blame_answer, changes_answer, phrase_answer, releases_answer
from muniment.site.memento import (
    TIMEGATE,
    TIMEMAP,
    OriginalResource,
    find_original,
    memento_of,
    navigation,
    parse_http_time,
)
from muniment.site.pages import JSON, page_or_fault
from muniment.site.search_pages import SEARCH, WHEN, AskedPage, search, search_answer, search_page, when_page
from muniment.site.site import Site
from muniment.site.timemaps import format_timemap, http_time, mementos_of_release
from muniment.site.version_head import LINK_FORMAT

HTML_TYPE, JSON_TYPE = "text/html", "application/json"

COMPARE = "compare"
QUERIES: Mapping[str, tuple[str, ...]] = {
    SEARCH: ("q", "issuer", "language", "since", "until"),
    WHEN: ("phrase", "exact"),
    COMPARE: ("release", "a", "b"),
}
"""The pages that look at the query of their address, and what they look at; it means nothing elsewhere."""

_PLAIN_TARGET = re.compile(r"/[!#-~]*")  # RFC 3986, and no quotation mark; what is beyond ASCII comes encoded
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FOLDER = re.compile(r"releases/[a-z0-9-]{1,63}(?:/v[1-9][0-9]{0,8})?")
_IN_RELEASE = re.compile(r"releases/([a-z0-9-]{1,63})/")
_BLAME = re.compile(r"releases/([a-z0-9-]{1,63})/v([1-9][0-9]{0,8})/blame")

_KEEP, _ASK = "public, max-age=31536000, immutable", "no-cache"
_QUIET = (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"))
_POLICY = f"{policy()}; frame-ancestors 'none'"
_NOTHING = "default-src 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class RequestTarget:
    """What a request is for.

    Attributes:
        path: Without the slash before it; of a folder the name of its file with it.  Nothing in it is decoded.
        query: What its page looks at.
        wants_json: Whether JSON is liked better than a page.
        time: Value of ``Accept-Datetime``; None where a path is no TimeGate, or none came.
    """

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    wants_json: bool = False
    time: str | None = None

    @property
    def key(self) -> tuple[str, bool, str | None]:
        """What tells answers apart."""
        return f"{self.path}?{urlencode(sorted(self.query.items()))}", self.wants_json, self.time


def parse_target(request: HttpRequest) -> RequestTarget:
    """Read what a request is for.

    Raises:
        InputError: Its target is no path, or its query is not text in UTF-8.
    """
    if _PLAIN_TARGET.fullmatch(request.target) is None or _BROKEN_ESCAPE.search(request.target):
        raise InputError("not an address", expected="a path of ASCII characters, everything else encoded as UTF-8")
    path = request.target[1:]
    if path.startswith((TIMEGATE, TIMEMAP)):
        return RequestTarget(path, time=request.headers.get("accept-datetime") if path.startswith(TIMEGATE) else None)
    path, _, query = path.partition("?")
    if path == "" or path.endswith("/"):
        path += INDEX
    likes_json = chosen_type(request.headers.get("accept"), (HTML_TYPE, JSON_TYPE)) == JSON_TYPE
    return RequestTarget(path, _read_query(query, QUERIES.get(path, ())), likes_json)


def released_at(path: str) -> tuple[str, ...]:
    """Name the release that a path is of; none where it is of no one release."""
    return () if (match := _IN_RELEASE.match(path)) is None else (match[1],)


def _read_query(query: str, names: tuple[str, ...]) -> dict[str, str]:
    """Read the members of a query that count.

    Raises:
        InputError: It is not text in UTF-8, or one of them stands in it twice.
    """
    if not names:
        return {}
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=32)
    except ValueError as error:
        raise InputError("the query cannot be read", expected="at most 32 members, encoded as UTF-8") from error
    known = [(name, value) for name, value in pairs if name in names]
    if len(dict(known)) < len(known):
        raise InputError("a member of the query stands in it twice")
    return dict(known)


def answer(site: Site, index: SearchIndex, target: RequestTarget) -> HttpResponse:
    """Answer what a request is for.

    Raises:
        NoPageError: There is nothing.
        InputError: It asks for what cannot be.
        IntegrityError: What the archive holds there does not verify.
    """
    path = target.path
    served = _served_alone(site, index, target)
    if served is not None:
        return served
    if _FOLDER.fullmatch(path):
        place = parse_path(f"{path}/{INDEX}")
        site.entry(place.release, place.version or 1)
        return _elsewhere(site, 301, f"{path}/")
    place = parse_path(path)
    value = _JSON.get((place.kind, place.name.partition("/")[0]), _no_json)
    if value is not _no_json and target.wants_json:
        return value(site, place)
    return _file(site, path, place, negotiable=value is not _no_json)


def _served_alone(site: Site, index: SearchIndex, target: RequestTarget) -> HttpResponse | None:
    """Answer what no folder of the site has; None where it is something else."""
    path = target.path
    if path.startswith((TIMEGATE, TIMEMAP)):
        return _of_original(site, index, target)
    if path == "favicon.ico":  # which browsers ask for, whatever a page says
        return HttpResponse(204, (("Cache-Control", "public, max-age=86400"),))
    if (blamed := _BLAME.fullmatch(path)) is not None:
        return _json(blame_answer(site, blamed[1], int(blamed[2])))
    return _asked(site, index, target) if path in QUERIES else None


def _content(body: bytes, media_type: str, *headers: tuple[str, str], tag: str | None = None) -> HttpResponse:
    is_page = media_type.startswith(HTML_TYPE)
    about = (
        ("Content-Type", media_type),
        ("ETag", f'"{tag or sha256_hex(body)[:32]}"'),
        ("Accept-Ranges", "bytes"),
        ("Content-Security-Policy", _POLICY if is_page else _NOTHING),
    )
    given = {name for name, _ in headers}
    caching = () if "Cache-Control" in given else (("Cache-Control", _ASK),)
    return HttpResponse(200, (*about, *_QUIET, *caching, *headers), body)


def _not_to_be_kept(status: int, body: bytes, media_type: str) -> HttpResponse:
    about = (("Content-Type", media_type), ("Cache-Control", "no-store"), ("Content-Security-Policy", _POLICY))
    return HttpResponse(status, (*about, *_QUIET), body)


def _json(value: object, *headers: tuple[str, str]) -> HttpResponse:
    body = json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "surrogatepass") + b"\n"
    return _content(body, JSON, *headers)


def _elsewhere(site: Site, status: int, path: str, *headers: tuple[str, str]) -> HttpResponse:
    return plain_answer(status, site.absolute(path, ""), ("Location", site.absolute(path, "")), *headers)


def _file(site: Site, path: str, place: Place, *, negotiable: bool) -> HttpResponse:
    """A file of the site, with what HTTP can say of it."""
    page = page_or_fault(site, path)
    if page.fault:
        return _not_to_be_kept(503, page.body, page.media_type)
    headers = [("Cache-Control", _KEEP if page.immutable else _ASK)]
    if negotiable:
        headers.append(("Vary", "Accept"))
    if place.kind == "version" and place.name == INDEX:
        original, memento = memento_of(site, place.release, place.version)
        headers += [("Memento-Datetime", http_time(memento.time)), ("Link", navigation(site, original, memento))]
    elif place.kind == "release" and place.name == INDEX:
        own = OriginalResource(site.absolute(path, ""), mementos_of_release(site, place.release))
        headers.append(("Link", navigation(site, own, None)))
    return _content(page.body, page.media_type, *headers, tag=page.made_from[:32])


def _of_original(site: Site, index: SearchIndex, target: RequestTarget) -> HttpResponse:
    if target.path.startswith(TIMEGATE):
        return _timegate(site, find_original(site, index, target.path[len(TIMEGATE) :]), target.time)
    original = find_original(site, index, target.path[len(TIMEMAP) :])
    here = TIMEMAP + original.address
    return _content(format_timemap(site, here, original.address, original.mementos), LINK_FORMAT)


def _timegate(site: Site, original: OriginalResource, asked: str | None) -> HttpResponse:
    chosen = original.mementos[-1] if asked is None else original.at(parse_http_time(asked))
    headers = (
        ("Vary", "accept-datetime"),
        ("Link", navigation(site, original, chosen)),
    )
    return _elsewhere(site, 302, chosen.path.removesuffix(INDEX), *headers)


def _asked(site: Site, index: SearchIndex, target: RequestTarget) -> HttpResponse:
    vary = ("Vary", "Accept")
    if target.path == COMPARE:
        return _elsewhere(site, 303, _compared(site, target.query))
    if target.path == SEARCH:
        if target.wants_json:
            return _json(search_answer(site, search(site, index, target.query)), vary)
        return _page_asked_for(search_page(site, index, target.query), vary)
    if target.wants_json:
        phrase, exact = target.query.get("phrase", ""), target.query.get("exact") == "1"
        return _json(phrase_answer(site, index, phrase, exact=exact), vary)
    return _page_asked_for(when_page(site, index, target.query), vary)


def _page_asked_for(page: AskedPage, *headers: tuple[str, str]) -> HttpResponse:
    media_type = f"{HTML_TYPE}; charset=utf-8"
    if not page.understood:
        return _not_to_be_kept(400, page.body, media_type)
    return _content(page.body, media_type, *headers)


def _compared(site: Site, query: Mapping[str, str]) -> str:
    release, *numbers = (query.get(name, "") for name in QUERIES[COMPARE])
    if not all(re.fullmatch("v?[1-9][0-9]{0,8}", number) for number in numbers) or numbers[0] == numbers[1]:
        raise InputError("not two versions", expected="their numbers as a and b")
    before, version = sorted(int(number.removeprefix("v")) for number in numbers)
    if before == version:
        raise InputError("not two versions", expected="their numbers as a and b")
    place = parse_path(version_path(release, version))
    site.entry(place.release, place.version)
    if version == before + 1:
        return version_path(release, version, "changes.html")
    return pair_path(release, before, version)


def _releases(site: Site, place: Place) -> HttpResponse:
    if place.release and not site.entries(place.release):
        raise NoPageError("there is no such release", where=place.release)
    releases = (place.release,) if place.release else site.archive.releases
    return _json(releases_answer(site, releases), ("Vary", "Accept"))


def _record(site: Site, place: Place) -> HttpResponse:
    version = site.version(place.release, place.version)
    original, memento = memento_of(site, place.release, place.version)
    headers = (
        ("Vary", "Accept"),
        ("Content-Location", site.absolute(version_path(place.release, place.version, "record.json"), "")),
        ("Memento-Datetime", http_time(memento.time)),
        ("Link", navigation(site, original, memento)),
    )
    return _content(version.record_bytes, JSON, *headers)


def _changes(site: Site, place: Place) -> HttpResponse:
    before = place.before or place.version - 1
    site.entry(place.release, before)
    return _json(changes_answer(site, place.release, before, place.version), ("Vary", "Accept"))


def _no_json(site: Site, place: Place) -> HttpResponse:
    raise NoPageError("there is no JSON of this", where=f"{site.archive.origin} {place.name}")


_JSON: Mapping[tuple[str, str], Callable[[Site, Place], HttpResponse]] = {
    ("archive", INDEX): _releases,
    ("release", INDEX): _releases,
    ("version", INDEX): _record,
    ("version", "changes.html"): _changes,
    ("pair", "changes"): _changes,
}
"""The pages that are JSON too, by kind of their place and the first part of their name."""
