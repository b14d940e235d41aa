"""Tests of ``muniment.history.search``."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.diff.fold import fold
from muniment.history.search import fold_for_search, folded_break, sources

SIGNS = "ab \n\r\t\u00a0\u200b\u00ad’“—ée\u0301ﬁ²½ㄱㅏ각港口ก\u0e33ท่\u200d👩🚀🇰🇿\u061cاً\u2009…ｶﾞ"
TEXTS = st.text(alphabet=st.one_of(st.sampled_from(SIGNS), st.characters(exclude_categories=["Cs"])), max_size=30)


@given(TEXTS)
def test_every_sign_has_its_source(text: str) -> None:
    """Each character of the folded text comes from one slice of the text; slices go forward and do not overlap."""
    folded, found = fold_for_search(text), sources(text)
    assert len(found) == len(folded)
    for (start, end), (next_start, next_end) in pairwise(found):
        assert (start, end) == (next_start, next_end) or end <= next_start
    assert all(0 <= start < end <= len(text) for start, end in found)


@given(TEXTS)
def test_the_sources_fold_to_the_text(text: str) -> None:
    """The slices, taken in order and folded, are the folded text."""
    distinct = list(dict.fromkeys(sources(text)))
    assert fold("".join(text[start:end] for start, end in distinct)).replace(" ", "") == fold_for_search(text).replace(
        " ", ""
    )


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  it’s\u00a0an\u200b “old”\r\n pier — now ", 'it\'s an "old" pier - now'),
        ("港口\n关闭", "港口关闭"),
        ("港口 \n关闭", "港口 关闭"),
        ("港口。\r\n\r\n关闭", "港口。关闭"),
        ("now\r\u00a8", "now \u0308"),
        ("ท่าเรือ\nปิด", "ท่าเรือปิด"),
        ("harbour\nclosed", "harbour closed"),
        ("10²", "10²"),
        ("ㄱㅏ\u200b", "가"),
    ],
)
def test_rules(text: str, folded: str) -> None:
    """The folds of the differ hold; a line break between signs of unspaced scripts is no space."""
    assert fold_for_search(text) == folded
    assert len(sources(text)) == len(folded)


def test_break() -> None:
    """Between two texts stands one space, and none where the script has none."""
    assert folded_break("closed.", "It") == " "
    assert folded_break("关闭。", "港口") == ""
    assert folded_break("关闭。", "2.") == " "
