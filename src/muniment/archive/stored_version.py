"""A version as it lies in the archive, held to its entry in the log before anything of it is given out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from muniment.archive.judgement import (
    VersionFiles,
    entry_faults,
    judge_form,
    judge_kept,
    judge_original,
    judge_signature,
    judge_signer,
    judge_static,
)
from muniment.canonical import parse_canonical
from muniment.errors import IntegrityError, NotFoundError, SignatureError, UnresolvedReferenceError
from muniment.log.statement import VersionEntry, VersionStatement
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Attestation, KeptExchange, Paragraph, Record, read_record
from muniment.store import Store
from muniment.trust.root import TrustRoot, Withdrawal


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version as it lies in the archive: its files are those that its entry names.

    Attributes:
        entry: Its entry in the log.
        record: Parsed from ``record_bytes``.
        record_bytes: The bytes that were hashed and signed.
        signature: The armored SSHSIG.
        fault: Why its signature does not count: the finding of check 8.  None where it does.
        withdrawal: That the archive no longer stands behind it; None where it does.
    """

    entry: VersionEntry
    record: Record
    record_bytes: bytes
    signature: bytes
    fault: IntegrityError | None = None
    withdrawal: Withdrawal | None = None

    @property
    def index(self) -> int:
        """Index of its entry in the log."""
        return self.entry.index

    @property
    def statement(self) -> VersionStatement:
        """What that entry says."""
        return self.entry.statement

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
            hint=f"name a paragraph of {self.statement.name}",
        )

    def sound(self) -> StoredVersion:
        """Give the version itself, to be cited, proven, exported or built on.

        Raises:
            IntegrityError: Its signature does not count (check 8).
        """
        if self.fault is not None:
            raise self.fault
        return self


@dataclass(frozen=True, slots=True)
class LoggedFiles:
    """Record and signature of a version, of which nothing is known but that they are the bytes that were logged."""

    entry: VersionEntry
    record_bytes: bytes
    signature: bytes


def read_logged(store: Store, content: str, entry: VersionEntry) -> LoggedFiles:
    """Read the files of a version that its entry names, and hold them to their digests alone.

    Args:
        store: The archive.
        content: Folder of the version's content.
        entry: The entry.

    Raises:
        IntegrityError: They are other bytes, or not there (checks 2 and 9).
    """
    return _read_files(store, content, entry)[1]


def _read_files(store: Store, content: str, entry: VersionEntry) -> tuple[VersionFiles, LoggedFiles]:
    record_path, signature_path = f"{content}/{RECORD_PATH}", f"{content}/{SIGNATURE_PATH}"
    data = _read_record(store, record_path)
    signature = None if data is None else read_present(store, signature_path)
    files = VersionFiles(data, record_path, signature, signature_path)
    _raise_first(entry_faults(entry.name, entry.statement, files, None, None))
    assert files.record is not None  # noqa: S101 - a missing record is a fault
    assert files.signature is not None  # noqa: S101 - so is a missing signature
    return files, LoggedFiles(entry, files.record, files.signature)


def read_stored(store: Store, content: str, entry: VersionEntry, newest: TrustRoot) -> StoredVersion:
    """Read a version, and hold it to its entry: digests, form, signature, and all that the entry states.

    Args:
        store: The archive.
        content: Folder of the version's content.
        entry: The entry.
        newest: The newest trust root.

    Raises:
        IntegrityError: The files are not those that the entry names (checks 2 to 4, 7 and 9).  A key that might not
            sign is the version's ``fault``.
    """
    files, logged = _read_files(store, content, entry)
    record, key = judge_form(logged.record_bytes, files.record_path), judge_signature(files)
    _raise_first(entry_faults(entry.name, entry.statement, files, record, key))
    fault = None
    try:
        judge_signer(files.signature_path, key, entry.index, newest)
    except SignatureError as error:
        fault = error
    withdrawal = newest.withdrawal_of(entry.statement.record)
    return StoredVersion(entry, record, logged.record_bytes, logged.signature, fault, withdrawal)


def read_judged(store: Store, content: str, entry: VersionEntry, newest: TrustRoot) -> StoredVersion:
    """Read a version again that ``read_stored`` gave without a fault, under the same trust root.

    Its files are held to the digests of the entry, as there; being the same bytes, they need not be judged again.

    Args:
        store: The archive.
        content: Folder of the version's content.
        entry: The entry.
        newest: The newest trust root.

    Raises:
        IntegrityError: The files are other ones by now, or not there (checks 2 and 9).
    """
    files = read_logged(store, content, entry)
    record = read_record(cast("dict[str, Any]", parse_canonical(files.record_bytes, where=entry.name)))
    withdrawal = newest.withdrawal_of(entry.statement.record)
    return StoredVersion(entry, record, files.record_bytes, files.signature, None, withdrawal)


def read_original(store: Store, path: str, version: StoredVersion) -> bytes:
    """Read the bytes as received of a version from where they lie.

    Raises:
        IntegrityError: They are not the bytes that its record names (check 6), or not there (check 2).
    """
    data = read_present(store, path)
    judge_original(path, version.record.original, data)
    return data


def read_kept(store: Store, paths: Iterable[str], kept: KeptExchange | Attestation) -> tuple[str, bytes]:
    """Find a file that is kept beside an original, and read it.

    Args:
        store: The archive.
        paths: Where it may lie, one or more, the likeliest place first.
        kept: The file, as the record names it.

    Returns:
        Where it lies, and its bytes.

    Raises:
        IntegrityError: It is not the file that the record names (check 6), or not there (check 2).
    """
    fault: IntegrityError | None = None
    for path in paths:
        try:
            data = read_present(store, path)
            judge_kept(path, kept, data)
        except IntegrityError as error:
            fault = fault or error
        else:
            return path, data
    assert fault is not None  # noqa: S101 - the version itself has a place for it
    raise fault


def read_present(store: Store, path: str) -> bytes:
    """Read a file that must be there.

    Raises:
        IntegrityError: It is not: the finding of check 2.
    """
    try:
        return store.read(path)
    except NotFoundError as error:
        raise IntegrityError(error.what, where=path, hint="restore the file from a copy", check=2) from error


def read_static(store: Store, root: TrustRoot, path: str) -> bytes:
    """Read a file that a trust root vouches for.

    Raises:
        IntegrityError: It is another file (check 2), or not there.
    """
    data = read_present(store, path)
    judge_static(next(file for file in root.files if file.path == path), data)
    return data


def _raise_first(faults: Iterator[IntegrityError]) -> None:
    for fault in faults:
        fault.hint = fault.hint or "verify the archive"
        raise fault


def _read_record(store: Store, path: str) -> bytes | None:
    try:
        return store.read(path)
    except NotFoundError:
        return None
