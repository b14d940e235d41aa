"""Check 2 on the inventories of one release: which file is at fault, where they are not those that the versions make.

An inventory is a pure function of its versions, so it is made again and compared byte for byte; only where they differ
is the file at fault looked for, and that is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from muniment.conversion import explain_difference, undo
from muniment.digest import sha512_hex
from muniment.errors import FormatError
from muniment.ocfl.inventory import (
    INVENTORY,
    SIDECAR,
    Inventory,
    format_inventory,
    format_sidecar,
    keeps_inventory,
    parse_inventory,
    parse_sidecar,
)
from muniment.verify.report import Tally
from muniment.verify.unfinished import NO_MARKER, FoundMarker

_UNDER_WAY = "being replaced by an unfinished addition"
_RESTORE = "restore the file from a copy"


@dataclass(frozen=True, slots=True)
class ObjectFiles:
    """What was read of an object.

    Attributes:
        folder: Folder of the object.
        folders: Those that hold an inventory: the object root, unless it is not looked at, then the version directories
            that keep one.
        last: Number of the newest version that is looked at.
        stored: Inventories and sidecars by path; None where one could not be read, which has its own finding.
        rebuilt: The same as the versions make them; empty where a version could not be read.
        contents: SHA-512 of every content file that could be read, by path.
        unfinished: Whether a version was committed since, so that the root inventory may be ahead of the log.
        found_marker: The marker: what inventory and sidecar of the object root may have been replaced by.
    """

    folder: str
    folders: tuple[str, ...]
    last: int
    stored: Mapping[str, bytes | None]
    rebuilt: Mapping[str, bytes]
    contents: Mapping[str, str]
    unfinished: bool
    found_marker: FoundMarker = NO_MARKER

    @property
    def newest(self) -> str:
        """The folder with the newest inventory: that of the newest version, the object root, or an earlier version."""
        head = f"{self.folder}/v{self.last}"
        if head in self.folders:
            return head
        return self.folder if self.folder in self.folders else self.folders[-1]

    def number(self, folder: str) -> int:
        """The version that was the newest one for the inventory in a folder."""
        return self.last if folder == self.folder else int(folder.removeprefix(f"{self.folder}/v"))


def diagnose(tally: Tally, evidence: ObjectFiles) -> None:
    """Name every file at fault: inventories, sidecars, content files."""
    evidence = _without_promised(tally, evidence)
    for folder in evidence.folders:
        _explain(tally, evidence, folder)
    sound = [folder for folder in evidence.folders if _check_sidecar(tally, evidence, folder)]
    newest = evidence.newest
    # Where the newest version keeps none, the next best is the one that knows most versions.
    others = iter(sound if keeps_inventory(evidence.last) else reversed(sound))
    trusted = newest if newest in sound else next(others, newest)
    inventory = _parse(tally, evidence, trusted)
    if inventory is None:
        return
    last = evidence.last
    known = len(inventory.versions)
    if known < last and evidence.stored[f"{newest}/{INVENTORY}"] is None and (unread := tally.unread(newest)):
        # An older inventory speaks of older versions alone.
        tally.not_checked(2, f"{evidence.folder}/v{known + 1}", unread)
        last = known
    elif not keeps_inventory(last):
        last = min(last, known)
    _check_contents(tally, evidence, inventory, last)
    for folder in sound:
        if evidence.number(folder) <= last:
            _check_inventory(tally, evidence, folder, inventory, evidence.number(folder))


def _without_promised(tally: Tally, evidence: ObjectFiles) -> ObjectFiles:
    """Put the old root inventory in the place of the one that an unfinished addition has put there, byte for byte."""
    marker = evidence.found_marker.marker
    if marker is None or evidence.folder not in evidence.folders:
        return evidence
    stored, own = dict(evidence.stored), (f"{evidence.folder}/{INVENTORY}", f"{evidence.folder}/{SIDECAR}")
    for promised in (promised for promised in marker.replaced if promised.path in own):
        data = stored.get(promised.path)
        copy = f"{evidence.folder}/v{evidence.last}{promised.path.removeprefix(evidence.folder)}"
        old = evidence.rebuilt.get(promised.path, stored.get(copy))
        if data is not None and data != old and promised.is_kept_by(data):
            stored[promised.path] = old
            tally.notice(
                2, promised.path, _UNDER_WAY, hint="recover the archive", unvouched=evidence.found_marker.resting
            )
    return replace(evidence, stored=stored)


def _explain(tally: Tally, evidence: ObjectFiles, folder: str) -> None:
    """See whether inventory and sidecar are another pair only since they were converted, one of them or both."""
    path, side_path = f"{folder}/{INVENTORY}", f"{folder}/{SIDECAR}"
    data, sidecar = evidence.stored[path], evidence.stored[side_path]
    if data is None or sidecar is None or sidecar == format_sidecar(data):
        return

    def names(inventory: bytes) -> bool:
        line = format_sidecar(inventory)
        return sidecar == line or bool(explain_difference(line, sidecar))

    if not tally.explain(side_path, format_sidecar(data), sidecar) and tally.explain(path, names, data):
        right = next(undone for _, undone in undo(data) if names(undone))
        if sidecar != format_sidecar(right):
            tally.explain(side_path, format_sidecar(right), sidecar)


def _check_sidecar(tally: Tally, evidence: ObjectFiles, folder: str) -> bool:
    """Whether the inventory of a folder is there and is the one that its sidecar names (OCFL 1.1 section 3.7)."""
    path, side_path = f"{folder}/{INVENTORY}", f"{folder}/{SIDECAR}"
    data, sidecar = evidence.stored[path], evidence.stored[side_path]
    if data is None or sidecar is None or sidecar == format_sidecar(data):
        return data is not None
    if evidence.unfinished and folder == evidence.folder:
        # Inventory and sidecar are replaced one after the other, forward or back.
        tally.notice(2, path, _UNDER_WAY, hint="recover the archive")
        return data == evidence.rebuilt.get(path)
    if data == evidence.rebuilt.get(path):
        tally.fail(2, side_path, "not the sidecar of its inventory (E060)", expected=sha512_hex(data), hint=_RESTORE)
        return True
    try:
        named = parse_sidecar(sidecar, where=side_path)
    except FormatError as error:
        tally.error(2, error, side_path)
        return True
    actual = sha512_hex(data)
    tally.fail(2, path, "not the inventory that its sidecar names (E060)", expected=named, found=actual, hint=_RESTORE)
    return False


def _parse(tally: Tally, evidence: ObjectFiles, folder: str) -> Inventory | None:
    path = f"{folder}/{INVENTORY}"
    data = evidence.stored[path]
    if data is None:
        return None
    try:
        return parse_inventory(data, where=path)
    except FormatError as error:
        tally.error(2, error, path)
        return None


def _check_contents(tally: Tally, evidence: ObjectFiles, inventory: Inventory, last: int) -> None:
    """Compare the content files up to a version with what an inventory lists."""
    listed = {f"{evidence.folder}/{path}": digest for digest, paths in inventory.manifest for path in paths}
    folders = tuple(f"{evidence.folder}/v{number}/" for number in range(1, last + 1))
    for path, actual in evidence.contents.items():
        expected = listed.get(path)
        if not path.startswith(folders):
            continue
        if expected is None:
            tally.fail(2, path, "not listed in the inventory (E023)", hint="restore the object from a copy")
        elif expected != actual:
            what = "not the file that the inventory lists (E092)"
            tally.fail(2, path, what, expected=f"sha512:{expected}", found=f"sha512:{actual}", hint=_RESTORE)
        else:
            tally.ok(2)


def _check_inventory(tally: Tally, evidence: ObjectFiles, folder: str, newest: Inventory, version: int) -> None:
    path = f"{folder}/{INVENTORY}"
    data = evidence.stored[path]
    expected = evidence.rebuilt.get(path)
    if expected is None:
        expected = format_inventory(newest.at(version)) if version <= len(newest.versions) else None
    if data == expected:
        tally.ok(2)
    elif evidence.unfinished and folder == evidence.folder:
        tally.notice(2, path, _UNDER_WAY, hint="recover the archive")
    elif not _contents_at_fault(evidence, newest):
        what = "not the inventory that the records and the log make (E066)"
        tally.fail(2, path, what, hint="restore the object from a copy")


def _contents_at_fault(evidence: ObjectFiles, newest: Inventory) -> bool:
    """Whether a changed content file is why the rebuilt inventories differ; it has its own finding then."""
    listed = {f"{evidence.folder}/{path}": digest for digest, paths in newest.manifest for path in paths}
    return any(listed.get(path) != digest for path, digest in evidence.contents.items())
