"""A report as text: what was checked, each failure in full, times proven and claimed, and the verdict last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muniment.archive.existence import Proven, covering
from muniment.cli.hints import for_reader
from muniment.cli.terminal import GREEN, RED, paint, wants_colour
from muniment.display import plain
from muniment.verify.growth import MEMORY
from muniment.verify.report import FAILED, NAMES, Counts, Finding, Report, Unfinished

_FEW = 3


def time_lines(report: Report) -> Iterator[str]:
    """Give the lines: of one version its own times; of several how many are proven, and which are not."""
    if not report.proven:
        return
    if len(report.dated) == 1:
        version = report.dated[0]
        by = covering(report.proven, version.index)
        times = f"proven {not_later(by)}" if by else "no time proven yet"
        yield f"{version.reference}: {times}; claimed {version.claimed}"
        return
    reach = max(proven.size for proven in report.proven)
    covered = [version for version in report.dated if version.index < reach]
    last = covered[-1].index if covered else reach - 1
    what = f"{len(covered)} of {len(report.dated)} versions" if report.dated else f"{reach} log entries"
    if covered or not report.dated:
        yield f"{what} proven {not_later(covering(report.proven, last))}"
    missing = [version.reference for version in report.dated if version.index >= reach]
    if missing:
        yield f"no time proven yet: {_some(missing)} (archive timestamp)"


def not_later(proven: Sequence[Proven]) -> str:
    """Give the latest time by which something was there: ``not later than T (WHO), T (WHO)``."""
    return "not later than " + ", ".join(f"{instant.time} ({instant.who})" for instant in proven)


def part_lines(report: Report) -> Iterator[str]:
    """Give the lines on the part that was asked for: what is new, by what lot it was chosen, what was left out."""
    if report.news is not None:
        news = report.news
        yield f"since {news.size} entries: {_some(news.versions) or 'no version'}; the log continues them"
        yield f"consistency proof: {_number(len(news.proof), 'hash', 'hashes')} (--json prints them)"
    if report.drawn is not None:
        yield f"releases by lot: {report.drawn.releases}, with the seed {report.drawn.seed}"
    if report.left_out is not None:
        yield str(report.left_out)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more


_FAILED, _UNREADABLE, _NOT_CHECKED = "FAILED", "UNREADABLE", "NOT CHECKED"


def print_report(report: Report, *, pinned: bool, how: str = "with --root", counted: str = "") -> None:
    """Print a report.

    Args:
        report: What was found.
        pinned: Whether the reader gave the hash of the trust root, so that it needs no other comparison.
        how: How the hash was given.
        counted: What was checked, in place of numbers of versions and releases.
    """
    report, colour = for_reader(report), wants_colour()
    grown = [f for f in report.findings if f.ok and f.check == MEMORY and not f.hint]
    for check, name in NAMES.items():
        if check not in report.passed:
            continue
        notes = "; ".join(plain(finding.what) for finding in grown if finding.check == check)
        print(_line(report, check, name, notes, colour=colour))
    for finding in report.findings:
        if finding in grown:
            # The line of the check says it.
            continue
        if report.root is not None and finding.ok and report.root in finding.what:
            # "Trusted on first use", which the last line says.
            continue
        print()
        _print_finding(finding, colour=colour)
    print()
    print(_verdict(report, counted or _counts(report.counts), colour=colour))
    for line in (*(time_lines(report) if report.stands else ()), *part_lines(report)):
        print(plain(line))
    if report.horizon is not None and report.verdict != FAILED:
        print(report.horizon)
    if report.root is not None:
        advice = f"as given {how}" if pinned else "compare it with a copy from elsewhere"
        print(f"trust root {report.root}: {advice if report.stands or not pinned else 'see above'}")


def _line(report: Report, check: int, name: str, notes: str, *, colour: bool) -> str:
    passed = report.passed.get(check, 0)
    wrong = [(_FAILED, report.failed(check)), (_UNREADABLE, report.unread(check))]
    states = [notes or f"{passed} passed"] if notes or passed else []
    states += [paint(f"{word} {count}", RED, colour=colour) for word, count in wrong if count]
    if not states and any(finding.check == check and finding.unchecked for finding in report.findings):
        states = ["not checked here"]
    return f"{check:>2}  {name:<9}  {', '.join(states) or 'nothing to check'}"


def _print_finding(finding: Finding, *, colour: bool) -> None:
    if finding.ok:
        print(f"note: {plain(finding.subject)}: {plain(finding.what)}")
    else:
        unread = _NOT_CHECKED if finding.cause else _UNREADABLE
        word = paint(_FAILED if finding.readable else unread, RED, colour=colour)
        print(f"{word} {finding.check} {NAMES[finding.check]}: {plain(finding.subject)}")
        print(f"  {plain(finding.what)}")
    for label, text in (("expected", finding.expected), ("found", finding.found), ("hint", finding.hint)):
        if text:
            print(f"  {label:<8}  {plain(text)}")


def _verdict(report: Report, counted: str, *, colour: bool) -> str:
    what = f"{plain(report.subject)}: {counted}" if report.subject else counted
    if report.stands:
        return f"{paint('verified', GREEN, colour=colour)}{_but(report.unfinished)}: {counted}"
    number = len(report.failures)
    word = paint(report.verdict.upper(), RED, colour=colour)
    return f"{word}: {number} {'finding' if number == 1 else 'findings'} in {what}"


def _but(unfinished: Unfinished | None) -> str:
    """What lies there beside all that verifies, for the line of the verdict."""
    if unfinished is None:
        return ""
    what = "a write" if unfinished.subject is None else f"an addition of {plain(unfinished.subject)}"
    lie = (
        f"{_number(unfinished.files, 'file')} of it {'lies' if unfinished.files == 1 else 'lie'} here, not vouched for"
    )
    rest = lie if unfinished.files else "all of it is vouched for"
    return f", but {what} was left unfinished: {rest}; archive recover ends it"


def _counts(counts: Counts) -> str:
    versions = _number(counts.versions, "version")
    releases = _number(counts.releases, "release")
    entries = _number(counts.entries, "log entry", "log entries")
    return f"{versions} of {releases}, {entries}, {_number(counts.files, 'file')}"


def _number(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
