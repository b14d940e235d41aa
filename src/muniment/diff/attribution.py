"""Whose a change is, where two sides were read by different rules: the publisher's, or ours who read them.

The older original is read once more by the rules of the newer side.  What differs between the two readings of the
same bytes is ours; what differs between that reading and the newer side is the publisher's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from muniment.diff.difference import Difference, Operation

BY_RULES = "by other rules"
"""Stands beside a change that is ours."""


@dataclass(frozen=True, slots=True)
class Readings:
    """By which rules two sides were read, where these differ.

    Attributes:
        a: The rules of side A in words, such as ``muniment-html 1``.
        b: Those of side B.
        told: Whether the changes that come from the rules alone are marked as ``ours``; else nobody can tell.
    """

    a: str
    b: str
    told: bool = False


def mark_ours(whole: Difference, readings: Difference, publisher: Difference) -> Difference:
    """Mark the changes between two sides that come from the rules alone.

    Args:
        whole: The comparison of both sides, each by its own rules.
        readings: Of side A by its own rules with side A by the rules of side B: the same bytes.
        publisher: Of side A by the rules of side B with side B: the same rules.

    Returns:
        ``whole``; a change of which a part may be the publisher's is not marked.
    """
    again = {a: operation.b for operation in readings.operations for a in operation.a}
    same = [operation for operation in publisher.operations if operation.unchanged]
    kept_a = {a for operation in same for a in operation.a}
    kept_b = {b for operation in same for b in operation.b}

    def is_ours(operation: Operation) -> bool:
        return kept_a.issuperset(b for a in operation.a for b in again[a]) and kept_b.issuperset(operation.b)

    return _marked(whole, is_ours)


def mark_all(whole: Difference) -> Difference:
    """Mark every change as ours: both sides are the same bytes."""
    return _marked(whole, lambda _: True)


def _marked(whole: Difference, is_ours: Callable[[Operation], bool]) -> Difference:
    marked = (replace(one, ours=not one.unchanged and is_ours(one)) for one in whole.operations)
    return Difference(tuple(marked), whole.algorithm)


def say_readings(readings: Readings | None, difference: Difference) -> str:
    """Say in the first line of a comparison whose the changes are; empty where both sides have the same rules."""
    if readings is None:
        return ""
    changed = [operation for operation in difference.operations if not operation.unchanged]
    ours = sum(operation.ours for operation in changed)
    rules = f"read by other rules ({readings.a}, then {readings.b})"
    if not changed:
        return f"{rules} with the same words"
    if not readings.told:
        return f"{rules}, which may be why"
    if not ours:
        return f"{rules}, which changed nothing"
    if ours == len(changed):
        return f"{rules}: no change is the publisher's"
    come = "change comes" if ours == 1 else "changes come"
    return f"{rules}: {ours} {come} from that, the rest from the publisher"
