"""``archive find-quote``: is my quote still there?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from unicodedata import category

import click

from muniment.archive import Archive, StoredVersion
from muniment.cli.completion import complete_reference
from muniment.cli.lines import Times, listed, print_moment, print_words, read_times
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import ProgressBar, json_text, screen_width
from muniment.diff.difference import Segment
from muniment.diff.views.text import GLUE, Span, clip, wrap
from muniment.display import name_character, plain, visible
from muniment.display.changes import show_changed, show_kept
from muniment.errors import InputError, UnresolvedReferenceError
from muniment.files import STANDARD_STREAM, read_file
from muniment.history import find_phrase, find_quote
from muniment.history.moments import Moment, read_versions
from muniment.history.public_json import Searched, find_quote_json
from muniment.history.quote import FoldedSign, Nearest, QuoteResult
from muniment.history.search import Passage
from muniment.record import Paragraph
from muniment.record.reading import fold_white_space
from muniment.reference import Reference, parse_reference
from muniment.sources import MAX_ORIGINAL, decode

_SHOWN = 10
"""So many places of an ambiguous quote are printed; JSON has them all."""


_CONTEXT = 24
"""So many characters are shown before and after it."""


def print_result(
    quote: str, searched: Sequence[Searched], result: QuoteResult, earlier: tuple[Moment, Moment] | None
) -> None:
    """Print what was found."""
    places = [(searched[match.text], match.passage) for match in result.places]
    if result.found:
        version, passage = places[0]
        how = "exactly" if result.status == "exact" else "folded"
        print_words(f"found, {how}: {_where(version, passage)}", 0)
        print_moment(version.moment, 2)
        print()
        print_words(f"“{visible(fold_white_space(passage.text(version.paragraphs)))}”", 2)
        _print_folded(result.folded)
    elif result.status == "ambiguous":
        how = "exactly" if result.matched == "exact" else "folded"
        print_words(f"not settled: found in {len(places)} places, {how}; quote more, or name the paragraph", 0)
        for version, passage in places[:_SHOWN]:
            print(f"\n{_where(version, passage)}")
            print(f"  {clip(list(_around(version, passage)), screen_width() - 2)}")
        if len(places) > _SHOWN:
            print(f"\n… and {len(places) - _SHOWN} more")
    else:
        _print_missing(quote, searched, result.nearest, earlier)


def _where(version: Searched, passage: Passage) -> str:
    return plain(f"{version.moment.reference}, {listed(list(passage.ids(version.paragraphs)))}")


def _around(version: Searched, passage: Passage) -> Iterator[Span]:
    """The passage in quotation marks, with a few of the words before and after it in its paragraphs."""
    before = version.paragraphs[passage.first].text[: passage.start]
    after = version.paragraphs[passage.last].text[passage.end :]
    quoted = f"{before[-_CONTEXT:]}“{passage.text(version.paragraphs)}”{after[:_CONTEXT]}"
    lead, tail = ("…" if len(part) > _CONTEXT else "" for part in (before, after))
    yield Span(show_kept(f"{lead}{fold_white_space(quoted)}{tail}"))


def _print_folded(folded: Sequence[FoldedSign]) -> None:
    if not folded:
        return
    print("\nfolded (the text as received: your quote)")
    for sign in folded:
        times = "once" if sign.times == 1 else f"{sign.times} times"
        print_words(f"{_named(sign.received)}: {_named(sign.quoted)}, {times}", 2)


def _named(signs: str) -> str:
    """Signs with code point and name; those without a shape by their name alone."""
    named = []
    for sign in signs:
        shape = "" if category(sign)[0] in "CZM" else f"{sign} "
        named.append(shape + name_character(sign)[1:-1])
    return " + ".join(named) or "nothing"


def _print_missing(
    quote: str, searched: Sequence[Searched], nearest: Nearest | None, earlier: tuple[Moment, Moment] | None
) -> None:
    extent = searched[0].moment.reference if len(searched) == 1 else f"the newest versions of {len(searched)} releases"
    print_words(f"not found in {extent}", 0)
    if "…" in quote or "[..." in quote:
        print_words("the quote has an ellipsis, which stands for itself alone: look for its parts one by one", 0)
    if earlier is not None:
        for words, moment in zip(("last seen in", "not seen from"), earlier, strict=True):
            print(f"\n{words} v{moment.version}")
            print_moment(moment, 2)
    if nearest is None:
        print("\nno passage comes near")
        return
    version = searched[nearest.text]
    print(f"\nnearest, but different: {_where(version, nearest.passage)}")
    for line in wrap(list(_spans(nearest.segments)), screen_width() - 2):
        print(f"  {line}")
    print("\n[-…-] stands there alone, {+…+} in your quote alone")


def _spans(segments: Sequence[Segment]) -> Iterator[Span]:
    marks = {"-": ("[-", "-]"), "+": ("{+", "+}")}
    for segment in segments:
        if segment.tag == "=":
            yield Span(show_kept(segment.text))
            continue
        before, after = marks[segment.tag]
        inner = segment.text.strip(" ")
        start = len(segment.text) - len(segment.text.lstrip(" "))
        words = GLUE * start + show_changed(inner) + GLUE * (len(segment.text) - start - len(inner))
        yield Span(before + words + after)


_NOT_FOUND = 1
_LOOKS_LIKE_A_FILE = re.compile(r"\.{0,2}[/\\]\S*|\S+\.(?:txt|text|md)", re.IGNORECASE)


@verb(
    'archive find-quote "unless a storm comes"',
    "archive find-quote ./quote.txt harbour-notice/v1#p2",
    "pbpaste | archive find-quote - harbour-notice",
)
@click.argument("quote", metavar="FILE_OR_TEXT")
@click.argument("reference", required=False, metavar="[REF]", shell_complete=complete_reference)
@click.option("--text", "is_text", is_flag=True, help="FILE_OR_TEXT is the quote itself, even if a file has that name.")
@click.option("--charset", metavar="NAME", help="Charset of the file, if its bytes do not say.")
@no_memory_option
@in_archive
@as_json
@click.pass_context
def command(
    ctx: click.Context, /, quote: str, reference: str | None, *, is_text: bool, charset: str | None, as_json: bool
) -> None:
    """Say whether a quote is still there.

    The quote is a text, the content of a file, or - for stdin. It is searched in the text as received of REF, or of
    the newest version of each release: first exactly, then without regard to typography. It counts as found only if
    it occurs in one place. Text that is merely similar is shown as different and never counts. An ellipsis matches
    only an ellipsis. Exit code 0: found, 1: not found, or found in several places.
    """
    words = _quote(quote, charset, is_text=is_text)
    archive = open_target()
    times = read_times(archive)
    searched = _searched(archive, None if reference is None else parse_reference(reference), times)
    result = find_quote(words, [one.paragraphs for one in searched])
    earlier = None
    if result.status == "not-found":
        earlier = _last_seen(archive, words, searched, reference, times)
    if as_json:
        print(json_text({**find_quote_json(words, searched, result, earlier), "doubts": times.doubts_json()}))
    else:
        print_result(words, searched, result, earlier)
        times.print_doubts()
    ctx.exit(0 if result.found else _NOT_FOUND)


def _quote(source: str, charset: str | None, *, is_text: bool) -> str:
    if is_text:
        return source
    if source == STANDARD_STREAM or _is_file(source):
        where = "stdin" if source == STANDARD_STREAM else source
        text, _ = decode(read_file(source, max_size=MAX_ORIGINAL), charset, where=where)
        return text
    if _LOOKS_LIKE_A_FILE.fullmatch(source):
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


def _last_seen(
    archive: Archive, quote: str, searched: list[Searched], reference: str | None, times: Times
) -> tuple[Moment, Moment] | None:
    """The last version that had the quote and the first that did not, where one release was searched."""
    wanted = None if reference is None else parse_reference(reference)
    if len(searched) > 1 or (wanted is not None and (wanted.paragraph or wanted.version or wanted.digest)):
        return None
    release = searched[0].moment.reference.partition("/")[0]
    with ProgressBar("searching") as bar:
        versions = read_versions(archive, release, progress=bar.update)
    stretches = find_phrase(quote, [stored.record for stored in versions]).stretches
    if len(stretches) < 2:
        return None
    return times.moment(versions[stretches[-2].last - 1]), times.moment(versions[stretches[-1].first - 1])
