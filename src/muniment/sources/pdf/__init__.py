"""PDF: the adapter ``muniment-pdf``, and the rules by which its lines become paragraphs (``docs/sources.md``).

- ``extraction``: one PDF from bytes to paragraphs
- ``engine``: its lines, as pdfium sees them
- ``sizes``: the usual letter size, and what is larger
- ``running``: running heads and page numbers
- ``text_columns``: where the lines of one paragraph end
- ``layout``: paragraphs, and of what kind they are
- ``hyphens``: hyphens at the ends of lines
"""

from __future__ import annotations

from muniment.sources.worker import BoundedSource


class PdfSource(BoundedSource):
    """The adapter for ``application/pdf``; its engine can be made to end its process."""

    name = "muniment-pdf"
    media_type = "application/pdf"
    suffix = "pdf"
    extra = "pdf"
    reader = "pdf"
    thing = "PDF"
    needs = ("pypdfium2",)
