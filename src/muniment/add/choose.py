"""Which log decides when an archive is mended: its own, or that of a copy, which must be of the same archive."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from muniment.add.floor import refuse_second_history
from muniment.archive.opening import CHECKPOINT, LAYOUT, open_head
from muniment.archive.proven_log import Ledger
from muniment.digest import format_digest, sha256_hex
from muniment.errors import IntegrityError, MunimentError, ProofError
from muniment.log.checkpoint import Checkpoint, open_published
from muniment.log.merkle import tree_root
from muniment.log.tree import Log
from muniment.memory import Recall
from muniment.ocfl.storage_root import LAYOUTS, root_files
from muniment.store import Store
from muniment.trust.chain import FOLDER, root_name


@dataclass(frozen=True, slots=True)
class Chosen:
    """The log that decides.

    Attributes:
        ledger: Its entries and trust roots, verified.
        note: Its signed checkpoint.
        layout: The storage layout that its newest trust root vouches for.
    """

    ledger: Ledger
    note: bytes
    layout: str


def choose(store: Store, copy: Store | None, recall: Recall | None) -> Chosen:
    """Choose the longer of two logs that continue one another; where the archive's own is damaged, that of the copy.

    Raises:
        IntegrityError: Neither can be used, or the copy is of another archive or of another history.
        WriteConflictError: The log is older than what this machine has seen.
    """
    own: tuple[Ledger, bytes] | None = None
    try:
        own = _open(store)
    except MunimentError as error:
        damage = error
    other = _open(copy) if copy is not None else None
    if own is None:
        if other is None:
            raise damage
        _refuse_stranger(store, other[0], recall)
        best = other
    else:
        best = own
        if other is not None:
            _refuse_fork(own[0], other[0])
            best = max(own, other, key=lambda each: each[0].checkpoint.size)
    refuse_second_history(best[0], recall)
    return Chosen(*best, _layout(best[0]))


def _open(store: Store) -> tuple[Ledger, bytes]:
    note = store.read(CHECKPOINT)
    roots, checkpoint = open_head(store, note)
    ledger = Ledger(Log(lambda path: store.read(f"log/{path}"), checkpoint.size), roots, checkpoint)
    assert len(ledger.entries) == checkpoint.size  # noqa: S101 - read here, so that damage is found here
    return ledger, note


def _refuse_fork(one: Ledger, other: Ledger) -> None:
    if one.roots[0].digest != other.roots[0].digest:
        raise _stranger(one.roots[0].digest, other.roots[0].digest)
    size = min(one.checkpoint.size, other.checkpoint.size)
    if one.entries[:size] != other.entries[:size]:
        raise ProofError(
            "the copy has another history",
            where=f"log entry {next(i for i in range(size) if one.entries[i] != other.entries[i])}",
            hint="keep both, and run archive verify --against",
            check=13,
        )


def _refuse_stranger(store: Store, other: Ledger, recall: Recall | None) -> None:
    """The log here cannot be read: what is left of the archive, or the memory, must say that the copy is one of it."""
    origin, digest = other.origin, other.roots[0].digest
    first = _read(store, f"{FOLDER}/{root_name(1)}")
    remembered = recall(origin) if recall is not None else None
    known = remembered.root if remembered is not None else format_digest(sha256_hex(first)) if first else None
    head = _signed_head(store, other, origin)
    if head is None and known != digest:
        raise _stranger(known or "nothing that tells", digest)
    if head is not None and tree_root(other.leaves[: head.size]) != head.root:
        raise ProofError(
            "the log here is damaged, and the copy is older or has another history",
            where=CHECKPOINT,
            expected=f"{head.size} entries, root {head.root.hex()}",
            found=f"{other.checkpoint.size} entries, root {other.checkpoint.root.hex()}",
            hint="give a newer copy",
            check=13,
        )


def _signed_head(store: Store, other: Ledger, origin: str) -> Checkpoint | None:
    """The head of the damaged log, where a log key that the copy knows has signed it."""
    data = _read(store, CHECKPOINT)
    if data is None:
        return None
    with suppress(IntegrityError):
        return open_published(data, other.log_verifiers, origin, CHECKPOINT)
    return None


def _read(store: Store, path: str) -> bytes | None:
    with suppress(MunimentError):
        return store.read(path)
    return None


def _stranger(expected: str, found: str) -> IntegrityError:
    return IntegrityError(
        "the copy is of another archive", where=f"{FOLDER}/{root_name(1)}", expected=expected, found=found, check=11
    )


def _layout(ledger: Ledger) -> str:
    """The layout is told by the digest of its file, so that the file itself may be missing."""
    vouched = {file.path: file.sha256 for file in ledger.roots[-1].root.files}
    for layout in LAYOUTS:
        named = root_files(layout)[LAYOUT.removeprefix("releases/")]
        if vouched.get(LAYOUT) == sha256_hex(named):
            return layout
    raise IntegrityError("a storage layout that this software does not know", where=LAYOUT)
