"""Record keys that join an archive in tests, each with its own proof of possession."""

from __future__ import annotations

from collections.abc import Collection

from muniment.ssh.keys import PublicKey, SigningKey
from muniment.trust.next_root import with_record_key
from muniment.trust.possession import prove_possession
from muniment.trust.root import RecordKey, TrustRoot


def with_key(
    root: TrustRoot,
    index: int,
    key: SigningKey,
    *,
    newest: TrustRoot | None = None,
    ends: Collection[PublicKey] | None = None,
) -> TrustRoot:
    """``with_record_key``, with a proof for the newest root: ``root`` itself where it was not changed before."""
    return with_record_key(root, index, key.public, prove_possession(key, newest or root, index), ends=ends)


def record_key(newest: TrustRoot, index: int, key: SigningKey) -> RecordKey:
    """The row of a key that joins with the root at this index."""
    return RecordKey(key=key.public, first_index=index + 1, last_index=None, proof=prove_possession(key, newest, index))
