"""Check 10 on checkpoints: the head of the log, and the published checkpoint of every size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from muniment.archive.opening import claimed_size
from muniment.archive.paths import CHECKPOINT, checkpoint_path
from muniment.archive.published import published_sizes
from muniment.errors import IntegrityError, MunimentError, NotFoundError
from muniment.log.checkpoint import Checkpoint, TreeHead, check_grown, open_published
from muniment.log.merkle import node_hash
from muniment.log.newest import NewestRoots
from muniment.log.note import Verifier
from muniment.store import MAX_FILE, Store
from muniment.verify.report import Tally


@dataclass(slots=True)
class LogReader:
    """Reads the files of the log once, keeping count.

    Attributes:
        store: The archive.
        tally: Where to count.
        files: Path of every file that was asked for.
        unread: Those that are there and could not be read.
    """

    store: Store
    tally: Tally
    files: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def read(self, path: str, *, may_be_gone: bool = False, max_size: int = MAX_FILE) -> bytes | None:
        """Read a file; None where that fails, which is then a finding, unless it only is gone and may be."""
        self.files.append(path)
        try:
            return self.tally.read(self.store.read(path, max_size=max_size))
        except MunimentError as error:
            if not (may_be_gone and isinstance(error, NotFoundError)):
                self.fail(error, path)
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


def check_checkpoints(
    reader: LogReader,
    roots: Iterable[tuple[int, bytes]],
    head: LogHead,
    verifiers: Sequence[Verifier],
    origin: str,
    newest: NewestRoots,
) -> None:
    """Every size has its published checkpoint: signed, with the root hash and the newest trust root of its entries.

    ``roots`` gives size and root hash of the log where it was published; of the sizes within a batch there is none.
    """
    for size, root in roots:
        data = check_checkpoint(reader, TreeHead(origin, size, root), verifiers, newest)
        if head.checkpoint is not None and size == head.checkpoint.size and data is not None:
            check_copy(reader, size, data, head)


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
    try:
        checkpoint = open_published(data, verifiers, expected.origin, path)
        check_grown(checkpoint, (size, expected.root, newest.at(size)), path)
    except MunimentError as error:
        reader.tally.error(10, error, path)
        reader.tally.explain(path, lambda undone: _opens(undone, verifiers, expected.origin), data)
    else:
        reader.tally.ok(10)
    return data


def prefix_roots(leaves: Sequence[bytes]) -> Iterator[bytes]:
    """Give the root after each entry, in O(log n) each: roots of the perfect subtrees so far, folded from the right."""
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves, 1):
        peaks.append(leaf)
        merged = size
        while merged % 2 == 0:
            right = peaks.pop()
            peaks[-1] = node_hash(peaks[-1], right)
            merged //= 2
        root = peaks[-1]
        for peak in reversed(peaks[:-1]):
            root = node_hash(peak, root)
        yield root
