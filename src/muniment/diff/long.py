"""Texts too long to compare word by word at once: what is equal by lines and sentences is taken off before.

A table of a thousand rows, or a law in one paragraph, has far more words than an exact comparison can pair; but most of
its rows or sentences stand on both sides.  Those that stand once on each side are paired as far as they keep their
order, then their equal neighbours, and what lies between is short.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from muniment.diff.anchors import longest_increasing
from muniment.diff.wholes import Run, Word, join

_SENTENCE_END = frozenset(".!?…\u061f\u06d4\u0964\u1362。！？;；")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A line or a sentence: its words ``start`` up to ``end``, and what it says."""

    start: int
    end: int
    key: Hashable


Pair: TypeAlias = tuple[int, int]


def common_ends(a: Sequence[Word], b: Sequence[Word]) -> list[Run]:
    """Only the common beginning and end."""
    shorter = min(len(a), len(b))
    head = next((k for k in range(shorter) if a[k][1] != b[k][1]), shorter)
    tail = next((k for k in range(shorter - head) if a[-1 - k][1] != b[-1 - k][1]), shorter - head)
    end_a, end_b = len(a) - tail, len(b) - tail
    return join(
        [
            Run(0, head, 0, head, equal=True),
            Run(head, end_a, head, end_b, equal=False),
            Run(end_a, len(a), end_b, len(b), equal=True),
        ]
    )


def anchored(runs: Sequence[Run], a: Sequence[Word], b: Sequence[Word]) -> list[Run]:
    """Cut each changed run at the lines that both sides have, then at the sentences.

    Args:
        runs: Equal and changed runs in turn.
        a: Words of A with their keys.
        b: Words of B.

    Returns:
        The same with more equal runs.
    """
    for lines in (True, False):
        runs = join(part for run in runs for part in ([run] if run.equal else _cut(run, a, b, lines=lines)))
    return list(runs)


def _cut(run: Run, a: Sequence[Word], b: Sequence[Word], *, lines: bool) -> Iterator[Run]:
    units_a = list(_units(a, run.a_start, run.a_end, lines=lines))
    units_b = list(_units(b, run.b_start, run.b_end, lines=lines))
    at_a, at_b = run.a_start, run.b_start
    for i, j in _paired(units_a, units_b):
        one, other = units_a[i], units_b[j]
        yield Run(at_a, one.start, at_b, other.start, equal=False)
        yield Run(one.start, one.end, other.start, other.end, equal=True)
        at_a, at_b = one.end, other.end
    yield Run(at_a, run.a_end, at_b, run.b_end, equal=False)


def _units(words: Sequence[Word], start: int, end: int, *, lines: bool) -> Iterator[_Unit]:
    """Lines, or sentences; each with the white space after it, which its key leaves out."""
    first, ended = start, False
    for place in range(start, end):
        text = words[place][0]
        white = text.isspace()
        if ended and not white:
            yield _unit(words, first, place)
            first, ended = place, False
        if "\n" in text if lines else text[-1] in _SENTENCE_END:
            ended = True
    if first < end:
        yield _unit(words, first, end)


def _unit(words: Sequence[Word], start: int, end: int) -> _Unit:
    return _Unit(start, end, tuple(key for _, key in words[start:end]))


def _paired(a: Sequence[_Unit], b: Sequence[_Unit]) -> list[Pair]:
    """Units that stand once on each side, as far as they keep their order, and their equal neighbours."""
    once_a, once_b = _once(a), _once(b)
    unique = [(i, once_b[key]) for key, i in once_a.items() if key in once_b]
    unique.sort()
    kept = [unique[k] for k in longest_increasing([j for _, j in unique])]
    found: list[Pair] = []
    bounds = [*kept, (len(a), len(b))]
    at_a = at_b = 0
    for i, j in bounds:
        found += _grown(a, b, (at_a, at_b), (i, j))
        if i < len(a):
            found.append((i, j))
        at_a, at_b = i + 1, j + 1
    return found


def _once(units: Sequence[_Unit]) -> dict[Hashable, int]:
    places: dict[Hashable, int] = {}
    for place, unit in enumerate(units):
        places[unit.key] = -1 if unit.key in places else place
    return {key: place for key, place in places.items() if place >= 0}


def _grown(a: Sequence[_Unit], b: Sequence[_Unit], start: Pair, end: Pair) -> list[Pair]:
    """Equal units from the start of a gap on, and from its end back."""
    size = min(end[0] - start[0], end[1] - start[1])
    head = next((k for k in range(size) if a[start[0] + k].key != b[start[1] + k].key), size)
    left = size - head
    tail = next((k for k in range(left) if a[end[0] - 1 - k].key != b[end[1] - 1 - k].key), left)
    return [
        *((start[0] + k, start[1] + k) for k in range(head)),
        *((end[0] - k, end[1] - k) for k in range(tail, 0, -1)),
    ]
