"""``archive search``: paragraphs that have some words."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import islice

import click

from muniment.archive import Archive
from muniment.cli.kept_index import heeded_index
from muniment.cli.lines import Times, print_moment, print_words, read_times
from muniment.cli.options import as_json, check_word, in_archive, verb
from muniment.cli.pager import paged
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import json_text
from muniment.dates import read_date
from muniment.display import plain, visible
from muniment.history.index.word_search import Asked, Hit, Looking, asked_for, excerpt, search_words
from muniment.history.public_json import search_json

_NOT_FOUND = 1
_LIMIT = 20
_AROUND = 200
"""Characters of a paragraph that are shown, about the first of the words."""


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:  # noqa: ARG001 - click's
    if value is None:
        return None
    check_word(value, param)
    return read_date(value, where=param.opts[-1])


def _narrowing(function: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--until", metavar="DATE", callback=_day, help="Out on that day, month or year, or earlier."),
        click.option("--since", metavar="DATE", callback=_day, help="Out on that day, month or year, or later."),
        click.option("--language", metavar="TAG", help="In this language: en also means en-GB."),
        click.option("--issuer", metavar="WORDS", help="From an issuer with these words in its name."),
    ):
        function = option(function)
    return function


@verb(
    "archive search harbour closed",
    "archive search '\"closes on Monday\"' --language en --since 2026-02",
)
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@_narrowing
@click.option("-n", "--limit", type=click.IntRange(min=1), default=_LIMIT, metavar="N", help="Show N (default: 20).")
@paged
@no_memory_option
@in_archive
@as_json
@click.pass_context
def command(ctx: click.Context, /, words: Sequence[str], limit: int, *, as_json: bool, **narrowing: str | None) -> None:
    """Find paragraphs that have some words.

    All of the words must stand in one paragraph, in any order; words in quotation marks, one after the other. Words are
    whole, and folded: case, quotation marks, dashes and composed letters make no difference. In Chinese, Japanese,
    Thai and other scripts without spaces any piece of text is found. A paragraph is shown once, in the newest version
    that has it; the options narrow by what that version says of itself. archive when follows a phrase through all
    versions. With archive index it is fast. Exit code 0: found, 1: not found.
    """
    archive = open_target()
    asked = asked_for(" ".join(words), **narrowing)
    looking = Looking()
    with heeded_index(archive) as index:
        hits = list(islice(search_words(archive, asked, index, looking), limit + 1))
    shown, more = hits[:limit], len(hits) > limit
    if looking.unfit:
        print("archive: note: the search index did not fit the records, which were read", file=sys.stderr)
    times = read_times(archive)
    if as_json:
        moments = [(times.moment(hit.version), hit) for hit in shown]
        print(json_text(search_json(archive, asked, moments, times.doubts_json(), more=more)))
    else:
        _print(archive, asked, shown, times, more=more)
    ctx.exit(0 if hits else _NOT_FOUND)


def _print(archive: Archive, asked: Asked, shown: Sequence[Hit], times: Times, *, more: bool) -> None:
    count = sum(archive.counts.values())
    extent = "1 version" if count == 1 else f"{count} versions"
    number = f"the first {_counted(len(shown)).removeprefix('1 ')}" if more else _counted(len(shown))
    print_words(f"{visible(asked.words.strip())}: {number}, in the {extent} of {_releases(len(archive.releases))}", 0)
    for hit in shown:
        print()
        record, name = hit.version.record, hit.version.statement.name
        since = f" (since v{hit.first})" if hit.first != record.version else ""
        print_words(plain(f"{name}#{hit.paragraph.id}{since}  {record.description.title}"), 0)
        print_moment(times.moment(hit.version), 2)
        print_words(visible(excerpt(hit.paragraph, asked, _AROUND)), 2)
    if more:
        print_words("\nthere are more: -n shows more, and more words show fewer", 0)
    times.print_doubts()


def _counted(number: int) -> str:
    return "not found" if not number else "1 paragraph" if number == 1 else f"{number} paragraphs"


def _releases(number: int) -> str:
    return "1 release" if number == 1 else f"{number} releases"
