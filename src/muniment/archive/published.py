"""The published checkpoint that a snapshot, proof, stamp or cosignature rests on: signed, and the log grew from it.

For an entry, the smallest published checkpoint that covers it, and the inclusion proof from the entry up to it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from muniment.archive import Archive, StoredVersion
from muniment.archive.paths import CHECKPOINTS, checkpoint_path, parse_path
from muniment.errors import InputError, IntegrityError, NotFoundError, finding_of
from muniment.log.checkpoint import check_grown, open_published
from muniment.log.merkle import leaf_hash
from muniment.log.note import MAX_NOTE
from muniment.log.proof_file import TlogProof
from muniment.store import Store


def published(archive: Archive, size: int) -> bytes:
    """Read the checkpoint of a size.

    Raises:
        NotFoundError: There is no checkpoint of that size.
        IntegrityError: It is damaged, or the entries of the log do not have its root (check 10).
    """
    path = checkpoint_path(size)
    if not 0 < size <= archive.checkpoint.size:
        raise NotFoundError("no checkpoint of this size was published", where=path)
    data = archive.store.read(path, max_size=MAX_NOTE)
    with finding_of(10):
        checkpoint = open_published(data, archive.log_verifiers, archive.origin, path)
        expected = (size, archive.root_at(size), archive.newest_roots.at(size))
        check_grown(checkpoint, expected, path, hint="verify the archive")
    return data


def published_sizes(store: Store) -> list[int]:
    """Give the sizes of the checkpoints that lie in an archive, in no order; none of them is read.

    Raises:
        StoreError: They cannot be listed.
    """
    paths = (parse_path(f"{CHECKPOINTS}/{node.name}") for node in store.list(CHECKPOINTS))
    return [path.size for path in paths if path is not None]


def first_size(archive: Archive, version: StoredVersion, sizes: Sequence[int] | None = None) -> int:
    """Find the first published checkpoint that covers the version, and its withdrawal if it was withdrawn.

    Usually the addition itself published it.  Of a withdrawn version nothing is handed out that does not know that.

    Args:
        archive: The archive.
        version: The version.
        sizes: Those of ``published_sizes``, sorted, where somebody asks for many versions; None to look for one.
    """
    record = version.statement.record
    since = (root.index for root in archive.chain if root.withdrawal_of(record) is not None)
    first = max(version.index, next(since, 0)) + 1
    if sizes is not None:
        place = bisect_left(sizes, first)
        return sizes[place] if place < len(sizes) else first
    try:
        archive.store.read(checkpoint_path(first), max_size=MAX_NOTE)
    except NotFoundError:
        return min((size for size in published_sizes(archive.store) if size >= first), default=first)
    return first


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


def prove_entry(archive: Archive, version: StoredVersion, size: int) -> TlogProof:
    """Prove that the entry of a version is in the log, under the checkpoint of a size.

    Raises:
        InputError: No checkpoint of that size was published, or it does not cover the version.
        IntegrityError: The checkpoint does not verify.
    """
    if not version.index < size <= archive.checkpoint.size:
        raise InputError(
            f"no checkpoint of size {size} covers {version.statement.name}",
            expected=f"a size from {version.index + 1} to {archive.checkpoint.size}",
        )
    note = _read_checkpoint(archive, size)
    hashes = archive.tree.prove_inclusion(leaf_hash(archive.entry(version.index)), version.index, size)
    return TlogProof(version.index, hashes, note)


def _read_checkpoint(archive: Archive, size: int) -> bytes:
    path = checkpoint_path(size)
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
        error.hint = "verify the archive"
        raise
    return data
