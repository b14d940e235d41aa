"""A Dask cluster on this machine: a scheduler and workers, each a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep

import pytest

_ADDRESS = re.compile(r"Scheduler at:\s+(tcp://127\.0\.0\.1:\d+)")


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
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, what: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Path:
        """Start one of them; give the file of what it says."""
        said = self.folder / f"{what}-{len(self.processes)}.log"
        command = [sys.executable, "-m", "distributed.cli.dask_" + what, *arguments, "--no-dashboard"]
        with said.open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, env=environment)
        self.processes.append(process)
        return said

    def start_worker(self, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a worker, and wait until the scheduler knows it."""
        said = self.start("worker", self.address, "--no-nanny", "--nthreads", "1", environment=environment)
        _wait(said, self.processes[-1], re.compile(r"Registered to:"))
        return self.processes[-1]


def _wait(said: Path, process: subprocess.Popen[bytes], pattern: re.Pattern[str]) -> re.Match[str]:
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
