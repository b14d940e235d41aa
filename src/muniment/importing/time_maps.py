"""TimeMaps: lists of the states that a web archive has of one address (RFC 7089), in links (RFC 6690), JSON or CDXJ.

Of JSON there are two forms: the one of aggregators, an object with ``mementos``, and the one of replay servers, a
table whose first row names its columns.  CDXJ has one state a line: a time and an object that names where the state is,
as aggregators write it; or an index of captures, as replay servers have it, with a key before the time, or all in one
object.  What cannot be read of a list is told, and the rest is taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urljoin

from muniment.errors import SourceError
from muniment.importing.web_documents import is_web
from muniment.record.capture import without_credentials

MAX_TIME_MAP: Final = 16 << 20
"""Bytes of a TimeMap."""
_MOST: Final = 200_000
"""States and pages that one TimeMap lists."""

_LINK: Final = re.compile(r"\s*<([^<>]*)>((?:[^,\"]|\"(?:[^\"\\]|\\.)*\")*)(?:,|\Z)", re.DOTALL)
_PARAMETER: Final = re.compile(
    r";\s*([A-Za-z0-9!#$&+.^_`|~*-]+)\s*(?:=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;,\"]*)))?\s*", re.DOTALL
)
_BLANK: Final = re.compile(r"[ \t\r\n,]+")
_HTTP_DATE: Final = re.compile(r"[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}:[0-9]{2}:[0-9]{2}) GMT")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STAMP: Final = re.compile(r"[0-9]{14}")
_ZULU: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_LISTING: Final = re.compile(r"(https?://[^/?#]+(?:/[^/?#]+)*?)/timemap/(?:json|link|cdxj?)/")
_CDXJ: Final = re.compile(r"(?:[^\s{]\S*[ \t]+)?([0-9]{14})[ \t]+(\{.*)")
"""A state: perhaps the key of its address, the time, and the object."""
_CDXJ_META: Final = re.compile(r"[!@]([a-z]{1,20})[ \t]+([\[{].*)")
_PAGE: Final = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|title)\b", re.IGNORECASE)
"""How a page begins; an address of a list of links is never so."""
_LINKS: Final = frozenset({"", "application/link-format"})
"""What a list of links says that its pages are."""


@dataclass(frozen=True, slots=True)
class ListedMemento:
    """A state as a TimeMap lists it: its address, and when it was, RFC 3339 in UTC."""

    address: str
    time: str


@dataclass(slots=True)
class TimeMap:
    """What a TimeMap says.

    Attributes:
        original: The address that all of it is about; None where it does not say.
        mementos: The states, in the order of the list.
        pages: Addresses of other TimeMaps that have more of them.
        faults: What could not be taken: where, why, and whether a state is missing for it.
    """

    original: str | None = None
    mementos: list[ListedMemento] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    faults: list[tuple[str, str, bool]] = field(default_factory=list)

    def add(self, address: str, time: str, base: str) -> None:
        """Add a state, or tell why it is none."""
        full = _absolute(address, base)
        if not is_web(full):
            self.faults.append((full[:200], "no address of the web", True))
        elif not time:
            self.faults.append((full, "the list does not say when it was, as RFC 7089 wants it", True))
        elif len(self.mementos) >= _MOST:
            raise SourceError("the TimeMap lists too many states", expected=f"at most {_MOST}")
        else:
            self.mementos.append(ListedMemento(full, time))


def parse_time_map(data: bytes, *, base: str, where: str) -> TimeMap:
    """Read a TimeMap.

    Args:
        data: Its bytes.
        base: Its address, from which addresses in it may be told; empty for a file.
        where: What errors name.

    Raises:
        SourceError: It is none, or lists too much.
    """
    if len(data) > MAX_TIME_MAP:
        raise SourceError("the TimeMap is too large", where=where, expected=f"at most {MAX_TIME_MAP} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError("this is no TimeMap: it is no UTF-8", where=where) from error
    if _PAGE.match(text):
        hint = "name the address of the list itself, or look at this page"
        raise SourceError("this is a page, and no TimeMap", where=where, hint=hint)
    try:
        found = _parser_of(text)(text, base)
    except SourceError as error:
        raise error.as_(SourceError, where=where, hint=error.hint) from error
    if not found.mementos and not found.pages:
        raise SourceError(
            "the TimeMap lists no state",
            where=where,
            expected="links with rel=memento and datetime, JSON with mementos, or CDXJ",
            found="; ".join(f"{place}: {what}" for place, what, _ in found.faults[:3]),
        )
    return found


def _parser_of(text: str) -> Callable[[str, str], TimeMap]:
    """Tell the form of a list by how it begins."""
    begins = text.lstrip()
    first = begins.partition("\n")[0].rstrip()
    if _CDXJ.fullmatch(first) or _CDXJ_META.fullmatch(first) or "timestamp" in _object_of(first):
        return _parse_lines
    return _parse_json if begins[:1] in {"{", "["} else _parse_links


def read_http_date(text: str) -> str:
    """Give the time of a header such as ``Memento-Datetime`` as RFC 3339 in UTC; empty where it is none."""
    match = _HTTP_DATE.fullmatch(" ".join(text.split()))
    if match is None or match[2] not in _MONTHS:
        return ""
    return _checked(f"{match[3]}-{_MONTHS.index(match[2]) + 1:02}-{match[1]}T{match[4]}Z")


def read_links(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the links of a list (RFC 8288 section 3): each address, and its parameters by their names in small letters.

    Raises:
        SourceError: It is no list of links.
    """
    at = _end_of_blank(text, 0)
    while at < len(text):
        match = _LINK.match(text, at)
        if match is None:
            line = text.count("\n", 0, at) + 1
            raise SourceError("this is no list of links", expected="<ADDRESS>; rel=…", found=f"line {line}")
        parameters: dict[str, str] = {}
        for name, quoted, bare in _PARAMETER.findall(match[2]):
            parameters.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL) or bare)
        yield match[1].strip(), parameters
        at = _end_of_blank(text, match.end())


def _end_of_blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return at if match is None else match.end()


def _parse_links(text: str, base: str) -> TimeMap:
    found = TimeMap()
    for address, parameters in read_links(text):
        relations = parameters.get("rel", "").lower().split()
        if "original" in relations:
            found.original = found.original or without_credentials(_absolute(address, base))
        elif "memento" in relations:
            found.add(address, read_http_date(parameters.get("datetime", "")), base)
        elif "timemap" in relations and "self" not in relations and parameters.get("type", "").lower() in _LINKS:
            found.pages.append(_absolute(address, base))
    return found


def _parse_json(text: str, base: str) -> TimeMap:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError("this is no JSON", found=str(error)[:200]) from error
    if isinstance(value, list):
        return _parse_table(value, base)
    listed = value.get("mementos")
    listed = listed.get("list") if isinstance(listed, dict) else listed
    if listed is not None and not isinstance(listed, list):
        raise SourceError("the JSON is no TimeMap", expected="mementos, as a list or an object with one")
    original = value.get("original_uri")
    found = TimeMap(without_credentials(original) if isinstance(original, str) else None)
    for row in listed or ():
        address, time = (str(_member(row, name)) for name in ("uri", "datetime"))
        found.add(address, _checked(time) if _ZULU.fullmatch(time) else read_http_date(time), base)
    pages = value.get("timemap_index")
    found.pages += [_absolute(str(_member(page, "uri")), base) for page in pages] if isinstance(pages, list) else []
    return found


def _member(value: object, name: str) -> object:
    return value.get(name, "") if isinstance(value, dict) else ""


def _parse_table(rows: list[Any], base: str) -> TimeMap:
    """Read the table of a replay server: it names captures, and the address of the table tells where they are shown."""
    names = rows[0] if rows and isinstance(rows[0], list) else []
    if not {"timestamp", "original"} <= {name for name in names if isinstance(name, str)}:
        raise SourceError("the JSON is no TimeMap", expected="a first row with timestamp and original")
    server = _LISTING.match(base)
    if server is None:
        raise SourceError(
            "the table does not say where its captures are shown",
            hint="name the address that the table is from, or hand in the TimeMap in links",
        )
    found = TimeMap()
    for number, row in enumerate(rows[1:], 2):
        fields = dict(zip(names, map(str, row), strict=False)) if isinstance(row, list) else {}
        capture = _Capture(fields.get("timestamp", ""), fields.get("original", ""), fields.get("statuscode", "-"))
        _add_capture(found, capture, server[1], f"row {number}")
    return found


@dataclass(frozen=True, slots=True)
class _Capture:
    """A capture in the index of a replay server: 14 digits, the address, and what the server answered."""

    stamp: str
    original: str
    status: str


def _add_capture(found: TimeMap, capture: _Capture, server: str, place: str) -> None:
    """Add a capture that a replay server shows, or tell that it is no page."""
    if capture.status not in {"-", "200", ""}:
        found.faults.append((place, f"the server answered {capture.status[:10]}", False))
        return
    original = without_credentials(capture.original)
    found.original = found.original or original or None
    found.add(f"{server}/{capture.stamp}/{original}", _time_of(capture.stamp), "")


def _time_of(stamp: str) -> str:
    """Give 14 digits as RFC 3339 in UTC; empty where they are no time."""
    day = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:]}Z"
    return _checked(day) if _STAMP.fullmatch(stamp) else ""


def _parse_lines(text: str, base: str) -> TimeMap:
    """Read CDXJ, and the same with all of a line in one object."""
    found, server = TimeMap(), _LISTING.match(base)
    for number, line in enumerate(text.split("\n"), 1):
        if len(found.faults) > _MOST:
            raise SourceError("the TimeMap has too many lines that are no states", expected=f"at most {_MOST}")
        meta, state = _CDXJ_META.fullmatch(line.strip()), _CDXJ.fullmatch(line.strip())
        value = _object_of(state[2] if state else meta[2] if meta else line)
        stamp = state[1] if state else str(value.get("timestamp", ""))
        if meta:
            original = value.get("original_uri")
            if meta[1] == "meta" and isinstance(original, str):
                found.original = found.original or without_credentials(_absolute(original, base))
        elif "uri" in value:
            found.add(str(value["uri"]), _time_of(stamp), base)
        elif "url" in value and server is None:
            raise SourceError(
                "the index does not say where its captures are shown",
                hint="name the address that the index is from, or hand in the TimeMap in links",
            )
        elif "url" in value and server is not None:
            capture = _Capture(stamp, str(value["url"]), str(value.get("status", "-")))
            _add_capture(found, capture, server[1], f"line {number}")
        elif line.strip():
            found.faults.append((f"line {number}", "no state that can be read", True))
    return found


def _object_of(text: str) -> dict[str, Any]:
    """Read a JSON object; an empty one where it is none."""
    try:
        value = json.loads(text) if text.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _absolute(address: str, base: str) -> str:
    try:
        return urljoin(base, address) if base else address
    except ValueError:
        return address


def _checked(time: str) -> str:
    """Give back a time that is in the calendar; empty where it is not."""
    try:
        datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return ""
    return time
