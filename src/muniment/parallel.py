"""Sharing work between processes, or between threads where it is waiting.

Work that is shared among other machines is the same work: ``cli/cluster``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from queue import Empty, SimpleQueue
from signal import SIG_DFL, SIG_IGN, SIGINT, SIGTERM, raise_signal, signal
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
        jobs: How many processes to start, at most.  Where the work is given up, they end the part that they are at;
            where this process is killed, they end too.
    """
    with ProcessPoolExecutor(min(jobs, len(tasks)), initializer=_begin) as pool, _given_up(pool):
        yield pool.map(work, tasks, chunksize=max(1, len(tasks) // (jobs * _PARTS)))


@contextmanager
def begun_anew(jobs: int) -> Iterator[Executor]:
    """Start processes that have nothing of the memory of this one: no key that it holds.

    What is submitted is pickled.  Where the work is given up, they end the part that they are at; where this process is
    killed, they end too.
    """
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_begin) as pool, _given_up(pool):
        yield pool


@contextmanager
def share_among_threads(
    work: Callable[[_Task], _Result], tasks: Sequence[_Task], jobs: int
) -> Iterator[Iterator[_Result]]:
    """As ``share``, with threads of this process: for work that is waiting for answers; nothing is pickled."""
    with ThreadPoolExecutor(jobs) as pool, _given_up(pool):
        yield pool.map(work, tasks)


def ahead(work: Callable[[_Task], _Result], tasks: Iterable[_Task], threads: int) -> Iterator[_Result]:
    """Give what the work makes of each task, in order, while threads are at work on some that come after it.

    Never more than so many threads are ahead of what was asked for, so the tasks may be without end.
    """
    with ThreadPoolExecutor(threads) as pool, _given_up(pool):
        waiting: deque[Future[_Result]] = deque()
        for task in tasks:
            waiting.append(pool.submit(work, task))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def within(seconds: float, ask: Callable[[], _Result]) -> _Result:
    """Ask for something, or raise TimeoutError: for what would wait for ever on a server that says nothing.

    It is asked in a thread that ends with the process, since nothing ends what some libraries wait for: so Ctrl-C does.
    """
    done: SimpleQueue[tuple[list[_Result], BaseException | None]] = SimpleQueue()

    def asked() -> None:
        try:
            done.put(([ask()], None))
        except BaseException as error:  # noqa: BLE001 - raised again, where it was asked for
            done.put(([], error))

    Thread(target=asked, daemon=True).start()
    try:
        answer, error = done.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return answer[0]


@contextmanager
def _given_up(pool: Executor) -> Iterator[None]:
    """Begin nothing more where the work is given up."""
    try:
        yield
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise


def _begin() -> None:
    """Leave interrupts, and wait aside for the end of the process that asks, who may be killed: nobody else ends us.

    A terminal sends Ctrl-C to every process: this one ends what it is at, and the first one says what happened.
    """
    signal(SIGINT, SIG_IGN)
    signal(SIGTERM, SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        raise_signal(SIGTERM)
