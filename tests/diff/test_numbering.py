"""Labels that count, labels that are words, and what is the same as printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from muniment.diff.compare import compare
from muniment.diff.difference import Operation
from muniment.diff.numbering import LONGEST_PAGE_NUMBER, in_sequence
from muniment.sources.adapter import Paragraph
from muniment.sources.lookalikes import PAGE_NUMBER

Side = Callable[..., list[Paragraph]]
WORDS = ("Users pay each month.", "Ships keep the peace.", "Boats leave at ten.", "Pilots come at nine.")


@pytest.mark.parametrize(
    "labels",
    [
        ("1.", "2.", "3."),
        ("1)", "2)", "3)"),
        ("(a)", "(b)", "(c)"),
        ("i.", "ii.", "iii."),
        ("(iii)", "(iv)", "(v)"),
        ("1.1.", "1.2.", "1.3."),
        ("§ 5", "§ 6", "§ 7"),
        ("Article 9", "Article 10", "Article 11"),
        ("Статья 9.", "Статья 10.", "Статья 11."),
        ("第九条", "第十条", "第十一条"),
        ("一、", "二、", "三、"),
        ("（一）", "（二）", "（三）"),
        ("١.", "٢.", "٣."),
        ("１．", "２．", "３．"),
        ("а)", "б)", "в)"),
        ("א.", "ב.", "ג."),
        ("①", "②", "③"),
        ("•", "•", "•"),
        ("1.", "2.", "4."),
    ],
)
def test_sequences(side: Side, labels: tuple[str, ...]) -> None:
    """Each of them has its neighbour, also over sub-items of another form; alone it has none."""
    plain = side(*zip(labels, WORDS, strict=False))
    assert [in_sequence(plain, k) for k in range(3)] == [True] * 3
    alone = side((labels[1], WORDS[0]), WORDS[1])
    assert not in_sequence(alone, 0)
    if labels[0] != "•":
        nested = side((labels[0], "x"), ("--1--", "y"), ("--2--", "z"), (labels[1], "w"))
        assert [in_sequence(nested, k) for k in (0, 3)] == [True, True]


def test_no_sequence(side: Side) -> None:
    """Other forms, equal numbers, numbers far apart and words are no neighbours."""
    for labels in (("1.", "2)"), ("1.", "1."), ("5.", "9."), ("2.", "1."), ("Note", "Notes"), ("-", "•")):
        found = side((labels[0], "x"), (labels[1], "y"))
        assert [in_sequence(found, k) for k in (0, 1)] == [False, False], labels


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("5.", "Mai 2022"), ("6.", "Mai 2022")),
        (("1.", "5. 2004 se stal členem"), ("2.", "5. 2004 se stal členem")),
        (("1.1", "million people live here"), ("1.2", "million people live here")),
        (("-", "5 degrees at noon"), (None, "5 degrees at noon")),
        (("２０２２．", "年の報告書である"), ("２０２３．", "年の報告書である")),
    ],
)
def test_a_label_that_does_not_count_is_a_word(
    side: Side, old: tuple[str | None, str], new: tuple[str | None, str]
) -> None:
    """A day, a decimal or a sign that was read as a label changed in words."""
    [_, operation, _] = compare(side(WORDS[0], old, WORDS[1]), side(WORDS[0], new, WORDS[1])).operations
    assert (operation.op, operation.renumbered, operation.kind) == ("replace", False, None)


@pytest.mark.parametrize("label", ["1.3", "§ 4", "第三条", "٣.", "Статья 7."])
def test_the_same_as_printed_is_equal(side: Side, label: str) -> None:
    """What is a label on one side and a word on the other did not change, wherever it stands."""
    a = side(WORDS[0], (label, WORDS[1]), WORDS[2], WORDS[3])
    b = side(WORDS[0], f"{label} {WORDS[1]}", WORDS[2], WORDS[3])
    assert compare(a, b).operations == tuple(Operation("equal", (k,), (k,)) for k in range(4))
    moved = compare(a, [*b[:1], *b[2:], b[1]])
    assert Operation("move", (1,), (3,)) in moved.operations


def test_a_label_read_as_a_word_beside_an_edit(side: Side) -> None:
    """Only the words that changed are marked, and never the number that did not."""
    [operation] = compare(side(("1.3", "Users leave at ten.")), side("1.3 Users leave at nine.")).operations
    assert [(s.tag, s.text) for s in operation.segments or () if s.tag != "="] == [("-", "ten"), ("+", "nine")]


def test_a_clause_taken_out_of_four(side: Side) -> None:
    """Nothing is edited when the sequence that was read before is read no more."""
    a = side("Rules", *zip(("1.1", "1.2", "1.3", "1.4"), WORDS, strict=True))
    b = side("Rules", ("1.1", WORDS[0]), f"1.3 {WORDS[2]}", f"1.4 {WORDS[3]}")
    assert [(o.op, o.a, o.b) for o in compare(a, b).operations if not o.unchanged] == [("delete", (2,), ())]


@pytest.mark.parametrize(
    ("old", "new"), [("1.", "## 1."), ("Article {}", "## Article {}"), ("{}.", "**{}.**"), ("§ {}", "# § {}")]
)
def test_marks_around_a_number_are_no_new_number(side: Side, old: str, new: str) -> None:
    """A number that became a heading, or bold, is the same one, and was edited."""
    a = side(*((old.format(n), text) for n, text in enumerate(WORDS, 1)))
    b = side(*((new.format(n), text) for n, text in enumerate(WORDS, 1)))
    operations = compare(a, b).operations
    assert [(o.op, o.renumbered) for o in operations] == [("replace", False)] * len(WORDS)


def test_no_page_number_is_longer() -> None:
    """A text that is left out unread because of its length is longer than any that the expression can match."""
    parsed: Any = vars(re)["_parser"].parse(PAGE_NUMBER.pattern, PAGE_NUMBER.flags)
    _, widest = parsed.getwidth()
    assert widest <= LONGEST_PAGE_NUMBER
