"""Words out of bytes: one adapter a medium, and the rules that cut text into citable paragraphs.

``extract`` takes the bytes of an original and gives its paragraphs; ``extractor_for`` gives the very adapter
that a record names, so that anyone can take the text out again and compare.  Nothing here edits: every
paragraph is a slice of the decoded original, code point for code point.
"""

from __future__ import annotations

from muniment.sources.base import Extraction, Extractor, Paragraph, Source
from muniment.sources.registry import extract, extractor_for
from muniment.sources.text import MAX_ORIGINAL, decode

__all__ = [
    "MAX_ORIGINAL",
    "Extraction",
    "Extractor",
    "Paragraph",
    "Source",
    "decode",
    "extract",
    "extractor_for",
]
