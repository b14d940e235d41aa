from __future__ import annotations

import pytest

from muniment.display.frozen import NAMES, TAGS, direction, plain, show


def test_hidden_characters_are_named() -> None:
    """What hides or turns words stands in the page by code point and name; what words need stays."""
    assert show("a\u202eb<").html == 'a<code class="char" dir="ltr">⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩</code>b&lt;'
    assert plain("\x1b[0m\ue000") == "⟨U+001B ESCAPE⟩[0m⟨U+E000 UNNAMED⟩"
    kept = "tab\tline\nsoft\u00adhyphen joiner\u200d no-break\u00a0space 中文"
    assert show(kept).html == kept


def test_direction_marks() -> None:
    """A direction mark is spelling in a text with right-to-left letters, and named elsewhere."""
    assert show("(\u200fالميناء)").html == "(\u200fالميناء)"
    assert plain("a\u200f") == "a⟨U+200F RIGHT-TO-LEFT MARK⟩"
    assert "⟨U+061C ARABIC LETTER MARK⟩" in show("\u061c only").html


def test_names() -> None:
    """The script has the name of each hidden character that has one, so that no page brings others."""
    signs = [chr(code) for code in range(0x20, 0x7F) if not chr(code).isalpha()]
    tags = {f"{0xE0000 + ord(sign):X}": f"TAG {name}" for sign, name in zip(signs, TAGS.split(","), strict=True)}
    for letter in map(chr, range(ord("a"), ord("z") + 1)):
        tags[f"{0xE0000 + ord(letter):X}"] = f"TAG LATIN SMALL LETTER {letter.upper()}"
        tags[f"{0xE0000 + ord(letter.upper()):X}"] = f"TAG LATIN CAPITAL LETTER {letter.upper()}"
    names = {**NAMES, **tags}
    for code in range(0x110000):
        character = chr(code)
        if not 0xD800 <= code < 0xE000 and plain(character) != character:
            assert plain(character) == f"⟨U+{code:04X} {names.get(f'{code:X}', 'UNNAMED')}⟩"
    assert NAMES["202E"] == "RIGHT-TO-LEFT OVERRIDE"
    assert "F0000" not in NAMES


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("zh-Hans", "ltr"), ("az-Arab", "rtl"), ("ar-Latn", "ltr"),
        ("kk", "ltr"), ("und", "auto"), ("und-Hebr", "rtl"), ("AR", "rtl"), ("fa-x-latn", "rtl"),
    ],
)  # fmt: skip
def test_direction(language: str, expected: str) -> None:
    """The script of a language tag decides on the direction, else the language; letters decide where none is known."""
    assert direction(language) == expected
