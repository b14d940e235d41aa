"""The verdict of a report, in a sentence: what is authentic, signed by whom, since when; or what is wrong, where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from muniment.archive.existence import Dated, Proven, covering
from muniment.cli.terminal import GREEN, RED, paint
from muniment.display import plain
from muniment.verify.report import CITATION, FAILED, NAMES, Counts, Finding, Report, Unfinished

_FEW = 3
_SIGNATURE = 7


def say_verdict(report: Report, named: str, *, colour: bool) -> str:
    """Say what came out, in a sentence or two.

    Args:
        report: What was found.
        named: What was checked, where the report does not say it well; else empty.
        colour: Whether its first word shall have a colour.
    """
    if not report.stands:
        return _say_failures(report, colour=colour)
    clauses = ", ".join([_say_what(report, named), *_say_signer(report), *_say_since(report.dated)])
    words = [clauses, *_say_times(report), *_say_unfinished(report.unfinished)]
    head = paint("Authentic", GREEN, colour=colour)
    return f"{head}{'' if named else _say_reservation(report)}: {plain('; '.join(words))}."


def say_counts(counts: Counts) -> str:
    """Say how much was checked."""
    versions, releases = _number(counts.versions, "version"), _number(counts.releases, "release")
    entries = _number(counts.entries, "log entry", "log entries")
    return f"{versions} of {releases}, {entries}, {_number(counts.files, 'file')}"


def say_proven(proven: Iterable[Proven]) -> str:
    """Give the latest time by which something was there: ``not later than T (WHO), T (WHO)``."""
    return "not later than " + ", ".join(f"{instant.time} ({instant.who})" for instant in proven)


def _say_what(report: Report, named: str) -> str:
    if named:
        return named
    cited = "what is cited, " if report.passed.get(CITATION) else ""
    if len(report.dated) == 1:
        return f"{cited}{report.dated[0].reference}"
    if not report.dated and report.news is not None:
        return f"a log that continues its first {_number(report.news.size, 'entry', 'entries')}, and no version since"
    if not report.dated:
        return "an archive without a version yet"
    versions, releases = len(report.dated), len({version.reference.rpartition("/")[0] for version in report.dated})
    return f"{cited}{_number(versions, 'version')} of {_number(releases, 'release')}"


def _say_signer(report: Report) -> Iterator[str]:
    if report.dated and report.passed.get(_SIGNATURE):
        yield f"signed by {report.origin}" if report.origin else "signed"


def _say_since(dated: Iterable[Dated]) -> Iterator[str]:
    claimed = sorted({version.claimed for version in dated})
    if claimed:
        several = f"they were logged, {claimed[0]} to {claimed[-1]}"
        yield f"unchanged since {claimed[0] if len(claimed) == 1 else several}"


def _say_times(report: Report) -> Iterator[str]:
    """What the times of the versions rest on."""
    if not report.dated:
        return
    reach = max((proven.size for proven in report.proven), default=0)
    covered = [version for version in report.dated if version.index < reach]
    if not covered:
        yield "that time is a claim" if len({version.claimed for version in report.dated}) == 1 else "times are claims"
    elif len(covered) == len(report.dated):
        yield f"proven {say_proven(covering(report.proven, covered[-1].index))}"
    else:
        yield f"times are proven for {len(covered)} of {len(report.dated)}, the others are claims"


def _say_unfinished(unfinished: Unfinished | None) -> Iterator[str]:
    """What lies there beside all that verifies."""
    if unfinished is None:
        return
    what = "a write" if unfinished.subject is None else f"an addition of {unfinished.subject}"
    lie = (
        f"{_number(unfinished.files, 'file')} of it {'lies' if unfinished.files == 1 else 'lie'} here, not vouched for"
    )
    rest = lie if unfinished.files else "all of it is vouched for"
    yield f"but {what} was left unfinished: {rest}; archive recover ends it"


def _say_reservation(report: Report) -> str:
    some = any(finding.unvouched for finding in report.findings)
    return ", but not all is vouched for (see below)" if some and report.unfinished is None else ""


def _say_failures(report: Report, *, colour: bool) -> str:
    wrong = [finding for finding in report.failures if finding.readable]
    unread = [finding for finding in report.failures if not finding.readable]
    word = paint(report.verdict.upper(), RED, colour=colour)
    subject = report.subject or "what was checked"
    number = _number(len(report.failures), "finding")
    if report.verdict == FAILED:
        more = f" Could not be checked: {_say_places(unread)}." if unread else ""
        return f"{word}: {plain(f'{number} in {subject}: {_say_places(wrong)}.{more}')}"
    return (
        f"{word}: {plain(f'{number} in {subject}; nothing failed, but could not be checked: {_say_places(unread)}.')}"
    )


def _say_places(findings: Iterable[Finding]) -> str:
    """Name each place with what is wrong there, and the checks that say so; of many, the first ones."""
    places: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda finding: bool(finding.cause)):
        places.setdefault(finding.cause or finding.subject, []).append(finding)
    said = [f"{place}: {found[0].what} ({_say_checks(found)})" for place, found in places.items()]
    more = [f"{len(said) - _FEW} places more"] if len(said) > _FEW + 1 else said[_FEW:]
    return "; ".join([*said[:_FEW], *more])


def _say_checks(findings: Iterable[Finding]) -> str:
    return ", ".join(dict.fromkeys(NAMES[finding.check] for finding in findings))


def _number(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
