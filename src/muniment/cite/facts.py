"""One fact that a citation states, as it is written there, and how facts are found in what others wrote.

JSON may lack any member, or have one of another kind.  Notes hold lines of the form ``Label: value``, for formats
whose own fields cannot hold a fact or lose it on the way; every reference manager keeps a note, and no label is the
name of a CSL variable, which Zotero would read as one.  Only web addresses may become links, whatever a record names
as source.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from muniment.cite.citation import Citation

RECORD, SHORT, REFERENCE, VERSION, PARAGRAPH, ORIGIN, ROOT, INDEX = (
    "SHA-256 of the record",
    "short SHA-256",
    "reference",
    "version",
    "paragraph",
    "archive",
    "trust root",
    "log index",
)
TITLE, ISSUER, DATE, SOURCE, LANGUAGE, LOGGED, QUOTATION, BASIS, TEXT, NI, YEAR = (
    "title",
    "issuer",
    "date",
    "source",
    "language",
    "logged at",
    "words of the paragraph",
    "basis of the date",
    "text",
    "ni URI",
    "year",
)
RELEASE, GENRE_STATED, MONTH, LINK, CONTEXT = ("release", "genre", "month", "link", "context")
ADDRESS, GENRE_BASIS = ("address", "basis of the genre")
"""The page of the version on the archive's web site, and whether the genre was stated or inferred."""
EXTRA, STRANGE = ("not checked", "not in the record")
"""What states no fact of a record: what reference managers add for themselves, and all else."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact.

    Attributes:
        name: One of the names above; or where it stands, for a fact that no record has.
        value: In the words of the format.
        where: Member, field or tag that states it; empty in plain text.
    """

    name: str
    value: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """A citation that was read back.

    Attributes:
        form: Style or format it was read as; empty for a text that has a hash and is of no known style.
        facts: What it states, in its order.
        readings: The whole text that it was found in, where that is words: its lines joined by blanks, and by nothing.
            Empty for formats.
        around: Words that stand around it and are no part of it, where they are known without the version.
    """

    form: str
    facts: tuple[Fact, ...]
    readings: tuple[str, ...] = ()
    around: tuple[str, ...] = ()

    def named(self, name: str) -> tuple[Fact, ...]:
        """Give the facts of a name."""
        return tuple(fact for fact in self.facts if fact.name == name)

    def first(self, name: str) -> str | None:
        """Give the first value of a name, or None."""
        return next((fact.value for fact in self.facts if fact.name == name), None)


def listed(pairs: Iterable[tuple[str, object, str]]) -> tuple[Fact, ...]:
    """Make facts of names, values and places, and leave out what is not stated."""
    return tuple(Fact(name, str(value), where) for name, value, where in pairs if value is not None and value != "")


def labelled(lines: Iterable[str], where: str, names: Mapping[str, str]) -> Iterator[tuple[str, object, str]]:
    """Read lines of the form ``Label: value``, where the label is one of ours; another line is no fact of a record."""
    for line in lines:
        label, colon, value = line.strip().partition(": ")
        known = colon and label in names
        yield (names[label], value.strip(), where) if known else (EXTRA, line.strip(), where)


_HEX = re.compile(r"[0-9a-f]{64}")


def at(value: object, *path: str | int) -> Any:  # noqa: ANN401 - a part of JSON of any kind
    """Give the part of a JSON value at a path, or None."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, Mapping) else None
        else:
            value = value[step] if isinstance(value, list) and step < len(value) else None
    return value


def scalar(value: object) -> str | None:
    """Give a string or an integer as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value)


def digits(text: str, prefix: str) -> str | None:
    """Give the 64 hex digits of a hash that follow a prefix, or None."""
    rest = text.strip().removeprefix(prefix)
    return rest if _HEX.fullmatch(rest) else None


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
    "Online": ADDRESS,
}


PRINTED = (RECORD, REFERENCE, BASIS, SOURCE)
"""What a bibliography should print, where a format has fields of its own for the rest."""


IN_NOTES = tuple(name for name in LABELS.values() if name != ADDRESS)
"""What stands in notes where nothing else is asked for: each format but BibTeX has a field for an address."""


def withdrawn_words(citation: Citation) -> str:
    """Say that the archive no longer stands behind the version, as the styles end; empty where it does."""
    return f"withdrawn by the archive on {citation.withdrawn}" if citation.withdrawn else ""


def format_notes(citation: Citation, names: Collection[str] = IN_NOTES) -> list[str]:
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
        ADDRESS: citation.address,
    }
    return [f"{label}: {values[name]}" for label, name in LABELS.items() if name in names and values[name]]


def parse_notes(lines: Iterable[str], where: str) -> Iterator[tuple[str, object, str]]:
    """Read such lines back, as names, values and places of facts; other lines are ``EXTRA``."""
    return labelled(lines, where, LABELS)


_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x1f]+", re.IGNORECASE)


def is_web(address: str) -> bool:
    """Whether an address is an http or https URI (RFC 3986; other characters than ASCII may stand in it)."""
    return _WEB.fullmatch(address) is not None
