"""Compare two texts paragraph by paragraph.

Paragraphs cut into several, or joined from several.

A split is one paragraph of A whose words stand, in adjacent paragraphs, on side B; a merge is the same seen from the
other side, so one function finds both.

Alignment: which paragraph of A became which of B.

Anchors first (the same words), then splits and merges, then single links between paragraphs that share enough of their
words.  What remains was deleted or inserted: two unrelated paragraphs are never woven into each other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from muniment.diff.anchors import FREE, Gaps, Pairing, Side, anchor, longest_increasing
from muniment.diff.candidates import Bag, Bags, Candidate, WordOrder, candidates, collect, common_weight, dice
from muniment.diff.difference import Difference, Operation, OperationName, ParagraphLike, current_algorithm
from muniment.diff.fold import fold, fold_unspaced
from muniment.diff.words import refine

PIECES = 8
CONTAINED = 600
JOINED = 700
GAIN = 20


@dataclass(frozen=True, slots=True)
class Restructuring:
    """One paragraph on one side, and the adjacent ones on the other that together hold its words."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    score: int


@dataclass(frozen=True, slots=True)
class _Piece:
    index: int
    score: int
    contained: int


def restructurings(bags: Bags, found: Iterable[Candidate]) -> list[Restructuring]:
    """All splits and merges, best first, that do not claim a paragraph twice."""
    by_a: dict[int, list[_Piece]] = defaultdict(list)
    by_b: dict[int, list[_Piece]] = defaultdict(list)
    for candidate in found:
        by_a[candidate.a].append(_Piece(candidate.b, candidate.score, candidate.of_b))
        by_b[candidate.b].append(_Piece(candidate.a, candidate.score, candidate.of_a))
    proposals = [Restructuring((whole,), run, score) for whole, run, score in _propose(by_a, bags.a, bags.b)]
    proposals += [Restructuring(run, (whole,), score) for whole, run, score in _propose(by_b, bags.b, bags.a)]
    proposals.sort(key=lambda proposal: (-proposal.score, proposal.a, proposal.b))
    return _without_conflicts(proposals)


def _without_conflicts(proposals: Iterable[Restructuring]) -> list[Restructuring]:
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    kept = []
    for proposal in proposals:
        if taken_a.isdisjoint(proposal.a) and taken_b.isdisjoint(proposal.b):
            taken_a.update(proposal.a)
            taken_b.update(proposal.b)
            kept.append(proposal)
    return kept


def _propose(
    by_whole: Mapping[int, list[_Piece]], wholes: Mapping[int, Bag], parts: Mapping[int, Bag]
) -> Iterable[tuple[int, tuple[int, ...], int]]:
    """For each paragraph, the best run of pieces on the other side, if one beats every single link."""
    for whole, pieces in by_whole.items():
        inside = sorted(piece.index for piece in pieces if piece.contained >= CONTAINED)
        needed = max(JOINED, max(piece.score for piece in pieces) + GAIN)
        best: tuple[int, ...] = ()
        for adjacent in _adjacent(inside):
            for run in _runs(adjacent):
                score = _Join.of(wholes[whole], [parts[index] for index in run]).score()
                if score >= needed and (not best or score > needed):
                    best, needed = run, score
        if best:
            yield whole, best, needed


def _adjacent(indexes: Iterable[int]) -> list[list[int]]:
    """Ascending indexes cut where one is missing."""
    runs: list[list[int]] = []
    for index in indexes:
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _runs(adjacent: list[int]) -> Iterable[tuple[int, ...]]:
    """The whole stretch, then every part of it with 2 to ``PIECES`` members."""
    if len(adjacent) > PIECES:
        yield tuple(adjacent)
    for start in range(len(adjacent)):
        for end in range(start + 2, min(start + PIECES, len(adjacent)) + 1):
            yield tuple(adjacent[start:end])


@dataclass(frozen=True, slots=True)
class _Join:
    """A paragraph beside its pieces put together."""

    whole: Bag
    parts: list[Bag]
    together: Bag

    @classmethod
    def of(cls, whole: Bag, parts: list[Bag]) -> _Join:
        together: Bag = {}
        for part in parts:
            for word, weight in part.items():
                together[word] = together.get(word, 0) + weight
        return cls(whole, parts, together)

    def score(self) -> int:
        """Similarity in thousandths; 0 if some piece adds too little that the others do not hold already."""
        if any(1000 * self._added_by(part) < CONTAINED * sum(part.values()) for part in self.parts):
            return 0
        common = common_weight(self.whole, self.together)
        return dice(common, sum(self.whole.values()), sum(self.together.values()))

    def _added_by(self, part: Bag) -> int:
        added = 0
        for word, weight in part.items():
            here, all_pieces = self.whole.get(word, 0), self.together[word]
            added += min(here, all_pieces) - min(here, all_pieces - weight)
        return added


LINK = 450
LINK_IN_PLACE = 300
SAME_GAP = 50
# Below this score the words must also stand in the same order: texts in a small alphabet share most of their signs.
CERTAIN = 650
IN_ORDER = 500


@dataclass(frozen=True, slots=True)
class Link:
    """Paragraphs of A and of B that are the same ones: 1:1, 1:n or n:1."""

    a: tuple[int, ...]
    b: tuple[int, ...]

    def mirrored(self) -> Link:
        """The same link seen from the other side."""
        return Link(self.b, self.a)


def align(a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]) -> list[Link]:
    """Link the paragraphs of two sides.

    Both directions give the same links: the sides are always taken in the order of their texts.

    Returns:
        Links in the order of A; every paragraph stands in at most one.
    """
    key_a = [(paragraph.text, paragraph.label or "") for paragraph in a]
    key_b = [(paragraph.text, paragraph.label or "") for paragraph in b]
    if key_a <= key_b:
        return _align(a, b)
    return sorted((link.mirrored() for link in _align(b, a)), key=lambda link: link.a)


def _align(a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]) -> list[Link]:
    pairing = Pairing.empty(Side(a), Side(b))
    anchor(pairing)
    links = [] if not (pairing.free_a() and pairing.free_b()) else _link_similar(pairing)
    links += [Link((i,), (j,)) for i, j in pairing.links()]
    return sorted(links, key=lambda link: link.a)


def _link_similar(pairing: Pairing) -> list[Link]:
    """Link similar paragraphs one to one in ``pairing``; give splits and merges."""
    bags = collect(pairing)
    found = candidates(bags)
    wide = [Link(r.a, r.b) for r in restructurings(bags, found)]
    taken_a = {i for link in wide for i in link.a}
    taken_b = {j for link in wide for j in link.b}
    _link_single(pairing, [c for c in found if c.a not in taken_a and c.b not in taken_b])
    return wide


def _link_single(pairing: Pairing, found: Iterable[Candidate]) -> None:
    """Best pairs first; ties by the same label, by distance, then by index."""
    gaps = Gaps.of(pairing)
    ranked = []
    for candidate in found:
        i, j = candidate.a, candidate.b
        distance = abs(gaps.of_a(i) - gaps.of_b(j))
        score = candidate.score + (0 if distance else SAME_GAP)
        if candidate.score >= (LINK if distance else LINK_IN_PLACE):
            renumbered = pairing.a.labels[i] != pairing.b.labels[j]
            ranked.append((-score, renumbered, distance, abs(i - j), i, j, candidate.score >= CERTAIN))
    order = WordOrder(pairing)
    for *_, i, j, certain in sorted(ranked):
        free = pairing.to_b[i] == FREE and pairing.to_a[j] == FREE
        if free and (certain or order.common(i, j) >= IN_ORDER):
            pairing.link(i, j)


def compare(a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]) -> Difference:
    """Say what became of each paragraph.

    The answer depends on labels and texts alone: it is the same on every run and every computer, within one version of
    the algorithm and of its Unicode data.  Work is bounded by counts, never by the clock.

    Args:
        a: The older side.
        b: The newer side.

    Returns:
        Operations that name every paragraph of both sides exactly once.
    """
    links = align(a, b)
    # A split or merge has no way to say that it moved as well: where there is a choice, it stays.
    wide = {position for position, link in enumerate(links) if len(link.a) + len(link.b) > 2}
    fixed = [links[position] for position in longest_increasing([link.b[0] for link in links], wide)]
    stays = set(fixed)
    linked = [_operation(link, a, b, moved=link not in stays) for link in links]
    kept_a = {i for link in links for i in link.a}
    kept_b = {j for link in links for j in link.b}
    linked += [Operation("delete", (i,), ()) for i in range(len(a)) if i not in kept_a]
    linked += [Operation("insert", (), (j,)) for j in range(len(b)) if j not in kept_b]
    return Difference(tuple(_in_reading_order(linked, fixed)), current_algorithm())


def _in_reading_order(operations: Iterable[Operation], fixed: Sequence[Link]) -> list[Operation]:
    """The order of B; deletions follow the paragraph that they followed in A, and come before insertions there."""
    fixed_a = [link.a[0] for link in fixed]
    fixed_b = [link.b[0] for link in fixed]
    places_b = set(fixed_b)

    def place(operation: Operation) -> tuple[int, int, int]:
        if not operation.b:
            return (bisect_left(fixed_a, operation.a[0]), 0, operation.a[0])
        first = operation.b[0]
        return (bisect_left(fixed_b, first), 2 if first in places_b else 1, first)

    return sorted(operations, key=place)


def _operation(link: Link, a: Sequence[ParagraphLike], b: Sequence[ParagraphLike], *, moved: bool) -> Operation:
    if len(link.a) == len(link.b) == 1:
        return _one_to_one(link, a[link.a[0]], b[link.b[0]], moved=moved)
    old, new = [a[i] for i in link.a], [b[j] for j in link.b]
    words = refine(old, new)
    edited = fold_unspaced(" ".join(p.text for p in old)) != fold_unspaced(" ".join(p.text for p in new))
    name: OperationName = "split" if len(link.a) == 1 else "merge"
    return Operation(name, link.a, link.b, edited, segments=words.segments, coarse=words.coarse)


def _one_to_one(link: Link, old: ParagraphLike, new: ParagraphLike, *, moved: bool) -> Operation:
    if old.text == new.text and old.label == new.label:
        return Operation("move" if moved else "equal", link.a, link.b)
    same_text, same_label = old.text == new.text, _alike(old.label, new.label)
    # Read aloud, the words are the same, and more than the number differs.
    typographic = fold(old.text) == fold(new.text) and (same_label or not same_text)
    renumbered = not same_label and (same_text or typographic)
    kept: OperationName = "equal" if same_text and not typographic else "replace"
    operation = Operation("move" if moved else kept, link.a, link.b, renumbered=renumbered)
    if kept == "equal":
        return operation
    words = refine([old], [new], exact=typographic)
    return replace(
        operation,
        edited=moved and not same_text,
        kind="typographic" if typographic else None,
        segments=words.segments,
        coarse=words.coarse,
    )


def _alike(old: str | None, new: str | None) -> bool:
    """Whether two labels are the same to a reader."""
    return old == new or (old is not None and new is not None and fold(old) == fold(new))
