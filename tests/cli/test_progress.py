"""The progress bar."""

from __future__ import annotations

import io
import sys

import pytest

from muniment.cli import terminal as progress
from muniment.cli.terminal import ProgressBar


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_quiet_without_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is shown where nobody looks."""
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    with ProgressBar() as bar:
        bar.update(1, 2)
    assert capsys.readouterr() == ("", "")


def test_quiet_when_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is shown before the work has taken a while."""
    monkeypatch.setattr(progress, "PATIENCE", 1e9)
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with ProgressBar() as bar:
        bar.update(1, 2)
    assert screen.getvalue() == ""


def test_shown_on_stderr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that takes a while is shown on stderr, and stdout stays clean."""
    screen = Terminal()
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with ProgressBar() as bar:
        bar.update(1, 2)
        bar.update(2, 2)
    assert "checking" in screen.getvalue()
    assert capsys.readouterr().out == ""
