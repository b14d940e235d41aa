"""Which version was there no later than when: what a report says of times, proven and claimed apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from muniment.log_view import SHORTER, relation
from muniment.memory import Sighting
from muniment.verify.proven import Dated, Horizon, Proven
from muniment.verify.report import Report

if TYPE_CHECKING:
    from muniment.verify.objects import ObjectTask

_DAMAGED = (10, 11)


def with_times(report: Report, proven: Iterable[Proven], tasks: Sequence[ObjectTask], *, only_newest: bool) -> Report:
    """Add to a report what is known of times.

    Args:
        report: The report.
        proven: What shows that the first entries of the log were there at a time.
        tasks: The releases that were checked.
        only_newest: Whether one version was asked for, which is the last one of its task.
    """
    entries = [entry for task in tasks for entry in (task.entries[-1:] if only_newest else task.entries)]
    dated = [Dated(statement.name, index, statement.logged_at) for index, statement in sorted(entries, key=_index)]
    return with_dated(report, proven, dated)


def with_dated(report: Report, proven: Iterable[Proven], dated: Iterable[Dated]) -> Report:
    """Add to a report what is proven, unless the log or the trust roots are damaged, and what is claimed."""
    sound = not any(report.failed(check) for check in _DAMAGED)
    ordered = sorted(proven, key=lambda each: (each.time, each.size, each.who)) if sound else []
    return replace(report, proven=tuple(ordered), dated=tuple(dated))


def with_horizon(report: Report, entry: Dated, against: Sighting | None, now: Sighting | None) -> Report:
    """Add to a report on one entry where what is known ends, unless the log or the trust roots are damaged.

    Args:
        report: The report, with what is proven.
        entry: The entry.
        against: What the reader has of the log from elsewhere: a whole log that goes on from here is known too.
        now: What is checked shows of the log.
    """
    if now is None or any(report.failed(check) for check in _DAMAGED):
        return report
    size = now.checkpoint.size
    claimed = entry.claimed if entry.index == size - 1 else None
    proven = min((each.time for each in report.proven if each.size == size and each.time), default=None)
    horizon = Horizon(size, claimed, proven)
    if against is not None and against.leaves and relation(against, now) == SHORTER:
        horizon = Horizon(against.checkpoint.size)
    return replace(report, horizon=horizon)


def _index(entry: tuple[int, object]) -> int:
    return entry[0]
