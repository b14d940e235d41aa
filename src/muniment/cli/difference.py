"""What a comparison says beside the words: description, emendations, originals; and all of it as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from muniment.cli.page import issued_text
from muniment.cli.side import Side
from muniment.cli.terminal import screen_width, visible, wrap
from muniment.diff import Difference, algorithm_json, operations_json, summarise, summary_json
from muniment.ingest import CLAIMS, METADATA
from muniment.record import Emendation, Issued, Record, record_as_json


def as_value(a: Side, b: Side, difference: Difference) -> dict[str, object]:
    """Give the JSON value of a comparison (``schemas/diff.schema.json``)."""
    removed, added = _emendations(a, b)
    return {
        "format": "muniment-diff/1",
        "algorithm": algorithm_json(difference.algorithm),
        "a": _side(a),
        "b": _side(b),
        "operations": operations_json(difference),
        "summary": summary_json(summarise(difference)),
        "description": [{"member": member, "a": old, "b": new} for member, old, new in _description(a, b)],
        "emendations": {"removed": [asdict(e) for e in removed], "added": [asdict(e) for e in added]},
        "originals_differ": a.original != b.original,
    }


def print_rest(a: Side, b: Side) -> None:
    """Print what changed apart from the words of the text as received."""
    described = _description(a, b)
    removed, added = _emendations(a, b)
    if described:
        print("\nDescription")
        for member, old, new in described:
            _print_wrapped(f"{member}: {_value(old)} → {_value(new)}")
    if removed or added:
        print("\nEmendations")
        for sign, emendations in (("-", removed), ("+", added)):
            for emendation in emendations:
                _print_wrapped(f"{sign} {_say(emendation)}")
    same = "differ" if a.original != b.original else "are the same"
    print(f"\noriginals {same}")


def _print_wrapped(text: str) -> None:
    first, *rest = wrap(text, screen_width() - 4)
    print(f"  {first}")
    for line in rest:
        print(f"    {line}")


def _value(value: object) -> str:
    if value is None or value == []:
        return "none"
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return visible(issued_text(Issued(**value)))
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return visible("; ".join(value))
    return visible(json.dumps(value, ensure_ascii=False))


def _say(emendation: Emendation) -> str:
    place = f"{emendation.paragraph} {emendation.start}–{emendation.end}"
    words = f" “{emendation.replacement}”" if emendation.replacement else ""
    return visible(f"{place} {emendation.kind}{words}, by {emendation.by}: {emendation.reason}")


def _side(side: Side) -> dict[str, object]:
    statement = side.version.statement if side.version else None
    return {
        "name": side.name,
        "reference": statement.name if statement else None,
        "record": statement.record if statement else None,
        "original": side.original,
    }


def _description(a: Side, b: Side) -> list[tuple[str, object, object]]:
    """Name the members that differ; a plain file has no description to compare."""
    if a.version is None or b.version is None:
        return []
    old, new = _members(a.version.record), _members(b.version.record)
    return [(member, old[member], new[member]) for member in old if old[member] != new[member]]


def _members(record: Record) -> dict[str, object]:
    value = record_as_json(record)
    about = {member: value[member] for member in METADATA}
    return {**about, **{member: value["original"][member] for member in CLAIMS}}


def _emendations(a: Side, b: Side) -> tuple[list[Emendation], list[Emendation]]:
    """Give those that only A has, and those that only B has."""
    old = a.version.record.emendations if a.version else ()
    new = b.version.record.emendations if b.version else ()
    return [e for e in old if e not in new], [e for e in new if e not in old]
