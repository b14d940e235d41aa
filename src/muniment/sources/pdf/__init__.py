"""PDF: the adapter ``muniment-pdf``, and the rules by which its lines become paragraphs (``docs/sources.md``).

- ``extraction``: one PDF from bytes to paragraphs
- ``engine``: its lines, as pdfium sees them
- ``running``: running heads and page numbers
- ``layout``: paragraphs by where lines stand
- ``hyphens``: hyphens at the ends of lines
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from muniment.errors import SourceError
from muniment.sources.adapter import NO_WISH, Extraction, Wish
from muniment.sources.worker import extract_in_child

MAX_PDF: Final = 16 * 1024 * 1024
"""Bytes of a PDF; the text that is taken out of it is bounded by itself."""


class PdfSource:
    """The adapter for ``application/pdf``; read in a process of its own, since its engine can be made to end itself."""

    name: Final = "muniment-pdf"
    version: Final = "1"
    media_type: Final = "application/pdf"
    suffix: Final = "pdf"
    extra: Final = "pdf"

    def at_hand(self) -> bool:
        """Whether the engine is installed; it is not loaded."""
        return find_spec("pypdfium2") is not None

    def extract(self, data: bytes, charset: str | None, *, wish: Wish = NO_WISH, where: str = "") -> Extraction:
        """Take the paragraphs out of a PDF.

        Raises:
            SourceError: As ``extraction.extract_pdf``, or the PDF cannot be read within the limits.
            UnavailableError: The process could not be started.
        """
        if len(data) > MAX_PDF:
            raise SourceError(
                "the PDF is too large", where=where, expected=f"at most {MAX_PDF} bytes", found=f"{len(data)} bytes"
            )
        return extract_in_child("pdf", data, charset, wish, where=where)
