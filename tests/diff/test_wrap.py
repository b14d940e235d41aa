from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.diff.views.painted import GLUE, POP, RESET, Span, clip, columns, isolate, wrap


@pytest.mark.parametrize(
    ("text", "width"),
    [("plain", 5), ("中国", 4), ("e\u0301", 1), ("🇰🇿", 2), ("👩\u200d🚀", 2), ("ｶ", 1), ("Ａ", 2), ("น้ำ", 2), ("", 0)],
)
def test_columns(text: str, width: int) -> None:
    """Wide clusters take two columns, marks none."""
    assert columns(text) == width


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("one two three", 7, ["one two", "three"]),
        ("unbreakable", 4, ["unbr", "eaka", "ble"]),
        ("a unbreakable", 4, ["a", "unbr", "eaka", "ble"]),
        ("外交部就此发表。", 6, ["外交部", "就此发", "表。"]),
        ("外交部（就此）发", 8, ["外交部", "（就此）", "发"]),
        ("🇰🇿🇷🇺🇺🇿", 4, ["🇰🇿🇷🇺", "🇺🇿"]),
        (f"a b{GLUE}c", 4, ["a", "b c"]),
        ("", 4, [""]),
        ("a      b", 3, ["a", "b"]),
    ],
)
def test_wrapping(text: str, width: int, lines: list[str]) -> None:
    """Lines break at spaces and beside wide characters; a closing mark never begins a line."""
    assert wrap([Span(text)], width) == lines


def test_paint_ends_with_the_line() -> None:
    """A painted run is reset at the end of each line and painted again on the next."""
    red = "\x1b[31m"

    assert wrap([Span("a "), Span("red word", red), Span(" b")], 6) == [
        f"a {red}red{RESET}",
        f"{red}word{RESET} b",
    ]


@pytest.mark.parametrize(
    ("text", "width", "line"),
    [("short", 5, "short"), ("longer", 5, "long…"), ("中国人", 5, "中国…"), ("中国人", 4, "中…")],
)
def test_clipping(text: str, width: int, line: str) -> None:
    """What does not fit on one line gives way to an ellipsis."""
    assert clip([Span(text)], width) == line


@given(st.text("ab 中，（🇰🇿e\u0301", max_size=40), st.integers(4, 12))
def test_no_line_is_too_wide_and_only_spaces_are_lost(text: str, width: int) -> None:
    """Every line fits, and what is not a space is kept in order."""
    lines = wrap([Span(text)], width)

    assert all(columns(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


LRI, RLI, FSI = "\u2066", "\u2067", "\u2068"


def test_right_to_left_lines_are_isolated() -> None:
    """Each line keeps the direction of the first letter of the whole, and each change its own."""
    spans = [Span("بيان "), Span("[-", role="open"), Span("UN", role="change"), Span("-]", role="close"), Span(" أول")]

    assert wrap(spans, 40) == [f"{RLI}بيان [-{FSI}UN{POP}-] أول{POP}"]
    assert wrap(spans, 7) == [f"{RLI}بيان{POP}", f"{RLI}[-{FSI}UN{POP}-]{POP}", f"{RLI}أول{POP}"]
    assert wrap([Span("Art. بيان")], 40) == [f"{LRI}Art. بيان{POP}"]
    assert wrap([Span(f"1{GLUE}بيان")], 40) == [f"{RLI}1 بيان{POP}"]
    assert clip([Span("بيان صحفي طويل")], 8) == f"{RLI}بيان صح…{POP}"


def test_a_change_over_two_lines_is_isolated_on_each() -> None:
    """No isolate is left open at the end of a line, nor closed on a line that did not open it."""
    lines = wrap([Span("{+", role="open"), Span("بيان صحفي", role="change"), Span("+}", role="close")], 7)

    assert lines == [f"{RLI}{{+{FSI}بيان{POP}{POP}", f"{RLI}{FSI}صحفي{POP}+}}{POP}"]


def test_other_lines_are_left_alone() -> None:
    """Without a right-to-left letter nothing is added."""
    assert wrap([Span("[-", role="open"), Span("中国", role="change"), Span("-]", role="close")], 40) == ["[-中国-]"]
    assert (isolate("p1.a"), isolate("p1.ب")) == ("p1.a", f"{FSI}p1.ب{POP}")


def test_a_mark_stays_with_its_words() -> None:
    """No line ends with an opening mark or begins with a closing one, beside wide characters too."""
    spans = [Span("外交部"), Span("[-", role="open"), Span("就此", role="change"), Span("-]", role="close")]

    assert wrap(spans, 8) == ["外交部", "[-就此-]"]
