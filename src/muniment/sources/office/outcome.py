"""What comes of a document that was read: its extraction, in the same form for each format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from muniment.errors import SourceError
from muniment.sources.adapter import Extraction, Extractor, OutlinePart, StatedFact, Wish
from muniment.sources.html.extraction import check_size
from muniment.sources.html.naming import name_paragraphs
from muniment.sources.html.rendering import Rendered

if TYPE_CHECKING:
    from collections.abc import Sequence

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\Z")


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document that was read.

    Attributes:
        media_type: Of it.
        taken: Its paragraphs.
        aside: Those above and below its pages.
        facts: What it states about itself.
    """

    media_type: str
    taken: Sequence[Rendered]
    aside: Sequence[Rendered]
    facts: tuple[StatedFact, ...]


def check_charset(charset: str | None, where: str) -> None:
    """Refuse a charset: the parts of a document say their own.

    Raises:
        SourceError: One was named.
    """
    if charset is not None:
        raise SourceError("a document has no charset", where=where, found=charset, hint="leave the charset out")


def note_paragraphs(number: int, parts: Sequence[Rendered]) -> list[Rendered]:
    """Give the paragraphs of a note, its number before the first."""
    # As in a plain text, whose rules know it by the same sign in the words before.
    first = [Rendered("paragraph", f"[{number}] {part.text}", None, 0, taken=True) for part in parts[:1]]
    return [*first, *parts[1:]]


def extraction_of(document: ReadDocument, extractor: Extractor, wish: Wish, where: str) -> Extraction:
    """Make the extraction.

    Raises:
        SourceError: There are no words, or too many.
    """
    taken, aside = document.taken, document.aside
    if not taken:
        raise SourceError("the document holds no words", where=where, hint="add a transcript")
    check_size(sum(len(part.text.encode()) for part in taken), where)
    outline = (
        *(OutlinePart(part.text, part.kind, taken=True) for part in taken),
        *(OutlinePart(part.text, part.kind, taken=False) for part in aside),
    )
    return Extraction(
        paragraphs=name_paragraphs(taken, numbers_first=True, where=where),
        charset=None,
        media_type=document.media_type,
        extractor=extractor,
        facts=tuple(fact for fact in document.facts if fact.member != "language" or _LANGUAGE.match(fact.value)),
        outline=outline if wish.outline else (),
        words=sum(len(part.text.split()) for part in taken),
        words_left_out=sum(len(part.text.split()) for part in aside),
    )
