"""The record: the canonical JSON of one version (``schemas/record.schema.json``, ``docs/format.md``).

The SHA-256 of these bytes is the citation hash and the signature is over these bytes, so a record is only ever
formatted once, when it is made.  Reading parses, and never writes back.

The two values that extraction and the record share: a paragraph, and the name of what extracted it.

- ``attestation``: what another archive attested of the same bytes
- ``provenance``: what a source of a whole history claims of a state
- ``capture``: what is known of the answer of a server that an original was taken from
- ``choices``: what was chosen where the rules of an extractor leave a choice
- ``phrases``: what a record says, in words for people
- ``succession``: what a record must be beside the one before it
- ``reading``: the reading text, with emendations in brackets
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, cast

import orjson

from muniment.canonical import Json, format_without_floats, parse_canonical
from muniment.record.attestation import ATTESTATION_PATH, Attestation
from muniment.record.capture import EXCHANGE_PATH, Capture, KeptExchange, read_capture
from muniment.record.choices import (
    Choices,
    DocumentChoices,
    LeftOutPart,
    MailChoices,
    Parameters,
    PdfChoices,
    read_choices,
)
from muniment.record.provenance import Provenance, read_provenance
from muniment.schema import validate

__all__ = [
    "ATTESTATION_PATH",
    "EXCHANGE_PATH",
    "FORMAT",
    "FORMAT_OF_CHOICES",
    "KEPT_PATHS",
    "NO_GENRE",
    "RECORD_PATH",
    "SIGNATURE_PATH",
    "Activity",
    "Attestation",
    "Change",
    "Choices",
    "Description",
    "DocumentChoices",
    "Emendation",
    "Extractor",
    "Genre",
    "Issued",
    "KeptExchange",
    "LeftOutPart",
    "MailChoices",
    "Original",
    "Paragraph",
    "Parameters",
    "PdfChoices",
    "Record",
    "Relation",
    "format_record",
    "parse_record",
    "read_choices",
    "read_record",
    "record_as_json",
    "shared_paragraph",
    "validate_record",
]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the text as received.

    Attributes:
        id: Fixed when the version is made, and signed with it: ``p16``, ``p9.1``, ``nn1``, ``h1``.
        kind: ``heading``, ``paragraph`` or ``list-item``; of a page also ``table-row``.
        label: The number, letter or bullet as printed, with its punctuation; None when nothing is printed.
        text: One contiguous slice of the decoded original, code points as found; of a page, of its rendered text.
        place: Where it begins in an original that has pages, ``p. 3``; else None, and no member of the record.
    """

    id: str
    kind: str
    label: str | None
    text: str
    place: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """Give the object that stands in the record."""
        value = {"id": self.id, "kind": self.kind, "label": self.label, "text": self.text}
        if self.place is not None:
            # Absent where there is none, so that a paragraph of a text has one form; the order is that of RFC 8785.
            value = {"id": self.id, "kind": self.kind, "label": self.label, "place": self.place, "text": self.text}
        return value

    def canonical(self) -> bytes:
        """Give the RFC 8785 form of that object: a leaf of the paragraph tree.

        By orjson because ``verify`` asks for every paragraph of every version; the tests hold it to RFC 8785.
        """
        return orjson.dumps(self.as_json())


_SHORT = 2000
"""Code points of a text up to which a paragraph is kept.

8,192 of them, as a few hundred releases have, are some megabytes as a rule and 66 at the very most.
"""

_recent = lru_cache(8192)(Paragraph)


def shared_paragraph(id: str, kind: str, label: str | None, text: str, place: str | None = None) -> Paragraph:  # noqa: A002 - its name
    """Give a paragraph; where an equal one was made lately, that one.

    A paragraph of a history stands in each record, and comes out of each original again.  To find the one that is
    there takes half the time of making another, and what is one object is compared, and hashed, at once.
    """
    return _recent(id, kind, label, text, place) if len(text) <= _SHORT else Paragraph(id, kind, label, text, place)


@dataclass(frozen=True, slots=True)
class Extractor:
    """What took the text out of the original.

    Attributes:
        name: Of the rules.
        version: Of the rules.
        parameters: What was chosen; None where the rules leave no choice.
        engine: The program whose reading it is, by name and build; None where the rules alone decide.
    """

    name: str
    version: str
    parameters: Parameters | None = None
    engine: str | None = None


FORMAT = "muniment-record/1"
FORMAT_OF_CHOICES = "muniment-record/2"
"""Of a record whose extractor has parameters, or whose original was captured, or imported with its history."""
RECORD_SCHEMAS: Mapping[str, str] = MappingProxyType({FORMAT: "record", FORMAT_OF_CHOICES: "record-2"})
"""The schema of each format of a record."""

RECORD_PATH = "record.json"
SIGNATURE_PATH = "record.json.sig"
KEPT_PATHS = (EXCHANGE_PATH, ATTESTATION_PATH)
"""Logical paths of the files that may be kept beside an original."""


@dataclass(frozen=True, slots=True)
class Change:
    """What made a version.

    Attributes:
        kind: ``publication``, ``reextraction``, ``description`` or ``emendation``; the rules are in
            ``muniment.record.succession``.
        note: The keeper's words about it, or None.
        reverts_to: For a publication that brings old bytes back, the newest earlier version with the same bytes.
    """

    kind: str
    note: str | None = None
    reverts_to: int | None = None

    @property
    def message(self) -> str:
        """The message of the version in its OCFL inventory: the kind, and the note if there is one."""
        return f"{self.kind}: {self.note}" if self.note else self.kind


@dataclass(frozen=True, slots=True)
class Issued:
    """Date of issue in its true precision (``2022-01``), and whether it was stated, inferred or is unknown."""

    date: str | None
    basis: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Genre:
    """What kind of text it is (``press release``), and whether it was stated, inferred or is unknown."""

    term: str | None
    basis: str
    note: str | None = None


NO_GENRE = Genre(None, "unknown")


@dataclass(frozen=True, slots=True)
class Relation:
    """A link to another statement; ``target`` is a URI or a reference inside the archive."""

    relation: str
    target: str


@dataclass(frozen=True, slots=True)
class Description:
    """What the archive says about a statement: everything that a change of kind ``description`` may touch."""

    title: str
    language: str = "und"
    issuer: str | None = None
    issued: Issued = Issued(None, "unknown")
    abstract: str | None = None
    subjects: tuple[str, ...] = ()
    temporal: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    rights: str | None = None
    genre: Genre = NO_GENRE


@dataclass(frozen=True, slots=True)
class Original:
    """The bytes as received.

    Attributes:
        path: Logical path in the OCFL object, ``original.txt``.
        sha256: 64 hexadecimal digits.
        size: In bytes, at least 1.
        media_type: For example ``text/plain``.
        charset: IANA name in lower case; None where the medium has none.
        extractor: The rules that took the text out of the bytes.
        uri: Where it was published, or None.
        retrieved: When it was retrieved, as claimed, or None.
        capture: The answer of a server that it was taken from; None where it came as a file of its own.
        imported: Where it stood in the source of a whole history; None where it came by itself.
        attestation: What another archive attested of it, which is kept beside it; None where nothing is.
    """

    path: str
    sha256: str
    size: int
    media_type: str
    charset: str | None
    extractor: Extractor
    uri: str | None = None
    retrieved: str | None = None
    capture: Capture | None = None
    imported: Provenance | None = None
    attestation: Attestation | None = None

    @property
    def came_alone(self) -> bool:
        """Whether nothing is told of where it was taken from."""
        return self.capture is None and self.imported is None and self.attestation is None

    @property
    def exchange(self) -> KeptExchange | None:
        """The exchange that the archive keeps beside it; None where it keeps none."""
        return None if self.capture is None else self.capture.exchange

    @property
    def kept(self) -> tuple[KeptExchange | Attestation, ...]:
        """The files that the archive keeps beside it: each has a path, a SHA-256 and a size."""
        return tuple(file for file in (self.exchange, self.attestation) if file is not None)


@dataclass(frozen=True, slots=True)
class Emendation:
    """An attributed editorial correction of ``text[start:end]`` (code points) of one paragraph.

    Attributes:
        paragraph: Id of the paragraph.
        start: First code point concerned, from 0.
        end: One past the last; equal to ``start`` for ``supplied``.
        kind: ``supplied``, ``corrected``, ``omitted`` or ``unclear``.
        replacement: The editor's text for ``supplied`` and ``corrected``, else empty.
        reason: Why.
        by: Who.
    """

    paragraph: str
    start: int
    end: int
    kind: str
    replacement: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Activity:
    """One step of the provenance: what was done, by which agent, at which claimed time."""

    activity: str
    agent: str
    time: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One immutable version of a release."""

    release: str
    version: int
    previous: str | None
    change: Change
    description: Description
    original: Original
    paragraphs: tuple[Paragraph, ...]
    provenance: tuple[Activity, ...]
    emendations: tuple[Emendation, ...] = ()

    @property
    def format(self) -> str:
        """The name of its format: where the rules of the extractor left a choice, or of a capture, another one."""
        plain = self.original.extractor.parameters is None and self.original.came_alone
        return FORMAT if plain else FORMAT_OF_CHOICES

    @property
    def name(self) -> str:
        """The reference of this version, ``kz-events-2022-01/v1``."""
        return f"{self.release}/v{self.version}"


def format_record(record: Record) -> bytes:
    """Give the canonical bytes of a record (RFC 8785), without a final newline."""
    return format_without_floats(cast("Json", record_as_json(record)))


def record_as_json(record: Record) -> dict[str, Any]:
    """Give the JSON value of a record, members in canonical order."""
    description, original = record.description, record.original
    return {
        "abstract": description.abstract,
        "change": _members(record.change, "kind", "note", "reverts_to"),
        "emendations": [
            _members(e, "paragraph", "start", "end", "kind", "replacement", "reason", "by") for e in record.emendations
        ],
        "format": record.format,
        # Absent where it is not known, so that the record of a text that nobody described has one form.
        **({"genre": _members(description.genre, "term", "basis", "note")} if description.genre.term else {}),
        "issued": _members(description.issued, "date", "basis", "note"),
        "issuer": description.issuer,
        "language": description.language,
        "original": {
            **_members(original, "path", "sha256", "size", "media_type", "charset", "uri", "retrieved"),
            "extractor": _extractor_as_json(original),
            # Absent where there was none, so that the record of a file has one form.
            **({} if original.capture is None else {"capture": original.capture.as_json()}),
            **({} if original.imported is None else {"import": original.imported.as_json()}),
            **({} if original.attestation is None else {"attestation": original.attestation.as_json()}),
        },
        "paragraphs": [paragraph.as_json() for paragraph in record.paragraphs],
        "previous": record.previous,
        "provenance": [_members(a, "activity", "agent", "time", "note") for a in record.provenance],
        "relations": [_members(r, "relation", "target") for r in description.relations],
        "release": record.release,
        "rights": description.rights,
        "subjects": list(description.subjects),
        "temporal": list(description.temporal),
        "title": description.title,
        "version": record.version,
    }


def _extractor_as_json(original: Original) -> dict[str, Any]:
    extractor = original.extractor
    value = _members(extractor, "name", "version")
    if extractor.parameters is None:
        return value if original.came_alone else {**value, "engine": None, "parameters": None}
    return {**value, "engine": extractor.engine, "parameters": extractor.parameters.as_json()}


def _members(value: object, *names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def parse_record(data: bytes, *, where: str = RECORD_PATH) -> Record:
    """Read a record from the bytes that were hashed and signed.

    Args:
        data: The file.
        where: Its name, for errors.

    Raises:
        CanonicalError: The bytes are not strict JSON in RFC 8785 form.
        SchemaError: The value breaks the record's schema.
    """
    value = parse_canonical(data, where=where)
    return validate_record(value, where=where)


def validate_record(value: Json, *, where: str) -> Record:
    """Hold a value against the schema of its format, and read it.

    Raises:
        SchemaError: It breaks that schema, or is of a format that is not known here.
    """
    with_choices = isinstance(value, dict) and value.get("format") == FORMAT_OF_CHOICES
    validate(RECORD_SCHEMAS[FORMAT_OF_CHOICES if with_choices else FORMAT], value, where=where)
    return read_record(cast("dict[str, Any]", value))


def read_record(value: dict[str, Any]) -> Record:
    """Turn a value that its schema has accepted into a record."""
    original = dict(value["original"])
    imported = original.pop("import", None)
    return Record(
        release=value["release"],
        version=value["version"],
        previous=value["previous"],
        change=Change(**value["change"]),
        description=Description(
            title=value["title"],
            language=value["language"],
            issuer=value["issuer"],
            issued=Issued(**value["issued"]),
            abstract=value["abstract"],
            subjects=tuple(value["subjects"]),
            temporal=tuple(value["temporal"]),
            relations=tuple(Relation(**item) for item in value["relations"]),
            rights=value["rights"],
            genre=Genre(**value["genre"]) if "genre" in value else NO_GENRE,
        ),
        original=Original(
            **{
                **original,
                "extractor": _read_extractor(original["extractor"]),
                "capture": read_capture(original["capture"]) if "capture" in original else None,
                "imported": None if imported is None else read_provenance(imported),
                "attestation": Attestation(**original["attestation"]) if "attestation" in original else None,
            }
        ),
        paragraphs=tuple([shared_paragraph(**p) for p in value["paragraphs"]]),
        provenance=tuple(Activity(**item) for item in value["provenance"]),
        emendations=tuple(Emendation(**item) for item in value["emendations"]),
    )


def _read_extractor(value: dict[str, Any]) -> Extractor:
    parameters = value.get("parameters")
    choices = None if parameters is None else read_choices(parameters)
    return Extractor(value["name"], value["version"], choices, value.get("engine"))
