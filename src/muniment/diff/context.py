"""Changes with a few unchanged paragraphs around them; the rest is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from muniment.diff.model import Operation
from muniment.diff.selection import Selection


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
    """The changes asked for, up to so many unchanged paragraphs before and after each, and what is left out between."""
    operations = selection.difference.operations
    changed = [place for place, operation in enumerate(operations) if selection.shows(operation)]
    near = {place + step for place in changed for step in range(-context, context + 1)}
    hidden: list[Operation] = []
    for place, operation in enumerate(operations):
        if selection.shows(operation) or (place in near and operation.unchanged):
            yield from _gap(hidden)
            hidden = []
            yield operation
        else:
            hidden.append(operation)
    yield from _gap(hidden)


def _gap(hidden: list[Operation]) -> Iterator[Gap]:
    unchanged = sum(operation.unchanged for operation in hidden)
    if hidden:
        yield Gap(unchanged, len(hidden) - unchanged)
