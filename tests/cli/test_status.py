"""``archive status``: where the archive is, who may sign, what came last, and what is to be done."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from muniment.canonical import parse_json
from muniment.cli.verbs.status import judge_backup
from muniment.memory import Remembered, SeenHead
from muniment.schema import validate

Run = Callable[..., Result]
Refused = Callable[..., str]
ADD = ("add", "notice.txt", "--release", "another")


def lines(run: Run, *words: str) -> dict[str, str]:
    """What is said, by label, each on one line."""
    result = run(*words, "status")
    assert (result.exit_code, result.stderr) == (0, "")
    said: dict[str, str] = {}
    label = ""
    for line in result.stdout.splitlines():
        assert len(line) <= 80
        below = line.startswith("  ") and line[2] != " "
        label = label if below else line[:12].strip() or label
        said[label] = f"{said.get(label, '')} {line[2 if below else 14 :]}".strip()
    return said


@pytest.mark.usefixtures("work")
def test_new_here(run: Run) -> None:
    """On a machine that never saw it: who may sign, the last version, and what to do first."""
    said = lines(run)
    assert said["archive"] == "example.org/press, in archive (found by the nearest one upwards from this folder)"
    assert said["trust root"].startswith("sha256:")
    assert len(said["trust root"]) == len("sha256:") + 64
    assert said["may sign"].startswith("SHA256:")
    assert said["last version"] == (
        "harbour-notice/v2, “Notice on the harbour” issued unknown logged 2027-01-15T08:00:00Z (claimed), log index 2"
    )
    assert said["last seen"] == "never on this machine: archive verify"
    assert said["unfinished"] == "nothing"
    assert said["back-up"] == "no copy was compared on this machine; due: archive verify --against COPY"


def test_checked_and_compared(run: Run, work: Path) -> None:
    """After a check the day and the size are said; after a comparison, what the copy had; then what came since."""
    shutil.copytree("archive", "copy")
    assert run("verify", "--against", "copy").exit_code == 0
    said = lines(run)
    assert said["last seen"] == "on 2027-01-15, at 3 entries of the log, which is all of it"
    assert said["back-up"] == "compared on 2027-01-15, the copy had all of the log"
    assert run(*ADD, "--no-memory").exit_code == 0
    said = lines(run)
    assert said["last seen"] == "on 2027-01-15, at 3 entries of the log; 1 more since: archive verify"
    due = "compared on 2027-01-15, the log has 1 entry more than the copy had; due: archive verify --against COPY"
    assert said["back-up"] == due
    assert run("verify").exit_code == 0
    assert lines(run)["back-up"] == due
    del work


def test_older_than_seen(run: Run, work: Path) -> None:
    """A copy that is behind what this machine saw says so."""
    shutil.copytree("archive", "copy")
    assert run(*ADD).exit_code == 0
    result = run("--archive", "copy", "status")
    assert result.exit_code == 0
    assert "rolled back" in result.stderr
    assert "does not continue it: archive verify" in " ".join(result.stdout.split())
    del work


@pytest.mark.usefixtures("work")
def test_how_it_was_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said whether an option, the environment or the folder named the archive."""
    assert "(found by --archive)" in lines(run, "--archive", "archive")["archive"]
    monkeypatch.setenv("ARCHIVE_DIR", "archive")
    assert "(found by $ARCHIVE_DIR)" in lines(run)["archive"]
    assert "(found by --archive)" in " ".join(run("status", "--archive", "archive").stdout.split())


@pytest.mark.usefixtures("work")
def test_json(run: Run) -> None:
    """The JSON keeps to its schema, with and without a memory."""
    for before in ((), ("verify",)):
        if before:
            assert run(*before).exit_code == 0
        result = run("status", "--json")
        validate("status", parse_json(result.stdout_bytes))
        value = json.loads(result.stdout)
        assert (value["entries"], value["last"]["reference"]) == (3, "harbour-notice/v2")
        assert (value["seen"] is not None) is bool(before)


def test_unfinished(run: Run, work: Path) -> None:
    """A marker that lies there is told, whether it can be read or not."""
    (work / "archive/unfinished.signed").write_bytes(b"x")
    assert lines(run)["unfinished"].startswith("something that cannot be read (unfinished.signed); archive recover")


def test_no_archive(run: Run, tmp_path: Path) -> None:
    """Where there is no archive, that is said, with exit code 3."""
    result = run("status")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "no archive in this folder or above it" in result.stderr
    del tmp_path


@pytest.mark.parametrize(("today", "due"), [("2027-04-15", False), ("2027-04-16", True)])
def test_due_after_a_while(today: str, due: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A copy that has all of the log is due again after ninety days."""
    seen = Remembered("o", "r", 3, bytes(32), b"", "2027-01-15", compared=SeenHead(3, bytes(32), "2027-01-15"))
    assert judge_backup(seen, 3, today).due is due
