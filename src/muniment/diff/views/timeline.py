"""The strip at the head of a page on a range: every version at its time, and how much it changed.

A bar grows upwards by the characters that a step added and downwards by those that it removed, so it is read without
colour; the same stands in words for who does not see it.  The time of a version is a claim: its date of issue, else
the day on which it was retrieved, else that of its entry in the log, and the strip says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from muniment.archive import StoredVersion
from muniment.diff.selection import Selection, VersionStep
from muniment.diff.views.rows import segments_of
from muniment.markup import Markup, element
from muniment.record import Paragraph

_LEFT, _WIDTH = 8.0, 84.0  # per cent of the strip: half a date has room beside the first and the last mark
_LINE, _UP, _DOWN = 39, 26, 20  # pixels: where the axis lies, and how far bars grow
_LABELS = 14  # so many names of versions stand beside each other on a telephone
_NUMBERS = 8  # and so many numbers above their bars
_DATE = 21.0  # per cent that a date takes there
_DATES, _LOWER = 98, 111  # pixels: where the dates stand, and the last one where it would touch the first
_TIME = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d))?)?)?")


@dataclass(frozen=True, slots=True)
class Mark:
    """A version on the strip.

    Attributes:
        version: ``v4``.
        time: When it was, as claimed, in the precision of the claim.
        basis: What the time is: ``issued``, ``issued, inferred``, ``retrieved`` or ``logged``.
        added: Characters that it added to the version before.
        removed: Characters of the version before that it removed.
    """

    version: str
    time: str
    basis: str
    added: int = 0
    removed: int = 0

    @property
    def when(self) -> str:
        """Its time in words: ``issued 2026-03``."""
        kind, _, how = self.basis.partition(", ")
        return f"{kind} {self.time}{f' ({how})' if how else ''}"

    def __str__(self) -> str:
        """Say all of it in a line."""
        return f"{self.version}, {self.when}: {self.added} characters added, {self.removed} removed"


def marks_of(versions: Sequence[StoredVersion], steps: Sequence[VersionStep]) -> tuple[Mark, ...]:
    """Give the mark of each version of a range.

    Args:
        versions: In their order.
        steps: What each but the first changed in the one before.
    """
    later = (
        mark_of(after, before, step.selection) for (before, after), step in zip(pairwise(versions), steps, strict=True)
    )
    return (*map(mark_of, versions[:1]), *later)


def mark_of(version: StoredVersion, before: StoredVersion | None = None, selection: Selection | None = None) -> Mark:
    """Give the mark of one version.

    Args:
        version: The version.
        before: The one before it; None for the first.
        selection: What it changed in that.
    """
    size = (0, 0)
    if before is not None and selection is not None:
        size = _size(selection, before.record.paragraphs, version.record.paragraphs)
    return Mark(f"v{version.record.version}", *_claimed(version), *size)


def _claimed(version: StoredVersion) -> tuple[str, str]:
    record = version.record
    issued = record.description.issued
    if issued.date is not None:
        return issued.date, "issued" if issued.basis == "stated" else f"issued, {issued.basis}"
    if record.original.retrieved is not None:
        return record.original.retrieved, "retrieved"
    return version.statement.logged_at, "logged"


def _size(selection: Selection, a: Sequence[Paragraph], b: Sequence[Paragraph]) -> tuple[int, int]:
    asked = (operation for operation in selection.difference.operations if selection.shows(operation))
    changed = [segment for operation in asked for segment in segments_of(operation, a, b) if segment.tag != "="]
    added, removed = (sum(len(segment.text) for segment in changed if segment.tag == tag) for tag in "+-")
    return added, removed


def strip(marks: Sequence[Mark]) -> Markup | None:
    """Draw the strip; a range of one version has none."""
    if len(marks) < 2:
        return None
    tallest = max(1, *(max(mark.added, mark.removed) for mark in marks))
    placed = list(zip(marks, _places(marks), strict=True))
    drawn = [part for number, (mark, x) in enumerate(placed) for part in _bar(mark, x, tallest, len(marks), number)]
    axis = element("line", x1="0", x2="100%", y1=str(_LINE), y2=str(_LINE), class_="axis")
    said = "; ".join(map(str, marks[1:]))
    picture = element(
        "svg",
        axis,
        *drawn,
        *_dates(placed),
        role="img",
        aria_label=f"{marks[0].version}, {marks[0].when}; {said}",
        class_="staggered" if _staggered(placed) else None,
    )
    caption = "Characters added above, removed below, by claimed time"
    return element("figure", picture, element("figcaption", caption), class_="strip")


def _places(marks: Sequence[Mark]) -> list[float]:
    """Give the place of each mark in per cent; those of one time stand beside each other, in their order."""
    days = [_day(mark.time) for mark in marks]
    first, span = min(days), max(days) - min(days)
    gap = min(7.0, _WIDTH / (len(marks) - 1))
    found = [_LEFT + (_WIDTH * (day - first) / span if span else gap * at) for at, day in enumerate(days)]
    order = sorted(range(len(marks)), key=lambda at: (found[at], at))
    for before, after in pairwise(order):
        found[after] = max(found[after], found[before] + gap)
    edge = _LEFT + _WIDTH
    for at in reversed(order):
        found[at] = min(found[at], edge)
        edge = found[at] - gap
    return found


def _day(time: str) -> float:
    """The middle of a time as a number of days: that of its year, its month or its day."""
    match = _TIME.match(time)
    if match is None:
        return 0.0
    year, month, day, hour, minute = (int(group) if group else None for group in match.groups())
    year = max(1, year or 1)
    if month is None:
        return date(year, 7, 2).toordinal()
    if day is None:
        return date(year, month, 15).toordinal()
    return date(year, month, day).toordinal() + (0.5 if hour is None else hour / 24 + (minute or 0) / 1440)


def _bar(mark: Mark, x: float, tallest: int, count: int, number: int) -> Iterator[Markup]:
    left = f"{x:.2f}%"
    up, down = (
        max(2.0, size * room / tallest) if size else 0.0 for size, room in ((mark.added, _UP), (mark.removed, _DOWN))
    )
    title = element("title", str(mark) if number else f"{mark.version}, {mark.when}")
    parts = [title]
    if up:
        parts.append(_rect(left, _LINE - up, up, "added"))
    if down:
        parts.append(_rect(left, _LINE, down, "removed"))
    if not up and not down:
        parts.append(element("circle", cx=left, cy=str(_LINE), r="4", class_="still"))
    if count <= _NUMBERS:
        parts += [_label(f"+{mark.added}", left, _LINE - up - 4, "size")] if up else []
        parts += [_label(f"\u2212{mark.removed}", left, _LINE + down + 11, "size")] if down else []
    every = -(-count // _LABELS)
    if number == count - 1 or (number % every == 0 and number + every < count):
        parts.append(_label(mark.version, left, 85, "version"))
    yield element("g", *parts)


def _rect(x: str, y: float, height: float, name: str) -> Markup:
    return element(
        "rect", x=x, y=f"{y:.1f}", width="10", height=f"{height:.1f}", transform="translate(-5 0)", class_=name
    )


def _label(said: str, x: str, y: float, name: str) -> Markup:
    return element("text", said, x=x, y=f"{y:.1f}", text_anchor="middle", class_=name)


def _dates(placed: Sequence[tuple[Mark, float]]) -> Iterator[Markup]:
    """The date of each mark that has room, below it: in a wide window more than in a narrow one, the ends always."""
    ordered = sorted(placed, key=lambda each: each[1])
    places, last = [x for _, x in ordered], len(ordered) - 1
    narrow = _roomy(places, _DATE, {0, last})
    for place in sorted(_roomy(places, _DATE / 2, narrow)):
        mark, x = ordered[place]
        lower = place == last and _staggered(placed)
        name = "date" if place in narrow else "date wide"
        yield _label(mark.time[:10], f"{x:.2f}%", _LOWER if lower else _DATES, name)


def _staggered(placed: Sequence[tuple[Mark, float]]) -> bool:
    """Whether the dates of the first and the last mark would touch, so that the last one stands in a line below."""
    places = [x for _, x in placed]
    return max(places) - min(places) < _DATE


def _roomy(places: Sequence[float], room: float, kept: set[int]) -> set[int]:
    """Add to those that are kept each further place that has room from all of them."""
    found = set(kept)
    for number, x in enumerate(places):
        if all(abs(x - places[other]) >= room for other in found):
            found.add(number)
    return found
