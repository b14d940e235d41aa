"""Successors of a trust root: who signs from now on, as a new table.

Each function takes the newest root and the index in the log of its successor, and gives the successor's keys and
policy.  Numbers, times and signatures are added where it is written.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from muniment.trust.root import Authority, LogKey, Possession, RecordKey, Revocation, TrustRoot, Withdrawal

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from muniment.ssh.keys import PublicKey


def with_record_key(
    root: TrustRoot, index: int, key: PublicKey, proof: Possession, *, ends: Collection[PublicKey] | None = None
) -> TrustRoot:
    """Let a new key sign the records after this root.

    Args:
        root: The newest root.
        index: Index in the log of its successor.
        key: The new key.
        proof: That somebody holds it (``possession.prove_possession``).
        ends: Keys whose place it takes, which end with this root: none for a further key beside those in use.
            Default: every key in use.
    """
    new = RecordKey(key=key, first_index=index + 1, last_index=None, proof=proof)
    gone = [row.key for row in root.record_keys] if ends is None else ends
    return replace(root, record_keys=(*_ended(root, index, gone), new))


def with_retired(root: TrustRoot, index: int, key: PublicKey) -> TrustRoot:
    """End a record key with this root; what it signed before stays good."""
    return replace(root, record_keys=_ended(root, index, [key]))


def _ended(root: TrustRoot, index: int, keys: Collection[PublicKey]) -> tuple[RecordKey, ...]:
    return tuple(
        replace(row, last_index=index) if row.last_index is None and row.key in keys else row
        for row in root.record_keys
    )


def with_log_key(root: TrustRoot, index: int, vkey: str, *, lost: bool) -> TrustRoot:
    """Let a new key sign the log.

    Args:
        root: The newest root.
        index: Index in the log of its successor.
        vkey: The new key, as a C2SP verifier key named after the archive.
        lost: Whether the old key cannot sign any more: then the new one signs from this very entry on.
    """
    last = index - 1 if lost else index
    ended = tuple(replace(row, last_index=last) if row.last_index is None else row for row in root.log_keys)
    return replace(root, log_keys=(*ended, LogKey(vkey=vkey, first_index=last + 1, last_index=None)))


def with_root_keys(
    root: TrustRoot, add: Sequence[PublicKey], drop: Collection[PublicKey], threshold: int | None
) -> TrustRoot:
    """Let other keys sign trust roots; both the old and the new ones must sign the one that says so."""
    kept = [key for key in root.root_keys if key not in drop]
    keys = tuple(dict.fromkeys((*kept, *add)))
    return replace(root, root_keys=keys, threshold=root.threshold if threshold is None else threshold)


def with_revoked(root: TrustRoot, index: int, key: PublicKey, revocation: Revocation) -> TrustRoot:
    """Say that a record key was stolen or lost; if it was in use it ends here."""

    def changed(row: RecordKey) -> RecordKey:
        if row.key != key:
            return row
        return replace(row, revoked=revocation, last_index=index if row.last_index is None else row.last_index)

    return replace(root, record_keys=tuple(map(changed, root.record_keys)))


def with_authority(root: TrustRoot, name: str, url: str | None) -> TrustRoot:
    """Name a time stamp authority, or change where it is asked; None where it no longer answers."""
    authorities = {authority.name: authority for authority in root.authorities} | {name: Authority(name, url)}
    return replace(root, authorities=tuple(authorities[key] for key in sorted(authorities)))


def with_withdrawn(root: TrustRoot, withdrawal: Withdrawal) -> TrustRoot:
    """Say that the archive no longer stands behind a version."""
    every = sorted((*root.withdrawn, withdrawal), key=lambda one: (one.release, one.version))
    return replace(root, withdrawn=tuple(every))


def with_site(root: TrustRoot, url: str | None) -> TrustRoot:
    """Name the address of the archive's web site; None where it has none any more."""
    return replace(root, url=url)


def with_witnesses(root: TrustRoot, add: Sequence[str], drop: Collection[str], quorum: int | None) -> TrustRoot:
    """Name witnesses, or drop some, and say how many are wanted."""
    witnesses = tuple(sorted({*root.witnesses, *add} - {*drop}))
    return replace(root, witnesses=witnesses, quorum=root.quorum if quorum is None else quorum)
