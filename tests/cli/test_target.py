"""Which archive a command works on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from muniment.archive.opening import NAMASTE
from muniment.cli import target

Run: TypeAlias = Callable[..., Result]


def test_names_agree() -> None:
    """The tag that is looked for is the one that archives have; a copy, so that nothing heavy is loaded."""
    assert NAMASTE[0] == target.TAG


@pytest.mark.parametrize("place", [".", "archive", "archive/log/tile", "deeper/still"])
def test_nearest_upwards(run: Run, work: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """The nearest folder upwards that is an archive, or that holds one called ``archive``, is found."""
    (work / "deeper" / "still").mkdir(parents=True)
    monkeypatch.chdir(work / place)
    assert run("list").stdout.splitlines()[1].startswith("harbour-notice")


def test_order(run: Run, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--archive`` comes before $ARCHIVE_DIR, and that before the folder; after the verb before in front of it."""
    assert run("init", "other", "--origin", "example.org/other").exit_code == 0
    empty = "no release yet (archive add FILE --release ID)\n"
    monkeypatch.setenv("ARCHIVE_DIR", "other")
    assert run("list").stdout == empty
    assert run("list", "--archive", "archive").stdout != empty
    assert run("--archive", "archive", "list").stdout != empty
    assert run("--archive", "archive", "list", "--archive", "other").stdout == empty
    assert work.is_dir()


def test_unreadable_folder_is_no_archive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder that cannot be looked into is passed over."""

    def deny(_: Path) -> bool:
        raise PermissionError

    monkeypatch.setattr(Path, "is_file", deny)
    assert not target.is_archive(tmp_path)
