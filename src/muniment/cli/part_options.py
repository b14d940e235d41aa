"""The options of ``archive verify`` that ask for a part of an archive: what is new, or some releases by lot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import click

from muniment.cli.options import check_word
from muniment.errors import InputError
from muniment.log_view import LogView
from muniment.verify.part import Sample, Since

_META = "muniment.part"
_Function = TypeVar("_Function", bound=Callable[..., object])


def part_options(command: _Function) -> _Function:
    """Give ``--since``, ``--sample`` and ``--seed``, which ``PartAsked.of`` looks at."""

    def remember(ctx: click.Context, param: click.Parameter, value: str | int | None) -> None:
        if isinstance(value, str):
            check_word(value, param)
        ctx.meta[f"{_META}.{param.name}"] = value

    options = (
        click.option(
            "--since",
            metavar="OLD",
            expose_value=False,
            callback=remember,
            help="Check what came after an older checkpoint, snapshot or copy.",
        ),
        click.option(
            "--sample",
            type=click.IntRange(1),
            metavar="N",
            expose_value=False,
            callback=remember,
            help="Check the log, and N releases by lot.",
        ),
        click.option(
            "--seed",
            metavar="TEXT",
            expose_value=False,
            callback=remember,
            help="What --sample draws its lot with.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class PartAsked:
    """What the user asked for; None for each that was not given."""

    since: str | None
    sample: int | None
    seed: str | None

    @classmethod
    def of(cls, ctx: click.Context) -> PartAsked:
        """Give what was asked for in the command that runs."""
        return cls(*(ctx.meta.get(f"{_META}.{name}") for name in ("since", "sample", "seed")))

    def older(self, against: str | None) -> str | None:
        """Name the older side: that of ``--since``, or of ``--against``.

        Raises:
            InputError: Two parts are asked for at once, or a lot without its seed.
        """
        if (self.sample is None) != (self.seed is None):
            raise InputError("--sample and --seed go together: whoever draws again needs both")
        if self.seed is not None and not self.seed.strip():
            hint = "a text that you did not choose to fit, such as the day: --seed 2026-11-29"
            raise InputError("--seed is empty, and whoever draws again needs it", hint=hint)
        if self.since is not None and (self.sample is not None or against is not None):
            raise InputError("--since stands without --sample and --against")
        return self.since or against

    def part(self, older: LogView | None) -> Sample | Since | None:
        """Say what part it is; None for all.

        Args:
            older: What the older side shows.
        """
        if self.sample is not None and self.seed is not None:
            return Sample(self.sample, self.seed)
        return Since(older) if self.since is not None and older is not None else None
