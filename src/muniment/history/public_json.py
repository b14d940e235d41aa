"""The public JSON of histories: ``blame``, ``when``, ``find-quote``, ``search``, ``list`` and ``log`` (``schemas/``).

Each format has a writer and a reader here.  A program that reads it needs no more than the schema: times are given
twice, what is claimed and what is proven.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from muniment.archive import Archive, StoredVersion
from muniment.canonical import Json
from muniment.diff import algorithm_json, summary_json
from muniment.diff.difference import current_algorithm
from muniment.diff.views.json import changes_json
from muniment.history.blame import ParagraphHistory
from muniment.history.index.growth_of_index import IndexGrowth
from muniment.history.index.word_search import Asked, Hit
from muniment.history.moments import Moment, NotLater
from muniment.history.passing import Passing
from muniment.history.quote import Nearest, QuoteResult
from muniment.history.search import Passage, Stretch, Trace
from muniment.history.steps import Step, emendations_changed
from muniment.record import Paragraph
from muniment.schema import parse_public

BLAME, WHEN, FIND_QUOTE, LIST, SEARCH, INDEX = (
    f"muniment-{verb}/1" for verb in ("blame", "when", "find-quote", "list", "search", "index")
)

Earliest = Callable[[int], NotLater | None]
"""Gives the earliest time at which an entry of the log is proven to have been there, or None."""


@dataclass(frozen=True, slots=True)
class Searched:
    """A version that is searched, or one paragraph of it."""

    moment: Moment
    paragraphs: tuple[Paragraph, ...]


def moment_json(moment: Moment) -> dict[str, object]:
    """Give a moment as JSON, the same in each schema."""
    return asdict(moment)


def proven_json(proven: NotLater | None) -> dict[str, object] | None:
    """Give a proven time as JSON, the same in each schema; None where none is proven."""
    return None if proven is None else asdict(proven)


def step_json(
    step: Step | None, sides: tuple[Sequence[Paragraph], Sequence[Paragraph]] | None = None
) -> dict[str, object] | None:
    """Give it as JSON; None for the first version.

    Args:
        step: What a version changed.
        sides: The paragraphs of the version before and its own, to give the changed words too.
    """
    if step is None:
        return None
    changes = {} if sides is None else {"changes": changes_json(step.changes, *sides)}
    return {
        **changes,
        "words": summary_json(step.words),
        "description": list(step.description),
        "emended": step.emended,
        "withdrawn": step.withdrawn,
    }


def blame_json(
    chosen: Sequence[ParagraphHistory], version: StoredVersion, moments: Sequence[Moment], *, words: bool
) -> dict[str, object]:
    """Give the JSON value (``schemas/blame.schema.json``)."""
    return {
        "format": BLAME,
        "algorithm": algorithm_json(current_algorithm()),
        "reference": version.statement.name,
        "record": version.statement.record,
        "paragraphs": [_blamed_paragraph(one, words=words) for one in chosen],
        "versions": [moment_json(moment) for moment in moments],
    }


def _blamed_paragraph(one: ParagraphHistory, *, words: bool) -> dict[str, object]:
    value = asdict(one)
    value["events"] = [
        {member: part for member, part in event.items() if part is not None} for event in value["events"]
    ]
    if not words:
        del value["words"]
    return value


def when_json(
    phrase: str,
    seen: Mapping[str, Trace],
    moments: Mapping[str, Moment],
    searched: dict[str, object],
    *,
    exact: bool,
    line: Sequence[str] = (),
) -> dict[str, object]:
    """Give the JSON value (``schemas/when.schema.json``).

    Args:
        phrase: What was searched.
        seen: Where it is seen, by release.
        moments: The versions, by release and number in the trace.
        searched: How much was searched.
        exact: Whether nothing was folded.
        line: The releases that were searched as one history, oldest first; none where each is a history of its own.
    """
    return {
        "format": WHEN,
        "phrase": phrase,
        "exact": exact,
        "searched": searched,
        "releases": [
            {**trace_json(release, trace, moments), **({"line": list(line)} if line else {})}
            for release, trace in seen.items()
        ],
    }


def trace_json(release: str, trace: Trace, moments: Mapping[str, Moment]) -> dict[str, object]:
    """Give as JSON in which versions of a release words stand."""
    return {"release": release, "stretches": [_stretch(release, one, moments) for one in trace.stretches]}


def _stretch(release: str, stretch: Stretch, moments: Mapping[str, Moment]) -> dict[str, object]:
    return {
        "seen": stretch.seen,
        "first": moment_json(moments[f"{release}/v{stretch.first}"]),
        "last": moment_json(moments[f"{release}/v{stretch.last}"]),
        "first_paragraphs": list(stretch.first_ids),
        "last_paragraphs": list(stretch.last_ids),
    }


def find_quote_json(
    quote: str, searched: Sequence[Searched], result: QuoteResult, earlier: tuple[Moment, Moment] | None
) -> dict[str, object]:
    """Give the JSON value (``schemas/find-quote.schema.json``)."""
    return {
        "format": FIND_QUOTE,
        "quote": quote,
        "status": result.status,
        "matched": result.matched,
        "searched": [one.moment.reference for one in searched],
        "places": [_passage(searched[match.text], match.passage) for match in result.places],
        "folded": [{"received": sign.received, "quoted": sign.quoted, "times": sign.times} for sign in result.folded],
        "nearest": None if result.nearest is None else nearest_json(searched, result.nearest),
        "last_seen": None if earlier is None else moment_json(earlier[0]),
        "not_seen_from": None if earlier is None else moment_json(earlier[1]),
    }


def _passage(version: Searched, passage: Passage) -> dict[str, object]:
    return {
        "version": moment_json(version.moment),
        "paragraphs": list(passage.ids(version.paragraphs)),
        "start": passage.start,
        "end": passage.end,
        "text": passage.text(version.paragraphs),
    }


def nearest_json(searched: Sequence[Searched], nearest: Nearest) -> dict[str, object]:
    """Give as JSON the passage that comes nearest to words that are not there."""
    return {
        "place": _passage(searched[nearest.text], nearest.passage),
        "shared": nearest.shared,
        "words": nearest.words,
        "segments": [[segment.tag, segment.text] for segment in nearest.segments],
    }


def passing_json(passing: Passing) -> dict[str, Json]:
    """Give as JSON what came and went within a range (``between`` in ``schemas/diff.schema.json``)."""
    return {
        "kind": passing.kind,
        "first": passing.first,
        "last": passing.last,
        "words": passing.words,
        "version": passing.version,
        "paragraph": passing.paragraph,
    }


def search_json(
    archive: Archive, asked: Asked, hits: Sequence[tuple[Moment, Hit]], doubts: list[dict[str, str]], *, more: bool
) -> dict[str, object]:
    """Give the JSON value of paragraphs that have words (``schemas/search.schema.json``)."""
    return {
        "format": SEARCH,
        "archive": archive.origin,
        "words": asked.words,
        "issuer": asked.issuer,
        "language": asked.language,
        "since": asked.since,
        "until": asked.until,
        "searched": {"releases": len(archive.releases), "versions": sum(archive.counts.values())},
        "more": more,
        "hits": [
            {
                "version": moment_json(moment),
                "first": hit.first,
                "title": hit.version.record.description.title,
                "paragraph": hit.paragraph.as_json(),
            }
            for moment, hit in hits
        ],
        "doubts": doubts,
    }


def index_json(archive: Archive, growth: IndexGrowth, path: str) -> dict[str, object]:
    """Give the JSON value of what was done to a search index (``schemas/index.schema.json``)."""
    return {
        "format": INDEX,
        "archive": archive.origin,
        "size": archive.checkpoint.size,
        "path": path,
        "before": growth.before.kind,
        "read": growth.read,
        "paragraphs": growth.rows,
        "bytes": growth.bytes,
    }


def list_json(
    archive: Archive,
    releases: Iterable[str],
    steps: Mapping[str, Step | None] | None = None,
    earliest: Earliest | None = None,
    *,
    words: bool = False,
) -> dict[str, object]:
    """Give the JSON value for some releases of an archive (``schemas/list.schema.json``), without doubts.

    Args:
        archive: The archive.
        releases: Their ids.
        steps: What each version changed, by reference (default: left out).
        earliest: What is proven of times (default: left out).
        words: Give the changed words of each version, where ``steps`` has it.
    """
    return {
        "format": LIST,
        "archive": archive.origin,
        "checkpoint": {
            "size": archive.checkpoint.size,
            "root": base64.b64encode(archive.checkpoint.root).decode(),
        },
        "releases": [_release(archive, release, steps or {}, earliest, words=words) for release in releases],
    }


def _release(
    archive: Archive, release: str, steps: Mapping[str, Step | None], earliest: Earliest | None, *, words: bool
) -> dict[str, object]:
    versions = [archive.read_entry(entry) for entry in archive.history(release)]
    return {
        "release": release,
        "title": versions[-1].record.description.title,
        "versions": [
            _version(version) | _changed(before, version, steps, words=words) | _proven(version, earliest)
            for before, version in zip([None, *versions], versions, strict=False)
        ],
    }


def _version(version: StoredVersion) -> dict[str, object]:
    record, statement = version.record, version.statement
    gone = version.withdrawal
    return {
        "version": record.version,
        "reference": statement.name,
        "record": statement.record,
        "original": statement.original,
        "change": record.change.kind,
        "note": record.change.note,
        "reverts_to": record.change.reverts_to,
        "title": record.description.title,
        "language": record.description.language,
        "issued": record.description.issued.date,
        "issued_basis": record.description.issued.basis,
        "retrieved": record.original.retrieved,
        "index": version.index,
        "logged_at": statement.logged_at,
        "signer": statement.signer,
        "withdrawal": None if gone is None else {"time": gone.time, "reason": gone.reason},
    }


def _changed(
    before: StoredVersion | None, version: StoredVersion, steps: Mapping[str, Step | None], *, words: bool
) -> dict[str, object]:
    name = version.statement.name
    if name not in steps:
        return {}
    if before is None or not words:
        return {"changed": step_json(steps[name])}
    changed = step_json(steps[name], (before.record.paragraphs, version.record.paragraphs)) or {}
    emended = emendations_changed(before.record, version.record)
    return {"changed": {**changed, "emendations": [{"change": sign, **asdict(one)} for one, sign in emended]}}


def _proven(version: StoredVersion, earliest: Earliest | None) -> dict[str, object]:
    return {} if earliest is None else {"proven": proven_json(earliest(version.index))}


def parse_blame(data: bytes, *, where: str = "") -> dict[str, Json]:
    """Read what ``blame_json`` gives, strictly; ``schema.parse_public`` says what is raised."""
    return parse_public("blame", BLAME, data, where=where)


def parse_when(data: bytes, *, where: str = "") -> dict[str, Json]:
    """Read what ``when_json`` gives, strictly; ``schema.parse_public`` says what is raised."""
    return parse_public("when", WHEN, data, where=where)


def parse_find_quote(data: bytes, *, where: str = "") -> dict[str, Json]:
    """Read what ``find_quote_json`` gives, strictly; ``schema.parse_public`` says what is raised."""
    return parse_public("find-quote", FIND_QUOTE, data, where=where)


def parse_search(data: bytes, *, where: str = "") -> dict[str, Json]:
    """Read what ``search_json`` gives, strictly; ``schema.parse_public`` says what is raised."""
    return parse_public("search", SEARCH, data, where=where)


def parse_index(data: bytes, *, where: str = "") -> dict[str, Json]:
    """Read what ``index_json`` gives, strictly; ``schema.parse_public`` says what is raised."""
    return parse_public("index", INDEX, data, where=where)


def parse_list(data: bytes, *, where: str = "") -> dict[str, Json]:
    """Read what ``list_json`` gives, strictly; ``schema.parse_public`` says what is raised."""
    return parse_public("list", LIST, data, where=where)
