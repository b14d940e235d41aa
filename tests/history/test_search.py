"""Tests of ``muniment.history.search``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.history.search import MAX_PLACES, Finder, Passage
from muniment.record import Paragraph


def texts(*items: str | tuple[str, str]) -> list[Paragraph]:
    """Paragraphs of texts, or of pairs of label and text."""
    pairs = [(None, item) if isinstance(item, str) else item for item in items]
    return [Paragraph(f"p{n}", "paragraph", label, text) for n, (label, text) in enumerate(pairs, 1)]


NOTICE = texts("Notice", ("1.", "The harbour\ncloses on “Monday”."), ("2.", "It opens on Tuesday."))


@pytest.mark.parametrize(
    ("phrase", "exact", "places"),
    [
        ("The harbour\ncloses", True, (Passage(1, 0, 1, 18),)),
        ("The harbour closes", True, ()),
        (" The  harbour closes ", False, (Passage(1, 0, 1, 18),)),
        ("closes on Monday", False, ()),
        ('on "Monday"', False, (Passage(1, 19, 1, 30),)),
        ('on "Monday"', True, ()),
        ("“Monday”.\nIt opens", True, (Passage(1, 22, 2, 8),)),
        ("“Monday”.\n\nIt opens", True, (Passage(1, 22, 2, 8),)),
        ("“Monday”.\n\n2. It opens", True, (Passage(1, 22, 2, 8),)),
        ("'Monday'.", False, ()),
        ('"Monday". 2. It opens', False, (Passage(1, 22, 2, 8),)),
        ('"Monday". It opens', False, (Passage(1, 22, 2, 8),)),
        ("1. The", False, (Passage(1, 0, 1, 3),)),
        ("2.", False, ()),
        ("Tuesday. 3.", False, ()),
        ("on", True, (Passage(1, 19, 1, 21), Passage(1, 24, 1, 26), Passage(2, 9, 2, 11))),
        ("the harbour", True, ()),
        ("the harbour", False, (Passage(1, 0, 1, 11),)),
        ("\u200b \n", False, ()),
        ("  ", True, ()),
    ],
)
def test_places(phrase: str, exact: bool, places: tuple[Passage, ...]) -> None:  # noqa: FBT001 - a case of the table
    """Words are found within a paragraph and over its end, with the number of the next or without it."""
    assert Finder(phrase, exact=exact).places(NOTICE) == places


def test_a_number_is_not_cut() -> None:
    """The number 1 is not found at the end of the number 11."""
    eleven = texts(("11.", "The harbour."))
    assert Finder("1. The", exact=False).places(eleven) == ()
    assert Finder("11. The", exact=False).places(eleven) == (Passage(0, 0, 0, 3),)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("cafe", "Le cafe\u0301 est", False),
        ("cafe", "Le cafe est", True),
        ("👩", "Die 👩\u200d🚀 fliegt", False),
        ("👩\u200d🚀", "Die 👩\u200d🚀 fliegt", True),
        ("🇿", "🇰🇿", False),
        ("🇰🇿", "A 🇰🇿🇩🇪", True),
        ("ท", "ท่าเรือ", False),
        ("เรือ", "ท่าเรือ", True),
        ("مينا", "الميناء", True),
        ("关闭", "港口关闭。", True),
    ],
)
def test_clusters_are_not_cut(phrase: str, text: str, found: bool, exact: bool) -> None:  # noqa: FBT001 - cases
    """What a reader sees as one sign is found as a whole or not at all."""
    assert bool(Finder(phrase, exact=exact).places(texts(text))) is found


def test_folded_slices() -> None:
    """A folded place is the slice as received, with its own signs."""
    there = texts("The ﬁne\u00a0“old” pier,\r\nNo.\u202f5")
    for phrase, slice_ in (('fine "old"', "ﬁne\u00a0“old”"), ("pier, No. 5", "pier,\r\nNo.\u202f5")):
        (place,) = Finder(phrase, exact=False).places(there)
        assert place.text(there) == slice_


def test_unspaced_paragraphs() -> None:
    """In scripts without spaces a phrase runs over the end of a paragraph without one."""
    there = texts("港口关闭。", ("二、", "船只停航。"))
    assert Finder("关闭。\n\n船只", exact=False).places(there) == (Passage(0, 2, 1, 2),)
    assert Finder("关闭。\n二、船只", exact=False).places(there) == (Passage(0, 2, 1, 2),)


def test_bound() -> None:
    """Only so many places are looked at."""
    assert len(Finder("a", exact=True).places(texts("a" * (MAX_PLACES + 5)))) == MAX_PLACES


def test_ids_and_text() -> None:
    """A place names its paragraphs and gives its words."""
    place = Passage(1, 22, 2, 8)
    assert place.ids(NOTICE) == ("p2", "p3")
    assert place.text(NOTICE) == "“Monday”.\nIt opens"


SIGNS = st.text(alphabet="ab c\n\u00a0’'\u0301é\u200b港", min_size=1, max_size=8)


@given(st.lists(SIGNS, min_size=1, max_size=4), st.data())
def test_exact_places_are_the_phrase(items: list[str], data: st.DataObject) -> None:
    """The slice of an exact place is the phrase, but for how the break between paragraphs is written."""
    paragraphs = texts(*items)
    phrase = data.draw(st.one_of(SIGNS, st.sampled_from(items)))
    for place in Finder(phrase, exact=True).places(paragraphs):
        found = place.text(paragraphs)
        assert found == phrase.strip() or (place.first < place.last and found.split() == phrase.split())
