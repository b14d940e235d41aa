"""What the page of a version tells to programs: Dublin Core, Highwire, schema.org and links (Signposting).

Only what the record says.  A date that the archive inferred is left out, because none of these forms can say so; and no
address is made up for a version that has none.  The ``ni`` URI (RFC 6920) is the hash itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from muniment.cite import Citation
from muniment.cite.genres import capital
from muniment.digest import format_digest, ni_uri
from muniment.display.frozen import plain
from muniment.markup import HOLE, Markup, MarkupTemplate, data_block, element
from muniment.record import RECORD_PATH, Description, Record
from muniment.snapshot.bagit import PAYLOAD
from muniment.snapshot.signed_files import SignedFiles

_WEB = re.compile(r"https?://[A-Za-z0-9][!#-;=?-Z_a-z~-]*")
_TERMS = "http://purl.org/dc/terms/"
TYPE = "https://schema.org/CreativeWork"


def meta(signed_files: SignedFiles) -> Iterator[Markup]:
    """The elements of the head."""
    yield element("link", rel="schema.DCTERMS", href=_TERMS)
    citation, record = signed_files.citation, signed_files.version.record
    yield from said(citation, record.description)
    for rel, href, media_type in _links(signed_files):
        yield element("link", rel=rel, href=href, type=media_type)
    size = len(signed_files.version.record_bytes)
    yield data_block("application/ld+json", linked_data(citation, record.description, f"{PAYLOAD}{RECORD_PATH}", size))


def said(citation: Citation, description: Description) -> Iterator[Markup]:
    """What the record says, for programs that read the head of a page: Dublin Core and Highwire."""
    for name, value in (*_dublin_core(citation, description), *_highwire(citation, description)):
        yield _META.fill(name, plain(value))


_META = MarkupTemplate.of(element("meta", name=HOLE, content=HOLE))


def _language(description: Description) -> str | None:
    return None if description.language == "und" else description.language


def _stated(description: Description) -> str | None:
    return description.issued.date if description.issued.basis == "stated" else None


def _dublin_core(citation: Citation, description: Description) -> Iterator[tuple[str, str]]:
    yield "DCTERMS.title", citation.title
    yield from (("DCTERMS.creator", value) for value in [description.issuer] if value)
    yield from (("DCTERMS.issued", value) for value in [_stated(description)] if value)
    yield from (("DCTERMS.language", value) for value in [_language(description)] if value)
    yield "DCTERMS.type", capital(citation.kind)
    yield "DCTERMS.identifier", ni_uri(citation.sha256)
    yield "DCTERMS.identifier", format_digest(citation.sha256)
    yield from (("DCTERMS.identifier", value) for value in [citation.address] if value)
    yield "DCTERMS.publisher", citation.origin
    yield from (("DCTERMS.source", value) for value in [citation.source] if value)
    yield from (("DCTERMS.subject", value) for value in description.subjects)
    yield from (("DCTERMS.temporal", value) for value in description.temporal)
    yield from (("DCTERMS.abstract", value) for value in [description.abstract] if value)
    yield from (("DCTERMS.rights", value) for value in [description.rights] if value)


def _highwire(citation: Citation, description: Description) -> Iterator[tuple[str, str]]:
    issued = _stated(description)
    yield "citation_title", description.title
    yield from (("citation_author", value) for value in [description.issuer] if value)
    # The form of Highwire Press has slashes; the precision stays.
    yield from (("citation_publication_date", value.replace("-", "/")) for value in [issued] if value)
    yield from (("citation_language", value) for value in [_language(description)] if value)
    yield "citation_publisher", citation.origin


def _links(signed_files: SignedFiles) -> Iterator[tuple[str, str, str | None]]:
    """Signposting (RFC 8288, RFC 8574): URIs that exist, and the files of the snapshot beside the page."""
    record = signed_files.version.record
    yield "cite-as", ni_uri(signed_files.citation.sha256), None
    yield "type", TYPE, None
    yield "describedby", f"{PAYLOAD}{RECORD_PATH}", "application/json"
    yield "item", f"{PAYLOAD}{record.original.path}", record.original.media_type
    yield from ((rel, href, None) for rel, href in outside_links(record))


def outside_links(record: Record) -> Iterator[tuple[str, str]]:
    """Links to what is not ours: the licence, and where the statement was published."""
    if record.description.rights and _WEB.fullmatch(record.description.rights):
        yield "license", record.description.rights
    if record.original.uri and _WEB.fullmatch(record.original.uri):
        yield "original", record.original.uri


def linked_data(citation: Citation, description: Description, record_url: str, record_size: int) -> dict[str, Any]:
    """The same as schema.org has it.

    Args:
        citation: Of the version.
        description: Of its record.
        record_url: Where the record is, from the page on.
        record_size: Its size in bytes.
    """
    members: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ["CreativeWork", "ArchiveComponent"],
        "@id": ni_uri(citation.sha256),
        "name": citation.title,
        "genre": capital(citation.kind),
        "version": str(citation.version),
        "identifier": [
            {"@type": "PropertyValue", "propertyID": "SHA-256", "value": citation.sha256},
            {"@type": "PropertyValue", "propertyID": citation.origin, "value": citation.reference},
        ],
        "holdingArchive": {"@type": "ArchiveOrganization", "name": citation.origin},
        "inLanguage": _language(description),
        "author": {"@type": "Organization", "name": description.issuer} if description.issuer else None,
        "datePublished": _stated(description),
        "abstract": description.abstract,
        "keywords": list(description.subjects),
        "temporalCoverage": list(description.temporal),
        "usageInfo": description.rights,
        "isBasedOn": citation.source,
        "url": citation.address,
        "encoding": {
            "@type": "MediaObject",
            "contentUrl": record_url,
            "encodingFormat": "application/json",
            "contentSize": f"{record_size} B",
            "sha256": citation.sha256,
        },
    }
    return {name: value for name, value in members.items() if value not in (None, [])}
