"""Building the snapshot of one version: a zip that proves itself, and is the same bytes whoever builds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from muniment.archive import Archive, StoredVersion
from muniment.archive.published import first_size, prove_entry
from muniment.archive.stored_version import read_static
from muniment.errors import IntegrityError
from muniment.log.proof_file import format_proof
from muniment.snapshot.contents import snapshot_files
from muniment.snapshot.material import SCHEMAS, Material
from muniment.snapshot.zip import format_zip
from muniment.trust.chain import RootFile
from muniment.verify.report import VERIFIED
from muniment.verify.snapshot import check_snapshot


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
        size: Size of a later published checkpoint to stand under, or None.

    Raises:
        InputError: No checkpoint of that size was published, or it does not cover the version; or the original is too
            large for a snapshot.
        IntegrityError: What is stored does not verify.
    """
    checkpoint_size = first_size(archive, version) if size is None else size
    return make_snapshot(gather(archive, version, checkpoint_size))


def make_snapshot(material: Material) -> Snapshot:
    """Write a snapshot, and verify it.

    Raises:
        InputError: The original is too large for a snapshot.
        IntegrityError: The material does not verify.
    """
    data = format_zip(material.name, snapshot_files(material))
    name = f"{material.name}.zip"
    report = check_snapshot(data, subject=name)
    if report.verdict != VERIFIED:
        fault = report.failures[0]
        raise IntegrityError(
            f"the version does not verify: {fault.what}",
            where=fault.subject,
            expected=fault.expected,
            found=fault.found,
            hint="run archive verify",
            check=fault.check,
        )
    return Snapshot(name, data)


def gather(
    archive: Archive, version: StoredVersion, size: int, timestamps: Mapping[str, bytes] | None = None
) -> Material:
    """Gather the evidence of a version under the checkpoint of a size.

    Raises:
        InputError: No checkpoint of that size was published, or it does not cover the version.
        IntegrityError: The checkpoint does not verify.
    """
    proof = prove_entry(archive, version, size)
    roots = roots_at(archive, size)
    return Material(
        version=version.sound(),
        original=archive.read_original(version),
        statement=archive.entries[version.index],
        proof=format_proof(proof),
        roots=roots,
        schemas={
            file.path: read_static(archive.store, roots[-1].root, file.path)
            for file in roots[-1].root.files
            if file.path.startswith(SCHEMAS)
        },
        timestamps=timestamps or {},
    )


def roots_at(archive: Archive, size: int) -> tuple[RootFile, ...]:
    """The trust roots that counted by then: one that came later must not change an older snapshot."""
    return tuple(file for file in archive.roots if file.root.index < size)
