"""Tests of ``muniment.record.succession``: the rules of one record, and of a record beside the one before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.record.test_record import FULL

from muniment.errors import FormatError
from muniment.record import Activity, Change, Emendation, Extractor, Issued, Paragraph, Record
from muniment.record.succession import check_change, check_record

FIRST = replace(FULL, version=1, previous=None, change=Change("publication"), emendations=())
NOTE = FULL.emendations[0]
OTHER = replace(FIRST.original, sha256="2" * 64)


def fault(record: Record) -> str:
    """Give the fault that ``check_record`` finds."""
    with pytest.raises(FormatError) as caught:
        check_record(record, where="record.json")
    assert caught.value.where == "record.json"
    return caught.value.what


def emended(*places: tuple[int, int, str]) -> Record:
    """A record with these emendations of its paragraph p1, whose text has thirteen code points."""
    words = {"supplied": "x", "corrected": "x", "omitted": "", "unclear": ""}
    notes = [Emendation("p1", start, end, kind, words[kind], "a reason", "The Keeper") for start, end, kind in places]
    return replace(FULL, emendations=tuple(notes))


def test_a_sound_record() -> None:
    """A record that obeys the rules passes, with emendations and without."""
    check_record(FULL, where="record.json")
    check_record(FIRST, where="record.json")


@pytest.mark.parametrize("release", ["con", "v1", "lpt9"])
def test_release_id_must_be_fit(release: str) -> None:
    """A release that the schema allows and no folder can be named after is refused."""
    assert "a release id must not" in fault(replace(FULL, release=release))


def test_paragraph_ids_are_unique() -> None:
    """A paragraph id that stands twice is named."""
    twice = replace(FIRST, paragraphs=(*FIRST.paragraphs, FIRST.paragraphs[1]))
    assert fault(twice) == "paragraph id p1 stands more than once"


@pytest.mark.parametrize("name", ["p", "h1.1", "p1 ", "P1", "p1." + "a" * 70])
def test_paragraph_ids_have_their_form(name: str) -> None:
    """A paragraph id outside the grammar is refused."""
    assert fault(replace(FIRST, paragraphs=(Paragraph(name, "paragraph", None, "x"),))) == "not a paragraph id"


@pytest.mark.parametrize(
    "places",
    [
        [(0, 2, "corrected"), (2, 4, "corrected")],
        [(2, 2, "supplied"), (2, 4, "corrected")],
        [(0, 2, "corrected"), (2, 2, "supplied"), (2, 4, "omitted")],
        [(0, 13, "unclear"), (13, 13, "supplied")],
        [(0, 0, "supplied"), (0, 10, "unclear")],
    ],
)
def test_emendations_may_touch(places: list[tuple[int, int, str]]) -> None:
    """Emendations may stand side by side, from the first code point to the last."""
    check_record(emended(*places), where="record.json")


@pytest.mark.parametrize(
    "places",
    [
        [(0, 3, "corrected"), (2, 4, "corrected")],
        [(2, 4, "corrected"), (0, 1, "corrected")],
        [(2, 4, "corrected"), (2, 2, "supplied")],
        [(2, 2, "supplied"), (2, 2, "supplied")],
        [(0, 4, "corrected"), (2, 2, "supplied")],
        [(0, 4, "corrected"), (0, 4, "omitted")],
    ],
)
def test_emendations_may_not_overlap(places: list[tuple[int, int, str]]) -> None:
    """Emendations that overlap, stand twice at one place or are out of order are refused."""
    assert fault(emended(*places)) == "the emendations of p1 overlap or are out of order"


def test_emendations_follow_the_paragraphs() -> None:
    """Emendations of a later paragraph may not come before those of an earlier one."""
    notes = (NOTE, Emendation("h1", 0, 2, "omitted", "", "a reason", "The Keeper"))
    assert fault(replace(FULL, emendations=notes)) == "the emendations of h1 overlap or are out of order"
    check_record(replace(FULL, emendations=notes[::-1]), where="record.json")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"paragraph": "p9"}, "an emendation names paragraph p9, which does not exist"),
        ({"end": 14}, "the emendation of p1 at 3 does not lie inside the paragraph's 13 code points"),
        ({"end": 2}, "the emendation of p1 at 3 does not lie inside the paragraph's 13 code points"),
        ({"end": 3}, "the emendation of p1 at 3 is of kind corrected and covers 0 code points"),
        ({"kind": "supplied"}, "the emendation of p1 at 3 is of kind supplied and covers 2 code points"),
        ({"kind": "omitted"}, "the emendation of p1 at 3 is of kind omitted and its replacement is 'was'"),
        ({"replacement": ""}, "the emendation of p1 at 3 is of kind corrected and its replacement is ''"),
        ({"replacement": " "}, "the emendation of p1 at 3 is of kind corrected and its replacement is ' '"),
    ],
)
def test_one_emendation(change: dict[str, Any], what: str) -> None:
    """An emendation lies inside its paragraph and has words exactly where its kind has."""
    assert fault(replace(FULL, emendations=(replace(NOTE, **change),))) == what


@pytest.mark.parametrize(
    "record",
    [
        replace(FULL, description=replace(FULL.description, issued=Issued("2022-02-30", "stated"))),
        replace(FULL, description=replace(FULL.description, temporal=("2022", "2021-02-29"))),
        replace(FULL, original=replace(FULL.original, retrieved="0000")),
        replace(FULL, provenance=(Activity("receive", "x", "2022-06-31T10:00:00Z"),)),
    ],
)
def test_dates_are_in_the_calendar(record: Record) -> None:
    """A date that is well written and does not exist is refused wherever it stands."""
    assert fault(record).endswith("is no date of the calendar")


def successor(before: Record, kind: str, **changes: Any) -> Record:  # noqa: ANN401 - members of any type
    """The next version of a record, with these members changed."""
    done = Activity("describe", "archive", "2026-11-22")
    made: dict[str, Any] = {
        "version": before.version + 1,
        "previous": f"sha256:{'0' * 64}",
        "change": Change(kind),
        "provenance": (*before.provenance, done),
    }
    return replace(before, **(made | changes))


DESCRIBED = replace(FIRST.description, title="Another title")
WORDS = (Paragraph("p1", "paragraph", None, "Other words."),)
NEWER = replace(FIRST.original, extractor=Extractor("muniment-text", "2"))
SOUND = [
    successor(FIRST, "publication", original=OTHER, paragraphs=WORDS, provenance=FIRST.provenance[:1]),
    successor(FIRST, "publication", original=OTHER, description=DESCRIBED),
    successor(FIRST, "reextraction", paragraphs=WORDS),
    successor(FIRST, "reextraction", original=NEWER),
    successor(FIRST, "description", description=DESCRIBED),
    successor(FIRST, "description", original=replace(FIRST.original, uri=None)),
    successor(FIRST, "emendation", emendations=(NOTE,)),
    successor(FIRST, "emendation", emendations=(NOTE,), description=DESCRIBED),
]


@pytest.mark.parametrize("record", SOUND, ids=lambda record: record.change.kind)
def test_each_kind_of_change(record: Record) -> None:
    """A version that does what its kind of change says passes."""
    check_change(record, FIRST, None, where="record.json")


def test_first_version() -> None:
    """A first version is a publication; an emendation may continue emendations."""
    check_change(FIRST, None, None, where="record.json")
    emended_once = successor(FIRST, "emendation", emendations=(NOTE,))
    described = successor(emended_once, "description", description=DESCRIBED)
    check_change(described, emended_once, None, where="record.json")
    check_change(
        successor(emended_once, "reextraction", paragraphs=WORDS, emendations=()), emended_once, None, where=""
    )


def test_reverting() -> None:
    """A publication of earlier bytes says which version it brings back, and no other kind does."""
    record = successor(FIRST, "publication", original=OTHER, change=Change("publication", None, 4))
    check_change(record, FIRST, 4, where="record.json")
    for change, expected, what in (
        (Change("publication"), 4, "reverts_to is None and should be 4"),
        (Change("publication", None, 3), 4, "reverts_to is 3 and should be 4"),
        (Change("publication", None, 4), None, "reverts_to is 4 and should be None"),
    ):
        with pytest.raises(FormatError, match=what):
            check_change(replace(record, change=change), FIRST, expected, where="record.json")
    described = successor(FIRST, "description", description=DESCRIBED, change=Change("description", None, 1))
    with pytest.raises(FormatError, match="reverts_to is 1 and should be None"):
        check_change(described, FIRST, 1, where="record.json")


@pytest.mark.parametrize(
    ("record", "what"),
    [
        (replace(SOUND[0], version=3), "version 3 stands where version 2 should be"),
        (replace(SOUND[0], version=1), "version 1 stands where version 2 should be"),
        (replace(SOUND[0], release="tide"), "release tide follows release harbour"),
        (successor(FIRST, "publication"), "a publication must bring other original bytes than the version before"),
        (
            successor(FIRST, "publication", original=OTHER, emendations=(NOTE,)),
            "a publication carries no emendations: they belong to the text before",
        ),
        (
            successor(FIRST, "reextraction", paragraphs=WORDS, emendations=(NOTE,)),
            "a reextraction carries no emendations: they belong to the text before",
        ),
        (successor(FIRST, "reextraction"), "a reextraction changes the extracted text and nothing else"),
        (
            successor(FIRST, "reextraction", paragraphs=WORDS, description=DESCRIBED),
            "a reextraction changes the extracted text and nothing else",
        ),
        (successor(FIRST, "description"), "a description changes the description and nothing else"),
        (
            successor(FIRST, "description", description=DESCRIBED, paragraphs=WORDS),
            "a description changes the description and nothing else",
        ),
        (
            successor(FIRST, "description", description=DESCRIBED, emendations=(NOTE,)),
            "a description changes the description and nothing else",
        ),
        (
            successor(FIRST, "emendation"),
            "an emendation changes the emendations, may change the description, and nothing else",
        ),
        (
            successor(FIRST, "emendation", emendations=(NOTE,), paragraphs=WORDS),
            "an emendation changes the emendations, may change the description, and nothing else",
        ),
        *(
            (successor(FIRST, kind, original=OTHER), f"a {kind} must keep the original of the version before")
            for kind in ("reextraction", "description")
        ),
        (
            successor(FIRST, "description", description=DESCRIBED, provenance=FIRST.provenance[:1]),
            "a description must continue the provenance of the version before",
        ),
    ],
)
def test_each_broken_rule(record: Record, what: str) -> None:
    """A version that does something else than its kind of change says is refused, and the error names the rule."""
    with pytest.raises(FormatError) as caught:
        check_change(record, FIRST, None, where="record.json")
    assert caught.value.what == what
    assert caught.value.hint == f"the change says {record.change.kind}"


@pytest.mark.parametrize("kind", ["reextraction", "description", "emendation"])
def test_nothing_comes_before_a_publication(kind: str) -> None:
    """A first version of another kind is refused, and so is one that is not numbered 1."""
    with pytest.raises(FormatError, match="the first version must be a publication"):
        check_change(replace(FIRST, change=Change(kind)), None, None, where="record.json")
    with pytest.raises(FormatError, match="version 2 stands where version 1 should be"):
        check_change(replace(FIRST, version=2), None, None, where="record.json")
