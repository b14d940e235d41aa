from __future__ import annotations

from itertools import combinations, pairwise, permutations

import pytest

from muniment.diff.anchors import longest_increasing


def by_hand(values: tuple[int, ...]) -> list[int]:
    """The same answer by trying every subsequence, longest first, in lexicographic order."""
    for size in range(len(values), 0, -1):
        for places in combinations(range(len(values)), size):  # in lexicographic order
            if all(values[x] < values[y] for x, y in pairwise(places)):
                return list(places)
    return []


@pytest.mark.parametrize("size", range(8))
def test_every_order_of_few(size: int) -> None:
    """For every permutation of up to 7 paragraphs the lexicographically first longest run is found."""
    for values in permutations(range(size)):
        assert longest_increasing(values) == by_hand(values)


@pytest.mark.parametrize("size", range(1, 6))
def test_preferred_positions_break_ties(size: int) -> None:
    """For every permutation and every choice of preferred positions, length decides first, then preference."""
    for values in permutations(range(size)):
        increasing = [
            places
            for count in range(1, size + 1)
            for places in combinations(range(size), count)
            if all(values[x] < values[y] for x, y in pairwise(places))
        ]
        for count in range(1, size + 1):
            for preferred in combinations(range(size), count):
                best = max((len(places), len({*places} & {*preferred})) for places in increasing)
                expected = next(p for p in sorted(increasing) if (len(p), len({*p} & {*preferred})) == best)
                assert longest_increasing(values, preferred) == list(expected)


def test_first_of_two_swapped_stays() -> None:
    """Of two paragraphs that changed places, the one that came first on side A stays."""
    assert longest_increasing([1, 0]) == [0]
