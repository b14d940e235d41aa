"""What a paragraph of a Word document has by its style: a heading, a list, hidden (ISO/IEC 29500-1, 17.7 and 17.9)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from muniment.sources.office.counting import NumberedBy, NumberLevel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""The name of the vocabulary."""
_CHOICE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_DEEP: Final = 20  # styles that build on each other
_WORD_LEVELS: Final = 9
_LONGEST_NUMBER: Final = 5  # digits
_OFF: Final = frozenset(("0", "false", "off"))
_ON: Final = frozenset(("1", "true", "on"))


def word_tag(node: Element) -> str:
    """Give the name of an element of that vocabulary, such as ``p``; empty for others."""
    return node.tag[len(WORD) :] if node.tag.startswith(WORD) else ""


def word_children(node: Element | None, name: str) -> Iterator[Element]:
    """Give the elements of a name right below one."""
    return iter(() if node is None else node.findall(f"{WORD}{name}"))


def word_child(node: Element | None, *path: str) -> Element | None:
    """Give the first element on a path below one."""
    for name in path:
        node = None if node is None else node.find(f"{WORD}{name}")
    return node


def word_value(node: Element | None, name: str = "val", default: str = "") -> str:
    """Give an attribute of that vocabulary."""
    return default if node is None else node.get(f"{WORD}{name}", default)


def is_on(node: Element | None) -> bool:
    """Whether a property that is on or off is there and on."""
    return node is not None and word_value(node, default="1") not in _OFF


def whole(text: str, default: int = 0) -> int:
    """Read a number of a document; what is none, or is absurd, is the default."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else default


class WordStyles:
    """The styles and lists of a document."""

    def __init__(self, styles: Element | None, numbering: Element | None) -> None:
        self._styles = {word_value(style, "styleId"): style for style in word_children(styles, "style")}
        self._default = next(
            (
                name
                for name, style in self._styles.items()
                if word_value(style, "type") == "paragraph" and word_value(style, "default") in _ON
            ),
            "",
        )
        self._abstract = {word_value(node, "abstractNumId"): node for node in word_children(numbering, "abstractNum")}
        self._numbers = {word_value(node, "numId"): node for node in word_children(numbering, "num")}
        self._chains: dict[str, tuple[Element, ...]] = {}
        self._vanished: dict[tuple[str, str], bool] = {}
        self._read: dict[str, tuple[str, dict[int, NumberLevel], dict[int, int]]] = {}

    def _chain(self, name: str) -> tuple[Element, ...]:
        """A style and those it builds on."""
        if name not in self._chains:
            found: list[Element] = []
            own = self._styles.get(name)
            while own is not None and len(found) < _DEEP:
                found.append(own)
                own = self._styles.get(word_value(word_child(own, "basedOn")))
            self._chains[name] = tuple(found)
        return self._chains[name]

    def _of_paragraph(self, properties: Element | None) -> tuple[Element, ...]:
        return self._chain(word_value(word_child(properties, "pStyle"), default=self._default))

    def is_heading(self, properties: Element | None) -> bool:
        """Whether a paragraph is a heading: by its level in the outline, or by the style of a heading or a title."""
        styles = self._of_paragraph(properties)
        for node in (properties, *(word_child(style, "pPr") for style in styles)):
            level = word_child(node, "outlineLvl")
            if level is not None:
                return whole(word_value(level), _WORD_LEVELS) < _WORD_LEVELS
        names = [word_value(word_child(style, "name")).lower() for style in styles]
        return "title" in names[:1] or any(name.startswith("heading ") for name in names)

    def is_title(self, properties: Element | None) -> bool:
        """Whether a paragraph is in the style of the title."""
        style = next(iter(self._of_paragraph(properties)), None)
        return word_value(word_child(style, "name")).lower() == "title"

    def is_hidden(self, run: Element, properties: Element | None) -> bool:
        """Whether letters are hidden: by themselves, by their style, or by that of their paragraph."""
        letters = word_child(run, "rPr")
        own = word_child(letters, "vanish")
        if own is not None:
            return is_on(own)
        names = (
            word_value(word_child(letters, "rStyle")),
            word_value(word_child(properties, "pStyle"), default=self._default),
        )
        if names not in self._vanished:
            vanish = (word_child(style, "rPr", "vanish") for name in names for style in self._chain(name))
            self._vanished[names] = is_on(next((each for each in vanish if each is not None), None))
        return self._vanished[names]

    def list_of(self, properties: Element | None) -> NumberedBy | None:
        """Give the list of a paragraph, by itself or by its style; None where it is in none."""
        number, level = "", -1
        styles = self._of_paragraph(properties)
        for node in (properties, *(word_child(style, "pPr") for style in styles)):
            own = word_child(node, "numPr")
            if own is None:
                continue
            if level < 0 and word_child(own, "ilvl") is not None:
                level = whole(word_value(word_child(own, "ilvl")))
            number = number or word_value(word_child(own, "numId"))
        if number not in self._numbers or number == "0":
            return None
        family, levels, starts = self._levels(number)
        if level < 0:
            names = {word_value(style, "styleId") for style in styles}
            level = next((place for place, each in levels.items() if each.style and each.style in names), 0)
        return NumberedBy(family, number, level, levels, starts) if level < _WORD_LEVELS else None

    def _levels(self, number: str) -> tuple[str, dict[int, NumberLevel], dict[int, int]]:
        if number not in self._read:
            self._read[number] = self._levels_of(self._numbers[number])
        return self._read[number]

    def _levels_of(self, node: Element) -> tuple[str, dict[int, NumberLevel], dict[int, int]]:
        family = word_value(word_child(node, "abstractNumId"))
        abstract = self._abstract.get(family)
        for _ in range(_DEEP):  # the list of a style
            style = self._styles.get(word_value(word_child(abstract, "numStyleLink")))
            other = self._numbers.get(word_value(word_child(style, "pPr", "numPr", "numId")))
            if other is None:
                break
            family = word_value(word_child(other, "abstractNumId"))
            abstract = self._abstract.get(family)
        levels = {whole(word_value(each, "ilvl")): _level(each) for each in word_children(abstract, "lvl")}
        starts: dict[int, int] = {}
        for override in word_children(node, "lvlOverride"):
            place = whole(word_value(override, "ilvl"))
            own = word_child(override, "lvl")
            if own is not None:
                levels[place] = _level(own)
            start = word_child(override, "startOverride")
            if start is not None:
                starts[place] = whole(word_value(start), 1)
                levels[place] = replace(levels.get(place, NumberLevel()), start=starts[place])
        return family, levels, starts


def _level(node: Element) -> NumberLevel:
    restart = word_child(node, "lvlRestart")
    return NumberLevel(
        form=_form(node),
        text=word_value(word_child(node, "lvlText")),
        start=whole(word_value(word_child(node, "start")), 0),
        restart=None if restart is None else whole(word_value(restart)),
        legal=is_on(word_child(node, "isLgl")),
        style=word_value(word_child(node, "pStyle")),
    )


def _form(level: Element) -> str:
    """How a level is counted; the newer forms, such as ``001, 002``, stand among alternatives."""
    own = word_child(level, "numFmt")
    choices = [node for node in level if node.tag == _CHOICE]
    if own is None and choices:
        own = next((found for branch in choices[0] for found in word_children(branch, "numFmt")), None)
    form = word_value(own, default="decimal")
    if form != "custom":
        return form
    first = word_value(own, "format").partition(",")[0].strip()
    return first if first.isascii() and first.isdecimal() else form
