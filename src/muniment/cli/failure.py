"""The one error handler: whatever is raised becomes one line on stderr and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from io import StringIO

import click
from click.exceptions import NoArgsIsHelpError

from muniment.cli.terminal import plain
from muniment.errors import InputError, MunimentError, UnavailableError

INTERRUPTED = 130
"""128 and the number of SIGINT, as shells have it."""

PIPE_CLOSED = 141
"""128 and the number of SIGPIPE: the reader has gone, as in ``archive log | head``."""

INTERNAL = 70
"""EX_SOFTWARE of sysexits.h: a fault of ours."""

DEBUG = "MUNIMENT_DEBUG"
"""When this is set in the environment, a fault of ours shows its traceback."""


class PipeClosedError(Exception):
    """Whoever read our output has gone."""


def guard(run: Callable[[], object]) -> int:
    """Run a command and give its exit code; on the way out, flush."""
    try:
        code = _run(run)
        print(end="", flush=True)
    except (BrokenPipeError, PipeClosedError):
        _drop_output()
        return PIPE_CLOSED
    except OSError as error:
        _drop_output()
        return fail(_disk(error))
    except Exception as error:  # noqa: BLE001 - the last resort: a line instead of a traceback
        return _internal(error)
    return code


def _run(run: Callable[[], object]) -> int:
    try:
        code = run()
    except MunimentError as error:
        return fail(error)
    except click.ClickException as error:
        return _usage(error)
    except (click.Abort, KeyboardInterrupt, EOFError):
        print("archive: interrupted", file=sys.stderr)
        return INTERRUPTED
    except (MemoryError, RecursionError) as error:
        what = "out of memory" if isinstance(error, MemoryError) else "nested too deeply to be read"
        return fail(UnavailableError(what))
    return code if isinstance(code, int) else 0


def _drop_output() -> None:
    """Give up what is still buffered: it would fail again, and aloud, when the interpreter flushes it at its end."""
    sys.stdout = StringIO()


def fail(error: MunimentError) -> int:
    """Print an error as one line and give its exit code."""
    print(f"archive: {plain(str(error))}", file=sys.stderr)
    return error.exit_code


def _usage(error: click.ClickException) -> int:
    """Say in one line how the command was used wrongly; used without a verb, it gets the help."""
    if isinstance(error, NoArgsIsHelpError):
        print(error.format_message(), file=sys.stderr)
        return InputError.exit_code
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "archive"
    message = " ".join(error.format_message().split())
    print(f"{path.replace(' ', ': ', 1)}: {plain(message)} ({path} --help)", file=sys.stderr)
    return InputError.exit_code


def _disk(error: OSError) -> UnavailableError:
    return UnavailableError((error.strerror or str(error)).lower(), where=str(error.filename or ""))


def _internal(error: Exception) -> int:
    if os.environ.get(DEBUG):
        raise error
    what = f"{type(error).__name__}: {error}"[:300]
    print(f"archive: internal error: {plain(what)}; please report it ({DEBUG}=1 shows more)", file=sys.stderr)
    return INTERNAL
