"""HTML: the adapter ``muniment-html``, and the rules by which a page becomes paragraphs (``docs/sources.md``).

- ``extraction``: one page from bytes to paragraphs
- ``charset``: from bytes to characters, as browsers read them
- ``elements``: the tree of the page, by a parser that keeps to the HTML Standard, and its limits
- ``element_index``: its elements by their tags, classes and ids
- ``selector``: CSS selectors that name parts of it
- ``rendering``: its paragraphs, as they are rendered
- ``table_rows``: which rows of tables are one paragraph
- ``markers``: numbers and bullets before the items of lists
- ``naming``: labels and ids
- ``stated``: what the page states about itself
- ``main_part``: the rule that proposes the main part
- ``page_blocks``: the words of its blocks, and what of them stands beside the matter
- ``beside``: the names by which pages say so
- ``short_selectors``: selectors for what was found
"""

from __future__ import annotations

from typing import Final

from muniment.sources.worker import LARGEST, BoundedSource

MAX_PAGE: Final = LARGEST
"""Bytes of a page."""


class HtmlSource(BoundedSource):
    """The adapter for ``text/html``."""

    name = "muniment-html"
    media_type = "text/html"
    suffix = "html"
    extra = "html"
    reader = "html"
    thing = "page"
    needs = ("selectolax",)
