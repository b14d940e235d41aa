"""Small repositories made by plain git, and an archive in memory to import them into."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.write.writing import NOW, ORIGIN, founders

from muniment.archive import open_archive
from muniment.importing.engine import ImportJob, ImportResult, run_import
from muniment.importing.item import ImportSource
from muniment.importing.map_file import ImportMap
from muniment.importing.plan import ImportPlan, make_plan
from muniment.record import Record
from muniment.store import MemoryStore, Store
from muniment.write.create import create_archive
from muniment.write.version import Author, Keys

MADE = founders()
KEYS = Keys(MADE.record, MADE.log)


@dataclass(slots=True)
class Repository:
    """A repository with a work tree, written by plain git."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    clock: int = 1_600_000_000

    def git(self, *arguments: str, data: bytes | None = None) -> str:
        """Run git, and give what it prints."""
        env = {
            **os.environ,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "Anna Author",
            "GIT_AUTHOR_EMAIL": "anna@example.org",
            "GIT_COMMITTER_NAME": "Carl Committer",
            "GIT_COMMITTER_EMAIL": "carl@example.org",
            "GIT_AUTHOR_DATE": f"{self.clock} +0100",
            "GIT_COMMITTER_DATE": f"{self.clock + 60} +0000",
            **self.environment,
        }
        done = subprocess.run(
            ["git", "-C", str(self.folder), *arguments], input=data, capture_output=True, check=True, env=env
        )
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def write(self, path: str, text: str | bytes) -> None:
        """Write a file of the work tree."""
        location = self.folder / path
        location.parent.mkdir(parents=True, exist_ok=True)
        location.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, message: str = "Change", **files: str | bytes | None) -> str:
        """Commit the work tree, an hour later; ``files`` are written before, by stem, None for removed."""
        for stem, text in files.items():
            if text is None:
                (self.folder / f"{stem}.txt").unlink()
            else:
                self.write(f"{stem}.txt", text)
        self.clock += 3600
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty repository whose branch is ``main``."""
    made = Repository(tmp_path / "notices")
    made.folder.mkdir()
    made.git("init", "-q", "-b", "main")
    return made


def new_store() -> MemoryStore:
    """An archive without releases."""
    store = MemoryStore()
    create_archive(store, MADE, origin=ORIGIN, now=NOW)
    return store


Import = Callable[..., tuple[ImportPlan, ImportResult]]


def bring_in(
    store: Store, source: ImportSource, rules: ImportMap | None = None, *, since: str | None = None
) -> tuple[ImportPlan, ImportResult]:
    """Import from a source, and close it."""
    try:
        plan = make_plan(open_archive(store), source, rules or ImportMap(), since)
        return plan, run_import(store, KEYS, plan, ImportJob(Author(NOW)))
    finally:
        source.close()


def records(store: Store, release: str) -> list[Record]:
    """The records of a release, oldest first."""
    archive = open_archive(store)
    return [archive.read_entry(entry).record for entry in archive.history(release)]


def statements(store: Store) -> list[tuple[str, str, str]]:
    """Name, record and paragraph root of every version, in the order of the log."""
    archive = open_archive(store)
    return [
        (entry.statement.name, entry.statement.record, entry.statement.paragraph_root)
        for entries in archive.versions.values()
        for entry in entries
    ]


def words(number: int) -> str:
    """A text that is half like that of another number."""
    shared = "\n\n".join(
        f"{part}. The pier stays open for boats of all kinds, by day and by night." for part in (2, 3, 4)
    )
    return f"Notice on the harbour\n\n1. This is state {number} of the notice.\n\n{shared}\n"
