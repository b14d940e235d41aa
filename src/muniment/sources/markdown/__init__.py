"""Markdown: the adapter ``muniment-markdown`` (``docs/sources.md``).

- ``extraction``: from Markdown to the tree of a page, and its paragraphs
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from muniment.sources.adapter import NO_WISH, Extraction, Wish
from muniment.sources.worker import extract_in_child


class MarkdownSource:
    """The adapter for ``text/markdown``; it is read in a process of its own, which is bounded.

    No bytes say that a text is Markdown: the keeper does.  The tree that CommonMark makes of it is rendered by the
    rules of ``muniment-html`` 1.
    """

    name: Final = "muniment-markdown"
    version: Final = "1"
    media_type: Final = "text/markdown"
    suffix: Final = "md"
    extra: Final = "markdown"

    def at_hand(self) -> bool:
        """Whether both parsers are installed; they are not loaded."""
        return all(find_spec(name) is not None for name in ("markdown_it", "selectolax"))

    def extract(self, data: bytes, charset: str | None, *, wish: Wish = NO_WISH, where: str = "") -> Extraction:
        """Take the paragraphs out of Markdown.

        Raises:
            SourceError: As ``extraction.extract_markdown``, or it cannot be read within the limits.
            UnavailableError: The process could not be started.
        """
        return extract_in_child("markdown", data, charset, wish, where=where)
