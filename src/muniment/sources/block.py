"""Lines and blocks: where white space alone divides a text.

A line ends at LF, CRLF, CR, FF or U+2029.  A block is a run of lines with no blank line, FF or U+2029 between
them.  Where a block holds one paragraph a line, each line becomes a block of its own.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from muniment.sources.label import Label, parse_label
from muniment.sources.punctuation import ends_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

# Code points.  Nobody wraps by hand at more than 200; by custom it is done between 40 and 100.
_LONG_LINE: Final = 200
_WRAP_MIN: Final = 40
_WRAP_MAX: Final = 100
_WRAP_SPREAD: Final = 20

# From the first character of a line that is not white space to the end of the line.
_LINE: Final = re.compile("\\S[^\n\r\f\u2029]*")
_LINE_TO_LF: Final = re.compile("\\S[^\n]*")  # the same where LF alone ends lines, and three times as fast
_LINE_END: Final = re.compile("\r\n|[\n\r]")


class Line(NamedTuple):
    """A line that is not blank, from its first to its last character that is not white space."""

    start: int
    end: int
    label: Label | None


Block = tuple[Line, ...]


def split_blocks(text: str) -> list[Block]:
    """Cut a text into blocks of lines; what lies between the lines is white space.

    A block is taken apart into its lines when one of them is longer than 200 code points; a block that is the
    whole text also when it does not look wrapped by hand (see ``_is_wrapped``).
    """
    blocks = _split_at_blank_lines(text)
    alone = len(blocks) == 1
    result: list[Block] = []
    for block in blocks:
        joined = all(line.end - line.start <= _LONG_LINE for line in block)
        if alone and joined:
            joined = _is_wrapped(text, block)
        result.extend([block] if joined else [(line,) for line in block])
    return result


def _split_at_blank_lines(text: str) -> list[Block]:
    blocks: list[Block] = []
    lines: list[Line] = []
    end = 0
    pattern = _LINE if "\r" in text or "\f" in text or "\u2029" in text else _LINE_TO_LF
    for match in pattern.finditer(text):
        start = match.start()
        if lines and _is_break(text[end:start]):
            blocks.append(tuple(lines))
            lines = []
        end = start + len(match[0].rstrip())
        lines.append(Line(start, end, parse_label(text, start, end)))
    return [*blocks, tuple(lines)] if lines else blocks


def _is_break(gap: str) -> bool:
    return gap == "\n\n" or "\f" in gap or "\u2029" in gap or len(_LINE_END.findall(gap)) > 1


def _is_wrapped(text: str, block: Sequence[Line]) -> bool:
    """Tell a text wrapped by hand from one with a paragraph a line.

    Wrapped means: no line is longer than 100 code points; of the lines that go before a line without a label,
    at least three in four are 40 or longer and at most 20 shorter than the longest line; and fewer than half
    of them end a sentence.
    """
    longest = max(line.end - line.start for line in block)
    inner = [line for line, following in pairwise(block) if following.label is None]
    full = sum(line.end - line.start >= max(_WRAP_MIN, longest - _WRAP_SPREAD) for line in inner)
    ended = sum(ends_sentence(text[line.start : line.end]) for line in inner)
    return longest <= _WRAP_MAX and 4 * full >= 3 * len(inner) > 0 and 2 * ended < len(inner)
