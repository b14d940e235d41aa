"""The marker of an archive that is being made: there is no log yet to hold it against, nor a trust root.

So it brings trust root 1 along, and nothing may lie in the folder but what it promises.  Whoever takes the checkpoint
out of an archive and plants a marker does not make it an unfinished one: the releases, a second root or a second entry
are still there, or the first root is another one.
"""

from __future__ import annotations

from collections.abc import Iterator

from muniment.anchor import ALLOWED_SIGNERS, CHECKPOINT, NAMASTE
from muniment.digest import sha256_hex
from muniment.errors import MunimentError, NotFoundError
from muniment.log.merkle import EMPTY_ROOT
from muniment.marker.claim import check_introduced, check_signer, compare, files_of_first, foreign
from muniment.marker.form import UNFINISHED, read_marker
from muniment.marker.model import SignedMarker
from muniment.store import Store
from muniment.store.local import LOCK_NAME, TEMPORARY_NAME
from muniment.trust.allowed_signers import format_allowed_signers
from muniment.trust.root import TrustRoot


def is_unmade(store: Store) -> bool:
    """Whether the making of an archive was interrupted: its marker says so, and nothing lies there but what it made."""
    try:
        signed = read_marker(store)
        if signed is None or not is_of_making(store, signed):
            return False
        check_making(store, signed)
    except MunimentError:
        return False
    return True


def is_of_making(store: Store, signed: SignedMarker) -> bool:
    """Whether a marker says that an archive is being made, where none has a checkpoint yet."""
    if signed.marker.size != 1 or signed.marker.release is not None:
        return False
    return all(node.name != CHECKPOINT.rpartition("/")[2] for node in store.list("log"))


def check_making(store: Store, signed: SignedMarker) -> TrustRoot:
    """Refuse a marker that no interrupted ``create_archive`` can have left in this folder; give trust root 1.

    Args:
        store: The folder; no checkpoint is in it.
        signed: A marker for which ``is_of_making`` holds.

    Raises:
        IntegrityError: The marker is not one of making an archive, or something else lies in the folder.
    """
    marker = signed.marker
    if marker.introduced is None or marker.continues != EMPTY_ROOT.hex():
        raise foreign("the marker of a new archive", marker.subject)
    root = check_introduced(marker, marker.introduced, None)
    check_signer(signed.key, (root,), 1)
    if root.archive != marker.archive or marker.replaced:
        raise foreign(f"a marker of {root.archive}", f"one of {marker.archive}")
    compare(marker.paths, files_of_first(root, marker), marker.subject)
    vouched = {file.path: (file.sha256, file.size) for file in root.files}
    signers = format_allowed_signers([root])
    vouched[ALLOWED_SIGNERS] = (sha256_hex(signers), len(signers))
    for promised in marker.files:
        if vouched.get(promised.path, (promised.sha256, promised.size)) != (promised.sha256, promised.size):
            raise foreign("what trust root 1 vouches for", promised.path)
    if NAMASTE[0] not in vouched:
        raise foreign(f"a new archive with {NAMASTE[0]}", "none")
    _refuse_more(store, signed)
    return root


def _refuse_more(store: Store, signed: SignedMarker) -> None:
    promised = {each.path: each for each in signed.marker.files}
    for path, kind in _lying(store):
        if kind != "file" or (path not in promised and path not in {UNFINISHED, LOCK_NAME}):
            raise foreign("nothing but the files of a new archive", path)
        try:
            kept = path not in promised or promised[path].is_kept_by(store.read(path))
        except NotFoundError:
            continue  # a writer is taking it back
        if not kept:
            raise foreign(f"the promised bytes of {path}", "other bytes")


def _lying(store: Store) -> Iterator[tuple[str, str]]:
    """Path and kind of everything but folders; what an interrupted write left aside is not looked at."""
    folders = [""]
    while folders:
        folder = folders.pop()
        for node in store.list(folder):
            path = f"{folder}/{node.name}" if folder else node.name
            if node.kind != "directory":
                yield path, node.kind
            elif path != TEMPORARY_NAME:
                folders.append(path)
