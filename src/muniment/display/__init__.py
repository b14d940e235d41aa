"""Which characters must not reach a reader's eye as they are, and what is shown instead.

- ``changes``: archived text in a comparison, made safe and visible
- ``columns``: prose of the files that are handed out, 80 columns wide
- ``frozen``: archived text inside a snapshot, where each word is part of the format
"""

from __future__ import annotations

import json
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


# C0, DEL and C1; line and paragraph separator; bidirectional embeddings, overrides and isolates; characters that show
# nothing; tags; halves of surrogate pairs.  ZWJ, ZWNJ, LRM and RLM stay: scripts and emoji need them.
_UNSAFE = (
    "\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f"
)
_UNSAFE_ONE = re.compile(f"[{_UNSAFE}]")
_UNSAFE_IN_LINES = re.compile(f"(?!\n)[{_UNSAFE}]")
# What changes nothing to the eye: soft hyphen, other spaces, joiners and marks of direction.
_UNSAFE_OR_UNSEEN = re.compile(f"[{_UNSAFE}\xa0\xad\u034f\u061c\u180e\u2000-\u200f\u202f\u205f\u3000]")


def plain(text: str) -> str:
    r"""Escape what is unsafe, as ``\x1b``, ``\u202e``, ``\U000e0041``; line ends and tabs too, so it is one line."""
    return _UNSAFE_ONE.sub(_escape, text)


def plain_lines(text: str) -> str:
    """Escape what is unsafe, but keep line feeds and show a tab as one space."""
    return _UNSAFE_IN_LINES.sub(_escape, text.replace("\t", " "))


def cells_apart(text: str) -> str:
    """Show the cells of a row of a table apart, which tabs divide: one blank would look like one between words."""
    return text.replace("\t", " | ")


def visible(text: str) -> str:
    """Escape what is unsafe, and also every character that the eye would miss or take for a space."""
    return _UNSAFE_OR_UNSEEN.sub(_escape, text)


def escape_json(text: str) -> str:
    """Escape what is unsafe in JSON text, line feeds between members apart; the value stays the same."""
    return _UNSAFE_IN_LINES.sub(lambda match: json.dumps(match[0])[1:-1].replace("\x7f", "\\u007f"), text)


def refer_hidden(text: str) -> str:
    """Give what is unsafe as references of HTML, as far as it has any (WHATWG HTML, section 13.2.5.80)."""
    return _UNSAFE_ONE.sub(_reference, text)


def _escape(match: re.Match[str]) -> str:
    return ascii(match[0])[1:-1]


def _reference(match: re.Match[str]) -> str:
    code = ord(match[0])
    legal = code > 0x9F and not 0xD800 <= code <= 0xDFFF
    return f"&#x{code:x};" if legal else _escape(match)
