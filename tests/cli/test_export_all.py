"""``export --all``: a snapshot of every version, in one folder."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from muniment import parallel as share
from muniment.errors import FormatError
from muniment.export import all as module
from muniment.export.all import IndexRow, format_index, format_sums, parse_index
from muniment.verify.snapshot import verify_snapshot

Run = Callable[..., Result]
Refused = Callable[..., str]

HARBOUR = ("harbour-notice/v1", "harbour-notice/v2")


@pytest.fixture
def filled(run: Run, work: Path) -> Path:
    """An archive with two versions each of two releases; gives the working folder."""
    (work / "other.txt").write_text("Another notice\n\n1. The bridge is open.\n")
    assert run("add", "other.txt", "--release", "bridge").exit_code == 0
    (work / "other.txt").write_text("Another notice\n\n1. The bridge is closed.\n")
    assert run("add", "other.txt", "--release", "bridge").exit_code == 0
    return work


def listed(folder: Path) -> list[str]:
    """Names of the files in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_every_version(run: Run, filled: Path) -> None:
    """Every version is exported as by itself, and listed in an index."""
    result = run("export", "--all", "out/snapshots")
    folder = filled / "out/snapshots"
    rows = parse_index((folder / "index.tsv").read_bytes())

    assert (result.exit_code, result.stdout) == (0, "out/snapshots: 4 snapshots written\n")
    assert [f"{row.release}/v{row.version}" for row in rows] == ["bridge/v1", "bridge/v2", *HARBOUR]
    assert listed(folder) == sorted(["SHA256SUMS", "index.tsv", *(row.file for row in rows)])
    for row in rows:
        data = run("export", f"{row.release}/v{row.version}", "-o", "-").stdout_bytes
        assert (folder / row.file).read_bytes() == data
        assert verify_snapshot(data, subject=row.file).verdict == "verified"


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_sums(run: Run, filled: Path) -> None:
    """``sha256sum -c`` checks what was exported."""
    run("export", "--all", "out")
    command = ["sha256sum", "--strict", "-c", "SHA256SUMS"]
    done = subprocess.run(command, cwd=filled / "out", capture_output=True, check=True, text=True)
    assert done.stdout.count(": OK\n") == 4


def test_one_release(run: Run, filled: Path) -> None:
    """Of a release its versions are exported; the index keeps what an earlier run listed and what is still there."""
    assert run("export", "--all", "out", "bridge").stdout == "out: 2 snapshots written\n"
    assert len(parse_index((filled / "out/index.tsv").read_bytes())) == 2
    next((filled / "out").glob("bridge-v1-*.zip")).unlink()
    assert run("export", "--all", "out", "harbour-notice").stdout == "out: 2 snapshots written\n"
    rows = parse_index((filled / "out/index.tsv").read_bytes())
    assert [row.file.rpartition("-")[0] for row in rows] == ["bridge-v2", "harbour-notice-v1", "harbour-notice-v2"]


def test_going_on(run: Run, filled: Path) -> None:
    """What is there already with the same bytes stays as it is, to the inode; what is missing is written."""
    run("export", "--all", "out")
    before = {path.name: path.stat().st_ino for path in (filled / "out").glob("*.zip")}
    next((filled / "out").glob("bridge-v2-*.zip")).unlink()
    result = run("export", "--all", "out")
    assert result.stdout == "out: 1 snapshot written, 3 there already\n"
    after = {path.name: path.stat().st_ino for path in (filled / "out").glob("*.zip")}
    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} <= {
        name for name in before if name.startswith("bridge-v2-")
    }
    assert run("export", "--all", "out").stdout == "out: 0 snapshots written, 4 there already\n"


def test_growth(run: Run, filled: Path) -> None:
    """A version that came later is added, and the snapshots before it stay the same bytes."""
    run("export", "--all", "out")
    before = {path.name: path.read_bytes() for path in (filled / "out").glob("*.zip")}
    (filled / "other.txt").write_text("Another notice\n\n1. The bridge is open again.\n")
    run("add", "other.txt", "--release", "bridge")
    assert run("export", "--all", "out").stdout == "out: 1 snapshot written, 4 there already\n"
    assert {name: (filled / "out" / name).read_bytes() for name in before} == before
    assert len(parse_index((filled / "out/index.tsv").read_bytes())) == 5


def test_other_bytes_are_not_replaced(run: Run, filled: Path) -> None:
    """A file of another content is named and left, the others are written, and the code is 2; --force replaces it."""
    run("export", "--all", "out")
    path = next((filled / "out").glob("bridge-v1-*.zip"))
    good = path.read_bytes()
    path.write_bytes(b"mine")
    next((filled / "out").glob("bridge-v2-*.zip")).unlink()
    result = run("export", "--all", "out")
    assert result.exit_code == 2
    assert result.stdout == "out: 1 snapshot written, 2 there already, 1 not exported\n"
    assert result.stderr == f"archive: bridge/v1: out/{path.name}: another file is there (--force replaces it)\n"
    assert path.read_bytes() == b"mine"
    assert run("export", "--all", "out", "--force").stdout == "out: 1 snapshot written, 3 there already\n"
    assert path.read_bytes() == good


@pytest.mark.parametrize("name", ["index.tsv", "SHA256SUMS"])
def test_another_index_is_not_replaced(run: Run, refused: Refused, filled: Path, name: str) -> None:
    """A file of somebody else that has the name of an index stops the command before it writes; --force replaces it."""
    (filled / "out").mkdir()
    (filled / "out" / name).write_text("mine\n")
    assert "the folder has another index.tsv or SHA256SUMS" in refused("export", "--all", "out", code=2)
    assert listed(filled / "out") == [name]
    assert run("export", "--all", "out", "--force").exit_code == 0
    assert (filled / "out" / name).read_text() != "mine\n"


def test_what_does_not_verify(run: Run, filled: Path) -> None:
    """A damaged version is named, the others are written, and the code is 1."""
    record = filled / "archive/releases/bridge/v1/content/record.json"
    record.write_bytes(record.read_bytes().replace(b"open", b"shut"))
    result = run("export", "--all", "out", "--json")
    said = json.loads(result.stdout)
    assert result.exit_code == 1
    fault = "FAILED 9 entry: releases/bridge/v1/content/record.json: not the record that log entry"
    assert f"archive: bridge/v1: {fault}" in (result.stderr)
    assert [row["reference"] for row in said["snapshots"]] == [*HARBOUR, "bridge/v2"]
    assert [row["reference"] for row in said["failed"]] == ["bridge/v1"]
    assert said["folder"] == "out"


def test_as_json(run: Run, filled: Path) -> None:
    """``--json`` prints what the index says, and sizes."""
    said = json.loads(run("export", "--all", "out", "--json").stdout)
    row = parse_index((filled / "out/index.tsv").read_bytes())[0]
    shown = next(item for item in said["snapshots"] if item["reference"] == "bridge/v1")
    assert shown == {
        "file": row.file,
        "reference": "bridge/v1",
        "record": row.record,
        "sha256": row.sha256,
        "size": (filled / "out" / row.file).stat().st_size,
        "written": True,
    }


def test_size(run: Run, refused: Refused, filled: Path) -> None:
    """Under a size of the log only what it held then is exported; other sizes are refused."""
    assert run("export", "--all", "early", "--size", "2").stdout == "early: 1 snapshot written\n"
    assert run("export", "--all", "late", "--size", "5").stdout == "late: 4 snapshots written\n"
    (early,), late = (filled / "early").glob("harbour*.zip"), next((filled / "late").glob("harbour-notice-v1-*.zip"))
    assert early.name == late.name
    assert verify_snapshot(late.read_bytes(), subject="late").size == 5
    assert run("export", "harbour-notice/v1", "--size", "5", "-o", "-").stdout_bytes == late.read_bytes()
    assert "no checkpoint of size 9 was published" in refused("export", "--all", "x", "--size", "9", code=2)
    assert "there is no version to export" in refused("export", "--all", "x", "--size", "1", code=2)
    (filled / "archive/log/checkpoints/4").unlink()
    assert "no checkpoint of size 4 was published" in refused("export", "--all", "x", "--size", "4", code=2)
    assert not (filled / "x").exists()


def test_refusals(refused: Refused, filled: Path) -> None:
    """What does not go together, or names no release, is refused in one line."""
    assert "Missing argument 'REF'" in refused("export", code=2)
    assert "leave -o out" in refused("export", "--all", "out", "-o", "a.zip", code=2)
    assert "expected a release" in refused("export", "--all", "out", "v1", code=2)
    assert "expected a release" in refused("export", "--all", "out", "bridge#p1", code=2)
    assert "there is no release nowhere" in refused("export", "--all", "out", "nowhere", code=2)
    (filled / "file").write_text("x")
    assert "the folder cannot be made" in refused("export", "--all", "file", code=3)
    (filled / "taken/index.tsv").mkdir(parents=True)
    assert "found a folder" in refused("export", "--all", "taken", "--force", code=2)


def test_several_processes(run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several processes write the same bytes as one."""
    run("export", "--all", "one", "--jobs", "1")
    monkeypatch.setattr(module, "WORTH_SHARING", 2)
    assert run("export", "--all", "two", "--jobs", "2").exit_code == 0
    assert {path.name: path.read_bytes() for path in (filled / "one").iterdir()} == {
        path.name: path.read_bytes() for path in (filled / "two").iterdir()
    }


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interrupted(run: Run, filled: Path, jobs: str) -> None:
    """Ctrl-C, which a terminal sends to all processes, leaves whole files and no index; the same command goes on."""
    for number in range(24):
        (filled / "other.txt").write_text(f"Another notice\n\n1. The bridge is open on day {number}.\n")
        run("add", "other.txt", "--release", "bridge")
    command = [sys.executable, "-m", "muniment", "export", "--all", "out", "--jobs", jobs]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    # Tests that run in the background ignore SIGINT, and what they start would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        command, cwd=filled, env=environment, start_new_session=True, stderr=subprocess.PIPE, text=True
    )
    signal.signal(signal.SIGINT, before)
    while process.poll() is None and not list(filled.glob("out/*.zip")):
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate()[1]
    assert (process.returncode, said.strip()) == (130, "archive: interrupted")
    there = listed(filled / "out")
    assert 0 < len(there) < 28
    for name in there:
        assert verify_snapshot((filled / "out" / name).read_bytes(), subject=name).verdict == "verified"
    result = run("export", "--all", "out")
    assert result.stdout == f"out: {28 - len(there)} snapshots written, {len(there)} there already\n"


def test_work_given_up() -> None:
    """Where the work is given up, what was not begun is not done."""
    with pytest.raises(KeyboardInterrupt), share.share(time.sleep, [0.001] * 4, 2):
        raise KeyboardInterrupt


def test_index_is_read_strictly() -> None:
    """An index in another order, with a blank more or other columns is none of ours."""
    rows = (
        IndexRow("a-v2-0123456789ab.zip", "a", 2, f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"),
        IndexRow("a-v10-0123456789ab.zip", "a", 10, f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"),
    )
    data = format_index(rows)
    assert parse_index(data) == rows
    assert format_index(reversed(rows)) == data
    assert format_sums(rows).startswith(b"2" * 64 + b"  a-v10-")
    lines = data.split(b"\n")
    for wrong in (data[:-1], data + b"\n", b"", b"\xff", b"\n".join([lines[0], lines[2], lines[1], b""])):
        with pytest.raises(FormatError, match="not an index of snapshots"):
            parse_index(wrong)
