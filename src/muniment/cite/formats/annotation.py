"""A W3C Web Annotation of a version or a paragraph (Recommendation of 23 February 2017).

The target is the record itself, by its ``ni:`` URI, so it can never point at other words.  The paragraph is selected
by its id, refined by its words with some of the text around them; a reader that finds the words elsewhere has found
another text, and must not settle for a resemblance.  The facts stand in the terms of schema.org, which the context of
annotations has a prefix for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from muniment.cite.citation import Citation
from muniment.cite.facts import (
    DATE,
    INDEX,
    ISSUER,
    LANGUAGE,
    LOGGED,
    NI,
    ORIGIN,
    PARAGRAPH,
    QUOTATION,
    RECORD,
    REFERENCE,
    ROOT,
    SOURCE,
    TEXT,
    TITLE,
    VERSION,
    Fact,
    at,
    listed,
    scalar,
)
from muniment.cite.styles import format_long
from muniment.digest import ni_uri

CONTEXT = "http://www.w3.org/ns/anno.jsonld"

_IDENTIFIERS = {"Reference": REFERENCE, "Log entry": INDEX, "Trust root SHA-256": ROOT}
_MEMBERS = {
    "schema:sha256": RECORD,
    "schema:name": TITLE,
    "schema:version": VERSION,
    "schema:publisher": ISSUER,
    "schema:datePublished": DATE,
    "schema:archivedAt": ORIGIN,
    "schema:sdDatePublished": LOGGED,
    "schema:isBasedOn": SOURCE,
    "language": LANGUAGE,
}


def annotation(citation: Citation) -> dict[str, Any]:
    """Give the annotation."""
    ni = ni_uri(citation.sha256)
    target: dict[str, Any] = {"type": "SpecificResource", "source": _source(citation, ni)}
    if citation.paragraph is not None and citation.quotation is not None:
        target["selector"] = _selector(citation)
    named = f"{ni}#{citation.paragraph}" if citation.paragraph else ni
    return {
        "@context": CONTEXT,
        # The same target has the same id, wherever it is made (RFC 9562, section 5.5).
        "id": f"urn:uuid:{uuid5(NAMESPACE_URL, named)}",
        "type": "Annotation",
        "motivation": "identifying",
        "body": {"type": "TextualBody", "value": format_long(citation), "format": "text/plain"},
        "target": target,
    }


def _source(citation: Citation, ni: str) -> dict[str, Any]:
    values = {
        "schema:sha256": citation.sha256,
        "schema:name": citation.title,
        "schema:version": str(citation.version),
        "schema:publisher": citation.issuer,
        "schema:datePublished": citation.issued.date,
        "schema:archivedAt": citation.origin,
        "schema:sdDatePublished": citation.logged_at,
        "schema:isBasedOn": citation.source,
        "language": None if citation.language == "und" else citation.language,
    }
    known = {name: value for name, value in values.items() if value is not None}
    identifiers = zip(_IDENTIFIERS, (citation.reference, str(citation.index), citation.root), strict=True)
    return {
        "id": ni,
        "type": "Text",
        "format": "application/json",
        **known,
        "schema:identifier": [
            {"type": "schema:PropertyValue", "schema:propertyID": name, "schema:value": value}
            for name, value in identifiers
            if value is not None
        ],
    }


def _selector(citation: Citation) -> dict[str, Any]:
    assert citation.quotation is not None  # noqa: S101 - asked by whoever calls
    around = {"prefix": citation.quotation.prefix, "suffix": citation.quotation.suffix}
    return {
        "type": "FragmentSelector",
        "value": citation.paragraph,
        "refinedBy": {
            "type": "TextQuoteSelector",
            "exact": citation.quotation.exact,
            **{name: text for name, text in around.items() if text},
        },
    }


def read_annotation(value: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Read the facts of an annotation; members that are missing state nothing."""
    source, selector = at(value, "target", "source"), at(value, "target", "selector")
    quote = at(selector, "refinedBy")
    return listed(
        [
            *((name, scalar(at(source, member)), member) for member, name in _MEMBERS.items()),
            (NI, scalar(at(source, "id")), "source"),
            *_read_identifiers(at(source, "schema:identifier")),
            (TEXT, scalar(at(value, "body", "value")), "body"),
            (PARAGRAPH, scalar(at(selector, "value")), "FragmentSelector"),
            (QUOTATION, scalar(at(quote, "exact")), "exact"),
            ("words before it", scalar(at(quote, "prefix")), "prefix"),
            ("words after it", scalar(at(quote, "suffix")), "suffix"),
        ]
    )


def _read_identifiers(items: object) -> Iterator[tuple[str, object, str]]:
    for item in items if isinstance(items, list) else []:
        kind = scalar(at(item, "schema:propertyID"))
        if kind is not None and kind in _IDENTIFIERS:
            yield _IDENTIFIERS[kind], scalar(at(item, "schema:value")), kind
