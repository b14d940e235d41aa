"""``archive add``: the next version of a release, and what the verbs that add a version print."""

from __future__ import annotations

from pathlib import PurePath

import click

from muniment.archive import Archive
from muniment.cli.authoring import Members, author_options, key_options, member_options
from muniment.cli.clock import now
from muniment.cli.completion import complete_release
from muniment.cli.keyring import KeyFiles, load_keys
from muniment.cli.memory_files import Memory, memory_option
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import open_target
from muniment.cli.terminal import json_text
from muniment.display import plain
from muniment.errors import InputError
from muniment.files import STANDARD_STREAM, read_file
from muniment.ingest import Source, title_basis
from muniment.log.statement import VersionStatement
from muniment.record.phrases import change_words
from muniment.reference import Reference, check_release_id, format_reference
from muniment.sources import MAX_ORIGINAL
from muniment.store import Store
from muniment.write.version import Added, Author, add_publication


def finish(added: Added, store: Store, memory: Memory, *, as_json: bool) -> None:
    """Remember what was signed, then print it."""
    if not added.unchanged:
        memory.keep_head(store)
    print_added(added, as_json=as_json)


def print_added(added: Added, *, as_json: bool) -> None:
    """Print the new version and its citation hash; or that the version is as it was."""
    record = added.record
    if as_json:
        print(json_text(_as_json(added)))
    elif added.unchanged:
        print(f"unchanged since v{record.version}")
    else:
        number = len(record.paragraphs)
        noun = "paragraph" if number == 1 else "paragraphs"
        print(f"{record.name}  {change_words(record.change.kind, record.change.reverts_to)}  {number} {noun}")
        if record.change.kind == "publication":
            print(f"title ({title_basis(record)}): {plain(record.description.title)}")
        print(added.digest)


def _as_json(added: Added) -> dict[str, object]:
    record = added.record
    return {
        "reference": record.name,
        "release": record.release,
        "version": record.version,
        "record": added.digest,
        "change": record.change.kind,
        "reverts_to": record.change.reverts_to,
        "paragraphs": len(record.paragraphs),
        "title": record.description.title,
        "title_basis": title_basis(record),
        "unchanged": added.unchanged,
        "index": added.index,
    }


def newest(archive: Archive, reference: Reference) -> VersionStatement:
    """Find the newest version of a release, which alone can be followed by another.

    Raises:
        UnresolvedReferenceError: The reference names nothing.
        InputError: It names an older version.
    """
    statement = archive.resolve(reference).statement
    last = len(archive.versions[statement.release])
    if statement.version != last:
        raise InputError(
            f"{statement.name} is not the newest version",
            where=format_reference(reference),
            expected=f"{statement.release}/v{last}",
            hint="what was logged is never edited; the newest version is followed by another",
        )
    return statement


@verb(
    "archive add notice.txt --release harbour-notice --language en",
    "archive add notice.txt --release harbour-notice --uri https://example.org/a",
    "curl -s https://example.org/a | archive add - --name a.txt --release notice",
)
@click.argument("path", metavar="FILE", type=click.Path())
@click.option("--release", required=True, metavar="ID", shell_complete=complete_release, help="Such as harbour-notice.")
@member_options
@click.option("--name", metavar="NAME", help="Name of the file, if FILE is - (stdin).")
@click.option("--received", metavar="DATE", help="When the file came to the archive (default: today).")
@click.option("--charset", metavar="NAME", help="Charset of the file, if its bytes do not say.")
@click.option("--media-type", metavar="TYPE", default="text/plain", show_default=True, help="Medium of the file.")
@author_options
@key_options
@memory_option
@in_archive
@as_json
def command(
    path: str,
    *,
    release: str,
    members: Members,
    key_files: KeyFiles,
    memory: Memory,
    note: str | None,
    as_json: bool,
    **texts: str,
) -> None:
    """Add a file as the next version of a release.

    The bytes are kept as they are. Without --title, the title once given stays; otherwise the headline of the text, or
    the name of the file, becomes the title. If the newest version already has these bytes, nothing changes.
    """
    check_release_id(release)
    if path == members.file == STANDARD_STREAM:
        raise InputError("stdin cannot be both the file and the metadata", hint="name a file for one of them")
    moment = now()
    name = _name(path, texts["name"])
    metadata = members.gather()
    data = read_file(path, max_size=MAX_ORIGINAL)
    source = Source(data, name, texts["received"] or moment[:10], texts["media_type"], texts["charset"])
    archive = open_target()
    keys = load_keys(archive, key_files)
    author = Author(moment, texts["by"], note)
    added = add_publication(archive.store, keys, release, source, metadata, author, recall=memory.recall)
    finish(added, archive.store, memory, as_json=as_json)


def _name(path: str, name: str | None) -> str:
    """Name the bytes for the provenance: without folders, which are nobody's business."""
    if name is not None:
        return name
    if path == STANDARD_STREAM:
        raise InputError("what comes from stdin needs a name", hint="--name notice.txt")
    return PurePath(path).name
