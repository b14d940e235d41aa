"""What is fuzzed: one row a parser, and the claims that are held against every input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from muniment.errors import MunimentError


class ClaimError(Exception):
    """A claim does not hold: what the parser gave is not what was promised."""


def hold(claim: object, what: str) -> None:
    """Hold a claim.

    Raises:
        ClaimError: It is false.
    """
    if not claim:
        raise ClaimError(what)


@dataclass(frozen=True, slots=True)
class Target:
    """One row of the table.

    Attributes:
        name: Of the row, and of its folder in the corpus.
        covers: The functions of ``muniment`` that it fuzzes, each ``module.function``; or a whole room.
        read: The parser: takes any bytes, gives a value or raises one of ``refusals``.
        seeds: Makes inputs to begin with; at least one is accepted.
        write: The formatter; bytes that were read are written to the same bytes.  None where there is none.
        alike: The parser reads several spellings of a value: what is written reads to the same value, no more.
        why: Why there is no formatter.
        check: Holds further claims against accepted bytes and their value.
        words: Tokens of the format.
        mutate: A way of its own to change an input, beside the general ones.
        refusals: What the parser may raise.
        cap: Largest input that is tried, in bytes.
        steps: Inputs that the test tries: fewer where one takes long, so that all targets take some ten seconds.
        kept: Whether inputs of it may lie in the corpus of the checkout.
    """

    name: str
    covers: tuple[str, ...]
    read: Callable[[bytes], Any]
    seeds: Callable[[], Sequence[bytes]]
    write: Callable[[Any], bytes] | None = None
    alike: bool = False
    why: str = ""
    check: Callable[[bytes, Any], None] | None = None
    words: tuple[bytes, ...] = ()
    mutate: Callable[[Random, bytes], bytes] | None = None
    refusals: tuple[type[Exception], ...] = (MunimentError,)
    cap: int = 16 * 1024
    steps: int = 150
    kept: bool = True


def text_of(data: bytes) -> str:
    """Give the text that an input stands for; bytes that are no UTF-8 come as on a command line: lone surrogates."""
    return data.decode("utf-8", "surrogateescape")


def bytes_of(text: str) -> bytes:
    """Undo ``text_of``."""
    return text.encode("utf-8", "surrogateescape")


def pack(files: dict[str, bytes]) -> bytes:
    """Write a small tree as one input: each file after a line with its path."""
    return b"".join(b"\n@@ " + path.encode() + b"\n" + data for path, data in files.items())


def unpack(data: bytes) -> dict[str, bytes]:
    """Read a tree; of two files with one path the last one stands."""
    files = {}
    for part in (b"\n" + data.removeprefix(b"\n")).split(b"\n@@ ")[1:]:
        path, _, content = part.partition(b"\n")
        files[path.decode("utf-8", "replace")] = content
    return files
