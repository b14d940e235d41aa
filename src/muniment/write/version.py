"""Adding a version: publication, reextraction, description or emendation, each through the one commit.

The head is read, the draft made and signed, the files planned, the plan executed.  What is read from the archive is
the entries of the log, once; its edge; the trust roots; and the versions of the release.  All of it is verified before
anything is signed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from muniment.archive import Archive
from muniment.canonical import Json
from muniment.digest import format_digest, sha256_hex, sha512_hex
from muniment.errors import KeyRejectedError, SourceError, UnresolvedReferenceError
from muniment.ingest import Position, Source, emended, publication, redescription, reextraction
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
    keeps_inventory,
)
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Emendation, Record, format_record
from muniment.reference import check_release_id
from muniment.sources import charset_again
from muniment.ssh import sshsig
from muniment.ssh.keys import SigningKey
from muniment.store import Store
from muniment.trust.root import record_keys_at, signer_allowed
from muniment.write.commit import Swap, grow_log, plan
from muniment.write.head import ReleaseHead, open_ground, read_head
from muniment.write.recover import execute_or_undo

__all__ = [
    "Added",
    "Author",
    "Emend",
    "Keys",
    "add_description",
    "add_emendations",
    "add_publication",
    "preview_description",
    "preview_emendations",
    "preview_publication",
]


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
    """A record to be added, with its original bytes where these are not stored yet."""

    record: Record
    original: bytes | None
    original_sha512: str


def write_version(
    store: Store,
    keys: Keys,
    release: str,
    make: Callable[[Archive, ReleaseHead | None], Draft | None],
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
            raise UnresolvedReferenceError(f"there is no release {release}", hint="name a release that is there")
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


def _commit(archive: Archive, keys: Keys, head: ReleaseHead | None, draft: Draft, now: str) -> Added:
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
    return Added(record, statement.record, growth.size - 1, head.base if head else None)


def _next_inventory(
    archive: Archive, head: ReleaseHead | None, draft: Draft, data: bytes, signature: bytes, now: str
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
    folder: str, head: ReleaseHead | None, new: NewVersion, contents: Mapping[str, bytes]
) -> tuple[tuple[tuple[str, bytes], ...], tuple[Swap, ...]]:
    """The files of the new version in order of writing, and the swaps of the root inventory after them."""
    inventory = format_inventory(new.inventory)
    sidecar = format_sidecar(inventory)
    files = [(f"{folder}/{path}", contents[logical]) for logical, path in new.content]
    version = f"{folder}/{new.inventory.head}"
    if keeps_inventory(len(new.inventory.versions)):
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


Emend: TypeAlias = Callable[[Record, str], Sequence[Emendation]]


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a version, when, and in what words.

    Attributes:
        now: RFC 3339 in UTC, to the second.
        by: The agent; empty for the archive itself.
        note: The keeper's words about the change, or None.
    """

    now: str
    by: str = ""
    note: str | None = None


def add_publication(
    store: Store,
    keys: Keys,
    release: str,
    source: Source,
    metadata: Mapping[str, Json],
    author: Author,
    *,
    recall: Recall | None = None,
) -> Added:
    """Add the bytes that a publisher published as the next version of a release.

    Those of the newest version change nothing; where the rules now give another text they make a ``reextraction``.

    Args:
        store: The archive.
        keys: Record key and log key.
        release: Identifier; a new one begins a release.
        source: The bytes, and what is claimed about them.
        metadata: Members of the description, and ``uri`` and ``retrieved``.
        author: Who adds it, when, and in what words.
        recall: Gives the highest checkpoint seen, below which nothing is signed; None to do without.

    Raises:
        InputError: The id, the bytes, the metadata or a key cannot be used; nothing was written.
        IntegrityError: What it builds on does not verify, or was not logged; nothing was written.
        UnavailableError: The store refused, another writer is at work, or this is an older copy.
    """
    check_release_id(release)

    def make(archive: Archive, head: ReleaseHead | None) -> Draft | None:
        return _draft(archive, head, release, source, metadata, author)

    return write_version(store, keys, release, make, author.now, required=False, recall=recall)


def _draft(
    archive: Archive,
    head: ReleaseHead | None,
    release: str,
    source: Source,
    metadata: Mapping[str, Json],
    author: Author,
) -> Draft | None:
    position = _position(archive, release, head, author)
    digest = sha512_hex(source.data)
    if head is not None and head.record.original.sha256 == sha256_hex(source.data):
        return _again(position, head, source, author.note)
    _refuse_own_files(head, digest, source.name)
    record = publication(position, source, metadata, note=author.note, reverts_to=_version_with(head, digest))
    return Draft(record, source.data, digest)


def preview_publication(
    archive: Archive,
    release: str,
    source: Source,
    metadata: Mapping[str, Json],
    author: Author,
    heads: MutableMapping[str, ReleaseHead] | None = None,
) -> tuple[Record | None, Record | None]:
    """Make the record that ``add_publication`` would sign, and write nothing; neither key nor lock is needed.

    Args:
        archive: The archive.
        release: As for ``add_publication``, and so are ``source``, ``metadata`` and ``author``.
        source: The bytes.
        metadata: What is said of them.
        author: Who would add them.
        heads: What earlier previews would have left of each release, on which this one builds and where it leaves its
            own; None for one alone.

    Returns:
        The record, or None where nothing changes; and that of the version before, or None for the first.

    Raises:
        InputError: As for ``add_publication``.
        IntegrityError: As for ``add_publication``.
    """
    heads = {} if heads is None else heads
    head = heads.get(check_release_id(release)) or read_head(archive, release)
    draft = _draft(archive, head, release, source, metadata, author)
    if draft is not None:
        data = format_record(draft.record)
        inventory = _next_inventory(archive, head, draft, data, b"", author.now).inventory
        heads[release] = ReleaseHead(draft.record, format_digest(sha256_hex(data)), b"", inventory, base=draft.record)
    return (None if draft is None else draft.record), (None if head is None else head.record)


def preview_description(
    archive: Archive, release: str, metadata: Mapping[str, Json], author: Author
) -> tuple[Record | None, Record]:
    """Make the record that ``add_description`` would sign, as ``preview_publication`` does for ``add_publication``."""
    return _preview(archive, release, author, lambda position: redescription(position, metadata, note=author.note))


def preview_emendations(
    archive: Archive, release: str, emend: Emend, metadata: Mapping[str, Json], author: Author
) -> tuple[Record | None, Record]:
    """Make the record that ``add_emendations`` would sign, as ``preview_publication`` does for ``add_publication``."""
    return _preview(archive, release, author, _emending(emend, metadata, author))


def _preview(
    archive: Archive, release: str, author: Author, revise: Callable[[Position], Record | None]
) -> tuple[Record | None, Record]:
    head = read_head(archive, release)
    if head is None:
        raise UnresolvedReferenceError(f"there is no release {release}", hint="name a release that is there")
    return revise(_position(archive, release, head, author)), head.sound()


def add_description(
    store: Store,
    keys: Keys,
    release: str,
    metadata: Mapping[str, Json],
    author: Author,
    *,
    recall: Recall | None = None,
) -> Added:
    """Describe the newest version of a release anew; its words stay as they are.

    Arguments and errors are those of ``add_publication``; and the release must be there.
    """
    note = author.note
    return _revise(store, keys, release, author, recall, lambda position: redescription(position, metadata, note=note))


def add_emendations(
    store: Store,
    keys: Keys,
    release: str,
    emend: Emend,
    metadata: Mapping[str, Json],
    author: Author,
    *,
    recall: Recall | None = None,
) -> Added:
    """Add emendations to the newest version of a release; the text as received stays as it is.

    ``emend`` makes the emendations, given the newest record and who makes them.  The other arguments and the errors are
    those of ``add_publication``; and the release must be there, and each emendation must fit.
    """
    return _revise(store, keys, release, author, recall, _emending(emend, metadata, author))


def _emending(emend: Emend, metadata: Mapping[str, Json], author: Author) -> Callable[[Position], Record | None]:
    def revise(position: Position) -> Record | None:
        assert position.before is not None  # noqa: S101 - there is a newest version to revise
        return emended(position, emend(position.before, position.by), metadata, note=author.note)

    return revise


def _revise(
    store: Store,
    keys: Keys,
    release: str,
    author: Author,
    recall: Recall | None,
    revise: Callable[[Position], Record | None],
) -> Added:
    """Add a version of the same original as the newest one, which must verify."""

    def make(archive: Archive, head: ReleaseHead | None) -> Draft | None:
        assert head is not None  # noqa: S101 - required below
        head.sound()
        record = revise(_position(archive, release, head, author))
        return None if record is None else Draft(record, None, head.inventory.versions[-1].files[record.original.path])

    return write_version(store, keys, release, make, author.now, required=True, recall=recall)


def _position(archive: Archive, release: str, head: ReleaseHead | None, author: Author) -> Position:
    by = author.by or archive.origin
    if head is None:
        return Position(release, None, None, by, author.now)
    return Position(release, head.record, head.digest, by, author.now, head.base.description if head.base else None)


def _again(position: Position, head: ReleaseHead, source: Source, note: str | None) -> Draft | None:
    head.sound()
    original = head.record.original
    named = source.charset or charset_again(original.charset, original.extractor.parameters)
    # The bytes stay of the kind as which they were added: a reextraction keeps the original.
    record = reextraction(position, replace(source, charset=named, media_type=original.media_type), note=note)
    return Draft(record, None, sha512_hex(source.data)) if record is not None else None


def _refuse_own_files(head: ReleaseHead | None, sha512: str, where: str) -> None:
    """Refuse a record or a signature of the very same release: OCFL would not store such an original as one."""
    for number, block in enumerate(head.inventory.versions if head else (), 1):
        for path in (RECORD_PATH, SIGNATURE_PATH):
            if block.files[path] == sha512:
                raise SourceError(
                    f"this is {path} of v{number} of the release", where=where, hint="add what the publisher published"
                )


def _version_with(head: ReleaseHead | None, sha512: str) -> int | None:
    """The newest version of a release that has an original of this digest."""
    versions = head.inventory.versions if head else ()
    return next((n for n in range(len(versions), 0, -1) if sha512 in versions[n - 1].files.values()), None)
