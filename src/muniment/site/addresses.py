"""The paths of a site: which there can be, written and read.

A path is relative to the root of the site, with ``/`` between its parts and the name of the file spelled out:
``releases/north-basin/v2/index.html``.  Links between pages spell it out too, so that the folder can be read from a
disk; an address that is printed or cited ends in ``/``, and whoever serves the site puts ``index.html`` back.

::

    index.html  about.html  years/2026.html   home, what this is, the releases of a year
    feed.atom  feed.json  sitemap.xml         the newest versions of the archive; every page
    releases.json                             every release in a line, for the filter of the home page and for programs
    site.css  verify.js  site.js  compare.js  the one style sheet, the check of a version, what else scripts do
    icon.svg
    trust/root/…  trust/allowed_signers       the trust roots and their signatures, as the archive has them
    releases/ID/index.html                    the timeline
    releases/ID/timemap.link  feed.atom  feed.json
    releases/ID/original-1.timemap.link       of the address where the publisher has it, in the order in which they came
    releases/ID/compare.html                  any two versions, by script
    releases/ID/changes/v1..v4.html           any two versions, made on request: ``site_paths`` does not list them
    releases/ID/vN/index.html                 the version
    releases/ID/vN/changes.html               what it changed in the version before; v1 has none
    releases/ID/vN/record.json  record.json.sig  statement.json  inclusion.tlog-proof
    releases/ID/vN/original.…                 the bytes as received, where this version brought them
    releases/ID/vN/cite.csl.json  cite.bib  cite.ris
    releases/ID/vN/snapshot.zip               where the settings ask for it; a server may always be asked
    headers/…                                 for whoever hosts it
    site.json  SHA256SUMS                     what was written, by whoever wrote it: no page, and last
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from muniment.errors import InputError, NoPageError
from muniment.reference import check_release_id

INDEX = "index.html"

VERSION_FILES = (
    INDEX,
    "record.json",
    "record.json.sig",
    "statement.json",
    "inclusion.tlog-proof",
    "cite.csl.json",
    "cite.bib",
    "cite.ris",
)
"""What every version has; ``changes.html`` from v2 on, and the original where it brought one, come to it."""

RELEASE_FILES = (INDEX, "compare.html", "feed.atom", "feed.json", "timemap.link")

_LONGEST = 512
"""Characters of a path, at most: two names of 63 and what stands around them take far fewer."""

_RELEASE = re.compile(r"releases/([a-z0-9-]{1,63})/(.+)")
_VERSION = re.compile(r"v([1-9][0-9]{0,8})/([a-z0-9][a-z0-9.-]{0,63})")
_PAIR = re.compile(r"changes/v([1-9][0-9]{0,8})\.\.v([1-9][0-9]{0,8})\.html")
_ORIGINAL_MAP = re.compile(r"original-([1-9][0-9]{0,8})\.timemap\.link")
_YEAR = re.compile(r"years/([0-9]{4})\.html")


@dataclass(frozen=True, slots=True)
class Place:
    """What a path names, whether or not it is there.

    Attributes:
        kind: ``archive`` for a file at the root of the site, ``year``, ``release``, ``pair`` or ``version``.
        name: The file: ``index.html``, ``record.json``; of a year the year.
        release: Id of the release; empty where the path is of none.
        version: Number of the version; of a pair, that of the newer side; of the TimeMap of a publisher's address, its
            number; 0 where there is none.
        before: Of a pair, the number of the older side.
    """

    kind: Literal["archive", "year", "release", "pair", "version"]
    name: str
    release: str = ""
    version: int = 0
    before: int = 0


def release_path(release: str, name: str = INDEX) -> str:
    """Give the path of a file of a release."""
    return f"releases/{release}/{name}"


def version_path(release: str, version: int, name: str = INDEX) -> str:
    """Give the path of a file of a version."""
    return f"releases/{release}/v{version}/{name}"


def pair_path(release: str, before: int, version: int) -> str:
    """Give the path of the page of changes between any two versions of a release, the older one first."""
    return f"releases/{release}/changes/v{before}..v{version}.html"


def year_path(year: str) -> str:
    """Give the path of the list of the releases of a year."""
    return f"years/{year}.html"


def parse_path(path: str) -> Place:
    """Read a path.

    Args:
        path: As it stands in the site; anything at all may be handed in.

    Raises:
        NoPageError: No site has a file there.
    """
    if len(path) <= _LONGEST:
        place = _parse(path)
        if place is not None:
            return place
    raise NoPageError("no page has this address", where=path[:_LONGEST])


def _parse(path: str) -> Place | None:
    if (year := _YEAR.fullmatch(path)) is not None:
        return Place("year", year[1])
    if (match := _RELEASE.fullmatch(path)) is not None:
        return _parse_release(match[1], match[2])
    return None if path.startswith(("releases/", "years/")) else Place("archive", path)


@lru_cache(maxsize=64)
def _is_release(release: str) -> bool:
    """Whether it is an id; who writes a site asks for one release a hundred times."""
    try:
        check_release_id(release)
    except InputError:
        return False
    return True


def _parse_release(release: str, rest: str) -> Place | None:
    if not _is_release(release):
        return None
    if rest in RELEASE_FILES:
        return Place("release", rest, release)
    if (original := _ORIGINAL_MAP.fullmatch(rest)) is not None:
        return Place("release", rest, release, int(original[1]))
    if (pair := _PAIR.fullmatch(rest)) is not None:
        before, version = int(pair[1]), int(pair[2])
        return Place("pair", rest, release, version, before) if before < version else None
    version_match = _VERSION.fullmatch(rest)
    return None if version_match is None else Place("version", version_match[2], release, int(version_match[1]))
