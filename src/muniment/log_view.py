"""A view of a log: what one source shows of it, and how one view relates to an older one.

A log only grows.  So two views of it are the same, or one has grown from the other, or there are two histories.
An entry keeps its place for ever: so one entry alone, as a snapshot or a proof shows it, can tell two histories apart.
"""

from __future__ import annotations

import base64
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from muniment.log.checkpoint import Checkpoint, contradict
from muniment.log.encoding import say_entries
from muniment.log.merkle import tree_root
from muniment.log.newest import NONE_NAMED, NamedRoot, NewestRoots
from muniment.log.note import Verifier
from muniment.log.statement import VersionStatement
from muniment.trust.root import TrustRoot

SAME, GROWN, SHORTER, FORKED, UNPROVEN = "same", "grown", "shorter", "forked", "unproven"
"""How a view relates to an older one; ``UNPROVEN`` where neither side brings the leaf hashes that would tell."""


def _no_note(size: int) -> bytes | None:  # noqa: ARG001 - the signature of ``LogView.published``
    return None


def _no_index(statement: VersionStatement) -> int | None:  # noqa: ARG001 - the signature of ``LogView.find``
    return None


def _no_record(index: int) -> tuple[bytes | None, bytes | None]:  # noqa: ARG001 - the signature of ``LogView.record``
    return None, None


class HashTree(Protocol):
    """The hashes of a whole log under its checkpoint: ``LeafTree``, or ``ProvenTree`` of the tiles."""

    @property
    def size(self) -> int:
        """The number of entries."""
        ...

    def root_at(self, size: int) -> bytes:
        """The root of the first ``size`` entries: 32 bytes."""
        ...

    def leaf(self, index: int) -> bytes:
        """The leaf hash of one entry: 32 bytes."""
        ...


@dataclass(frozen=True, slots=True)
class LeafTree:
    """The tree of leaf hashes that are all at hand, and were checked."""

    leaves: Sequence[bytes]

    @property
    def size(self) -> int:
        """The number of entries."""
        return len(self.leaves)

    def root_at(self, size: int) -> bytes:
        """The root of the first ``size`` entries: 32 bytes."""
        return tree_root(self.leaves[:size])

    def leaf(self, index: int) -> bytes:
        """The leaf hash of one entry: 32 bytes."""
        return self.leaves[index]


@dataclass(frozen=True, slots=True)
class LogView:
    """What one source shows of a log: an archive, a copy of it, a snapshot, a lone checkpoint, or a memory.

    Attributes:
        name: What to call the source.
        note: The checkpoint as signed.
        checkpoint: What it says.
        root: Digest of the source's trust root 1, under which its signature was verified; None where it brings none.
        verifiers: The log keys that the source knows.
        tree: The hashes of every entry up to the checkpoint, held to it, where the source has them; else None.
        entry: Index and leaf hash of the one entry that a snapshot proves, or None.
        published: Gives the signed checkpoint of an earlier size, verified, or None.
        named: Which trust root was the newest at each size, where the source knows it.
        chain: The trust roots themselves, oldest first, verified; none where the source has none.
        statement: What that one entry says.
        find: Gives the index of a version of that release and number, where the source shows every entry.
        record: Gives record and signature of the version at an index as they lie there, None for what is not there.
    """

    name: str
    note: bytes
    checkpoint: Checkpoint
    root: str | None = None
    verifiers: tuple[Verifier, ...] = ()
    tree: HashTree | None = None
    entry: tuple[int, bytes] | None = None
    published: Callable[[int], bytes | None] = _no_note
    named: NewestRoots = NONE_NAMED
    chain: tuple[TrustRoot, ...] = ()
    statement: VersionStatement | None = None
    find: Callable[[VersionStatement], int | None] = _no_index
    record: Callable[[int], tuple[bytes | None, bytes | None]] = _no_record

    def newest_at(self, size: int) -> NamedRoot | None:
        """The newest trust root of the first ``size`` entries, where this source can tell."""
        if size == self.checkpoint.size:
            return self.checkpoint.newest
        return self.named.at(size) if size < self.checkpoint.size else None

    def at(self, size: int) -> bytes | None:
        """The root of the first ``size`` entries, where this source can tell: 32 bytes."""
        if size == self.checkpoint.size:
            return self.checkpoint.root
        return self.tree.root_at(size) if self.tree is not None and size < self.tree.size else None

    def leaf(self, index: int) -> bytes | None:
        """The leaf hash of one entry, where this source shows it."""
        if self.entry is not None and self.entry[0] == index:
            return self.entry[1]
        return self.tree.leaf(index) if self.tree is not None and index < self.tree.size else None

    def index_of(self, statement: VersionStatement) -> int | None:
        """The index of a version in the log, where this source shows it."""
        if self.entry is not None and self.statement is not None and self.statement.name == statement.name:
            return self.entry[0]
        return self.find(statement)


def described(size: int, root: bytes, newest: NamedRoot | None = None) -> str:
    """Describe a checkpoint: size, root hash in base64 as in its third line, and the newest trust root unless None."""
    text = f"{say_entries(size)}, root {base64.b64encode(root).decode()}"
    return text if newest is None else f"{text}, {newest}"


def relation(old: LogView, new: LogView) -> str:
    """Say how a view relates to an older one: one of the five words above."""
    size = min(old.checkpoint.size, new.checkpoint.size)
    before, after = old.at(size), new.at(size)
    if _roots_differ(old, new) or _other_entry(old, new) is not None:
        return FORKED
    if before is None or after is None:
        return UNPROVEN
    if before != after:
        return FORKED
    if old.checkpoint.size == new.checkpoint.size:
        return SAME
    return GROWN if old.checkpoint.size == size else SHORTER


def _roots_differ(one: LogView, other: LogView) -> bool:
    """Whether two sources name newest trust roots that cannot both be true of one log."""
    size = min(one.checkpoint.size, other.checkpoint.size)
    before, after = one.newest_at(size), other.newest_at(size)
    differ = before is not None and after is not None and before != after
    return differ or contradict(one.checkpoint, other.checkpoint)


def shared_entry(one: LogView, other: LogView) -> int | None:
    """The index of an entry that one side shows alone and the other side shows too; None where no entry is."""
    for side, whole in ((one, other), (other, one)):
        if side.entry is not None and whole.leaf(side.entry[0]) is not None:
            return side.entry[0]
    return None


def _other_entry(one: LogView, other: LogView) -> int | None:
    """The index at which both sides show an entry, and not the same one."""
    index = shared_entry(one, other)
    return None if index is None or one.leaf(index) == other.leaf(index) else index


def moved_version(old: LogView, new: LogView) -> tuple[str, int, int] | None:
    """Find a version that has two indexes, one on each side: no log has a version twice.

    Returns:
        The version, its index on the older side and on the newer side; None where no version has two.
    """
    for side, other in ((new, old), (old, new)):
        if side.statement is None or side.entry is None:
            continue
        index = other.index_of(side.statement)
        if index is not None and index != side.entry[0]:
            indexes = (index, side.entry[0]) if side is new else (side.entry[0], index)
            return (side.statement.name, *indexes)
    return None


def first_difference(one: LogView, other: LogView) -> str:
    """Name the first entry in which two histories differ, as far as both sides show their entries; else nothing."""
    size = min(one.checkpoint.size, other.checkpoint.size)
    index = _other_entry(one, other)
    if (root := one.at(size)) is None or other.at(size) in {None, root}:
        if index is not None:
            return f"entry {index} differs"
        return "the newest trust root is another" if _roots_differ(one, other) else ""
    if one.tree is not None and other.tree is not None:
        # Once the roots of a size differ, those of every larger size do.
        index = bisect_left(range(size), True, key=lambda last: one.at(last + 1) != other.at(last + 1))  # noqa: FBT003 - bisect's
        return f"entry {index} is the first that differs"
    return "" if index is None else f"entry {index} differs"


def longer_chain(own: Sequence[TrustRoot], other: Sequence[TrustRoot]) -> Sequence[TrustRoot]:
    """Choose of two chains of trust roots, both verified, the one that knows more: what is newest decides on keys.

    Args:
        own: That of what is checked.
        other: That of another source, or none.  It counts only where it continues ``own``.
    """
    return other if len(other) > len(own) and list(other[: len(own)]) == list(own) else own
