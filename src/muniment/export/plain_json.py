"""JSON for other software to read: two blanks a level, UTF-8, members in the order given, a final line feed."""

from __future__ import annotations

import json

from muniment.canonical import Json


def format_plain(value: Json) -> bytes:
    """Write a JSON value; the same value gives the same bytes everywhere."""
    return f"{json.dumps(value, ensure_ascii=False, indent=2)}\n".encode()
