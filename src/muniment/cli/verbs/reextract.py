"""``archive reextract``: the words of the newest version taken out of its bytes again, by better rules or choices."""

from __future__ import annotations

from dataclasses import replace

import click

from muniment.archive import Archive, open_archive
from muniment.cli.authoring import author_options, dry_run_option, key_options, open_to_write
from muniment.cli.clock import now
from muniment.cli.keyring import KeyFiles, load_keys
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, in_archive, reference_argument, verb
from muniment.cli.outcomes import Previewed, finish, print_previewed
from muniment.cli.page_options import page_options, taken_lines, unused_lines
from muniment.cli.target import open_target
from muniment.cli.terminal import print_note
from muniment.cli.verbs.add import newest
from muniment.display import plain
from muniment.ingest import Source
from muniment.record import Record
from muniment.reference import Reference, parse_reference
from muniment.sources import Wish
from muniment.write.version import Author, add_reextraction, preview_reextraction


@verb(
    "archive reextract harbour-notice --dry-run",
    'archive reextract harbour-notice --note "by the rules of muniment-html 2"',
    "archive reextract harbour-notice --select article --drop .share",
    "archive reextract harbour-notice --choose-afresh",
)
@reference_argument
@page_options
@click.option("--choose-afresh", "afresh", is_flag=True, help="Choose as for a new release, not as before.")
@click.option("--charset", metavar="NAME", help="Charset of the file, if its bytes do not say.")
@dry_run_option
@author_options
@key_options
@memory_option
@in_archive
@as_json
def command(
    reference: str,
    *,
    wish: Wish,
    dry_run: bool,
    key_files: KeyFiles,
    memory: Memory,
    as_json: bool,
    **rest: str | None,
) -> None:
    """Take the words of the newest version out of its bytes again.

    This makes a new version with the same bytes and the same description, by the newest rules for its medium, where
    other words or other choices come of it; diff says that these changes are no publisher's. What was chosen for the
    version before is chosen again, unless an option says otherwise. Emendations belong to the text before, and go.
    """
    wanted = parse_reference(reference)
    author = Author(now(), rest["by"] or "", rest["note"])
    wish, charset = replace(wish, afresh=bool(rest["afresh"])), rest["charset"]
    archive = open_target() if dry_run else open_to_write(memory)
    release = newest(archive, wanted).release
    before = archive.read(Reference(release=release)).record
    if dry_run:
        would, _ = preview_reextraction(archive, release, wish, charset, author)
        _tell(archive, would, before, wish)
        print_previewed(Previewed(would, before, frozenset()), as_json=as_json)
        return
    keys = load_keys(archive, key_files)
    added = add_reextraction(archive.store, keys, release, wish, charset, author, recall=memory.recall)
    if (newest_now := added.record if added.unchanged else added.before or before) != before:
        # Another writer came first: what is told is of the version that this one follows.
        archive, before = open_archive(archive.store), newest_now
    _tell(archive, None if added.unchanged else added.record, before, wish)
    finish(added, archive.store, memory, as_json=as_json)


def _tell(archive: Archive, record: Record | None, before: Record, wish: Wish) -> None:
    """Say on stderr by which rules the words came, which part was taken, what was not used, what is not handed on."""
    old, new = _rules(before), _rules(before if record is None else record)
    lines = (
        []
        if old == new and record is not None
        else [f"read by {new}, {'as before' if old == new else f'before by {old}'}"]
    )
    original = before.original if record is None else record.original
    lines += unused_lines(wish, original.media_type, original.extractor.parameters)
    if record is not None:
        data = archive.read_original(archive.read(Reference(release=before.release, version=before.version)))
        lines += taken_lines(Source(data, original.path, "", original.media_type, original.charset), record)
    if record is not None and before.emendations:
        count = len(before.emendations)
        lines.append(f"not handed on: {count} {'emendation' if count == 1 else 'emendations'} of the text before")
    for line in lines:
        print_note(f"{plain(before.name)}: {line}")


def _rules(record: Record) -> str:
    return f"{record.original.extractor.name} {record.original.extractor.version}"
