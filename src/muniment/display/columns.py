"""Prose of the files that are handed out: 80 columns, by rules of its own.

The bytes of a snapshot may not depend on the version of anything, so this is no module of Python's.  Columns are code
points.  Whoever reads the files may have a terminal, a printer or a typewriter's page before him; 80 fit on each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

PROSE_WIDTH = 80
"""Columns of a line, at most; a word that is wider alone stands alone."""

_KEPT = re.compile(r" {4}|.*\S {2,}\S|> | *(?:sha256:)?[0-9a-f]{64}\.?$")
_NUMBER = re.compile(r" *(?:[0-9]+\. )?")


def wrap_prose(text: str) -> str:
    """Wrap the paragraphs of a text anew.

    Kept as they are: what stands four blanks to the right (commands), what has two blanks between its words (a row of
    a table), what begins with ``> `` (words that are quoted), and a hash alone.  A number, as in ``1. ``, begins a
    paragraph, and its lines hang under its first word.
    """
    return "\n".join(line for paragraph in _paragraphs(text) for line in _wrap(paragraph))


def _paragraphs(text: str) -> Iterator[list[str]]:
    """Lines that belong together; a line that is kept, or empty, is alone."""
    lines: list[str] = []
    for line in text.split("\n"):
        alone = not line or _KEPT.match(line)
        if lines and (alone or _indent(line) > len(line) - len(line.lstrip(" "))):
            yield lines
            lines = []
        if alone:
            yield [line]
        else:
            lines.append(line)
    if lines:
        yield lines


def _indent(line: str) -> int:
    number = _NUMBER.match(line)
    return number.end() if number else 0


def _wrap(lines: list[str]) -> Iterator[str]:
    first = lines[0]
    if not first or _KEPT.match(first):
        yield first
        return
    indent = _indent(first)
    row = first[:indent]
    empty = True
    for word in " ".join([first[indent:], *lines[1:]]).split(" "):
        if not word:
            continue
        if not empty and len(row) + 1 + len(word) > PROSE_WIDTH:
            yield row
            row, empty = " " * indent, True
        row, empty = row + ("" if empty else " ") + word, False
    yield row
