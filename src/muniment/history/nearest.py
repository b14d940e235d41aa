"""The passage that shares most words with a quote that is not there, to be shown as different."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from muniment.diff.difference import Segment
from muniment.diff.fold import fold
from muniment.diff.words import refine, tokens
from muniment.history.passage import Place
from muniment.record import Paragraph
from muniment.record.reading import fold_white_space

NEAR = 50
"""Share of the quote's words, in hundredths, that a passage must have to be shown at all."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """A passage that is not the quote.

    Attributes:
        text: Index of the text in which it stands.
        place: Where it stands.
        shared: How many words of the quote stand in it, whatever their order.
        words: How many words the quote has.
        segments: ``=`` stands in both, ``-`` only in the passage, ``+`` only in the quote; white space is folded.
    """

    text: int
    place: Place
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
        None if no passage has as many as ``NEAR`` says.
    """
    wanted = [key for key, _, _ in _words(quote)]
    best: tuple[int, int, int] | None = None
    words = [_words_of(paragraphs) for paragraphs in texts]
    for index, there in enumerate(words):
        shared, start = _best_window([word.key for word in there], wanted)
        if 100 * shared >= NEAR * len(wanted) and shared and (best is None or shared > best[0]):
            best = (shared, index, start)
    if best is None:
        return None
    shared, index, start = best
    place = _window(words[index][start : start + len(wanted)], words[index], wanted)
    return Nearest(index, place, shared, len(wanted), _compare(place.text(texts[index]), quote))


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Words with a letter or digit, folded, without case, with their place."""
    end = 0
    for token in tokens(text):
        start, end = end, end + len(token)
        if any(map(str.isalnum, token)):
            yield fold(token).casefold(), start, end


def _words_of(paragraphs: Sequence[Paragraph]) -> list[_Word]:
    return [_Word(key, index, a, b) for index, p in enumerate(paragraphs) for key, a, b in _words(p.text)]


def _best_window(keys: Sequence[str], wanted: Sequence[str]) -> tuple[int, int]:
    """How many wanted words stand in the best run of that length, and where it begins."""
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


def _window(run: Sequence[_Word], words: Sequence[_Word], wanted: Sequence[str]) -> Place:
    """The run from its first wanted word to its last, and as many words around it as the quote has there."""
    kept = _without_idle(_without_idle(run, wanted)[::-1], wanted)
    first, last = kept[-1], kept[0]
    start, end = words.index(first) - wanted.index(first.key), words.index(last) + wanted[::-1].index(last.key)
    from_ = next(word for word in words[max(0, start) :] if word.paragraph == first.paragraph)
    to = next(word for word in reversed(words[: end + 1]) if word.paragraph == last.paragraph)
    return Place(from_.paragraph, from_.start, to.paragraph, to.end)


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
