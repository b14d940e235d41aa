"""Comparisons as JSON: of two sides, and of a range of versions (``schemas/diff.schema.json``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from muniment.diff.difference import Algorithm, Difference, Operation, ParagraphLike, Summary
from muniment.diff.views.rows import segments_of
from muniment.schema import parse_public

if TYPE_CHECKING:
    from muniment.canonical import Json
    from muniment.diff.attribution import Readings
    from muniment.diff.selection import About, Selection, VersionStep
    from muniment.diff.views.sheet import Party
    from muniment.record import Emendation


DIFF, DIFF_RANGE = "muniment-diff/1", "muniment-diff-range/1"


def diff_json(a: Party, b: Party, selection: Selection, *, brief: bool = False) -> dict[str, Json]:
    """Give the JSON value of a comparison (``schemas/diff.schema.json``)."""
    return {
        "format": DIFF,
        "algorithm": algorithm_json(selection.difference.algorithm),
        "a": _side(a, brief=brief),
        "b": _side(b, brief=brief),
        **selection_json(selection, brief=brief),
    }


def _side(side: Party, *, brief: bool) -> Json:
    paragraphs: dict[str, Json] = {} if brief else {"paragraphs": paragraphs_json(side.paragraphs)}
    return {
        "name": side.name,
        "reference": side.reference,
        "record": side.record,
        "original": side.original,
        **paragraphs,
    }


def diff_range_json(
    name: str,
    steps: Sequence[VersionStep],
    net: dict[str, Json],
    *,
    between: Sequence[Json] = (),
    paragraphs: Sequence[Sequence[ParagraphLike]] | None = None,
) -> dict[str, Json]:
    """Give the JSON value of a range (``schemas/diff-range.schema.json``).

    Args:
        name: The range as its reader reads it, ``harbour-notice/v3..v9``.
        steps: What each version changed.
        net: What ``diff_json`` gives for the first version and the last.
        between: What came and went.
        paragraphs: Those of each version, to give the changed words of each step too.
    """
    sides = [None] * len(steps) if paragraphs is None else list(pairwise(paragraphs))
    return {
        "format": DIFF_RANGE,
        "range": name,
        "steps": [_step(step, beside) for step, beside in zip(steps, sides, strict=True)],
        "between": list(between),
        "net": net,
    }


def _step(step: VersionStep, sides: tuple[Sequence[ParagraphLike], Sequence[ParagraphLike]] | None) -> Json:
    statement, change = step.version.statement, step.version.record.change
    operations = (operation for operation in step.selection.difference.operations if step.selection.shows(operation))
    changes: dict[str, Json] = {} if sides is None else {"changes": changes_json(operations, *sides)}
    return {
        "reference": statement.name,
        "record": statement.record,
        "change": change.kind,
        "note": change.note,
        "reverts_to": change.reverts_to,
        "logged_at": statement.logged_at,
        **selection_json(step.selection, brief=True),
        **changes,
    }


def selection_json(selection: Selection, *, brief: bool = False) -> dict[str, Json]:
    """What was asked for of a comparison, with counts of what was not.

    Args:
        selection: The comparison.
        brief: Leave the operations out.
    """
    shown = (o for o in selection.difference.operations if o.unchanged or selection.shows(o))
    operations: dict[str, Json] = {} if brief else {"operations": [_operation_json(operation) for operation in shown]}
    others = selection.others_about
    return {
        "only": list(selection.parts),
        "different": selection.different,
        "summary": summary_json(selection.summary),
        **about_json(selection.about),
        "left_out": {
            "summary": summary_json(selection.others),
            "description": len(others.description),
            "emendations": len(others.removed) + len(others.added),
        },
        **operations,
    }


def about_json(about: About) -> dict[str, Json]:
    """What changed apart from the words."""
    return {
        "description": [{"member": m.name, "change": m.change, "a": m.old, "b": m.new} for m in about.description],
        "emendations": {"removed": _emendations_json(about.removed), "added": _emendations_json(about.added)},
        "originals_differ": about.originals_differ,
        "originals_differ_in": list(about.originals_in),
        **_readings(about.readings),
    }


def _readings(readings: Readings | None) -> dict[str, Json]:
    """By which rules the sides were read; nothing where these are the same."""
    if readings is None:
        return {}
    return {"readings": {"a": readings.a, "b": readings.b, "told": readings.told}}


def _emendations_json(emendations: Iterable[Emendation]) -> list[Json]:
    names = ("paragraph", "start", "end", "kind", "replacement", "reason", "by")
    return [{name: getattr(emendation, name) for name in names} for emendation in emendations]


def paragraphs_json(paragraphs: Sequence[ParagraphLike]) -> list[Json]:
    """The paragraphs of a side, at the indexes that operations name."""
    return [{"id": paragraph.id, "label": paragraph.label, "text": paragraph.text} for paragraph in paragraphs]


def operations_json(difference: Difference) -> list[Json]:
    """Every operation as an object; a flag stands only where it is true.

    Members: ``op``; ``a`` and ``b``, indexes from 0; ``edited``; ``renumbered``; ``class``, always ``typographic``;
    ``segments``, pairs of tag and text; ``coarse``; ``ours``.
    """
    return [_operation_json(operation) for operation in difference.operations]


def _operation_json(operation: Operation) -> dict[str, Json]:
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
    if operation.ours:
        members["ours"] = True
    return members


def changes_json(changes: Iterable[Operation], a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]) -> list[Json]:
    """Operations that can be read without the paragraphs of both sides: with their ids, and always with segments."""
    return [
        {
            **_operation_json(operation),
            "a": [a[i].id for i in operation.a],
            "b": [b[j].id for j in operation.b],
            "segments": [[segment.tag, segment.text] for segment in segments_of(operation, a, b)],
        }
        for operation in changes
    ]


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


def parse_diff(data: bytes, *, where: str = "") -> dict[str, Json]:
    """Read what ``diff_json`` gives, strictly; ``schema.parse_public`` says what is raised."""
    return parse_public("diff", DIFF, data, where=where)


def parse_diff_range(data: bytes, *, where: str = "") -> dict[str, Json]:
    """Read what ``diff_range_json`` gives, strictly; ``schema.parse_public`` says what is raised."""
    return parse_public("diff", DIFF_RANGE, data, where=where)
