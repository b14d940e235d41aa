"""Whether lines are wrapped by hand: the judgement of a whole text, and the proof of single blocks.

A text with a line that nobody wrapped, or with a paragraph on each line, can still hold blocks that somebody wrapped.
Such a block proves it: each of its lines is filled, so that the first word of the next one would not have fitted.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Callable
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
# Runs of lines that are filled; where there are fewer, two lines need a small letter between them.
_SURE: Final = 3
# Lines that run on into small letters, where none is filled.
_RUNNING: Final = 3
# Blocks without an end of a sentence that has room.
_DIVIDED: Final = 3
_FIRST_SIGNS: Final = 100  # code points that tell the script of a text
_WORD: Final = 24  # code points; no word is longer where the next word is asked to fit
# Columns of the next word where none is divided: a mark behind a sign, which may begin no line; a word of Thai.
_MARK: Final = 2
_THAI_WORD: Final = 12

_UNMARKED_SIGN: Final = re.compile(f"[{UNMARKED}]")
_UNSPACED_SIGN: Final = re.compile(f"[{UNSPACED}]")
# Signs that take two columns.
_WIDE: Final = re.compile(
    "[\u1100-\u115f\u2e80-\u303f\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60]"
)
_QUOTED: Final = re.compile(r"(?:>[ \t]?)*")
_EMPHASIS: Final = re.compile(r"[*_(\"'„“«]{1,3}(?=\w)")
_FIRST_LETTER: Final = re.compile(LETTER)

_Measure = Callable[[str, int, int], int]
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


def divides_by_blanks(text: str, blocks: Sequence[Block], breaks: Sequence[Breaks]) -> bool:
    """Whether blank lines alone divide the paragraphs of a wrapped text: no sentence inside of a block ends with room.

    Three blocks of three lines and more say so, if there are at least twice as many of them as of others.
    """
    parted = whole = 0
    for block, found in zip(blocks, breaks, strict=True):
        if len(found) > 1:
            width = width_of(text, block)
            is_parted = any(
                is_ended(text[before.start : before.end])
                and not is_lower(text[line.start])
                and would_fit(text, before, line, width)
                for before, line in found
            )
            parted, whole = parted + is_parted, whole + (not is_parted)
    return whole >= _DIVIDED and whole >= 2 * parted


class Wrapped(NamedTuple):
    """What is wrapped by hand in a text that, as a whole, is not.

    Attributes:
        blocks: The places of the blocks that are.
        lines: Where lines begin that go on with the one before, in the other blocks too.
    """

    blocks: frozenset[int]
    lines: frozenset[int]


NOTHING_WRAPPED: Final = Wrapped(frozenset(), frozenset())


def find_wrapped(text: str, breaks: Sequence[Breaks]) -> Wrapped:
    """Find what is wrapped by hand in a text that, as a whole, is not.

    Some lines of the text must be filled beyond doubt.  A block is wrapped if more than half of its breaks stand behind
    a line that is full by their width, the next one to its own, or before a small letter, and no line beside them is
    longer than 120 columns.  A single break before a capital says so only where three runs of lines are filled.

    Where three lines in the text run on beyond doubt, each one wide and without the end of a clause, above one that
    begins with a small letter, these lines go on.  If none is filled, a block is wrapped where one of its lines is
    such, and more than half of its breaks are but for the width.
    """
    runs = [run for found in breaks if len(found) > 1 for run in _runs(found)]
    running = [[line.start for before, line in found if _runs_on(text, before, line)] for found in breaks]
    known = sum(map(len, running)) >= _RUNNING
    lines = frozenset(start for starts in running for start in starts) if known else NOTHING_WRAPPED.lines
    # The signs of Han, Hangul and kana take two columns, which not everybody counts.
    for measure in (_columns, _signs):
        proven = [width for run in runs if (width := _proven_width(text, run, measure))]
        if proven:
            widths = sorted(set(proven))
            places = (
                place
                for place, found in enumerate(breaks)
                if (len(proven) >= _SURE or not _is_doubtful(text, found))
                and _are_wrapped(text, found, widths, measure)
            )
            return Wrapped(frozenset(places), lines)
    if not known:
        return NOTHING_WRAPPED
    places = (
        place
        for place, found in enumerate(breaks)
        if running[place]
        and 2 * sum(_runs_on(text, before, line, least=0) for before, line in found) > len(found)
        and not _are_too_long(text, found, _signs)
    )
    return Wrapped(frozenset(places), lines)


def _runs_on(text: str, before: Line, line: Line, *, least: int = _WRAP_MIN) -> bool:
    """Whether a sentence runs on from a line, as wide as this at least, into small letters."""
    return (
        least <= before.indent + before.end - before.start <= _WRAP_MAX
        and is_lower(text[_first(text, line)])
        and not ends_clause(text[before.start : before.end])
    )


def _are_wrapped(text: str, breaks: Breaks, widths: Sequence[int], measure: _Measure) -> bool:
    if not breaks or _are_too_long(text, breaks, measure):
        return False
    own = max(line.indent + measure(text, line.start, line.end) for line in itertools.chain.from_iterable(breaks))
    width = widths[min(bisect_left(widths, own), len(widths) - 1)]
    going = sum(_begins_small(text, line) or _is_full(text, before, line, width, measure) for before, line in breaks)
    return 2 * going > len(breaks)


def _is_doubtful(text: str, breaks: Breaks) -> bool:
    """Whether the only break of a block stands before a capital."""
    if len(breaks) != 1:
        return False
    return _has_capitals(text, breaks[0]) and not _begins_small(text, breaks[0][1])


def _are_too_long(text: str, breaks: Breaks, measure: _Measure) -> bool:
    """Whether a line beside a break is longer than anybody wraps, links aside."""
    return any(
        measure(text, line.start, line.end) + line.indent > _WRAP_MAX and not LINK.search(text, line.start, line.end)
        for line in itertools.chain.from_iterable(breaks)
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


def _proven_width(text: str, run: Sequence[Line], measure: _Measure) -> int:
    """The width to which lines are filled beyond doubt; 0 where there is doubt.

    There are three lines and more, in scripts without capitals four: the longest line is full by itself.  No line but
    the last has room for the first word of the next one, and fewer than half of them end a sentence.  A third of the
    lines begin with a small letter; where no letter is small, at most a third of them ends a clause.
    """
    cased = _has_capitals(text, run)
    width = max(line.indent + measure(text, line.start, line.end) for line in run)
    if len(run) < (_FILLED if cased else _FILLED_WITHOUT_CAPITALS) or not _WRAP_MIN <= width <= _WRAP_MAX:
        return 0
    if any(LINK.search(text, line.start, line.end) for line in run):
        return 0
    pairs = list(itertools.pairwise(run))
    if any(not _is_full(text, before, line, width, measure) for before, line in pairs):
        return 0
    if 2 * sum(is_ended(text[before.start : before.end]) for before, _ in pairs) >= len(pairs):
        return 0
    if cased:
        return width if 3 * sum(_begins_small(text, line) for _, line in pairs) >= len(pairs) else 0
    return width if 3 * sum(ends_clause(text[before.start : before.end]) for before, _ in pairs) <= len(pairs) else 0


def _is_full(text: str, before: Line, line: Line, width: int, measure: _Measure) -> bool:
    """Whether the first word of the next line would not have fitted on a line."""
    taken = before.indent + measure(text, before.start, before.end)
    start = _first(text, line)
    word = text[start : min(line.end, start + _WORD)].split(maxsplit=1)[0]
    if _UNSPACED_SIGN.match(word):
        return taken + (_THAI_WORD if _UNMARKED_SIGN.match(word) else measure(word, 0, 1) + _MARK) > width
    return taken + 1 + measure(word, 0, len(word)) > width


def _columns(text: str, start: int, end: int) -> int:
    return end - start + len(_WIDE.findall(text, start, end))


def _signs(text: str, start: int, end: int) -> int:
    del text
    return end - start


def _first(text: str, line: Line) -> int:
    """Where the words of a line begin, behind the marks of a quote."""
    match = _QUOTED.match(text, line.start, line.end - 1)
    return match.end() if match else line.start


def _begins_small(text: str, line: Line) -> bool:
    """Whether a line begins with a small letter, marks of emphasis and brackets before it aside."""
    start = _first(text, line)
    marks = _EMPHASIS.match(text, start, line.end - 1)
    return is_lower(text[marks.end() if marks else start])


def _has_capitals(text: str, run: Sequence[Line]) -> bool:
    """Whether lines are in a script with capitals, by their first letter."""
    letter = next((match[0] for line in run if (match := _FIRST_LETTER.search(text, line.start, line.end))), "")
    return "" < letter < "\u0590" or "\u1e00" <= letter <= "\u1fff"
