"""The numbers that a word processor prints before paragraphs, counted as it counts them (ISO/IEC 29500-1, 17.9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from muniment.sources.html.markers import ItemMarker, counted
from muniment.sources.html.rendering import NOT_TEXT
from muniment.sources.labels import parse_label

LEVELS: Final = 10
INDENT: Final = 2
"""Columns of a level of a list, for the rules of ids."""
_PLACE: Final = re.compile(r"%(10|[1-9])")
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_LONGEST: Final = 40  # characters of a label
_STYLES: Final = {
    "decimal": "1", "lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I", "a": "a", "A": "A",
}  # fmt: skip
_RUSSIAN: Final = "абвгдежзиклмнопрстуфхцчшщыэюя"
_REPEATED: Final = {
    # Behind the last letter comes the first one twice, then the second: aa, bb.
    "lowerLetter": "abcdefghijklmnopqrstuvwxyz",
    "russianLower": _RUSSIAN,
    "upperLetter": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "russianUpper": _RUSSIAN.upper(),
}
_SERIES: Final = {"а": _RUSSIAN, "А": _RUSSIAN.upper()}
"""Letters behind whose last one comes the first one with each: aa, ab."""


@dataclass(frozen=True, slots=True)
class NumberLevel:
    """One level of a list.

    Attributes:
        form: ``decimal``, ``lowerLetter``, ``upperRoman``, ``bullet``, ``none`` …; digits: so many places.
        text: What is printed, with ``%1`` for the number of the first level.
        start: The first number.
        restart: The level that lets it begin anew, counted from 1; 0 for none; None for each above it.
        legal: Whether all numbers in it are printed as digits.
        style: The style of paragraphs that has this level.
    """

    form: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None
    legal: bool = False
    style: str = ""


_NO_LEVEL: Final = NumberLevel()


@dataclass(frozen=True, slots=True)
class NumberedBy:
    """The list of a paragraph, and its place there.

    Attributes:
        family: The lists that count on together.
        number: This one of them.
        level: From 0.
        levels: Its levels.
        starts: Where it begins anew when it is first used, by level.
        value: What this paragraph counts, where it says so itself.
    """

    family: str
    number: str
    level: int
    levels: Mapping[int, NumberLevel]
    starts: Mapping[int, int] = field(default_factory=dict)
    value: int | None = None


class ListCounter:
    """The lists of a document while it is read: what the next paragraph of each counts."""

    def __init__(self) -> None:
        self._lists: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        self.unknown = 0
        """How many numbers are of a form that is not known here; their paragraphs have none."""

    def next(self, by: NumberedBy) -> ItemMarker | None:
        """Count a paragraph, and give what stands before it."""
        values, own = self._lists.setdefault(by.family, {}), by.levels.get(by.level, _NO_LEVEL)
        for above in range(by.level):
            values.setdefault(above, by.levels.get(above, _NO_LEVEL).start)
        anew = by.level in by.starts and (by.number, by.level) not in self._begun
        self._begun.add((by.number, by.level))
        if by.value is not None:
            values[by.level] = by.value
        elif anew:
            values[by.level] = by.starts[by.level]
        else:
            values[by.level] = values[by.level] + 1 if by.level in values else own.start
        for below in range(by.level + 1, LEVELS):
            restart = by.levels.get(below, _NO_LEVEL).restart
            if restart is None or by.level < restart:
                values.pop(below, None)
        return self._marker(own, by.levels, values)

    def _marker(
        self, own: NumberLevel, levels: Mapping[int, NumberLevel], values: Mapping[int, int]
    ) -> ItemMarker | None:
        if own.form in {"bullet", "none"} and (own.form == "bullet" or not _PLACE.search(own.text)):
            text = _one_line(_PRIVATE.sub("•", own.text))[:_LONGEST].rstrip()
            return (ItemMarker(text, None) if own.form == "bullet" else marker_of(text)) if text else None
        numbers: dict[str, str | None] = {}
        for place in _PLACE.findall(own.text):
            level = levels.get(int(place) - 1, _NO_LEVEL)
            form = "decimal" if own.legal and level.form != "none" else level.form
            numbers[place] = _number(values.get(int(place) - 1, level.start), form)
        text = _PLACE.sub(lambda match: numbers[match[1]] or "", _one_line(own.text)).strip()
        if None in numbers.values() or len(text) > _LONGEST:
            self.unknown += 1
            return None
        return marker_of(text) if text else None


def _one_line(text: str) -> str:
    return NOT_TEXT.sub("\ufffd", " ".join(text.split()))


def marker_of(printed: str) -> ItemMarker:
    """Read what is printed before a paragraph by the rules of labels."""
    line = f"{printed} Words"
    label = parse_label(line, 0, len(line))
    return ItemMarker(printed, label if label is not None and label.end == len(printed) else None)


def _number(value: int, form: str) -> str | None:
    """Write a number; None where the form is not known."""
    if form in {"none", "bullet"}:
        return ""
    if form == "decimalZero":
        return f"{value:02d}"
    if form.isdecimal():
        return f"{value:0{len(form)}d}"
    letters = _REPEATED.get(form)
    if letters is not None and value > 0:
        times, place = divmod(value - 1, len(letters))
        return letters[place] * (times + 1) if times < _LONGEST else None
    if form in _SERIES and value > 0:
        return _series(value, _SERIES[form])
    style = _STYLES.get(form)
    return None if style is None else counted(value, style)[0]


def _series(value: int, letters: str) -> str:
    words = ""
    while value:
        value, place = divmod(value - 1, len(letters))
        # Only the first letter of a name of more than one is a capital.
        words = letters[place] + (words.lower() if words else "")
    return words
