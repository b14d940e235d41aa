"""The file ``trust/allowed_signers``, for ssh-keygen (ALLOWED SIGNERS in its manual).

The file is generated, so verifying makes it again and compares.  ssh-keygen knows no log and no index: it
says that a key of the archive signed these bytes for this purpose, and `signer_allowed` says whether it might
at that place.  No line has a date: ssh-keygen would hold it against today, and every signature of a retired
key would fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.signing.sshsig import RECORD_NAMESPACE, ROOT_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.signing.trust_table import TrustRoot

_COMMENT = (
    "# Generated from trust/root. Use: ssh-keygen -Y verify -f trust/allowed_signers -I {principal}"
    " -n record@muniment -s record.json.sig < record.json"
)


def format_allowed_signers(chain: Sequence[TrustRoot]) -> bytes:
    """Write the file, the same bytes each time: a comment, then a line a key, sorted by key.

    Listed are the record keys of the newest root and the root keys of all roots.  A key with both roles has
    one line with both namespaces: with two lines ssh-keygen complains of the one that does not fit.

    Args:
        chain: Verified roots, oldest first; at least one.
    """
    newest = chain[-1]
    roles = {(key.line, ROOT_NAMESPACE) for root in chain for key in root.root_keys}
    roles |= {(held.key.line, RECORD_NAMESPACE) for held in newest.record_keys}
    lines = [_COMMENT.format(principal=newest.principal)]
    for key in sorted({key for key, _ in roles}):
        namespaces = ",".join(sorted(namespace for held, namespace in roles if held == key))
        lines.append(f'{newest.principal} namespaces="{namespaces}" {key}')
    return "".join(f"{line}\n" for line in lines).encode()
