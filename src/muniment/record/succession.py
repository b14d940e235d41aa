"""The rules of one record, and of a record beside the one before it (``docs/format.md``, *Change kinds*).

Schemas say what a member looks like; these rules say what must hold between members and between versions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from muniment.errors import FormatError, InputError
from muniment.record import Emendation, Original, Record
from muniment.reference import check_paragraph_id, check_release_id


def check_record(record: Record, *, where: str) -> None:
    """Check what must hold inside one record.

    The release id and the paragraph ids have their form; paragraph ids are unique; emendations lie inside their
    paragraph, in order, without overlap, and carry a replacement exactly when their kind has one; dates exist in the
    calendar.

    Raises:
        FormatError: Names the first rule that is broken.
    """
    try:
        for fault in _record_faults(record):
            raise FormatError(fault, where=where)
    except InputError as error:
        raise error.as_(FormatError, where=where) from error


def _record_faults(record: Record) -> Iterator[str]:
    check_release_id(record.release)
    ids = [paragraph.id for paragraph in record.paragraphs]
    if len(set(ids)) != len(ids):
        repeated = next(id_ for id_ in ids if ids.count(id_) > 1)
        yield f"paragraph id {repeated} stands more than once"
    for id_ in ids:
        check_paragraph_id(id_)
    yield from _emendation_faults(record, {paragraph.id: paragraph.text for paragraph in record.paragraphs})
    dates = [record.description.issued.date, record.original.retrieved, *record.description.temporal]
    dates += [record.original.capture.time] if record.original.capture else []
    dates += [claim.time for claim in record.original.imported.times] if record.original.imported else []
    for text in [*dates, *(activity.time for activity in record.provenance)]:
        if text is not None and not _in_calendar(text):
            yield f"{text} is no date of the calendar"


def _emendation_faults(record: Record, texts: dict[str, str]) -> Iterator[str]:
    order = {id_: position for position, id_ in enumerate(texts)}
    last: tuple[int, int, int] = (-1, 0, 0)
    for emendation in record.emendations:
        if emendation.paragraph in texts:
            rank = (order[emendation.paragraph], emendation.start, emendation.end)
            # Ordered by start, then by end: a supplied text comes before a correction at the same start.
            if rank[:2] < (last[0], last[2]) or rank == last:
                yield f"the emendations of {emendation.paragraph} overlap or are out of order"
            last = rank
            yield from _one_emendation(emendation, texts[emendation.paragraph])
        else:
            yield f"an emendation names paragraph {emendation.paragraph}, which does not exist"


def _one_emendation(emendation: Emendation, text: str) -> Iterator[str]:
    subject = f"the emendation of {emendation.paragraph} at {emendation.start}"
    if not emendation.start <= emendation.end <= len(text):
        yield f"{subject} does not lie inside the paragraph's {len(text)} code points"
    if (emendation.kind == "supplied") != (emendation.start == emendation.end):
        yield f"{subject} is of kind {emendation.kind} and covers {emendation.end - emendation.start} code points"
    if (emendation.kind in {"supplied", "corrected"}) != bool(emendation.replacement.strip()):
        yield f"{subject} is of kind {emendation.kind} and its replacement is {emendation.replacement!r}"


def _in_calendar(text: str) -> bool:
    try:
        date.fromisoformat((text + "-01-01")[:10] if len(text) < 10 else text[:10])
    except ValueError:
        return False
    return True


def check_change(record: Record, before: Record | None, reverts_to: int | None, *, where: str) -> None:
    """Check a record against the one before it.

    Args:
        record: The version to check.
        before: The version before, or None for the first; the caller has compared ``previous`` with its bytes.
        reverts_to: The newest version before ``before`` that has this record's original bytes, or None.
        where: The file, for errors.

    Raises:
        FormatError: Names the first rule that is broken.
    """
    for fault in _change_faults(record, before, reverts_to):
        raise FormatError(fault, where=where, hint=f"the change says {record.change.kind}")


def _change_faults(record: Record, before: Record | None, reverts_to: int | None) -> Iterator[str]:
    kind = record.change.kind
    number = before.version + 1 if before else 1
    if record.version != number:
        yield f"version {record.version} stands where version {number} should be"
    if before is None:
        if kind != "publication":
            yield "the first version must be a publication"
    elif record.release != before.release:
        yield f"release {record.release} follows release {before.release}"
    elif kind == "publication":
        if record.original.sha256 == before.original.sha256:
            yield "a publication must bring other original bytes than the version before"
    else:
        yield from _same_original_faults(record, before)
    expected = reverts_to if kind == "publication" else None
    if record.change.reverts_to != expected:
        yield f"reverts_to is {record.change.reverts_to} and should be {expected}"
    if kind in {"publication", "reextraction"} and record.emendations:
        yield f"a {kind} carries no emendations: they belong to the text before"


def _same_original_faults(record: Record, before: Record) -> Iterator[str]:
    kind = record.change.kind
    if _bytes_of(record.original) != _bytes_of(before.original):
        yield f"a {kind} must keep the original of the version before"
    if record.provenance[: len(before.provenance)] != before.provenance:
        yield f"a {kind} must continue the provenance of the version before"
    words = record.paragraphs == before.paragraphs and _extraction_of(record.original) == _extraction_of(
        before.original
    )
    about = record.description == before.description and _claims_of(record.original) == _claims_of(before.original)
    emended = record.emendations == before.emendations
    if kind == "reextraction" and (words or not about):
        yield "a reextraction changes the extracted text and nothing else"
    if kind == "description" and (about or not words or not emended):
        yield "a description changes the description and nothing else"
    if kind == "emendation" and (emended or not words):
        yield "an emendation changes the emendations, may change the description, and nothing else"


def _bytes_of(original: Original) -> tuple[object, ...]:
    told = original.capture, original.imported, original.attestation
    return original.path, original.sha256, original.size, original.media_type, *told


def _extraction_of(original: Original) -> tuple[object, ...]:
    return original.charset, original.extractor


def _claims_of(original: Original) -> tuple[object, ...]:
    return original.uri, original.retrieved
