"""Which linked paragraphs kept their order, and which moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence


def longest_increasing(values: Sequence[int], preferred: Collection[int] = ()) -> list[int]:
    """Positions of a longest increasing subsequence of distinct values.

    Of several longest ones those with most preferred positions count, and of these the lexicographically first by
    position is taken, so that the answer is one and the same everywhere: the paragraph that comes first on side A is
    the one that stays.

    Args:
        values: Distinct integers, not negative: the places on side B in the order of side A.
        preferred: Positions into ``values`` to keep when there is a choice.

    Returns:
        Ascending positions into ``values``.  O(n log n).
    """
    if preferred:
        unit = len(values) + 1  # one position more outweighs all preferences
        weights = [unit + (position in preferred) for position in range(len(values))]
        ending = _weights(values, weights)
        starting = _weights([-value for value in reversed(values)], weights[::-1])[::-1]
    else:
        weights = [1] * len(values)
        ending = _lengths(values)
        starting = _lengths([-value for value in reversed(values)])[::-1]
    heaviest = max(ending, default=0)
    chosen: list[int] = []
    reached, last = 0, -1
    for position, (value, weight) in enumerate(zip(values, weights, strict=True)):
        on_some_heaviest = ending[position] + starting[position] - weight == heaviest
        if on_some_heaviest and ending[position] - weight == reached and value > last:
            chosen.append(position)
            reached, last = ending[position], value
    return chosen


def _lengths(values: Sequence[int]) -> list[int]:
    """For each value, the length of the longest increasing run that ends with it."""
    tails: list[int] = []
    lengths = []
    for value in values:
        place = bisect_left(tails, value)
        tails[place : place + 1] = [value]
        lengths.append(place + 1)
    return lengths


def _weights(values: Sequence[int], weights: Sequence[int]) -> list[int]:
    """For each value, the weight of the heaviest increasing run that ends with it (a Fenwick tree of maxima)."""
    ranks = {value: rank for rank, value in enumerate(sorted(values), 1)}
    tree = [0] * (len(values) + 1)
    ending = []
    for value, weight in zip(values, weights, strict=True):
        below, rank = 0, ranks[value] - 1
        while rank:
            below = max(below, tree[rank])
            rank -= rank & -rank
        ending.append(below + weight)
        rank = ranks[value]
        while rank < len(tree):
            tree[rank] = max(tree[rank], ending[-1])
            rank += rank & -rank
    return ending
