"""The file at a path of a site: one pure function, which the writer of a folder and a server both call.

Rules, which do not change:

- ``make_page(site, path)`` gives the same ``Page`` for the same archive, checkpoint, settings and path: no clock, no
  locale, no state.  It raises ``NoPageError`` where the site has no such file, and lets an ``IntegrityError`` out
  where what the archive holds there does not verify: nothing unverified becomes a page.
- ``path`` is as ``addresses`` has it: no slash at either end, ``index.html`` spelled out, nothing decoded.  Anything
  may be handed in.
- ``site_paths(site)`` gives every path of the site, ``archive_paths(site)`` those that are of no one release, and
  ``release_paths(site, release)`` those of one.  Each path that they give, ``page_or_fault`` makes, unless what the
  archive holds there does not verify.
- ``make_page`` makes more: ``releases/ID/changes/vA..vB.html`` for any two versions with A before B, and
  ``releases/ID/vN/snapshot.zip`` whether or not the settings ask for it.  These are for a server; a folder would need
  one for each two versions.
- ``made_from(site, path)`` is the digest of all that a page is made from.  It costs no reading of records but those
  of the list of releases, so a server can answer ``If-None-Match`` before it makes a page: as long as it is the same,
  the bytes are the same.
- ``Page.immutable`` says that the path will have these bytes for ever, whatever the archive and the software become:
  it is so for what was signed or logged, and for nothing that we write around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from muniment.archive import StoredVersion
from muniment.cite.formats import format_citation
from muniment.diff.difference import current_algorithm
from muniment.digest import sha256_hex
from muniment.errors import IntegrityError, NoPageError
from muniment.site.addresses import (
    INDEX,
    RELEASE_FILES,
    VERSION_FILES,
    Place,
    parse_path,
    release_path,
    version_path,
    year_path,
)
from muniment.site.catalogue import fault_words, format_rows
from muniment.site.changes_page import CHANGES, COMPARE_SCRIPT, changes_page, compare_page
from muniment.site.fault_page import fault_page
from muniment.site.feeds import format_atom, format_json_feed
from muniment.site.frame import STYLE, packaged, small_script, style
from muniment.site.home_page import about_page, home_page, year_page
from muniment.site.host_files import HEADERS, format_sitemap, sitemap_names
from muniment.site.site import Site
from muniment.site.timeline_page import joined, timeline_page
from muniment.site.timemaps import (
    format_timemap,
    mementos_of_original,
    mementos_of_release,
    original_timemap_path,
    originals,
)
from muniment.site.version_head import ATOM, CSL, LINK_FORMAT
from muniment.site.version_page import SCRIPT as VERIFY
from muniment.site.version_page import SNAPSHOT, verify_script, version_page
from muniment.trust.allowed_signers import format_allowed_signers

HTML = "text/html; charset=utf-8"
JSON = "application/json"
JSON_FEED = "application/feed+json"
PLAIN = "text/plain; charset=utf-8"
SCRIPTS = "text/javascript; charset=utf-8"
ROOTS = "trust/root/"
SIGNERS = "trust/allowed_signers"


@dataclass(frozen=True, slots=True)
class Page:
    """One file of a site.

    Attributes:
        body: Its bytes.
        media_type: For ``Content-Type``, with the charset where there is one.
        made_from: 64 hex digits, as ``made_from`` gives them: a strong validator, for an ``ETag``.
        immutable: Whether the path has these bytes for ever.
        fault: Which check fails, where the page says only that; empty where all of it verifies.
    """

    body: bytes
    media_type: str
    made_from: str
    immutable: bool = False
    fault: str = ""


_Made = tuple[bytes, str]


def site_paths(site: Site) -> Iterator[str]:
    """Give every path of a site, each once: those of the archive, then those of each release."""
    yield from archive_paths(site)
    for release in site.archive.releases:
        yield from release_paths(site, release)


def archive_paths(site: Site) -> tuple[str, ...]:
    """Give the paths that are of no one release."""
    years = sorted({row.year for row in site.rows.values()})
    return (
        *_ARCHIVE,
        *HEADERS,
        *sitemap_names(site),
        *map(year_path, years),
        SIGNERS,
        *(f"{ROOTS}{name}" for file in site.archive.roots for name in sorted(file.files)),
    )


def release_paths(site: Site, release: str) -> tuple[str, ...]:
    """Give the paths of a release: those of its versions, oldest first, then its own.

    Of a version that does not verify they are those of the pages that say so, and of its entry in the log.

    Raises:
        NoPageError: There is no such release.
    """
    entries = site.entries(release)
    if not entries:
        raise NoPageError("there is no such release", where=release)
    known: set[str] = set()
    paths: list[str] = []
    for number, entry in enumerate(entries, 1):
        version = site.find(release, number)
        names = VERSION_FILES if version is not None else _UNVERIFIED
        paths += [version_path(release, number, name) for name in names]
        paths += [version_path(release, number, CHANGES)] if number > 1 else []
        if version is None:
            continue
        paths += [version_path(release, number, SNAPSHOT)] if site.settings.snapshots else []
        if entry.statement.original not in known:
            known.add(entry.statement.original)
            paths.append(version_path(release, number, version.record.original.path))
    maps = [original_timemap_path(release, number) for number in range(1, len(originals(site, release)) + 1)]
    return (*paths, *(release_path(release, name) for name in RELEASE_FILES), *maps)


_UNVERIFIED = (INDEX, "statement.json")


def made_from(site: Site, path: str) -> str:
    """Give the digest of all that a page is made from, 64 hex digits.

    Raises:
        NoPageError: The site has no such file.
    """
    return _made_from(site, path, parse_path(path))


def _made_from(site: Site, path: str, place: Place) -> str:
    whole = release_made_from(site, place.release) if place.release else archive_made_from(site)
    return sha256_hex(f"{path}\n{whole}".encode())


def archive_made_from(site: Site) -> str:
    """Give the digest of all that the pages of no one release are made from: the whole log, and what makes them."""
    found = site.kept.get(("made", ""))
    if not isinstance(found, str):
        head = site.archive.checkpoint
        found = sha256_hex(f"{_makes(site)}\n{head.size} {head.root.hex()}".encode())
        site.kept["made", ""] = found
    return _with_faults(found, site.faults)


def release_made_from(site: Site, release: str) -> str:
    """Give the digest of all that the pages of a release are made from, and of what was found not to verify in it.

    Raises:
        NoPageError: There is no such release.
    """
    found = site.kept.get(("made", release))
    if not isinstance(found, str):
        if not site.entries(release):
            raise NoPageError("there is no such release", where=release)
        parts = [_makes(site)]
        for one in (release, *joined(site, release)):
            parts += [
                f"{one} {entry.index} {entry.statement.record} {site.earliest(entry.index)}"
                for entry in site.entries(one)
            ]
        found = sha256_hex("\n".join(parts).encode())
        site.kept["made", release] = found
    return _with_faults(found, site.faults_of(release, *joined(site, release))) if site.faults else found


def _with_faults(made: str, faults: Mapping[str, IntegrityError]) -> str:
    if not faults:
        return made
    said = [f"{name} {fault_words(fault)}" for name, fault in sorted(faults.items())]
    return sha256_hex("\n".join([made, *said]).encode())


def basis(site: Site) -> str:
    """Give the digest of what all pages are made from besides the log: what makes them, and what is proven of times.

    Where it is the same, of a log that grew only the releases that grew have other pages, and those joined with them.
    """
    proven = "\n".join(map(repr, site.proven))
    return sha256_hex(f"{_makes(site)}\n{proven}".encode())


def _makes(site: Site) -> str:
    """What makes every page: software, settings, look, scripts, differ, and the newest root with its withdrawals."""
    found = site.kept.get(("makes", ""))
    if not isinstance(found, str):
        parts = [repr(site.settings), site.archive.roots[-1].digest, str(site.address), repr(current_algorithm())]
        found = sha256_hex("\n".join([*parts, *(text() for text, _ in _FIXED.values())]).encode())
        site.kept["makes", ""] = found
    return found


def make_page(site: Site, path: str) -> Page:
    """Make the file at a path.

    Args:
        site: What it is a file of.
        path: As ``addresses`` has it.

    Raises:
        NoPageError: The site has no such file.
        IntegrityError: What the archive holds there does not verify.
    """
    place = parse_path(path)
    made = _make(site, place, path)
    immutable = place.kind == "version" and (place.name in _SIGNED or place.name.startswith("original."))
    return Page(*made, _made_from(site, path, place), immutable)


def _make(site: Site, place: Place, path: str) -> _Made:
    made = _MAKERS[place.kind](site, place, path)
    if made is None:
        raise NoPageError("no page has this address", where=path)
    return made


def page_or_fault(site: Site, path: str) -> Page:
    """Make the file at a path; where a version does not verify, the page for people that says so in its place.

    Args:
        site: What it is a file of.
        path: As ``addresses`` has it.

    Raises:
        NoPageError: The site has no such file.
        IntegrityError: What the archive holds there does not verify, and the path is of no page for people.
    """
    try:
        return make_page(site, path)
    except IntegrityError as error:
        place = parse_path(path)
        body = fault_page(site, path, place)
        if body is None:
            raise
        return Page(body, HTML, _made_from(site, path, place), fault=fault_words(error))


def body_or_fault(site: Site, path: str) -> bytes:
    """Make the bytes of ``page_or_fault`` alone, for who writes a folder: a validator is a digest more for each file.

    Raises:
        NoPageError: As there.
        IntegrityError: As there.
    """
    place = parse_path(path)
    try:
        return _make(site, place, path)[0]
    except IntegrityError:
        body = fault_page(site, path, place)
        if body is None:
            raise
        return body


_SIGNED = frozenset(("record.json", "record.json.sig", "statement.json"))

_FIXED: Mapping[str, tuple[Callable[[], str], str]] = {
    STYLE: (style, "text/css; charset=utf-8"),
    VERIFY: (verify_script, SCRIPTS),
    "icon.svg": (lambda: packaged("icon.svg"), "image/svg+xml"),
    "site.js": (lambda: small_script("site.js"), SCRIPTS),
    COMPARE_SCRIPT: (lambda: small_script(COMPARE_SCRIPT), SCRIPTS),
}

_ARCHIVE: Mapping[str, Callable[[Site, str], _Made]] = {
    INDEX: lambda site, _: (home_page(site), HTML),
    "about.html": lambda site, _: (about_page(site), HTML),
    "feed.atom": lambda site, path: (format_atom(site, path, None), ATOM),
    "feed.json": lambda site, path: (format_json_feed(site, path, None), JSON_FEED),
    "releases.json": lambda site, _: (format_rows(site.archive.origin, site.rows.values()), JSON),
    **{name: (lambda _, path: (_FIXED[path][0]().encode(), _FIXED[path][1])) for name in _FIXED},
}


def _of_archive(site: Site, place: Place, path: str) -> _Made | None:
    if path in _ARCHIVE:
        return _ARCHIVE[path](site, path)
    if path in HEADERS:
        return HEADERS[path](), PLAIN
    if path == SIGNERS:
        return format_allowed_signers(site.archive.chain), PLAIN
    if place.name.startswith(ROOTS):
        name = place.name.removeprefix(ROOTS)
        files = {name: data for file in site.archive.roots for name, data in file.files.items()}
        return (files[name], JSON if name.endswith(".json") else PLAIN) if name in files else None
    return (format_sitemap(site, path), "application/xml") if path in sitemap_names(site) else None


def _of_year(site: Site, place: Place, _: str) -> _Made | None:
    return (year_page(site, place.name), HTML) if any(row.year == place.name for row in site.rows.values()) else None


def _of_release(site: Site, place: Place, path: str) -> _Made | None:
    release = place.release
    if not site.entries(release):
        return None
    if place.version:
        return _original_timemap(site, release, place.version, path)
    return _RELEASE[place.name](site, release, path)


def _release_timemap(site: Site, release: str, path: str) -> _Made:
    original = site.absolute(release_path(release), path)
    return format_timemap(site, path, original, mementos_of_release(site, release)), LINK_FORMAT


_RELEASE: Mapping[str, Callable[[Site, str, str], _Made]] = {
    "index.html": lambda site, release, _: (timeline_page(site, release), HTML),
    "compare.html": lambda site, release, _: (compare_page(site, release), HTML),
    "feed.atom": lambda site, release, path: (format_atom(site, path, release), ATOM),
    "feed.json": lambda site, release, path: (format_json_feed(site, path, release), JSON_FEED),
    "timemap.link": _release_timemap,
}


def _original_timemap(site: Site, release: str, number: int, path: str) -> _Made | None:
    uris = originals(site, release)
    if number > len(uris):
        return None
    uri = uris[number - 1]
    return format_timemap(site, path, uri, mementos_of_original(site, release, uri)), LINK_FORMAT


def _of_pair(site: Site, place: Place, _: str) -> _Made:
    return changes_page(site, place.release, place.before, place.version, beside=False), HTML


def _of_version(site: Site, place: Place, _: str) -> _Made | None:
    if place.name == "statement.json":  # the log has it, whatever became of the version
        return site.archive.entry(site.entry(place.release, place.version).index), JSON
    version = site.version(place.release, place.version)
    make = _VERSION.get(place.name)
    if make is not None:
        return make(site, version)
    if place.name in _CITATIONS:
        form, media_type = _CITATIONS[place.name]
        return format_citation(site.citation(version), form).encode(), media_type
    return _original(site, version) if place.name == version.record.original.path else None


def _changes(site: Site, version: StoredVersion) -> _Made | None:
    release, number = version.record.release, version.record.version
    return (changes_page(site, release, number - 1, number, beside=True), HTML) if number > 1 else None


def _snapshot(site: Site, version: StoredVersion) -> _Made:
    from muniment.export.snapshot import build_snapshot  # noqa: PLC0415 - start-up: it verifies what it makes

    return build_snapshot(site.archive, version, size=site.proof_size(version)).data, "application/zip"


def _original(site: Site, version: StoredVersion) -> _Made | None:
    """The bytes as received, beside the version that brought them."""
    original = version.record.original
    if site.holder(version) != version.record.version:
        return None
    return site.original(version), _media_type(original.media_type, original.charset)


_VERSION: Mapping[str, Callable[[Site, StoredVersion], _Made | None]] = {
    "index.html": lambda site, version: (version_page(site, version.record.release, version.record.version), HTML),
    "changes.html": _changes,
    "record.json": lambda _, version: (version.record_bytes, JSON),
    "record.json.sig": lambda _, version: (version.signature, PLAIN),
    "inclusion.tlog-proof": lambda site, version: (site.proof(version), PLAIN),
    "snapshot.zip": _snapshot,
}

_CITATIONS = {
    "cite.csl.json": ("csl-json", CSL),
    "cite.bib": ("biblatex", "application/x-bibtex; charset=utf-8"),
    "cite.ris": ("ris", "application/x-research-info-systems; charset=utf-8"),
}


def _media_type(media_type: str, charset: str | None) -> str:
    """The media type of bytes that are handed out as received: a page of somebody else is text here, and never runs."""
    active = media_type in {"text/html", "application/xhtml+xml", "image/svg+xml"}
    shown = "text/plain" if active else media_type
    return f"{shown}; charset={charset}" if charset else shown


_MAKERS: Mapping[str, Callable[[Site, Place, str], _Made | None]] = {
    "archive": _of_archive,
    "year": _of_year,
    "release": _of_release,
    "pair": _of_pair,
    "version": _of_version,
}
