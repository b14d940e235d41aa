"""Sharing work between processes, or between threads where it is waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from signal import SIG_IGN, SIGINT, SIGTERM, raise_signal, signal
from threading import Thread
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
        jobs: How many processes to start, at most.  Where the work is given up, they end the part that they are at.
    """
    with ProcessPoolExecutor(min(jobs, len(tasks)), initializer=_leave_interrupts) as pool, _given_up(pool):
        yield pool.map(work, tasks, chunksize=max(1, len(tasks) // (jobs * _PARTS)))


@contextmanager
def begun_anew(jobs: int) -> Iterator[Executor]:
    """Start processes that have nothing of the memory of this one: no key that it holds.

    What is submitted is pickled.  Where the work is given up, they end the part that they are at; where this process is
    killed, they end too.
    """
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_begin_anew) as pool, _given_up(pool):
        yield pool


@contextmanager
def share_among_threads(
    work: Callable[[_Task], _Result], tasks: Sequence[_Task], jobs: int
) -> Iterator[Iterator[_Result]]:
    """As ``share``, with threads of this process: for work that is waiting for answers; nothing is pickled."""
    with ThreadPoolExecutor(jobs) as pool, _given_up(pool):
        yield pool.map(work, tasks)


@contextmanager
def _given_up(pool: Executor) -> Iterator[None]:
    """Begin nothing more where the work is given up."""
    try:
        yield
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise


def _begin_anew() -> None:
    """Leave interrupts, and wait aside for the end of the process that asks, who may be killed: nobody else ends us."""
    _leave_interrupts()
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        raise_signal(SIGTERM)


def _leave_interrupts() -> None:
    """A terminal sends Ctrl-C to every process: this one ends what it is at, and the first one says what happened."""
    signal(SIGINT, SIG_IGN)
