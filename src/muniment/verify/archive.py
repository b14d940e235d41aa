"""Verifying an archive: all the checks, over everything or the part that is asked for, going on after a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from typing import cast

from muniment.archive.existence import Proven, TimeResult, Witnesses
from muniment.archive.opening import check_tag, log_verifiers
from muniment.archive.paths import CHECKPOINT, LOCK, LOG, RELEASES, UNFINISHED
from muniment.archive.unfinished_rules import is_unmade
from muniment.errors import MunimentError, StoreError, UnfinishedError
from muniment.log.note import Verifier
from muniment.log.tile import bundles
from muniment.log_view import LogView
from muniment.memory import Past
from muniment.ocfl.inventory import INVENTORY, SIDECAR
from muniment.reference import Reference
from muniment.store import Store
from muniment.store.litter import litter_in
from muniment.trust.root import TrustRoot
from muniment.verify.batches import check_batched, check_batches
from muniment.verify.checkpoints import CheckpointRange, LogReader, RangeResult, claimed, count_ranges
from muniment.verify.cosignatures import check_cosignatures
from muniment.verify.entries import Contents, DatedVersions, Entries, read_contents
from muniment.verify.fetched import Fetch, fetch_bundle
from muniment.verify.growth import check_past, proven_by_past
from muniment.verify.layout import NOTHING, Walk, check_layout, check_others, walk
from muniment.verify.listing import Listing, ReleaseResult
from muniment.verify.log import LogResult, open_log, ranges_of, take_range
from muniment.verify.log_views import sight_log
from muniment.verify.named import can_name, find_named
from muniment.verify.part import Choice, Part, PartView, Scope, choose, layout_of, plan, refuse_unknown
from muniment.verify.pieces import Cluster, Result, WorkPiece, by_bucket, check_task, cut, fetch_among
from muniment.verify.release import ObjectTask, check_object
from muniment.verify.report import Counts, Report, Tally, with_dated
from muniment.verify.staging import check_staging
from muniment.verify.trust import (
    TrustResult,
    check_logged_roots,
    check_roots,
    check_signers,
    check_unnamed_roots,
    check_vouched,
    check_withdrawals,
)
from muniment.verify.unfinished import check_unfinished, left_unfinished
from muniment.verify.writers import ConcurrentWrites, look_back, state_of_writing


def _check_scope(tally: Tally, scope: Scope, trust: TrustResult, entries: Entries, log: LogResult) -> None:
    """Check what is asked for: that it is there, and whether it was withdrawn."""
    refuse_unknown(tally, scope)
    check_withdrawals(tally, trust.chain, entries, scope.of(entries), log.reader.unread)


WORTH_SHARING = 32
"""Releases from which on starting other processes saves time."""

LOOKS = 5
"""How often an archive is looked at that a writer changes each time, before what failed is told."""

Progress = Callable[[int, int], None]
"""Told how many of how many releases are done."""


def verify_archive(
    store: Store,
    *,
    subject: str = "archive",
    only: Part | None = None,
    pinned_root: str | None = None,
    past: Past | None = None,
    jobs: int | Cluster = 1,
    progress: Progress | None = None,
) -> Report:
    """Check an archive, or one version of it with all that it stands on.

    Args:
        store: The archive.
        subject: What to call it in the report.
        only: The part asked for: a version, of which nothing is read but its release up to that version; some releases
            by lot; or what is new.  The report says what was left out.
        pinned_root: SHA-256 of trust root 1 that the reader has from elsewhere, 64 hex digits.
        past: What the reader knows of earlier states of the log.
        jobs: How many processes to use, or threads where the archive is in an object store; a small one is checked by
            one process.  Or the machines that do it instead.  What is found is the same.
        progress: Called after each release.

    Raises:
        NotAnArchiveError: There is no archive here.
        UnfinishedError: Its making was interrupted.
        UnresolvedReferenceError: ``only`` names nothing.
        UnavailableError: The cluster is gone, or cannot do it.
    """
    with suppress(StoreError):  # the tag is one of the static files, whose findings name it
        check_tag(store, where=subject)
    if is_unmade(store):
        raise UnfinishedError("the archive was never finished", where=subject, hint="make it again with the same keys")
    asked = _Question(subject, only, pinned_root, past or Past(), jobs, progress)
    report = _look_by_name(store, asked) if can_name(only) else None
    return _look_at_rest(store, asked) if report is None else report


def _look_at_rest(store: Store, asked: _Question) -> Report:
    """Check everything, and again where something failed while a writer was at work."""
    for _ in range(LOOKS - 1):
        before = state_of_writing(store)
        report = _look(store, asked)
        if not report.failures or state_of_writing(store) == before:
            return report
    return _look(store, asked)


def _look_by_name(store: Store, asked: _Question) -> Report | None:
    """Check a named version by the entries that are found by name.

    Where anything fails, or is not found, None: then every entry is hashed, so that the findings say what is wrong.
    """
    with suppress(MunimentError):
        report = _look(store, asked, named=True)
        return None if report.failures else report
    return None


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of an archive, and what the reader brings along; each as in ``verify_archive``."""

    subject: str
    only: Part | None
    pinned_root: str | None
    past: Past
    jobs: int | Cluster
    progress: Progress | None

    @property
    def cluster(self) -> Cluster | None:
        """The machines that do the work, if it is not done here."""
        return None if isinstance(self.jobs, int) else self.jobs

    @property
    def threads(self) -> int:
        """How many files are read at once, where to read is to wait."""
        return self.jobs if isinstance(self.jobs, int) else self.jobs.threads


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What log and trust roots say, before any release is looked at.

    Attributes:
        log: The log.
        choice: The entries that the part asked for stands on, or None for all.
        contents: What the entries say.
        witnesses: What witnesses have cosigned.
        proven: What shows how many entries were there at a time.
        files: The files that belong to these, but for those of the log.
    """

    log: LogResult
    choice: Choice | None
    contents: Contents
    witnesses: Witnesses | None
    proven: tuple[Proven, ...]
    files: frozenset[str]

    @property
    def entries(self) -> Entries:
        """The versions that are asked for, by release."""
        return self.contents.versions if self.choice is None else self.choice.of(self.contents.versions)


def _look(store: Store, asked: _Question, *, named: bool = False) -> Report:
    """Check everything once, as of the checkpoint that is found; ``named``: by the entries that are found by name."""
    tally, whole = Tally(), asked.only is None
    head = (reader := _reader(store, tally, asked)).read(
        CHECKPOINT
    )  # once: it says which roots count, so who may sign it
    trust = check_roots(tally, store, claimed(store, head), asked.pinned_root)
    if not trust.chain:
        check_others(tally, walk(tally, store) if whole else NOTHING)
        return _report(tally, asked.subject)
    past = asked.past.recalled(trust.chain[0].archive)
    evidence = _evidence(tally, asked, reader, head, trust, named=named)
    log, contents = evidence.log, evidence.contents
    now = sight_log(store, trust.digests[0], log.verifiers, log, contents.newest)
    known = (*evidence.proven, *_seen(past, now, trust.chain))
    scope, tasks = plan(store, trust.chain, asked.only, evidence.entries, known)
    tasks = tasks if asked.cluster is None else by_bucket(tasks)
    view = PartView(store, asked.only, log, contents.newest, evidence.choice)
    listing = Listing(store, view, log, evidence.files, tasks, whole=whole)
    ranges = ranges_of(log, contents.newest) if whole else iter(())
    number = count_ranges(log.leaves.size) if whole and log.leaves is not None else 0
    with _results(store, ranges, tasks, asked, listed=whole) as results:
        # Other processes and machines, if there are any, are at work from here on.
        listing.begin(tally)
        for result in islice(results, number):
            take_range(log, cast("RangeResult", result))
        check_past(tally, past, now)
        _check_scope(tally, scope, trust, contents.versions, log)
        releases = _counted(cast("Iterator[ReleaseResult]", results), len(tasks), asked.progress)
        doubtful = _check_releases(tally, tasks, releases, listing)
    present = listing.end()
    concurrent = look_back(store, log, trust.chain[0], layout_of(store, trust.chain[0], evidence.entries))
    _check_again(tally, reader, doubtful, concurrent)
    check_signers(tally, store, trust.chain, behind=concurrent.has_root)
    _check_rest(tally, store, present, listing.expected, concurrent, log)
    unfinished = left_unfinished(tally, concurrent.found_marker)
    report = _report(tally, asked.subject, trust, log, tasks)
    report = replace(report, witnesses=evidence.witnesses, unfinished=unfinished)
    dated = {task.release: task.entries[-1:] if scope.release is not None else task.entries for task in tasks}
    return with_dated(view.complete(report, evidence.entries), evidence.proven, DatedVersions(dated))


def _evidence(
    tally: Tally, asked: _Question, reader: LogReader, head: bytes | None, trust: TrustResult, *, named: bool
) -> _Evidence:
    store, chain = reader.store, trust.chain
    vouched = check_vouched(tally, store, chain)
    log, choice = _open(asked, reader, head, chain, named=named)
    contents = _logged(tally, trust, log, choice)
    times = _times(tally, store, chain, contents)
    witnesses, cosigned = check_cosignatures(tally, log, chain, contents.newest)
    files = frozenset((*trust.files, *vouched, *times.files))
    return _Evidence(log, choice, contents, witnesses, (*times.proven, *cosigned), files)


def _reader(store: Store, tally: Tally, asked: _Question) -> LogReader:
    """Give what reads the files of the log: from an object store many at once."""
    if store.exclusive or asked.threads == 1:
        return LogReader(store, tally)
    from muniment.parallel import ahead  # noqa: PLC0415 - start-up: as in ``_results``

    return LogReader(store, tally, ahead=partial(ahead, threads=asked.threads))


def _fetch(reader: LogReader, asked: _Question) -> Fetch | None:
    """Give what fetches the bundles, where they are not read one by one from a folder of this machine."""
    if asked.cluster is not None:
        return partial(fetch_among, asked.cluster)
    if reader.store.exclusive:
        return None
    return lambda size: reader.ahead(partial(fetch_bundle, reader.store), bundles(size))


def _open(
    asked: _Question, reader: LogReader, head: bytes | None, chain: tuple[TrustRoot, ...], *, named: bool
) -> tuple[LogResult, Choice | None]:
    """Read the log, and choose what the part stands on."""
    part = asked.only
    verifiers, origin, withdrawn = _verifiers(reader.tally, chain), chain[0].archive, chain[-1].withdrawn
    if named and isinstance(part, Reference):
        return find_named(reader, head, verifiers, origin, part, withdrawn)
    log = open_log(reader, head, verifiers, origin, kept=part is not None, fetch=_fetch(reader, asked))
    choice = choose(part, log.entries, withdrawn)
    if choice is None and log.leaves is not None:
        log = replace(log, unpublished=check_batches(reader, log.leaves, verifiers, origin))
    return log, choice


def _seen(past: Past, now: LogView | None, chain: Sequence[TrustRoot]) -> tuple[Proven, ...]:
    """What readers saw shows a time to themselves alone, so it is asked for where a revoked key has signed."""
    revoked = any(row.revoked is not None for row in chain[-1].record_keys)
    return tuple(proven_by_past(past, now)) if revoked else ()


def _verifiers(tally: Tally, chain: tuple[TrustRoot, ...]) -> tuple[Verifier, ...]:
    try:
        return log_verifiers(chain)
    except MunimentError as error:
        tally.error(11, error)
        return ()


def _logged(tally: Tally, trust: TrustResult, log: LogResult, choice: Choice | None) -> Contents:
    def unread(lost: bool) -> str:  # noqa: FBT001 - asked by ``read_contents`` alone
        return log.reader.unread[0] if log.reader.unread and (lost or not log.vouched) else ""

    wanted = None if choice is None else choice.indexes
    contents = read_contents(tally, log.entries, trust.chain[0].archive, unread, wanted)
    if log.checkpoint is not None or contents.unread:  # else there is a finding on it, and the log names nothing
        check_logged_roots(tally, trust, contents, contents.unread)
    check_batched(tally, log.unpublished, contents.others)
    return contents


def _times(tally: Tally, store: Store, chain: Sequence[TrustRoot], contents: Contents) -> TimeResult:
    if not contents.has_stamps:
        return TimeResult()
    from muniment.verify.times import check_stamps  # noqa: PLC0415 - start-up: for archives that have time stamps

    return check_stamps(tally, store, chain, contents.numbered())


def _results(
    store: Store, ranges: Iterable[CheckpointRange], releases: Sequence[ObjectTask], asked: _Question, *, listed: bool
) -> AbstractContextManager[Iterator[Result]]:
    """Begin to check checkpoints and releases, on other machines or in other processes; else each when it is asked for.

    Of an object store most of the time is waiting for answers, so there it is threads.
    """
    if asked.cluster is not None:
        return _flat(asked.cluster, cut(ranges, releases, listed=listed))
    jobs, check = asked.threads, partial(check_task, store, listed)
    if jobs == 1:
        return nullcontext(map(check, chain(ranges, releases)))
    tasks = (*ranges, *releases)
    if not store.exclusive:
        from muniment.parallel import share_among_threads  # noqa: PLC0415 - start-up: as below

        return share_among_threads(check, tasks, jobs)
    if len(tasks) >= WORTH_SHARING:
        from muniment.parallel import share  # noqa: PLC0415 - start-up: 12 ms, and most archives are small

        return share(check, tasks, jobs)
    return nullcontext(map(check, tasks))


@contextmanager
def _flat(cluster: Cluster, pieces: Iterable[WorkPiece]) -> Iterator[Iterator[Result]]:
    with cluster.work(pieces) as done:
        yield chain.from_iterable(done)


def _counted(results: Iterable[ReleaseResult], total: int, progress: Progress | None) -> Iterator[ReleaseResult]:
    for done, result in enumerate(results, 1):
        if progress is not None:
            progress(done, total)
        yield result


def _check_releases(
    tally: Tally, tasks: Sequence[ObjectTask], results: Iterable[ReleaseResult], listing: Listing
) -> list[ObjectTask]:
    """Take over the findings, but not of objects whose root inventory failed: a writer may be replacing it."""
    doubtful = []
    for task, result in zip(tasks, results, strict=True):
        listing.take(tally, task, result)
        replaced = {f"{task.folder}/{INVENTORY}", f"{task.folder}/{SIDECAR}"}
        if any(not finding.ok and finding.subject in replaced for finding in result.tally.findings):
            doubtful.append(task)
        else:
            tally.merge(result.tally)
    return doubtful


def _check_again(tally: Tally, reader: LogReader, tasks: Sequence[ObjectTask], concurrent: ConcurrentWrites) -> None:
    """Check objects a second time, now that it is known which ones are being added to: many at once, where many are."""
    marker = concurrent.found_marker
    again = (replace(task, unfinished=task.release in concurrent.releases, found_marker=marker) for task in tasks)
    for task, result in zip(tasks, reader.ahead(partial(check_object, reader.store), again), strict=True):
        found = result.tally
        tally.merge(_without_marker(found, task, marker.unread) if marker.unread else found)


def _without_marker(tally: Tally, task: ObjectTask, cause: str) -> Tally:
    """Where the marker could not be read nobody can say what the root inventory is being replaced by."""
    replaced = {f"{task.folder}/{INVENTORY}", f"{task.folder}/{SIDECAR}"}
    unknown = {f.subject for f in tally.findings if not f.ok and f.readable and f.subject in replaced}
    tally.findings = [f for f in tally.findings if f.ok or f.subject not in unknown]
    for path in sorted(unknown):
        tally.not_checked(2, path, cause)
    return tally


def _check_rest(
    tally: Tally, store: Store, present: Walk, expected: set[str], concurrent: ConcurrentWrites, log: LogResult
) -> None:
    """Name what does not belong, but where entries are unreadable nobody can say what belongs below ``releases/``."""
    present = check_staging(tally, store, present, log.note)
    present = check_unfinished(tally, store, concurrent.leave_out(present), expected, concurrent.found_marker)
    if not log.vouched or log.has_gaps:
        present = present.without_files(*((RELEASES,) if log.vouched else (RELEASES, LOG)))
    if concurrent.found_marker.unread and UNFINISHED in present.files:
        strange = {path for path in present.files if path not in expected and path != LOCK and litter_in(path) is None}
        for path in sorted(strange):
            tally.not_checked(1, path, concurrent.found_marker.unread)
        present = replace(present, files={path: n for path, n in present.files.items() if path not in strange})
    check_layout(tally, check_unnamed_roots(tally, present, expected), expected)


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
        note=log.note if log else None,
    )
