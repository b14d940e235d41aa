"""The tree of a page, as the HTML Standard makes it (section 13.2, scripting on), by a parser that may be any.

Four independent parsers gave the same tree for every page that was tried, so the rules above this module are not
bound to one.  What hostile bytes could make slow or large is refused before the parser sees it, or right after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from muniment.errors import SourceError

MAX_DEPTH: Final = 512
"""Elements inside of each other, as in Blink.  Real pages had at most 51."""
MAX_ATTRIBUTES: Final = 1000
"""Of one element.  Real pages had at most 70."""
MAX_TAGS: Final = 500_000
"""Signs that can begin a tag.  Real pages had at most 9,887 elements."""

# Nested so deep, a parser still needs less than a second; below it nothing is counted beforehand.
_FEW_TAGS: Final = 10_000
# Characters without the end of a tag; a tag of 1,000 attributes can be shorter, but is still quick to parse.
_LONG_TAG: Final = 20_000
_LOOSE_DEPTH: Final = 5_000

# These have no content, or end by themselves where the next one begins.
_UNNESTED: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "option", "optgroup", "colgroup", "caption",
    "rb", "rt", "rp", "rtc", "html", "head", "body",
})  # fmt: skip
_RAW: Final = frozenset({
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript",
})  # fmt: skip
_TAG: Final = re.compile(r"<(?:(!--)|(/?)([a-zA-Z][^\s/>]*))")
_ATTRIBUTE: Final = re.compile(r"[^\s=>/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?|>")
# A tag as most are; one of so few characters has no more attributes than are allowed before it is parsed.
_PLAIN_TAG: Final = re.compile(r"""(?:[\s/]*+[^\s=>/"']++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s=>"']++))?+)*+[\s/]*+>""")
_SHORT_TAG: Final = 2 * MAX_ATTRIBUTES


class PageElement:
    """An element: its name in lower case, its attributes, and what is in it, elements and texts."""

    __slots__ = ("_order", "attributes", "children", "parent", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], parent: PageElement | None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[PageElement | str] = []

    def elements(self) -> Iterator[PageElement]:
        """Give the element and all below it, in the order of the document."""
        order: list[PageElement] | None = getattr(self, "_order", None)
        if order is not None:
            yield from order
            return
        pending: list[PageElement] = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(child for child in reversed(node.children) if isinstance(child, PageElement))

    def set_order(self, order: list[PageElement]) -> None:
        """Keep what ``elements`` would find, where it is known and the tree will not change."""
        self._order = order

    def text(self) -> str:
        """Give all text in it."""
        found: list[str] = []
        pending: list[PageElement | str] = [self]
        while pending:
            node = pending.pop()
            if isinstance(node, str):
                found.append(node)
            else:
                pending.extend(reversed(node.children))
        return "".join(found)


def children_of(node: PageElement) -> list[PageElement]:
    """Give the elements right below one."""
    return [child for child in node.children if isinstance(child, PageElement)]


def parse_page(text: str, *, where: str = "") -> PageElement:
    """Parse a page into its element ``html``.

    Raises:
        SourceError: It has too many tags, is nested too deeply, or an element has too many attributes.
    """
    _bound(text, where)
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - start-up: an optional library

    return _neutral(LexborHTMLParser(text, scripting=True).root, where)


def _neutral(root: Any, where: str) -> PageElement:  # noqa: ANN401 - the parser's node
    """Copy the parser's tree, without comments, held to the limits."""
    top = here = PageElement("html", _attributes(root, where), None)
    order, children = [top], top.children
    above: list[Any] = []
    source = root.child
    while True:
        if source is None:
            if not above:
                top.set_order(order)
                return top
            source, here = above.pop().next, here.parent or top
            children = here.children
            continue
        tag = source.tag
        if tag == "-text":
            children.append(source.text_content or "")
        elif source.is_element_node:
            node = PageElement(tag, _attributes(source, where), here)
            children.append(node)
            order.append(node)
            child = source.child
            if child is not None:
                above.append(source)
                if len(above) >= MAX_DEPTH:
                    raise _beyond("nested too deeply", MAX_DEPTH, "elements inside of each other", where)
                here, children, source = node, node.children, child
                continue
        source = source.next


def _attributes(source: Any, where: str) -> dict[str, str]:  # noqa: ANN401 - the parser's node
    attributes: dict[str, str] = source.attributes
    if attributes and None in attributes.values():
        attributes = {name: value or "" for name, value in attributes.items()}
    if len(attributes) > MAX_ATTRIBUTES:
        raise _beyond("an element has too many attributes", MAX_ATTRIBUTES, "", where)
    return attributes


def _beyond(what: str, limit: int, of: str, where: str) -> SourceError:
    hint = "the page is built to stop readers, or broken; save its text and add that"
    return SourceError(
        f"the page is {what}" if of else what, where=where, expected=f"at most {limit} {of}".strip(), hint=hint
    )


def _bound(text: str, where: str) -> None:
    tags = text.count("<")
    if tags > MAX_TAGS:
        raise _beyond("too large", MAX_TAGS, "tags", where)
    if tags > _FEW_TAGS or _has_long_tag(text):
        _scan(text, where)


def _has_long_tag(text: str) -> bool:
    """Whether so many characters stand together without the end of a tag, and one begins there."""
    place = 0
    while place + _LONG_TAG < len(text):
        end = text.rfind(">", place, place + _LONG_TAG + 1)
        if end < 0:
            end = text.find(">", place)
            end = len(text) if end < 0 else end
            if _TAG.search(text, place, end):
                return True
        place = end + 1
    return False


def _scan(text: str, where: str) -> None:
    """Count nesting and attributes as far as that goes without a parser: enough to spare it what takes it minutes."""
    depth, place = 0, 0
    while match := _TAG.search(text, place):
        place = match.end()
        if match[1]:
            end = text.find("-->", place)
            place = len(text) if end < 0 else end
            continue
        name = match[3].lower()
        if match[2]:
            depth -= name not in _UNNESTED and depth > 0
            continue
        place = _count_attributes(text, place, where)
        if name in _RAW:
            place = _end_of_raw(text, place, name)
        elif name not in _UNNESTED:
            depth += 1
            if depth > _LOOSE_DEPTH:
                raise _beyond("nested too deeply", MAX_DEPTH, "elements inside of each other", where)


def _end_of_raw(text: str, place: int, name: str) -> int:
    end = re.compile(f"</{name}", re.IGNORECASE).search(text, place)
    return len(text) if end is None else end.start()


def _count_attributes(text: str, place: int, where: str) -> int:
    plain = _PLAIN_TAG.match(text, place, place + _SHORT_TAG)
    if plain:
        return plain.end()
    for count, part in enumerate(_ATTRIBUTE.finditer(text, place)):
        if part[0] == ">":
            return part.end()
        if count > 2 * MAX_ATTRIBUTES:
            raise _beyond("an element has too many attributes", MAX_ATTRIBUTES, "", where)
    return len(text)
