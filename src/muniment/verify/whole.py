"""Verifying an archive: all the checks, over everything, going on after a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial

from muniment.anchor import check_tag, log_verifiers
from muniment.errors import FormatError, MunimentError
from muniment.log.note import Verifier
from muniment.log.statement import Statement, VersionStatement, parse_statement
from muniment.marker import UNFINISHED, Marker, read_marker
from muniment.reference import Reference
from muniment.signing.trust_root import TrustRoot
from muniment.store import Store
from muniment.verify.layout import Walk, check_layout, walk
from muniment.verify.log import LogResult, check_log, open_log
from muniment.verify.objects import ObjectResult, ObjectTask, check_object
from muniment.verify.plan import Entries, plan, refuse_unknown
from muniment.verify.report import Counts, Report, Tally
from muniment.verify.trust import TrustResult, check_logged_roots, check_roots, check_vouched

WORTH_SHARING = 32
"""Releases from which on starting other processes saves time."""

Progress = Callable[[int, int], None]
"""Told how many of how many releases are done."""


def verify_archive(
    store: Store,
    *,
    subject: str = "archive",
    only: Reference | None = None,
    pinned_root: str | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Report:
    """Check an archive, or one version of it with all that it stands on.

    Args:
        store: The archive.
        subject: What to call it in the report.
        only: The version asked for: then of the releases only that one is read, up to that version.
        pinned_root: SHA-256 of trust root 1 that the reader has from elsewhere, 64 hex digits.
        jobs: How many processes to use; a small archive is checked by one.
        progress: Called after each release.

    Raises:
        NotAnArchiveError: There is no archive here.
        UnresolvedReferenceError: ``only`` names nothing.
    """
    check_tag(store, where=subject)
    tally = Tally()
    found, marker = walk(tally, store), _marker(tally, store)
    trust = check_roots(tally, store, pinned_root)
    if not trust.chain:
        return _report(tally, subject)
    expected = {*trust.files, *check_vouched(tally, store, trust.chain)}
    log = open_log(tally, store, _verifiers(tally, trust.chain), trust.chain[0].archive)
    entries = _logged(tally, trust, log)
    scope, tasks = plan(store, trust.chain, only, entries, marker)
    with _results(store, tasks, jobs) as results:
        # Other processes, if there are any, are at work on the releases from here on.
        check_log(log, found.files)
        refuse_unknown(tally, scope)
        expected |= _check_objects(tally, _counted(results, len(tasks), progress))
    _check_rest(tally, scope.within(found, tasks), expected | {UNFINISHED, *log.files}, marker, log)
    return _report(tally, subject, trust, log, tasks)


def _marker(tally: Tally, store: Store) -> Marker | None:
    try:
        marker = read_marker(store)
    except MunimentError as error:
        tally.error(1, error, UNFINISHED)
        return None
    if marker is not None:
        what = f"unfinished addition of {marker.subject}"
        tally.notice(1, UNFINISHED, what, hint="archive recover completes or removes it")
    return marker


def _verifiers(tally: Tally, chain: tuple[TrustRoot, ...]) -> tuple[Verifier, ...]:
    try:
        return log_verifiers(chain)
    except MunimentError as error:
        tally.error(11, error)
        return ()


def _logged(tally: Tally, trust: TrustResult, log: LogResult) -> Entries:
    statements = _statements(tally, log, trust.chain[0].archive)
    check_logged_roots(tally, trust.digests, statements)
    return _versions(tally, statements)


def _statements(tally: Tally, log: LogResult, origin: str) -> list[Statement | None]:
    """Parse every entry; an entry that cannot be parsed is None and has its finding."""
    statements: list[Statement | None] = []
    for index, entry in enumerate(log.entries):
        statement = None
        if entry is not None:
            try:
                statement = parse_statement(entry, where=f"log entry {index}")
                if statement.archive != origin:
                    raise FormatError("an entry of another archive", expected=origin, found=statement.archive)
            except MunimentError as error:
                tally.error(9, error, f"log entry {index}")
        statements.append(statement)
    return statements


def _versions(tally: Tally, statements: Sequence[Statement | None]) -> Entries:
    """Group the entries by release, and check that each continues the one before it (check 9)."""
    entries: Entries = {}
    for index, statement in enumerate(statements):
        if not isinstance(statement, VersionStatement):
            continue
        before = entries.setdefault(statement.release, [])
        expected = before[-1][1] if before else None
        number = expected.version + 1 if expected else 1
        previous = expected.record if expected else None
        if (statement.version, statement.previous) != (number, previous):
            tally.fail(
                9,
                f"log entry {index} ({statement.name})",
                "does not continue the entry before it of this release",
                expected=f"v{number} after {previous}",
                found=f"v{statement.version} after {statement.previous}",
            )
        before.append((index, statement))
    return entries


def _results(store: Store, tasks: Sequence[ObjectTask], jobs: int) -> AbstractContextManager[Iterable[ObjectResult]]:
    """Begin to check the releases, in other processes where that pays; else each when its result is asked for."""
    check = partial(check_object, store)
    if jobs > 1 and len(tasks) >= WORTH_SHARING:
        from muniment.verify.share import share  # noqa: PLC0415 - start-up: 12 ms, and most archives are small

        return share(check, tasks, jobs)
    return nullcontext(map(check, tasks))


def _counted(results: Iterable[ObjectResult], total: int, progress: Progress | None) -> Iterator[ObjectResult]:
    for done, result in enumerate(results, 1):
        if progress is not None:
            progress(done, total)
        yield result


def _check_objects(tally: Tally, results: Iterable[ObjectResult]) -> set[str]:
    files: set[str] = set()
    for result in results:
        tally.merge(result.tally)
        files.update(result.files)
    return files


def _check_rest(tally: Tally, found: Walk, expected: set[str], marker: Marker | None, log: LogResult) -> None:
    """Name what does not belong, but where entries are unreadable nobody can say what belongs below ``releases/``."""
    size = log.checkpoint.size if log.checkpoint else 0
    unknown = ("releases/",) if log.vouched else ("releases/", "log/")
    under_way = frozenset(marker.files) if marker is not None and marker.size in {size, size + 1} else frozenset()
    if not log.vouched or None in log.entries:
        found = replace(found, files={path: n for path, n in found.files.items() if not path.startswith(unknown)})
    check_layout(tally, found, expected, under_way)


def _report(
    tally: Tally,
    subject: str,
    trust: TrustResult | None = None,
    log: LogResult | None = None,
    tasks: Sequence[ObjectTask] = (),
) -> Report:
    versions, entries = sum(len(task.entries) for task in tasks), len(log.entries) if log else 0
    return tally.report(
        subject,
        origin=log.origin if log else None,
        root=trust.digests[0] if trust else None,
        checkpoint=log.head if log else None,
        counts=Counts(len(tasks), versions, entries, tally.file_count, tally.byte_count),
    )
