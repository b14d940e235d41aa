"""The file ``trust/allowed_signers``, for ssh-keygen (ALLOWED SIGNERS in its manual).

The file is generated, so verifying makes it again and compares.  ssh-keygen knows no log and no index: it says that a
key of the archive signed these bytes for this purpose, and ``signer_allowed`` says whether it might at that place.

The log's order decides, and dates are claims.  But ssh-keygen would accept a retired key for ever, so each key that
came with a later root, was retired or was revoked has a window of dates.  ssh-keygen is told the time to judge by with
``-Overify-time``; without that it takes today.  While no key was ever replaced, no line has a date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from muniment.ssh.sshsig import RECORD_NAMESPACE, ROOT_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.ssh.keys import PublicKey
    from muniment.trust.root import TrustRoot


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
    rows = [(root, row) for root in chain for row in root.record_keys if row.key == key]
    if not rows:
        return Window()
    ends = [root.created for root, row in rows if row.last_index is not None][:1]
    # From that second on it does not count, and ssh-keygen takes the end as part of the window.
    ends += [_second_before(row.revoked.since) for _, row in rows[-1:] if row.revoked is not None]
    return _window(rows[0][0], min(ends, default=None))


def root_window(chain: Sequence[TrustRoot], key: PublicKey) -> Window:
    """Give the window in which a root key signs roots; the successor that drops it is signed with it."""
    naming = [root for root in chain if key in root.root_keys]
    if not naming:
        return Window()
    return _window(naming[0], next((root.created for root in chain if root.version > naming[-1].version), None))


def _second_before(time: str) -> str:
    before = datetime.fromisoformat(time) - timedelta(seconds=1)
    return f"{before.isoformat()[:19]}Z"  # strftime would write the year 999 with three digits


def _window(brought: TrustRoot, before: str | None) -> Window:
    after = brought.created if brought.version > 1 else None
    if after is not None and before is not None and after >= before:
        after = None  # ssh-keygen takes no line whose window has no inside
    return Window(after, before)


def compact(time: str) -> str:
    """Write a time as ssh-keygen takes it, ``YYYYMMDDHHMMSSZ``: without the Z it would mean the local zone."""
    return time.translate(str.maketrans("", "", "-:T"))


_COMMENT = (
    "# Generated from trust/root. Use: ssh-keygen -Y verify -f trust/allowed_signers -I {principal}"
    " -n record@muniment -s record.json.sig{time} < record.json"
)


_TIME = " -Overify-time=YYYYMMDDHHMMSSZ"


def format_allowed_signers(chain: Sequence[TrustRoot]) -> bytes:
    """Write the file, the same bytes each time: a comment, then a line a key, sorted by key.

    It lists the record keys of the newest root and the root keys of all roots.  A key with both roles and one window
    has one line with both namespaces: with two lines ssh-keygen complains of the one that does not fit.

    Args:
        chain: Verified roots, oldest first; at least one.
    """
    newest = chain[-1]
    roots = {key for root in chain for key in root.root_keys}
    roles = {(key.line, root_window(chain, key), ROOT_NAMESPACE) for key in roots}
    roles |= {(row.key.line, record_window(chain, row.key), RECORD_NAMESPACE) for row in newest.record_keys}
    lines = []
    for key, window in {(key, window) for key, window, _ in roles}:
        namespaces = ",".join(sorted(role for named, when, role in roles if (named, when) == (key, window)))
        lines.append((key, f'{newest.principal} namespaces="{namespaces}"{_options(window)} {key}'))
    dated = any(window != Window() for _, window, _ in roles)
    comment = _COMMENT.format(principal=newest.principal, time=_TIME if dated else "")
    return "".join(f"{line}\n" for line in (comment, *(line for _, line in sorted(lines)))).encode()


def _options(window: Window) -> str:
    ends = (("valid-after", window.after), ("valid-before", window.before))
    return "".join(f',{name}="{compact(time)}"' for name, time in ends if time is not None)
