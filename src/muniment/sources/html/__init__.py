"""HTML: the adapter ``muniment-html``, and the rules by which a page becomes paragraphs (``docs/sources.md``).

- ``extraction``: one page from bytes to paragraphs
- ``charset``: from bytes to characters, as browsers read them
- ``elements``: the tree of the page, by a parser that keeps to the HTML Standard, and its limits
- ``selector``: CSS selectors that name parts of it
- ``rendering``: its paragraphs, as they are rendered
- ``markers``: numbers and bullets before the items of lists
- ``naming``: labels and ids
- ``stated``: what the page states about itself
- ``main_part``: the rule that proposes the main part
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from muniment.errors import SourceError
from muniment.sources.adapter import NO_WISH, Extraction, Wish
from muniment.sources.worker import extract_in_child

MAX_PAGE: Final = 16 * 1024 * 1024
"""Bytes of a page; the text that is taken out of it is bounded by itself."""


class HtmlSource:
    """The adapter for ``text/html``; pages are read in a process of their own, which is bounded."""

    name: Final = "muniment-html"
    version: Final = "1"
    media_type: Final = "text/html"
    suffix: Final = "html"
    extra: Final = "html"

    def at_hand(self) -> bool:
        """Whether the parser is installed; it is not loaded."""
        return find_spec("selectolax") is not None

    def extract(self, data: bytes, charset: str | None, *, wish: Wish = NO_WISH, where: str = "") -> Extraction:
        """Take the paragraphs out of a page.

        Raises:
            SourceError: As ``extraction.extract_page``, or the page cannot be read within the limits.
            UnavailableError: The process could not be started.
        """
        if len(data) > MAX_PAGE:
            raise SourceError(
                "the page is too large", where=where, expected=f"at most {MAX_PAGE} bytes", found=f"{len(data)} bytes"
            )
        return extract_in_child("html", data, charset, wish, where=where)
