"""Paragraphs cut into several, or joined from several.

A split is one paragraph of A whose words stand, in adjacent paragraphs, on side B; a merge is the same seen from the
other side, so one function finds both.  A paragraph that a plain edit of a neighbour explains is no piece.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from muniment.diff.anchors import Pairing, Side
from muniment.diff.candidates import WORTHWHILE, Bag, Bags, Candidate, common_weight, dice
from muniment.diff.places import begin_alike

PIECES = 8
"""Pieces of one paragraph that are tried in every combination: some thirty for each stretch."""

CONTAINED = 600
"""Thousandths of a piece that must stand in the whole, and be added by no other piece; chance gives some 300."""

JOINED = 700
"""Thousandths of likeness between a whole and its pieces together: an edit beside the cut takes up to a third."""

LONGER = 1500
"""Thousandths: a neighbour that is longer by more than half was not edited into a piece, but may hold it itself."""

GAIN = 20
"""Thousandths by which the pieces together must beat the best of them alone: less is a stray word."""


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


def restructurings(pairing: Pairing, bags: Bags, found: Iterable[Candidate]) -> list[Restructuring]:
    """All splits and merges, best first, that do not claim a paragraph twice."""
    by_a: dict[int, list[_Piece]] = defaultdict(list)
    by_b: dict[int, list[_Piece]] = defaultdict(list)
    for candidate in found:
        by_a[candidate.a].append(_Piece(candidate.b, candidate.score, candidate.of_b))
        by_b[candidate.b].append(_Piece(candidate.a, candidate.score, candidate.of_a))
    of_a, of_b = _Edits(by_a, bags.a, bags.b, pairing.a, pairing.b), _Edits(by_b, bags.b, bags.a, pairing.b, pairing.a)
    proposals = [Restructuring((whole,), run, score) for whole, run, score in _propose(of_a)]
    proposals += [Restructuring(run, (whole,), score) for whole, run, score in _propose(of_b)]
    proposals.sort(key=lambda proposal: (-proposal.score, proposal.a, proposal.b))
    return _without_conflicts(proposals)


@dataclass(frozen=True, slots=True)
class _Edits:
    """What could have become of the free paragraphs of one side by a plain edit."""

    pieces: Mapping[int, list[_Piece]]
    bags: Mapping[int, Bag]
    parts: Mapping[int, Bag]
    side: Side
    other: Side

    def explain(self, neighbour: int, piece: int) -> bool:
        """Whether the free neighbour of a whole was edited into what looks like a piece, and into nothing better."""
        if neighbour not in self.bags:
            return False
        sizes = sum(self.bags[neighbour].values()), sum(self.parts[piece].values())
        if 1000 * max(sizes) > LONGER * min(sizes):
            return False
        scores = {known.index: known.score for known in self.pieces.get(neighbour, ())}
        here = scores.pop(piece, 0)
        likely = here >= WORTHWHILE or begin_alike(self.side.folded(neighbour), self.other.folded(piece))
        return likely and max(scores.values(), default=0) <= max(here, WORTHWHILE)


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


def _propose(edits: _Edits) -> Iterable[tuple[int, tuple[int, ...], int]]:
    """For each paragraph, the best run of pieces on the other side, if one beats every single link."""
    for whole, pieces in edits.pieces.items():
        inside = sorted(piece.index for piece in pieces if piece.contained >= CONTAINED)
        needed = max(JOINED, max(piece.score for piece in pieces) + GAIN)
        best: tuple[int, ...] = ()
        for adjacent in _adjacent(inside):
            for run in _runs(adjacent):
                score = _Join.of(edits.bags[whole], [edits.parts[index] for index in run]).score()
                if score < needed or (best and score == needed):
                    continue
                if not (edits.explain(whole - 1, run[0]) or edits.explain(whole + 1, run[-1])):
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
