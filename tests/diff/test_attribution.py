"""Whose a change is: the publisher's, or that of other rules of ours."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from muniment.diff import compare
from muniment.diff.attribution import Readings, mark_all, mark_ours, say_readings
from muniment.diff.difference import Difference
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]

BOTH = Readings("muniment-html 1", "muniment-html 2", told=True)
OLD = ("The harbour closes on Monday.", "Share this page with everybody.", "Every vessel leaves before noon.")
AGAIN = (OLD[0], OLD[2])
NEW = ("The harbour closes on Friday.", OLD[2])


def _ours(difference: Difference) -> list[tuple[str, bool]]:
    return [(one.op, one.ours) for one in difference.operations]


def _marked(side: Side, old: tuple[str, ...], again: tuple[str, ...], new: tuple[str, ...]) -> Difference:
    a, middle, b = side(*old), side(*again), side(*new)
    return mark_ours(compare(a, b), compare(a, middle), compare(middle, b))


def test_ours_and_the_publishers(side: Side) -> None:
    """What the same bytes lose by other rules is ours; what else changed is the publisher's."""
    marked = _marked(side, OLD, AGAIN, NEW)
    assert _ours(marked) == [("replace", False), ("delete", True), ("equal", False)]
    assert say_readings(BOTH, marked) == (
        "read by other rules (muniment-html 1, then muniment-html 2): 1 change comes from that, "
        "the rest from the publisher"
    )


def test_a_change_of_both_is_the_publishers(side: Side) -> None:
    """What the rules changed, and the publisher too, is not marked: nothing of his is passed off as ours."""
    marked = _marked(side, ("1. Boats leave.",), ("Boats leave.",), ("Ships leave.",))
    assert _ours(marked) == [("replace", False)]
    assert say_readings(BOTH, marked).endswith("which changed nothing")


def test_what_the_publisher_took_away(side: Side) -> None:
    """What stands in neither reading of the newer side is the publisher's, though the rules would keep it."""
    assert _ours(_marked(side, OLD, OLD, AGAIN)) == [("equal", False), ("delete", False), ("equal", False)]


def test_all_is_ours(side: Side) -> None:
    """Of the same bytes every change is ours, and what did not change is nobody's."""
    marked = mark_all(compare(side(*OLD), side(*AGAIN)))
    assert _ours(marked) == [("equal", False), ("delete", True), ("equal", False)]
    assert say_readings(BOTH, marked).endswith(": no change is the publisher's")


def test_said_where_nothing_is_known(side: Side) -> None:
    """Where the older original cannot be read by the newer rules, that is said, and nothing is marked."""
    changed, same = compare(side(*OLD), side(*NEW)), compare(side(*OLD), side(*OLD))
    assert say_readings(Readings("muniment-html 1", "muniment-html 2"), changed).endswith("which may be why")
    assert say_readings(BOTH, same).endswith("with the same words")
    assert say_readings(None, changed) == ""


WORDS = st.lists(st.sampled_from(["one two three", "four five six", "seven eight", "nine"]), max_size=4)


@given(WORDS, WORDS)
def test_no_change_of_rules_marks_nothing(old: list[str], new: list[str]) -> None:
    """Where both readings of the older side are the same, nothing is ours."""
    a, b = ([Paragraph(f"p{n}", "paragraph", None, text) for n, text in enumerate(each)] for each in (old, new))
    marked = mark_ours(compare(a, b), compare(a, a), compare(a, b))
    assert not any(one.ours for one in marked.operations)
