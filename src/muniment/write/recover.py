"""Recovery: ending what a crash left, forward or back, never between.

Every step can be interrupted and done again: what tells where a write stopped is removed last.

First the marker is held against the log, and every file against what the marker promises of it.  What is removed must
be what an interrupted writer wrote, byte for byte.  A file that somebody else put under that name is theirs: it is
left, and nothing is done.
"""

from __future__ import annotations

from dataclasses import dataclass

from muniment.archive.opening import open_head, read_roots, stored_log
from muniment.archive.paths import ALLOWED_SIGNERS, CHECKPOINT, LAYOUT, TILES, UNFINISHED, checkpoint_path
from muniment.archive.proven_log import ProvenLog
from muniment.archive.unfinished import Marker, Promise, SignedMarker, read_marker
from muniment.archive.unfinished_rules import ArchiveState, check_claim, check_making, foreign, is_of_making
from muniment.digest import sha256_hex
from muniment.errors import (
    FormatError,
    IntegrityError,
    MunimentError,
    NotFoundError,
    ProofError,
    StoreError,
    UnavailableError,
)
from muniment.log.checkpoint import TreeHead
from muniment.log.merkle import EMPTY_ROOT, leaf_hash, tree_root
from muniment.log.statement import parse_statement
from muniment.memory import Recall
from muniment.ocfl.inventory import (
    INVENTORY,
    format_inventory,
    keeps_inventory,
    pair,
    parse_inventory,
)
from muniment.ocfl.storage_root import LAYOUTS, parse_layout
from muniment.store import Store
from muniment.trust.allowed_signers import format_allowed_signers
from muniment.write.commit import Plan, execute, finish, is_grown, superseded_tiles
from muniment.write.guard import refuse_second_archive, refuse_second_history
from muniment.write.staged_commit import execute_staged, settle
from muniment.write.static_files import static_files

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
        state = _read_state(store, current)
        check_claim(signed, state)
        done = state.checkpoint.size == marker.size
    forward = done or _claim_read(store, checkpoint_path(marker.size)) is not None
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


def _read_state(store: Store, current: bytes) -> ArchiveState:
    roots, checkpoint = open_head(store, current)
    entries = tuple(stored_log(store, checkpoint.size).entries())
    if tree_root([leaf_hash(entry) for entry in entries]) != checkpoint.root:
        what = "the entries do not have the root of the checkpoint"
        raise ProofError(what, where=f"{TILES}/entries", hint="verify the archive")
    statements = [parse_statement(entry, where=f"log entry {index}") for index, entry in enumerate(entries)]
    return ArchiveState(roots, checkpoint, current, statements, parse_layout(store.read(LAYOUT), where=LAYOUT))


def _refuse_changed(store: Store, marker: Marker, *, forward: bool) -> None:
    """Refuse where a file is not as promised: on the way back it may be gone, or not replaced yet."""
    changed = [promised.path for promised in marker.files if not _as_promised(store, promised, gone=not forward)]
    for promised in marker.replaced:
        data = _claim_read(store, promised.path)
        still = data is None or sha256_hex(data) == promised.before
        if not (not forward and still) and not (data is not None and promised.is_kept_by(data)):
            changed.append(promised.path)
    if not forward:
        changed += [old.copy or old.root for old in _replaced(marker) if inventory_before(store, old) is None]
    if changed:
        what = "of an unfinished write, but not what its writer wrote or replaced: nothing was touched"
        hint = f"restore what it was, or move it away; {UNFINISHED} names its SHA-256; then recover the archive"
        raise IntegrityError(what, where=", ".join(changed[:_SHOWN]), hint=hint)


def _as_promised(store: Store, promised: Promise, *, gone: bool) -> bool:
    data = _claim_read(store, promised.path)
    return gone if data is None else promised.is_kept_by(data)


@dataclass(frozen=True, slots=True)
class ReplacedInventory:
    """The root inventory of a release that had versions before.

    Attributes:
        folder: Folder of its OCFL object.
        number: How many versions it had.
        before: SHA-256 of the inventory then.
    """

    folder: str
    number: int
    before: str

    @property
    def root(self) -> str:
        """Where the inventory lies that is replaced."""
        return f"{self.folder}/{INVENTORY}"

    @property
    def copy(self) -> str | None:
        """Where the version before keeps its own; None where it keeps none."""
        return f"{self.folder}/v{self.number}/{INVENTORY}" if keeps_inventory(self.number) else None


def _replaced(marker: Marker) -> list[ReplacedInventory]:
    before = {promised.path: promised.before for promised in marker.replaced}
    replaced: dict[str, ReplacedInventory] = {}
    for version in marker.versions:
        digest = before.get(f"{version.folder}/{INVENTORY}")
        if digest is not None:
            replaced.setdefault(version.folder, ReplacedInventory(version.folder, version.version - 1, digest))
    return list(replaced.values())


def inventory_before(store: Store, replaced: ReplacedInventory) -> bytes | None:
    """Give a root inventory as it was before: its copy in the version before, else made again from what is there.

    Gives None where neither is what the writer found.
    """
    data = _claim_read(store, replaced.copy or replaced.root)
    if replaced.copy is None and data is not None and sha256_hex(data) != replaced.before:
        data = _without_newest(data, replaced)
    return data if data is not None and sha256_hex(data) == replaced.before else None


def _without_newest(data: bytes, replaced: ReplacedInventory) -> bytes | None:
    """Take the unfinished versions out of the root inventory, which was replaced already."""
    try:
        inventory = parse_inventory(data, where=replaced.root)
    except FormatError:
        return None
    return format_inventory(inventory.at(replaced.number))


def _claim_read(store: Store, path: str) -> bytes | None:
    try:
        return store.read(path)
    except NotFoundError:
        return None


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
        WriteConflictError: Another writer was here; the archive is then in the same state.
    """
    if not store.exclusive:
        execute_staged(store, plan)
        return
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
            hint=f"{error.hint or 'mend that'}; recovery completes it",
        ) from error


def _completes(store: Store) -> bool:
    """Whether what was begun could be completed, so that it was not refused after all; else it is undone."""
    try:
        done = recover(store)
    except MunimentError:
        return False  # the refusal that led here says more
    return done is not None and done.completed


def _is_signed(store: Store, marker: Marker) -> bool:
    """Whether this very write, whose marker is still there, has published its checkpoint."""
    try:
        signed = read_marker(store)
        return signed is not None and signed.marker == marker and _read(store, checkpoint_path(marker.size)) is not None
    except MunimentError:
        return False


def recover(store: Store, recall: Recall | None = None) -> Recovery | None:
    """End an interrupted write, under the lock that the caller holds; None where there was none.

    Args:
        store: The archive.
        recall: Gives what this machine remembers of an origin; None to do without.  Where it knows more than the log
            that there will be, what the marker promises was committed once: a log that was rolled back, and a marker
            that was kept and put back, must not have it removed.

    Raises:
        IntegrityError: What is there is not what an interrupted write leaves.  Nothing is changed then.
        WriteConflictError: This machine remembers more than the log here has, or another log.  Nothing is
            changed then.
        StoreError: The store refused; recovery can be tried again.
    """
    if not store.exclusive:
        done = settle(store)
        return None if done is None else Recovery(done.subject, completed=True)
    signed = read_marker(store)
    if signed is None:
        store.clean_temporary()
        return None
    marker, forward = signed.marker, must_go_forward(store, signed)
    _refuse_forgotten(store, marker, recall, forward=forward)
    store.clean_temporary()
    if forward:
        _complete(store, marker)
    else:
        _roll_back(store, marker)
    return Recovery(marker.subject, completed=forward)


def _refuse_forgotten(store: Store, marker: Marker, recall: Recall | None, *, forward: bool) -> None:
    """Hold the log that there will be against what this machine remembers, before anything is touched."""
    if recall is None or recall(marker.archive) is None:
        return
    data = _read(store, checkpoint_path(marker.size) if forward else CHECKPOINT)
    data = _read(store, CHECKPOINT) if data is None else data
    if data is None:
        refuse_second_archive(marker.archive, recall)
        return
    roots, checkpoint = open_head(store, data)
    log = stored_log(store, checkpoint.size)
    refuse_second_history(ProvenLog(log, roots, checkpoint), recall)


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
    finish(store, superseded_tiles(0, marker.size))


def _read(store: Store, path: str) -> bytes | None:
    try:
        return store.read(path)
    except NotFoundError:
        return None


def _check_growth(store: Store, marker: Marker, current: bytes | None, signed: bytes) -> None:
    checkpoint = open_head(store, signed)[1]
    before = open_head(store, current)[1] if current is not None else TreeHead(checkpoint.origin, 0, EMPTY_ROOT)
    log = stored_log(store, checkpoint.size)
    if checkpoint.size != marker.size or before.size > checkpoint.size or not is_grown(log, checkpoint, before):
        raise ProofError(
            "the new checkpoint does not continue the log",
            where=checkpoint_path(marker.size),
            hint="verify the archive",
        )


def _roll_back(store: Store, marker: Marker) -> None:
    before = {replaced.folder: inventory_before(store, replaced) for replaced in _replaced(marker)}
    # Removed first: on a full disk this makes the room that putting back takes.
    for path in reversed(marker.paths):
        store.remove(path)
    for folder, inventory in before.items():
        if inventory is not None:  # or else nothing would have been touched
            for path, data in pair(folder, inventory).items():
                _put(store, path, data, _read(store, path))
    store.remove(UNFINISHED)


def _put(store: Store, path: str, data: bytes, current: bytes | None) -> None:
    """Replace a file; one that holds these bytes already is only flushed to the disk."""
    if current == data:
        store.create(path, data)
    else:
        store.replace(path, data, current)
