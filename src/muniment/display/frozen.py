"""Archived text in a page that is compared byte for byte: what hides or turns words is shown by name.

The views of a comparison do the same by the Unicode data of whatever Python runs.  Here the characters are a fixed set
instead, all of them named long ago, because the bytes of a snapshot may not depend on the version of anything.
``page.js`` has the same set, and a test holds the two against each other for every code point.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from muniment.display import name_character
from muniment.markup import Child, Markup, element, join
from muniment.markup import text as as_markup

_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr((plane << 16) + 0xFFFE) + chr((plane << 16) + 0xFFFF) for plane in range(15)
)
# Controls but the tab and the line feed; what turns the order of words; what shows nothing; private use, which shows
# anything; noncharacters.  Joiners and the soft hyphen stay: words need them.
_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028-\u202e\u2060-\u2064\u2066-\u206f\u3164"
    "\ue000-\uf8ff\ufeff\uffa0\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f\U000f0000-\U0010ffff" + _NONCHARACTERS
)
_MARKS = "\u061c\u200e\u200f"
HIDDEN = re.compile(f"[{_HIDDEN}{_MARKS}]")
"""What is shown by name."""

_RIGHT_TO_LEFT = "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdcf\ufdf0-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"

SCRIPTS = ("adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa")
LANGUAGES = (
    "aeb", "ajp", "apc", "ar", "arb", "arc", "ary", "arz", "ckb", "dv", "fa", "glk", "he", "iw", "khw", "ks", "lrc",
    "mzn", "nqo", "pnb", "prs", "ps", "sd", "sdh", "syr", "ug", "ur", "yi",
)  # fmt: skip
"""By ISO 639: these, and scripts by ISO 15924, run from right to left."""


def hidden_in(text: str) -> re.Pattern[str]:
    """What to name in one text: direction marks only where no letter runs from right to left.

    Beside such letters they are spelling, as in honest Arabic and Hebrew.
    """
    if text.isascii() or not re.search(_RIGHT_TO_LEFT, text):
        return HIDDEN
    return re.compile(f"[{_HIDDEN}]")


def show(text: str, hidden: re.Pattern[str] | None = None) -> Markup:
    """A text as markup, each hidden character in a ``code`` element.

    Args:
        text: Archived text, or a part of one.
        hidden: What ``hidden_in`` says for the whole; None when the text is the whole.
    """
    if text.isascii() and text.isprintable():
        return as_markup(text)
    return join(_parts(text, hidden or hidden_in(text)))


def _parts(text: str, hidden: re.Pattern[str]) -> Iterator[Child]:
    place = 0
    for match in hidden.finditer(text):
        yield text[place : match.start()]
        yield element("code", name_character(match[0]), class_="char", dir="ltr")
        place = match.end()
    yield text[place:]


def plain(text: str) -> str:
    """A text for where no element can stand: a title, an attribute."""
    if text.isascii() and text.isprintable():
        return text
    return HIDDEN.sub(lambda match: name_character(match[0]), text)


_TAGS = range(0xE0020, 0xE007F)


def _hidden_code_points() -> Iterator[int]:
    """The code points of the set but private ones, which have no name: to ask every character there is takes longer."""
    for first, last, one in re.findall("(.)-(.)|(.)", _HIDDEN + _MARKS, re.DOTALL):
        if one:
            yield ord(one)
        elif unicodedata.category(first) != "Co":
            yield from range(ord(first), ord(last) + 1)


NAMES = {
    f"{code:X}": name
    for code in sorted(_hidden_code_points())
    if code not in _TAGS and (name := name_character(chr(code))[1:-1].split(" ", 1)[1]) != "UNNAMED"
}
"""The hidden characters that have a name, by code point in hexadecimal: for the script, which knows none."""

TAGS = ",".join(
    name_character(chr(code))[1:-1].split(" TAG ", 1)[1] for code in _TAGS if not chr(code - 0xE0000).isalpha()
)
"""The rest of them: tags are called after the signs of ASCII, and the script knows how letters are called."""


def direction(language: str) -> str:
    """The direction of a text by its language (BCP 47): ``rtl`` or ``ltr``; ``auto``, by its letters, for ``und``."""
    # What stands after a single letter is an extension or private (RFC 5646 section 2.2.6), no script.
    primary, *rest = re.split("-[a-z0-9](?:-|$)", language.lower())[0].split("-")
    if primary == "und" and not rest:
        return "auto"
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    right = script in SCRIPTS if script else primary in LANGUAGES
    return "rtl" if right else "ltr"
