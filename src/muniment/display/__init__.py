"""The name of a character, for where the eye would miss the character itself.

Characters that must not reach a terminal, in formats that have no escape for them.

The schema of records keeps controls and bidirectional overrides out of titles; this is for whatever it lets through,
and for values that never saw it.  Nothing is dropped: ``\u202e`` stands in the place of the character.
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


def name_character(character: str) -> str:
    """Code point and name between angle brackets: ``⟨U+00A0 NO-BREAK SPACE⟩``."""
    name = unicodedata.name(character, "") or _CONTROL_NAMES.get(character, "UNNAMED")
    return f"⟨U+{ord(character):04X} {name}⟩"


# C0, DEL and C1; separators that some readers take for a line end; what turns the direction of the text around it;
# characters that show nothing; halves of surrogate pairs; tags.  Marks of direction and joiners stay, for scripts that
# need them.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


# Not every character that ``str.split`` takes for white space: a separator in a title is a character of it.
_BLANKS = re.compile("[ \t\r\n\f\v\xa0]+")


def show_hidden(text: str) -> str:
    r"""Show hidden characters as escapes, ``\x1b``, ``\u202e`` and ``\U000e0041``; the result is one line."""
    return _HIDDEN.sub(lambda match: ascii(match[0])[1:-1], text)


def refer_hidden(text: str) -> str:
    """Give hidden characters as references of HTML, as far as it has any (WHATWG HTML, section 13.2.5.80)."""
    return _HIDDEN.sub(_reference, text)


def _reference(match: re.Match[str]) -> str:
    code = ord(match[0])
    legal = code > 0x9F and not 0xD800 <= code <= 0xDFFF
    return f"&#x{code:x};" if legal else show_hidden(match[0])


def fold(text: str) -> str:
    """Make each stretch of blanks and line ends one blank, as in a text that went through a printed page."""
    return _BLANKS.sub(" ", text).strip(" ")
