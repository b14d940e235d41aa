"""How one sighting of a log relates to another: the same, grown, shorter, or a second history."""

from __future__ import annotations

from collections.abc import Sequence

from muniment.log.checkpoint import contradict
from muniment.memory import Sighting
from muniment.trust.root import TrustRoot

SAME, GROWN, SHORTER, FORKED, UNPROVEN = "same", "grown", "shorter", "forked", "unproven"
"""How a sighting relates to an older one; ``UNPROVEN`` where neither side brings the leaf hashes that would tell."""


def relation(old: Sighting, new: Sighting) -> str:
    """Say how a sighting relates to an older one: one of the five words above."""
    size = min(old.checkpoint.size, new.checkpoint.size)
    before, after = old.at(size), new.at(size)
    if _roots_differ(old, new):
        return FORKED
    if before is None or after is None:
        return UNPROVEN
    if before != after:
        return FORKED
    if old.checkpoint.size == new.checkpoint.size:
        return SAME
    return GROWN if old.checkpoint.size == size else SHORTER


def _roots_differ(one: Sighting, other: Sighting) -> bool:
    """Whether two sources name newest trust roots that cannot both be true of one log."""
    size = min(one.checkpoint.size, other.checkpoint.size)
    before, after = one.newest_at(size), other.newest_at(size)
    differ = before is not None and after is not None and before != after
    return differ or contradict(one.checkpoint, other.checkpoint)


def first_difference(one: Sighting, other: Sighting) -> str:
    """Name the first entry in which two histories differ, as far as both sides show their entries; else nothing."""
    size = min(one.checkpoint.size, other.checkpoint.size)
    if (root := one.at(size)) is None or other.at(size) in {None, root}:
        return "the newest trust root is another" if _roots_differ(one, other) else ""
    if one.leaves and other.leaves:
        # Their roots at a common size differ, so some leaf below that size does.
        index = next(n for n, (a, b) in enumerate(zip(one.leaves, other.leaves, strict=False)) if a != b)
        return f"entry {index} is the first that differs"
    for side, whole in ((one, other), (other, one)):
        if side.entry is not None and side.entry[0] < len(whole.leaves):
            index, leaf = side.entry
            return f"entry {index} differs" if whole.leaves[index] != leaf else ""
    return ""


def longer_chain(own: Sequence[TrustRoot], other: Sequence[TrustRoot]) -> Sequence[TrustRoot]:
    """Choose of two chains of trust roots, both verified, the one that knows more: what is newest decides on keys.

    Args:
        own: That of what is checked.
        other: That of another source, or none.  It counts only where it continues ``own``.
    """
    return other if len(other) > len(own) and list(other[: len(own)]) == list(own) else own
