r"""RIS, for reference managers: UTF-8, one tag and one value a line, and no value is ever broken over two lines.

A line is two capitals or digits, two blanks, a hyphen, a blank, and the value; the format has no escapes, so hidden
characters are shown (``\u2028``).  Tags per the RIS specification of 2011: ``AN`` accession number, ``M3`` kind of
work, ``DP`` and ``PB`` the archive, ``N1`` notes, ``L2`` the source as published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from muniment.cite.citation import GENRE, Citation
from muniment.cite.facts import (
    DATE,
    ISSUER,
    LANGUAGE,
    ORIGIN,
    RECORD,
    SOURCE,
    TITLE,
    VERSION,
    YEAR,
    Fact,
    format_notes,
    listed,
    parse_notes,
)
from muniment.display import plain

_LINE = re.compile(r"([A-Z][A-Z0-9])  - ?(.*)")
_TAGS = {"TI": TITLE, "T1": TITLE, "AU": ISSUER, "LA": LANGUAGE, "PB": ORIGIN, "DP": ORIGIN, "AN": RECORD, "L2": SOURCE}
_EDITION = "Archive version "


def format_ris(citation: Citation) -> str:
    """Write one reference, with a final line feed."""
    fields = "".join(f"{tag}  - {plain(value)}\n" for tag, value in _fields(citation))
    # Two lines of their own: what begins a reference must be the first, what ends it the last.
    return f"TY  - GEN\n{fields}ER  - \n"


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
    yield "M3", GENRE
    yield "PB", citation.origin
    yield "DP", citation.origin
    yield "AN", citation.sha256
    if citation.language != "und":
        yield "LA", citation.language
    if citation.source:
        yield "L2", citation.source
    yield from (("N1", note) for note in format_notes(citation))


def read_ris(text: str) -> tuple[Fact, ...]:
    """Read the facts of a reference; tags that are missing or unknown state nothing."""
    lines = [match.groups() for match in map(_LINE.fullmatch, re.split(r"\r?\n", text)) if match]
    return listed(pair for tag, value in lines for pair in _read_field(tag, value.strip()))


def _read_field(tag: str, value: str) -> Iterator[tuple[str, object, str]]:
    if tag in _TAGS:
        yield _TAGS[tag], value, tag
    elif tag == "ET":
        yield VERSION, value.removeprefix(_EDITION), tag
    elif tag == "PY":
        yield YEAR, value[:4], tag
    elif tag == "DA":
        yield DATE, "-".join(part for part in value.split("/")[:3] if part), tag
    elif tag == "N1":
        yield from parse_notes([value], tag)
