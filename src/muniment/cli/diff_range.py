"""A range of versions: ``v3..v9``, ``RELEASE/v3..v9``, or ``RELEASE`` for all of its versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from muniment.archive import Archive, StoredVersion
from muniment.canonical import Json
from muniment.cli.difference import View, as_value, print_brief, print_difference
from muniment.cli.side import Side, side_of
from muniment.cli.target import open_target
from muniment.cli.terminal import json_text
from muniment.diff import Selection
from muniment.diff.selection import Step, compare_steps, compare_versions
from muniment.diff.views.json import selection_json
from muniment.errors import InputError, UnresolvedReferenceError
from muniment.log.statement import VersionStatement
from muniment.reference import Reference, parse_reference

BETWEEN = ".."


@dataclass(frozen=True, slots=True)
class Range:
    """Versions of one release, oldest first; at least one."""

    versions: tuple[StoredVersion, ...]

    @property
    def name(self) -> str:
        """The range in its normal form: ``harbour-notice/v3..v9``."""
        return f"{self.versions[0].statement.name}{BETWEEN}v{self.versions[-1].record.version}"


def load_range(text: str) -> Range:
    """Read the versions of a range.

    Args:
        text: ``A..B``, where either end may be left out for the first or the newest version; or a release.

    Raises:
        InputError: It is no range: one end names no version, the ends lie in two releases, or the newer comes first.
    """
    release = None if BETWEEN in text else _release(text)
    archive = open_target()
    first, last = _ends(archive, text) if release is None else _all(archive, release)
    if first.release != last.release:
        raise InputError(
            "a range stays in one release",
            where=repr(text),
            hint=f"archive diff {first.name} {last.name} compares the two",
        )
    if first.version > last.version:
        raise InputError(
            "a range goes from the older version to the newer",
            where=repr(text),
            hint=f"archive diff {first.name} {last.name} compares them the other way round",
        )
    entries = archive.versions[first.release][first.version - 1 : last.version]
    return Range(tuple(archive.read_entry(index, statement) for index, statement in entries))


def _all(archive: Archive, release: Reference) -> tuple[VersionStatement, VersionStatement]:
    last = archive.resolve(release)[1]
    return archive.versions[last.release][0][1], last


def _ends(archive: Archive, text: str) -> tuple[VersionStatement, VersionStatement]:
    left, _, right = text.partition(BETWEEN)
    older = _whole_version(left, text)
    if older.version is None and older.digest is None:
        raise InputError("a range begins with a version", where=repr(text), hint=f"for example v1..{right}")
    first = archive.resolve(older)[1]
    newer = _whole_version(right, text) if right else Reference()
    if newer.release is None and newer.digest is None:
        newer = Reference(release=first.release, version=newer.version)
    return first, archive.resolve(newer)[1]


def _whole_version(text: str, where: str) -> Reference:
    reference = parse_reference(text)
    if reference.paragraph is not None:
        raise InputError("a range compares whole versions", where=repr(where), hint="leave the paragraph out")
    return reference


def _release(text: str) -> Reference:
    """Read the name of a release; anything else that stands alone lacks its other side."""
    alone = InputError(
        "one side is missing",
        where=repr(text),
        hint="archive diff A B compares two, v1..v3 or the name of a release sums up a range",
    )
    try:
        reference = parse_reference(text)
    except UnresolvedReferenceError as error:
        raise alone from error
    if reference.release is None or reference != Reference(release=reference.release):
        raise alone
    return reference


def compare_range(versions: Range, view: View) -> tuple[tuple[Step, ...], Selection]:
    """Compare a range step by step, and its first version with its last."""
    net = compare_versions(versions.versions[0], versions.versions[-1], view.parts)
    return compare_steps(versions.versions, view.parts), net


def range_sides(versions: Range) -> tuple[Side, Side]:
    """Give the first and the last version of a range as sides, by their full names."""
    first, last = versions.versions[0], versions.versions[-1]
    return side_of(first.statement.name, first), side_of(last.statement.name, last)


def print_range(versions: Range, steps: Sequence[Step], net: Selection, view: View) -> None:
    """Print a line for each step, then the net change; or both as JSON."""
    first, last = (
        side_of(f"v{version.record.version}", version) for version in (versions.versions[0], versions.versions[-1])
    )
    if view.as_json:
        print(json_text(_as_value(versions, steps, as_value(first, last, net, brief=view.brief)), compact=True))
        return
    if not steps:
        print(f"{versions.versions[0].statement.name}: one version, nothing to compare")
        return
    print(f"{versions.name}, {len(steps)} {'step' if len(steps) == 1 else 'steps'}")
    for step in steps:
        print()
        _print_step(step)
    print(f"\n{first.name} → {last.name}")
    print_difference(first, last, net, view)


def _print_step(step: Step) -> None:
    record = step.version.record
    back = f", reverts to v{record.change.reverts_to}" if record.change.reverts_to else ""
    print(f"v{record.version}  {record.change.kind}{back}, claimed {step.version.statement.logged_at}")
    print_brief(step.selection, indent="    ")


def _as_value(versions: Range, steps: Sequence[Step], net: dict[str, Json]) -> dict[str, Json]:
    return {
        "format": "muniment-diff-range/1",
        "range": versions.name,
        "steps": [_step(step) for step in steps],
        "net": net,
    }


def _step(step: Step) -> Json:
    statement, change = step.version.statement, step.version.record.change
    return {
        "reference": statement.name,
        "record": statement.record,
        "change": change.kind,
        "note": change.note,
        "reverts_to": change.reverts_to,
        "logged_at": statement.logged_at,
        **selection_json(step.selection, brief=True),
    }
