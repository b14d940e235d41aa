"""Check 10 on checkpoints: the head of the log, and the published checkpoint of every size."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import tee
from typing import Any, TypeAlias

from muniment.archive.opening import claimed_size
from muniment.archive.paths import CHECKPOINT, checkpoint_path
from muniment.archive.published import published_sizes
from muniment.errors import IntegrityError, MunimentError, NotFoundError
from muniment.log.checkpoint import Checkpoint, TreeHead, check_grown, is_expected, open_published
from muniment.log.leaves import Leaves
from muniment.log.merkle import node_hash, tree_root
from muniment.log.newest import NewestRoots
from muniment.log.note import Verifier
from muniment.store import MAX_FILE, Store
from muniment.verify.report import Finding, Tally

Ahead: TypeAlias = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]


def _attempt(store: Store, max_size: int, path: str) -> bytes | MunimentError:
    try:
        return store.read(path, max_size=max_size)
    except MunimentError as error:
        return error


@dataclass(slots=True)
class LogReader:
    """Reads the files of the log once, keeping count.

    Attributes:
        store: The archive.
        tally: Where to count.
        files: Path of every file that was asked for.
        unread: Those that are there and could not be read.
        ahead: Gives what a function makes of each of many, in order, as ``map`` does: in threads, where to read is to
            wait.
    """

    store: Store
    tally: Tally
    files: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    ahead: Ahead = map

    def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes | None:
        """Read a file; None where that fails, which is then a finding."""
        return self._take(path, _attempt(self.store, max_size, path))

    def read_each(
        self, paths: Iterable[str], *, may_be_gone: Container[str] = (), max_size: int = MAX_FILE
    ) -> Iterator[bytes | None]:
        """Read files as ``read`` does, in order; that one is gone which may be is no finding."""
        wanted, asked = tee(paths)
        for path, got in zip(wanted, self.ahead(partial(_attempt, self.store, max_size), asked), strict=True):
            yield self._take(path, got, may_be_gone=path in may_be_gone)

    def take(self, path: str, data: bytes | None, fault: Finding | None) -> bytes | None:
        """Take over what somebody else has read; where that failed, the fault becomes a finding here."""
        self.files.append(path)
        if data is not None:
            return self.tally.read(data)
        if fault is not None:
            self.tally.findings.append(fault)
            self.unread += [path] * (not fault.readable)
        return None

    def _take(self, path: str, got: bytes | MunimentError, *, may_be_gone: bool = False) -> bytes | None:
        self.files.append(path)
        if isinstance(got, bytes):
            return self.tally.read(got)
        if not (may_be_gone and isinstance(got, NotFoundError)):
            self.fail(got, path)
        return None

    def fail(self, error: MunimentError, path: str) -> None:
        """Turn an error about a file into a finding, and keep in mind whether the file could not be read."""
        self.tally.error(10, error, path)
        if not self.tally.findings[-1].readable:
            self.unread.append(path)


@dataclass(frozen=True, slots=True)
class LogHead:
    """The head of the log.

    Attributes:
        data: The bytes of ``log/checkpoint``, where they verify.
        checkpoint: What they say; else what the newest published checkpoint says that does verify; None without one.
    """

    data: bytes | None
    checkpoint: Checkpoint | None


def claimed(store: Store, data: bytes | None) -> int | None:
    """Give the size that the head of the log claims; where it is unreadable, the largest published one, if any.

    Args:
        store: The archive.
        data: The bytes of ``log/checkpoint``, or None.
    """
    if data is not None:
        with suppress(MunimentError):
            return claimed_size(data)
    return max(_published(store), default=None)


def _published(store: Store) -> list[int]:
    try:
        return published_sizes(store)
    except MunimentError:
        return []


def open_head(reader: LogReader, data: bytes | None, verifiers: Sequence[Verifier], origin: str) -> LogHead:
    """The signed head; where it is damaged, the newest published checkpoint that verifies, to go on with.

    Args:
        reader: What reads the log.
        data: The bytes of ``log/checkpoint``, or None where they could not be read.
        verifiers: The log keys.
        origin: Name of the log.
    """
    if data is not None:
        try:
            checkpoint = open_published(data, verifiers, origin, CHECKPOINT)
        except MunimentError as error:
            reader.tally.error(10, error, CHECKPOINT)
            reader.tally.explain(CHECKPOINT, lambda undone: _opens(undone, verifiers, origin), data)
        else:
            reader.tally.ok(10)
            return LogHead(data, checkpoint)
    for size in sorted(_published(reader.store), reverse=True):
        path = checkpoint_path(size)
        try:
            return LogHead(None, open_published(reader.store.read(path), verifiers, origin, path))
        except (IntegrityError, NotFoundError):
            continue  # it has its own finding once the size of the log is known
        except MunimentError as error:
            reader.fail(error, path)
            break  # an older one would say that what came after it does not belong here
    return LogHead(None, None)


def _opens(data: bytes, verifiers: Sequence[Verifier], origin: str) -> bool:
    try:
        open_published(data, verifiers, origin, CHECKPOINT)
    except MunimentError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class CheckpointRange:
    """The published checkpoints of some sizes that follow one another: a piece of work that stands alone.

    Attributes:
        origin: Name of the log.
        start: The size before the first of them, a multiple of ``RANGE``.
        peaks: Roots of the perfect subtrees of the entries before, the largest first.
        leaves: The leaf hashes of the entries that come with them, one after another.
        verifiers: The log keys.
        newest: Which trust root was the newest at each size.
        head: The head of the log; None where the checkpoint of its size is not among these.
        unpublished: Those of the sizes that no checkpoint was published of.
    """

    origin: str
    start: int
    peaks: tuple[bytes, ...]
    leaves: bytes
    verifiers: tuple[Verifier, ...]
    newest: NewestRoots
    head: LogHead | None
    unpublished: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class RangeResult:
    """What checking a range of checkpoints gave: its tally, and the files that could not be read."""

    tally: Tally
    unread: tuple[str, ...]


RANGE = 64
"""Checkpoints that are checked in one piece, the work of a few versions: a power of two, so that each is a subtree."""


def checkpoint_ranges(
    leaves: Leaves,
    head: LogHead,
    verifiers: Sequence[Verifier],
    origin: str,
    newest: NewestRoots,
    unpublished: Container[int] = (),
) -> Iterator[CheckpointRange]:
    """Divide the checkpoints of a log into ranges; each entry is hashed into the peaks once.

    Args:
        leaves: The leaf hashes of the log, which give the signed root.
        head: The head of the log.
        verifiers: The log keys.
        origin: Name of the log.
        newest: Which trust root was the newest at each size.
        unpublished: The sizes that no checkpoint was published of.
    """
    peaks: list[bytes] = []
    for start in range(0, leaves.size, RANGE):
        part = leaves[start : start + RANGE]
        last = head if start + RANGE >= leaves.size else None
        without = frozenset(size for size in range(start + 1, start + len(part) + 1) if size in unpublished)
        yield CheckpointRange(origin, start, tuple(peaks), b"".join(part), tuple(verifiers), newest, last, without)
        _push(peaks, tree_root(part), start // RANGE + 1)


def count_ranges(size: int) -> int:
    """Count the ranges that the checkpoints of a log of some size are divided into."""
    return -(-size // RANGE)


def check_range(store: Store, task: CheckpointRange) -> RangeResult:
    """Each size has its published checkpoint: signed, with the root hash and the newest trust root of its entries.

    Of the sizes within a batch there is none.
    """
    reader = LogReader(store, Tally())
    leaves = Leaves(task.leaves)
    for size, root in enumerate(prefix_roots(leaves, task.peaks, task.start), task.start + 1):
        if size in task.unpublished:
            continue
        data = check_checkpoint(reader, TreeHead(task.origin, size, root), task.verifiers, task.newest)
        if task.head is not None and size == task.start + leaves.size and data is not None:
            check_copy(reader, size, data, task.head)
    return RangeResult(reader.tally, tuple(reader.unread))


def check_copy(reader: LogReader, size: int, data: bytes, head: LogHead) -> None:
    """The head of the log is a copy of the published checkpoint of its size, whose bytes are ``data``."""
    if head.data not in {None, data}:
        what = f"not the bytes of {checkpoint_path(size)}, which it must be a copy of"
        reader.tally.fail(10, CHECKPOINT, what, hint="restore it from a copy")


def check_checkpoint(
    reader: LogReader, expected: TreeHead, verifiers: Sequence[Verifier], newest: NewestRoots
) -> bytes | None:
    """Check the published checkpoint of one size, and give its bytes; None where they could not be read.

    Args:
        reader: What reads it.
        expected: Name, size and root of the log then.
        verifiers: The log keys.
        newest: Which trust root was the newest at each size.
    """
    size, path = expected.size, checkpoint_path(expected.size)
    data = reader.read(path)
    if data is None:
        return None
    if _is_expected(data, expected, verifiers, newest):
        reader.tally.ok(10)
        return data
    try:
        checkpoint = open_published(data, verifiers, expected.origin, path)
        check_grown(checkpoint, (size, expected.root, newest.at(size)), path)
    except MunimentError as error:
        reader.tally.error(10, error, path)
        reader.tally.explain(path, lambda undone: _opens(undone, verifiers, expected.origin), data)
    else:
        reader.tally.ok(10)
    return data


def _is_expected(data: bytes, expected: TreeHead, verifiers: Sequence[Verifier], newest: NewestRoots) -> bool:
    root = newest.at(expected.size)
    if root is None:
        return False
    checkpoint = Checkpoint(expected.origin, expected.size, expected.root, root)
    return any(is_expected(data, checkpoint, verifier) for verifier in verifiers)


def prefix_roots(leaves: Sequence[bytes], peaks: Sequence[bytes] = (), start: int = 0) -> Iterator[bytes]:
    """Give the root after each entry: the roots of the perfect subtrees so far, folded from the right.

    An entry costs one hash on average to keep these up to date, and the fold one less than there are of them.

    Args:
        leaves: The leaf hashes.
        peaks: The roots of the perfect subtrees of what comes before, the largest first.
        start: How many entries come before.
    """
    standing = list(peaks)
    for size, leaf in enumerate(leaves, start + 1):
        _push(standing, leaf, size)
        root = standing[-1]
        for peak in reversed(standing[:-1]):
            root = node_hash(peak, root)
        yield root


def roots_at(leaves: Sequence[bytes], sizes: Collection[int]) -> dict[int, bytes]:
    """Give the root after so many entries, of the sizes that are asked for; 0 and sizes above have none here.

    Args:
        leaves: The leaf hashes.
        sizes: The sizes.
    """
    wanted = frozenset(sizes)
    return {size: root for size, root in enumerate(prefix_roots(leaves), 1) if size in wanted} if wanted else {}


def _push(peaks: list[bytes], root: bytes, number: int) -> None:
    """Put the root of the subtree that is the ``number``-th of its size beside those before it."""
    peaks.append(root)
    while number % 2 == 0:
        right = peaks.pop()
        peaks[-1] = node_hash(peaks[-1], right)
        number //= 2
