"""Words without their dress: what is left of a text when signs, blanks, case and ligatures are not looked at.

A citation that went through a word processor, a printed page or a mail has other quotation marks, dashes, blanks and
breaks than the one that was written.  Two texts with the same letters say the same; which signs differ is told beside.
Letters, marks on them, digits and symbols count, and that two numbers are two.  Nothing here backtracks: each function
goes through a text once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import category, normalize

from muniment.display import plain

_DOUBLE, _SINGLE, _DASHES = "“”„‟«»‹›″＂〝〞", "‘’‚‛′＇", "‐‑‒–—―−﹘﹣－"
_BLANKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_PLAIN = str.maketrans(
    {
        **dict.fromkeys(_DOUBLE, '"'),
        **dict.fromkeys(_SINGLE, "'"),
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_BLANKS, " "),
        **{chr(letter): chr(letter + 32) for letter in range(ord("A"), ord("Z") + 1)},
    }
)
# What shows nothing, as it is and as the citation shows it.
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|"
    r"\\u(?:200b|202[a-e]|206[0-9a-f]|feff)"
)
# Not every character that ``str.split`` takes for white space: a separator in a title is a character of it.
_STRETCH = re.compile("[ \t\r\n\f\v\xa0]+")
_COUNTED = frozenset("%‰&@#§")
"""Punctuation by its category, and words by its use."""


def collapse(text: str) -> str:
    """Make each stretch of blanks and line ends one blank, as in a text that went through a printed page."""
    return _STRETCH.sub(" ", text).strip(" ")


def plainly(text: str) -> str:
    """Give a text of the same length with straight quotation marks, hyphens and blanks, its ASCII letters small."""
    return text.translate(_PLAIN)


@dataclass(frozen=True, slots=True)
class Letters:
    """A text and what counts of it.

    Attributes:
        whole: The text, with hidden characters shown.
        text: The same without those that show nothing.
        plain: What counts of it; a blank separates two numbers.
        places: Where in ``text`` each character of ``plain`` comes from.
    """

    whole: str
    text: str
    plain: str
    places: list[int]


def letters_of(text: str) -> Letters:
    """Take from a text what counts in a comparison."""
    whole = plain(text)
    seen = _UNSEEN.sub("", whole)
    pairs = list(_counted(seen))
    return Letters(whole, seen, "".join(letter for letter, _ in pairs), [place for _, place in pairs])


def _counted(text: str) -> Iterator[tuple[str, int]]:
    number, parted = False, False
    for place, sign in enumerate(text):
        letters = _letters(sign)
        if not letters:
            parted = True
            continue
        if number and parted and letters[0].isdigit():
            yield " ", place
        for letter in letters:
            yield letter, place
        number, parted = letters[-1].isdigit(), False


def _letters(sign: str) -> str:
    if sign.isascii():
        return sign.lower() if sign.isalnum() or sign in "%&@#$+=<>|~" else ""
    return "".join(part for part in normalize("NFKD", sign).casefold() if _counts(part))


def _counts(sign: str) -> bool:
    kind = category(sign)
    if sign in _DASHES or kind == "Sk":
        return False
    return kind[0] in "LNMS" or sign in _COUNTED


def same_letters(one: str, other: str) -> bool:
    """Whether two texts have the same letters."""
    return letters_of(one).plain == letters_of(other).plain


def same_name(one: str, other: str) -> bool:
    """Whether two identifiers are the same but for blanks, the shape of hyphens, and case."""
    return not _spellings(one).isdisjoint(_spellings(other))


def count_name(text: str, name: str) -> int:
    """Say how often an identifier stands in a text, over the ends of lines too."""
    return max(spelt.count(wanted) for spelt in _spellings(text) for wanted in _spellings(name))


def _spellings(text: str) -> set[str]:
    """An identifier in one piece: a hyphen before a line break may be its own, or that of the printer."""
    plain = plainly(_UNSEEN.sub("", text))
    return {plain.replace(" ", ""), plain.replace("- ", "").replace(" ", "")}
