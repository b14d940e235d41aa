"""Where the paragraphs of an operation end inside its word diff, which joins them by line feeds.

A text may hold line feeds of its own, so the places are counted, not searched for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import TypedDict

from muniment.diff.model import ParagraphLike, Segment, Tag, shown
from muniment.display.visible import NEAR, naming, shapers


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
    """

    tag: Tag
    text: str
    ends_a: bool = False
    ends_b: bool = False
    before: str = ""
    after: str = ""
    quiet: bool = False

    def naming(self, *, exact: bool) -> list[bool]:
        """Which characters to show by name; see ``visible.naming``."""
        quiet = self.quiet and not exact
        changed = self.tag != "="
        return naming(self.text, changed=changed, exact=exact, quiet=quiet, before=self.before, after=self.after)


def parts(segments: Sequence[Segment], a: Sequence[ParagraphLike], b: Sequence[ParagraphLike]) -> Iterator[Part]:
    """Cut segments at the ends of paragraphs.

    Args:
        segments: The word diff of one operation.
        a: Its paragraphs on side A.
        b: Its paragraphs on side B.
    """
    joints_a, joints_b = _joints(a), _joints(b)
    at_a = at_b = 0
    for number, segment in enumerate(segments):
        tag, text = segment.tag, segment.text
        shape = partial(Part, tag, **_around(segments, number))
        start = 0
        for place, character in enumerate(text) if joints_a or joints_b else ():
            ends_a = character == "\n" and tag != "+" and at_a + place in joints_a
            ends_b = character == "\n" and tag != "-" and at_b + place in joints_b
            if ends_a or ends_b:
                yield shape(text[start:place], ends_a=ends_a, ends_b=ends_b)
                start = place + 1
        if start < len(text):
            yield shape(text[start:])
        at_a += len(text) if tag != "+" else 0
        at_b += len(text) if tag != "-" else 0


def _around(segments: Sequence[Segment], number: int) -> _Around:
    tag = segments[number].tag
    other: Tag = "-" if tag == "+" else "+"  # of two changes, an unchanged text is beside the newer one
    skipped: Tag = other if tag != "=" else "-"
    before = next((s.text for s in reversed(segments[:number]) if s.tag != skipped), "")
    after = next((s.text for s in segments[number + 1 :] if s.tag != skipped), "")
    beside = segments[number + 1 : number + 2] if tag == "-" else segments[max(number - 1, 0) : number]
    paired = [s for s in beside if s.tag == other]
    quiet = tag != "=" and all(shapers(s.text) == shapers(segments[number].text) for s in paired)
    return {"before": before[-NEAR:], "after": after[:NEAR], "quiet": quiet}


def _joints(paragraphs: Sequence[ParagraphLike]) -> frozenset[int]:
    ends = accumulate(len(shown(paragraph)) + 1 for paragraph in paragraphs)
    return frozenset(end - 1 for end in list(ends)[:-1])
