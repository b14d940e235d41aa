"""Citations in words, read back: a text of one of our styles, or a hash and nothing that could be understood.

White space is folded first, because a citation comes out of a printed page with its lines broken, and then with its
hash in pieces.
"""

from __future__ import annotations

import re

from muniment.cite import styles, text
from muniment.cite.fact import (
    DATE,
    ISSUER,
    NI,
    ORIGIN,
    PARAGRAPH,
    RECORD,
    REFERENCE,
    ROOT,
    SHORT,
    SOURCE,
    TITLE,
    VERSION,
    Fact,
    Stated,
    listed,
)
from muniment.cite.hidden import fold
from muniment.cite.locator import parse_locator

# Compiled when a citation is read: whoever writes one has no use for them.
PATTERNS: dict[str, str] = {
    "long": text.LONG,
    "short": text.SHORT,
    "chicago-note": styles.CHICAGO_NOTE,
    "chicago-bibliography": styles.CHICAGO_BIBLIOGRAPHY,
    "mla": styles.MLA,
    "bluebook": styles.BLUEBOOK,
    "apa": styles.APA,
}
_GROUPS = {
    "title": TITLE,
    "issuer": ISSUER,
    "date": DATE,
    "date_first": DATE,
    "locator": PARAGRAPH,
    "version": VERSION,
    "reference": REFERENCE,
    "origin": ORIGIN,
    "source": SOURCE,
    "record": RECORD,
    "root": ROOT,
    "short": SHORT,
}
MAX_WORDS = 6000
"""Characters of a text that is read as one of a style, at most: title, issuer and source have 1000 each at most."""

_BROKEN = re.compile(r"\b(SHA-?256[\s:]\s*)((?:[0-9a-f]\s*){63}[0-9a-f])(?![0-9a-f])", re.IGNORECASE)
_WHOLE = re.compile(r"(root )?SHA-?256[\s:]\s*([0-9a-f]{64})(?![0-9a-f])", re.IGNORECASE)
_PART = re.compile(r"SHA-?256[\s:]\s*([0-9a-f]{4,63})(?![0-9a-f])", re.IGNORECASE)
_NAMES = re.compile(r"(?:(?:SHA-?256[ :] ?[0-9a-f]{64}|ni:///sha-256;[A-Za-z0-9_-]{43})\s*)+", re.IGNORECASE)
_NI_URI = re.compile(r"ni:///sha-256;[A-Za-z0-9_-]{43}")


def read_style(style: str, words: str) -> tuple[Fact, ...]:
    """Read a text as one of a style; nothing where it is not."""
    words = mend(words)
    match = re.fullmatch(PATTERNS[style], words) if len(words) <= MAX_WORDS else None
    return () if match is None else _facts(match)


def read_text(words: str) -> tuple[Stated, ...]:
    """Read each part of a text that a blank line ends.

    Returns:
        What could be understood of each part that holds a hash; empty where none does.
    """
    whole = _read_part(mend(words))
    if whole is not None and whole.form:
        return (whole,)
    parts = [_read_part(mend(part)) for part in re.split(r"\n\s*\n", words)]
    found = tuple(part for part in parts if part is not None)
    return found or ((whole,) if whole is not None else ())


def _read_part(words: str) -> Stated | None:
    for style, pattern in PATTERNS.items() if len(words) <= MAX_WORDS else ():
        match = re.fullmatch(pattern, words)
        if match is not None:
            return Stated(style, _facts(match))
    form = "hash" if _NAMES.fullmatch(words) else ""
    found = [
        *((ROOT if match[1] else RECORD, match[2].lower(), "") for match in _WHOLE.finditer(words)),
        *((NI, match[0], "") for match in _NI_URI.finditer(words)),
    ]
    if not found:
        found = [(SHORT, match[1].lower(), "") for match in _PART.finditer(words)]
    return Stated(form, listed(found)) if found else None


def _facts(match: re.Match[str]) -> tuple[Fact, ...]:
    pairs = [(_GROUPS[group], value, "") for group, value in match.groupdict().items() if value is not None]
    return listed((name, parse_locator(value) if name == PARAGRAPH else value, where) for name, value, where in pairs)


def mend(words: str) -> str:
    """Fold white space, and put the digits of a hash together again."""
    joined = _BROKEN.sub(lambda match: match[1] + re.sub(r"\s", "", match[2]).lower(), words)
    return fold(joined)
