"""``archive blame``: which version brought what.

A line has the version in the margin, then the paragraph, then what else happened to it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

import click

from muniment.cli.lines import Times, listed, print_moment, read_times
from muniment.cli.options import as_json, follow_option, in_archive, reference_argument, verb
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import (
    BOLD,
    DIM,
    ProgressBar,
    cells,
    json_text,
    paint,
    paint_kind,
    screen_width,
    wants_colour,
)
from muniment.cli.terminal import wrap as wrap_plain
from muniment.diff.views.painted import Span, clip, wrap
from muniment.display import plain
from muniment.display.changes import show_kept
from muniment.history import Blame, Event, ParagraphHistory, blame
from muniment.history.lines_of_releases import CountedVersion, read_line
from muniment.history.moments import Moment, read_versions
from muniment.history.public_json import blame_json
from muniment.record.phrases import change_words
from muniment.record.reading import fold_white_space
from muniment.reference import parse_reference

_MANY = 6
"""So many versions are listed; of more the number is given, and the first and the last."""

_LINES = re.compile(r"[ \t\r\n]+")
_SAID = {"edited": "edited", "typographic": "typography changed", "moved": "moved"}
_DIM_MARK = "\x1b[2m"


def print_origins(paragraphs: Sequence[ParagraphHistory], again: Collection[int], *, words: bool, colour: bool) -> None:
    """Print the origin of each paragraph.

    Args:
        paragraphs: What blame gave.
        again: Versions that only extracted the same bytes anew: what they changed is not the publisher's doing.
        words: Print the whole text, with the version of each run of words.
        colour: Whether to paint.
    """
    ids = max(cells(plain(one.id)) for one in paragraphs)
    versions = max(len(f"v{one.brought}") for one in paragraphs)
    indent = versions + ids + 4
    room = max(20, screen_width() - indent)
    for number, one in enumerate(paragraphs):
        if words and number:
            print()
        head = paint(f"{f'v{one.brought}':<{versions}}", BOLD, colour=colour)
        lines = wrap(list(_runs(one, colour=colour)), room) if words else [clip([Span(_headline(one))], room)]
        for row, line in enumerate(lines):
            margin = f"{head}  {plain(one.id):<{ids}}" if not row else " " * (indent - 2)
            print(f"{margin}  {line}".rstrip(" "))
        for line in wrap_plain(_story(one, again), room):
            if line:
                print(f"{' ' * indent}{paint(line, DIM, colour=colour)}")


def _headline(one: ParagraphHistory) -> str:
    return show_kept(fold_white_space(_with_label(one.label, one.text)))


def _with_label(label: str | None, text: str) -> str:
    return text if label is None else f"{label} {text}"


def _runs(one: ParagraphHistory, *, colour: bool) -> Iterator[Span]:
    """The text with ``⟨v1⟩`` before each run; such a mark in the text itself gets a backslash."""
    if one.label is not None:
        yield Span(show_kept(one.label) + " ")
    for run in one.words:
        words = _LINES.sub(" ", run.text)
        bare = words.removeprefix(" ")
        yield Span(words[: len(words) - len(bare)])
        yield Span(f"⟨v{run.version}⟩", _DIM_MARK if colour else "")
        yield Span(show_kept(bare))


def _story(one: ParagraphHistory, again: Collection[int]) -> str:
    """What happened, each kind once, in the order of its first time; empty where nothing did."""
    versions_of: dict[str, list[int]] = {}
    for event in one.events:
        versions_of.setdefault(_say(event, one), []).append(event.version)
    parts = [f"{words} {_in(versions, again)}" for words, versions in versions_of.items()]
    if one.first != one.brought:
        parts.insert(0, f"first in v{one.first}")
    return plain("; ".join(parts))


def _say(event: Event, one: ParagraphHistory) -> str:
    if event.kind in _SAID:
        return _SAID[event.kind]
    if event.kind == "renumbered" and event.labels is not None:
        old, new = ("no number" if label is None else label for label in event.labels)
        return f"renumbered {old} → {new}"
    if event.kind == "returned":
        words = "" if event.brought == one.brought else f"words of v{event.brought}, "
        return f"{words}not seen from v{event.gone}, returned"
    return f"{event.kind} from {listed(list(event.before))}"


def _in(versions: Sequence[int], again: Collection[int]) -> str:
    if len(versions) > _MANY:
        return f"{len(versions)} times, in v{versions[0]} to v{versions[-1]}"
    return "in " + listed(list(_marked(versions, again)))


def _marked(versions: Iterable[int], again: Collection[int]) -> Iterator[str]:
    for version in versions:
        yield f"v{version} (re-extracted)" if version in again else f"v{version}"


@verb(
    "archive blame harbour-notice",
    "archive blame harbour-notice/v3#p2 --words",
    "archive blame harbour-notice --json",
)
@reference_argument
@click.option("--words", is_flag=True, help="Say it for the words of each paragraph too.")
@click.option("--color/--no-color", "colour", default=None, help="Use colours (default: on a terminal).")
@follow_option
@no_memory_option
@in_archive
@as_json
def command(reference: str, *, words: bool, colour: bool | None, follow: bool, as_json: bool) -> None:
    """Say which version brought each paragraph.

    The margin shows the version that first brought the words as they stand in REF. The lines below say what else
    happened to the paragraph until then. Words stay as old as they are when only typography or the number changed,
    or when the paragraph was moved, split or merged. The text as received is compared. With --follow, the versions of
    the releases that this one continues or replaces come before its own, and are counted through; the list below says
    which is which.
    """
    archive = open_target()
    wanted = parse_reference(reference)
    statement = archive.resolve(wanted).statement
    with ProgressBar("reading") as bar:
        if follow:
            versions = read_line(archive, statement.release, last=statement.version, progress=bar.update)
        else:
            read = read_versions(archive, statement.release, last=statement.version, progress=bar.update)
            versions = tuple(CountedVersion(stored.record.version, stored) for stored in read)
    newest = versions[-1].stored
    if wanted.paragraph is not None:
        newest.paragraph(wanted.paragraph)
    with ProgressBar("comparing") as bar:
        history = blame([counted.record for counted in versions], progress=bar.update)
    chosen = [one for one in history.paragraphs if wanted.paragraph in {None, one.id}]
    times = read_times(archive)
    moments = _named(chosen, versions, history, times)
    if as_json:
        value = blame_json(chosen, newest, moments, words=words)
        print(json_text({**value, "doubts": times.doubts_json()}))
        return
    print(f"{statement.name}: the version that brought the words of each paragraph\n")
    again = {one.number for one in versions if one.record.change.kind == "reextraction"}
    print_origins(chosen, again, words=words, colour=wants_colour(asked=colour))
    print()
    _print_versions(moments, named=follow)
    times.print_doubts()


def _print_versions(moments: Sequence[Moment], *, named: bool) -> None:
    """Print the versions; ``named``: each with its reference, where they are counted through several releases."""
    margin = max(len(f"v{moment.version}") for moment in moments)
    for moment in moments:
        change = change_words(moment.change, moment.reverts_to)
        of = f"{moment.reference}  " if named else ""
        print(f"{f'v{moment.version}':<{margin}}  {of}{paint_kind(change, moment.change)}")
        print_moment(moment, margin + 2)


def _named(
    chosen: Sequence[ParagraphHistory], versions: Sequence[CountedVersion], history: Blame, times: Times
) -> list[Moment]:
    """The versions that brought words, and the one that was asked about."""
    named = {history.version} | {one.brought for one in chosen}
    named |= {run.version for one in chosen for run in one.words}
    return [replace(times.moment(one.stored), version=one.number) for one in versions if one.number in named]
