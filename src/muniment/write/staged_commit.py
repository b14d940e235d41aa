"""Committing where nobody can keep other writers out: stage, decide by one request, apply; never back.

``archive/staged`` says what lies where.  A write that was decided is applied by its writer, and by every other writer
who finds it, each change on its condition, so that two who do so at once do it once.  Removed is only what nobody
needs: the tiles that are full now, and what was staged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from muniment.archive.opening import open_head, read_root_files, read_roots
from muniment.archive.paths import (
    ALLOWED_SIGNERS,
    CHECKPOINT,
    DECIDED,
    ROOTS,
    STAGING,
    Kind,
    checkpoint_path,
    log_path,
    parse_path,
    staged_path,
)
from muniment.archive.staged import Decision, Staged, format_staged, parse_staged, read_decision, read_note, read_staged
from muniment.archive.stored_version import read_present
from muniment.archive.unfinished import Marker, Promise
from muniment.digest import sha256_hex
from muniment.errors import (
    IncompleteError,
    IntegrityError,
    NotFoundError,
    OvertakenError,
    ProofError,
    UnavailableError,
    WriteConflictError,
)
from muniment.log.checkpoint import TreeHead
from muniment.log.merkle import EMPTY_ROOT
from muniment.log.tree import Log
from muniment.store import MemoryStore, Store
from muniment.trust.allowed_signers import format_allowed_signers
from muniment.write.commit import Plan, is_grown, superseded_tiles

_THREADS = 16
"""Requests that are under way at once: each waits for an answer, and nearly all of the time is waiting."""


def execute_staged(store: Store, plan: Plan) -> None:
    """Write a plan; any number of writers may do so at once.

    Raises:
        OvertakenError: Another writer was first; nothing of this plan is there.
        IntegrityError: Other files lie in the way; nothing was decided.
        StoreError: The store refused, and nothing was decided.
        IncompleteError: It refused after the plan was decided, or when it may have been.
    """
    signed = plan.commit.data
    wanted = read_note(signed, DECIDED)
    files = dict((*plan.create, *plan.log))
    files |= {swap.path: swap.data for swap in plan.swap}
    _refuse_strays(store, plan)
    staged = staged_path(wanted.size, wanted.root.hex())
    data = format_staged(plan.signed, files)
    store.create(staged, data)
    _decide(store, plan, staged)
    try:
        before = {swap.path: swap.expected for swap in plan.swap}
        _complete(store, Decision(signed, plan.commit.expected), parse_staged(data, where=staged), before)
    except UnavailableError as error:
        raise IncompleteError(
            f"decided, but not yet complete: {error.what}",
            where=error.where,
            hint=f"{error.hint or 'mend that'}; the next writer completes it",
        ) from error


def _decide(store: Store, plan: Plan, staged: str) -> None:
    """Make the one request that decides; where it is known to have failed, what was staged goes."""
    try:
        store.replace(DECIDED, plan.commit.data, plan.commit.expected)
    except WriteConflictError as error:
        if _was_ours(store, plan):
            return
        with suppress(UnavailableError):
            store.remove(staged)
        raise OvertakenError("another writer was first", where=DECIDED, hint="try again") from error
    except UnavailableError as error:
        raise IncompleteError(
            f"nobody knows whether this was decided: {error.what}",
            where=error.where or DECIDED,
            hint=f"{error.hint or 'mend that'}; the next writer completes it, or finds that nothing was added",
        ) from error


def _was_ours(store: Store, plan: Plan) -> bool:
    """Whether the answer to our request was lost, and others have completed it and gone on before it was looked at.

    Raises:
        IncompleteError: It cannot be read, so nobody knows; what was staged stays.
    """
    try:
        return store.read(checkpoint_path(plan.marker.size)) == plan.commit.data
    except NotFoundError:
        return False
    except UnavailableError as error:
        raise IncompleteError(f"nobody knows whether this was decided: {error.what}", where=DECIDED) from error


def _refuse_strays(store: Store, plan: Plan) -> None:
    """Refuse, before anything is decided, what lies where a version will: what is decided must be applied."""
    folders = {f"{target.folder}/v{target.version}" for target in plan.marker.versions}
    for found in (entry for folder in sorted(folders) for entry in store.walk(folder)):
        raise found.fault or IntegrityError(
            "does not belong in the archive", where=found.path, hint="move it away", check=1
        )


def settle(store: Store) -> Marker | None:
    """Apply what was decided and is not applied; give its marker, None where there was none.

    Raises:
        IntegrityError: What was staged is missing or damaged, or does not continue the log.  Nothing is changed then.
        WriteConflictError: Something else lies where it has to go.
        StoreError: The store refused; it can be tried again.
    """
    decision = _ready(store)
    staged = read_staged(store, decision) if decision.is_open else None
    if staged is None:
        return None
    _check_growth(store, decision, staged)
    _complete(store, decision, staged)
    return staged.signed.marker


def _ready(store: Store) -> Decision:
    """Read what was decided; an archive that came here by other hands gets what its writers will decide on."""
    decision = read_decision(store)
    if decision.decided is None and decision.current is not None:
        store.probe()
        # Never the new checkpoint: who was paused, and still means to decide upon an older one, must fail.
        with suppress(WriteConflictError):
            store.create(DECIDED, decision.current)
        decision = read_decision(store)
    return decision


def _check_growth(store: Store, decision: Decision, staged: Staged) -> None:
    """Hold what was staged against the log, before anything of it is written."""
    files, size = staged.files, decision.wanted.size
    for name in files:
        parsed = parse_path(name)
        if parsed is None or name in {CHECKPOINT, DECIDED} or parsed.kind in {Kind.STAGED, Kind.PROBE}:
            raise IntegrityError("no file that a writer may stage", where=name, hint="verify the archive")

    def read(name: str) -> bytes:
        path = log_path(name)
        return files[path] if path in files else store.read(path)

    roots = {f"{ROOTS}/{name}": data for name, data in read_root_files(store).items()}
    roots |= {name: data for name, data in files.items() if name.startswith(f"{ROOTS}/")}
    assert decision.decided is not None  # noqa: S101 - it is open
    wanted = open_head(MemoryStore(roots), decision.decided)[1]
    before = TreeHead(wanted.origin, 0, EMPTY_ROOT)
    if decision.current is not None:
        before = open_head(store, decision.current)[1]
    if before.origin != wanted.origin or not is_grown(Log(read, size), wanted, before):
        raise ProofError(
            "what was staged does not continue the log", where=staged_path(size, wanted.root.hex()), hint="verify it"
        )


def _complete(
    store: Store, decision: Decision, staged: Staged, before: Mapping[str, bytes | None] | None = None
) -> None:
    """Apply what was decided; what others have changed further meanwhile is in nobody's way.

    Args:
        store: The archive.
        decision: What was decided.
        staged: What was staged for it.
        before: What its own writer read of the files that it replaces; nobody else knows.
    """
    try:
        _apply(store, decision, staged, before or {})
    except (WriteConflictError, NotFoundError):
        if _head_size(store) < decision.wanted.size:
            raise
    # Committed.  What is left is tidying, which somebody else can do.
    with suppress(UnavailableError):
        _tidy(store, decision, staged.signed.marker)


def _apply(store: Store, decision: Decision, staged: Staged, before: Mapping[str, bytes | None]) -> None:
    """Write what was decided, in an order in which readers never see a part; every step may have been done before."""
    marker, signed = staged.signed.marker, decision.decided
    assert signed is not None  # noqa: S101 - it is open
    published = checkpoint_path(marker.size)
    created = [(file.path, staged.files[file.path]) for file in marker.files if file.path != published]
    _at_once(lambda file: store.create(*file), created)
    _at_once(lambda file: _swap(store, file, staged.files[file.path], before.get(file.path)), marker.replaced)
    store.create(published, signed)
    store.replace(CHECKPOINT, signed, decision.current)
    if marker.root is not None:
        _derive_signers(store, marker)


def _swap(store: Store, promised: Promise, data: bytes, before: bytes | None) -> None:
    """Replace a file, unless that was done; ``before`` is what its writer read of it."""
    if before is not None:
        with suppress(WriteConflictError):
            store.replace(promised.path, data, before)
            return
    current = read_present(store, promised.path)
    if promised.is_kept_by(current):
        return
    if sha256_hex(current) != promised.before:
        raise WriteConflictError(
            "not what the writer of a decided addition replaces",
            where=promised.path,
            hint="recover the archive from a copy",
        )
    store.replace(promised.path, data, current)


def _head_size(store: Store) -> int:
    try:
        return read_note(store.read(CHECKPOINT), CHECKPOINT).size
    except NotFoundError:
        return 0


def _derive_signers(store: Store, marker: Marker) -> None:
    signers = format_allowed_signers([file.root for file in read_roots(store, marker.size)])
    with suppress(WriteConflictError):
        store.replace(ALLOWED_SIGNERS, signers, read_present(store, ALLOWED_SIGNERS))


def _tidy(store: Store, decision: Decision, marker: Marker) -> None:
    """Remove the tiles that are full now, those that this made again beside a full one, and what was staged."""
    now = _head_size(store)
    full = superseded_tiles(marker.before, marker.size)
    folders = {path.rpartition("/")[0] for path in full}
    there = {f"{folder}/{node.name}" for folder in sorted(folders) for node in store.list(folder)}
    late = {path for path in marker.paths if path in superseded_tiles(marker.size, now)}
    wanted = decision.wanted
    store.remove_many([*sorted(there.intersection(full) | late), staged_path(wanted.size, wanted.root.hex())])


def follow_head(store: Store) -> None:
    """Let writers decide upon the head that an archive got from a copy; they did upon an older one."""
    decision = read_decision(store)
    if decision.decided is None or decision.current is None or decision.decided == decision.current:
        return
    if decision.wanted.size <= read_note(decision.current, CHECKPOINT).size:
        store.replace(DECIDED, decision.current, decision.decided)


def sweep(store: Store) -> tuple[str, ...]:
    """Remove what writers staged who lost, or ended before they could tell; give what it was.

    What is for a size that the log has already can never be decided.
    """
    size = _head_size(store)
    found = [parse_path(f"{STAGING}/{node.name}") for node in store.list(STAGING)]
    left = [p.path for p in found if p and (p.kind is Kind.PROBE or (p.kind is Kind.STAGED and p.size <= size))]
    store.remove_many(left)
    return tuple(left)


_T = TypeVar("_T")


def _at_once(act: Callable[[_T], None], files: Sequence[_T]) -> None:
    """Do something with each of these, many at a time; the first error is raised, once all have ended."""
    with ThreadPoolExecutor(_THREADS) as pool:
        for done in [pool.submit(act, file) for file in files]:
            done.result()
