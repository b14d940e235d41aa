"""A report as text: the verdict first, each failure in full, times proven and claimed, and the root to compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muniment.archive.existence import covering
from muniment.cli.attested_lines import attested_lines
from muniment.cli.hints import for_reader
from muniment.cli.terminal import RED, paint, screen_width, wants_colour, wrap
from muniment.cli.verdict import say_counts, say_proven, say_verdict
from muniment.display import plain
from muniment.log.encoding import say_entries
from muniment.verify.growth import MEMORY
from muniment.verify.report import FAILED, NAMES, Drawn, Finding, Report

_FEW = 3


def time_lines(report: Report) -> Iterator[str]:
    """Give the lines: of one version its own times; of several how many are proven, and which are not."""
    if not report.proven:
        return
    if len(report.dated) == 1:
        version = report.dated[0]
        by = covering(report.proven, version.index)
        times = f"proven {say_proven(by)}" if by else "no time proven yet"
        yield f"{version.reference}: {times}; claimed {version.claimed}"
        return
    reach = max(proven.size for proven in report.proven)
    covered = [version for version in report.dated if version.index < reach]
    last = covered[-1].index if covered else reach - 1
    what = f"{len(covered)} of {len(report.dated)} versions" if report.dated else f"{reach} log {_entries(reach)}"
    if covered or not report.dated:
        yield f"{what} proven {say_proven(covering(report.proven, last))}"
    missing = [version.reference for version in report.dated if version.index >= reach]
    if missing:
        yield f"no time proven yet: {_some(missing)} (archive timestamp)"


def _entries(count: int) -> str:
    return "entry" if count == 1 else "entries"


def part_lines(report: Report) -> Iterator[str]:
    """Give the lines on the part that was asked for: what is new, by what lot it was chosen, what was left out."""
    if report.news is not None:
        news = report.news
        yield f"since {say_entries(news.size)}: {_some(news.versions) or 'no version'}; the log continues them"
        hashes = "1 hash" if len(news.proof) == 1 else f"{len(news.proof)} hashes"
        yield f"consistency proof: {hashes} (--json prints them)"
    if report.drawn is not None:
        yield _say_lot(report.drawn, report.counts.releases)
    if report.left_out is not None:
        yield str(report.left_out)


def _say_lot(drawn: Drawn, checked: int) -> str:
    if drawn.releases <= checked:
        return f"releases by lot: {drawn.releases}, with the seed {drawn.seed}"
    there = "there is only 1" if checked == 1 else f"there are only {checked}"
    return f"releases by lot: none was left out, as {drawn.releases} were asked for and {there}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more


_FAILED, _UNREADABLE, _NOT_CHECKED = "FAILED", "UNREADABLE", "NOT CHECKED"


def print_report(
    report: Report, *, pinned: bool, how: str = "with --root", named: str = "", verbose: bool = False
) -> None:
    """Print a report.

    Args:
        report: What was found.
        pinned: Whether the reader gave the hash of the trust root, so that it needs no other comparison.
        how: How the hash was given.
        named: What was checked, in place of numbers of versions and releases.
        verbose: Whether each check has its line although nothing failed.
    """
    report, colour = for_reader(report), wants_colour()
    print(*wrap(say_verdict(report, named, colour=colour), screen_width()), sep="\n")
    grown = [f for f in report.findings if f.ok and f.check == MEMORY and not f.hint]
    if verbose or not report.stands:
        print()
        _print_checks(report, grown, colour=colour)
    for finding in report.findings:
        # The line of the check says it, or the last line: "trusted on first use".
        said = finding in grown or (report.root is not None and finding.ok and report.root in finding.what)
        if not said:
            print()
            _print_finding(finding, colour=colour)
    print()
    _print_rest(report, grown, verbose=verbose)
    if report.root is not None:
        advice = f"as given {how}" if pinned else "compare it with a copy from elsewhere"
        print(f"trust root ({advice if report.stands or not pinned else 'see above'})\n  {report.root}")


def _print_rest(report: Report, grown: list[Finding], *, verbose: bool) -> None:
    """Print how much was checked, times proven, what was left out, what the memory says, where what is known ends."""
    if verbose or not report.stands:
        print(f"checked: {say_counts(report.counts)}")
    for line in (*(time_lines(report) if report.stands else ()), *part_lines(report)):
        print(plain(line))
    if report.stands and not verbose:
        for finding in grown:
            print(f"memory: {plain(finding.what)}")
    for line in attested_lines(report):
        _print_wrapped(plain(line), len(line) - len(line.lstrip()) + 2 if line.startswith(" ") else 0)
    if report.horizon is not None and report.verdict != FAILED:
        _print_wrapped(str(report.horizon))


def _print_checks(report: Report, grown: list[Finding], *, colour: bool) -> None:
    """Print a line for each check that had something to do."""
    for check, name in NAMES.items():
        notes = "; ".join(plain(finding.what) for finding in grown if finding.check == check)
        states = _states(report, check, notes, colour=colour) if check in report.passed else []
        if states:
            print(f"{check:>2}  {name:<9}  {', '.join(states)}")


def _states(report: Report, check: int, notes: str, *, colour: bool) -> list[str]:
    passed = report.passed.get(check, 0)
    missing = sum(f.check == check and f.unchecked and not f.ok for f in report.findings)
    wrong = [(_FAILED, report.failed(check)), (_UNREADABLE, report.unread(check) - missing), (_NOT_CHECKED, missing)]
    states = [notes or f"{passed} passed"] if notes or passed else []
    states += [paint(f"{word} {count}", RED, colour=colour) for word, count in wrong if count]
    if not states and any(finding.check == check and finding.unchecked for finding in report.findings):
        states = ["not checked here"]
    return states


_VALUES = 12
"""Columns before what was expected, found or advised."""


def _print_wrapped(text: str, indent: int = 0) -> None:
    """Print a text as wide as the screen, each further line set in; a hash or a path is never broken."""
    head, rest = text[:indent], text[indent:]
    for line in wrap(rest, screen_width() - indent):
        print(f"{head}{line}")
        head = " " * indent


def _print_finding(finding: Finding, *, colour: bool) -> None:
    if finding.ok:
        _print_wrapped(f"note: {plain(finding.subject)}: {plain(finding.what)}")
    else:
        unread = _NOT_CHECKED if finding.cause or finding.unchecked else _UNREADABLE
        word = paint(_FAILED if finding.readable else unread, RED, colour=colour)
        print(f"{word} {finding.check} {NAMES[finding.check]}: {plain(finding.subject)}")
        _print_wrapped(f"  {plain(finding.what)}", 2)
    for label, text in (("expected", finding.expected), ("found", finding.found), ("hint", finding.hint)):
        if text:
            _print_wrapped(f"  {label:<8}  {plain(text)}", _VALUES)
