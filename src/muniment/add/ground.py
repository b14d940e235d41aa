"""The ground that a writer builds on: the log, held to its signed root, and a folder that is not ahead of it.

The log says what there is and what comes next.  A folder that has more than the log has an older log, from a back-up or
a sync conflict: whatever was signed on it would contradict the newer one, so nothing is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from muniment.add.commit import refuse_fork
from muniment.add.floor import refuse_second_history
from muniment.add.recover import recover
from muniment.archive import Archive, open_archive
from muniment.errors import IntegrityError
from muniment.memory import Recall
from muniment.ocfl.inventory import OBJECT_DECLARATION
from muniment.reference import RELEASE_ID
from muniment.store import Store
from muniment.trust.chain import FOLDER, root_name

_RELEASE = re.compile(rb'"release":"([a-z0-9-]+)"')
_IS_VERSION = b'"type":"version/1"'
_OLDER = "is log/ older than the rest? archive recover --from COPY mends that; else move it away"


def open_ground(store: Store, recall: Recall | None = None) -> Archive:
    """Open an archive to build on it, under the lock that the caller holds; what was interrupted is ended first.

    Args:
        store: The archive.
        recall: Gives the highest checkpoint seen of this log, below which nothing is signed; None to do without.

    Raises:
        IntegrityError: The log is not what was signed (10, 11), or the folder is ahead of it (1, 11).
        WriteConflictError: This is an older copy than this machine has seen, or another history, or the checkpoint is
            older than the log.
    """
    recover(store)
    archive = open_archive(store)
    refuse_fork(store, archive.checkpoint.size + 1)
    with mendable():
        refuse_second_history(archive, recall)
        _refuse_later_root(archive)
        _refuse_later_versions(archive)
    return archive


@contextmanager
def mendable() -> Iterator[None]:
    """Let what is wrong in the folder say how to mend it."""
    try:
        yield
    except IntegrityError as error:
        if "recover" not in error.hint:
            error.hint = "nothing was written; archive recover --from COPY mends it from a copy or a snapshot"
        raise


def _refuse_later_root(archive: Archive) -> None:
    later = f"{FOLDER}/{root_name(len(archive.roots) + 1)}"
    if any(f"{FOLDER}/{node.name}" == later for node in archive.store.list(FOLDER)):
        raise IntegrityError("of a trust root that the log does not name", where=later, hint=_OLDER, check=11)


def _refuse_later_versions(archive: Archive) -> None:
    """Look for the version after the newest of each release, and for releases that the log does not have."""
    named = (_RELEASE.search(entry) for entry in archive.entries if _IS_VERSION in entry)
    held = Counter(match[1].decode() for match in named if match is not None)
    for node in archive.store.list("releases"):
        folder = f"releases/{node.name}"
        if node.kind == "directory" and node.name not in held and _is_object(archive, folder, node.name):
            raise IntegrityError("of a release that the log does not have", where=folder, hint=_OLDER, check=1)
    for release, number in held.items():
        later = f"{archive.object_folder(release)}/v{number + 1}"
        if archive.store.list(later):
            raise IntegrityError(
                "a version that the log does not have",
                where=later,
                expected=f"v1 to v{number}" if number > 1 else "v1",
                hint=_OLDER,
                check=1,
            )


def _is_object(archive: Archive, folder: str, name: str) -> bool:
    """Whether a folder is where the object of a release of that name would lie, and has one in it."""
    if RELEASE_ID.fullmatch(name) is None or archive.object_folder(name) != folder:
        return False
    return not {"v1", OBJECT_DECLARATION[0]}.isdisjoint(node.name for node in archive.store.list(folder))
