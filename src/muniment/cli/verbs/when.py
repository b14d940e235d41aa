"""``archive when``: in which versions a phrase stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import click

from muniment.archive import Archive
from muniment.cli.completion import complete_release
from muniment.cli.kept_index import heeded_index
from muniment.cli.lines import Times, listed, print_moment, print_words, read_times
from muniment.cli.options import as_json, follow_option, in_archive, verb
from muniment.cli.quoted import case_option, print_nearest
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import ProgressBar, json_text
from muniment.display import plain, visible
from muniment.errors import InputError
from muniment.history import Trace, find_phrase
from muniment.history.lines_of_releases import line_of, read_line
from muniment.history.moments import Moment, read_versions
from muniment.history.public_json import Searched, nearest_json, when_json
from muniment.history.quote import nearest

_NOT_FOUND = 1


@verb(
    'archive when "closes on Monday"',
    'archive when "closes on Monday" harbour-notice --case-sensitive',
)
@click.argument("phrase", metavar="PHRASE")
@click.argument("release", required=False, metavar="[RELEASE]", shell_complete=complete_release)
@click.option("--exact", is_flag=True, help="Match exactly: every code point must be the same.")
@case_option
@follow_option
@no_memory_option
@in_archive
@as_json
@click.pass_context
def command(
    ctx: click.Context,
    /,
    phrase: str,
    release: str | None,
    *,
    exact: bool,
    case_sensitive: bool,
    follow: bool,
    as_json: bool,
) -> None:
    """Say in which versions a phrase stands.

    The text as received of every version is searched, in all releases or in RELEASE. Without --exact, upper and lower
    case, different quotation marks, dashes, spaces, invisible characters and composed letters match each other. The
    phrase may begin inside a word, and may run over the end of a paragraph. "Not seen" means that the archive does
    not have it; nobody knows when it was removed. With --follow, the releases that RELEASE continues or replaces are
    searched too, as one history. What comes nearest is shown as different, with its version. With archive index only
    releases that may have the phrase are read. Exit code 0: seen in some version, 1: seen in none.
    """
    archive = open_target()
    times = read_times(archive)
    releases = _releases(archive, release, follow=follow)
    asked = _Asked(exact, case_sensitive, releases if follow else [], everywhere=release is None)
    found = _find(archive, phrase, releases, times, asked)
    count = sum(len(archive.history(name)) for name in releases) if release else sum(archive.counts.values())
    near = None if found.seen else nearest(phrase, [one.paragraphs for one in found.versions])
    if as_json:
        searched: dict[str, object] = {"releases": len(releases), "versions": count}
        value = when_json(phrase, found.seen, found.moments, searched, exact=exact, line=asked.line)
        near_json = None if near is None else nearest_json(found.versions, near)
        value |= {"case_sensitive": exact or case_sensitive, "nearest": near_json, "doubts": times.doubts_json()}
        print(json_text(value))
    else:
        extent = _extent(releases, count, None if follow else release)
        _print(f"“{visible(phrase.strip())}”, {asked.how}", found, extent, asked.line)
        if not found.seen:
            print_nearest(found.versions, near, "phrase")
        times.print_doubts()
    ctx.exit(0 if found.seen else _NOT_FOUND)


@dataclass(frozen=True, slots=True)
class _Asked:
    """How to search.

    Attributes:
        exact: Whether every code point must be the same.
        case_sensitive: Whether upper and lower case are kept apart.
        line: Releases that are one history, oldest first; none where each is one of its own.
        everywhere: Whether the whole archive is searched.
    """

    exact: bool
    case_sensitive: bool
    line: Sequence[str]
    everywhere: bool

    @property
    def how(self) -> str:
        """The same for people."""
        return "exact" if self.exact else "folded but for case" if self.case_sensitive else "folded"


def _find(archive: Archive, phrase: str, releases: list[str], times: Times, asked: _Asked) -> _Found:
    """Search where the index says that the phrase may be, and everywhere for what comes nearest."""
    if asked.line:
        return _search_line(archive, phrase, asked.line[-1], times, asked)
    with heeded_index(archive, wanted=asked.everywhere) as index:
        likely = index.releases_with(phrase, exact=asked.exact)
    search = partial(_search, archive, phrase, times=times, exact=asked.exact, case_sensitive=asked.case_sensitive)
    narrowed = releases if likely is None else [name for name in releases if name in likely]
    found = search(narrowed)
    return search(releases) if not found.seen and narrowed is not releases else found


def _releases(archive: Archive, release: str | None, *, follow: bool) -> list[str]:
    """The releases to search."""
    if release is None:
        if follow:
            raise InputError("--follow speaks of a release", hint="name one, or leave it out: all are searched")
        return list(archive.releases)
    return list(line_of(archive, release)) if follow else [release]


@dataclass(frozen=True, slots=True)
class _Found:
    """What a search gave: where the phrase is seen, by release; and all versions searched, newest first."""

    seen: Mapping[str, Trace]
    moments: Mapping[str, Moment]
    versions: Sequence[Searched]


def _search(
    archive: Archive, phrase: str, releases: Sequence[str], times: Times, *, exact: bool, case_sensitive: bool
) -> _Found:
    traces: dict[str, Trace] = {}
    moments: dict[str, Moment] = {}
    whole: list[Searched] = []
    total = sum(len(archive.history(name)) for name in releases)
    with ProgressBar("searching") as bar:
        for name in releases:
            versions = read_versions(archive, name)
            records = [stored.record for stored in versions]
            traces[name] = find_phrase(phrase, records, exact=exact, case_sensitive=case_sensitive)
            moments.update({stored.statement.name: times.moment(stored) for stored in versions})
            whole += [Searched(moments[stored.statement.name], stored.record.paragraphs) for stored in versions[::-1]]
            bar.update(len(whole), total)
    return _Found({name: trace for name, trace in traces.items() if trace.seen}, moments, whole)


def _search_line(archive: Archive, phrase: str, release: str, times: Times, asked: _Asked) -> _Found:
    """Search a release and those that it goes on from as one history; its moments are counted through."""
    with ProgressBar("searching") as bar:
        versions = read_line(archive, release, progress=bar.update)
    records = [one.record for one in versions]
    trace = find_phrase(phrase, records, exact=asked.exact, case_sensitive=asked.case_sensitive)
    moments = {f"{release}/v{one.number}": times.moment(one.stored) for one in versions}
    whole = [Searched(moments[f"{release}/v{one.number}"], one.record.paragraphs) for one in versions[::-1]]
    return _Found({release: trace} if trace.seen else {}, moments, whole)


def _extent(releases: list[str], total: int, release: str | None) -> str:
    versions = "1 version" if total == 1 else f"{total} versions"
    if release is not None:
        return f"the {versions} of {release}"
    return f"the {versions} of {'1 release' if len(releases) == 1 else f'{len(releases)} releases'}"


def _print(phrase: str, found: _Found, extent: str, line: Sequence[str]) -> None:
    print_words(f"{phrase}, in {extent}", 0)
    if not found.seen:
        print("\nnot seen in any of these")
    for release, trace in found.seen.items():
        print()
        print_words(f"{release}, which goes on from {listed([*line[:-1]])}" if len(line) > 1 else release, 0)
        _print_trace(release, trace, found.moments, named=len(line) > 1)


def _print_trace(release: str, trace: Trace, moments: Mapping[str, Moment], *, named: bool) -> None:
    newest = trace.stretches[-1].last
    for number, stretch in enumerate(trace.stretches):
        first, last = moments[f"{release}/v{stretch.first}"], moments[f"{release}/v{stretch.last}"]
        last_name = _name(last, named=named)
        if stretch.seen:
            words = "first seen in" if number < 2 else "seen again in"
            _print_line(words, _name(first, named=named), stretch.first_ids, first)
            if stretch.last == newest:
                print_words(f"still seen in {last_name}, the newest version{_at(stretch.last_ids)}", 2)
            elif stretch.first == stretch.last:
                print_words(f"last seen in {last_name}", 2)
            else:
                _print_line("last seen in", last_name, stretch.last_ids, last)
        elif number:
            _print_line("not seen from", _name(first, named=named), (), first)
        else:
            print_words(f"not seen in {_name(first, named=named)}" + ("" if first == last else f" to {last_name}"), 2)


def _name(moment: Moment, *, named: bool) -> str:
    """Call a version by its number; in a history of several releases, by its release too."""
    return moment.reference if named else f"v{moment.version}"


def _print_line(words: str, name: str, ids: Iterable[str], moment: Moment) -> None:
    print_words(f"{words} {name}{_at(ids)}", 2)
    print_moment(moment, 4)


def _at(ids: Iterable[str]) -> str:
    named = [plain(id_) for id_ in ids]
    return f", {listed(named)}" if named else ""
