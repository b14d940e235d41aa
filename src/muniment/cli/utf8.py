"""Words on the command line: text in UTF-8, or refused.

Python hands over bytes that are no UTF-8 as halves of surrogate pairs (PEP 383).  As the name of a file they lead back
to the file; as words they are no text, and would be searched, signed or compared as something that nobody wrote.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import click

from muniment.errors import InputError

_FILES = frozenset({"DIR", "FILE", "KEY", "REPLY", "REQUEST"})
"""What stands for the name of a file, whether the file is there or not."""

_MAYBE_FILES = frozenset({"A", "B", "FILE_OR_TEXT", "OLD", "SNAPSHOT", "TARGET"})
"""What stands for a file where there is one."""


class Verb(click.Command):
    """A verb whose words are text."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, and refuse words that are no text.

        Raises:
            InputError: Bytes that are not UTF-8, in what is not the name of a file.
        """
        rest = super().parse_args(ctx, args)
        for param in self.params:
            for value in _texts(ctx.params.get(param.name or "")):
                if not _is_file(param, value):
                    _check(value, param)
        return rest


def _is_file(param: click.Parameter, value: str) -> bool:
    said = _said(param)
    return said in _FILES or (said in _MAYBE_FILES and os.path.lexists(value))


def _said(param: click.Parameter) -> str:
    return (param.metavar or str(param.name)).strip("[].")


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - of any parameter
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        yield from (text for text in value if isinstance(text, str))


def _check(value: str, param: click.Parameter) -> None:
    at = next((place for place, sign in enumerate(value) if "\ud800" <= sign <= "\udfff"), None)
    if at is None:
        return
    name = param.opts[-1] if isinstance(param, click.Option) else _said(param)
    lone = ord(value[at]) - 0xDC00
    place = len(value[:at].encode("utf-8", "surrogatepass"))
    raise InputError(
        "not text in UTF-8",
        where=name,
        expected="UTF-8",
        found=f"byte {lone:#04x} at offset {place}" if 0x80 <= lone <= 0xFF else f"half a character at offset {place}",
        hint="convert it first: iconv -f CHARSET -t UTF-8",
    )
