"""The published checkpoint of a size, to be stamped, cosigned or handed out: signed, and the log grew from it."""

from __future__ import annotations

from muniment.archive import Archive
from muniment.errors import ProofError, finding_of
from muniment.log.checkpoint import Checkpoint, open_published
from muniment.log.merkle import tree_root
from muniment.log.note import MAX_NOTE

CHECKPOINTS = "log/checkpoints"


def published(archive: Archive, size: int) -> bytes:
    """Read the checkpoint of a size.

    Raises:
        NotFoundError: There is none.
        IntegrityError: It is damaged, or the entries of the log do not have its root (check 10).
    """
    path = f"{CHECKPOINTS}/{size}"
    data = archive.store.read(path, max_size=MAX_NOTE)
    with finding_of(10):
        found = open_published(data, archive.log_verifiers, archive.origin, path)
        newest = archive.newest_roots.at(size)
        grown = newest and Checkpoint(archive.origin, size, tree_root(archive.leaves[:size]), newest)
        if not 0 < size <= archive.checkpoint.size or found != grown:
            raise ProofError("the log did not grow from this checkpoint", where=path, hint="run archive verify")
    return data
