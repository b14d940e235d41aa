"""Lines, and those that are no prose: rows of tables, of contents and of values between commas, and rules.

All is judged from the line itself, but for what is a row only beside another one.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from muniment.sources.marks import BLANK, LETTER_OR_DIGIT

if TYPE_CHECKING:
    from muniment.sources.label import Label

LONG_LINE: Final = 200
"""Code points: nobody wraps by hand at more."""

LINE: Final = re.compile(f"[^{re.escape(BLANK)}][^\n\r\f\u2029]*")
# The same for a text whose lines all end in a line feed: what is not one is found in a tenth of the time.
LF_LINE: Final = re.compile(f"[^{re.escape(BLANK)}].*")
"""From the first character of a line that is not blank to the end of the line."""

# A line drawn across the page: one sign five times or more, two by turns, or stars and the like with blanks between.
_RULE: Final = re.compile(
    r"([~*_#+=\-–—‒―─━═╌┄∼＊＝※])\1{4,}|([~*=\-_+])(?!\2)([~*=\-_+])(?:\2\3){2,}\2?|([*_~#\-–—＊※])(?:\s+\4){2,}"
)
DRAWN_SIGNS: Final = frozenset("~*_#+=-–—‒―─━═╌┄∼＊＝※")
"""What a line drawn across the page begins with."""

_CELLS: Final = re.compile(r"\S(?:\t+| {3,}\t*|\u3000{2,})(?=\S)")
_ROW: Final = 2  # gaps between cells
_BARS: Final = re.compile(r"\s\|\s|[│┃║]")
_COUNTED: Final = re.compile(r"\S.*?(?:\.{3,}|…{1,}|(?:\. ){3,}|·{3,}|_{3,}|\t+| {3,})[. ]*(?:\d{1,4}|[ivxlc]{1,7})\Z")
_LETTER_OR_DIGIT: Final = re.compile(LETTER_OR_DIGIT)


HEADED: Final = re.compile(r"(?:#{1,6}|={2,6})[ \t]+(?:[^\s#=]|#\S)")
"""How Markdown, and AsciiDoc and Typst, mark a heading, for ``match``."""


class Line(NamedTuple):
    """A line that is not blank, from its first to its last character that is not blank.

    Attributes:
        start: Offset of its first character.
        end: Offset just after its last one.
        indent: Columns before it.
        label: What could be its label, or None.
    """

    start: int
    end: int
    indent: int
    label: Label | None


Block = tuple[Line, ...]

# Values between quotation marks.
_QUOTED: Final = re.compile(r'"[^"\n]*"')
_VALUES: Final = 3  # values in a line, and lines one under the other


def is_headed(text: str, line: Line) -> bool:
    """Whether a line is marked as a heading, by number signs or equals signs before it."""
    return text[line.start] in "#=" and HEADED.match(text, line.start, line.end) is not None


def is_rule(text: str, line: Line) -> bool:
    """Whether a line is drawn across the page, of one sign or of two by turns."""
    return text[line.start] in DRAWN_SIGNS and _RULE.fullmatch(text, line.start, line.end) is not None


def is_row(text: str, line: Line) -> bool:
    """Whether a line is a row of a table or of contents: bars, cells far apart, or dots before a page number."""
    words = text[line.start : line.end]
    if words.count("|") > 1 or len(_BARS.findall(words)) > 1:
        return True
    if "\t" not in words and "   " not in words and "\u3000\u3000" not in words:
        return bool(is_counted(text, line.start, line.end))
    place = line.label.end if line.label else line.start
    cells = len(_CELLS.findall(text, place, line.end))
    return cells >= _ROW or bool(is_counted(text, line.start, line.end))


def is_half_row(text: str, line: Line) -> bool:
    """Whether a line has two cells: a row where one stands beside it that has two as well."""
    place = line.label.end if line.label else line.start
    return (
        line.end - line.start <= LONG_LINE
        and len(_CELLS.findall(text, place, line.end)) + len(_BARS.findall(text, place, line.end)) == 1
    )


def are_half_rows(text: str, before: Line, line: Line) -> bool:
    """Whether two lines, one under the other, have two cells each."""
    return is_half_row(text, before) and is_half_row(text, line)


def is_counted(text: str, start: int, end: int) -> bool:
    """Whether words end in a leader and the number of a page, as in a table of contents."""
    last = text[end - 1]
    if end - start > LONG_LINE or not (last.isdecimal() or last in "ivxlc"):
        return False
    # More cells than two make a row of a table, whose last cell happens to be a number.
    return _COUNTED.match(text, start, end) is not None and len(_CELLS.findall(text, start, end)) < _ROW


def is_drawn(text: str, line: Line) -> bool:
    """Whether a line is drawn, without a letter or digit."""
    return not _LETTER_OR_DIGIT.search(text, line.start, line.end)


def find_values(text: str, block: Block) -> frozenset[int]:
    """The lines of a block that are rows of values between commas or semicolons, as spreadsheets write them.

    Three and more such lines stand one under the other, with as many values each, at least three, and no blank behind
    what parts them; what stands between quotation marks is one value.

    Returns:
        The offsets at which these lines begin.
    """
    found: list[int] = []
    if len(block) >= _VALUES:
        counts = [_count_values(text, line) for line in block]
        for count, run in itertools.groupby(range(len(block)), key=counts.__getitem__):
            rows = list(run)
            if count >= _VALUES and len(rows) >= _VALUES:
                found.extend(block[at].start for at in rows)
    return frozenset(found)


def _count_values(text: str, line: Line) -> int:
    """How many values a line has between commas, or between semicolons; 0 where one has a blank behind it."""
    if text.find(",", line.start, line.end) < 0 and text.find(";", line.start, line.end) < 0:
        return 0
    words = _QUOTED.sub("q", text[line.start : line.end])
    sign = ";" if words.count(";") >= words.count(",") else ","
    if re.search(rf"{sign}\s+\S", words):
        return 0
    return words.count(sign) + 1
