"""The two sides of a comparison, and by which rules they were read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from muniment.archive import Archive, StoredVersion
from muniment.diff.attribution import Readings, mark_all, mark_ours
from muniment.diff.compare import compare
from muniment.diff.difference import Difference
from muniment.diff.originals import Received, what_differs
from muniment.diff.selection import PARTS, Part, Selection, compare_about, select
from muniment.diff.views.sheet import Party
from muniment.digest import format_digest
from muniment.display import plain
from muniment.errors import InputError, MunimentError
from muniment.record import Original, Paragraph
from muniment.record.phrases import published_words

if TYPE_CHECKING:  # all that reads an original again takes longer to load than a comparison: few ask for it
    from muniment.sources import Wish


@dataclass(frozen=True, slots=True)
class DiffSide:
    """One side.

    Attributes:
        name: As the user gave it.
        paragraphs: What is compared.
        original: Digest of the bytes as received, ``sha256:…``.
        version: The version, or None for a plain file.
        source: Reads the original, to say in what it differs; None where nobody asks.
        data: Gives the bytes of the original of a version; None where nobody asks.
    """

    name: str
    paragraphs: Sequence[Paragraph]
    original: str
    version: StoredVersion | None = None
    source: Callable[[], Received] | None = None
    data: Callable[[], bytes] | None = None

    @property
    def stored(self) -> StoredVersion:
        """The version of a side that is one, as in a range."""
        if self.version is None:
            raise InputError("a plain file is no version", where=self.name, hint="name a version of a release")
        return self.version


def version_side(archive: Archive, version: StoredVersion) -> DiffSide:
    """Make a whole version a side, by its full name, whose original can be read."""
    side = side_of(version.statement.name, version)
    return replace(side, source=partial(received, archive, version), data=partial(archive.read_original, version))


def side_of(name: str, version: StoredVersion) -> DiffSide:
    """Make a whole version a side."""
    record = version.record
    return DiffSide(name, record.paragraphs, format_digest(record.original.sha256), version)


def received(archive: Archive, version: StoredVersion) -> Received:
    """Read the original of a version as text."""
    from muniment.sources import decode  # noqa: PLC0415 - start-up, as above

    data = archive.read_original(version)
    charset = version.record.original.charset or ""
    return Received(data, charset, decode(data, charset)[0])


def compare_both(a: DiffSide, b: DiffSide, parts: Collection[Part] = PARTS) -> Selection:
    """Compare two sides in full, and divide the comparison by the classes asked for."""
    records = [side.version.record if side.version else None for side in (a, b)]
    about = compare_about(*records, originals_differ=a.original != b.original)
    difference = compare(a.paragraphs, b.paragraphs)
    if all(operation.unchanged for operation in difference.operations):
        about = replace(about, originals_in=originals_in(a, b))
    difference, readings = mark_readings(a, b, difference)
    return select(difference, replace(about, readings=readings), parts)


def originals_in(a: DiffSide, b: DiffSide) -> tuple[str, ...]:
    """Say in what the originals of two sides with the same paragraphs differ; nothing where they cannot be read."""
    if a.original == b.original or a.source is None or b.source is None:
        return ()
    try:
        return what_differs(a.source(), b.source())
    except MunimentError:
        # A comparison of words does not need the original; ``archive verify`` tells what is wrong with it.
        return ()


def mark_readings(a: DiffSide, b: DiffSide, difference: Difference) -> tuple[Difference, Readings | None]:
    """Say by which rules two sides were read, and mark the changes that come from that.

    The older original is read once more by the rules and the choices of the newer side, where these are at hand.

    Returns:
        The comparison, and the rules: None where both were read in the same way, or where a side is a plain file.
    """
    if a.version is None or b.version is None:
        return difference, None
    old, new = a.version.record, b.version.record
    if not _read_otherwise(old.original, new.original):
        return difference, None
    readings = Readings(*_rules(old.original, new.original))
    if a.original == b.original:  # the same bytes: nobody but us can have changed a word
        return mark_all(difference), replace(readings, told=True)
    whole = (a.paragraphs, b.paragraphs) == (old.paragraphs, new.paragraphs)
    again = _read_again(a, old.original, new.original) if whole else None
    if again is None:
        return difference, readings
    marked = mark_ours(difference, compare(old.paragraphs, again), compare(again, new.paragraphs))
    return marked, replace(readings, told=True)


def _read_again(a: DiffSide, old: Original, new: Original) -> Sequence[Paragraph] | None:
    """Read the older original by the rules of the newer one; None where it cannot be read by them here."""
    if a.data is None or old.media_type != new.media_type:
        return None
    from muniment.sources import charset_again, extractor_for  # noqa: PLC0415 - start-up, as above

    try:
        source = extractor_for(new.extractor.name, new.extractor.version)
        charset = charset_again(old.charset, old.extractor.parameters)
        return source.extract(a.data(), charset, wish=_wish(new), where=a.name).paragraphs
    except MunimentError:
        return None


def _wish(original: Original) -> Wish:
    """What was asked for: where a rule proposed the main part or the part of an e-mail, that rule; else the choice."""
    from muniment.sources import wish_again  # noqa: PLC0415 - start-up, as above

    wish = wish_again(original.extractor.parameters)
    if wish.select_basis == "rule":
        wish = replace(wish, select=(), select_basis="keeper")
    return replace(wish, part=None, part_basis="keeper") if wish.part_basis == "rule" else wish


def _read_otherwise(old: Original, new: Original) -> bool:
    if old.sha256 == new.sha256 and old.charset != new.charset:
        return True
    a, b = old.extractor, new.extractor
    if a == b:
        return False
    same = (a.name, a.version, a.engine) == (b.name, b.version, b.engine)
    return not same or replace(_wish(old), by_http=False) != replace(_wish(new), by_http=False)


def _rules(old: Original, new: Original) -> tuple[str, str]:
    """Name the rules of both so that they differ."""
    engines = old.extractor.engine != new.extractor.engine
    charsets = old.charset != new.charset and old.sha256 == new.sha256

    def say(original: Original) -> str:
        extractor = original.extractor
        by = f" by {extractor.engine}" if engines else ""
        return plain(f"{extractor.name} {extractor.version}{by}{f' as {original.charset}' if charsets else ''}")

    names = say(old), say(new)
    return names if names[0] != names[1] else (names[0], f"{names[1]} with other choices")


def party_of(side: DiffSide) -> Party:
    """Give what a view says of a side."""
    if side.version is None:
        return Party(side.name, side.paragraphs, side.original)
    statement, description = side.version.statement, side.version.record.description
    return Party(
        side.name,
        side.paragraphs,
        side.original,
        None if description.language == "und" else description.language,
        statement.name,
        statement.record,
        description.title,
        statement.logged_at,
        None if side.version.withdrawal is None else side.version.withdrawal.words,
        published_words(description.issued, side.version.record.original.retrieved),
        description.issuer,
        statement.archive,
    )
