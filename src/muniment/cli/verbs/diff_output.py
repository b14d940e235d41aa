"""A comparison on the screen or as JSON: the words, then description and emendations."""

from __future__ import annotations

from dataclasses import dataclass

from muniment.canonical import Json
from muniment.cli.terminal import json_text, screen_width, wrap
from muniment.cli.verbs.diff_sides import DiffSide
from muniment.diff import PARTS, Part, Selection, compare, compare_about, headline, left_out, render_text, select
from muniment.diff.selection import About, Member
from muniment.diff.views.json import algorithm_json, paragraphs_json, selection_json
from muniment.diff.views.sheet import say_value
from muniment.display import visible
from muniment.record.phrases import emendation_words


@dataclass(frozen=True, slots=True)
class View:
    """What to show of a comparison.

    Attributes:
        parts: The classes of change asked for.
        brief: Only the summary.
        context: Unchanged paragraphs around a change.
        colour: Whether to paint.
        as_json: Print JSON.
    """

    parts: tuple[Part, ...] = PARTS
    brief: bool = False
    context: int = 1
    colour: bool = False
    as_json: bool = False


def compare_sides(a: DiffSide, b: DiffSide, view: View) -> Selection:
    """Compare two sides, as far as the view asks."""
    records = [side.version.record if side.version else None for side in (a, b)]
    about = compare_about(*records, originals_differ=a.original != b.original)
    return select(compare(a.paragraphs, b.paragraphs), about, view.parts)


def print_difference(a: DiffSide, b: DiffSide, selection: Selection, view: View) -> None:
    """Print a comparison as the view says."""
    if view.as_json:
        print(json_text(as_value(a, b, selection, brief=view.brief), compact=True))
    elif view.brief:
        print_brief(selection)
    else:
        print(
            render_text(
                selection.difference,
                a.paragraphs,
                b.paragraphs,
                width=screen_width(),
                colour=view.colour,
                context=view.context,
                selection=selection,
            )
        )
        _print_rest(selection.about)


def print_brief(selection: Selection, indent: str = "") -> None:
    """Print the summary alone, and what it leaves out."""
    for text in filter(None, (headline(selection), left_out(selection))):
        for line in wrap(text, screen_width() - len(indent)):
            print(f"{indent}{line}")


def as_value(a: DiffSide, b: DiffSide, selection: Selection, *, brief: bool = False) -> dict[str, Json]:
    """Give the JSON value of a comparison (``schemas/diff.schema.json``)."""
    return {
        "format": "muniment-diff/1",
        "algorithm": algorithm_json(selection.difference.algorithm),
        "a": _side(a, brief=brief),
        "b": _side(b, brief=brief),
        **selection_json(selection, brief=brief),
    }


def _side(side: DiffSide, *, brief: bool) -> Json:
    statement = side.version.statement if side.version else None
    paragraphs: dict[str, Json] = {} if brief else {"paragraphs": paragraphs_json(side.paragraphs)}
    return {
        "name": side.name,
        "reference": statement.name if statement else None,
        "record": statement.record if statement else None,
        "original": side.original,
        **paragraphs,
    }


def _print_rest(about: About) -> None:
    """Print what changed apart from the words of the text as received."""
    if about.description:
        print("\nDescription")
        for member in about.description:
            _print_wrapped(f"{member.name} {member.change}: {_say_values(member)}")
    if about.removed or about.added:
        print("\nEmendations")
        for sign, emendations in (("-", about.removed), ("+", about.added)):
            for emendation in emendations:
                _print_wrapped(f"{sign} {visible(f'{emendation.paragraph} {emendation_words(emendation)}')}")


def _print_wrapped(text: str) -> None:
    first, *rest = wrap(text, screen_width() - 4)
    print(f"  {first}")
    for line in rest:
        print(f"    {line}")


def _say_values(member: Member) -> str:
    if member.change == "added":
        return visible(say_value(member.new))
    old = visible(say_value(member.old))
    return old if member.change == "removed" else f"{old} → {visible(say_value(member.new))}"
