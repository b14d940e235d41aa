from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.diff.fold import alike, fold, fold_unspaced


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
    ("x", "y"),
    [
        ("10㉑", "1021"),
        ("1㋀", "11月"),
        ("5⑴", "5(1)"),
        ("1㏠", "11日"),
        ("10⒈", "101."),
        ("4㍘", "40点"),
        ("TM", "™"),
        ("10²", "102"),
        ("H₂O", "H2O"),
        ("1½", "11⁄2"),
        ("①", "1"),
        ("ªº", "ao"),
        ("a", "A"),
    ],
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


def test_every_sign_of_meaning_is_kept() -> None:
    """Whatever Unicode calls a superscript, subscript, circle or fraction, and what hides a digit, does not fold."""
    joined = []
    for code in range(0x80, 0x110000):
        tag = unicodedata.decomposition(chr(code)).partition(">")[0]
        plain = unicodedata.normalize("NFKC", chr(code))
        hides = tag not in ("<wide", "<font", "<narrow") and any(map(str.isdigit, plain))
        if tag in ("<super", "<sub", "<circle", "<fraction") or (tag[:1] == "<" and hides):
            joined += [chr(code)] if fold(chr(code)) == fold(plain) else []
    assert joined == []


ALIKE = [
    ("本港将于星期一中午起\n关闭，所有船只", "本港将于星期一中午起关闭，所有船只"),
    ("本港将于2024\n年关闭", "本港将于2024年关闭"),
    ("港は月曜日に閉\n鎖されます。\n船は待つ。", "港は月曜日に閉鎖されます。船は待つ。"),
    ("ท่าเรือปิดใน\nวันจันทร์ เรือรอ", "ท่าเรือปิดในวันจันทร์\nเรือรอ"),
    ("ច្រាំងទន្លេ\r\nបិទ", "ច្រាំងទន្លេបិទ"),
    ("يوم الاثنيـــن القادم", "يوم الاثنين القادم"),
    ("العـــــربيّـة", "العربيّة"),
    ("سـلـام", "سلام"),
    ("אמר צה״ל", 'אמר צה"ל'),
    ("one\ntwo", "one two"),
    ("\u2067שלום\u2069 and 5", "שלום and 5"),
    ("\u202bالميناء 10 - 15\u202c", "الميناء 10 - 15"),
]


@pytest.mark.parametrize(("x", "y"), ALIKE)
def test_alike(x: str, y: str) -> None:
    """Line breaks of scripts without spaces, kashida and honest direction are typography."""
    assert alike(x, y)
    assert alike(y, x)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("The fee is 15 euros", "The fee is \u202e15\u202c euros"),
        ("سعر 15 يورو", "سعر \u202e15\u202c يورو"),
        ("\u202e15\u202c 20", "\u202e15 20\u202c"),
        ("from 10 - 15 euros", "from \u206710 - 15\u2069 euros"),
        ("费用为15欧元", "费用为\u202d15\u202c欧元"),
        ("港口 关闭", "港口关闭"),
        ("one\ntwo", "onetwo"),
        ("10\n21", "1021"),
        ("5ـ10", "510"),
        ("港口\n关闭", "港口\n开放"),
    ],
)
def test_not_alike(x: str, y: str) -> None:
    """What turns a number around, and white space that parts words, is more than typography."""
    assert not alike(x, y)
    assert not alike(y, x)
