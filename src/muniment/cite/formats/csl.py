"""CSL-JSON, for Zotero, pandoc, Quarto and their kin (citation-style-language/schema, ``csl-data.json``).

A locator belongs to the place that cites, never to the item: a paragraph stands in ``custom`` and ``note`` only.  The
hash stands in three members, because converters drop one or another of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from muniment.cite.citation import GENRE, Citation, date_parts
from muniment.cite.facts import (
    BASIS,
    DATE,
    INDEX,
    ISSUER,
    LANGUAGE,
    LOGGED,
    NI,
    ORIGIN,
    PARAGRAPH,
    RECORD,
    REFERENCE,
    ROOT,
    SOURCE,
    TITLE,
    VERSION,
    Fact,
    at,
    digits,
    format_notes,
    listed,
    parse_notes,
    scalar,
)
from muniment.digest import ni_uri

_CUSTOM = {
    "sha256": RECORD,
    "ni": NI,
    "release": "",
    "reference": REFERENCE,
    "issued_basis": BASIS,
    "archived": LOGGED,
    "log_index": INDEX,
    "trust_root": ROOT,
    "paragraph": PARAGRAPH,
    "source_url": SOURCE,
}
_LOCATION = "SHA-256 "


def csl_item(citation: Citation) -> dict[str, Any]:
    """Give the CSL-JSON item of the version."""
    item: dict[str, Any] = {
        "id": citation.key,
        "type": "document",
        "genre": GENRE,
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
    return item


def _custom(citation: Citation) -> dict[str, Any]:
    values = {
        "sha256": citation.sha256,
        "ni": ni_uri(citation.sha256),
        "release": citation.release,
        "reference": citation.reference,
        "issued_basis": citation.issued.basis,
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
    """Read the facts of an item that any software wrote; members that it dropped state nothing."""
    custom = at(item, "custom")
    return listed(
        [
            *((name, scalar(at(custom, key)), f"custom.{key}") for key, name in _CUSTOM.items() if name),
            (RECORD, _digits(item), "archive_location"),
            *parse_notes((scalar(at(item, "note")) or "").split("\n"), "note"),
            (TITLE, scalar(at(item, "title")), "title"),
            (VERSION, scalar(at(item, "version")), "version"),
            (ORIGIN, scalar(at(item, "archive")), "archive"),
            (ORIGIN, scalar(at(item, "publisher")), "publisher"),
            (ISSUER, scalar(at(item, "author", 0, "literal")), "author"),
            (DATE, _date(at(item, "issued", "date-parts", 0)), "issued"),
            (LANGUAGE, scalar(at(item, "language")), "language"),
        ]
    )


def _digits(item: Mapping[str, Any]) -> str | None:
    return digits(scalar(at(item, "archive_location")) or "", _LOCATION)


def _date(parts: object) -> str | None:
    """Write date parts, which some software gives as strings, as a date of the record."""
    if not isinstance(parts, list) or not parts:
        return None
    texts = [scalar(part) or "" for part in parts]
    return "-".join([texts[0].zfill(4), *(text.zfill(2) for text in texts[1:])])
