"""What a marker may promise: exactly the files of the next write to this archive, or of its last one.

The signature says that a keeper made the marker; these rules say that it is about what lies here now.  A marker that
was kept from another day, another archive or a write that was taken back is refused like a forged one.

While an archive is being made there is no log yet to hold the marker against, and no trust root.  So it brings trust
root 1 along, and nothing may lie in the folder but what it promises.  Taking the checkpoint out of an archive and
planting a marker does not make it an unfinished one: the releases, a second root or a second entry are still there, or
the first root is another one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from muniment.archive.batches import MOST
from muniment.archive.opening import NAMASTE, log_verifiers, object_id
from muniment.archive.paths import (
    ALLOWED_SIGNERS,
    CHECKPOINT,
    LOCK,
    LOG,
    TEMPORARY,
    UNFINISHED,
    Kind,
    batch_path,
    checkpoint_path,
    content_folder,
    object_folder,
    parse_path,
    root_path,
    root_signature_path,
    stamp_paths,
    tile_path,
)
from muniment.archive.unfinished import Introduced, Marker, PlannedVersion, SignedMarker, read_marker
from muniment.digest import sha256_hex
from muniment.errors import IntegrityError, MunimentError, NotFoundError
from muniment.log.checkpoint import Checkpoint
from muniment.log.encoding import say_entries
from muniment.log.merkle import EMPTY_ROOT
from muniment.log.statement import RootStatement, StampStatement, Statement, VersionStatement
from muniment.log.tile import new_tiles
from muniment.ocfl.inventory import INVENTORY, OBJECT_DECLARATION, SIDECAR, keeps_inventory
from muniment.record import KEPT_PATHS, RECORD_PATH, SIGNATURE_PATH
from muniment.ssh.keys import PublicKey
from muniment.store import Store
from muniment.trust.allowed_signers import format_allowed_signers
from muniment.trust.chain import RootFile, verify_root
from muniment.trust.root import TrustRoot

_ORIGINAL = re.compile(r"original\.[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class ArchiveState:
    """What an archive holds by its signed log.

    Attributes:
        roots: The trust roots, oldest first, verified.
        checkpoint: The head of the log, verified.
        note: Its bytes, those of ``log/checkpoint``.
        statements: Every entry of the log, with the root hash of that checkpoint.
        layout: Storage layout of ``releases/``.
    """

    roots: tuple[RootFile, ...]
    checkpoint: Checkpoint
    note: bytes
    statements: Sequence[Statement]
    layout: str


def check_claim(signed: SignedMarker, state: ArchiveState) -> None:
    """Refuse a marker that no writer of this archive can have left as it is now.

    Args:
        signed: The marker.
        state: The archive as it is.

    Raises:
        IntegrityError: The marker is not of the next write, nor of the last one, or names other files than that write
            makes, or its key may not sign the log there.
    """
    marker, size = signed.marker, state.checkpoint.size
    if marker.archive != state.checkpoint.origin:
        raise foreign(f"a marker of {state.checkpoint.origin}", f"one of {marker.archive}")
    if len(marker.versions) > MOST:
        raise foreign(f"a batch of {MOST} versions at most", f"one of {len(marker.versions)}")
    if size not in {marker.size, marker.before}:
        expected = size + marker.size - marker.before
        raise foreign(f"a marker for a log of {say_entries(expected)}", f"one for {marker.size}")
    done = marker.size == size
    if not done and marker.continues != state.checkpoint.root.hex():
        raise foreign("a marker for this log", "one for another log of this size")
    compare(marker.paths, _files(marker, state, done=done), marker.subject)
    if done and not _promised(marker, checkpoint_path(size), state.note):
        raise foreign("the marker of the last write", "one of a write that was not committed")
    _check_key(signed, state, done=done)


def _files(marker: Marker, state: ArchiveState, *, done: bool) -> list[str]:
    """The files that this write makes, in order."""
    if marker.release is not None:
        own = _of_versions(marker, state, done=done)
    elif marker.size == 1:
        own = files_of_first(state.roots[0].root, marker)
    elif marker.root is not None:
        own = _of_root(marker, marker.root, state, done=done)
    else:
        own = _of_stamp(marker, state, done=done)
    if marker.size == 1:
        return own
    return [*own, *files_of_log(marker.size, marker.before)]


def files_of_log(size: int, before: int | None = None) -> list[str]:
    """Name the files below ``log/`` that growing brings, in the order of writing.

    Args:
        size: The log size that it makes.
        before: The size before it; None for that of one entry less.
    """
    before = size - 1 if before is None else before
    batch = [batch_path(size)] if size - before > 1 else []
    return [*map(tile_path, new_tiles(before, size)), *batch, checkpoint_path(size)]


def files_of_first(root: TrustRoot, marker: Marker) -> list[str]:
    """Name what making an archive makes: its static files, in the order of the marker, root 1 and the first entry."""
    static = {file.path for file in root.files}
    ordered = [path for path in dict.fromkeys(marker.paths) if path in static]
    signatures = _signatures(marker, 1)
    trust = [root_path(1), *signatures, ALLOWED_SIGNERS]
    return [*ordered, *sorted(static - set(ordered)), *trust, *files_of_log(1)]


def compare(paths: Sequence[str], expected: Sequence[str], subject: str) -> None:
    """Refuse a marker whose list of files is not the one that it must have, naming the first that differs."""
    if list(paths) != list(expected):
        pairs = zip([*paths, ""], [*expected, ""], strict=False)
        one, other = next((pair for pair in pairs if pair[0] != pair[1]), (paths[-1], ""))
        raise foreign(f"the files of {subject} only: {other or 'no more'}", one or "no more")


def _of_versions(marker: Marker, state: ArchiveState, *, done: bool) -> list[str]:
    """The files of every version; then, of the releases that are new, the inventory of the object root."""
    logged = state.statements[: marker.before]
    counts = Counter(statement.release for statement in logged if isinstance(statement, VersionStatement))
    last = [statement.name for statement in state.statements[marker.before :]]
    if done and last != [version.name for version in marker.versions]:
        raise foreign(f"the last write, {' '.join(last[:1] + last[-1:])}", marker.subject)
    new = dict.fromkeys(version.folder for version in marker.versions if counts[version.release] == 0)
    old = dict.fromkeys(version.folder for version in marker.versions if counts[version.release])
    replaced = [path for folder in old for path in _pair(folder)]
    own: list[str] = []
    for version in marker.versions:
        counts[version.release] += 1
        folder = object_folder(state.layout, object_id(state.roots[0].root, version.release))
        if (version.version, version.folder) != (counts[version.release], folder):
            expected = f"{version.release}/v{counts[version.release]} in {folder}"
            raise foreign(expected, f"{version.name} in {version.folder}")
        own += _of_version(marker, version)
    compare([promised.path for promised in marker.replaced], replaced, marker.subject)
    return own + [path for folder in new for path in _pair(folder)]


def _pair(folder: str) -> list[str]:
    return [f"{folder}/{INVENTORY}", f"{folder}/{SIDECAR}"]


def _of_version(marker: Marker, version: PlannedVersion) -> list[str]:
    folder, number = version.folder, version.version
    content = f"{content_folder(folder, number)}/"
    named = [path.removeprefix(content) for path in dict.fromkeys(marker.paths) if path.startswith(content)]
    originals = [name for name in named if _ORIGINAL.fullmatch(name)]
    known = {RECORD_PATH, SIGNATURE_PATH, *originals[:1], *(name for name in named if name in KEPT_PATHS)}
    if number == 1 and not originals:
        known.add("original.txt")
    order = [*(name for name in named if name in known), *sorted(known - set(named))]
    declaration = [f"{folder}/{OBJECT_DECLARATION[0]}"] if number == 1 else []
    own = _pair(f"{folder}/v{number}") if keeps_inventory(number) else []
    return [*declaration, *(f"{content}{name}" for name in order), *own]


def _of_root(marker: Marker, number: int, state: ArchiveState, *, done: bool) -> list[str]:
    next_ = len(state.roots) if done else len(state.roots) + 1
    last = state.statements[-1]
    if number != next_ or (done and not isinstance(last, RootStatement)):
        raise foreign(f"the last write, {last.name}" if done else f"trust root {next_}", marker.subject)
    before = state.roots[: number - 1][-1].root
    vouched = {file.path for file in before.files}
    new = [path for path in dict.fromkeys(marker.paths) if _is_certificates(path) and path not in vouched]
    return [*new, root_path(number), *_signatures(marker, number)]


def _is_certificates(path: str) -> bool:
    parsed = parse_path(path)
    return parsed is not None and parsed.kind is Kind.CERTIFICATES


def _signatures(marker: Marker, number: int) -> list[str]:
    """The signatures that a marker names of a root, at least one, sorted as they are written."""
    paths = [path for path in map(parse_path, marker.paths) if path is not None]
    named = sorted({path.path for path in paths if (path.kind, path.number) == (Kind.ROOT_SIGNATURE, number)})
    return named or [root_signature_path(number, "FINGERPRINT")]


def _of_stamp(marker: Marker, state: ArchiveState, *, done: bool) -> list[str]:
    assert marker.stamp is not None  # noqa: S101 - the parser lets no other marker through
    stamped, number = marker.stamp
    logged = [
        statement
        for statement in state.statements
        if isinstance(statement, StampStatement) and statement.size == stamped
    ]
    next_, last = len(logged) if done else len(logged) + 1, state.statements[-1]
    if done and (not logged or last != logged[-1]):
        raise foreign(f"the last write, {last.name}", marker.subject)
    if number != next_ or stamped >= marker.size:
        raise foreign(f"time stamp {stamped}.{next_} of a checkpoint up to {marker.size - 1}", marker.subject)
    return list(stamp_paths(stamped, number))


def _promised(marker: Marker, path: str, data: bytes) -> bool:
    return any(promised.path == path and promised.is_kept_by(data) for promised in marker.files)


def _check_key(signed: SignedMarker, state: ArchiveState, *, done: bool) -> None:
    marker, chain = signed.marker, tuple(file.root for file in state.roots)
    if marker.introduced is not None and not done:
        if marker.root is None:
            raise foreign("a trust root introduced by its own write only", marker.subject)
        before = state.roots[-1]
        chain = (check_introduced(marker, marker.introduced, (before.data, before.root)),)
    check_signer(signed.key, chain, marker.size)


def check_introduced(marker: Marker, introduced: Introduced, previous: tuple[bytes, TrustRoot] | None) -> TrustRoot:
    """Check the trust root that a marker brings along, which must be the one that its write makes; give it.

    Raises:
        IntegrityError: It does not follow the root before, is not signed by enough root keys, or is another one.
    """
    number = 1 if previous is None else previous[1].version + 1
    path = root_path(number)
    root = verify_root(introduced.data, dict(introduced.signatures), previous, where=UNFINISHED)
    made = {
        path: introduced.data,
        **{root_signature_path(number, name): data for name, data in introduced.signatures},
    }
    others = set(_signatures(marker, number)) - made.keys()
    if root.index != marker.size - 1 or others or not all(_promised(marker, *promise) for promise in made.items()):
        raise foreign("the trust root that is written", "another one")
    return root


def check_signer(key: PublicKey, chain: tuple[TrustRoot, ...], size: int) -> None:
    """Refuse a key that may not sign the checkpoint of a size, per the newest root of a chain.

    Raises:
        IntegrityError: The key may not sign it.
    """
    try:
        verifiers = log_verifiers(chain)
    except MunimentError as error:
        raise foreign("a marker signed by a log key", error.what) from error
    if key.raw not in {verifier.public for verifier in verifiers if verifier.counts_at(size)}:
        raise foreign(f"a signature by the log key that signs {say_entries(size)}", key.fingerprint)


def foreign(expected: str, found: str) -> IntegrityError:
    """Say that no writer of this archive left the marker."""
    return IntegrityError(
        "not a marker that this archive's writer left",
        where=UNFINISHED,
        expected=expected,
        found=found,
        hint="move it away, and verify the archive",
    )


def is_unmade(store: Store) -> bool:
    """Whether the making of an archive was interrupted: its marker says so, and nothing lies there but what it made."""
    try:
        signed = read_marker(store)
        if signed is None or not is_of_making(store, signed):
            return False
        check_making(store, signed)
    except MunimentError:
        return False
    return True


def has_checkpoint(store: Store) -> bool:
    """Whether something lies where the head of the log is."""
    return any(f"{LOG}/{node.name}" == CHECKPOINT for node in store.list(LOG))


def is_of_making(store: Store, signed: SignedMarker) -> bool:
    """Whether a marker says that an archive is being made, where none has a checkpoint yet."""
    if signed.marker.size != 1 or signed.marker.release is not None:
        return False
    return not has_checkpoint(store)


def check_making(store: Store, signed: SignedMarker) -> TrustRoot:
    """Refuse a marker that no interrupted ``create_archive`` can have left in this folder; give trust root 1.

    Args:
        store: The folder; no checkpoint is in it.
        signed: A marker for which ``is_of_making`` holds.

    Raises:
        IntegrityError: The marker is not one of making an archive, or something else lies in the folder.
    """
    marker = signed.marker
    if marker.introduced is None or marker.continues != EMPTY_ROOT.hex():
        raise foreign("the marker of a new archive", marker.subject)
    root = check_introduced(marker, marker.introduced, None)
    check_signer(signed.key, (root,), 1)
    if root.archive != marker.archive or marker.replaced:
        raise foreign(f"a marker of {root.archive}", f"one of {marker.archive}")
    compare(marker.paths, files_of_first(root, marker), marker.subject)
    vouched = {file.path: (file.sha256, file.size) for file in root.files}
    signers = format_allowed_signers([root])
    vouched[ALLOWED_SIGNERS] = (sha256_hex(signers), len(signers))
    for promised in marker.files:
        if vouched.get(promised.path, (promised.sha256, promised.size)) != (promised.sha256, promised.size):
            raise foreign("what trust root 1 vouches for", promised.path)
    if NAMASTE[0] not in vouched:
        raise foreign(f"a new archive with {NAMASTE[0]}", "none")
    _refuse_more(store, signed)
    return root


def _refuse_more(store: Store, signed: SignedMarker) -> None:
    promised = {file.path: file for file in signed.marker.files}
    for path, kind in _lying(store):
        if kind != "file" or (path not in promised and path not in {UNFINISHED, LOCK}):
            raise foreign("nothing but the files of a new archive", path)
        try:
            kept = path not in promised or promised[path].is_kept_by(store.read(path))
        except NotFoundError:
            continue  # a writer is taking it back
        if not kept:
            raise foreign(f"the promised bytes of {path}", "other bytes")


def _lying(store: Store) -> Iterator[tuple[str, str]]:
    """Path and kind of everything but folders; what an interrupted write left aside is not looked at."""
    folders = [""]
    while folders:
        folder = folders.pop()
        for node in store.list(folder):
            path = f"{folder}/{node.name}" if folder else node.name
            if node.kind != "directory":
                yield path, node.kind
            elif path != TEMPORARY:
                folders.append(path)
