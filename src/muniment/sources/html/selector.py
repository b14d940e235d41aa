"""CSS selectors that name parts of a page: those that keepers of archives use, and no others.

Type, ``*``, ``#id``, ``.class``, ``[a]``, ``[a=v]`` with ``~ ^ $ * |``, ``:nth-child(n)``, ``:nth-of-type(n)``,
``:first-child``, ``:last-child``; the combinators blank, ``>``, ``+`` and ``~``; and lists with commas (Selectors Level
4, as far as it goes).  Names of elements and attributes are in lower case, as in HTML; values are compared as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from muniment.errors import SourceError
from muniment.sources.html.element_index import ElementIndex, words_of
from muniment.sources.html.elements import PageElement, children_of

Test = Callable[[PageElement], bool]


class Compound(NamedTuple):
    """What an element must be.

    Attributes:
        combinator: What stands before it; empty for the first one.
        tests: All must hold.
        key: A tag, a class with a full stop, or an id with a number sign that it must have; empty for none.
    """

    combinator: str
    tests: tuple[Test, ...]
    key: str


Complex = tuple[Compound, ...]
"""Compounds from the last one to the first."""

_NAME: Final = r"(?:[\w-]|[^\x00-\x7f]|\\.)+"
_SIMPLE: Final = re.compile(
    rf"(?P<any>\*)|(?P<type>{_NAME})|#(?P<id>{_NAME})|\.(?P<class>{_NAME})"
    rf"|\[\s*(?P<attribute>{_NAME})\s*(?:(?P<op>[~^$*|]?=)\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>{_NAME}))\s*)?\]"
    r"|:(?P<nth>nth-child|nth-of-type)\(\s*(?P<number>[0-9]{1,6})\s*\)|:(?P<end>first-child|last-child)"
)
_COMBINATOR: Final = re.compile(r"\s*([>+~])\s*|\s+")
_COMMA: Final = re.compile(r"\s*,\s*")
_ESCAPE: Final = re.compile(r"\\(.)")
_LONGEST: Final = 1000  # characters, by the schema of records


def parse_selector(text: str) -> tuple[Complex, ...]:
    """Read a selector, or several with commas.

    Raises:
        SourceError: It is none, or one of a form that is not known here.
    """
    source, place = text.strip(), 0
    found: list[Complex] = []
    parts: list[Compound] = []
    combinator = ""
    while len(source) <= _LONGEST:
        tests, key, place = _compound(source, place)
        if not tests:
            break
        parts.append(Compound(combinator, tests, key))
        comma, between = _COMMA.match(source, place), _COMBINATOR.match(source, place)
        if comma or place == len(source):
            found.append(tuple(reversed(parts)))
            parts, combinator = [], ""
            if comma is None:
                return tuple(found)
            place = comma.end()
        elif between:
            combinator, place = between[1] or " ", between.end()
        else:
            break
    raise SourceError(
        "not a selector that is known here",
        where=text[:80],
        expected="such as main, #text, .release > p, div[role=main] or li:nth-child(2)",
        found=repr(source[place : place + 20]) if len(source) <= _LONGEST else f"{len(source)} characters",
    )


def find_all(index: ElementIndex, selectors: tuple[Complex, ...]) -> Iterator[PageElement]:
    """Give the elements that a selector names, in the order of the document."""
    if len(selectors) == 1:
        selector = selectors[0]
        return (node for node in _having(index, selector[0].key) if _matches(node, selector))
    return (node for node in index.elements if any(_matches(node, selector) for selector in selectors))


def _having(index: ElementIndex, key: str) -> Sequence[PageElement]:
    if not key:
        return index.elements
    named = {".": index.with_class, "#": index.with_id}.get(key[0])
    return index.with_tag(key) if named is None else named(key[1:])


def _compound(source: str, place: int) -> tuple[tuple[Test, ...], str, int]:
    tests: list[Test] = []
    key = ""
    while match := _SIMPLE.match(source, place):
        if tests and (match["type"] or match["any"]):
            break
        tests.append(_test(match))
        sign, name = ("#", match["id"]) if match["id"] else (".", match["class"])
        if name:
            key = sign + _plain(name)
        elif match["type"]:
            key = _plain(match["type"]).lower()
        place = match.end()
    return tuple(tests), key, place


def _plain(name: str) -> str:
    return _ESCAPE.sub(r"\1", name)


def _test(match: re.Match[str]) -> Test:
    """Make the test of one part of a compound."""
    for kind in ("type", "id", "class"):
        if match[kind]:
            return _NAMED[kind](_plain(match[kind]))
    if match["attribute"]:
        return _attribute_test(match)
    if match["nth"]:
        number, same = int(match["number"]), match["nth"] == "nth-of-type"
        return lambda node: _place(node, same=same) == number
    if match["end"] == "last-child":
        return lambda node: node.parent is not None and _siblings(node)[-1] is node
    return (lambda node: _place(node, same=False) == 1) if match["end"] else (lambda _: True)


_NAMED: Final[dict[str, Callable[[str], Test]]] = {
    "type": lambda name: lambda node: node.tag == name.lower(),
    "id": lambda name: lambda node: node.attributes.get("id") == name,
    "class": lambda name: lambda node: name in words_of(node.attributes.get("class", "")),
}


def _attribute_test(match: re.Match[str]) -> Test:
    name, operator = _plain(match["attribute"]).lower(), match["op"]
    if operator is None:
        return lambda node: name in node.attributes
    value = match["double"] if match["double"] is not None else match["single"]
    value = _plain(match["bare"]) if value is None else _plain(value)
    compare = _COMPARED[operator]
    return lambda node: name in node.attributes and compare(node.attributes[name], value)


_COMPARED: Final[dict[str, Callable[[str, str], bool]]] = {
    "=": lambda actual, value: actual == value,
    "~=": lambda actual, value: value in words_of(actual),
    "^=": lambda actual, value: bool(value) and actual.startswith(value),
    "$=": lambda actual, value: bool(value) and actual.endswith(value),
    "*=": lambda actual, value: bool(value) and value in actual,
    "|=": lambda actual, value: actual == value or actual.startswith(f"{value}-"),
}


def _siblings(node: PageElement) -> list[PageElement]:
    return [] if node.parent is None else children_of(node.parent)


def _place(node: PageElement, *, same: bool) -> int:
    """The place of an element among its siblings, or among those of its name; 0 for the root."""
    count = 0
    for child in _siblings(node):
        count += child.tag == node.tag or not same
        if child is node:
            return count
    return 0


def _matches(node: PageElement, selector: Complex) -> bool:
    """Whether an element is what the last compound names, and stands to others as the rest says."""
    if not all(test(node) for test in selector[0].tests):
        return False
    if len(selector) == 1:
        return True
    pending = [(node, 0)]
    tried: set[tuple[int, int]] = set()
    while pending:
        here, index = pending.pop()
        if (id(here), index) in tried:
            continue
        tried.add((id(here), index))
        if not all(test(here) for test in selector[index].tests):
            continue
        if index + 1 == len(selector):
            return True
        pending.extend((other, index + 1) for other in _related(here, selector[index].combinator))
    return False


def _related(node: PageElement, combinator: str) -> Iterator[PageElement]:
    """The elements that may stand before a combinator."""
    if combinator in {" ", ">"}:
        above = node.parent
        while above is not None:
            yield above
            above = above.parent if combinator == " " else None
        return
    siblings = _siblings(node)
    before = siblings[: next((at for at, each in enumerate(siblings) if each is node), 0)]
    yield from reversed(before[-1:] if combinator == "+" else before)
