"""Patterns that look for something in text of strangers: a megabyte of what is nearly it, and there is an end.

A pattern that is tried from each character, and reads on to the end before it fails, takes hours for it.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from muniment.diff import fold
from muniment.diff.views import markdown, text
from muniment.importing.git_history import message_of
from muniment.record import reading
from muniment.site import http_messages
from muniment.sources import articles, headings
from muniment.sources.pdf import hyphens, text_columns
from muniment.sources.web import kept_exchange

MANY = 1 << 20


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        (fold._BESIDE_UNSPACED, " "),
        (markdown._LIVE, "4"),
        (markdown._LIVE, "a:"),
        (reading._LINE_BREAK, " "),
        (http_messages._TAG, " "),
        (http_messages._TAG, '"" '),
        (headings._TAIL, "\n "),
        (headings._TAIL, "{:} "),
        (hyphens._BROKEN, "a"),
        (hyphens._BROKEN, "a-"),
        (text_columns._LEADER, " ."),
        (text_columns._LEADER, ".1"),
        (kept_exchange._LINE, "a"),
        (kept_exchange._LINE, "a\r"),
    ],
    ids=lambda value: ascii(value)[:12] if isinstance(value, str) else "",
)
def test_what_is_looked_for_everywhere(pattern: re.Pattern[Any], part: str) -> None:
    """Looking through all of it ends, and so does looking once more where something else stands at the end."""
    is_bytes = isinstance(pattern.pattern, bytes)
    for end in ("", "!"):
        long = part * (MANY // len(part)) + end
        assert all(match[0] for match in pattern.finditer(long.encode() if is_bytes else long))


@pytest.mark.parametrize(
    ("pattern", "part"), [(articles._CITES, " "), (articles._CITES, "("), (text._FENCED, "`")], ids=ascii
)
def test_what_is_looked_for_at_one_place(pattern: re.Pattern[str], part: str) -> None:
    """What may stand at a place is not there."""
    assert pattern.match(part * MANY) is None


@pytest.mark.parametrize("part", ["w-", "w@", "<", "<@", "a@b.c+", "+a@b.c", "a.b@"])
def test_messages_of_commits(part: str) -> None:
    """Addresses are looked for in a message of any length."""
    assert "b.c" not in (message_of(part * (MANY // len(part)), with_authors=False) or "")
