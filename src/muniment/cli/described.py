"""What was signed of a version beside its words: said after it was added, so that nothing is described unseen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from muniment.canonical import Json
from muniment.cli.lines import listed
from muniment.cli.terminal import print_note
from muniment.display import plain
from muniment.ingest import differing_members, kept_members, title_basis
from muniment.record import Record
from muniment.record.phrases import attestation_words, capture_words, genre_words, imported_words, issued_words
from muniment.sources.kinds import thing_of
from muniment.write.version import Added

_OPTIONS = ("title", "language", "issuer", "issued", "genre", "uri", "retrieved")
"""Members that have an option of their name; ``subjects`` has --subject, the others stand in a metadata file."""


TITLE_BASES = {
    "given": "given",
    "stated": "stated by the {}",
    "headline": "the headline of the text",
    "earlier": "that of the version before",
    "file": "from the name of the file",
}
"""What a title rests on, in words."""


def described_lines(added: Added, metadata: Mapping[str, Json]) -> Iterator[str]:
    """Give the lines: title and date of issue with what they rest on, and what the version before handed on."""
    record = added.record
    if record.change.kind != "publication":
        return
    yield f"title ({title_basis(record)}): {plain(record.description.title)}"
    yield f"issued: {plain(issued_words(record.description.issued))}"
    kept = kept_members(record, added.before, metadata)
    if kept and added.before is not None:
        yield f"kept from v{added.before.version}: {listed(list(kept))}"


def described_json(added: Added, metadata: Mapping[str, Json]) -> dict[str, object]:
    """Give the same as members of JSON."""
    issued = added.record.description.issued
    kept = kept_members(added.record, added.before, metadata)
    return {
        "title": added.record.description.title,
        "title_basis": title_basis(added.record),
        "issued": {"date": issued.date, "basis": issued.basis, "note": issued.note},
        "kept": list(kept),
        "kept_from": added.before.version if kept and added.before is not None else None,
        "not_signed": list(_not_signed(added, metadata)),
    }


def tell_not_signed(added: Added, metadata: Mapping[str, Json]) -> None:
    """Say on stderr which facts were not signed, as their bytes were there already, and which verb signs them."""
    names = _not_signed(added, metadata)
    if names:
        options = " ".join(dict.fromkeys(_option(name) for name in names))
        what = f"these bytes are {added.record.name} already, so what was given with them was not signed"
        hint = f"archive describe {added.record.release} {options} signs it"
        print_note(f"{what}: {listed(list(names))} ({hint})")


def _not_signed(added: Added, metadata: Mapping[str, Json]) -> tuple[str, ...]:
    publication = added.record.change.kind == "publication" and not added.unchanged
    return () if publication else differing_members(added.record, metadata)


def _option(name: str) -> str:
    if name == "subjects":
        return "--subject …"
    return f"--{name} …" if name in _OPTIONS else "--metadata FILE"


def fact_lines(record: Record, before: Record | None, given: Collection[str]) -> Iterator[tuple[str, str]]:
    """Give every fact of a record with what it rests on, as label and text; ``given`` names what the user gave."""
    about, original = record.description, record.original

    def rests(member: str) -> str:
        if before is None or member in given or getattr(before.description, member) != getattr(about, member):
            return ""
        return f", kept from v{before.version}"

    yield "title", f"{about.title} ({TITLE_BASES[title_basis(record)].format(thing_of(original.media_type))})"
    yield "issuer", f"{about.issuer} (given{rests('issuer')})" if about.issuer else "unknown"
    yield "issued", f"{issued_words(about.issued)}{rests('issued') if about.issued.date else ''}"
    yield "genre", f"{genre_words(about.genre)}{rests('genre') if about.genre.term else ''}"
    yield "language", f"{about.language}{rests('language')}" if about.language != "und" else "unknown"
    for label, values in (("subjects", about.subjects), ("temporal", about.temporal)):
        if values:
            yield label, f"{'; '.join(values)}{rests(label)}"
    for label in ("abstract", "rights"):
        if getattr(about, label):
            yield label, f"{getattr(about, label)}{rests(label)}"
    yield "published at", original.uri or "unknown"
    yield "retrieved", f"{original.retrieved} (claimed)" if original.retrieved else "unknown"
    if original.capture is not None:
        yield "captured", capture_words(original.capture)
    if original.imported is not None:
        yield "imported", imported_words(original.imported)
    if original.attestation is not None:
        yield "attested", attestation_words(original.attestation)
    yield (
        "original",
        f"{original.size:,} bytes, {original.media_type}{f', {original.charset}' if original.charset else ''}",
    )
    yield "note", record.change.note or "none"
