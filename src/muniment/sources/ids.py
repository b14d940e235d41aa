"""Ids for paragraphs: ``p16``, ``p3.1``, ``p16.a``, ``h1``, ``nn1``.

A printed number is its paragraph's name.  What has no number is counted in a space of its own, which no printed number
can enter; so adding a paragraph without a number changes the id of none that has one.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.sources.headings import Piece
    from muniment.sources.label import Label
    from muniment.sources.lists import Standing


class Named(NamedTuple):
    """What an id is made from.

    Attributes:
        label: As it holds; None also for a line of a table of contents, whose numbers belong to the sections.
        standing: Where it stands among the labels; None for what has no number or letter.
        heading: Whether it is a heading.
        note: Whether it is a footnote.
    """

    label: Label | None
    standing: Standing | None
    heading: bool
    note: bool


def identify(pieces: Sequence[Named]) -> list[str]:
    """Give each paragraph its id.

    A printed number 16 is ``p16``, 1.2 is ``p1.2``; an item of a list inside of 16 is ``p16.1`` or ``p16.a``; footnote
    3 is ``pnote3``.  Where a list would repeat an id, all of it goes by its count: ``plist2.1``, ``p16.list2.1``.
    Articles take their ids first; recitals before them that would repeat one are ``precital1``.  Headings
    are ``h1``, ``h2``, …; what has no number is ``nn1``, ``nn2``, ….

    Returns:
        As many ids, all different.
    """
    ids = [""] * len(pieces)
    taken: set[str] = set()
    counts: dict[str, int] = {}
    headings = _headings_before(pieces)
    article = next((index for index, piece in enumerate(pieces) if piece.label and piece.label.kind == "article"), 0)
    for members in _lists(pieces):
        prefix = _prefix(pieces, members, ids, headings)
        names = [_full(pieces[index], prefix) for index in members]
        if _are_recitals(pieces, members, article) and any(name in taken for name in names):
            names = [_full(pieces[index], "precital") for index in members]
        count = counts.get(prefix, 1)
        while any(name in taken for name in names):
            count += 1
            counts[prefix] = count
            names = [_full(pieces[index], f"{prefix}list{count}.") for index in members]
        for index, name in zip(members, names, strict=True):
            ids[index] = _free(name, taken)
    heads = plain = 0
    for index, piece in enumerate(pieces):
        if not ids[index] and piece.heading:
            heads += 1
            ids[index] = f"h{heads}"
        elif not ids[index]:
            plain += 1
            ids[index] = f"nn{plain}"
    return ids


def _lists(pieces: Sequence[Named]) -> list[list[int]]:
    """The members of each list, articles first, else in the order of the text."""
    lists: dict[int, list[int]] = {}
    for index, piece in enumerate(pieces):
        if piece.standing:
            lists.setdefault(piece.standing.list, []).append(index)
    return sorted(lists.values(), key=lambda members: _rank(pieces[members[0]]))


def _are_recitals(pieces: Sequence[Named], members: Sequence[int], article: int) -> bool:
    """Whether a list of numbers in brackets stands whole before the first article, as the recitals of an act do."""
    first = pieces[members[0]]
    return (
        members[-1] < article
        and first.standing is not None
        and first.standing.above is None
        and all(piece.label is not None and piece.label.form == "()" for piece in map(pieces.__getitem__, members))
    )


def _rank(piece: Named) -> int:
    return 0 if piece.label and piece.label.kind == "article" and piece.standing and piece.standing.above is None else 1


def _headings_before(pieces: Sequence[Named]) -> list[int]:
    """How many headings without a number stand before each piece."""
    counts, count = [], 0
    for piece in pieces:
        count += piece.heading and piece.standing is None
        counts.append(count)
    return counts


def _prefix(pieces: Sequence[Named], members: Sequence[int], ids: Sequence[str], headings: Sequence[int]) -> str:
    """The id of the item that a list lies in, with a full stop; ``p`` for none, or where a heading parts the two.

    What stands below an article lies in it, whatever heading the article has.
    """
    first = pieces[members[0]]
    if first.note:
        return "pnote"
    above = first.standing.above if first.standing else None
    if above is None or not ids[above].startswith("p"):
        return "p"
    label = pieces[above].label
    sure = (first.standing is not None and first.standing.sure) or (label is not None and label.kind == "article")
    parted = headings[above] != headings[members[0]] and (not sure or _counts_as_above(pieces, above, first))
    return "p" if parted else f"{ids[above]}."


def _counts_as_above(pieces: Sequence[Named], above: int | None, first: Named) -> bool:
    """Whether a list that begins anew counts as the item above does, or one that this lies in: not inside of that."""
    while above is not None:
        piece = pieces[above]
        if piece.label and first.label and piece.label.form == first.label.form:
            return True
        above = piece.standing.above if piece.standing else None
    return False


def _full(piece: Named, prefix: str) -> str:
    """An id as printed: a number in parts says itself what it lies in."""
    assert piece.label is not None  # noqa: S101 - what stands in a list has a label
    name = piece.label.name
    if "." in name and name[0].isdecimal() and "list" not in prefix:
        return f"p{name}"
    return f"{prefix}{name}"


def _free(name: str, taken: set[str]) -> str:
    """The name, or the first one with a count that is free; a suffix never reads as a range."""
    count, free = 1, name
    head, dot, last = name[1:].rpartition(".")
    while free in taken or len(free) > _LONGEST:
        count += 1
        free = f"p{head}{dot}list{count}.{last}" if len(name) <= _LONGEST else f"plist{len(taken) + count}"
    taken.add(free)
    return free


_LONGEST = 64
"""Characters of an id, by the schema of records."""


def find_notes(pieces: Sequence[Piece], signs: Counter[str]) -> list[bool]:
    """Tell which pieces are footnotes: with raised digits, or with ``[3]`` if the text has that sign elsewhere too.

    Args:
        pieces: Of the text.
        signs: How often each number stands in square brackets.
    """
    own = Counter(piece.label.name for piece in pieces if piece.label and piece.label.form == "[]")
    return [
        piece.label is not None
        and (piece.label.form == "¹" or (piece.label.form == "[]" and signs[piece.label.name] > own[piece.label.name]))
        for piece in pieces
    ]
