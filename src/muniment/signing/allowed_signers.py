"""The file ``trust/allowed_signers``, for ssh-keygen (ALLOWED SIGNERS in its manual).

The file is generated, so verifying makes it again and compares.  ssh-keygen knows no log and no index: it
says that a key of the archive signed these bytes for this purpose, and `signer_allowed` says whether it might
at that place.  While no key was ever replaced no line has a date.  After that each key has the window of `window`,
and a signature of a retired key is checked with ``-Overify-time``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.signing.window import Window, compact, record_window, root_window
from muniment.ssh.sshsig import RECORD_NAMESPACE, ROOT_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.signing.trust_table import TrustRoot

_COMMENT = (
    "# Generated from trust/root. Use: ssh-keygen -Y verify -f trust/allowed_signers -I {principal}"
    " -n record@muniment -s record.json.sig{time} < record.json"
)


_TIME = " -Overify-time=YYYYMMDDHHMMSSZ"


def format_allowed_signers(chain: Sequence[TrustRoot]) -> bytes:
    """Write the file, the same bytes each time: a comment, then a line a key, sorted by key.

    Listed are the record keys of the newest root and the root keys of all roots.  A key with both roles and one window
    has one line with both namespaces: with two lines ssh-keygen complains of the one that does not fit.

    Args:
        chain: Verified roots, oldest first; at least one.
    """
    newest = chain[-1]
    roots = {key for root in chain for key in root.root_keys}
    roles = {(key.line, root_window(chain, key), ROOT_NAMESPACE) for key in roots}
    roles |= {(held.key.line, record_window(chain, held.key), RECORD_NAMESPACE) for held in newest.record_keys}
    lines = []
    for key, window in {(key, window) for key, window, _ in roles}:
        namespaces = ",".join(sorted(role for held, when, role in roles if (held, when) == (key, window)))
        lines.append((key, f'{newest.principal} namespaces="{namespaces}"{_options(window)} {key}'))
    dated = any(window != Window() for _, window, _ in roles)
    comment = _COMMENT.format(principal=newest.principal, time=_TIME if dated else "")
    return "".join(f"{line}\n" for line in (comment, *(line for _, line in sorted(lines)))).encode()


def _options(window: Window) -> str:
    ends = (("valid-after", window.after), ("valid-before", window.before))
    return "".join(f',{name}="{compact(time)}"' for name, time in ends if time is not None)
