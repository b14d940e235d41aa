"""Committing: one order of writes, one commit point.

marker → new files (content, ``vN`` inventories) → root inventories, each with its sidecar → entry bundles and tiles →
of a batch ``log/batches/SIZE`` → ``log/checkpoints/SIZE`` → ``log/checkpoint`` (compare and swap) →
``trust/allowed_signers``, where a trust root came → superseded tiles removed → marker removed.

Until ``log/checkpoint`` is swapped the archive is as before, and ``recover`` makes it so again.  From the moment that
``log/checkpoints/SIZE`` is there, a signed checkpoint may have been seen, so from there ``recover`` goes forward.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass

from muniment.archive.batches import Batch, batch_sizes, sign_batch
from muniment.archive.paths import CHECKPOINT, UNFINISHED, batch_path, checkpoint_path, log_path, tile_path
from muniment.archive.unfinished import Introduced, Marker, PlannedVersion, promise, sign_marker
from muniment.errors import (
    InputError,
    IntegrityError,
    NotFoundError,
    ProofError,
    UnavailableError,
    WriteConflictError,
)
from muniment.log.checkpoint import Checkpoint, TreeHead, sign_checkpoint
from muniment.log.merkle import EMPTY_ROOT
from muniment.log.newest import NamedRoot
from muniment.log.tile import TILE_BITS, TILE_WIDTH, Tile, bundles, tiles
from muniment.log.tile_proofs import ProvenTree
from muniment.log.tree import Log, append
from muniment.ssh.keys import SigningKey
from muniment.store import Store


@dataclass(frozen=True, slots=True)
class Swap:
    """A file that is replaced, with the bytes that it must hold before; None where it must be absent."""

    path: str
    data: bytes
    expected: bytes | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one commit writes, worked out before the first byte is written.

    Attributes:
        marker: Promises every file of ``create``, of ``swap`` and of the log, with its bytes.
        signed: The same as it is written, signed by the log key.
        create: New files in order.
        swap: Files replaced after them, in order.
        log: New files of the log in order, ending with ``log/checkpoints/SIZE``.
        commit: The swap of ``log/checkpoint``.
        superseded: Partial tiles that are full now; removed after the commit.
        derived: Files replaced after the commit, because they follow from it; ``recover`` can make them again.
    """

    marker: Marker
    signed: bytes
    create: tuple[tuple[str, bytes], ...]
    swap: tuple[Swap, ...]
    log: tuple[tuple[str, bytes], ...]
    commit: Swap
    superseded: tuple[str, ...]
    derived: tuple[Swap, ...] = ()


@dataclass(frozen=True, slots=True)
class LogPart:
    """The part of a plan that the log makes.

    Attributes:
        origin: Name of the log.
        continues: Its root hash before, 32 bytes.
        size: How many entries it will have.
        files: Files below ``log/``, in order.
        checkpoint: The signed checkpoint.
        superseded: Partial tiles that are full now.
        key: The log key, which has signed the checkpoint and signs the marker.
    """

    origin: str
    continues: bytes
    size: int
    files: tuple[tuple[str, bytes], ...]
    checkpoint: bytes
    superseded: tuple[str, ...]
    key: SigningKey


def grow_log(
    log: Log,
    before: Checkpoint | None,
    entries: Sequence[bytes],
    origin: str,
    key: SigningKey,
    *,
    root: NamedRoot | None = None,
) -> LogPart:
    """Append entries to the log and sign the new checkpoint; of more than one, say that they are a batch.

    Args:
        log: The log as committed.
        before: The last checkpoint, whose root is checked before anything is built upon it; None for a new log.
        entries: The statements, one or more.
        origin: Name of the log.
        key: The log key.
        root: The trust root that the entry names; None where it names none.
    """
    growth = append(log, entries, None if before is None else before.root)
    newest = root or (None if before is None else before.newest)
    if newest is None:
        raise InputError("the first entry of a log names trust root 1")
    checkpoint = Checkpoint(origin, growth.size, growth.root, newest)
    signed = sign_checkpoint(checkpoint, key.public.raw, key.sign)
    files = tuple((log_path(path), data) for path, data in growth.files)
    superseded = tuple(map(log_path, growth.superseded))
    published = [(checkpoint_path(growth.size), signed)]
    if len(entries) > 1:
        batch = Batch(origin, log.size, growth.root.hex(), growth.size)
        published = [(batch_path(growth.size), sign_batch(batch, key)), *published]
    continues = EMPTY_ROOT if before is None else before.root
    return LogPart(origin, continues, growth.size, (*files, *published), signed, superseded, key)


def execute(store: Store, plan: Plan) -> None:
    """Write a plan, under the lock that the caller holds.

    Raises:
        StoreError: The store refused; the archive is as before, or ``recover`` will make it so.
        WriteConflictError: Another writer was here; the archive is then in the same state.
        IntegrityError: Other files lie in the way; nothing was written.
    """
    refuse_fork(store, plan.marker.before)
    _refuse_strays(store, plan)
    store.create(UNFINISHED, plan.signed)
    # Nothing of this is seen before the checkpoint: of a batch it need not be flushed file by file.
    with store.together() if plan.marker.further else nullcontext():
        for path, data in plan.create:
            store.create(path, data)
        for swap in plan.swap:
            store.replace(swap.path, swap.data, swap.expected)
    for path, data in plan.log:
        store.create(path, data)
    store.replace(plan.commit.path, plan.commit.data, plan.commit.expected)
    # Committed.  What is left is tidying, which the next writer does where this one cannot.
    with suppress(UnavailableError):
        for swap in plan.derived:
            store.replace(swap.path, swap.data, swap.expected)
        finish(store, plan.superseded)


def refuse_fork(store: Store, size: int) -> None:
    """Never sign a second checkpoint beyond a size: ``log/checkpoint`` may have come back from an old copy.

    The write that came after that size, if there was one, left either the checkpoint of one entry more, or a batch.

    Args:
        store: The archive.
        size: Size of the log as it is.

    Raises:
        WriteConflictError: There is such a checkpoint already.
    """
    later = batch_sizes(store)[-1:]
    path = batch_path(later[0]) if later and later[0] > size else checkpoint_path(size + 1)
    try:
        store.read(path)
    except NotFoundError:
        return
    raise WriteConflictError(
        "a checkpoint of this size was published already",
        where=path,
        hint="log/checkpoint is older than the log: restore it from log/checkpoints",
    )


def _refuse_strays(store: Store, plan: Plan) -> None:
    """Refuse, before anything is written, where other bytes lie in the way: taking the write back would remove them."""
    versions = plan.marker.versions if plan.marker.further else ()
    folders = [f"{version.folder}/v{version.version}" for version in versions]
    # Of a batch nothing is asked of a file in a folder that is not there.
    free = tuple(f"{folder}/" for folder in folders if not store.list(folder))
    for path, data in (*plan.create, *plan.log):
        if path.startswith(free):
            continue
        try:
            present = store.read(path)
        except NotFoundError:
            continue
        if present != data:
            raise IntegrityError("does not belong in the archive", where=path, hint="move it away", check=1)


def is_grown(log: Log, checkpoint: TreeHead, before: TreeHead) -> bool:
    """Whether the tiles lead to the root of the new checkpoint, and from the older one to it."""
    try:
        return log.root() == checkpoint.root and ProvenTree(log, checkpoint.root).root_at(before.size) == before.root
    except ProofError:
        return False


def superseded_tiles(before: int, size: int) -> list[str]:
    """Name every partial tile that the newest full tile of a level replaces, where that became full in between.

    Args:
        before: Size of the log before.
        size: Size of the log now.
    """
    full = [tile for tile in (*bundles(size), *tiles(size)) if tile.width == TILE_WIDTH]
    newest = {tile.level: tile for tile in full}.values()
    grown = [tile for tile in newest if (tile.index + 1) << TILE_BITS * (max(tile.level, 0) + 1) > before]
    return [tile_path(Tile(t.level, t.index, width)) for t in grown for width in range(1, TILE_WIDTH)]


def finish(store: Store, superseded: Iterable[str]) -> None:
    """Tidy up after the commit: remove superseded tiles that are there, then the marker."""
    folders = {path.rpartition("/")[0] for path in superseded}
    wanted = set(superseded)
    for folder in sorted(folders):
        nodes = store.list(folder)
        for node in nodes:
            if f"{folder}/{node.name}" in wanted:
                store.remove(f"{folder}/{node.name}")
        if not nodes:
            # A crash may have come between the last file and its folder: removing what is not there takes the folder.
            store.remove(f"{folder}/1")
    store.remove(UNFINISHED)


def plan(
    growth: LogPart,
    *,
    targets: Sequence[PlannedVersion] = (),
    create: tuple[tuple[str, bytes], ...],
    swap: tuple[Swap, ...],
    before: bytes | None,
    derived: tuple[Swap, ...] = (),
    introduced: Introduced | None = None,
) -> Plan:
    """Put a plan together, and sign its marker.

    Args:
        growth: The log's part.
        targets: The versions that are written; none for what is no version.
        create: New files in order.
        swap: Files replaced after them.
        before: The checkpoint as it is, or None.
        derived: Files replaced after the commit.
        introduced: The trust root that is written, where the log key comes with it.
    """
    files = tuple(promise(path, data) for path, data in (*create, *growth.files))
    replaced = tuple(promise(file.path, file.data, file.expected) for file in swap)
    first = targets[0] if targets else None
    marker = Marker(
        growth.origin,
        growth.size,
        growth.continues.hex(),
        first.release if first else None,
        first.version if first else None,
        first.folder if first else None,
        files,
        replaced,
        introduced,
        tuple(targets[1:]),
    )
    commit = Swap(CHECKPOINT, growth.checkpoint, before)
    signed = sign_marker(marker, growth.key)
    return Plan(marker, signed, create, swap, growth.files, commit, growth.superseded, derived)
