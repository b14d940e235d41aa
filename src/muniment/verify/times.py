"""What is proven about the times of an archive that was opened, by its time stamps and cosignatures alone.

``verify`` checks everything; whoever only asks when a version was there at the latest needs less.  The entries must
give the signed root, each stamped checkpoint must be one of this log, and each stamp and cosignature must hold.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from muniment.archive import Archive
from muniment.archive.stamps import stamp_paths
from muniment.errors import MunimentError, ProofError
from muniment.log.checkpoint import open_published
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.statement import StampStatement
from muniment.timestamp.claimed_time import said_time
from muniment.verify.checkpoints import CHECKPOINTS, Head, Reader, prefix_roots
from muniment.verify.cosignatures import check_cosignatures
from muniment.verify.log import LogResult
from muniment.verify.proven import Proven
from muniment.verify.report import Finding, Tally
from muniment.verify.time import TIME, check_time
from muniment.verify.trust import check_vouched


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
    checked = check_time(tally, archive.store, archive.chain, archive.statements)
    sizes = {statement.size for statement in archive.statements if isinstance(statement, StampStatement)}
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
        index: Of the entry, from 0.

    Raises:
        MunimentError: The log cannot be read.
    """
    tally = Tally()
    leaves = _leaves(tally, archive)
    if leaves is None:
        return ProvenTimes(doubts=_doubts(tally))
    proven = [each for each in _cosigned(tally, archive, leaves) if each.size > index]
    unchecked: tuple[int, ...] = ()
    for place, size in _by_said_time(archive, index):
        checked = check_time(tally, archive.store, archive.chain, archive.statements, only={place})
        unchecked = checked.unchecked
        genuine = _genuine(tally, archive, leaves, {size})
        good = [stamp for stamp in checked.proven if stamp.size in genuine]
        proven += good
        if good or unchecked:
            break
    _check_certificates(tally, archive)
    earliest = min(proven, key=lambda each: (each.time, each.size, each.who), default=None)
    return ProvenTimes(() if earliest is None else (earliest,), _doubts(tally), unchecked)


def _leaves(tally: Tally, archive: Archive) -> tuple[bytes, ...] | None:
    leaves = tuple(leaf_hash(entry) for entry in archive.log.entries())
    if tree_root(leaves) == archive.checkpoint.root:
        return leaves
    tally.fail(10, "log", "the entries do not give the signed root", hint="run archive verify")
    return None


def _cosigned(tally: Tally, archive: Archive, leaves: tuple[bytes, ...]) -> list[Proven]:
    reader = Reader(archive.store, tally)
    log = LogResult(reader, archive.log_verifiers, archive.origin, Head(None, archive.checkpoint), (), leaves)
    return check_cosignatures(tally, log, archive.chain, archive.newest_roots)[1]


def _doubts(tally: Tally) -> tuple[Finding, ...]:
    doubts = {finding for finding in tally.findings if not finding.ok or finding.check == TIME}
    return tuple(sorted(doubts, key=lambda finding: (finding.subject, finding.what)))


def _by_said_time(archive: Archive, index: int) -> list[tuple[int, int]]:
    """The stamps that cover an entry, as index and size, in the order of what they say; what says nothing first."""
    said = []
    for place, statement in enumerate(archive.statements):
        if isinstance(statement, StampStatement) and statement.size > index:
            path = stamp_paths(statement.size, statement.number)[1]
            try:
                time = said_time(archive.store.read(path), path)
            except MunimentError:
                time = ""  # so that it is checked, and what is wrong with it is said
            said.append((time, place, statement.size))
    return [(place, size) for _, place, size in sorted(said)]


def frontier(proven: Iterable[Proven]) -> tuple[Proven, ...]:
    """Keep what no other makes needless: sizes and times both grow, so the first that covers an entry is the earliest.

    Args:
        proven: In any order; each has a time.
    """
    kept: list[Proven] = []
    for each in sorted(proven, key=lambda each: (-each.size, each.time, each.who)):
        if not kept or each.time < kept[-1].time:
            kept.append(each)
    return tuple(reversed(kept))


def _genuine(tally: Tally, archive: Archive, leaves: Sequence[bytes], sizes: Container[int]) -> set[int]:
    """Those of some sizes whose published checkpoint is signed and is one of this log (check 10)."""
    roots = {size: root for size, root in enumerate(prefix_roots(leaves), 1) if size in sizes}
    genuine = set()
    for size, root in roots.items():
        path = f"{CHECKPOINTS}/{size}"
        with tally.check(10, path):
            found = open_published(archive.store.read(path), archive.log_verifiers, archive.origin, path)
            if (found.size, found.root, found.newest) != (size, root, archive.newest_roots.at(size)):
                raise ProofError("the log did not grow from this checkpoint", where=path, hint="run archive verify")
            genuine.add(size)
    return genuine


def _check_certificates(tally: Tally, archive: Archive) -> None:
    """Say of pinned certificates that are damaged or gone that they are (check 2); other files are for ``verify``."""
    vouched = Tally()
    check_vouched(vouched, archive.store, archive.chain)
    pinned = {authority.certificates for authority in archive.chain[-1].authorities}
    tally.findings += [finding for finding in vouched.findings if finding.subject in pinned]
