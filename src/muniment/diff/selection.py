"""Which classes of change a reader asked for, and what that leaves out.

There are three: ``words`` (paragraphs edited, inserted, deleted, moved, split, merged, renumbered), ``typographic``
(changes that cannot be heard) and ``description`` (the description, and the emendations).  What is left out is
counted and said: a filter hides nothing without a word.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias

from muniment.diff.about import About
from muniment.diff.model import Difference, Operation, Summary, summarise

Part: TypeAlias = Literal["words", "typographic", "description"]
PARTS: tuple[Part, ...] = ("words", "typographic", "description")


@dataclass(frozen=True, slots=True)
class Selection:
    """A comparison, divided into what was asked for and what was not.

    Attributes:
        parts: The classes asked for, in the order of ``PARTS``.
        difference: All operations.
        summary: Counts of the operations asked for.
        about: Changes apart from the words, as far as asked for; whether the originals differ is always there.
        others: Counts of the operations left out.
        others_about: Changes apart from the words that were left out.
    """

    parts: tuple[Part, ...]
    difference: Difference
    summary: Summary
    about: About
    others: Summary
    others_about: About

    @property
    def whole(self) -> bool:
        """Whether everything was asked for."""
        return self.parts == PARTS

    @property
    def different(self) -> bool:
        """Whether anything asked for differs; the bytes of the originals count when everything was asked for."""
        about = self.about
        described = bool(about.description or about.removed or about.added)
        words = any(self.shows(operation) for operation in self.difference.operations)
        return words or described or (self.whole and about.originals_differ)

    def shows(self, operation: Operation) -> bool:
        """Whether an operation is a change that was asked for."""
        return not classes(operation).isdisjoint(self.parts)


def classes(operation: Operation) -> frozenset[Part]:
    """The classes of one operation: none when nothing changed, two when a paragraph moved and changed in typography."""
    found: set[Part] = set() if operation.kind is None else {"typographic"}
    rewritten = operation.op == "replace" and operation.kind is None
    if rewritten or operation.renumbered or operation.op not in ("equal", "replace"):
        found.add("words")
    return frozenset(found)


def select(difference: Difference, about: About, parts: Collection[Part] = PARTS) -> Selection:
    """Divide a comparison by the classes asked for."""
    asked = tuple(part for part in PARTS if part in parts)
    changed = [operation for operation in difference.operations if not operation.unchanged]
    shown = tuple(operation for operation in changed if not classes(operation).isdisjoint(asked))
    others = tuple(operation for operation in changed if classes(operation).isdisjoint(asked))
    nothing = About(originals_differ=about.originals_differ)
    described = "description" in asked
    return Selection(
        asked,
        difference,
        summarise(Difference(shown, difference.algorithm)),
        about if described else nothing,
        summarise(Difference(others, difference.algorithm)),
        nothing if described else about,
    )
