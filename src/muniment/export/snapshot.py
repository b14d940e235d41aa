"""Building the snapshot of one version: a zip that proves itself, and is the same bytes on every machine.

A stamped snapshot also carries the time stamps of its checkpoint, so that the zip alone shows when the version was
there at the latest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from muniment.archive import Archive, StoredVersion
from muniment.archive.paths import stamp_paths
from muniment.archive.published import first_size, prove_entry, published
from muniment.archive.stamps import find_authority, read_certificates
from muniment.archive.stored_version import read_static
from muniment.digest import format_digest, sha256_hex
from muniment.errors import InputError, IntegrityError, UnavailableError
from muniment.log.proof_file import format_proof
from muniment.log.statement import StampStatement
from muniment.snapshot.contents import snapshot_files
from muniment.snapshot.signed_files import SignedFiles, schemas_for, stamp_path
from muniment.snapshot.zip import format_zip
from muniment.timestamp.response import check_response
from muniment.trust.chain import RootFile
from muniment.trust.root import TrustRoot
from muniment.verify.report import UNCHECKED, VERIFIED
from muniment.verify.snapshot import verify_snapshot


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot: the name of its file and its bytes."""

    name: str
    data: bytes


def build_snapshot(archive: Archive, version: StoredVersion, *, size: int | None = None) -> Snapshot:
    """Build the snapshot of a version, and verify it before it is handed out.

    It holds what the log named up to its checkpoint, the trust roots too.  By default that is the first published
    checkpoint that covers the version, so that the snapshot stays the same for ever while the archive grows.

    Args:
        archive: Where the version is from.
        version: What to export.
        size: Size of a later published checkpoint to prove against, or None.

    Raises:
        InputError: No checkpoint of that size was published, or it does not cover the version or its withdrawal; or the
            original is too large for a snapshot.
        IntegrityError: What is stored does not verify.
    """
    first = first_size(archive, version)
    withdrawal = archive.chain[-1].withdrawal_of(version.statement.record)
    if size is not None and withdrawal is not None and size < first:
        raise InputError(
            f"{withdrawal.name} was withdrawn since, which a snapshot of that size would not say",
            expected=f"a size from {first}",
            found=str(size),
        )
    return make_snapshot(gather(archive, version, first if size is None else size))


def make_snapshot(signed_files: SignedFiles) -> Snapshot:
    """Write a snapshot, and verify it.

    Raises:
        InputError: The original is too large for a snapshot.
        IntegrityError: The signed_files does not verify.
        UnavailableError: Something about it cannot be checked here.
    """
    data = format_zip(signed_files.name, snapshot_files(signed_files))
    name = f"{signed_files.name}.zip"
    report = verify_snapshot(data, subject=name)
    if report.verdict != VERIFIED:
        fault = report.failures[0]
        if report.verdict == UNCHECKED:
            raise UnavailableError(fault.what, where=fault.subject, hint=fault.hint)
        raise IntegrityError(
            f"the version does not verify: {fault.what}",
            where=fault.subject,
            expected=fault.expected,
            found=fault.found,
            hint="verify the archive",
            check=fault.check,
        )
    return Snapshot(name, data)


def gather(
    archive: Archive, version: StoredVersion, size: int, timestamps: Mapping[str, bytes] | None = None
) -> SignedFiles:
    """Gather the evidence of a version under the checkpoint of a size.

    Raises:
        InputError: No checkpoint of that size was published, or it does not cover the version.
        IntegrityError: The checkpoint does not verify.
    """
    proof = prove_entry(archive, version, size)
    roots = roots_at(archive, size)
    return SignedFiles(
        version=version.sound(),
        original=archive.read_original(version),
        statement=archive.entry(version.index),
        proof=format_proof(proof),
        roots=roots,
        schemas={
            file.path: read_static(archive.store, roots[-1].root, file.path)
            for file in schemas_for(roots[-1].root, version.record)
        },
        timestamps=timestamps or {},
        kept={kept.path: archive.find_kept(version, kept)[1] for kept in version.record.original.kept},
    )


def roots_at(archive: Archive, size: int) -> tuple[RootFile, ...]:
    """The trust roots that counted by then: one that came later must not change an older snapshot."""
    return tuple(file for file in archive.roots if file.root.index < size)


def build_stamped_snapshot(archive: Archive, version: StoredVersion) -> Snapshot:
    """Build the snapshot of a version with time stamps, and verify it before it is handed out.

    It is proven under the smallest checkpoint that covers the version and was stamped by an authority that the trust
    root of that time names.  Its bytes change only if that very checkpoint is stamped again.

    Args:
        archive: Where the version is from.
        version: What to export.

    Raises:
        InputError: There is no such stamp.
        IntegrityError: What is stored does not verify.
        UnavailableError: Time stamps cannot be checked here.
    """
    size, stamps = _first_stamps(archive, version)
    newest = roots_at(archive, size)[-1].root
    files = {path: data for stamp in stamps for path, data in _read_stamp(archive, newest, stamp).items()}
    return make_snapshot(gather(archive, version, size, files))


def _first_stamps(archive: Archive, version: StoredVersion) -> tuple[int, list[StampStatement]]:
    """Find the smallest size with stamps that count in a snapshot, and these."""
    first = first_size(archive, version)
    entries = [entry.statement for entry in archive.stamps if entry.statement.size >= first]
    for size in sorted({stamp.size for stamp in entries}):
        newest = roots_at(archive, size)[-1].root
        stamps = [stamp for stamp in entries if stamp.size == size and find_authority(newest, stamp.authority)]
        if stamps:
            return size, stamps
    if entries:
        raise InputError(
            f"the time stamps that cover {version.statement.name} are by authorities that were pinned later",
            expected="a stamp of a checkpoint whose trust root names the authority",
            hint="ask the authorities for another stamp",
        )
    raise InputError(f"no time stamp covers {version.statement.name}", hint="ask the authorities for a stamp")


def _read_stamp(archive: Archive, newest: TrustRoot, stamp: StampStatement) -> dict[str, bytes]:
    """Read a stamp and its certificates, as files of a snapshot; it must be the one that the log names, and hold."""
    request_path, response_path = stamp_paths(stamp.size, stamp.number)
    request = _read_logged(archive, request_path, stamp.request)
    response = _read_logged(archive, response_path, stamp.response)
    authority = find_authority(newest, stamp.authority)
    assert authority is not None  # noqa: S101 - it was chosen by this
    certificates = read_certificates(archive.store, newest, authority)
    note = published(archive, stamp.size)
    check_response(response, request, note, certificates, where=response_path)
    return {
        stamp_path(stamp.size, stamp.number, "tsq"): request,
        stamp_path(stamp.size, stamp.number, "tsr"): response,
        authority.certificates: read_static(archive.store, newest, authority.certificates),
    }


def _read_logged(archive: Archive, path: str, logged: str) -> bytes:
    data = archive.store.read(path)
    digest = format_digest(sha256_hex(data))
    if digest != logged:
        what = "not the file that the log names"
        raise IntegrityError(what, where=path, expected=logged, found=digest, hint="verify the archive", check=12)
    return data
