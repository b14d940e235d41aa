"""``archive blame``: which version brought what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import click

from muniment.archive import StoredVersion
from muniment.cli.moments import change_text, moment_json, print_words, say_proven
from muniment.cli.options import as_json, in_archive, reference_argument, verb
from muniment.cli.origins import print_origins
from muniment.cli.progress import ProgressBar
from muniment.cli.target import open_target
from muniment.cli.terminal import json_text, plain, wants_colour
from muniment.cli.times import Times, read_times
from muniment.diff import algorithm_json
from muniment.diff.difference import current_algorithm
from muniment.history import Blame, ParagraphHistory, blame
from muniment.history.moments import Moment, read_versions
from muniment.reference import parse_reference


@verb(
    "archive blame harbour-notice",
    "archive blame harbour-notice/v3#p2 --words",
    "archive blame harbour-notice --json",
)
@reference_argument
@click.option("--words", is_flag=True, help="Say it for the words of each paragraph too.")
@click.option("--color/--no-color", "colour", default=None, help="Colours; on a terminal unless said otherwise.")
@in_archive
@as_json
def command(reference: str, *, words: bool, colour: bool | None, as_json: bool) -> None:
    """Say which version brought each paragraph.

    The version in the margin is the one that first brought the words as they stand in REF; below stands what else
    happened to the paragraph up to then. Typography, a new number, a move, a split or a merge leave the words as old
    as they are. What is compared is the text as received.
    """
    archive = open_target()
    wanted = parse_reference(reference)
    _, statement = archive.resolve(wanted)
    with ProgressBar("reading") as bar:
        versions = read_versions(archive, statement.release, last=statement.version, progress=bar.update)
    if wanted.paragraph is not None:
        versions[-1].paragraph(wanted.paragraph)
    with ProgressBar("comparing") as bar:
        found = blame([stored.record for stored in versions], progress=bar.update)
    chosen = [one for one in found.paragraphs if wanted.paragraph in {None, one.id}]
    times = read_times(archive)
    moments = _named(chosen, versions, found, times)
    if as_json:
        value = _as_value(chosen, versions[-1], moments, words=words)
        print(json_text({**value, "doubts": times.doubts_json()}))
        return
    print(f"{statement.name}: the version that brought the words of each paragraph\n")
    again = {stored.record.version for stored in versions if stored.record.change.kind == "reextraction"}
    print_origins(chosen, again, words=words, colour=wants_colour(asked=colour))
    print()
    _print_versions(moments)
    times.print_doubts()


def _print_versions(moments: Sequence[Moment]) -> None:
    margin = max(len(f"v{moment.version}") for moment in moments)
    for moment in moments:
        print(f"{f'v{moment.version}':<{margin}}  {change_text(moment)}, claimed {moment.logged_at}")
        if moment.proven is not None:
            print_words(plain(say_proven(moment.proven)), margin + 2)
        print(f"{'':<{margin}}  {moment.record}")


def _named(
    chosen: Sequence[ParagraphHistory], versions: Sequence[StoredVersion], found: Blame, times: Times
) -> list[Moment]:
    """The versions that brought words, and the one that was asked about."""
    named = {found.version} | {one.brought for one in chosen}
    named |= {run.version for one in chosen for run in one.words}
    return [times.moment(stored) for stored in versions if stored.record.version in named]


def _as_value(
    chosen: Sequence[ParagraphHistory], version: StoredVersion, moments: Sequence[Moment], *, words: bool
) -> dict[str, object]:
    """Give the JSON value (``schemas/blame.schema.json``)."""
    return {
        "format": "muniment-blame/1",
        "algorithm": algorithm_json(current_algorithm()),
        "reference": version.statement.name,
        "record": version.statement.record,
        "paragraphs": [_paragraph(one, words=words) for one in chosen],
        "versions": [moment_json(moment) for moment in moments],
    }


def _paragraph(one: ParagraphHistory, *, words: bool) -> dict[str, object]:
    value = asdict(one)
    value["events"] = [
        {member: part for member, part in event.items() if part is not None} for event in value["events"]
    ]
    if not words:
        del value["words"]
    return value
