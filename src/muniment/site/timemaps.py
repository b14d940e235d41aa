"""TimeMaps (RFC 7089, application/link-format): the states of an original, each by its address and its time.

There are two kinds of original.  Of the page of a release all versions are mementos; of the address where a publisher
has it, the versions that were published there: to describe or to emend a text makes no other state of it.

The time of a memento is when it was seen: that of retrieval, of a day its last second, else that of the log.  It is a
claim, as everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from muniment.archive import StoredVersion
from muniment.site.addresses import release_path, version_path
from muniment.site.site import Site

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BARE = re.compile("[^!#-;=?-~]")


@dataclass(frozen=True, slots=True)
class Memento:
    """A version as a state of an original.

    Attributes:
        release: Its release.
        version: Its number.
        time: When it was, in UTC, to the second.
    """

    release: str
    version: int
    time: datetime

    @property
    def path(self) -> str:
        """The path of its page."""
        return version_path(self.release, self.version)

    @property
    def http_time(self) -> str:
        """Its time as HTTP has it, ``Mon, 03 Jan 2022 12:00:00 GMT``, in no locale."""
        return http_time(self.time)


def http_time(time: datetime) -> str:
    """Write a time in UTC as HTTP has it (RFC 9110, section 5.6.7)."""
    day, month = _DAYS[time.weekday()], _MONTHS[time.month - 1]
    return f"{day}, {time.day:02} {month} {time.year:04} {time:%H:%M:%S} GMT"


def time_of(version: StoredVersion) -> datetime:
    """Give the time of a version as a memento."""
    retrieved, logged = version.record.original.retrieved, version.statement.logged_at
    claimed = logged
    if retrieved is not None and (day := _DAY.match(retrieved)) is not None:
        claimed = f"{day[0]}T23:59:59Z" if retrieved == day[0] else retrieved
    try:
        time = datetime.fromisoformat(claimed)
    except ValueError:
        time = datetime.fromisoformat(logged)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def mementos_of_release(site: Site, release: str) -> tuple[Memento, ...]:
    """Give the mementos of the page of a release: all its versions, by time, those of one time in their order.

    A version that does not verify is none: when it was, its record would say.
    """
    return _sorted(site.sound_versions(release))


def originals(site: Site, release: str) -> tuple[str, ...]:
    """Give the addresses at which versions of a release were published, in the order in which they came."""
    versions = site.sound_versions(release)
    return tuple(dict.fromkeys(v.record.original.uri for v in versions if v.record.original.uri is not None))


def mementos_of_original(site: Site, release: str, uri: str) -> tuple[Memento, ...]:
    """Give the mementos of a publisher's address: the versions of a release that were published there, by time."""
    versions = site.sound_versions(release)
    return _sorted(v for v in versions if v.record.change.kind == "publication" and v.record.original.uri == uri)


def _sorted(versions: Iterator[StoredVersion]) -> tuple[Memento, ...]:
    found = [Memento(v.record.release, v.record.version, time_of(v)) for v in versions]
    return tuple(sorted(found, key=lambda memento: (memento.time, memento.version)))


def original_timemap_path(release: str, number: int) -> str:
    """Give the path of the TimeMap of the publisher's address that came as the ``number``-th, from 1."""
    return release_path(release, f"original-{number}.timemap.link")


def format_timemap(site: Site, path: str, original: str, mementos: Sequence[Memento]) -> bytes:
    """Write a TimeMap.

    Args:
        site: The site.
        path: Of the TimeMap.
        original: Address of the original.
        mementos: By time; none where no version verifies.
    """
    first, last = (mementos[0], mementos[-1]) if mementos else (None, None)
    lines = [f'<{_bare(original)}>; rel="original"']
    own = f'<{site.absolute(path, path)}>; rel="self"; type="application/link-format"'
    extent = f'; from="{first.http_time}"; until="{last.http_time}"' if first and last else ""
    lines.append(f"{own}{extent}")
    if site.settings.timegate is not None:
        lines.append(f'<{_bare(site.absolute(site.settings.timegate, path) + original)}>; rel="timegate"')
    for memento in mementos:
        ends = ("first " if memento is first else "") + ("last " if memento is last else "")
        address = site.absolute(memento.path, path)
        lines.append(f'<{address}>; rel="{ends}memento"; datetime="{memento.http_time}"')
    return ",\n".join(lines).encode() + b"\n"


def _bare(address: str) -> str:
    """Give an address as it may stand between angle brackets: what may not is encoded (RFC 3987, section 3.1)."""
    return _BARE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace")), address)
