"""The file ``reading-text.txt``: a version as people read it, with its emendations in brackets and accounted for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from muniment.cite import Citation
from muniment.record import Emendation, Record
from muniment.record.reading import reading_paragraphs

# C0 but the tab and the newline, DEL, C1, the separators that some readers take for a newline, and what turns the
# direction of the text around it.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def format_reading_text(record: Record, citation: Citation) -> str:
    """Write the file: title, reference, the text with its printed labels, and what the editors did.

    Control characters are shown as escapes, so that the file is safe to print on a terminal; ``record.json`` has the
    exact characters.
    """
    paragraphs = [
        f"{paragraph.label} {text}" if paragraph.label else text for paragraph, text in reading_paragraphs(record)
    ]
    head = f"{record.description.title}\n{record.name}, {citation.origin}\nSHA-256 {citation.sha256}"
    blocks = [head, *_legend(record, paragraphs), *paragraphs]
    if record.emendations:
        blocks.append("\n".join(_emendations(record)))
    return "\n\n".join(show_hidden(block) for block in blocks) + "\n"


def show_hidden(text: str) -> str:
    r"""Show control characters and direction overrides as escapes, ``\x1b`` and ``\u202e``."""
    return _HIDDEN.sub(lambda match: ascii(match[0])[1:-1], text)


def _legend(record: Record, paragraphs: list[str]) -> Iterator[str]:
    notes = []
    if record.emendations:
        notes.append(
            "[ ] holds what the archive's editors supply, correct, omit or cannot read; the list is at the end."
        )
    if any("\u27e6" in text or "\u27e7" in text for text in paragraphs):
        notes.append("\u27e6 \u27e7 are the square brackets of the original.")
    if any(_HIDDEN.search(text) for text in paragraphs):
        notes.append("\\x.. and \\u.... are invisible control characters of the original.")
    if notes:
        yield "\n".join(notes)


def _emendations(record: Record) -> Iterator[str]:
    texts = {paragraph.id: paragraph.text for paragraph in record.paragraphs}
    yield "Emendations:"
    for emendation in record.emendations:
        yield f"{emendation.paragraph}: {_act(emendation, texts)}. {emendation.reason} ({emendation.by})"


def _act(emendation: Emendation, texts: dict[str, str]) -> str:
    # An emendation of no paragraph is for check 5 to refuse.
    text = texts.get(emendation.paragraph, "")
    received = " ".join(text[emendation.start : emendation.end].split())
    words = emendation.replacement.strip()
    match emendation.kind:
        case "supplied":
            return f"supplied “{words}”"
        case "corrected":
            return f"corrected “{received}” to “{words}”"
        case kind:
            return f"{kind}: “{received}”"
