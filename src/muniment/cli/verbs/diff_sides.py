"""The two sides of a comparison, as the user names them: versions, single paragraphs or plain files."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from muniment.archive import Archive, StoredVersion
from muniment.cli.page_options import say_taken
from muniment.cli.target import open_target
from muniment.diff.originals import Received
from muniment.diff.views.sides import DiffSide, received, side_of
from muniment.digest import format_digest, sha256_hex
from muniment.display import plain
from muniment.errors import InputError, MunimentError, NotAnArchiveError, UnresolvedReferenceError
from muniment.files import STANDARD_STREAM, read_file
from muniment.reference import Reference, parse_reference
from muniment.sources import decode, extract, media_type_of
from muniment.sources.kinds import MARKDOWN
from muniment.sources.paragraphs import segment
from muniment.sources.plain_text import BYTE_ORDER_MARKS, find_charset

MAX_COMPARED = 16 * 1024 * 1024
"""Bytes of a plain file; no record is made of it, so it may be larger than an original."""


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
        return received(self._archive or open_target(), version)

    def data(self, version: StoredVersion) -> bytes:
        """The bytes of the original of a version."""
        return (self._archive or open_target()).read_original(version)


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


def _file(named: str, charset: str | None) -> DiffSide:
    data = read_file(named, max_size=MAX_COMPARED)
    where = "stdin" if named == STANDARD_STREAM else named
    medium = media_type_of(data, where=where)
    if medium != "text/plain":
        return replace(_of_medium(where, data, medium, charset), name=named)
    own = None if charset is None else _own_charset(data)
    if own is not None and own != find_charset(str(charset), where="--charset"):
        print(
            f"archive: note: {plain(where)} is {own}, as its bytes say; --charset is for the other one", file=sys.stderr
        )
    text, name = decode(data, own or charset, where=where, max_size=MAX_COMPARED)
    source = Received(data, name, text)
    return DiffSide(named, segment(text, where=where), format_digest(sha256_hex(data)), source=lambda: source)


def _of_medium(path: str, data: bytes, medium: str, charset: str | None) -> DiffSide:
    """Read what is no plain text; which part is compared is said."""
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
