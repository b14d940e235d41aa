"""Numbers, dates and addresses, which change as wholes.

A reader who sees that a port closes on 2024-0[-5-]{+6+}-12, or that an address is now example.org/[-a-]{+b+}, has
to put together what was said.  Where a change touches such a whole, it takes in all of it.  Neither the choice of
words nor the alignment changes: this comes last, and only lets changes grow.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

MAX_WHOLE = 200
"""Characters: a longer address is no easier to read as a whole than in its parts."""

Word: TypeAlias = tuple[str, Hashable]


@dataclass(frozen=True, slots=True)
class Run:
    """Words ``a_start`` up to ``a_end`` of A beside words ``b_start`` up to ``b_end`` of B."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int
    equal: bool

    @property
    def empty(self) -> bool:
        """Whether it holds no word of either side."""
        return self.a_start == self.a_end and self.b_start == self.b_end

    def joined(self, after: Run) -> Run:
        """This run and one of the same sort that follows it at once."""
        return Run(self.a_start, after.a_end, self.b_start, after.b_end, equal=self.equal)


def join(runs: Iterable[Run]) -> list[Run]:
    """Drop empty runs and join neighbours of one sort."""
    joined: list[Run] = []
    for run in runs:
        if run.empty:
            continue
        if joined and joined[-1].equal == run.equal:
            joined[-1] = joined[-1].joined(run)
        else:
            joined.append(run)
    return joined


_ADDRESS = r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.)[^\s<>\"“”«»]*[^\s<>\"“”«».,;:!?)\]}'’。，、；：！？）]"
# Each begins at an edge and is bounded, so that a long text without spaces costs no more than its length.
_MAIL = r"(?<![\w.%+-])[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
# Digits with single marks or no-break spaces between them: 1,200.50, 2024-05-12, 12/5/2024, 10:30, +49-30-1234.
_NUMBER = r"(?<!\d)[+−-]?\d+(?:[-‐‑–/:.,'’\u00a0\u202f]\d+)+(?:T\d+(?:[:.]\d+)*Z?)?"
_CHINESE_DATE = r"(?<!\d)\d{1,4}\s?[年년]\s?\d+\s?[月월](?:\s?\d+\s?[日号號일])?"
# A day, the name of a month and a year, in either order; the year keeps other words beside numbers out.
_DAY_FIRST = (
    r"\b\d{1,2}(?:\.|º|st|nd|rd|th|er)?\s(?:(?:de|of|d[’'])\s?)?[^\W\d_]{3,12}\.?,?\s(?:de\s|del\s)?(?:1[5-9]|20)\d\d\b"
)
_MONTH_FIRST = r"\b[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,\s(?:1[5-9]|20)\d\d\b"
_WHOLE = re.compile(f"{_ADDRESS}|{_MAIL}|{_CHINESE_DATE}|{_DAY_FIRST}|{_MONTH_FIRST}|{_NUMBER}", re.IGNORECASE)
_HINT = re.compile(r"\d|@|://|www\.", re.IGNORECASE)


def whole_spans(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Where two words or more are one number, date or address: first word, and the word after the last."""
    text = "".join([word for word, _ in words])
    if not _HINT.search(text):
        return []
    starts = list(accumulate((len(word) for word, _ in words), initial=0))
    spans = []
    for match in _WHOLE.finditer(text):
        first, end = bisect_right(starts, match.start()) - 1, bisect_right(starts, match.end() - 1)
        if end - first > 1 and match.end() - match.start() <= MAX_WHOLE:
            spans.append((first, end))
    return spans


def keep_whole(runs: Sequence[Run], a: Sequence[Word], b: Sequence[Word]) -> list[Run]:
    """Let each change that touches a number, a date or an address of either side take in all of it.

    Args:
        runs: Equal and changed runs in turn, covering both sides.
        a: Words of A with their keys.
        b: Words of B.

    Returns:
        The same, with fewer equal words.
    """
    if all(run.equal for run in runs):
        return list(runs)
    spans_a, spans_b = whole_spans(a), whole_spans(b)
    if not spans_a and not spans_b:
        return list(runs)
    to_b = {run.a_start + k: run.b_start + k for run in runs if run.equal for k in range(run.a_end - run.a_start)}
    to_a = {j: i for i, j in to_b.items()}
    # Taking words out on one side may open a whole on the other, so it goes on until nothing more is touched.
    while _take_out(spans_a, to_b, to_a) or _take_out(spans_b, to_a, to_b):
        pass
    return join(_runs(to_b, len(a), len(b)))


def _take_out(spans: list[tuple[int, int]], there: dict[int, int], back: dict[int, int]) -> bool:
    """Unlink the rest of each whole in which some word is changed; say whether any was."""
    touched = [span for span in spans if not _stands(span, there)]
    spans[:] = [span for span in spans if _stands(span, there)]
    found = False
    for start, end in touched:
        for place in range(start, end):
            other = there.pop(place, None)
            if other is not None:
                del back[other]
                found = True
    return found


def _stands(span: tuple[int, int], there: dict[int, int]) -> bool:
    """Whether all words of a whole are equal, and stand together on the other side too."""
    start, end = span
    first = there.get(start)
    return first is not None and all(there.get(start + k) == first + k for k in range(end - start))


def _runs(to_b: dict[int, int], size_a: int, size_b: int) -> Iterator[Run]:
    at_a = at_b = 0
    for i, j in [*sorted(to_b.items()), (size_a, size_b)]:
        yield Run(at_a, i, at_b, j, equal=False)
        yield Run(i, min(i + 1, size_a), j, min(j + 1, size_b), equal=True)
        at_a, at_b = i + 1, j + 1
