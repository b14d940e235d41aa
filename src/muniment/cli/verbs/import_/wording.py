"""What to do next, as whoever imports reads it: what other verbs take by an option, an import has in its map file."""

from __future__ import annotations

import re

from muniment.cli.hints import error_line
from muniment.errors import MunimentError

FORMS = (
    (r"name its charset, for example (\S+)", r'say charset = "\1" in the map file'),
    (r"name another charset, such as (\S+)", r'say charset = "\1" in the map file'),
    (r"name another charset(, or convert the file to UTF-8)?", "say another charset in the map file"),
    (r"(if it is UTF-16, )?name utf-16le or utf-16be", r'\1say charset = "utf-16le" or "utf-16be" in the map file'),
    (r"leave the charset out(, or name \S+)?", "leave charset out of the rule in the map file"),
    (r"leave the media type out", "leave media_type out of the rule in the map file"),
    (r"(?:give a title)", "say its title in the map file"),
)
"""Clauses as they are said below the command, and what they are in an import; held against the code below by
``tests/cli/test_hints.py``."""

_BETWEEN = re.compile(r"((?:;|:|\?) )")
"""What ends a clause."""


def hint_in_import(hint: str) -> str:
    """Say a hint as whoever imports reads it, clause by clause."""
    return "".join(_clause(part) for part in _BETWEEN.split(hint))


def _clause(said: str) -> str:
    matches = ((re.fullmatch(form, said), words) for form, words in FORMS)
    return next((match.expand(words) for match, words in matches if match is not None), said)


def line_in_import(error: MunimentError) -> str:
    """Give the one line of an error, as whoever imports reads it."""
    read = MunimentError(
        error.what,
        where=error.where,
        expected=error.expected,
        found=error.found,
        hint=hint_in_import(error.hint),
        check=error.check,
    )
    return error_line(read)
