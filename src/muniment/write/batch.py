"""The one commit of versions: one, or a batch of them, up to 256, under one checkpoint.

What was there is read and verified once.  Each record is signed on its own and follows the one before it, which may be
of the same batch; of the object root of each release only the last inventory is written.  What cannot be added is left
out before anything is written, and said; then all the others are written, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from muniment.archive import Archive
from muniment.archive.batches import MOST
from muniment.archive.unfinished import PlannedVersion
from muniment.digest import format_digest, sha256_hex, sha512_hex
from muniment.errors import (
    InputError,
    IntegrityError,
    KeyRejectedError,
    MunimentError,
    UnavailableError,
    UnresolvedReferenceError,
)
from muniment.log.statement import VersionStatement, format_statement, paragraph_root
from muniment.memory import Recall
from muniment.ocfl.inventory import (
    OBJECT_DECLARATION,
    NewVersion,
    add_version,
    format_inventory,
    keeps_inventory,
    pair,
)
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Record, format_record
from muniment.ssh import sshsig
from muniment.ssh.keys import SigningKey
from muniment.store import Store
from muniment.trust.root import record_keys_at, signer_allowed
from muniment.write.commit import Swap, grow_log, plan
from muniment.write.head import ReleaseHead, open_ground, read_head
from muniment.write.recover import execute_or_undo
from muniment.write.turns import in_turn, refuse_overtaken


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
        before: What its description was taken over from, as far as it was; None for a first version.
    """

    record: Record
    digest: str
    index: int | None
    before: Record | None = None

    @property
    def unchanged(self) -> bool:
        """Whether the newest version already said all this, so that nothing was written."""
        return self.index is None


@dataclass(frozen=True, slots=True)
class Draft:
    """A record to be added, with what it brings along.

    Attributes:
        record: The record.
        original: The bytes as received, where they may not be stored yet.
        original_sha512: Of these bytes.
        kept: What is kept beside them, by path: SHA-512, and the bytes where they may not be stored yet.
        written: The bytes of the record, where its maker has read it from them; else None.
    """

    record: Record
    original: bytes | None
    original_sha512: str
    kept: Mapping[str, tuple[str, bytes | None]] = field(default_factory=dict)
    written: bytes | None = None

    @property
    def data(self) -> bytes:
        """The bytes of the record."""
        return format_record(self.record) if self.written is None else self.written


@dataclass(frozen=True, slots=True)
class Request:
    """A version to be added.

    Attributes:
        release: Identifier of the release.
        make: Drafts the version, given the archive and the head of the release; None says that nothing changes.
        required: Whether the release must be there already.
    """

    release: str
    make: Callable[[Archive, ReleaseHead | None], Draft | None]
    required: bool = False


Outcome: TypeAlias = Added | MunimentError
"""What came of a request, or why it was left out."""


@dataclass(slots=True)
class Heads:
    """What one batch left of its releases, for the next one: what this process wrote need not be read back.

    It holds as long as the log is as that batch left it.

    Attributes:
        note: The checkpoint that the batch left.
        heads: The head of each release that got a version.
    """

    note: bytes | None = None
    heads: dict[str, ReleaseHead] = field(default_factory=dict)

    def of(self, note: bytes) -> dict[str, ReleaseHead]:
        """Give the heads, where the log is as it was left; else none."""
        if note != self.note:
            self.heads.clear()
        return self.heads


@dataclass(slots=True)
class _Growing:
    """A release that gets versions.

    Attributes:
        start: Its head as it was; None for a new release.
        head: Its head with the versions so far.
    """

    start: ReleaseHead | None
    head: ReleaseHead | None


@dataclass(slots=True)
class _Batch:
    """What is worked out before the first byte is written.

    Attributes:
        archive: What is built on.
        keys: The keys that sign.
        now: RFC 3339 in UTC.
        releases: The releases that get versions, in the order in which they were met.
        entries: The entry of each version.
        targets: Each version.
        files: The new files of the versions.
        left: What the batch before left.
    """

    archive: Archive
    keys: Keys
    now: str
    releases: dict[str, _Growing] = field(default_factory=dict)
    entries: list[bytes] = field(default_factory=list)
    targets: list[PlannedVersion] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    left: Heads = field(default_factory=Heads)

    def add(self, request: Request) -> Added:
        """Draft and sign a version after those that are here already."""
        growing = self.releases.get(request.release)
        if growing is None:
            start = self.left.of(self.archive.note).get(request.release) or read_head(self.archive, request.release)
            growing = _Growing(start, start)
        if request.required and growing.head is None:
            what = f"there is no release {request.release}"
            raise UnresolvedReferenceError(what, hint="name a release that is there")
        head = growing.head
        draft = request.make(self.archive, head)
        if draft is None:
            assert head is not None  # noqa: S101 - a first version always is a change
            return Added(head.record, head.digest, None)
        record = draft.record
        data = draft.data
        digest = sha512_hex(data)
        signature = sshsig.sign_digest(self.keys.record, sshsig.RECORD_NAMESPACE, bytes.fromhex(digest))
        new = _next_inventory(self.archive, head, draft, digest, signature, self.now)
        statement = _statement(self.archive.origin, record, data, signature, self.keys.record, self.now)
        entry = format_statement(statement)
        # From here on nothing is refused: the version is in.
        inventory = format_inventory(new.inventory) if keeps_inventory(record.version) else b""
        self._write(new, record, {RECORD_PATH: data, SIGNATURE_PATH: signature}, draft, inventory)
        self.entries.append(entry)
        self.releases[request.release] = growing
        growing.head = _head_with(new, record, statement.record, inventory)
        return Added(
            record, statement.record, self.archive.checkpoint.size + len(self.entries) - 1, head.base if head else None
        )

    def _write(
        self, new: NewVersion, record: Record, contents: dict[str, bytes], draft: Draft, inventory: bytes
    ) -> None:
        folder = self.archive.object_folder(record.release)
        contents[record.original.path] = draft.original or b""
        contents |= {path: data or b"" for path, (_, data) in draft.kept.items()}
        self.files += _version_files(folder, new, contents, inventory)
        self.targets.append(PlannedVersion(record.release, record.version, folder))

    def commit(self, outcomes: Iterable[Outcome]) -> None:
        """Write all of it; where nothing was added, nothing."""
        archive, swaps = self.archive, []
        if not archive.store.exclusive and any(isinstance(outcome, IntegrityError) for outcome in outcomes):
            refuse_overtaken(archive.store, archive.note)
        if not self.entries:
            return
        heads = self.left.of(archive.note)
        for release, growing in self.releases.items():
            assert growing.head is not None  # noqa: S101 - it got a version
            inventory = growing.head.inventory_bytes or format_inventory(growing.head.inventory)
            made = pair(archive.object_folder(release), inventory)
            heads[release] = replace(growing.head, inventory_bytes=inventory)
            if growing.start is None:
                self.files += made.items()
            else:
                old = pair(archive.object_folder(release), growing.start.inventory_bytes)
                swaps += [Swap(path, data, old[path]) for path, data in made.items()]
        growth = grow_log(archive.log, archive.checkpoint, self.entries, archive.origin, self.keys.log)
        files = tuple(self.files)
        self.left.note = None
        execute_or_undo(
            archive.store, plan(growth, targets=self.targets, create=files, swap=tuple(swaps), before=archive.note)
        )
        self.left.note = growth.checkpoint


def write_versions(
    store: Store,
    keys: Keys,
    requests: Sequence[Request],
    now: str,
    *,
    recall: Recall | None = None,
    left: Heads | None = None,
) -> list[Outcome]:
    """Write the versions that are asked for, under the lock and one checkpoint: all but those that are left out.

    Args:
        store: The archive.
        keys: Record key and log key.
        requests: The versions in the order of their entries, 256 at most.
        now: RFC 3339 in UTC.
        recall: Gives the highest checkpoint seen of this log, below which nothing is signed; None to do without.
        left: What the batch before left, where many follow one another; this one leaves its own there.

    Returns:
        What came of each; an error for one that was left out.  What is raised is said of all: nothing was written.

    Raises:
        InputError: These are too many, or a key cannot be used.
        IntegrityError: The archive does not verify.
        UnavailableError: The store refused, another writer is at work, or this is an older copy.
    """
    if len(requests) > MOST:
        raise InputError("too many versions for one checkpoint", expected=f"at most {MOST}", found=str(len(requests)))

    def write(store: Store) -> list[Outcome]:
        archive = open_ground(store, recall)
        _admit(archive, keys)
        # Where others write too, what was left from before may not be the head any more.
        batch = _Batch(archive, keys, now, left=left if left is not None and store.exclusive else Heads())
        outcomes = [_attempt(batch, request) for request in requests]
        batch.commit(outcomes)
        return outcomes

    return in_turn(store, write)


def _attempt(batch: _Batch, request: Request) -> Outcome:
    try:
        return batch.add(request)
    except MunimentError as error:
        if isinstance(error, UnavailableError) and not batch.archive.store.exclusive:
            raise  # the network's fault and not the version's: the whole draft is made again
        return error


def write_version(store: Store, keys: Keys, request: Request, now: str, *, recall: Recall | None = None) -> Added:
    """Write one version, which is a batch of one; arguments and errors are those of ``write_versions``.

    Raises:
        MunimentError: Why it was left out.
    """
    (outcome,) = write_versions(store, keys, [request], now, recall=recall)
    if isinstance(outcome, MunimentError):
        raise outcome
    return outcome


def _admit(archive: Archive, keys: Keys) -> None:
    """Refuse, before anything is written, keys whose signatures ``verify`` would refuse."""
    if not signer_allowed(archive.chain, keys.record.public, archive.checkpoint.size):
        raise KeyRejectedError(
            "this key may not sign records of this archive",
            where=keys.record.public.fingerprint,
            expected=", ".join(key.fingerprint for key in record_keys_at(archive.chain[-1], archive.checkpoint.size)),
            hint="name the right record key",
        )
    admit_log_key(archive, keys.log)


def admit_log_key(archive: Archive, key: SigningKey) -> None:
    """Refuse a log key that may not sign the next checkpoint.

    Raises:
        KeyRejectedError: The key may not sign it.
    """
    grown = archive.checkpoint.size + 1
    if key.public.raw not in {verifier.public for verifier in archive.log_verifiers if verifier.counts_at(grown)}:
        raise KeyRejectedError(
            "this key may not sign the log of this archive",
            where=key.public.fingerprint,
            hint="name the right log key",
        )


def _version_files(
    folder: str, new: NewVersion, contents: Mapping[str, bytes], inventory: bytes = b""
) -> list[tuple[str, bytes]]:
    """The new files of a version in order of writing, but for the inventory of the object root."""
    name, declaration = OBJECT_DECLARATION
    number = len(new.inventory.versions)
    files = [(f"{folder}/{name}", declaration)] if number == 1 else []
    files += [(f"{folder}/{path}", contents[logical]) for logical, path in new.content]
    if keeps_inventory(number):
        files += pair(f"{folder}/{new.inventory.head}", inventory or format_inventory(new.inventory)).items()
    return files


def _next_inventory(
    archive: Archive, head: ReleaseHead | None, draft: Draft, sha512: str, signature: bytes, now: str
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
            RECORD_PATH: sha512,
            SIGNATURE_PATH: sha512_hex(signature),
            record.original.path: draft.original_sha512,
            **{path: digest for path, (digest, _) in draft.kept.items()},
        },
    )


def _head_with(new: NewVersion, record: Record, digest: str, inventory: bytes = b"") -> ReleaseHead:
    """The head of a release with one version more; where the bytes of its inventory are empty nobody made them yet."""
    return ReleaseHead(record, digest, inventory, new.inventory, None, record)


def preview_head(archive: Archive, head: ReleaseHead | None, draft: Draft, now: str) -> ReleaseHead:
    """Give the head that a release would have with a version that nobody signs.

    Args:
        archive: The archive.
        head: The head as it is; None for a new release.
        draft: The version.
        now: RFC 3339 in UTC.
    """
    data = draft.data
    new = _next_inventory(archive, head, draft, sha512_hex(data), b"", now)
    return _head_with(new, draft.record, format_digest(sha256_hex(data)))


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
