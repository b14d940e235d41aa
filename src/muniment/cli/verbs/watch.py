"""``archive watch``: many addresses, asked politely; what changed becomes versions, what failed a table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypedDict, Unpack

import click

from muniment.__about__ import __version__
from muniment.archive import Archive
from muniment.cli.authoring import key_options, open_to_write
from muniment.cli.chromium import Chromium, find_chromium
from muniment.cli.clock import now
from muniment.cli.handed_in import take_in
from muniment.cli.hints import error_line
from muniment.cli.keyring import KeyFiles, load_keys
from muniment.cli.lines import count_paragraphs
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, asking_options, in_archive, verb
from muniment.cli.rendered_page import browser_options, render
from muniment.cli.terminal import ProgressBar, is_terminal, json_text, screen_width, wrap
from muniment.cli.transport import ask_web
from muniment.cli.verbs import capture
from muniment.display import plain
from muniment.errors import BusyError, IntegrityError, LockedError, MunimentError, UnavailableError
from muniment.files import read_file
from muniment.ingest import Source
from muniment.record import Choices, Record
from muniment.record.phrases import by_words, change_words
from muniment.sources import Wish
from muniment.sources.web.exchange_file import keep_visit
from muniment.sources.web.politeness import Politeness
from muniment.sources.web.visit import Asking, Known
from muniment.sources.web.watch_list import MAX_LIST, WatchedPage, host_of, in_turn, parse_watch_list
from muniment.write.version import Added, Author, Keys, add_publication

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class _Given(TypedDict):
    """The options that say how each page is asked."""

    ignore_robots: bool
    seconds: int
    browser: str | None
    no_sandbox: bool


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a page.

    Attributes:
        page: The page.
        words: What came of it, in words.
        state: ``added``, ``noise``, ``unchanged`` or ``failed``.
        reference: The newest version, where there is one.
    """

    page: WatchedPage
    words: str
    state: str
    reference: str | None = None


@dataclass(slots=True)
class _Run:
    """One run: what it works with, and what is known of the hosts."""

    archive: Archive
    keys: Keys
    memory: Memory
    asking: Asking
    seconds: int
    polite: Politeness
    chromium: Chromium | None = None
    outcomes: list[_Outcome] = field(default_factory=list)

    def visit(self, page: WatchedPage) -> _Outcome:
        """Ask a page when its host may be asked, and add what changed; what fails is an outcome too."""
        host, network = host_of(page), capture.NETWORK
        if why := self.polite.leaves_alone(host):
            return _Outcome(page, f"not asked: {why}", "failed")
        network.sleep(self.polite.wait(host, network.monotonic()))
        failed, later = True, 0.0
        try:
            outcome = self._ask(page)
            failed = False
        except UnavailableError as error:
            later = error.seconds if isinstance(error, BusyError) else 0.0
            outcome = _Outcome(page, error_line(error), "failed")
        except MunimentError as error:
            # The host has answered; what it says is of no use.
            failed, outcome = False, _Outcome(page, error_line(error), "failed")
        self.polite.note(host, network.monotonic(), failed=failed, later=later)
        return outcome

    def _ask(self, page: WatchedPage) -> _Outcome:
        before = _newest(self.archive, page)
        # Of a page whose words come by script, that its answer is as before says nothing.
        known = None if page.render else _known(before, page)
        asking = replace(self.asking, known=known)
        visited = ask_web(page.url, asking, capture.NETWORK, seconds=self.seconds)
        if visited.body is None:
            assert before is not None  # noqa: S101 - it was named in the request
            return _Outcome(page, f"unchanged since {before.name}, as its server says", "unchanged", before.name)
        answer, _ = keep_visit(visited, asking.user_agent, named=False)
        if page.render:
            assert self.chromium is not None  # noqa: S101 - it was found before anybody was asked
            answer = render(answer, self.chromium, asking, capture.NETWORK, seconds=self.seconds).answer
        address = answer.capture.address
        wish = Wish(page.select, "keeper", (*page.drop, *page.noise))
        got = take_in(answer, address, media_type=None, charset=None, wish=wish)
        source = Source(
            got.data,
            address,
            answer.capture.time,
            got.medium,
            got.charset,
            got.wish,
            got.capture,
            exchange=answer.exchange,
        )
        store = self.archive.store
        author = Author(now())
        added = add_publication(
            store, self.keys, page.release, source, dict(page.description), author, recall=self.memory.recall
        )
        if not added.unchanged:
            self.memory.keep_head(store)
        return _outcome(page, added)


@verb(
    "archive watch list.toml",
    "archive watch list.toml --quiet",
    "archive watch list.toml --json",
)
@click.argument("path", metavar="LIST", type=click.Path())
@click.option("-q", "--quiet", is_flag=True, help="Print only what changed and what failed.")
@asking_options("records say so", "of a page together")
@browser_options
@key_options
@memory_option
@in_archive
@as_json
def command(
    path: str,
    *,
    quiet: bool,
    allow_private: bool,
    key_files: KeyFiles,
    memory: Memory,
    as_json: bool,
    **given: Unpack[_Given],
) -> None:
    """Ask many addresses, and add what changed.

    LIST is a TOML file that names addresses and their releases; docs/watch.md has an example. Each page is asked as
    capture does, one after another, with a delay between two visits to one host. A server that says that nothing
    changed is believed. What fails is named, the others are asked all the same, and the exit code is 1. One run works
    on a list at a time. What was seen stands in the records of the archive, and nowhere else.
    """
    listed = parse_watch_list(read_file(path, max_size=MAX_LIST), where=path, any_port=allow_private)
    rendered = any(page.render for page in listed.pages)
    chromium = find_chromium(given["browser"], sandbox=not given["no_sandbox"]) if rendered else None
    with _only_run(path):
        archive = open_to_write(memory)
        asking = Asking(f"muniment/{__version__} (+https://{archive.origin})", allow_private, given["ignore_robots"])
        keys, polite = load_keys(archive, key_files), Politeness(listed.delay)
        run = _Run(archive, keys, memory, asking, given["seconds"], polite, chromium)
        show = (lambda _outcome: None) if as_json else lambda outcome: _print_row(outcome, quiet=quiet)
        _go(run, listed.pages, show)
    _print_end(run.outcomes, quiet=quiet, as_json=as_json)
    if any(outcome.state == "failed" for outcome in run.outcomes):
        click.get_current_context().exit(IntegrityError.exit_code)


def _go(run: _Run, pages: tuple[WatchedPage, ...], show: Callable[[_Outcome], None]) -> None:
    """Ask page after page; where nobody sees the lines, a bar tells how far it is."""
    with ProgressBar("asking") as bar:
        for number in in_turn(pages):
            outcome = run.visit(pages[number])
            run.outcomes.append(outcome)
            show(outcome)
            if not is_terminal(sys.stdout):
                bar.update(len(run.outcomes), len(pages))


@contextmanager
def _only_run(path: str) -> Iterator[None]:
    """Hold the list, so that a run that takes long and the next one do not ask the same servers; no file is made."""
    with Path(path).open("rb") as file:
        try:
            if sys.platform == "win32":
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LockedError(
                "another run works on this list", where=path, hint="wait until it has ended, then try again"
            ) from error
        yield


def _newest(archive: Archive, page: WatchedPage) -> Record | None:
    entries = archive.history(page.release)
    return archive.read_entry(entries[-1]).record if entries else None


def _known(before: Record | None, page: WatchedPage) -> Known | None:
    """What the address answered before; None where the list now wants other parts of it."""
    known = before.original.capture if before is not None else None
    if before is None or known is None:
        return None
    choices, remove = before.original.extractor.parameters, (*page.drop, *page.noise)
    if isinstance(choices, Choices) and (
        (page.select and page.select != choices.select) or (remove and remove != choices.remove)
    ):
        return None
    headers = dict(known.headers)
    return Known(known.address, headers.get("etag", ""), headers.get("last-modified", ""))


def _outcome(page: WatchedPage, added: Added) -> _Outcome:
    record = added.record
    if added.unchanged:
        words = f"unchanged since {record.name}{by_words(record.original)}"
        return _Outcome(page, words, "unchanged", record.name)
    if added.before is not None and added.before.paragraphs == record.paragraphs:
        words = f"{record.name}  other bytes, the words of v{added.before.version}"
        return _Outcome(page, words, "noise", record.name)
    kind = change_words(record.change.kind, record.change.reverts_to)
    return _Outcome(page, f"{record.name}  {kind}  {count_paragraphs(record)}", "added", record.name)


def _print_row(outcome: _Outcome, *, quiet: bool) -> None:
    if outcome.state in {"added", "noise"} or (outcome.state == "unchanged" and not quiet):
        print(plain(outcome.words))
        sys.stdout.flush()


def _print_end(outcomes: list[_Outcome], *, quiet: bool, as_json: bool) -> None:
    """Say how many there were of each state, then in a table what failed."""
    if as_json:
        rows = [
            {"url": one.page.url, "release": one.page.release, "state": one.state, "reference": one.reference}
            | ({"error": one.words} if one.state == "failed" else {})
            for one in outcomes
        ]
        print(json_text(rows))
        return
    counts = {state: sum(one.state == state for one in outcomes) for state in ("added", "noise", "unchanged", "failed")}
    if not quiet or len(outcomes) > counts["unchanged"]:
        changed = counts["added"] + counts["noise"]
        noise = f" ({counts['noise']} with the same words)" if counts["noise"] else ""
        parts = [f"{changed} of {len(outcomes)} pages changed{noise}"]
        parts += [f"{counts[state]} {state}" for state in ("unchanged", "failed") if counts[state]]
        print("; ".join(parts))
    for one in outcomes:
        if one.state == "failed":
            print(f"FAILED  {one.page.release}")
            for line in wrap(plain(one.words), screen_width() - 8):
                print(f"        {line}")
