"""The marker of a write that is under way: ``unfinished.json`` at the top of the archive.

A writer names every file that it is about to create before it creates the first one, and removes the marker after the
last.  So whoever comes after a crash knows, without looking at the rest of the archive, what to complete or to remove,
and ``verify`` can tell an unfinished addition from corruption.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from muniment.canonical import Json, format_canonical, parse_canonical
from muniment.errors import FormatError, NotFoundError, StoreError
from muniment.store import Store
from muniment.store.base import check_path

UNFINISHED = "unfinished.json"
FORMAT = "muniment-unfinished/1"


@dataclass(frozen=True, slots=True)
class Marker:
    """What a writer is about to write.

    Attributes:
        size: Size of the log once it is done; the checkpoint of that size is the commit point.
        release: Release that gets a version, or None while an archive is made.
        version: Number of that version, or None.
        folder: Folder of the release's OCFL object, or None.
        files: Path of every file that will be created, in the order of creation.
    """

    size: int
    release: str | None
    version: int | None
    folder: str | None
    files: tuple[str, ...]

    @property
    def subject(self) -> str:
        """What it makes, for messages."""
        return "a new archive" if self.release is None else f"{self.release}/v{self.version}"


def format_marker(marker: Marker) -> bytes:
    """Give the canonical bytes of a marker."""
    value: dict[str, Any] = {
        "files": list(marker.files),
        "folder": marker.folder,
        "format": FORMAT,
        "release": marker.release,
        "size": marker.size,
        "version": marker.version,
    }
    return format_canonical(cast("Json", value))


def parse_marker(data: bytes) -> Marker:
    """Read a marker strictly: the bytes must be those that ``format_marker`` gives.

    Raises:
        CanonicalError: The bytes are not canonical JSON.
        FormatError: They are no marker.
        StoreError: A path in it leaves the archive.
    """
    value = parse_canonical(data, where=UNFINISHED)
    try:
        members = cast("dict[str, Any]", value)
        marker = Marker(
            members["size"],
            members["release"],
            members["version"],
            members["folder"],
            tuple(members["files"]),
        )
        plain = all(isinstance(path, str) for path in marker.files)
    except (KeyError, TypeError) as error:
        raise FormatError("not the marker of an unfinished write", where=UNFINISHED) from error
    if not plain or not isinstance(marker.size, int) or format_marker(marker) != data:
        raise FormatError("not the marker of an unfinished write", where=UNFINISHED)
    for path in marker.files:
        check_path(path)
    return marker


def read_marker(store: Store) -> Marker | None:
    """Read the marker of an archive, if there is one.

    Raises:
        IntegrityError: It cannot be understood.
    """
    try:
        data = store.read(UNFINISHED)
    except NotFoundError:
        return None
    try:
        return parse_marker(data)
    except StoreError as error:
        raise FormatError(error.what, where=UNFINISHED, found=error.found) from error
