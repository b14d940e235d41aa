"""The read-only view of an archive: open it, resolve a reference, read a version.

The log decides what the archive holds.  A version is there when the log has its entry at the size of the checkpoint;
files that an interrupted addition left behind are not looked at.  Nothing here takes the lock.

- ``paths``: every path of the folder, written and read
- ``opening``: the tag, the trust roots and the checkpoint, each verified before anything else is read
- ``proven_log``: the entries of the log, held to the signed root, and the trust roots that they name
- ``judgement``: one version judged by its bytes alone: whether they fit its entry
- ``stored_version``: a version as it lies there, held to its entry before any of it is given out
- ``existence``: what shows that a part of the log was there at a time
- ``published``: the published checkpoint of a size, which a snapshot or a proof rests on, and the inclusion proof
  up to it
- ``batches``: what is said of entries that were logged together
- ``signers``: the keys that may sign, as public JSON
- ``stamps``: the time stamp authorities that a trust root pins, and their certificates
- ``unfinished``: the marker of a write that is under way: ``unfinished.signed``
- ``staged``: what is staged, decided and not yet applied, where writers cannot lock
- ``unfinished_rules``: which files a marker may promise
"""

from __future__ import annotations

import re
from contextlib import suppress

from muniment.archive.judgement import judge_form, judge_place
from muniment.archive.opening import check_tag, log_verifiers, object_id, open_head, stored_log
from muniment.archive.paths import CHECKPOINT, LAYOUT, content_folder, object_folder
from muniment.archive.proven_log import ProvenLog
from muniment.archive.stored_version import (
    LoggedFiles,
    StoredVersion,
    read_judged,
    read_kept,
    read_logged,
    read_original,
    read_static,
    read_stored,
)
from muniment.archive.unfinished_rules import is_unmade
from muniment.digest import format_digest, sha256_hex
from muniment.errors import (
    IntegrityError,
    MunimentError,
    NotFoundError,
    UnfinishedError,
    UnresolvedReferenceError,
    finding_of,
)
from muniment.log.checkpoint import Checkpoint
from muniment.log.statement import VersionEntry, VersionStatement
from muniment.ocfl.storage_root import parse_layout
from muniment.record import RECORD_PATH, Attestation, KeptExchange, Record
from muniment.reference import Reference
from muniment.store import Store
from muniment.trust.chain import RootFile
from muniment.trust.root import Withdrawal

__all__ = ["Archive", "StoredVersion", "log_verifiers", "open_archive"]

_VERSION = re.compile("v[1-9][0-9]{0,8}")
_TIME = re.compile(rb'"time":"([0-9-]{10}T[0-9:]{8}Z)"')
"""The times in a record; the last activity of its provenance is what made it."""


class Archive(ProvenLog):
    """An archive that was opened; ``open_archive`` makes it."""

    def __init__(
        self, store: Store, roots: tuple[RootFile, ...], layout: str, checkpoint: Checkpoint, note: bytes
    ) -> None:
        super().__init__(stored_log(store, checkpoint.size), roots, checkpoint)
        self.store = store
        self.layout = layout
        self.note = note
        self.doubted: dict[str, IntegrityError] = {}
        self.withdrawn: dict[str, Withdrawal] = {}
        self._last_folder = ("", "")

    def object_id(self, release: str) -> str:
        """Give the OCFL object id of a release, a tag URI (RFC 4151)."""
        return object_id(self.roots[0].root, release)

    def object_folder(self, release: str) -> str:
        """Give the folder of a release's OCFL object."""
        # Who reads a long release asks for one folder thousands of times.
        if self._last_folder[0] != release:
            self._last_folder = (release, object_folder(self.layout, self.object_id(release)))
        return self._last_folder[1]

    def resolve(self, reference: Reference) -> VersionEntry:
        """Find the log entry that a reference names.

        Raises:
            UnresolvedReferenceError: It names nothing here, or ``v1`` where there are several releases.
        """
        if reference.digest is not None:
            return self._by_digest(reference.digest)
        release = reference.release or self._only_release(reference)
        found = self._newest(release) if reference.version is None else self._named(release, reference.version)
        if found is not None:
            return found
        entries = self.history(release)
        if not entries:
            raise UnresolvedReferenceError(f"there is no release {release}", hint="name a release that is there")
        number = reference.version or len(entries)
        if number > len(entries):
            raise UnresolvedReferenceError(
                f"{release} has no version v{number}",
                expected=f"v1 to v{len(entries)}" if len(entries) > 1 else "v1",
            )
        # Where entries of one number stand twice, which is check 9's to find, the first one has it.
        return next((entry for entry in entries if entry.statement.version == number), entries[number - 1])

    def _named(self, release: str, number: int) -> VersionEntry | None:
        """Find the entry of a version by the record that lies there: its digest, and when it says it was made.

        That is where to look, and no more: the entry is proven, and the record is held to it when it is read.

        Returns:
            The entry; None where it is not found so, or there are two: then all entries must be asked.
        """
        if self.is_whole:
            return None
        try:
            data = self.store.read(f"{content_folder(self.object_folder(release), number)}/{RECORD_PATH}")
        except MunimentError:
            return None
        times = _TIME.findall(data)
        found = self.find_recorded(format_digest(sha256_hex(data)), times[-1]) if times else ()
        named = [entry for entry in found if entry.statement.name == f"{release}/v{number}"]
        return named[0] if len(named) == len(found) == 1 else None

    def _newest(self, release: str) -> VersionEntry | None:
        """Find the newest version by the folders of its release; every entry that came after it is hashed.

        Returns:
            Its entry; None where it is not found so, or the log has a later one: then all entries must be asked.
        """
        if self.is_whole:
            return None
        with suppress(MunimentError):
            nodes = self.store.list(self.object_folder(release))
            newest = max((int(node.name[1:]) for node in nodes if _VERSION.fullmatch(node.name)), default=0)
            entry = self._named(release, newest)
            if entry is not None and not self.find_later(entry):
                return entry
        return None

    def before(self, entry: VersionEntry) -> VersionStatement | None:
        """Give what the entry before this one of the same release says; None before the first.

        Unless all entries were read, that is the version before, whose record this one names: what else stands between
        them is for whoever reads all.
        """
        statement = entry.statement
        if not self.is_whole:
            if statement.version == 1 and statement.previous is None:
                return None
            earlier = self._named(statement.release, statement.version - 1)
            if earlier is not None and earlier.index < entry.index and earlier.statement.record == statement.previous:
                return earlier.statement
        return super().before(entry)

    def _by_digest(self, digest: str) -> VersionEntry:
        found = self.recorded(format_digest(digest))
        if found is not None:
            return found
        raise UnresolvedReferenceError(
            f"no record here has the digest sha256:{digest}", hint="compare the digests of the versions that are there"
        )

    def _only_release(self, reference: Reference) -> str:
        if len(self.releases) == 1:
            return self.releases[0]
        if not self.releases:
            raise UnresolvedReferenceError("the archive holds no release yet", hint="add a first version")
        some = ", ".join(f"{release}/v{reference.version}" for release in self.releases[:3])
        raise UnresolvedReferenceError(
            f"v{reference.version} could be of any of {len(self.releases)} releases", hint=f"say {some}, …"
        )

    def read(self, reference: Reference) -> StoredVersion:
        """Read the version that a reference names.

        Raises:
            UnresolvedReferenceError: It names nothing.
            IntegrityError: The record is not the one that the log names.
        """
        return self.read_entry(self.resolve(reference))

    def read_entry(self, entry: VersionEntry) -> StoredVersion:
        """Read the version of a log entry, which must be what the entry states.

        A signature that does not count is the version's ``fault``, and noted in ``doubted``: the caller that prints the
        version says so, and ``sound`` refuses it.  That it was withdrawn is noted in ``withdrawn``, to be said too.

        Raises:
            IntegrityError: It is not (checks 2 to 4, 7 and 9), or the entry does not continue the one before (check 9).
        """
        judge_place(entry.name, entry.statement, self.before(entry))
        stored = read_stored(self.store, self._content(entry.statement), entry, self.chain[-1])
        if stored.withdrawal is not None:
            self.withdrawn[entry.statement.name] = stored.withdrawal
        if stored.fault is not None:
            self.doubted[entry.statement.name] = stored.fault
        return stored

    def read_judged(self, entry: VersionEntry) -> StoredVersion:
        """Read a version again that ``read_entry`` gave without a fault: the same bytes are not judged twice.

        Raises:
            IntegrityError: Its files are other ones by now, or not there (checks 2 and 9).
        """
        return read_judged(self.store, self._content(entry.statement), entry, self.chain[-1])

    def read_logged(self, entry: VersionEntry) -> LoggedFiles:
        """Read record and signature of a log entry as bytes: held to their digests, and neither parsed nor judged.

        Raises:
            IntegrityError: They are other bytes, or not there (checks 2 and 9).
        """
        return read_logged(self.store, self._content(entry.statement), entry)

    def _content(self, statement: VersionStatement) -> str:
        return content_folder(self.object_folder(statement.release), statement.version)

    def original_path(self, statement: VersionStatement) -> str:
        """Find the file of the original of a version: it lies in the first version that the log says had these bytes.

        Raises:
            IntegrityError: That version is not what its entry states.
        """
        entries = self.history(statement.release)
        first = next(entry for entry in entries if entry.statement.original == statement.original)
        return f"{self._content(first.statement)}/{self.read_entry(first).record.original.path}"

    def read_original(self, version: StoredVersion) -> bytes:
        """Read the bytes as received of a version; a version that did not bring them finds them in an earlier one.

        Raises:
            IntegrityError: They are not the bytes that the record names (check 6), or not there (check 2).
        """
        if not self.is_whole:
            with suppress(MunimentError):  # then the log says where they are
                return read_original(self.store, self._likely_path(version), version)
        return read_original(self.store, self.original_path(version.statement), version)

    def _likely_path(self, version: StoredVersion) -> str:
        """Say where the original of a version lies if the records before it are what they were: its hash will tell."""
        record = version.record
        while record.change.kind != "publication" or record.change.reverts_to is not None:
            record = self._earlier(record, record.change.reverts_to or record.version - 1)
        return f"{content_folder(self.object_folder(record.release), record.version)}/{record.original.path}"

    def find_kept(self, version: StoredVersion, kept: KeptExchange | Attestation) -> tuple[str, bytes]:
        """Find a file that is kept beside the original of a version; it came with this version or before.

        Returns:
            Where it lies, and its bytes.

        Raises:
            IntegrityError: It is not the file that the record names (check 6), or not there (check 2).
        """
        number = version.record.version
        with suppress(MunimentError):
            number = self._last_publication(version.record).version
        folder = self.object_folder(version.record.release)
        return read_kept(self.store, (f"{content_folder(folder, n)}/{kept.path}" for n in range(number, 0, -1)), kept)

    def _last_publication(self, record: Record) -> Record:
        """Give the record of the publication whose bytes a version has, if the records before it are what they were."""
        while record.change.kind != "publication":
            record = self._earlier(record, record.version - 1)
        return record

    def _earlier(self, record: Record, number: int) -> Record:
        path = f"{content_folder(self.object_folder(record.release), number)}/{RECORD_PATH}"
        earlier = judge_form(self.store.read(path), path)
        if earlier.version != number or number >= record.version:
            raise IntegrityError("not the record of its version", where=path)
        return earlier

    def read_static(self, path: str) -> bytes:
        """Read a file that the newest trust root vouches for.

        Raises:
            IntegrityError: It is another file (check 2), or not there.
        """
        return read_static(self.store, self.chain[-1], path)


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
                "the archive was never finished", where=where, hint="make it again with the same keys"
            ) from error
        raise
    with finding_of(10):
        roots, checkpoint = open_head(store, data)
    layout = parse_layout(read_static(store, roots[-1].root, LAYOUT), where=LAYOUT)
    return Archive(store, roots, layout, checkpoint, data)
