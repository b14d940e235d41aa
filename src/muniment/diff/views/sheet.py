"""All that a page on a comparison says: both sides by name and hash, what became of the words, what else changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from muniment.canonical import Json
from muniment.diff.selection import Selection, headline, left_out
from muniment.diff.views.timeline import Mark
from muniment.record import Genre, Issued, Paragraph
from muniment.record.phrases import genre_words, issued_words


@dataclass(frozen=True, slots=True)
class Party:
    """One side.

    Attributes:
        name: As the reader gave it: a reference or a file.
        paragraphs: What was compared.
        original: Digest of the bytes as received, ``sha256:…``.
        language: BCP 47, or None when nothing says.
        reference: Release and version, ``harbour-notice/v1``; None for a plain file, as with what follows.
        record: Digest of the record, the citation hash.
        title: As the archive describes it.
        logged_at: Claimed time of its entry in the log.
        withdrawn: That the archive no longer stands behind it, in words.
        published: When it was published, with the basis.
        issuer: As the archive describes it; None where nothing says.
        origin: Name of the archive.
    """

    name: str
    paragraphs: Sequence[Paragraph]
    original: str
    language: str | None = None
    reference: str | None = None
    record: str | None = None
    title: str | None = None
    logged_at: str | None = None
    withdrawn: str | None = None
    published: str | None = None
    issuer: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class SheetStep:
    """One step of a range: what a version changed in the one before it.

    Attributes:
        version: ``v4``.
        change: Kind of its change, and what it reverts to.
        published: When it was published, with the basis.
        logged_at: Claimed time of its entry in the log.
        selection: The comparison with the version before.
        before: That version.
        after: The version.
    """

    version: str
    change: str
    published: str
    logged_at: str
    selection: Selection
    before: Party
    after: Party


@dataclass(frozen=True, slots=True)
class Sheet:
    """Both sides, and what of their comparison was asked for.

    Of a range also its steps and marks, oldest first, and in words what came and went between its ends.
    """

    a: Party
    b: Party
    selection: Selection
    steps: tuple[SheetStep, ...] = ()
    marks: tuple[Mark, ...] = ()
    between: tuple[str, ...] = ()

    @property
    def title(self) -> str | None:
        """What the page is called: the title of both sides, or of one release as B has it; None where neither is."""
        one = self.a.title == self.b.title or (_release(self.a) is not None and _release(self.a) == _release(self.b))
        return self.b.title if one else None

    def summary(self) -> list[str]:
        """Sentences: what changed, and what changed that was not asked for."""
        return summary_of(self.selection)


def _release(party: Party) -> str | None:
    return party.reference.rpartition("/")[0] if party.reference else None


def summary_of(selection: Selection) -> list[str]:
    """Sentences on a comparison; they hold no archived text."""
    said = filter(None, (headline(selection), left_out(selection)))
    return [f"{line[:1].upper()}{line[1:]}." for line in said]


def say_value(value: Json) -> str:
    """A value of the description in words; archived text in it is as it is, and must be escaped."""
    if value in (None, "", []):
        return "none"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "; ".join(str(item) for item in value)
    if isinstance(value, dict) and set(value) == {"basis", "date", "note"}:
        return issued_words(Issued(**cast("dict[str, Any]", value)))
    if isinstance(value, dict) and set(value) == {"basis", "note", "term"}:
        return genre_words(Genre(**cast("dict[str, Any]", value)))
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
