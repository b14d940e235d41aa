"""Where words stand in the text as received of one version, exactly or folded.

What is searched are the paragraphs one after the other, once as printed, with their labels, and once without: a phrase
may run over the end of a paragraph, whether it was copied with the number of the next or not.  A match never begins or
ends within a grapheme cluster: ``e`` is not found in a decomposed ``é``, nor a part of a flag.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from muniment.history.folded import Source, fold_for_search, folded_break, sources
from muniment.record import Paragraph

MAX_PLACES = 1000
"""So many matches of one phrase in one version are looked at, and no more."""

_CLUSTER = regex.compile(r"\X", regex.V1)
# A grapheme cluster begins at each of these (UAX #29 section 3.1.1), so that nothing before them need be looked at.
_BEGINS = regex.compile(r"(?r)[ -~\p{Han}]", regex.V1)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A passage: from code point ``start`` of one paragraph to before code point ``end`` of the same or a later one.

    Attributes:
        first: Index of the paragraph in which it begins.
        start: Place in its text.
        last: Index of the paragraph in which it ends.
        end: Place in that one's text.
    """

    first: int
    start: int
    last: int
    end: int

    def text(self, paragraphs: Sequence[Paragraph]) -> str:
        """The passage as received; without labels, a line feed between paragraphs."""
        texts = [paragraph.text for paragraph in paragraphs[self.first : self.last + 1]]
        texts[-1] = texts[-1][: self.end]
        texts[0] = texts[0][self.start :]
        return "\n".join(texts)

    def ids(self, paragraphs: Sequence[Paragraph]) -> tuple[str, ...]:
        """The ids of its paragraphs."""
        return tuple(paragraph.id for paragraph in paragraphs[self.first : self.last + 1])


@dataclass(frozen=True, slots=True)
class _Part:
    """A label or a text in a stream."""

    start: int
    end: int
    paragraph: int
    is_label: bool


class Finder:
    """Finds one phrase in versions; what it learns of a paragraph in one version serves it in the next."""

    def __init__(self, phrase: str, *, exact: bool) -> None:
        """Take a phrase.

        Args:
            phrase: White space at its ends does not count.
            exact: Whether code points must be the same; else they are folded.
        """
        self.phrase = phrase.strip() if exact else fold_for_search(phrase)
        self._exact = exact
        self._folded: dict[str, str] = {}
        self._sources: dict[str, list[Source]] = {}

    def places(self, paragraphs: Sequence[Paragraph]) -> tuple[Place, ...]:
        """All places of the phrase, in the order of the text; an empty phrase has none."""
        if not self.phrase:
            return ()
        breaks = ("\n", "\n\n") if self._exact and "\n" in self.phrase else ("\n",)
        found = {
            place
            for labels in (False, True)
            for between in breaks
            for place in self._in_stream(paragraphs, between, labels=labels)
        }
        return tuple(sorted(found))

    def _in_stream(self, paragraphs: Sequence[Paragraph], between: str, *, labels: bool) -> Iterator[Place]:
        stream, parts = self._stream(paragraphs, between, labels=labels)
        starts = [part.start for part in parts]
        at = stream.find(self.phrase)
        for _ in range(MAX_PLACES):
            if at < 0:
                return
            first = bisect_right(starts, at) - 1
            last = bisect_right(starts, at + len(self.phrase) - 1) - 1
            place = self._place(paragraphs, parts[first : last + 1], at, at + len(self.phrase))
            if place is not None:
                yield place
            at = stream.find(self.phrase, at + 1)

    def _stream(self, paragraphs: Sequence[Paragraph], between: str, *, labels: bool) -> tuple[str, list[_Part]]:
        """Texts joined for the search, and where each of them lies."""
        pieces: list[str] = []
        parts: list[_Part] = []
        length = 0
        for part, text in self._parts(paragraphs, labels=labels):
            if parts and self._exact:
                pieces.append(" " if parts[-1].is_label else between)
            elif parts:
                pieces.append(folded_break(pieces[-1], text))
            length += len(pieces[-1]) if parts else 0
            parts.append(replace(part, start=length, end=length + len(text)))
            pieces.append(text)
            length += len(text)
        return "".join(pieces), parts

    def _parts(self, paragraphs: Sequence[Paragraph], *, labels: bool) -> Iterator[tuple[_Part, str]]:
        for index, paragraph in enumerate(paragraphs):
            label = self._fold(paragraph.label or "") if labels else ""
            text = self._fold(paragraph.text)
            if label:
                yield _Part(0, 0, index, is_label=True), label
            if text:
                yield _Part(0, 0, index, is_label=False), text

    def _fold(self, text: str) -> str:
        if self._exact:
            return text
        if text not in self._folded:
            self._folded[text] = fold_for_search(text)
        return self._folded[text]

    def _place(self, paragraphs: Sequence[Paragraph], parts: Sequence[_Part], start: int, end: int) -> Place | None:
        """The place of a match, unless it ends in a label, cuts one, or cuts a cluster."""
        first, last = parts[0], parts[-1]
        if last.is_label or (first.is_label and start > first.start):
            return None
        texts = [part for part in parts if not part.is_label]
        head, tail = texts[0], texts[-1]
        from_ = self._border(paragraphs[head.paragraph].text, max(0, start - head.start))
        to = self._border(paragraphs[tail.paragraph].text, end - tail.start, is_end=True)
        return None if from_ is None or to is None else Place(head.paragraph, from_, tail.paragraph, to)

    def _border(self, text: str, place: int, *, is_end: bool = False) -> int | None:
        """Where a match begins or ends in the text as received; None where a cluster would be cut."""
        if not self._exact:
            if text not in self._sources:
                self._sources[text] = sources(text)
            found = self._sources[text]
            if 0 < place < len(found) and found[place - 1] == found[place]:
                return None
            place = found[place - 1][1] if is_end else found[place][0]
        return place if _between_clusters(text, place) else None


def _between_clusters(text: str, place: int) -> bool:
    """Whether no grapheme cluster would be cut there."""
    if place in {0, len(text)} or (text[place - 1 : place + 1].isascii() and text[place - 1 : place + 1] != "\r\n"):
        return True
    begin = _BEGINS.search(text, 0, place)
    return any(match.end() == place for match in _CLUSTER.finditer(text, begin.start() if begin else 0, place + 1))
