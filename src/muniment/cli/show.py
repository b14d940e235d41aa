"""``archive show``: a version to read."""

from __future__ import annotations

import sys

import click

from muniment.archive import Archive, StoredVersion
from muniment.canonical import format_canonical
from muniment.cli.options import as_json, in_archive, reference_argument, verb
from muniment.cli.page import print_head, print_notes, print_paragraphs
from muniment.cli.target import open_target
from muniment.cli.terminal import escape_json, is_terminal, plain_lines, write_bytes
from muniment.cli.times import read_earliest
from muniment.errors import InputError
from muniment.reference import Reference, parse_reference
from muniment.sources import decode


@verb(
    "archive show harbour-notice",
    "archive show harbour-notice/v1#p2",
    "archive show harbour-notice/v1 --json | sha256sum",
    "archive show harbour-notice/v1 --original > notice.txt",
)
@reference_argument
@click.option("--as-received", is_flag=True, help="Show the text without emendations, its line breaks kept.")
@click.option("--original", is_flag=True, help="Print the bytes as received, untouched.")
@in_archive
@as_json
def command(reference: str, *, as_received: bool, original: bool, as_json: bool) -> None:
    """Show a version, or one paragraph of it.

    Square brackets are the editor's; a bracket of the original is shown as ⟦ or ⟧. With --json the record is printed
    byte for byte, so that its SHA-256 is the citation hash. Only on a terminal are control characters escaped there.
    """
    if as_received + original + as_json > 1:
        raise InputError("--as-received, --original and --json exclude each other", hint="give one of them")
    archive = open_target()
    wanted = parse_reference(reference)
    version = archive.read(wanted)
    if original:
        _print_original(archive, version, wanted)
    elif as_json:
        _print_json(version, wanted)
    elif wanted.paragraph is not None:
        print_paragraphs(version.record, [version.paragraph(wanted.paragraph)], as_received=as_received)
    else:
        times = read_earliest(archive, version.index)
        print_head(version, times.say(version.index))
        print_paragraphs(version.record, version.record.paragraphs, as_received=as_received)
        print_notes(version.record)
        times.print_doubts()


def _print_original(archive: Archive, version: StoredVersion, wanted: Reference) -> None:
    if wanted.paragraph is not None:
        raise InputError("the original is one file, without paragraphs", hint="leave the paragraph out")
    data = archive.read_original(version)
    if is_terminal(sys.stdout):
        text, _ = decode(data, version.record.original.charset, where=version.record.original.path)
        print(plain_lines(text.replace("\r\n", "\n")))
    else:
        write_bytes(data)


def _print_json(version: StoredVersion, wanted: Reference) -> None:
    data = version.record_bytes
    if wanted.paragraph is not None:
        # The leaf of the paragraph tree, to the byte.
        data = format_canonical({**version.paragraph(wanted.paragraph).as_json()})
    if is_terminal(sys.stdout):
        print(escape_json(data.decode()))
    else:
        write_bytes(data)
