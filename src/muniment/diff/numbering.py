"""Labels that count, and labels that are words; and the numbers of pages, which are neither.

A number that stands in a sequence is only a place: when a clause is put before it, it is renumbered.  A number that
stands alone says something: a date line that began with "5. Mai" and now begins with "6. Mai" was edited.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from muniment.diff.difference import ParagraphLike
from muniment.diff.fold import fold

REACH = 40
"""Paragraphs to either side in which the neighbour of a number is looked for: sub-items and notes stand between."""

MISSING = 1
"""Numbers that may be missing between neighbours, as when a clause was repealed and the others kept theirs."""

LETTERS_APART = 6
"""Code points between neighbouring letters of a list: those of Arabic and Hebrew lists do not follow each other."""

BARE = 40
"""Characters of a bare number at most, its word and marks included."""

LONGEST_PAGE_NUMBER = 100
"""Characters: more than the longest text that is taken for the number of a page, which has 48."""

_DIGITS = re.compile(r"\d+")
_LAST = re.compile(r"[^\W_]+(?=[\W_]*$)")
_ROMAN = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN = frozenset("〇零一二三四五六七八九十百千")
_BARE = re.compile(
    r"[#*\s]*(?:(?:§+|[^\W\d_]{3,12}\.?(?:\s*§)?)\s*(?:\d{1,4}[a-z]?|[IVXLC]{1,7})|[IVXLC]{1,7})[.ºª°)*:]{0,4}"
    rf"|第[\d{''.join(sorted(_HAN))}]{{1,7}}[条條章节節款項项]"
)
_COUNTED = re.compile(rf"\d+|\b[IVXLC]+\b|[{''.join(sorted(_HAN))}]+")
_MARKDOWN = re.compile(r"^#+[ \t]+|[*_\\]+")
_ORDINAL_WORD = re.compile(r"[第条條章节節款项項]")


def is_renumbered(old: Sequence[ParagraphLike], i: int, new: Sequence[ParagraphLike], j: int) -> bool:
    """Whether paragraph ``i`` of one side and ``j`` of the other differ in a label, which counts on both sides.

    Where only the marks of Markdown around a number differ, it is the same one.
    """
    labels = old[i].label, new[j].label
    if same_label(*labels) or same_label(*map(_unmarked, labels)):
        return False
    return in_sequence(old, i) and in_sequence(new, j)


def _unmarked(label: str | None) -> str | None:
    """A label without the marks of a heading or of bold type; one of nothing else stays as it is."""
    bare = label and _MARKDOWN.sub("", label)
    return bare or label


def same_label(old: str | None, new: str | None) -> bool:
    """Whether two labels are the same to a reader."""
    return old == new or (old is not None and new is not None and fold(old) == fold(new))


def in_sequence(paragraphs: Sequence[ParagraphLike], index: int) -> bool:
    """Whether the label of a paragraph has its neighbour in the nearest label of its form, before or after.

    A bullet has it in the paragraph right before or after, with the same bullet.
    """
    label = paragraphs[index].label
    if label is None:
        return False
    form, values = _read(label)
    if not values:
        beside = (paragraphs[k].label for k in (index - 1, index + 1) if 0 <= k < len(paragraphs))
        return any(other is not None and fold(other) == fold(label) for other in beside)
    for step in (-1, 1):
        other = _nearest(paragraphs, index, step, form)
        apart = 1 + MISSING if not label[:1].isalpha() or label.isascii() else LETTERS_APART
        if any(0 < step * (there - here) <= apart for here in values for there in other):
            return True
    return False


def _nearest(paragraphs: Sequence[ParagraphLike], index: int, step: int, form: str) -> frozenset[int]:
    """What the nearest label of a form counts; nothing when there is none within reach."""
    for k in range(1, REACH + 1):
        place = index + step * k
        if not 0 <= place < len(paragraphs):
            break
        label = paragraphs[place].label
        if label is not None:
            there, values = _read(label)
            if there == form:
                return values
    return frozenset()


def _read(label: str) -> tuple[str, frozenset[int]]:
    """The form of a label, and what its last number, letter or numeral may count: ``(i)`` is 1 and the ninth letter."""
    folded = label.casefold().strip()
    match = _LAST.search(folded)
    if match is None:
        return folded, frozenset()
    last = match[0]
    form = f"{folded[: match.start()]}\0{folded[match.end() :]}"
    if last.isdecimal():
        return form, frozenset({int(last)})
    han = "".join(sign for sign in last if sign in _HAN)
    if han:
        around = _ORDINAL_WORD.findall(last)
        return f"{form}{''.join(around)}", frozenset({_han_value(han)})
    values = set()
    if len(last) == 1:
        number = unicodedata.numeric(last, None)
        values.add(ord(last) if number is None else int(number))
    if last.isascii() and _ROMAN.fullmatch(last):
        values.add(_roman_value(last))
    return form, frozenset(values)


def _roman_value(numeral: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in numeral]
    return sum(-here if here < after else here for here, after in pairwise([*values, 0]))


def _han_value(numeral: str) -> int:
    total, digit = 0, 0
    for sign in numeral:
        if sign in _HAN_UNITS:
            total += max(digit, 1) * _HAN_UNITS[sign]
            digit = 0
        else:
            digit = 10 * digit + int(unicodedata.numeric(sign))
    return total + digit


def is_bare_number(paragraph: ParagraphLike) -> bool:
    """Whether a paragraph is nothing but a number with its word, such as ``Article 29``, ``§ 5`` or ``第五条``."""
    return len(paragraph.text) <= BARE and bool(_BARE.fullmatch(paragraph.text))


def same_but_number(old: ParagraphLike, new: ParagraphLike) -> bool:
    """Whether both are bare numbers of one sort, such as ``§ 5`` and ``§ 6``."""
    both = is_bare_number(old) and is_bare_number(new)
    return both and _COUNTED.sub("", fold(old.text)) == _COUNTED.sub("", fold(new.text))


def page_numbers(paragraphs: Sequence[ParagraphLike]) -> frozenset[int]:
    """Where the numbers of pages stand: each alone in its paragraph, one more than the last, and with text between."""
    short = [
        (index, paragraph)
        for index, paragraph in enumerate(paragraphs)
        if paragraph.label is None and len(paragraph.text) <= LONGEST_PAGE_NUMBER
    ]
    if len(short) < 2 or not any(_DIGITS.search(paragraph.text) for _, paragraph in short):
        return frozenset()
    from muniment.sources.lookalikes import PAGE_NUMBER  # noqa: PLC0415 - start-up: it comes with all sources

    found: set[int] = set()
    before: tuple[int, int] | None = None
    for index, paragraph in short:
        if not PAGE_NUMBER.fullmatch(paragraph.text):
            continue
        number = _DIGITS.search(paragraph.text)
        here = index, int(number[0]) if number else 0
        if before is not None and here[1] == before[1] + 1 and index > before[0] + 1:
            found |= {before[0], index}
        before = here
    return frozenset(found)
