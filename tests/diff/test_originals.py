"""In what originals differ whose paragraphs are the same."""

from __future__ import annotations

import pytest

from muniment.diff.originals import Received, say_what, what_differs
from muniment.sources import decode

TEXT = "Notice\n\n* The port is closed.\n\n* Ships wait.\n"


def source(data: bytes, charset: str | None = None) -> Received:
    """An original of these bytes."""
    text, name = decode(data, charset)
    return Received(data, name, text)


def utf8(text: str) -> Received:
    """An original in UTF-8."""
    return source(text.encode())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (TEXT.replace("\n", "\r\n"), "line ends"),
        (TEXT.replace("\n", "\r"), "line ends"),
        (TEXT.removesuffix("\n"), "the last line feed"),
        (TEXT.replace("\n\n", "\n\n\n"), "white space between paragraphs"),
        (TEXT.replace("* ", "*   "), "white space between paragraphs"),
        (TEXT + "\n\n", "white space between paragraphs"),
        (TEXT.replace("\n\n", "\n \t\n"), "white space between paragraphs"),
        (TEXT.replace("\n\n", "\n\u200b\n"), "invisible characters"),
        (f"\ufeff{TEXT}", "the byte order mark"),
        (TEXT.replace("\n", "\r\n").removesuffix("\r\n"), "line ends and the last line feed"),
        (f"\ufeff{TEXT}\n".replace("\n", "\r\n"), "the byte order mark, line ends and white space between paragraphs"),
    ],
)
def test_each_by_name(changed: str, said: str) -> None:
    """What differs is named, and nothing that does not; both ways."""
    a, b = utf8(TEXT), utf8(changed)
    assert say_what(what_differs(a, b), differ=True) == f"originals differ in {said} only"
    assert what_differs(b, a) == what_differs(a, b)


def test_charsets() -> None:
    """The same text in other bytes is another charset."""
    text = "Порт закрыт.\n"
    assert what_differs(source(text.encode("windows-1251"), "windows-1251"), utf8(text)) == ("the charset",)


def test_something_else() -> None:
    """Where the names would not tell all, none is given."""
    assert what_differs(utf8(TEXT), utf8(TEXT.replace("port", "dock") + "\n")) == ()
    assert say_what((), differ=True) == "originals differ"
    assert say_what((), differ=False) == "originals are the same"
