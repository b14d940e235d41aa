"""Compare two texts paragraph by paragraph.

Alignment: which paragraph of A became which of B.  Anchors first (the same words), then splits and merges, then single
links between paragraphs that share enough of their words, then what stands alone in one place and is the same thing.
What remains was deleted or inserted: two unrelated paragraphs are never woven into each other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import regex

from muniment.diff.anchors import FREE, Gaps, Pairing, Side, anchor, longest_increasing
from muniment.diff.candidates import Candidate, WordOrder, candidates, collect
from muniment.diff.difference import Difference, Operation, OperationName, ParagraphLike, current_algorithm, shown
from muniment.diff.edges import cut_at_edges, set_apart
from muniment.diff.fold import alike, fold_unspaced
from muniment.diff.numbering import is_bare_number, is_renumbered, page_numbers
from muniment.diff.pieces import Restructuring, restructurings
from muniment.diff.places import link_by_place
from muniment.diff.words import refine

LINK = 450
"""Thousandths of likeness that link two paragraphs anywhere: half of the words, the rare ones counted more."""

LINK_IN_PLACE = 300
"""The same between the same neighbours, where a place speaks for the link as well."""

SAME_GAP = 50
"""Thousandths that the same place is worth beside likeness: it settles near ties, and outweighs no changed word."""

CERTAIN = 650
"""Thousandths below which the words must stand in the same order too: texts in a small alphabet share their signs."""

IN_ORDER = 500
"""Thousandths of the words that must then stand in the same order."""

IN_ORDER_IN_PLACE = 300
"""The same between the same neighbours, for words of several signs: a clause may be turned round where it stands."""

CUT_SHORT = 600
"""Thousandths of the shorter one's words, by weight and in order, that make it the other, cut short or grown."""

_ALL = 1000
_NAME = 2  # words: fewer may stand in any text
_LETTER = regex.compile(r"\p{L}", regex.V1)
_OF_WORDS = regex.compile(r"[\p{L}--[TZ]]", regex.V1)
"""A letter that is in no time: where there is one, no time has to be taken out to see it."""
_TIME = regex.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)?")


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
    links: list[Link] = []
    if pairing.free_a() and pairing.free_b():
        cuts = cut_at_edges(pairing, _link_similar(pairing))
        links = [Link(cut.a, cut.b) for cut in [*cuts, *set_apart(pairing, cuts)]]
        link_by_place(pairing, links, a, b)
    wide, links = links, _all_links(pairing, links)
    pages, stays = _staying(links, a, b)
    if _free_light(pairing, links, a, stays | pages):
        link_by_place(pairing, wide, a, b)
        links = _all_links(pairing, wide)
        pages, stays = _staying(links, a, b)
    return [link for link in links if link in stays or link in pages or _can_move(link, a)]


def _staying(
    links: Sequence[Link], a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]
) -> tuple[frozenset[Link], frozenset[Link]]:
    """The links between numbers of pages, and those that kept their order."""
    pages = _pages(links, a, b)
    return pages, frozenset(_fixed(links, a, pages))


def _all_links(pairing: Pairing, wide: Iterable[Link]) -> list[Link]:
    """Splits, merges and links one to one, in the order of A."""
    return sorted([*wide, *(Link((i,), (j,)) for i, j in pairing.links())], key=lambda link: link.a)


def _free_light(pairing: Pairing, links: Iterable[Link], a: Sequence[ParagraphLike], stays: Collection[Link]) -> bool:
    """Take apart what is only a number with its word, such as ``Article 29``, a rule or a copy, and would have moved.

    Where an article was taken out before, the number above each text is another one: the texts stayed.
    """
    links = list(links)
    lone = _lone_copies(links, pairing)
    moved = [
        link
        for link in links
        if link not in stays and len(link.a) == len(link.b) == 1 and (link in lone or _is_light(link, a))
    ]
    for link in moved:
        pairing.to_b[link.a[0]] = pairing.to_a[link.b[0]] = FREE
    return bool(moved)


def _lone_copies(links: Iterable[Link], pairing: Pairing) -> frozenset[Link]:
    """The links of a text that stands more than once, where no neighbour is linked along: one went, one came."""
    single = [link for link in links if len(link.a) == len(link.b) == 1]
    pairs = {(link.a[0], link.b[0]) for link in single}
    copies = [Counter(side.texts) for side in (pairing.a, pairing.b)]
    return frozenset(
        link
        for link in single
        if pairing.a.texts[link.a[0]] == pairing.b.texts[link.b[0]]
        and max(side[pairing.a.texts[link.a[0]]] for side in copies) > 1
        and pairs.isdisjoint((link.a[0] + step, link.b[0] + step) for step in (-1, 1))
    )


def _pages(links: Sequence[Link], a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]) -> frozenset[Link]:
    """The links between numbers of pages."""
    of_a, of_b = page_numbers(a), page_numbers(b)
    return frozenset(link for link in links if of_a.issuperset(link.a) and of_b.issuperset(link.b))


def _fixed(links: Sequence[Link], a: Sequence[ParagraphLike], pages: Collection[Link]) -> list[Link]:
    """Links that kept their order.

    What has no letters, the number of a page, and a number above a text give way to what has words: nobody moves
    these.  A split or merge
    has no way to say that it moved as well: where there is a choice, it stays.
    """
    light = {place for place, link in enumerate(links) if link in pages or _is_light(link, a)}
    wide = {place for place, link in enumerate(links) if len(link.a) + len(link.b) > 2}
    return [links[place] for place in longest_increasing([link.b[0] for link in links], wide, light)]


def _is_light(link: Link, a: Sequence[ParagraphLike]) -> bool:
    """Whether it says nothing by itself: a rule, or the number above a text."""
    return not _can_move(link, a) or is_bare_number(a[link.a[0]])


def _can_move(link: Link, a: Sequence[ParagraphLike]) -> bool:
    """Whether a paragraph has letters: a rule, a row of stars or a time is like any other, and nobody moves it."""
    return any(_OF_WORDS.search(a[i].text) or _LETTER.search(_TIME.sub("", a[i].text)) for i in link.a)


def _link_similar(pairing: Pairing) -> list[Restructuring]:
    """Link similar paragraphs one to one in ``pairing``; give splits and merges."""
    bags = collect(pairing)
    found = candidates(bags)
    wide = restructurings(pairing, bags, found)
    taken_a = {i for link in wide for i in link.a}
    taken_b = {j for link in wide for j in link.b}
    _link_single(pairing, [c for c in found if c.a not in taken_a and c.b not in taken_b])
    return wide


def _link_single(pairing: Pairing, found: Iterable[Candidate]) -> None:
    """Best pairs first; ties by the same label, by distance in gaps, then in order, so that copies keep theirs."""
    gaps = Gaps.of(pairing)
    order = WordOrder(pairing)
    placed = [(each, abs(gaps.of_a(each.a) - gaps.of_b(each.b))) for each in found]
    rivals = Counter(side for each, distance in placed if not distance for side in (("a", each.a), ("b", each.b)))
    ranked = []
    for candidate, distance in placed:
        i, j = candidate.a, candidate.b
        of_shorter = max(candidate.of_a, candidate.of_b)
        cut_short = not distance and of_shorter >= CUT_SHORT
        score = candidate.score + (0 if distance else SAME_GAP)
        alone = not distance and rivals["a", i] == rivals["b", j] == 1
        if alone and of_shorter == _ALL == order.of_shorter(i, j, least=_NAME):
            score = max(score, _ALL)  # who moves a text does not leave all of its words where it was
        if cut_short or candidate.score >= (LINK if distance else LINK_IN_PLACE):
            renumbered = pairing.a.labels[i] != pairing.b.labels[j]
            ranked.append((-score, renumbered, distance, i, j, candidate.score >= CERTAIN, cut_short))
    for _, _, distance, i, j, certain, cut_short in sorted(ranked):
        if pairing.to_b[i] != FREE or pairing.to_a[j] != FREE:
            continue
        needed = IN_ORDER_IN_PLACE if not distance and order.spaced(i, j) else IN_ORDER
        if certain or order.common(i, j) >= needed or (cut_short and order.of_shorter(i, j) >= CUT_SHORT):
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
    pages = _pages(links, a, b)
    fixed = _fixed(links, a, pages)
    stays = set(fixed)
    linked = [_operation(link, a, b, moved=link not in stays, is_page=link in pages) for link in links]
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


def _operation(
    link: Link, a: Sequence[ParagraphLike], b: Sequence[ParagraphLike], *, moved: bool, is_page: bool
) -> Operation:
    if moved and is_page and shown(a[link.a[0]]) == shown(b[link.b[0]]):
        # The text around it grew or shrank: where a page ends is typography.
        return Operation("move", link.a, link.b, kind="typographic")
    if len(link.a) == len(link.b) == 1:
        return _one_to_one(link, a, b, moved=moved)
    old, new = [a[i] for i in link.a], [b[j] for j in link.b]
    words = refine(old, new)
    edited = fold_unspaced(" ".join(p.text for p in old)) != fold_unspaced(" ".join(p.text for p in new))
    name: OperationName = "split" if len(link.a) == 1 else "merge"
    return Operation(name, link.a, link.b, edited, segments=words.segments, coarse=words.coarse)


def _one_to_one(link: Link, a: Sequence[ParagraphLike], b: Sequence[ParagraphLike], *, moved: bool) -> Operation:
    old, new = a[link.a[0]], b[link.b[0]]
    if shown(old) == shown(new):
        return Operation("move" if moved else "equal", link.a, link.b)
    if is_renumbered(a, link.a[0], b, link.b[0]):
        # Read aloud, the words are the same, and more than the number differs.
        same_text, typographic = old.text == new.text, old.text != new.text and alike(old.text, new.text)
        renumbered = same_text or typographic
    else:
        same_text, renumbered, typographic = False, False, alike(shown(old), shown(new))
    kept: OperationName = "equal" if same_text else "replace"
    operation = Operation("move" if moved else kept, link.a, link.b, renumbered=renumbered)
    if kept == "equal":
        return operation
    words = refine([old], [new], exact=typographic)
    return replace(
        operation,
        edited=moved and not typographic,
        kind="typographic" if typographic else None,
        segments=words.segments,
        coarse=words.coarse,
    )
