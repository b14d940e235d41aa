"""Options of ``archive diff`` with rules of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click

from muniment.diff import PARTS, Part
from muniment.errors import IntegrityError, UnavailableError


def only_option(function: Callable[..., None]) -> Callable[..., None]:
    """Add ``--only``, which may be repeated and takes lists with commas; it arrives as ``parts``."""
    return click.option(
        "--only",
        "parts",
        metavar=f"[{'|'.join(PARTS)}]",
        multiple=True,
        callback=_parse,
        shell_complete=complete_parts,
        help="Only these classes of change; repeat it, or join them by commas.",
    )(function)


def complete_parts(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001 - click's
    """Complete the last name of a list with commas; a name that stands there already is not offered again."""
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{part}" for part in PARTS if part.startswith(last) and part not in before.split(",")]


def _parse(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[Part, ...]:
    named = [name.strip() for value in values for name in value.split(",")]
    for name in named:
        if name not in PARTS:
            raise click.BadParameter(f"{name!r} is not one of {', '.join(PARTS)}.", ctx, param)
    return tuple(part for part in PARTS if part in named) or PARTS


@contextmanager
def strict_exit(*, strict: bool) -> Iterator[None]:
    """Keep exit code 1 for "different": damaged bytes, which give 1 elsewhere, could not be compared and give 3."""
    try:
        yield
    except IntegrityError as error:
        if not strict:
            raise
        raise UnavailableError(
            error.what, where=error.where, expected=error.expected, found=error.found, hint=error.hint
        ) from error
