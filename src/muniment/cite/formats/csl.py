"""CSL-JSON, for Zotero, pandoc, Quarto and their kin (citation-style-language/schema, ``csl-data.json``).

A locator belongs to the place that cites, never to the item: a paragraph stands in ``custom`` and ``note`` only.  The
hash stands in three members, because converters drop one or another of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from muniment.cite.citation import Citation, date_parts
from muniment.cite.facts import (
    ADDRESS,
    BASIS,
    DATE,
    EXTRA,
    GENRE_BASIS,
    GENRE_STATED,
    INDEX,
    LANGUAGE,
    LOGGED,
    NI,
    ORIGIN,
    PARAGRAPH,
    RECORD,
    REFERENCE,
    RELEASE,
    ROOT,
    SOURCE,
    TITLE,
    VERSION,
    Fact,
    at,
    format_notes,
    listed,
    parse_notes,
    scalar,
    withdrawn_words,
)
from muniment.cite.fields import Pair, all_of, leaves, others, people
from muniment.cite.genres import capital, types_of
from muniment.digest import ni_uri

_CUSTOM = {
    "sha256": RECORD,
    "ni": NI,
    "release": RELEASE,
    "reference": REFERENCE,
    "issued_basis": BASIS,
    "genre_basis": GENRE_BASIS,
    "archived": LOGGED,
    "log_index": INDEX,
    "trust_root": ROOT,
    "paragraph": PARAGRAPH,
    "source_url": SOURCE,
}
_LOCATION = "SHA-256 "
_MEMBERS = {
    "title": TITLE,
    "title-short": TITLE,
    "shortTitle": TITLE,
    "version": VERSION,
    "archive": ORIGIN,
    "publisher": ORIGIN,
    "language": LANGUAGE,
    "genre": GENRE_STATED,
    "URL": ADDRESS,
}
_NAME = ("dropping-particle", "given", "non-dropping-particle", "family", "suffix")
_NAME_HINTS = ("comma-suffix", "static-ordering", "parse-names")
_HARMLESS = frozenset(
    (
        "id",
        "type",
        "note",
        "annote",
        "keyword",
        "categories",
        "accessed",
        "source",
        "citation-key",
        "citation-label",
        "status",
    )
)
_IN_NOTE = re.compile(r"(?:\{:)?\s*([A-Za-z][A-Za-z -]{1,30}?)\s*:\s*(.+?)\}?")


def csl_item(citation: Citation) -> dict[str, Any]:
    """Give the CSL-JSON item of the version."""
    item: dict[str, Any] = {
        "id": citation.key,
        "type": types_of(citation.genre.term).csl,
        "genre": capital(citation.kind),
        "title": citation.title,
        "version": str(citation.version),
        "archive": citation.origin,
        "archive_location": f"{_LOCATION}{citation.sha256}",
        "publisher": citation.origin,
        "note": "\n".join(format_notes(citation)),
        "custom": _custom(citation),
    }
    if citation.issuer:
        item["author"] = [{"literal": citation.issuer}]
    if citation.issued.date is not None:
        item["issued"] = {"date-parts": [date_parts(citation.issued.date)]}
    if citation.language != "und":
        item["language"] = citation.language
    if citation.address:
        item["URL"] = citation.address
    if citation.withdrawn:
        item["status"] = withdrawn_words(citation)
    return item


def _custom(citation: Citation) -> dict[str, Any]:
    values = {
        "sha256": citation.sha256,
        "ni": ni_uri(citation.sha256),
        "release": citation.release,
        "reference": citation.reference,
        "issued_basis": citation.issued.basis,
        "genre_basis": citation.genre.basis,
        "archived": citation.logged_at,
        "log_index": citation.index,
        "trust_root": citation.root,
        "paragraph": citation.paragraph,
        "source_url": citation.source,
    }
    return {name: value for name, value in values.items() if value is not None}


def format_csl(citation: Citation) -> bytes:
    """Write the file of one item: a CSL-JSON array, indented, UTF-8, with a final newline."""
    text = json.dumps([csl_item(citation)], ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def read_csl(item: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Read an item that any software wrote, each member of it; members that it dropped state nothing."""
    custom = at(item, "custom")
    rest = {name: value for name, value in item.items() if name != "custom"}
    return listed(
        [
            *((_CUSTOM.get(path, EXTRA), text, f"custom.{path}") for path, text in leaves(custom)),
            *(pair for name, value in rest.items() for pair in _read_member(name, value)),
        ]
    )


def _read_member(name: str, value: object) -> Iterator[Pair]:
    match name:
        case "author":
            yield from people(value, name, "literal", _NAME, _NAME_HINTS)
        case "issued":
            yield from _read_date(value)
        case "note" if isinstance(value, str):
            yield from _read_note(value)
        case "archive_location" if isinstance(value, str) and value.startswith(_LOCATION):
            yield RECORD, value.removeprefix(_LOCATION).strip(), name
        case _ if name in _MEMBERS:
            yield from all_of(_MEMBERS[name], value, name)
        case _:
            yield from others(value, name, _HARMLESS)


def _read_note(note: str) -> Iterator[Pair]:
    """Read a note; in a line of it, Zotero takes the name of a member for that member."""
    for name, value, where in parse_notes(note.split("\n"), "note"):
        match = _IN_NOTE.fullmatch(str(value)) if name == EXTRA else None
        member = _member(match[1]) if match else ""
        if match and member not in {"", "note"}:
            yield from ((kind, text, f"note, {path}") for kind, text, path in _read_member(member, match[2]))
        else:
            yield name, value, where


def _member(label: str) -> str:
    """Give the member that a label in a note is, as Zotero and citeproc read it; empty for none."""
    plain = label.strip().lower().replace(" ", "-")
    known = {name.lower(): name for name in (*_MEMBERS, "author", "issued")}
    return known.get(plain) or {"date": "issued"}.get(plain, "")


def _read_date(value: object) -> Iterator[Pair]:
    """Read a date in each spelling that CSL has: parts, a range, words; a season or a doubt is more than we say."""
    if not isinstance(value, Mapping):
        yield from all_of(DATE, value, "issued")
        return
    dates = value.get("date-parts")
    for number, parts in enumerate(dates if isinstance(dates, list) else []):
        date = _date(parts)
        path = f"issued.date-parts[{number}]" if number else "issued"
        yield from [(DATE, date, path)] if date is not None else all_of(DATE, parts, f"{path}.date-parts")
    for name, part in value.items():
        if name != "date-parts" or not isinstance(dates, list):
            yield from all_of(DATE, part, f"issued.{name}")


def _date(parts: object) -> str | None:
    """Write date parts, which some software gives as strings, as a date of the record."""
    if not isinstance(parts, list) or not parts:
        return None
    texts = [scalar(part) or "" for part in parts]
    return "-".join([texts[0].zfill(4), *(text.zfill(2) for text in texts[1:])])
