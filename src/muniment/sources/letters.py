"""What counts as a letter, frozen.

The same bytes must give the same paragraphs for ever, and the tables behind ``str.isalpha`` grow with each version of
Unicode, and so of Python.  Hence ranges of code points: whole blocks of scripts, whatever is assigned in them and will
be, without the blocks of punctuation and signs.
"""

from __future__ import annotations

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
