"""Which version brought each code point of a paragraph: one number for each, carried through a word diff."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from muniment.diff.difference import ParagraphLike, Segment
from muniment.history.model import WordRun

UNKNOWN = 0
"""Stands for code points that no version brought by themselves: labels, and breaks between paragraphs."""


def carry(
    segments: Sequence[Segment],
    old: Sequence[tuple[ParagraphLike, Sequence[int]]],
    new: Sequence[ParagraphLike],
    version: int,
    *,
    same_words: bool,
) -> list[list[int]]:
    """Carry the numbers of old paragraphs over to the new ones.

    Args:
        segments: The word diff, of the paragraphs as printed, joined by line feeds.
        old: The old paragraphs, each with its numbers.
        new: The new paragraphs.
        version: The version of the new paragraphs.
        same_words: Only typography or the cut of paragraphs differs: what is inserted keeps the number of what it
            takes the place of.

    Returns:
        For each new paragraph one number for each code point of its text.
    """
    numbers = _joined(old)
    carried: list[int] = []
    place = replaced = 0
    for segment in segments:
        length = len(segment.text)
        if segment.tag == "+":
            carried += [replaced if same_words else version] * length
            replaced = UNKNOWN
            continue
        here = numbers[place : place + length]
        place += length
        if segment.tag == "=":
            carried += here
        replaced = max(here) if segment.tag == "-" else UNKNOWN
    return _cut(carried, new, version)


def _joined(old: Sequence[tuple[ParagraphLike, Sequence[int]]]) -> list[int]:
    numbers: list[int] = []
    for index, (paragraph, own) in enumerate(old):
        numbers += [UNKNOWN] * ((index > 0) + _label_length(paragraph))
        numbers += own
    return numbers


def _cut(carried: Sequence[int], new: Sequence[ParagraphLike], version: int) -> list[list[int]]:
    cut, place = [], 0
    for index, paragraph in enumerate(new):
        place += (index > 0) + _label_length(paragraph)
        end = place + len(paragraph.text)
        cut.append(_filled(carried[place:end], version))
        place = end
    return cut


def _label_length(paragraph: ParagraphLike) -> int:
    return 0 if paragraph.label is None else len(paragraph.label) + 1


def _filled(numbers: Sequence[int], version: int) -> list[int]:
    """Let what is unknown follow what stands before it, at the beginning what stands behind it."""
    last = next((number for number in numbers if number != UNKNOWN), version)
    filled = []
    for number in numbers:
        last = number if number != UNKNOWN else last
        filled.append(last)
    return filled


def word_runs(text: str, numbers: Sequence[int]) -> tuple[WordRun, ...]:
    """Cut a text where the version changes; white space alone makes no run."""
    runs: list[WordRun] = []
    place = 0
    for version, group in groupby(numbers):
        end = place + len(list(group))
        piece = text[place:end]
        place = end
        if runs and (piece.isspace() or runs[-1].version == version):
            runs[-1] = WordRun(runs[-1].version, runs[-1].text + piece)
        elif runs and runs[-1].text.isspace():
            runs[-1] = WordRun(version, runs[-1].text + piece)
        else:
            runs.append(WordRun(version, piece))
    return tuple(runs)
