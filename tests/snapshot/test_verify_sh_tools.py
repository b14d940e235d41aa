"""``verify.sh`` on machines that lack something: it says what, and accuses nobody."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.snapshot.test_verify_sh import POSIX, SCRIPT, SHELLS, TOOLS, folder_of, numbers, run, unzip

from muniment.export.snapshot import Snapshot

BUSYBOX = ("busybox", "sh")
AWKS = ["mawk", "gawk", "original-awk", "busybox"]


def replace_tool(path: str, tool: str, script: str) -> None:
    """Put a script in the place of a program."""
    program = Path(path) / tool
    program.unlink(missing_ok=True)
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("tool", [*POSIX, "sha256sum"])
def test_missing_tool(snapshot: Snapshot, tmp_path: Path, tool: str, shell: tuple[str, ...]) -> None:
    """Whatever tool is missing is named before anything is judged, with exit code 3, in any shell."""
    done = run(unzip(snapshot, tmp_path), folder_of(tmp_path, *TOOLS, without=tool), shell=shell)
    assert (done.returncode, done.stderr) == (3, "")
    named = "sha256sum (or shasum)" if tool == "sha256sum" else tool
    assert done.stdout == f"NOT CHECKED: missing on this machine: {named}\nUNCHECKED: nothing was checked\n"


def test_missing_tools(snapshot: Snapshot, tmp_path: Path) -> None:
    """Where many are missing, all of them are named at once."""
    (tmp_path / "nothing").mkdir()
    done = run(unzip(snapshot, tmp_path), str(tmp_path / "nothing"))
    assert (done.returncode, done.stderr) == (3, "")
    assert " ".join([*POSIX, "sha256sum (or shasum)"]) in done.stdout


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("missing", [{"openssl"}, {"ssh-keygen"}, {"openssl", "ssh-keygen"}], ids=sorted)
def test_missing_verifier(snapshot: Snapshot, tmp_path: Path, missing: set[str], shell: tuple[str, ...]) -> None:
    """Without openssl or ssh-keygen, all but their signatures is checked, and the exit code is 3."""
    path = folder_of(tmp_path, *(tool for tool in TOOLS if tool not in missing))
    done = run(unzip(snapshot, tmp_path), path, shell=shell)
    assert (done.returncode, done.stderr) == (3, "")
    left_out = ({10} if "openssl" in missing else set()) | ({7, 11} if "ssh-keygen" in missing else set())
    assert {int(n) for n in re.findall(r"^NOT CHECKED ([0-9]+) ", done.stdout, re.MULTILINE)} == left_out
    assert all(f"{tool} is missing" in done.stdout for tool in missing)
    assert set(numbers(done.stdout)) == {1, 2, 6, 7, 8, 9, 10, 11} - left_out
    assert done.stdout.endswith("\nUNCHECKED: nothing failed, and not all could be checked\n")


def test_every_tool_is_asked_for() -> None:
    """The list that the script asks for is the list of the tests, which have nothing else on their PATH."""
    text = SCRIPT.decode()
    asked = re.search(r"for tool in ([a-z ]+); do", text)
    assert asked is not None
    assert asked[1].split() == POSIX


@pytest.mark.parametrize("tool", ["awk", "fold", "od", "sha256sum", "cmp"])
@pytest.mark.parametrize("script", ["exit 0", "exit 1", "cat", "echo 0"])
def test_broken_tool(snapshot: Snapshot, tmp_path: Path, tool: str, script: str) -> None:
    """A tool that does not do what it is there for is not believed: nothing fails, nothing passes."""
    path = folder_of(tmp_path, *TOOLS)
    replace_tool(path, tool, script)
    done = run(unzip(snapshot, tmp_path), path)
    assert done.returncode == 3
    assert "FAILED" not in done.stdout


@pytest.mark.parametrize("awk", AWKS)
@pytest.mark.parametrize("shell", SHELLS)
def test_every_awk(snapshot: Snapshot, tmp_path: Path, awk: str, shell: tuple[str, ...]) -> None:
    """A good snapshot verifies with each awk and each shell."""
    path = with_awk(tmp_path, awk)
    done = run(unzip(snapshot, tmp_path), path, shell=shell)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def with_awk(tmp_path: Path, awk: str) -> str:
    """A PATH with this awk, or skip."""
    program = shutil.which(awk)
    if program is None:
        pytest.skip(f"{awk} is not installed")
    path = folder_of(tmp_path, *TOOLS, "sh")
    replace_tool(path, "awk", f'exec {program} {"awk " if awk == "busybox" else ""}"$@"')
    return path


def test_busybox_alone(snapshot: Snapshot, tmp_path: Path) -> None:
    """The tools of busybox do, beside openssl and ssh-keygen."""
    busybox = shutil.which("busybox")
    if busybox is None:
        pytest.skip("busybox is not installed")
    path = folder_of(tmp_path, "openssl", "ssh-keygen", "sh")
    for tool in (*POSIX, "sha256sum"):
        replace_tool(path, tool, f'exec {busybox} {tool} "$@"')
    done = run(unzip(snapshot, tmp_path), path, shell=BUSYBOX)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def places(bag: Path) -> Iterator[Path]:
    """Every file of a bag, and every folder of it."""
    yield from sorted(path for path in bag.rglob("*") if path.name != "verify.sh" and path != bag / "data")


def test_unreadable(snapshot: Snapshot) -> None:
    """A file or folder that is there and cannot be read was not checked; it has not failed."""
    with TemporaryDirectory() as name:
        open_to_all = Path(name)
        open_to_all.chmod(0o755)
        bag, path = unzip(snapshot, open_to_all), folder_of(open_to_all, *TOOLS, "sh")
        for place in list(places(bag)):
            mode = place.stat().st_mode
            place.chmod(0)
            done = run_as_other(bag, path)
            place.chmod(mode)
            assert (done.returncode, done.stderr) == (3, ""), place
            assert "NOT CHECKED" in done.stdout
            assert "FAILED" not in done.stdout


def run_as_other(bag: Path, path: str) -> subprocess.CompletedProcess[str]:
    """Run the script as somebody whom modes bind: root reads everything."""
    command, user = [f"{path}/sh", "data/verify.sh"], 65534 if os.geteuid() == 0 else None
    return subprocess.run(command, cwd=bag, env={"PATH": path}, user=user, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("place", ["missing", "file", "full"])
def test_no_scratch(snapshot: Snapshot, tmp_path: Path, place: str) -> None:
    """Where nothing can be written beside the snapshot, nothing was checked, and that is said."""
    bag, path = unzip(snapshot, tmp_path), folder_of(tmp_path, *TOOLS)
    scratch = tmp_path / place
    if place == "file":
        scratch.write_text("")
    if place == "full":
        scratch.mkdir()
        # As on a disk without room: the name is there, and no byte can be written.
        replace_tool(path, "mkdir", f'{shutil.which("mkdir")} "$@" && ln -s "$2/none/room" "$2/room"')
        replace_tool(path, "ln", f'exec {shutil.which("ln")} "$@"')
    done = run(bag, path, TMPDIR=str(scratch))
    assert (done.returncode, done.stderr) == (3, "")
    assert "NOT CHECKED: no " in done.stdout
    assert "FAILED" not in done.stdout
