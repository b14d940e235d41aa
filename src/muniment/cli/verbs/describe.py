"""``archive describe``: the same words, described anew."""

from __future__ import annotations

from muniment.cli.authoring import (
    Members,
    author_options,
    dry_run_option,
    key_options,
    member_options,
    open_to_write,
)
from muniment.cli.clock import now
from muniment.cli.keyring import KeyFiles, load_keys
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, in_archive, reference_argument, verb
from muniment.cli.outcomes import Previewed, finish, print_previewed
from muniment.cli.target import open_target
from muniment.cli.verbs.add import newest
from muniment.errors import InputError
from muniment.reference import parse_reference
from muniment.write.version import Author, add_description, preview_description


@verb(
    'archive describe harbour-notice --title "The harbour" --note "as printed"',
    'archive describe harbour-notice --metadata notice.json --note "subjects"',
)
@reference_argument
@dry_run_option
@member_options
@author_options
@key_options
@memory_option
@in_archive
@as_json
def command(
    reference: str, *, dry_run: bool, members: Members, key_files: KeyFiles, memory: Memory, as_json: bool, **who: str
) -> None:
    """Describe the newest version of a release anew.

    This makes a new version with the same words. What you do not give stays as it is.
    """
    wanted = parse_reference(reference)
    if members.empty:
        raise InputError("nothing to describe was given", hint="--title, --metadata FILE, … say what changes")
    moment = now()
    metadata = members.gather(moment)
    archive = open_target() if dry_run else open_to_write(memory)
    release = newest(archive, wanted).release
    author = Author(moment, who["by"], who["note"])
    if dry_run:
        would, before = preview_description(archive, release, metadata, author)
        print_previewed(Previewed(would, before, frozenset(metadata)), as_json=as_json)
        return
    keys = load_keys(archive, key_files)
    added = add_description(archive.store, keys, release, metadata, author, recall=memory.recall)
    finish(added, archive.store, memory, as_json=as_json)
