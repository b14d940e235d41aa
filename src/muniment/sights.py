"""Earlier sights of a log: what a machine saw on days before it looked last, which shows that entries were there."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import cast

from muniment.canonical import Json
from muniment.errors import FormatError
from muniment.log.encoding import parse_hash

MAX_EARLIER = 64
"""So many earlier sights are kept; beyond that every second one is let go."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier sight of the log, which shows that its entries were there on that day.

    Attributes:
        size: Number of entries.
        root_hash: Root hash of the log at that size, 32 bytes.
        seen: The day, ``YYYY-MM-DD`` in UTC.
    """

    size: int
    root_hash: bytes
    seen: str


def format_sights(earlier: tuple[Earlier, ...]) -> Json:
    """Give earlier sights as JSON."""
    return [
        {"root": base64.b64encode(sight.root_hash).decode(), "seen": sight.seen, "size": sight.size}
        for sight in earlier
    ]


def parse_sights(value: Json, where: str) -> tuple[Earlier, ...]:
    """Read earlier sights: at least one, each later and larger than the one before.

    Raises:
        FormatError: They are none.
    """
    sights = value if isinstance(value, list) else []
    if not 1 <= len(sights) <= MAX_EARLIER:
        raise FormatError("not a memory file", where=where, expected=f"1 to {MAX_EARLIER} earlier sights")
    earlier = tuple(_parse_sight(sight, where) for sight in sights)
    if any(one.size >= other.size or one.seen >= other.seen for one, other in pairwise(earlier)):
        raise FormatError("not a memory file", where=where, expected="earlier sights, smallest first")
    return earlier


def _parse_sight(value: Json, where: str) -> Earlier:
    members = value if isinstance(value, dict) else {}
    root, seen, size = (members.get(name) for name in ("root", "seen", "size"))
    known = len(members) == 3 and isinstance(root, str) and isinstance(seen, str)
    if not known or type(size) is not int or size < 1:
        raise FormatError("not a memory file", where=where, expected="root, seen and size of an earlier sight")
    check_day(cast("str", seen), where)
    return Earlier(size, parse_hash(cast("str", root).encode(), where), cast("str", seen))


def check_day(seen: str, where: str) -> None:
    """Refuse what is no day of the calendar.

    Raises:
        FormatError: It is not ``YYYY-MM-DD``.
    """
    try:
        plain = date.fromisoformat(seen).isoformat() == seen
    except ValueError:
        plain = False
    if not plain:
        raise FormatError("not a day", where=where, expected="YYYY-MM-DD", found=ascii(seen)[:40])


def with_sight(earlier: tuple[Earlier, ...], sight: Earlier) -> tuple[Earlier, ...]:
    """Keep one sight more, unless the same size was seen earlier."""
    if earlier and earlier[-1].size >= sight.size:
        return earlier
    kept = (*earlier, sight)
    return kept if len(kept) <= MAX_EARLIER else kept[::2]
