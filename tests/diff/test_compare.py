from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.diff.compare import compare
from muniment.diff.difference import ALGORITHM, Difference, Operation, Segment, summarise
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]

SENTENCES = (
    "The Ministry of Foreign Affairs regrets the decision that was taken in May.",
    "All persons previously detained during unauthorized actions were released.",
    "The President instructed the Government to find peaceful solutions through dialogue.",
    "Currently peacekeepers from all member states are arriving in the country.",
    "The temporary restriction of Internet access is caused by a counter-terrorist operation.",
    "Kazakhstan ensures the security and protection of foreign diplomatic missions.",
    "Citizens support the measures taken to restore peaceful life in the region.",
    "The results of the investigation will be presented to the international community.",
    "Due to a large number of casualties a day of national mourning was declared.",
    "The legal basis for the deployment are two articles of the Security Treaty.",
    "Demonstrations against the increase in retail prices for gas began in the west.",
    "Further escalation of violence was caused by massive armed attacks on stations.",
)


def changed(difference: Difference) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    """Kind and indexes of every operation that changed something."""
    return [(o.op, o.a, o.b) for o in difference.operations if not o.unchanged]


def flags(operation: Operation) -> set[str]:
    """Names of the flags that are set."""
    names = {name for name in ("edited", "renumbered", "coarse") if getattr(operation, name)}
    return names | ({operation.kind} if operation.kind else set())


def only(difference: Difference) -> Operation:
    """The one operation that changed something."""
    (operation,) = [o for o in difference.operations if not o.unchanged]
    return operation


def test_nothing_changed(side: Side) -> None:
    """Equal texts give equal operations only, in order, and name the algorithm."""
    a = side(*SENTENCES[:3])
    difference = compare(a, side(*SENTENCES[:3]))

    assert difference.operations == tuple(Operation("equal", (k,), (k,)) for k in range(3))
    assert difference.algorithm.name == ALGORITHM == "muniment-diff/2"
    assert difference.algorithm.unicode == unicodedata.unidata_version


def test_empty_sides(side: Side) -> None:
    """Against an empty text everything is inserted or deleted."""
    assert compare([], []).operations == ()
    assert changed(compare([], side("x", "y"))) == [("insert", (), (0,)), ("insert", (), (1,))]
    assert changed(compare(side("x"), [])) == [("delete", (0,), ())]


def test_a_paragraph_moved_by_eight_places(side: Side) -> None:
    """Text that only moved is one move, without a changed word."""
    moved = [*SENTENCES[:2], *SENTENCES[3:11], SENTENCES[2], SENTENCES[11]]
    operation = only(compare(side(*SENTENCES), side(*moved)))

    assert operation == Operation("move", (2,), (10,))


def test_a_moved_paragraph_may_be_edited(side: Side) -> None:
    """A move says whether words changed on the way, and which."""
    new = SENTENCES[2].replace("peaceful", "lasting")
    operation = only(compare(side(*SENTENCES), side(*SENTENCES[:2], *SENTENCES[3:11], new, SENTENCES[11])))

    assert (operation.op, operation.a, operation.b, flags(operation)) == ("move", (2,), (10,), {"edited"})
    assert operation.segments == (
        Segment("=", "The President instructed the Government to find "),
        Segment("-", "peaceful"),
        Segment("+", "lasting"),
        Segment("=", " solutions through dialogue."),
    )


def test_a_clause_inserted_among_numbered_ones(side: Side) -> None:
    """What follows an inserted clause is renumbered, not rewritten into its neighbour."""
    a = side(*((f"{n}.", text) for n, text in enumerate(SENTENCES, 1)))
    texts = [*SENTENCES[:2], "A wholly new clause about fisheries.", *SENTENCES[2:]]
    b = side(*((f"{n}.", text) for n, text in enumerate(texts, 1)))
    difference = compare(a, b)

    assert changed(difference) == [
        ("insert", (), (2,)),
        *(("equal", (k,), (k + 1,)) for k in range(2, 12)),
    ]
    assert all(flags(o) == {"renumbered"} and o.segments is None for o in difference.operations[3:])
    assert (summarise(difference).inserted, summarise(difference).renumbered) == (1, 10)


def test_blank_lines_between_numbered_paragraphs_do_not_pair_by_place(side: Side) -> None:
    """After an insertion at 2, old 2 is not said to have become new 2."""
    a = side(("1.", SENTENCES[0]), ("2.", SENTENCES[1]), ("3.", SENTENCES[2]))
    b = side(("1.", SENTENCES[0]), ("2.", SENTENCES[3]), ("3.", SENTENCES[1]), ("4.", SENTENCES[2]))

    assert changed(compare(a, b)) == [("insert", (), (1,)), ("equal", (1,), (2,)), ("equal", (2,), (3,))]


@pytest.mark.parametrize(
    ("old", "new", "marks"),
    [
        pytest.param("a cat sat", "a\u00a0cat sat", [("-", " "), ("+", "\u00a0")], id="no-break space"),
        pytest.param("an office", "an of\u200bfice", [("-", "office"), ("+", "of\u200bfice")], id="zero-width space"),
        pytest.param(
            "cooperation", "co\u00adoperation", [("-", "cooperation"), ("+", "co\u00adoperation")], id="soft hyphen"
        ),
        pytest.param("un café noir", "un cafe\u0301 noir", [("-", "café"), ("+", "cafe\u0301")], id="NFC to NFD"),
        pytest.param('a "b" c', "a “b” c", [("-", '"'), ("+", "“"), ("-", '"'), ("+", "”")], id="quotes"),
        pytest.param("two  spaces", "two spaces", [("-", "  "), ("+", " ")], id="two spaces to one"),
        pytest.param("line\nbreak", "line break", [("-", "\n"), ("+", " ")], id="re-wrapped"),
        pytest.param("2020-2021", "2020–2021", [("-", "-"), ("+", "–")], id="dash"),
        pytest.param("حكم\u200fة", "حكمة", [("-", "حكم\u200fة"), ("+", "حكمة")], id="bidi mark"),
    ],
)
def test_invisible_changes_are_shown_and_classed(side: Side, old: str, new: str, marks: list[tuple[str, str]]) -> None:
    """A change that cannot be seen is a visible replacement of class typographic, never nothing."""
    operation = only(compare(side(old), side(new)))

    assert (operation.op, flags(operation)) == ("replace", {"typographic"})
    assert [(s.tag, s.text) for s in operation.segments or () if s.tag != "="] == marks


@pytest.mark.parametrize(
    ("old", "new"), [("10² metres of land", "102 metres of land"), ("It May be so", "It may be so")]
)
def test_a_change_of_substance_is_never_typographic(side: Side, old: str, new: str) -> None:
    """A superscript that became a digit, or a capital that was dropped, counts as edited."""
    assert flags(only(compare(side(old), side(new)))) == set()


def test_typographic_and_renumbered(side: Side) -> None:
    """A paragraph renumbered and changed in typography says both."""
    first, second = ("1.", "the first dog"), ("2.", "the third fish")
    operation = only(compare(side(first, ("2.", "a cat sat"), second), side(first, ("3.", "a\u00a0cat sat"), second)))

    assert (operation.op, flags(operation)) == ("replace", {"typographic", "renumbered"})


def test_a_label_that_changed_in_typography_only(side: Side) -> None:
    """A no-break space inside a label is typography, not a new number."""
    operation = only(compare(side(("Art. 1", "a cat sat")), side(("Art.\u00a01", "a cat sat"))))

    assert (operation.op, flags(operation)) == ("replace", {"typographic"})


def test_edited_and_renumbered_shows_both_in_its_segments(side: Side) -> None:
    """When words change too, the new number stands in the word diff."""
    operation = only(compare(side(("1.", "a cat sat down")), side(("2.", "a dog sat down"))))

    assert (operation.op, flags(operation)) == ("replace", set())
    assert operation.segments == (
        Segment("-", "1"),
        Segment("+", "2"),
        Segment("=", ". a "),
        Segment("-", "cat"),
        Segment("+", "dog"),
        Segment("=", " sat down"),
    )


def test_split(side: Side) -> None:
    """A paragraph cut in two is one split, unedited when only white space changed."""
    a = side(SENTENCES[0], f"{SENTENCES[1]} {SENTENCES[2]}", SENTENCES[3])
    operation = only(compare(a, side(*SENTENCES[:4])))

    assert operation == Operation(
        "split",
        (1,),
        (1, 2),
        segments=(
            Segment("=", SENTENCES[1]),
            Segment("-", " "),
            Segment("+", "\n"),
            Segment("=", SENTENCES[2]),
        ),
    )


def test_merge_of_three_with_an_edit(side: Side) -> None:
    """Three paragraphs joined into one are one merge, edited when a word changed too."""
    joined = " ".join(SENTENCES[1:4]).replace("peaceful", "lasting")
    operation = only(compare(side(*SENTENCES[:5]), side(SENTENCES[0], joined, SENTENCES[4])))

    assert (operation.op, operation.a, operation.b, flags(operation)) == ("merge", (1, 2, 3), (1,), {"edited"})


def test_a_split_without_a_space(side: Side) -> None:
    """A Chinese paragraph cut after its full stop is a split that is not edited."""
    old = "外交部就此发表声明，表示坚决反对有关做法。双方同意继续通过对话解决分歧。"
    operation = only(compare(side(old), side(*(part + "。" for part in old[:-1].split("。")))))

    assert (operation.op, operation.a, operation.b, flags(operation)) == ("split", (0,), (0, 1), set())


def test_unrelated_paragraphs_are_not_woven(side: Side) -> None:
    """An unlike paragraph in the same place is a deletion and an insertion, the deletion first."""
    a = side(SENTENCES[0], "Gone are all of these words.", SENTENCES[1])
    b = side(SENTENCES[0], "Новый абзац совсем о другом деле.", SENTENCES[1])

    assert changed(compare(a, b)) == [("delete", (1,), ()), ("insert", (), (1,))]


def test_repeated_boilerplate_stays_in_its_place(side: Side) -> None:
    """One of several equal lines deleted is one deletion, at its place among its neighbours."""
    line = "The Ministry has no further comment."
    a = side(SENTENCES[0], line, SENTENCES[1], line, SENTENCES[2], line)
    b = side(SENTENCES[0], line, SENTENCES[1], SENTENCES[2], line)

    assert changed(compare(a, b)) == [("delete", (3,), ())]


def test_labels_choose_among_equal_texts(side: Side) -> None:
    """When one of several equal clauses is gone, the label says which."""
    a = side(("1.", "Repealed."), ("2.", "Repealed."), ("3.", "Repealed."))
    moved = compare([*side("Top"), *a, *side("End")], [*side("Other"), a[0], a[2], *side("Last")])

    assert ("delete", (2,), ()) in changed(moved)


def test_a_split_stays_where_there_is_a_choice(side: Side) -> None:
    """Of two that changed places, the one that cannot say that it moved is the one that stays."""
    a = side(SENTENCES[0], f"{SENTENCES[1]} {SENTENCES[2]}")
    b = side(SENTENCES[1], SENTENCES[2], SENTENCES[0])

    assert changed(compare(a, b)) == [("split", (1,), (0, 1)), ("move", (0,), (2,))]
    assert changed(compare(b, a)) == [("move", (2,), (0,)), ("merge", (0, 1), (1,))]


def test_two_adjacent_edits_are_paired_by_their_words(side: Side) -> None:
    """Edited neighbours are paired by what they share, not by place or number."""
    a = side(("1.", SENTENCES[0]), ("2.", SENTENCES[1]))
    b = side(("1.", SENTENCES[1] + " Today."), ("2.", SENTENCES[0] + " Today."))

    assert {(o.a, o.b) for o in compare(a, b).operations} == {((0,), (1,)), ((1,), (0,))}


POOL = (
    *SENTENCES[:4],
    f"{SENTENCES[0]} {SENTENCES[1]}",
    SENTENCES[0].replace("May", "June"),
    SENTENCES[1].replace(" ", "\u00a0", 1),
    "Repealed.",
    "Repealed.\n",
    "",
    "外交部就此发表声明。",
    "สิทธิมนุษยชน",
    "🇰🇿👩\u200d🚀",
    "\u200b",
)
SIDES = st.lists(st.tuples(st.sampled_from((None, "1.", "2.", "a)")), st.sampled_from(POOL)), max_size=7)


@given(SIDES, SIDES)
def test_what_always_holds(side: Side, left: list[tuple[str | None, str]], right: list[tuple[str | None, str]]) -> None:
    """Every index stands once; segments rebuild both sides; equal means equal; a repeat gives the same answer."""
    a, b = side(*left), side(*right)
    difference = compare(a, b)

    assert sorted(i for o in difference.operations for i in o.a) == list(range(len(a)))
    assert sorted(j for o in difference.operations for j in o.b) == list(range(len(b)))
    assert compare(a, b) == difference
    for o in difference.operations:
        shown_a = "\n".join(f"{a[i].label} {a[i].text}" if a[i].label else a[i].text for i in o.a)
        shown_b = "\n".join(f"{b[j].label} {b[j].text}" if b[j].label else b[j].text for j in o.b)
        if o.segments is not None:
            assert "".join(s.text for s in o.segments if s.tag != "+") == shown_a
            assert "".join(s.text for s in o.segments if s.tag != "-") == shown_b
        elif o.op in ("equal", "move"):
            assert o.renumbered == (shown_a != shown_b)
            assert a[o.a[0]].text == b[o.b[0]].text or not o.renumbered
        else:
            assert o.op in ("insert", "delete")


@given(SIDES)
def test_a_text_equals_itself(side: Side, items: list[tuple[str | None, str]]) -> None:
    """A text compared with itself has not changed."""
    a = side(*items)

    assert compare(a, a).operations == tuple(Operation("equal", (k,), (k,)) for k in range(len(a)))


@given(SIDES, SIDES)
def test_the_way_back_mirrors_the_way_there(
    side: Side, left: list[tuple[str | None, str]], right: list[tuple[str | None, str]]
) -> None:
    """Swapping the sides swaps insertions and deletions, splits and merges, and marks as many characters."""
    a, b = side(*left), side(*right)
    there, back = summarise(compare(a, b)), summarise(compare(b, a))

    assert (there.inserted, there.deleted) == (back.deleted, back.inserted)
    assert (there.split, there.merged) == (back.merged, back.split)
    assert there.moved == back.moved
    assert there.renumbered == back.renumbered
    assert marked(compare(a, b), "-") == marked(compare(b, a), "+")
    assert marked(compare(a, b), "+") == marked(compare(b, a), "-")


def marked(difference: Difference, tag: str) -> int:
    """Number of characters in segments with a tag."""
    return sum(len(s.text) for o in difference.operations for s in o.segments or () if s.tag == tag)
