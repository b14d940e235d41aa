"""How long to wait before a host is asked again, and when to leave it alone; without a clock.

Each visit to a host is a delay after the one before it.  After one that failed the delay doubles, up to ten minutes,
and after three in a row the host is left alone until the next run.  Where a host says when to come again, it is not
asked before; but where that is longer than ten minutes it is left alone until the next run.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_LONGEST: Final = 600.0  # seconds
_MOST_FAILURES: Final = 3
_MOST_DIGITS: Final = 9  # of a number of seconds: thirty years


def read_retry_after(value: str, date: str, asked: str) -> float | None:
    """Read when a server says to come again (RFC 9110 section 10.2.3).

    Args:
        value: Its header ``Retry-After``: a number of seconds, or a date.
        date: Its header ``Date``, from which a date is counted; empty where there is none.
        asked: When it was asked, from which it is counted then; RFC 3339 in UTC.

    Returns:
        Seconds, none of them negative; None where it does not say.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value) if len(value) <= _MOST_DIGITS else float("inf")
    until = _read_date(value)
    if until is None:
        return None
    begin = _read_date(date) or datetime.fromisoformat(asked)
    return max(0.0, (until - begin).total_seconds())


def _read_date(value: str) -> datetime | None:
    with suppress(ValueError, TypeError, OverflowError, IndexError):
        found = parsedate_to_datetime(value)
        return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return None


@dataclass(slots=True)
class _Host:
    free_at: float = 0.0
    failures: int = 0
    shut: bool = False


@dataclass(slots=True)
class Politeness:
    """What is known of the hosts in one run.

    Attributes:
        delay: Seconds between two visits to a host.
    """

    delay: float
    _hosts: dict[str, _Host] = field(default_factory=dict)

    def wait(self, host: str, now: float) -> float:
        """How many seconds to wait before a host may be asked."""
        return max(0.0, self._hosts.get(host, _Host()).free_at - now)

    def leaves_alone(self, host: str) -> str:
        """Say why a host is not asked again in this run; nothing where it is asked."""
        known = self._hosts.get(host, _Host())
        if known.shut:
            return f"its server asks to wait longer than the {_LONGEST / 60:g} minutes that a run waits"
        return "its host failed three times in a row" if known.failures >= _MOST_FAILURES else ""

    def note(self, host: str, now: float, *, failed: bool, later: float = 0.0) -> None:
        """Note that a visit to a host ended, and how.

        Args:
            host: The host.
            now: When it ended.
            failed: Whether it gave no answer, or no page.
            later: In how many seconds the host may be asked again, as it says; 0 where it does not.
        """
        known = self._hosts.setdefault(host, _Host())
        known.failures = known.failures + 1 if failed else 0
        known.shut = later > max(_LONGEST, self.delay)
        delay = min(self.delay * 2**known.failures, max(_LONGEST, self.delay))
        known.free_at = now + max(delay, 0.0 if known.shut else later)
