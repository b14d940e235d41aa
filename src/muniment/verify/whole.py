"""Verifying an archive: all the checks, over everything, going on after a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from muniment.anchor import LAYOUT, check_tag, log_verifiers, object_id
from muniment.errors import FormatError, MunimentError, UnresolvedReferenceError
from muniment.log.note import Verifier
from muniment.log.statement import Statement, VersionStatement, parse_statement
from muniment.marker import UNFINISHED, Marker, read_marker
from muniment.memory import Past
from muniment.ocfl.layout import LAYOUTS, object_path
from muniment.ocfl.root import parse_layout
from muniment.reference import Reference
from muniment.signing.trust_root import TrustRoot
from muniment.store import Store
from muniment.verify.layout import Walk, check_layout, walk
from muniment.verify.log import LogResult, check_log
from muniment.verify.memory import check_past
from muniment.verify.objects import ObjectResult, ObjectTask, check_object
from muniment.verify.report import Counts, Report, Tally
from muniment.verify.sighting import sight_log
from muniment.verify.trust import TrustResult, check_logged_roots, check_roots, check_vouched

WORTH_SHARING = 32
"""Releases from which on starting other processes saves time."""

Progress = Callable[[int, int], None]
"""Told how many of how many releases are done."""

_Entries = dict[str, list[tuple[int, VersionStatement]]]


@dataclass(frozen=True, slots=True)
class _Scope:
    """What part of the archive is asked for: a release and a version of it, or all."""

    release: str | None = None
    version: int | None = None

    def of(self, entries: _Entries) -> _Entries:
        if self.release is None:
            return entries
        held = entries.get(self.release)
        return {self.release: held[: self.version]} if held else {}


def verify_archive(
    store: Store,
    *,
    subject: str = "archive",
    only: Reference | None = None,
    pinned_root: str | None = None,
    past: Past | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Report:
    """Check an archive, or one version of it with all that it stands on.

    Args:
        store: The archive.
        subject: What to call it in the report.
        only: The version asked for: then of the releases only that one is read, up to that version.
        pinned_root: SHA-256 of trust root 1 that the reader has from elsewhere, 64 hex digits.
        past: What the reader knows of earlier states of the log.
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
        return tally.report(subject, origin=None, root=None, checkpoint=None, counts=_counts(tally))
    expected = {*trust.files, *check_vouched(tally, store, trust.chain)}
    log = _check_log(tally, store, trust, found, past or Past())
    entries = _logged(tally, trust, log)
    wanted = _scope(tally, only, entries).of(entries)
    tasks = list(_tasks(store, trust.chain, wanted, entries, marker))
    expected |= _check_objects(tally, _run(store, tasks, jobs, progress))
    found = found.below([folder for task in tasks for folder in task.version_folders]) if only else found
    _check_rest(tally, found, expected | {UNFINISHED, *log.files}, marker, log)
    return _report(tally, subject, trust, log, tasks)


def _report(tally: Tally, subject: str, trust: TrustResult, log: LogResult, tasks: Sequence[ObjectTask]) -> Report:
    counts = _counts(tally, len(tasks), sum(len(task.entries) for task in tasks), len(log.entries))
    origin, root = trust.chain[0].archive, trust.digests[0]
    return tally.report(subject, origin=origin, root=root, checkpoint=log.head, counts=counts, note=log.note)


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


def _check_log(tally: Tally, store: Store, trust: TrustResult, found: Walk, past: Past) -> LogResult:
    verifiers: tuple[Verifier, ...] = ()
    try:
        verifiers = log_verifiers(trust.chain)
    except MunimentError as error:
        tally.error(11, error)
    log = check_log(tally, store, verifiers, trust.chain[0].archive, found.files)
    check_past(tally, past, sight_log(store, trust.digests[0], verifiers, log))
    return log


def _logged(tally: Tally, trust: TrustResult, log: LogResult) -> _Entries:
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


def _versions(tally: Tally, statements: Sequence[Statement | None]) -> _Entries:
    """Group the entries by release, and check that each continues the one before it (check 9)."""
    entries: _Entries = {}
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


def _scope(tally: Tally, only: Reference | None, entries: _Entries) -> _Scope:
    if only is None:
        return _Scope()
    for release, versions in entries.items():
        for _, statement in versions:
            if only.digest is not None and statement.record == f"sha256:{only.digest}":
                return _Scope(release, statement.version)
    release = only.release or (next(iter(entries)) if len(entries) == 1 else "")
    unknown = only.digest is not None or release not in entries or (only.version or 1) > len(entries[release])
    # Where something has failed already, the damage may be why: then the report is what the reader needs.
    if unknown and all(finding.ok for finding in tally.findings):
        raise UnresolvedReferenceError("the reference names no version here", hint="archive list names them")
    return _Scope(release, only.version)


def _tasks(
    store: Store, chain: tuple[TrustRoot, ...], wanted: _Entries, entries: _Entries, marker: Marker | None
) -> Iterator[ObjectTask]:
    layout = _layout(store, chain[0], wanted)
    for release, versions in wanted.items():
        identifier = object_id(chain[0], release)
        yield ObjectTask(
            release=release,
            folder=f"releases/{object_path(layout, identifier)}",
            object_id=identifier,
            origin=chain[0].archive,
            entries=tuple(versions),
            chain=chain,
            unfinished=marker is not None and marker.release == release,
            partial=len(versions) < len(entries[release]),
        )


def _layout(store: Store, root: TrustRoot, entries: _Entries) -> str:
    """The storage layout; where its file is damaged, and has its finding, the one that the releases lie in."""
    try:
        return parse_layout(store.read(LAYOUT), where=LAYOUT)
    except MunimentError:
        some = [object_id(root, release) for release in entries]
        lying = (name for name in LAYOUTS for id_ in some if store.list(f"releases/{object_path(name, id_)}"))
        return next(lying, LAYOUTS[0])


def _run(store: Store, tasks: Sequence[ObjectTask], jobs: int, progress: Progress | None) -> Iterator[ObjectResult]:
    check = partial(check_object, store)
    if jobs > 1 and len(tasks) >= WORTH_SHARING:
        with ProcessPoolExecutor(min(jobs, len(tasks))) as pool:
            yield from _counted(
                pool.map(check, tasks, chunksize=max(1, len(tasks) // (jobs * 4))), len(tasks), progress
            )
    else:
        yield from _counted(map(check, tasks), len(tasks), progress)


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


def _counts(tally: Tally, releases: int = 0, versions: int = 0, entries: int = 0) -> Counts:
    return Counts(releases, versions, entries, tally.file_count, tally.byte_count)
