"""How ``archive diff`` prints: two sides with their words, or the steps of a range and what came and went between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from muniment.cli.lines import print_words
from muniment.cli.terminal import json_text, screen_width, wrap
from muniment.diff import PARTS, Part, Selection, headline, left_out, render_text
from muniment.diff.selection import About, Member, VersionStep
from muniment.diff.views.json import diff_json, diff_range_json
from muniment.diff.views.sheet import say_value
from muniment.diff.views.sides import DiffSide, compare_both, party_of
from muniment.diff.views.text import render_changes
from muniment.display import plain, visible
from muniment.history.passing import Passing, came_and_went
from muniment.history.public_json import passing_json
from muniment.record.phrases import change_words, emendation_words, published_words

BETWEEN = ".."


@dataclass(frozen=True, slots=True)
class View:
    """What to show of a comparison.

    Attributes:
        parts: The classes of change asked for.
        brief: Only the summary.
        context: Unchanged paragraphs around a change.
        colour: Whether to paint.
        as_json: Print JSON.
        verbose: Say each change of the description in each step of a range, beside changed words too.
    """

    parts: tuple[Part, ...] = PARTS
    brief: bool = False
    context: int = 1
    colour: bool = False
    as_json: bool = False
    verbose: bool = False


def compare_sides(a: DiffSide, b: DiffSide, view: View) -> Selection:
    """Compare two sides, as far as the view asks."""
    return compare_both(a, b, view.parts)


def print_difference(a: DiffSide, b: DiffSide, selection: Selection, view: View) -> None:
    """Print a comparison as the view says."""
    if view.as_json:
        print(json_text(diff_json(party_of(a), party_of(b), selection, brief=view.brief), compact=True))
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


def print_brief(selection: Selection, indent: str = "", more: str = "") -> None:
    """Print the summary alone, with what else there is to say, and what it leaves out."""
    for text in filter(None, (headline(selection) + more, left_out(selection))):
        for line in wrap(text, screen_width() - len(indent)):
            print(f"{indent}{line}")


def _print_rest(about: About, indent: str = "") -> None:
    """Print what changed apart from the words of the text as received."""
    if about.description:
        print(f"\n{indent}Description")
        for member in about.description:
            _print_wrapped(f"{member.name} {member.change}: {_say_values(member)}", indent)
    if about.removed or about.added:
        print(f"\n{indent}Emendations")
        for sign, emendations in (("-", about.removed), ("+", about.added)):
            for emendation in emendations:
                said = visible(f"{emendation.paragraph} {emendation_words(emendation)}")
                _print_wrapped(f"{sign} {said}", indent)


def _print_wrapped(text: str, indent: str = "") -> None:
    first, *rest = wrap(text, screen_width() - 4 - len(indent))
    print(f"{indent}  {first}")
    for line in rest:
        print(f"{indent}    {line}")


def _say_values(member: Member) -> str:
    if member.change == "added":
        return visible(say_value(member.new))
    old = visible(say_value(member.old))
    return old if member.change == "removed" else f"{old} → {visible(say_value(member.new))}"


@dataclass(frozen=True, slots=True)
class Range:
    """Versions of one release as sides, oldest first; at least one."""

    sides: tuple[DiffSide, ...]

    @property
    def name(self) -> str:
        """The range in its normal form: ``harbour-notice/v3..v9``."""
        return f"{self.sides[0].stored.statement.name}{BETWEEN}v{self.sides[-1].stored.record.version}"


@dataclass(frozen=True, slots=True)
class RangeChanges:
    """What became of a range: step by step, in all, and what only stood in between."""

    steps: tuple[VersionStep, ...]
    net: Selection
    passing: tuple[Passing, ...]


def compare_range(versions: Range, view: View) -> RangeChanges:
    """Compare a range step by step, and its first version with its last."""
    sides = versions.sides
    steps = tuple(VersionStep(new.stored, compare_sides(old, new, view)) for old, new in pairwise(sides))
    net = compare_sides(sides[0], sides[-1], view)
    operations = [step.selection.difference.operations for step in steps]
    passing = came_and_went([side.stored.record for side in sides], operations) if "words" in view.parts else ()
    return RangeChanges(steps, net, passing)


def print_range(versions: Range, changes: RangeChanges, view: View) -> None:
    """Print what each step changed, what came and went, then the net change; or all of it as JSON."""
    first, last = (
        replace(side, name=f"v{side.stored.record.version}") for side in (versions.sides[0], versions.sides[-1])
    )
    if view.as_json:
        net = diff_json(party_of(first), party_of(last), changes.net, brief=view.brief)
        between = [passing_json(one) for one in changes.passing]
        paragraphs = None if view.brief else [side.paragraphs for side in versions.sides]
        value = diff_range_json(versions.name, changes.steps, net, between=between, paragraphs=paragraphs)
        print(json_text(value, compact=True))
        return
    if not changes.steps:
        print(f"{first.stored.statement.name}: one version, nothing to compare")
        return
    print(f"{versions.name}, {len(changes.steps)} {'step' if len(changes.steps) == 1 else 'steps'}")
    for (old, new), step in zip(pairwise(versions.sides), changes.steps, strict=True):
        print()
        _print_step(old, new, step, view)
    _print_passing(changes.passing)
    print(f"\n{first.name} → {last.name}")
    print_difference(first, last, changes.net, view)


_INDENT = "    "


def _print_step(old: DiffSide, new: DiffSide, step: VersionStep, view: View) -> None:
    record, selection = step.version.record, step.selection
    change = change_words(record.change.kind, record.change.reverts_to)
    print(f"v{record.version}  {change}")
    published = published_words(record.description.issued, record.original.retrieved)
    print_words(plain(f"{published}; logged {step.version.statement.logged_at} (claimed)"), len(_INDENT))
    changed = [operation for operation in selection.difference.operations if selection.shows(operation)]
    noise = bool(changed and selection.about.description) and not view.verbose
    quiet = replace(selection, about=replace(selection.about, description=())) if noise else selection
    print_brief(quiet, indent=_INDENT, more="; description changed" if noise else "")
    if view.brief:
        return
    words = render_changes(
        changed, old.paragraphs, new.paragraphs, width=screen_width() - len(_INDENT), colour=view.colour
    )
    if words:
        print("\n" + "\n".join(f"{_INDENT}{line}".rstrip(" ") for line in words.split("\n")))
    if view.verbose:
        _print_rest(selection.about, _INDENT)


SHOWN_WORDS = 200
"""Characters of what came and went that are printed; JSON has all."""


def _print_passing(passing: Sequence[Passing]) -> None:
    if not passing:
        return
    print("\nIn between")
    for one in passing:
        _print_wrapped(visible(passing_words(one)))


def passing_words(passing: Passing) -> str:
    """Say what came and went: ``stood in v2 to v4: “six weeks” (v4#p2)``."""
    first, last, words = passing.first, passing.last, passing.words
    when = f"v{first}" if first == last else f"v{first} to v{last}"
    words = words if len(words) <= SHOWN_WORDS else f"{words[:SHOWN_WORDS].rstrip()}…"
    if passing.kind == "missing":
        return f"missing in {when}: “{words}”"
    return f"stood in {when}: “{words}” (v{passing.version}#{passing.paragraph})"
