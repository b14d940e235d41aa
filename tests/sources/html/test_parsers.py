from __future__ import annotations

from typing import Any

import html5lib
import justhtml
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.files_of_others import PAGES, path_of

from muniment.sources.html.charset import decode_page
from muniment.sources.html.elements import PageElement, parse_page
from muniment.sources.html.naming import name_paragraphs
from muniment.sources.html.rendering import render

NAMESPACED = "{"


def by_html5lib(text: str) -> PageElement:
    """The tree of another parser: html5lib, of 2020."""
    root = html5lib.HTMLParser(namespaceHTMLElements=False).parse(text, scripting=True)
    return _from_etree(root, None)


def _from_etree(source: Any, parent: PageElement | None) -> PageElement:  # noqa: ANN401 - of a judge
    tag = source.tag.partition("}")[2] if source.tag.startswith(NAMESPACED) else source.tag
    node = PageElement(tag.lower(), {str(name): value for name, value in source.attrib.items()}, parent)
    node.children.extend([source.text] if source.text else [])
    for child in source:
        if isinstance(child.tag, str):
            node.children.append(_from_etree(child, node))
        node.children.extend([child.tail] if child.tail else [])
    return node


def by_justhtml(text: str) -> PageElement:
    """The tree of a third parser: justhtml, of 2025."""
    document: Any = justhtml.JustHTML(text, sanitize=False).root
    return _from_nodes(next(child for child in document.children if child.name == "html"), None)


def _from_nodes(source: Any, parent: PageElement | None) -> PageElement:  # noqa: ANN401 - of a judge
    node = PageElement(source.name.lower(), {name: value or "" for name, value in (source.attrs or {}).items()}, parent)
    for child in source.children or []:
        if child.name == "#text":
            node.children.append(child.data or "")
        elif not child.name.startswith(("#", "!")):
            node.children.append(_from_nodes(child, node))
    return node


def taken(root: PageElement) -> list[tuple[str, str, str | None, str]]:
    """All paragraphs of a tree."""
    named = name_paragraphs(render(root, [root], [], plain_lists=False)[0])
    return [(each.id, each.kind, each.label, each.text) for each in named]


@pytest.mark.parametrize("name", PAGES)
def test_real_pages(name: str) -> None:
    """Three independent parsers give the same paragraphs of real pages."""
    text = decode_page(path_of(f"{name}.html").read_bytes()).text

    ours = taken(parse_page(text))

    assert ours == taken(by_html5lib(text)) == taken(by_justhtml(text))
    assert ours


TAGS = (
    "p",
    "div",
    "b",
    "a",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "td",
    "th",
    "h2",
    "pre",
    "br",
    "blockquote",
    "i",
    "hr",
    "dl",
    "dd",
)
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS]),
    st.sampled_from([f"</{tag}>" for tag in TAGS]),
    st.sampled_from(["one ", " two", "3. three", "&amp;", "\n", "<ol start=4>", "<p hidden>", "<li value=9>"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_random_trees(text: str) -> None:
    """Whatever the tags, open, misplaced or closed twice, two parsers give the same paragraphs."""
    assert taken(parse_page(text)) == taken(by_justhtml(text))
