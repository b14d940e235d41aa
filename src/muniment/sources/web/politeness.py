"""How long to wait before a host is asked again, and when to leave it alone; without a clock.

Each visit to a host is a delay after the one before it.  After one that failed the delay doubles, up to ten minutes,
and after three in a row the host is left alone until the next run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_LONGEST: Final = 600.0  # seconds
_MOST_FAILURES: Final = 3


@dataclass(slots=True)
class _Host:
    free_at: float = 0.0
    failures: int = 0


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

    def leaves_alone(self, host: str) -> bool:
        """Whether a host failed so often that it is not asked again in this run."""
        return self._hosts.get(host, _Host()).failures >= _MOST_FAILURES

    def note(self, host: str, now: float, *, failed: bool) -> None:
        """Note that a visit to a host ended, and how."""
        known = self._hosts.setdefault(host, _Host())
        known.failures = known.failures + 1 if failed else 0
        known.free_at = now + min(self.delay * 2**known.failures, max(_LONGEST, self.delay))
