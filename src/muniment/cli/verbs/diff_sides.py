"""The two sides of a comparison: a version, one paragraph of it, or a plain text file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from muniment.archive import Archive, StoredVersion
from muniment.cli.page_options import say_taken
from muniment.cli.target import open_target
from muniment.diff.originals import Received, what_differs
from muniment.diff.views.sheet import Party
from muniment.digest import format_digest, sha256_hex
from muniment.display import plain
from muniment.errors import InputError, MunimentError, NotAnArchiveError, UnresolvedReferenceError
from muniment.files import STANDARD_STREAM, read_file
from muniment.record import Paragraph
from muniment.record.phrases import published_words
from muniment.reference import Reference, parse_reference
from muniment.sources import decode, extract, media_type_of
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
    """

    name: str
    paragraphs: Sequence[Paragraph]
    original: str
    version: StoredVersion | None = None
    source: Callable[[], Received] | None = None

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
    if charset is not None and all(side.version for side in sides):
        raise no_file_in(f"{a} and {b}")
    return sides


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
    side = replace(side_of(text, version), source=partial(archive.source, version))
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


def version_side(archive: Archive, version: StoredVersion) -> DiffSide:
    """Make a whole version a side, by its full name, whose original can be read."""
    return replace(side_of(version.statement.name, version), source=partial(_received, archive, version))


def side_of(name: str, version: StoredVersion) -> DiffSide:
    """Make a whole version a side."""
    record = version.record
    return DiffSide(name, record.paragraphs, format_digest(record.original.sha256), version)


def _file(path: str, charset: str | None) -> DiffSide:
    data = read_file(path, max_size=MAX_COMPARED)
    medium = media_type_of(data, where=path)
    if medium != "text/plain":
        return _page(path, data, medium, charset)
    own = None if charset is None else _own_charset(data)
    if own is not None and own != find_charset(str(charset), where="--charset"):
        print(
            f"archive: note: {plain(path)} is {own}, as its bytes say; --charset is for the other one", file=sys.stderr
        )
    text, name = decode(data, own or charset, where=path, max_size=MAX_COMPARED)
    source = Received(data, name, text)
    return DiffSide(path, segment(text, where=path), format_digest(sha256_hex(data)), source=lambda: source)


def _page(path: str, data: bytes, medium: str, charset: str | None) -> DiffSide:
    """Read a page or another medium; which part is compared is said."""
    extraction = extract(data, media_type=medium, charset=charset, where=path)
    choices = extraction.extractor.parameters
    if choices is not None:
        taken = say_taken(choices, extraction.words, extraction.words_left_out)
        print(f"archive: note: {plain(path)}: {taken}", file=sys.stderr)
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
