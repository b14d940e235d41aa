"""Alignment: which paragraph of A became which of B.

Anchors first (the same words), then splits and merges, then single links between paragraphs that share enough of their
words.  What remains was deleted or inserted: two unrelated paragraphs are never woven into each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from muniment.diff.anchors import FREE, Gaps, Pairing, Side, anchor
from muniment.diff.candidates import Candidate, WordOrder, candidates, collect
from muniment.diff.model import ParagraphLike
from muniment.diff.restructure import restructurings

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
