"""What is long goes through a pager, on a terminal alone, as git does it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are of POSIX")
Run = Callable[..., Result]


def on_terminal(*words: str, **environment: str) -> tuple[int, str]:
    """Run the command with a terminal as stdout: its exit code, and what the terminal shows."""
    import pty  # noqa: PLC0415 - POSIX only

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "muniment", *words]
    process = subprocess.Popen(command, stdout=theirs, stdin=subprocess.DEVNULL, env={**os.environ, **environment})
    os.close(theirs)
    shown = b""
    while True:
        try:
            block = os.read(ours, 65536)
        except OSError:  # how Linux says that the other side has closed
            break
        if not block:
            break
        shown += block
    os.close(ours)
    return process.wait(), shown.decode().replace("\r\n", "\n")


@pytest.fixture
def pager(work: Path) -> Path:
    """A pager that writes down what it was given, and how LESS is set, beside what it shows."""
    script = work / "pager"
    script.write_text('#!/bin/sh\nprintf "LESS=%s\\n" "$LESS" > paged\ntee -a paged\n')
    script.chmod(0o755)
    return script


@pytest.mark.parametrize("words", [("log",), ("list",), ("show", "v1")])
def test_on_a_terminal(pager: Path, words: tuple[str, ...]) -> None:
    """The pager of the environment gets all of it, in colours, with LESS=FRX; ARCHIVE_PAGER goes before PAGER."""
    code, shown = on_terminal(*words, PAGER="false", ARCHIVE_PAGER=str(pager))
    assert code == 0
    assert Path("paged").read_text() == f"LESS=FRX\n{shown}"
    assert "harbour-notice" in shown
    assert "\x1b[" in shown
    plain = on_terminal(*words, PAGER=str(pager), NO_COLOR="1", LESS="R")
    assert Path("paged").read_text() == f"LESS=R\n{plain[1]}"
    assert "\x1b" not in plain[1]


@pytest.mark.parametrize("value", ["", "cat", "no-such-pager --of mine", "'"])
def test_without_a_pager(pager: Path, value: str) -> None:
    """Where none is wanted or there, and with --no-pager, it is printed all the same."""
    code, shown = on_terminal("list", ARCHIVE_PAGER=value)
    assert (code, Path("paged").exists()) == (0, False)
    assert "harbour-notice" in shown
    assert on_terminal("list", "--no-pager", ARCHIVE_PAGER=str(pager)) == (0, shown)
    assert not Path("paged").exists()


def test_no_terminal(run: Run, pager: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Into a file or a pipe nothing is paged."""
    monkeypatch.setenv("ARCHIVE_PAGER", str(pager))
    assert run("log").exit_code == 0
    assert not Path("paged").exists()


def test_left_early(work: Path) -> None:
    """Whoever leaves the pager early has read enough: no error, no exit code but 0."""
    code, shown = on_terminal("log", ARCHIVE_PAGER="head -c 1")
    assert (code, shown) == (0, "0")
    del work


def test_error_needs_no_pager(pager: Path) -> None:
    """An error is said on stderr, and no pager is begun for it."""
    assert on_terminal("show", "v9", ARCHIVE_PAGER=str(pager)) == (2, "")
    assert not Path("paged").exists()
