from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser
from tests.sources.files_of_others import path_of as find_page

from muniment.errors import SourceError
from muniment.sources.html.element_index import ElementIndex
from muniment.sources.html.elements import PageElement, parse_page
from muniment.sources.html.selector import find_all, parse_selector


def path_of(node: PageElement) -> list[int]:
    """The place of an element among its siblings, and of each above it."""
    found = []
    while node.parent is not None:
        found.append([child for child in node.parent.children if not isinstance(child, str)].index(node))
        node = node.parent
    return found[::-1]


def path_by_parser(node: object) -> list[int]:
    """The same by the parser's own tree."""
    found = []
    while node is not None and getattr(node, "tag", "") != "html":
        before, sibling = 0, node.prev  # type: ignore[attr-defined]
        while sibling is not None:
            before += sibling.is_element_node
            sibling = sibling.prev
        found.append(before)
        node = node.parent  # type: ignore[attr-defined]
    return found[::-1]


@pytest.mark.parametrize(
    "selector",
    [
        "p", "*", "#main-content", ".main-column", "div.main-column h1", "ul > li", "li > a", "h2 + p", "h2 ~ ul",
        "p, li, h1",
        "a[href]", "a[href^=http]", "a[href$='.html']", "a[href*=climate]", "div[class~=row]", "html[lang|=en] body",
        "li:first-child", "li:last-child", "li:nth-child(2)", "p:nth-of-type(2)", "div > p:first-child", "body > * > *",
    ],
)  # fmt: skip
def test_like_the_parser(selector: str) -> None:
    """A selector names the same elements of a real page as the engine of another program."""
    page = find_page("epa-partners-a.html").read_text(encoding="utf-8")
    ours = [path_of(node) for node in find_all(ElementIndex(parse_page(page)), parse_selector(selector))]
    theirs = [path_by_parser(node) for node in LexborHTMLParser(page, scripting=True).css(selector)]

    assert sorted(ours) == sorted(theirs)


@pytest.mark.parametrize(
    "selector",
    ["", " ", ",", "p,", "> p", "p >", "p > > a", "p::before", "p:hover", "p:not(a)", "[a", "#", "..a", "a" * 1001],
)
def test_not_understood(selector: str) -> None:
    """What is no selector, or of a form beyond these, is refused."""
    with pytest.raises(SourceError, match="not a selector that is known here"):
        parse_selector(selector)
