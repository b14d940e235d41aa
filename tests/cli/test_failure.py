"""Whatever is raised becomes one line and an exit code."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import NoReturn

import click
import pytest
from click.testing import CliRunner

from muniment import errors
from muniment.cli import archive, main
from muniment.cli.app import guard
from muniment.errors import InputError, IntegrityError, MunimentError, UnavailableError


def _raise(error: BaseException) -> Callable[[], NoReturn]:
    def run() -> NoReturn:
        raise error

    return run


@pytest.mark.parametrize(
    "kind",
    [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, MunimentError)],
)
def test_typed_errors(kind: type[MunimentError], capsys: pytest.CaptureFixture[str]) -> None:
    """Each typed error gives its own line and the exit code of its branch."""
    assert guard(_raise(kind("bad\x1b[31m", where="a\nb", expected="c", found="d", hint="e"))) == kind.exit_code
    assert capsys.readouterr().err == "archive: a\\nb: bad\\x1b[31m: expected c, found d (e)\n"
    branches = {InputError: 2, IntegrityError: 1, UnavailableError: 3}
    assert kind is MunimentError or kind.exit_code == next(c for k, c in branches.items() if issubclass(kind, k))


class _Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_long_errors_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal an error that is wider has its parts on lines of their own; elsewhere it is one line."""
    error = IntegrityError(
        "it is older " * 9, where="a", expected="9 entries", found="8\x1b[2J", hint="recover it " * 9
    )
    for stream, lines in ((_Terminal(), 6), (StringIO(), 1)):
        monkeypatch.setattr(sys, "stderr", stream)
        assert guard(_raise(error)) == 1
        shown = stream.getvalue().splitlines()
        assert len(shown) == lines
        assert shown[0].startswith("archive: a: it is older it is older")
        assert "\x1b" not in stream.getvalue()
        if lines > 1:
            assert max(map(len, shown)) <= 80
            assert "  expected  9 entries" in shown
            assert "  found     8\\x1b[2J" in shown
            assert "  hint      recover it recover it" in "\n".join(shown)
    monkeypatch.setattr(sys, "stderr", short := _Terminal())
    assert guard(_raise(InputError("bad", where="a"))) == 2
    assert short.getvalue() == "archive: a: bad\n"


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (KeyboardInterrupt(), 130, "archive: interrupted\n"),
        (click.Abort(), 130, "archive: interrupted\n"),
        (EOFError(), 130, "archive: interrupted\n"),
        (MemoryError(), 3, "archive: out of memory\n"),
        (RecursionError(), 3, "archive: nested too deeply to be read\n"),
        (OSError(errno.EIO, "Input/output error", "a\x1b"), 3, "archive: a\\x1b: input/output error\n"),
        (OSError("odd"), 3, "archive: odd\n"),
        (BrokenPipeError(), 141, ""),
        (click.ClickException("odd"), 2, "archive: odd (archive --help)\n"),
        (
            ValueError("odd\x1b"),
            70,
            "archive: internal error: ValueError: odd\\x1b; please report it (MUNIMENT_DEBUG=1 shows more)\n",
        ),
    ],
)
def test_surprises(
    error: BaseException, code: int, line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody raises on purpose still gives one line, and never a traceback."""
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # a closed pipe replaces it; given back afterwards
    assert guard(_raise(error)) == code
    assert capsys.readouterr().err == line
    if isinstance(error, BrokenPipeError):
        sys.stdout.close()


def test_debug(monkeypatch: pytest.MonkeyPatch) -> None:
    """With MUNIMENT_DEBUG a fault of ours shows its traceback."""
    monkeypatch.setenv("MUNIMENT_DEBUG", "1")
    with pytest.raises(ValueError, match="odd"):
        guard(_raise(ValueError("odd")))


def test_no_error() -> None:
    """A command that ends well has exit code 0, or the one that it chose."""
    assert guard(lambda: None) == 0
    assert guard(lambda: 1) == 1


def test_closed_pipe_inside_a_verb(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A pipe that closes while a verb prints gives no exit code of a verdict."""

    def close(*_: object) -> NoReturn:
        raise BrokenPipeError

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("muniment.cli.target.find_archive", close)
    result = CliRunner().invoke(archive, ["list"])
    assert (result.exit_code, result.output) == (141, "")


def test_main(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The console script ends the process."""
    monkeypatch.setattr("sys.argv", ["archive", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("archive (muniment) ")
