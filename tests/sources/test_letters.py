"""Letters, frozen."""

from __future__ import annotations

import re
import unicodedata

import pytest

from muniment.sources.marks import ITEM_LETTER, LETTER, LETTER_OR_DIGIT


@pytest.mark.parametrize("character", "azAZéßłжЖҚғअカあ外한ابتกქԱאሀ𞤀𐐀㐀𠀀ﷲ")
def test_letters_of_many_scripts(character: str) -> None:
    """A letter of any script in use is one."""
    assert re.fullmatch(LETTER, character)
    assert re.fullmatch(LETTER_OR_DIGIT, character)


@pytest.mark.parametrize("character", "0٣९๓ .,;:—–-“”«»•§©×÷€→□☺😀🇰、。「」〈〉！（）\u00ad\u200b\u200f\ufeff\ufffd")
def test_signs_and_digits_are_no_letters(character: str) -> None:
    """Digits, punctuation, symbols, emoji and invisible characters are no letters."""
    assert not re.fullmatch(LETTER, character)
    assert not re.fullmatch(ITEM_LETTER, character)


@pytest.mark.parametrize("character", "09٣९๓")
def test_digits(character: str) -> None:
    """Digits of any script count where letters or digits are asked for."""
    assert re.fullmatch(LETTER_OR_DIGIT, character)


def test_unassigned_code_points_are_settled() -> None:
    """What no version of Unicode has assigned yet is judged by its block alone, so that no update changes it."""
    assert unicodedata.category("\u0378") == "Cn"
    assert re.fullmatch(LETTER, "\u0378")
    assert not re.fullmatch(LETTER, "\u2072")
