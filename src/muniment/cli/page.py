"""The page of a version: its head, its paragraphs with their ids in the margin, its emendations."""

from __future__ import annotations

from collections.abc import Sequence

from muniment.archive import StoredVersion
from muniment.cli.terminal import cells, pad, plain, plain_lines, screen_width, wrap
from muniment.record import Issued, Paragraph, Record
from muniment.record.reading import reading_text

_LABEL_WIDTH = 9


def print_head(version: StoredVersion, proven: str | None) -> None:
    """Print what the version is, its times, claimed and proven apart, and its hash.

    Args:
        version: The version.
        proven: What is proven of its time, in words; None for nothing.
    """
    record, description = version.record, version.record.description
    change = record.change.kind
    change += f", reverts to v{record.change.reverts_to}" if record.change.reverts_to else ""
    change += f": {record.change.note}" if record.change.note else ""
    print(version.statement.name)
    _field("title", description.title)
    _field("issuer", description.issuer or "unknown")
    _field("issued", issued_text(description.issued))
    _field("language", description.language)
    _field("uri", record.original.uri)
    _field("retrieved", record.original.retrieved and f"{record.original.retrieved} (claimed)")
    _field("change", change)
    _field("logged", f"{version.statement.logged_at} (claimed), entry {version.index}")
    _field("time", proven)
    _field("record", version.statement.record)
    print()


def _field(label: str, text: str | None) -> None:
    if text:
        first, *rest = wrap(plain(text), screen_width() - _LABEL_WIDTH - 3)
        print(f"  {label:<{_LABEL_WIDTH}} {first}")
        for line in rest:
            print(f"  {'':<{_LABEL_WIDTH}} {line}")


def issued_text(issued: Issued) -> str:
    """Say a date of issue with what it rests on."""
    if issued.date is None:
        return "unknown"
    return f"{issued.date} ({issued.basis}{f': {issued.note}' if issued.note else ''})"


def print_paragraphs(record: Record, paragraphs: Sequence[Paragraph], *, as_received: bool) -> None:
    """Print paragraphs, an empty line between them."""
    margin = max(cells(plain(paragraph.id)) for paragraph in paragraphs)
    for number, paragraph in enumerate(paragraphs):
        if number:
            print()
        text = paragraph.text if as_received else reading_text(paragraph, record.emendations)
        shown = f"{paragraph.label} {text}" if paragraph.label else text
        room = screen_width() - margin - 4
        lines = _as_received(shown) if as_received else wrap(plain(shown.replace("\t", " ")), room)
        for place, line in enumerate(lines):
            print(f"  {pad('' if place else plain(paragraph.id), margin)}  {line}".rstrip())


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
        said = {
            "supplied": f"supplied “{emendation.replacement.strip()}”",
            "corrected": f"“{words}” corrected to “{emendation.replacement}”",
            "omitted": f"omitted “{words}”",
            "unclear": f"“{words}” is unclear",
        }[emendation.kind]
        line = plain(f"{emendation.paragraph}  {said}, by {emendation.by}: {emendation.reason}")
        first, *rest = wrap(line, screen_width() - 4)
        print(f"  {first}")
        for more in rest:
            print(f"    {more}")
