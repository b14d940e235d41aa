"""Recovery: ending what a crash left, forward or back, never between.

Every step can be interrupted and done again: what tells where a write stopped is removed last.
"""

from __future__ import annotations

from dataclasses import dataclass

from muniment.add.claim import inventory_before, must_go_forward
from muniment.add.commit import Plan, execute, finish
from muniment.archive.opening import ALLOWED_SIGNERS, CHECKPOINT, checkpoint_path, open_head, read_roots
from muniment.archive.unfinished import UNFINISHED, Marker, read_marker
from muniment.errors import MunimentError, NotFoundError, ProofError, StoreError, UnavailableError
from muniment.log.checkpoint import TreeHead
from muniment.log.merkle import EMPTY_ROOT, tree_root
from muniment.log.tile import TILE_WIDTH, Tile, bundles, tiles
from muniment.log.tree import Log
from muniment.ocfl.inventory import INVENTORY, SIDECAR, format_sidecar
from muniment.store import Store
from muniment.trust.allowed_signers import format_allowed_signers


@dataclass(frozen=True, slots=True)
class Recovery:
    """What recovery did: ``completed`` or ``removed`` the unfinished ``subject``."""

    subject: str
    completed: bool


def execute_or_undo(store: Store, plan: Plan) -> None:
    """Write a plan; where the store refuses, end at once what was begun, as the next writer would.

    Raises:
        StoreError: The store refused; the archive is as before, or, where it refused that too, the next writer makes
            it so.  Once the new checkpoint is signed there is no way back: refused the way forward too, it says that
            the next writer completes the addition.
        WriteConflictError: Another writer was here; likewise.
    """
    try:
        execute(store, plan)
    except UnavailableError as error:
        if _completes(store):
            return
        if not _is_signed(store, plan.marker):
            raise
        raise StoreError(
            f"signed, but not yet complete: {error.what}",
            where=error.where,
            hint=f"{error.hint or 'mend that'}; archive recover completes it",
        ) from error


def _completes(store: Store) -> bool:
    """Whether what was begun could be completed, so that it was not refused after all; else it is undone."""
    try:
        done = recover(store)
    except MunimentError:
        return False  # the refusal that led here says more
    return done is not None and done.completed


def _is_signed(store: Store, marker: Marker) -> bool:
    """Whether this very write, whose marker still stands, has published its checkpoint."""
    try:
        signed = read_marker(store)
        return signed is not None and signed.marker == marker and _read(store, checkpoint_path(marker.size)) is not None
    except MunimentError:
        return False


def recover(store: Store) -> Recovery | None:
    """End an interrupted write, under the lock that the caller holds; None where there was none.

    Raises:
        IntegrityError: What is there is not what an interrupted write leaves.  Nothing is touched then.
        StoreError: The store refused; recovery can be tried again.
    """
    signed = read_marker(store)
    if signed is None:
        store.clean_temporary()
        return None
    marker, forward = signed.marker, must_go_forward(store, signed)
    store.clean_temporary()
    if forward:
        _complete(store, marker)
    else:
        _roll_back(store, marker)
    return Recovery(marker.subject, completed=forward)


def _complete(store: Store, marker: Marker) -> None:
    path = checkpoint_path(marker.size)
    current, published = _read(store, CHECKPOINT), store.read(path)
    _check_growth(store, marker, current, published)
    # The name of what is there may not have reached the disk: that comes before the marker is gone.
    store.create(path, published)
    _put(store, CHECKPOINT, published, current)
    if marker.root is not None:
        signers = format_allowed_signers([file.root for file in read_roots(store, marker.size)])
        _put(store, ALLOWED_SIGNERS, signers, _read(store, ALLOWED_SIGNERS))
    finish(store, _superseded(marker.size))


def _read(store: Store, path: str) -> bytes | None:
    try:
        return store.read(path)
    except NotFoundError:
        return None


def _check_growth(store: Store, marker: Marker, current: bytes | None, signed: bytes) -> None:
    checkpoint = open_head(store, signed)[1]
    before = open_head(store, current)[1] if current is not None else TreeHead(checkpoint.origin, 0, EMPTY_ROOT)
    leaves = Log(lambda path: store.read(f"log/{path}"), checkpoint.size).leaf_hashes()
    grown = tree_root(leaves[: before.size]) == before.root and tree_root(leaves) == checkpoint.root
    if checkpoint.size != marker.size or before.size > checkpoint.size or not grown:
        raise ProofError(
            "the new checkpoint does not continue the log",
            where=checkpoint_path(marker.size),
            hint="run archive verify",
        )


def _roll_back(store: Store, marker: Marker) -> None:
    before = inventory_before(store, marker)
    # Removed first: on a full disk this makes the room that putting back takes.
    for path in reversed(marker.paths):
        store.remove(path)
    if before:
        for path, data in ((INVENTORY, before), (SIDECAR, format_sidecar(before))):
            _put(store, f"{marker.folder}/{path}", data, _read(store, f"{marker.folder}/{path}"))
    store.remove(UNFINISHED)


def _put(store: Store, path: str, data: bytes, current: bytes | None) -> None:
    """Replace a file; one that holds these bytes already is only flushed to the disk."""
    if current == data:
        store.create(path, data)
    else:
        store.replace(path, data, current)


def _superseded(size: int) -> list[str]:
    """Name every partial tile that the newest full tile of its level replaces."""
    full = [tile for tile in (*bundles(size), *tiles(size)) if tile.width == TILE_WIDTH]
    newest = {tile.level: tile for tile in full}.values()
    return [f"log/{Tile(t.level, t.index, width).path}" for t in newest for width in range(1, TILE_WIDTH)]
