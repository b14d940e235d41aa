"""Outside judges: the schema of CSL, rispy, bibtexparser, html5lib; the shapes of annotations and DataCite records."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import html5lib
import jsonschema
import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware

from muniment.cite import Citation
from muniment.cite.facts import is_web
from muniment.cite.formats import format_citation
from muniment.cite.genres import types_of
from muniment.display import plain

Case = tuple[str, Citation]


def test_csl_fits_its_schema(vectors: Callable[[str], Path], case: Case) -> None:
    """Every file is valid CSL-JSON by the schema of citation-style-language, with the exact title."""
    schema = json.loads((vectors("csl") / "csl-data.json").read_text(encoding="utf-8"))
    items = json.loads(format_citation(case[1], "csl-json"))

    jsonschema.Draft7Validator(schema).validate(items)

    assert items[0]["title"] == case[1].title


def test_rispy_reads_ris(case: Case) -> None:
    """Rispy finds one reference, with title, issuer, date and the whole hash; no line is broken."""
    _, citation = case
    text = format_citation(citation, "ris")

    [entry] = rispy.loads(text)

    assert all(line[:6] == f"{line[:2]}  - " for line in text.removesuffix("\n").split("\n"))
    assert entry["type_of_reference"] == types_of(citation.genre.term).ris
    assert entry["title"] == plain(citation.title)
    assert entry.get("authors") == ([citation.issuer] if citation.issuer else None)
    assert entry["accession_number"] == citation.sha256
    assert entry.get("year") == (citation.issued.date[:4] if citation.issued.date else None)
    assert f"SHA-256: {citation.sha256}" in entry["notes"]
    assert ("Paragraph: " + (citation.paragraph or "")) in [*entry["notes"], "Paragraph: "]
    assert "unknown_tag" not in entry


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_bibtexparser_reads_entries(case: Case, form: str) -> None:
    """Bibtexparser finds one entry without a fault, and decodes its LaTeX to the title."""
    _, citation = case
    text = format_citation(citation, form)

    library = parse_string(text, append_middleware=[LatexDecodingMiddleware()])

    assert library.failed_blocks == []
    [entry] = library.entries
    fields = {key: field.value for key, field in entry.fields_dict.items()}
    assert entry.key == citation.key
    assert entry.entry_type == ("misc" if form == "bibtex" else types_of(citation.genre.term).biblatex)
    assert fields["eprint" if form == "biblatex" else "sha256"] == citation.sha256
    assert decoded(fields["title"]) == decoded(plain(citation.title))
    assert fields.get("date", fields.get("year")) == (
        (citation.issued.date if form == "biblatex" else citation.issued.date[:4]) if citation.issued.date else None
    )
    assert ("author" in fields) == (citation.issuer is not None)


def decoded(text: str) -> str:
    """What is left when the judge's spacing and quotation marks are put aside: it decodes these in ways of its own."""
    for turned, straight in (("“", "``"), ("”", "''"), ("’", "'"), ("‘", "`"), ("ˆ", "^")):
        text = text.replace(turned, straight)
    return text.replace(" ", "").replace("{", "").replace("}", "")


def test_html5lib_reads_html(case: Case) -> None:
    """A strict parser finds no fault and no element of the title's; the text is the long style, the link is safe."""
    _, citation = case
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False)

    fragment = parser.parseFragment(format_citation(citation, "html"))

    assert [element.tag for element in fragment.iter()] == ["DOCUMENT_FRAGMENT", "p", "a", "cite", "bdi"]
    words = "".join(fragment.itertext())
    assert plain(words.removesuffix("\n")) == plain(format_citation(citation, "long"))
    link = fragment.find("p/a").attrib
    web = citation.source is not None and is_web(citation.source)
    assert link["href"] == (citation.address or (citation.source if web else link["data-versionurl"]))
    assert link.get("data-originalurl") == (citation.source if web else None)
    assert link["data-versiondate"] == "2026-11-22"


ANNOTATION: dict[str, Any] = {
    "type": "object",
    "required": ["@context", "id", "type", "motivation", "body", "target"],
    "additionalProperties": False,
    "properties": {
        "@context": {"const": "http://www.w3.org/ns/anno.jsonld"},
        "id": {"pattern": "^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"},
        "type": {"const": "Annotation"},
        "motivation": {"const": "identifying"},
        "body": {
            "type": "object",
            "required": ["type", "value", "format"],
            "properties": {"type": {"const": "TextualBody"}, "format": {"const": "text/plain"}},
        },
        "target": {
            "type": "object",
            "required": ["type", "source"],
            "additionalProperties": False,
            "properties": {
                "type": {"const": "SpecificResource"},
                "source": {
                    "type": "object",
                    "required": ["id", "type", "format"],
                    "properties": {"id": {"pattern": "^ni:///sha-256;[A-Za-z0-9_-]{43}$"}},
                },
                "selector": {
                    "type": "object",
                    "required": ["type", "value", "refinedBy"],
                    "additionalProperties": False,
                    "properties": {
                        "type": {"const": "FragmentSelector"},
                        "value": {"pattern": "^(p|h|nn)"},
                        "refinedBy": {
                            "type": "object",
                            "required": ["type", "exact"],
                            "additionalProperties": False,
                            "properties": {
                                "type": {"const": "TextQuoteSelector"},
                                "exact": {"type": "string", "minLength": 1},
                                "prefix": {"type": "string", "minLength": 1},
                                "suffix": {"type": "string", "minLength": 1},
                            },
                        },
                    },
                },
            },
        },
    },
}
"""Web Annotation Data Model, sections 3.1, 3.2.4, 4.2.1 and 4.2.4, as far as ours use it."""

DATACITE: dict[str, Any] = {
    "type": "object",
    "required": ["schemaVersion", "types", "creators", "titles", "publisher", "publicationYear", "dates", "version"],
    "properties": {
        "publicationYear": {"type": "string", "pattern": "^[0-9]{4}$"},
        "types": {
            "type": "object",
            "required": ["resourceTypeGeneral", "resourceType"],
            "additionalProperties": False,
            "properties": {"resourceTypeGeneral": {"enum": ["Text", "Report"]}, "resourceType": {"minLength": 1}},
        },
        "creators": {"type": "array", "minItems": 1, "maxItems": 1, "items": {"required": ["name"]}},
        "titles": {"type": "array", "minItems": 1, "items": {"required": ["title"]}},
        "publisher": {"type": "object", "required": ["name"]},
        "dates": {
            "type": "array",
            "items": {
                "properties": {"dateType": {"enum": ["Issued", "Available", "Withdrawn"]}},
                "required": ["date", "dateType"],
            },
        },
        "alternateIdentifiers": {
            "type": "array",
            "items": {"required": ["alternateIdentifier", "alternateIdentifierType"], "maxProperties": 2},
        },
        "relatedIdentifiers": {
            "type": "array",
            "items": {"required": ["relatedIdentifier", "relatedIdentifierType", "relationType"], "maxProperties": 3},
        },
    },
}
"""DataCite metadata schema 4.5, as far as ours use it; the DOI is for whoever deposits."""


def test_annotation_shape(case: Case) -> None:
    """An annotation has the shape of the W3C model; a paragraph is a fragment refined by its words."""
    _, citation = case
    value = json.loads(format_citation(citation, "annotation"))

    jsonschema.Draft202012Validator(ANNOTATION).validate(value)

    assert ("selector" in value["target"]) == (citation.paragraph is not None)
    assert value["body"]["value"] == format_citation(citation, "long")


def test_datacite_shape(case: Case) -> None:
    """A DataCite record has what the kernel wants, and invents neither creator nor date of issue."""
    _, citation = case
    value = json.loads(format_citation(citation, "datacite"))

    jsonschema.Draft202012Validator(DATACITE).validate(value)

    assert value["creators"][0]["name"] == (citation.issuer or ":unkn")
    issued = [date["date"] for date in value["dates"] if date["dateType"] == "Issued"]
    assert issued == ([citation.issued.date] if citation.issued.date else [])
