"""A range of versions, compared step by step."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from muniment.archive import StoredVersion
from muniment.diff.about import compare_about
from muniment.diff.compare import compare
from muniment.diff.selection import PARTS, Part, Selection, select


@dataclass(frozen=True, slots=True)
class Step:
    """A version, and what it changed in the one before it."""

    version: StoredVersion
    selection: Selection


def compare_versions(a: StoredVersion, b: StoredVersion, parts: Collection[Part] = PARTS) -> Selection:
    """Compare two versions: their words as received, their descriptions, emendations and originals."""
    old, new = a.record, b.record
    differ = old.original.sha256 != new.original.sha256
    about = compare_about(old, new, originals_differ=differ)
    return select(compare(old.paragraphs, new.paragraphs), about, parts)


def compare_steps(versions: Sequence[StoredVersion], parts: Collection[Part] = PARTS) -> tuple[Step, ...]:
    """Compare each version with the one before it.

    Args:
        versions: In their order; the first has no step of its own.
        parts: The classes of change asked for.
    """
    return tuple(Step(after, compare_versions(before, after, parts)) for before, after in pairwise(versions))
