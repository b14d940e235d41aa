"""A verification in pieces: each stands alone, so that it can be done anywhere the archive can be read.

There are three kinds.  The bundles of the log come in ranges of 4,096 entries, each of which is a subtree.  Published
checkpoints come in ranges that bring the roots of the subtrees before them.  Releases come in buckets by the hash of
their names; each brings its entries, lists its own folder, and looks at no other.  One function does any of them, and
``verify/archive`` does not know by whom it was called: by itself, in other processes, or on other machines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import chain, islice
from typing import Any, Protocol, TypeAlias

from muniment.log.tile import Tile, bundles
from muniment.store import Store
from muniment.verify.checkpoints import CheckpointRange, RangeResult, check_range
from muniment.verify.fetched import FetchedBundle, fetch_bundle
from muniment.verify.listing import ReleaseResult, check_release
from muniment.verify.release import ObjectTask
from muniment.verify.tasks import ReleaseTasks

BUNDLES = 16
"""Bundles of a piece: 4,096 entries, so that each piece but the last is a perfect subtree, and sixteen of them one of
65,536; these in one message would be 42 MB."""

RANGES = 32
"""Ranges of checkpoints in a piece, 2,048 checkpoints: half a second of work, beside which sending it is little."""

BUCKET = 256
"""Versions that a bucket of releases has on average, for the same reason."""

Task: TypeAlias = Tile | CheckpointRange | ObjectTask
Result: TypeAlias = FetchedBundle | RangeResult | ReleaseResult


@dataclass(frozen=True, slots=True)
class WorkPiece:
    """Some work of one kind.

    Attributes:
        tasks: What is to be done, each by itself.
        listed: Whether the folder of each release is listed.
    """

    tasks: tuple[Task, ...]
    listed: bool = False


class Cluster(Protocol):
    """Machines that read the archive by themselves.

    Attributes:
        threads: How many files each reads at once, and this machine too: 1 where to read is not to wait.
    """

    @property
    def threads(self) -> int:
        """See above."""
        ...

    def work(self, pieces: Iterable[WorkPiece]) -> AbstractContextManager[Iterator[tuple[Result, ...]]]:
        """Begin to do the pieces, and give what came of each, in order; it is asked for one after the other.

        Raises:
            UnavailableError: They cannot do it, or not as this machine would.
        """
        ...


def check_task(store: Store, listed: bool, task: Task) -> Result:  # noqa: FBT001 - given by name where it is bound
    """Do one task, in whatever process."""
    if isinstance(task, Tile):
        return fetch_bundle(store, task)
    if isinstance(task, CheckpointRange):
        return check_range(store, task)
    return check_release(store, task, listed=listed)


def check_piece(store: Store, piece: WorkPiece, each: Callable[..., Iterator[Any]] = map) -> tuple[Result, ...]:
    """Do a piece.

    Args:
        store: The archive.
        piece: What to do.
        each: Gives what a function makes of each task, in order, as ``map`` does: in threads, where to read is to wait.
    """
    return tuple(each(partial(check_task, store, piece.listed), piece.tasks))


def fetch_among(cluster: Cluster, size: int) -> Iterator[FetchedBundle]:
    """Let a cluster fetch the bundles of a log of some size, which may be a lie: few are asked for in advance."""
    with cluster.work(WorkPiece(tasks) for tasks in _in_parts(bundles(size), BUNDLES)) as done:
        for result in chain.from_iterable(done):
            assert isinstance(result, FetchedBundle)  # noqa: S101 - each result is of the kind of its task
            yield result


def by_bucket(tasks: ReleaseTasks) -> ReleaseTasks:
    """Put releases into the order of their buckets: by the hash of their names, not by their place in the log."""
    return tasks.by_name(lambda release: sha256(release.encode()).digest())


def cut(ranges: Iterable[CheckpointRange], tasks: Iterable[ObjectTask], *, listed: bool) -> Iterator[WorkPiece]:
    """Cut all but the bundles into pieces, checkpoints first; each when it is asked for, as its entries are in it.

    Args:
        ranges: The ranges of checkpoints.
        tasks: The releases, in the order of their buckets.
        listed: Whether the folder of each release is listed.
    """
    yield from (WorkPiece(part) for part in _in_parts(ranges, RANGES))
    bucket, versions = list[ObjectTask](), 0
    for task in tasks:
        bucket.append(task)
        versions += len(task.entries)
        if versions >= BUCKET:
            yield WorkPiece(tuple(bucket), listed)
            bucket, versions = [], 0
    if bucket:
        yield WorkPiece(tuple(bucket), listed)


def _in_parts(tasks: Iterable[Task], number: int) -> Iterator[tuple[Task, ...]]:
    left = iter(tasks)
    while part := tuple(islice(left, number)):
        yield part
