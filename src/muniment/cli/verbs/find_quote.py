"""``archive find-quote``: is my quote still there?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from muniment.archive import Archive, StoredVersion
from muniment.cli.completion import complete_reference
from muniment.cli.lines import Times, listed, print_moment, print_words, read_times
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.quoted import case_option, print_found, print_nearest
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import ProgressBar, json_text
from muniment.display import plain
from muniment.errors import InputError, UnresolvedReferenceError
from muniment.files import STANDARD_STREAM, read_file
from muniment.history import Trace, find_phrase, find_quote
from muniment.history.moments import Moment, read_versions
from muniment.history.public_json import Searched, find_quote_json, trace_json
from muniment.history.quote import Found, QuoteResult, nearest
from muniment.record import Paragraph
from muniment.reference import Reference, parse_reference
from muniment.sources import MAX_ORIGINAL, decode

_NOT_FOUND = 1
_LOOKS_LIKE_A_FILE = re.compile(r"\.{0,2}[/\\]\S*|\S+\.(?:txt|text|md)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """The other versions of the releases that were asked about, which are searched when the quote is not found.

    Attributes:
        versions: Newest first; those that were asked about are among ``searched``.
        traces: By release, through all of its versions.
        moments: By reference, of all of these versions.
    """

    versions: tuple[Searched, ...] = ()
    traces: Mapping[str, Trace] | None = None
    moments: Mapping[str, Moment] | None = None

    @property
    def seen(self) -> bool:
        """Whether the quote stands in some version."""
        return any(trace.seen for trace in (self.traces or {}).values())


@verb(
    'archive find-quote "unless a storm comes"',
    "archive find-quote ./quote.txt harbour-notice/v1#p2",
    "pbpaste | archive find-quote - harbour-notice",
)
@click.argument("quote", metavar="FILE_OR_TEXT")
@click.argument("reference", required=False, metavar="[REF]", shell_complete=complete_reference)
@click.option("--text", "is_text", is_flag=True, help="FILE_OR_TEXT is the quote itself, even if a file has that name.")
@click.option("--charset", metavar="NAME", help="Charset of a quote in a file, if its bytes do not say.")
@click.option("--exact", is_flag=True, help="Match exactly: every code point must be the same.")
@case_option
@no_memory_option
@in_archive
@as_json
@click.pass_context
def command(
    ctx: click.Context,
    /,
    quote: str,
    reference: str | None,
    *,
    is_text: bool,
    charset: str | None,
    as_json: bool,
    **how: bool,
) -> None:
    """Say whether a quote is still there.

    The quote is a text, the content of a file, or - for stdin. It is searched in the text as received of REF, or of
    the newest version of each release: first exactly, then without regard to typography, then to upper and lower
    case. It counts as found only if it occurs in one place. If it is not found, all other versions are searched too.
    Text that is merely similar is shown as different and never counts. An ellipsis matches only an ellipsis. Exit
    code 0: found, 1: not found, or found in several places.
    """
    words = _quote(quote, is_text=is_text, charset=charset)
    archive = open_target()
    times, wanted = read_times(archive), None if reference is None else parse_reference(reference)
    searched = _searched(archive, wanted, times)
    exact, case_sensitive, elsewhere = how["exact"], how["case_sensitive"], _Elsewhere()
    result = find_quote(words, [one.paragraphs for one in searched], exact=exact, case_sensitive=case_sensitive)
    if result.status == "not-found":
        elsewhere = _look_elsewhere(archive, words, searched, times, exact=exact, case_sensitive=case_sensitive)
        result = _with_nearest(words, searched, result, elsewhere)
    earlier = _last_seen(elsewhere, searched, wanted)
    if as_json:
        print(json_text({**_as_json(words, searched, result, elsewhere, earlier), "doubts": times.doubts_json()}))
        ctx.exit(0 if result.found else _NOT_FOUND)
    if result.status == "not-found":
        _print_missing(words, searched, result, elsewhere, earlier)
    else:
        print_found(searched, result)
    if result.found:
        _print_first(archive, words, searched, result.places[0], exact=exact, case=case_sensitive)
    times.print_doubts()
    ctx.exit(0 if result.found else _NOT_FOUND)


def _quote(source: str, *, is_text: bool, charset: str | None) -> str:
    if not is_text and (source == STANDARD_STREAM or _is_file(source)):
        where = "stdin" if source == STANDARD_STREAM else source
        return decode(read_file(source, max_size=MAX_ORIGINAL), charset, where=where)[0]
    if charset is not None:
        raise InputError("--charset is for a quote in a file", where=repr(source), hint="words given here are UTF-8")
    if not is_text and _LOOKS_LIKE_A_FILE.fullmatch(source):
        raise InputError("no such file", where=repr(source), hint="--text takes it as the quote itself")
    if charset is not None:
        raise InputError("--charset is for a file", where=repr(source), hint="words on the command line are UTF-8")
    return source


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def _searched(archive: Archive, wanted: Reference | None, times: Times) -> list[Searched]:
    if wanted is None:
        if not archive.versions:
            raise UnresolvedReferenceError("the archive holds no release yet", hint="archive add FILE --release ID")
        newest = [archive.read_entry(entries[-1]) for entries in archive.versions.values()]
        return [_whole(version, times) for version in newest]
    version = archive.read(wanted)
    if wanted.paragraph is None:
        return [_whole(version, times)]
    chosen: tuple[Paragraph, ...] = (version.paragraph(wanted.paragraph),)
    return [Searched(times.moment(version), chosen)]


def _whole(version: StoredVersion, times: Times) -> Searched:
    return Searched(times.moment(version), version.record.paragraphs)


def _look_elsewhere(
    archive: Archive, quote: str, searched: Sequence[Searched], times: Times, *, exact: bool, case_sensitive: bool
) -> _Elsewhere:
    """Search every version of the releases asked about."""
    releases = [_release_of(one) for one in searched]
    total, done = sum(len(archive.versions[release]) for release in releases), 0
    known = {one.moment.reference for one in searched if len(one.paragraphs) != 1}
    others: list[Searched] = []
    traces: dict[str, Trace] = {}
    moments: dict[str, Moment] = {}
    with ProgressBar("searching") as bar:
        for release in releases:
            versions = read_versions(archive, release)
            records = [stored.record for stored in versions]
            traces[release] = find_phrase(quote, records, exact=exact, case_sensitive=case_sensitive)
            whole = [_whole(stored, times) for stored in versions]
            moments.update({one.moment.reference: one.moment for one in whole})
            others += [one for one in reversed(whole) if one.moment.reference not in known]
            bar.update(done := done + len(versions), total)
    return _Elsewhere(tuple(others), traces, moments)


def _with_nearest(quote: str, searched: Sequence[Searched], result: QuoteResult, elsewhere: _Elsewhere) -> QuoteResult:
    """Let the nearest passage be that of any version, unless the quote itself stands in one."""
    if elsewhere.seen:
        return result
    whole = [*searched, *elsewhere.versions]
    return replace(result, nearest=nearest(quote, [one.paragraphs for one in whole]))


def _release_of(one: Searched) -> str:
    return one.moment.reference.partition("/")[0]


def _last_seen(
    elsewhere: _Elsewhere, searched: Sequence[Searched], wanted: Reference | None
) -> tuple[Moment, Moment] | None:
    """The last version that had the quote and the first that did not, where the newest of one release was searched."""
    if not elsewhere.traces or not elsewhere.moments or len(searched) > 1:
        return None
    if wanted is not None and (wanted.paragraph or wanted.version or wanted.digest):
        return None
    (release, trace), *_ = elsewhere.traces.items()
    if len(trace.stretches) < 2:
        return None
    had, lacks = trace.stretches[-2:]
    return elsewhere.moments[f"{release}/v{had.last}"], elsewhere.moments[f"{release}/v{lacks.first}"]


def _first_seen(elsewhere: _Elsewhere) -> Moment:
    """The first version that had the quote, of the one release that was searched and had it."""
    (release, trace), *_ = (elsewhere.traces or {}).items()
    first = next(stretch.first for stretch in trace.stretches if stretch.seen)
    return (elsewhere.moments or {})[f"{release}/v{first}"]


def _as_json(
    quote: str,
    searched: Sequence[Searched],
    result: QuoteResult,
    elsewhere: _Elsewhere,
    earlier: tuple[Moment, Moment] | None,
) -> dict[str, object]:
    whole = [*searched, *elsewhere.versions]
    value = find_quote_json(quote, whole, result, earlier)
    seen = {release: trace for release, trace in (elsewhere.traces or {}).items() if trace.seen}
    return {
        **value,
        "searched": [one.moment.reference for one in searched],
        "also_searched": [one.moment.reference for one in elsewhere.versions],
        "elsewhere": [trace_json(release, trace, elsewhere.moments or {}) for release, trace in seen.items()],
    }


def _print_first(
    archive: Archive, quote: str, searched: Sequence[Searched], place: Found, *, exact: bool, case: bool
) -> None:
    """Say since which version the quote stands there, and which verbs say the rest."""
    one = searched[place.text]
    ids = place.passage.ids(one.paragraphs)
    release = one.moment.reference.partition("/")[0]
    records = [stored.record for stored in read_versions(archive, release)]
    trace = find_phrase(quote, records, exact=exact, case_sensitive=case)
    since = next((stretch.first for stretch in trace.stretches if stretch.seen), None)
    if since is None:
        return
    print()
    first = "the only version" if len(records) == 1 else f"first seen in v{since}"
    print_words(f"{first}; archive when says in which versions it stands", 2)
    if len(ids) == 1:  # a citation names one paragraph
        print_words(f"to cite it: archive cite '{one.moment.reference}#{plain(ids[0])}'", 2)


def _print_missing(
    quote: str,
    searched: Sequence[Searched],
    result: QuoteResult,
    elsewhere: _Elsewhere,
    earlier: tuple[Moment, Moment] | None,
) -> None:
    extent = searched[0].moment.reference if len(searched) == 1 else f"the newest versions of {len(searched)} releases"
    print_words(f"not found in {extent}", 0)
    if "…" in quote or "[..." in quote:
        print_words("the quote has an ellipsis, which stands for itself alone: look for its parts one by one", 0)
    if earlier is not None:
        for words, moment in zip(("last seen in", "not seen from"), earlier, strict=True):
            print(f"\n{words} v{moment.version}")
            print_moment(moment, 2)
        first = _first_seen(elsewhere)
        print(f"\nfirst seen in v{first.version}; archive when says in which versions it stood")
    else:
        _print_elsewhere(elsewhere)
    # Of a quote that stood in another version it is said already where: "nothing comes near" would deny it.
    if result.nearest is not None or not elsewhere.seen:
        print_nearest([*searched, *elsewhere.versions], result.nearest, "quote")
    print()
    print_words(_extent(elsewhere), 0)


def _print_elsewhere(elsewhere: _Elsewhere) -> None:
    """Print in which other versions the quote stands."""
    for release, trace in (elsewhere.traces or {}).items():
        for stretch in trace.stretches:
            if stretch.seen:
                last = "" if stretch.first == stretch.last else f" to v{stretch.last}"
                ids = listed([plain(id_) for id_ in stretch.last_ids])
                print_words(f"but it stands in {release}/v{stretch.first}{last}, {ids}", 0)


def _extent(elsewhere: _Elsewhere) -> str:
    """Say which versions were searched."""
    counts = {release: trace.stretches[-1].last for release, trace in (elsewhere.traces or {}).items()}
    if len(counts) > 1:
        return f"searched: all {sum(counts.values())} versions of {len(counts)} releases"
    (release, count), *_ = counts.items()
    return f"searched: {release}/v1" + (f" to v{count}, all of them" if count > 1 else ", the only version")
