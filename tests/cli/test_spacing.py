"""Blanks around supplied words."""

from __future__ import annotations

import pytest

from muniment.cli.verbs.emend import with_spaces
from muniment.record import Emendation, Paragraph
from muniment.record.reading import reading_text


@pytest.mark.parametrize(
    ("before", "words", "after", "reading"),
    [
        ("President Tokayev", "of", " Kazakhstan", "President Tokayev [of] Kazakhstan"),
        ("President Tokayev ", "of", "Kazakhstan", "President Tokayev [of] Kazakhstan"),
        ("the end", "now", "", "the end [now]"),
        ("the end.", "Now", "", "the end. [Now]"),
        ("", "The", "end", "[The] end"),
        ("", "The", " end", "[The] end"),
        ("he said", "so", ", and left", "he said [so], and left"),
        ("he said", ",", " and left", "he said[,] and left"),
        ("(", "the", "end)", "([the] end)"),
        ("colo", "u", "r", "colo[u]r"),
        ("中国", "的", "人", "中国[的]人"),
        ("中国。", "的", "", "中国。[的]"),
        ("", "alone", "", "[alone]"),
        ("one", " two", "three", "one [two]three"),
        ("one", "two ", "three", "one[two] three"),
    ],
)
def test_reading(before: str, words: str, after: str, reading: str) -> None:
    """Supplied words stand apart from their neighbours exactly where the text would have them so."""
    replacement = with_spaces(words, before, after)
    emendation = Emendation("p1", len(before), len(before), "supplied", replacement, "x", "x")
    paragraph = Paragraph("p1", "paragraph", None, before + after)
    assert reading_text(paragraph, [emendation]) == reading
