"""Quotation marks in quotation marks, and the signs that end a title, as English styles have them.

Where a title is put into ``“ ”``, the marks in it that look like these become ``‘ ’``, and what was in single ones
inside them becomes double again (Chicago 13.30, MLA 1.3.7): ``“‘Closed’: a notice”``.  German ``„ “`` and Swedish
``” ”`` look like them too.  Guillemets and corner brackets do not, and stay.  An apostrophe is none, and a single
straight sign, as of inches, neither.

American styles put a full stop and a comma before the closing marks.  A title that ends in a mark of its own gets no
second stop; before a comma a full stop gives way, but for that of an abbreviation, and a question mark stays.
"""

from __future__ import annotations

import re

_STOPS = ".。．｡।۔։"
_MARKS = f"{_STOPS}?!？！؟‽…\u037e"
_SINGLE = "‘‚"
_OPENERS = " \t\u00a0\u202f\u3000([{«‹—–-"
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:(?:\w\.\s?)+\w|Inc|Ltd|Co|Corp|Jr|Sr|St|No|Nos|Nr|vs|etc|al|usw|bzw|Dr|Dept|Gov|Gen|Abs|Art)\.$"
)


def nested(title: str) -> str:
    """Turn the double marks of a title for a place inside ``“ ”``; of the same length."""
    if not any(mark in title for mark in '“”„‟"'):
        return title
    straight = title.count('"') % 2 == 0
    held: list[str] = []
    written = []
    for place, sign in enumerate(title):
        if sign in "“”„‟" or (sign == '"' and straight):
            opens = _opens(sign, title[:place], held)
            if opens:
                held.append(sign)
            while not opens and held and held.pop() in _SINGLE:
                pass
            level = sum(mark not in _SINGLE for mark in held) - opens
            written.append("‘“’”"[level % 2 + (0 if opens else 2)])
        elif held and held[-1] not in _SINGLE and sign in _SINGLE and _is_ended(title, place):
            held.append(sign)
            written.append("“")
        elif held and ((held[-1] == "‘" and _ends(title, place)) or held[-1] + sign == "‚‘"):
            held.pop()
            written.append("”")
        else:
            written.append(sign)
    return "".join(written)


def _opens(sign: str, before: str, held: list[str]) -> bool:
    last = next((mark for mark in reversed(held) if mark not in _SINGLE), "")
    if sign == "“":
        return last != "„"
    if sign == "”":
        return not last and before[-1:] in _OPENERS  # Swedish; the empty text is in every other
    return sign in "„‟" or last != '"'


def _is_ended(title: str, place: int) -> bool:
    """Whether single marks that begin at a place end behind it."""
    if title[place] == "‚":
        return "‘" in title[place:]
    return any(_ends(title, at) for at in range(place, len(title)))


def _ends(title: str, place: int) -> bool:
    """Whether a sign closes single marks, and is no apostrophe inside a word."""
    return title[place] == "’" and not (title[place - 1 : place].isalnum() and title[place + 1 : place + 2].isalnum())


def ended(title: str) -> str:
    """End a title in quotation marks: a full stop before the closing marks, unless it has a mark of its own."""
    words, closing = _parted(nested(title))
    return f"{words}{closing}" if words.endswith(tuple(_MARKS)) else f"{words}.{closing}"


def before_comma(title: str) -> str:
    """End a title in quotation marks where the sentence goes on: a comma before the closing marks."""
    words, closing = _parted(nested(title))
    return f"{unstopped(words)},{closing}"


def unstopped(title: str) -> str:
    """Take the full stop off the end of a title, but not that of an abbreviation, nor one of several."""
    words = title[:-1] if title.endswith(tuple(_STOPS)) else title
    whole = not words or words.endswith(tuple(_MARKS)) or _ABBREVIATED.search(title)
    return title if whole else words


def _parted(title: str) -> tuple[str, str]:
    """Part the closing marks from a title whose opening ones stand in it; an apostrophe at the end is none."""
    words = title.rstrip("’”")
    closing = title[len(words) :]
    return (words, closing) if words and ("‘" in words or "“" in words) else (title, "")
