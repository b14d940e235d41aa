"""Schedulers and workers of Dask as forks of one process that has loaded the software: a second and a half less each.

A program of its own: ``dask_servers`` starts it, and asks by lines of JSON.  A fork does what ``dask scheduler`` and
``dask worker`` do.  It is not made of the tests' own process, which has threads.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from typing import Any

from distributed.cli.dask_scheduler import main as scheduler
from distributed.cli.dask_worker import main as worker

import muniment.cli.cluster_worker  # noqa: F401 - what a worker loads with its first piece

PROGRAMS = {"scheduler": scheduler, "worker": worker}


def begin(what: str, arguments: list[str], log: str, folder: str, environment: dict[str, str]) -> int:
    """Fork; give the process."""
    process = os.fork()
    if process:
        return process
    try:
        said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for stream in (1, 2):
            os.dup2(said, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        PROGRAMS[what].main(arguments, prog_name=f"dask {what}")
    finally:
        os._exit(1)  # whatever happens, it does not go on as this program


def status(process: int, *, wait: bool) -> int | None:
    """Give the exit code as ``subprocess`` does; None while it runs."""
    ended, code = os.waitpid(process, 0 if wait else os.WNOHANG)
    return os.waitstatus_to_exitcode(code) if ended else None


def main() -> None:
    """Do what is asked, until nobody can ask any more; then end what is left."""
    begun: set[int] = set()
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        answer: int | None
        if "what" in asked:
            answer = begin(**asked)
            begun.add(answer)
        else:
            answer = status(**asked)
            if answer is not None:
                begun.discard(asked["process"])
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()
    for process in begun:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


if __name__ == "__main__":
    main()
