"""What came and went within a range of versions: words that neither its first version nor its last shows.

A comparison of both ends hides what stood only in between, and what was taken out and put back.  Every run of words
that some step took out is looked for in all versions of the range: what stands at neither end stood for a while, and
what stands at both ends was missing for a while, as was a part of it that came back within other words.  Each finding
can be asked for again, word by word, with a search.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal, Protocol

from muniment.diff.candidates import is_unspaced
from muniment.diff.difference import Operation, shown
from muniment.diff.words import tokens
from muniment.history.search import fold_for_search
from muniment.record import Paragraph

FEW = 3
"""Words that say something alone; a shorter run is given with the words after it, or before it."""

MAX_LOOKED_FOR = 500
"""Runs of words that are looked for in one range, the first ones: a bound of the work."""

MAX_PART = 80
"""Words and signs of what was taken out in which a part that came back is looked for, from the first on."""

_WORD = re.compile(r"\w")


class Text(Protocol):
    """A version: its number and its paragraphs."""

    @property
    def version(self) -> int:
        """Its number in its release."""
        ...

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Those of the text as received."""
        ...


@dataclass(frozen=True, slots=True)
class Passing:
    """Words that came and went, or went and came back.

    Attributes:
        kind: ``stood``: at neither end of the range; ``missing``: at both ends, and not in between.
        first: The first version that has them, or lacks them.
        last: The last one.
        words: As they stood, white space folded.
        version: A version in which they stood.
        paragraph: Id of their paragraph there.
    """

    kind: Literal["stood", "missing"]
    first: int
    last: int
    words: str
    version: int
    paragraph: str


@dataclass(frozen=True, slots=True)
class _Taken:
    """Words that a step took out: with their version and paragraph."""

    words: str
    version: int
    paragraph: str


def came_and_went(versions: Sequence[Text], steps: Sequence[Sequence[Operation]]) -> tuple[Passing, ...]:
    """Find what the comparison of the first version with the last does not show.

    Args:
        versions: Those of the range, in order.
        steps: What became of the paragraphs from each version to the next: one fewer.

    Returns:
        In the order in which it was taken out; what stood within other words for as long is left out.
    """
    if len(versions) < 3:
        return ()
    texts = [_text(version.paragraphs) for version in versions]
    found: list[Passing] = []
    for taken in _taken_out(versions, steps):
        for passing in _stretches(taken, versions, texts):
            if not any(_covers(other, passing) for other in found):
                found = [other for other in found if not _covers(passing, other)] + [passing]
    return tuple(found)


def _text(paragraphs: Sequence[Paragraph]) -> str:
    return fold_for_search("\n".join(paragraph.text for paragraph in paragraphs)).casefold()


def _taken_out(versions: Sequence[Text], steps: Sequence[Sequence[Operation]]) -> Iterator[_Taken]:
    seen: set[str] = set()
    for (before, _), operations in zip(pairwise(versions), steps, strict=True):
        for operation in operations:
            if not operation.a or operation.kind is not None:
                continue
            where = before.paragraphs[operation.a[0]].id
            for words in _runs(operation, before.paragraphs):
                folded = fold_for_search(words).casefold()
                if folded not in seen and len(seen) < MAX_LOOKED_FOR:
                    seen.add(folded)
                    yield _Taken(words, before.version, where)


def _runs(operation: Operation, paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    """The words that an operation took out, each run with what makes it readable."""
    if operation.op == "delete":
        yield " ".join(paragraphs[operation.a[0]].text.split())
        return
    old = "\n".join(shown(paragraphs[i]) for i in operation.a)
    place = 0
    for segment in operation.segments or ():
        if segment.tag == "+":
            continue
        end = place + len(segment.text)
        if segment.tag == "-" and _WORD.search(segment.text):
            yield " ".join(_widened(old, place, end).split())
        place = end


def _widened(text: str, start: int, end: int) -> str:
    """A run, with words of its line after it, or else before it, until it says something."""
    run = text[start:end]
    missing = FEW - 1 - sum(1 for token in tokens(run) if _WORD.search(token))
    for token in _line(tokens(text[end:])):
        if missing <= 0:
            break
        run += token
        missing -= bool(_WORD.search(token))
    for token in _line(tokens(text[:start])[::-1]):
        if missing <= 0:
            break
        run = token + run
        missing -= bool(_WORD.search(token))
    return run


def _line(words: Sequence[str]) -> Iterator[str]:
    """Words up to the end of the line or of the sentence."""
    for word in words:
        if "\n" in word or word in (".", "!", "?", "。", "！", "？", "؟", "।", "۔"):
            return
        yield word


def _stretches(taken: _Taken, versions: Sequence[Text], texts: Sequence[str]) -> Iterator[Passing]:
    stands = _standing(fold_for_search(taken.words).casefold(), texts)
    if stands[0] and not stands[-1]:
        part = _part_that_returned(taken.words, texts)
        if part is not None:
            yield from _stretches(replace(taken, words=part), versions, texts)
    if stands[0] != stands[-1]:
        return
    place = 0
    for here, group in groupby(stands):
        size = len(list(group))
        if here != stands[0]:
            first, last = versions[place].version, versions[place + size - 1].version
            kind: Literal["stood", "missing"] = "stood" if here else "missing"
            yield Passing(kind, first, last, taken.words, taken.version, taken.paragraph)
        place += size


def _part_that_returned(words: str, texts: Sequence[str]) -> str | None:
    """Find the longest part of words that went which stands in the last text again, having been missing in between."""
    parts = list(tokens(words))[:MAX_PART]
    starts = [at for at, token in enumerate(parts) if _WORD.search(token)]
    for size in range(len(starts) - 1, FEW, -1):
        for first in range(len(starts) - size + 1):
            part = "".join(parts[starts[first] : starts[first + size - 1] + 1])
            folded = fold_for_search(part).casefold()
            if folded in texts[-1]:
                stands = _standing(folded, texts)
                if stands[0] and stands[-1] and not all(stands):
                    return part
    return None


def _standing(words: str, texts: Sequence[str]) -> list[bool]:
    """Which texts have some folded words, as whole words where their script has any."""
    if not words:
        return [True] * len(texts)
    before = r"(?<!\w)" if words[0].isalnum() and not is_unspaced(words[0]) else ""
    after = r"(?!\w)" if words[-1].isalnum() and not is_unspaced(words[-1]) else ""
    whole = re.compile(f"{before}{re.escape(words)}{after}")
    return [words in text and whole.search(text) is not None for text in texts]


def _covers(outer: Passing, inner: Passing) -> bool:
    """Whether one finding says all that another does."""
    same_time = (outer.kind, outer.first, outer.last) == (inner.kind, inner.first, inner.last)
    return same_time and inner.words in outer.words
