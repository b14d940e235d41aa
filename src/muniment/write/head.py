"""What a writer builds on: the log, held to its signed root, and the newest version of a release, held to its entry.

The log says what there is and what comes next.  If a folder has more than its log, then the log is older, from a
back-up or a sync conflict: anything signed on it would contradict the newer one, so nothing is signed.  The inventory
is made again from the versions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import orjson

from muniment.archive import Archive, open_archive
from muniment.archive.judgement import (
    Predecessor,
    extract_again,
    judge_capture,
    judge_chain,
    judge_kept,
    judge_original,
    judge_place,
    judge_words,
)
from muniment.archive.paths import RELEASES, ROOTS, content_folder, release_path, root_path, tile_path
from muniment.archive.stored_version import LoggedFiles, StoredVersion, read_present
from muniment.digest import format_digest, sha512_hex
from muniment.errors import InputError, IntegrityError, MunimentError
from muniment.log.statement import VersionEntry
from muniment.log.tile import bundles
from muniment.memory import Recall
from muniment.ocfl.inventory import (
    INVENTORY,
    OBJECT_DECLARATION,
    Inventory,
    VersionBlock,
    block_of,
    build_inventory,
    format_inventory,
    keeps_inventory,
    pair,
)
from muniment.ocfl.storage_root import FLAT
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Attestation, Change, Extractor, Original, Record
from muniment.record.capture import read_capture
from muniment.reference import RELEASE_ID
from muniment.store import Store
from muniment.store.read_once import ReadOnceStore
from muniment.write.commit import refuse_fork
from muniment.write.guard import refuse_second_history
from muniment.write.recover import recover

_OLDER = "is log/ older than the rest? recover from a copy; else move it away"


def open_ground(store: Store, recall: Recall | None = None) -> Archive:
    """Open an archive to build on it, under the lock that the caller holds; what was interrupted is ended first.

    Args:
        store: The archive.
        recall: Gives the highest checkpoint seen of this log, below which nothing is signed; None to do without.

    Raises:
        IntegrityError: The log is not what was signed (10, 11), has an entry that cannot be read (9), or the folder is
            ahead of it (1, 11).
        WriteConflictError: This is an older copy than this machine has seen, or another history, or the checkpoint is
            older than the log.
    """
    recover(store, recall)
    archive = open_archive(store)
    refuse_fork(store, archive.checkpoint.size)
    if isinstance(store, ReadOnceStore):
        store.read_ahead(map(tile_path, bundles(archive.checkpoint.size)))
    with mendable():
        refuse_second_history(archive, recall)
        _refuse_unreadable(archive)
        _refuse_later_root(archive)
        if store.exclusive:
            _refuse_later_versions(archive)
        # Else a request for each release; what was decided last, and whoever stages a version, say the same.
    return archive


@contextmanager
def mendable() -> Iterator[None]:
    """Let what is wrong in the folder say how to mend it."""
    try:
        yield
    except IntegrityError as error:
        if "recover" not in error.hint:
            error.hint = "nothing was written; recover from a copy or a snapshot"
        raise


def _refuse_unreadable(archive: Archive) -> None:
    """Refuse to build on an entry that nobody can read: each signature on top of it would vouch for it again."""
    try:
        archive.check_entries()
    except IntegrityError as error:
        error.hint = (
            "nothing was written; the log key has signed this entry, and no writer here makes one: was it stolen? "
            "docs/trust.md says how to go on from the last good copy"
        )
        raise


def _refuse_later_root(archive: Archive) -> None:
    later = root_path(len(archive.roots) + 1)
    if any(f"{ROOTS}/{node.name}" == later for node in archive.store.list(ROOTS)):
        raise IntegrityError("of a trust root that the log does not name", where=later, hint=_OLDER, check=11)


def _refuse_later_versions(archive: Archive) -> None:
    """Look for the version after the newest of each release, and for releases that the log does not have."""
    nodes = {node.name: node.kind for node in archive.store.list(RELEASES)}
    # Where the folders of releases lie side by side, nothing is asked of one that is missing, and so is every version
    # in it: its versions need not be counted.
    counts = archive.count_among(nodes) if archive.layout == FLAT else archive.counts
    for name in sorted(nodes.keys() - counts.keys()):
        folder = release_path(name)
        if nodes[name] == "directory" and _is_object(archive, folder, name):
            raise IntegrityError("of a release that the log does not have", where=folder, hint=_OLDER, check=1)
    for release, number in counts.items():
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


@dataclass(frozen=True, slots=True)
class ReleaseHead:
    """The newest version of a release.

    Attributes:
        record: Its record.
        digest: Digest of the record, as logged.
        inventory_bytes: The inventory of the object, as its versions make it.
        inventory: The same, read.
        fault: Why it does not verify although it is what was logged: a thief may have signed it.  None where it does.
        base: The record of the newest version that does verify, None where none does; by default ``record``.
    """

    record: Record
    digest: str
    inventory_bytes: bytes
    inventory: Inventory
    fault: IntegrityError | None = None
    base: Record | None = None

    def sound(self) -> Record:
        """Give the record to build on.

        Raises:
            IntegrityError: The version does not verify (checks 5, 6 and 8).
        """
        if self.fault is not None:
            raise self.fault
        return self.record


def read_head(archive: Archive, release: str) -> ReleaseHead | None:
    """Read the newest version of a release per the log; None where the log has none.

    Every version of the release is held to its entry by its digests, so that the inventory can be made again.  Only the
    newest, from which something is inherited, and the one that it changes are judged.

    Raises:
        IntegrityError: A file of the release is missing, or is not what the log names or what follows from that.
    """
    entries = archive.history(release)
    if not entries:
        return None
    with mendable():
        _read_ahead(archive, entries)
        blocks = _blocks(archive, entries)
        newest = archive.read_entry(entries[-1])
        inventory = build_inventory(archive.object_id(release), blocks)
        data = format_inventory(inventory)
        _compare(archive, archive.object_folder(release), len(entries), data)
        fault = _fault(archive, entries, newest)
        base = newest.record if fault is None else _newest_sound(archive, entries[:-1])
    return ReleaseHead(newest.record, newest.statement.record, data, inventory, fault, base)


def _read_ahead(archive: Archive, entries: Sequence[VersionEntry]) -> None:
    """Ask for the files of a release many at once, where to read is to wait for an answer."""
    if isinstance(archive.store, ReadOnceStore):
        archive.store.read_ahead(_signed_files(archive, entries))
        archive.store.read_ahead(_received_files(archive, entries))


def _signed_files(archive: Archive, entries: Sequence[VersionEntry]) -> Iterator[str]:
    """The files that the entries of a release name, and those that say how its folder looks."""
    folder = archive.object_folder(entries[0].statement.release)
    for entry in entries:
        content = content_folder(folder, entry.statement.version)
        yield from (f"{content}/{RECORD_PATH}", f"{content}/{SIGNATURE_PATH}")
    yield f"{folder}/{OBJECT_DECLARATION[0]}"
    kept = [folder, f"{folder}/v{len(entries)}"] if keeps_inventory(len(entries)) else [folder]
    yield from (path for each in kept for path in pair(each, b""))


def _received_files(archive: Archive, entries: Sequence[VersionEntry]) -> Iterator[str]:
    """What was received, where each is met first; of a version that cannot be read, and those after it, nothing."""
    seen: set[str] = set()
    with suppress(MunimentError):
        for entry in entries:
            original = _brought(archive, archive.read_logged(entry))[1]
            content = content_folder(archive.object_folder(entry.statement.release), entry.statement.version)
            for sha256, path in (
                (original.sha256, original.path),
                *((kept.sha256, kept.path) for kept in original.kept),
            ):
                if sha256 not in seen:
                    seen.add(sha256)
                    yield f"{content}/{path}"


def _newest_sound(archive: Archive, entries: Sequence[VersionEntry]) -> Record | None:
    """The record of the newest of these versions that verifies."""
    for number in range(len(entries), 0, -1):
        stored = archive.read_entry(entries[number - 1])
        if _fault(archive, entries[:number], stored) is None:
            return stored.record
    return None


def _blocks(archive: Archive, entries: Sequence[VersionEntry]) -> list[VersionBlock]:
    originals: dict[str, str] = {}
    beside: dict[str, str] = {}
    blocks = []
    for entry, before in zip(entries, (None, *entries), strict=False):
        judge_place(entry.name, entry.statement, before.statement if before else None)
        logged, statement = archive.read_logged(entry), entry.statement
        message, original = _brought(archive, logged)
        folder = content_folder(archive.object_folder(statement.release), statement.version)
        if statement.original not in originals:
            # Met first here, so this version brought the bytes: nothing need be looked for.
            data = read_present(archive.store, f"{folder}/{original.path}")
            judge_original(f"{folder}/{original.path}", original, data)
            originals[statement.original] = sha512_hex(data)
        digests = {
            RECORD_PATH: sha512_hex(logged.record_bytes),
            SIGNATURE_PATH: sha512_hex(logged.signature),
            original.path: originals[statement.original],
        }
        for kept in original.kept:
            if kept.sha256 not in beside:
                data = read_present(archive.store, f"{folder}/{kept.path}")
                judge_kept(f"{folder}/{kept.path}", kept, data)
                beside[kept.sha256] = sha512_hex(data)
            digests[kept.path] = beside[kept.sha256]
        blocks.append(block_of(archive.origin, statement.logged_at, message, digests))
    return blocks


def _brought(archive: Archive, logged: LoggedFiles) -> tuple[str, Original]:
    """The message and the original of a version, by bytes that were logged and need not be judged again."""
    try:
        value = orjson.loads(logged.record_bytes)
        members = dict(value["original"])
        members.pop("import", None)  # of no concern here
        members["extractor"] = Extractor(**members["extractor"])
        if "capture" in members:
            members["capture"] = read_capture(members["capture"])
        if "attestation" in members:
            members["attestation"] = Attestation(**members["attestation"])
        message, original = Change(**value["change"]).message, Original(**members)
        if format_digest(original.sha256) == logged.entry.statement.original:
            return message, original
    except (ValueError, TypeError, KeyError, AttributeError):
        pass  # a thief has logged it, and judging it says so
    record = archive.read_entry(logged.entry).record
    return record.change.message, record.original


def _compare(archive: Archive, folder: str, number: int, inventory: bytes) -> None:
    """Hold what is replaced, and what recovery would put back, to what the versions, so many of them, make."""
    name, declaration = OBJECT_DECLARATION
    path = f"{folder}/{name}"
    if read_present(archive.store, path) != declaration:
        raise IntegrityError("not the declaration of an OCFL 1.1 object (E007)", where=path, check=1)
    kept = pair(f"{folder}/v{number}", inventory) if keeps_inventory(number) else {}
    for path, expected in {**kept, **pair(folder, inventory)}.items():
        if read_present(archive.store, path) == expected:
            continue
        if path.endswith(f"/{INVENTORY}"):
            what = "not the inventory that the records and the log make (E066)"
        else:
            what = "not the sidecar of its inventory (E060)"
        raise IntegrityError(what, where=path, check=2)


def _fault(archive: Archive, entries: Sequence[VersionEntry], stored: StoredVersion) -> IntegrityError | None:
    """Why the last of these versions does not verify though it is as it was logged: signer, chain, words."""
    if stored.fault is not None:
        return stored.fault
    record, statement = stored.record, stored.statement
    path = archive.original_path(statement)
    try:
        judge_chain(
            f"{content_folder(archive.object_folder(statement.release), statement.version)}/{RECORD_PATH}",
            record,
            _predecessor(archive, entries[:-1], statement.original),
        )
        words = extract_again(record.original, archive.read_original(stored), where=path)
        judge_words(path, record, words)
        if record.original.exchange is not None:
            judge_capture(*archive.find_kept(stored, record.original.exchange), record.original)
    except IntegrityError as error:
        error.check = error.check or 6
        return error
    except InputError as error:
        return error.as_(IntegrityError, where=path, check=6)
    return None


def _predecessor(archive: Archive, earlier: Sequence[VersionEntry], original: str) -> Predecessor:
    if not earlier:
        return Predecessor()
    before = archive.read_entry(earlier[-1])
    return Predecessor(before.record, before.statement.record, _reverts_to(earlier, original))


def _reverts_to(earlier: Sequence[VersionEntry], original: str) -> int | None:
    """The version that a publication after these reverts to: the newest one with the same original; never the last."""
    if earlier[-1].statement.original == original:
        return None
    return next((e.statement.version for e in reversed(earlier) if e.statement.original == original), None)
