"""One fact that a citation states, as it stands there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact.

    Attributes:
        name: One of the names above.
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
        words: The whole text that it was found in, where that is words; empty for formats.
    """

    form: str
    facts: tuple[Fact, ...]
    words: str = ""

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
    """Read lines of the form ``Label: value``, where the label is one of ours."""
    for line in lines:
        label, colon, value = line.strip().partition(": ")
        if colon and label in names:
            yield names[label], value.strip(), where
