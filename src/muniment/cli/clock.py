"""The clock: the only place that reads it."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from muniment.errors import InputError

SOURCE_DATE_EPOCH = "SOURCE_DATE_EPOCH"
"""Seconds since 1970, to make the same bytes again (https://reproducible-builds.org/specs/source-date-epoch/)."""

_LAST_SECOND = 253402300799  # of the year 9999


def now() -> str:
    """Give the time in RFC 3339, UTC, to the second; ``SOURCE_DATE_EPOCH`` stops the clock.

    Raises:
        InputError: That variable is set and no number of seconds.
    """
    fixed = os.environ.get(SOURCE_DATE_EPOCH)
    if not fixed:
        return _format(datetime.now(UTC))
    if not (fixed.isascii() and fixed.isdecimal() and len(fixed) <= 12 and int(fixed) <= _LAST_SECOND):
        raise InputError("not a number of seconds", where=SOURCE_DATE_EPOCH, found=repr(fixed[:40]))
    return _format(datetime.fromtimestamp(int(fixed), UTC))


def seconds() -> int:
    """Give the same time in seconds since 1970.

    Raises:
        InputError: As ``now``.
    """
    return int(datetime.fromisoformat(now()).timestamp())


def _format(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ") if time.year > 999 else f"{time.isoformat()[:19]}Z"
