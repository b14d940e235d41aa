"""Words that other processes take out while batches are written.

What they give decides nothing.  It is what the rules for a medium, asked in a certain way, make of certain bytes; it is
used where the draft of a version asks in that very way, and else the draft asks for itself.  So the records are those
of one process.  The processes begin anew: no key is ever in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from typing import Final

from muniment.errors import MunimentError, UnavailableError
from muniment.ingest import Source
from muniment.record import Parameters, shared_paragraph
from muniment.sources import Extraction, Wish, extract, reading_after
from muniment.sources.kinds import TEXT

WORTH_SHARING: Final = 64
"""States from which on other processes are started: they take a quarter of a second to begin."""

_TASK: Final = 64 * 1024
"""Bytes of originals that are handed out at once, about: fewer, and handing out takes longer than the work."""


@dataclass(frozen=True, slots=True)
class Before:
    """What the version before leaves to the next one: its medium, and what was chosen in it; nothing for a first one.

    Attributes:
        medium: Of its original.
        choices: What was chosen, where its rules leave a choice.
    """

    medium: str | None = None
    choices: Parameters | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """States of one document in their order: what is chosen in one is kept for the next.

    Attributes:
        sources: Of each.
        before: What is known of the version before.
    """

    sources: tuple[Source, ...]
    before: Before = Before()


@dataclass(frozen=True, slots=True)
class WordsOf:
    """What was taken out of an original, and how it was asked for.

    Attributes:
        medium: By the rules for which.
        charset: That was named, or None.
        wish: What was to be taken.
        extraction: What came of it.
    """

    medium: str
    charset: str | None
    wish: Wish
    extraction: Extraction

    def take(
        self, data: bytes, *, media_type: str, charset: str | None = None, wish: Wish, where: str = ""
    ) -> Extraction:
        """Do as ``sources.extract`` of the same bytes, whose answer is here where it is asked in that way."""
        if (media_type, charset, wish) == (self.medium, self.charset, self.wish):
            return self.extraction
        return extract(data, media_type=media_type, charset=charset, wish=wish, where=where)


def chains_of(sources: Sequence[Source], before: Before | None) -> list[Chain]:
    """Say what of the states of a document can be done ahead.

    A plain text leaves no choice, so each is done for itself; of other media, one after the other.

    Args:
        sources: In their order.
        before: What the version before leaves; None where there is one that nobody has read yet.
    """
    if all(source.media_type == TEXT.media_type for source in sources):
        return [Chain((source,), before or Before()) for source in sources]
    return [] if before is None else [Chain(tuple(sources), before)]


class WordsToCome:
    """Words that processes were set to take out.

    Args:
        pool: The processes.
        chains: What is to be done.
    """

    def __init__(self, pool: Executor, chains: Sequence[Chain]) -> None:
        try:
            self._parts = [pool.submit(_take_out, part) for part in _parts(chains)]
        except BrokenProcessPool as error:
            raise _ended() from error

    def collect(self) -> list[WordsOf | None]:
        """Wait for all of it, and give it in the order of the chains; None where the words cannot be taken out.

        Raises:
            UnavailableError: A process has ended.
        """
        try:
            packed = [each for part in self._parts for each in part.result()]
        except BrokenProcessPool as error:
            raise _ended() from error
        return [None if each is None else each.words() for each in packed]


def _ended() -> UnavailableError:
    return UnavailableError(
        "a process that takes words out has ended",
        expected="an answer",
        hint="too little memory? use one process",
    )


def _parts(chains: Iterable[Chain]) -> Iterator[list[Chain]]:
    """Put chains together to what is worth handing out."""
    part: list[Chain] = []
    size = 0
    for chain in chains:
        part.append(chain)
        size += sum(len(source.data) for source in chain.sources)
        if size >= _TASK:
            yield part
            part, size = [], 0
    if part:
        yield part


@dataclass(frozen=True, slots=True)
class _Packed:
    """``WordsOf`` on its way between processes, which plain tuples make in a fraction of the time."""

    medium: str
    charset: str | None
    wish: Wish
    paragraphs: tuple[tuple[str, str, str | None, str, str | None], ...]
    rest: Extraction

    def words(self) -> WordsOf:
        paragraphs = tuple(shared_paragraph(*each) for each in self.paragraphs)
        return WordsOf(self.medium, self.charset, self.wish, replace(self.rest, paragraphs=paragraphs))


def _take_out(chains: Sequence[Chain]) -> list[_Packed | None]:
    """Take the words out, in another process; what cannot be done is left to the draft, which says why."""
    found: list[_Packed | None] = []
    for chain in chains:
        before = chain.before
        for source in chain.sources:
            medium, wish = reading_after(
                source.media_type, source.wish, before.medium, before.choices, named=source.named
            )
            try:
                made = extract(source.data, media_type=medium, charset=source.charset, wish=wish, where=source.name)
            except MunimentError:
                found.append(None)
                continue
            before = Before(made.media_type, made.extractor.parameters)
            plain = tuple((each.id, each.kind, each.label, each.text, each.place) for each in made.paragraphs)
            found.append(_Packed(medium, source.charset, wish, plain, replace(made, paragraphs=())))
    return found
