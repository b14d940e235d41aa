"""Markdown: the adapter ``muniment-markdown`` (``docs/sources.md``).

- ``extraction``: from Markdown to the tree of a page, and its paragraphs
"""

from __future__ import annotations

from muniment.sources.worker import BoundedSource


class MarkdownSource(BoundedSource):
    """The adapter for ``text/markdown``.

    No bytes say that a text is Markdown: the keeper does.  The tree that CommonMark makes of it is rendered by the
    rules of ``muniment-html`` 1.
    """

    name = "muniment-markdown"
    media_type = "text/markdown"
    suffix = "md"
    extra = "markdown"
    reader = "markdown"
    thing = "text"
    needs = ("markdown_it", "selectolax")
