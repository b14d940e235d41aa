"""From a verdict to an exit code; ``--strict`` asks for more than that nothing failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from muniment.verify.report import FAILED, UNCHECKED, UNFINISHED, VERIFIED, Report

EXIT_CODES = {VERIFIED: 0, UNFINISHED: 0, FAILED: 1, UNCHECKED: 3}

_STRICT = "muniment.strict"
_Function = TypeVar("_Function", bound=Callable[..., object])


def strict_option(command: _Function) -> _Function:
    """Give ``--strict``, which ``exit_code`` looks at."""

    def remember(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001, FBT001 - click's
        ctx.meta[_STRICT] = value

    return click.option(
        "--strict",
        is_flag=True,
        expose_value=False,
        callback=remember,
        help="Exit with 1 also where nothing failed, but something is not vouched for.",
    )(command)


def exit_code(ctx: click.Context, report: Report) -> int:
    """Give the exit code of a command that has verified something."""
    return EXIT_CODES[report.verdict] or int(ctx.meta.get(_STRICT, False) and not report.vouched)
