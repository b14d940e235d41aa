"""TimeMaps: lists of the states that a web archive has of one address (RFC 7089), in links (RFC 6690) or in JSON.

Of JSON there are two forms: the one of aggregators, an object with ``mementos``, and the one of replay servers, a
table whose first row names its columns.  What cannot be read of a list is told, and the rest is taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
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
_LISTING: Final = re.compile(r"(https?://[^/?#]+(?:/[^/?#]+)*?)/timemap/(?:json|link|cdx)/")
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
    try:
        found = _parse_json(text, base) if text.lstrip()[:1] in {"{", "["} else _parse_links(text, base)
    except SourceError as error:
        raise error.as_(SourceError, where=where, hint=error.hint) from error
    if not found.mementos and not found.pages:
        raise SourceError(
            "the TimeMap lists no state",
            where=where,
            expected="links with rel=memento and datetime, or JSON with mementos",
            found="; ".join(f"{place}: {what}" for place, what, _ in found.faults[:3]),
        )
    return found


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
        stamp, original = fields.get("timestamp", ""), without_credentials(fields.get("original", ""))
        status = fields.get("statuscode", "-")
        if status not in {"-", "200", ""}:
            found.faults.append((f"row {number}", f"the server answered {status[:10]}", False))
            continue
        found.original = found.original or original or None
        day = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:]}Z"
        found.add(f"{server[1]}/{stamp}/{original}", _checked(day) if _STAMP.fullmatch(stamp) else "", base)
    return found


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
