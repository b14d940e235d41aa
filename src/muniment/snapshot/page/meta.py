"""What the page of a version tells to programs: Dublin Core, Highwire, schema.org and links (Signposting).

Only what the record says.  A date that the archive inferred is left out, because none of these forms can say so; and no
address is made up for a version that has none.  The ``ni`` URI (RFC 6920) is the hash itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from muniment.cite.genres import capital
from muniment.digest import format_digest, ni_uri
from muniment.display.frozen import plain
from muniment.markup import Markup, data_block, element
from muniment.record import RECORD_PATH, Description
from muniment.snapshot.bagit import PAYLOAD
from muniment.snapshot.signed_files import SignedFiles

_WEB = re.compile(r"https?://[A-Za-z0-9][!#-;=?-Z_a-z~-]*")
_TERMS = "http://purl.org/dc/terms/"
_TYPE = "https://schema.org/CreativeWork"


def meta(signed_files: SignedFiles) -> Iterator[Markup]:
    """The elements of the head."""
    yield element("link", rel="schema.DCTERMS", href=_TERMS)
    for name, value in (*_dublin_core(signed_files), *_highwire(signed_files)):
        yield element("meta", name=name, content=plain(value))
    for rel, href, media_type in _links(signed_files):
        yield element("link", rel=rel, href=href, type=media_type)
    yield data_block("application/ld+json", _linked_data(signed_files))


def _language(description: Description) -> str | None:
    return None if description.language == "und" else description.language


def _stated(description: Description) -> str | None:
    return description.issued.date if description.issued.basis == "stated" else None


def _dublin_core(signed_files: SignedFiles) -> Iterator[tuple[str, str]]:
    citation, description = signed_files.citation, signed_files.version.record.description
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


def _highwire(signed_files: SignedFiles) -> Iterator[tuple[str, str]]:
    description, issued = signed_files.version.record.description, _stated(signed_files.version.record.description)
    yield "citation_title", description.title
    yield from (("citation_author", value) for value in [description.issuer] if value)
    # The form of Highwire Press has slashes; the precision stays.
    yield from (("citation_publication_date", value.replace("-", "/")) for value in [issued] if value)
    yield from (("citation_language", value) for value in [_language(description)] if value)
    yield "citation_publisher", signed_files.citation.origin


def _links(signed_files: SignedFiles) -> Iterator[tuple[str, str, str | None]]:
    """Signposting (RFC 8288, RFC 8574): URIs that exist, and the files of the snapshot beside the page."""
    record = signed_files.version.record
    yield "cite-as", ni_uri(signed_files.citation.sha256), None
    yield "type", _TYPE, None
    yield "describedby", f"{PAYLOAD}{RECORD_PATH}", "application/json"
    yield "item", f"{PAYLOAD}{record.original.path}", record.original.media_type
    if record.description.rights and _WEB.fullmatch(record.description.rights):
        yield "license", record.description.rights, None
    if record.original.uri and _WEB.fullmatch(record.original.uri):
        yield "original", record.original.uri, None


def _linked_data(signed_files: SignedFiles) -> dict[str, Any]:
    citation, description = signed_files.citation, signed_files.version.record.description
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
            "contentUrl": f"{PAYLOAD}{RECORD_PATH}",
            "encodingFormat": "application/json",
            "contentSize": f"{len(signed_files.version.record_bytes)} B",
            "sha256": citation.sha256,
        },
    }
    return {name: value for name, value in members.items() if value not in (None, [])}
