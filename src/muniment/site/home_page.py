"""The home page, the list of a year, and the page that says what an archive is and how to check it.

All can be read without a script; with one, a filter asks ``releases.json``, or a search engine its index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from muniment.cite.citation import MONTHS, date_parts
from muniment.cite.genres import capital
from muniment.display.frozen import plain, show
from muniment.markup import Child, Markup, element, join
from muniment.site.addresses import release_path, year_path
from muniment.site.catalogue import ReleaseRow
from muniment.site.frame import Frame, crumbs, framed, link, root_of, script
from muniment.site.site import Site

SCRIPT = "site.js"
NEWEST = 60
"""Releases on the home page; the others are one step away, by year."""


def home_page(site: Site) -> bytes:
    """Make the home page: the newest releases, all years, and the filter."""
    path, rows = "index.html", _sorted(site.rows.values())
    name = plain(site.archive.origin)
    searches = site.settings.search == "pagefind"
    head = () if site.address is None else (element("link", rel="canonical", href=f"{site.address}/"),)
    scripts = (script(path, SCRIPT, data_search=site.settings.search),)
    frame = Frame(
        path,
        name,
        "home",
        f"Every version of {len(rows)} public statements, kept as evidence.",
        head,
        scripts,
        searches,
    )
    newest = rows[:NEWEST]
    heading = "Releases" if len(rows) == len(newest) else f"The newest {len(newest)} releases"
    listed = element(
        "section", element("h2", heading, id="releases"), *_by_year(newest, path), aria_labelledby="releases"
    )
    return framed(
        site,
        frame,
        element(
            "header",
            element("h1", show(name)),
            element("p", *_lede(site), class_="lede"),
            class_="title",
        ),
        _search(site),
        element("div", id="found", hidden=True, aria_live="polite"),
        element("div", listed, *_years(rows, path), id="all"),
    )


def _lede(site: Site) -> Iterator[Child]:
    rows = site.rows
    versions = sum(row.versions for row in rows.values())
    releases = "1 public statement" if len(rows) == 1 else f"{len(rows):,} public statements"
    counted = f"{versions:,} {'version' if versions == 1 else 'versions'}"
    yield f"{releases} in {counted}: each as it was published, what changed, and when. "
    yield link("How to check any of it", "about.html")
    yield "."


def _sorted(rows: Iterable[ReleaseRow]) -> list[ReleaseRow]:
    return sorted(rows, key=lambda row: row.order, reverse=True)


def _search(site: Site) -> Markup:
    """The form: of a server it works without a script, else the script shows it."""
    served = site.settings.search == "server"
    field = element("input", type="search", name="q", id="q", autocomplete="off", maxlength="200")
    said = "Words or a phrase" if site.settings.search != "titles" else "Words of a title or a subject"
    parts: list[Markup] = [element("label", said, for_="q"), field]
    if not served:
        selects = (("issuer", "Issuer"), ("subject", "Subject"), ("language", "Language"), ("year", "Year"))
        for name, label in selects:
            every = element("option", f"every {label.lower()}", value="")
            parts.append(
                join([element("label", label, for_=f"by-{name}"), element("select", every, name=name, id=f"by-{name}")])
            )
    parts.append(element("button", "Search", type="submit"))
    return element(
        "form", *(element("div", part) for part in _pairs(parts)), id="search", class_="search", role="search",
        method="get", action="search" if served else "index.html", hidden=not served,
    )  # fmt: skip


def _pairs(parts: Sequence[Markup]) -> Iterator[Markup]:
    yield join(parts[:2])
    yield from parts[2:]


def _by_year(rows: Sequence[ReleaseRow], path: str) -> Iterator[Markup]:
    for year, those in groupby(rows, key=lambda row: row.year):
        yield element("h3", year, class_="year")
        yield element("ol", *(row_markup(row, root_of(path)) for row in those), class_="releases")


def row_markup(row: ReleaseRow, root: str) -> Markup:
    """One release in a list.

    Args:
        row: The release.
        root: What leads from the page to the root of the site.
    """
    language = None if row.language == "und" else row.language
    said: list[Child] = [show(capital(row.genre or "document"))]
    if row.issuer:
        said += [", ", element("bdi", show(row.issuer))]
    versions = "1 version" if row.versions == 1 else f"{row.versions} versions"
    said += [f" \u00b7 {versions}", f", {row.withdrawn} withdrawn" if row.withdrawn else None]
    if row.fault:
        said.append(element("strong", f" \u00b7 version {row.versions} does not verify"))
    return element(
        "li",
        element("span", _day(row), class_="when"),
        element(
            "span",
            link(element("bdi", show(row.title)), f"{root}{release_path(row.release)}", lang=language),
            element("span", *said, class_="about"),
            class_="what",
        ),
    )


def _day(row: ReleaseRow) -> Child:
    """The day and month of issue, or of what else the list goes by, named; the year stands above."""
    parts = date_parts(row.order[0])
    said = " ".join([*(str(day) for day in parts[2:]), *(MONTHS[month - 1] for month in parts[1:2])]) or "\u2013"
    if row.issued is None:
        return f"{'retrieved' if row.retrieved else 'logged'} {said}"
    return said if row.basis == "stated" else f"[{said}]"


def _years(rows: Sequence[ReleaseRow], path: str) -> Iterator[Markup]:
    counts = Counter(row.year for row in rows)
    items = [
        element("li", link(year, f"{root_of(path)}{year_path(year)}"), f" {count:,}")
        for year, count in sorted(counts.items(), reverse=True)
    ]
    if items:
        yield element(
            "section",
            element("h2", "By year", id="years"),
            element("ul", *items, class_="years"),
            aria_labelledby="years",
        )


def year_page(site: Site, year: str) -> bytes:
    """Make the list of the releases of a year; the caller knows that there are some."""
    path = year_path(year)
    rows = _sorted(row for row in site.rows.values() if row.year == year)
    said = f"Issued or received in {year}" if any(row.issued is None for row in rows) else f"Issued in {year}"
    frame = Frame(path, f"{said} \u00b7 {plain(site.archive.origin)}", "home")
    listed = element("ol", *(row_markup(row, root_of(path)) for row in rows), class_="releases")
    trail = crumbs(("Releases", f"{root_of(path)}index.html"), said)
    return framed(site, frame, trail, element("header", element("h1", said), class_="title"), listed)


_ABOUT = {
    "What this is": (
        "An archive of public statements. Each version is kept as it was received, byte for byte, and signed; nothing "
        "in it is ever edited. What the archive itself adds, a description or a correction in brackets, is a version "
        "of its own and says whose it is."
    ),
    "What a version proves": (
        "That these bytes are the ones that a key of the archive signed, and that they stand in its log, at this "
        "place, unchanged. It does not prove that the statement is true, who really wrote it, or that nothing was "
        "published before. A date is a claim unless it is called proven."
    ),
    "How to check it": (
        "Each page of a version checks itself in your browser: the record, its signature, its place in the log and "
        "the trust roots lie beside it as files. Whoever serves this site also serves the script that checks, so "
        "compare the hash of trust root 1 with one that you got elsewhere: in an older citation, a snapshot, from "
        "the keeper."
    ),
    "How to cite": (
        "Each version and each paragraph has an address of its own, and a citation that carries the hash of the record."
        " Follow the number beside a paragraph: the citation beside the text then names it, to be copied."
    ),
}


def about_page(site: Site) -> bytes:
    """Make the page on the archive: what it is, what it proves, and by what hash it is known."""
    path, root = "about.html", site.archive.roots[0]
    sections = [
        element(
            "section", element("h2", title, id=f"about-{number}"), element("p", said), aria_labelledby=f"about-{number}"
        )
        for number, (title, said) in enumerate(_ABOUT.items(), 1)
    ]
    facts = (
        ("Archive", show(site.archive.origin)),
        ("Trust root 1", join([element("code", root.digest, class_="hash"), " ", link("1.json", "trust/root/1.json")])),
        ("Log keys", join([element("code", show(row.vkey), class_="hash") for row in site.archive.chain[-1].log_keys])),
        ("Who may sign", link("allowed_signers", "trust/allowed_signers")),
        ("All releases", join([link("releases.json", "releases.json"), ", every release in a line"])),
        ("Feeds", join([link("Atom", "feed.atom"), ", ", link("JSON Feed", "feed.json")])),
    )
    known = element("dl", *(element("div", element("dt", name), element("dd", value)) for name, value in facts))
    return framed(
        site,
        Frame(path, f"About \u00b7 {plain(site.archive.origin)}", "about"),
        crumbs(("Releases", "index.html"), "About"),
        element("header", element("h1", "About this archive"), class_="title"),
        *sections,
        element("section", element("h2", "By what it is known", id="known"), known, aria_labelledby="known"),
    )
