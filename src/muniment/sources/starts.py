"""Which of the labels in a block start a paragraph.

A wrapped line can begin with anything: "2022. The", "10. May", "- or so".  At the start of a block a label is
taken at its word; on a later line it needs the sequence, or its likes in the same block, to vouch for it.
"""

from __future__ import annotations

from collections import Counter
from functools import cache, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muniment.sources.block import Block
    from muniment.sources.label import Label

Number = tuple[int, ...]


def find_starts(blocks: Sequence[Block]) -> Iterator[tuple[Block, list[Label | None]]]:
    """Give each block with one item for each of its lines.

    The item is the label if it starts a paragraph there, else None.
    """
    find_successors = cache(partial(_find_successors, blocks))  # asked for by few texts
    last: dict[str, Number] = {}
    for index, block in enumerate(blocks):
        lists = _list_forms(block) if len(block) > 1 else set()
        labels: list[Label | None] = []
        for line in block:
            first = line is block[0]
            label = line.label
            if label and label.number:
                if (
                    (first and label.firm)
                    or _follows(last.get(label.form), label.number)
                    or (_begins(label.number) and _goes_on(find_successors().get(line.start), index, first=first))
                ):
                    last[label.form] = label.number
                else:
                    label = None
            elif label and not first and label.form not in lists:
                label = None
            labels.append(label)
        yield block, labels


def _goes_on(successor: int | None, index: int, *, first: bool) -> bool:
    """Whether the next number stands where it can vouch for this one in block ``index``."""
    return successor is not None and (first or successor == index)


def _list_forms(block: Block) -> set[str]:
    """Find the forms of letters and bullets that make a list in a block: at its start, or at least twice."""
    forms = Counter(line.label.form for line in block if line.label and not line.label.number)
    lead = block[0].label
    return {form for form, count in forms.items() if count > 1 or (lead and lead.form == form)}


def _find_successors(blocks: Sequence[Block]) -> dict[int, int]:
    """Find, for the offset of each numbered line, the index of the block where its next number stands.

    That is the nearest such place after the line, perhaps in the same block; lines without one are left out.
    """
    seen: dict[tuple[str, Number], int] = {}
    found: dict[int, int] = {}
    for index in range(len(blocks) - 1, -1, -1):
        for line in reversed(blocks[index]):
            if line.label and line.label.number:
                form, number = line.label.form, line.label.number
                successor = seen.get((form, (*number[:-1], number[-1] + 1)))
                if successor is not None:
                    found[line.start] = successor
                seen[form, number] = index
    return found


def _begins(number: Number) -> bool:
    """Whether a sequence can begin with it: 1, 1.1, 1.1.1."""
    return set(number) == {1}


def _follows(previous: Number | None, number: Number) -> bool:
    """Whether it is next in sequence: 10 after 9; 1.3, 2 or 1.2.1 after 1.2."""
    if previous is None:
        return False
    depth = len(number)
    if depth > len(previous):
        return number[: len(previous)] == previous and _begins(number[len(previous) :])
    return number == (*previous[: depth - 1], previous[depth - 1] + 1)
