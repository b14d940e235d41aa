"""What shows that a part of the log was there at a time: a time stamp, a cosignature, somebody who saw it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proven:
    """That the first entries of the log existed no later than a time.

    Attributes:
        size: How many entries, from 1.
        time: RFC 3339 in UTC, to the second.
        who: Who says so, for people: an authority, a witness, ``this machine``.
    """

    size: int
    time: str
    who: str
