"""``archive describe``: the same words, described anew."""

from __future__ import annotations

from collections.abc import Mapping

import click

from muniment.archive import Archive
from muniment.canonical import Json
from muniment.cli.authoring import (
    Members,
    author_options,
    dry_run_option,
    key_options,
    member_options,
    open_to_write,
)
from muniment.cli.clock import now
from muniment.cli.editor import DESCRIPTION, edit_description
from muniment.cli.keyring import KeyFiles, load_keys
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, in_archive, reference_argument, verb
from muniment.cli.outcomes import Previewed, finish, print_previewed
from muniment.cli.questions import can_ask
from muniment.cli.target import open_target
from muniment.cli.verbs.add import newest
from muniment.errors import InputError
from muniment.reference import parse_reference
from muniment.write.version import Author, add_description, preview_description


@verb(
    'archive describe harbour-notice --title "The harbour" --note "as printed"',
    'archive describe harbour-notice --metadata notice.yaml --note "subjects"',
    "archive describe harbour-notice --edit",
)
@reference_argument
@click.option("--edit", is_flag=True, help="Change the description in $EDITOR.")
@dry_run_option
@member_options
@author_options
@key_options
@memory_option
@in_archive
@as_json
def command(
    reference: str,
    *,
    edit: bool,
    dry_run: bool,
    members: Members,
    key_files: KeyFiles,
    memory: Memory,
    as_json: bool,
    **who: str,
) -> None:
    """Describe the newest version of a release anew.

    This makes a new version with the same words. What you do not give stays as it is. With --edit, or on a terminal if
    you give nothing, the description opens in your editor; if it cannot be signed, it opens again with the reason.
    """
    wanted = parse_reference(reference)
    edit = edit or (members.empty and can_ask())
    if members.empty and not edit:
        raise InputError("nothing to describe was given", hint="--title, --metadata FILE, … say what changes")
    moment = now()
    metadata = members.gather(moment)
    archive = open_target() if dry_run else open_to_write(memory)
    release = newest(archive, wanted).release
    author = Author(moment, who["by"], who["note"])
    # Before the editor, so that no word is typed in vain.
    keys = None if dry_run else load_keys(archive, key_files)
    if edit:
        metadata |= _edit(archive, release, metadata, author)
    if keys is None:
        would, before = preview_description(archive, release, metadata, author)
        print_previewed(Previewed(would, before, frozenset(metadata)), as_json=as_json)
        return
    added = add_description(archive.store, keys, release, metadata, author, recall=memory.recall)
    finish(added, archive.store, memory, as_json=as_json)


def _edit(archive: Archive, release: str, given: Mapping[str, Json], author: Author) -> dict[str, Json]:
    """Have the description edited, as the options change it, until it can be signed."""
    would, before = preview_description(archive, release, given, author)

    def accept(changed: Mapping[str, Json]) -> dict[str, Json]:
        said = Members(file=DESCRIPTION).complete(dict(changed), author.now)
        preview_description(archive, release, {**given, **said}, author)
        return said

    return edit_description(would or before, accept)
