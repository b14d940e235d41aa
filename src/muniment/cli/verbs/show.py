"""``archive show``: a version to read: its head, its paragraphs with their ids in the margin, its emendations."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from muniment.archive import Archive, StoredVersion
from muniment.canonical import format_canonical
from muniment.cli.lines import read_earliest, say_emendation
from muniment.cli.options import as_json, in_archive, reference_argument, verb
from muniment.cli.pager import paged
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import (
    BOLD,
    cells,
    is_terminal,
    pad,
    paint,
    paint_kind,
    screen_width,
    wants_colour,
    wrap,
    write_bytes,
)
from muniment.display import cells_apart, escape_json, plain, plain_lines
from muniment.errors import InputError
from muniment.record import Original, Paragraph, Record
from muniment.record.phrases import (
    attestation_words,
    capture_words,
    change_words,
    genre_words,
    imported_words,
    issued_words,
)
from muniment.record.reading import reading_text
from muniment.reference import Reference, parse_reference
from muniment.sources import charset_again, decode
from muniment.sources.html.charset import decode_page
from muniment.sources.kinds import HTML, MAIL, TEXT

_LABEL_WIDTH = 9


def print_head(version: StoredVersion, proven: str | None) -> None:
    """Print what the version is, its times, claimed and proven apart, and its hash; first that it was withdrawn.

    Args:
        version: The version.
        proven: What is proven of its time, in words; None for nothing.
    """
    record, description = version.record, version.record.description
    change = change_words(record.change.kind, record.change.reverts_to)
    change += f": {record.change.note}" if record.change.note else ""
    print(version.statement.name)
    if version.withdrawal is not None:
        _field("WITHDRAWN", version.withdrawal.words.removeprefix("withdrawn "))
    _field("title", description.title)
    _field("issuer", description.issuer or "unknown")
    _field("issued", issued_words(description.issued))
    _field("genre", genre_words(description.genre) if description.genre.term else None)
    _field("retrieved", record.original.retrieved and f"{record.original.retrieved} (claimed)")
    _field("uri", record.original.uri)
    _field("captured", capture_words(record.original.capture) if record.original.capture else None)
    _field("imported", imported_words(record.original.imported) if record.original.imported else None)
    _field("attested", attestation_words(record.original.attestation) if record.original.attestation else None)
    _field("time", proven, BOLD)
    _field("language", description.language)
    _field("change", change, record.change.kind)
    _field("logged", f"{version.statement.logged_at} (claimed), log index {version.index}")
    _field("record", version.statement.record)
    print()


def _field(label: str, text: str | None, look: str = "") -> None:
    """Print a member of the head, in the colour of a kind of change or another one."""
    lines = wrap(plain(text), screen_width() - _LABEL_WIDTH - 3) if text else []
    for row, line in enumerate(lines):
        said = paint(line, BOLD, colour=wants_colour()) if look == BOLD else paint_kind(line, look)
        print(f"  {'' if row else label:<{_LABEL_WIDTH}} {said}")


def print_paragraphs(record: Record, paragraphs: Sequence[Paragraph], *, as_received: bool) -> None:
    """Print paragraphs, an empty line between them."""
    margin = max(cells(plain(paragraph.id)) for paragraph in paragraphs)
    for number, paragraph in enumerate(paragraphs):
        if number:
            print()
        text = paragraph.text if as_received else reading_text(paragraph, record.emendations)
        text = cells_apart(text) if paragraph.kind == "table-row" else text
        labelled = f"{paragraph.label} {text}" if paragraph.label else text
        room = screen_width() - margin - 4
        lines = _as_received(labelled) if as_received else wrap(plain(labelled.replace("\t", " ")), room)
        for row, line in enumerate(lines):
            print(f"  {pad('' if row else plain(paragraph.id), margin)}  {line}".rstrip())


def _as_received(text: str) -> list[str]:
    return plain_lines(text.replace("\r\n", "\n")).split("\n")


def print_notes(record: Record) -> None:
    """Print the emendations: who corrected what, and why."""
    if not record.emendations:
        return
    print("\nEmendations (in brackets above)")
    texts = {paragraph.id: paragraph.text for paragraph in record.paragraphs}
    for emendation in record.emendations:
        # An emendation of no paragraph is for verify to refuse (check 5).
        words = texts.get(emendation.paragraph, "")[emendation.start : emendation.end]
        first, *rest = wrap(plain(say_emendation(emendation, words)), screen_width() - 4)
        print(f"  {first}")
        for more in rest:
            print(f"    {more}")


@verb(
    "archive show harbour-notice",
    "archive show harbour-notice/v1#p2",
    "archive show harbour-notice/v1 --json | sha256sum",
    "archive show harbour-notice/v1 --original > notice.txt",
)
@reference_argument
@click.option("--as-received", is_flag=True, help="Show the text without emendations, its line breaks kept.")
@click.option("--original", is_flag=True, help="Print the bytes as received, untouched.")
@click.option("--attestation", is_flag=True, help="Print what another archive attests of them: a zip file.")
@paged
@no_memory_option
@in_archive
@as_json
def command(reference: str, *, as_received: bool, original: bool, attestation: bool, as_json: bool) -> None:
    """Show a version, or one paragraph of it.

    Square brackets mark the editor's words; a bracket of the original is shown as ⟦ or ⟧. --json prints the record
    byte for byte, so its SHA-256 is the citation hash. Control characters are escaped only if the output is a
    terminal.
    """
    if as_received + original + attestation + as_json > 1:
        what = "--as-received, --original, --attestation and --json exclude each other"
        raise InputError(what, hint="give one of them")
    archive = open_target()
    wanted = parse_reference(reference)
    version = archive.read(wanted)
    if original:
        _print_original(archive, version, wanted)
    elif attestation:
        _print_attestation(archive, version)
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
        print(plain_lines(_as_text(data, version.record.original).replace("\r\n", "\n")))
    else:
        write_bytes(data)


def _print_attestation(archive: Archive, version: StoredVersion) -> None:
    kept = version.record.original.attestation
    if kept is None:
        raise InputError("no other archive attests this version", where=version.statement.name)
    if is_terminal(sys.stdout):
        raise InputError("an attestation is no text that a screen shows", hint="write it into a file: > FILE")
    write_bytes(archive.find_kept(version, kept)[1])


def _as_text(data: bytes, original: Original) -> str:
    """Read an original for a screen.

    Raises:
        InputError: It is no text.
    """
    if original.media_type == MAIL.media_type:
        return data.decode(errors="replace")
    if original.media_type not in {TEXT.media_type, HTML.media_type}:
        raise InputError("the original is no text that a screen shows", hint="write it into a file: > FILE")
    read = decode_page if original.media_type == HTML.media_type else decode
    return read(data, charset_again(original.charset, original.extractor.parameters), where=original.path)[0]


def _print_json(version: StoredVersion, wanted: Reference) -> None:
    data = version.record_bytes
    if wanted.paragraph is not None:
        # The leaf of the paragraph tree, to the byte.
        data = format_canonical({**version.paragraph(wanted.paragraph).as_json()})
    if is_terminal(sys.stdout):
        print(escape_json(data.decode()))
    else:
        write_bytes(data)
