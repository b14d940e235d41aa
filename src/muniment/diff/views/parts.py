"""The word diff of one operation in pieces that a view can show.

Where the paragraphs of an operation end inside its word diff, which joins them by line feeds.  A text may hold line
feeds of its own, so the places are counted, not searched for.

What is no change to a reader: white space that moved in an edited paragraph is told once, and long unchanged runs are
left out and counted.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from typing import TypedDict

from muniment.diff.difference import Operation, ParagraphLike, Segment, Tag, shown
from muniment.diff.fold import alike, without_breaks
from muniment.diff.words import is_white
from muniment.display.changes import NEAR, naming, shapers


class _Around(TypedDict):
    before: str
    after: str
    quiet: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Words of one segment, up to its end or up to the end of a paragraph.

    Attributes:
        tag: As in the segment.
        text: The words, without the line feed that ends the paragraph.
        ends_a: A paragraph of side A ends after them.
        ends_b: A paragraph of side B does.
        before: The end of what stands before the segment on its side.
        after: The beginning of what stands after it.
        quiet: What shapes letters is the same on the other side of the change.
        segment: Number of its segment.
        white: White space that stands against white space, or a line break against nothing in a script without
            spaces.  It is no change to a reader.  Where it is the whole change, the first of its sort is one.
    """

    tag: Tag
    text: str
    ends_a: bool = False
    ends_b: bool = False
    before: str = ""
    after: str = ""
    quiet: bool = False
    segment: int = 0
    white: bool = False

    def unbroken(self) -> Part:
        """The same without the line breaks of scripts without spaces, for views that show text on one line."""
        return replace(self, text=without_breaks(self.text))

    def naming(self, *, exact: bool) -> list[bool]:
        """Which characters to show by name; see ``visible.naming``.

        White space beside words that changed is shown as such: it was set with them.
        """
        quiet = self.quiet and not exact
        changed = self.tag != "=" and not self.white
        named = naming(self.text, changed=changed, exact=exact, quiet=quiet, before=self.before, after=self.after)
        if exact or not any(named) or self.text.isspace():
            return named
        return [is_named and sign not in " \n" for is_named, sign in zip(named, self.text, strict=True)]


def parts(
    segments: Sequence[Segment],
    a: Sequence[ParagraphLike],
    b: Sequence[ParagraphLike],
    *,
    exact: bool = False,
    once: bool = False,
) -> Iterator[Part]:
    """Cut segments at the ends of paragraphs.

    Args:
        segments: The word diff of one operation.
        a: Its paragraphs on side A.
        b: Its paragraphs on side B.
        exact: The change is a typographic one, where white space is the change.
        once: Of such white space the first of its sort alone is a change; a page that gives back all has none of this.
    """
    joints_a, joints_b = _joints(a), _joints(b)
    white = _told_white(segments, joints_a, joints_b, exact=exact, once=once)
    for number, (segment, at_a, at_b) in enumerate(_placed(segments)):
        tag, text = segment.tag, segment.text
        shape = partial(Part, tag, **_around(segments, number), segment=number, white=number in white)
        start = 0
        for place, character in enumerate(text) if joints_a or joints_b else ():
            ends_a = character == "\n" and tag != "+" and at_a + place in joints_a
            ends_b = character == "\n" and tag != "-" and at_b + place in joints_b
            if ends_a or ends_b:
                yield shape(text[start:place], ends_a=ends_a, ends_b=ends_b)
                start = place + 1
        if start < len(text):
            yield shape(text[start:])


def _told_white(
    segments: Sequence[Segment], joints_a: frozenset[int], joints_b: frozenset[int], *, exact: bool, once: bool
) -> frozenset[int]:
    """The segments that are no change to a reader of a view; no paragraph ends within one."""
    if exact and not once:
        return frozenset()
    white = _white(segments, joints_a, joints_b)
    return _again(segments, white) if exact and white else white


def _placed(segments: Sequence[Segment]) -> Iterator[tuple[Segment, int, int]]:
    """Each segment with its place on both sides."""
    at_a = at_b = 0
    for segment in segments:
        yield segment, at_a, at_b
        at_a += len(segment.text) if segment.tag != "+" else 0
        at_b += len(segment.text) if segment.tag != "-" else 0


def _white(segments: Sequence[Segment], joints_a: frozenset[int], joints_b: frozenset[int]) -> frozenset[int]:
    """The segments that are no change to a reader; the end of a paragraph is one."""
    found = {number for number in range(len(segments)) if _only_white(segments, number)}
    if not found:
        return frozenset()
    for number, (segment, at_a, at_b) in enumerate(_placed(segments)):
        here, joints = (at_a, joints_a) if segment.tag == "-" else (at_b, joints_b)
        if number in found and not joints.isdisjoint(range(here, here + len(segment.text))):
            found -= {number, _partner(segments, number)}
    return frozenset(found)


def _again(segments: Sequence[Segment], white: frozenset[int]) -> frozenset[int]:
    """Of white space, what changes as some before it did: a reader wants to see one line end in thirty, not all."""
    seen: set[tuple[str, str]] = set()
    found: set[int] = set()
    for number in sorted(white):
        other = _partner(segments, number)
        if other < number:
            continue
        old, new = ((segments[n].text if segments[n].tag == tag else "") for n, tag in ((number, "-"), (other, "+")))
        sort = _sort(old), _sort(new)
        found |= {number, other} if sort in seen else set()
        seen.add(sort)
    return frozenset(found)


def _sort(white: str) -> str:
    return "\n" if "\n" in white else white[:1]


def _partner(segments: Sequence[Segment], number: int) -> int:
    """What stands in the place of a change on the other side; the change itself where there is nothing."""
    other = number + 1 if segments[number].tag == "-" else number - 1
    paired = 0 <= other < len(segments) and segments[other].tag not in ("=", segments[number].tag)
    return other if paired else number


def _only_white(segments: Sequence[Segment], number: int) -> bool:
    """Whether a segment is white space against white space, or a line break that is nothing in its script."""
    tag, text = segments[number].tag, segments[number].text
    if tag == "=" or not is_white(text):
        return False
    other = _partner(segments, number)
    if other != number:
        return is_white(segments[other].text)
    before = segments[number - 1].text if number else ""
    after = segments[number + 1].text if number + 1 < len(segments) else ""
    return "\n" in text and alike(f"{before[-1:]}{text}{after[:1]}", before[-1:] + after[:1])


def moved_white(operation: Operation, a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]) -> str:
    """Say once that white space differs too, and is not marked each time; empty where it does not."""
    if operation.segments is None:
        return ""
    segments = operation.segments
    joints = _joints([a[i] for i in operation.a]), _joints([b[j] for j in operation.b])
    found = _told_white(segments, *joints, exact=operation.kind is not None, once=True)
    white = [segments[number].text for number in found]
    return "" if not white else "line breaks moved" if any("\n" in text for text in white) else "spaces changed"


KEPT_BESIDE = 80
"""Characters of an unchanged run that stay beside a change, a line of a terminal; a paragraph begins with as many."""

ELIDED = 160
"""Characters that are left out at least: to leave out less than two lines saves nothing."""


@dataclass(frozen=True, slots=True)
class Elided:
    """An unchanged run: its beginning, how many characters are left out, and its end."""

    head: str
    count: int
    tail: str

    def __str__(self) -> str:
        """Say it as a name, which no archived text can forge: ``⟨… 1,200 characters unchanged …⟩``."""
        return f"⟨… {self.count:,} characters unchanged …⟩"


def elide(text: str, *, last: bool) -> Elided | None:
    """Leave out the middle of a long unchanged run; of the last one of a paragraph, its end.

    Returns:
        None where the run is short enough to be shown.
    """
    start = _cut_at(text, KEPT_BESIDE, 1)
    end = len(text) if last else _cut_at(text, len(text) - KEPT_BESIDE, -1)
    return Elided(text[:start], end - start, text[end:]) if end - start >= ELIDED else None


def _cut_at(text: str, place: int, step: int) -> int:
    """The nearest beginning of a word, or at least of a character that stands by itself."""
    for moved in range(20):
        here = place + step * moved
        if 0 < here < len(text) and text[here - 1].isspace():
            return here
    while 0 < place < len(text) and unicodedata.category(text[place])[0] in "MC":
        place += step
    return max(0, min(place, len(text)))


def _around(segments: Sequence[Segment], number: int) -> _Around:
    tag, last = segments[number].tag, len(segments) - 1
    other: Tag = "-" if tag == "+" else "+"  # of two changes, an unchanged text is beside the newer one
    skipped: Tag = other if tag != "=" else "-"
    at = number - 1
    while at >= 0 and segments[at].tag == skipped:
        at -= 1
    before = segments[at].text[-NEAR:] if at >= 0 else ""
    at = number + 1
    while at <= last and segments[at].tag == skipped:
        at += 1
    after = segments[at].text[:NEAR] if at <= last else ""
    return {"before": before, "after": after, "quiet": tag != "=" and _is_quiet(segments, number, other)}


def _is_quiet(segments: Sequence[Segment], number: int, other: Tag) -> bool:
    """Whether what shapes letters is the same in what stands in the place of a change on the other side."""
    beside = number + 1 if other == "+" else number - 1
    if not 0 <= beside < len(segments) or segments[beside].tag != other:
        return True
    return shapers(segments[beside].text) == shapers(segments[number].text)


def _joints(paragraphs: Sequence[ParagraphLike]) -> frozenset[int]:
    ends = accumulate(len(shown(paragraph)) + 1 for paragraph in paragraphs)
    return frozenset(end - 1 for end in list(ends)[:-1])
