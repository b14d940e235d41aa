"""CSS selectors that name parts of a page: those that keepers of archives use, and no others.

Type, ``*``, ``#id``, ``.class``, ``[a]``, ``[a=v]`` with ``~ ^ $ * |``, ``:nth-child(n)``, ``:nth-of-type(n)``,
``:first-child``, ``:last-child``; the combinators blank, ``>``, ``+`` and ``~``; and lists with commas (Selectors Level
4, as far as it goes).  Names of elements and attributes are in lower case, as in HTML; values are compared as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from muniment.errors import SourceError
from muniment.sources.html.elements import PageElement, children_of

Test = Callable[[PageElement], bool]
Complex = tuple[tuple[str, tuple[Test, ...]], ...]
"""Compounds from the last one to the first, each with the combinator that stands before it; empty for the first."""

_NAME: Final = r"(?:[\w-]|[^\x00-\x7f]|\\.)+"
_SIMPLE: Final = re.compile(
    rf"(?P<any>\*)|(?P<type>{_NAME})|#(?P<id>{_NAME})|\.(?P<class>{_NAME})"
    rf"|\[\s*(?P<attribute>{_NAME})\s*(?:(?P<op>[~^$*|]?=)\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>{_NAME}))\s*)?\]"
    r"|:(?P<nth>nth-child|nth-of-type)\(\s*(?P<number>[0-9]{1,6})\s*\)|:(?P<end>first-child|last-child)"
)
_COMBINATOR: Final = re.compile(r"\s*([>+~])\s*|\s+")
_COMMA: Final = re.compile(r"\s*,\s*")
_SPACE: Final = re.compile("[\t\n\f\r ]+")
_ESCAPE: Final = re.compile(r"\\(.)")
_LONGEST: Final = 1000  # characters, by the schema of records


def parse_selector(text: str) -> tuple[Complex, ...]:
    """Read a selector, or several with commas.

    Raises:
        SourceError: It is none, or one of a form that is not known here.
    """
    source, place = text.strip(), 0
    found: list[Complex] = []
    parts: list[tuple[str, tuple[Test, ...]]] = []
    combinator = ""
    while len(source) <= _LONGEST:
        tests, place = _compound(source, place)
        if not tests:
            break
        parts.append((combinator, tests))
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


def find_all(root: PageElement, selectors: tuple[Complex, ...]) -> Iterator[PageElement]:
    """Give the elements that a selector names, in the order of the document."""
    return (node for node in root.elements() if any(_matches(node, selector) for selector in selectors))


def _compound(source: str, place: int) -> tuple[tuple[Test, ...], int]:
    tests: list[Test] = []
    while match := _SIMPLE.match(source, place):
        if tests and (match["type"] or match["any"]):
            break
        tests.append(_test(match))
        place = match.end()
    return tuple(tests), place


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
    "class": lambda name: lambda node: name in _words(node.attributes.get("class", "")),
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
    "~=": lambda actual, value: value in _words(actual),
    "^=": lambda actual, value: bool(value) and actual.startswith(value),
    "$=": lambda actual, value: bool(value) and actual.endswith(value),
    "*=": lambda actual, value: bool(value) and value in actual,
    "|=": lambda actual, value: actual == value or actual.startswith(f"{value}-"),
}


def _words(value: str) -> list[str]:
    """The words of an attribute, parted by the white space of HTML and no other."""
    return _SPACE.split(value.strip("\t\n\f\r "))


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
    pending = [(node, 0)]
    tried: set[tuple[int, int]] = set()
    while pending:
        here, index = pending.pop()
        if (id(here), index) in tried:
            continue
        tried.add((id(here), index))
        combinator, tests = selector[index]
        if not all(test(here) for test in tests):
            continue
        if index + 1 == len(selector):
            return True
        pending.extend((other, index + 1) for other in _related(here, combinator))
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
