"""Verifying an archive: all the checks, over everything, going on after a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from muniment.anchor import LAYOUT, check_tag, log_verifiers, object_id
from muniment.errors import MunimentError, UnfinishedError, UnresolvedReferenceError
from muniment.log.note import Verifier
from muniment.marker import UNFINISHED, Marker, read_marker
from muniment.ocfl.inventory import INVENTORY, SIDECAR
from muniment.ocfl.layout import LAYOUTS, object_path
from muniment.ocfl.root import parse_layout
from muniment.reference import Reference
from muniment.signing.trust_root import TrustRoot
from muniment.store import Store
from muniment.verify.entries import Entries, group_versions, parse_entries
from muniment.verify.layout import LOCK, UNLESS_AT_WORK, Walk, check_layout, walk
from muniment.verify.log import LogResult, check_log
from muniment.verify.meanwhile import Meanwhile, is_unmade, look_back, moment
from muniment.verify.objects import ObjectResult, ObjectTask, check_object
from muniment.verify.report import Counts, Report, Tally
from muniment.verify.trust import TrustResult, check_logged_roots, check_roots, check_vouched

WORTH_SHARING = 32
"""Releases from which on starting other processes saves time."""

LOOKS = 5
"""How often an archive is looked at that a writer changes each time, before what failed is told."""

Progress = Callable[[int, int], None]
"""Told how many of how many releases are done."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """What part of the archive is asked for: a release and a version of it, or all."""

    release: str | None = None
    version: int | None = None

    def of(self, entries: Entries) -> Entries:
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
        UnfinishedError: Its making was interrupted.
        UnresolvedReferenceError: ``only`` names nothing.
    """
    check_tag(store, where=subject)
    if is_unmade(store):
        raise UnfinishedError("the archive was never finished", where=subject, hint="run archive init again")
    for _ in range(LOOKS - 1):
        before = moment(store)
        report = _look(store, subject, only, pinned_root, jobs, progress)
        if not report.failures or moment(store) == before:
            return report
    return _look(store, subject, only, pinned_root, jobs, progress)


def _look(
    store: Store,
    subject: str,
    only: Reference | None,
    pinned_root: str | None,
    jobs: int,
    progress: Progress | None,
) -> Report:
    """Check everything once, as of the checkpoint that is found."""
    tally = Tally()
    found = walk(tally, store)
    trust = check_roots(tally, store, pinned_root)
    if not trust.chain:
        return tally.report(subject, origin=None, root=None, checkpoint=None, counts=_counts(tally))
    expected = {*trust.files, *check_vouched(tally, store, trust.chain)}
    origin = trust.chain[0].archive
    verifiers = _verifiers(tally, trust.chain)
    log = check_log(tally, store, verifiers, origin, found.files)
    entries = _logged(tally, trust, log)
    scope = _scope(tally, only, entries)
    layout = _layout(store, trust.chain[0], entries)
    tasks = list(_tasks(trust.chain, layout, scope.of(entries), entries))
    files, doubtful = _check_objects(tally, tasks, _run(store, tasks, jobs, progress))
    expected |= {UNFINISHED, *log.files, *files}
    found = found if scope.release is None else found.below([f for task in tasks for f in task.version_folders])
    if found.others or found.empty or not found.files.keys() <= expected | {LOCK}:
        # What a writer made and took back is not there twice.
        found = found.also_in(walk(Tally(), store))

    def folder_of(release: str) -> str:
        return _folder(trust.chain[0], layout, release)

    meanwhile = look_back(store, _marker(tally, store), log, verifiers, origin, folder_of)
    _check_again(tally, store, doubtful, meanwhile)
    _check_rest(tally, meanwhile.leave_out(found), expected, meanwhile, log)
    counts = _counts(tally, len(tasks), sum(len(task.entries) for task in tasks), len(log.entries))
    return tally.report(subject, origin=origin, root=trust.digests[0], checkpoint=log.head, counts=counts)


def _marker(tally: Tally, store: Store) -> Marker | None:
    try:
        marker = read_marker(store)
    except MunimentError as error:
        tally.error(1, error, UNFINISHED)
        return None
    if marker is not None:
        what = f"unfinished addition of {marker.subject}"
        tally.notice(1, UNFINISHED, what, hint=UNLESS_AT_WORK)
    return marker


def _verifiers(tally: Tally, chain: tuple[TrustRoot, ...]) -> tuple[Verifier, ...]:
    try:
        return log_verifiers(chain)
    except MunimentError as error:
        tally.error(11, error)
        return ()


def _logged(tally: Tally, trust: TrustResult, log: LogResult) -> Entries:
    statements = parse_entries(tally, log, trust.chain[0].archive)
    check_logged_roots(tally, trust.digests, statements)
    return group_versions(tally, statements)


def _scope(tally: Tally, only: Reference | None, entries: Entries) -> _Scope:
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


def _tasks(chain: tuple[TrustRoot, ...], layout: str, wanted: Entries, entries: Entries) -> Iterator[ObjectTask]:
    for release, versions in wanted.items():
        yield ObjectTask(
            release=release,
            folder=_folder(chain[0], layout, release),
            object_id=object_id(chain[0], release),
            origin=chain[0].archive,
            entries=tuple(versions),
            chain=chain,
            unfinished=False,
            partial=len(versions) < len(entries[release]),
        )


def _folder(root: TrustRoot, layout: str, release: str) -> str:
    return f"releases/{object_path(layout, object_id(root, release))}"


def _layout(store: Store, root: TrustRoot, entries: Entries) -> str:
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


def _check_objects(
    tally: Tally, tasks: Sequence[ObjectTask], results: Iterable[ObjectResult]
) -> tuple[set[str], list[ObjectTask]]:
    """Take over the findings, but not of objects whose root inventory failed: a writer may be replacing it."""
    files: set[str] = set()
    doubtful = []
    for task, result in zip(tasks, results, strict=True):
        files.update(result.files)
        replaced = {f"{task.folder}/{INVENTORY}", f"{task.folder}/{SIDECAR}"}
        if any(not finding.ok and finding.subject in replaced for finding in result.tally.findings):
            doubtful.append(task)
        else:
            tally.merge(result.tally)
    return files, doubtful


def _check_again(tally: Tally, store: Store, tasks: Sequence[ObjectTask], meanwhile: Meanwhile) -> None:
    """Check objects a second time, now that it is known which ones are being added to."""
    for task in tasks:
        tally.merge(check_object(store, replace(task, unfinished=task.release in meanwhile.releases)).tally)


def _check_rest(tally: Tally, found: Walk, expected: set[str], meanwhile: Meanwhile, log: LogResult) -> None:
    """Name what does not belong, but where entries are unreadable nobody can say what belongs below ``releases/``."""
    unknown = ("releases/",) if log.vouched else ("releases/", "log/")
    if not log.vouched or None in log.entries:
        found = replace(found, files={path: n for path, n in found.files.items() if not path.startswith(unknown)})
    check_layout(tally, found, expected, meanwhile.under_way)


def _counts(tally: Tally, releases: int = 0, versions: int = 0, entries: int = 0) -> Counts:
    return Counts(releases, versions, entries, tally.file_count, tally.byte_count)
