"""The public JSON of histories: ``blame``, ``when``, ``find-quote``, ``list`` and ``log`` (``schemas/``).

A reader of the JSON needs no more than the schema: times are given twice, what is claimed and what is proven.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from muniment.archive import Archive, StoredVersion
from muniment.diff import algorithm_json, summary_json
from muniment.diff.difference import current_algorithm
from muniment.history.blame import ParagraphHistory
from muniment.history.moments import Moment, NotLater
from muniment.history.quote import Nearest, QuoteResult
from muniment.history.search import Passage, Stretch, Trace
from muniment.history.steps import Step
from muniment.record import Paragraph

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


def step_json(step: Step | None) -> dict[str, object] | None:
    """Give it as JSON; None for the first version."""
    if step is None:
        return None
    return {
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
        "format": "muniment-blame/1",
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
    phrase: str, seen: Mapping[str, Trace], moments: Mapping[str, Moment], searched: dict[str, object], *, exact: bool
) -> dict[str, object]:
    """Give the JSON value (``schemas/when.schema.json``)."""
    return {
        "format": "muniment-when/1",
        "phrase": phrase,
        "exact": exact,
        "searched": searched,
        "releases": [
            {"release": release, "stretches": [_stretch(release, one, moments) for one in trace.stretches]}
            for release, trace in seen.items()
        ],
    }


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
        "format": "muniment-find-quote/1",
        "quote": quote,
        "status": result.status,
        "matched": result.matched,
        "searched": [one.moment.reference for one in searched],
        "places": [_passage(searched[match.text], match.passage) for match in result.places],
        "folded": [{"received": sign.received, "quoted": sign.quoted, "times": sign.times} for sign in result.folded],
        "nearest": None if result.nearest is None else _nearest(searched, result.nearest),
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


def _nearest(searched: Sequence[Searched], nearest: Nearest) -> dict[str, object]:
    return {
        "place": _passage(searched[nearest.text], nearest.passage),
        "shared": nearest.shared,
        "words": nearest.words,
        "segments": [[segment.tag, segment.text] for segment in nearest.segments],
    }


def list_json(
    archive: Archive,
    releases: Iterable[str],
    steps: Mapping[str, Step | None] | None = None,
    earliest: Earliest | None = None,
) -> dict[str, object]:
    """Give the JSON value for some releases of an archive (``schemas/list.schema.json``), without doubts.

    Args:
        archive: The archive.
        releases: Their ids.
        steps: What each version changed, by reference (default: left out).
        earliest: What is proven of times (default: left out).
    """
    return {
        "format": "muniment-list/1",
        "archive": archive.origin,
        "checkpoint": {
            "size": archive.checkpoint.size,
            "root": base64.b64encode(archive.checkpoint.root).decode(),
        },
        "releases": [_release(archive, release, steps or {}, earliest) for release in releases],
    }


def _release(
    archive: Archive, release: str, steps: Mapping[str, Step | None], earliest: Earliest | None
) -> dict[str, object]:
    versions = [archive.read_entry(index, statement) for index, statement in archive.versions[release]]
    return {
        "release": release,
        "title": versions[-1].record.description.title,
        "versions": [_version(version) | _changed(version, steps) | _proven(version, earliest) for version in versions],
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
        "index": version.index,
        "logged_at": statement.logged_at,
        "signer": statement.signer,
        "withdrawal": None if gone is None else {"time": gone.time, "reason": gone.reason},
    }


def _changed(version: StoredVersion, steps: Mapping[str, Step | None]) -> dict[str, object]:
    name = version.statement.name
    return {"changed": step_json(steps[name])} if name in steps else {}


def _proven(version: StoredVersion, earliest: Earliest | None) -> dict[str, object]:
    return {} if earliest is None else {"proven": proven_json(earliest(version.index))}
