"""What a report says of times, as text: what is proven, and by whom; what is claimed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muniment.verify.report import Proven, Report, covering

_FEW = 3


def time_lines(report: Report) -> Iterator[str]:
    """Give the lines: of one version its own times; of several how many are proven, and which are not."""
    if not report.proven:
        return
    if len(report.dated) == 1:
        version = report.dated[0]
        by = covering(report.proven, version.index)
        said = f"proven {not_later(by)}" if by else "no time proven yet"
        yield f"{version.reference}: {said}; claimed {version.claimed}"
        return
    reach = max(proven.size for proven in report.proven)
    covered = [version for version in report.dated if version.index < reach]
    last = covered[-1].index if covered else reach - 1
    what = f"{len(covered)} of {len(report.dated)} versions" if report.dated else f"{reach} log entries"
    if covered or not report.dated:
        yield f"{what} proven {not_later(covering(report.proven, last))}"
    missing = [version.reference for version in report.dated if version.index >= reach]
    if missing:
        more = f" and {len(missing) - _FEW} more" if len(missing) > _FEW else ""
        yield f"no time proven yet: {', '.join(missing[:_FEW])}{more} (archive timestamp)"


def not_later(proven: Sequence[Proven]) -> str:
    """Say until when something was there at the latest: ``not later than T (WHO), T (WHO)``."""
    return "not later than " + ", ".join(f"{each.time} ({each.who})" for each in proven)
