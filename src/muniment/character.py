"""The name of a character, for where the eye would miss the character itself."""

from __future__ import annotations

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


def name_character(character: str) -> str:
    """Code point and name between angle brackets: ``⟨U+00A0 NO-BREAK SPACE⟩``."""
    name = unicodedata.name(character, "") or _CONTROL_NAMES.get(character, "UNNAMED")
    return f"⟨U+{ord(character):04X} {name}⟩"
