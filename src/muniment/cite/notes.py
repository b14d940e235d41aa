"""Lines of the form ``Label: value``, for formats whose own fields cannot hold a fact, or lose it on the way.

A note is what every reference manager keeps.  No label is the name of a CSL variable, which Zotero would read as one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from muniment.cite.citation import Citation
from muniment.cite.fact import BASIS, INDEX, LOGGED, PARAGRAPH, RECORD, REFERENCE, ROOT, SOURCE, labelled

INFERRED = "inferred by the archive"
HASH = "SHA-256"
LABELS = {
    HASH: RECORD,
    "Archived as": REFERENCE,
    "Log entry": INDEX,
    "Logged at, by the archive's clock": LOGGED,
    "Trust root SHA-256": ROOT,
    "Date basis": BASIS,
    "Paragraph": PARAGRAPH,
    "Published at": SOURCE,
}


PRINTED = (RECORD, REFERENCE, BASIS, SOURCE)
"""What a bibliography should print, where a format has fields of its own for the rest."""


def format_notes(citation: Citation, names: Collection[str] = tuple(LABELS.values())) -> list[str]:
    """Give the lines, the hash first, as far as they are of these names."""
    values = {
        RECORD: citation.sha256,
        REFERENCE: citation.reference,
        INDEX: str(citation.index),
        LOGGED: citation.logged_at,
        ROOT: citation.root,
        BASIS: INFERRED if citation.issued.basis == "inferred" else None,
        PARAGRAPH: citation.paragraph,
        SOURCE: citation.source,
    }
    return [f"{label}: {values[name]}" for label, name in LABELS.items() if name in names and values[name]]


def parse_notes(lines: Iterable[str], where: str) -> Iterator[tuple[str, object, str]]:
    """Read such lines back, as names, values and places of facts; other lines are passed over."""
    return labelled(lines, where, LABELS)
