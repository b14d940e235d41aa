"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.add.create import Founders, create_archive
from muniment.add.version import Keys, Occasion, add_description, add_publication
from muniment.ingest import Source
from muniment.signing.keys import PrivateKey
from muniment.store import MemoryStore

_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], Path]:
    """Give the folder of a third-party vector set, or skip, saying that it is absent."""

    def folder(name: str) -> Path:
        path = Path(os.environ.get("MUNIMENT_VECTORS", _SHARED / "vectors")) / name
        if not path.is_dir():
            pytest.skip(f"third-party vectors {name!r} are not beside the checkout")
        return path

    return folder


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run where judges are required and one was not there, whatever its tests would have said."""
    if os.environ.get("MUNIMENT_JUDGES") != "required":
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    absent = {str(report.longrepr[2]) for report in skipped if "is not installed" in str(report.longrepr)}
    if absent:
        print("\njudges are required:", *sorted(absent), sep="\n  ")  # noqa: T201 - read by whoever reads the run
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


NOW = "2026-11-22T10:00:00Z"
ORIGIN = "press.example.org/archive"
NOTICE = b"Notice on the harbour\n\n1. The harbour is closed.\n\n2. It opens on Monday.\n"
"""A small original: a heading and two numbered paragraphs."""


@pytest.fixture(scope="session")
def founders() -> Founders:
    """Keys of an archive; the seeds are constants, so that signatures are the same in every run."""
    root, record, log = (PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3))
    return Founders(root, record, log)


@pytest.fixture(scope="session")
def keys(founders: Founders) -> Keys:
    """The keys that adding takes."""
    return Keys(founders.record, founders.log)


@pytest.fixture
def empty_archive(founders: Founders) -> MemoryStore:
    """An archive without a release."""
    store = MemoryStore()
    create_archive(store, founders, origin=ORIGIN, now=NOW)
    return store


@pytest.fixture
def small_archive(empty_archive: MemoryStore, keys: Keys) -> MemoryStore:
    """Two releases, three versions: harbour v1, v2 (a description) and tide v1."""
    store, occasion = empty_archive, Occasion(NOW, note="as found")
    add_publication(store, keys, "harbour", Source(NOTICE, "harbour.txt", NOW[:10]), {"language": "en"}, occasion)
    add_description(store, keys, "harbour", {"subjects": ["harbours"]}, Occasion(NOW, note="subjects"))
    add_publication(store, keys, "tide", Source(b"Tide\n\nHigh at noon.\n", "tide.txt", NOW[:10]), {}, occasion)
    return store
