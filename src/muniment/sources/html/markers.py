"""What a browser prints before the items of a list: numbers, letters and bullets (HTML Standard, section 4.4.8)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from muniment.sources.label import FIRM, Label

if TYPE_CHECKING:
    from muniment.sources.html.elements import PageElement

LISTS: Final = frozenset(("ol", "ul", "menu"))
_INTEGER: Final = re.compile(r"[\t\n\f\r ]*([+-]?[0-9]{1,9})")  # rules for parsing integers, section 2.3.4.1
_STYLES: Final = frozenset("1aAiI")
_ROMAN: Final = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
    *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MOST_ROMAN: Final = 3999
_LONGEST_NAME: Final = 12  # characters of an id


class ItemMarker(NamedTuple):
    """What stands before an item.

    Attributes:
        printed: As the browser prints it: ``4.``, ``b.``, ``•``.
        label: The same as the rules of ids read it; None for what gives no id.
    """

    printed: str
    label: Label | None


BULLET: Final = ItemMarker("•", None)


class ListState:
    """A list while it is read: what its next item counts."""

    __slots__ = ("ordered", "step", "style", "value")

    def __init__(self, node: PageElement) -> None:
        self.ordered = node.tag == "ol"
        self.step = -1 if self.ordered and "reversed" in node.attributes else 1
        self.style = node.attributes.get("type", "1")
        start = _integer(node.attributes.get("start", ""))
        if start is None:
            start = _count_items(node) if self.step < 0 else 1
        self.value = start

    def next(self, item: PageElement) -> ItemMarker:
        """Give what stands before the next item."""
        if not self.ordered:
            return BULLET
        own = _integer(item.attributes.get("value", ""))
        value = self.value if own is None else own
        self.value = value + self.step
        style = item.attributes.get("type", self.style)
        return _marker(value, style if style in _STYLES else "1")


def _integer(text: str) -> int | None:
    match = _INTEGER.match(text)
    return int(match[1]) if match else None


def _count_items(node: PageElement) -> int:
    """How many items a list has of its own, without those of lists inside of it and those that are hidden."""
    count = 0
    pending = [child for child in node.children if not isinstance(child, str)]
    while pending:
        child = pending.pop()
        if child.tag in LISTS or "hidden" in child.attributes:
            continue
        count += child.tag == "li"
        pending.extend(each for each in child.children if not isinstance(each, str))
    return count


def _marker(value: int, style: str) -> ItemMarker:
    words, family = counted(value, style)
    if value < 0 or len(words) > _LONGEST_NAME:
        return ItemMarker(f"{words}.", None)
    if not family:
        return ItemMarker(f"{words}.", Label(0, ".", words, ((".", (value,)),), "number", FIRM))
    form = "A." if style.isupper() else "a."
    return ItemMarker(f"{words}.", Label(0, form, words.lower(), ((f"{form} {family}", (value,)),), "letter", FIRM))


def counted(value: int, style: str) -> tuple[str, str]:
    """A number as a style writes it, and its way of counting; digits where the style has no sign for it (CSS Lists)."""
    if style in "aA" and value > 0:
        letters = ""
        while value:
            value, place = divmod(value - 1, 26)
            letters = chr(ord("a") + place) + letters
        return (letters.upper() if style == "A" else letters), "latin"
    if style in "iI" and 0 < value <= _MOST_ROMAN:
        numeral = ""
        for worth, sign in _ROMAN:
            numeral += sign * (value // worth)
            value %= worth
        return (numeral.upper() if style == "I" else numeral), "roman"
    return str(value), ""
