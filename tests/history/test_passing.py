"""What came and went within a range, in several scripts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from tests.history.conftest import make_release

from muniment.diff.compare import compare
from muniment.history.passing import MAX_LOOKED_FOR, Passing, came_and_went
from muniment.record import Record

TITLE = "Notice on the harbour"


def passing(records: Sequence[Record]) -> list[tuple[str, int, int, str]]:
    """Kind, versions and words of each finding."""
    return [(one.kind, one.first, one.last, one.words) for one in _passing(records)]


def _passing(records: Sequence[Record]) -> tuple[Passing, ...]:
    operations = [compare(a.paragraphs, b.paragraphs).operations for a, b in itertools.pairwise(records)]
    return came_and_went(records, operations)


EDITS = {
    "English": ("The harbour closes for {} weeks.", ("two", "six", "four"), "six weeks"),
    "Russian": ("Порт закрыт на {} недель.", ("пять", "шесть", "семь"), "шесть недель"),
    "Arabic": ("يغلق الميناء مدة {} أسابيع.", ("ثلاثة", "ستة", "أربعة"), "ستة أسابيع"),
    "Greek": ("Το λιμάνι κλείνει για {} εβδομάδες.", ("δύο", "έξι", "τρεις"), "έξι εβδομάδες"),
}


@pytest.mark.parametrize(("frame", "words", "said"), EDITS.values(), ids=EDITS)
def test_words_that_stood_only_in_between(frame: str, words: tuple[str, str, str], said: str) -> None:
    """A word that came and went is given with its neighbour, and with the versions in which it stood."""
    one, two, three = (frame.format(word) for word in words)
    records = make_release([TITLE, one], [TITLE, two], [TITLE, two], [TITLE, two], [TITLE, three])
    assert passing(records) == [("stood", 2, 4, said)]


RETURNS = {
    "English": ("The crane was last inspected in {}.", "The cause is unknown.", "A bolt broke.", "May", "June"),
    "Russian": ("Кран в последний раз проверяли в {}.", "Причина неизвестна.", "Сломался болт.", "мае", "июне"),
    "Greek": ("Ο γερανός ελέγχθηκε τελευταία τον {}.", "Η αιτία είναι άγνωστη.", "Έσπασε κάτι.", "Μάιο", "Ιούνιο"),
    "Arabic": ("فُحصت الرافعة آخر مرة في شهر {}.", "السبب مجهول.", "انكسر مسمار.", "مايو", "يونيو"),
}  # fmt: skip


@pytest.mark.parametrize(("frame", "before", "after", "old", "new"), RETURNS.values(), ids=RETURNS)
def test_a_part_that_came_back_in_other_words(frame: str, before: str, after: str, old: str, new: str) -> None:
    """A sentence that went, and came back with another date, was missing for a while: its words, without the date."""
    first, last = f"{before} {frame.format(old)}", f"{after} {frame.format(new)}"
    records = make_release([TITLE, first], [TITLE, before], [TITLE, before], [TITLE, last])
    said = frame.partition("{}")[0].strip()
    assert ("missing", 2, 3, said) in passing(records)


def test_a_part_that_never_went_is_no_finding() -> None:
    """Words that stood in every version were missing from none, though what was around them changed."""
    words = "the master of the northern port"
    records = make_release([f"By {words} in May."], [f"Signed by {words}."], [f"By {words} in June."])
    assert not [one for one in passing(records) if one[0] == "missing"]


def test_han_signs_that_stood_only_in_between() -> None:
    """In scripts without spaces the signs around a change make it readable."""
    records = make_release(["港口关闭两周。"], ["港口关闭六周。"], ["港口关闭四周。"])
    assert passing(records) == [("stood", 2, 2, "六周")]


def test_a_paragraph_that_came_and_went() -> None:
    """It is given whole, with the version and the paragraph in which it stood last."""
    records = make_release(
        [TITLE, "Ferries run."], [TITLE, "Nobody may fish.", "Ferries run."], [TITLE, "Ferries run."]
    )
    assert _passing(records) == (Passing("stood", 2, 2, "Nobody may fish.", 2, "p2"),)


def test_a_paragraph_that_went_and_came_back() -> None:
    """What stands at both ends was missing from the versions between."""
    records = make_release([TITLE, "Pilots wait."], [TITLE], [TITLE], [TITLE, "Pilots wait."])
    assert _passing(records) == (Passing("missing", 2, 3, "Pilots wait.", 1, "p2"),)


def test_what_the_net_change_shows_is_left_out() -> None:
    """What the first version alone has, and what the last one has, is no finding; nor is a range of two."""
    records = make_release(
        [TITLE, "It closes on Monday."], [TITLE, "It closes on Sunday."], [TITLE, "It closes on Sunday."]
    )
    assert passing(records) == []
    assert passing(records[:2]) == []


def test_words_within_others_are_not_those_words() -> None:
    """That sixty stands at the end does not hide that six stood in between."""
    records = make_release(["For two weeks."], ["For six weeks."], ["For sixty weeks."])
    assert passing(records) == [("stood", 2, 2, "six weeks")]


def test_typography_and_moves_are_no_findings() -> None:
    """Words that only moved, or were only set otherwise, stood all the time."""
    texts = ["Ferries keep to their timetable.", "Pilots stay at their posts.", 'Ships carry "lamps" by night.']
    curly = [*texts[:2], "Ships carry “lamps” by night."]
    assert passing(make_release(texts, texts[::-1], curly, texts)) == []


def test_several_stretches() -> None:
    """Words that came twice are told twice."""
    with_it, without = [TITLE, "Nobody may fish."], [TITLE]
    found = passing(make_release(without, with_it, without, with_it, without))
    assert found == [("stood", 2, 2, "Nobody may fish."), ("stood", 4, 4, "Nobody may fish.")]


def test_the_work_is_bounded() -> None:
    """Of very many words that came and went, the first ones are looked for."""
    many = [f"Ship {k} waits alone." for k in range(MAX_LOOKED_FOR + 50)]
    assert len(passing(make_release([TITLE], [TITLE, *many], [TITLE]))) == MAX_LOOKED_FOR
