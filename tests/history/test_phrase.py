"""Tests of ``muniment.history.search``."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.history.conftest import make_release

from muniment.errors import InputError
from muniment.history import Stretch, find_phrase
from muniment.record import Record

Release = Callable[..., list[Record]]


def test_gone_and_back(release: Release) -> None:
    """A phrase may be there, be missing, and be there again, elsewhere; every stretch is told."""
    records = release(["x", "on Monday"], ["on  “Monday”", "on Monday"], ["x"], ["x"], ["on Monday", "y"])
    assert find_phrase("on Monday", records).stretches == (
        Stretch(seen=True, first=1, last=2, first_ids=("p2",), last_ids=("p2",)),
        Stretch(seen=False, first=3, last=4),
        Stretch(seen=True, first=5, last=5, first_ids=("p1",), last_ids=("p1",)),
    )


def test_folded_and_exact(release: Release) -> None:
    """Curly quotes and no-break spaces make no difference, unless one asks for the exact signs."""
    records = release(['on "Monday"'], ["on\u00a0“Monday”"])
    assert [s.seen for s in find_phrase('on "Monday"', records).stretches] == [True]
    assert [s.seen for s in find_phrase('on "Monday"', records, exact=True).stretches] == [True, False]


def test_over_a_paragraph_break(release: Release) -> None:
    """A split does not take a phrase away; it stands in both paragraphs then."""
    records = release(["It closes. It opens."], ["It closes.", "It opens."])
    assert find_phrase("closes. It", records).stretches == (
        Stretch(seen=True, first=1, last=2, first_ids=("p1",), last_ids=("p1", "p2")),
    )


def test_never_seen(release: Release) -> None:
    """A phrase that no version has is one stretch of absence."""
    found = find_phrase("Friday", release(["on Monday"], ["on Monday"]))
    assert found.stretches == (Stretch(seen=False, first=1, last=2),)
    assert not found.seen


@pytest.mark.parametrize("phrase", ["", " \n", "\u200b\u00ad"])
def test_nothing_to_search_for(release: Release, phrase: str) -> None:
    """A phrase that folds to nothing is refused."""
    with pytest.raises(InputError, match="nothing to search for"):
        find_phrase(phrase, release(["x"]))


def test_progress(release: Release) -> None:
    """Whoever waits is told how far it is."""
    seen: list[tuple[int, int]] = []
    find_phrase("x", release(["x"], ["x"], ["y"]), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


@given(st.lists(st.lists(st.sampled_from(["a b", "b", "a", "c"]), max_size=3), min_size=1, max_size=8))
def test_stretches_partition_the_versions(texts: list[list[str]]) -> None:
    """Stretches follow each other without gap, seen and not seen in turn, and say what is true."""
    stretches = find_phrase("b", make_release(*texts)).stretches
    assert [v for s in stretches for v in range(s.first, s.last + 1)] == list(range(1, len(texts) + 1))
    assert all(one.seen != other.seen for one, other in pairwise(stretches))
    for stretch in stretches:
        for version in range(stretch.first, stretch.last + 1):
            assert stretch.seen == any("b" in text for text in texts[version - 1])
