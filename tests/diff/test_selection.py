from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.diff import PARTS, About, Member, compare, headline, left_out, render_text, select
from muniment.diff.difference import Operation
from muniment.diff.selection import Part, classes
from muniment.diff.views.json import selection_json
from muniment.diff.views.rows import Gap
from muniment.record import Emendation
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]

LANGUAGE = Member("language", "added", "und", "en")
TITLE = Member("title", "changed", "Old", "New")
SUPPLIED = Emendation("p1", 0, 0, "supplied", "of", "word missing", "A. Editor")


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (Operation("equal", (0,), (0,)), set()),
        (Operation("equal", (0,), (0,), renumbered=True), {"words"}),
        (Operation("replace", (0,), (0,)), {"words"}),
        (Operation("replace", (0,), (0,), kind="typographic"), {"typographic"}),
        (Operation("replace", (0,), (0,), renumbered=True, kind="typographic"), {"words", "typographic"}),
        (Operation("move", (0,), (0,), kind="typographic", segments=()), {"words", "typographic"}),
        (Operation("move", (0,), (0,), kind="typographic"), {"typographic"}),
        (Operation("insert", (), (0,)), {"words"}),
        (Operation("split", (0,), (0, 1)), {"words"}),
    ],
)
def test_classes(operation: Operation, expected: set[Part]) -> None:
    """Each change is of the words, of typography, or of both."""
    assert classes(operation) == expected


def sample(side: Side, about: About, parts: tuple[Part, ...] = PARTS) -> tuple[str, str, bool]:
    """Both lines of a comparison of which one paragraph was edited and one changed in typography, and its answer."""
    a = side("one two three", "It stays the same.", "a cat sat here")
    b = side("one two four", "It stays the same.", "a cat\u00a0sat here")
    selection = select(compare(a, b), about, parts)
    return headline(selection), left_out(selection), selection.different


def test_the_first_line_says_everything(side: Side) -> None:
    """Paragraphs, members of the description, emendations and originals, in this order."""
    about = About((LANGUAGE, TITLE), (SUPPLIED, SUPPLIED), (SUPPLIED,), originals_differ=True)

    assert sample(side, about) == (
        (
            "1 paragraph edited, 1 changed in typography only; description: language added, title changed; "
            "emendations: 2 removed, 1 added; originals differ"
        ),
        "",
        True,
    )


@pytest.mark.parametrize(
    ("parts", "first", "second"),
    [
        (
            ("words",),
            "1 paragraph edited; originals are the same",
            "not shown: 1 paragraph changed in typography only; description: language added",
        ),
        (
            ("typographic",),
            "1 paragraph changed in typography only; originals are the same",
            "not shown: 1 paragraph edited; description: language added",
        ),
        (
            ("description",),
            "description: language added; originals are the same",
            "not shown: 1 paragraph edited, 1 changed in typography only",
        ),
    ],
)
def test_what_was_not_asked_for_is_said(side: Side, parts: tuple[Part, ...], first: str, second: str) -> None:
    """A filter hides nothing without a word."""
    assert sample(side, About((LANGUAGE,)), parts) == (first, second, True)


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (PARTS, "no change in words"),
        (("words",), "no change in words"),
        (("typographic",), "no change in typography"),
        (("description",), "no change in description"),
    ],
)
def test_nothing_changed(side: Side, parts: tuple[Part, ...], line: str) -> None:
    """Where nothing changed, the line says in what; other bytes are a difference when everything was asked for."""
    difference = compare(side("one"), side("one"))
    same, other = (select(difference, About(originals_differ=differ), parts) for differ in (False, True))

    assert headline(same) == f"{line}; originals are the same"
    assert headline(other) == f"{line}; originals differ"
    assert left_out(same) == ""
    assert (same.different, other.different) == (False, parts == PARTS)


def test_a_page_of_one_class(side: Side) -> None:
    """Changes that were not asked for are counted where they stand, and never called unchanged."""
    a = side("one two three", "kept", "a cat sat here", "left", "both", "ends", "x y z", "end")
    b = side("one two four", "kept", "a cat\u00a0sat here", "left", "both", "ends", "x\u00a0y z", "end")
    difference = compare(a, b)
    words: tuple[Part, ...] = ("words",)
    page = render_text(difference, a, b, selection=select(difference, About(), words), context=1)

    assert page.split("\n") == [
        "1 paragraph edited; originals are the same",
        "not shown: 2 paragraphs changed in typography only",
        "",
        "~ p1 p1  edited",
        "         one two [-three-]{+four+}",
        "",
        "  p2 p2  kept",
        "         … 4 paragraphs unchanged, 2 changed and not shown …",
    ]
    rest: tuple[Part, ...] = ("description",)
    described = render_text(difference, a, b, selection=select(difference, About(), rest))
    assert described.count("\n") == 1


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (Gap(1, 0), "1 paragraph unchanged"),
        (Gap(2, 0), "2 paragraphs unchanged"),
        (Gap(0, 1), "1 paragraph changed and not shown"),
        (Gap(3, 2), "3 paragraphs unchanged, 2 changed and not shown"),
    ],
)
def test_gaps(gap: Gap, said: str) -> None:
    """What is left out between two changes is counted by sort."""
    assert str(gap) == said


TEXTS = st.lists(st.sampled_from(("one two three", "one two four", "a b c d", "a\u00a0b c d", "x")), max_size=5)


@given(TEXTS, TEXTS, st.sets(st.sampled_from(PARTS), min_size=1))
def test_asked_for_and_left_out_are_the_whole(side: Side, left: list[str], right: list[str], parts: set[Part]) -> None:
    """Each changed operation is shown or counted as left out, and JSON holds no other."""
    a, b = side(*left), side(*right)
    selection = select(compare(a, b), About((LANGUAGE,)), parts)
    whole = select(compare(a, b), About((LANGUAGE,)))
    value = selection_json(selection)

    for name in ("edited", "inserted", "deleted", "moved", "split", "merged", "renumbered", "typographic"):
        assert getattr(selection.summary, name) + getattr(selection.others, name) == getattr(whole.summary, name)
    assert isinstance(value["operations"], list)
    shown = [o for o in selection.difference.operations if o.unchanged or selection.shows(o)]
    assert len(value["operations"]) == len(shown)
    assert value["different"] is (any(not o.unchanged for o in shown) or "description" in parts)
