"""Reaching into JSON that others wrote, where any member may be missing or of another kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_HEX = re.compile(r"[0-9a-f]{64}")


def at(value: object, *path: str | int) -> Any:  # noqa: ANN401 - a part of JSON of any kind
    """Give the part of a JSON value at a path, or None."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, Mapping) else None
        else:
            value = value[step] if isinstance(value, list) and step < len(value) else None
    return value


def scalar(value: object) -> str | None:
    """Give a string or an integer as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value)


def digits(text: str, prefix: str) -> str | None:
    """Give the 64 hex digits of a hash that follow a prefix, or None."""
    rest = text.strip().removeprefix(prefix)
    return rest if _HEX.fullmatch(rest) else None
