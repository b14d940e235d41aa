"""``archive list``: the releases."""

from __future__ import annotations

from itertools import chain, islice

import click

from muniment.archive import Archive
from muniment.cli.lines import Times
from muniment.cli.memory_check import seen_more
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.pager import paged
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import cells, cut, json_text, pad, paint_kind, screen_width
from muniment.display import plain
from muniment.history.public_json import list_json

_HEAD = ("RELEASE", "VERSIONS", "ISSUED", "CHANGE", "TITLE")
_CHANGE = _HEAD.index("CHANGE")
_MIN_TITLE = 20
_FIRST = 100
"""Rows that are read before the first is printed: more than a screen has."""


@verb(
    "archive list",
    "archive list --json",
)
@paged
@no_memory_option
@in_archive
@as_json
@click.pass_context
def command(ctx: click.Context, /, *, as_json: bool) -> None:
    """List the releases.

    Title, date of issue and kind of change are those of the newest version. They are read as the rows are shown, so
    that a pager has the first screen at once; --json reads every version.
    """
    archive = open_target()
    if as_json:
        value = list_json(archive, archive.releases)
        doubts = Times(doubted=archive.doubted).doubts_json()
        print(json_text({**value, **({"doubts": doubts} if doubts else {})}))
    elif not archive.releases and seen_more(ctx) is not None:
        print("no release here; this machine has seen more of this archive")
    elif not archive.releases:
        print("no release yet (archive add FILE --release ID)")
    else:
        _print(archive)


def _row(archive: Archive, release: str) -> tuple[str, ...]:
    entries = archive.history(release)
    record = archive.read_entry(entries[-1]).record
    description = record.description
    issued = plain(description.issued.date or "unknown")
    withdrawn = sum(one.release == release for one in archive.chain[-1].withdrawn)
    versions = f"{len(entries)}, {withdrawn} withdrawn" if withdrawn else str(len(entries))
    return release, versions, issued, record.change.kind, plain(description.title)


def _print(archive: Archive) -> None:
    """Print the rows; the first of them decide how wide the columns are."""
    rows = (_row(archive, release) for release in archive.releases)
    first = [_HEAD, *islice(rows, _FIRST)]
    widths = [max(cells(row[column]) for row in first) for column in range(len(_HEAD) - 1)]
    widths[0] = max(len(name) for name in (_HEAD[0], *archive.releases))
    room = max(_MIN_TITLE, screen_width() - sum(widths) - 2 * len(widths))
    for row in chain(first, rows):
        head = [pad(text, width) for text, width in zip(row, widths, strict=False)]
        head[_CHANGE] = paint_kind(head[_CHANGE], row[_CHANGE])
        print("  ".join([*head, cut(row[-1], room)]).rstrip())
