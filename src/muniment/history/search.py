"""Where words stand in the text as received of one version, exactly or folded, and in which versions a phrase stands.

What is searched are the paragraphs one after the other, once as printed, with their labels, and once without: a phrase
may run over the end of a paragraph, whether it was copied with the number of the next or not.  A match never begins or
ends within a grapheme cluster: ``e`` is not found in a decomposed ``é``, nor a part of a flag.

Folded text knows where each of its characters comes from, so that a folded match names an exact slice.  The rules are
those of ``muniment.diff.fold``: letters composed or decomposed, compatibility forms, invisible characters, the style
of quotes and dashes, and runs of white space make no difference.  Two more: a line break between two characters of
scripts that write no spaces between words is dropped, for there it is no space either; and unless case counts, upper
and lower case make no difference, nor does the Greek accent that capitals do without, nor the dot of an i, which
Turkish capitals keep.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias
from unicodedata import normalize

import regex

from muniment.diff.fold import fold, fold_characters
from muniment.errors import InputError
from muniment.record import Paragraph, Record

Source: TypeAlias = tuple[int, int]
"""The slice of a text that one folded character comes from; several may come from the same."""

_FOLDED_CLUSTER = regex.compile(r"\X", regex.V1)
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}、。，；：！？「」『』（）《》"
_WRAPPED = regex.compile(rf"(?<=[{_UNSPACED}])[\r\n]+(?=[{_UNSPACED}])", regex.V1)


_WITHOUT_ACCENT = str.maketrans("άέήίόύώΐΰı", "αεηιουωϊϋi")
_DOTTED = "i\u0307"  # what becomes of a Turkish capital I with its dot


def fold_case(folded: str) -> str:
    """A folded text in one case; each character of it by itself."""
    lower = folded.casefold()
    return lower if lower.isascii() else normalize("NFC", lower).translate(_WITHOUT_ACCENT).replace(_DOTTED, "i")


def fold_for_search(text: str, *, case_sensitive: bool = True) -> str:
    """Fold a text; where it has characters of unspaced scripts, without the line breaks between them."""
    folded = fold(text if text.isascii() else _WRAPPED.sub("", text))
    return folded if case_sensitive else fold_case(folded)


def folded_break(before: str, after: str) -> str:
    """What a break between two texts folds to: nothing between characters of unspaced scripts, else one space."""
    return "" if _WRAPPED.search(f"{before[-1:]}\n{after[:1]}") else " "


def sources(text: str, *, case_sensitive: bool = True) -> list[Source]:
    """For each character of ``fold_for_search(text)``, the slice of the text that it comes from."""
    slices: list[Source] = []
    space: Source | None = None
    for piece, source in _pieces(text):
        for sign in piece if case_sensitive else fold_case(piece):
            if sign.isspace():
                # Some signs fold to a space and an accent: these are not part of a space before them.
                space = source if space is None else (space[0], source[1]) if piece.isspace() else space
                continue
            if space is not None and slices:
                slices.append(space)
            space = None
            slices.append(source)
    return slices


def _pieces(text: str) -> Iterator[tuple[str, Source]]:
    """Slices of the text that fold independently of each other, folded; white space is kept as it is."""
    dropped = {place for match in _WRAPPED.finditer(text) for place in range(match.start(), match.end())}
    pending, folded, start, end = "", "", 0, 0
    for match in _FOLDED_CLUSTER.finditer(text):
        alone = "" if match.start() in dropped else fold_characters(match[0])
        if not alone:
            continue
        together = fold_characters(pending + match[0])
        if together == folded + alone:
            yield folded, (start, end)
            pending, folded, start, end = match[0], alone, match.start(), match.end()
        else:
            # Such as jamo: each is a cluster, and together they make one syllable.
            pending, folded, end = pending + match[0], together, match.end()
    yield folded, (start, end)


MAX_PLACES = 1000
"""So many matches of one phrase in one version are looked at, and no more."""

_CLUSTER = regex.compile(r"\X", regex.V1)
# A grapheme cluster begins at each of these (UAX #29 section 3.1.1), so that nothing before them need be looked at.
_BEGINS = regex.compile(r"(?r)[ -~\p{Han}]", regex.V1)


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """A passage: from code point ``start`` of one paragraph to before code point ``end`` of the same or a later one.

    Attributes:
        first: Index of the paragraph in which it begins.
        start: Passage in its text.
        last: Index of the paragraph in which it ends.
        end: Passage in that one's text.
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

    def __init__(self, phrase: str, *, exact: bool, case_sensitive: bool = False) -> None:
        """Take a phrase.

        Args:
            phrase: White space at its ends does not count.
            exact: Whether code points must be the same; else they are folded.
            case_sensitive: Whether upper and lower case are kept apart where they are folded.
        """
        self.phrase = phrase.strip() if exact else fold_for_search(phrase, case_sensitive=case_sensitive)
        self._exact = exact
        self._case_sensitive = case_sensitive
        self._folded: dict[str, str] = {}
        self._sources: dict[str, list[Source]] = {}

    def places(self, paragraphs: Sequence[Paragraph]) -> tuple[Passage, ...]:
        """All places of the phrase, in the order of the text; an empty phrase has none."""
        if not self.phrase:
            return ()
        breaks = ("\n", "\n\n") if self._exact and "\n" in self.phrase else ("\n",)
        passages = {
            passage
            for labels in (False, True)
            for between in breaks
            for passage in self._in_stream(paragraphs, between, labels=labels)
        }
        return tuple(sorted(passages))

    def _in_stream(self, paragraphs: Sequence[Paragraph], between: str, *, labels: bool) -> Iterator[Passage]:
        stream, parts = self._stream(paragraphs, between, labels=labels)
        starts = [part.start for part in parts]
        at = stream.find(self.phrase)
        for _ in range(MAX_PLACES):
            if at < 0:
                return
            first = bisect_right(starts, at) - 1
            last = bisect_right(starts, at + len(self.phrase) - 1) - 1
            passage = self._passage(paragraphs, parts[first : last + 1], at, at + len(self.phrase))
            if passage is not None:
                yield passage
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
            self._folded[text] = fold_for_search(text, case_sensitive=self._case_sensitive)
        return self._folded[text]

    def _passage(self, paragraphs: Sequence[Paragraph], parts: Sequence[_Part], start: int, end: int) -> Passage | None:
        """The place of a match, unless it ends in a label, cuts one, or cuts a cluster."""
        first, last = parts[0], parts[-1]
        if last.is_label or (first.is_label and start > first.start):
            return None
        texts = [part for part in parts if not part.is_label]
        head, tail = texts[0], texts[-1]
        from_ = self._border(paragraphs[head.paragraph].text, max(0, start - head.start))
        to = self._border(paragraphs[tail.paragraph].text, end - tail.start, is_end=True)
        return None if from_ is None or to is None else Passage(head.paragraph, from_, tail.paragraph, to)

    def _border(self, text: str, place: int, *, is_end: bool = False) -> int | None:
        """Where a match begins or ends in the text as received; None where a cluster would be cut."""
        if not self._exact:
            if text not in self._sources:
                self._sources[text] = sources(text, case_sensitive=self._case_sensitive)
            slices = self._sources[text]
            if 0 < place < len(slices) and slices[place - 1] == slices[place]:
                return None
            place = slices[place - 1][1] if is_end else slices[place][0]
        return place if _between_clusters(text, place) else None


def _between_clusters(text: str, place: int) -> bool:
    """Whether no grapheme cluster would be cut there."""
    if place in {0, len(text)} or (text[place - 1 : place + 1].isascii() and text[place - 1 : place + 1] != "\r\n"):
        return True
    begin = _BEGINS.search(text, 0, place)
    return any(match.end() == place for match in _CLUSTER.finditer(text, begin.start() if begin else 0, place + 1))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive versions that all have the phrase, or all lack it.

    Attributes:
        seen: Whether they have it.
        first: The first version.
        last: The last version.
        first_ids: Ids of the paragraphs in which the phrase stands in the first version; empty where it is not seen.
        last_ids: The same for the last version.
    """

    seen: bool
    first: int
    last: int
    first_ids: tuple[str, ...] = ()
    last_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """A phrase through the versions of a release: stretches without gap from the first version to the last."""

    stretches: tuple[Stretch, ...]

    @property
    def seen(self) -> bool:
        """Whether any version has it."""
        return any(stretch.seen for stretch in self.stretches)


def find_phrase(
    phrase: str,
    records: Sequence[Record],
    *,
    exact: bool = False,
    case_sensitive: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Trace:
    """Follow a phrase through versions.

    Args:
        phrase: Searched in the text as received, never in a reading text; white space at its ends does not count.
        records: Versions of one release, in order.
        exact: Whether code points must be the same; else they are folded.
        case_sensitive: Whether upper and lower case are kept apart where they are folded.
        progress: Called with the numbers of versions done and of all.

    Raises:
        InputError: The phrase holds nothing that could be searched for.
    """
    finder = _finder(phrase, exact=exact, case_sensitive=case_sensitive)
    sightings: list[tuple[Record, tuple[str, ...]]] = []
    for done, record in enumerate(records, 1):
        if sightings and record.paragraphs == sightings[-1][0].paragraphs:
            sightings.append((record, sightings[-1][1]))
        else:
            sightings.append((record, _ids(finder.places(record.paragraphs), record)))
        if progress is not None:
            progress(done, len(records))
    stretches = []
    for seen, group in groupby(sightings, key=lambda sighting: bool(sighting[1])):
        run = list(group)
        stretches.append(Stretch(seen, run[0][0].version, run[-1][0].version, run[0][1], run[-1][1]))
    return Trace(tuple(stretches))


def _finder(phrase: str, *, exact: bool, case_sensitive: bool) -> Finder:
    finder = Finder(phrase, exact=exact, case_sensitive=case_sensitive)
    if not finder.phrase:
        raise InputError("there is nothing to search for", found=repr(phrase[:40]), hint="give some words")
    return finder


def _ids(places: Sequence[Passage], record: Record) -> tuple[str, ...]:
    """The ids of all paragraphs that the places touch, each once, in the order of the text."""
    touched = sorted({index for passage in places for index in range(passage.first, passage.last + 1)})
    return tuple(record.paragraphs[index].id for index in touched)
