"""Hyphens at the ends of lines: which were set because the line was full, and which belong to the word.

The PDF says it itself.  A word that it has unbroken elsewhere loses the hyphen, one that it has with the hyphen keeps
it.  Where it has neither, the hyphen goes if two words or more of this PDF were broken so, and stays otherwise.

Between two lines comes a blank, but not behind a dash that stands right behind a letter or digit, nor inside of an
address, nor between two signs of a script that has no blanks.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from muniment.sources.pdf.text_columns import IDEOGRAPHS

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD: Final = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_BROKEN: Final = re.compile(r"(?<![^\W\d_])(?<![^\W\d_][-\u2010])(?:[^\W\d_]++[-\u2010])*([^\W\d_]++)[-\u2010\u00ad]\Z")
_REST: Final = re.compile(r"[^\W\d_]+")
_SOFT: Final = "\u00ad"
_GLUED: Final = re.compile(r"(?:[^\W_][\u2013\u2014]|[a-z]://|[\w.+-]@)\Z")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"]*[/._?&=%#~-]\Z")
_OF_ADDRESS: Final = re.compile(r"[^\s<>\"()]*(?:[/_?&=%#~]|[^\W_]\.[^\W_])")
_END: Final = 300
"""Signs at the end of a paragraph that are looked at, so that a long one is not read again for each line."""
_HYPHENATES: Final = 2
"""So many words that stand unbroken too show that the PDF breaks words."""


class Hyphens:
    """What a PDF shows of its hyphens.

    Attributes:
        joined: How many were left out so far.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        """Learn the words of a PDF from its lines."""
        self.joined = 0
        # What stands at the end of a line after a hyphen, or goes on there, is no word that shows anything.
        self._words = {
            word.lower().replace("\u2010", "-")
            for before, line in zip(["", *lines], lines, strict=False)
            for word in _WORD.findall(_whole(before, line))
        }
        pairs = [(_broken(line), _rest(after)) for line, after in pairwise(lines)]
        shown = sum(bool(head and rest and head + rest in self._words) for head, rest in pairs)
        self._hyphenates = shown >= _HYPHENATES

    def join(self, before: str, after: str) -> str:
        """Join two lines of one paragraph."""
        end = before[-_END:]
        head, rest = _broken(end), _rest(after)
        if not head or not rest:
            return before + ("" if _goes_on(end, after) else " ") + after
        if before.endswith(_SOFT) or self._goes(head, rest):
            self.joined += 1
            return before[:-1] + after
        return before + after

    def _goes(self, head: str, rest: str) -> bool:
        if f"{head}-{rest}" in self._words or not rest.islower():
            return False
        return self._hyphenates or head + rest in self._words


def _whole(before: str, line: str) -> str:
    if _BROKEN.search(before):
        line = _REST.sub("", line, count=1)
    return _BROKEN.sub("", line)


def _broken(line: str) -> str:
    found = _BROKEN.search(line)
    return found[1].lower() if found else ""


def _rest(line: str) -> str:
    found = _REST.match(line)
    return found[0] if found else ""


def _goes_on(before: str, after: str) -> bool:
    """Whether no blank was where a line ended: after 2020- or 2020\u2013, in an address, between ideographs."""
    if before[-1:] in "-\u2010" and before[-2:-1].isdigit():
        return True
    if IDEOGRAPHS.match(before[-1:]) and IDEOGRAPHS.match(after):
        return True
    if _GLUED.search(before):
        return True
    return _ADDRESS.search(before) is not None and _OF_ADDRESS.match(after) is not None
