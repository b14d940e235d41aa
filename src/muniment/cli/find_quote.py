"""``archive find-quote``: is my quote still there?"""

from __future__ import annotations

import re
from pathlib import Path

import click

from muniment.archive import Archive, StoredVersion
from muniment.cli.completion import complete_reference
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.progress import ProgressBar
from muniment.cli.quoting import Searched, as_value, print_result
from muniment.cli.target import open_target
from muniment.cli.terminal import json_text
from muniment.cli.times import Times, read_times
from muniment.errors import InputError, UnresolvedReferenceError
from muniment.files import STANDARD_STREAM, read_file
from muniment.history import find_quote, trace
from muniment.history.moments import Moment, read_versions
from muniment.record import Paragraph
from muniment.reference import Reference, parse_reference
from muniment.sources import MAX_ORIGINAL, decode

_NOT_FOUND = 1
_LOOKS_LIKE_A_FILE = re.compile(r"\.{0,2}[/\\]\S*|\S+\.(?:txt|text|md)", re.IGNORECASE)


@verb(
    'archive find-quote "unless a storm comes"',
    "archive find-quote ./quote.txt harbour-notice/v1#p2",
    "pbpaste | archive find-quote - harbour-notice",
)
@click.argument("quote", metavar="FILE_OR_TEXT")
@click.argument("reference", required=False, metavar="[REF]", shell_complete=complete_reference)
@click.option("--text", "is_text", is_flag=True, help="FILE_OR_TEXT is the quote itself, whatever it looks like.")
@in_archive
@as_json
@click.pass_context
def command(ctx: click.Context, /, quote: str, reference: str | None, *, is_text: bool, as_json: bool) -> None:
    """Say whether a quote is still there.

    The quote is a text, the content of a file, or stdin for -. It is looked for in the text as received of REF, or of
    the newest version of each release: exactly, then with typography folded, and it must stand in one place alone.
    What is merely similar is shown as different and never counts as found. An ellipsis stands for itself alone.
    Exit code 0: found, 1: not found, or in several places.
    """
    words = _quote(quote, is_text=is_text)
    archive = open_target()
    times = read_times(archive)
    searched = _searched(archive, None if reference is None else parse_reference(reference), times)
    result = find_quote(words, [one.paragraphs for one in searched])
    earlier = None
    if result.status == "not-found":
        earlier = _last_seen(archive, words, searched, reference, times)
    if as_json:
        print(json_text({**as_value(words, searched, result, earlier), "doubts": times.doubts_json()}))
    else:
        print_result(words, searched, result, earlier)
        times.print_doubts()
    ctx.exit(0 if result.found else _NOT_FOUND)


def _quote(given: str, *, is_text: bool) -> str:
    if is_text:
        return given
    if given == STANDARD_STREAM or _is_file(given):
        text, _ = decode(read_file(given, max_size=MAX_ORIGINAL), where="stdin" if given == STANDARD_STREAM else given)
        return text
    if _LOOKS_LIKE_A_FILE.fullmatch(given):
        raise InputError("no such file", where=repr(given), hint="--text takes it as the quote itself")
    return given


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def _searched(archive: Archive, wanted: Reference | None, times: Times) -> list[Searched]:
    if wanted is None:
        if not archive.versions:
            raise UnresolvedReferenceError("the archive holds no release yet", hint="archive add FILE --release ID")
        newest = [archive.read_entry(*entries[-1]) for entries in archive.versions.values()]
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
    stretches = trace(quote, [stored.record for stored in versions]).stretches
    if len(stretches) < 2:
        return None
    return times.moment(versions[stretches[-2].last - 1]), times.moment(versions[stretches[-1].first - 1])
