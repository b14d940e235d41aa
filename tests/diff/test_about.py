from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from muniment import ingest
from muniment.diff.selection import CLAIMS, MEMBERS, About, Member, compare_about
from muniment.record import Emendation, Issued, Record, parse_record

SHIPPED = Path(__file__).parents[2] / "archive/releases/kz-events-2022-01/v1/content/record.json"


def shipped() -> Record:
    """Version 1 of the shipped release."""
    return parse_record(SHIPPED.read_bytes())


def test_members_are_added_removed_or_changed() -> None:
    """What was empty, unknown or undetermined and says something now was added; the way back, removed."""
    record = shipped()
    bare = replace(record.description, language="und", issued=Issued(None, "unknown"), subjects=(), title="Old")
    full = replace(record.description, language="en", issued=Issued("2022-01", "stated"), subjects=("x",), title="New")
    a, b = (replace(record, description=description, emendations=()) for description in (bare, full))
    there, back = compare_about(a, b, originals_differ=False), compare_about(b, a, originals_differ=True)

    assert [(m.name, m.change) for m in there.description] == [
        ("issued", "added"),
        ("language", "added"),
        ("subjects", "added"),
        ("title", "changed"),
    ]
    assert there.description[1] == Member("language", "added", "und", "en")
    assert [m.change for m in back.description] == ["removed", "removed", "removed", "changed"]
    assert (there.originals_differ, back.originals_differ) == (False, True)


def test_claims_about_the_original_count() -> None:
    """Where and when it was fetched is part of what is said about it."""
    record = shipped()
    other = replace(record, original=replace(record.original, uri="https://example.org/a"))
    [member] = compare_about(record, other, originals_differ=False).description

    assert (member.name, member.new) == ("uri", "https://example.org/a")


def test_emendations() -> None:
    """Those of one side alone are named; a plain file has none, and no description to compare."""
    first = Emendation("p1", 0, 0, "supplied", "of", "word missing", "A. Editor")
    second = replace(first, replacement="to")
    a, b = (replace(shipped(), emendations=(emendation,)) for emendation in (first, second))

    assert compare_about(a, b, originals_differ=False) == About((), (first,), (second,))
    assert compare_about(a, a, originals_differ=False) == About()
    assert compare_about(None, b, originals_differ=True) == About((), (), (second,), originals_differ=True)
    assert compare_about(a, None, originals_differ=True) == About((), (first,), (), originals_differ=True)


def test_what_is_compared_is_what_a_keeper_may_say() -> None:
    """The members that are compared are those of metadata; the names stand twice, as one room loads slowly."""
    assert (MEMBERS, CLAIMS) == (ingest.METADATA, ingest.CLAIMS)
