"""Making the next record of a release out of bytes, metadata and the record before it.

Pure: bytes and values in, a ``Record`` out; times and names are handed in.  What is made here obeys the rules that
``muniment.record.succession`` checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, cast

from muniment.canonical import Json, format_and_parse, format_without_floats
from muniment.digest import sha256_hex
from muniment.errors import CanonicalError, FormatError, MetadataError, SchemaError
from muniment.record import (
    Activity,
    Change,
    Description,
    Emendation,
    Extractor,
    Original,
    Paragraph,
    Record,
    record_as_json,
    validate_record,
)
from muniment.record.attestation import Attestation
from muniment.record.capture import Capture
from muniment.record.phrases import provenance_words, rendered_words
from muniment.record.provenance import Provenance
from muniment.record.succession import check_record
from muniment.sources import (
    NO_WISH,
    Extraction,
    StatedFact,
    Wish,
    charset_again,
    extract,
    reading_after,
    suffix_of,
)
from muniment.sources.kinds import thing_of
from muniment.sources.marks import UNSEEN
from muniment.sources.title_and_date import MAX_TITLE, find_issued, headline_of, one_line

METADATA = ("abstract", "genre", "issued", "issuer", "language", "relations", "rights", "subjects", "temporal", "title")
"""Members of metadata that speak of the statement."""

CLAIMS = ("retrieved", "uri")
"""Members of metadata that speak of the original and not of the statement."""

_BASES = {
    "headline": "The title is the headline of the text.",
    "earlier": "The title is that of the version before.",
    "file": "The title is inferred from the name of the file.",
}
"""How a title was found that nobody gave, and the note in the provenance that says so."""

_STATED = "Stated by the original: "
"""How the note begins that says what an original states; the title comes first where it is that."""


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes as received, and what is claimed about them.

    Attributes:
        data: The bytes.
        name: Name of the file they came in, for the provenance and for errors.
        media_type: One that an adapter reads, such as ``text/html``.
        charset: Named by the user, or None where the bytes tell.
        received: When they came to the archive, a date or RFC 3339 in UTC.
        wish: What is to be taken; what is left open is as in the version before.
        capture: The answer of a server that the bytes were taken from, out of a file of that name; None for a file of
            its own.
        named: Whether the user named the medium; else a text that follows Markdown is Markdown.
        imported: Where the bytes stood in the source of a whole history; None where they came by themselves.
        exchange: What is kept of the exchange that the capture names; None where it names none.
        attestation: What another archive attested of the bytes; None where none did.
        attested: The file that it names.
        reader: What takes the words out: ``sources.extract``, or what has asked that before.
    """

    data: bytes
    name: str
    received: str
    media_type: str = "text/plain"
    charset: str | None = None
    wish: Wish = NO_WISH
    capture: Capture | None = None
    named: bool = False
    imported: Provenance | None = None
    exchange: bytes | None = None
    attestation: Attestation | None = None
    attested: bytes | None = None
    reader: Callable[..., Extraction] = extract


@dataclass(frozen=True, slots=True)
class Position:
    """The position of a new record in its chain.

    Attributes:
        release: Identifier of the release.
        before: The record before, or None for the first version.
        previous: Digest of its bytes, or None.
        by: Who makes this version.
        now: When, RFC 3339 in UTC.
        description: What a publication takes over; None for nothing.
    """

    release: str
    before: Record | None
    previous: str | None
    by: str
    now: str
    description: Description | None = None

    @property
    def version(self) -> int:
        """The number of the new version."""
        return self.before.version + 1 if self.before else 1


def publication(
    position: Position,
    source: Source,
    metadata: Mapping[str, Json],
    *,
    note: str | None = None,
    reverts_to: int | None = None,
) -> Record:
    """Make the record alone that ``written_publication`` makes."""
    return written_publication(position, source, metadata, note=note, reverts_to=reverts_to)[0]


def written_publication(
    position: Position,
    source: Source,
    metadata: Mapping[str, Json],
    *,
    note: str | None = None,
    reverts_to: int | None = None,
) -> tuple[Record, bytes]:
    """Make the record of bytes that the publisher published, and the bytes that it was read back from.

    Title: the given one, now or before; else the one that a page states, else the headline of the text, else that of
    the version before, else the name of the file; ``title_basis`` tells which.  Date of issue: the given one, else the
    stated one, else that of a line of the text, else none.  What else a page states fills what nothing else says.
    The rest is taken over from ``position``, as far as it is not given; ``kept_members`` tells what.

    Raises:
        SourceError: The bytes cannot be read as text.
        MetadataError: The metadata breaks the record's schema, or there is no title.
    """
    extraction = _extract(source, position.before)
    facts = _stated(extraction.facts)
    inherited = _with_facts(position.description or Description(title=""), facts)
    metadata = {**{name: facts[name].value for name in CLAIMS if name in facts}, **_claimed(source), **metadata}
    title, basis = _find_title(position, extraction.paragraphs, source.name, facts, given=bool(metadata.get("title")))
    issued = find_issued(extraction.paragraphs, facts.get("issued"), thing_of(extraction.media_type))
    draft = Record(
        release=position.release,
        version=position.version,
        previous=position.previous,
        change=Change("publication", note, reverts_to),
        description=replace(inherited, title=title, issued=issued),
        original=_original(source, extraction),
        paragraphs=extraction.paragraphs,
        provenance=(_received(position, source, metadata), _extracted(extraction, position.now, basis, facts)),
    )
    if not draft.description.title and not metadata.get("title"):
        what = "neither the text nor the name of its file gives a title"
        raise MetadataError(what, where=source.name, hint="give a title")
    return _written(draft, metadata, where="metadata")


def reextraction(position: Position, source: Source, *, note: str | None = None) -> Record | None:
    """Make the record of the same bytes extracted anew, or None where the text comes out the same."""
    before = _before(position)
    extraction = _extract(_named_as_before(source, before.original), before)
    original = _original(source, extraction)
    old = before.original
    original = replace(original, uri=old.uri, retrieved=old.retrieved, capture=old.capture, imported=old.imported)
    original = replace(original, attestation=old.attestation)
    if extraction.paragraphs == before.paragraphs and original == before.original:
        return None
    draft = _successor(position, Change("reextraction", note), _extract_activity(extraction, position.now))
    draft = replace(draft, original=original, paragraphs=extraction.paragraphs, emendations=())
    return _with_metadata(draft, {}, where=source.name)


def _named_as_before(source: Source, original: Original) -> Source:
    """Name the charset of the same bytes as before: another capture of them is no reason to read them anew."""
    choices = original.extractor.parameters
    named = charset_again(original.charset, choices) if source.wish.by_http else source.charset
    by_http = getattr(choices, "charset_basis", None) == "http" and named == original.charset
    return replace(source, charset=named, wish=replace(source.wish, by_http=by_http))


def redescription(position: Position, metadata: Mapping[str, Json], *, note: str | None) -> Record | None:
    """Make the record of the same words, described anew; None where the description stays the same."""
    draft = _successor(position, Change("description", note), Activity("describe", position.by, position.now, note))
    described = _with_metadata(draft, metadata, where="metadata")
    before = _before(position)
    same = described.description == before.description and described.original == before.original
    return None if same else described


def emended(
    position: Position, emendations: Sequence[Emendation], metadata: Mapping[str, Json], *, note: str | None
) -> Record:
    """Make the record of the same words with more emendations, and perhaps another description.

    Raises:
        MetadataError: An emendation does not fit its paragraph, or the metadata breaks the record's schema.
    """
    before = _before(position)
    order = {paragraph.id: number for number, paragraph in enumerate(before.paragraphs)}
    every = sorted([*before.emendations, *emendations], key=lambda e: (order.get(e.paragraph, -1), e.start, e.end))
    draft = _successor(position, Change("emendation", note), Activity("emend", position.by, position.now, note))
    if metadata:
        draft = replace(draft, provenance=(*draft.provenance, Activity("describe", position.by, position.now)))
    return _with_metadata(replace(draft, emendations=tuple(every)), metadata, where="emendation")


def locate(paragraph: Paragraph, quoted: str) -> tuple[int, int]:
    """Find the one place of a quotation in a paragraph: ``start`` and ``end`` in code points.

    Raises:
        MetadataError: It is not there, or stands there more than once.
    """
    start = paragraph.text.find(quoted)
    if start < 0:
        raise MetadataError(f"{quoted!r} does not stand in {paragraph.id}", hint="quote the text as received")
    if paragraph.text.find(quoted, start + 1) >= 0:
        raise MetadataError(f"{quoted!r} stands more than once in {paragraph.id}", hint="quote more of the text")
    return start, start + len(quoted)


def _before(position: Position) -> Record:
    assert position.before is not None  # noqa: S101 - callers choose this kind of change only where a version exists
    return position.before


def _successor(position: Position, change: Change, activity: Activity) -> Record:
    before = _before(position)
    return replace(
        before,
        version=position.version,
        previous=position.previous,
        change=change,
        provenance=(*before.provenance, activity),
    )


def _extract(source: Source, before: Record | None) -> Extraction:
    """Take the text out; what is left open is chosen as in the version before, where that is of the same medium."""
    old = (None, None) if before is None else (before.original.media_type, before.original.extractor.parameters)
    medium, wish = reading_after(source.media_type, source.wish, *old, named=source.named)
    return source.reader(source.data, media_type=medium, charset=source.charset, wish=wish, where=source.name)


def _stated(facts: Sequence[StatedFact]) -> dict[str, StatedFact]:
    """What an original states, by member, each on one line that the schema takes."""
    folded = (replace(fact, value=one_line(fact.value)) for fact in facts)
    return {fact.member: fact for fact in folded if fact.value and _SEEN.search(fact.value)}


def _with_facts(description: Description, facts: Mapping[str, StatedFact]) -> Description:
    """Take over what an original states where nothing else says it."""
    if description.language == "und" and "language" in facts:
        description = replace(description, language=facts["language"].value)
    if description.issuer is None and "issuer" in facts:
        description = replace(description, issuer=facts["issuer"].value)
    return description


def _found_note(basis: str, facts: Mapping[str, StatedFact]) -> str | None:
    """Say in the provenance what a title rests on, and what the original states where."""
    stated = [f"{fact.member} ({fact.place})" for fact in facts.values() if fact.member != "title" or basis == "stated"]
    notes = [_BASES[basis]] if basis in _BASES else []
    notes += [f"{_STATED}{', '.join(stated)}."] if stated else []
    return " ".join(notes) or None


def _original(source: Source, extraction: Extraction) -> Original:
    return Original(
        path=f"original.{suffix_of(extraction.media_type)}",
        sha256=sha256_hex(source.data),
        size=len(source.data),
        media_type=extraction.media_type,
        charset=extraction.charset,
        extractor=extraction.extractor,
        capture=source.capture,
        imported=source.imported,
        attestation=source.attestation,
    )


def _claimed(source: Source) -> dict[str, Json]:
    """What a capture says of the original, where the keeper says nothing else."""
    return {} if source.capture is None else {"uri": source.capture.address, "retrieved": source.capture.time}


def _extracted(extraction: Extraction, now: str, basis: str, facts: Mapping[str, StatedFact]) -> Activity:
    return replace(_extract_activity(extraction, now), note=_found_note(basis, facts))


def _extract_activity(extraction: Extraction, now: str) -> Activity:
    return Activity("extract", f"{extraction.extractor.name} {extraction.extractor.version}", now)


def _received(position: Position, source: Source, metadata: Mapping[str, Json]) -> Activity:
    received = Activity("receive", position.by, source.received, _received_note(source, metadata))
    if metadata.get("retrieved"):
        return replace(received, activity="capture", time=str(metadata["retrieved"]))
    return received


def _received_note(source: Source, metadata: Mapping[str, Json]) -> str:
    unknown = [
        text
        for member, text in (("uri", "where it was published"), ("retrieved", "when it was retrieved"))
        if not metadata.get(member)
    ]
    note = f"Received as the file {one_line(source.name)}."
    if source.capture is not None and source.capture.warc is not None:
        note = f"Taken out of the file {one_line(source.name)}, record {source.capture.warc.record}."
    if source.capture is not None and source.name == source.capture.address:
        note = f"Captured by the archive from {source.name}{_rendered_note(source.capture)}."
    if source.imported is not None:
        note = f"Imported: {provenance_words(source.imported)}."
    return f"{note} Not known: {' and '.join(unknown)}." if unknown else note


def _rendered_note(capture: Capture) -> str:
    return "" if capture.rendered is None else f", {rendered_words(capture.rendered)}"


def title_basis(record: Record) -> str:
    """Tell how the title of a version was found.

    Returns:
        ``given`` by the keeper, now or before; ``stated`` by a page; ``headline`` of the text; ``earlier``, that of
        the version before; or ``file``, inferred from the name of the file.
    """
    # Words that were taken out again keep the title that the first ones gave.
    noted = next((activity.note for activity in record.provenance if activity.activity == "extract"), None)
    basis = next((basis for basis, note in _BASES.items() if (noted or "").startswith(note)), "given")
    basis = "stated" if (noted or "").startswith(f"{_STATED}title") else basis
    # A title that was given later, with a description, is another one than was found.
    described = any(activity.activity == "describe" for activity in record.provenance)
    if basis == "headline" and described:
        return basis if record.description.title == headline_of(record.paragraphs) else "given"
    return "given" if described else basis


def kept_members(record: Record, before: Record | None, metadata: Mapping[str, Json]) -> tuple[str, ...]:
    """Name the members of a publication's description that were taken over from the version before, not given now."""
    if before is None or record.change.kind != "publication":
        return ()
    new, old, empty = (record_as_json(each) for each in (record, before, replace(record, description=Description(""))))
    kept = (name for name in METADATA if name != "issued" and name not in metadata)
    return tuple(
        name for name in kept if new.get(name) == old.get(name) != empty.get(name) and not _found_anew(record, name)
    )


def _found_anew(record: Record, name: str) -> bool:
    return name == "title" and title_basis(record) in {"headline", "file", "stated"}


def check_description(metadata: Mapping[str, Json], *, where: str) -> None:
    """Refuse, before there is any text, what could not be said of one.

    Raises:
        MetadataError: A member is unknown, blank, or not what the schema of a record takes.
    """
    place = Original("original.txt", "0" * 64, 1, "text/plain", "utf-8", Extractor("none", "1"))
    words = (Paragraph("p1", "paragraph", None, "."),)
    draft = Record(
        "any", 1, None, Change("publication"), Description("Any"), place, words, (Activity("receive", "any"),)
    )
    _with_metadata(draft, metadata, where=where)


def differing_members(record: Record, metadata: Mapping[str, Json]) -> tuple[str, ...]:
    """Name the given members that a record has otherwise."""
    value = record_as_json(record)
    value |= {name: value["original"][name] for name in CLAIMS}
    given = dict(metadata)
    for name in ("issued", "genre"):
        if isinstance(given.get(name), dict):
            given[name] = {"note": None, **cast("dict[str, Json]", given[name])}
    return tuple(name for name in (*METADATA, *CLAIMS) if name in given and given[name] != value.get(name))


def _find_title(
    place: Position, paragraphs: Sequence[Paragraph], name: str, facts: Mapping[str, StatedFact], *, given: bool
) -> tuple[str, str]:
    """Find the title of a publication that stands unless one is given now, and how it was found."""
    title, basis = _title_not_given(place, paragraphs, name, facts.get("title"))
    return title, "given" if given else basis


def _title_not_given(
    place: Position, paragraphs: Sequence[Paragraph], name: str, stated: StatedFact | None
) -> tuple[str, str]:
    before, inherited = place.before, place.description
    if before and inherited and inherited.title and title_basis(before) == "given":
        return inherited.title, "given"
    if stated is not None:
        return stated.value[:MAX_TITLE].rstrip(), "stated"
    headline = headline_of(paragraphs)
    if headline:
        return headline, "headline"
    if inherited and inherited.title:
        return inherited.title, "earlier"
    return one_line(PurePath(name).stem)[:MAX_TITLE].rstrip(), "file"


_SEEN = re.compile(f"[^{UNSEEN}]")


def _refuse_blank(given: Json, where: str) -> None:
    """Refuse a text in which nothing can be seen: signed and cited, it would say nothing."""
    if isinstance(given, str) and not _SEEN.search(given):
        raise MetadataError("it is blank", where=where, hint="leave it out where nothing is to be said")
    for item in given if isinstance(given, list) else ():
        _refuse_blank(item, where)


def _with_metadata(draft: Record, metadata: Mapping[str, Json], *, where: str) -> Record:
    record, _ = _written(draft, metadata, where=where)
    return record


def _written(draft: Record, metadata: Mapping[str, Json], *, where: str) -> tuple[Record, bytes]:
    unknown = sorted(set(metadata) - {*METADATA, *CLAIMS})
    if unknown:
        raise MetadataError("unknown member", where=f"{where}/{unknown[0]}", expected=", ".join((*METADATA, *CLAIMS)))
    for member, given in metadata.items():
        _refuse_blank(given, f"{where}/{member}")
    value: dict[str, Any] = record_as_json(draft)
    value.update({member: metadata[member] for member in METADATA if member in metadata})
    for member in ("issued", "genre"):
        if isinstance(value.get(member), dict):
            value[member] = {"note": None, **value[member]}
    if value.get("genre", {}) is None:
        del value["genre"]  # no longer known
    value["original"].update({member: metadata[member] for member in CLAIMS if member in metadata})
    try:
        format_without_floats(dict(metadata))  # what has no such form is refused before it meets the rest
        # What cannot be read back is not made.
        data, read = format_and_parse(cast("Json", value))
        record = validate_record(read, where=where)
        check_record(record, where=where)
    except (CanonicalError, SchemaError, FormatError) as error:
        raise error.as_(MetadataError, where=error.where or where, hint=error.hint) from error
    return record, data
