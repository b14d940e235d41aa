"""Whether a quote is still there: exactly, folded, in several places, or not at all; never by mere likeness.

For a quote that is not there, the passage that shares most words with it is found, to be shown as different.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from muniment.diff.difference import Segment
from muniment.diff.fold import fold
from muniment.diff.words import refine, tokens
from muniment.errors import InputError
from muniment.history.search import Finder, Passage, fold_for_search, folded_break, sources
from muniment.record import Paragraph
from muniment.record.reading import fold_white_space

NEAR = 50
"""Share of the quote, in hundredths, that a passage must have to be shown: of its words, and of its letters in order.

Words alone would let a passage come near that has "the", "of" and "in" in common with the quote, and nothing else;
signs of scripts without spaces likewise.
"""


@dataclass(frozen=True, slots=True)
class Nearest:
    """A passage that is not the quote.

    Attributes:
        text: Index of the text that has it.
        passage: Where it is.
        shared: How many words of the quote it has, in any order.
        words: How many words the quote has.
        segments: ``=`` stands in both, ``-`` only in the passage, ``+`` only in the quote; white space is folded.
    """

    text: int
    passage: Passage
    shared: int
    words: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    key: str
    paragraph: int
    start: int
    end: int


def nearest(quote: str, texts: Sequence[Sequence[Paragraph]]) -> Nearest | None:
    """Find the passage, as long as the quote, with most of its words; of equally good ones the first.

    Returns:
        None if that passage has fewer of the words than ``NEAR`` says, or fewer of the letters and digits of the quote
        in words that stand in both in the same order.
    """
    wanted = [key for key, _, _ in _words(quote)]
    best: tuple[int, int, int] | None = None
    known: dict[str, tuple[tuple[str, int, int], ...]] = {}
    words = [_words_of(paragraphs, known) for paragraphs in texts]
    for index, there in enumerate(words):
        shared, start = _best_window([word.key for word in there], wanted)
        if 100 * shared >= NEAR * len(wanted) and shared and (best is None or shared > best[0]):
            best = (shared, index, start)
    if best is None:
        return None
    shared, index, start = best
    passage = _window(words[index][start : start + len(wanted)], words[index], wanted)
    segments = _compare(passage.text(texts[index]), quote)
    kept = sum(_letters(segment.text) for segment in segments if segment.tag == "=")
    return Nearest(index, passage, shared, len(wanted), segments) if 100 * kept >= NEAR * _letters(quote) else None


def _letters(text: str) -> int:
    """How many letters and digits a text has."""
    return sum(map(str.isalnum, text))


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Words with a letter or digit, folded, without case, with their place."""
    end = 0
    for token in tokens(text):
        start, end = end, end + len(token)
        if any(map(str.isalnum, token)):
            yield fold(token).casefold(), start, end


def _words_of(paragraphs: Sequence[Paragraph], known: dict[str, tuple[tuple[str, int, int], ...]]) -> list[_Word]:
    """The words of a text; a paragraph that stands in many versions is cut into words once."""
    for paragraph in paragraphs:
        if paragraph.text not in known:
            known[paragraph.text] = tuple(_words(paragraph.text))
    return [_Word(key, index, a, b) for index, p in enumerate(paragraphs) for key, a, b in known[p.text]]


def _best_window(keys: Sequence[str], wanted: Sequence[str]) -> tuple[int, int]:
    """How many wanted words the best run of that length has, and where it begins."""
    needed, have = Counter(wanted), Counter[str]()
    shared, best = 0, (0, 0)
    for place, key in enumerate(keys):
        have[key] += 1
        shared += have[key] <= needed[key]
        if place >= len(wanted):
            left = keys[place - len(wanted)]
            shared -= have[left] <= needed[left]
            have[left] -= 1
        if shared > best[0]:
            best = (shared, max(0, place + 1 - len(wanted)))
    return best


def _window(run: Sequence[_Word], words: Sequence[_Word], wanted: Sequence[str]) -> Passage:
    """The run from its first wanted word to its last, and as many words around it as the quote has there."""
    kept = _without_idle(_without_idle(run, wanted)[::-1], wanted)
    first, last = kept[-1], kept[0]
    start, end = words.index(first) - wanted.index(first.key), words.index(last) + wanted[::-1].index(last.key)
    from_ = next(word for word in words[max(0, start) :] if word.paragraph == first.paragraph)
    to = next(word for word in reversed(words[: end + 1]) if word.paragraph == last.paragraph)
    return Passage(from_.paragraph, from_.start, to.paragraph, to.end)


def _without_idle(run: Sequence[_Word], wanted: Sequence[str]) -> Sequence[_Word]:
    """A run without the words at its beginning that the quote lacks, or that stand in the run once more."""
    needed, have = Counter(wanted), Counter(word.key for word in run)
    start = 0
    while have[run[start].key] > needed[run[start].key]:
        have[run[start].key] -= 1
        start += 1
    return run[start:]


def _compare(passage: str, quote: str) -> tuple[Segment, ...]:
    old, new = (Paragraph("p", "paragraph", None, fold_white_space(text)) for text in (passage, quote))
    return refine([old], [new]).segments


QuoteStatus = Literal["exact", "folded", "ambiguous", "not-found"]


@dataclass(frozen=True, slots=True)
class Found:
    """One place of a quote: index of the text, and the place in it."""

    text: int
    passage: Passage


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
        """Whether the quote occurs exactly once."""
        return self.status in {"exact", "folded"}


def find_quote(
    quote: str, texts: Sequence[Sequence[Paragraph]], *, exact: bool = False, case_sensitive: bool = False
) -> QuoteResult:
    """Look for a quote in texts as received; an exact place is better than any folded one, the same case than another.

    Args:
        quote: White space at its ends does not count.
        texts: Paragraphs of the versions to look in.
        exact: Fold nothing.
        case_sensitive: Fold anything but upper and lower case.

    Raises:
        InputError: The quote holds no words.
    """
    if not fold_for_search(quote):
        raise InputError("the quote is empty", hint="give the words to look for")
    ways: list[tuple[Literal["exact", "folded"], bool]] = [("exact", True)]
    ways += [] if exact else [("folded", True)]
    ways += [] if exact or case_sensitive else [("folded", False)]
    for how, cased in ways:
        finder = Finder(quote, exact=how == "exact", case_sensitive=cased)
        places = [Found(at, passage) for at, paragraphs in enumerate(texts) for passage in finder.places(paragraphs)]
        if len(places) > 1:
            return QuoteResult("ambiguous", how, tuple(places))
        if places:
            at, passage = places[0].text, places[0].passage
            folded = () if how == "exact" else _what_was_folded(passage, texts[at], quote.strip(), cased=cased)
            return QuoteResult(how, how, tuple(places), folded)
    return QuoteResult("not-found", None, nearest=nearest(quote, texts))


def _what_was_folded(
    passage: Passage, paragraphs: Sequence[Paragraph], quote: str, *, cased: bool
) -> tuple[FoldedSign, ...]:
    wanted = fold_for_search(quote, case_sensitive=cased)
    received = next(
        text for text in _as_printed(passage, paragraphs) if fold_for_search(text, case_sensitive=cased) == wanted
    )
    counted = Counter(_differences(received, quote, cased=cased))
    return tuple(FoldedSign(old, new, times) for (old, new), times in sorted(counted.items()))


def _as_printed(passage: Passage, paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    """The passage without labels, with those inside it, and with the one before it."""
    yield passage.text(paragraphs)
    first, *others = paragraphs[passage.first : passage.last + 1]
    whole = "\n".join([first.text, *map(_labelled, others)])
    printed = whole[passage.start : len(whole) - len(paragraphs[passage.last].text) + passage.end]
    yield printed
    yield _labelled(replace(first, text=printed))


def _labelled(paragraph: Paragraph) -> str:
    """A paragraph as the search takes it: no space where the script has none."""
    if paragraph.label is None:
        return paragraph.text
    return paragraph.label + folded_break(paragraph.label, paragraph.text) + paragraph.text


def _differences(received: str, quote: str, *, cased: bool) -> Iterator[tuple[str, str]]:
    """Pairs of slices that fold alike and are not the same."""
    ours, theirs = sources(received, case_sensitive=cased), sources(quote, case_sensitive=cased)
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
