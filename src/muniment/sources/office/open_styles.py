"""What a paragraph of an OpenDocument text has by its style: a title, hidden, its list (OpenDocument 1.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from muniment.sources.office.counting import LEVELS, NumberLevel
from muniment.sources.office.word_styles import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_NAMES: Final = ("office", "text", "table", "style", "drawing", "manifest", "meta", "form")
_SPACES: Final = {
    **{
        f"{_OASIS}{name}:1.0": name
        for name in ("office", "text", "table", "style", "drawing", "manifest", "meta", "form")
    },
    f"{_OASIS}svg-compatible:1.0": "svg",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://www.w3.org/XML/1998/namespace": "xml",
    "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0": "loext",
}
_BY_PREFIX: Final = {prefix: space for space, prefix in _SPACES.items()}
_DEEP: Final = 20  # styles that build on each other
_FORMS: Final = {
    "1": "decimal", "a": "a", "A": "A", "i": "lowerRoman", "I": "upperRoman", "": "none",
    "01, 02, 03, ...": "decimalZero", "001, 002, 003, ...": "001", "0001, 0002, 0003, ...": "0001",
    "а, б, .., аа, аб, ... (ru)": "а", "А, Б, .., Аа, Аб, ... (ru)": "А",
    "а, б, .., аа, бб, ... (ru)": "russianLower", "А, Б, .., Аа, Бб, ... (ru)": "russianUpper",
}  # fmt: skip
_REPEATED: Final = {"a": "lowerLetter", "A": "upperLetter"}
_LEVEL_PLACE: Final = re.compile("%([0-9]{1,2})%")


def odf_tag(node: Element) -> str:
    """Give the name of an element of these vocabularies, such as ``text:p``; empty for others."""
    space, found, name = node.tag[1:].partition("}")
    return f"{_SPACES[space]}:{name}" if found and space in _SPACES else ""


def odf_value(node: Element | None, name: str, default: str = "") -> str:
    """Give an attribute by such a name."""
    prefix, _, own = name.partition(":")
    return default if node is None else node.get(f"{{{_BY_PREFIX[prefix]}}}{own}", default)


def odf_children(node: Element | None, *names: str) -> Iterator[Element]:
    """Give the elements of these names right below one."""
    return (child for child in (node if node is not None else ()) if odf_tag(child) in names)


def odf_child(node: Element | None, *path: str) -> Element | None:
    """Give the first element on a path below one."""
    for name in path:
        node = next(odf_children(node, name), None)
    return node


class OpenStyles:
    """The styles of a document: those with names, and those that its paragraphs have of their own."""

    def __init__(self, *documents: Element | None) -> None:
        self._styles: dict[tuple[str, str], Element] = {}
        self._lists: dict[str, Element] = {}
        self._own: set[tuple[str, str]] = set()
        self._outline: Element | None = None
        self._read: dict[str, dict[int, NumberLevel]] = {}
        for document in documents:
            for group in odf_children(document, "office:styles", "office:automatic-styles"):
                self._take(group, own=odf_tag(group) == "office:automatic-styles")

    def _take(self, group: Element, *, own: bool) -> None:
        for style in group:
            tag, name = odf_tag(style), odf_value(style, "style:name")
            if tag == "style:style":
                key = (odf_value(style, "style:family"), name)
                self._styles[key] = style
                self._own |= {key} if own else set()
            elif tag == "text:list-style":
                self._lists[name] = style
            elif tag == "text:outline-style":
                self._outline = style

    def _chain(self, family: str, name: str) -> Iterator[tuple[str, Element]]:
        for _ in range(_DEEP):
            style = self._styles.get((family, name))
            if style is None:
                return
            yield name, style
            name = odf_value(style, "style:parent-style-name")

    def is_title(self, name: str) -> bool:
        """Whether a paragraph is in the style of the title; a style of its own stands for the one that it builds on."""
        named = (each for each, _ in self._chain("paragraph", name) if ("paragraph", each) not in self._own)
        return next(named, name) == "Title"

    def is_hidden(self, family: str, name: str) -> bool:
        """Whether letters are hidden by their style."""
        for _, style in self._chain(family, name):
            shown = odf_value(odf_child(style, "style:text-properties"), "text:display")
            if shown:
                return shown == "none"
        return False

    def list_of(self, name: str) -> str:
        """Give the name of the list that a style of paragraphs has; empty where it has none."""
        chain = self._chain("paragraph", name)
        return next((found for _, style in chain if (found := odf_value(style, "style:list-style-name"))), "")

    def outline(self) -> Mapping[int, NumberLevel]:
        """Give the levels by which headings are numbered."""
        if "" not in self._read:
            self._read[""] = _levels(self._outline)
        return self._read[""]

    def levels(self, name: str) -> Mapping[int, NumberLevel]:
        """Give the levels of a list."""
        if name not in self._read:
            self._read[name] = _levels(self._lists.get(name))
        return self._read[name]


def _levels(style: Element | None) -> dict[int, NumberLevel]:
    nodes = {
        whole(odf_value(node, "text:level")) - 1: node
        for node in (style if style is not None else ())
        if odf_tag(node).startswith(("text:list-level-style-", "text:outline-level-style"))
    }
    levels = {place: node for place, node in nodes.items() if 0 <= place < LEVELS}
    return {place: _level(place, node, levels) for place, node in levels.items()}


def _level(place: int, node: Element, levels: Mapping[int, Element]) -> NumberLevel:
    tag = odf_tag(node)
    if tag == "text:list-level-style-bullet":
        return NumberLevel("bullet", odf_value(node, "text:bullet-char"))
    if tag == "text:list-level-style-image":
        return NumberLevel("bullet", "•")
    form = _form(node)
    start = whole(odf_value(node, "text:start-value"), 1)
    return NumberLevel(form, _template(place, node, levels), start)


def _form(node: Element) -> str:
    own = odf_value(node, "style:num-format")
    form = _FORMS.get(own, f"unknown {own}")
    return _REPEATED.get(form, form) if odf_value(node, "style:num-letter-sync") == "true" else form


def _template(place: int, node: Element, levels: Mapping[int, Element]) -> str:
    """What is printed, with ``%1`` for the number of the first level."""
    whole_form = odf_value(node, "loext:num-list-format")
    if whole_form:
        return _LEVEL_PLACE.sub(r"%\1", whole_form)
    shown = whole(odf_value(node, "text:display-levels"), 1) if _form(node) != "none" else 0
    places = [each for each in range(max(0, place + 1 - shown), place + 1) if each in levels]
    numbers = ".".join(f"%{each + 1}" for each in places if _form(levels[each]) != "none")
    return f"{odf_value(node, 'style:num-prefix')}{numbers}{odf_value(node, 'style:num-suffix')}"
