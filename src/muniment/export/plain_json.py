"""JSON for other software to read: in one line, UTF-8, members in the order given, a final line feed."""

from __future__ import annotations

import orjson

from muniment.canonical import Json


def format_plain(value: Json) -> bytes:
    """Write a JSON value; the same value gives the same bytes everywhere, without any blank between its parts."""
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
