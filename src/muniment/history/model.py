"""What the history of a version's paragraphs consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

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
