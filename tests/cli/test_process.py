"""Real processes: pipes, locales, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ARCHIVE = [sys.executable, "-m", "muniment"]


def test_exit_codes(work: Path) -> None:
    """The process ends with the exit code, and errors go to stderr."""
    done = subprocess.run([*ARCHIVE, "verify"], cwd=work, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run([*ARCHIVE, "show", "v9"], cwd=work, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("archive: harbour-notice has no version v9")


def test_utf8_whatever_the_locale(work: Path) -> None:
    """Output is UTF-8 with plain line feeds in the C locale too."""
    (work / "kaz.txt").write_text("Хабарлама\n\nАйлақ дүйсенбіде жабылады.\n", encoding="utf-8")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}
    for arguments in (["add", "kaz.txt", "--release", "kaz"], ["show", "kaz"]):
        done = subprocess.run([*ARCHIVE, *arguments], cwd=work, env=environment, capture_output=True, check=True)
    assert "Айлақ дүйсенбіде жабылады.\n".encode() in done.stdout
    assert b"\r" not in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="pipes close otherwise on Windows")
def test_closed_pipe(work: Path) -> None:
    """When the reader has gone, the command ends without a word."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        done = subprocess.run([*ARCHIVE, "log"], cwd=work, stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (141, b"")


def test_two_writers(work: Path) -> None:
    """Two processes that add at once both succeed, one after the other."""
    (work / "third.txt").write_text("Another notice\n\nThe quay is closed.\n")
    commands = [["add", "notice.txt", "--release", "a"], ["add", "third.txt", "--release", "b"]]
    running = [subprocess.Popen([*ARCHIVE, *arguments], cwd=work, stdout=subprocess.PIPE) for arguments in commands]
    for process in running:
        process.communicate(timeout=60)
    assert [process.returncode for process in running] == [0, 0]
    done = subprocess.run([*ARCHIVE, "verify", "--json"], cwd=work, capture_output=True, check=True)
    assert json.loads(done.stdout)["counts"]["versions"] == 4


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_full_disk_behind_stdout(work: Path) -> None:
    """When what is printed cannot be stored, the exit code says so."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*ARCHIVE, "log"], cwd=work, stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (3, b"archive: no space left on device\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("stderr", ["2>/dev/full", "2>&-", "2>/dev/null"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [("verify", 0), ("verify --root " + "0" * 64, 1), ("show v9", 2), ("show --nothing", 2), ("--archive x list", 3)],
)
def test_stderr_never_changes_a_verdict(work: Path, arguments: str, code: int, stderr: str) -> None:
    """A full or closed stderr loses what is said there: the exit code stays, and none of it gets to stdout."""
    command = f"'{sys.executable}' -m muniment {arguments} {stderr}"
    done = subprocess.run(["sh", "-c", command], cwd=work, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (code, b"")
    assert not done.stdout.startswith(b"archive: ")


@pytest.mark.parametrize("module", ["muniment.cli", "click"])
def test_interrupted_while_loading(module: str, work: Path) -> None:
    """Ctrl-C before the command is loaded is one line and 130, as later."""
    interrupting = (
        "import sys, runpy\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {module!r}:\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Finder())\n"
        "runpy.run_module('muniment', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", interrupting], cwd=work, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "archive: interrupted\n")


def test_the_command_begins_light() -> None:
    """What is loaded before Ctrl-C can be caught is nothing but this package itself."""
    script = "import sys; before = set(sys.modules); import muniment.__main__; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"muniment", "muniment.__about__", "muniment.__main__", "__future__"}


@pytest.mark.skipif(os.name == "nt", reason="a POSIX shell is needed")
def test_no_stdout_at_all(work: Path) -> None:
    """A process without stdout works without a word."""
    command = f"'{sys.executable}' -m muniment log >&-"
    done = subprocess.run(["sh", "-c", command], cwd=work, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
