"""Documents of word processors, and the rules by which they become paragraphs: ``muniment-docx``, ``muniment-odt``.

- ``word``: one Word document (docx) from bytes to paragraphs
- ``word_styles``: what a paragraph of one has by its style: heading, list
- ``open_document``: one OpenDocument text (odt) from bytes to paragraphs
- ``open_styles``: what a paragraph of one has by its style
- ``counting``: the numbers that are printed before paragraphs
- ``flow``: paragraphs, rows and notes while a document is read
- ``outcome``: what comes of it
- ``package``: the parts of a document that is a zip, within limits
"""

from __future__ import annotations

from typing import Final

from muniment.errors import SourceError
from muniment.sources.adapter import NO_WISH, Extraction, Wish
from muniment.sources.worker import extract_in_child

MAX_DOCUMENT: Final = 16 * 1024 * 1024
"""Bytes of a document with its pictures."""


class DocxSource:
    """The adapter for Word documents (docx); they are read in a process of their own, which is bounded."""

    name: Final = "muniment-docx"
    version: Final = "1"
    media_type: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    suffix: Final = "docx"
    extra: Final = ""

    def at_hand(self) -> bool:
        """Always: the parsers are those of the standard library."""
        return True

    def extract(self, data: bytes, charset: str | None, *, wish: Wish = NO_WISH, where: str = "") -> Extraction:
        """Take the paragraphs out of a document.

        Raises:
            SourceError: As ``word.extract_docx``, or the document cannot be read within the limits.
            UnavailableError: The process could not be started.
        """
        check_document_size(data, where)
        return extract_in_child("docx", data, charset, wish, where=where)


class OdtSource:
    """The adapter for OpenDocument texts (odt); they are read in a process of their own, which is bounded."""

    name: Final = "muniment-odt"
    version: Final = "1"
    media_type: Final = "application/vnd.oasis.opendocument.text"
    suffix: Final = "odt"
    extra: Final = ""

    def at_hand(self) -> bool:
        """Always: the parsers are those of the standard library."""
        return True

    def extract(self, data: bytes, charset: str | None, *, wish: Wish = NO_WISH, where: str = "") -> Extraction:
        """Take the paragraphs out of a document.

        Raises:
            SourceError: As ``open_document.extract_odt``, or the document cannot be read within the limits.
            UnavailableError: The process could not be started.
        """
        check_document_size(data, where)
        return extract_in_child("odt", data, charset, wish, where=where)


def check_document_size(data: bytes, where: str) -> None:
    """Refuse a document before it is handed on.

    Raises:
        SourceError: It is too large.
    """
    if len(data) > MAX_DOCUMENT:
        raise SourceError(
            "the document is too large",
            where=where,
            expected=f"at most {MAX_DOCUMENT} bytes",
            found=f"{len(data)} bytes",
        )
