"""Tests of ``muniment.record.reading``."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.record.test_record import FULL

from muniment.record import Emendation, Paragraph
from muniment.record.reading import fold_white_space, reading_paragraphs, reading_text


def paragraph(text: str) -> Paragraph:
    """Make a paragraph of a text."""
    return Paragraph("p1", "paragraph", None, text)


def emendation(start: int, end: int, kind: str, replacement: str = "") -> Emendation:
    """Make an emendation of that paragraph."""
    return Emendation("p1", start, end, kind, replacement, "a reason", "The Keeper")


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("as it is", "as it is"),
        ("two\nlines", "two lines"),
        ("two \r\n  lines", "two lines"),
        ("one\u2028two\vthree\ffour\rfive", "one two three four five"),
        ("keeps  two blanks", "keeps  two blanks"),
        ("a [sic] of the original", "a ⟦sic⟧ of the original"),
    ],
)
def test_without_emendations(text: str, reading: str) -> None:
    """Line breaks become one space, brackets of the original white square brackets, and all else stays."""
    assert reading_text(paragraph(text)) == reading


@pytest.mark.parametrize(
    ("changes", "reading"),
    [
        ([emendation(0, 0, "supplied", "Now ")], "[Now] it opens Monday"),
        ([emendation(8, 8, "supplied", " on")], "it opens [on] Monday"),
        ([emendation(3, 8, "corrected", "closes")], "it [closes] Monday"),
        ([emendation(3, 8, "corrected", "op[e]ns")], "it [op⟦e⟧ns] Monday"),
        ([emendation(3, 8, "omitted")], "it […] Monday"),
        ([emendation(9, 15, "unclear")], "it opens [Monday?]"),
        ([emendation(0, 2, "omitted"), emendation(9, 15, "unclear")], "[…] opens [Monday?]"),
        ([Emendation("p2", 0, 2, "omitted", "", "a reason", "The Keeper")], "it opens Monday"),
    ],
)
def test_each_kind(changes: list[Emendation], reading: str) -> None:
    """Each kind of emendation is rendered in square brackets, in its place, and in its own paragraph only."""
    assert reading_text(paragraph("it opens Monday"), changes) == reading


def test_paragraphs_of_a_record() -> None:
    """Every paragraph of a record comes with its reading text, without its label."""
    assert [reading for _, reading in reading_paragraphs(FULL)] == ["Notice", "It [was] closed."]


def test_fold_white_space() -> None:
    """Runs of white space become one space, and none is left at the ends."""
    assert fold_white_space(" a\n\tb\u00a0 c ") == "a b c"


TEXTS = st.text(st.sampled_from("ab [].é\n\r\u2028 \t⟦\U0001f600"), min_size=1, max_size=30)


@st.composite
def emended(draw: st.DrawFn) -> tuple[str, list[Emendation]]:
    """A text and emendations of it that obey the rules."""
    text = draw(TEXTS)
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    changes = []
    for start, end in zip(places[::2], places[1::2], strict=False):
        kind = draw(st.sampled_from(["supplied", "corrected", "omitted", "unclear"]))
        words = draw(st.sampled_from(["x", " x", "x y ", "[x]"])) if kind in {"supplied", "corrected"} else ""
        changes.append(emendation(start, start if kind == "supplied" else end, kind, words))
    return text, changes


@given(emended())
def test_nothing_is_lost_or_added_outside_brackets(case: tuple[str, list[Emendation]]) -> None:
    """Outside the editor's brackets stands the received text and nothing else, but for white space."""
    text, changes = case
    reading = reading_text(paragraph(text), changes)

    outside = re.sub(r"\[[^\[\]]*\]", "", reading)
    kept, position = [], 0
    for change in changes:
        kept.append(text[position : change.start])
        position = change.end
    kept.append(text[position:])
    received = "".join(kept).translate(str.maketrans("[]", "⟦⟧"))
    assert "".join(outside.split()) == "".join(received.split())
    assert reading.count("[") == reading.count("]") == len(changes)


@given(TEXTS)
def test_without_emendations_nothing_but_white_space_changes(text: str) -> None:
    """A reading text without emendations differs from the text as received in line breaks and brackets only."""
    received = text.translate(str.maketrans("[]", "⟦⟧"))
    assert reading_text(paragraph(text)).split() == received.split()
