"""Mending an archive from a copy or a snapshot: each missing or wrong file is put back, if it is what was logged.

The log decides: that of the archive, or the longer one of the copy where it continues it; a copy must be of the same
archive.  Nothing is believed because it lies in the copy: content is held to its digest in the log, a published
checkpoint to its signature and the entries, static files to the trust root; inventories, sidecars, tiles and bundles
are made again.  What is right stays untouched, and so does what the log does not name.  Each write is whole, and
``log/checkpoint`` is the last; so what was interrupted is done again from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from muniment.archive.batches import ALL_PUBLISHED, Batch, Unpublished, batch_sizes, open_batch, without_overlap
from muniment.archive.judgement import judge_form
from muniment.archive.opening import NAMASTE, object_id, open_head, read_root_files, stored_log
from muniment.archive.paths import (
    ALLOWED_SIGNERS,
    CHECKPOINT,
    LAYOUT,
    ROOTS,
    UNFINISHED,
    batch_path,
    checkpoint_path,
    content_folder,
    log_path,
    object_folder,
    root_path,
    stamp_paths,
)
from muniment.archive.proven_log import ProvenLog
from muniment.archive.unfinished import read_marker
from muniment.archive.unfinished_rules import check_signer
from muniment.digest import format_digest, sha256_hex, sha512_hex
from muniment.errors import FormatError, IntegrityError, MunimentError, NotFoundError, ProofError, UnavailableError
from muniment.log.checkpoint import Checkpoint, open_published
from muniment.log.encoding import say_entries
from muniment.log.merkle import tree_root
from muniment.log.statement import StampStatement, VersionStatement
from muniment.log.tree import log_files
from muniment.memory import Recall
from muniment.ocfl.inventory import OBJECT_DECLARATION, VersionBlock, block_of, rebuild
from muniment.ocfl.storage_root import LAYOUT_FILE, LAYOUTS, root_files
from muniment.record import RECORD_PATH, SIGNATURE_PATH
from muniment.schema import NAMES, schema_bytes
from muniment.store import Store
from muniment.trust.allowed_signers import format_allowed_signers
from muniment.trust.chain import root_name, verify_chain
from muniment.write.guard import refuse_second_history
from muniment.write.recover import recover
from muniment.write.staged_commit import follow_head
from muniment.write.turns import in_turn


@dataclass(frozen=True, slots=True)
class Chosen:
    """The log that decides.

    Attributes:
        proven_log: Its entries and trust roots, verified.
        note: Its signed checkpoint.
        layout: The storage layout that its newest trust root vouches for.
    """

    proven_log: ProvenLog
    note: bytes
    layout: str


def choose(store: Store, copy: Store | None, recall: Recall | None) -> Chosen:
    """Choose the longer of two logs that continue one another; where the archive's own is damaged, that of the copy.

    Raises:
        IntegrityError: Neither can be used, or the copy is of another archive or of another history.
        WriteConflictError: The log is older than what this machine has seen.
    """
    own: tuple[ProvenLog, bytes] | None = None
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
            best = max(own, other, key=lambda proven_log: proven_log[0].checkpoint.size)
    refuse_second_history(best[0], recall)
    return Chosen(*best, _layout(best[0]))


def _open(store: Store) -> tuple[ProvenLog, bytes]:
    note = store.read(CHECKPOINT)
    roots, checkpoint = open_head(store, note)
    proven_log = ProvenLog(stored_log(store, checkpoint.size), roots, checkpoint)
    assert len(proven_log.entries) == checkpoint.size  # noqa: S101 - read here, so that damage is found here
    return proven_log, note


def _refuse_fork(one: ProvenLog, other: ProvenLog) -> None:
    if one.roots[0].digest != other.roots[0].digest:
        raise _stranger(one.roots[0].digest, other.roots[0].digest)
    size = min(one.checkpoint.size, other.checkpoint.size)
    if one.entries[:size] != other.entries[:size]:
        raise ProofError(
            "the copy has another history",
            where=f"log entry {next(i for i in range(size) if one.entries[i] != other.entries[i])}",
            hint="keep both, and verify one against the other",
            check=13,
        )


def _refuse_stranger(store: Store, other: ProvenLog, recall: Recall | None) -> None:
    """The log here cannot be read: what is left of the archive, and the memory, must say that the copy is one of it.

    The trust root that lies here decides, if it is whole, and so does the memory: a checkpoint signed by the copy's
    key that somebody puts here does not make the copy one of this archive.  The copy decides only where neither can.
    """
    origin, digest = other.origin, other.roots[0].digest
    first, whole = _first_root(store)
    remembered = recall(origin) if recall is not None else None
    known = [root for root in (remembered.root if remembered else None, first if whole else None) if root is not None]
    for root in known:
        if root != digest:
            raise _stranger(root, digest)
    head = _signed_head(store, other, origin)
    if head is None and not known and first != digest:
        raise _stranger(first or "nothing that tells", digest)
    if head is not None and tree_root(other.leaves[: head.size]) != head.root:
        raise ProofError(
            "the log here is damaged, and the copy is older or has another history",
            where=CHECKPOINT,
            expected=f"{say_entries(head.size)}, root {head.root.hex()}",
            found=f"{say_entries(other.checkpoint.size)}, root {other.checkpoint.root.hex()}",
            hint="give a newer copy",
            check=13,
        )


def _first_root(store: Store) -> tuple[str | None, bool]:
    """Digest of the file of trust root 1 that lies here, and whether it is whole: signed by its own keys."""
    name = root_name(1)
    data = _read(store, f"{ROOTS}/{name}")
    if data is None:
        return None, False
    whole = False
    with suppress(MunimentError):
        files = read_root_files(store)
        whole = bool(verify_chain({path: files[path] for path in files if path == name or path.startswith(f"{name}.")}))
    return format_digest(sha256_hex(data)), whole


def _signed_head(store: Store, other: ProvenLog, origin: str) -> Checkpoint | None:
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
        "the copy is of another archive", where=root_path(1), expected=expected, found=found, check=11
    )


def _layout(proven_log: ProvenLog) -> str:
    """The layout, recognised by the digest of its file, so that the file itself may be missing."""
    vouched = {file.path: file.sha256 for file in proven_log.roots[-1].root.files}
    for layout in LAYOUTS:
        named = root_files(layout)[LAYOUT_FILE]
        if vouched.get(LAYOUT) == sha256_hex(named):
            return layout
    raise IntegrityError("a storage layout that this software does not know", where=LAYOUT)


Right = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it.

    Attributes:
        mended: Path of every file that was put back, in order.
        wanting: What is still missing or wrong, an error each.
    """

    mended: tuple[str, ...]
    wanting: tuple[MunimentError, ...]


@dataclass(slots=True)
class _Bench:
    """Where the work is done: the archive, what there is to take from, and what came of it."""

    store: Store
    copy: Store | None
    loose: dict[str, bytes]
    mended: list[str] = field(default_factory=list)
    wanting: list[MunimentError] = field(default_factory=list)

    def hold(self, path: str, right: Right, digest: str | None = None) -> bytes | None:
        """Give the right bytes of a file, put back where they are missing; None where no source has them."""
        current: bytes | None = None
        try:
            current = self.store.read(path)
            if right(current):
                return current
        except NotFoundError:
            pass
        except UnavailableError as error:
            self.wanting.append(error)
            return None
        data = next((data for data in self._candidates(path, digest) if right(data)), None)
        if data is None:
            what = "not here, and not in what was given" if current is None else "wrong here, and not in what was given"
            self.wanting.append(IntegrityError(what, where=path, expected=digest or ""))
            return None
        try:
            self.store.replace(path, data, current)
        except UnavailableError as error:
            self.wanting.append(error)
            return None
        self.mended.append(path)
        return data

    def make(self, path: str, data: bytes) -> None:
        """Put back a file whose bytes are known."""
        digest = sha256_hex(data)
        self.loose.setdefault(digest, data)
        self.hold(path, data.__eq__, format_digest(digest))

    def take(self, path: str, digest: str) -> bytes | None:
        """Put back a file whose digest is known, ``sha256:…``."""
        return self.hold(path, lambda data: format_digest(sha256_hex(data)) == digest, digest)

    def _candidates(self, path: str, digest: str | None) -> Iterator[bytes]:
        if digest is not None and (loose := self.loose.get(digest.removeprefix("sha256:"))) is not None:
            yield loose
        if self.copy is not None:
            with suppress(MunimentError):
                yield self.copy.read(path)


def restore(store: Store, copy: Store | None, loose: Iterable[bytes] = (), *, recall: Recall | None = None) -> Restored:
    """Mend an archive.

    Args:
        store: The archive.
        copy: Another copy of it, or None.
        loose: Files without a place, such as those of a snapshot.
        recall: Gives the highest checkpoint seen of this log, below which nothing is built on; None to do without.

    Raises:
        IntegrityError: The log is damaged and the copy cannot stand in for it, or is another archive or history.
        UnavailableError: The store refused, another writer is at work, or this is an older copy.
    """
    known = [*loose, *_builtin()]

    def mend(store: Store) -> Restored:
        with suppress(MunimentError):  # what hinders it may be what is mended here
            recover(store, recall)
        chosen = choose(store, copy, recall)
        bench = _Bench(store, copy, {sha256_hex(data): data for data in known})
        _mend_trust(bench, chosen)
        _mend_releases(bench, chosen)
        _mend_log(bench, chosen)
        if not bench.wanting:
            _drop_past_marker(store, chosen.proven_log)
            if not store.exclusive:
                follow_head(store)
            recover(store, recall)
        return Restored(tuple(bench.mended), tuple(bench.wanting))

    return in_turn(store, mend)


def _drop_past_marker(store: Store, proven_log: ProvenLog) -> None:
    """Remove the marker of a write that the mended log has gone beyond: kept, and put back, it promises nothing now."""
    with suppress(MunimentError):
        signed = read_marker(store) if store.exclusive else None  # elsewhere a marker is staged, and decided or not
        if (
            signed is None
            or signed.marker.archive != proven_log.origin
            or signed.marker.size >= proven_log.checkpoint.size
        ):
            return
        check_signer(signed.key, proven_log.chain, signed.marker.size)
        store.remove(UNFINISHED)


def _builtin() -> Iterator[bytes]:
    """The static files that this software would write itself."""
    yield NAMASTE[1]
    yield from (schema_bytes(name) for name in NAMES)
    yield from (data for layout in LAYOUTS for data in root_files(layout).values())


def _mend_trust(bench: _Bench, chosen: Chosen) -> None:
    roots = chosen.proven_log.roots
    for file in roots:
        for name, data in file.files.items():
            bench.make(f"{ROOTS}/{name}", data)
    bench.make(ALLOWED_SIGNERS, format_allowed_signers(chosen.proven_log.chain))
    for static in roots[-1].root.files:
        bench.take(static.path, format_digest(static.sha256))


def _mend_releases(bench: _Bench, chosen: Chosen) -> None:
    releases: dict[str, list[VersionStatement]] = {}
    for statement in chosen.proven_log.statements:
        if isinstance(statement, VersionStatement):
            releases.setdefault(statement.release, []).append(statement)
    for release, versions in releases.items():
        identifier = object_id(chosen.proven_log.roots[0].root, release)
        folder = object_folder(chosen.layout, identifier)
        name, declaration = OBJECT_DECLARATION
        bench.make(f"{folder}/{name}", declaration)
        stored: dict[str, str] = {}
        blocks = [_mend_version(bench, folder, statement, stored) for statement in versions]
        whole = [block for block in blocks if block is not None]
        if len(whole) == len(blocks):  # otherwise the missing files are reported already
            for path, data in rebuild(folder, identifier, whole, with_root=True).items():
                bench.make(path, data)


def _mend_version(
    bench: _Bench, folder: str, statement: VersionStatement, stored: dict[str, str]
) -> VersionBlock | None:
    """Mend the files of a version; ``stored`` has the SHA-512 of originals and exchanges of earlier ones, by digest."""
    content = content_folder(folder, statement.version)
    record_path = f"{content}/{RECORD_PATH}"
    data = bench.take(record_path, statement.record)
    signature = bench.take(f"{content}/{SIGNATURE_PATH}", statement.signature)
    try:
        record = judge_form(data, record_path) if data is not None else None
    except IntegrityError as error:
        bench.wanting.append(error)
        return None
    if record is None:
        return None
    brought = {record.original.path: statement.original}
    brought |= {kept.path: format_digest(kept.sha256) for kept in record.original.kept}
    for path, digest in brought.items():
        if digest not in stored and (taken := bench.take(f"{content}/{path}", digest)) is not None:
            stored[digest] = sha512_hex(taken)
    if data is None or signature is None or any(digest not in stored for digest in brought.values()):
        return None
    digests = {RECORD_PATH: sha512_hex(data), SIGNATURE_PATH: sha512_hex(signature)}
    digests |= {path: stored[digest] for path, digest in brought.items()}
    return block_of(statement.archive, statement.logged_at, record.change.message, digests)


def _mend_log(bench: _Bench, chosen: Chosen) -> None:
    """Stamps, published checkpoints, tiles, and at the end the head.

    A size within a batch has neither checkpoint nor tiles of its own.  Where what is said of a batch is lost, the
    checkpoints that are there tell: of a size without one no tile is made, which would be a stray once all is back.
    """
    proven_log = chosen.proven_log
    for statement in proven_log.statements:
        if isinstance(statement, StampStatement):
            request, response = stamp_paths(statement.size, statement.number)
            bench.take(request, statement.request)
            bench.take(response, statement.response)
    within = _mend_batches(bench, chosen)
    sizes = range(1, proven_log.checkpoint.size)
    unpublished = {size for size in sizes if size in within or not _mend_checkpoint(bench, chosen, size)}
    for path, data in log_files(proven_log.entries, unpublished):
        bench.make(log_path(path), data)
    bench.make(checkpoint_path(proven_log.checkpoint.size), chosen.note)
    bench.make(CHECKPOINT, chosen.note)


def _mend_batches(bench: _Bench, chosen: Chosen) -> Unpublished:
    """What is said of each batch, wherever it is said; give the sizes that no checkpoint is looked for of."""
    proven_log = chosen.proven_log
    sizes = {size for store in (bench.store, bench.copy) if store is not None for size in _batch_sizes(store)}
    batches = []
    for size in sorted(size for size in sizes if size <= proven_log.checkpoint.size):

        def opened(data: bytes, size: int = size) -> Batch | None:
            with suppress(MunimentError):
                batch = open_batch(data, proven_log.log_verifiers, proven_log.origin, size)
                return batch if batch.root == tree_root(proven_log.leaves[:size]).hex() else None
            return None

        data = bench.hold(batch_path(size), lambda data: opened(data) is not None)
        batch = None if data is None else opened(data)
        batches += [] if batch is None else [batch]
    with suppress(FormatError):
        return without_overlap(batches)
    return ALL_PUBLISHED


def _batch_sizes(store: Store) -> list[int]:
    with suppress(MunimentError):
        return batch_sizes(store)
    return []


def _mend_checkpoint(bench: _Bench, chosen: Chosen, size: int) -> bool:
    """Mend the published checkpoint of a size; give whether it is there."""
    proven_log, path = chosen.proven_log, checkpoint_path(size)
    root = tree_root(proven_log.leaves[:size])

    def right(data: bytes) -> bool:
        try:
            checkpoint = open_published(data, proven_log.log_verifiers, proven_log.origin, path)
        except IntegrityError:
            return False
        return (checkpoint.size, checkpoint.root) == (size, root)

    return bench.hold(path, right) is not None
