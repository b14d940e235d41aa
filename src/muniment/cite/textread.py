"""Citations in words, read back: a text of one of our styles, or a hash and nothing that could be understood.

The hash comes first.  Before it stands *archive version*, and before that what each style has there; so every fact lies
between two known words, each looked for once, nearest first, and no text can make that take long.  White space is
folded, because a citation comes out of a printed page with its lines broken, and then with its hash in pieces.
"""

from __future__ import annotations

import re
from dataclasses import replace

from muniment.cite.around import only_leads
from muniment.cite.fact import NI, RECORD, ROOT, SHORT, Fact, Stated, listed
from muniment.cite.letters import plainly
from muniment.cite.parse import Words, parse_long, parse_short, parse_style
from muniment.display import fold

_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]+")
_MARK = re.compile("[\u00ad\u200b\u2060\ufeff]?".join(("s", "h", "a", "-?", *"256")))
_WHOLE = re.compile(r"(root(?: 1)?[ :]{1,3})?sha-?256[ :]{0,4}([0-9a-f]{64})(?![0-9a-z])")
_PART = re.compile(r"sha-?256[ :]{0,4}([0-9a-f]{4,63})(?![0-9a-z])")
_NI_URI = re.compile(r"ni:///sha-256;[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
_LINE_END = re.compile(r"\r\n|[\r\n]")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_HEX = frozenset("0123456789abcdef")
_BETWEEN = frozenset(" :\u00ad\u200b\u2060\ufeff")


def read_style(style: str, words: str) -> tuple[Fact, ...]:
    """Read a text as one of a style; nothing where it is not."""
    stated = _read_part(mend(words))
    return stated.facts if stated is not None and stated.form == style else ()


def read_text(words: str) -> tuple[Stated, ...]:
    """Read a text, or each part of it that a blank line ends, where several parts hold a hash.

    Returns:
        What could be understood of each part that holds a hash; empty where none does.
    """
    whole = _read_lines(words)
    parts = [_read_lines(part) for part in _BLANK_LINE.split(words)]
    found = tuple(part for part in parts if part is not None)
    if len(found) > 1 or whole is None:
        return found
    return (found[0] if found and found[0].form and not whole.form else whole,)


def _read_lines(words: str) -> Stated | None:
    """Read a text whose lines were broken at blanks, or, as terminals do, anywhere; without what shows nothing."""
    readings = tuple(dict.fromkeys((mend(words), mend(_LINE_END.sub("", words)))))
    seen = dict.fromkeys(_UNSEEN.sub("", reading) for reading in readings)
    found = [stated for stated in map(_read_part, seen) if stated is not None]
    best = next((stated for stated in found if stated.form), found[0] if found else None)
    return None if best is None else replace(best, readings=readings)


def _read_part(words: str) -> Stated | None:
    plain = plainly(words)
    hashes = [
        *((ROOT if match[1] else RECORD, match[2], "") for match in _WHOLE.finditer(plain)),
        *((NI, match[0], "") for match in _NI_URI.finditer(words)),
    ]
    records = [match for match in _WHOLE.finditer(plain) if not match[1]]
    if records:
        text = Words(words, plain, records[0].start(), records[0].end())
        parsed = parse_long(text) or parse_style(text)
        if parsed is not None:
            style, facts = parsed
            others = tuple(fact for fact in listed(dict.fromkeys(hashes)) if fact not in facts)
            return Stated(style, (*facts, *others))
    if hashes:
        rest = _NI_URI.sub("", _WHOLE.sub("", plain) if not _NI_URI.search(words) else _without(words, plain))
        return Stated("hash" if only_leads(rest.replace("trust", "")) else "", listed(hashes))
    short = list(_PART.finditer(plain))
    if not short:
        return None
    parsed = parse_short(Words(words, plain, short[0].start(), short[0].end()))
    return Stated(*parsed) if parsed else Stated("", listed((SHORT, match[1], "") for match in short))


def _without(words: str, plain: str) -> str:
    """Leave out both names of a hash, the ``ni:`` name by its own letters."""
    spans = sorted((*_spans(_WHOLE, plain), *_spans(_NI_URI, words)))
    kept, at = [], 0
    for start, end in spans:
        kept.append(plain[at:start])
        at = max(at, end)
    return " ".join([*kept, plain[at:]])


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]


def mend(words: str) -> str:
    """Fold white space, and put the digits of a hash together again."""
    plain, kept, at = plainly(words), [], 0
    for match in _MARK.finditer(plain):
        if match.start() >= at and (joined := _join(words, plain, match.end())) is not None:
            digits, start, end = joined
            kept += [words[at : match.start()], _UNSEEN.sub("", words[match.start() : start]), digits]
            at = end
    return fold("".join([*kept, words[at:]]))


def _join(words: str, plain: str, at: int) -> tuple[str, int, int] | None:
    """Read 64 digits with blanks, soft hyphens, or hyphens and a line end between them: the digits, start and end."""
    digits: list[str] = []
    start = at
    while at < len(plain) and len(digits) < 64:
        sign = plain[at]
        if sign in _HEX:
            start = start if digits else at
            digits.append(sign)
        elif sign not in _BETWEEN and not (digits and sign == "-" and words[at + 1 : at + 2] in {"\r", "\n"}):
            break
        at += 1
    whole = len(digits) == 64 and not plain[at : at + 1].isalnum()
    return ("".join(digits), start, at) if whole else None
