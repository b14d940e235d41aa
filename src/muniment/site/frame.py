"""What every page of a site has around its own: the head, the name of the archive above, and what it is below.

The policy lets a page read nothing but the files of its own site, and no page holds a style or a script: there is one
style sheet, and scripts add to what can be read without them.  Links spell ``index.html`` out, so that the folder can
be read from a disk too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from muniment.diff.views.html import packaged as packaged_view
from muniment.display.frozen import plain, show
from muniment.markup import HOLE, Child, Markup, MarkupTemplate, element, join, text
from muniment.site.site import Site
from muniment.snapshot.page import joined_script, without_blanks
from muniment.snapshot.page import packaged as packaged_page

STYLE = "site.css"

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'{more}; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)
_SEARCHES = " 'wasm-unsafe-eval'; worker-src 'self'"


@dataclass(frozen=True, slots=True)
class Frame:
    """What is particular in the head of one page.

    Attributes:
        path: Of the page.
        title: Plain text.
        kind: Class of the body, by which the style sheet tells pages apart.
        description: A sentence for programs that list pages; empty for none.
        head: More elements of the head.
        scripts: Paths of scripts, which run in their order when the page is there.
        searches: Whether a script of the page runs a search engine.
    """

    path: str
    title: str
    kind: str
    description: str = ""
    head: tuple[Markup, ...] = ()
    scripts: tuple[Markup, ...] = ()
    searches: bool = False


def root_of(path: str) -> str:
    """Give what leads from a page to the root of its site: empty, or ``../`` some times."""
    return "../" * path.count("/")


def script(path: str, name: str, **data: str) -> Markup:
    """Give the element that runs a script of the site.

    Args:
        path: Of the page.
        name: Of the script.
        **data: What it has to know, as attributes.
    """
    return element("script", src=f"{root_of(path)}{name}", defer=True, **data)


def framed(site: Site, frame: Frame, *body: Child) -> bytes:
    """Make a page.

    Args:
        site: What it is a page of.
        frame: Its head.
        *body: What its ``main`` holds.
    """
    root = root_of(frame.path)
    common, sheet, above, below = _around(site, root, searches=frame.searches)
    parts = [
        *common,
        element("title", frame.title),
        *([element("meta", name="description", content=frame.description)] if frame.description else []),
        sheet,
        *frame.head,
        *frame.scripts,
    ]
    lines = "\n".join([part.html for part in parts])
    held = _BODY.fill(f"site {frame.kind}", above, join(body), below)
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{lines}\n</head>\n{held.html}\n</html>\n'.encode()


@cache
def _meta(policy: str) -> tuple[Markup, ...]:
    return (
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="color-scheme", content="light dark"),
    )


def policy(*, searches: bool = False) -> str:
    """Give the content security policy of a page."""
    return _POLICY.format(more=_SEARCHES if searches else "")


def _common(site: Site, root: str, *, searches: bool) -> Iterable[Markup]:
    yield from _meta(policy(searches=searches))
    name = plain(site.archive.origin)
    yield element("link", rel="icon", type="image/svg+xml", href=f"{root}icon.svg")
    yield element("link", rel="alternate", type="application/atom+xml", title=name, href=f"{root}feed.atom")


_Around: TypeAlias = tuple[tuple[Markup, ...], Markup, Markup, Markup]
_BODY = MarkupTemplate.of(element("body", HOLE, element("main", HOLE, id="main", tabindex="-1"), HOLE, class_=HOLE))


def _around(site: Site, root: str, *, searches: bool) -> _Around:
    """What is the same in all pages at one depth: the head, the name of the archive above, what an archive is below."""
    key = ("around", f"{root}{searches}")
    found = site.kept.get(key)
    if not isinstance(found, tuple):
        sheet = element("link", rel="stylesheet", href=f"{root}{STYLE}")
        found = (tuple(_common(site, root, searches=searches)), sheet, _above(site, root), _below(root))
        site.kept[key] = found
    return found


def _above(site: Site, root: str) -> Markup:
    links = (("Releases", "index.html"), ("About", "about.html"), ("Feed", "feed.atom"))
    items = [element("li", element("a", said, href=f"{root}{path}")) for said, path in links]
    return join(
        [
            element("a", "Skip to the text", class_="skip", href="#main"),
            element(
                "header",
                element("a", show(site.archive.origin), class_="name", href=f"{root}index.html"),
                element("nav", element("ul", *items), aria_label="Archive"),
                class_="mast",
            ),
        ]
    )


def _below(root: str) -> Markup:
    said = (
        "An archive records; it does not endorse. Dates are claims unless they are called proven. ",
        element("a", "What this is, and how to check it", href=f"{root}about.html"),
        ".",
    )
    return element("footer", element("p", *said), class_="foot")


def crumbs(*steps: tuple[str, str] | str) -> Markup:
    """Where a page stands: links from the whole to the part, and at the end the page itself."""
    items = [
        _STEP.fill(step[1], show(step[0])) if isinstance(step, tuple) else _HERE.fill(show(step)) for step in steps
    ]
    return _CRUMBS.fill(join(items))


_STEP = MarkupTemplate.of(element("li", element("a", HOLE, href=HOLE)))
_HERE = MarkupTemplate.of(element("li", HOLE, aria_current="page"))
_CRUMBS = MarkupTemplate.of(element("nav", element("ol", HOLE), class_="crumbs", aria_label="Where this page stands"))
_LINK = MarkupTemplate.of(element("a", HOLE, href=HOLE))


def link(said: Child, href: str, **attributes: str | None) -> Markup:
    """A link."""
    return element("a", said, href=href, **attributes) if attributes else _LINK.fill(href, said)


@cache
def packaged(name: str) -> str:
    """Give a style sheet or a script of the site as it lies in the package."""
    return files("muniment.site").joinpath(name).read_text(encoding="utf-8")


@cache
def small_script(name: str) -> str:
    """Give a script that only shows what it reads: it shows archived text as the page of a snapshot does."""
    parts = [packaged_page("bytes.js"), packaged_page("shown.js"), packaged(name)]
    about = (
        f"// Each line is one of the commented source of Muniment, src/muniment/site/{name} and snapshot/page/*.js.\n"
    )
    return joined_script(parts, {}, style(), about)


@cache
def style() -> str:
    """Give the one style sheet: that of snapshots, that of comparisons, and what a site adds."""
    sheets = (packaged_page("page.css"), packaged_view("changes.css"), packaged("site.css"))
    return "\n".join(map(without_blanks, sheets)) + "\n"


_WEB = re.compile(r"https?://[A-Za-z0-9][!#-;=?-Z_a-z~-]*")


def outside(uri: str) -> Markup:
    """An address of somebody else: a link where it is one of the web, else its words."""
    return element("a", show(uri), href=uri, rel="external") if _WEB.fullmatch(uri) else show(uri)


def xml_text(value: str) -> str:
    """Escape a text for XML: what HTML refuses, XML 1.0 does too."""
    return text(value).html
