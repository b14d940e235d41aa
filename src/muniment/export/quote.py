"""The words of a version that are quoted, found exactly and in one place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from muniment.archive import StoredVersion
from muniment.errors import InputError, UnresolvedReferenceError

_MANY = 5


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a paragraph.

    Attributes:
        start: Where they begin in its text, in code points.
        text: Exactly as they stand there.
    """

    start: int
    text: str


def locate_quote(version: StoredVersion, paragraph: str | None, quote: str) -> tuple[str, Quote]:
    """Find the one place of a quote: the id of its paragraph, and the words as they stand there.

    Args:
        version: Where to look.
        paragraph: Id of the only paragraph to look in, or None.
        quote: The words, exactly; only the white space between them may differ, for line ends are those of the page.

    Raises:
        InputError: The quote is empty, or there is no such paragraph.
        UnresolvedReferenceError: It stands in no place, or in several.
    """
    words = quote.split()
    if not words:
        raise InputError("the quote is empty", hint="give the words to prove")
    within = version.record.paragraphs if paragraph is None else (version.paragraph(paragraph),)
    places = [(each.id, found) for each in within for found in _places(each.text, words)]
    where = version.statement.name if paragraph is None else f"{version.statement.name}#{paragraph}"
    if not places:
        hint = "archive find-quote says what comes near; no quote runs over the end of a paragraph"
        raise UnresolvedReferenceError("the words do not stand there", where=where, found=quote, hint=hint)
    if len(places) > 1:
        some = ", ".join(f"{name} at {found.start}" for name, found in places[:_MANY])
        raise UnresolvedReferenceError(
            f"the words stand in {len(places)} places",
            where=where,
            found=some if len(places) <= _MANY else f"{some}, …",
            hint="quote more words" + ("" if paragraph else ", or name the paragraph"),
        )
    return places[0]


def _places(text: str, words: list[str]) -> Iterator[Quote]:
    # A lookahead, for places may overlap.
    joined = r"\s+".join(map(re.escape, words))
    pattern = re.compile(f"(?=({joined}))")
    return (Quote(match.start(), match[1]) for match in pattern.finditer(text))
