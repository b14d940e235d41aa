"""Building the snapshot of one version: a zip that proves itself, and is the same bytes whoever builds it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from muniment.archive import Archive, StoredVersion
from muniment.errors import InputError, IntegrityError, NotFoundError
from muniment.export.check import check_snapshot
from muniment.export.contents import snapshot_files
from muniment.export.material import SCHEMAS, Material
from muniment.export.stored_zip import format_zip
from muniment.log.checkpoint import open_published
from muniment.log.note import MAX_NOTE
from muniment.log.proof import TlogProof, format_proof
from muniment.log.tree import prove_inclusion_at
from muniment.signing.root_chain import RootFile
from muniment.verify.report import VERIFIED

CHECKPOINTS = "log/checkpoints"

_SIZE = re.compile(r"[1-9][0-9]{0,17}")


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
    checkpoint_size = _default_size(archive, version) if size is None else size
    material = _gather(archive, version, checkpoint_size)
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
        )
    return Snapshot(name, data)


def check_size(archive: Archive, size: int) -> None:
    """Check that a checkpoint of that size was published.

    Raises:
        InputError: It was not.
        IntegrityError: It does not verify.
    """
    if not 0 < size <= archive.checkpoint.size:
        expected = f"a size from 1 to {archive.checkpoint.size}"
        raise InputError(f"no checkpoint of size {size} was published", expected=expected)
    _read_checkpoint(archive, size)


def _default_size(archive: Archive, version: StoredVersion) -> int:
    """Find the first published checkpoint that covers the version; usually the addition itself published it."""
    first = version.index + 1
    try:
        archive.store.read(f"{CHECKPOINTS}/{first}", max_size=MAX_NOTE)
    except NotFoundError:
        sizes = (int(node.name) for node in archive.store.list(CHECKPOINTS) if _SIZE.fullmatch(node.name))
        return min((size for size in sizes if size >= first), default=first)
    return first


def _gather(archive: Archive, version: StoredVersion, size: int) -> Material:
    if not version.index < size <= archive.checkpoint.size:
        raise InputError(
            f"no checkpoint of size {size} covers {version.statement.name}",
            expected=f"a size from {version.index + 1} to {archive.checkpoint.size}",
        )
    roots = _roots_at(archive, size)
    proof = TlogProof(
        version.index, prove_inclusion_at(archive.log, version.index, size), _read_checkpoint(archive, size)
    )
    return Material(
        version=version,
        original=archive.read_original(version),
        statement=archive.log.entry(version.index),
        proof=format_proof(proof),
        roots=roots,
        schemas={
            file.path: archive.store.read(file.path) for file in roots[-1].root.files if file.path.startswith(SCHEMAS)
        },
    )


def _roots_at(archive: Archive, size: int) -> tuple[RootFile, ...]:
    """The trust roots that counted by then: one that came later must not change an older snapshot."""
    return tuple(file for file in archive.roots if file.root.index < size)


def _read_checkpoint(archive: Archive, size: int) -> bytes:
    path = f"{CHECKPOINTS}/{size}"
    try:
        data = archive.store.read(path, max_size=MAX_NOTE)
    except NotFoundError as error:
        raise InputError(
            f"no checkpoint of size {size} was published",
            where=path,
            expected=f"a size that {CHECKPOINTS} has",
            hint="leave the size out for the first that covers the version",
        ) from error
    try:
        open_published(data, archive.log_verifiers, archive.origin, path)
    except IntegrityError as error:
        error.hint = "run archive verify"
        raise
    return data
