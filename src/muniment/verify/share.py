"""Sharing work between processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_PARTS = 8
"""Parts of the work that each process gets on average: many, so that none is left with a large one at the end."""


@contextmanager
def share(work: Callable[[_Task], _Result], tasks: Sequence[_Task], jobs: int) -> Iterator[Iterator[_Result]]:
    """Set processes to work on the tasks, at once, and give the results in order as they come.

    Args:
        work: Does one task; it, the tasks and the results are pickled.
        tasks: At least one.
        jobs: How many processes to start, at most.
    """
    with ProcessPoolExecutor(min(jobs, len(tasks))) as pool:
        yield pool.map(work, tasks, chunksize=max(1, len(tasks) // (jobs * _PARTS)))
