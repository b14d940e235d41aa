"""What ``verify`` is asked to check: a path, a reference to the archive, or the words of a citation."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from muniment.cli.inputs import InputKind, NamedInput, is_snapshot, read_named, read_snapshot
from muniment.cli.target import find_archive, is_named_archive, shown_address, store_at
from muniment.display import plain
from muniment.errors import InputError, MunimentError, NotAnArchiveError, UnresolvedReferenceError
from muniment.files import STANDARD_STREAM
from muniment.reference import Reference, parse_reference

if TYPE_CHECKING:
    from muniment.cite.facts import Stated
    from muniment.record import Paragraph, Record


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be checked.

    Attributes:
        name: As the user gave it; None for the archive.
        named: What it leads to, where it is a path; None for a reference and for the words of a citation.
        stated: What it states, where it is a citation.
        snapshot: The file or folder to check a citation against; None for the archive.
    """

    name: str | None
    named: NamedInput | None = None
    stated: tuple[Stated, ...] = ()
    snapshot: str | None = None

    @property
    def is_archive(self) -> bool:
        """Whether it is the folder of an archive."""
        return self.named is not None and self.named.kind is InputKind.ARCHIVE

    @property
    def proof(self) -> bytes | None:
        """The file, if it is a proof of a paragraph."""
        return None if self.named is None else self.named.proof

    @property
    def digest(self) -> str | None:
        """The whole hash that a citation states, 64 hex digits."""
        from muniment.cite.check import cited_hash  # noqa: PLC0415 - start-up: for a citation only

        return cited_hash(self.stated)

    @property
    def pins(self) -> bool:
        """Whether it is a citation that states the hash of trust root 1."""
        return any(fact.name == "trust root" for part in self.stated for fact in part.facts)


def cited_paragraphs(target: Target) -> tuple[Paragraph, ...]:
    """Give the paragraphs that a citation names, from the very record whose hash it states.

    Call it where the citation has verified.
    """
    from muniment.cite.facts import PARAGRAPH  # noqa: PLC0415 - start-up: for a citation only

    digest = target.digest
    ids = dict.fromkeys(fact.value for part in target.stated for fact in part.named(PARAGRAPH))
    if digest is None or not ids:
        return ()
    return tuple(paragraph for paragraph in _read_cited(target, digest).paragraphs if paragraph.id in ids)


def _read_cited(target: Target, digest: str) -> Record:
    """Read the record of a hash: out of the snapshot beside the citation, else out of the archive."""
    if target.snapshot is None:
        from muniment.archive import open_archive  # noqa: PLC0415 - start-up, as above

        return open_archive(store_at(find_archive())).read(Reference(digest=digest)).record
    from muniment.digest import sha256_hex  # noqa: PLC0415 - start-up, as above
    from muniment.record import parse_record  # noqa: PLC0415 - start-up, as above
    from muniment.snapshot.container import read_zip  # noqa: PLC0415 - start-up, as above

    data = read_snapshot(target.snapshot)
    bag = read_zip(data, where=target.snapshot) if isinstance(data, bytes) else data
    return parse_record(next(file for file in bag.files.values() if sha256_hex(file) == digest))


def tell_target(name: str | None, snapshot: str | None) -> Target:
    """Tell what the arguments are: a path before a reference, before the words of a citation.

    Args:
        name: The first argument; None for the archive.
        snapshot: The second one.

    Raises:
        InputError: It is none of these, or it is both a path and a reference, or a snapshot stands beside no citation.
        UnavailableError: It cannot be read.
    """
    target = Target(name)
    if name == STANDARD_STREAM or (name is not None and _is_path(name)):
        target = _tell_path(name)
    elif name is not None:
        target = Target(name, stated=_cited_by(name))
    if snapshot is not None and not target.stated:
        raise InputError("only a citation takes a snapshot beside it", where=snapshot, hint="verify one at a time")
    return replace(target, snapshot=snapshot)


def _is_path(name: str) -> bool:
    return _is_file(name) or is_named_archive(name) or _is_folder(name)


def _is_file(name: str) -> bool:
    try:
        return name.lower().endswith(".zip") or Path(name).is_file()
    except OSError:
        # The words of a citation are longer than a file name may be.
        return False


def _is_folder(name: str) -> bool:
    """Whether an argument is a folder, and not the name of a release that happens to be one."""
    try:
        return Path(name).is_dir() and (_REFERENCE.fullmatch(name) is None or is_snapshot(Path(name)))
    except (OSError, ValueError):
        return False


def _tell_path(name: str) -> Target:
    if name != STANDARD_STREAM:
        _refuse_ambiguous(name)
    named = read_named(name)
    if named.kind is InputKind.FOLDER:
        raise InputError(
            "neither an archive nor a snapshot", where=name, found="a folder", hint="name the one with bagit.txt in it"
        )
    if named.kind is InputKind.CHECKPOINT:
        hint = "archive verify --against it compares the archive with it; --since it checks what is new"
        raise InputError("a checkpoint says nothing alone", where=name, hint=hint)
    data = named.file if named.kind is InputKind.FILE and not name.lower().endswith(".zip") else None
    stated = () if data is None else _cited_in(data, name)
    return Target(name, named, stated)


def _cited_in(data: bytes, name: str) -> tuple[Stated, ...]:
    """Read a file as a citation; nothing where it is no text, and so a snapshot that is damaged.

    The bytes say which, from a file as from stdin; but what calls itself a zip is judged as a snapshot.

    Raises:
        InputError: It is a text that cites nothing.
    """
    from muniment.cite.reading import MAX_CITATION, parse_citation  # noqa: PLC0415 - start-up: 20 ms, for citations and files only

    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ()
    if stated := parse_citation(text) if len(data) <= MAX_CITATION else ():
        return stated
    raise InputError(
        "neither a citation, a snapshot nor a proof",
        where="stdin" if name == STANDARD_STREAM else plain(name),
        found="a text" if text.strip() else "nothing",
        hint="archive cite prints citations, archive export writes snapshots",
    )


def _cited_by(name: str) -> tuple[Stated, ...]:
    """Read an argument as a citation; nothing where it is a reference.

    Raises:
        UnresolvedReferenceError: It is neither.
    """
    # A reference, as nearly every target is, needs nothing more.
    if _REFERENCE.fullmatch(name):
        return ()
    try:
        parse_reference(name)
    except UnresolvedReferenceError:
        from muniment.cite.reading import parse_citation  # noqa: PLC0415 - start-up, as above

        # No reference has a blank in it, and every citation in words has one.
        words = len(name.split()) > 1
        stated = parse_citation(name) if words or name.startswith("ni:") else ()
        if stated:
            return stated
        if words:
            raise InputError(
                "words that hold no hash of a record, so that no version is cited",
                where=plain(name[:60]),
                expected="a citation with SHA-256 and its 64 digits",
                hint="copy the whole citation; archive find-quote looks for words",
            ) from None
        if not Path(name).exists() and ("." in name or "/" in name):
            where = plain(shown_address(name))
            raise InputError("no such file, and no reference", where=where, hint="check the path") from None
        raise
    return ()


_REFERENCE = re.compile(r"[a-z0-9][a-z0-9-]*(?:/v[0-9]+)?(?:#\w+)?|sha256:[0-9a-f]{64}(?:#\w+)?")
"""What may be a reference; many a file is named so too."""


def _refuse_ambiguous(name: str) -> None:
    """Refuse a name that would be read as a path, and could be a reference to what the archive here holds.

    One with a version, a paragraph or a hash always could; a bare word only where a release has that name, or the
    archive cannot tell.

    Raises:
        InputError: It is both.
        UnavailableError: The archive that was named cannot be looked at.
    """
    if _REFERENCE.fullmatch(name) is None or not _could_be_reference(name):
        return
    raise InputError(
        "both a file here and a reference to the archive",
        where=plain(name),
        hint=f"./{plain(name)} is the file; for the version, run it in another folder with --archive DIR",
    )


def _could_be_reference(name: str) -> bool:
    try:
        folder = find_archive()
    except NotAnArchiveError:
        return False  # nothing here that a reference could be to
    if re.search("[/#:]", name):
        return True
    if isinstance(folder, Path) and Path(name).resolve() == folder.resolve():
        return False  # the archive itself, by the name of its folder
    from muniment.archive import open_archive  # noqa: PLC0415 - start-up: for a path of such a name only

    try:
        return name in open_archive(store_at(folder)).versions
    except MunimentError:
        return True
