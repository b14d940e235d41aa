"""Links between paragraphs whose words are the same on both sides.

Labels never decide a link alone: renumbering is the commonest change of a numbered text, and a differ that trusts the
numbers says that every clause was rewritten.  Equal labels only choose among paragraphs with the same words.

Which linked paragraphs kept their order, and which moved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from muniment.diff.difference import ParagraphLike, shown
from muniment.diff.fold import fold, unbroken


def longest_increasing(
    values: Sequence[int], preferred: Collection[int] = (), light: Collection[int] = ()
) -> list[int]:
    """Positions of a longest increasing subsequence of distinct values.

    Of several longest ones those with most preferred positions count, and of these the lexicographically first by
    position is taken, so that the answer is one and the same everywhere: the paragraph that comes first on side A is
    the one that stays.

    Args:
        values: Distinct integers, not negative: the places on side B in the order of side A.
        preferred: Positions into ``values`` to keep when there is a choice.
        light: Positions that count only where all else is equal: one of the others outweighs all of them.

    Returns:
        Ascending positions into ``values``.  O(n log n).
    """
    if preferred or light:
        unit = len(values) + 1  # one position more outweighs all preferences, and one preference all light ones
        weights = [
            1 if position in light else unit * (unit + (position in preferred)) for position in range(len(values))
        ]
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


Layer: TypeAlias = Literal["raw", "folded", "printed"]
LAYERS: tuple[Layer, ...] = ("raw", "folded")
FREE = -1


class Side:
    """The paragraphs of one side, each folded at most once, and only when the raw texts did not settle it."""

    __slots__ = ("_folded", "_unbroken", "labels", "printed", "texts")

    def __init__(self, paragraphs: Sequence[ParagraphLike]) -> None:
        self.labels = [paragraph.label for paragraph in paragraphs]
        self.texts = [paragraph.text for paragraph in paragraphs]
        self.printed = [shown(paragraph) for paragraph in paragraphs]
        self._folded: dict[int, str] = {}
        self._unbroken: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self.texts)

    def folded(self, index: int) -> str:
        """The folded text of one paragraph."""
        if index not in self._folded:
            self._folded[index] = fold(self.texts[index])
        return self._folded[index]

    def key(self, index: int, layer: Layer) -> str:
        """The text that decides equality in this layer."""
        if layer == "raw":
            return self.texts[index]
        return self.printed[index] if layer == "printed" else self.unbroken(index)

    def unbroken(self, index: int) -> str:
        """The folded text of one paragraph, however its lines were wrapped in a script without spaces."""
        if index not in self._unbroken:
            self._unbroken[index] = unbroken(self.folded(index))
        return self._unbroken[index]


@dataclass(slots=True)
class Pairing:
    """One-to-one links while they are being found; ``FREE`` marks a paragraph without one."""

    a: Side
    b: Side
    to_b: list[int]
    to_a: list[int]

    @classmethod
    def empty(cls, a: Side, b: Side) -> Pairing:
        """A pairing without links."""
        return cls(a, b, [FREE] * len(a), [FREE] * len(b))

    def link(self, i: int, j: int) -> None:
        """Link paragraph ``i`` of A with ``j`` of B; both must be free."""
        self.to_b[i] = j
        self.to_a[j] = i

    def free_a(self) -> list[int]:
        """Paragraphs of A without a link, ascending."""
        return [i for i, j in enumerate(self.to_b) if j == FREE]

    def free_b(self) -> list[int]:
        """Paragraphs of B without a link, ascending."""
        return [j for j, i in enumerate(self.to_a) if i == FREE]

    def links(self) -> list[tuple[int, int]]:
        """All links in the order of A."""
        return [(i, j) for i, j in enumerate(self.to_b) if j != FREE]


@dataclass(frozen=True, slots=True)
class Gaps:
    """Where a free paragraph lies between the links that kept their order."""

    fixed_a: list[int]
    fixed_b: list[int]

    @classmethod
    def of(cls, pairing: Pairing) -> Gaps:
        """Gaps of the links found so far."""
        links = pairing.links()
        fixed = [links[k] for k in longest_increasing([j for _, j in links])]
        return cls([i for i, _ in fixed], [j for _, j in fixed])

    def of_a(self, i: int) -> int:
        """Number of fixed links above paragraph ``i`` of A."""
        return bisect_left(self.fixed_a, i)

    def of_b(self, j: int) -> int:
        """Number of fixed links above paragraph ``j`` of B."""
        return bisect_left(self.fixed_b, j)


def anchor(pairing: Pairing) -> None:
    """Link every pair of paragraphs with the same words, raw ones first, then folded ones.

    Unique texts come first; links grow up and down through equal neighbours, which settles repeated boilerplate; the
    remaining duplicates are taken in order, inside their gap first.
    """
    for layer in LAYERS:
        _link_unique(pairing, layer)
    # What was read as a label on one side and as a word on the other is the same as printed.
    _link_unique(pairing, "printed")
    for layer in LAYERS:
        _grow(pairing, layer)
    if not _shared(pairing):
        return
    gaps = Gaps.of(pairing)
    for layer in LAYERS:
        _link_groups(pairing, _group(pairing, layer, gaps))
    for layer in LAYERS:
        _link_groups(pairing, _group(pairing, layer, None))


def _shared(pairing: Pairing) -> bool:
    """Whether some free paragraph of A has a free twin in B."""
    texts = {pairing.a.unbroken(i) for i in pairing.free_a()}
    return any(pairing.b.unbroken(j) in texts for j in pairing.free_b())


def _unique(side: Side, free: Sequence[int], layer: Layer) -> dict[str, int]:
    places: dict[str, int] = {}
    for index in free:
        text = side.key(index, layer)
        places[text] = FREE if text in places else index
    return places


def _link_unique(pairing: Pairing, layer: Layer) -> None:
    of_b = _unique(pairing.b, pairing.free_b(), layer)
    for text, i in _unique(pairing.a, pairing.free_a(), layer).items():
        j = of_b.get(text, FREE)
        if FREE not in (i, j) and (layer != "printed" or pairing.a.labels[i] != pairing.b.labels[j]):
            pairing.link(i, j)


def _grow(pairing: Pairing, layer: Layer) -> None:
    """Follow each link, and both ends of the text, through neighbours that are free and equal."""
    size_a, size_b = len(pairing.a), len(pairing.b)
    seeds = [(-1, -1), *pairing.links(), (size_a, size_b)]
    for step in (1, -1):
        for i, j in seeds[::step]:
            x, y = i + step, j + step
            while 0 <= x < size_a and 0 <= y < size_b and _grows(pairing, x, y, layer):
                pairing.link(x, y)
                x, y = x + step, y + step


def _grows(pairing: Pairing, i: int, j: int, layer: Layer) -> bool:
    if pairing.to_b[i] != FREE or pairing.to_a[j] != FREE:
        return False
    return pairing.a.key(i, layer) == pairing.b.key(j, layer)


def _group(pairing: Pairing, layer: Layer, gaps: Gaps | None) -> Iterable[tuple[list[int], list[int]]]:
    """Free paragraphs of A and of B with the same text, gap by gap if gaps are given."""
    groups: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for i in pairing.free_a():
        groups[gaps and gaps.of_a(i), pairing.a.key(i, layer)][0].append(i)
    for j in pairing.free_b():
        groups[gaps and gaps.of_b(j), pairing.b.key(j, layer)][1].append(j)
    return (group for group in groups.values() if group[0] and group[1])


def _link_groups(pairing: Pairing, groups: Iterable[tuple[list[int], list[int]]]) -> None:
    """Link duplicates in order; when their numbers differ, those with the same label first."""
    for of_a, of_b in groups:
        left = list(of_b)
        rest = list(of_a)
        if len(of_a) != len(of_b):
            rest = []
            by_label: dict[str | None, list[int]] = defaultdict(list)
            for j in reversed(of_b):
                by_label[pairing.b.labels[j]].append(j)
            for i in of_a:
                label = pairing.a.labels[i]
                if label is not None and by_label[label]:
                    pairing.link(i, by_label[label].pop())
                else:
                    rest.append(i)
            left = [j for j in of_b if pairing.to_a[j] == FREE]
        for i, j in zip(rest, left, strict=False):
            pairing.link(i, j)
