"""The pages that only a server can make: words found in the archive, and a phrase followed through all versions.

Both are forms without a script; what they show is read from the signed records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from muniment.dates import read_date
from muniment.display import visible
from muniment.display.frozen import plain, show
from muniment.errors import InputError
from muniment.history import Trace
from muniment.history.index.lookup import SearchIndex
from muniment.history.index.word_search import Asked, Hit, Looking, asked_for, excerpt, search_words
from muniment.history.moments import Moment
from muniment.history.public_json import search_json
from muniment.history.search import Stretch
from muniment.markup import Child, Markup, element, join
from muniment.record.phrases import published_words
from muniment.site.addresses import version_path
from muniment.site.catalogue import fault_words
from muniment.site.frame import Frame, crumbs, framed, link
from muniment.site.json_answers import doubts_of, follow_phrase, left_out_json, moment_of
from muniment.site.site import Site

SEARCH, WHEN = "search", "when"

_SHOWN = 50
"""Paragraphs that one page or one answer gives, at most."""

_AROUND = 320
"""Characters of a paragraph that are shown, about the first of the words."""


@dataclass(frozen=True, slots=True)
class FoundWords:
    """What a search gave.

    Attributes:
        asked: What was searched for.
        hits: What was found, up to the most that is shown.
        more: Whether there is more.
        left_out: Versions that do not verify, and what is wrong with them.
    """

    asked: Asked
    hits: tuple[Hit, ...]
    more: bool
    left_out: Mapping[str, str]


def search(site: Site, index: SearchIndex, query: Mapping[str, str]) -> FoundWords:
    """Search for what the query of an address asks: ``q``, ``issuer``, ``language``, ``since``, ``until``.

    Raises:
        InputError: There is no word in it, or a date is none.
    """
    dates = {name: read_date(query[name], where=name) for name in ("since", "until") if query.get(name)}
    names = {name: query[name] for name in ("issuer", "language") if query.get(name)}
    asked = asked_for(query.get("q", ""), **names, **dates)
    looking = Looking(left_out={})
    hits = tuple(islice(search_words(site.archive, asked, index, looking), _SHOWN + 1))
    shown = tuple(hit for hit in hits[:_SHOWN] if hit.version.fault is None)
    faults = {hit.version.statement.name: hit.version.fault for hit in hits} | (looking.left_out or {})
    site.faults |= {name: fault for name, fault in faults.items() if fault is not None}
    left_out = {name: fault_words(fault) for name, fault in sorted(faults.items()) if fault is not None}
    return FoundWords(asked, shown, len(hits) > _SHOWN, left_out)


def search_answer(site: Site, found: FoundWords) -> dict[str, object]:
    """Give what was found as JSON (``schemas/search.schema.json``)."""
    moments = [(moment_of(site, hit.version), hit) for hit in found.hits]
    doubts = [*doubts_of(site), *left_out_json(found.left_out)]
    return search_json(site.archive, found.asked, moments, doubts, more=found.more)


@dataclass(frozen=True, slots=True)
class AskedPage:
    """A page that a form asked for.

    Attributes:
        body: The page.
        understood: Whether that could be asked; if not, the page says why, beside the form.
    """

    body: bytes
    understood: bool = True


def search_page(site: Site, index: SearchIndex, query: Mapping[str, str]) -> AskedPage:
    """Make the page of a search; without words the form alone."""
    understood = True
    body: list[Child] = [*_head("Search", ("Releases", "index.html")), _search_form(query)]
    if query.get("q", "").strip():
        try:
            found = search(site, index, query)
        except InputError as error:
            understood = False
            body.append(element("p", show(_said(error)), role="alert", class_="newer"))
        else:
            body += _results(site, found, query)
    return AskedPage(framed(site, _frame(SEARCH, "Search", site), *body), understood)


def _frame(path: str, title: str, site: Site) -> Frame:
    robots = element("meta", name="robots", content="noindex")
    return Frame(path, f"{title} · {plain(site.archive.origin)}", "home", head=(robots,))


def _head(title: str, *above: tuple[str, str]) -> tuple[Markup, Markup]:
    return crumbs(*above, title), element("header", element("h1", title), class_="title")


def _said(error: InputError) -> str:
    facts = [f"expected {error.expected}"] if error.expected else []
    facts += [f"found {error.found}"] if error.found else []
    return f"{error.what[:1].upper()}{error.what[1:]}{': ' if facts else ''}{', '.join(facts)}."


def _field(label: str, name: str, query: Mapping[str, str], **attributes: str | bool) -> Markup:
    named = f"field-{name}"
    value = query.get(name, "")
    return element(
        "div",
        element("label", label, for_=named),
        element("input", type="search", id=named, name=name, value=value, maxlength="500", **attributes),
    )


def _search_form(query: Mapping[str, str]) -> Markup:
    return element(
        "form",
        _field("Words, or “a phrase” in quotation marks", "q", query, required=True, autocomplete="off"),
        _field("Issuer", "issuer", query),
        _field("Language, such as en", "language", query),
        _field("Since, such as 2026-03", "since", query),
        _field("Until", "until", query),
        element("div", element("button", "Search")),
        method="get",
        action=SEARCH,
        role="search",
        class_="search",
    )


def _results(site: Site, found: FoundWords, query: Mapping[str, str]) -> Iterator[Markup]:
    number = len(found.hits)
    said = "Not found" if not number else "1 paragraph" if number == 1 else f"{number} paragraphs"
    versions, releases = sum(site.archive.counts.values()), len(site.archive.releases)
    extent = f", in the {_counted(versions, 'version')} of {_counted(releases, 'release')}."
    yield element("p", f"The first {said}" if found.more else said, extent, role="status", class_="again")
    if found.hits:
        yield element("ol", *(_hit(site, found.asked, hit) for hit in found.hits), class_="releases")
    yield from _left_out(found.left_out)
    phrase = query["q"].strip().strip('"“”„«» ')
    if phrase and '"' not in phrase:
        address = f"{WHEN}?{urlencode({'phrase': phrase})}"
        yield element(
            "p", link(join(["Follow “", show(visible(phrase)), "” through all versions"]), address), class_="again"
        )


def _left_out(left_out: Mapping[str, str]) -> Iterator[Markup]:
    for name, what in left_out.items():
        yield element("p", show(f"{name} is left out, as it does not verify: {what}."), class_="newer")


def _hit(site: Site, asked: Asked, hit: Hit) -> Markup:
    record = hit.version.record
    path = version_path(record.release, record.version)
    address = f"{path}#{hit.paragraph.id}"
    since = f", since v{hit.first}" if hit.first != record.version else ""
    moment, said = moment_of(site, hit.version), excerpt(hit.paragraph, asked, _AROUND)
    times = published_words(moment.issued, moment.retrieved)
    return element(
        "li",
        element("span", show(moment.issued.date or moment.retrieved or moment.logged_at[:10]), class_="when"),
        element(
            "div",
            link(show(record.description.title), address, lang=record.description.language, dir="auto"),
            element("p", show(said), lang=record.description.language, dir="auto", class_="remark"),
            element("p", show(f"{hit.version.statement.name}, {hit.paragraph.id}{since}; {times}"), class_="about"),
            class_="what",
        ),
    )


def when_page(site: Site, index: SearchIndex, query: Mapping[str, str]) -> AskedPage:
    """Make the page of a phrase through all versions; without one the form alone."""
    phrase, exact, understood = query.get("phrase", ""), query.get("exact") == "1", True
    title = "A phrase through time"
    body: list[Child] = [*_head(title, ("Releases", "index.html"), ("Search", SEARCH)), _when_form(query, exact=exact)]
    if phrase.strip():
        try:
            followed = follow_phrase(site, index, phrase, exact=exact)
        except InputError as error:
            understood = False
            body.append(element("p", show(_said(error)), role="alert", class_="newer"))
        else:
            body += _traces(phrase, followed.seen, followed.moments)
            body += _left_out(followed.left_out)
    return AskedPage(framed(site, _frame(WHEN, title, site), *body), understood)


def _when_form(query: Mapping[str, str], *, exact: bool) -> Markup:
    choice = element(
        "select",
        element("option", "Letters, whatever their case and typography", value="", selected=not exact),
        element("option", "Every character the same", value="1", selected=exact),
        id="field-exact",
        name="exact",
    )
    return element(
        "form",
        _field("Phrase, as it was printed", "phrase", query, required=True, autocomplete="off"),
        element("div", element("label", "What must be the same", for_="field-exact"), choice),
        element("div", element("button", "Follow")),
        method="get",
        action=WHEN,
        role="search",
        class_="search",
    )


def _traces(phrase: str, seen: Mapping[str, Trace], moments: Mapping[str, Moment]) -> Iterator[Markup]:
    said = "not seen in any version." if not seen else f"seen in {_counted(len(seen), 'release')}."
    yield element("p", "“", show(visible(phrase.strip())), "”: ", said, role="status", class_="again")
    for release, trace in seen.items():
        lines = [line for number, stretch in enumerate(trace.stretches) for line in _lines(number, stretch, trace)]
        yield element("h2", link(show(release), f"releases/{release}/index.html"))
        yield element("ol", *(_line(release, *line, moments) for line in lines), class_="releases")
    yield element(
        "p", "“Not seen” means that the archive does not have it; nobody knows when it was removed.", class_="again"
    )


def _counted(number: int, name: str) -> str:
    return f"1 {name}" if number == 1 else f"{number} {name}s"


def _lines(number: int, stretch: Stretch, trace: Trace) -> Iterator[tuple[str, int, Sequence[str]]]:
    newest = trace.stretches[-1].last
    if not stretch.seen:
        yield ("Not seen from" if number else "Not seen in"), stretch.first, ()
        return
    yield ("First seen in" if number < 2 else "Seen again in"), stretch.first, stretch.first_ids
    if stretch.last == newest:
        yield "Still seen in the newest version,", stretch.last, stretch.last_ids
    else:
        yield "Last seen in", stretch.last, stretch.last_ids


def _line(release: str, said: str, version: int, ids: Sequence[str], moments: Mapping[str, Moment]) -> Markup:
    path = version_path(release, version)
    places = [join([", ", link(show(id_), f"{path}#{id_}")]) for id_ in ids]
    moment = moments[f"{release}/v{version}"]
    times = published_words(moment.issued, moment.retrieved)
    return element(
        "li",
        element("span", show(moment.issued.date or moment.retrieved or moment.logged_at[:10]), class_="when"),
        element(
            "div",
            element("p", f"{said} ", link(f"v{version}", path), *places),
            element("p", show(times), class_="about"),
            class_="what",
        ),
    )
