from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from muniment.diff import words
from muniment.diff.difference import Segment
from muniment.diff.words import refine, tokens
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("ab \n\r.,'é\u0301\u0308\u200b\u200d\u00ad\u00a0\ufe0fกิำ中国かなカ🇰🇿👩🚀ңқ\u0651و한ᄀ"),
        st.characters(codec="utf-8"),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("It's 3.14, e.g. 1,000.", ["It's", " ", "3.14", ",", " ", "e.g", ".", " ", "1,000", "."]),
        ("two  spaces", ["two", "  ", "spaces"]),
        ("Қазақстан-Қырғызстан", ["Қазақстан", "-", "Қырғызстан"]),
        ("решении № 5", ["решении", " ", "№", " ", "5"]),
        ("وِزَارَة الخارجية", ["وِزَارَة", " ", "الخارجية"]),
        ("外交部就", ["外", "交", "部", "就"]),
        ("カタカナです", ["カ", "タ", "カ", "ナ", "で", "す"]),
        ("カ\u3099ス", ["カ\u3099", "ス"]),
        ("น้ำมัน", ["น้ำ", "มั", "น"]),
        ("🇰🇿🇷🇺", ["🇰🇿", "🇷🇺"]),
        ("👩\u200d🚀👍🏽", ["👩\u200d🚀", "👍🏽"]),
        ("co\u00adop", ["co\u00adop"]),
        ("a\u00a0b", ["a", "\u00a0", "b"]),
        ("한국어 문장", ["한국어", " ", "문장"]),
    ],
)
def test_words_of_many_scripts(text: str, expected: list[str]) -> None:
    """Words end where UAX #29 and readers expect it."""
    assert tokens(text) == expected


@given(TEXTS)
def test_words_joined_are_the_text_and_cut_no_cluster(text: str) -> None:
    """Nothing is lost between words, and no boundary lies inside a grapheme cluster."""
    pieces = tokens(text)
    clusters = set(accumulate(len(cluster) for cluster in regex.findall(r"\X", text)))

    assert "".join(pieces) == text
    assert all(pieces)
    assert set(accumulate(map(len, pieces))) <= clusters


def marked(old: list[Paragraph], new: list[Paragraph], *, exact: bool = False) -> str:
    """The word diff with its marks."""
    marks = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return "".join(marks[s.tag].format(s.text) for s in refine(old, new, exact=exact).segments)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # Kazakh, Russian, Arabic: whole words.
        (
            "Үкімет 5 қаулы қабылдады және жұмысты жалғастырады.",
            "Үкімет 7 қаулы қабылдады және жұмысты тоқтатады.",
            "Үкімет [-5-]{+7+} қаулы қабылдады және жұмысты [-жалғастырады-]{+тоқтатады+}.",
        ),
        (
            "Министерство сообщает о решении от 5 мая по вопросу.",
            "Министерство сообщает о решении от 6 мая по новому вопросу.",
            "Министерство сообщает о решении от [-5-]{+6+} мая по {+новому +}вопросу.",
        ),
        (
            "وتدعو الوزارة جميع الأطراف إلى العودة للحوار.",
            "وتدعو الوزارة بعض الأطراف إلى العودة للحوار.",
            "وتدعو الوزارة [-جميع-]{+بعض+} الأطراف إلى العودة للحوار.",
        ),
        # Chinese, Japanese, Thai: characters and clusters.
        (
            "外交部就此发表声明，表示反对。",
            "外交部就此发表声明，表示支持。",
            "外交部就此发表声明，表示[-反对-]{+支持+}。",
        ),
        (
            "会談は東京で開かれる予定です。",
            "会談は京都で開かれる予定です。",
            "会談は[-東京-]{+京都+}で開かれる予定です。",
        ),
        ("รัฐบาลประกาศวันที่ห้า", "รัฐบาลประกาศวันที่หก", "รัฐบาลประกาศวันที่[-ห้า-]{+หก+}"),
        # Flags and joined emoji stay whole.
        (
            "Team 🇰🇿 and 👩\u200d🚀 met",
            "Team 🇷🇺 and 👨\u200d🚀 met",
            "Team [-🇰🇿-]{+🇷🇺+} and [-👩\u200d🚀-]{+👨\u200d🚀+} met",
        ),
    ],
)
def test_two_edits_in_many_scripts(side: Side, old: str, new: str, expected: str) -> None:
    """Only the words that changed are marked, in every script."""
    assert marked(side(old), side(new)) == expected


def test_labels_stand_apart(side: Side) -> None:
    """A number in a label is never matched with the same number in the text."""
    assert (
        marked(side(("5.", "5 people came here.")), side(("6.", "5 people came here.")))
        == "[-5-]{+6+}. 5 people came here."
    )


def test_a_label_that_appears(side: Side) -> None:
    """A label that was not printed before is an insertion with its space."""
    assert marked(side("Text as it was."), side(("1.", "Text as it was."))) == "{+1. +}Text as it was."


def test_paragraphs_are_joined_by_a_line_feed(side: Side) -> None:
    """The place where a paragraph was cut is shown as a line feed."""
    assert marked(side("One here. Two there."), side("One here.", "Two there.")) == "One here.[- -]{+\n+}Two there."


def test_unlike_texts_are_not_woven(side: Side) -> None:
    """Below two fifths of common characters both texts are shown whole."""
    assert marked(side("the cat sat on the mat"), side("the dog ran to the far old barn")) == (
        "[-the cat sat on the mat-]{+the dog ran to the far old barn+}"
    )


def test_empty_sides(side: Side) -> None:
    """A text that became empty, or both empty, still gives segments that rebuild them."""
    assert refine(side("gone"), side("")).segments == (Segment("-", "gone"),)
    assert refine(side(""), side("")).segments == ()


def test_exact_marks_no_more_than_differs(side: Side) -> None:
    """For typography, short equal runs between changes are kept."""
    assert marked(side("a b c"), side("a\u00a0b\u00a0c"), exact=True) == "a[- -]{+\u00a0+}b[- -]{+\u00a0+}c"


def test_beyond_the_bound_only_ends_are_compared(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair too large to compare, common ends apart, gives those ends, and says so."""
    monkeypatch.setattr(words, "MAX_PRODUCT", 8)

    coarse = refine(side("one two three four"), side("one 2 III four"))

    assert coarse.coarse
    assert [(s.tag, s.text) for s in coarse.segments] == [
        ("=", "one "),
        ("-", "two three"),
        ("+", "2 III"),
        ("=", " four"),
    ]
    near = refine(side("one two three four five six"), side("one two 3 four five six"))
    assert not near.coarse
    assert refine(side("one two three"), side("one two three four")).segments == (
        Segment("=", "one two three"),
        Segment("+", " four"),
    )


@given(st.lists(TEXTS, min_size=1, max_size=2), st.lists(TEXTS, min_size=1, max_size=2), st.booleans())
def test_segments_rebuild_both_sides_and_mirror(side: Side, old: list[str], new: list[str], exact: bool) -> None:  # noqa: FBT001 - drawn
    """Equal and deleted words give side A, equal and inserted ones side B, and swapping the sides swaps the marks."""
    a, b = side(*old), side(*new)
    there = refine(a, b, exact=exact).segments
    back = refine(b, a, exact=exact).segments

    assert "".join(s.text for s in there if s.tag != "+") == "\n".join(old)
    assert "".join(s.text for s in there if s.tag != "-") == "\n".join(new)
    assert all(s.text for s in there)
    swap = {"=": "=", "-": "+", "+": "-"}
    assert sorted((s.tag, s.text) for s in there) == sorted((swap[s.tag], s.text) for s in back)
