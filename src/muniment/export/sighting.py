"""What a snapshot shows of the log: one signed checkpoint, and one entry below it."""

from __future__ import annotations

from muniment.archive.opening import newest_of
from muniment.errors import MunimentError
from muniment.export.evidence import Evidence, check_log, check_trust
from muniment.log.merkle import leaf_hash
from muniment.memory import Sighting
from muniment.snapshot.container import Bag, read_zip
from muniment.snapshot.material import STATEMENT
from muniment.verify.report import Tally
from muniment.verify.sighting import unusable


def sight_evidence(found: Evidence, name: str = "the snapshot checked now") -> Sighting | None:
    """Give what the verified evidence of a snapshot shows; None where its checkpoint or proof does not verify."""
    entry = found.payload(STATEMENT)
    if found.checkpoint is None or found.proof is None or entry is None or not found.roots:
        return None
    return Sighting(
        name,
        found.proof.checkpoint,
        found.checkpoint,
        found.roots[0].digest,
        found.verifiers,
        entry=(found.proof.index, leaf_hash(entry)),
        named=newest_of(found.roots),
        chain=tuple(file.root for file in found.roots),
    )


def sight_snapshot(data: bytes | Bag, name: str) -> Sighting:
    """Take a snapshot as the older side: its trust roots, its proof and its checkpoint must verify.

    Args:
        data: The zip file, or what was read of a folder.
        name: What to call it.

    Raises:
        UnavailableError: They do not, so that there is nothing to compare with.
    """
    try:
        bag = read_zip(data) if isinstance(data, bytes) else data
    except MunimentError as error:
        raise unusable(error, name) from error
    found = Evidence(bag.files)
    tally = Tally()
    check_trust(tally, found, None)
    check_log(tally, found)
    seen = sight_evidence(found, name)
    if seen is None:
        faults = [
            MunimentError(f.what, where=f.subject, expected=f.expected, found=f.found)
            for f in tally.findings
            if not f.ok
        ]
        raise unusable((*faults, MunimentError("the snapshot holds no proof"))[0], name)
    return seen
