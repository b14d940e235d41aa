"""Whether a quote is still there: exactly, folded, in several places, or not at all; never by mere likeness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from muniment.errors import InputError
from muniment.history.folded import fold_for_search, folded_break, sources
from muniment.history.nearest import Nearest, nearest
from muniment.history.passage import Finder, Place
from muniment.record import Paragraph

QuoteStatus = Literal["exact", "folded", "ambiguous", "not-found"]


@dataclass(frozen=True, slots=True)
class Found:
    """One place of a quote: index of the text, and the place in it."""

    text: int
    place: Place


@dataclass(frozen=True, slots=True)
class FoldedSign:
    """Signs that a folded match takes for each other.

    Attributes:
        received: As they stand in the text; empty where the quote has more.
        quoted: As they stand in the quote; empty where the text has more.
        times: How often.
    """

    received: str
    quoted: str
    times: int


@dataclass(frozen=True, slots=True)
class QuoteResult:
    """What became of the search.

    Attributes:
        status: ``exact`` and ``folded`` have one place, ``ambiguous`` several equally good ones, ``not-found`` none.
        matched: How the places match: ``exact``, ``folded`` or, without any, None.
        places: In the order of the texts.
        folded: What was folded; empty unless ``status`` is ``folded``.
        nearest: For ``not-found``, the passage that comes nearest, if one comes near; it is not the quote.
    """

    status: QuoteStatus
    matched: Literal["exact", "folded"] | None
    places: tuple[Found, ...] = ()
    folded: tuple[FoldedSign, ...] = ()
    nearest: Nearest | None = None

    @property
    def found(self) -> bool:
        """Whether the quote stands in one place."""
        return self.status in {"exact", "folded"}


def find_quote(quote: str, texts: Sequence[Sequence[Paragraph]]) -> QuoteResult:
    """Look for a quote in texts as received; an exact place is better than any folded one.

    Args:
        quote: White space at its ends does not count.
        texts: Paragraphs of the versions to look in.

    Raises:
        InputError: The quote holds no words.
    """
    if not fold_for_search(quote):
        raise InputError("the quote is empty", hint="give the words to look for")
    for exact in (True, False):
        finder = Finder(quote, exact=exact)
        places = [Found(at, place) for at, paragraphs in enumerate(texts) for place in finder.places(paragraphs)]
        how: Literal["exact", "folded"] = "exact" if exact else "folded"
        if len(places) > 1:
            return QuoteResult("ambiguous", how, tuple(places))
        if places:
            folded = () if exact else _what_was_folded(places[0].place, texts[places[0].text], quote.strip())
            return QuoteResult(how, how, tuple(places), folded)
    return QuoteResult("not-found", None, nearest=nearest(quote, texts))


def _what_was_folded(place: Place, paragraphs: Sequence[Paragraph], quote: str) -> tuple[FoldedSign, ...]:
    wanted = fold_for_search(quote)
    received = next(text for text in _as_printed(place, paragraphs) if fold_for_search(text) == wanted)
    counted = Counter(_differences(received, quote))
    return tuple(FoldedSign(old, new, times) for (old, new), times in sorted(counted.items()))


def _as_printed(place: Place, paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    """The passage without labels, with those inside it, and with the one before it."""
    yield place.text(paragraphs)
    first, *others = paragraphs[place.first : place.last + 1]
    whole = "\n".join([first.text, *map(_labelled, others)])
    printed = whole[place.start : len(whole) - len(paragraphs[place.last].text) + place.end]
    yield printed
    yield _labelled(replace(first, text=printed))


def _labelled(paragraph: Paragraph) -> str:
    """A paragraph as the search takes it: no space where the script has none."""
    if paragraph.label is None:
        return paragraph.text
    return paragraph.label + folded_break(paragraph.label, paragraph.text) + paragraph.text


def _differences(received: str, quote: str) -> Iterator[tuple[str, str]]:
    """Pairs of slices that fold alike and are not the same."""
    ours, theirs = sources(received), sources(quote)
    starts = [i for i in range(1, len(ours)) if ours[i] != ours[i - 1] and theirs[i] != theirs[i - 1]]
    cuts = [(0, 0), *((ours[i][0], theirs[i][0]) for i in starts), (len(received), len(quote))]
    for (old, new), (old_end, new_end) in pairwise(cuts):
        if received[old:old_end] != quote[new:new_end]:
            yield _without_common_ends(received[old:old_end], quote[new:new_end])


def _without_common_ends(old: str, new: str) -> tuple[str, str]:
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    return old, new
