"""The words of a version that are quoted, found exactly and in one place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from muniment.archive import StoredVersion
from muniment.errors import InputError, UnresolvedReferenceError

_MANY = 5
_WORD = re.compile(r"\S+")


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
    found = ((each.id, place) for each in within for place in places(each.text, words))
    stand = list(islice(found, _MANY + 1))
    where = version.statement.name if paragraph is None else f"{version.statement.name}#{paragraph}"
    if not stand:
        hint = "archive find-quote says what comes near; no quote runs over the end of a paragraph"
        raise UnresolvedReferenceError("the words do not stand there", where=where, found=quote, hint=hint)
    if len(stand) > 1:
        some = ", ".join(f"{name} at {place.start}" for name, place in stand[:_MANY])
        many = len(stand) > _MANY
        raise UnresolvedReferenceError(
            f"the words stand in {f'more than {_MANY}' if many else len(stand)} places",
            where=where,
            found=f"{some}, …" if many else some,
            hint="quote more words" + ("" if paragraph else ", or name the paragraph"),
        )
    return stand[0]


def places(text: str, words: Sequence[str]) -> Iterator[Quote]:
    """Give each place where words stand in a text, with any white space between them; places may overlap.

    The search is for the words with one blank between them, in the text with its white space folded, so that each
    place costs one pass over the text at most.
    """
    kept: list[int] = []
    folded: list[str] = []
    for word in _WORD.finditer(text):
        folded.append(word[0])
        kept += [*range(word.start(), word.end()), word.end()]
    searched, wanted = " ".join(folded), " ".join(words)
    at = searched.find(wanted)
    while at >= 0:
        start, end = kept[at], kept[at + len(wanted) - 1] + 1
        yield Quote(start, text[start:end])
        at = searched.find(wanted, at + 1)
