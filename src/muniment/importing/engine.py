"""The one engine of every import: it reads what is open, and writes it in batches, each whole or not at all.

A state that cannot be read or kept is told, and the import goes on.  Where the source or the archive is gone, it stops;
run again, it goes on where it stopped, because what is there is seen from the records.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial

from muniment.archive import Archive
from muniment.archive.batches import MOST
from muniment.canonical import Json
from muniment.digest import sha256_hex
from muniment.errors import InputError, MunimentError, UnavailableError, WriteConflictError
from muniment.importing.item import Item, Notice, ReadState
from muniment.importing.lineage import LATE, REWRITTEN, Lineage
from muniment.importing.plan import FailedItem, ImportPlan, OpenState
from muniment.importing.words_ahead import WORTH_SHARING, Before, WordsOf, WordsToCome, chains_of
from muniment.ingest import Source
from muniment.memory import Recall
from muniment.parallel import begun_anew
from muniment.record import Attestation, Record
from muniment.sources import media_type_of
from muniment.store import Store
from muniment.write.batch import Added, Draft, Heads, Keys, Outcome, Request, write_versions
from muniment.write.head import ReleaseHead, open_ground
from muniment.write.turns import in_turn
from muniment.write.version import Author, Publication, draft_publication

_MOST_BYTES = 64 * 1024 * 1024
"""Bytes of originals that one batch holds in memory, but for a single larger one."""

_BY_NAME = frozenset({"text/html", "text/markdown"})
"""Media of which a source may speak where the bytes say no more than that this is text."""


@dataclass(slots=True)
class ImportResult:
    """What an import has done so far.

    Attributes:
        added: Reference and digest of each version that was written.
        unchanged: How many states brought nothing new.
        failed: What is missing.
        size: Bytes of the originals that were read.
        done: How many of the open states are behind it.
        news: The versions that say that they came late, or that the source was rewritten.
        notices: What was found out only while it was written.
    """

    added: list[tuple[str, str]] = field(default_factory=list)
    unchanged: int = 0
    failed: list[FailedItem] = field(default_factory=list)
    size: int = 0
    done: int = 0
    news: list[tuple[str, str]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ImportJob:
    """Who imports, when, and how what is written is remembered.

    Attributes:
        author: Who, when, and in what words.
        recall: Gives the highest checkpoint seen, below which nothing is signed; None to do without.
        committed: Called after each batch, when its versions are there for good.
        jobs: How many processes to use; a short import is done by one.
    """

    author: Author
    recall: Recall | None = None
    committed: Callable[[ImportResult], None] = lambda _: None
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class _Read:
    """A state that was read: its bytes, or why there are none; what is known only now; its words, if at hand.

    ``source`` is what is to be drafted from it, where that was made already.
    """

    state: OpenState
    data: bytes
    error: MunimentError | None = None
    told: ReadState | None = None
    words: WordsOf | None = None
    source: Source | None = None


def run_import(store: Store, keys: Keys, plan: ImportPlan, job: ImportJob) -> ImportResult:
    """Write what is open, batch by batch.

    Args:
        store: The archive.
        keys: Record key and log key.
        plan: What is open.
        job: Who imports, and when.

    Raises:
        InputError: A key cannot be used; nothing was written.
        IntegrityError: The archive does not verify; of the last batch nothing was written.
        WriteConflictError: One of these releases has other versions than when the plan was made, perhaps as the end
            of what was interrupted then; nothing was written.
        UnavailableError: The source or the store is gone or refused; of the last batch nothing was written.
    """
    if plan.open:
        in_turn(store, partial(_refuse_stale, plan, job.recall))
    result, heads = ImportResult(failed=list(plan.failed)), Heads()
    with closing(_with_words(_batches(plan), heads, job, len(plan.open))) as batches:
        for batch in batches:
            _write(store, keys, batch, job, result, heads)
    return result


def _refuse_stale(plan: ImportPlan, recall: Recall | None, store: Store) -> None:
    """End what was interrupted, and refuse a plan of an archive that had other versions then: they would come twice."""
    counts = open_ground(store, recall).counts
    for release, number in plan.found.items():
        _hold_count(release, number, counts.get(release, 0))


def _hold_count(release: str, expected: int, found: int) -> None:
    if found != expected:
        raise WriteConflictError(
            "it has other versions than when this import was planned",
            where=release,
            expected=f"{expected} versions",
            found=f"{found}",
            hint="plan the import again",
        )


def _write(store: Store, keys: Keys, batch: list[_Read], job: ImportJob, result: ImportResult, heads: Heads) -> None:
    """Write one batch, and say what came of it."""
    asked = [one for one in batch if one.error is None and not _is_known(one)]
    held: set[str] = set()
    requests = [Request(one.state.lineage.mapped.release, partial(_draft, one, job.author, held)) for one in asked]
    outcomes: list[Outcome] = []
    if requests:
        outcomes = write_versions(store, keys, requests, job.author.now, recall=job.recall, left=heads)
    came = dict(zip(map(id, asked), outcomes, strict=True))
    for one in batch:
        _account(one, came.get(id(one)), result)
    job.committed(result)


def _with_words(batches: Iterator[list[_Read]], heads: Heads, job: ImportJob, states: int) -> Generator[list[_Read]]:
    """Give the batches; while one is written, other processes take out the words of the next, where that pays."""
    if job.jobs == 1 or states < WORTH_SHARING:
        yield from batches
        return
    # The one that writes is busy as well.
    with begun_anew(job.jobs - 1) as pool:
        waiting: _HandedOut | None = None
        gone: UnavailableError | None = None
        while gone is None:
            try:
                batch = next(batches, None)
            except UnavailableError as error:
                batch, gone = None, error  # what was read before is written, as by one process
            handed = None if batch is None else _hand_out(batch, heads, job.author.now, pool)
            if waiting is not None:
                yield waiting.collected()
            if handed is None:
                break
            waiting = handed
    if gone is not None:
        raise gone


@dataclass(frozen=True, slots=True)
class _HandedOut:
    """A batch whose words are being taken out: of which states, in the order of what comes of them; their sources."""

    batch: list[_Read]
    states: list[_Read]
    words: WordsToCome
    sources: dict[int, Source]

    def collected(self) -> list[_Read]:
        found = dict(zip(map(id, self.states), self.words.collect(), strict=True))
        return [replace(one, words=found.get(id(one)), source=self.sources.get(id(one))) for one in self.batch]


def _hand_out(batch: list[_Read], heads: Heads, now: str, pool: Executor) -> _HandedOut:
    """Set processes to work on what is news as far as can be told; each document is a chain."""
    by_lineage: dict[int, list[tuple[_Read, Source]]] = {}
    sources: dict[int, Source] = {}
    for one in batch:
        known = None if one.error is not None else one.state.lineage.known_under(one.state.at)
        if one.error is None and (known is None or known.sha256 != sha256_hex(one.data)):
            with suppress(InputError):  # the draft says it
                source = sources[id(one)] = _source(one, now)
                bare = (source.attested, source.exchange) == (None, None)
                told = source if bare else replace(source, attested=None, exchange=None)
                by_lineage.setdefault(id(one.state.lineage), []).append((one, told))
    states, chains = [], []
    for pairs in by_lineage.values():
        made = chains_of([source for _, source in pairs], _before(pairs[0][0].state.lineage, heads))
        chains += made
        states += [one for one, _ in pairs] if made else []
    return _HandedOut(batch, states, WordsToCome(pool, chains), sources)


def _before(lineage: Lineage, heads: Heads) -> Before | None:
    """What the newest version of a document leaves to the next; None where it was not read yet."""
    head = heads.heads.get(lineage.mapped.release)
    if head is None:
        return None if lineage.known else Before()
    return Before(head.record.original.media_type, head.record.original.extractor.parameters)


def _batches(plan: ImportPlan) -> Iterator[list[_Read]]:
    """Read what is open, so much at a time as one checkpoint and the memory take."""
    waiting: list[_Read] = []
    room = _MOST_BYTES
    for state in plan.open:
        one = _read(state)
        if len(waiting) == MOST or (waiting and len(one.data) > room):
            yield waiting
            waiting, room = [], _MOST_BYTES
        waiting.append(one)
        room -= len(one.data)
    if waiting:
        yield waiting


def _read(state: OpenState) -> _Read:
    try:
        read = state.item.read()
    except InputError as error:
        return _Read(state, b"", error)
    return _Read(state, read) if isinstance(read, bytes) else _Read(state, read.data, told=read)


def _is_known(one: _Read) -> bool:
    """Whether the archive has this state already, as only its bytes could tell."""
    lineage, at = one.state.lineage, one.state.at
    return lineage.known_under(at) is not None and lineage.brings_nothing(at, sha256_hex(one.data))


def _draft(one: _Read, author: Author, held: set[str], archive: Archive, head: ReleaseHead | None) -> Draft | None:
    """Draft the version of a state; None where it brings nothing new.

    Another import may have written since the last batch: the first state of each release in a batch finds that out.
    """
    lineage, at = one.state.lineage, one.state.at
    if lineage.mapped.release not in held:
        came, own = None if head is None else head.record.original.imported, one.state.item.provenance
        if head is not None and came is not None and (came.kind, came.source) == (own.kind, own.source):
            _hold_count(lineage.mapped.release, lineage.newest, head.record.version)
        held.add(lineage.mapped.release)
    digest = sha256_hex(one.data)
    if head is not None and (lineage.brings_nothing(at, digest) or head.record.original.sha256 == digest):
        lineage.held[at] = digest
        return None
    note, known = lineage.notes.get(at), lineage.known_under(at)
    if known is not None:
        note = f"{REWRITTEN}: under {known.provenance.item} it had other bytes, which are v{known.version}."
    author = replace(author, note=" ".join(each for each in (author.note, note) if each) or None)
    mapped = lineage.mapped
    release, metadata = mapped.release, _said_of(one.state, author.now)
    source = one.source or _source(one, author.now)
    source = source if one.words is None else replace(source, reader=one.words.take)
    draft = draft_publication(author, Publication(release, source, metadata), archive, head)
    lineage.held[at] = digest
    return draft


def _said_of(state: OpenState, now: str) -> dict[str, Json]:
    """What is said of a state: by the source, and before that by the map file."""
    item, mapped = state.item, state.lineage.mapped
    said: dict[str, Json] = dict(item.described)
    if item.uri is not None:
        said["uri"] = item.uri
    if item.time is not None and item.time <= now:
        said["retrieved"] = item.time
    return {**said, **mapped.metadata}


def _source(one: _Read, now: str) -> Source:
    item, mapped = one.state.item, one.state.lineage.mapped
    told = one.told or ReadState(one.data, item.media_type, item.charset, item.wish, item.capture)
    medium = media_type_of(one.data, mapped.media_type, where=one.state.where)
    if medium == "text/plain" and told.media_type in _BY_NAME and mapped.media_type is None:
        medium = told.media_type
    return Source(
        one.data,
        item.name,
        now[:10],
        medium,
        mapped.charset or told.charset,
        told.wish if mapped.charset is None else replace(told.wish, by_http=False),
        told.capture,
        mapped.media_type is not None,
        item.provenance,
        told.exchange,
        told.attestation,
        told.attested,
    )


def _account(one: _Read, outcome: Outcome | None, result: ImportResult) -> None:
    result.done += 1
    result.size += len(one.data)
    error = one.error if one.error is not None else outcome if isinstance(outcome, MunimentError) else None
    if error is not None:
        one.state.lineage.held[one.state.at] = None
        result.failed.append(FailedItem(one.state.where, error, one.state.item.time))
    elif isinstance(outcome, Added) and not outcome.unchanged:
        result.added.append((outcome.record.name, outcome.digest))
        one.state.lineage.newest = outcome.record.version
        if outcome.record.change.note and outcome.record.change.note.startswith((REWRITTEN, LATE)):
            result.news.append((outcome.record.name, outcome.record.change.note))
    else:
        result.unchanged += 1
        if isinstance(outcome, Added) and one.told is not None and one.told.attestation is not None:
            result.notices.append(_left_behind(one.state.item, one.told.attestation, outcome.record))


def _left_behind(item: Item, brought: Attestation, record: Record) -> Notice:
    """Tell of an attestation that is not kept, because the newest version has these bytes and nothing is written."""
    what = f"{record.name} has these bytes already, so the proof of {brought.archive} is not kept here"
    return Notice("proof-not-kept", item.name, f"{what}: keep this file, which verifies by itself", time=item.time)


def states_to_come(plan: ImportPlan) -> Iterator[tuple[Item, str, MunimentError | None]]:
    """Read what is open and say what would come of it, without words being taken out: state, release, and why not."""
    for state in plan.open:
        if state.item.remote:
            yield state.item, state.lineage.mapped.release, None
            continue
        one = _read(state)
        if one.error is None and state.lineage.brings_nothing(state.at, sha256_hex(one.data)):
            continue
        error = one.error
        if error is None:
            try:
                _source(one, "9999-12-31")
            except InputError as fault:
                error = fault
        if error is None:
            state.lineage.held[state.at] = sha256_hex(one.data)
        yield state.item, state.lineage.mapped.release, error
