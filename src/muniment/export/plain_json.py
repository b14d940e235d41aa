"""JSON for other software to read: two blanks a level, UTF-8, members in the order given, a final line feed."""

from __future__ import annotations

import orjson

from muniment.canonical import Json


def format_plain(value: Json) -> bytes:
    """Write a JSON value; the same value gives the same bytes everywhere, those of ``json.dumps`` with ``indent=2``."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
