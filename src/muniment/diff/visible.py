"""Archived text made safe and visible for a terminal.

Archived text is hostile: it may hold terminal escapes and bidi controls that would rewrite what the reader sees.  Such
characters are always shown by code point and name, never sent raw.  Inside a changed segment every invisible
character is named, because there it may be the whole change.  What the text itself holds of our own marks gets a
backslash, so that no archived text can pretend to be a change.
"""

from __future__ import annotations

import re
import unicodedata

# Controls have no name in the Unicode data; these are the formal aliases of those that texts hold.
_CONTROL_NAMES = {
    "\t": "CHARACTER TABULATION",
    "\n": "LINE FEED",
    "\v": "LINE TABULATION",
    "\f": "FORM FEED",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
    "\x85": "NEXT LINE",
}
_ALWAYS_NAMED = frozenset(("Cc", "Cs", "Co", "Cn", "Zl", "Zp"))
# What shows nothing, and what hides text; ZWJ, ZWNJ and the soft hyphen stay where nothing changed: words need them.
_HIDDEN = frozenset("\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\ufff9\ufffa\ufffb") | frozenset(
    map(chr, (*range(0x206A, 0x2070), *range(0xE0000, 0xE0080)))
)
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters and fillers that print as blank.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# A mark of ours in the text itself, also one that would arise where the text meets our own mark.
_MARKS = re.compile(r"\\|⟨|[\[{](?=[-+]|\Z)|(?:(?<=[-+])|\A)[\]}]")


def name_character(character: str) -> str:
    """Code point and name between angle brackets: ``⟨U+00A0 NO-BREAK SPACE⟩``."""
    name = unicodedata.name(character, "") or _CONTROL_NAMES.get(character, "UNNAMED")
    return f"⟨U+{ord(character):04X} {name}⟩"


def show_kept(text: str) -> str:
    """Text that did not change: control, bidi and hidden characters named, our marks escaped; line feeds stay."""
    return "".join([_kept(character) for character in _escape_marks(text)])


def show_changed(text: str, *, exact: bool = False) -> str:
    """Text of a changed segment, with every invisible character named and our marks escaped.

    Args:
        text: The segment.
        exact: The change is a typographic one: name combining marks and uncommon dashes too, which look like others.
    """
    blank = text.isspace()
    shown: list[str] = []
    for before, character in zip(" " + text, _escape_pairs(text), strict=False):
        bare = character[-1]
        doubled = bare == " " and (blank or (before == " " and len(shown) > 0))
        named = doubled or _is_invisible(bare) or (exact and _looks_alike(bare))
        shown.append(name_character(bare) if named else character)
    return "".join(shown)


def _escape_marks(text: str) -> str:
    return _MARKS.sub(lambda match: "\\" + match[0], text)


def _escape_pairs(text: str) -> list[str]:
    """The characters of a text, those of our marks with their backslash."""
    marked = {match.start() for match in _MARKS.finditer(text)}
    return ["\\" + character if place in marked else character for place, character in enumerate(text)]


def _kept(character: str) -> str:
    if character == "\n" or (character.isascii() and character.isprintable()):
        return character
    hostile = character in _BIDI or character in _HIDDEN or unicodedata.category(character) in _ALWAYS_NAMED
    return name_character(character) if hostile else character


def _is_invisible(character: str) -> bool:
    """Whether nothing, or nothing but white space other than U+0020, is printed."""
    if character == " ":
        return False
    category = unicodedata.category(character)
    if category in _ALWAYS_NAMED or category in ("Cf", "Zs") or character in _BLANK:
        return True
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _looks_alike(character: str) -> bool:
    category = unicodedata.category(character)
    return category == "Mn" or (category == "Pd" and character != "-")
