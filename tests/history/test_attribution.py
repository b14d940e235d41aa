"""Tests of ``muniment.history.blame``."""

from __future__ import annotations

from muniment.diff.difference import Segment
from muniment.history.blame import WordRun, carry, word_runs
from muniment.record import Paragraph


def test_white_space_makes_no_run() -> None:
    """White space belongs to the words before it, at the beginning to those behind it."""
    assert word_runs(" a b", [1, 2, 3, 2]) == (WordRun(2, " a b"),)
    assert word_runs("a b", [1, 2, 3]) == (WordRun(1, "a "), WordRun(3, "b"))
    assert word_runs("", []) == ()


def test_labels_have_no_version() -> None:
    """A label plays no part: neither what it was nor what it became brings words."""
    old, new = Paragraph("p1", "paragraph", "1.", "ab"), Paragraph("p1", "paragraph", "10.", "abc")
    segments = [Segment("-", "1."), Segment("+", "10."), Segment("=", " ab"), Segment("+", "c")]
    assert carry(segments, [(old, [4, 5])], [new], 7, same_words=False) == [[4, 5, 7]]


def test_the_same_words() -> None:
    """Where only signs differ, what is new is as old as what it replaces, or as what stands beside it."""
    old, new = Paragraph("p1", "paragraph", None, "a'b"), Paragraph("p1", "paragraph", None, "\u200ba’b\u200b")
    segments = [
        Segment("+", "\u200b"),
        Segment("=", "a"),
        Segment("-", "'"),
        Segment("+", "’"),
        Segment("=", "b"),
        Segment("+", "\u200b"),
    ]
    assert carry(segments, [(old, [4, 5, 6])], [new], 7, same_words=True) == [[4, 4, 5, 6, 6]]


def test_nothing_known() -> None:
    """A text of which nothing was there before is of its own version."""
    old, new = Paragraph("p1", "paragraph", "1.", ""), Paragraph("p1", "paragraph", "1.", "\u200b")
    segments = [Segment("=", "1. "), Segment("+", "\u200b")]
    assert carry(segments, [(old, [])], [new], 7, same_words=True) == [[7]]
