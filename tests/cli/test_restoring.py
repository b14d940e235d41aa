"""``archive recover --from``: mending the folder from a copy or a snapshot."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]

RELEASE = "archive/releases/harbour-notice"


@pytest.fixture
def copy(work: Path) -> Path:
    """A good copy of the archive."""
    return Path(shutil.copytree(work / "archive", work / "copy"))


def test_stale_release(run: Run, refused: Refused, work: Path, copy: Path) -> None:
    """A release that comes back without its newest version stops ``add``, which says how to mend it; then it works."""
    shutil.rmtree(work / RELEASE / "v2")
    before = {path: path.read_bytes() for path in (work / "archive").rglob("*") if path.is_file()}
    said = refused("add", "notice.txt", "--release", "harbour-notice", code=1)
    assert "FAILED 9 entry: releases/harbour-notice/v2/content/record.json: log entry 2" in said
    assert "archive recover --from COPY" in said
    assert before == {path: path.read_bytes() for path in before}

    result = run("recover", "--from", str(copy))
    assert result.exit_code == 0
    assert "mended   releases/harbour-notice/v2/content/record.json\n" in result.stdout
    assert "mended from" in result.stdout
    assert run("verify").exit_code == 0
    assert run("recover", "--from", str(copy)).stdout == "nothing to mend\n"
    assert run("describe", "harbour-notice", "--subject", "harbours").exit_code == 0


def test_snapshot(run: Run, work: Path) -> None:
    """A snapshot gives back the files of its version; what it does not have is wanting, and the exit code is 1."""
    assert run("export", "v2", "-o", "v2.zip").exit_code == 0
    (work / RELEASE / "v2/content/record.json").unlink()
    assert run("recover", "--from", "v2.zip").exit_code == 0
    assert run("verify").exit_code == 0
    (work / RELEASE / "v1/content/original.txt").unlink()
    result = run("recover", "--from", "v2.zip", "--json")
    assert result.exit_code == 1
    said = json.loads(result.stdout)
    assert said["mended"] == []
    assert [each["file"] for each in said["wanting"]] == ["releases/harbour-notice/v1/content/original.txt"]
    assert "give another copy" in run("recover", "--from", "v2.zip").stdout


def test_lost_tag(run: Run, work: Path, copy: Path) -> None:
    """An archive that was named and has lost its tag is mended too."""
    (work / "archive/0=muniment_archive_1").unlink()
    assert run("recover", "--archive", "archive", "--from", str(copy)).exit_code == 0
    assert run("verify").exit_code == 0


def test_what_is_no_copy(refused: Refused, work: Path) -> None:
    """What is neither a copy nor a snapshot is refused: exit code 2, or 3 where there is nothing."""
    (work / "empty").mkdir()
    assert "not an archive" in refused("recover", "--from", "empty", code=2)
    assert "neither the folder of a copy nor a snapshot" in refused("recover", "--from", "notice.txt", code=2)
    refused("recover", "--from", "nothing.zip", code=3)


def test_another_archive(run: Run, refused: Refused, work: Path) -> None:
    """A copy of another archive is refused: nothing is taken from it."""
    assert run("init", "other", "--origin", "example.org/other", "--keys", "others").exit_code == 0
    assert "the copy is of another archive" in refused("recover", "--from", str(work / "other"), code=1)
