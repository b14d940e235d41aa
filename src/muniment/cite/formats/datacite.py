"""DataCite JSON (metadata schema 4.5), for a repository that may one day give a version a DOI.

The DOI is not in it, because there is none.  Without an issuer the creator is ``:unkn``, DataCite's word for what is
not known.  ``publicationYear`` must be there: it is the year of issue, else that in which the archive, which is the
publisher here, logged the version; then there is no date of the type Issued.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from muniment.cite.citation import GENRE, Citation
from muniment.cite.facts import (
    BASIS,
    DATE,
    INDEX,
    INFERRED,
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
    is_web,
    listed,
    scalar,
)
from muniment.digest import ni_uri

SCHEMA = "http://datacite.org/schema/kernel-4"
UNKNOWN = ":unkn"
CLAIMED = "by the archive's clock: a claim"

_ALTERNATE = {
    "SHA-256": RECORD,
    "ni": NI,
    "Archived as": REFERENCE,
    "Log entry": INDEX,
    "Trust root SHA-256": ROOT,
    "Paragraph": PARAGRAPH,
}
_PUBLISHED_AT = "Published at "


def datacite_record(citation: Citation) -> dict[str, Any]:
    """Give the record of the version."""
    record: dict[str, Any] = {
        "schemaVersion": SCHEMA,
        "types": {"resourceTypeGeneral": "Text", "resourceType": GENRE},
        "creators": [_creator(citation.issuer)],
        "titles": [{"title": citation.title, **_language(citation, "lang")}],
        "publisher": {"name": citation.origin},
        "publicationYear": (citation.issued.date or citation.logged_at)[:4],
        "dates": list(_dates(citation)),
        **_language(citation, "language"),
        "version": str(citation.version),
        "alternateIdentifiers": list(_alternates(citation)),
    }
    if citation.source and is_web(citation.source):
        link = {"relatedIdentifier": citation.source, "relatedIdentifierType": "URL", "relationType": "IsDerivedFrom"}
        record["relatedIdentifiers"] = [link]
    elif citation.source:
        text = f"{_PUBLISHED_AT}{citation.source}"
        record["descriptions"] = [{"description": text, "descriptionType": "Other"}]
    return record


def _creator(issuer: str | None) -> dict[str, str]:
    return {"name": issuer, "nameType": "Organizational"} if issuer else {"name": UNKNOWN}


def _language(citation: Citation, name: str) -> dict[str, str]:
    return {name: citation.language} if citation.language != "und" else {}


def _dates(citation: Citation) -> Iterator[dict[str, str]]:
    if citation.issued.date is not None:
        basis = {"dateInformation": INFERRED} if citation.issued.basis == "inferred" else {}
        yield {"date": citation.issued.date, "dateType": "Issued", **basis}
    yield {"date": citation.logged_at, "dateType": "Available", "dateInformation": CLAIMED}


def _alternates(citation: Citation) -> Iterator[dict[str, str]]:
    values = (
        citation.sha256,
        ni_uri(citation.sha256),
        citation.reference,
        str(citation.index),
        citation.root,
        citation.paragraph,
    )
    for kind, value in zip(_ALTERNATE, values, strict=True):
        if value is not None:
            yield {"alternateIdentifier": value, "alternateIdentifierType": kind}


def read_datacite(record: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Read the facts of a record; members that are missing state nothing."""
    creator = scalar(at(record, "creators", 0, "name"))
    publisher = at(record, "publisher")
    return listed(
        [
            *_read_alternates(at(record, "alternateIdentifiers")),
            (TITLE, scalar(at(record, "titles", 0, "title")), "titles"),
            (ISSUER, None if creator == UNKNOWN else creator, "creators"),
            (ORIGIN, scalar(publisher) or scalar(at(publisher, "name")), "publisher"),
            (VERSION, scalar(at(record, "version")), "version"),
            (LANGUAGE, scalar(at(record, "language")), "language"),
            *_read_dates(at(record, "dates")),
            (SOURCE, scalar(at(record, "relatedIdentifiers", 0, "relatedIdentifier")), "relatedIdentifiers"),
            (SOURCE, _read_source(scalar(at(record, "descriptions", 0, "description"))), "descriptions"),
        ]
    )


def _read_alternates(items: object) -> Iterator[tuple[str, object, str]]:
    for item in items if isinstance(items, list) else []:
        kind = scalar(at(item, "alternateIdentifierType"))
        if kind is not None and _ALTERNATE.get(kind):
            yield _ALTERNATE[kind], scalar(at(item, "alternateIdentifier")), f"alternateIdentifiers, {kind}"


def _read_dates(items: object) -> Iterator[tuple[str, object, str]]:
    for item in items if isinstance(items, list) else []:
        match scalar(at(item, "dateType")):
            case "Issued":
                yield DATE, scalar(at(item, "date")), "dates, Issued"
                yield BASIS, scalar(at(item, "dateInformation")), "dates, Issued"
            case "Available":
                yield LOGGED, scalar(at(item, "date")), "dates, Available"


def _read_source(text: str | None) -> str | None:
    return text.removeprefix(_PUBLISHED_AT) if text is not None and text.startswith(_PUBLISHED_AT) else None
