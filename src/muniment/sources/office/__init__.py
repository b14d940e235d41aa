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

from muniment.sources.worker import LARGEST, BoundedSource

MAX_DOCUMENT: Final = LARGEST
"""Bytes of a document with its pictures."""


class DocxSource(BoundedSource):
    """The adapter for Word documents (docx), by the parsers of the standard library."""

    name = "muniment-docx"
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    suffix = "docx"
    reader = "docx"
    thing = "document"


class OdtSource(BoundedSource):
    """The adapter for OpenDocument texts (odt), by the same parsers."""

    name = "muniment-odt"
    media_type = "application/vnd.oasis.opendocument.text"
    suffix = "odt"
    reader = "odt"
    thing = "document"
