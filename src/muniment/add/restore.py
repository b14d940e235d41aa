"""Mending an archive from a copy or a snapshot: each missing or wrong file is put back, if it is what was logged.

The log decides: that of the archive, or the longer one of the copy where it continues it.  Nothing is believed because
it lies in the copy: content is held to its digest in the log, a published checkpoint to its signature and the entries,
static files to the trust root; inventories, sidecars, tiles and bundles are made again.  What is right stays untouched,
and so does what the log does not name.  Each write is whole, ``log/checkpoint`` is the last; so what was interrupted is
done again from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from muniment.add.choose import Chosen, choose
from muniment.add.recover import recover
from muniment.archive.judgement import judge_form
from muniment.archive.opening import ALLOWED_SIGNERS, CHECKPOINT, NAMASTE, object_id
from muniment.archive.published import CHECKPOINTS
from muniment.archive.stamps import stamp_paths
from muniment.digest import format_digest, sha256_hex, sha512_hex
from muniment.errors import IntegrityError, MunimentError, NotFoundError, UnavailableError
from muniment.log.checkpoint import open_published
from muniment.log.merkle import tree_root
from muniment.log.statement import StampStatement, VersionStatement
from muniment.log.tree import log_files
from muniment.memory import Recall
from muniment.ocfl.inventory import OBJECT_DECLARATION, VersionBlock, block_of, rebuild
from muniment.ocfl.storage_root import LAYOUTS, object_path, root_files
from muniment.record import RECORD_PATH, SIGNATURE_PATH
from muniment.schema import NAMES, schema_bytes
from muniment.store import Store
from muniment.trust.allowed_signers import format_allowed_signers
from muniment.trust.chain import FOLDER

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
        """Give the right bytes of a file, put back where they are wanting; None where nothing has them."""
        found: bytes | None = None
        try:
            found = self.store.read(path)
            if right(found):
                return found
        except NotFoundError:
            pass
        except UnavailableError as error:
            self.wanting.append(error)
            return None
        data = next((data for data in self._candidates(path, digest) if right(data)), None)
        if data is None:
            what = "not here, and not in what was given" if found is None else "wrong here, and not in what was given"
            self.wanting.append(IntegrityError(what, where=path, expected=digest or ""))
            return None
        try:
            self.store.replace(path, data, found)
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
    with store.lock():
        with suppress(MunimentError):  # what hinders it may be what is mended here
            recover(store)
        chosen = choose(store, copy, recall)
        bench = _Bench(store, copy, {sha256_hex(data): data for data in known})
        _mend_trust(bench, chosen)
        _mend_releases(bench, chosen)
        _mend_log(bench, chosen)
        if not bench.wanting:
            recover(store)
        return Restored(tuple(bench.mended), tuple(bench.wanting))


def _builtin() -> Iterator[bytes]:
    """The static files that this software would write itself."""
    yield NAMASTE[1]
    yield from (schema_bytes(name) for name in NAMES)
    yield from (data for layout in LAYOUTS for data in root_files(layout).values())


def _mend_trust(bench: _Bench, chosen: Chosen) -> None:
    roots = chosen.ledger.roots
    for file in roots:
        for name, data in file.files.items():
            bench.make(f"{FOLDER}/{name}", data)
    bench.make(ALLOWED_SIGNERS, format_allowed_signers(chosen.ledger.chain))
    for static in roots[-1].root.files:
        bench.take(static.path, format_digest(static.sha256))


def _mend_releases(bench: _Bench, chosen: Chosen) -> None:
    releases: dict[str, list[VersionStatement]] = {}
    for said in chosen.ledger.statements:
        if isinstance(said, VersionStatement):
            releases.setdefault(said.release, []).append(said)
    for release, versions in releases.items():
        identifier = object_id(chosen.ledger.roots[0].root, release)
        folder = f"releases/{object_path(chosen.layout, identifier)}"
        name, declaration = OBJECT_DECLARATION
        bench.make(f"{folder}/{name}", declaration)
        originals: dict[str, str] = {}
        blocks = [_mend_version(bench, folder, said, originals) for said in versions]
        whole = [block for block in blocks if block is not None]
        if len(whole) == len(blocks):  # else what is wanting has been said
            for path, data in rebuild(folder, identifier, whole, with_root=True).items():
                bench.make(path, data)


def _mend_version(bench: _Bench, folder: str, said: VersionStatement, originals: dict[str, str]) -> VersionBlock | None:
    content = f"{folder}/v{said.version}/content"
    record_path = f"{content}/{RECORD_PATH}"
    data = bench.take(record_path, said.record)
    signature = bench.take(f"{content}/{SIGNATURE_PATH}", said.signature)
    try:
        record = judge_form(data, record_path) if data is not None else None
    except IntegrityError as error:
        bench.wanting.append(error)
        return None
    if record is None:
        return None
    if said.original not in originals:
        original = bench.take(f"{content}/{record.original.path}", said.original)
        if original is None:
            return None
        originals[said.original] = sha512_hex(original)
    if data is None or signature is None:
        return None
    digests = {RECORD_PATH: sha512_hex(data), SIGNATURE_PATH: sha512_hex(signature)}
    digests[record.original.path] = originals[said.original]
    return block_of(said.archive, said.logged_at, record.change.message, digests)


def _mend_log(bench: _Bench, chosen: Chosen) -> None:
    """Stamps, tiles, published checkpoints, and at the end the head."""
    ledger = chosen.ledger
    for said in ledger.statements:
        if isinstance(said, StampStatement):
            request, response = stamp_paths(said.size, said.number)
            bench.take(request, said.request)
            bench.take(response, said.response)
    for path, data in log_files(ledger.entries):
        bench.make(f"log/{path}", data)
    for size in range(1, ledger.checkpoint.size):
        _mend_checkpoint(bench, chosen, size)
    bench.make(f"{CHECKPOINTS}/{ledger.checkpoint.size}", chosen.note)
    bench.make(CHECKPOINT, chosen.note)


def _mend_checkpoint(bench: _Bench, chosen: Chosen, size: int) -> None:
    ledger, path = chosen.ledger, f"{CHECKPOINTS}/{size}"
    root = tree_root(ledger.leaves[:size])

    def right(data: bytes) -> bool:
        try:
            found = open_published(data, ledger.log_verifiers, ledger.origin, path)
        except IntegrityError:
            return False
        return (found.size, found.root) == (size, root)

    bench.hold(path, right)
