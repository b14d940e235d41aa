"""The read-only view of an archive: open it, resolve a reference, read a version.

The log decides what the archive holds.  A version is there when the log has its entry at the size of the checkpoint;
files that an interrupted addition left behind are not looked at.  Nothing here takes the lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from muniment.anchor import CHECKPOINT, LAYOUT, check_tag, log_verifiers, newest_of, object_id, open_head
from muniment.digest import format_digest, sha256_hex
from muniment.errors import IntegrityError, NotFoundError, UnfinishedError, UnresolvedReferenceError
from muniment.log.checkpoint import Checkpoint
from muniment.log.newest import NewestRoots
from muniment.log.statement import Statement, VersionStatement, parse_statement
from muniment.log.tree import Log
from muniment.log.vkey import LogVerifier
from muniment.marker.making import is_unmade
from muniment.ocfl.inventory import INVENTORY, parse_inventory
from muniment.ocfl.layout import object_path
from muniment.ocfl.root import parse_layout
from muniment.paragraph import Paragraph
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Record, parse_record
from muniment.reference import Reference
from muniment.signing.root_chain import RootFile
from muniment.signing.trust_root import TrustRoot
from muniment.store import Store

__all__ = ["CHECKPOINT", "Archive", "StoredVersion", "log_verifiers", "open_archive"]


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version as it lies in the archive.

    Attributes:
        index: Index of its entry in the log.
        statement: That entry.
        record: Parsed from ``record_bytes``.
        record_bytes: The bytes that were hashed and signed.
        signature: The armored SSHSIG.
    """

    index: int
    statement: VersionStatement
    record: Record
    record_bytes: bytes
    signature: bytes

    def paragraph(self, paragraph_id: str) -> Paragraph:
        """Give one paragraph.

        Raises:
            UnresolvedReferenceError: There is none of that id.
        """
        for paragraph in self.record.paragraphs:
            if paragraph.id == paragraph_id:
                return paragraph
        ids = [paragraph.id for paragraph in self.record.paragraphs]
        raise UnresolvedReferenceError(
            f"{self.statement.name} has no paragraph {paragraph_id}",
            expected=f"one of {ids[0]} to {ids[-1]}",
            hint=f"archive show {self.statement.name} lists them",
        )


class Archive:
    """An archive that was opened; ``open_archive`` makes it."""

    def __init__(self, store: Store, roots: tuple[RootFile, ...], layout: str, checkpoint: Checkpoint) -> None:
        self.store = store
        self.roots = roots
        self.layout = layout
        self.checkpoint = checkpoint
        self.log = Log(lambda path: store.read(f"log/{path}"), checkpoint.size)

    @property
    def chain(self) -> tuple[TrustRoot, ...]:
        """The trust roots, oldest first."""
        return tuple(file.root for file in self.roots)

    @property
    def origin(self) -> str:
        """The name of the archive and of its log."""
        return self.roots[0].root.archive

    @cached_property
    def newest_roots(self) -> NewestRoots:
        """Which trust root was the newest at each size of the log."""
        return newest_of(self.roots)

    @property
    def log_verifiers(self) -> tuple[LogVerifier, ...]:
        """The keys that may sign checkpoints, each for its range."""
        return log_verifiers(self.chain)

    def object_id(self, release: str) -> str:
        """Give the OCFL object id of a release, a tag URI (RFC 4151)."""
        return object_id(self.roots[0].root, release)

    def object_folder(self, release: str) -> str:
        """Give the folder of a release's OCFL object."""
        return f"releases/{object_path(self.layout, self.object_id(release))}"

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Every entry of the log, in order; read once."""
        return tuple(
            parse_statement(entry, where=f"log entry {index}") for index, entry in enumerate(self.log.entries())
        )

    @cached_property
    def versions(self) -> dict[str, tuple[tuple[int, VersionStatement], ...]]:
        """Index and entry of every version, by release in order of first addition, oldest version first."""
        found: dict[str, list[tuple[int, VersionStatement]]] = {}
        for index, statement in enumerate(self.statements):
            if isinstance(statement, VersionStatement):
                found.setdefault(statement.release, []).append((index, statement))
        return {release: tuple(entries) for release, entries in found.items()}

    def resolve(self, reference: Reference) -> tuple[int, VersionStatement]:
        """Find the log entry that a reference names.

        Raises:
            UnresolvedReferenceError: It names nothing here, or ``v1`` where there are several releases.
        """
        if reference.digest is not None:
            return self._by_digest(reference.digest)
        release = reference.release or self._only_release(reference)
        if release not in self.versions:
            raise UnresolvedReferenceError(f"there is no release {release}", hint="archive list names the releases")
        entries = self.versions[release]
        number = reference.version or len(entries)
        if number > len(entries):
            raise UnresolvedReferenceError(
                f"{release} has no version v{number}",
                expected=f"v1 to v{len(entries)}" if len(entries) > 1 else "v1",
            )
        return entries[number - 1]

    def _by_digest(self, digest: str) -> tuple[int, VersionStatement]:
        for entries in self.versions.values():
            for index, statement in entries:
                if statement.record == format_digest(digest):
                    return index, statement
        raise UnresolvedReferenceError(
            f"no record here has the digest sha256:{digest}", hint="archive list --json prints every digest"
        )

    def _only_release(self, reference: Reference) -> str:
        if len(self.versions) == 1:
            return next(iter(self.versions))
        if not self.versions:
            raise UnresolvedReferenceError("the archive holds no release yet", hint="archive add FILE --release ID")
        some = ", ".join(f"{release}/v{reference.version}" for release in list(self.versions)[:3])
        raise UnresolvedReferenceError(
            f"v{reference.version} could be of any of {len(self.versions)} releases", hint=f"say {some}, …"
        )

    def read(self, reference: Reference) -> StoredVersion:
        """Read the version that a reference names.

        Raises:
            UnresolvedReferenceError: It names nothing.
            IntegrityError: The record is not the one that the log names.
        """
        return self.read_entry(*self.resolve(reference))

    def read_entry(self, index: int, statement: VersionStatement) -> StoredVersion:
        """Read the version of a log entry; its record must have the digest that the entry states."""
        content = f"{self.object_folder(statement.release)}/v{statement.version}/content"
        path = f"{content}/{RECORD_PATH}"
        data = self.store.read(path)
        found = format_digest(sha256_hex(data))
        if found != statement.record:
            raise IntegrityError(
                "not the record that the log names",
                where=path,
                expected=statement.record,
                found=found,
                hint="run archive verify",
            )
        record = parse_record(data, where=path)
        if record.name != statement.name:
            what, hint = "not the version that the log names", "run archive verify"
            raise IntegrityError(what, where=path, expected=statement.name, found=record.name, hint=hint)
        return StoredVersion(index, statement, record, data, self.store.read(f"{content}/{SIGNATURE_PATH}"))

    def original_path(self, statement: VersionStatement) -> str:
        """Find the file of the original of a version by the inventory, which nobody signed.

        Raises:
            IntegrityError: The inventory does not have the version, or no original in it.
        """
        folder, number = self.object_folder(statement.release), statement.version
        where = f"{folder}/{INVENTORY}"
        inventory = parse_inventory(self.store.read(where), where=where)
        paths = inventory.content_paths(number) if number <= len(inventory.versions) else {}
        for name in sorted(paths.keys() - {RECORD_PATH, SIGNATURE_PATH}):
            return f"{folder}/{paths[name]}"
        what = "the inventory has no original of this version"
        raise IntegrityError(what, where=where, expected=statement.name, hint="run archive verify")

    def read_original(self, version: StoredVersion) -> bytes:
        """Read the bytes as received of a version; a version that did not bring them finds them in an earlier one.

        Raises:
            IntegrityError: They are not the bytes that the record names.
        """
        path = self.original_path(version.statement)
        data = self.store.read(path)
        if sha256_hex(data) != version.record.original.sha256:
            raise IntegrityError(
                "not the original that the record names",
                where=path,
                expected=f"sha256:{version.record.original.sha256}",
                found=format_digest(sha256_hex(data)),
                hint="run archive verify",
            )
        return data


def open_archive(store: Store, *, where: str = "") -> Archive:
    """Open an archive: its tag, its chain of trust roots and its checkpoint, each verified.

    Args:
        store: The archive's folder.
        where: What to call it in errors.

    Raises:
        NotAnArchiveError: It has no tag, or the tag of a format that this software does not know.
        UnfinishedError: Its ``init`` was interrupted.
        IntegrityError: The trust roots or the checkpoint do not verify.
    """
    check_tag(store, where=where)
    try:
        data = store.read(CHECKPOINT)
    except NotFoundError as error:
        if is_unmade(store):
            raise UnfinishedError(
                "the archive was never finished", where=where, hint="run archive init again"
            ) from error
        raise
    layout = parse_layout(store.read(LAYOUT), where=LAYOUT)
    roots, checkpoint = open_head(store, data)
    return Archive(store, roots, layout, checkpoint)
