"""A paragraph in words: its id without the letter, so that it always leads back to one paragraph.

For a printed number that is the number: ``p16`` is ``para. 16``.  The first unnumbered paragraph after 9 is
``para. 9.1``, the second one that is printed as 16 is ``para. 16-2``, and ``h1`` is ``heading 1``.
"""

from __future__ import annotations

_HEADING = "heading"


def format_locator(paragraph: str, mark: str = "para.") -> str:
    """Write a locator.

    Args:
        paragraph: Id in its normal form, ``p16``.
        mark: What stands before the number of a paragraph: ``para.``, ``par.`` or ``¶``.
    """
    return f"{_HEADING if paragraph.startswith('h') else mark} {paragraph[1:]}"


def parse_locator(text: str) -> str:
    """Read a locator back to the id of the paragraph."""
    mark, _, number = text.rpartition(" ")
    return f"{'h' if mark == _HEADING else 'p'}{number}"
