"""The files of a snapshot that are there to be read and quoted.

``reading-text.txt`` is the version as people read it, with its emendations in brackets and accounted for.  ``cite/``
has the citation in every style, and in the formats that other software imports.  ``paragraphs.tsv`` has the hash of
every paragraph, so that a quotation can be checked without reading JSON.  JSON for other software is in one line,
UTF-8, with its members in the order given and a final line feed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import orjson

from muniment.canonical import Json
from muniment.cite import Citation
from muniment.cite.formats import STYLE_NAMES, format_citation
from muniment.digest import format_digest, ni_uri, sha256_hex
from muniment.record import Emendation, Record
from muniment.record.reading import reading_paragraphs
from muniment.snapshot.signed_files import SignedFiles
from muniment.trust.root import Withdrawal

# C0 but the tab and the newline, DEL, C1, the separators that some readers take for a newline, and what turns the
# direction of the text around it.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def format_reading_text(record: Record, citation: Citation, withdrawal: Withdrawal | None = None) -> str:
    """Write the file: title, reference, the text with its printed labels, and what the editors did.

    Control characters are shown as escapes, so that the file is safe to print on a terminal; ``record.json`` has the
    exact characters.
    """
    paragraphs = [
        f"{paragraph.label} {text}" if paragraph.label else text for paragraph, text in reading_paragraphs(record)
    ]
    head = f"{record.description.title}\n{record.name}, {citation.origin}\nSHA-256 {citation.sha256}"
    gone = [f"This version was {withdrawal.words}"] if withdrawal else []
    blocks = [*gone, head, *_legend(record, paragraphs), *paragraphs]
    if record.emendations:
        blocks.append("\n".join(_emendations(record)))
    return "\n\n".join(plain(block) for block in blocks) + "\n"


def plain(text: str) -> str:
    r"""Show control characters and direction overrides as escapes, ``\x1b`` and ``\u202e``."""
    return _HIDDEN.sub(lambda match: ascii(match[0])[1:-1], text)


def _legend(record: Record, paragraphs: list[str]) -> Iterator[str]:
    notes = []
    if record.emendations:
        notes.append(
            "[ ] holds what the archive's editors supply, correct, omit or cannot read; the\nlist is at the end."
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


CITATION = "cite/citation.txt"
CSL = "cite/citation.csl.json"

FORMS: Mapping[str, str] = {
    CSL: "csl-json",
    "cite/citation.bib": "biblatex",
    "cite/citation.ris": "ris",
    "cite/citation.datacite.json": "datacite",
}
"""The format of each file but ``citation.txt``."""

CITE_FILES = (CITATION, *FORMS)


def citation_files(signed_files: SignedFiles) -> dict[str, bytes]:
    """Give the files by path below ``data/``; none of them names a day of access, for nobody's is known."""
    citation = signed_files.citation
    return {
        CITATION: _citation_text(signed_files),
        **{path: format_citation(citation, form).encode() for path, form in FORMS.items()},
    }


def _citation_text(signed_files: SignedFiles) -> bytes:
    """Every style under its name, then the hash in both spellings; an empty line after each, as who reads it wants."""
    citation = signed_files.citation
    blocks = [block for style in STYLE_NAMES for block in (f"{style}:", plain(format_citation(citation, style)))]
    blocks.append(f"{format_digest(citation.sha256)}\n{ni_uri(citation.sha256)}")
    return ("\n\n".join(blocks) + "\n").encode()


_HEAD = ("id", "sha256", "code_points")


def format_paragraphs(signed_files: SignedFiles) -> bytes:
    """Write the table: a head line, then one line a paragraph in the order of the text, tabs between, LF at the end.

    The hash is the SHA-256 of the words as received, without their printed label, in UTF-8; the length is in code
    points.  Ids hold no tab (``docs/format.md`` section 8.7).
    """
    rows = [
        (paragraph.id, sha256_hex(paragraph.text.encode()), str(len(paragraph.text)))
        for paragraph in signed_files.version.record.paragraphs
    ]
    return "".join("\t".join(row) + "\n" for row in (_HEAD, *rows)).encode()


def format_plain(value: Json) -> bytes:
    """Write a JSON value; the same value gives the same bytes everywhere, without any blank between its parts."""
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
