from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.cite import make_citation
from muniment.reference import parse_reference
from muniment.snapshot.texts import format_reading_text, plain

if TYPE_CHECKING:
    from tests.snapshot.conftest import World


def text_of(world: World, reference: str) -> str:
    """The reading text of a version."""
    version = world.archive.read(parse_reference(reference))
    return format_reading_text(version.record, make_citation(version, origin="archive.example.org/press"))


def test_text_with_labels_and_marks(world: World) -> None:
    """Labels stand as printed, brackets of the original as white brackets, direction overrides as escapes."""
    head, text = text_of(world, "v1").split("\n\n", 1)
    assert head.split("\n")[:2] == [
        "Déclaration sur les événements « Ünïcode »",
        "declaration/v1, archive.example.org/press",
    ]
    assert text == (
        "⟦ ⟧ are the square brackets of the original.\n"
        "\\x.. and \\u.... are invisible control characters of the original.\n\n"
        "Déclaration sur les événements « Ünïcode »\n\n"
        '1. First ⟦sic⟧ paragraph, with "quotes" and \\u202ehidden\\u202c turns.\n\n'
        "An unnumbered one follows: 中文, العربية.\n\n"
        "2. The last words.\n"
    )


def test_plain_text_has_no_legend(world: World) -> None:
    """Without brackets, emendations and control characters nothing needs to be explained."""
    world.publish("A title\n\n1. A plain\nsentence.\n", "plain")
    assert text_of(world, "plain").split("\n\n", 1)[1] == "A title\n\n1. A plain sentence.\n"


def test_emendations_are_rendered_and_accounted_for(world: World) -> None:
    """Each emendation stands in brackets in the text, and at the end with its reason and its author."""
    world.emend()
    text = text_of(world, "v2")
    assert "[ ] holds what the archive's editors supply, correct, omit or cannot read" in text
    assert "\n\n2. [These] […] [very] [words?].\n\nEmendations:\n" in text
    assert text.split("Emendations:\n")[1].split("\n") == [
        "p2: corrected “The” to “These”. a plural follows (archive.example.org/press)",
        "p2: omitted: “last”. a name of a private person (archive.example.org/press)",
        "p2: supplied “very”. missing (archive.example.org/press)",
        "p2: unclear: “words”. smudged (archive.example.org/press)",
        "",
    ]


def test_control_characters_are_shown() -> None:
    """Every control character but tab and newline is shown as an escape; the letters of all scripts stay."""
    assert plain("a\x1b[31m\x00\x7f\x9b\u2028\u202e\u2066\t\nb") == (
        "a\\x1b[31m\\x00\\x7f\\x9b\\u2028\\u202e\\u2066\t\nb"
    )
    assert plain("中文 العربية é\u200f") == "中文 العربية é\u200f"
