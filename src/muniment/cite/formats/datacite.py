"""DataCite JSON (metadata schema 4.5), for a repository that may one day give a version a DOI.

The DOI is not in it, because there is none.  Without an issuer the creator is ``:unkn``, DataCite's word for what is
not known.  ``publicationYear`` must be there: it is the year of issue, else that in which the archive, which is the
publisher here, logged the version; then there is no date of the type Issued.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from muniment.cite.citation import Citation
from muniment.cite.facts import (
    ADDRESS,
    BASIS,
    DATE,
    EXTRA,
    GENRE_STATED,
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
    YEAR,
    Fact,
    at,
    is_web,
    listed,
    scalar,
)
from muniment.cite.fields import Pair, all_of, others, people
from muniment.cite.genres import capital, types_of
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
_DERIVED = "IsDerivedFrom"
_MEMBERS = {
    "title": TITLE,
    "author": ISSUER,
    "publisher": ORIGIN,
    "publicationYear": YEAR,
    "version": VERSION,
    "language": LANGUAGE,
    "url": ADDRESS,
}
_HARMLESS = frozenset(
    (
        *("schemaversion", "id", "doi", "prefix", "suffix", "identifiers", "state", "created", "registered", "updated"),
        *("subjects", "sizes", "formats", "rightslist", "types"),
    )
)


def datacite_record(citation: Citation) -> dict[str, Any]:
    """Give the record of the version."""
    record: dict[str, Any] = {
        "schemaVersion": SCHEMA,
        "types": {
            "resourceTypeGeneral": types_of(citation.genre.term).datacite,
            "resourceType": capital(citation.kind),
        },
        "creators": [_creator(citation.issuer)],
        "titles": [{"title": citation.title, **_language(citation, "lang")}],
        "publisher": {"name": citation.origin},
        "publicationYear": (citation.issued.date or citation.logged_at)[:4],
        "dates": list(_dates(citation)),
        **_language(citation, "language"),
        "version": str(citation.version),
        "alternateIdentifiers": list(_alternates(citation)),
        **({"url": citation.address} if citation.address else {}),
    }
    if citation.source and is_web(citation.source):
        link = {"relatedIdentifier": citation.source, "relatedIdentifierType": "URL", "relationType": _DERIVED}
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
    if citation.withdrawn:
        yield {"date": citation.withdrawn, "dateType": "Withdrawn", "dateInformation": CLAIMED}


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
    """Read a record, each member of it; members that are missing state nothing."""
    first = {name: record[name] for name in ("alternateIdentifiers",) if name in record}
    return listed(pair for name, value in {**first, **record}.items() for pair in _read_member(name, value))


def _read_member(name: str, value: object) -> Iterator[Pair]:
    readers = {
        "alternateIdentifiers": _read_alternate,
        "titles": _read_title,
        "dates": _read_date,
        "relatedIdentifiers": _read_related,
        "descriptions": _read_description,
    }
    if name == "creators":
        named = value if isinstance(value, list) else [value]
        known = [_without(one, "name") if at(one, "name") == UNKNOWN else one for one in named]
        yield from people(known, name, "name", ("givenName", "familyName"), ("nameType",))
    elif name in readers:
        for number, item in enumerate(value if isinstance(value, list) else [value]):
            yield from readers[name](item, f"{name}[{number}]" if number else name)
    elif name == "publisher" and isinstance(value, Mapping):
        yield from all_of(ORIGIN, value.get("name"), name)
        yield from others(_without(value, "name"), name, ())
    elif name == "types":
        yield from all_of(GENRE_STATED, at(value, "resourceType"), f"{name}.resourceType")
        yield from others(_without(value, "resourceType"), name, _HARMLESS)
    elif name in _MEMBERS:
        yield from all_of(_MEMBERS[name], value, name)
    else:
        yield from others(value, name, _HARMLESS)


def _without(value: object, *names: str) -> object:
    return {name: part for name, part in value.items() if name not in names} if isinstance(value, Mapping) else value


def _read_alternate(item: object, where: str) -> Iterator[Pair]:
    kind = scalar(at(item, "alternateIdentifierType"))
    if kind is not None and kind in _ALTERNATE:
        yield _ALTERNATE[kind], scalar(at(item, "alternateIdentifier")), f"alternateIdentifiers, {kind}"
        item = _without(item, "alternateIdentifierType", "alternateIdentifier")
    yield from others(item, where, {where.partition("[")[0]})


def _read_title(item: object, where: str) -> Iterator[Pair]:
    yield from all_of(TITLE, at(item, "title") if isinstance(item, Mapping) else item, where)
    yield from others(_without(item, "title") if isinstance(item, Mapping) else None, where, {f"{where}.lang"})


def _read_date(item: object, where: str) -> Iterator[Pair]:
    """Read a date; of another type than ours, the record has it only where it is that of issue."""
    kind = scalar(at(item, "dateType")) or ""
    path = f"dates, {kind}" if kind else where
    name = {"Available": LOGGED, "Withdrawn": EXTRA}.get(kind or "", DATE)
    yield from all_of(name, at(item, "date") if isinstance(item, Mapping) else item, path)
    if kind == "Issued":
        yield from all_of(BASIS, at(item, "dateInformation"), path)
    elif isinstance(item, Mapping):
        yield from all_of(EXTRA, item.get("dateInformation"), f"{path}, dateInformation")
    if isinstance(item, Mapping):
        yield from others(_without(item, "date", "dateType", "dateInformation"), where, ())


def _read_related(item: object, where: str) -> Iterator[Pair]:
    if at(item, "relationType") in {None, _DERIVED} and isinstance(item, Mapping):
        yield from all_of(SOURCE, item.get("relatedIdentifier"), where)
        item = _without(item, "relatedIdentifier", "relationType")
    yield from others(item, where, {f"{where}.relatedIdentifierType"})


def _read_description(item: object, where: str) -> Iterator[Pair]:
    text = scalar(at(item, "description"))
    if text is not None and text.startswith(_PUBLISHED_AT):
        yield SOURCE, text.removeprefix(_PUBLISHED_AT), where
        item = _without(item, "description")
    yield from others(item, where, {f"{where}.descriptionType", f"{where}.lang"})
