"""A quiet machine, and an archive on its disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.attacks.hands import lay
from tests.cli.conftest import VARIABLES

from muniment.store import MemoryStore


@pytest.fixture(autouse=True)
def quiet(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests reaches the command, and nothing is written where they run."""
    for name in {*VARIABLES} - {"ARCHIVE_MEMORY"}:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
    monkeypatch.chdir(tmp_path_factory.mktemp("here"))


@pytest.fixture
def folder(small_archive: MemoryStore, tmp_path: Path) -> Path:
    """The small archive on the disk."""
    return lay(small_archive.files, tmp_path / "archive")
