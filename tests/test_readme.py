"""The README is true: its commands run, and print what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
ELISION = "…"


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def commands(block: str) -> list[tuple[str, list[str]]]:
    """Each command of a console block with the lines printed under it."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def agrees(printed: str, shown: list[str]) -> bool:
    """Whether a page shows what was printed; a line with an ellipsis alone stands for any lines."""
    pattern = "".join("(?:.*\n)*" if line == ELISION else re.escape(line) + "\n" for line in shown)
    return re.fullmatch(pattern, printed) is not None


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A folder with the shipped archive and the examples, and an environment with the command and a new home."""
    shutil.copytree(CHECKOUT / "archive", tmp_path / "archive")
    shutil.copytree(CHECKOUT / "examples", tmp_path / "examples")
    bin_ = Path(sys.executable).parent
    if not (bin_ / "archive").exists():
        pytest.skip("the command archive is not beside this Python")
    home = {
        "HOME": str(tmp_path / "home"),
        "XDG_CONFIG_HOME": str(tmp_path / "home" / ".config"),
        "XDG_STATE_HOME": str(tmp_path / "home" / ".local" / "state"),
    }
    environment = {**os.environ, **home, "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "80"}
    unset = "ARCHIVE_DIR ARCHIVE_KEYS ARCHIVE_KEY ARCHIVE_MEMORY SOURCE_DATE_EPOCH SSH_AUTH_SOCK"
    for name in unset.split():
        environment.pop(name, None)
    return tmp_path, environment


def test_console_blocks(desk: tuple[Path, dict[str, str]]) -> None:
    """Every command of the README runs, and prints what stands under it, the failing verification too."""
    folder, environment = desk
    ran = 0

    for command, shown in (pair for block in blocks("console") for pair in commands(block)):
        if setting := re.fullmatch(r"export (\w+)=(\w+)|unset (\w+)", command):
            environment.pop(setting[1] or setting[3], None)
            environment.update({setting[1]: setting[2]} if setting[1] else {})
            continue
        done = subprocess.run(
            ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr, command
        if shown:
            assert agrees(done.stdout, shown), f"{command}\n{done.stdout}\n{done.stderr}"
        else:
            assert done.returncode == 0, f"{command}\n{done.stderr}"
        ran += 1

    assert ran >= 8


def test_library_example(desk: tuple[Path, dict[str, str]]) -> None:
    """The library example runs, and prints the citation hash of version 1."""
    folder, environment = desk
    [example] = blocks("python")

    done = subprocess.run(
        [sys.executable, "-c", example], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )

    record = folder / "archive/releases/kz-events-2022-01/v1/content/record.json"
    listed = subprocess.run(["sha256sum", record], capture_output=True, text=True, check=True).stdout
    assert done.stdout.strip() == listed.split()[0]


def test_shape() -> None:
    """The README stays short, and every file that it links to is there."""
    assert len(README.splitlines()) <= 150
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (CHECKOUT / target).exists(), target


def test_exit_codes() -> None:
    """The table of exit codes is that of the error tree."""
    assert re.findall(r"^\| (\d) \|", README, re.MULTILINE) == ["0", "1", "2", "3"]


def test_test_command() -> None:
    """The README names the command that CI calls."""
    assert "`make test`" in README
    assert "make test\n" in (CHECKOUT / ".ci/run").read_text(encoding="utf-8")
