"""What an original calls itself, and the date that it bears: found in its words, or stated by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from muniment.dates import read_date
from muniment.errors import InputError
from muniment.record import Issued, Paragraph
from muniment.record.reading import fold_white_space
from muniment.sources.adapter import StatedFact
from muniment.sources.headings import find_headline
from muniment.sources.lookalikes import is_date_line

MAX_TITLE = 300
"""Code points of a title that was found."""
_INVISIBLE = dict.fromkeys([0x200B, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF])
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
_HEAD = 12
"""So many paragraphs from the top may hold the line with the date of issue."""


def find_issued(paragraphs: Sequence[Paragraph], stated: StatedFact | None = None, thing: str = "page") -> Issued:
    """Take the date of issue that is stated, else that of the one line near the top that is nothing but a date."""
    if stated is not None:
        return Issued(stated.value, "stated", f"The {thing} says so by {stated.place}.")
    lines = [words for paragraph in paragraphs[:_HEAD] if is_date_line(words := one_line(paragraph.text))]
    dates = {_date_in(line) for line in lines}
    if len(dates) != 1 or None in dates:
        return Issued(None, "unknown")
    return Issued(dates.pop(), "inferred", f"The text has the line “{lines[0]}”.")


def _date_in(line: str) -> str | None:
    """Read a line with a date, before which a place may stand; None where it has two readings, or another language."""
    for words in (line, line.partition(",")[2]):
        try:
            return read_date(words)
        except InputError:
            continue
    return None


_UNDERLINE = re.compile(r"[\W_]+")


def headline_of(paragraphs: Sequence[Paragraph]) -> str:
    """Fold the headline to one line, without a line that only underlines it."""
    lines = find_headline(paragraphs).splitlines()
    words = [line for line in lines if not _UNDERLINE.fullmatch(line)]
    return one_line("\n".join(words or lines))[:MAX_TITLE].rstrip()


def one_line(text: str) -> str:
    """Fold hostile text to one line that the schema takes: no control, bidirectional or invisible characters.

    What is no Unicode, as a file's name may be, becomes question marks.
    """
    return _recent_line(text) if len(text) <= _SHORT else _folded(text)


def _folded(text: str) -> str:
    return fold_white_space(text.translate(_INVISIBLE).encode(errors="replace").decode().translate(_CONTROLS))


_SHORT = 2000  # code points; the next version has most of the paragraphs of this one
_recent_line = lru_cache(4096)(_folded)
