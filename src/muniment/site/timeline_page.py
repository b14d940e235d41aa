"""The timeline of a release: every version in a row, with its kind of change, its times and how much it changed.

What is claimed of a time and what is proven stand apart.  Where a release says that it replaces another one of the
same archive, both timelines stand on both pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from muniment.archive import StoredVersion
from muniment.cite.citation import MONTHS, day_first
from muniment.cite.genres import capital
from muniment.diff.views.html import CLASS
from muniment.diff.views.timeline import strip
from muniment.display.frozen import plain, show
from muniment.markup import HOLE, Child, Markup, MarkupTemplate, element, join
from muniment.record import Issued, Record
from muniment.site.addresses import release_path, version_path
from muniment.site.catalogue import fault_words
from muniment.site.frame import Frame, crumbs, framed, link, outside, root_of
from muniment.site.site import Site, Told
from muniment.site.version_head import ATOM, LINK_FORMAT

KINDS = {
    "publication": "published",
    "description": "described anew",
    "emendation": "reading corrected in brackets",
    "reextraction": "read again by other rules",
}
"""Kinds of change as a reader meets them; what a version after the first publishes is ``published with changes``."""

_STRIP = 200
"""Versions that are drawn; beyond, bars would lie on each other, and the list below says the same."""


def kind_words(record: Record) -> str:
    """Say what made a version."""
    change = record.change
    if change.reverts_to is not None:
        return f"published again, as in version {change.reverts_to}"
    if change.kind == "publication" and record.version > 1:
        return "published with changes"
    return KINDS[change.kind]


def timeline_page(site: Site, release: str) -> bytes:
    """Make the page.

    Raises:
        NoPageError: There is no such release.
        IntegrityError: The log does not verify.  A version that does not has a row that says so.
    """
    path = release_path(release)
    last = max(1, len(site.entries(release)))
    newest = site.newest(release)
    title = release if newest is None else plain(newest.record.description.title)
    frame = Frame(
        path,
        f"{title} \u00b7 {plain(site.archive.origin)}",
        "timeline",
        plain(newest.record.description.abstract or "") if newest is not None else "",
        tuple(_links(site, path, last)),
    )
    rows = [_row(site, release, number) for number in range(last, 0, -1)]
    heading = element("h2", "Its history", id="history")
    listed = element("ol", *rows, class_="history", reversed=True)
    return framed(
        site,
        frame,
        crumbs(("Releases", f"{root_of(path)}index.html"), title),
        _bare_head(release, last) if newest is None else _head(site, newest, last),
        _picture(site, release, last),
        element("section", heading, listed, aria_labelledby="history"),
        *_joined(site, release, path),
        _programs(newest, last),
    )


def _links(site: Site, path: str, last: int) -> Iterator[Markup]:
    if site.address is not None:
        yield element("link", rel="canonical", href=site.absolute(path, path))
    yield element("link", rel="latest-version", href=f"v{last}/index.html", type="text/html")
    yield from (
        element("link", rel="item", href=f"v{number}/index.html", type="text/html") for number in range(1, last + 1)
    )
    yield element("link", rel="timemap", href="timemap.link", type=LINK_FORMAT)
    yield element("link", rel="alternate", href="feed.atom", type=ATOM, title="Versions of this release")
    yield element(
        "link", rel="alternate", href="feed.json", type="application/feed+json", title="Versions of this release"
    )


def _head(site: Site, newest: StoredVersion, last: int) -> Markup:
    description = newest.record.description
    versions = "1 version" if last == 1 else f"{last} versions"
    eyebrow = f"{capital(description.genre.term or 'document')} \u00b7 {versions}"
    read: list[Markup] = [link("Read the newest version", f"v{last}/index.html", class_="first")]
    if last > 1:
        read.append(link("What it changed", f"v{last}/changes.html"))
        read.append(link("All changes since version 1", f"compare.html?from=v1&to=v{last}"))
        read.append(link("Compare any two", "compare.html"))
    language = None if description.language == "und" else description.language
    return element(
        "header",
        element("p", show(eyebrow), class_="eyebrow"),
        element("h1", element("bdi", show(description.title)), lang=language),
        element("p", *_dateline(site, newest), class_="dateline"),
        element("p", element("bdi", show(description.abstract)), class_="abstract") if description.abstract else None,
        element("nav", element("ul", *(element("li", one) for one in read)), class_="pager", aria_label="Read"),
        class_="title",
    )


def _bare_head(release: str, last: int) -> Markup:
    """The head of a release of which no version verifies: its id, which the log names."""
    versions = "1 version" if last == 1 else f"{last} versions"
    said = "What the archive holds of it does not verify. The log names these versions; their words are not shown."
    return element(
        "header",
        element("p", versions, class_="eyebrow"),
        element("h1", release),
        element("p", said, class_="withdrawn", role="note"),
        class_="title",
    )


def _dateline(site: Site, newest: StoredVersion) -> Iterator[Child]:
    description, original = newest.record.description, newest.record.original
    if description.issued.date is not None:
        inferred = " (inferred by the archive)" if description.issued.basis == "inferred" else ""
        yield join(["Issued ", show(day_first(description.issued, MONTHS)), inferred, " \u00b7 "])
    yield show(description.issuer or "issuer not stated in the text")
    if original.uri:
        yield join([" \u00b7 published at ", outside(original.uri)])
    yield join([" \u00b7 kept by ", show(site.archive.origin)])
    if description.subjects:
        yield join([" \u00b7 ", show(", ".join(description.subjects))])


def _picture(site: Site, release: str, last: int) -> Markup | None:
    """The strip: how much each version changed, at its claimed time."""
    if not 1 < last <= _STRIP:
        return None
    marks = [site.told(release, version.record.version).mark for version in site.sound_versions(release)]
    return element("div", strip(marks), class_=CLASS) if any(mark.added or mark.removed for mark in marks) else None


def _row(site: Site, release: str, number: int, above: str = "") -> Markup:
    """One version; ``above`` leads from the page to the folder of its release, where that is another."""
    version = site.find(release, number)
    if version is None:
        return _unverified(site, release, number, above)
    record, told = version.record, site.told(release, number)
    folder, gone = f"{above}v{record.version}/", version.withdrawal
    name = element(
        "h3",
        link(f"Version {record.version}", f"{folder}index.html"),
        " ",
        element("span", kind_words(record), class_="kind"),
    )
    said: list[Child] = []
    if record.version > 1:
        line = f"{told.line[:1].upper()}{told.line[1:]}. "
        said = [
            element("p", line, link(f"What version {record.version} changed", f"{folder}changes.html"), class_="said")
        ]
    if gone is not None:
        reason = element("bdi", show(gone.reason))
        said.append(
            element("p", f"Withdrawn by the archive on {gone.time[:10]} (claimed): ", reason, class_="withdrawn")
        )
    note = record.change.note
    return element(
        "li",
        name,
        _size(told) if record.version > 1 else None,
        *said,
        element("p", element("bdi", show(note)), class_="remark") if note else None,
        _times(site, version),
        class_=f"entry {record.change.kind}{' gone' if gone else ''}",
    )


def _unverified(site: Site, release: str, number: int, above: str) -> Markup:
    """A version that does not verify: which check fails, and what the log says of it."""
    entry = site.entry(release, number)
    name = element("h3", link(f"Version {number}", f"{above}v{number}/index.html"))
    said = f"Does not verify, and is not shown: {fault_words(site.faults[entry.statement.name])}."
    claim = _CLAIM.fill(join(["logged ", time_markup(entry.statement.logged_at)]))
    times = _TIMES.fill(claim, _proven(site, entry.index))
    return element("li", name, element("p", said, class_="withdrawn"), times, class_="entry")


def _size(told: Told) -> Markup | None:
    """How much came and went, in characters; nothing where none did, which the line below says."""
    mark = told.mark
    if not mark.added and not mark.removed:
        return None
    added, removed = (
        element("span", f"+{mark.added:,}", class_="added"),
        element("span", f"\u2212{mark.removed:,}", class_="removed"),
    )
    return element("p", added, " ", removed, " characters", class_="size")


def _times(site: Site, version: StoredVersion) -> Markup:
    """Its times: what is claimed, and what is proven, apart."""
    record = version.record
    issued, retrieved = record.description.issued, record.original.retrieved
    claims: list[Child] = []
    if issued.date is not None:
        day = element("time", day_first(Issued(issued.date, "stated"), MONTHS), datetime=issued.date)
        claims.append(join(["issued ", day, f" ({issued.basis})"]))
    if retrieved is not None:
        claims.append(join(["retrieved ", time_markup(retrieved)]))
    claims.append(join(["logged ", time_markup(version.statement.logged_at)]))
    return _TIMES.fill(join([_CLAIM.fill(claim) for claim in claims]), _proven(site, version.index))


def _proven(site: Site, index: int) -> Markup:
    """The earliest time at which an entry of the log is proven to have been there."""
    proven = site.earliest(index)
    if proven is None:
        return element("span", "no time is proven", class_="aside")
    return join(["there not later than ", time_markup(proven.time), " (", show(proven.who), ")"])


_CLAIM = MarkupTemplate.of(element("span", HOLE))
_TIMES = MarkupTemplate.of(
    element(
        "dl",
        *(element("div", element("dt", name), element("dd", HOLE)) for name in ("Claimed", "Proven")),
        class_="times",
    )
)


_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d)?Z")


def time_markup(time: str) -> Markup:
    """A time as people read it, to the minute and in UTC; the whole of it stands in the element."""
    match = _TIME.fullmatch(time)
    if match is None:
        return show(time)
    return _TIME_OF.fill(time, f"{match[1]}, {match[2]} UTC")


_TIME_OF = MarkupTemplate.of(element("time", HOLE, datetime=HOLE))


def _joined(site: Site, release: str, path: str) -> Iterator[Markup]:
    """The timelines of the releases that this one continues or replaces, and of those that do so to it."""
    row = site.rows[release]
    named = (
        *((other, "It follows") for other in row.follows if other in site.rows and other != release),
        *((other, "It was followed by") for other in site.followers.get(release, ())),
    )
    for place, (other, said) in enumerate(named, 1):
        last = len(site.entries(other))
        above = f"{root_of(path)}releases/{other}/"
        rows = [_row(site, other, number, above) for number in range(last, 0, -1)]
        heading = element(
            "h2",
            f"{said} ",
            link(element("bdi", show(site.rows[other].title)), f"{above}index.html"),
            id=f"other-{place}",
        )
        yield element(
            "section", heading, element("ol", *rows, class_="history", reversed=True), aria_labelledby=f"other-{place}"
        )


def joined(site: Site, release: str) -> tuple[str, ...]:
    """Name the releases whose timelines stand on the page of a release besides its own."""
    follows = site.rows[release].follows
    return (*(other for other in follows if other in site.rows and other != release), *site.followers.get(release, ()))


def _programs(newest: StoredVersion | None, last: int) -> Markup:
    """For whoever follows or reads by a program."""
    items = [
        element("li", link("Feed", "feed.atom"), " (Atom), ", link("the same", "feed.json"), " (JSON Feed)"),
        element("li", link("TimeMap", "timemap.link"), ", the list of its versions (RFC 7089)"),
    ]
    if newest is not None:
        number = newest.record.version
        which = "the newest version" if number == last else "the newest version that verifies"
        items.append(element("li", link("Record", f"v{number}/record.json"), f" of {which}, as it was signed"))
    heading = element("h2", "To follow it, and for programs", id="programs")
    return element("section", heading, element("ul", *items, class_="files"), aria_labelledby="programs")


def versions_on(site: Site, release: str) -> tuple[str, ...]:
    """Give the paths of the versions whose rows stand on the page."""
    return tuple(
        version_path(one, entry.statement.version)
        for one in (release, *joined(site, release))
        for entry in site.entries(one)
    )
