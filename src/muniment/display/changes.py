"""Archived text made safe and visible for a terminal.

Archived text is hostile: it may hold terminal escapes and bidi controls that would rewrite what the reader sees.  Such
characters are always shown by code point and name, never sent raw; a direction mark is, where it stands beside a
right-to-left letter, as it does in honest Arabic and Hebrew.  Inside a changed segment every invisible character is
named, because there it may be the whole change, unless the same ones stand on both sides.  What the text itself holds
of our own marks gets a backslash, so that no archived text can pretend to be a change.
"""

from __future__ import annotations

import re
import unicodedata

import regex

from muniment.display import name_character

_ALWAYS_NAMED = frozenset(("Cc", "Cs", "Co", "Cn", "Zl", "Zp"))
# Embeddings, overrides and isolates (UAX #9, 2.1, 2.2, 2.4) turn the order of whole runs.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Implicit marks (UAX #9, 2.6) stand for one letter without a shape: beside right-to-left letters they are spelling.
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f")
NEAR = 50
"""So many characters beside a segment are looked at for the letter that a direction mark belongs to."""

_JOINERS = frozenset("\u200c\u200d")
RIGHT_TO_LEFT_LETTER = regex.compile(r"[\p{bc=R}\p{bc=AL}--[\u061c\u200f]]", regex.V1)
"""A letter of a script that is written from right to left (UAX #9, types R and AL)."""
# What shows nothing, and what hides text; ZWJ, ZWNJ and the soft hyphen stay where nothing changed: words need them.
_HIDDEN = frozenset("\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\ufff9\ufffa\ufffb") | frozenset(
    map(chr, (*range(0x206A, 0x2070), *range(0xE0000, 0xE0080)))
)
# Letters and fillers that print as blank.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# What str.isprintable() lets through and is not to be seen, or not as what it is.
_PRINTS_AS_BLANK = re.compile(f"[{''.join(sorted(_BLANK))}\ufe00-\ufe0f\U000e0100-\U000e01ef]|  |\\A \\Z")
# A mark of ours in the text itself, also one that would arise where the text meets our own mark.
_MARKS = re.compile(r"\\|⟨|[\[{](?=[-+]|\Z)|(?:(?<=[-+])|\A)[\]}]")


def show_kept(text: str, *, before: str = "", after: str = "") -> str:
    """Text that did not change, with control, bidi and hidden characters named and our marks escaped; line feeds stay.

    Args:
        text: The segment.
        before: What stands before it in the paragraph, for direction marks at its beginning.
        after: What stands after it.
    """
    escaped = _escape_marks(text)
    if escaped.isprintable():
        return escaped
    spelling = _spelling(escaped, before, after)
    return "".join([c if place in spelling else _kept(c) for place, c in enumerate(escaped)])


def show_changed(text: str, *, exact: bool = False, quiet: bool = False, before: str = "", after: str = "") -> str:
    """Text of a changed segment, with every invisible character named and our marks escaped.

    Args:
        text: The segment.
        exact: The change is a typographic one: name combining marks and uncommon dashes too, which look like others.
        quiet: The change is not one of ``shapers``: leave those that have a letter or sign to shape as they are.
        before: What stands before it in the paragraph, for direction marks at its beginning.
        after: What stands after it.
    """
    named = naming(text, changed=True, exact=exact, quiet=quiet, before=before, after=after)
    if not any(named):
        return _escape_marks(text)
    pairs = zip(escape_pairs(text), named, strict=True)
    return "".join([name_character(pair[-1]) if is_named else pair for pair, is_named in pairs])


def naming(
    text: str, *, changed: bool, exact: bool = False, quiet: bool = False, before: str = "", after: str = ""
) -> list[bool]:
    """Which characters of a text to show by name; for views that escape in their own way.

    Args:
        text: A segment.
        changed: Whether it changed: ``show_changed`` says what is named then, else ``show_kept``.
        exact: As for ``show_changed``, like what follows.
        quiet: The same.
        before: The same.
        after: The same.
    """
    if not changed:
        if text.isascii() and text.replace("\n", "").isprintable():
            return [False] * len(text)
        spelling = frozenset() if text.isprintable() else _spelling(text, before, after)
        return [place not in spelling and _is_hostile(character) for place, character in enumerate(text)]
    if not exact and text.isprintable() and not _PRINTS_AS_BLANK.search(text):
        return [False] * len(text)
    blank = text.isspace()
    spelling = _spelling(text, before, after) | _shaping(text) if quiet else frozenset()
    named = []
    for place, character in enumerate(text):
        doubled = character == " " and (blank or (place > 0 and text[place - 1] == " "))
        shows_not = doubled or _is_invisible(character) or (exact and _looks_alike(character))
        named.append(shows_not and place not in spelling)
    return named


def shapers(text: str) -> str:
    """The joiners, variation selectors and direction marks of a text: what shapes the letters and signs around it."""
    if text.isascii():
        return ""
    return "".join([c for c in text if c in _JOINERS or c in _DIRECTION_MARKS or _is_selector(c)])


def _spelling(text: str, before: str, after: str) -> frozenset[int]:
    """Places of direction marks whose nearest letter on either side is a right-to-left one."""
    if _DIRECTION_MARKS.isdisjoint(text):
        return frozenset()
    before = before[-NEAR:]
    whole = before + text + after[:NEAR]
    found = set()
    for places in (range(len(whole)), reversed(range(len(whole)))):
        beside = False
        for place in places:
            character = whole[place]
            if character not in _DIRECTION_MARKS:
                letter = bool(RIGHT_TO_LEFT_LETTER.match(character))
                beside = letter or (beside and unicodedata.bidirectional(character) != "L")
            elif beside:
                found.add(place - len(before))
    return frozenset(found)


def _shaping(text: str) -> frozenset[int]:
    """Places of joiners and variation selectors right after a letter or sign."""
    places = [place for place, c in enumerate(text) if place and (c in _JOINERS or _is_selector(c))]
    return frozenset(place for place in places if text[place - 1] != " " and not _is_invisible(text[place - 1]))


def _escape_marks(text: str) -> str:
    return _MARKS.sub(lambda match: "\\" + match[0], text)


def escape_pairs(text: str) -> list[str]:
    """The characters of a text, those that look like our marks with a backslash."""
    marked = {match.start() for match in _MARKS.finditer(text)}
    return ["\\" + character if place in marked else character for place, character in enumerate(text)]


def _kept(character: str) -> str:
    return name_character(character) if _is_hostile(character) else character


def _is_hostile(character: str) -> bool:
    if character == "\n" or (character.isascii() and character.isprintable()):
        return False
    named = character in _TURNING or character in _DIRECTION_MARKS or character in _HIDDEN
    return named or unicodedata.category(character) in _ALWAYS_NAMED


def _is_invisible(character: str) -> bool:
    """Whether nothing, or nothing but white space other than U+0020, is printed."""
    if character == " ":
        return False
    category = unicodedata.category(character)
    if category in _ALWAYS_NAMED or category in ("Cf", "Zs") or character in _BLANK:
        return True
    return _is_selector(character)


def _is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _looks_alike(character: str) -> bool:
    category = unicodedata.category(character)
    return category == "Mn" or (category == "Pd" and character != "-")
