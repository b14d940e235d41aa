"""Kills real writers at random moments, and looks at what they leave.  ``bench/kill.py`` runs it long."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.write.writing import NOW, ORIGIN, founders

from muniment.archive import open_archive
from muniment.archive.paths import UNFINISHED
from muniment.ingest import Source
from muniment.store import LocalStore, Store
from muniment.verify.archive import verify_archive
from muniment.verify.report import Report
from muniment.write.create import create_archive
from muniment.write.recover import recover
from muniment.write.version import Author, Keys, add_publication

WRITING = Path(__file__).with_name("writing.py")
EACH = 25
"""Kills from which on the archive is made anew, so that it stays quick to verify."""


@dataclass(frozen=True, slots=True)
class Kill:
    """What one kill left.

    Attributes:
        added: Versions that the writer had reported.
        unfinished: Whether an addition was under way.
        aside: Whether a file was half written.
        faults: What is not as promised; nothing, one hopes.
    """

    added: int
    unfinished: bool
    aside: bool
    faults: tuple[str, ...]


class Forker:
    """A process that forks writers."""

    def __init__(self, process: subprocess.Popen[str], errors: IO[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process, self.into, self.out, self.errors = process, process.stdin, process.stdout, errors

    def kill_after(self, place: Path | str, name: str, delay: float, first: int = 0) -> list[tuple[str, str]]:
        """Let a writer work, kill it, and give name and digest of what it had added.

        Args:
            place: The archive: a folder, or the address of a bucket.
            name: The writer's name.
            delay: Seconds that it has.
            first: How many versions it reports before these begin.
        """
        print(place, name, file=self.into, flush=True)
        head, child = self.out.readline().split()
        assert head == "began"
        added = [self._added(self.out.readline().split()) for _ in range(first)]
        time.sleep(delay)
        os.kill(int(child), signal.SIGKILL)
        while (words := self.out.readline().split())[0] == "added":
            added.append(self._added(words))
        assert words == ["ended", str(int(signal.SIGKILL))], words
        return added

    def _added(self, words: list[str]) -> tuple[str, str]:
        assert words[0] == "added", words
        return words[1], words[2]


@contextmanager
def forker(errors: Path) -> Iterator[Forker]:
    """Start a process that forks writers; what it prints on stderr goes to a file."""
    command = [sys.executable, str(WRITING), "fork"]
    with (
        errors.open("w+") as file,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file, text=True) as process,
    ):
        yield Forker(process, file)
        assert process.stdin is not None
        process.stdin.close()


def make_archive(folder: Path, entries: int) -> None:
    """Make an archive whose log has so many entries; quickly, for nobody kills this."""
    store, made = LocalStore(folder, sync=False), founders()
    create_archive(store, made, origin=ORIGIN, now=NOW)
    for number in range(entries - 1):
        source = Source(f"Notice {number}\n\nText {number}.\n".encode(), "n.txt", NOW)
        add_publication(store, Keys(made.record, made.log), f"old-{number % 20}", source, {}, Author(NOW))


def kills(folder: Path, runs: int, *, seed: int, longest: float, entries: tuple[int, ...] = (1, 250)) -> Iterator[Kill]:
    """Kill a writer again and again.

    Args:
        folder: Where archives are made; on a real disk.
        runs: How many kills.
        seed: Decides on the delays.
        longest: Longest delay, in seconds.
        entries: Sizes of the logs to begin with, in turn; near 256 tiles become full and others are dropped.
    """
    rng = random.Random(seed)  # noqa: S311 - seeded, not secret
    with forker(folder / "errors") as forks:
        for run in range(runs):
            archive = folder / f"archive-{run // EACH}"
            if run % EACH == 0:
                make_archive(archive, entries[run // EACH % len(entries)])
            added = forks.kill_after(archive, f"r{run}", rng.uniform(0, longest))
            yield _look(archive, run, added)
            if run % EACH == EACH - 1:
                shutil.rmtree(archive)
        forks.errors.seek(0)
        assert forks.errors.read() == "", "a writer printed on stderr"


def _look(archive: Path, run: int, added: list[tuple[str, str]]) -> Kill:
    unfinished = (archive / UNFINISHED).exists()
    aside = (archive / ".tmp").exists()
    store = LocalStore(archive)
    during = verify_archive(store)
    faults = [f"after the kill: {finding}" for finding in during.failures]
    faults += [f"lost after the kill: {name}" for name in lost(store, added)]
    _next_writer(store, run)
    after = verify_archive(store)
    faults += [f"after the next writer: {finding}" for finding in after.findings if finding.check != 11]
    faults += [f"lost after the next writer: {name}" for name in lost(store, added)]
    faults += [f"left: {path}" for path in _remains(archive, after)]
    return Kill(len(added), unfinished, aside, tuple(faults))


def _next_writer(store: LocalStore, run: int) -> None:
    if run % 2:
        with store.lock():
            recover(store)
    else:
        made = founders()
        source = Source(f"After {run}\n\nText.\n".encode(), "n.txt", NOW)
        add_publication(store, Keys(made.record, made.log), "after", source, {}, Author(NOW))


def lost(store: Store, added: Sequence[tuple[str, str]]) -> list[str]:
    """Name and digest of each version that was reported and is not there."""
    versions = open_archive(store).versions
    held = {(e.statement.name, e.statement.record) for entries in versions.values() for e in entries}
    return [f"{name} {digest}" for name, digest in added if (name, digest) not in held]


def _remains(archive: Path, report: Report) -> list[str]:
    """What lies there besides the files that verification has read, and the lock."""
    paths = list(archive.rglob("*"))
    empty = [str(path) for path in paths if path.is_dir() and not any(path.iterdir())]
    files = sum(path.is_file() for path in paths)
    more = [f"{files} files, {report.counts.files} verified"] if files != report.counts.files + 1 else []
    return empty + more + [str(path) for path in paths if path.name in {".tmp", UNFINISHED}]
