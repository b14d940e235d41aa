"""A Dask cluster on this machine: a scheduler and workers, each a process of its own."""

from __future__ import annotations

import atexit
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from time import sleep
from typing import TypeAlias

import pytest

SETTINGS = {
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
    "DASK_DISTRIBUTED__WORKER__MEMORY__MONITOR_INTERVAL": "1s",
    "DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "0",
}
"""What docs/scale.md advises: machines that do not look many times a second at what they are doing, and keep nothing of
it."""

_ADDRESS = re.compile(r"Scheduler at:\s+(tcp://127\.0\.0\.1:\d+)")


class Forks:
    """The program ``dask_forks``, and what it began."""

    def __init__(self) -> None:
        command, pipe = [sys.executable, str(Path(__file__).with_name("dask_forks.py"))], subprocess.PIPE
        environment = {**os.environ, **SETTINGS}
        self._program = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment)
        atexit.register(self._close)

    def ask(self, **what: object) -> int | None:
        """Ask one thing; give the answer."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(f"{json.dumps(what)}\n")
        self._program.stdin.flush()
        answer: int | None = json.loads(self._program.stdout.readline())
        return answer

    def _close(self) -> None:
        self._program.communicate()


@lru_cache(maxsize=1)
def forks() -> Forks:
    """Give the one program of this process, once somebody needs it."""
    return Forks()


@dataclass(slots=True)
class Fork:
    """A process that ``dask_forks`` began, with what is asked of one of ``subprocess``."""

    pid: int
    code: int | None = None

    def kill(self) -> None:
        """End it, if it runs."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def poll(self) -> int | None:
        """Give its exit code; None while it runs."""
        return self._ended(wait=False)

    def wait(self) -> int:
        """Wait for its exit code."""
        code = self._ended(wait=True)
        assert code is not None
        return code

    def _ended(self, *, wait: bool) -> int | None:
        if self.code is None:
            self.code = forks().ask(process=self.pid, wait=wait)
        return self.code


Process: TypeAlias = Fork | subprocess.Popen[bytes]


@dataclass(slots=True)
class Machines:
    """A cluster that runs.

    Attributes:
        folder: Where it writes what it says.
        address: That of its scheduler.
        processes: The scheduler, then the workers.
    """

    folder: Path
    address: str = ""
    processes: list[Process] = field(default_factory=list)

    def start(
        self, what: str, *arguments: str, environment: Mapping[str, str] | None = None, source: Path | None = None
    ) -> Path:
        """Start one of them; give the file of what it says."""
        said = self.folder / f"{what}-{len(self.processes)}.log"
        said.touch()
        own = dict(os.environ if environment is None else environment)
        words = (*arguments, "--no-dashboard")
        if source is None:
            begun = forks().ask(what=what, arguments=words, log=str(said), folder=str(self.folder), environment=own)
            assert begun is not None
            self.processes.append(Fork(begun))
            return said
        command = [sys.executable, "-m", "distributed.cli.dask_" + what, *words]
        own |= {**SETTINGS, "PYTHONPATH": str(source)}
        with said.open("wb") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, env=own))
        return said

    def start_worker(self, environment: Mapping[str, str] | None = None, source: Path | None = None) -> Process:
        """Start a worker, and wait until the scheduler knows it.

        Args:
            environment: Its variables; None for those of this process.
            source: A folder with other code of ours, which it has instead.
        """
        arguments = (self.address, "--no-nanny", "--nthreads", "1")
        said = self.start("worker", *arguments, environment=environment, source=source)
        _wait(said, self.processes[-1], re.compile(r"Registered to:"))
        return self.processes[-1]


def _wait(said: Path, process: Process, pattern: re.Pattern[str]) -> re.Match[str]:
    while (match := pattern.search(said.read_text("utf-8", "replace"))) is None:
        assert process.poll() is None, said.read_text("utf-8", "replace")
        sleep(0.05)
    return match


@contextmanager
def dask(folder: Path, workers: int, environment: Mapping[str, str] | None = None) -> Iterator[Machines]:
    """Run a cluster, or skip, saying that it is absent."""
    pytest.importorskip("distributed", reason="distributed is not installed")
    machines = Machines(folder)
    try:
        said = machines.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-show", environment=environment)
        machines.address = _wait(said, machines.processes[0], _ADDRESS)[1]
        for _ in range(workers):
            machines.start_worker(environment)
        yield machines
    finally:
        for process in machines.processes:
            process.kill()
        for process in machines.processes:
            process.wait()
