"""From when to when ssh-keygen accepts a key: dates for a tool that knows no log.

The log's order decides, and dates are claims.  But ssh-keygen would accept a retired key for ever, so the file for it
has a window for each key that came with a later root, was retired or was revoked.  It is told the time to judge by
with ``-Overify-time``; without that it takes today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.signing.trust_table import TrustRoot
    from muniment.ssh.keys import PublicKey


@dataclass(frozen=True, slots=True)
class Window:
    """When a key is accepted, both ends included; None where there is no end.

    Attributes:
        after: RFC 3339 in UTC: ``created`` of the root that brought the key; None for root 1.
        before: RFC 3339 in UTC: ``created`` of the root that retired it, or the second
            before ``since`` of its revocation.
    """

    after: str | None = None
    before: str | None = None

    def nearest(self, time: str) -> str:
        """Give the time in the window that is nearest to a time: clocks may differ by seconds from the log's order."""
        later = time if self.after is None else max(time, self.after)
        return later if self.before is None else min(later, self.before)


def record_window(chain: Sequence[TrustRoot], key: PublicKey) -> Window:
    """Give the window in which a record key signs records; the widest where no root names the key."""
    held = [(root, mine) for root in chain for mine in root.record_keys if mine.key == key]
    if not held:
        return Window()
    ends = [root.created for root, mine in held if mine.last_index is not None][:1]
    # From that second on it counts no more, and ssh-keygen takes the end as part of the window.
    ends += [_second_before(mine.revoked.since) for _, mine in held[-1:] if mine.revoked is not None]
    return _window(held[0][0], min(ends, default=None))


def root_window(chain: Sequence[TrustRoot], key: PublicKey) -> Window:
    """Give the window in which a root key signs roots; the successor that drops it is signed with it."""
    held = [root for root in chain if key in root.root_keys]
    if not held:
        return Window()
    return _window(held[0], next((root.created for root in chain if root.version > held[-1].version), None))


def _second_before(time: str) -> str:
    before = datetime.fromisoformat(time) - timedelta(seconds=1)
    return before.strftime("%Y-%m-%dT%H:%M:%SZ")


def _window(brought: TrustRoot, before: str | None) -> Window:
    after = brought.created if brought.version > 1 else None
    if after is not None and before is not None and after >= before:
        after = None  # ssh-keygen takes no line whose window has no inside
    return Window(after, before)


def compact(time: str) -> str:
    """Write a time as ssh-keygen takes it, ``YYYYMMDDHHMMSSZ``: without the Z it would mean the local zone."""
    return time.translate(str.maketrans("", "", "-:T"))
