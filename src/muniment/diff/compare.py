"""Compare two texts paragraph by paragraph."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from muniment.diff.align import Link, align
from muniment.diff.fold import fold, fold_unspaced
from muniment.diff.model import Difference, Operation, OperationName, ParagraphLike, current_algorithm
from muniment.diff.moves import longest_increasing
from muniment.diff.words import refine


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
