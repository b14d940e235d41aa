"""Verifying an archive: all the checks, over everything, going on after a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from functools import partial

from muniment.archive.opening import CHECKPOINT, check_tag, log_verifiers
from muniment.archive.promises import is_unmade
from muniment.archive.unfinished import UNFINISHED
from muniment.errors import MunimentError, StoreError, UnfinishedError
from muniment.log.newest import NewestRoots, newest_roots
from muniment.log.note import Verifier
from muniment.log.statement import StampStatement, Statement
from muniment.memory import Past, Sighting
from muniment.ocfl.inventory import INVENTORY, SIDECAR
from muniment.reference import Reference
from muniment.store import Store
from muniment.store.litter import litter_in
from muniment.trust.root import TrustRoot
from muniment.verify.checkpoints import Reader, claimed
from muniment.verify.cosignatures import check_cosignatures
from muniment.verify.dating import with_times
from muniment.verify.entries import Entries, group_versions, parse_entries
from muniment.verify.layout import LOCK, Walk, check_layout, check_others, walk
from muniment.verify.log import LogResult, check_log, open_log
from muniment.verify.meanwhile import Meanwhile, look_back, moment
from muniment.verify.memory import check_past, proven_by_past
from muniment.verify.objects import ObjectResult, ObjectTask, check_object
from muniment.verify.plan import layout_of, plan, refuse_unknown
from muniment.verify.proven import Proven, TimeResult
from muniment.verify.report import Counts, Report, Tally
from muniment.verify.sighting import sight_log
from muniment.verify.trust import (
    TrustResult,
    check_logged_roots,
    check_roots,
    check_signers,
    check_unnamed_roots,
    check_vouched,
)
from muniment.verify.unfinished import check_unfinished, left_unfinished

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
        UnfinishedError: Its making was interrupted.
        UnresolvedReferenceError: ``only`` names nothing.
    """
    with suppress(StoreError):  # the tag is one of the static files, whose findings name it
        check_tag(store, where=subject)
    if is_unmade(store):
        raise UnfinishedError("the archive was never finished", where=subject, hint="run archive init again")
    for _ in range(LOOKS - 1):
        before = moment(store)
        report = _look(store, subject, only, pinned_root, past or Past(), jobs, progress)
        if not report.failures or moment(store) == before:
            return report
    return _look(store, subject, only, pinned_root, past or Past(), jobs, progress)


def _look(
    store: Store,
    subject: str,
    only: Reference | None,
    pinned_root: str | None,
    past: Past,
    jobs: int,
    progress: Progress | None,
) -> Report:
    """Check everything once, as of the checkpoint that is found."""
    found = walk(tally := Tally(), store)
    head = (reader := Reader(store, tally)).read(CHECKPOINT)  # once: it says which roots count, so who may sign it
    trust = check_roots(tally, store, claimed(store, head), pinned_root)
    if not trust.chain:
        check_others(tally, found)
        return _report(tally, subject)
    expected = {*trust.files, *check_vouched(tally, store, trust.chain)}
    past = past.recalled(trust.chain[0].archive)
    log = open_log(reader, head, _verifiers(tally, trust.chain), trust.chain[0].archive)
    statements, entries, newest = _logged(tally, trust, log)
    times = _times(tally, store, trust.chain, statements)
    witnesses, cosigned = check_cosignatures(tally, log, trust.chain, newest)
    proven = (*times.proven, *cosigned)
    now = sight_log(store, trust.digests[0], log.verifiers, log, newest)
    scope, tasks = plan(store, trust.chain, only, entries, (*proven, *_seen(past, now, trust.chain)))
    with _results(store, tasks, jobs) as results:
        # Other processes, if there are any, are at work on the releases from here on.
        check_log(log, found.files, newest)
        check_past(tally, past, now)
        refuse_unknown(tally, scope)
        files, doubtful = _check_objects(tally, tasks, _counted(results, len(tasks), progress))
    expected |= {UNFINISHED, *log.files, *times.files, *files}
    found = _still_there(store, scope.within(found, tasks), expected)
    meanwhile = look_back(store, log, trust.chain[0], layout_of(store, trust.chain[0], entries))
    _check_again(tally, store, doubtful, meanwhile)
    check_signers(tally, store, trust.chain, behind=meanwhile.has_root)
    _check_rest(tally, store, found, expected, meanwhile, log)
    told = _report(tally, subject, trust, log, tasks)
    told = replace(told, witnesses=witnesses, unfinished=left_unfinished(tally, meanwhile.lying))
    return with_times(told, proven, tasks, only_newest=scope.release is not None)


def _seen(past: Past, now: Sighting | None, chain: Sequence[TrustRoot]) -> tuple[Proven, ...]:
    """What readers saw shows a time to themselves alone, so it is asked for where a revoked key has signed."""
    revoked = any(held.revoked is not None for held in chain[-1].record_keys)
    return tuple(proven_by_past(past, now)) if revoked else ()


def _still_there(store: Store, found: Walk, expected: set[str]) -> Walk:
    """Look again where something does not belong: what a writer made and took back is not there twice."""
    if found.others or found.empty or not found.files.keys() <= expected | {LOCK}:
        return found.also_in(walk(Tally(), store))
    return found


def _verifiers(tally: Tally, chain: tuple[TrustRoot, ...]) -> tuple[Verifier, ...]:
    try:
        return log_verifiers(chain)
    except MunimentError as error:
        tally.error(11, error)
        return ()


def _logged(tally: Tally, trust: TrustResult, log: LogResult) -> tuple[list[Statement | None], Entries, NewestRoots]:
    statements = parse_entries(tally, log, trust.chain[0].archive)
    unread = log.reader.unread[0] if log.reader.unread and (not log.vouched or None in statements) else ""
    if log.checkpoint is not None or unread:  # else there is a finding on the checkpoint, and the log names nothing
        check_logged_roots(tally, trust, statements, unread)
    return statements, group_versions(tally, statements, unread), newest_roots(statements)


def _times(
    tally: Tally, store: Store, chain: Sequence[TrustRoot], statements: Sequence[Statement | None]
) -> TimeResult:
    if not any(isinstance(statement, StampStatement) for statement in statements):
        return TimeResult()
    from muniment.verify.time import check_time  # noqa: PLC0415 - start-up: for archives that have time stamps

    return check_time(tally, store, chain, statements)


def _results(store: Store, tasks: Sequence[ObjectTask], jobs: int) -> AbstractContextManager[Iterable[ObjectResult]]:
    """Begin to check the releases, in other processes where that pays; else each when its result is asked for."""
    check = partial(check_object, store)
    if jobs > 1 and len(tasks) >= WORTH_SHARING:
        from muniment.parallel import share  # noqa: PLC0415 - start-up: 12 ms, and most archives are small

        return share(check, tasks, jobs)
    return nullcontext(map(check, tasks))


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
        again = replace(task, unfinished=task.release in meanwhile.releases, lying=meanwhile.lying)
        result = check_object(store, again).tally
        tally.merge(_without_marker(result, task, meanwhile.lying.unread) if meanwhile.lying.unread else result)


def _without_marker(tally: Tally, task: ObjectTask, cause: str) -> Tally:
    """Where the marker could not be read nobody can say what the root inventory is being replaced by."""
    replaced = {f"{task.folder}/{INVENTORY}", f"{task.folder}/{SIDECAR}"}
    unknown = {f.subject for f in tally.findings if not f.ok and f.readable and f.subject in replaced}
    tally.findings = [f for f in tally.findings if f.ok or f.subject not in unknown]
    for path in sorted(unknown):
        tally.not_checked(2, path, cause)
    return tally


def _check_rest(
    tally: Tally, store: Store, found: Walk, expected: set[str], meanwhile: Meanwhile, log: LogResult
) -> None:
    """Name what does not belong, but where entries are unreadable nobody can say what belongs below ``releases/``."""
    found = check_unfinished(tally, store, meanwhile.leave_out(found), expected, meanwhile.lying)
    unknown = ("releases/",) if log.vouched else ("releases/", "log/")
    if not log.vouched or None in log.entries:
        found = replace(found, files={path: n for path, n in found.files.items() if not path.startswith(unknown)})
    if meanwhile.lying.unread and UNFINISHED in found.files:
        strange = {path for path in found.files if path not in expected and path != LOCK and litter_in(path) is None}
        for path in sorted(strange):
            tally.not_checked(1, path, meanwhile.lying.unread)
        found = replace(found, files={path: n for path, n in found.files.items() if path not in strange})
    check_layout(tally, check_unnamed_roots(tally, found, expected), expected)


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
