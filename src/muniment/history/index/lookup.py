"""What an index says: in which releases a phrase may stand, and which paragraphs have some words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muniment.archive import Archive
from muniment.errors import UnavailableError
from muniment.history.index.index_file import ABSENT, IndexState, connect, read_state
from muniment.history.index.terms import PhraseQuery, all_of, phrase_of, query_for

_MANY = 256
"""Words of the archive that a part of a word may stand in; where there are more, the index does not help."""


@dataclass(frozen=True, slots=True)
class IndexedParagraph:
    """A row of the index: where to look, and nothing more.

    Attributes:
        release: Its release.
        digest: What names its words there: see ``digest_of``.
        first: The first version that has it.
        last: The last version that has it.
    """

    release: str
    digest: bytes
    first: int
    last: int


@dataclass(slots=True)
class SearchIndex:
    """An index that is open, or what does without one.

    Attributes:
        state: How it stands to the archive that it was opened for.
        unread: Releases with a version that it does not cover: these are read, whatever it says.
    """

    state: IndexState
    unread: frozenset[str] = frozenset()
    _database: sqlite3.Connection | None = field(default=None, repr=False)

    def releases_with(self, phrase: str, *, exact: bool) -> frozenset[str] | None:
        """Name the releases in which a phrase may stand, as ``find_phrase`` looks for it; it stands in no other.

        Returns:
            Their ids; None where the index cannot tell.
        """
        query = None if self._database is None else query_for(phrase, exact=exact)
        if query is None:
            return None
        found = self._releases(query)
        return None if found is None else found | self.unread

    def _releases(self, query: PhraseQuery) -> frozenset[str] | None:
        if query.part is not None:
            return self._with_part(query.part)
        found = self._ask(self._inside(query))
        for crossing in query.crossings:
            before = None if crossing.end is None else self._ask(crossing.end)
            if before is None or before - found:
                begun = self._ask(crossing.start)
                found |= begun if before is None else before & begun
        return found

    def _inside(self, query: PhraseQuery) -> str:
        """The expression for a phrase within a paragraph; of two words, with those that the first may be the end of."""
        if query.tail is not None:
            terms = self._terms("substr(term, -length(?1)) = ?1", query.tail)
            if terms is not None:
                whole = (phrase_of("words", [term, query.rest], open_=query.is_open) for term in terms)
                return " OR ".join([*whole, *query.inside[1:]])
        return " OR ".join(query.inside)

    def _with_part(self, part: str) -> frozenset[str] | None:
        terms = self._terms("instr(term, ?1)", part)
        return None if terms is None else frozenset().union(*(self._ask(f'"{term}"') for term in terms))

    def _terms(self, condition: str, value: str) -> list[str] | None:
        """Give the words of the archive that meet a condition; None where they are too many to help."""
        sought = f"SELECT term FROM vocabulary WHERE {condition} LIMIT {_MANY + 1}"  # noqa: S608 - constants of ours
        terms = [term for (term,) in self._rows(sought, value)]
        return terms if len(terms) <= _MANY else None

    def _ask(self, expression: str) -> frozenset[str]:
        sought = (
            "SELECT DISTINCT name FROM search CROSS JOIN paragraphs ON paragraphs.id = search.rowid "
            "CROSS JOIN releases ON releases.id = release WHERE search MATCH ?"
        )
        return frozenset(name for (name,) in self._rows(sought, expression))

    def _rows(self, sought: str, value: str) -> Iterator[tuple[Any, ...]]:
        assert self._database is not None  # noqa: S101 - every caller has asked
        try:
            yield from self._database.execute(sought, (value,))
        except sqlite3.Error as error:
            raise UnavailableError("the search index cannot be read", found=str(error)) from error

    def releases_at(self, address: str) -> frozenset[str] | None:
        """Name the releases of which a version may have been published at an address; no other has one.

        Returns:
            Their ids; None where there is no index to ask.
        """
        if self._database is None:
            return None
        sought = "SELECT name FROM addresses CROSS JOIN releases ON releases.id = release WHERE uri = ?"
        return self.unread.union(name for (name,) in self._rows(sought, address))

    def paragraphs_with(self, items: Sequence[Sequence[str]]) -> Iterator[IndexedParagraph] | None:
        """Give the paragraphs that may have all of some phrases of whole words: newest releases and versions first.

        Returns:
            The rows, as they are asked for; None where there is no index to ask.
        """
        if self._database is None:
            return None
        sought = (
            "SELECT name, digest, first, last FROM search CROSS JOIN paragraphs ON paragraphs.id = search.rowid "
            "CROSS JOIN releases ON releases.id = release WHERE search MATCH ? "
            "ORDER BY release DESC, last DESC, paragraphs.id"
        )
        return (IndexedParagraph(*row) for row in self._rows(sought, all_of(items)))

    def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            self._database.close()
            self._database = None


def open_index(path: Path | None, archive: Archive) -> SearchIndex:
    """Open the index of an archive; the caller closes it.  What is said and raised is as for ``opened_index``."""
    state = IndexState(ABSENT) if path is None else read_state(path, archive)
    if path is None or not state.is_usable:
        return SearchIndex(state)
    later = archive.versions_from(state.size)
    return SearchIndex(state, frozenset(entry.statement.release for entry in later), connect(path))


@contextmanager
def opened_index(path: Path | None, archive: Archive) -> Iterator[SearchIndex]:
    """Open the index of an archive, or what does without where it cannot be used: its state says why.

    Args:
        path: Its file; None to do without.
        archive: The archive.

    Raises:
        UnavailableError: The file is there and cannot be read.
    """
    index = open_index(path, archive)
    try:
        yield index
    finally:
        index.close()
