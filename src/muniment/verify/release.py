"""Checks 1 to 9 on the OCFL object of one release.

The log says which versions there are and what their files hash to.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from muniment.archive.existence import Proven
from muniment.archive.paths import content_folder
from muniment.digest import format_digest, sha256_hex, sha512_hex
from muniment.errors import MunimentError, NotFoundError
from muniment.log.statement import VersionEntry, VersionStatement
from muniment.ocfl.inventory import (
    INVENTORY,
    OBJECT_DECLARATION,
    SIDECAR,
    VersionBlock,
    block_of,
    keeps_inventory,
    rebuild,
)
from muniment.record import (
    KEPT_PATHS,
    RECORD_PATH,
    SIGNATURE_PATH,
    Attestation,
    Extractor,
    KeptExchange,
    Original,
    Record,
)
from muniment.record.capture import Capture
from muniment.sources import SUFFIXES
from muniment.store import Store
from muniment.trust.root import TrustRoot
from muniment.verify.inventories import ObjectFiles, diagnose
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
    check_kept,
    check_original,
    check_signature,
    extract_again,
)


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
        kept: The same of each file that is kept beside an original.
        told: Each of these files, with the original and the capture that it was held against.
        lost_kept: By its name, such a file that could not be read, of a version whose record could not be read either.
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
    kept: dict[str, str] = field(default_factory=dict)
    told: set[tuple[KeptExchange | Attestation, str, Capture | None]] = field(default_factory=set)
    lost_kept: dict[str, str] = field(default_factory=dict)
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
        _check_kept(store, state, record, content)
    else:
        _find_original(store, state, content, statement.original)
        _find_kept(store, state, content)
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
        state.lost[sha256] = error.where or content  # the walk has its finding; or it saw what lies there, in a bucket
        state.files += (f"{content}/original.{suffix}" for suffix in SUFFIXES)
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


def _check_kept(store: Store, state: _State, record: Record, content: str) -> None:
    """Check 6 on what is kept beside an original, which lies in the first version that has it."""
    for kept in record.original.kept:
        data = _check_file(store, state, record.original, kept, f"{content}/{kept.path}")
        if data is not None and isinstance(kept, Attestation):
            from muniment.verify.attested import check_attested  # noqa: PLC0415 - start-up: few have one

            place = state.originals.get(record.original.sha256)
            with suppress(MunimentError):  # which has its finding
                check_attested(state.tally, record, kept, data, store.read(place) if place else None)


def _check_file(
    store: Store, state: _State, original: Original, kept: KeptExchange | Attestation, place: str
) -> bytes | None:
    """Check one of these files; give its bytes where they are right and were not looked at before."""
    stored, told = state.kept.get(kept.sha256), (kept, original.sha256, original.capture)
    path, lost = stored or place, state.lost_kept.get(kept.path, "")
    if stored is None and lost and not _is_there(store, path):
        state.tally.not_checked(6, path, lost)
        return None
    state.kept[kept.sha256] = path
    data = None
    if stored is None:
        data = _read_content(store, state, path)
    elif path in state.contents and told not in state.told:
        with state.tally.failing(6, path):
            data = store.read(path)
    else:
        return None
    state.told.add(told)
    if data is None or check_kept(state.tally, path, kept, original, data):
        return data
    state.tally.explain(path, format_digest(kept.sha256), data)
    return None


def _is_there(store: Store, path: str) -> bool:
    try:
        store.read(path)
    except NotFoundError:
        return False
    except MunimentError:
        return True
    return True


def _find_kept(store: Store, state: _State, content: str) -> None:
    """Where the record cannot say what is kept, a file of that name that lies there is that of later versions too."""
    for name in KEPT_PATHS:
        path = f"{content}/{name}"
        try:
            data = store.read(path)
        except NotFoundError:
            continue
        except MunimentError as error:
            state.tally.error(2, error, path)
            state.lost_kept[name] = path
        else:
            state.kept.setdefault(sha256_hex(data), path)
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
    paths |= {kept.path: state.kept.get(kept.sha256, "") for kept in record.original.kept}
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
