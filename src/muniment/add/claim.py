"""Before recovery acts: the marker is held against the log, and every file against what the marker promises of it.

What is about to be removed must be what an interrupted writer wrote, byte for byte.  A file that somebody else put
under that name is theirs: it is left, and nothing is done.
"""

from __future__ import annotations

from muniment.add.static import static_files
from muniment.archive.opening import CHECKPOINT, LAYOUT, checkpoint_path, open_head
from muniment.archive.promises import Held, check_claim, check_making, foreign, is_of_making
from muniment.archive.unfinished import UNFINISHED, Marker, Promise, SignedMarker
from muniment.digest import sha256_hex
from muniment.errors import IntegrityError, NotFoundError, ProofError
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.statement import parse_statement
from muniment.log.tree import Log
from muniment.ocfl.inventory import INVENTORY
from muniment.ocfl.storage_root import LAYOUTS, parse_layout
from muniment.store import Store

_SHOWN = 3


def must_go_forward(store: Store, signed: SignedMarker) -> bool:
    """Say where an interrupted write ends: complete, once its checkpoint was signed, else as before.

    Args:
        store: The archive.
        signed: The marker that lies there.

    Raises:
        IntegrityError: It is not one that a writer of this archive left, or a file is not what it promises.
    """
    marker = signed.marker
    try:
        current = store.read(CHECKPOINT)
    except NotFoundError:
        _check_new(store, signed)
        done = False
    else:
        held = _read_held(store, current)
        check_claim(signed, held)
        done = held.checkpoint.size == marker.size
    forward = done or _read(store, checkpoint_path(marker.size)) is not None
    _refuse_changed(store, marker, forward=forward)
    return forward


def _check_new(store: Store, signed: SignedMarker) -> None:
    if not is_of_making(store, signed):
        raise foreign("the marker of a new archive, for there is no checkpoint", signed.marker.subject)
    root = check_making(store, signed)
    vouched = {(file.path, file.sha256) for file in root.files}
    for layout in LAYOUTS:
        if vouched == {(path, sha256_hex(data)) for path, data in static_files(root.archive, layout).items()}:
            return
    # The folder may be somebody's, and the marker from a stranger, whose key nobody knows yet.
    raise foreign("the files that init writes", "others, or those of another version of this software")


def _read_held(store: Store, current: bytes) -> Held:
    roots, checkpoint = open_head(store, current)
    entries = tuple(Log(lambda path: store.read(f"log/{path}"), checkpoint.size).entries())
    if tree_root([leaf_hash(entry) for entry in entries]) != checkpoint.root:
        what = "the entries do not have the root of the checkpoint"
        raise ProofError(what, where="log/tile/entries", hint="run archive verify")
    statements = [parse_statement(entry, where=f"log entry {index}") for index, entry in enumerate(entries)]
    return Held(roots, checkpoint, current, statements, parse_layout(store.read(LAYOUT), where=LAYOUT))


def _refuse_changed(store: Store, marker: Marker, *, forward: bool) -> None:
    """Refuse where a file is not as promised: on the way back it may be gone, or not replaced yet."""
    changed = [promised.path for promised in marker.files if not _as_promised(store, promised, gone=not forward)]
    for promised in marker.replaced:
        data = _read(store, promised.path)
        still = data is None or sha256_hex(data) == promised.before
        if not (not forward and still) and not (data is not None and promised.is_kept_by(data)):
            changed.append(promised.path)
    if not forward and inventory_before(store, marker) is None:
        changed.append(f"{marker.folder}/v{(marker.version or 1) - 1}/{INVENTORY}")
    if changed:
        what = "of an unfinished write, but not what its writer wrote or replaced: nothing was touched"
        hint = f"restore what it was, or move it away; {UNFINISHED} names its SHA-256; then run archive recover"
        raise IntegrityError(what, where=", ".join(changed[:_SHOWN]), hint=hint)


def _as_promised(store: Store, promised: Promise, *, gone: bool) -> bool:
    data = _read(store, promised.path)
    return gone if data is None else promised.is_kept_by(data)


def inventory_before(store: Store, marker: Marker) -> bytes | None:
    """Read the root inventory as it was before, from its copy in the version before.

    Gives no bytes where there is no earlier version, and None where that copy is not what the writer found.
    """
    if not marker.replaced:
        return b""
    data = _read(store, f"{marker.folder}/v{(marker.version or 1) - 1}/{INVENTORY}")
    return data if data is not None and sha256_hex(data) == marker.replaced[0].before else None


def _read(store: Store, path: str) -> bytes | None:
    try:
        return store.read(path)
    except NotFoundError:
        return None
