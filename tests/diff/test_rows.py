from __future__ import annotations

from collections.abc import Callable

from muniment.diff import compare
from muniment.diff.difference import Operation, Segment
from muniment.diff.selection import About, select
from muniment.diff.views.parts import Part, parts
from muniment.diff.views.rows import End, Fold, Quoted, Row, folds, note, rows, segments_of
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]
LONG = "It is important to note that peaceful protesters are not prosecuted"


def shown(a: list[Paragraph], b: list[Paragraph]) -> list[tuple[str, tuple[int, ...], tuple[int, ...], bool]]:
    """The rows of a comparison: name, indexes, and whether a paragraph left there."""
    return [(row.name, row.operation.a, row.operation.b, row.left) for row in rows(compare(a, b))]


def test_a_move_stands_at_both_ends(side: Side) -> None:
    """A moved paragraph has a row where it left, in the order of side A, and one where it stands."""
    assert shown(side("one", LONG, "three", "four"), side("one", "three", "four", LONG)) == [
        ("equal", (0,), (0,), False),
        ("move", (1,), (3,), True),
        ("equal", (2,), (1,), False),
        ("equal", (3,), (2,), False),
        ("move", (1,), (3,), False),
    ]


def test_what_left_and_what_was_deleted_keep_their_order(side: Side) -> None:
    """Deletions and places that were left stand in the order of side A, before what was inserted there."""
    a = side("one", "gone", LONG, "four", "five")
    assert [row[:3] for row in shown(a, side("one", "новое слово", "four", "five", LONG))][1:4] == [
        ("delete", (1,), ()),
        ("move", (2,), (4,)),
        ("insert", (), (1,)),
    ]


def test_folds(side: Side) -> None:
    """Unchanged paragraphs away from a change are folded, when they are at least two."""
    a = side(*"abcdef", LONG, "h")
    b = side(*"abcdef", LONG.replace("not", "never"), "h")

    difference = compare(a, b)

    def sizes(context: int) -> list[int]:
        return [
            len(item.rows) if isinstance(item, Fold) else 0
            for item in folds(rows(difference), select(difference, About()), context)
        ]

    assert sizes(1) == [5, 0, 0, 0]
    assert sizes(0) == [6, 0, 0]
    assert sizes(5) == [0] * 8


def test_notes(side: Side) -> None:
    """What became of each paragraph, with its other ends and with archived labels apart from our words."""
    a = side(("1.", "one"), ("2.", LONG), ("3.", "Fees stay. The rest follows here now."), (None, "gone"), ("5.", "x"))
    b = side(
        ("2.", "one"), ("3.", "Fees stay."), (None, "The rest follows here now."), ("6.", "новое"), (None, "x"), LONG
    )
    said = [list(note(row, a, b)) for row in rows(compare(a, b))]
    assert said == [
        ["Renumbered ", Quoted("1."), " → ", Quoted("2.")],
        ["Moved to ", End("b", 5)],
        ["Split into ", End("b", 1), " and ", End("b", 2)],
        ["Deleted"],
        ["Inserted"],
        ["Edited"],
        ["Moved from ", End("a", 1), ", ", "which was after ", End("a", 0), ", ", "edited"],
    ]


def test_an_unchanged_paragraph_has_no_note(side: Side) -> None:
    """Of what did not change nothing is said."""
    assert note(rows(compare(side("x"), side("x")))[0], side("x"), side("x")) == []


def test_segments_of_every_operation(side: Side) -> None:
    """Every operation has segments that rebuild both sides, also where only a label changed or nothing did."""
    pairs: list[tuple[str | None, str | None]] = [("1.", "1."), ("1.", "2."), ("1.", None), (None, "2."), (None, None)]
    for old, new in pairs:
        a, b = side((old, "the words")), side((new, "the words"))
        [row] = rows(compare(a, b))
        segments = segments_of(row.operation, a, b)
        said = ["".join(s.text for s in segments if s.tag in tags) for tags in ("=-", "=+")]
        assert said == [f"{label} the words" if label else "the words" for label in (old, new)]
        assert all(segment.text for segment in segments)
    assert segments_of(rows(compare(side("x"), []))[0].operation, side("x"), []) == [Segment("-", "x")]
    assert Row(compare([], side("x")).operations[0]).name == "insert"


def test_joints_are_counted(side: Side) -> None:
    """The line feed that joins two paragraphs ends a part; one inside a paragraph does not."""
    a, b = side("one\ntwo"), side("one", "two")
    segments = [Segment("=", "one"), Segment("-", "\n"), Segment("+", "\n"), Segment("=", "two")]
    assert [(p.tag, p.text, p.ends_a, p.ends_b) for p in parts(segments, a, b)] == [
        ("=", "one", False, False),
        ("-", "\n", False, False),
        ("+", "", False, True),
        ("=", "two", False, False),
    ]
    assert next(parts([Segment("=", "one\ntwo")], a, b)) == Part("=", "one", ends_b=True)


def test_note_of_a_coarse_merge(side: Side) -> None:
    """Several ends are joined as in a sentence, and a comparison that was cut short says so."""
    merged = Operation("merge", (0, 1, 2), (0,), edited=True, coarse=True)
    assert list(note(Row(merged), side("a", "b", "c"), side("a b c"))) == [
        *("Merged from ", End("a", 0), ", ", End("a", 1), " and ", End("a", 2)),
        *(", ", "edited", ", ", "too long to compare word by word"),
    ]


def test_order_of_paragraphs_that_were_split_and_moved(side: Side) -> None:
    """Every paragraph of side B stands in its order, whatever was split and moved around it."""
    first, second = "Fees stay as they are for now.", "The rest follows here in full."
    a = side("one is here", f"{first} {second}", "two is there", "three is nowhere")
    b = side("two is there", "three is nowhere", first, second, "one is here")
    found = rows(compare(a, b))
    assert [row.operation.b for row in found if row.operation.b and not row.left] == [(0,), (1,), (2, 3), (4,)]
    assert sum(row.left for row in found) == sum(row.operation.op == "move" for row in found) // 2


def test_marks_that_shape_letters_are_no_news(side: Side) -> None:
    """A joiner or direction mark that stands on both sides of a change is not named; one that came is."""
    old, new = Segment("-", "می\u200cروم"), Segment("+", "می\u200cشوم")
    found = list(parts([Segment("=", "من "), old, new, Segment("=", " \u200fمن")], side("x"), side("y")))
    assert [any(part.naming(exact=False)) for part in found] == [False, False, False, False]
    assert any(Part("+", "می\u200cشوم", quiet=False).naming(exact=False))
    came = list(parts([Segment("-", "میروم"), new], side("x"), side("y")))
    assert [any(part.naming(exact=False)) for part in came] == [False, True]
