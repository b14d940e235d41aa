"""The group of verbs, and the one error handler.

The module of a verb is imported when the verb is used, never for ``--help`` of the whole.  Any exception becomes one
line on stderr and an exit code.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from io import StringIO
from keyword import iskeyword
from typing import Any, NoReturn

import click
from click.exceptions import NoArgsIsHelpError

from muniment.cli.terminal import speak_utf8
from muniment.display import plain
from muniment.errors import InputError, MunimentError, UnavailableError, UnresolvedReferenceError

INTERRUPTED = 130
"""128 and the number of SIGINT, as shells have it."""

PIPE_CLOSED = 141
"""128 and the number of SIGPIPE: the reader has gone, as in ``archive log | head``."""

INTERNAL = 70
"""EX_SOFTWARE of sysexits.h: a fault of ours."""

COMPLETE = "_ARCHIVE_COMPLETE"
"""By this variable a shell asks for completions, as click has it."""

DEBUG = "MUNIMENT_DEBUG"
"""When this is set in the environment, a fault of ours shows its traceback."""


class PipeClosedError(Exception):
    """The reader of our output has gone."""


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
    """Print an error and give its exit code: one line, or on a terminal that is too narrow for it its parts apart."""
    from muniment.cli.hints import as_read  # noqa: PLC0415 - start-up: only where something is wrong
    from muniment.cli.terminal import cells, is_terminal, screen_width  # noqa: PLC0415 - as above

    read = as_read(error)
    line = f"archive: {plain(str(read))}"
    if is_terminal(sys.stderr) and cells(line) > screen_width():
        line = "\n".join(_parts_apart(read, screen_width()))
    print(line, file=sys.stderr)
    return error.exit_code


_PART_WIDTH = 12
"""Columns before what was expected, found or advised, as in the report of a check."""


def _parts_apart(error: MunimentError, width: int) -> Iterator[str]:
    """Give the lines of an error: where and what, then what was expected, what was found, what to do."""
    from muniment.cli.terminal import wrap  # noqa: PLC0415 - start-up: only where something is wrong

    where = f"{error.where}: " if error.where else ""
    first, *rest = wrap(plain(f"archive: {where}{error.what}"), width - 2)
    yield first
    yield from (f"  {line}" for line in rest)
    for label, text in (("expected", error.expected), ("found", error.found), ("hint", error.hint)):
        for row, line in enumerate(wrap(plain(text), width - _PART_WIDTH) if text else ()):
            yield f"  {'' if row else label:<{_PART_WIDTH - 2}}{line}"


def _usage(error: click.ClickException) -> int:
    """Say in one line how the command was used wrongly; used without a verb, it gets the help."""
    if isinstance(error, NoArgsIsHelpError):
        print(error.format_message(), file=sys.stderr)
        return InputError.exit_code
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "archive"
    message = _missing_value(error) or " ".join(error.format_message().split())
    print(f"{path.replace(' ', ': ', 1)}: {plain(message)} ({path} --help)", file=sys.stderr)
    return InputError.exit_code


def _missing_value(error: click.ClickException) -> str:
    """Say which value an option lacks; nothing where it is something else that is wrong."""
    if not isinstance(error, click.BadOptionUsage) or "requires an argument" not in error.message or error.ctx is None:
        return ""
    params = error.ctx.command.get_params(error.ctx)
    metavar = next((param.make_metavar(error.ctx) for param in params if error.option_name in param.opts), "VALUE")
    return f"{error.option_name} lacks its value: {error.option_name} {metavar}"


def _disk(error: OSError) -> UnavailableError:
    return UnavailableError((error.strerror or str(error)).lower(), where=str(error.filename or ""))


def _internal(error: Exception) -> int:
    if os.environ.get(DEBUG):
        raise error
    what = f"{type(error).__name__}: {error}"[:300]
    print(f"archive: internal error: {plain(what)}; please report it ({DEBUG}=1 shows more)", file=sys.stderr)
    return INTERNAL


VERBS = {
    "init": "Make a new archive, its keys and its first trust root.",
    "preview": "Show what would be taken of a file, and what would be left out.",
    "add": "Add a file as the next version of a release.",
    "capture": "Ask an address, and add what it answers as the next version.",
    "watch": "Ask many addresses, and add what changed.",
    "import": "Bring a whole history in, or what is new of it.",
    "describe": "Describe the newest version of a release anew.",
    "reextract": "Take the words of the newest version out of its bytes again.",
    "emend": "Correct the reading text of one paragraph, in brackets.",
    "withdraw": "Say that the archive no longer stands behind a version.",
    "list": "List the releases.",
    "show": "Show a version, or one paragraph of it.",
    "status": "Say where the archive is, and what is to be done.",
    "log": "Show the log: every version, in the order of its entry.",
    "verify": "Check an archive, a version, a snapshot, a proof or a citation.",
    "diff": "Show what changed between two versions or text files.",
    "blame": "Say which version brought each paragraph.",
    "when": "Say in which versions a phrase stands.",
    "serve": "Serve the site of the archive.",
    "search": "Find paragraphs that have some words.",
    "index": "Make the search index, or bring it up to date.",
    "find-quote": "Say whether a quote is still there.",
    "cite": "Print a citation of a version or a paragraph.",
    "export": "Write the snapshot of a version: a zip that proves itself.",
    "prove": "Write the proof of one paragraph, or of words in it.",
    "site": "Write the archive as a web site.",
    "key": "Show who may sign, or change it.",
    "timestamp": "Have the newest checkpoint stamped by time stamp authorities.",
    "witness": "Cosign the checkpoints of others, or have yours cosigned.",
    "memory": "Show what this machine has seen of archives, or forget it.",
    "recover": "End an addition that was interrupted.",
    "copy": "Copy an archive to another place, or bring a copy up to date.",
}
"""Each verb, which is also its module, with the first sentence of its help; a test holds the two together."""


def module_of(verb: str) -> str:
    """Name the module of a verb: ``find-quote`` is ``find_quote``, and ``import``, a word of Python, ``import_``."""
    return f"muniment.cli.verbs.{verb.replace('-', '_')}{'_' if iskeyword(verb) else ''}"


_CALLED_ELSEWHERE = {
    "annotate": "blame", "backup": "copy", "cat": "show", "check": "verify", "citation": "cite", "commit": "add",
    "compare": "diff", "create": "init", "delete": "withdraw", "edit": "describe", "find": "search", "grep": "search",
    "history": "log", "info": "status", "ls": "list", "new": "init", "proof": "prove", "remove": "withdraw",
    "rm": "withdraw", "snapshot": "export", "sync": "copy", "update": "add",
}  # fmt: skip
"""What other programs call a verb of ours."""


_SUMMARY = 70
"""Columns of the first sentence of a help, at most."""


class NearGroup(click.Group):
    """A group of verbs: they stand in the order of work, and a word that is none is told which one comes near."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the verbs as they were added."""
        return list(self.commands)

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Give each verb with the first sentence of its help."""
        named = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        return [(name, verb.get_short_help_str(_SUMMARY)) for name, verb in named if verb is not None]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs, under the same word in each group."""
        with formatter.section("Verbs"):
            formatter.write_dl(self.summaries(ctx))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or say which one may be meant."""
        word = args[0]
        if self.get_command(ctx, word) is None and not word.startswith("-"):
            near = _near(word, self.list_commands(ctx))
            ctx.fail(f"there is no verb {word!r}{f'; did you mean {near}?' if near else ''}")
        return super().resolve_command(ctx, args)


def _near(word: str, verbs: Sequence[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - start-up: only where a word is no verb

    word = word.lower().replace("_", "-")
    if _CALLED_ELSEWHERE.get(word) in verbs:
        return _CALLED_ELSEWHERE[word]
    begun = [verb for verb in verbs if len(word) > 1 and verb.startswith(word)]
    return " or ".join(begun or get_close_matches(word, verbs, n=2, cutoff=0.6))


class TableGroup(NearGroup):
    """Knows its verbs without importing them.

    Args:
        name: Of the group.
        verbs: Of each verb, in the order of work, its module and the first sentence of its help.
        settings: As ``click.Group`` has them.
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        verbs: Mapping[str, tuple[str, str]],
        **settings: Any,  # noqa: ANN401 - click's signature
    ) -> None:
        super().__init__(name, **settings)
        self._verbs = verbs

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the verbs in the order of the table."""
        return list(self._verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the module of a verb."""
        if cmd_name not in self._verbs:
            return None
        command = import_module(self._verbs[cmd_name][0]).command
        assert isinstance(command, click.Command)  # noqa: S101 - every verb's module has one, as a test shows
        return command

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:  # noqa: ARG002 - click's
        """Give the table."""
        return [(name, summary) for name, (_, summary) in self._verbs.items()]


class ArchiveGroup(TableGroup):
    """Lets no error out but as one line."""

    def __init__(self, name: str | None = None, **settings: Any) -> None:  # noqa: ANN401 - click's signature
        super().__init__(name, verbs={name: (module_of(name), summary) for name, summary in VERBS.items()}, **settings)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Keep a closed pipe from click, which would end with exit code 1: that of a failed check.

        What is not there is told from what is not there any more: an archive of which this machine has seen more.
        """
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise PipeClosedError from error
        except UnresolvedReferenceError as error:
            from muniment.cli.memory_check import better_reason  # noqa: PLC0415 - start-up: where something is wrong

            raise better_reason(error, ctx) from error

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002, FBT001, FBT002 - click's signature; we always end the process
        windows_expand_args: bool = False,  # noqa: ARG002, FBT001, FBT002 - click's; we expand nothing ourselves
        **extra: Any,  # noqa: ANN401 - click's signature
    ) -> NoReturn:
        """Run, and end the process with the exit code."""
        speak_utf8()
        if os.environ.get(COMPLETE, "").startswith("powershell"):
            import_module("muniment.cli.powershell").register()
        run = super().main

        def standing_aside() -> object:
            return run(args, prog_name, complete_var, standalone_mode=False, windows_expand_args=False, **extra)

        sys.exit(guard(standing_aside))
