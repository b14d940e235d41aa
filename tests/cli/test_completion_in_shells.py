"""Completion in the shells themselves, by the very line of ``docs/install.md``, at a terminal, key by key."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no terminals of Unix here")

PAGE = Path(__file__).resolve().parents[2] / "docs" / "install.md"
_SECONDS = 60  # a shell that starts on a machine with much else to do
_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>]|\x1b\][^\x07]*\x07|[\x00-\x09\x0b-\x1f]")

BEFORE = {
    "bash": (".bashrc", "PS1='ready> '\n"),
    "zsh": (".zshrc", "PROMPT='ready> '\n"),
    "fish": (
        ".config/fish/config.fish",
        "function fish_greeting\nend\nfunction fish_prompt\n  echo -n 'ready> '\nend\n",
    ),
}
"""What else stands in the file that each shell reads: a prompt that is waited for."""


class Terminal:
    """A shell at a terminal of its own."""

    def __init__(self, shell: str, home: Path) -> None:
        """Start it, and wait for its prompt."""
        variables = {
            **{name: value for name, value in os.environ.items() if name.startswith(("ARCHIVE_", "LANG"))},
            "HOME": str(home),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "TERM": "xterm",
            "COLUMNS": "120",
        }
        self._child, self._terminal = pty.fork()
        if self._child == 0:
            try:
                os.execvpe(shell, [shell, "-i"], variables)  # noqa: S606 - the shell is what is tested
            finally:
                os._exit(127)
        self._seen = ""
        self.wait_for("ready> ")

    def wait_for(self, words: str) -> None:
        """Read what the shell shows until the words stand there."""
        end = time.monotonic() + _SECONDS
        while words not in self._seen:
            assert time.monotonic() < end, f"no {words!r} in {self._seen!r}"
            if select.select([self._terminal], [], [], 0.1)[0]:
                self._seen += _CONTROLS.sub("", os.read(self._terminal, 65536).decode("utf-8", "replace"))

    def press(self, keys: str) -> None:
        """Press keys; what was shown before no longer counts."""
        self._seen = ""
        os.write(self._terminal, keys.encode())

    def close(self) -> None:
        """End the shell."""
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)
        os.close(self._terminal)


def line_of(shell: str) -> tuple[str, str]:
    """The file of a shell, below home, and the line that the page wants in it."""
    row = re.search(rf"^\| {shell} \| `~/([^`]+)` \| `(.+)` \|$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert row is not None
    return row[1], row[2].replace("\\|", "|")


@pytest.fixture(params=sorted(BEFORE))
def terminal(request: pytest.FixtureRequest, tmp_path: Path, work: Path) -> Iterator[Terminal]:
    """Each shell, with the line of the page, in a folder with an archive; or skip."""
    shell = request.param
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    assert work.is_dir()
    home = tmp_path / "home"
    for name, text in (BEFORE[shell], line_of(shell)):
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")
    started = Terminal(shell, home)
    yield started
    started.close()


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("archive wit\t\t", "withdraw"),
        ("archive show har\t", "archive show harbour-notice"),
        ("archive cite v2#h\t", r"archive cite v2#h1"),
        ("archive diff v1..\t", "archive diff v1..v2"),
        ("archive cite v1 --sty\t", "archive cite v1 --style"),
        ("archive verify noti\t", "archive verify notice.txt"),
    ],
    ids=["verb", "release", "paragraph", "range", "option", "file"],
)
def test_tab(terminal: Terminal, keys: str, shown: str) -> None:
    """The Tab key completes verbs, releases, paragraphs, ranges, options and files in each shell."""
    typed = keys.rstrip("\t")
    terminal.press(keys)
    terminal.wait_for(typed)
    terminal.wait_for(shown.removeprefix(typed))
