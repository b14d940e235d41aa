"""``-o FILE``: what a verb prints goes to a file instead."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import redirect_stdout
from functools import wraps
from io import StringIO
from pathlib import Path

import click

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
