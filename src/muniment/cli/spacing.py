"""Blanks around words that an editor supplies."""

from __future__ import annotations

from unicodedata import category, east_asian_width

_OPENING = {"Ps", "Pi", "Pd"}
_CLOSING = {"Po", "Pe", "Pf"}


def with_spaces(words: str, before: str, after: str) -> str:
    """Put the blanks around supplied words that keep them apart from the text; words that have some are left alone.

    Where the text itself goes on without a blank, in the middle of a word or in a script that has none, there is none.

    Args:
        words: What is supplied.
        before: The text up to there.
        after: The text from there on.
    """
    if words != words.strip():
        return words
    left, right = before[-1:], after[:1]
    if _wide(words[0]) or _wide(left) or _wide(right):
        return words
    leading = _joins(left, words[0]) and (not right or right.isspace() or category(right) in _CLOSING)
    trailing = _joins(words[-1], right) and (not left or left.isspace() or category(left) in _OPENING)
    return f"{' ' if leading else ''}{words}{' ' if trailing else ''}"


def _joins(left: str, right: str) -> bool:
    """Whether two characters side by side need a blank between them."""
    if not left or not right or left.isspace() or right.isspace():
        return False
    return category(left) not in _OPENING and category(right) not in _CLOSING


def _wide(character: str) -> bool:
    return bool(character) and east_asian_width(character[0]) in "WF"
