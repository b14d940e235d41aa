"""Which classes of change a reader asked for, and what that leaves out.

There are three: ``words`` (paragraphs edited, inserted, deleted, moved, split, merged, renumbered), ``typographic``
(changes that cannot be heard) and ``description`` (the description, and the emendations).  What is left out is
counted and said: a filter hides nothing without a word.

What changed in two records apart from the words of the text as received.

The description says what the archive knows of a statement; its claims about the original (where and when it was
fetched) are compared with it.  Emendations are compared whole: one that changed is one removed and one added.

The first line of a comparison, which says in words all that changed.

``2 paragraphs edited, 1 moved, 3 renumbered; description: language added; originals differ``.

A range of versions, compared step by step.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

from muniment.archive import StoredVersion
from muniment.canonical import Json
from muniment.diff.attribution import Readings, say_readings
from muniment.diff.difference import Difference, Operation, Summary, summarise
from muniment.diff.originals import say_what
from muniment.record import Description, Emendation, Record, record_as_json

MEMBERS = tuple(sorted(field.name for field in fields(Description)))
CLAIMS = ("retrieved", "uri")
"""What is compared besides the words: ``METADATA`` and ``CLAIMS`` of ``ingest``, which takes long to load."""

MemberChange: TypeAlias = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the description that differs.

    Attributes:
        name: As in the record, such as ``language``.
        change: ``added`` when side A says nothing there, ``removed`` when side B does not.
        old: Value on side A; None when it is not there.
        new: Value on side B.
    """

    name: str
    change: MemberChange
    old: Json
    new: Json


@dataclass(frozen=True, slots=True)
class About:
    """Changes apart from the words.

    Attributes:
        description: Members that differ, by name in the order of the schema; the claims come last.
        removed: Emendations that only side A has.
        added: Emendations that only side B has.
        originals_differ: Whether the bytes as received differ.
        originals_in: In what they differ, where that is all and no paragraph changed.
        readings: By which rules the sides were read, where these differ.
    """

    description: tuple[Member, ...] = ()
    removed: tuple[Emendation, ...] = ()
    added: tuple[Emendation, ...] = ()
    originals_differ: bool = False
    originals_in: tuple[str, ...] = ()
    readings: Readings | None = None


def compare_about(a: Record | None, b: Record | None, *, originals_differ: bool) -> About:
    """Compare two records apart from their words.

    Args:
        a: The older record, or None for a plain file, which has emendations on neither side and no description.
        b: The newer one, in the same way.
        originals_differ: Whether the bytes as received differ.
    """
    old = a.emendations if a else ()
    new = b.emendations if b else ()
    return About(
        () if a is None or b is None else _description(_values(a), _values(b)),
        tuple(emendation for emendation in old if emendation not in new),
        tuple(emendation for emendation in new if emendation not in old),
        originals_differ,
    )


def _description(old: dict[str, Json], new: dict[str, Json]) -> tuple[Member, ...]:
    return tuple(
        Member(name, _change(old[name], new[name]), old[name], new[name]) for name in old if old[name] != new[name]
    )


def _change(old: Json, new: Json) -> MemberChange:
    return "added" if _says_nothing(old) else "removed" if _says_nothing(new) else "changed"


def _says_nothing(value: Json) -> bool:
    """Whether a member is empty; an unknown date of issue and an undetermined language say nothing either."""
    return value in (None, "", [], "und") or (isinstance(value, dict) and value.get("basis") == "unknown")


def _values(record: Record) -> dict[str, Json]:
    value = record_as_json(record)
    about = {member: value.get(member) for member in MEMBERS}
    return {**about, **{member: value["original"][member] for member in CLAIMS}}


Part: TypeAlias = Literal["words", "typographic", "description"]
PARTS: tuple[Part, ...] = ("words", "typographic", "description")


@dataclass(frozen=True, slots=True)
class Selection:
    """A comparison, divided into what was asked for and what was not.

    Attributes:
        parts: The classes asked for, in the order of ``PARTS``.
        difference: All operations.
        summary: Counts of the operations asked for.
        about: Changes apart from the words, as far as asked for; whether the originals differ is always there.
        others: Counts of the operations left out.
        others_about: Changes apart from the words that were left out.
    """

    parts: tuple[Part, ...]
    difference: Difference
    summary: Summary
    about: About
    others: Summary
    others_about: About

    @property
    def whole(self) -> bool:
        """Whether everything was asked for."""
        return self.parts == PARTS

    @property
    def different(self) -> bool:
        """Whether anything asked for differs; the bytes of the originals count when everything was asked for."""
        about = self.about
        described = bool(about.description or about.removed or about.added)
        words = any(self.shows(operation) for operation in self.difference.operations)
        return words or described or (self.whole and about.originals_differ)

    def shows(self, operation: Operation) -> bool:
        """Whether an operation is a change that was asked for."""
        if operation.op == "equal" and not operation.renumbered and operation.kind is None:
            return False
        return not classes(operation).isdisjoint(self.parts)


def classes(operation: Operation) -> frozenset[Part]:
    """The classes of one operation: none when nothing changed, two when a paragraph moved and changed in typography."""
    if operation.shifted:
        return frozenset({"typographic"})
    found: set[Part] = set() if operation.kind is None else {"typographic"}
    rewritten = operation.op == "replace" and operation.kind is None
    if rewritten or operation.renumbered or operation.op not in ("equal", "replace"):
        found.add("words")
    return frozenset(found)


def select(difference: Difference, about: About, parts: Collection[Part] = PARTS) -> Selection:
    """Divide a comparison by the classes asked for."""
    asked = tuple(part for part in PARTS if part in parts)
    changed = [operation for operation in difference.operations if not operation.unchanged]
    sorts = [(operation, not classes(operation).isdisjoint(asked)) for operation in changed]
    shown = tuple(operation for operation, is_asked in sorts if is_asked)
    others = tuple(operation for operation, is_asked in sorts if not is_asked)
    nothing = About(originals_differ=about.originals_differ, originals_in=about.originals_in, readings=about.readings)
    described = "description" in asked
    return Selection(
        asked,
        difference,
        summarise(Difference(shown, difference.algorithm)),
        about if described else nothing,
        summarise(Difference(others, difference.algorithm)),
        nothing if described else about,
    )


_NONE = Summary(0, 0, 0, 0, 0, 0, 0, 0)


def format_summary(summary: Summary) -> str:
    """The paragraphs alone: ``2 paragraphs edited, 1 moved, 3 renumbered``, or ``no change in words``."""
    counts = (
        (summary.edited, "edited"),
        (summary.inserted, "inserted"),
        (summary.deleted, "deleted"),
        (summary.moved, "moved"),
        (summary.split, "split"),
        (summary.merged, "merged"),
        (summary.renumbered, "renumbered"),
        (summary.typographic, "changed in typography only"),
    )
    said = [(count, word) for count, word in counts if count]
    if not said:
        return "no change in words"
    (first, word), *rest = said
    noun = "paragraph" if first == 1 else "paragraphs"
    return ", ".join([f"{first} {noun} {word}", *(f"{count} {word}" for count, word in rest)])


def headline(selection: Selection) -> str:
    """Say what changed, as far as it was asked for, and whether the originals differ.

    Returns:
        One line without bound; it holds no archived text.
    """
    said = []
    if selection.summary != _NONE:
        said.append(format_summary(selection.summary))
    elif "words" in selection.parts:
        said.append("no change in words")
    elif "typographic" in selection.parts:
        said.append("no change in typography")
    said += _about(selection.about)
    about = selection.about
    originals = say_what(about.originals_in, differ=about.originals_differ)
    readings = say_readings(about.readings, selection.difference)
    return "; ".join(filter(None, [*(said or ["no change in description"]), originals, readings]))


def left_out(selection: Selection) -> str:
    """Say what changed and was not asked for: ``not shown: 1 paragraph …``; empty when there is nothing."""
    said = [] if selection.others == _NONE else [format_summary(selection.others)]
    said += _about(selection.others_about)
    return f"not shown: {'; '.join(said)}" if said else ""


def _about(about: About) -> list[str]:
    said = []
    if about.description:
        said.append("description: " + ", ".join(f"{member.name} {member.change}" for member in about.description))
    counts = ((len(about.removed), "removed"), (len(about.added), "added"))
    if about.removed or about.added:
        said.append("emendations: " + ", ".join(f"{count} {word}" for count, word in counts if count))
    return said


@dataclass(frozen=True, slots=True)
class VersionStep:
    """A version, and what it changed in the one before it."""

    version: StoredVersion
    selection: Selection
