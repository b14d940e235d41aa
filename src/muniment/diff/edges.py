"""What was cut off at the edge of a paragraph, or joined to it, however short it is.

A heading set apart, or a lead that runs on into its text, is too short to be a piece by the weight of its words
(``pieces``).  It is one when it stands, word for word, at the edge of the whole from which it was cut, and not in what
is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from muniment.diff.anchors import FREE, Pairing, Side
from muniment.diff.candidates import words_of
from muniment.diff.fold import fold
from muniment.diff.pieces import PIECES, Restructuring
from muniment.diff.places import words_alike

LETTERS = 2
"""Letters of what was cut off, at least: a bullet or a number alone is no paragraph that was set apart."""


def cut_at_edges(pairing: Pairing, wide: Iterable[Restructuring]) -> list[Restructuring]:
    """Splits and merges, with what was cut off at an edge of a linked paragraph, or joined to it.

    Args:
        pairing: Links one to one; those that turn out to be a split or a merge are taken out.
        wide: The splits and merges known.

    Returns:
        All splits and merges.
    """
    wide = list(wide)
    taken_a, taken_b = _taken(pairing, wide)
    texts_a, texts_b = pairing.a.texts, pairing.b.texts
    found = []
    # What is the same on both sides has lost nothing.
    edited = (Restructuring((i,), (j,), 0) for i, j in pairing.links() if texts_a[i] != texts_b[j])
    for link in [*wide, *edited]:
        longer = link
        if len(link.a) == 1:
            longer = replace(link, b=_Whole(pairing.a, link.a[0], pairing.b, taken_b).with_edges(link.b))
        if longer == link and len(link.b) == 1:
            longer = replace(link, a=_Whole(pairing.b, link.b[0], pairing.a, taken_a).with_edges(link.a))
        taken_a.update(longer.a)
        taken_b.update(longer.b)
        if longer != link and len(link.a) == len(link.b) == 1:
            pairing.to_b[link.a[0]] = pairing.to_a[link.b[0]] = FREE
        if len(longer.a) + len(longer.b) > 2:
            found.append(longer)
    return found


def _taken(pairing: Pairing, wide: Iterable[Restructuring]) -> tuple[set[int], set[int]]:
    """The paragraphs of both sides that are linked."""
    taken_a = {i for i, j in enumerate(pairing.to_b) if j != FREE}
    taken_b = {j for j, i in enumerate(pairing.to_a) if i != FREE}
    for link in wide:
        taken_a.update(link.a)
        taken_b.update(link.b)
    return taken_a, taken_b


def set_apart(pairing: Pairing, wide: Iterable[Restructuring]) -> list[Restructuring]:
    """Splits and merges of what has no link: the beginning was set apart, and the rest begins as it began.

    Args:
        pairing: Links one to one.
        wide: The splits and merges known.

    Returns:
        More of them.
    """
    wide = list(wide)
    taken_a, taken_b = _taken(pairing, wide)
    ends = {-1: -1, **dict(pairing.links()), **{link.a[-1]: link.b[-1] for link in wide}}
    found = []
    for i, j in sorted(ends.items()):
        if i + 1 in taken_a or j + 1 in taken_b:
            continue
        if i + 2 not in taken_a and _cut(pairing.b, j + 1, pairing.a, i + 1):
            found.append(Restructuring((i + 1, i + 2), (j + 1,), 0))
        elif j + 2 not in taken_b and _cut(pairing.a, i + 1, pairing.b, j + 1):
            found.append(Restructuring((i + 1,), (j + 1, j + 2), 0))
    return found


def _cut(side: Side, whole: int, other: Side, first: int) -> bool:
    """Whether one of two paragraphs is an end of another one, of which the rest begins like the other of the two."""
    if whole >= len(side) or first + 1 >= len(other):
        return False
    words = words_of(side.folded(whole), pairs=False)
    above, below = (words_of(other.folded(j), pairs=False) for j in (first, first + 1))
    if has_letters(above) and _ends(words, above, -1):
        return words_alike(words[len(above) :], below)
    return has_letters(below) and _ends(words, below, 1) and words_alike(words[: -len(below)], above)


def has_letters(words: Sequence[str]) -> bool:
    """Whether words have letters enough to be a paragraph that was set apart."""
    return sum(sign.isalpha() for word in words for sign in word) >= LETTERS


@dataclass(frozen=True, slots=True)
class _Whole:
    """A linked paragraph, and the side on which its pieces may stand."""

    side: Side
    index: int
    other: Side
    taken: Collection[int]

    def with_edges(self, run: tuple[int, ...]) -> tuple[int, ...]:
        """The run of pieces with the free neighbours that stand at the beginning or the end of the whole."""
        before = self._cut_off(run[0], -1)
        after = self._cut_off(run[-1], 1)
        if not before and not after and len(run) == 1:
            # Linked with its own heading alone, or with its own end.
            if run[0] + 1 not in self.taken and _cut(self.side, self.index, self.other, run[0]):
                after = [run[0] + 1]
            elif run[0] and run[0] - 1 not in self.taken and _cut(self.side, self.index, self.other, run[0] - 1):
                before = [run[0] - 1]
        return (*reversed(before), *run, *after)

    def _cut_off(self, linked: int, step: int) -> list[int]:
        """The neighbours of a linked paragraph, the nearest first, that make up one end of the whole together."""
        free: list[int] = []
        place = linked + step
        while 0 <= place < len(self.other) and place not in self.taken and len(free) < PIECES:
            free.append(place)
            place += step
        for printed in (True, False) if free else ():
            whole, kept = _words(self.side, self.index, printed=printed), _words(self.other, linked, printed=printed)
            for size in range(len(free), 0, -1):
                pieces = [_words(self.other, j, printed=printed) for j in free[:size]][::step]
                edge = [word for piece in pieces for word in piece]
                if (
                    has_letters(pieces[-1 if step > 0 else 0])
                    and _ends(whole, edge, step)
                    and not _ends(kept, edge, step)
                ):
                    return free[:size]
        return []


def _ends(words: list[str], edge: list[str], step: int) -> bool:
    """Whether words begin, or end, with some others, and go on."""
    return len(edge) < len(words) and (words[-len(edge) :] if step > 0 else words[: len(edge)]) == edge


def _words(side: Side, index: int, *, printed: bool) -> list[str]:
    return words_of(fold(side.printed[index]) if printed else side.folded(index), pairs=False)
