"""Operations as JSON; the schema is ``schemas/diff.schema.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.diff.model import Algorithm, Difference, Operation, Summary

if TYPE_CHECKING:
    from muniment.canonical import Json


def operations_json(difference: Difference) -> list[Json]:
    """Every operation as an object; a flag stands only where it is true.

    Members: ``op``; ``a`` and ``b``, indexes from 0; ``edited``; ``renumbered``; ``class``, always ``typographic``;
    ``segments``, pairs of tag and text; ``coarse``.
    """
    return [_operation_json(operation) for operation in difference.operations]


def _operation_json(operation: Operation) -> Json:
    members: dict[str, Json] = {"op": operation.op, "a": list(operation.a), "b": list(operation.b)}
    if operation.edited:
        members["edited"] = True
    if operation.renumbered:
        members["renumbered"] = True
    if operation.kind is not None:
        members["class"] = operation.kind
    if operation.segments is not None:
        members["segments"] = [[segment.tag, segment.text] for segment in operation.segments]
    if operation.coarse:
        members["coarse"] = True
    return members


def summary_json(summary: Summary) -> Json:
    """The counts of a summary by name."""
    return {
        "edited": summary.edited,
        "inserted": summary.inserted,
        "deleted": summary.deleted,
        "moved": summary.moved,
        "split": summary.split,
        "merged": summary.merged,
        "renumbered": summary.renumbered,
        "typographic": summary.typographic,
    }


def algorithm_json(algorithm: Algorithm) -> Json:
    """Name of the algorithm and versions of its Unicode data."""
    return {"name": algorithm.name, "regex": algorithm.regex, "unicode": algorithm.unicode}
