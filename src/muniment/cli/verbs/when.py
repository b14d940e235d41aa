"""``archive when``: in which versions a phrase stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click

from muniment.cli.completion import complete_release
from muniment.cli.lines import listed, moment_json, print_moment, print_words, read_times
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import ProgressBar, json_text
from muniment.display import plain, visible
from muniment.history import Stretch, Trace, find_phrase
from muniment.history.moments import Moment, read_versions

_NOT_FOUND = 1


@verb(
    'archive when "closes on Monday"',
    'archive when "closes on Monday" harbour-notice --exact',
)
@click.argument("phrase", metavar="PHRASE")
@click.argument("release", required=False, metavar="[RELEASE]", shell_complete=complete_release)
@click.option("--exact", is_flag=True, help="Fold nothing: every code point must be the same.")
@no_memory_option
@in_archive
@as_json
@click.pass_context
def command(ctx: click.Context, /, phrase: str, release: str | None, *, exact: bool, as_json: bool) -> None:
    """Say in which versions a phrase stands.

    Searched is the text as received, of all releases unless one is named. Quotes, dashes, spaces, invisible signs and
    composed letters are folded unless --exact is given; case counts. The phrase may stand within a word and over the
    end of a paragraph. "Not seen" is all that an archive can say: nobody knows when it was taken away.
    Exit code 0: seen in some version, 1: seen in none.
    """
    archive = open_target()
    times = read_times(archive)
    traces: dict[str, Trace] = {}
    moments: dict[str, Moment] = {}
    releases = list(archive.versions) if release is None else [release]
    total = sum(len(archive.versions.get(name, ())) for name in releases)
    with ProgressBar("searching") as bar:
        done = 0
        for name in releases:
            versions = read_versions(archive, name)
            traces[name] = find_phrase(phrase, [stored.record for stored in versions], exact=exact)
            moments.update({stored.statement.name: times.moment(stored) for stored in versions})
            bar.update(done := done + len(versions), total)
    seen = {name: found for name, found in traces.items() if found.seen}
    if as_json:
        searched: dict[str, object] = {"releases": len(releases), "versions": total}
        value = _as_value(phrase, seen, moments, searched, exact=exact)
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
    for release, found in seen.items():
        print(f"\n{release}")
        _print_trace(release, found, moments)


def _print_trace(release: str, found: Trace, moments: Mapping[str, Moment]) -> None:
    newest = found.stretches[-1].last
    for number, stretch in enumerate(found.stretches):
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


def _as_value(
    phrase: str, seen: Mapping[str, Trace], moments: Mapping[str, Moment], searched: dict[str, object], *, exact: bool
) -> dict[str, object]:
    """Give the JSON value (``schemas/when.schema.json``)."""
    return {
        "format": "muniment-when/1",
        "phrase": phrase,
        "exact": exact,
        "searched": searched,
        "releases": [
            {"release": release, "stretches": [_stretch(release, one, moments) for one in found.stretches]}
            for release, found in seen.items()
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
