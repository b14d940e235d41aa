"""What a writer builds on: the log, held to its signed root, and the newest version of a release, held to its entry.

The log says what there is and what comes next.  If a folder has more than its log, then the log is older, from a
back-up or a sync conflict: anything signed on it would contradict the newer one, so nothing is signed.  The inventory
is made again from the versions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from muniment.archive import Archive, open_archive
from muniment.archive.judgement import Predecessor, extract_again, judge_chain, judge_words
from muniment.archive.paths import RELEASES, ROOTS, content_folder, release_path, root_path
from muniment.archive.stored_version import StoredVersion, read_original, read_present
from muniment.digest import sha512_hex
from muniment.errors import InputError, IntegrityError
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
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Record
from muniment.reference import RELEASE_ID
from muniment.store import Store
from muniment.write.commit import refuse_fork
from muniment.write.guard import refuse_second_history
from muniment.write.recover import recover

_RELEASE = re.compile(rb'"release":"([a-z0-9-]+)"')
_IS_VERSION = b'"type":"version/1"'
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
    with mendable():
        refuse_second_history(archive, recall)
        _refuse_unreadable(archive)
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
    named = (_RELEASE.search(entry) for entry in archive.entries if _IS_VERSION in entry)
    counts = Counter(match[1].decode() for match in named if match is not None)
    for node in archive.store.list(RELEASES):
        folder = release_path(node.name)
        if node.kind == "directory" and node.name not in counts and _is_object(archive, folder, node.name):
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

    Reads every version of the release.

    Raises:
        IntegrityError: A file of the release is missing, or is not what the log names or what follows from that.
    """
    entries = archive.history(release)
    if not entries:
        return None
    with mendable():
        versions = [archive.read_entry(entry) for entry in entries]
        blocks = _blocks(archive, versions)
        inventory = build_inventory(archive.object_id(release), blocks)
        data = format_inventory(inventory)
        _compare(archive, archive.object_folder(release), len(versions), data)
        faults = (_fault(archive, versions, number) for number in range(len(versions) - 1, -1, -1))
        fault = next(faults)
        newest = versions[-1]
        base: Record | None = newest.record
        if fault is not None:
            sound = (versions[-2 - back].record for back, other in enumerate(faults) if other is None)
            base = next(sound, None)
    return ReleaseHead(newest.record, newest.statement.record, data, inventory, fault, base)


def _blocks(archive: Archive, versions: list[StoredVersion]) -> list[VersionBlock]:
    originals: dict[str, str] = {}
    blocks = []
    for stored in versions:
        statement, record = stored.statement, stored.record
        if statement.original not in originals:
            # Met first here, so this version brought the bytes: nothing need be looked for.
            folder = f"{archive.object_folder(statement.release)}/v{statement.version}/content"
            path = f"{folder}/{record.original.path}"
            originals[statement.original] = sha512_hex(read_original(archive.store, path, stored))
        digests = {
            RECORD_PATH: sha512_hex(stored.record_bytes),
            SIGNATURE_PATH: sha512_hex(stored.signature),
            record.original.path: originals[statement.original],
        }
        blocks.append(block_of(archive.origin, statement.logged_at, record.change.message, digests))
    return blocks


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


def _fault(archive: Archive, versions: list[StoredVersion], number: int) -> IntegrityError | None:
    """Why a version that is as it was logged does not verify: signer, chain, words."""
    stored = versions[number]
    if stored.fault is not None:
        return stored.fault
    record, statement = stored.record, stored.statement
    before = versions[number - 1] if number else None
    path = archive.original_path(statement)
    try:
        judge_chain(
            f"{content_folder(archive.object_folder(statement.release), statement.version)}/{RECORD_PATH}",
            record,
            Predecessor(before.record, before.statement.record, reverts_to(versions[:number], statement.original))
            if before
            else Predecessor(),
        )
        words = extract_again(record.original, archive.read_original(stored), where=path)
        judge_words(path, record, words)
    except IntegrityError as error:
        error.check = error.check or 6
        return error
    except InputError as error:
        return error.as_(IntegrityError, where=path, check=6)
    return None


def reverts_to(versions: list[StoredVersion], original: str) -> int | None:
    """The version that a publication after these reverts to: the newest one with the same original; never the last."""
    if versions and versions[-1].statement.original == original:
        return None
    return next((v.statement.version for v in reversed(versions) if v.statement.original == original), None)
