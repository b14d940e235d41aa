"""Which version brought each paragraph: links of consecutive comparisons, followed from the first version on.

What the history of a version's paragraphs consists of.

Which version brought each code point of a paragraph: one number for each, carried through a word diff.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal, TypeAlias

from muniment.diff.compare import compare
from muniment.diff.difference import Operation, ParagraphLike, Segment, shown
from muniment.diff.fold import fold, fold_unspaced
from muniment.diff.numbering import is_renumbered
from muniment.diff.words import refine
from muniment.record import Paragraph, Record

EventKind: TypeAlias = Literal["edited", "typographic", "moved", "split", "merged", "renumbered", "returned"]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a paragraph in one version.

    Attributes:
        version: The version that brought the change.
        kind: ``edited``: other words; ``typographic``: the same words, other signs; ``returned``: words that had
            vanished stand again.
        before: Ids of the paragraphs of the version before that it comes from; empty where it stood in none of them.
        labels: For ``renumbered``, the label before and the label from this version on.
        brought: For ``returned``, the version that first brought these words.
        gone: For ``returned``, the version in which they were first missing.
    """

    version: int
    kind: EventKind
    before: tuple[str, ...] = ()
    labels: tuple[str | None, str | None] | None = None
    brought: int | None = None
    gone: int | None = None


@dataclass(frozen=True, slots=True)
class WordRun:
    """A run of a paragraph's text whose words were brought by one version."""

    version: int
    text: str


@dataclass(frozen=True, slots=True)
class ParagraphHistory:
    """Where one paragraph comes from.

    Attributes:
        id: Its id in the version that was asked about.
        label: Its label there, as printed, or None.
        text: Its text there.
        first: The version in which the paragraph first stands, in whatever words.
        brought: The version that first brought its present words.
        since: The version since which they stand without a break; later than ``brought`` if they vanished between.
        events: What happened after ``first``, oldest first.
        words: Runs that joined are ``text``.
    """

    id: str
    label: str | None
    text: str
    first: int
    brought: int
    since: int
    events: tuple[Event, ...]
    words: tuple[WordRun, ...]


@dataclass(frozen=True, slots=True)
class Blame:
    """The history of every paragraph of one version, in the order of its text."""

    version: int
    paragraphs: tuple[ParagraphHistory, ...]


UNKNOWN = 0
"""Stands for code points that no version brought by themselves: labels, and breaks between paragraphs."""


def carry(
    segments: Sequence[Segment],
    old: Sequence[tuple[ParagraphLike, Sequence[int]]],
    new: Sequence[ParagraphLike],
    version: int,
    *,
    same_words: bool,
) -> list[list[int]]:
    """Carry the numbers of old paragraphs over to the new ones.

    Args:
        segments: The word diff, of the paragraphs as printed, joined by line feeds.
        old: The old paragraphs, each with its numbers.
        new: The new paragraphs.
        version: The version of the new paragraphs.
        same_words: Only typography or the cut of paragraphs differs: what is inserted keeps the number of what it
            takes the place of.

    Returns:
        For each new paragraph one number for each code point of its text.
    """
    numbers = _joined(old)
    carried: list[int] = []
    place = replaced = 0
    for segment in segments:
        length = len(segment.text)
        if segment.tag == "+":
            carried += [replaced if same_words else version] * length
            replaced = UNKNOWN
            continue
        here = numbers[place : place + length]
        place += length
        if segment.tag == "=":
            carried += here
        replaced = max(here) if segment.tag == "-" else UNKNOWN
    return _cut(carried, new, version)


def _joined(old: Sequence[tuple[ParagraphLike, Sequence[int]]]) -> list[int]:
    numbers: list[int] = []
    for index, (paragraph, own) in enumerate(old):
        numbers += [UNKNOWN] * ((index > 0) + _label_length(paragraph))
        numbers += own
    return numbers


def _cut(carried: Sequence[int], new: Sequence[ParagraphLike], version: int) -> list[list[int]]:
    cut, place = [], 0
    for index, paragraph in enumerate(new):
        place += (index > 0) + _label_length(paragraph)
        end = place + len(paragraph.text)
        cut.append(_filled(carried[place:end], version))
        place = end
    return cut


def _label_length(paragraph: ParagraphLike) -> int:
    return 0 if paragraph.label is None else len(paragraph.label) + 1


def _filled(numbers: Sequence[int], version: int) -> list[int]:
    """Let what is unknown follow what stands before it, at the beginning what stands behind it."""
    last = next((number for number in numbers if number != UNKNOWN), version)
    filled = []
    for number in numbers:
        last = number if number != UNKNOWN else last
        filled.append(last)
    return filled


def word_runs(text: str, numbers: Sequence[int]) -> tuple[WordRun, ...]:
    """Cut a text where the version changes; white space alone makes no run."""
    runs: list[WordRun] = []
    place = 0
    for version, group in groupby(numbers):
        end = place + len(list(group))
        piece = text[place:end]
        place = end
        if runs and (piece.isspace() or runs[-1].version == version):
            runs[-1] = WordRun(runs[-1].version, runs[-1].text + piece)
        elif runs and runs[-1].text.isspace():
            runs[-1] = WordRun(version, runs[-1].text + piece)
        else:
            runs.append(WordRun(version, piece))
    return tuple(runs)


def blame(records: Sequence[Record], *, progress: Callable[[int, int], None] | None = None) -> Blame:
    """Say where each paragraph of the last of some versions comes from.

    Versions with the same paragraphs as the version before cost next to nothing.

    Args:
        records: All versions of one release from the first on, in order; at least one.
        progress: Called with the numbers of versions done and of all.
    """
    walk = _Walk(records[0].version)
    for done, record in enumerate(records, 1):
        if record.paragraphs != walk.paragraphs:
            walk.step(record.version, record.paragraphs)
        if progress is not None:
            progress(done, len(records))
    return Blame(records[-1].version, tuple(life.history() for life in walk.lives))


@dataclass(frozen=True, slots=True)
class _Life:
    """A paragraph as it stands in the version that the walk has reached; members as in ``ParagraphHistory``."""

    paragraph: Paragraph
    folded: str
    numbers: Sequence[int]
    first: int
    brought: int
    since: int
    events: tuple[Event, ...] = ()

    @classmethod
    def born(cls, paragraph: Paragraph, version: int) -> _Life:
        """A paragraph that no version before had."""
        numbers = [version] * len(paragraph.text)
        return cls(paragraph, fold(paragraph.text), numbers, version, version, version)

    def history(self) -> ParagraphHistory:
        text = self.paragraph.text
        words = word_runs(text, self.numbers)
        label = self.paragraph.label
        return ParagraphHistory(
            self.paragraph.id, label, text, self.first, self.brought, self.since, self.events, words
        )


@dataclass(frozen=True, slots=True)
class _Gone:
    """Words that stand no more, and the version in which they were first missing."""

    life: _Life
    version: int


class _Walk:
    """Goes from version to version."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.paragraphs: tuple[Paragraph, ...] = ()
        self._coming: tuple[Paragraph, ...] = ()
        self.lives: list[_Life] = []
        self._gone: dict[str, _Gone] = {}

    def step(self, version: int, paragraphs: tuple[Paragraph, ...]) -> None:
        """Go on to a version whose paragraphs are others."""
        self._coming = paragraphs
        lives: dict[int, _Life] = {}
        for operation in compare(self.paragraphs, paragraphs).operations:
            new = [paragraphs[index] for index in operation.b]
            lives.update(zip(operation.b, self._become(operation, new, version), strict=True))
        standing = {life.folded for life in lives.values()}
        for life in self.lives:
            if life.folded not in standing:
                self._gone[life.folded] = _Gone(life, version)
        for folded in standing:
            self._gone.pop(folded, None)
        self.paragraphs = paragraphs
        self.lives = [lives[index] for index in range(len(paragraphs))]

    def _become(self, operation: Operation, new: Sequence[Paragraph], version: int) -> list[_Life]:
        if operation.op == "insert":
            life = _Life.born(new[0], version)
            gone = self._gone.get(life.folded) if life.folded else None
            return [_back(gone, replace(gone.life, paragraph=new[0]), (), version) if gone else life]
        old = [self.lives[index] for index in operation.a]
        if not new:
            return []
        numbers = _numbers(operation, old, new, version)
        if len(old) > 1:
            return [self._merged(operation, old, replace(_fullest(old), paragraph=new[0], numbers=numbers[0]), version)]
        lives = [replace(old[0], paragraph=one, numbers=own) for one, own in zip(new, numbers, strict=True)]
        if len(new) > 1:
            return [self._split(operation, old[0], life, version) for life in lives]
        return [self._linked(operation, old[0], lives[0], version)]

    def _linked(self, operation: Operation, old: _Life, life: _Life, version: int) -> _Life:
        """One paragraph that stays one."""
        before = (old.paragraph.id,)
        if operation.shifted:
            return life
        if operation.op == "move":
            life = _with(life, Event(version, "moved", before))
        if operation.kind is not None:
            life = _with(life, Event(version, "typographic", before))
        elif operation.op == "replace" or operation.edited:
            life = self._edited(life, before, version)
        labels = (old.paragraph.label, life.paragraph.label)
        if operation.renumbered or is_renumbered(self.paragraphs, operation.a[0], self._coming, operation.b[0]):
            life = _with(life, Event(version, "renumbered", before, labels=labels))
        return life

    def _split(self, operation: Operation, old: _Life, life: _Life, version: int) -> _Life:
        """One piece of a paragraph that was cut: as old as its newest word."""
        before = (old.paragraph.id,)
        life = replace(_with(life, Event(version, "split", before)), folded=fold(life.paragraph.text))
        life = _of_newest_word(life, old.brought, old.since if old.since != old.brought else 0)
        whole, piece = fold_unspaced(old.paragraph.text), fold_unspaced(life.paragraph.text)
        return self._edited(life, before, version) if operation.edited and piece not in whole else life

    def _merged(self, operation: Operation, old: Sequence[_Life], life: _Life, version: int) -> _Life:
        """A paragraph out of several: with the history of the longest, and as old as its newest word."""
        before = tuple(one.paragraph.id for one in old)
        returned = max((one.since for one in old if one.since != one.brought), default=0)
        life = replace(life, first=min(one.first for one in old))
        life = _of_newest_word(life, max(one.brought for one in old), returned)
        life = replace(_with(life, Event(version, "merged", before)), folded=fold(life.paragraph.text))
        return self._edited(life, before, version) if operation.edited else life

    def _edited(self, life: _Life, before: tuple[str, ...], version: int) -> _Life:
        folded = fold(life.paragraph.text)
        life = replace(life, folded=folded, brought=version, since=version)
        gone = self._gone.get(folded) if folded else None
        return _back(gone, life, before, version) if gone else _with(life, Event(version, "edited", before))


def _with(life: _Life, event: Event) -> _Life:
    return replace(life, events=(*life.events, event))


def _of_newest_word(life: _Life, latest: int, returned: int) -> _Life:
    """What was cut or joined is as old as its newest word.

    Args:
        life: With the numbers of its words.
        latest: The version of the newest words that it was cut out of, or joined from.
        returned: The version in which words that had vanished came back; 0 if none had.
    """
    numbers = [number for number, sign in zip(life.numbers, life.paragraph.text, strict=True) if not sign.isspace()]
    brought = min(max(numbers, default=latest), latest)
    return replace(life, brought=brought, since=max(brought, returned))


def _fullest(old: Sequence[_Life]) -> _Life:
    return max(old, key=lambda life: len(life.paragraph.text))


def _back(gone: _Gone, life: _Life, before: tuple[str, ...], version: int) -> _Life:
    """Words that had vanished stand again: each is of the version that brought it then."""
    old, new = gone.life.paragraph, life.paragraph
    numbers = gone.life.numbers
    if old.text != new.text:
        segments = refine([old], [new], exact=True).segments
        numbers = carry(segments, [(old, numbers)], [new], version, same_words=True)[0]
    event = Event(version, "returned", before, brought=gone.life.brought, gone=gone.version)
    return replace(_with(life, event), numbers=numbers, brought=gone.life.brought, since=version)


def _numbers(
    operation: Operation, old: Sequence[_Life], new: Sequence[Paragraph], version: int
) -> Sequence[Sequence[int]]:
    """For each new paragraph, the version of each code point."""
    if operation.segments is None:
        if old[0].paragraph.label == new[0].label or operation.renumbered:
            return [old[0].numbers]
        # Cut differently into label and text, and the same as printed.
        return carry([Segment("=", shown(new[0]))], [(old[0].paragraph, old[0].numbers)], new, version, same_words=True)
    sides = [(life.paragraph, life.numbers) for life in old]
    one_to_one = len(old) == len(new) == 1
    same_words = operation.kind is not None or (not one_to_one and not operation.edited)
    return carry(operation.segments, sides, new, version, same_words=same_words)
