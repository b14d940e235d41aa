"""Checks 1 to 9 on the OCFL object of one release.

The log says which versions there are and what their files hash to.  An inventory is a pure function of its versions,
so it is made again and compared byte for byte; only if they differ is the file at fault looked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from muniment.archive.existence import Proven
from muniment.archive.paths import content_folder
from muniment.conversion import explain_difference, undo
from muniment.digest import format_digest, sha256_hex, sha512_hex
from muniment.errors import FormatError, MunimentError, NotFoundError
from muniment.log.statement import VersionEntry, VersionStatement
from muniment.ocfl.inventory import (
    INVENTORY,
    OBJECT_DECLARATION,
    SIDECAR,
    Inventory,
    VersionBlock,
    block_of,
    format_inventory,
    format_sidecar,
    keeps_inventory,
    parse_inventory,
    parse_sidecar,
    rebuild,
)
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Extractor, Record
from muniment.store import Store
from muniment.trust.root import TrustRoot
from muniment.verify.report import Tally
from muniment.verify.trust import check_signer
from muniment.verify.unfinished import NO_MARKER, FoundMarker
from muniment.verify.version import (
    Predecessor,
    ReadAgain,
    VersionFiles,
    check_chain,
    check_entry,
    check_extraction,
    check_form,
    check_original,
    check_signature,
    extract_again,
)

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


@dataclass(frozen=True, slots=True)
class ObjectTask:
    """One release to check.

    Attributes:
        release: Its identifier.
        folder: Folder of its OCFL object.
        object_id: Identifier of the object.
        origin: Name of the archive.
        entries: The entry of each version, oldest first; parsed where the release is checked.
        chain: The trust roots, oldest first.
        unfinished: Whether a version was committed since the log was read that is checked.
        found_marker: The marker: what the root inventory may have been replaced by.
        partial: Whether the release has later versions, which are not asked for: then the root inventory, which is
            that of the newest version, is not looked at.
        proven: What shows how many entries of the log were there at a time.
    """

    release: str
    folder: str
    object_id: str
    origin: str
    entries: Sequence[VersionEntry]
    chain: tuple[TrustRoot, ...]
    unfinished: bool
    partial: bool = False
    proven: tuple[Proven, ...] = ()
    found_marker: FoundMarker = NO_MARKER

    @property
    def version_folders(self) -> list[str]:
        """The folders of the versions that are checked, each with a slash at its end."""
        return [f"{self.folder}/v{number}/" for number in range(1, len(self.entries) + 1)]


@dataclass(frozen=True, slots=True)
class ObjectResult:
    """What checking one release gave: its tally, and every file that belongs to it."""

    tally: Tally
    files: tuple[str, ...]


_Rules: TypeAlias = tuple[str, int, str, str | None, Extractor]
"""What decides on the words of an original: its bytes, of what kind they are, and who reads them."""


@dataclass(slots=True)
class _State:
    """What is known while the versions of a release are checked in order.

    Attributes:
        tally: Where findings go.
        files: Every file that belongs to the object, in order of reading.
        contents: SHA-512 of each content file that was read, by path.
        blocks: What each version's block in the inventory must be; None where a file is wanting.
        originals: Stored path of each original that was met, by its SHA-256 as recorded.
        newest: The newest version that has an original, by the same SHA-256.
        extracted: What came out, by what decides on it; None where extraction failed.
        lost: A file or folder that could not be read, for want of which it is not known where an original lies, by the
            SHA-256 of that original.
        before: The record before, None where it could not be read.
        before_digest: Its digest, as logged; None before the first version.
    """

    tally: Tally
    files: list[str] = field(default_factory=list)
    contents: dict[str, str] = field(default_factory=dict)
    blocks: list[VersionBlock | None] = field(default_factory=list)
    originals: dict[str, str] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)
    extracted: dict[_Rules, ReadAgain | None] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    before: Record | None = None
    before_digest: str | None = None


def check_object(store: Store, task: ObjectTask) -> ObjectResult:
    """Check one release: its object, its versions, and each version against its entry in the log."""
    state = _State(Tally())
    name, declaration = OBJECT_DECLARATION
    data = _read(store, state, 1, f"{task.folder}/{name}")
    if data is not None and data != declaration:
        state.tally.explain(f"{task.folder}/{name}", declaration, data)
        state.tally.fail(1, f"{task.folder}/{name}", "not the declaration of an OCFL 1.1 object (E007)")
    elif data is not None:
        state.tally.ok(1)
    for entry in task.entries:
        _check_version(store, task, state, entry)
    _check_inventories(store, task, state)
    return ObjectResult(state.tally, tuple(state.files))


def _read(store: Store, state: _State, check: int, path: str) -> bytes | None:
    state.files.append(path)
    try:
        return state.tally.read(store.read(path))
    except MunimentError as error:
        state.tally.error(check, error, path)
        return None


def _read_content(store: Store, state: _State, path: str) -> bytes | None:
    data = _read(store, state, 2, path)
    if data is not None:
        state.contents[path] = sha512_hex(data)
    return data


def _check_version(store: Store, task: ObjectTask, state: _State, entry: VersionEntry) -> None:
    tally, statement = state.tally, entry.statement
    content = content_folder(task.folder, statement.version)
    record_path, signature_path = f"{content}/{RECORD_PATH}", f"{content}/{SIGNATURE_PATH}"
    data, signature = _read_content(store, state, record_path), _read_content(store, state, signature_path)
    files = VersionFiles(data, record_path, signature, signature_path, state.contents.get(record_path, ""))
    record = check_form(tally, files)
    if record is not None:
        check_chain(
            tally, record_path, record, Predecessor(state.before, state.before_digest, _reverts_to(state, record))
        )
        _check_original(store, state, record, content)
    else:
        _find_original(store, state, content, statement.original)
    original = record.original.sha256 if record is not None else statement.original.removeprefix("sha256:")
    state.newest[original] = statement.version
    key = check_signature(tally, files)
    if key is not None:
        check_signer(tally, signature_path, key, entry.index, task.chain, task.proven)
    unread = data is None and tally.unread(record_path) == record_path
    if not check_entry(tally, entry.name, statement, files, record, key, unread=unread):
        _explain_files(tally, files, statement)
    state.blocks.append(_block(task, state, statement, files, record))
    state.before = record
    # By the log: where the stored bytes are other ones, check 9 blames them, and no later version.
    state.before_digest = statement.record


def _explain_files(tally: Tally, files: VersionFiles, statement: VersionStatement) -> None:
    for path, stored, logged in (
        (files.record_path, files.record, statement.record),
        (files.signature_path, files.signature, statement.signature),
    ):
        if stored is not None and format_digest(sha256_hex(stored)) != logged:
            tally.explain(path, logged, stored)


def _reverts_to(state: _State, record: Record) -> int | None:
    before = state.before.original.sha256 if state.before else None
    return state.newest.get(record.original.sha256) if record.original.sha256 != before else None


def _check_original(store: Store, state: _State, record: Record, content: str) -> None:
    original = record.original
    stored = state.originals.get(original.sha256)
    path = stored or f"{content}/{original.path}"
    state.originals[original.sha256] = path
    rules = (original.sha256, original.size, original.media_type, original.charset, original.extractor)
    if stored is None and original.sha256 in state.lost:
        del state.originals[original.sha256]
        state.tally.not_checked(6, path, state.lost[original.sha256])
    elif stored is None:
        data = _read_content(store, state, path)
        if data is not None:
            known = len(state.tally.findings)
            state.extracted[rules] = _extract(state.tally, record, data, path)
            check_original(state.tally, path, record, data, state.extracted[rules])
            if len(state.tally.findings) > known and sha256_hex(data) != original.sha256:
                state.tally.explain(path, format_digest(original.sha256), data)
    elif path in state.contents:
        # An earlier version brought the bytes; only other rules of extraction need them again.
        if rules in state.extracted:
            check_extraction(state.tally, path, record, state.extracted[rules])
        else:
            with state.tally.failing(6, path):
                data = store.read(path)
                state.extracted[rules] = _extract(state.tally, record, data, path)
                check_original(state.tally, path, record, data, state.extracted[rules])


def _find_original(store: Store, state: _State, content: str, digest: str) -> None:
    """Where the record cannot say which file it is, the log still does: blame no sound original for its record."""
    sha256 = digest.removeprefix("sha256:")
    if sha256 in state.originals:
        return
    try:
        nodes = store.list(content)
    except MunimentError as error:
        state.lost[sha256] = error.where or content  # the walk has its finding
        return
    for path in (f"{content}/{node.name}" for node in nodes if node.name.startswith("original.")):
        try:
            data = store.read(path)
        except NotFoundError:
            continue
        except MunimentError as error:
            state.tally.error(2, error, path)
            state.files.append(path)
            state.lost[sha256] = path
            continue
        if format_digest(sha256_hex(data)) == digest:
            state.originals[sha256] = path
            state.contents[path] = sha512_hex(state.tally.read(data))
            state.files.append(path)


def _extract(tally: Tally, record: Record, data: bytes, path: str) -> ReadAgain | None:
    try:
        return extract_again(record.original, data, where=path)
    except MunimentError as error:
        tally.error(6, error, path)
        return None


def _block(
    task: ObjectTask, state: _State, statement: VersionStatement, files: VersionFiles, record: Record | None
) -> VersionBlock | None:
    if record is None:
        return None
    paths = {
        RECORD_PATH: files.record_path,
        SIGNATURE_PATH: files.signature_path,
        record.original.path: state.originals.get(record.original.sha256, ""),
    }
    if any(path not in state.contents for path in paths.values()):
        return None
    digests = {logical: state.contents[path] for logical, path in paths.items()}
    return block_of(task.origin, statement.logged_at, record.change.message, digests)


def _check_inventories(store: Store, task: ObjectTask, state: _State) -> None:
    folders = [f"{task.folder}/v{number}" for number in filter(keeps_inventory, range(1, len(task.entries) + 1))]
    folders = folders if task.partial else [task.folder, *folders]
    stored = {
        path: _read(store, state, 2, path)
        for folder in folders
        for path in (f"{folder}/{INVENTORY}", f"{folder}/{SIDECAR}")
    }
    blocks = [block for block in state.blocks if block is not None]
    known = len(blocks) == len(task.entries)
    rebuilt = rebuild(task.folder, task.object_id, blocks, with_root=not task.partial) if known else {}
    if stored == rebuilt:
        for _ in (*state.contents, *stored):
            state.tally.ok(2)
    else:
        evidence = ObjectFiles(
            task.folder,
            tuple(folders),
            len(task.entries),
            stored,
            rebuilt,
            state.contents,
            task.unfinished,
            task.found_marker,
        )
        diagnose(state.tally, evidence)
