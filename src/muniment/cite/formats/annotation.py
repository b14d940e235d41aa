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
    ADDRESS,
    DATE,
    EXTRA,
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
from muniment.cite.facts import CONTEXT as CONTEXT_STATED
from muniment.cite.fields import Pair, leaves, others
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
    "schema:url": ADDRESS,
    "language": LANGUAGE,
}


_SOURCE = "target.source."
_IDENTIFIED = f"{_SOURCE}schema:identifier"
_QUOTED = {"exact": QUOTATION, "prefix": "words before it", "suffix": "words after it"}
_PLACES = {
    "target.source.id": (NI, "source"),
    "body.value": (TEXT, "body"),
    "target.selector.value": (PARAGRAPH, "FragmentSelector"),
    **{f"target.selector.refinedBy.{part}": (name, part) for part, name in _QUOTED.items()},
}
_HARMLESS = frozenset(
    (
        *(
            "id",
            "type",
            "motivation",
            "created",
            "modified",
            "creator",
            "generator",
            "generated",
            "rights",
            "canonical",
        ),
        *("via", "audience", "stylesheet", "body.type", "body.format", "target.type", "target.source.type"),
        *("target.source.format", "target.selector.type", "target.selector.refinedBy.type"),
    )
)


def annotation(citation: Citation) -> dict[str, Any]:
    """Give the annotation."""
    ni = ni_uri(citation.sha256)
    target: dict[str, Any] = {"type": "SpecificResource", "source": _target(citation, ni)}
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


def _target(citation: Citation, ni: str) -> dict[str, Any]:
    values = {
        "schema:sha256": citation.sha256,
        "schema:name": citation.title,
        "schema:version": str(citation.version),
        "schema:publisher": citation.issuer,
        "schema:datePublished": citation.issued.date,
        "schema:archivedAt": citation.origin,
        "schema:sdDatePublished": citation.logged_at,
        "schema:isBasedOn": citation.source,
        "schema:url": citation.address,
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
    assert citation.quotation is not None  # noqa: S101 - the caller has asked
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
    """Read an annotation, each member of it; members that are missing state nothing.

    In linked data a list of one is the same as what is in it, so a body in a list is a body.
    """
    single = _single(value)
    source = at(single, "target", "source")
    items = at(source, "schema:identifier")
    parts = [
        *((_IDENTIFIED, item) for item in (items if isinstance(items, list) else [items])),
        *((path, text) for path, text in leaves(single) if not path.startswith(_IDENTIFIED)),
    ]
    # What names the record comes first.
    parts.sort(key=lambda pair: not pair[0].startswith(_SOURCE))
    return listed(pair for path, part in parts for pair in _read_part(path, part))


def _single(value: object) -> object:
    """Take what stands alone in a list out of it."""
    if isinstance(value, Mapping):
        return {name: _single(part) for name, part in value.items()}
    if isinstance(value, list):
        return _single(value[0]) if len(value) == 1 else [_single(part) for part in value]
    return value


def _read_part(path: str, part: object) -> Iterator[Pair]:
    last = path.rpartition(".")[2]
    if path == _IDENTIFIED:
        yield from _read_identifier(part)
    elif path.startswith(_SOURCE) and path.removeprefix(_SOURCE) in _MEMBERS:
        yield _MEMBERS[path.removeprefix(_SOURCE)], part, path.removeprefix(_SOURCE)
    elif path in _PLACES:
        name, where = _PLACES[path]
        yield name, part, where
    elif path.startswith("@context"):
        yield CONTEXT_STATED, part, path
    elif path in _HARMLESS or path.partition(".")[0] in _HARMLESS:
        yield EXTRA, part, path
    elif path.startswith("body"):
        yield TEXT, part, path
    elif path.startswith("target.selector") and last in _QUOTED:
        yield _QUOTED[last], part, path
    else:
        yield from others(part, path, ())


def _read_identifier(item: object) -> Iterator[Pair]:
    kind = scalar(at(item, "schema:propertyID"))
    if kind is not None and kind in _IDENTIFIERS:
        yield _IDENTIFIERS[kind], scalar(at(item, "schema:value")), kind
        return
    yield from others(item, _IDENTIFIED, ())
