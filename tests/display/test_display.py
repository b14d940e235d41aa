from __future__ import annotations

import pytest

from muniment.display import name_character


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\u00a0", "⟨U+00A0 NO-BREAK SPACE⟩"),
        ("\x1b", "⟨U+001B ESCAPE⟩"),
        ("\t", "⟨U+0009 CHARACTER TABULATION⟩"),
        ("\x00", "⟨U+0000 UNNAMED⟩"),
        ("\U000e0041", "⟨U+E0041 TAG LATIN CAPITAL LETTER A⟩"),
    ],
)
def test_names(character: str, name: str) -> None:
    """A character is named by code point and Unicode name."""
    assert name_character(character) == name
