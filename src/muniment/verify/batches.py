"""Check 10 on batches: of which sizes no checkpoint was published, so that none is wanting there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from muniment.archive.batches import (
    ALL_PUBLISHED,
    MAX_BATCH,
    MOST,
    UNKNOWN,
    Batch,
    Unpublished,
    batch_sizes,
    open_batch,
    without_overlap,
)
from muniment.archive.paths import BATCHES, CHECKPOINTS, batch_path
from muniment.archive.published import published_sizes
from muniment.errors import FormatError, MunimentError, ProofError
from muniment.log.leaves import Leaves
from muniment.log.note import Verifier
from muniment.log.statement import StampStatement, Statement
from muniment.verify.checkpoints import LogReader, roots_at
from muniment.verify.report import Tally

_STOLEN = "the log key has signed this batch, and no writer here makes one: was it stolen?"


def check_batches(reader: LogReader, leaves: Leaves, verifiers: Sequence[Verifier], origin: str) -> Unpublished:
    """Check what is said of every batch, and give the sizes without a checkpoint.

    A file that is wrong has its finding; the checkpoints that are not there because of it have none.

    Args:
        reader: What reads the files of the log.
        leaves: The leaf hashes of the log, which give the signed root.
        verifiers: The log keys.
        origin: Name of the log.
    """
    batches, wrong = [], []
    try:
        sizes = [made for made in batch_sizes(reader.store) if made <= leaves.size]  # a writer may have added one since
    except MunimentError as error:
        reader.fail(error, BATCHES)
        return UNKNOWN
    roots = roots_at(leaves, sizes)
    for size, data in zip(sizes, reader.read_each(map(batch_path, sizes), max_size=MAX_BATCH), strict=True):
        path = batch_path(size)
        try:
            batch = None if data is None else open_batch(data, verifiers, origin, size)
            if batch is not None and batch.root != roots[size].hex():
                what = "of other entries than the log has"
                raise ProofError(what, where=path, expected=roots[size].hex(), found=batch.root)
        except MunimentError as error:
            reader.tally.error(10, error, path)
            batch = None
        else:
            reader.tally.ok(10)
        if batch is None:
            wrong.append(size)
        else:
            batches.append(batch)
    try:
        known = without_overlap(batches)
    except MunimentError as error:
        reader.tally.error(10, error)
        return ALL_PUBLISHED
    return _supposed(reader, known, wrong, origin) if wrong else known


def check_batched(tally: Tally, unpublished: Unpublished, others: Sequence[tuple[int, Statement]]) -> None:
    """Check that a batch is of versions alone, and that no time stamp is of a checkpoint that was never published.

    What else is logged, such as a trust root, has its own checkpoint.

    Args:
        tally: Where to count.
        unpublished: What is known of the batches.
        others: Index and statement of every entry that states no version.
    """
    for index, statement in others:
        batch = unpublished.batch_with(index)
        if batch is not None:
            what = f"log entry {index} of the batch is not a version but {statement.name}"
            tally.error(10, FormatError(what, where=batch_path(batch.size), hint=_STOLEN))
        within = unpublished.batch_at(statement.size) if isinstance(statement, StampStatement) else None
        if within is not None:
            what = f"{statement.name} is of a checkpoint that this batch says was never published"
            tally.error(10, FormatError(what, where=batch_path(within.size), hint=_STOLEN))


def _supposed(reader: LogReader, known: Unpublished, wrong: Sequence[int], origin: str) -> Unpublished:
    """Take it that a batch which cannot be read began after the published checkpoint before it."""
    try:
        there = sorted({*published_sizes(reader.store), 0})
    except MunimentError as error:
        reader.fail(error, CHECKPOINTS)
        return UNKNOWN
    supposed = []
    for size in wrong:
        before = max(size_ for size_ in there if size_ < size)
        supposed.append(Batch(origin, max(before, size - MOST), "", size))
    return Unpublished(tuple(sorted((*known.batches, *supposed), key=lambda batch: batch.size)))


def published_at(reader: LogReader, size: int, verifiers: Sequence[Verifier], origin: str, sizes: Sequence[int]) -> int:
    """Say under which size a log was published that had a size: that size, or that of its batch.

    Args:
        reader: What reads the files of the log.
        size: The size.
        verifiers: The log keys.
        origin: Name of the log.
        sizes: What ``batch_sizes`` gives.

    Raises:
        MunimentError: The file of the batch does not verify.
    """
    place = bisect_left(sizes, size + 1)
    if place == len(sizes) or sizes[place] - size >= MOST:
        return size
    last = sizes[place]
    data = reader.read(batch_path(last), max_size=MAX_BATCH)
    return last if data is not None and open_batch(data, verifiers, origin, last).after < size else size
