"""Which version was there no later than when: what a report says of times, proven and claimed apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from muniment.verify.proven import Dated, Proven
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


def _index(entry: tuple[int, object]) -> int:
    return entry[0]
