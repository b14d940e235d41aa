"""Check 12: time stamps, each offline, at its own time, against the certificates that the trust root pins.

``verify`` checks everything.  A verb that only asks when a version was there at the latest needs less: the entries
must give the signed root, each stamped checkpoint must be one of this log, and each stamp and cosignature must hold.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from cryptography.x509 import Certificate

from muniment.archive import Archive
from muniment.archive.existence import Proven, TimeResult
from muniment.archive.paths import TIMESTAMPS, checkpoint_path, stamp_paths
from muniment.archive.stamps import find_authority, read_certificates
from muniment.digest import format_digest, sha256_hex
from muniment.errors import IntegrityError, MunimentError
from muniment.log.checkpoint import check_grown, open_published
from muniment.log.leaves import Leaves
from muniment.log.merkle import leaf_hash
from muniment.log.statement import LogEntry, StampStatement, Statement
from muniment.store import Store
from muniment.timestamp.claimed_time import said_time
from muniment.timestamp.response import check_response
from muniment.trust.root import TrustRoot
from muniment.verify.checkpoints import LogHead, LogReader, roots_at
from muniment.verify.cosignatures import check_cosignatures
from muniment.verify.log import LogResult
from muniment.verify.report import Finding, Tally
from muniment.verify.stamps import TIME, StampChecks
from muniment.verify.trust import check_vouched


@dataclass(slots=True)
class _State:
    """What is known while the stamps are checked in order.

    Attributes:
        tally: Where findings go.
        store: The archive.
        root: The newest trust root.
        stamps: What the stamps have given so far.
        files: Every file that was asked for.
        numbers: Number of the last stamp, by size.
        pinned: Certificates by name of the authority; None where they are damaged, which has its finding.
        gaps: Whether an entry that could not be read came before.
    """

    tally: Tally
    store: Store
    root: TrustRoot
    stamps: StampChecks
    files: list[str] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    pinned: dict[str, tuple[Certificate, ...] | None] = field(default_factory=dict)
    gaps: bool = False


def check_stamps(
    tally: Tally,
    store: Store,
    chain: Sequence[TrustRoot],
    numbered: Iterable[tuple[int, Statement | None]],
    *,
    only: Container[int] | None = None,
) -> TimeResult:
    """Check the time stamps that the log names.

    Args:
        tally: Where to count.
        store: The archive.
        chain: The trust roots, oldest first; the newest says which authorities count.
        numbered: Index and statement of the entries, in order; None for one that cannot be read.  Versions may be left
            out.
        only: Indexes of the entries whose stamps are to be checked.  Default: all.
    """
    state = _State(tally, store, chain[-1], StampChecks(tally))
    for index, statement in numbered:
        state.gaps = state.gaps or statement is None
        if not isinstance(statement, StampStatement):
            continue
        if only is None or index in only:
            _check_stamp(state, index, statement)
        else:
            state.numbers[statement.size] = statement.number
    state.stamps.tell_unchecked(TIMESTAMPS)
    return TimeResult(tuple(state.files), tuple(state.stamps.proven), tuple(state.stamps.skipped))


def _check_stamp(state: _State, index: int, statement: StampStatement) -> None:
    request_path, response_path = stamp_paths(statement.size, statement.number)
    request = _read(state, request_path, statement.request)
    response = _read(state, response_path, statement.response)
    if not _keeps_rules(state, LogEntry(index, statement)):
        return
    certificates = _certificates(state, statement.authority)
    data = _checkpoint(state, statement.size)
    if request is None or response is None or data is None or certificates is None:
        return  # each has its finding
    stamped = partial(check_response, response, request, data, certificates, where=response_path)
    state.stamps.judge(statement.size, lambda: (statement.authority, stamped()))


def _read(state: _State, path: str, logged: str) -> bytes | None:
    """Read a file and hold it against its digest in the log (check 9)."""
    state.files.append(path)
    try:
        data = state.tally.read(state.store.read(path))
    except MunimentError as error:
        state.tally.error(9, error, path)
        return None
    actual = format_digest(sha256_hex(data))
    if actual != logged:
        what = "not the file that the log names"
        state.tally.explain(path, logged, data)
        state.tally.fail(9, path, what, expected=logged, found=actual, hint="restore the file from a copy")
        return None
    state.tally.ok(9)
    return data


def _keeps_rules(state: _State, entry: LogEntry[StampStatement]) -> bool:
    """Whether the entry is one that a writer makes: of an earlier checkpoint, numbered, by a pinned authority."""
    index, statement = entry.index, entry.statement
    number = state.numbers.get(statement.size, 0) + 1
    if state.gaps:
        # The stamps before it may be among the entries that cannot be read.
        number = max(number, statement.number)
    state.numbers[statement.size] = statement.number
    known = ", ".join(authority.name for authority in state.root.authorities) or "none"
    faults = (
        (
            statement.size > index,
            "a stamp of a checkpoint that came later",
            f"at most {index}",
            statement.size,
        ),
        (statement.number != number, "not the next stamp of this checkpoint", number, statement.number),
        (
            find_authority(state.root, statement.authority) is None,
            "a stamp by an authority that the trust root does not name",
            known,
            statement.authority,
        ),
    )
    for broken, what, expected, actual in faults:
        if broken:
            state.tally.fail(TIME, entry.name, what, expected=str(expected), found=str(actual))
    return not any(broken for broken, *_ in faults)


def _certificates(state: _State, name: str) -> tuple[Certificate, ...] | None:
    if name not in state.pinned:
        authority = find_authority(state.root, name)
        assert authority is not None  # noqa: S101 - the rules were checked before
        try:
            state.pinned[name] = read_certificates(state.store, state.root, authority)
        except MunimentError as error:
            state.pinned[name] = None
            if isinstance(error, IntegrityError) and type(error) is not IntegrityError:
                state.tally.error(TIME, error)  # vouched for, and no certificates; else check 2 has its finding
    return state.pinned[name]


def _checkpoint(state: _State, size: int) -> bytes | None:
    try:
        return state.store.read(checkpoint_path(size))
    except MunimentError:
        return None  # check 10 has its finding


@dataclass(frozen=True, slots=True)
class ProvenTimes:
    """What is proven of times.

    Attributes:
        proven: The smallest size first, and nothing that a larger size proves as early.
        doubts: What does not hold or could not be checked, and so proves nothing.
        unchecked: Sizes whose time stamps could not be checked here, for want of the software.
    """

    proven: tuple[Proven, ...] = ()
    doubts: tuple[Finding, ...] = ()
    unchecked: tuple[int, ...] = ()


def prove_times(archive: Archive) -> ProvenTimes:
    """Check time stamps and cosignatures.

    Args:
        archive: The archive; its trust roots and its checkpoint were verified when it was opened.

    Raises:
        MunimentError: The log cannot be read.
    """
    tally = Tally()
    leaves = _leaves(tally, archive)
    if leaves is None:
        return ProvenTimes(doubts=_doubts(tally))
    checked = check_stamps(tally, archive.store, archive.chain, _numbered(archive))
    sizes = {entry.statement.size for entry in archive.stamps}
    genuine = _genuine(tally, archive, leaves, sizes)
    cosigned = _cosigned(tally, archive, leaves)
    _check_certificates(tally, archive)
    proven = (*(stamp for stamp in checked.proven if stamp.size in genuine), *cosigned)
    return ProvenTimes(frontier(proven), _doubts(tally), checked.unchecked)


def prove_earliest(archive: Archive, index: int) -> ProvenTimes:
    """Prove the earliest time at which one entry was there, and check no more time stamps than that takes.

    The stamps that cover the entry are checked in the order of the times that they say, until one holds: whatever comes
    after it says a later time.  What does not hold before it is named.

    Args:
        archive: The archive; its trust roots and its checkpoint were verified when it was opened.
        index: Index of the entry, from 0.

    Raises:
        MunimentError: The log cannot be read.
    """
    tally = Tally()
    leaves = _leaves(tally, archive)
    if leaves is None:
        return ProvenTimes(doubts=_doubts(tally))
    proven = [instant for instant in _cosigned(tally, archive, leaves) if instant.size > index]
    unchecked: tuple[int, ...] = ()
    for place, size in _by_claimed_time(archive, index):
        checked = check_stamps(tally, archive.store, archive.chain, _numbered(archive), only={place})
        unchecked = checked.unchecked
        genuine = _genuine(tally, archive, leaves, {size})
        good = [stamp for stamp in checked.proven if stamp.size in genuine]
        proven += good
        if good or unchecked:
            break
    _check_certificates(tally, archive)
    earliest = min(proven, key=lambda instant: (instant.time, instant.size, instant.who), default=None)
    return ProvenTimes(() if earliest is None else (earliest,), _doubts(tally), unchecked)


def _numbered(archive: Archive) -> list[tuple[int, StampStatement]]:
    return [(entry.index, entry.statement) for entry in archive.stamps]


def _leaves(tally: Tally, archive: Archive) -> Leaves | None:
    leaves = Leaves(b"".join(map(leaf_hash, archive.log.entries())))
    if leaves.root_at(leaves.size) == archive.checkpoint.root:
        return leaves
    tally.fail(10, "log", "the entries do not give the signed root", hint="verify the archive")
    return None


def _cosigned(tally: Tally, archive: Archive, leaves: Leaves) -> list[Proven]:
    reader = LogReader(archive.store, tally)
    log = LogResult(reader, archive.log_verifiers, archive.origin, LogHead(None, archive.checkpoint), (), leaves)
    return check_cosignatures(tally, log, archive.chain, archive.newest_roots)[1]


def _doubts(tally: Tally) -> tuple[Finding, ...]:
    doubts = {finding for finding in tally.findings if not finding.ok or finding.check == TIME}
    return tuple(sorted(doubts, key=lambda finding: (finding.subject, finding.what)))


def _by_claimed_time(archive: Archive, index: int) -> list[tuple[int, int]]:
    """The stamps that cover an entry, as index and size, by the time that they claim; those without a time first."""
    timed = []
    for place, statement in _numbered(archive):
        if statement.size > index:
            path = stamp_paths(statement.size, statement.number)[1]
            try:
                time = said_time(archive.store.read(path), path)
            except MunimentError:
                time = ""  # so that it is checked, and its fault is reported
            timed.append((time, place, statement.size))
    return [(place, size) for _, place, size in sorted(timed)]


def frontier(proven: Iterable[Proven]) -> tuple[Proven, ...]:
    """Keep the instants that no other makes needless: sizes and times both grow, so the first to cover is the earliest.

    Args:
        proven: In any order; each has a time.
    """
    kept: list[Proven] = []
    for instant in sorted(proven, key=lambda instant: (-instant.size, instant.time, instant.who)):
        if not kept or instant.time < kept[-1].time:
            kept.append(instant)
    return tuple(reversed(kept))


def _genuine(tally: Tally, archive: Archive, leaves: Sequence[bytes], sizes: Collection[int]) -> set[int]:
    """Those of some sizes whose published checkpoint is signed and is one of this log (check 10)."""
    genuine = set()
    for size, root in roots_at(leaves, sizes).items():
        path = checkpoint_path(size)
        with tally.check(10, path):
            checkpoint = open_published(archive.store.read(path), archive.log_verifiers, archive.origin, path)
            expected = (size, root, archive.newest_roots.at(size))
            check_grown(checkpoint, expected, path, hint="verify the archive")
            genuine.add(size)
    return genuine


def _check_certificates(tally: Tally, archive: Archive) -> None:
    """Say of pinned certificates that are damaged or gone that they are (check 2); other files are for ``verify``."""
    vouched = Tally()
    check_vouched(vouched, archive.store, archive.chain)
    pinned = {authority.certificates for authority in archive.chain[-1].authorities}
    tally.findings += [finding for finding in vouched.findings if finding.subject in pinned]
