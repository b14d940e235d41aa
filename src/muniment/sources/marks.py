"""What counts as a letter, as blank, and as the end of a sentence: tables that never grow.

The same bytes must give the same paragraphs for ever, and the tables behind ``str.isalpha`` grow with each version of
Unicode, and so of Python.  Hence ranges of code points: whole blocks of scripts, whatever is assigned in them and will
be, without the blocks of punctuation and signs.
"""

from __future__ import annotations

import re
from typing import Final

# Digits of the scripts lie in these blocks too; in the Basic Multilingual Plane their number is settled.
LETTER: Final = (
    "(?:(?!\\d)[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u1fff\u2c00-\u2dff"
    "\u3005-\u3007\u3021-\u3029\u3031-\ud7ff\uf900-\ufdcf\ufdf0-\ufdfb\ufe70-\ufefc"
    "\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc]|[\U00010000-\U0001efff\U00020000-\U0003ffff])"
)
"""A pattern that matches one letter."""

LETTER_OR_DIGIT: Final = f"(?:{LETTER}|(?![\U00010000-\U0010ffff])\\d)"
"""A pattern that matches one letter or decimal digit."""

# The basic letters of Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Devanagari, Bengali, Thai, Georgian, kana and
# Hangul, without the one (U+0130) that is two code points in lower case.
ITEM_LETTER: Final = (
    "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u012f\u0131-\u024f\u0391-\u03a1\u03a3-\u03c9"
    "\u0400-\u0481\u048a-\u052f\u0531-\u0556\u0561-\u0586\u05d0-\u05ea\u0620-\u063f\u0641-\u064a\u0904-\u0939\u0985-\u098c\u0e01-\u0e2e"
    "\u10d0-\u10f0\u3041-\u3096\u30a1-\u30fa\uac00-\ud7a3]"
)
"""A pattern that matches a letter that may count the items of a list."""

UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Inside of a character class: scripts that put no blanks between words."""

UNMARKED: Final = "\u0e00-\u0eff"
"""Inside of a character class: Thai and Lao, which end sentences without a mark."""

SPACE: Final = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""White space, as ``str.strip`` has it."""

FILLERS: Final = "\x1a\u115f\u1160\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
"""What shows nothing and joins nothing; at the ends of a line it is between paragraphs, as white space is.

U+001A is how DOS ended a file.
"""

BLANK: Final = SPACE + FILLERS
"""What may lie between paragraphs."""

# Signs that show nothing where they stand alone: controls, marks of direction, joiners, selectors, Braille's blank.
UNSEEN: Final = (
    f"{BLANK}\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u17b4\u17b5\u200c-\u200f\u202a-\u202e\u2066-\u206f\u2800\ufe00-\ufe0f"
    "\ufff9-\ufffb\U000e0000-\U000e0fff"
)
"""Inside of a character class: a line of nothing else is blank."""

# Latin, Cyrillic, Greek; Arabic, Urdu; Devanagari; Chinese, Japanese, full and half width; Armenian;
# Ethiopic; Myanmar; Khmer; Tibetan.
_SENTENCE: Final = frozenset(".!?…‥‼⁇⁈⁉\u037e؟۔।॥。．！？｡։።፧፨။៕។།")
_CLAUSE: Final = frozenset(";:,\u0387\u2024\u1361؛،；：，、､՝፣፤፥፦၊")

# What may follow the last mark of a sentence: quotes, the spaces before French ones, brackets and direction
# marks.
_CLOSERS: Final = "*_ \u00a0\u202f\"'”’“‘»«›‹)]}」』）】〉》〕］｝＂＇\u200e\u200f\u061c\u2069\u202c"

# A sign of a footnote behind the mark: [2], ², *.
_NOTE_SIGN: Final = re.compile(r"(?<=\S)(?:\[[0-9]{1,3}\]|[¹²³⁰⁴-⁹]{1,3}|\*{1,3}|[†‡])\Z")
_NOTE_ENDS: Final = frozenset("]*†‡¹²³⁰⁴⁵⁶⁷⁸⁹")


def ends_sentence(text: str) -> bool:
    """Whether the last mark is one that ends a sentence, closing quotes, brackets and a footnote's sign aside."""
    return _last_mark(text) in _SENTENCE


def ends_clause(text: str) -> bool:
    """Whether the last mark ends a sentence or a clause, closing quotes, brackets and a footnote's sign aside."""
    return _last_mark(text) in _SENTENCE | _CLAUSE


def is_lower(character: str) -> bool:
    """Whether it is a small letter of a script that has capitals, among those whose letters are settled."""
    return (character < "\u0590" or "\u1e00" <= character <= "\u1fff") and character.islower()


def _last_mark(text: str) -> str:
    last = text[-1:]
    if last in _NOTE_ENDS:
        text = _NOTE_SIGN.sub("", text[-40:])
        last = text[-1:]
    # Most paragraphs end in the mark itself, and need no copy without the closers.
    return text.rstrip(_CLOSERS)[-1:] if last in _CLOSERS else last
