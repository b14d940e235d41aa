r"""RIS, for reference managers: UTF-8, one tag and one value a line, and no value is ever broken over two lines.

A line is two capitals or digits, two blanks, a hyphen, a blank, and the value; the format has no escapes, so hidden
characters are shown (``\u2028``).  Tags per the RIS specification of 2011: ``AN`` accession number, ``M3`` kind of
work, ``DP`` and ``PB`` the archive, ``N1`` notes, ``UR`` the page of the version, ``L2`` the source as published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from muniment.cite.citation import Citation
from muniment.cite.facts import (
    ADDRESS,
    DATE,
    EXTRA,
    GENRE_STATED,
    ISSUER,
    LANGUAGE,
    ORIGIN,
    RECORD,
    SOURCE,
    STRANGE,
    TITLE,
    VERSION,
    YEAR,
    Fact,
    format_notes,
    listed,
    parse_notes,
    withdrawn_words,
)
from muniment.cite.fields import Pair
from muniment.cite.genres import capital, types_of
from muniment.display import plain

_LINE = re.compile(r"\s*([A-Za-z][A-Za-z0-9])\s+-\s?(.*)")
_TAGS = {
    **dict.fromkeys(("TI", "T1", "CT", "BT", "ST"), TITLE),
    **dict.fromkeys(("AU", "A1"), ISSUER),
    **dict.fromkeys(("PB", "DP"), ORIGIN),
    "L2": SOURCE,
    "UR": ADDRESS,
    "LA": LANGUAGE,
    "AN": RECORD,
    "M3": GENRE_STATED,
}
_HARMLESS = frozenset(("", "TY", "ID", "ER", "KW", "Y2", "L1", "L4", "RN", "DB"))
_STATING = frozenset(
    (
        *("A2", "A3", "A4", "ED", "TA", "T2", "T3", "TT", "AB", "N2", "JO", "JF", "JA", "J1", "J2", "DO", "PP", "CY"),
        *("L3", "LK", "OP", "RI", "U1", "VL"),
    )
)
"""Tags of people, titles, dates and addresses that no citation of ours has."""
_EDITION = "Archive version "


def format_ris(citation: Citation) -> str:
    """Write one reference, with a final line feed."""
    fields = "".join(f"{tag}  - {plain(value)}\n" for tag, value in _fields(citation))
    # Two lines of their own: what begins a reference must be the first, what ends it the last.
    return f"TY  - {types_of(citation.genre.term).ris}\n{fields}ER  - \n"


def _fields(citation: Citation) -> Iterator[tuple[str, str]]:
    yield "ID", citation.key
    yield "TI", citation.title
    if citation.issuer:
        yield "AU", citation.issuer
    if citation.issued.date is not None:
        year, *rest = citation.issued.date.split("-")
        yield "PY", year
        # YYYY/MM/DD/other: what is not known stays empty, the slashes stay.
        yield "DA", "/".join([*[year, *rest, "", ""][:3], ""])
    yield "ET", f"{_EDITION}{citation.version}"
    yield "M3", capital(citation.kind)
    yield "PB", citation.origin
    yield "DP", citation.origin
    yield "AN", citation.sha256
    if citation.language != "und":
        yield "LA", citation.language
    if citation.address:
        yield "UR", citation.address
    if citation.source:
        yield "L2", citation.source
    yield from (("N1", note) for note in (*format_notes(citation), withdrawn_words(citation)) if note)


def read_ris(text: str) -> tuple[Fact, ...]:
    """Read a reference, each line of it; tags that are missing state nothing.

    Software reads these lines with more or fewer blanks, and takes a line without a tag for more of the one before.
    """
    return listed(pair for tag, value in _lines(text) for pair in _read_field(tag, value))


def _lines(text: str) -> list[tuple[str, str]]:
    tagged: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match:
            tagged.append((match[1].upper(), [match[2].strip()]))
        elif line.strip():
            tagged = tagged or [("", [])]
            tagged[-1][1].append(line.strip())
    return [(tag, " ".join(part for part in parts if part)) for tag, parts in tagged]


def _read_field(tag: str, value: str) -> Iterator[Pair]:
    if tag in _TAGS:
        yield _TAGS[tag], value, tag
    elif tag == "ET":
        yield VERSION, value.removeprefix(_EDITION), tag
    elif tag == "PY" and value.isdecimal():
        yield YEAR, value, tag
    elif tag in {"DA", "Y1", "PY"}:
        # What stands in the place of something else than year, month and day is said too.
        parts = [part.strip() for part in value.split("/")]
        yield DATE, "-".join(part for part in parts if part), tag
    elif tag == "N1":
        yield from parse_notes([value], tag)
    elif tag in _HARMLESS:
        yield EXTRA, value, tag or "before the first line"
    else:
        yield tag if tag in _STATING else STRANGE, value, tag
