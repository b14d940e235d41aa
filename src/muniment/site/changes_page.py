"""The page of what changed between two versions of a release, and the page that compares any two by a script."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from muniment.archive import StoredVersion
from muniment.cite.address import anchor
from muniment.diff.views.html import CLASS, changed_rows, switch
from muniment.diff.views.html_about import Outline, description, emendations, foot, legend
from muniment.diff.views.rows import Fold
from muniment.diff.views.sheet import Sheet
from muniment.diff.views.sides import party_of, side_of
from muniment.display.frozen import plain, show
from muniment.markup import HOLE, Child, Markup, MarkupTemplate, element, join
from muniment.record import Paragraph
from muniment.site.addresses import pair_path, release_path, version_path
from muniment.site.frame import Frame, crumbs, framed, link, root_of, script
from muniment.site.site import Site
from muniment.site.timeline_page import kind_words

CHANGES = "changes.html"
COMPARE = "compare.html"
COMPARE_SCRIPT = "compare.js"

_OUTLINE = Outline()


def changes_page(site: Site, release: str, before: int, number: int, *, beside: bool) -> bytes:
    """Make the page of changes between two versions.

    Args:
        site: The site.
        release: Id of the release.
        before: Number of the older version.
        number: Of the newer one.
        beside: Whether it stands beside the newer version, which changed the one right before it.

    Raises:
        NoPageError: There is no such version.
        IntegrityError: One of them does not verify.
    """
    older, newer = site.version(release, before), site.version(release, number)
    path = version_path(release, number, CHANGES) if beside else pair_path(release, before, number)
    folder = "../"
    selection = site.selection(older, newer)
    sheet = Sheet(
        party_of(side_of(f"version {before}", older)), party_of(side_of(f"version {number}", newer)), selection
    )
    title = plain(newer.record.description.title)
    frame = Frame(
        path, f"What changed: {title}, version {before} to {number}", "changes", head=_head_links(before, number)
    )
    trail = crumbs(
        ("Releases", f"{root_of(path)}index.html"), (title, f"{folder}index.html"), f"Version {before} to {number}"
    )
    return framed(site, frame, trail, _head(site, older, newer, sheet), *_sheet(sheet, older, newer, folder))


def _head_links(before: int, number: int) -> tuple[Markup, ...]:
    return (
        element("link", rel="prev", href=f"../v{before}/index.html"),
        element("link", rel="next", href=f"../v{number}/index.html"),
    )


def _head(site: Site, older: StoredVersion, newer: StoredVersion, sheet: Sheet) -> Markup:
    before, number, last = older.record.version, newer.record.version, len(site.entries(newer.record.release))
    language = newer.record.description.language
    steps: list[Markup] = []
    if number == before + 1 and before > 1:
        steps.append(link(f"\u2190 What version {before} changed", f"../v{before}/{CHANGES}", class_="prev"))
    steps += [
        link(f"Version {before}", f"../v{before}/index.html"),
        link(f"Version {number}", f"../v{number}/index.html"),
    ]
    steps.append(link("All versions", "../index.html", rel="up"))
    if number == before + 1 and number < last:
        steps.append(link(f"What version {number + 1} changed \u2192", f"../v{number + 1}/{CHANGES}", class_="next"))
    return element(
        "header",
        element("p", f"What changed from version {before} to version {number}", class_="eyebrow"),
        element(
            "h1",
            element("bdi", show(newer.record.description.title)),
            lang=None if language == "und" else language,
        ),
        *(element("p", line, class_="lede") for line in sheet.summary()),
        element("p", *_when(older), "; ", *_when(newer), ".", class_="dateline"),
        element("nav", element("ul", *(element("li", step) for step in steps)), class_="pager", aria_label="Versions"),
        class_="title",
    )


def _when(version: StoredVersion) -> Iterator[Child]:
    issued = version.record.description.issued
    claimed = (
        f"issued {issued.date} ({issued.basis})" if issued.date else f"logged {version.statement.logged_at} (claimed)"
    )
    yield f"Version {version.record.version}: {kind_words(version.record)}, {claimed}"


def _sheet(sheet: Sheet, older: StoredVersion, newer: StoredVersion, folder: str) -> Iterator[Markup | None]:
    """The comparison, as the views of comparisons make it; unchanged paragraphs are named, with where they stand."""
    items = list(changed_rows(sheet))
    rows = [_unshown(item, newer, folder) if isinstance(item, Fold) else item for item in items]
    changed = any(sheet.selection.shows(operation) for operation in sheet.selection.difference.operations)
    columns = [element("span", element("bdi", party.name)) for party in (sheet.a, sheet.b)]
    words = _OUTLINE.section("Text", "text", element("p", *columns, class_="columns"), *rows)
    about = [description(sheet, _OUTLINE), emendations(sheet, _OUTLINE)]
    tools = _tools() if changed else None
    shown = [tools, words, *about] if changed else [*about, words]
    around = (_sides(older, newer, folder), _legend(), _again(older, newer), foot(sheet))
    yield element("div", *shown, *around, class_=CLASS)


def _sides(older: StoredVersion, newer: StoredVersion, folder: str) -> Markup:
    """Both sides, by the hashes that name them."""
    rows = [
        _SIDE.fill(
            link(f"{letter}: version {n}", f"{folder}v{n}/index.html"),
            _hash(version.statement.record),
            _hash(version.statement.original),
        )
        for letter, version in (("A", older), ("B", newer))
        for n in [version.record.version]
    ]
    return _OUTLINE.section("The two sides", "sides-of", element("table", _sides_head(), element("tbody", *rows)))


@cache
def _sides_head() -> Markup:
    named = ("Side", "Record, which citations quote", "Bytes as received")
    return element("thead", element("tr", *(element("th", name, scope="col") for name in named)))


def _hash(digest: str) -> Markup:
    return _HASH.fill(digest)


_HASH = MarkupTemplate.of(element("code", HOLE, class_="hash"))
_SIDE = MarkupTemplate.of(element("tr", element("th", HOLE, scope="row"), element("td", HOLE), element("td", HOLE)))


@cache
def _legend() -> Markup:
    return legend(_OUTLINE)


@cache
def _tools() -> Markup:
    return element("div", switch(), class_="tools")


def _unshown(fold: Fold, newer: StoredVersion, folder: str) -> Markup:
    """What is not shown, by number and as a link to where it stands."""
    paragraphs, number = newer.record.paragraphs, newer.record.version
    there = [index for row in fold.rows for index in row.operation.b]
    said: list[Child] = [str(fold)]
    if there:
        ends = [
            _place(paragraphs, index, f"{folder}v{number}/index.html") for index in dict.fromkeys((there[0], there[-1]))
        ]
        said += [": ", ends[0]]
        said += [" to ", ends[1]] if len(ends) > 1 else []
    return element("p", *said, class_="unshown")


def _place(paragraphs: tuple[Paragraph, ...], index: int, page: str) -> Markup:
    paragraph = paragraphs[index]
    return link(element("bdi", show(paragraph.id)), f"{page}#{anchor(paragraph, index + 1)}")


def _again(older: StoredVersion, newer: StoredVersion) -> Markup:
    command = element("code", f"archive diff {older.statement.name} {newer.statement.name}")
    said = (
        "A comparison is no evidence: it is computed from two records, and anybody can compute it again, by ", command,
        ". Each version page checks its own record.",
    )  # fmt: skip
    return element("p", *said, class_="again")


def compare_page(site: Site, release: str) -> bytes:
    """Make the page on which a script compares any two versions; without one it leads to what each version changed."""
    path, last = release_path(release, COMPARE), len(site.entries(release))
    newest = site.newest(release)
    title = release if newest is None else plain(newest.record.description.title)
    pairs = "made" if site.settings.search == "server" else "here"
    frame = Frame(
        path,
        f"Compare versions: {title}",
        "compare",
        scripts=(script(path, COMPARE_SCRIPT, data_last=str(last), data_pairs=pairs),),
    )
    steps = [
        element("li", link(f"Version {number - 1} to version {number}", f"v{number}/{CHANGES}"))
        for number in range(2, last + 1)
    ]
    said = "What each version changed in the one before it. To compare any two, a script is needed, or the command "
    command = element("code", f"archive diff {release}/v1 {release}/v{last}")
    return framed(
        site,
        frame,
        crumbs(("Releases", f"{root_of(path)}index.html"), (title, "index.html"), "Compare versions"),
        element("header", element("h1", "Compare versions of ", element("bdi", show(title))), class_="title"),
        _form(last),
        element("div", id="outcome", class_=CLASS, hidden=True, aria_live="polite"),
        element(
            "section",
            element("h2", "Step by step", id="steps"),
            element("p", said, command, "."),
            element("ol", *steps),
            aria_labelledby="steps",
        ),
    )


def _form(last: int) -> Markup:
    """Two versions to choose; the script shows it."""
    return element(
        "form",
        _choose("from", "From", last, max(1, last - 1)),
        _choose("to", "to", last, last),
        element("button", "Compare", type="submit"),
        id="choose",
        class_="choose",
        method="get",
        action=COMPARE,
        hidden=True,
    )


def _choose(name: str, said: str, last: int, chosen: int) -> Markup:
    options = [
        element("option", f"version {number}", value=f"v{number}", selected=number == chosen)
        for number in range(1, last + 1)
    ]
    return join(
        [element("label", said, for_=f"choose-{name}"), element("select", *options, name=name, id=f"choose-{name}")]
    )
