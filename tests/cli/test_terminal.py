"""What reaches a terminal is safe, as wide as it may be, and coloured only where wanted."""

from __future__ import annotations

import io
import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.cli.terminal import (
    cells,
    cut,
    is_terminal,
    json_text,
    pad,
    paint,
    print_note,
    screen_width,
    speak_utf8,
    wants_colour,
    wrap,
)
from muniment.display import cells_apart, escape_json, plain, plain_lines, visible

EVERYTHING = "".join(map(chr, range(0x110000)))
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def test_nothing_unsafe_is_printed() -> None:
    """Of all of Unicode, no control character, no bidirectional override and no half of a pair gets through."""
    shown = plain(EVERYTHING)
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or c in BIDI]
    assert [c for c in plain_lines(EVERYTHING) if unicodedata.category(c) in {"Cc", "Cs"}] == ["\n"]
    assert not [c for c in visible(EVERYTHING) if unicodedata.category(c) in {"Cc", "Cs"} or c in BIDI]


def test_escapes() -> None:
    """Escapes are those that programmers know."""
    assert plain("a\tb\nc\r\x1b[31m\x9b\u202e\U000e0041\ud800") == "a\\tb\\nc\\r\\x1b[31m\\x9b\\u202e\\U000e0041\\ud800"
    assert plain_lines("a\tb\nc\r") == "a b\nc\\r"
    assert visible("a\u00a0b\u00adc") == "a\\xa0b\\xadc"
    assert plain("Қазақстан 中文 ‌ü") == "Қазақстан 中文 ‌ü"


@given(st.text(st.characters()))
def test_json_keeps_its_value(text: str) -> None:
    """Escaped JSON is the same value, and safe."""
    shown = json_text({text: [text, 1, None]})
    assert json.loads(shown) == {text: [text, 1, None]}
    assert plain_lines(shown) == shown
    assert json.loads(escape_json(json_text([text], compact=True))) == [text]


def test_json_is_readable() -> None:
    """Letters of any script stay letters; controls become escapes of JSON."""
    assert json_text({"a": "Қ\x7f\x9b\u202e"}) == '{\n  "a": "Қ\\u007f\\u009b\\u202e"\n}'
    assert json_text([1, 2], compact=True) == "[1, 2]"


def test_cells() -> None:
    """Wide characters take two columns, combining ones none."""
    assert (cells("abc"), cells("中文"), cells("e\u0301")) == (3, 4, 1)
    assert (pad("中", 4), cut("abcdef", 4), cut("abcd", 4), cut("中文中文", 5)) == ("中  ", "abc…", "abcd", "中文…")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one", ["one"]),
        ("one two three", ["one two", "three"]),
        ("incomprehensibilities", ["incomprehensibilities"]),
        ("a incomprehensibilities b", ["a", "incomprehensibilities", "b"]),
        ("一二三四五六", ["一二三四", "五六"]),
        ("a  b", ["a  b"]),
    ],
)
def test_wrap(text: str, lines: list[str]) -> None:
    """Lines break at blanks, words in wide characters anywhere, others never."""
    assert wrap(text, 8) == lines


@given(st.text("ab 中é"), st.integers(4, 20))
def test_wrap_loses_nothing(text: str, width: int) -> None:
    """Wrapping only breaks lines."""
    assert "".join(wrap(text, width)).replace(" ", "") == text.replace(" ", "")


def test_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """The width is that of the terminal, and never less than 40."""
    monkeypatch.setenv("COLUMNS", "132")
    assert screen_width() == 132
    monkeypatch.setenv("COLUMNS", "7")
    assert screen_width() == 40


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours are for terminals, unless NO_COLOR or the user says no."""
    assert paint("x", "31", colour=True) == "\x1b[31mx\x1b[0m"
    assert (paint("x", "31", colour=False), paint("", "31", colour=True)) == ("x", "")
    assert not wants_colour()
    assert wants_colour(asked=True)
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    assert wants_colour()
    assert not wants_colour(asked=False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour()
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not wants_colour()


def test_closed_stream_is_no_terminal() -> None:
    """A stream that was closed is no terminal, and no error."""
    stream = io.StringIO()
    stream.close()
    assert not is_terminal(stream)


def test_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text stream over bytes is made to speak UTF-8; any other stream is left alone."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="\r\n")
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    speak_utf8()
    sys.stdout.write("Қ\ud800\n")
    stream.flush()
    assert stream.buffer.getvalue() == "Қ\\ud800\n".encode()


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        """It is a terminal."""
        return True


def test_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A note is one line for programs and files, and on a terminal as wide as that, further lines set in."""
    text = "harbour.html: taken: main (by the rule for the main part), 4 words; left out: 200 words of menus and more"
    for stream, lines in ((io.StringIO(), 1), (_Screen(), 2)):
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("COLUMNS", "80")
        print_note(text)
        said = stream.getvalue()
        assert said.startswith("archive: note: harbour.html: taken: ")
        assert said.count("\n") == lines
        assert " ".join(said.split()) == f"archive: note: {text}"
        assert lines == 1 or all(len(line) <= 80 for line in said.splitlines())
    short = _Screen()
    monkeypatch.setattr(sys, "stderr", short)
    print_note("short")
    assert short.getvalue() == "archive: note: short\n"


def test_cells_of_a_table() -> None:
    """Where one cell of a row ends and the next begins is seen."""
    assert cells_apart("Berth 4\tclosed\t\t2 March") == "Berth 4 | closed |  | 2 March"
