"""In which versions a phrase stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from muniment.errors import InputError
from muniment.history.passage import Finder, Place
from muniment.record import Record


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


def trace(
    phrase: str,
    records: Sequence[Record],
    *,
    exact: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Trace:
    """Follow a phrase through versions.

    Args:
        phrase: Searched in the text as received, never in a reading text; white space at its ends does not count.
        records: Versions of one release, in order.
        exact: Whether code points must be the same; else they are folded.
        progress: Called with the numbers of versions done and of all.

    Raises:
        InputError: The phrase holds nothing that could be searched for.
    """
    finder = _finder(phrase, exact=exact)
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


def _finder(phrase: str, *, exact: bool) -> Finder:
    finder = Finder(phrase, exact=exact)
    if not finder.phrase:
        raise InputError("there is nothing to search for", found=repr(phrase[:40]), hint="give some words")
    return finder


def _ids(places: Sequence[Place], record: Record) -> tuple[str, ...]:
    """The ids of all paragraphs that the places touch, each once, in the order of the text."""
    touched = sorted({index for place in places for index in range(place.first, place.last + 1)})
    return tuple(record.paragraphs[index].id for index in touched)
