"""Copying an archive to another place: a back-up, and the way into an object store and out of it.

It is the mending of an archive that has nothing yet, or of one that is behind: each file is written only if it is what
the signed log names, in the order of a commit, and one that is there already stays.  So it can be stopped and run
again, it never carries damage over, and another archive or another history is refused before anything is written.
"""

from __future__ import annotations

from muniment.archive import open_archive
from muniment.archive.paths import (
    COSIGNATURES,
    LOCK,
    LOG,
    ROOTS,
    STAGING,
    TAG,
    TEMPORARY,
    Kind,
    parse_path,
    root_path,
)
from muniment.errors import InputError, NotFoundError
from muniment.log.cosignature import parse_cosignature
from muniment.log.note import MAX_NOTE
from muniment.memory import Recall
from muniment.store import Store
from muniment.write.restore import Restored, restore


def copy_archive(source: Store, target: Store, *, recall: Recall | None = None) -> Restored:
    """Copy an archive, or what an older copy of it lacks.

    Args:
        source: The archive; it is not changed.
        target: Empty, or an older or interrupted copy of the same archive.
        recall: Gives the highest checkpoint seen of this log, below which nothing is copied; None to do without.

    Returns:
        The files that were written, and what could not be copied, because it is not in the source as the log names it.

    Raises:
        InputError: The target is neither empty nor a copy.
        IntegrityError: It is a copy of another archive or history, or the log of the source does not verify.
        UnavailableError: One of the two refused, or another writer is at work in the target.
    """
    archive = open_archive(source)
    begun = _begin(target, archive.roots[0].data)
    done = restore(target, source, recall=recall)
    added = tuple(path for path in _cosignatures(source) if _copy(source, target, path))
    return Restored((*begun, *done.mended, *added), done.wanting)


def _begin(target: Store, root: bytes) -> tuple[str, ...]:
    """Say whose copy an empty target will be: its first trust root is what mending goes by."""
    names = {node.name for node in target.list()} - {LOCK, TEMPORARY, STAGING}
    if names & {TAG, LOG, ROOTS.partition("/")[0]}:
        return ()
    if names:
        raise InputError(
            "neither empty nor a copy of this archive",
            found=", ".join(sorted(names)[:3]),
            hint="name a new or an empty place",
        )
    target.probe()
    path = root_path(1)
    target.create(path, root)
    return (path,)


def _cosignatures(source: Store) -> tuple[str, ...]:
    """The cosignatures of the source, which no log names; ``verify`` judges them."""
    paths = (f"{COSIGNATURES}/{node.name}" for node in source.list(COSIGNATURES))
    return tuple(path for path in paths if (kind := parse_path(path)) is not None and kind.kind is Kind.COSIGNATURE)


def _copy(source: Store, target: Store, path: str) -> bool:
    data = source.read(path, max_size=MAX_NOTE)
    parse_cosignature(data, path)
    try:
        target.read(path, max_size=MAX_NOTE)
    except NotFoundError:
        target.create(path, data)
        return True
    return False
