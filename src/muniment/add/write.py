"""Writing one version: read the head, make the draft, sign it, plan the files, execute the plan.

What is read from the archive: the entries of the log, once; its edge; the trust roots; the versions of the release.
All of it is verified before anything is signed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from muniment.add.commit import Swap, grow_log, plan
from muniment.add.ground import open_ground
from muniment.add.head import Head, read_head
from muniment.add.recover import execute_or_undo
from muniment.archive import Archive
from muniment.digest import format_digest, sha256_hex, sha512_hex
from muniment.errors import KeyRejectedError, UnresolvedReferenceError
from muniment.log.statement import VersionStatement, format_statement, paragraph_root
from muniment.memory import Recall
from muniment.ocfl.inventory import (
    INVENTORY,
    OBJECT_DECLARATION,
    SIDECAR,
    NewVersion,
    add_version,
    format_inventory,
    format_sidecar,
)
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Record, format_record
from muniment.ssh import sshsig
from muniment.ssh.keys import SigningKey
from muniment.store import Store
from muniment.trust.root import record_keys_at, signer_allowed


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that adding takes: one signs the record, the other the checkpoint."""

    record: SigningKey
    log: SigningKey


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding.

    Attributes:
        record: The record of the newest version.
        digest: Its citation hash, ``sha256:…``.
        index: Index of its entry in the log; None when nothing was written.
    """

    record: Record
    digest: str
    index: int | None

    @property
    def unchanged(self) -> bool:
        """Whether the newest version already said all this, so that nothing was written."""
        return self.index is None


@dataclass(frozen=True, slots=True)
class Draft:
    """A record to be added, with its original bytes where these are not stored yet."""

    record: Record
    original: bytes | None
    original_sha512: str


def write_version(
    store: Store,
    keys: Keys,
    release: str,
    make: Callable[[Archive, Head | None], Draft | None],
    now: str,
    *,
    required: bool,
    recall: Recall | None = None,
) -> Added:
    """Write the version that ``make`` drafts, under the lock.

    Args:
        store: The archive.
        keys: Record key and log key.
        release: Identifier of the release.
        make: Drafts the version, given the archive and the head of the release; None says that nothing changes.
        now: RFC 3339 in UTC.
        required: Whether the release must be there already.
        recall: Gives the highest checkpoint seen of this log, below which nothing is signed; None to do without.
    """
    with store.lock():
        archive = open_ground(store, recall)
        _admit(archive, keys)
        head = read_head(archive, release)
        if required and head is None:
            raise UnresolvedReferenceError(f"there is no release {release}", hint="archive list names the releases")
        draft = make(archive, head)
        if draft is None:
            assert head is not None  # noqa: S101 - a first version always is a change
            return Added(head.record, head.digest, None)
        return _commit(archive, keys, head, draft, now)


def _admit(archive: Archive, keys: Keys) -> None:
    """Refuse, before anything is written, keys whose signatures ``verify`` would refuse."""
    if not signer_allowed(archive.chain, keys.record.public, archive.checkpoint.size):
        raise KeyRejectedError(
            "this key may not sign records of this archive",
            where=keys.record.public.fingerprint,
            expected=", ".join(key.fingerprint for key in record_keys_at(archive.chain[-1], archive.checkpoint.size)),
            hint="name the right one with --key",
        )
    admit_log_key(archive, keys.log)


def admit_log_key(archive: Archive, key: SigningKey) -> None:
    """Refuse a log key that may not sign the next checkpoint.

    Raises:
        KeyRejectedError: It may not.
    """
    grown = archive.checkpoint.size + 1
    if key.public.raw not in {held.public for held in archive.log_verifiers if held.counts_at(grown)}:
        raise KeyRejectedError(
            "this key may not sign the log of this archive",
            where=key.public.fingerprint,
            hint="name the right one with --log-key",
        )


def _commit(archive: Archive, keys: Keys, head: Head | None, draft: Draft, now: str) -> Added:
    record, folder = draft.record, archive.object_folder(draft.record.release)
    data = format_record(record)
    signature = sshsig.sign(keys.record, sshsig.RECORD_NAMESPACE, data)
    new = _next_inventory(archive, head, draft, data, signature, now)
    contents = {RECORD_PATH: data, SIGNATURE_PATH: signature, record.original.path: draft.original or b""}
    statement = _statement(archive.origin, record, data, signature, keys.record, now)
    entry = format_statement(statement)
    growth = grow_log(archive.log, archive.checkpoint, entry, archive.origin, keys.log)
    files, swap = _object_files(folder, head, new, contents)
    target = (record.release, record.version, folder)
    execute_or_undo(archive.store, plan(growth, target=target, create=files, swap=swap, before=archive.note))
    return Added(record, statement.record, growth.size - 1)


def _next_inventory(
    archive: Archive, head: Head | None, draft: Draft, data: bytes, signature: bytes, now: str
) -> NewVersion:
    record = draft.record
    return add_version(
        head.inventory if head else None,
        archive.object_id(record.release),
        created=now,
        message=record.change.message,
        user_name=archive.origin,
        user_address=f"https://{archive.origin}",
        files={
            RECORD_PATH: sha512_hex(data),
            SIGNATURE_PATH: sha512_hex(signature),
            record.original.path: draft.original_sha512,
        },
    )


def _statement(
    origin: str, record: Record, data: bytes, signature: bytes, key: SigningKey, now: str
) -> VersionStatement:
    return VersionStatement(
        archive=origin,
        release=record.release,
        version=record.version,
        record=format_digest(sha256_hex(data)),
        record_size=len(data),
        signature=format_digest(sha256_hex(signature)),
        signer=key.public.fingerprint,
        previous=record.previous,
        original=format_digest(record.original.sha256),
        paragraph_root=format_digest(paragraph_root(record.paragraphs).hex()),
        paragraph_count=len(record.paragraphs),
        logged_at=now,
    )


def _object_files(
    folder: str, head: Head | None, new: NewVersion, contents: Mapping[str, bytes]
) -> tuple[tuple[tuple[str, bytes], ...], tuple[Swap, ...]]:
    """The files of the new version in order of writing, and the swaps of the root inventory after them."""
    inventory = format_inventory(new.inventory)
    sidecar = format_sidecar(inventory)
    files = [(f"{folder}/{path}", contents[logical]) for logical, path in new.content]
    version = f"{folder}/{new.inventory.head}"
    files += [(f"{version}/{INVENTORY}", inventory), (f"{version}/{SIDECAR}", sidecar)]
    if head is None:
        name, declaration = OBJECT_DECLARATION
        files = [(f"{folder}/{name}", declaration), *files]
        files += [(f"{folder}/{INVENTORY}", inventory), (f"{folder}/{SIDECAR}", sidecar)]
        return tuple(files), ()
    old = head.inventory_bytes
    swaps = (
        Swap(f"{folder}/{INVENTORY}", inventory, old),
        Swap(f"{folder}/{SIDECAR}", sidecar, format_sidecar(old)),
    )
    return tuple(files), swaps
