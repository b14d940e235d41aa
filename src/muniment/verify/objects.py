"""Checks 1 to 9 on the OCFL object of one release.

The log says which versions there are and what their files hash to.  An inventory is a pure function of its versions, so
it is rebuilt and compared byte for byte; only where that fails does ``diagnosis`` look for the file that is at fault.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from muniment.digest import format_digest, sha256_hex, sha512_hex
from muniment.errors import MunimentError
from muniment.log.statement import VersionStatement
from muniment.ocfl.inventory import (
    INVENTORY,
    OBJECT_DECLARATION,
    SIDECAR,
    VersionBlock,
    build_inventory,
    format_inventory,
    format_sidecar,
    state_of,
)
from muniment.paragraph import Extractor, Paragraph
from muniment.record import RECORD_PATH, SIGNATURE_PATH, Record
from muniment.signing.trust_root import TrustRoot
from muniment.store import Store
from muniment.verify.diagnosis import Evidence, diagnose
from muniment.verify.report import Tally
from muniment.verify.version import (
    Earlier,
    VersionFiles,
    check_chain,
    check_entry,
    check_extraction,
    check_form,
    check_original,
    check_signature,
    check_signer,
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
        entries: Log index and statement of each version, oldest first.
        chain: The trust roots, oldest first.
        unfinished: Whether a version is being added at this moment, or its addition was interrupted.
    """

    release: str
    folder: str
    object_id: str
    origin: str
    entries: tuple[tuple[int, VersionStatement], ...]
    chain: tuple[TrustRoot, ...]
    unfinished: bool


@dataclass(frozen=True, slots=True)
class ObjectResult:
    """What checking one release gave: its tally, and every file that belongs to it."""

    tally: Tally
    files: tuple[str, ...]


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
        extracted: Paragraphs by SHA-256, charset and extractor; None where extraction failed.
        before: The record before, None where it could not be read.
        before_digest: Digest of its stored bytes; None before the first version.
    """

    tally: Tally
    files: list[str] = field(default_factory=list)
    contents: dict[str, str] = field(default_factory=dict)
    blocks: list[VersionBlock | None] = field(default_factory=list)
    originals: dict[str, str] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)
    extracted: dict[tuple[str, str, Extractor], tuple[Paragraph, ...] | None] = field(default_factory=dict)
    before: Record | None = None
    before_digest: str | None = None


def check_object(store: Store, task: ObjectTask) -> ObjectResult:
    """Check one release: its object, its versions, and each version against its entry in the log."""
    state = _State(Tally())
    name, declaration = OBJECT_DECLARATION
    data = _read(store, state, 1, f"{task.folder}/{name}")
    if data is not None and data != declaration:
        state.tally.fail(1, f"{task.folder}/{name}", "not the declaration of an OCFL 1.1 object (E007)")
    elif data is not None:
        state.tally.ok(1)
    for index, statement in task.entries:
        _check_version(store, task, state, index, statement)
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


def _check_version(store: Store, task: ObjectTask, state: _State, index: int, statement: VersionStatement) -> None:
    tally, content = state.tally, f"{task.folder}/v{statement.version}/content"
    record_path, signature_path = f"{content}/{RECORD_PATH}", f"{content}/{SIGNATURE_PATH}"
    data, signature = _read_content(store, state, record_path), _read_content(store, state, signature_path)
    files = VersionFiles(data, record_path, signature, signature_path)
    record = check_form(tally, files)
    if record is not None:
        check_chain(tally, record_path, record, Earlier(state.before, state.before_digest, _reverts_to(state, record)))
        _check_original(store, state, record, content)
        state.newest[record.original.sha256] = statement.version
    key = check_signature(tally, files)
    if key is not None:
        check_signer(tally, signature_path, key, index, task.chain)
    check_entry(tally, f"log entry {index} ({statement.name})", statement, files, record, key)
    state.blocks.append(_block(task, state, statement, files, record))
    state.before = record
    state.before_digest = format_digest(sha256_hex(data)) if data is not None else statement.record


def _reverts_to(state: _State, record: Record) -> int | None:
    before = state.before.original.sha256 if state.before else None
    return state.newest.get(record.original.sha256) if record.original.sha256 != before else None


def _check_original(store: Store, state: _State, record: Record, content: str) -> None:
    original = record.original
    stored = state.originals.get(original.sha256)
    path = stored or f"{content}/{original.path}"
    state.originals[original.sha256] = path
    rules = (original.sha256, original.charset, original.extractor)
    if stored is None:
        data = _read_content(store, state, path)
        if data is not None:
            state.extracted[rules] = _extract(state.tally, record, data, path)
            check_original(state.tally, path, record, data, state.extracted[rules])
    elif path in state.contents:
        # An earlier version brought the bytes; only other rules of extraction need them again.
        if rules not in state.extracted:
            state.extracted[rules] = _extract(state.tally, record, store.read(path), path)
        check_extraction(state.tally, path, record, state.extracted[rules])


def _extract(tally: Tally, record: Record, data: bytes, path: str) -> tuple[Paragraph, ...] | None:
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
        record.original.path: state.originals[record.original.sha256],
    }
    if any(path not in state.contents for path in paths.values()):
        return None
    digests = {logical: state.contents[path] for logical, path in paths.items()}
    message, address = record.change.message, f"https://{task.origin}"
    return VersionBlock(statement.logged_at, message, task.origin, address, state_of(digests))


def _check_inventories(store: Store, task: ObjectTask, state: _State) -> None:
    folders = [task.folder, *(f"{task.folder}/v{number}" for number in range(1, len(task.entries) + 1))]
    stored = {
        path: _read(store, state, 2, path)
        for folder in folders
        for path in (f"{folder}/{INVENTORY}", f"{folder}/{SIDECAR}")
    }
    rebuilt = _rebuild(task, state)
    if stored == rebuilt:
        for _ in (*state.contents, *stored):
            state.tally.ok(2)
    else:
        diagnose(
            state.tally, Evidence(task.folder, len(task.entries), stored, rebuilt, state.contents, task.unfinished)
        )


def _rebuild(task: ObjectTask, state: _State) -> dict[str, bytes]:
    """Every inventory and sidecar as the versions make them; none where a version could not be read."""
    blocks = [block for block in state.blocks if block is not None]
    if len(blocks) != len(task.entries):
        return {}
    files: dict[str, bytes] = {}
    inventory = b""
    for number in range(1, len(blocks) + 1):
        inventory = format_inventory(build_inventory(task.object_id, blocks[:number]))
        files |= _pair(f"{task.folder}/v{number}", inventory)
    return files | _pair(task.folder, inventory)


def _pair(folder: str, inventory: bytes) -> dict[str, bytes]:
    return {f"{folder}/{INVENTORY}": inventory, f"{folder}/{SIDECAR}": format_sidecar(inventory)}
