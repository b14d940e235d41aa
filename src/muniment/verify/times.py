"""What is proven about the times of an archive that was opened, by its time stamps and cosignatures alone.

``verify`` checks everything; whoever only asks when a version was there at the latest needs less.  The entries must
give the signed root, each stamped checkpoint must be one of this log, and each stamp and cosignature must hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from muniment.archive import Archive
from muniment.errors import ProofError
from muniment.log.checkpoint import open_published
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.statement import StampStatement
from muniment.verify.checkpoints import CHECKPOINTS, Head, Reader, prefix_roots
from muniment.verify.cosignatures import check_cosignatures
from muniment.verify.log import LogResult
from muniment.verify.proven import Proven
from muniment.verify.report import Finding, Tally
from muniment.verify.time import TIME, check_time
from muniment.verify.trust import check_vouched


def prove_times(archive: Archive) -> tuple[tuple[Proven, ...], tuple[Finding, ...]]:
    """Check time stamps and cosignatures.

    Args:
        archive: The archive; its trust roots and its checkpoint were verified when it was opened.

    Returns:
        What is proven, the smallest size first, and nothing that a larger size proves as early; and what does not
        hold or could not be checked, and so proves nothing.

    Raises:
        MunimentError: The log cannot be read.
    """
    tally = Tally()
    leaves = tuple(leaf_hash(entry) for entry in archive.log.entries())
    if tree_root(leaves) != archive.checkpoint.root:
        tally.fail(10, "log", "the entries do not give the signed root", hint="run archive verify")
        return (), tuple(tally.findings)
    stamps = check_time(tally, archive.store, archive.chain, archive.statements).proven
    genuine = _genuine(tally, archive, leaves)
    reader = Reader(archive.store, tally)
    log = LogResult(reader, archive.log_verifiers, archive.origin, Head(None, archive.checkpoint), (), leaves)
    _, cosigned = check_cosignatures(tally, log, archive.chain, archive.newest_roots)
    _check_certificates(tally, archive)
    doubts = [finding for finding in tally.findings if not finding.ok or finding.check == TIME]
    proven = (*(stamp for stamp in stamps if stamp.size in genuine), *cosigned)
    return frontier(proven), tuple(sorted(doubts, key=lambda finding: (finding.subject, finding.what)))


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


def _genuine(tally: Tally, archive: Archive, leaves: Sequence[bytes]) -> set[int]:
    """The stamped sizes whose published checkpoint is signed and is one of this log (check 10)."""
    sizes = {statement.size for statement in archive.statements if isinstance(statement, StampStatement)}
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
