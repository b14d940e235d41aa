"""In what two originals differ whose paragraphs are all the same.

A page that was saved by another editor has other bytes and the same words.  That the bytes differ is always said; a
reader who sees no change wants to know what is left: line ends, white space between paragraphs, a byte order mark,
characters that do not show, a last line feed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from muniment.diff.fold import INVISIBLE

_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")
_LAST = re.compile("(?:\r\n?|\n)\\Z")
# A carriage return is left to the line ends.
_WHITE = re.compile(r"[^\S\r]+")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Received:
    """An original: its bytes, the name of their charset, and the text that they are."""

    data: bytes
    charset: str
    text: str


def _line_ends(text: str) -> str:
    return _LINE_END.sub("\n", text)


def _without_last(text: str) -> str:
    return _LAST.sub("", text)


def _without_invisible(text: str) -> str:
    return text if text.isascii() else INVISIBLE.sub("", text)


def _white_space(text: str) -> str:
    """One space for each run of white space, and none at the ends; the last line end keeps its place."""
    body = _LAST.sub("", text)
    return _WHITE.sub(" ", body).strip(" ") + text[len(body) :]


_LAYERS: Sequence[tuple[str, Callable[[str], str]]] = (
    ("line ends", _line_ends),
    ("invisible characters", _without_invisible),
    ("white space between paragraphs", _white_space),
    ("the last line feed", _without_last),
)


def what_differs(a: Received, b: Received) -> tuple[str, ...]:
    """Say in what two originals differ, if these names tell all of it.

    Args:
        a: One original.
        b: Another, whose paragraphs are the same as printed.

    Returns:
        Names, each of which is needed to make both the same; empty where something else differs.
    """
    names = [name for name, _ in _LAYERS]
    if _under(a.text, names) != _under(b.text, names):
        return ()
    needed = [
        name
        for name in names
        if _under(a.text, [n for n in names if n != name]) != _under(b.text, [n for n in names if n != name])
    ]
    marked = [source.data.startswith(_MARKS) for source in (a, b)]
    found = ["the byte order mark"] if marked[0] != marked[1] else []
    if a.charset != b.charset:
        found.append("the charset")
    return (*found, *needed)


def _under(text: str, names: Sequence[str]) -> str:
    """A text with some layers taken off."""
    # White space that invisible characters stood in joins only when they are gone, so the layers keep their order.
    for name, layer in _LAYERS:
        if name in names:
            text = layer(text)
    return text


def say_what(what: Sequence[str], *, differ: bool) -> str:
    """Say it in the first line of a comparison: ``originals differ in line ends only``."""
    if not differ:
        return "originals are the same"
    if not what:
        return "originals differ"
    listed = what[0] if len(what) == 1 else f"{', '.join(what[:-1])} and {what[-1]}"
    return f"originals differ in {listed} only"
