from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.diff.fold import fold, fold_unspaced


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("plain  text\n wrapped\tagain ", "plain text wrapped again"),
        ("no\u00a0break\u202fspaces\u2007here", "no break spaces here"),
        ("co\u00adoperation zero\u200bwidth joi\u200dner \ufeffmark", "cooperation zerowidth joiner mark"),
        ("\u200eleft\u202e right\u2069", "left right"),
        ("“double” „low“ «angle» 「corner」", '"double" "low" "angle" "corner"'),
        ("‘single’ it’s ‹angle› back`tick", "'single' it's 'angle' back'tick"),
        ("2020–2021 — a ‑ b − c", "2020-2021 - a - b - c"),
        (unicodedata.normalize("NFD", "déjà қой"), "déjà қой"),
        ("ﬁle Ｆｕｌｌ ｶﾞ №", "file Full ガ No"),
        ("e\u200d\u0301", "é"),
        ("❤\ufe0f", "❤"),
    ],
)
def test_typography_folds(text: str, folded: str) -> None:
    """What a reader cannot hear is folded away."""
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("x", "y"), [("10²", "102"), ("H₂O", "H2O"), ("1½", "11⁄2"), ("①", "1"), ("ªº", "ao"), ("a", "A")]
)
def test_meaning_does_not_fold(x: str, y: str) -> None:
    """A superscript, a fraction, a circled sign and a capital are more than typography."""
    assert fold(x) != fold(y)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    """Folded text without signs that NFKC would change stays as it is."""
    once = fold(text)

    assert fold(once) == once


def test_cutting_a_paragraph_keeps_its_unspaced_form() -> None:
    """White space is all that a mere split or merge changes."""
    assert fold_unspaced("One. Two.") == fold_unspaced("One.\nTwo.") == "One.Two."
