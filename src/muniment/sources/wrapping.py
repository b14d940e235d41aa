"""Whether lines are wrapped by hand: the judgement of a whole text, and the proof of single blocks.

A text with a line that nobody wrapped, or with a paragraph on each line, can still hold blocks that somebody wrapped.
Such a block proves it: each of its lines is filled, so that the first word of the next one would not have fitted.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from muniment.sources.breaks import LINK, is_ended, width_of, would_fit
from muniment.sources.line import LONG_LINE, is_headed
from muniment.sources.marks import LETTER, UNMARKED, UNSPACED, ends_clause, is_lower

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muniment.sources.line import Block, Line

# Code points, and columns in a proof.  By custom lines are wrapped by hand between 40 and 120.
_WRAP_MAX: Final = 120
# Columns of the longest line of a proof; addresses and menus are narrower.
_WRAP_MIN: Final = 40
# Lines of a proof, in scripts with capitals and in those without.
_FILLED: Final = 3
_FILLED_WITHOUT_CAPITALS: Final = 4
_FIRST_SIGNS: Final = 100  # code points that tell the script of a text
_WORD: Final = 24  # code points; no word is longer where the next word is asked to fit
# Columns of the next word where words are not divided: a sign and a mark that may not begin a line; a word of Thai.
_SIGN: Final = 4
_THAI_WORD: Final = 12

_UNMARKED_SIGN: Final = re.compile(f"[{UNMARKED}]")
_UNSPACED_SIGN: Final = re.compile(f"[{UNSPACED}]")
# Signs that take two columns.
_WIDE: Final = re.compile(
    "[\u1100-\u115f\u2e80-\u303f\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60]"
)
_QUOTED: Final = re.compile(r"(?:>[ \t]?)*")
_FIRST_LETTER: Final = re.compile(LETTER)

Breaks = list[tuple["Line", "Line"]]
"""The line breaks of a block that could be those of wrapping, each with the lines before and behind it."""


class _Said(NamedTuple):
    """What a break says in the judgement of a whole text: of the line before it, and of the beginning of the next."""

    length: int
    ended: bool
    longest: bool
    full: bool
    lower: bool


def is_wrapped(text: str, blocks: Sequence[Block], breaks: Sequence[Breaks]) -> bool:
    """Tell a text wrapped by hand from one with a paragraph a line, by all its lines.

    One line over 200 code points, links and marked headings aside, and nobody wrapped it.  Else the breaks are counted
    that could be those of wrapping: if half of them end a sentence, a line is a paragraph.  Where no sentence ends with
    a mark, or lines are longer than 120, half of the lines that go on must be full.

    Args:
        text: The whole text.
        blocks: All its blocks.
        breaks: The breaks of each that could be those of wrapping.
    """
    if any(_is_too_long(text, line) for block in blocks for line in block):
        return False
    said = [each for block, found in zip(blocks, breaks, strict=True) if found for each in _say(text, block, found)]
    ended = sum(each.ended for each in said)
    if said and 2 * ended >= len(said):
        return False
    unmarked = not ended and len(said) > 1 and _is_unmarked(text, blocks)
    if not unmarked and all(each.length <= _WRAP_MAX for each in said):
        return True
    # The longest line of a block is full by itself, and proves nothing.
    telling = [each for each in said if not each.longest]
    return 2 * sum(each.full or each.lower for each in telling) >= len(telling)


def _is_too_long(text: str, line: Line) -> bool:
    return (
        line.end - line.start > LONG_LINE
        and not is_headed(text, line)
        and len(LINK.sub("", text[line.start : line.end])) > LONG_LINE
    )


def _say(text: str, block: Block, breaks: Breaks) -> Iterator[_Said]:
    width = width_of(text, block)
    for before, line in breaks:
        words = LINK.sub("", text[before.start : before.end])
        length = len(words)
        linked = length < before.end - before.start or LINK.match(text, line.start, line.end) is not None
        full = linked or not would_fit(text, before, line, width)
        ended = is_ended(text[before.start : before.end])
        yield _Said(length, ended, length == width, full, is_lower(text[line.start]))


def _is_unmarked(text: str, blocks: Sequence[Block]) -> bool:
    first = blocks[-1][0]
    return _UNMARKED_SIGN.search(text, first.start, first.start + _FIRST_SIGNS) is not None


def find_wrapped(text: str, breaks: Sequence[Breaks]) -> frozenset[int]:
    """Find the blocks that are wrapped by hand in a text that, as a whole, is not.

    Some lines of the text must be filled beyond doubt; their width is that of the text.  A block is wrapped if more
    than half of its breaks stand behind a line that is full by that width, or before a small letter, and no line
    beside them is longer than 120 columns.

    Returns:
        The places of these blocks.
    """
    width = max((_proven_width(text, run) for found in breaks if len(found) > 1 for run in _runs(found)), default=0)
    if not width:
        return frozenset()
    return frozenset(
        place
        for place, found in enumerate(breaks)
        if found
        and 2 * sum(_goes_on(text, before, line, width) for before, line in found) > len(found)
        and all(_columns(text, line) <= _WRAP_MAX or LINK.search(text, line.start, line.end) for line in _lines(found))
    )


def _runs(breaks: Breaks) -> Iterator[list[Line]]:
    """The lines between which nothing but such breaks stand."""
    run: list[Line] = []
    for before, line in breaks:
        if not run or run[-1] is not before:
            if run:
                yield run
            run = [before]
        run.append(line)
    if run:
        yield run


def _lines(breaks: Breaks) -> Iterator[Line]:
    for before, line in breaks:
        yield before
        yield line


def _proven_width(text: str, run: Sequence[Line]) -> int:
    """The width to which lines are filled beyond doubt; 0 where there is doubt.

    No line but the last has room for the first word of the next one, and fewer than half of them end a sentence.  The
    longest line is full by itself: another one must be.  A third of the lines begin with a small letter; where no
    letter is small, there are four lines and more, two of them full beside the longest, and at most a third ends a
    clause.
    """
    columns = [_columns(text, line) for line in run]
    width = max(columns)
    if len(run) < _FILLED or not _WRAP_MIN <= width <= _WRAP_MAX:
        return 0
    if any(LINK.search(text, line.start, line.end) for line in run):
        return 0
    pairs = list(itertools.pairwise(run))
    if any(not _is_full(text, before, line, width) for before, line in pairs):
        return 0
    if 2 * sum(is_ended(text[before.start : before.end]) for before, _ in pairs) >= len(pairs):
        return 0
    telling = sum(column < width for column in columns[:-1])
    if _has_capitals(text, run):
        lower = sum(is_lower(text[_first(text, line)]) for _, line in pairs)
        return width if telling and lower and 3 * lower >= len(pairs) else 0
    clauses = sum(ends_clause(text[before.start : before.end]) for before, _ in pairs)
    sure = len(run) >= _FILLED_WITHOUT_CAPITALS and telling > 1 and 3 * clauses <= len(pairs)
    return width if sure else 0


def _goes_on(text: str, before: Line, line: Line, width: int) -> bool:
    return is_lower(text[_first(text, line)]) or _is_full(text, before, line, width)


def _is_full(text: str, before: Line, line: Line, width: int) -> bool:
    """Whether the first word of the next line would not have fitted on a line, in columns."""
    start = _first(text, line)
    word = text[start : min(line.end, start + _WORD)].split(maxsplit=1)[0]
    if _UNSPACED_SIGN.match(word):
        return _columns(text, before) + (_THAI_WORD if _UNMARKED_SIGN.match(word) else _SIGN) > width
    return _columns(text, before) + 1 + len(word) + len(_WIDE.findall(word)) > width


def _columns(text: str, line: Line) -> int:
    length = line.end - line.start
    if text.isascii():
        return line.indent + length
    return line.indent + length + len(_WIDE.findall(text, line.start, line.end))


def _first(text: str, line: Line) -> int:
    """Where the words of a line begin, behind the marks of a quote."""
    match = _QUOTED.match(text, line.start, line.end - 1)
    return match.end() if match else line.start


def _has_capitals(text: str, run: Sequence[Line]) -> bool:
    """Whether lines are in a script with capitals, by their first letter."""
    letter = next((match[0] for line in run if (match := _FIRST_LETTER.search(text, line.start, line.end))), "")
    return "" < letter < "\u0590" or "\u1e00" <= letter <= "\u1fff"
