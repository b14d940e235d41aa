"""Tests of ``muniment.history.blame``."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.diff.fold import fold, fold_unspaced
from muniment.history import Blame, Event, ParagraphHistory, blame
from muniment.record import Change, Description, Extractor, Original, Paragraph, Record

Release = Callable[..., list[Record]]

A = "The harbour closes on Monday because of the storm."
B = "Ferries to the northern islands leave from the old pier instead."
C = "Fishing boats may enter with a letter of the harbour master."
D = "Questions are answered at the council office in Mill Street."


def only(found: Blame, number: int = 1) -> ParagraphHistory:
    """The history of one paragraph."""
    return next(one for one in found.paragraphs if one.id == f"p{number}")


def kinds(one: ParagraphHistory) -> list[tuple[str, int]]:
    """Kinds and versions of its events."""
    return [(event.kind, event.version) for event in one.events]


def words(one: ParagraphHistory) -> list[tuple[int, str]]:
    """Its words with their versions."""
    return [(run.version, run.text) for run in one.words]


def test_one_version(release: Release) -> None:
    """In a release of one version all words are of that version."""
    found = blame(release([A, B]))
    assert found.version == 1
    assert [(one.first, one.brought, one.since, one.events) for one in found.paragraphs] == [(1, 1, 1, ())] * 2


def test_edit(release: Release) -> None:
    """An edit brings the words that it put in; the rest of the paragraph stays as old as it is."""
    found = only(blame(release([A, B], [A.replace("Monday", "Sunday"), B])))
    assert (found.first, found.brought, found.since) == (1, 2, 2)
    assert found.events == (Event(2, "edited", ("p1",)),)
    assert words(found) == [(1, "The harbour closes on "), (2, "Sunday"), (1, " because of the storm.")]


def test_inserted(release: Release) -> None:
    """A paragraph that was put in is of the version that put it in."""
    found = blame(release([A, C], [A, B, C]))
    assert [(one.first, one.brought) for one in found.paragraphs] == [(1, 1), (2, 2), (1, 1)]


def test_removed_and_returned(release: Release) -> None:
    """Words that vanish and come back are of the version that first brought them, and the gap is told."""
    found = only(blame(release([A, B, C], [A, C], [A, C], [A, B, C])), 2)
    assert (found.first, found.brought, found.since) == (1, 1, 4)
    assert found.events == (Event(4, "returned", brought=1, gone=2),)
    assert words(found) == [(1, B)]


def test_returned_by_an_edit(release: Release) -> None:
    """A paragraph that is edited back has the words of the version that it was edited back to."""
    other = A.replace("Monday", "Sunday")
    found = only(blame(release([A], [other], [A])))
    assert (found.first, found.brought, found.since) == (1, 1, 3)
    assert kinds(found) == [("edited", 2), ("returned", 3)]
    assert found.events[1].gone == 2
    assert words(found) == [(1, A)]


def test_returned_with_other_signs(release: Release) -> None:
    """Words return also where quotes or spaces are other ones; each word is as old as it was."""
    first = "The “old” pier is closed to all ferries."
    edited = first.replace("closed", "barred")
    found = only(blame(release([first, A], [edited, A], [A], [edited.replace("“", '"').replace("”", '"'), A])))
    assert (found.brought, found.since) == (2, 4)
    assert words(found) == [(1, 'The "old" pier is '), (2, "barred"), (1, " to all ferries.")]


def test_a_copy_is_no_return(release: Release) -> None:
    """A second paragraph of the same words, while the first still stands, is of its own version."""
    found = blame(release([A, B], [A, B, A]))
    assert [(one.brought, kinds(one)) for one in found.paragraphs] == [(1, []), (1, []), (2, [])]


def test_moved(release: Release) -> None:
    """A move leaves the words as old as they are."""
    found = blame(release([A, B, C, D], [B, C, D, A]))
    moved = only(found, 4)
    assert (moved.brought, moved.since) == (1, 1)
    assert moved.events == (Event(2, "moved", ("p1",)),)


def test_moved_and_edited(release: Release) -> None:
    """A paragraph that moves and is edited has both events."""
    moved = only(blame(release([A, B, C, D], [B, C, D, A.replace("Monday", "Sunday")])), 4)
    assert kinds(moved) == [("moved", 2), ("edited", 2)]
    assert moved.brought == 2


def test_renumbered(release: Release) -> None:
    """A new number is told with the old one, and brings no words."""
    before, after = [("1.", A), ("2.", C)], [("1.", A), ("2.", B), ("3.", C)]
    found = only(blame(release(before, after)), 3)
    assert found.brought == 1
    assert found.events == (Event(2, "renumbered", ("p2",), labels=("2.", "3.")),)


def test_renumbered_and_edited(release: Release) -> None:
    """A paragraph that is edited and gets another number has both events."""
    edited = A.replace("Monday", "Sunday")
    found = only(blame(release([("1.", A), ("2.", C)], [("1.", B), ("2.", edited), ("3.", C)])), 2)
    assert kinds(found) == [("edited", 2), ("renumbered", 2)]


def test_split(release: Release) -> None:
    """The pieces of a paragraph have its words and their age."""
    found = blame(release([f"{A} {B}", C], [A, B, C]))
    assert [(one.first, one.brought, kinds(one)) for one in found.paragraphs] == [
        (1, 1, [("split", 2)]),
        (1, 1, [("split", 2)]),
        (1, 1, []),
    ]
    assert words(only(found)) == [(1, A)]


def test_pieces_of_a_split_are_as_old_as_their_newest_words(release: Release) -> None:
    """A piece that an edit before the cut did not touch is older than the one that it did."""
    edited = B.replace("old", "new")
    assert edited != B
    found = blame(release([f"{A} {B}", C], [f"{A} {edited}", C], [A, edited, C]))
    assert [(one.first, one.brought, one.since) for one in found.paragraphs] == [(1, 1, 1), (1, 2, 2), (1, 1, 1)]


def test_a_merge_is_as_old_as_its_newest_words(release: Release) -> None:
    """Paragraphs of two versions that are joined say when the later words came."""
    found = only(blame(release([A, D], [A, C, D], [A, B, C, D], [f"{A} {B}", C, D])))
    assert (found.first, found.brought, found.since) == (1, 3, 3)


def test_the_same_as_printed_is_no_event(release: Release) -> None:
    """What was read as a label in one version and as a word in the next brought nothing, and was not renumbered."""
    found = only(blame(release([("1.3", A)], [f"1.3 {A}"])))
    assert (found.brought, kinds(found), words(found)) == (1, [], [(1, f"1.3 {A}")])
    found = only(blame(release([f"§ 4 {A}"], [("§ 4", A)])))
    assert (found.brought, kinds(found), words(found)) == (1, [], [(1, A)])


def test_a_number_that_stands_alone_is_a_word(release: Release) -> None:
    """A date line with another day brought words; its number does not count."""
    found = only(blame(release([("5.", "Mai 2022, Hafenamt"), A], [("6.", "Mai 2022, Hafenamt"), A])))
    assert (found.brought, kinds(found)) == (2, [("edited", 2)])


def test_split_and_edited(release: Release) -> None:
    """Of the pieces of a split only the one whose words are new is called edited."""
    whole = f"{A} {B} {C}"
    found = blame(release([whole, D], [f"{A} {B}", C.replace("a letter", "two letters"), D]))
    assert kinds(only(found, 1)) == [("split", 2)]
    assert kinds(only(found, 2)) == [("split", 2), ("edited", 2)]
    assert words(only(found, 2))[1] == (2, "two letters")


def test_merged(release: Release) -> None:
    """A merged paragraph has the words of all its parts, each with its age."""
    found = only(blame(release([A, C], [A, B, C], [f"{A} {B}", C])))
    assert (found.first, found.brought, found.since) == (1, 2, 2)
    assert found.events == (Event(3, "merged", ("p1", "p2")),)
    assert words(found) == [(1, f"{A} "), (2, B)]


def test_split_and_merged_again(release: Release) -> None:
    """What is cut and joined again was never gone."""
    whole = f"{A} {B}"
    found = only(blame(release([whole, C], [A, B, C], [whole, C])))
    assert (found.brought, found.since) == (1, 1)
    assert kinds(found) == [("split", 2), ("merged", 3)]


def test_merged_and_edited(release: Release) -> None:
    """A merge with new words is an edit too."""
    found = only(blame(release([A, B, D], [f"{A} {B} Fishing boats may.", D])))
    assert kinds(found) == [("merged", 2), ("edited", 2)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It isn't “open” to all.", 'It isn’t "open" to all.'),
        ("Der Hafen ist am Montag zu.", "Der Hafen\u00a0ist am\u00a0Montag zu."),
        ("Le café est fermé le lundi.", "Le cafe\u0301 est ferme\u0301 le lundi."),
        ("أُغلق الميناء يوم الاثنين بسبب العاصفة.", "أُغلق\u200f الميناء يوم الاثنين بسبب العاصفة."),
        ("Порт дүйсенбіде дауылға байланысты жабық.", "Порт дүйсенбіде дауылға\u00a0байланысты жабық."),
        ("ท่าเรือปิดวันจันทร์เพราะพายุ", "ท่าเรือ\u200bปิดวันจันทร์เพราะพายุ"),
        ("港口星期一因暴风雨关闭。", "港口星期一\u200b因暴风雨关闭。"),
        ("Closed today 👩\u200d🚀 for all of us.", "Closed today 👩\u200d🚀 for\u00a0all of us."),
    ],
)
def test_typography(release: Release, before: str, after: str) -> None:
    """Other quotes, spaces, invisible signs or composed letters bring no words."""
    found = only(blame(release([before], [after])))
    assert (found.brought, kinds(found)) == (1, [("typographic", 2)])
    assert words(found) == [(1, after)]


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ("港口星期一因暴风雨关闭。", "港口星期二因暴风雨关闭。", "二"),
        ("Порт дүйсенбіде дауылға байланысты жабық.", "Порт сейсенбіде дауылға байланысты жабық.", "сейсенбіде"),
        ("الميناء مغلق يوم الاثنين بسبب العاصفة.", "الميناء مغلق يوم الأحد بسبب العاصفة.", "الأحد"),
    ],
)
def test_scripts(release: Release, before: str, after: str, new: str) -> None:
    """In every script only the words that changed are new."""
    assert (2, new) in words(only(blame(release([before], [after]))))


def test_later_versions_play_no_part(release: Release) -> None:
    """The history of a version ends with it, and its number need not start at 1."""
    records = release([A], [B], [C])
    assert blame(records[:2]).version == 2
    assert only(blame(records[1:])).brought == 3


def test_no_paragraphs(release: Release) -> None:
    """A version without paragraphs has none to tell of; paragraphs without words are kept as they are."""
    assert blame(release([])).paragraphs == ()
    found = blame(release([A, "\u200b"], [A], [A, "\u200b"]))
    assert (only(found, 2).brought, kinds(only(found, 2))) == (3, [])


def test_progress(release: Release) -> None:
    """Whoever waits is told how far it is."""
    seen: list[tuple[int, int]] = []
    blame(release([A], [A], [B]), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


SENTENCES = (A, B, C, D, A.replace("Monday", "Sunday"), f"{A} {B}", f"{B} {C}", B.replace("old", "new"), "* * *")
VERSIONS = st.lists(st.lists(st.sampled_from(SENTENCES), max_size=6), min_size=1, max_size=6)


def records_of(texts: list[list[str]]) -> list[Record]:
    """Records of lists of texts."""
    original = Original("original.txt", "0" * 64, 1, "text/plain", "utf-8", Extractor("x", "1"))
    return [
        Record(
            "r",
            number,
            None,
            Change("publication"),
            Description("T"),
            original,
            tuple(Paragraph(f"p{n}", "paragraph", None, text) for n, text in enumerate(items, 1)),
            (),
        )
        for number, items in enumerate(texts, 1)
    ]


@given(VERSIONS)
def test_words_stand_in_the_version_named(texts: list[list[str]]) -> None:
    """Every paragraph is named once; versions exist and follow each other; its words stand in the one that is named."""
    found = blame(records_of(texts))
    assert [one.text for one in found.paragraphs] == texts[-1]
    for one in found.paragraphs:
        assert 1 <= one.brought <= one.since <= found.version
        assert 1 <= one.first <= found.version
        assert [event.version for event in one.events] == sorted(event.version for event in one.events)
        assert fold_unspaced(one.text) in fold_unspaced(" ".join(texts[one.brought - 1])) or _in_parts(one, texts)
        assert "".join(run.text for run in one.words) == one.text
        for run in one.words:
            assert 1 <= run.version <= found.version
            assert all(word in fold(" ".join(texts[run.version - 1])) for word in fold(run.text).split())


def _in_parts(one: ParagraphHistory, texts: list[list[str]]) -> bool:
    """Whether the words of a merged paragraph stand there apart from each other."""
    there = fold(" ".join(texts[one.brought - 1]))
    return any(event.kind == "merged" for event in one.events) and all(word in there for word in fold(one.text).split())


@given(VERSIONS)
def test_the_same_again(texts: list[list[str]]) -> None:
    """Versions with the same paragraphs as before change nothing in the history."""
    doubled = [items for items in texts for _ in range(2)]
    once, twice = blame(records_of(texts)), blame(records_of(doubled))
    assert [(2 * o.brought - 1, 2 * o.since - 1) for o in once.paragraphs] == [
        (t.brought, t.since) for t in twice.paragraphs
    ]
