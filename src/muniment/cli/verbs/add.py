"""``archive add``: the next version of a release, and what the verbs that add a version print."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from types import MappingProxyType
from typing import cast

import click

from muniment.archive import Archive
from muniment.archive.batches import MOST
from muniment.canonical import Json
from muniment.cli.authoring import (
    Members,
    author_options,
    dry_run_option,
    key_options,
    member_options,
    open_to_write,
    refuse_future,
)
from muniment.cli.clock import now
from muniment.cli.completion import complete_release
from muniment.cli.described import described_json, described_lines, fact_lines, tell_not_signed
from muniment.cli.handed_in import name_of, receive, split_address
from muniment.cli.hints import error_line
from muniment.cli.keyring import KeyFiles, load_keys
from muniment.cli.lines import count_paragraphs, listed, print_words, say_emendation
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.page_options import page_options, taken_lines
from muniment.cli.target import open_target
from muniment.cli.terminal import ProgressBar, cells, cut, cut_start, is_terminal, json_text, pad, screen_width, wrap
from muniment.dates import read_time
from muniment.display import plain
from muniment.errors import InputError, IntegrityError, MunimentError, SourceError, UnavailableError
from muniment.files import STANDARD_STREAM
from muniment.ingest import Source, kept_members
from muniment.log.statement import VersionStatement
from muniment.record import Record, record_as_json
from muniment.record.phrases import change_words
from muniment.reference import Reference, check_release_id, format_reference
from muniment.sources import Wish
from muniment.sources.plain_text import NOT_IN_CHARSET
from muniment.sources.readings import read_in_candidates
from muniment.store import Store
from muniment.write.head import ReleaseHead
from muniment.write.version import (
    Added,
    Author,
    Keys,
    Publication,
    add_publication,
    add_publications,
    preview_publication,
)

_FACT_WIDTH, _CHARSET_WIDTH = 12, 13
_MOST_BYTES = 64 * 1024 * 1024
"""Bytes of originals that one batch holds in memory, but for a single larger one."""


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
        print(f"unchanged since v{record.version}")
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


def newest(archive: Archive, reference: Reference) -> VersionStatement:
    """Find the newest version of a release, which alone can be followed by another.

    Raises:
        UnresolvedReferenceError: The reference names nothing.
        InputError: It names an older version.
    """
    statement = archive.resolve(reference).statement
    last = len(archive.history(statement.release))
    if statement.version != last:
        raise InputError(
            f"{statement.name} is not the newest version",
            where=format_reference(reference),
            expected=f"{statement.release}/v{last}",
            hint="what was logged is never edited; the newest version is followed by another",
        )
    return statement


@verb(
    "archive add notice.txt --release harbour-notice --language en",
    "archive add notice.txt --release harbour-notice --dry-run",
    "archive add day1.txt day2.txt --release harbour-notice",
    "archive add notices/*.txt --release-from-name",
    "archive add crawl.warc.gz#https://example.org/notice --release notice",
    "curl -s https://example.org/a | archive add - --name a.txt --release notice",
)
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path())
@click.option("--release", metavar="ID", shell_complete=complete_release, help="Such as harbour-notice.")
@click.option("--release-from-name", "from_name", is_flag=True, help="Each file is of the release with its name.")
@dry_run_option
@member_options
@click.option("--name", metavar="NAME", help="Name of the file, if FILE is - (stdin).")
@click.option("--received", metavar="DATE", help="When the file came to the archive (default: today).")
@click.option("--charset", metavar="NAME", help="Charset of the file, if its bytes do not say.")
@click.option("--media-type", metavar="TYPE", help="Medium of the file, if its bytes do not say.")
@page_options
@author_options
@key_options
@memory_option
@in_archive
@as_json
def command(
    paths: tuple[str, ...],
    *,
    dry_run: bool,
    members: Members,
    key_files: KeyFiles,
    memory: Memory,
    wish: Wish,
    as_json: bool,
    **texts: str | None,
) -> None:
    """Add a file as the next version of a release.

    The bytes are kept as they are. Of an HTML page the text is what --select names, now or before, or else the main
    part; which part that was is printed. Without --title, the title once given stays; otherwise the one that a page
    states, the headline of the text, or the name of the file, becomes the title. Without --issued, the date is the one
    that a page states, or that of a line of the text that is nothing but a date, or is unknown. What is kept from the
    version before is printed. If the newest version already has these bytes, nothing changes. Several files become
    versions in the order in which they are named, each with the same options, up to 256 under one checkpoint, which is
    written whole or not at all. One that cannot be added is left out and named, the others are added, and the exit
    code is 1, or 3 where one could not be written.
    """
    releases = _releases(paths, texts["release"], from_name=bool(texts["from_name"]))
    if STANDARD_STREAM in paths and members.file == STANDARD_STREAM:
        raise InputError("stdin cannot be both the file and the metadata", hint="name a file for one of them")
    if len(paths) > 1 and (STANDARD_STREAM in paths or texts["name"] is not None):
        raise InputError("several files have their own names", hint="give - and --name by themselves")
    moment = now()
    job = _Job(members.gather(moment), Author(moment, texts["by"] or "", texts["note"]), memory, texts, wish)
    archive = open_target() if dry_run else open_to_write(memory)
    keys = None if dry_run else load_keys(archive, key_files)
    if len(paths) == 1:
        one = partial(_preview, archive, job, {}) if keys is None else partial(_add, keys, archive, job)
        _print_one(one(paths[0], releases[0]), job, as_json=as_json)
        return
    named = list(zip(paths, releases, strict=True))
    came = _preview_all(archive, job, named) if keys is None else _add_all(keys, archive.store, job, named)
    outcomes = _print_rows(paths, came, job, as_json=as_json)
    _print_end(paths, outcomes, job, as_json=as_json)
    click.get_current_context().exit(_exit_code(outcomes))


def _print_rows(paths: Sequence[str], came: Iterable[object], job: _Job, *, as_json: bool) -> list[object]:
    """Print the line of each file when it is done; where nobody sees the lines, a bar tells how far it is."""
    outcomes: list[object] = []
    width = min(max(cells(plain(path)) for path in paths), 30)
    seen = is_terminal(sys.stdout) and not as_json
    with ProgressBar("adding") as bar:
        for path, outcome in zip(paths, came, strict=True):
            outcomes.append(outcome)
            if not as_json:
                _print_row(path, outcome, width, job.metadata)
            if not seen:
                bar.update(len(outcomes), len(paths))
    return outcomes


def _exit_code(outcomes: Sequence[object]) -> int:
    """What could not be written outweighs what was refused."""
    errors = [outcome for outcome in outcomes if isinstance(outcome, MunimentError)]
    if any(isinstance(error, UnavailableError) for error in errors):
        return UnavailableError.exit_code
    return IntegrityError.exit_code if errors else 0


@dataclass(frozen=True, slots=True)
class _Job:
    """What is the same for each file.

    Attributes:
        metadata: The description, as far as the user said something of it.
        author: Who adds, when, and in what words.
        memory: What this machine has seen.
        texts: The other options by name.
        wish: What is to be taken of a page.
    """

    metadata: Mapping[str, Json]
    author: Author
    memory: Memory
    texts: Mapping[str, str | None]
    wish: Wish

    def read(self, path: str) -> Source:
        """Read a file."""
        name = name_of(path, self.texts["name"], such_as="notice.txt")
        got = receive(path, name, media_type=self.texts["media_type"], charset=self.texts["charset"], wish=self.wish)
        received = self.texts["received"]
        received = self.author.now[:10] if received is None else read_time(received, where="--received")
        refuse_future(received, self.author.now, where="--received")
        return Source(got.data, name, received, got.medium, got.charset, got.wish, got.capture)


@dataclass(frozen=True, slots=True)
class Previewed:
    """What would come of adding a version: the record, None where nothing changes; and the one before."""

    record: Record | None
    before: Record | None
    given: frozenset[str]


def _add(keys: Keys, archive: Archive, job: _Job, path: str, release: str) -> Added:
    source, store = job.read(path), archive.store
    with _showing_charsets(source):
        added = add_publication(store, keys, release, source, job.metadata, job.author, recall=job.memory.recall)
    if not added.unchanged:
        job.memory.keep_head(store)
        tell_taken(source, added.record)
    tell_not_signed(added, job.metadata)
    return added


def tell_taken(source: Source, record: Record) -> None:
    """Say on stderr which part of a page was taken, so that no part is left out unseen."""
    for line in taken_lines(source, record):
        print(f"archive: note: {plain(source.name)}: {line}", file=sys.stderr)


def _preview(archive: Archive, job: _Job, heads: dict[str, ReleaseHead], path: str, release: str) -> Previewed:
    source = job.read(path)
    with _showing_charsets(source):
        record, before = preview_publication(archive, release, source, job.metadata, job.author, heads)
    if record is not None:
        tell_taken(source, record)
    return Previewed(record, before, frozenset(job.metadata))


def _attempt(act: Callable[[], object]) -> object:
    try:
        return act()
    except MunimentError as error:
        return error


def _preview_all(archive: Archive, job: _Job, named: Sequence[tuple[str, str]]) -> Iterator[object]:
    """Give what would come of each file, after those before it."""
    heads: dict[str, ReleaseHead] = {}
    for path, release in named:
        yield _attempt(partial(_preview, archive, job, heads, path, release))


def _add_all(keys: Keys, store: Store, job: _Job, named: Sequence[tuple[str, str]]) -> Iterator[object]:
    """Add files in batches, each whole or not at all; give what came of each file, or why it was left out."""
    waiting: list[object] = []
    room = _MOST_BYTES
    for path, release in named:
        source = _attempt(partial(job.read, path))
        size = len(source.data) if isinstance(source, Source) else 0
        if len(waiting) == MOST or size > room:
            yield from _add_batch(keys, store, job, waiting)
            waiting, room = [], _MOST_BYTES
        waiting.append(Publication(release, source, job.metadata) if isinstance(source, Source) else source)
        room -= size
    yield from _add_batch(keys, store, job, waiting)


def _add_batch(keys: Keys, store: Store, job: _Job, waiting: Sequence[object]) -> Iterator[object]:
    """Add what is waiting as one batch; what could not be read stays in its place."""
    publications = [one for one in waiting if isinstance(one, Publication)]
    try:
        came = add_publications(store, keys, publications, job.author, recall=job.memory.recall) if publications else []
    except MunimentError as error:
        came = [error] * len(publications)
    if any(isinstance(outcome, Added) and not outcome.unchanged for outcome in came):
        job.memory.keep_head(store)
    outcomes = iter(came)
    for one in waiting:
        outcome = next(outcomes) if isinstance(one, Publication) else one
        if isinstance(outcome, Added):
            if isinstance(one, Publication) and not outcome.unchanged:
                tell_taken(one.source, outcome.record)
            tell_not_signed(outcome, job.metadata)
        elif isinstance(one, Publication) and isinstance(outcome, SourceError):
            _show_charsets(one.source, outcome)
        yield outcome


@contextmanager
def _showing_charsets(source: Source) -> Iterator[None]:
    """Where a text is not in its charset, show what others make of its first words, before the error says so."""
    try:
        yield
    except SourceError as error:
        _show_charsets(source, error)
        raise


def _show_charsets(source: Source, error: SourceError) -> None:
    line, readings = read_in_candidates(source.data) if error.what.startswith(NOT_IN_CHARSET) else (0, ())
    if readings:
        print(plain(f"{source.name}, line {line}, as other charsets read it:"), file=sys.stderr)
    for reading in readings:
        room = screen_width() - _CHARSET_WIDTH - 3
        print(f"  {reading.charset:<{_CHARSET_WIDTH}} {cut(plain(reading.line), room)}", file=sys.stderr)


def _releases(paths: Sequence[str], release: str | None, *, from_name: bool) -> list[str]:
    """Say of which release each file is.

    Raises:
        InputError: Nothing or two things say so, or an id is none.
    """
    if (release is None) != from_name:
        raise InputError(
            "say of which release it is", expected="either --release ID or --release-from-name", hint="--release notice"
        )
    if release is not None:
        return [check_release_id(release)] * len(paths)
    return [_release_of(path) for path in paths]


def _release_of(path: str) -> str:
    """Make an id out of the name of a file: small letters and digits, all else hyphens."""
    stem = PurePath(split_address(path)[0]).stem.lower()
    made = re.sub("[^a-z0-9]+", "-", stem).strip("-")
    try:
        return check_release_id(made)
    except InputError as error:
        raise error.as_(InputError, where=path, hint="give --release ID for this file") from error


def _print_one(outcome: object, job: _Job, *, as_json: bool) -> None:
    if isinstance(outcome, Added):
        print_added(outcome, job.metadata, as_json=as_json)
    elif isinstance(outcome, Previewed):
        print_previewed(outcome, as_json=as_json)


def print_previewed(previewed: Previewed, *, as_json: bool) -> None:
    """Print what would be signed."""
    if as_json:
        print(json_text(_previewed_json(previewed)))
    else:
        print(*_previewed_lines(previewed), sep="\n")


def _print_row(path: str, outcome: object, width: int, metadata: Mapping[str, Json]) -> None:
    """Print what came of a file, or why nothing did."""
    room = screen_width() - width - 2
    parts = _row(outcome, metadata)
    whole = "; ".join(parts)
    first, *rest = [whole] if cells(whole) <= room else [line for part in parts for line in wrap(part, room)]
    print(f"{pad(cut_start(plain(path), width), width)}  {first}")
    for line in rest:
        print(f"{'':{width}}  {line}")
    sys.stdout.flush()


def _print_end(paths: Sequence[str], outcomes: Sequence[object], job: _Job, *, as_json: bool) -> None:
    """Say after the last file what came of all; JSON is one list."""
    if as_json:
        print(json_text([_row_json(path, outcome, job) for path, outcome in zip(paths, outcomes, strict=True)]))
        return
    failed = sum(isinstance(outcome, MunimentError) for outcome in outcomes)
    unchanged = sum(map(_is_unchanged, outcomes))
    would = "would be " if any(isinstance(outcome, Previewed) for outcome in outcomes) else ""
    added = f"{len(outcomes) - failed - unchanged} of {len(outcomes)} files {would}added"
    counts = [(unchanged, "unchanged"), (failed, "refused")]
    print("; ".join([added, *(f"{count} {what}" for count, what in counts if count)]))


def _is_unchanged(outcome: object) -> bool:
    """Whether the newest version has those bytes already."""
    if isinstance(outcome, Previewed):
        return outcome.record is None
    return isinstance(outcome, Added) and outcome.unchanged


def _row(outcome: object, metadata: Mapping[str, Json]) -> tuple[str, ...]:
    """Say what came of a file; what was described beside it stands apart, on a line of its own where it is too long."""
    if isinstance(outcome, MunimentError):
        return (plain(f"REFUSED: {error_line(outcome)}"),)
    record = outcome.record if isinstance(outcome, Added | Previewed) else None
    if record is None or _is_unchanged(outcome):
        before = outcome.before if isinstance(outcome, Previewed) else record
        return (f"unchanged since {before.name}" if before else "unchanged",)
    kind = change_words(record.change.kind, record.change.reverts_to)
    return f"{record.name}  {kind}  {count_paragraphs(record)}", plain(_row_facts(outcome, record, metadata))


def _row_facts(outcome: object, record: Record, metadata: Mapping[str, Json]) -> str:
    """Say what nobody named on the command line: the date of issue with its basis, and what was handed on."""
    before = outcome.before if isinstance(outcome, Added | Previewed) else None
    issued = record.description.issued
    facts = [f"issued {issued.date} ({issued.basis})" if issued.date else "issued unknown"]
    kept = kept_members(record, before, metadata)
    if kept and before is not None:
        facts.append(f"kept from v{before.version}: {listed(list(kept))}")
    return "; ".join(facts)


def _row_json(path: str, outcome: object, job: _Job) -> dict[str, object]:
    if isinstance(outcome, MunimentError):
        return {"file": path, "error": error_line(outcome)}
    value = (
        _as_json(outcome, job.metadata) if isinstance(outcome, Added) else _previewed_json(cast("Previewed", outcome))
    )
    return {"file": path, **value}


def _previewed_json(previewed: Previewed) -> dict[str, object]:
    record = previewed.record
    return {"dry_run": True, "unchanged": record is None, "record": None if record is None else record_as_json(record)}


def _previewed_lines(previewed: Previewed) -> Iterator[str]:
    """Say what would be signed: every fact with what it rests on."""
    record, before = previewed.record, previewed.before
    if record is None:
        yield f"unchanged since {before.name if before else 'nothing'}; nothing would be signed"
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
