"""The page of a version that does not verify, and of a comparison with one: which check fails, and no word of it.

What it says of the version comes from the log, whose entries are proven: hashes, the key, when it was logged.
Words, titles and dates of a record that is not what was logged are shown nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from muniment.display.frozen import plain, show
from muniment.errors import IntegrityError
from muniment.markup import Child, Markup, element
from muniment.site.addresses import INDEX, Place
from muniment.site.catalogue import fault_words
from muniment.site.frame import Frame, crumbs, framed, link, root_of
from muniment.site.site import Site
from muniment.site.timeline_page import time_markup

_UNSHOWN = (
    "Its words are not shown: what lies in the archive in its place is not what was logged and signed, or nobody whose "
    "signature counts stands for it."
)
_NEXT = (
    "The log names the version by these hashes, and verifies. A snapshot of the version, or a copy of the archive, may "
    "still hold it; from a copy the keeper can mend the archive."
)


def said_of(error: IntegrityError) -> str:
    """Say in a line of plain text that something does not verify, and which check fails."""
    return f"what the archive holds here does not verify, and is not shown: {plain(fault_words(error))}"


def fault_page(site: Site, path: str, place: Place) -> bytes | None:
    """Make the page that stands where a page for people would, had all its versions verified.

    Args:
        site: The site, which has just found that something of the page does not verify.
        path: Of the page.
        place: What the path names.

    Returns:
        The page; None where the path is of no page for people, or no version is at fault.
    """
    compared = place.kind == "pair" or (place.kind == "version" and place.name == "changes.html")
    if not compared and (place.kind != "version" or place.name != INDEX):
        return None
    before = place.before or place.version - 1
    numbers = [
        n for n in ((before, place.version) if compared else (place.version,)) if f"{place.release}/v{n}" in site.faults
    ]
    if not numbers:
        return None
    newest = site.newest(place.release)
    above = place.release if newest is None else plain(newest.record.description.title)
    title = (
        f"Version {before} and version {place.version} are not compared"
        if compared
        else f"Version {place.version} does not verify"
    )
    frame = Frame(path, f"{title} \u00b7 {place.release} \u00b7 {plain(site.archive.origin)}", "about", head=_robots())
    trail = crumbs(("Releases", f"{root_of(path)}index.html"), (above, "../index.html"), title)
    head = element("header", element("h1", title), *_pager(site, place), class_="title")
    return framed(site, frame, trail, head, *(part for number in numbers for part in _version(site, place, number)))


def _robots() -> tuple[Markup, ...]:
    return (element("meta", name="robots", content="noindex"),)


def _pager(site: Site, place: Place) -> Iterator[Markup]:
    number, last = place.version, len(site.entries(place.release))
    steps = []
    if number > 1:
        steps.append(link(f"\u2190 Version {number - 1}", f"../v{number - 1}/index.html", rel="prev", class_="prev"))
    steps.append(link("All versions", "../index.html", rel="up"))
    if number < last:
        steps.append(link(f"Version {number + 1} \u2192", f"../v{number + 1}/index.html", rel="next", class_="next"))
    yield element("nav", element("ul", *(element("li", step) for step in steps)), class_="pager", aria_label="Versions")


def _version(site: Site, place: Place, number: int) -> Iterator[Markup]:
    """What is wrong with a version, and what the log says of it."""
    entry = site.entry(place.release, number)
    said = entry.statement
    fault = plain(fault_words(site.faults[said.name]))
    yield element(
        "p",
        element("strong", f"Version {number} does not verify"),
        f": {fault}. {_UNSHOWN}",
        class_="withdrawn",
        role="note",
    )
    facts: tuple[tuple[str, Child], ...] = (
        ("Version", said.name),
        ("Logged", element("span", time_markup(said.logged_at), " (claimed)")),
        ("Place", f"entry {entry.index} of the log of {plain(site.archive.origin)}"),
        ("Record", element("code", said.record, class_="hash")),
        ("Original", element("code", said.original, class_="hash")),
        ("Record key", element("code", show(said.signer), class_="hash")),
    )
    rows = [element("div", element("dt", name), element("dd", value)) for name, value in facts]
    name = f"logged-{number}"
    yield element(
        "section",
        element("h2", f"What the log says of version {number}", id=name),
        element("p", _NEXT),
        element("dl", *rows),
        element("p", "To see what is wrong: ", element("code", f"archive verify {said.name}")),
        aria_labelledby=name,
    )
