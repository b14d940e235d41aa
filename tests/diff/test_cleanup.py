from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.diff.wholes import Run
from muniment.diff.words import refine, tidy
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            "First point. Second point. Third point.",
            "First point. Second point. Another point. Third point.",
            "First point. Second point. {+Another point. +}Third point.",
            id="an inserted sentence begins where a sentence begins",
        ),
        pytest.param(
            "It was a long and quiet night in town.",
            "It was a short but quiet night in town.",
            "It was a [-long and-]{+short but+} quiet night in town.",
            id="a space between two changes joins them",
        ),
        pytest.param(
            "The committee adopted an annual report on matters of trade policy.",
            "The committee adopted several budgets on questions of trade policy.",
            "The committee adopted [-an annual report on matters-]{+several budgets on questions+} of trade policy.",
            id="a stray equal word between larger changes is folded in",
        ),
        pytest.param(
            "We met and we left at noon yesterday.",
            "We met and we ate and we left at noon yesterday.",
            "We met and we {+ate and we +}left at noon yesterday.",
            id="a repeated word slides to one place",
        ),
        pytest.param(
            "第一句。第三句在这里结束。",
            "第一句。第二句。第三句在这里结束。",
            "第一句。{+第二句。+}第三句在这里结束。",
            id="a Chinese sentence begins after its full stop",
        ),
    ],
)
def test_what_a_reader_sees(side: Side, old: str, new: str, expected: str) -> None:
    """Changes begin and end where a reader expects them."""
    marks = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    segments = refine(side(old), side(new)).segments

    assert "".join(marks[s.tag].format(s.text) for s in segments) == expected


def test_common_ends_of_a_joined_change_are_given_back() -> None:
    """Joining two insertions across a space leaves no word marked as both deleted and inserted."""
    a = [(text, text) for text in ("x", " ", "y")]
    b = [(text, text) for text in ("x", "q", " ", "r", " ", "y")]
    runs = [
        Run(0, 1, 0, 1, equal=True),
        Run(1, 1, 1, 2, equal=False),
        Run(1, 2, 2, 3, equal=True),
        Run(2, 2, 3, 5, equal=False),
        Run(2, 3, 5, 6, equal=True),
    ]

    assert tidy(runs, a, b) == [
        Run(0, 1, 0, 1, equal=True),
        Run(1, 1, 1, 4, equal=False),
        Run(1, 3, 4, 6, equal=True),
    ]


@given(st.text("ab .\n", max_size=12), st.text("ab .\n", max_size=12))
def test_runs_still_cover_both_sides(old: str, new: str) -> None:
    """Whatever is joined, folded and slid, runs follow on each other and equal ones are equal."""
    a, b = [(c, c) for c in old], [(c, c) for c in new]
    ends = [Run(0, len(a), 0, len(b), equal=False)] if a or b else []
    shared = [Run(k, k + 1, k, k + 1, equal=x == y) for k, (x, y) in enumerate(zip(old, new, strict=False))]
    rest = Run(len(shared), len(a), len(shared), len(b), equal=False)

    for runs in (ends, [*shared, rest]):
        tidied = tidy(runs, a, b)
        place_a = place_b = 0
        for run in tidied:
            assert (run.a_start, run.b_start) == (place_a, place_b)
            assert not run.empty
            assert not run.equal or a[run.a_start : run.a_end] == b[run.b_start : run.b_end]
            place_a, place_b = run.a_end, run.b_end
        assert (place_a, place_b) == (len(a), len(b))
