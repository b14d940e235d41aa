"""What each version changed against the version before it, in counts and names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from muniment.diff.compare import compare
from muniment.diff.difference import Operation, Summary, summarise
from muniment.ingest import CLAIMS, METADATA
from muniment.record import Emendation, Record, record_as_json


@dataclass(frozen=True, slots=True)
class Step:
    """From one version to the next.

    Attributes:
        version: The later of the two.
        words: What became of the paragraphs of the text as received.
        changes: The operations that changed something.
        description: Members of the description, and claims about the original, that differ.
        emended: Emendations that the earlier version lacked.
        withdrawn: Emendations that the later version lacks.
    """

    version: int
    words: Summary
    changes: tuple[Operation, ...]
    description: tuple[str, ...]
    emended: int
    withdrawn: int


def steps(records: Sequence[Record], *, progress: Callable[[int, int], None] | None = None) -> tuple[Step, ...]:
    """Compare each version with the one before it.

    Args:
        records: Versions of one release, in order.
        progress: Called with the numbers of versions done and of all.

    Returns:
        One step fewer than there are versions.
    """
    made = []
    for done, (before, record) in enumerate(pairwise(records), 2):
        made.append(_step(before, record))
        if progress is not None:
            progress(done, len(records))
    return tuple(made)


def _step(before: Record, record: Record) -> Step:
    difference = compare(before.paragraphs, record.paragraphs)
    emended = emendations_changed(before, record)
    return Step(
        record.version,
        summarise(difference),
        tuple(operation for operation in difference.operations if not operation.unchanged),
        _described(before, record),
        sum(sign == "+" for _, sign in emended),
        sum(sign == "-" for _, sign in emended),
    )


def emendations_changed(before: Record, record: Record) -> tuple[tuple[Emendation, str], ...]:
    """Give each emendation that a version withdrew, with ``-``, and each that it added, with ``+``."""
    gone = ((emendation, "-") for emendation in before.emendations if emendation not in record.emendations)
    come = ((emendation, "+") for emendation in record.emendations if emendation not in before.emendations)
    return (*gone, *come)


def _described(before: Record, record: Record) -> tuple[str, ...]:
    old, new = record_as_json(before), record_as_json(record)
    about = [member for member in METADATA if old.get(member) != new.get(member)]
    return (*about, *(member for member in CLAIMS if old["original"][member] != new["original"][member]))
