"""Long output through a pager, as git does it: only on a terminal, and not where it fits on one screen.

``ARCHIVE_PAGER`` names it, else ``PAGER``, else ``less``; empty or ``cat`` does without.  ``LESS`` is ``FRX`` where the
user has not set it: end where all fits on one screen, show colours, leave the text on the screen.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from io import BufferedWriter, RawIOBase, TextIOWrapper
from typing import IO, TYPE_CHECKING, Any

import click

from muniment.cli.terminal import is_terminal

if TYPE_CHECKING:
    import subprocess

OWN, SHARED = "ARCHIVE_PAGER", "PAGER"
_LESS = {"LESS": "FRX", "LV": "-c"}


def paged(function: Callable[..., None]) -> Callable[..., None]:
    """Give a verb ``--no-pager``, and a pager for what it prints on a terminal."""

    @click.option("--no-pager", is_flag=True, help="Print all at once, without a pager.")
    @wraps(function)
    def command(*arguments: object, no_pager: bool, **values: object) -> None:
        pager = None if no_pager or not is_terminal(sys.stdout) else find_pager()
        if pager is None:
            function(*arguments, **values)
        else:
            _page(pager, lambda: function(*arguments, **values))

    return command


def find_pager() -> list[str] | None:
    """Find the pager; None where none is wanted or there."""
    import shlex  # noqa: PLC0415 - start-up: on a terminal only
    import shutil  # noqa: PLC0415 - as above

    named = os.environ.get(OWN)
    named = os.environ.get(SHARED) if named is None else named
    try:
        words = shlex.split("less" if named is None else named)
    except ValueError:
        return None  # a quotation mark that nothing closes
    if not words or words == ["cat"] or shutil.which(words[0]) is None or os.environ.get("TERM") == "dumb":
        return None
    return words


def _page(pager: list[str], run: Callable[[], None]) -> None:
    """Run with stdout in the pager; who leaves it early has read enough."""
    terminal = sys.stdout
    process = _Process(pager)
    sys.stdout = _PagedText(BufferedWriter(process), encoding="utf-8", errors="backslashreplace", newline="\n")
    try:
        with suppress(BrokenPipeError):
            run()
    finally:
        with suppress(BrokenPipeError):
            sys.stdout.close()
        sys.stdout = terminal
        process.wait()


class _PagedText(TextIOWrapper):
    """Text on its way to a terminal, so that it has the colours and escapes of one."""

    def isatty(self) -> bool:
        """It is read on a terminal."""
        return True


class _Process(RawIOBase):
    """The pager, begun with the first bytes that are written: an error alone needs none."""

    def __init__(self, words: list[str]) -> None:
        super().__init__()
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None

    def writable(self) -> bool:
        """It takes bytes."""
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer, as in the class above it
        """Hand bytes to the pager."""
        if self._process is None:
            import subprocess  # noqa: PLC0415 - start-up: on a terminal only

            environment = {**_LESS, **os.environ}
            self._process = subprocess.Popen(self._words, stdin=subprocess.PIPE, env=environment)  # noqa: S603 - the user named it
        pipe: IO[bytes] | None = self._process.stdin
        assert pipe is not None  # noqa: S101 - it was asked for
        block = bytes(data)
        pipe.write(block)
        pipe.flush()
        return len(block)

    def wait(self) -> None:
        """Wait until the reader leaves the pager, which an interrupt does not end."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        while True:
            try:
                self._process.wait()
            except KeyboardInterrupt:
                continue
            return
