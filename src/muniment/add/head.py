"""The head of a release, to build on: every version held to its entry, and the inventory made again from them."""

from __future__ import annotations

from dataclasses import dataclass

from muniment.add.ground import mendable
from muniment.archive import Archive
from muniment.archive.judgement import Earlier, extract_again, judge_chain, judge_words
from muniment.archive.stored_version import StoredVersion, read_present
from muniment.digest import sha512_hex
from muniment.errors import InputError, IntegrityError
from muniment.ocfl.inventory import (
    INVENTORY,
    OBJECT_DECLARATION,
    Inventory,
    VersionBlock,
    block_of,
    build_inventory,
    format_inventory,
    pair,
)
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Record


@dataclass(frozen=True, slots=True)
class Head:
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


def read_head(archive: Archive, release: str) -> Head | None:
    """Read the newest version of a release per the log; None where the log has none.

    Reads every version of the release.

    Raises:
        IntegrityError: A file of the release is missing, or is not what the log names or what follows from that.
    """
    entries = archive.history(release)
    if not entries:
        return None
    with mendable():
        versions = [archive.read_entry(*entry) for entry in entries]
        blocks = _blocks(archive, versions)
        inventory = build_inventory(archive.object_id(release), blocks)
        data = format_inventory(inventory)
        _compare(archive, archive.object_folder(release), inventory.head, data)
        faults = (_fault(archive, versions, place) for place in range(len(versions) - 1, -1, -1))
        fault = next(faults)
        newest = versions[-1]
        base: Record | None = newest.record
        if fault is not None:
            sound = (versions[-2 - back].record for back, other in enumerate(faults) if other is None)
            base = next(sound, None)
    return Head(newest.record, newest.statement.record, data, inventory, fault, base)


def _blocks(archive: Archive, versions: list[StoredVersion]) -> list[VersionBlock]:
    originals: dict[str, str] = {}
    blocks = []
    for stored in versions:
        said, record = stored.statement, stored.record
        if said.original not in originals:
            originals[said.original] = sha512_hex(archive.read_original(stored))
        digests = {
            RECORD_PATH: sha512_hex(stored.record_bytes),
            SIGNATURE_PATH: sha512_hex(stored.signature),
            record.original.path: originals[said.original],
        }
        blocks.append(block_of(archive.origin, said.logged_at, record.change.message, digests))
    return blocks


def _compare(archive: Archive, folder: str, head: str, inventory: bytes) -> None:
    """Hold what is replaced, and what recovery would put back, to what the versions make."""
    name, declaration = OBJECT_DECLARATION
    path = f"{folder}/{name}"
    if read_present(archive.store, path) != declaration:
        raise IntegrityError("not the declaration of an OCFL 1.1 object (E007)", where=path, check=1)
    for path, expected in {**pair(f"{folder}/{head}", inventory), **pair(folder, inventory)}.items():
        if read_present(archive.store, path) == expected:
            continue
        if path.endswith(f"/{INVENTORY}"):
            what = "not the inventory that the records and the log make (E066)"
        else:
            what = "not the sidecar of its inventory (E060)"
        raise IntegrityError(what, where=path, check=2)


def _fault(archive: Archive, versions: list[StoredVersion], place: int) -> IntegrityError | None:
    """Why a version that is as it was logged does not verify: signer, chain, words."""
    stored = versions[place]
    if stored.fault is not None:
        return stored.fault
    record, said = stored.record, stored.statement
    before = versions[place - 1] if place else None
    path = archive.original_path(said)
    try:
        judge_chain(
            f"{archive.object_folder(said.release)}/v{said.version}/content/{RECORD_PATH}",
            record,
            Earlier(before.record, before.statement.record, reverts_to(versions[:place], said.original))
            if before
            else Earlier(),
        )
        words = extract_again(record.original, archive.read_original(stored), where=path)
        judge_words(path, record, words)
    except IntegrityError as error:
        error.check = error.check or 6
        return error
    except InputError as error:
        return IntegrityError(error.what, where=path, expected=error.expected, found=error.found, check=6)
    return None


def reverts_to(versions: list[StoredVersion], original: str) -> int | None:
    """The version that a publication after these reverts to: the newest one with the same original; never the last."""
    if versions and versions[-1].statement.original == original:
        return None
    return next((v.statement.version for v in reversed(versions) if v.statement.original == original), None)
