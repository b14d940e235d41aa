"""Options that several verbs share; those of the verbs that write are in ``authoring``, which is slower to load.

Words on the command line must be text in UTF-8.  Python hands over other bytes as halves of surrogate pairs (PEP 383).
As the name of a file they lead back to the file; as words they are no text, and would be searched, signed or compared
as something that nobody wrote.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import wraps
from io import StringIO
from pathlib import Path
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from muniment.cli.completion import complete_reference, files_of_shell
from muniment.cli.target import archive_option
from muniment.errors import InputError
from muniment.files import STANDARD_STREAM, write_file


def to_file(function: Callable[..., None]) -> Callable[..., None]:
    """Give a verb ``-o FILE`` and ``--force``; the file is written whole, after the verb has printed all."""

    @click.option("-o", "--output", metavar="FILE", help="File to write, - for stdout.")
    @click.option("--force", is_flag=True, help="Replace another file of that name.")
    @wraps(function)
    def command(*, output: str | None, force: bool, **values: object) -> None:
        if output is None or output == STANDARD_STREAM:
            function(**values)
            return
        printed = StringIO()
        code = 0
        with redirect_stdout(printed):
            try:
                function(**values)
            except click.exceptions.Exit as end:  # how a verb ends with an exit code of its own
                code = end.exit_code
        write_file(Path(output), printed.getvalue().encode("utf-8", "backslashreplace"), force=force)
        click.get_current_context().exit(code)

    return command


_FILES = frozenset({"COPY", "DIR", "DRAFT", "FILE", "KEY", "REPLY", "REQUEST", "SIGNATURE"})
"""What stands for the name of a file, whether the file is there or not."""

_MAYBE_FILES = frozenset({"A", "B", "FILE_OR_TEXT", "OLD", "SNAPSHOT", "TARGET"})
"""What stands for a file where there is one."""

_WORDS = frozenset({"FILE_OR_TEXT"})
"""What stands for words first: where it is empty it is not a name that is missing."""


class _FileName(click.types.StringParamType):
    """A word that the shell completes as the name of a file."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - click's
        """Leave it to the shell, which knows what lies there."""
        return [files_of_shell(incomplete)]


_FILE_NAME = _FileName()


class Verb(click.Command):
    """A verb whose words are text."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - click's
        super().__init__(*given, **named)
        for param in self.params:
            if type(param.type) is click.types.StringParamType and _placeholder(param) in _FILES | _MAYBE_FILES:
                param.type = _FILE_NAME

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, and refuse words that are no text.

        Raises:
            InputError: Bytes that are not UTF-8, in what is not the name of a file.
        """
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click forgets it where an option lacks its value
            raise
        for param in self.params:
            for value in _texts(ctx.params.get(param.name or "")):
                check_word(value, param)
                _check_named(value, param)
        return rest


def _check_named(value: str, param: click.Parameter) -> None:
    """Refuse an empty name of a file: it would mean the folder that one is in, and comes of a variable without value.

    Raises:
        InputError: It is empty.
    """
    if not value and _placeholder(param) in _FILES | _MAYBE_FILES - _WORDS:
        raise InputError("the name of a file is empty", where=_name_of(param), hint="is the variable set?")


def _name_of(param: click.Parameter) -> str:
    return param.opts[-1] if isinstance(param, click.Option) else _placeholder(param)


def check_word(value: str, param: click.Parameter) -> None:
    """Refuse a word that is no text, unless it is the name of a file.

    Raises:
        InputError: Bytes that are not UTF-8.
    """
    if not _is_file(param, value):
        _check(value, param)


def _is_file(param: click.Parameter, value: str) -> bool:
    name = _placeholder(param)
    return name in _FILES or (name in _MAYBE_FILES and os.path.lexists(value))


def _placeholder(param: click.Parameter) -> str:
    return (param.metavar or str(param.name)).strip("[].")


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - of any parameter
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        yield from (text for text in value if isinstance(text, str))


def _check(value: str, param: click.Parameter) -> None:
    at = next((offset for offset, sign in enumerate(value) if "\ud800" <= sign <= "\udfff"), None)
    if at is None:
        return
    lone = ord(value[at]) - 0xDC00
    offset = len(value[:at].encode("utf-8", "surrogatepass"))
    raise InputError(
        "not text in UTF-8",
        where=_name_of(param),
        expected="UTF-8",
        found=f"byte {lone:#04x} at offset {offset}"
        if 0x80 <= lone <= 0xFF
        else f"half a character at offset {offset}",
        hint="convert it first: iconv -f CHARSET -t UTF-8",
    )


in_archive = archive_option()
"""``--archive DIR`` after the verb."""

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

_VERBOSE = "muniment.verbose"
VISIT_SECONDS: Final = 60
"""For a visit of the web, with all that it leads to, where nobody says another number."""


def verbose_option(function: Callable[..., None]) -> Callable[..., None]:
    """Give ``-v``, for ``is_verbose`` to look at."""

    def remember(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001, FBT001 - click's
        ctx.meta[_VERBOSE] = value

    return click.option(
        "-v",
        "--verbose",
        is_flag=True,
        expose_value=False,
        callback=remember,
        help="Print a line for each check, also where nothing failed.",
    )(function)


def is_verbose() -> bool:
    """Whether the command that runs was asked for more."""
    return bool(click.get_current_context().meta.get(_VERBOSE, False))


reference_argument = click.argument("reference", metavar="REF", shell_complete=complete_reference)


def verb(*examples: str) -> Callable[[Callable[..., None]], click.Command]:
    """Make a function the command of its verb; the examples stand at the end of its help, as they are."""
    return click.command(cls=Verb, epilog=end_of_help(*examples))


def end_of_help(*examples: str) -> str:
    """Give the end of a help: examples, each in its line as it is."""
    # The character BS at the beginning of a paragraph keeps click from filling it.
    return "\b\nExamples:\n" + "\n".join(f"  {example}" for example in examples)


def processors() -> int:
    """Say how many processes work at once, where nobody says it."""
    return min(os.cpu_count() or 1, 64)


def jobs_option(function: Callable[..., None]) -> Callable[..., None]:
    """Give a verb ``--jobs``."""
    said = "Processes at work (default: one per processor)."
    return click.option("--jobs", type=click.IntRange(1, 64), default=processors, help=said)(function)


def follow_option(function: Callable[..., None]) -> Callable[..., None]:
    """Give a verb ``--follow``."""
    said = "Go on with the releases that this one continues or replaces."
    return click.option("--follow", is_flag=True, help=said)(function)


def asking_options(records: str, answers: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a verb that asks the web ``--allow-private``, ``--ignore-robots`` and ``--seconds``.

    Args:
        records: What says that robots.txt was ignored.
        answers: What the seconds are for.
    """

    def give(function: Callable[..., None]) -> Callable[..., None]:
        for option in (
            click.option(
                "--seconds",
                type=click.IntRange(1, 3600),
                metavar="N",
                default=VISIT_SECONDS,
                show_default=True,
                help=f"For all answers {answers}.",
            ),
            click.option("--ignore-robots", is_flag=True, help=f"Ask what robots.txt refuses; the {records}."),
            click.option("--allow-private", is_flag=True, help="Ask servers on private networks and any port too."),
        ):
            function = option(function)
        return function

    return give
