"""A progress bar: on stderr, on a terminal, and only once the work has taken a while."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from muniment.cli.terminal import is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"""Seconds before the bar is shown."""


class ProgressBar:
    """To be used in ``with``; ``update`` is what long work calls."""

    def __init__(self, doing: str = "checking") -> None:
        self._doing = doing
        self._started = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, done: int, total: int) -> None:
        """Show how many of how many are done."""
        if self._bar is None and is_terminal(sys.stderr) and time.monotonic() - self._started > PATIENCE:
            self._bar, self._task = _show(self._doing, total)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done)


def _show(doing: str, total: int) -> tuple[Progress, TaskID]:
    # Loaded here: 60 ms that a short run, or one without a terminal, need not spend.
    from rich.console import Console  # noqa: PLC0415 - as said above
    from rich.progress import Progress  # noqa: PLC0415 - as said above

    bar = Progress(console=Console(stderr=True), transient=True)
    bar.start()
    return bar, bar.add_task(doing, total=total)
