"""What a comparison yields: operations on paragraphs, and word segments inside them.

Every paragraph of both sides is named by exactly one operation.  A difference is derived: it can be computed again
from the two sides at any time, so it is never hashed or signed.  It carries the name of the algorithm and the versions
of the Unicode data that it used, because word boundaries move with them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import regex

ALGORITHM = "muniment-diff/2"

OperationName: TypeAlias = Literal["equal", "replace", "insert", "delete", "move", "split", "merge"]
Tag: TypeAlias = Literal["=", "-", "+"]


class ParagraphLike(Protocol):
    """What is compared: the paragraphs of a record and those just extracted from a file both fit."""

    @property
    def id(self) -> str:
        """How the paragraph is cited, such as ``p16``; it plays no part in the comparison."""
        ...

    @property
    def label(self) -> str | None:
        """The number, letter or bullet as printed, or None."""
        ...

    @property
    def text(self) -> str:
        """The words after the label, as found."""
        ...


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of words: ``=`` stands on both sides, ``-`` only on side A, ``+`` only on side B."""

    tag: Tag
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    """What became of one paragraph, or of the few that one paragraph was split into or merged from.

    Attributes:
        op: ``equal``, ``replace`` and ``move`` are 1:1, ``split`` is 1:n, ``merge`` is n:1.
        a: Indexes of the paragraphs on side A, from 0, ascending; empty for ``insert``.
        b: Indexes of the paragraphs on side B, from 0, ascending; empty for ``delete``.
        edited: Set on ``move``, ``split`` and ``merge`` when words other than the label changed too.
        renumbered: Of all that is read aloud, only the label changed.
        kind: ``typographic`` when the words are the same once invisible and typographic characters are folded.
        segments: The word diff, when more than the label differs.  ``=`` and ``-`` joined give the shown text of side
            A (see ``shown``), ``=`` and ``+`` that of side B; several paragraphs are joined by one line feed.
        coarse: The word diff was too large to compute; only the common beginning and end were taken off.
        ours: It comes from other rules by which we read the sides, and is no change by the publisher.
    """

    op: OperationName
    a: tuple[int, ...]
    b: tuple[int, ...]
    edited: bool = False
    renumbered: bool = False
    kind: Literal["typographic"] | None = None
    segments: tuple[Segment, ...] | None = None
    coarse: bool = False
    ours: bool = False

    @property
    def unchanged(self) -> bool:
        """Whether label and text are the same on both sides, in the same order."""
        return self.op == "equal" and not self.renumbered

    @property
    def shifted(self) -> bool:
        """Whether it is the number of a page that stands elsewhere, as the text around it grew or shrank."""
        return self.op == "move" and self.kind is not None and self.segments is None


@dataclass(frozen=True, slots=True)
class Algorithm:
    """What must be the same for two computers to print the same difference.

    Attributes:
        name: Name and version of the rules of this package.
        regex: Release of the ``regex`` package, which holds the word-boundary data (UAX #29).
        unicode: Unicode version of Python's own data, used to fold characters.
    """

    name: str
    regex: str
    unicode: str


@dataclass(frozen=True, slots=True)
class Difference:
    """All operations, in the order in which a reader of side B meets them; a deletion stands where it stood."""

    operations: tuple[Operation, ...]
    algorithm: Algorithm


@dataclass(frozen=True, slots=True)
class Summary:
    """How many paragraphs were touched, by what; a paragraph that was moved and edited counts in both."""

    edited: int
    inserted: int
    deleted: int
    moved: int
    split: int
    merged: int
    renumbered: int
    typographic: int


def current_algorithm() -> Algorithm:
    """The algorithm and Unicode data in use here."""
    # The package's release, or that of its C module in older packages; either settles the data.
    return Algorithm(ALGORITHM, str(regex.__version__), unicodedata.unidata_version)


def summarise(difference: Difference) -> Summary:
    """Count the operations by what a reader asks for."""
    operations = difference.operations

    def count(name: OperationName) -> int:
        return sum(operation.op == name for operation in operations)

    return Summary(
        edited=sum(o.edited or o.op == "replace" for o in operations if o.kind is None),
        inserted=count("insert"),
        deleted=count("delete"),
        moved=sum(o.op == "move" and not o.shifted for o in operations),
        split=count("split"),
        merged=count("merge"),
        renumbered=sum(o.renumbered for o in operations),
        typographic=sum(o.kind is not None for o in operations),
    )


def shown(paragraph: ParagraphLike) -> str:
    """A paragraph as printed: its label, one space and its text, or the text alone."""
    return paragraph.text if paragraph.label is None else f"{paragraph.label} {paragraph.text}"
