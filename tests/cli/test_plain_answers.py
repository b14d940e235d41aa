"""What is no target, no place for an archive, or no stream is told in a line of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]


def test_a_checkpoint_is_no_target(refused: Refused, work: Path) -> None:
    """A signed checkpoint, in the archive or as ``log --checkpoint`` prints it, is not read as a citation."""
    shutil.copy(work / "archive" / "log" / "checkpoint", work / "kept")
    for named in ("archive/log/checkpoint", "kept"):
        assert "a checkpoint says nothing alone (archive verify --against it" in refused("verify", named, code=2)
    data = (work / "kept").read_bytes()
    assert "a checkpoint says nothing alone" in refused("verify", "-", code=2, stdin=data)


@pytest.mark.parametrize(
    "said",
    [
        "“Closure of the North Basin” [document], [4 February 2026], press.example.org/harbour.",
        "« Fermeture du bassin nord » [document], [4 février 2026].",
        "Закрытие северной гавани, 4 февраля 2026",
    ],
)
def test_a_citation_that_lost_its_hash(refused: Refused, said: str) -> None:
    """Words without a hash are told to lack it, and not to be a bad release id."""
    line = refused("verify", said, code=2)
    assert "words that hold no hash of a record" in line
    assert "release id" not in line


@pytest.mark.parametrize("name", ["v2.zipp", "kept/proof.txt", "../v1"])
def test_a_path_that_leads_nowhere(refused: Refused, name: str) -> None:
    """What looks like a path and leads to nothing is told to be no file."""
    assert "no such file, and no reference" in refused("verify", name, code=2)


@pytest.mark.parametrize("place", ["archive/inner", "archive/releases/inner", "archive/log/deep/inner"])
def test_no_archive_within_an_archive(refused: Refused, place: str) -> None:
    """A new archive inside another one would break that one, and is refused before anything is written."""
    assert "inside another archive" in refused("init", place, "--origin", "example.org/inner", "--keys", "k", code=2)


def test_an_archive_beside_an_archive(run: Run, work: Path) -> None:
    """Beside another archive there is room, also where the folder above has a part of its name."""
    assert work.is_dir()
    assert run("init", "archive-2", "--origin", "example.org/second", "--keys", "k").exit_code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes the streams")
@pytest.mark.parametrize("words", ["show v1 --original", "show v1 --json", "export v1 -o -"])
def test_bytes_for_a_closed_stdout(work: Path, words: str) -> None:
    """Bytes that nothing can take are refused: exit code 3 and one line."""
    done = _shell(work, f"{words} >&-")
    assert done.returncode == 3
    assert done.stderr == "archive: stdout: it is closed (name a file, or lead it to one)\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes the streams")
@pytest.mark.parametrize("words", ["show v1", "list", "verify", "verify --json", "diff v1 v1 --format html"])
def test_text_for_a_closed_stdout(work: Path, words: str) -> None:
    """What is printed for whoever looks is printed for nobody, without a word."""
    done = _shell(work, f"{words} >&-")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes the streams")
def test_closed_stdin(work: Path) -> None:
    """Without a stdin ``-`` names nothing: one line, and nothing is written."""
    done = _shell(work, "add - --name a.txt --release s <&-")
    assert done.returncode == 2
    assert done.stderr == "archive: stdin: it is closed (name a file, or hand it in through a pipe)\n"


def _shell(folder: Path, words: str) -> subprocess.CompletedProcess[str]:
    command = f'"{sys.executable}" -m muniment {words}'
    return subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False)


def test_a_title_of_the_version_before(run: Run, work: Path) -> None:
    """A title that came from the name of a file is not called a headline when the next version takes it over."""
    for number, words in enumerate(("Hi", "Ho"), 1):
        (work / f"t{number}.txt").write_text(f"{words} " * 400, encoding="utf-8")
        result = run("add", f"t{number}.txt", "--release", "untitled")
        assert result.exit_code == 0, result.output
    shown = run("show", "untitled", "--json").stdout
    assert "The title is that of the version before." in shown
    assert "headline" not in shown
