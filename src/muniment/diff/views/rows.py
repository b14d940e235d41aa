"""A difference as the rows of a page: in reading order, with the place that a moved paragraph left, and in folds.

A page shows side A in its own order too: where a paragraph moved away, a row of its own says so and where to.

Changes with a few unchanged paragraphs around them; the rest is counted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from muniment.diff.anchors import longest_increasing
from muniment.diff.attribution import BY_RULES
from muniment.diff.difference import Difference, Operation, ParagraphLike, Segment, shown
from muniment.diff.selection import Selection
from muniment.diff.views.parts import moved_white


@dataclass(frozen=True, slots=True)
class Row:
    """One operation; ``left`` marks the row at the place on side A that a moved paragraph left."""

    operation: Operation
    left: bool = False

    @property
    def name(self) -> str:
        """What the row shows in one word; ``renumbered`` and ``typographic`` are told apart."""
        operation = self.operation
        if operation.op == "equal" and operation.renumbered:
            return "renumbered"
        return "typographic" if operation.op == "replace" and operation.kind else operation.op


@dataclass(frozen=True, slots=True)
class Fold:
    """Paragraphs away from every change that was asked for: unchanged ones, at least two, or others with a change."""

    rows: tuple[Row, ...]

    def __str__(self) -> str:
        """Say how many there are: ``3 paragraphs unchanged, 1 changed but not asked for``."""
        here = [row.operation.unchanged for row in self.rows if not row.left]
        counts = ((sum(here), "unchanged"), (len(here) - sum(here), "changed but not asked for"))
        said = ", ".join(f"{count} {word}" for count, word in counts if count)
        noun = "paragraph" if said.startswith("1 ") else "paragraphs"
        return said.replace(" ", f" {noun} ", 1)


@dataclass(frozen=True, slots=True)
class End:
    """A paragraph that a note points to, by side and index."""

    side: Literal["a", "b"]
    index: int


@dataclass(frozen=True, slots=True)
class Quoted:
    """Archived text in a note."""

    text: str


Note: TypeAlias = Sequence[str | End | Quoted]


def rows(difference: Difference) -> list[Row]:
    """Every operation, and each move twice: where it left, then or before where it stands now."""
    operations = difference.operations
    linked = [o for o in operations if o.a and o.b and o.op != "move"]
    stays = [linked[place] for place in longest_increasing([o.a[0] for o in linked])]
    fixed_a, fixed_b = [o.a[0] for o in stays], [o.b[0] for o in stays]
    places_b = set(fixed_b)

    def place(row: Row) -> tuple[int, int, int]:
        operation = row.operation
        if row.left or not operation.b:
            return (bisect_left(fixed_a, operation.a[0]), 0, operation.a[0])
        first = operation.b[0]
        return (bisect_left(fixed_b, first), 2 if first in places_b else 1, first)

    found = [Row(operation) for operation in operations]
    found += [Row(operation, left=True) for operation in operations if operation.op == "move"]
    return sorted(found, key=place)


def segments_of(operation: Operation, a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]) -> Sequence[Segment]:
    """The word diff of any operation: ``=`` and ``-`` joined give side A as printed, ``=`` and ``+`` side B."""
    if operation.segments is not None:
        return operation.segments
    if not operation.b:
        return [Segment("-", shown(a[operation.a[0]]))]
    if not operation.a:
        return [Segment("+", shown(b[operation.b[0]]))]
    old, new = a[operation.a[0]], b[operation.b[0]]
    if shown(old) == shown(new):  # as printed: a label on one side may be the first word of the other
        return [Segment("=", shown(new))]
    space = " " if old.label is None or new.label is None else ""
    labels = (Segment("-", (old.label or "") + space), Segment("+", (new.label or "") + space))
    changed = [s for s, label in zip(labels, (old.label, new.label), strict=True) if label is not None]
    return [*changed, Segment("=", new.text if space else f" {new.text}")]


def folds(items: Sequence[Row], selection: Selection, context: int) -> Iterator[Row | Fold]:
    """Changes asked for, with up to ``context`` unchanged paragraphs before and after each; the rest in folds."""
    asked = [place for place, row in enumerate(items) if selection.shows(row.operation)]
    near = {place + step for place in asked for step in range(-context, context + 1)}
    away: list[Row] = []
    for place, row in enumerate(items):
        if selection.shows(row.operation) or (place in near and row.operation.unchanged):
            yield from _fold(away)
            away = []
            yield row
        else:
            away.append(row)
    yield from _fold(away)


def _fold(away: Sequence[Row]) -> Iterator[Row | Fold]:
    if len(away) == 1 and away[0].operation.unchanged:
        yield away[0]
    elif away:
        yield Fold(tuple(away))


def note(row: Row, a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]) -> Note:
    """Say what became of the paragraphs of a row; empty for an unchanged one."""
    operation = row.operation
    if row.left:
        return ["Moved to ", End("b", operation.b[0])]
    said: list[str | End | Quoted] = []
    for part in _parts(operation, a, b):
        said += [", ", *part] if said else part
    if said and isinstance(said[0], str):
        said[0] = said[0][:1].upper() + said[0][1:]
    return said


def _parts(
    operation: Operation, a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]
) -> Iterator[list[str | End | Quoted]]:
    fate = _fate(operation)
    if fate:
        yield fate
    if operation.op == "move":
        yield ["which was after ", End("a", operation.a[0] - 1)] if operation.a[0] else ["which was first"]
    if operation.kind is not None:
        yield ["typography only"]
    elif operation.edited or operation.op == "replace":
        yield ["edited"]
    moved = moved_white(operation, a, b)
    if moved:
        yield [moved]
    if operation.renumbered:
        old, new = a[operation.a[0]].label, b[operation.b[0]].label
        yield ["renumbered ", _label(old), " → ", _label(new)]
    if operation.coarse:
        yield ["too long to compare word by word"]
    if operation.ours:
        yield [BY_RULES]


def _fate(operation: Operation) -> list[str | End | Quoted]:
    """What became of the paragraphs as such."""
    match operation.op:
        case "insert":
            return ["inserted"]
        case "delete":
            return ["deleted"]
        case "move":
            return ["moved from ", End("a", operation.a[0])]
        case "split":
            return ["split into ", *_ends("b", operation.b)]
        case "merge":
            return ["merged from ", *_ends("a", operation.a)]
    return []


def _ends(side: Literal["a", "b"], indexes: Sequence[int]) -> Iterator[str | End]:
    for place, index in enumerate(indexes):
        if place:
            yield " and " if place == len(indexes) - 1 else ", "
        yield End(side, index)


def _label(label: str | None) -> str | Quoted:
    return "no number" if label is None else Quoted(label)


@dataclass(frozen=True, slots=True)
class Gap:
    """Operations that are not shown: those without a change, and those with one that was not asked for."""

    unchanged: int
    changed: int

    def __str__(self) -> str:
        """Say both: ``3 paragraphs unchanged, 1 changed and not shown``."""
        noun = "paragraph" if (self.unchanged or self.changed) == 1 else "paragraphs"
        if not self.changed:
            return f"{self.unchanged} {noun} unchanged"
        if not self.unchanged:
            return f"{self.changed} {noun} changed and not shown"
        return f"{self.unchanged} {noun} unchanged, {self.changed} changed and not shown"


def with_context(selection: Selection, context: int) -> Iterator[Operation | Gap]:
    """The changes asked for, at most ``context`` unchanged paragraphs around each, and what is left out between."""
    operations = selection.difference.operations
    # The number of a page that stands elsewhere is counted, and shown only beside another change.
    shown = [selection.shows(operation) and not operation.shifted for operation in operations]
    changed = [place for place, is_shown in enumerate(shown) if is_shown]
    near = {place + step for place in changed for step in range(-context, context + 1)}
    hidden: list[Operation] = []
    for place, operation in enumerate(operations):
        if shown[place] or (place in near and _as_it_was(operation)):
            yield from _gap(hidden)
            hidden = []
            yield operation
        else:
            hidden.append(operation)
    yield from _gap(hidden)


def _as_it_was(operation: Operation) -> bool:
    return operation.unchanged or operation.shifted


def _gap(hidden: list[Operation]) -> Iterator[Gap]:
    unchanged = sum(map(_as_it_was, hidden))
    if hidden:
        yield Gap(unchanged, len(hidden) - unchanged)
