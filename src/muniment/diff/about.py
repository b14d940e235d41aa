"""What changed in two records apart from the words of the text as received.

The description says what the archive knows of a statement; its claims about the original (where and when it was
fetched) are compared with it.  Emendations are compared whole: one that changed is one removed and one added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from muniment.canonical import Json
from muniment.ingest import CLAIMS, METADATA
from muniment.record import Emendation, Record, record_as_json

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
    """

    description: tuple[Member, ...] = ()
    removed: tuple[Emendation, ...] = ()
    added: tuple[Emendation, ...] = ()
    originals_differ: bool = False


def compare_about(a: Record | None, b: Record | None, *, originals_differ: bool) -> About:
    """Compare two records apart from their words.

    Args:
        a: The older record, or None for a plain file, which has emendations on neither side and no description.
        b: The newer one, likewise.
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
    about = {member: value[member] for member in METADATA}
    return {**about, **{member: value["original"][member] for member in CLAIMS}}
