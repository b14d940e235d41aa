"""``archive when``: in which versions a phrase stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click

from muniment.cli.completion import complete_release
from muniment.cli.lines import listed, print_moment, print_words, read_times
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import ProgressBar, json_text
from muniment.display import plain, visible
from muniment.history import Trace, find_phrase
from muniment.history.moments import Moment, read_versions
from muniment.history.public_json import when_json

_NOT_FOUND = 1


@verb(
    'archive when "closes on Monday"',
    'archive when "closes on Monday" harbour-notice --exact',
)
@click.argument("phrase", metavar="PHRASE")
@click.argument("release", required=False, metavar="[RELEASE]", shell_complete=complete_release)
@click.option("--exact", is_flag=True, help="Match exactly: every code point must be the same.")
@no_memory_option
@in_archive
@as_json
@click.pass_context
def command(ctx: click.Context, /, phrase: str, release: str | None, *, exact: bool, as_json: bool) -> None:
    """Say in which versions a phrase stands.

    The text as received is searched, in all releases or in RELEASE. Without --exact, different quotation marks,
    dashes, spaces, invisible characters and composed letters match each other; upper and lower case never do. The
    phrase may begin inside a word, and may run over the end of a paragraph. "Not seen" means that the archive does
    not have it; nobody knows when it was removed. Exit code 0: seen in some version, 1: seen in none.
    """
    archive = open_target()
    times = read_times(archive)
    traces: dict[str, Trace] = {}
    moments: dict[str, Moment] = {}
    releases = list(archive.versions) if release is None else [release]
    total = sum(len(archive.history(name)) for name in releases)
    with ProgressBar("searching") as bar:
        done = 0
        for name in releases:
            versions = read_versions(archive, name)
            traces[name] = find_phrase(phrase, [stored.record for stored in versions], exact=exact)
            moments.update({stored.statement.name: times.moment(stored) for stored in versions})
            bar.update(done := done + len(versions), total)
    seen = {name: trace for name, trace in traces.items() if trace.seen}
    if as_json:
        searched: dict[str, object] = {"releases": len(releases), "versions": total}
        value = when_json(phrase, seen, moments, searched, exact=exact)
        print(json_text({**value, "doubts": times.doubts_json()}))
    else:
        how = "exact" if exact else "folded"
        _print(f"“{visible(phrase.strip())}”, {how}", seen, moments, _extent(releases, total, release))
        times.print_doubts()
    ctx.exit(0 if seen else _NOT_FOUND)


def _extent(releases: list[str], total: int, release: str | None) -> str:
    versions = "1 version" if total == 1 else f"{total} versions"
    if release is not None:
        return f"the {versions} of {release}"
    return f"the {versions} of {'1 release' if len(releases) == 1 else f'{len(releases)} releases'}"


def _print(phrase: str, seen: Mapping[str, Trace], moments: Mapping[str, Moment], extent: str) -> None:
    print_words(f"{phrase}, in {extent}", 0)
    if not seen:
        print("\nnot seen in any version")
    for release, trace in seen.items():
        print(f"\n{release}")
        _print_trace(release, trace, moments)


def _print_trace(release: str, trace: Trace, moments: Mapping[str, Moment]) -> None:
    newest = trace.stretches[-1].last
    for number, stretch in enumerate(trace.stretches):
        first, last = moments[f"{release}/v{stretch.first}"], moments[f"{release}/v{stretch.last}"]
        if stretch.seen:
            _print_line("first seen in" if number < 2 else "seen again in", stretch.first_ids, first)
            if stretch.last == newest:
                print_words(f"still seen in v{newest}, the newest version{_at(stretch.last_ids)}", 2)
            elif stretch.first == stretch.last:
                print_words(f"last seen in v{stretch.last}", 2)
            else:
                _print_line("last seen in", stretch.last_ids, last)
        elif number:
            _print_line("not seen from", (), first)
        else:
            print_words(f"not seen in v{stretch.first}" + ("" if first == last else f" to v{stretch.last}"), 2)


def _print_line(words: str, ids: Iterable[str], moment: Moment) -> None:
    print_words(f"{words} v{moment.version}{_at(ids)}", 2)
    print_moment(moment, 4)


def _at(ids: Iterable[str]) -> str:
    named = [plain(id_) for id_ in ids]
    return f", {listed(named)}" if named else ""
