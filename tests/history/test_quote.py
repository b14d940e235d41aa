"""Tests of ``muniment.history.quote`` and of ``muniment.history.quote``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.diff.difference import Segment
from muniment.errors import InputError
from muniment.history.quote import FoldedSign, Found, find_quote, nearest
from muniment.history.search import Passage, fold_for_search
from muniment.record import Paragraph


def texts(*items: str | tuple[str, str]) -> list[Paragraph]:
    """Paragraphs of texts, or of pairs of label and text."""
    pairs = [(None, item) if isinstance(item, str) else item for item in items]
    return [Paragraph(f"p{n}", "paragraph", label, text) for n, (label, text) in enumerate(pairs, 1)]


NOTICE = texts(
    ("1.", "The harbour closes on “Monday”."),
    ("2.", "It’s open on Tuesday, unless a\u00a0storm comes, as the master of the port has said."),
    ("3.", "Boats may enter on Tuesday."),
)


def test_exact() -> None:
    """A quote that stands in one place, sign for sign, is found exactly."""
    found = find_quote("\nas the master of the port\n", [NOTICE])
    assert (found.status, found.matched, found.found, found.folded) == ("exact", "exact", True, ())
    assert found.places == (Found(0, Passage(1, 44, 1, 69)),)
    assert found.places[0].passage.text(NOTICE) == "as the master of the port"


def test_folded() -> None:
    """A quote with other signs is found folded, and what was folded is told."""
    found = find_quote("It's open on Tuesday, unless a storm  comes", [NOTICE])
    assert (found.status, found.found) == ("folded", True)
    assert found.folded == (FoldedSign("", " ", 1), FoldedSign("\u00a0", " ", 1), FoldedSign("’", "'", 1))


def test_exact_is_better_than_folded() -> None:
    """One exact place settles it, whatever else is there folded."""
    there = texts("the “old” pier", 'the "old" pier')
    assert find_quote('the "old" pier', [there]).places == (Found(0, Passage(1, 0, 1, 14)),)


@pytest.mark.parametrize(("quote", "matched"), [("on Tuesday", "exact"), ("on  Tuesday", "folded")])
def test_two_places(quote: str, matched: str) -> None:
    """Two equally good places settle nothing; both are listed."""
    found = find_quote(quote, [NOTICE])
    assert (found.status, found.matched, found.found) == ("ambiguous", matched, False)
    assert [one.passage.ids(NOTICE) for one in found.places] == [("p2",), ("p3",)]


def test_two_texts() -> None:
    """Places in two texts are two places."""
    found = find_quote("The harbour closes", [NOTICE, NOTICE])
    assert [one.text for one in found.places] == [0, 1]
    assert found.status == "ambiguous"


@pytest.mark.parametrize(
    ("quote", "folded"),
    [
        ("closes on “Monday”.\n\n2. It’s open", ()),
        (
            'closes on "Monday". 2. It’s open',
            (FoldedSign("\n", " ", 1), FoldedSign("“", '"', 1), FoldedSign("”", '"', 1)),
        ),
        ("1. The harbour closes on “Monday”.\n2. It’s", ()),
        ("1. The harbour closes on “Monday”. 2. It’s", (FoldedSign("\n", " ", 1),)),
    ],
)
def test_over_paragraphs(quote: str, folded: tuple[FoldedSign, ...]) -> None:
    """A quote may run over the end of a paragraph, with the number of the next or without."""
    found = find_quote(quote, [NOTICE])
    assert found.found
    assert (found.places[0].passage.first, found.places[0].passage.last) == (0, 1)
    assert found.folded == folded


def test_over_paragraphs_without_numbers() -> None:
    """Of several paragraphs those that have a number are quoted with it, or all without."""
    there = texts("Notice", "It is shut.", ("2.", "It opens."))
    assert find_quote("Notice It is shut. 2. It opens", [there]).folded == (FoldedSign("\n", " ", 2),)
    assert find_quote("Notice It is shut. It opens", [there]).folded == (FoldedSign("\n", " ", 2),)


def test_not_found_shows_the_nearest() -> None:
    """What is merely similar is not found; it is shown as different."""
    found = find_quote("It’s open on Friday, unless a storm comes", [NOTICE])
    assert (found.status, found.found, found.places) == ("not-found", False, ())
    near = found.nearest
    assert near is not None
    assert (near.shared, near.words, near.passage.ids(NOTICE)) == (7, 8, ("p2",))
    assert near.segments == (
        Segment("=", "It’s open on "),
        Segment("-", "Tuesday"),
        Segment("+", "Friday"),
        Segment("=", ", unless a storm comes"),
    )


@pytest.mark.parametrize("quote", ["Ships from all the northern islands", "…", "boats from all islands"])
def test_nothing_near(quote: str) -> None:
    """Where no passage has half of the words, none is shown."""
    assert nearest(quote, [texts("The harbour closes.", "Boats may go.")]) is None


@pytest.mark.parametrize(
    ("quote", "far"),
    [
        ("the price of the bread in the town", "Of the boats in the harbour, the first is the oldest of the town."),
        ("the ships of the line and of the fleet", "The end of the works and of the dust is in the hands of the port."),
        ("他在市中心的大学里学习法律", "港口的起重机在夜里被大风吹倒，中午的船在海上。"),
        ("我们的目标是在明年的选举中获胜", "他们的船是在港口的北面，其中有的是明日的。"),
        ("เรือออกจากท่าในตอนเช้า", "ราคาของอาหารในตลาดนั้นเพิ่มขึ้นทุกปี"),
        ("ذهب الولد إلى المدرسة في الصباح", "أغلق الميناء في المساء إلى أن يعود المدير"),
        ("в этом году на выборах и в парламенте", "В порту и на причале в этом месяце тихо и на море."),
    ],
)
def test_far_is_not_near(quote: str, far: str) -> None:
    """What has small words, or frequent signs, in common with the quote and says something else is not shown."""
    assert nearest(quote, [texts(far)]) is None


@pytest.mark.parametrize(
    ("quote", "near"),
    [
        ("the harbour stays closed for seven weeks", "The harbour stays closed for six weeks."),
        ("港口将关闭七个星期", "港口将关闭六个星期。"),
        ("ท่าเรือจะปิดเจ็ดสัปดาห์", "ท่าเรือจะปิดหกสัปดาห์"),
        ("يغلق الميناء سبعة أسابيع", "يغلق الميناء ستة أسابيع"),
        ("порт закрыт на семь недель", "Порт закрыт на шесть недель."),
    ],
)
def test_one_word_apart_is_near(quote: str, near: str) -> None:
    """A quote with one word changed is shown beside what stands there, in scripts without spaces too."""
    found = nearest(quote, [texts("Something else.", near)])
    assert found is not None
    assert found.passage.first == found.passage.last == 1


def test_nearest_ends() -> None:
    """Words that the quote has at its ends and the text has not are shown against what stands there."""
    near = nearest("a harbour that closes on Mondays", [texts("Notice: the harbour that closes on Monday at noon.")])
    assert near is not None
    assert near.segments == (
        Segment("-", "the"),
        Segment("+", "a"),
        Segment("=", " harbour that closes on "),
        Segment("-", "Monday"),
        Segment("+", "Mondays"),
    )


def test_nearest_over_paragraphs() -> None:
    """The nearest passage may run over the end of a paragraph; nothing around it is taken from a third one."""
    near = nearest("boats enter. ships leave now", [texts("x y z", "All boats enter.", "Ships leave", "today x")])
    assert near is not None
    assert near.passage == Passage(1, 4, 2, 11)


def test_an_ellipsis_is_itself() -> None:
    """An ellipsis stands for itself alone: it leaves no gap open."""
    assert find_quote("The harbour […] Monday", [NOTICE]).status == "not-found"
    assert find_quote("The harbour […] closes", [texts("The harbour […] closes today")]).status == "exact"


def test_scripts() -> None:
    """A part of a Chinese, Thai or Arabic sentence is found, also where the text is wrapped."""
    there = texts("港口星期一因\n暴风雨关闭。", "ท่าเรือปิดวันจันทร์", "الميناء مغلق يوم الاثنين.")
    assert find_quote("星期一因暴风雨", [there]).folded == (FoldedSign("\n", "", 1),)
    assert find_quote("ปิดวันจันทร์", [there]).status == "exact"
    assert find_quote("مغلق يوم\u200f الاثنين", [there]).folded == (FoldedSign("", "\u200f", 1),)


@pytest.mark.parametrize("quote", ["", " \n ", "\u200b"])
def test_empty(quote: str) -> None:
    """A quote without words is refused."""
    with pytest.raises(InputError, match="the quote is empty"):
        find_quote(quote, [NOTICE])


SIGNS = st.text(alphabet="ab c\n\u00a0’'\u0301é\u200b港口ㄱㅏ", min_size=1, max_size=8)


@given(
    st.lists(st.one_of(SIGNS, st.tuples(st.sampled_from(["1.", "二、", "’"]), SIGNS)), min_size=1, max_size=4), SIGNS
)
def test_found_is_found(items: list[str | tuple[str, str]], quote: str) -> None:
    """Exact means the same code points, folded the same folded text; neither is ever merely alike."""
    there = texts(*items)
    if not fold_for_search(quote):
        return
    found = find_quote(quote, [there])
    for one in found.places:
        passage = one.passage.text(there)
        if found.matched == "exact" and one.passage.first == one.passage.last and quote.strip()[0] not in "1二’":
            assert passage == quote.strip()
        elif found.matched == "folded" and not any(isinstance(item, tuple) for item in items):
            assert fold_for_search(passage) == fold_for_search(quote)
    assert (found.status == "folded") == bool(found.folded)
