"""What a trust root says, as values: which keys may sign what, for which entries of the log.

Places in the log stand for time, because an SSHSIG carries none and a date is only a claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.ssh.keys import PublicKey


AUTHORITIES = "trust/authorities"


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


@dataclass(frozen=True, slots=True)
class Revocation:
    """That a key was stolen or lost.

    Attributes:
        from_index: First log entry for which what it signed no longer counts, from 0.
        since: RFC 3339 in UTC, to the second: from when on the key may have been in other hands, as claimed by the
            keeper.  What it signed for earlier entries stands if something shows that these were logged before.
        reason: The keeper's words.
    """

    from_index: int
    since: str
    reason: str


@dataclass(frozen=True, slots=True)
class Possession:
    """That somebody held a key when it joined (``possession``).

    Attributes:
        index: How many entries the log had when it was signed.
        signature: The signature file (SSHSIG, ``possession@muniment``) over the challenge.
    """

    index: int
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKey(KeyRange):
    """A key that signs records.

    Attributes:
        key: The key.
        revoked: Set once it was stolen or lost.
        proof: That somebody held it; None for the keys of trust root 1, which the reader pins.
    """

    key: PublicKey
    revoked: Revocation | None = None
    proof: Possession | None = None

    def may_sign(self, index: int) -> bool:
        """Say whether the record at this index of the log counts as signed with this key."""
        return self.covers(index) and (self.revoked is None or index < self.revoked.from_index)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey(KeyRange):
    """A key that signs checkpoints, as a C2SP signed-note verifier key.

    Only its shape is checked here; the key id is for the reader of notes.
    """

    vkey: str


@dataclass(frozen=True, slots=True)
class Authority:
    """A time stamp authority (RFC 3161) whose stamps count.

    Attributes:
        name: As a release id; stands for the same certificates for ever.
        url: Where stamps are asked for; None when it no longer answers.
    """

    name: str
    url: str | None

    @property
    def certificates(self) -> str:
        """Path of its certificates below the archive's folder (PEM); one of the static files of the root."""
        return f"{AUTHORITIES}/{self.name}.pem"


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
        index: Index of the log entry that names this root, from which on the root counts; 0 for version 1.
        previous: ``sha256:…`` of the file of the root before; None for version 1.
        created: RFC 3339 in UTC, to the second, as claimed by the keeper.
        threshold: How many root keys must sign, 1 to the number of root keys.
        principal: What ssh-keygen calls the signer, ``archive@HOST``.
        root_keys: Distinct, at least one.
        record_keys: Distinct by key.
        log_keys: Distinct by key, at least one; each is named after the archive.
        files: Sorted by path.
        authorities: Time stamp authorities, sorted by name.
        witnesses: C2SP verifier keys of those who may cosign checkpoints, sorted; only their shape is checked here.
        quorum: How many witnesses are wanted under a checkpoint, 0 to the number of witnesses.
    """

    archive: str
    version: int
    index: int
    previous: str | None
    created: str
    threshold: int
    principal: str
    root_keys: tuple[PublicKey, ...]
    record_keys: tuple[RecordKey, ...]
    log_keys: tuple[LogKey, ...]
    files: tuple[StaticFile, ...]
    authorities: tuple[Authority, ...] = ()
    witnesses: tuple[str, ...] = ()
    quorum: int = 0


def record_keys_at(root: TrustRoot, index: int) -> tuple[PublicKey, ...]:
    """The keys that may sign the record at this index of the log, in the order of the table."""
    return tuple(held.key for held in root.record_keys if held.may_sign(index))


def signer_allowed(chain: Sequence[TrustRoot], key: PublicKey, index: int) -> bool:
    """Say whether the key may sign the record at this index of the log.  The newest root's table decides.

    Args:
        chain: Verified roots, oldest first; an empty chain allows nobody.
        key: Who signed.
        index: Place of the version's entry in the log, from 0.
    """
    return bool(chain) and key in record_keys_at(chain[-1], index)
