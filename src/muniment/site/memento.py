"""Memento (RFC 7089): which version stood at a time, and the links that lead from one state of an original to another.

There are two kinds of original.  Of the page of a release all versions are mementos; of the address where a publisher
has it, those versions that were published there, whatever their releases.  A TimeGate gives the last state that is not
later than the time that is asked for: what stood then, and never what is nearest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from muniment.errors import InputError, NoPageError
from muniment.history.index.lookup import SearchIndex
from muniment.site.addresses import release_path
from muniment.site.site import Site
from muniment.site.timemaps import Memento, http_time, mementos_of_original, mementos_of_release, originals

TIMEGATE, TIMEMAP = "timegate/", "timemap/link/"
"""Paths that the address of an original is put behind."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HTTP_TIME = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT"
)
_WEB = re.compile(r"(https?):/{1,2}(?=[^/])", re.IGNORECASE)
_RELEASE = re.compile(r"/releases/([a-z0-9-]{1,63})(?:/(?:index\.html)?)?")


@dataclass(frozen=True, slots=True)
class OriginalResource:
    """An original and its states.

    Attributes:
        address: Its address, as links name it.
        mementos: By time, at least one.
    """

    address: str
    mementos: tuple[Memento, ...]

    def at(self, time: datetime) -> Memento:
        """Give what stood at a time: the last state that is not later, before the first one the first."""
        stood = [memento for memento in self.mementos if memento.time <= time]
        return stood[-1] if stood else self.mementos[0]


def parse_http_time(value: str) -> datetime:
    """Read a time as ``Accept-Datetime`` has it (RFC 7089, section 2.1.1.1).

    Raises:
        InputError: It is no such time.
    """
    match = _HTTP_TIME.fullmatch(value.strip())
    if match is None or match[2] not in _MONTHS:
        raise InputError("not a time", expected="one such as Mon, 03 Jan 2022 12:00:00 GMT", found=repr(value[:60]))
    day, year, hour, minute, second = (int(match[number]) for number in (1, 3, 4, 5, 6))
    try:
        return datetime(year, _MONTHS.index(match[2]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise InputError("there is no such time", found=repr(value[:60])) from error


def find_original(site: Site, index: SearchIndex, address: str) -> OriginalResource:
    """Find an original by its address.

    Args:
        site: Where to look.
        index: The search index, which knows addresses too; without it every version is read once.
        address: As it came: whole, with its query.

    Raises:
        NoPageError: No version here was published there, and it is no release of this site.
        IntegrityError: It is a release, and no version of it verifies.
    """
    # What stands between may have taken two slashes for one.
    address = _WEB.sub(lambda match: f"{match[1].lower()}://", address, count=1)
    release = _own_release(site, address)
    if release is not None:
        return _of_release(site, release)
    for spelling in _spellings(address):
        found = [
            memento
            for release in _releases_at(site, index, spelling)
            for memento in mementos_of_original(site, release, spelling)
        ]
        if found:
            return OriginalResource(
                spelling, tuple(sorted(found, key=lambda one: (one.time, one.release, one.version)))
            )
    raise NoPageError("nothing here was published at this address", where=address[:200])


def _of_release(site: Site, release: str) -> OriginalResource:
    """The page of a release as an original, where at least one version of it verifies."""
    mementos = mementos_of_release(site, release)
    if not mementos:
        raise next(iter(site.faults_of(release).values()))
    return OriginalResource(site.absolute(release_path(release), ""), mementos)


def _own_release(site: Site, address: str) -> str | None:
    base = site.address
    if base is None or not address.startswith(f"{base}/"):
        return None
    match = _RELEASE.fullmatch(address[len(base) :])
    return match[1] if match is not None and site.entries(match[1]) else None


def _spellings(address: str) -> Iterator[str]:
    """The address, then with its escapes written out, and each with the other scheme, as archives of the web do it."""
    readings = dict.fromkeys((address, unquote(address, errors="replace"), quote(address, safe="%/:?#[]@!$&'()*+,;=~")))
    yield from readings
    for one in readings:
        if one.startswith("http://"):
            yield f"https://{one[7:]}"
        elif one.startswith("https://"):
            yield f"http://{one[8:]}"


def _releases_at(site: Site, index: SearchIndex, address: str) -> Sequence[str]:
    known = index.releases_at(address)
    if known is not None:
        return [release for release in site.archive.releases if release in known]
    places = site.kept.get(("originals", ""))
    if not isinstance(places, tuple):
        places = tuple((uri, release) for release in site.archive.releases for uri in originals(site, release))
        site.kept["originals", ""] = places
    return [release for uri, release in places if uri == address]


def memento_of(site: Site, release: str, version: int) -> tuple[OriginalResource, Memento]:
    """Give the original that a version is a state of, and the version as that state.

    Where it was published at an address that is this original, else the page of its release.

    Raises:
        NoPageError: There is no such version.
        IntegrityError: It does not verify.
    """
    record = site.version(release, version).record
    uri = record.original.uri
    if uri is not None and record.change.kind == "publication":
        original = OriginalResource(uri, mementos_of_original(site, release, uri))
    else:
        original = _of_release(site, release)
    return original, next(memento for memento in original.mementos if memento.version == version)


def navigation(site: Site, original: OriginalResource, memento: Memento | None) -> str:
    """Give the value of ``Link`` for a TimeGate or a memento (RFC 7089, sections 2.2 and 4).

    Args:
        site: The site.
        original: What is asked for a state of.
        memento: The state that is shown or chosen; None for the original itself, which names its TimeGate and TimeMap.
    """
    address = uri_text(original.address)
    parts = [] if memento is None else [f'<{address}>; rel="original"']
    parts += [
        f'<{uri_text(site.absolute(TIMEGATE, ""))}{address}>; rel="timegate"',
        f'<{uri_text(site.absolute(TIMEMAP, ""))}{address}>; rel="timemap"; type="application/link-format"',
    ]
    if memento is not None:
        parts += _neighbours(site, original.mementos, original.mementos.index(memento))
    return ", ".join(parts)


def _neighbours(site: Site, mementos: Sequence[Memento], at: int) -> Iterator[str]:
    names = {at: ""}
    for number, name in ((0, "first "), (len(mementos) - 1, "last "), (at - 1, "prev "), (at + 1, "next ")):
        if 0 <= number < len(mementos):
            names[number] = names.get(number, "") + name
    for number, said in sorted(names.items()):
        one = mementos[number]
        yield f'<{site.absolute(one.path, "")}>; rel="{said}memento"; datetime="{http_time(one.time)}"'


def uri_text(address: str) -> str:
    """Give an address as it may stand in a header between angle brackets: what may not is encoded."""
    return quote(address, safe="%/:?#[]@!$&'()*+,;=~", errors="replace")
