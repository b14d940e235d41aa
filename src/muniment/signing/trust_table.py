"""What a trust root says, as values: which keys may sign what, for which entries of the log.

Places in the log stand for time, because an SSHSIG carries none and a date is only a claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.signing.keys import PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRange:
    """The log entries that a key may sign for.

    Attributes:
        first_index: From 0.
        last_index: Itself included, at least ``first_index``; None while the key is in use.
    """

    first_index: int
    last_index: int | None

    def covers(self, index: int) -> bool:
        """Say whether the key may sign for this log entry."""
        return self.first_index <= index and (self.last_index is None or index <= self.last_index)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKey(KeyRange):
    """A key that signs records."""

    key: PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey(KeyRange):
    """A key that signs checkpoints, as a C2SP signed-note verifier key.

    Only its shape is checked here; the key id is for the reader of notes.
    """

    vkey: str


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of the archive that never changes and that the root vouches for.

    Attributes:
        path: Below the archive's folder, parts divided by ``/``.
        sha256: 64 lower-case hex digits.
        size: In bytes.
    """

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class TrustRoot:
    """One trust root.

    Attributes:
        archive: Origin of the archive and of its log, ``HOST/PATH``.
        version: From 1, without gaps.
        previous: ``sha256:…`` of the file of the root before; None for version 1.
        created: RFC 3339 in UTC, to the second, as claimed by the keeper.
        threshold: How many root keys must sign, 1 to the number of root keys.
        principal: What ssh-keygen calls the signer, ``archive@HOST``.
        root_keys: Distinct, at least one.
        record_keys: Distinct by key.
        log_keys: Distinct by key, at least one; each is named after the archive.
        files: Sorted by path.
    """

    archive: str
    version: int
    previous: str | None
    created: str
    threshold: int
    principal: str
    root_keys: tuple[PublicKey, ...]
    record_keys: tuple[RecordKey, ...]
    log_keys: tuple[LogKey, ...]
    files: tuple[StaticFile, ...]


def record_keys_at(root: TrustRoot, index: int) -> tuple[PublicKey, ...]:
    """The keys that may sign the record at this index of the log, in the order of the table."""
    return tuple(held.key for held in root.record_keys if held.covers(index))


def signer_allowed(chain: Sequence[TrustRoot], key: PublicKey, index: int) -> bool:
    """Say whether the key may sign the record at this index of the log.  The newest root's table decides.

    Args:
        chain: Verified roots, oldest first; an empty chain allows nobody.
        key: Who signed.
        index: Place of the version's entry in the log, from 0.
    """
    return bool(chain) and key in record_keys_at(chain[-1], index)
