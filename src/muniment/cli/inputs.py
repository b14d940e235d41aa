"""What the user names: an archive, a snapshot, a proof or another file, told apart here for every verb.

A folder is told by the names of what is in it, a file by its first bytes, never by its own name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from muniment.cli.target import is_named_archive, shown_address, store_at
from muniment.errors import IntegrityError, UnavailableError
from muniment.files import STANDARD_STREAM, read_file
from muniment.store import MAX_FILE

if TYPE_CHECKING:
    from muniment.snapshot.container import Bag

_PROOF = b"c2sp.org/tlog-proof@"
_CHECKPOINT = re.compile(rb"[^\n]+\n[0-9]+\n[A-Za-z0-9+/]{43}=\n")
_SIGNATURE = "\n\n\u2014 ".encode()
_PROOF_STARTS = (_PROOF, b"> ", b"<!DOCTYPE html>")


class InputKind(Enum):
    """What a path leads to."""

    ARCHIVE = "the folder of an archive"
    SNAPSHOT = "a snapshot: a zip, or the folder that it was unpacked to"
    PROOF = "a proof of a paragraph"
    FOLDER = "another folder"
    CHECKPOINT = "a signed checkpoint of a log"
    FILE = "another file: a citation or anything else"


@dataclass(frozen=True, slots=True)
class NamedInput:
    """What the user named, and what was read of it.

    Attributes:
        name: As the user gave it.
        kind: What it is.
        data: The bytes of a file, or the files in the folder of a snapshot; None for another folder, which is not read.
    """

    name: str
    kind: InputKind
    data: bytes | Bag | None = None

    @property
    def file(self) -> bytes | None:
        """The bytes, where it is a file."""
        return self.data if isinstance(self.data, bytes) else None

    @property
    def proof(self) -> bytes | None:
        """The bytes, where it is a proof of a paragraph."""
        return self.file if self.kind is InputKind.PROOF else None


def read_named(name: str) -> NamedInput:
    """Tell what a path leads to, and read it; ``-`` is stdin.

    Raises:
        UnavailableError: It cannot be read.
    """
    if name != STANDARD_STREAM:
        if is_named_archive(name):
            return NamedInput(name, InputKind.ARCHIVE)
        if is_snapshot(Path(name)):
            return NamedInput(name, InputKind.SNAPSHOT, read_unpacked(name))
        if _is_folder(name):
            return NamedInput(name, InputKind.FOLDER)
    try:
        data = read_file(name, max_size=MAX_FILE, kind=UnavailableError)
    except UnavailableError as error:
        shown = shown_address(name)
        raise (error if shown == name else error.as_(UnavailableError, where=shown, hint=error.hint)) from None
    return NamedInput(name, _kind_of(data), data)


def _kind_of(data: bytes) -> InputKind:
    from muniment.snapshot.zip import LOCAL_SIGNATURE  # noqa: PLC0415 - start-up: where a file is named only

    if data.startswith(LOCAL_SIGNATURE):
        return InputKind.SNAPSHOT
    if is_proof(data):
        return InputKind.PROOF
    return InputKind.CHECKPOINT if _is_checkpoint(data) else InputKind.FILE


def is_proof(data: bytes) -> bool:
    """Whether a file is a proof of a paragraph, bare, as a text or as a page; it need not be a good one."""
    return data.startswith(_PROOF_STARTS) and _PROOF in data


def _is_checkpoint(data: bytes) -> bool:
    """Whether a file is the signed note of a log: name, size, root hash, signatures below (C2SP tlog-checkpoint)."""
    return _CHECKPOINT.match(data) is not None and _SIGNATURE in data


def _is_folder(name: str) -> bool:
    try:
        return Path(name).is_dir()
    except OSError:
        return False  # the file says why it cannot be read


def is_snapshot(folder: Path) -> bool:
    """Whether a folder is an unpacked snapshot, whole or not."""
    from muniment.snapshot.container import MARKS  # noqa: PLC0415 - start-up: where a folder is named only

    try:
        return any((folder / mark).is_file() for mark in MARKS)
    except OSError:
        return False


def read_unpacked(folder: str) -> Bag:
    """Read the folder of an unpacked snapshot; what cannot be read at all is a fault of it."""
    from muniment.snapshot.container import Bag, read_folder  # noqa: PLC0415 - start-up, as above

    try:
        return read_folder(store_at(Path(folder)), where=folder)
    except (IntegrityError, UnavailableError) as error:
        return Bag({}, faults=(error,))


def read_snapshot(named: str) -> bytes | Bag:
    """Read what the user names as a snapshot: a file, whatever it is, or a folder.

    Raises:
        UnavailableError: It cannot be read.
    """
    if is_snapshot(Path(named)):
        return read_unpacked(named)
    return read_file(named, max_size=MAX_FILE, kind=UnavailableError)
