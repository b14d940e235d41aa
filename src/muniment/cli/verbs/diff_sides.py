"""The two sides of a comparison: versions, single paragraphs or plain files; and by which rules they were read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from muniment.archive import Archive, StoredVersion
from muniment.cli.page_options import say_taken
from muniment.cli.target import open_target
from muniment.cli.terminal import print_note
from muniment.diff import Difference, compare
from muniment.diff.attribution import Readings, mark_all, mark_ours
from muniment.diff.originals import Received, what_differs
from muniment.diff.views.sheet import Party
from muniment.digest import format_digest, sha256_hex
from muniment.display import plain
from muniment.errors import InputError, MunimentError, NotAnArchiveError, UnresolvedReferenceError
from muniment.files import STANDARD_STREAM, read_file
from muniment.record import Original, Paragraph
from muniment.record.phrases import published_words
from muniment.reference import Reference, parse_reference
from muniment.sources import Wish, charset_again, decode, extract, extractor_for, media_type_of, wish_again
from muniment.sources.kinds import MARKDOWN
from muniment.sources.paragraphs import segment
from muniment.sources.plain_text import BYTE_ORDER_MARKS, find_charset

MAX_COMPARED = 16 * 1024 * 1024
"""Bytes of a plain file; no record is made of it, so it may be larger than an original."""


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


def load_sides(a: str, b: str, charset: str | None = None) -> tuple[DiffSide, DiffSide]:
    """Load both sides; the archive is opened at most once, and not at all for two files.

    Args:
        a: A reference or a file.
        b: The other one, in the same way.
        charset: Charset of the files whose bytes do not tell; those of the other one may. Versions have their own.

    Raises:
        InputError: A charset was named, and no side is a file.
        UnresolvedReferenceError: A side is neither a reference that resolves nor a file.
        SourceError: A file cannot be read as text.
    """
    if a == b == STANDARD_STREAM:
        raise InputError("stdin cannot be both sides", hint="name a file for one of them")
    archive = _Opened()
    sides = _load(a, archive, charset), _load(b, archive, charset)
    if any(side.version and side.version.record.original.media_type == MARKDOWN.media_type for side in sides):
        sides = _as_markdown(sides[0], charset), _as_markdown(sides[1], charset)
    if charset is not None and all(side.version for side in sides):
        raise no_file_in(f"{a} and {b}")
    return sides


def _as_markdown(side: DiffSide, charset: str | None) -> DiffSide:
    """Read a text as Markdown, as the version is beside which it stands; else marks of Markdown would be words."""
    if side.source is None or side.version is not None:
        return side
    data, where = side.source().data, "stdin" if side.name == STANDARD_STREAM else side.name
    return replace(_of_medium(where, data, MARKDOWN.media_type, charset), name=side.name)


def no_file_in(what: str) -> InputError:
    """Say that a charset was named for what has its own."""
    return InputError("--charset is for plain files", where=what, hint="a version was decoded when it was added")


class _Opened:
    """The archive, opened when a side may need it."""

    def __init__(self) -> None:
        self._archive: Archive | None = None

    def read(self, reference: Reference) -> StoredVersion:
        if self._archive is None:
            self._archive = open_target()
        return self._archive.read(reference)

    def source(self, version: StoredVersion) -> Received:
        """The original of a version."""
        return _received(self._archive or open_target(), version)

    def data(self, version: StoredVersion) -> bytes:
        """The bytes of the original of a version."""
        return (self._archive or open_target()).read_original(version)


def _received(archive: Archive, version: StoredVersion) -> Received:
    data = archive.read_original(version)
    charset = version.record.original.charset or ""
    return Received(data, charset, decode(data, charset)[0])


def _load(text: str, archive: _Opened, charset: str | None) -> DiffSide:
    if text == STANDARD_STREAM or text.startswith(("./", "../", "/", ".\\", "..\\")):
        return _file(text, charset)
    try:
        return _version(text, archive)
    except (UnresolvedReferenceError, NotAnArchiveError) as error:
        if _exists(text):
            return _file(text, charset)
        raise _neither(text, error) from error


def _version(text: str, archive: _Opened) -> DiffSide:
    reference = parse_reference(text)
    version = archive.read(reference)
    side = replace(side_of(text, version), source=partial(archive.source, version), data=partial(archive.data, version))
    if reference.paragraph is None:
        return side
    return replace(side, paragraphs=(version.paragraph(reference.paragraph),))


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
    try:
        source = extractor_for(new.extractor.name, new.extractor.version)
        charset = charset_again(old.charset, old.extractor.parameters)
        return source.extract(a.data(), charset, wish=_wish(new), where=a.name).paragraphs
    except MunimentError:
        return None


def _wish(original: Original) -> Wish:
    """What was asked for: where a rule proposed the main part or the part of an e-mail, that rule; else the choice."""
    wish = wish_again(original.extractor.parameters)
    if wish.select_basis == "rule":
        wish = replace(wish, select=(), select_basis="keeper")
    return replace(wish, part=None, part_basis="keeper") if wish.part_basis == "rule" else wish


def _read_otherwise(old: Original, new: Original) -> bool:
    if old.sha256 == new.sha256 and old.charset != new.charset:
        return True
    a, b = old.extractor, new.extractor
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


def version_side(archive: Archive, version: StoredVersion) -> DiffSide:
    """Make a whole version a side, by its full name, whose original can be read."""
    side = side_of(version.statement.name, version)
    return replace(side, source=partial(_received, archive, version), data=partial(archive.read_original, version))


def side_of(name: str, version: StoredVersion) -> DiffSide:
    """Make a whole version a side."""
    record = version.record
    return DiffSide(name, record.paragraphs, format_digest(record.original.sha256), version)


def _file(named: str, charset: str | None) -> DiffSide:
    data = read_file(named, max_size=MAX_COMPARED)
    where = "stdin" if named == STANDARD_STREAM else named
    medium = media_type_of(data, where=where)
    if medium != "text/plain":
        return replace(_of_medium(where, data, medium, charset), name=named)
    own = None if charset is None else _own_charset(data)
    if own is not None and own != find_charset(str(charset), where="--charset"):
        print_note(f"{plain(where)} is {own}, as its bytes say; --charset is for the other one")
    text, name = decode(data, own or charset, where=where, max_size=MAX_COMPARED)
    source = Received(data, name, text)
    return DiffSide(named, segment(text, where=where), format_digest(sha256_hex(data)), source=lambda: source)


def _of_medium(path: str, data: bytes, medium: str, charset: str | None) -> DiffSide:
    """Read what is no plain text; which part is compared is said."""
    extraction = extract(data, media_type=medium, charset=charset, where=path)
    choices = extraction.extractor.parameters
    if choices is not None:
        taken = say_taken(choices, extraction.words, extraction.words_left_out)
        print_note(f"{plain(path)}: {taken}")
    return DiffSide(path, extraction.paragraphs, format_digest(sha256_hex(data)))


def _own_charset(data: bytes) -> str | None:
    """Give the charset that the bytes of a file tell: by a byte order mark, or as UTF-8 with letters beyond ASCII."""
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return name
    try:
        return None if b"\0" in data or data.decode().isascii() else "utf-8"
    except UnicodeDecodeError:
        return None


def _exists(text: str) -> bool:
    try:
        return Path(text).exists()
    except (OSError, ValueError):
        return False


def _neither(text: str, error: MunimentError) -> MunimentError:
    """A reference that would do elsewhere keeps its own error; of what looks like a file, say that it is none."""
    try:
        parse_reference(text)
    except UnresolvedReferenceError:
        hint = "a range stands alone" if ".." in text else "archive list names the releases"
        return UnresolvedReferenceError("neither a file nor a reference", where=repr(text), hint=hint)
    return error


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
