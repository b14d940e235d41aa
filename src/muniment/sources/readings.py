"""One line of a text as different charsets read it, for a person who knows which of them is right.

Charsets are never guessed, because a wrong guess would be signed.  But who is asked for one should see what it makes of
the words.  So the likeliest few are shown, each with the first line that is not ASCII; nothing is decided here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from muniment.sources.plain_text import codec_of

_CANDIDATES = (
    *("windows-1252", "windows-1251", "koi8-r", "gb18030", "shift_jis", "euc-kr", "big5", "euc-jp", "windows-1255"),
    *("windows-1253", "windows-1256", "windows-1250", "windows-1254", "ibm866", "ibm850", "macintosh", "iso-8859-2"),
)
"""In the order of how often they are met; a tie goes to the earlier one."""

_LONGEST = 400
"""Characters of a line, at most."""

_MOST = 65_536
"""Bytes that are looked at: enough to tell scripts apart."""


@dataclass(frozen=True, slots=True)
class CharsetReading:
    """A line as one charset reads it.

    Attributes:
        charset: IANA name in lower case.
        line: The words, without the line end.
    """

    charset: str
    line: str


def read_in_candidates(data: bytes, most: int = 3) -> tuple[int, tuple[CharsetReading, ...]]:
    """Read the first line of a text that is not ASCII in the charsets that make most sense of the text.

    Args:
        data: A text that is not UTF-8.
        most: How many readings to give.

    Returns:
        The number of the line, from 1, and its readings, the likeliest first; each line once.  Without readings no
        charset that is asked reads the text.
    """
    start = next((at for at, byte in enumerate(data) if byte > 0x7F), None)
    if start is None:
        return 0, ()
    number = data.count(b"\n", 0, start) + 1
    scored = sorted(_scored(data, number), key=lambda pair: -pair[0])
    readings: dict[str, CharsetReading] = {}
    for _, reading in scored:
        readings.setdefault(reading.line, reading)
    return number, tuple(readings.values())[:most]


def _scored(data: bytes, number: int) -> Iterator[tuple[float, CharsetReading]]:
    for charset in _CANDIDATES:
        try:
            text = data.decode(codec_of(charset))
        except UnicodeDecodeError:
            continue
        if text.encode(codec_of(charset), errors="replace") == data:
            yield _likelihood(text[:_MOST]), CharsetReading(charset, _line(text, number))


def _line(text: str, number: int) -> str:
    return text.split("\n")[number - 1].strip()[:_LONGEST]


def _likelihood(text: str) -> float:
    """How much a text looks like words: letters of one script in a word, capitals at its beginning, and few signs."""
    strange = [sign for sign in text if ord(sign) > 0x7F]
    good = sum(_weight(sign) for sign in strange)
    bad = 0
    for word in text.split():
        letters = [sign for sign in word if sign.isalpha()]
        scripts = {_script(sign) for sign in letters}
        bad += max(len(scripts) - 1, 0)
        # No language in Latin letters writes whole words with accents on each.
        bad += 2 * (scripts == {"LATIN"} and len(letters) > 2 and not any(map(str.isascii, letters)))
        bad += sum(one.islower() and other.isupper() for one, other in pairwise(letters))
    return (good - 2 * bad) / max(len(strange), 1)


def _weight(sign: str) -> float:
    kind = unicodedata.category(sign)
    if kind[0] == "L":
        # The common ideographs come first in their block; what is rare there is a sign of another charset.
        return 0.5 if "HALFWIDTH" in unicodedata.name(sign, "") else 1.0
    if kind in {"Pi", "Pf", "Pd", "Po", "Ps", "Pe", "Zs", "Mn"}:
        return 0.5
    return -1.0


def _script(sign: str) -> str:
    return unicodedata.name(sign, "NONE").partition(" ")[0].partition("-")[0]
