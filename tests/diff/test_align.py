from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.diff import candidates as candidates_module
from muniment.diff.anchors import Gaps, Pairing, Side, anchor
from muniment.diff.candidates import WordOrder, candidates, collect, words_of
from muniment.diff.compare import LINK, LINK_IN_PLACE, Link, align
from muniment.diff.pieces import restructurings
from muniment.sources.adapter import Paragraph

Make = Callable[..., list[Paragraph]]


def pairing(a: list[Paragraph], b: list[Paragraph]) -> Pairing:
    """Two sides without links."""
    return Pairing.empty(Side(a), Side(b))


def test_growth_settles_repeats_beside_an_anchor(side: Make) -> None:
    """Equal lines follow their unique neighbour, up and down."""
    pairs = pairing(side("n", "x", "one", "x", "m"), side("x", "k", "x", "one", "x", "x"))

    anchor(pairs)

    assert pairs.links() == [(1, 2), (2, 3), (3, 4)]


def test_remaining_repeats_are_taken_in_order_inside_their_gap(side: Make) -> None:
    """Repeats between the same two anchors pair with each other before those further away."""
    pairs = pairing(side("one", "p", "x", "q", "two", "r", "x", "s"), side("one", "t", "x", "u", "two", "v", "x", "w"))

    anchor(pairs)

    assert pairs.links() == [(0, 0), (2, 2), (4, 4), (6, 6)]


def test_a_repeat_in_another_gap_is_still_the_same_text(side: Make) -> None:
    """A repeated line that has no twin in its own gap is linked across gaps."""
    pairs = pairing(side("x", "x", "n", "one", "m"), side("k", "one", "l", "x", "x", "j"))

    anchor(pairs)

    assert pairs.links() == [(0, 3), (1, 4), (3, 1)]


def test_gaps_count_the_links_above(side: Make) -> None:
    """A gap is the number of links above it that kept their order."""
    pairs = pairing(side("a", "b", "c"), side("c", "a", "b"))
    anchor(pairs)
    gaps = Gaps.of(pairs)

    assert (gaps.fixed_a, gaps.fixed_b) == ([0, 1], [1, 2])
    assert [gaps.of_a(i) for i in range(3)] == [0, 1, 2]
    assert [gaps.of_b(j) for j in range(3)] == [0, 0, 1]


@pytest.mark.parametrize(
    ("text", "alone", "with_pairs"),
    [
        ("The State, the law.", ["the", "state", "the", "law"], ["the", "state", "the", "law"]),
        ("中国人 ok", ["中", "国", "人", "ok"], ["中", "国", "人", "中国", "国人", "ok"]),
        ("қаулы; и҆ — 5", ["қаулы", "и҆", "5"], ["қаулы", "и҆", "5"]),
        ("…!?", [], []),
    ],
)
def test_words_for_counting(text: str, alone: list[str], with_pairs: list[str]) -> None:
    """Scripts without spaces are counted by character, and by pair where asked."""
    assert words_of(text, pairs=False) == alone
    assert words_of(text, pairs=True) == with_pairs


def test_candidates_share_rare_words(side: Make) -> None:
    """A pair is scored from both sides, in thousandths; a paragraph without a shared word is none."""
    pairs = pairing(side("alpha beta gamma", "nothing"), side("alpha beta delta", "..."))
    (found,) = candidates(collect(pairs))

    assert (found.a, found.b) == (0, 0)
    assert 500 < found.score < 700
    assert found.of_a == found.of_b == found.score


def test_lookups_are_bounded(side: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words beyond the bounds are not looked up, and at most so many candidates are scored."""
    a, b = side("alpha beta gamma"), side(*("alpha beta gamma" + f" w{n}" for n in range(30)))
    bags = collect(pairing(a, b))
    assert len(candidates(bags)) == 30  # twelve for the one of A, and it for each of B

    monkeypatch.setattr(candidates_module, "LOOKED_UP", 1)
    assert len(candidates(bags)) == 30

    monkeypatch.setattr(candidates_module, "COMMON", 0)
    assert candidates(bags) == []


def test_order_is_not_compared_beyond_the_bound(side: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Word order is an exact share within the bound of work, and taken for granted beyond it."""
    order = WordOrder(pairing(side("one two three four"), side("four three two one")))
    assert order.common(0, 0) == 250

    monkeypatch.setattr(candidates_module, "MAX_PRODUCT", 15)
    assert order.common(0, 0) == 1000


def test_the_same_signs_in_another_order_are_no_link(side: Make) -> None:
    """Texts in a small alphabet that share most signs but not their order stay apart."""
    thai = "การยอมรับนับถือเกียรติศักดิ์ประจำตัวและสิทธิเท่าเทียมกัน"

    assert align(side(thai), side(thai[::-1])) == []


def test_a_split_needs_each_piece(side: Make) -> None:
    """A paragraph beside a second copy of part of its words is not split into them."""
    whole = "one two three four five six seven eight nine ten"
    pairs = pairing(side(whole), side(whole + " eleven", "eight nine ten"))
    bags = collect(pairs)

    assert restructurings(pairs, bags, candidates(bags)) == []


def test_a_paragraph_is_claimed_once(side: Make) -> None:
    """Of two splits that want the same piece, the better one is kept."""
    first, second = "one two three four five six", "seven eight nine ten eleven twelve"
    pairs = pairing(side(f"{first} {second}", f"{first} {second} zero"), side(first, second))
    bags = collect(pairs)
    (kept,) = restructurings(pairs, bags, candidates(bags))

    assert (kept.a, kept.b) == ((0,), (0, 1))


def test_a_paragraph_cut_into_many(side: Make) -> None:
    """A split has no upper bound of pieces when they stand together."""
    pieces = [" ".join(f"w{piece}x{word}" for word in range(6)) for piece in range(12)]

    assert align(side(" ".join(pieces)), side(*pieces)) == [Link((0,), tuple(range(12)))]


def test_pieces_apart_are_no_split(side: Make) -> None:
    """Pieces with another paragraph between them are not one split."""
    first, second = "one two three four five six", "seven eight nine ten"
    links = align(side(f"{first} {second}"), side(first, "quite another line", second))

    assert links == [Link((0,), (0,))]


def test_links_mirror(side: Make) -> None:
    """Swapping the sides swaps each link."""
    a = side("one two three four five six", "seven eight nine ten", "moved", "kept")
    b = side("kept", "one two three four five six seven eight nine ten", "moved")

    there = align(a, b)
    assert there == [Link((0, 1), (1,)), Link((2,), (2,)), Link((3,), (0,))]
    assert sorted((link.mirrored() for link in align(b, a)), key=lambda link: link.a) == there


def test_in_place_a_weaker_link_is_enough(side: Make) -> None:
    """Between the same neighbours, half of the words in order link two paragraphs; elsewhere they do not."""
    a, b = "one two three four five six", "one two three seven eight nine"

    assert Link((1,), (1,)) in align(side("top", a, "end"), side("top", b, "end"))
    assert LINK_IN_PLACE < LINK
