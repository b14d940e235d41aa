from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.sources.paragraphs import _LINE, _LINE_TO_LF, split_blocks

_WRAPPED = (
    "The committee met on Monday in the capital and heard the report of the\n"
    "secretary on the state of the roads in the northern districts, which\n"
    "had suffered from the floods of the spring. It decided to repair them\n"
    "before the winter.\n"
)


def _blocks(text: str) -> list[list[str]]:
    return [[text[line.start : line.end] for line in block] for block in split_blocks(text)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    """LF, CRLF and CR end a line; a blank line ends a block."""
    assert _blocks(f"a{end}b{end}{end}c{end} \t{end}{end}d{end}") == [["a", "b"], ["c"], ["d"]]


@pytest.mark.parametrize("mark", ["\f", "\u2029", "\n\f", "\f\n", " \u2029 "])
def test_paragraph_separators(mark: str) -> None:
    """A form feed and U+2029 end a block by themselves."""
    assert _blocks(f"a\nb{mark}c") == [["a", "b"], ["c"]]


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\x0b", "\t", "\u00a0", "\u200b", "\ufeff"])
def test_no_line_end(mark: str) -> None:
    """Other white space and zero-width characters divide nothing."""
    assert _blocks(f"a{mark}b\n\nc") == [[f"a{mark}b"], ["c"]]


def test_zero_width_is_content() -> None:
    """A line of zero-width characters is not blank."""
    assert _blocks("a\n\n\u200b\n\n\ufeff\n") == [["a"], ["\u200b"], ["\ufeff"]]


def test_nothing() -> None:
    """White space alone holds no block."""
    assert _blocks(" \n\t\r\n\f") == []


def test_white_space_is_one_notion() -> None:
    """What begins a line and what ends it agree on white space, for every code point of the basic plane."""
    characters = [chr(point) for point in range(0x10000)]

    blocks = _blocks("\n\n".join(characters))

    assert blocks == [[character] for character in characters if not character.isspace()]
    assert not any(chr(point).isspace() for point in range(0x10000, sys.maxunicode + 1))


def test_wrapped_text_stays_one_block() -> None:
    """A text wrapped by hand, with no blank line, is one block."""
    assert len(_blocks(_WRAPPED)) == 1


def test_wrapped_text_with_labels_stays_one_block() -> None:
    """The last lines of numbered paragraphs are short, and do not count against wrapping."""
    assert len(_blocks("1. " + _WRAPPED + "2. " + _WRAPPED + "3. Nothing else.\n")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Press release\nThe committee met.\nIt decided.",
        "1. One.\n2. Two.\n3. Three.",
        # Sentences of like length: each line ends one.
        (
            "The committee met on Monday in the capital city.\nThe committee heard the report of the secretary.\n"
            "The committee decided to repair all of the roads."
        ),
        # Of like length, but longer than anybody wraps.
        "\n".join(["word " * 24 + "word"] * 3),
        # Of like length, but shorter.
        "\n".join(["word " * 6 + "word"] * 3),
        # One line in two is short.
        "\n".join(["word " * 12 + "word", "word"] * 3),
    ],
)
def test_a_paragraph_a_line(text: str) -> None:
    """A text with no blank line that is not wrapped by hand has a block for every line."""
    assert _blocks(text) == [[line] for line in text.split("\n")]


@pytest.mark.parametrize(("length", "count"), [(200, 1), (201, 2)])
def test_long_lines(length: int, count: int) -> None:
    """In a block with a line longer than 200 code points every line is a block."""
    assert len(_blocks("Title\n\nHead\n" + "x" * length)) == 1 + count


@pytest.mark.parametrize(("length", "count"), [(39, 2), (40, 1), (100, 1), (101, 2)])
def test_wrap_widths(length: int, count: int) -> None:
    """Lines of 40 to 100 code points may be wrapped by hand."""
    assert len(_blocks("x" * length + "\nshort")) == count


@pytest.mark.parametrize(("length", "count"), [(59, 5), (60, 1)])
def test_wrap_spread(length: int, count: int) -> None:
    """Three lines in four that go on are at most 20 shorter than the longest one."""
    assert len(_blocks("\n".join(["x" * 80, "x" * 80, "x" * length, "x", "end"]))) == count


@pytest.mark.parametrize(("stops", "count"), [(1, 1), (2, 5)])
def test_wrap_sentences(stops: int, count: int) -> None:
    """Fewer than half of the lines that go on end a sentence."""
    lines = ["x" * 60 + ("." if index < stops else "") for index in range(4)]
    assert len(_blocks("\n".join([*lines, "end"]))) == count


@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("\n \t\v\x1c\x85\u2028")), max_size=60))
def test_where_line_feed_alone_ends_lines_both_patterns_are_one(text: str) -> None:
    """The faster pattern finds the same lines in a text without the other ends of lines."""
    plain = text.replace("\r", "").replace("\f", "").replace("\u2029", "")
    assert [m.span() for m in _LINE_TO_LF.finditer(plain)] == [m.span() for m in _LINE.finditer(plain)]
