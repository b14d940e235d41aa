"""What a record says, in words for people; archived text in them is as it is, and must be escaped."""

from __future__ import annotations

from collections.abc import Iterator

from muniment.record import Emendation, Genre, Issued, Original
from muniment.record.attestation import Attestation
from muniment.record.capture import Capture, Rendering
from muniment.record.provenance import Provenance


def issued_words(issued: Issued) -> str:
    """A date of issue with what it rests on: ``2022-01 (inferred: …)``."""
    if issued.date is None:
        return "unknown"
    return f"{issued.date} ({issued.basis}{f': {issued.note}' if issued.note else ''})"


def genre_words(genre: Genre) -> str:
    """A genre with what it rests on: ``press release (stated: the head of the text says so)``."""
    if genre.term is None:
        return "unknown"
    return f"{genre.term} ({genre.basis}{f': {genre.note}' if genre.note else ''})"


def published_words(issued: Issued, retrieved: str | None) -> str:
    """Say when it was published, with the basis: ``issued 2022-01 (inferred), retrieved 2022-02 (claimed)``."""
    said = "unknown" if issued.date is None else f"{issued.date} ({issued.basis})"
    return f"issued {said}" + (f", retrieved {retrieved} (claimed)" if retrieved else "")


def capture_words(capture: Capture) -> str:
    """Say what is known of a capture: ``https://example.org/, 2026-11-02 (claimed), status 200 by 192.0.2.1``."""
    status = "without its head" if capture.status is None else f"status {capture.status}"
    by = f" by {capture.ip_address}" if capture.ip_address else ""
    kept = ", exchange kept" if capture.exchange else ""
    made = f"; {rendered_words(capture.rendered)}" if capture.rendered else ""
    return f"{capture.address}, {capture.time} (claimed), {status}{by}{kept}{made}"


def rendered_words(rendering: Rendering) -> str:
    """Say that an original is what a browser made of a page, wherever that page is named."""
    return f"rendered by {rendering.engine}: the original is its document after loading, not the publisher's bytes"


def original_words(original: Original) -> str:
    """Say what an original is: the bytes as received, unless a browser made it."""
    return "a browser's document, not the publisher's bytes" if by_words(original) else "the bytes as received"


def by_words(original: Original) -> str:
    """Say of what is unchanged that its words alone were compared, where a browser made it; else nothing."""
    return ", by its words" if original.capture is not None and original.capture.rendered is not None else ""


def rendering_notes(rendering: Rendering) -> Iterator[str]:
    """Say how a page was rendered, what of it is not in the document, and what it wanted and did not get."""
    requests = f"{rendering.requests} request{'' if rendering.requests == 1 else 's'}"
    yield f"{rendered_words(rendering)} ({requests}, {rendering.milliseconds / 1000:.1f} s)"
    if rendering.ended == "limit":
        yield f"it never became quiet; its document was taken as it stood ({rendering.rule})"
    if rendering.frames:
        yield f"the words in its frames are not in the original: {rendering.frames}"
    if rendering.shadow_roots:
        yield f"the words in its shadow roots are kept and not taken: {rendering.shadow_roots}"
    if words := rendering.refused.words():
        yield f"it wanted and did not get: {words}"


def provenance_words(imported: Provenance) -> str:
    """Say where an original stood in the source of a history: ``git terms.git, 5d18ee7…, notices/harbour.md``."""
    where = f"{imported.kind} {imported.source}, {imported.item}"
    return where if imported.path in (None, imported.item) else f"{where}, {imported.path}"


def imported_words(imported: Provenance) -> str:
    """Say the same with the times that the source states, each a claim of it: ``…; author 2022-01-30 (claimed)``."""
    claims = "".join(f"; {claim.basis} {claim.time} (claimed)" for claim in imported.times)
    said = f"; “{imported.message}”" if imported.message else ""
    by = f"; by {', '.join(imported.authors)}" if imported.authors else ""
    return f"{provenance_words(imported)}{claims}{said}{by}"


def attestation_words(attestation: Attestation) -> str:
    """Say what another archive attests: ``harbour/v2 of press.example.org/archive, sha256:…; its trust root …``."""
    return f"{attestation.name} of {attestation.archive}, {attestation.record}; its trust root {attestation.root}"


def change_words(kind: str, reverts_to: int | None) -> str:
    """The kind of a change, and the version whose bytes it brings back: ``publication, reverts to v2``."""
    return f"{kind}, reverts to v{reverts_to}" if reverts_to else kind


def emendation_words(emendation: Emendation) -> str:
    """An emendation after its paragraph: place, kind, words, who, and why."""
    words = f" “{emendation.replacement}”" if emendation.replacement else ""
    span = f"{emendation.start}–{emendation.end}"
    return f"{span} {emendation.kind}{words}, by {emendation.by}: {emendation.reason}"
