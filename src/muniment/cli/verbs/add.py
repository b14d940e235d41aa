"""``archive add``: the next version of a release, and what the verbs that add a version print."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePath

import click

from muniment.archive import Archive
from muniment.archive.batches import MOST
from muniment.canonical import Json
from muniment.cli.added_before import added_before
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
from muniment.cli.described import tell_not_signed
from muniment.cli.handed_in import name_of, receive, split_address
from muniment.cli.keyring import KeyFiles, load_keys
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.outcomes import (
    NamedOutcome,
    Previewed,
    exit_code,
    print_added,
    print_end,
    print_previewed,
    print_row,
)
from muniment.cli.page_options import page_options, taken_lines, tell_kind, unused_lines
from muniment.cli.release_table import TableRow, read_table
from muniment.cli.target import open_target
from muniment.cli.terminal import ProgressBar, cells, cut, is_terminal, print_note, screen_width
from muniment.dates import read_time
from muniment.display import plain
from muniment.errors import InputError, MunimentError, SourceError
from muniment.files import STANDARD_STREAM
from muniment.ingest import Source
from muniment.log.statement import VersionEntry, VersionStatement
from muniment.record import Record
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

_CHARSET_WIDTH = 13
_MOST_BYTES = 64 * 1024 * 1024
"""Bytes of originals that one batch holds in memory, but for a single larger one."""


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
    "archive add --release-from notices.csv --language en --dry-run",
    "archive add crawl.warc.gz#https://example.org/notice --release notice",
    "curl -s https://example.org/a | archive add - --name a.txt --release notice",
)
@click.argument("paths", metavar="FILE...", nargs=-1, type=click.Path())
@click.option("--release", metavar="ID", shell_complete=complete_release, help="Such as harbour-notice.")
@click.option("--release-from-name", "from_name", is_flag=True, help="Each file is of the release with its name.")
@click.option(
    "--release-from",
    "table",
    metavar="TABLE.csv",
    help="Add the files of a table: file,release and what is said of each.",
)
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
    written whole or not at all; those with which a list begins that was given before are there already. One that cannot
    be added is left out and named, the others are added, and the exit code is 1, or 3 where one could not be written.

    A table is CSV in UTF-8 with a row for each file, below a header of the columns file and release and any of title,
    issued and the other options that describe, received, charset, media-type, by and note; subject may be there more
    than once. Files are named from the folder of the table; - reads it from stdin. An option speaks of the rows whose
    cell is empty. Nothing is written where a row or a column is wrong.
    """
    moment = now()
    _refuse_streams(paths, texts, members)
    items = _items(paths, _Job({}, Author(moment, texts["by"] or "", texts["note"]), memory, texts, wish), members)
    archive = open_target() if dry_run else open_to_write(memory)
    keys = None if dry_run else load_keys(archive, key_files)
    if texts["table"] is None and len(items) == 1:
        one = _preview(archive, {}, items[0]) if keys is None else _add(keys, archive, items[0])
        _print_one(one, items[0].job, as_json=as_json)
        return
    came = _preview_all(archive, items) if keys is None else _add_all(keys, archive, items)
    every = _print_rows(items, came, as_json=as_json)
    print_end(every, as_json=as_json)
    click.get_current_context().exit(exit_code(every))


def _items(paths: Sequence[str], job: _Job, members: Members) -> list[_Item]:
    """Say of each file, named here or in a table, what is said of it; ``job`` has no description yet."""
    texts, moment = job.texts, job.author.now
    if texts["table"] is None:
        releases = _releases(paths, texts["release"], from_name=bool(texts["from_name"]))
        job = replace(job, metadata=members.gather(moment))
        return [_Item(path, path, release, job) for path, release in zip(paths, releases, strict=True)]
    rows = read_table(texts["table"], moment)
    job = replace(job, metadata=members.gather(moment))
    return [_Item(row.path, row.shown, row.release, job.of(row), row.number) for row in rows]


def _refuse_streams(paths: Sequence[str], texts: Mapping[str, str | None], members: Members) -> None:
    """Refuse what names too little, too much, or stdin twice.

    Raises:
        InputError: It does.
        UsageError: Nothing is named.
    """
    table = texts["table"]
    if not paths and table is None:
        raise click.UsageError("Missing argument 'FILE...'.")
    if table is not None and (paths or texts["release"] is not None or texts["from_name"] or texts["name"] is not None):
        raise InputError(
            "the table names the files and their releases", where="--release-from", hint="name none beside it"
        )
    if [*paths, table, members.file].count(STANDARD_STREAM) > 1:
        first = "the file" if table is None else "the table"
        raise InputError(f"stdin cannot be both {first} and the metadata", hint="name a file for one of them")
    if len(paths) > 1 and (STANDARD_STREAM in paths or texts["name"] is not None):
        raise InputError("several files have their own names", hint="give - and --name by themselves")


def _print_rows(items: Sequence[_Item], came: Iterable[object], *, as_json: bool) -> list[NamedOutcome]:
    """Print the line of each file when it is done; where nobody sees the lines, a bar tells how far it is."""
    every: list[NamedOutcome] = []
    width = min(max(cells(plain(item.shown)) for item in items), 30)
    seen = is_terminal(sys.stdout) and not as_json
    with ProgressBar("adding") as bar:
        for item, outcome in zip(items, came, strict=True):
            every.append(NamedOutcome(item.shown, item.row, item.job.metadata, outcome))
            if not as_json:
                print_row(every[-1], width)
            if not seen:
                bar.update(len(every), len(items))
    return every


@dataclass(frozen=True, slots=True)
class _Job:
    """What is said of a file besides its release.

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

    def of(self, row: TableRow) -> _Job:
        """Give the same for a row: what a cell says stands before what an option says of all files.

        Raises:
            InputError: The file cannot have been received then.
        """
        texts = {**self.texts, **row.texts}
        author = replace(self.author, by=texts["by"] or "", note=texts["note"])
        job = replace(self, metadata={**self.metadata, **row.metadata}, author=author, texts=texts)
        job.received(row.place("received"))
        return job

    def received(self, where: str = "--received") -> str:
        """Say when a file came to the archive.

        Raises:
            InputError: It is no time, or still to come.
        """
        said = self.texts["received"]
        received = self.author.now[:10] if said is None else read_time(said, where=where)
        refuse_future(received, self.author.now, where=where)
        return received

    def read(self, path: str) -> Source:
        """Read a file."""
        name = name_of(path, self.texts["name"], such_as="notice.txt")
        got = receive(path, name, media_type=self.texts["media_type"], charset=self.texts["charset"], wish=self.wish)
        named = self.texts["media_type"] is not None
        return Source(got.data, name, self.received(), got.medium, got.charset, got.wish, got.capture, named)


@dataclass(frozen=True, slots=True)
class _Item:
    """A file to be added.

    Attributes:
        path: Where it lies.
        shown: What the user calls it.
        release: Of which release it is.
        job: What is said of it.
        row: Its row in a table; None where no table names it.
    """

    path: str
    shown: str
    release: str
    job: _Job
    row: int | None = None


def _add(keys: Keys, archive: Archive, item: _Item) -> Added:
    job, store = item.job, archive.store
    source = job.read(item.path)
    with _showing_charsets(source):
        added = add_publication(store, keys, item.release, source, job.metadata, job.author, recall=job.memory.recall)
    if not added.unchanged:
        job.memory.keep_head(store)
        tell_taken(source, added.record)
    tell_not_signed(added, job.metadata)
    return added


def tell_taken(source: Source, record: Record) -> None:
    """Say on stderr which part of a page was taken, so that no part is left out unseen."""
    if source.capture is None:
        tell_kind(source.data, source.name, record.original.media_type)
    original = record.original
    unused = unused_lines(source.wish, original.media_type, original.extractor.parameters)
    for line in (*unused, *taken_lines(source, record)):
        print_note(f"{plain(source.name)}: {line}")


def _preview(archive: Archive, heads: dict[str, ReleaseHead], item: _Item) -> Previewed:
    job = item.job
    source = job.read(item.path)
    with _showing_charsets(source):
        record, before = preview_publication(archive, item.release, source, job.metadata, job.author, heads)
    if record is not None:
        tell_taken(source, record)
    return Previewed(record, before, frozenset(job.metadata))


def _attempt(act: Callable[[], object]) -> object:
    try:
        return act()
    except MunimentError as error:
        return error


def _preview_all(archive: Archive, items: Sequence[_Item]) -> Iterator[object]:
    """Give what would come of each file, after those before it."""
    heads: dict[str, ReleaseHead] = {}
    there = _there(archive, items)
    for number, item in enumerate(items):
        if number in there:
            record = archive.read_entry(there[number]).record
            yield Previewed(None, record, frozenset(item.job.metadata))
        else:
            yield _attempt(partial(_preview, archive, heads, item))


def _there(archive: Archive, items: Sequence[_Item]) -> dict[int, VersionEntry]:
    """The files that are there already, since the list was given before."""
    return added_before(archive, [(item.release, partial(_bytes_of, item)) for item in items])


def _bytes_of(item: _Item) -> bytes:
    return item.job.read(item.path).data


def _add_all(keys: Keys, archive: Archive, items: Sequence[_Item]) -> Iterator[object]:
    """Add files in batches, each whole or not at all; give what came of each file, or why it was left out."""
    waiting: list[object] = []
    store, there = archive.store, _there(archive, items)
    room, job = _MOST_BYTES, items[0].job
    author, memory = job.author, job.memory
    for number, item in enumerate(items):
        job = item.job
        if number in there:
            stored = archive.read_entry(there[number])
            waiting.append(Added(stored.record, stored.statement.record, None))
            continue
        source = _attempt(partial(job.read, item.path))
        size = len(source.data) if isinstance(source, Source) else 0
        if len(waiting) == MOST or size > room:
            yield from _add_batch(keys, store, author, memory, waiting)
            waiting, room = [], _MOST_BYTES
        if isinstance(source, Source):
            source = Publication(item.release, source, job.metadata, job.author)
        waiting.append(source)
        room -= size
    yield from _add_batch(keys, store, author, memory, waiting)


def _add_batch(keys: Keys, store: Store, author: Author, memory: Memory, waiting: Sequence[object]) -> Iterator[object]:
    """Add what is waiting as one batch; what could not be read stays in its place."""
    publications = [one for one in waiting if isinstance(one, Publication)]
    try:
        came = add_publications(store, keys, publications, author, recall=memory.recall) if publications else []
    except MunimentError as error:
        came = [error] * len(publications)
    if any(isinstance(outcome, Added) and not outcome.unchanged for outcome in came):
        memory.keep_head(store)
    outcomes = iter(came)
    for one in waiting:
        if not isinstance(one, Publication):
            yield one
            continue
        outcome = next(outcomes)
        if isinstance(outcome, Added):
            if not outcome.unchanged:
                tell_taken(one.source, outcome.record)
            tell_not_signed(outcome, one.metadata)
        elif isinstance(outcome, SourceError):
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
            "say of which release it is",
            expected="either --release ID or --release-from-name",
            hint="--release notice; --release-from TABLE.csv for many",
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
