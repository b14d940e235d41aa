"""The one engine of every import: it reads what is open, and writes it in batches, each whole or not at all.

A state that cannot be read or kept is told, and the import goes on.  Where the source or the archive is gone, it stops;
run again, it goes on where it stopped, because what is there is seen from the records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from muniment.archive import Archive
from muniment.archive.batches import MOST
from muniment.canonical import Json
from muniment.digest import sha256_hex
from muniment.errors import InputError, MunimentError
from muniment.importing.item import Item, ReadState
from muniment.importing.lineage import LATE, REWRITTEN
from muniment.importing.plan import FailedItem, ImportPlan, OpenState
from muniment.ingest import Source
from muniment.memory import Recall
from muniment.sources import media_type_of
from muniment.store import Store
from muniment.write.batch import Added, Draft, Heads, Keys, Outcome, Request, write_versions
from muniment.write.head import ReleaseHead
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
    """

    added: list[tuple[str, str]] = field(default_factory=list)
    unchanged: int = 0
    failed: list[FailedItem] = field(default_factory=list)
    size: int = 0
    done: int = 0
    news: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ImportJob:
    """Who imports, when, and how what is written is remembered.

    Attributes:
        author: Who, when, and in what words.
        recall: Gives the highest checkpoint seen, below which nothing is signed; None to do without.
        committed: Called after each batch, when its versions are there for good.
    """

    author: Author
    recall: Recall | None = None
    committed: Callable[[ImportResult], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class _Read:
    """A state that was read: its bytes, or why there are none; and what is known of it only now."""

    state: OpenState
    data: bytes
    error: MunimentError | None = None
    told: ReadState | None = None


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
        UnavailableError: The source or the store is gone or refused; of the last batch nothing was written.
    """
    result, heads = ImportResult(failed=list(plan.failed)), Heads()
    for batch in _batches(plan):
        asked = [one for one in batch if one.error is None and not _is_known(one)]
        requests = [Request(one.state.lineage.mapped.release, partial(_draft, one, job.author)) for one in asked]
        outcomes: list[Outcome] = []
        if requests:
            outcomes = write_versions(store, keys, requests, job.author.now, recall=job.recall, left=heads)
        came = dict(zip(map(id, asked), outcomes, strict=True))
        for one in batch:
            _account(one, came.get(id(one)), result)
        job.committed(result)
    return result


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


def _draft(one: _Read, author: Author, archive: Archive, head: ReleaseHead | None) -> Draft | None:
    """Draft the version of a state; None where it brings nothing new."""
    lineage, at = one.state.lineage, one.state.at
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
    draft = draft_publication(author, Publication(release, _source(one, author.now), metadata), archive, head)
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
        if outcome.record.change.note and outcome.record.change.note.startswith((REWRITTEN, LATE)):
            result.news.append((outcome.record.name, outcome.record.change.note))
    else:
        result.unchanged += 1


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
