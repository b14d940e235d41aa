"""What came of adding a version, or would come of it, as the verbs that add versions print it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from muniment.canonical import Json
from muniment.cli.described import described_json, described_lines, fact_lines
from muniment.cli.hints import error_line
from muniment.cli.lines import count_paragraphs, listed, print_words, say_emendation
from muniment.cli.memory_files import Memory
from muniment.cli.terminal import cells, cut_start, json_text, pad, screen_width, wrap
from muniment.display import plain
from muniment.errors import IntegrityError, MunimentError, UnavailableError
from muniment.ingest import kept_members
from muniment.record import Record, record_as_json
from muniment.record.phrases import by_words, change_words
from muniment.store import Store
from muniment.write.version import Added

_FACT_WIDTH = 12


def finish(
    added: Added, store: Store, memory: Memory, metadata: Mapping[str, Json] = MappingProxyType({}), *, as_json: bool
) -> None:
    """Remember what was signed, then print it."""
    if not added.unchanged:
        memory.keep_head(store)
    print_added(added, metadata, as_json=as_json)


def print_added(added: Added, metadata: Mapping[str, Json], *, as_json: bool) -> None:
    """Print the new version and its citation hash; or that the version is as it was."""
    record = added.record
    if as_json:
        print(json_text(_as_json(added, metadata)))
    elif added.unchanged:
        print(f"unchanged since v{record.version}{by_words(record.original)}")
    else:
        kind = change_words(record.change.kind, record.change.reverts_to)
        print(f"{record.name}  {kind}  {count_paragraphs(record)}")
        for line in described_lines(added, metadata):
            print_words(line, 0)
        print(added.digest)


def _as_json(added: Added, metadata: Mapping[str, Json]) -> dict[str, object]:
    record = added.record
    return {
        "reference": record.name,
        "release": record.release,
        "version": record.version,
        "record": added.digest,
        "change": record.change.kind,
        "reverts_to": record.change.reverts_to,
        "paragraphs": len(record.paragraphs),
        "unchanged": added.unchanged,
        "index": added.index,
        **described_json(added, metadata),
    }


@dataclass(frozen=True, slots=True)
class Previewed:
    """What would come of adding a version: the record, None where nothing changes; and the one before."""

    record: Record | None
    before: Record | None
    given: frozenset[str]


def print_previewed(previewed: Previewed, *, as_json: bool) -> None:
    """Print what would be signed."""
    if as_json:
        print(json_text(_previewed_json(previewed)))
    else:
        print(*_previewed_lines(previewed), sep="\n")


@dataclass(frozen=True, slots=True)
class NamedOutcome:
    """What came of one of several files.

    Attributes:
        name: The file as the user named it.
        row: Its row in a table; None where no table named it.
        given: What the user said of it.
        outcome: ``Added``, ``Previewed``, or the error because of which it was left out.
    """

    name: str
    row: int | None
    given: Mapping[str, Json]
    outcome: object


def print_row(one: NamedOutcome, width: int) -> None:
    """Print what came of a file, or why nothing did."""
    room = screen_width() - width - 2
    parts = _row(one)
    whole = "; ".join(parts)
    first, *rest = [whole] if cells(whole) <= room else [line for part in parts for line in wrap(part, room)]
    print(f"{pad(cut_start(plain(one.name), width), width)}  {first}")
    for line in rest:
        print(f"{'':{width}}  {line}")
    sys.stdout.flush()


def print_end(every: Sequence[NamedOutcome], *, as_json: bool) -> None:
    """Say after the last file what came of all; JSON is one list."""
    if as_json:
        print(json_text([_row_json(one) for one in every]))
        return
    outcomes = [one.outcome for one in every]
    failed = sum(isinstance(outcome, MunimentError) for outcome in outcomes)
    unchanged = sum(map(_is_unchanged, outcomes))
    would = "would be " if any(isinstance(outcome, Previewed) for outcome in outcomes) else ""
    added = f"{len(outcomes) - failed - unchanged} of {len(outcomes)} files {would}added"
    counts = [(unchanged, "unchanged"), (failed, "refused")]
    print("; ".join([added, *(f"{count} {what}" for count, what in counts if count)]))


def exit_code(every: Sequence[NamedOutcome]) -> int:
    """Give the exit code: what could not be written outweighs what was refused."""
    errors = [one.outcome for one in every if isinstance(one.outcome, MunimentError)]
    if any(isinstance(error, UnavailableError) for error in errors):
        return UnavailableError.exit_code
    return IntegrityError.exit_code if errors else 0


def _is_unchanged(outcome: object) -> bool:
    """Whether the newest version has those bytes already."""
    if isinstance(outcome, Previewed):
        return outcome.record is None
    return isinstance(outcome, Added) and outcome.unchanged


def _row(one: NamedOutcome) -> tuple[str, ...]:
    """Say what came of a file; what was described beside it stands apart, on a line of its own where it is too long."""
    outcome = one.outcome
    if isinstance(outcome, MunimentError):
        row = f" (row {one.row})" if one.row is not None else ""
        return (plain(f"REFUSED{row}: {error_line(outcome)}"),)
    record = outcome.record if isinstance(outcome, Added | Previewed) else None
    if record is None or _is_unchanged(outcome):
        before = outcome.before if isinstance(outcome, Previewed) else record
        return (f"unchanged since {before.name}" if before else "unchanged",)
    kind = change_words(record.change.kind, record.change.reverts_to)
    return f"{record.name}  {kind}  {count_paragraphs(record)}", plain(_row_facts(outcome, record, one.given))


def _row_facts(outcome: object, record: Record, metadata: Mapping[str, Json]) -> str:
    """Say what nobody named on the command line: the date of issue with its basis, and what was handed on."""
    before = outcome.before if isinstance(outcome, Added | Previewed) else None
    issued = record.description.issued
    facts = [f"issued {issued.date} ({issued.basis})" if issued.date else "issued unknown"]
    kept = kept_members(record, before, metadata)
    if kept and before is not None:
        facts.append(f"kept from v{before.version}: {listed(list(kept))}")
    return "; ".join(facts)


def _row_json(one: NamedOutcome) -> dict[str, object]:
    outcome, row = one.outcome, {} if one.row is None else {"row": one.row}
    if isinstance(outcome, MunimentError):
        return {"file": one.name, **row, "error": error_line(outcome)}
    value = _as_json(outcome, one.given) if isinstance(outcome, Added) else _previewed_json(cast("Previewed", outcome))
    return {"file": one.name, **row, **value}


def _previewed_json(previewed: Previewed) -> dict[str, object]:
    record = previewed.record
    return {"dry_run": True, "unchanged": record is None, "record": None if record is None else record_as_json(record)}


def _previewed_lines(previewed: Previewed) -> Iterator[str]:
    """Say what would be signed: every fact with what it rests on."""
    record, before = previewed.record, previewed.before
    if record is None:
        since = f"{before.name}{by_words(before.original)}" if before else "nothing"
        yield f"unchanged since {since}; nothing would be signed"
        return
    kind = change_words(record.change.kind, record.change.reverts_to)
    yield f"{record.name}  {kind}  {count_paragraphs(record)}"
    for label, text in fact_lines(record, before, previewed.given):
        first, *rest = wrap(plain(text), screen_width() - _FACT_WIDTH - 3)
        yield f"  {label:<{_FACT_WIDTH}} {first}"
        yield from (f"  {'':<{_FACT_WIDTH}} {line}" for line in rest)
    texts = {paragraph.id: paragraph.text for paragraph in record.paragraphs}
    for emendation in (one for one in record.emendations if before is None or one not in before.emendations):
        words = texts[emendation.paragraph][emendation.start : emendation.end]
        first, *rest = wrap(plain(say_emendation(emendation, words)), screen_width() - _FACT_WIDTH - 3)
        yield f"  {'emended':<{_FACT_WIDTH}} {first}"
        yield from (f"  {'':<{_FACT_WIDTH}} {line}" for line in rest)
    yield "nothing was signed or written: this was a dry run"
