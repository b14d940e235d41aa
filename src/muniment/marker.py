"""The marker of a write that is under way: ``unfinished.json`` at the top of the archive.

A writer names every file that it is about to create before it creates the first one, and removes the marker after the
last.  So whoever comes after a crash knows, without looking at the rest of the archive, what to complete or to remove,
and ``verify`` can tell an unfinished addition from corruption.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

from muniment.canonical import Json, format_canonical, parse_canonical
from muniment.errors import FormatError, InputError, NotFoundError, StoreError
from muniment.reference import check_release_id
from muniment.store import Store
from muniment.store.base import check_path

UNFINISHED = "unfinished.json"
FORMAT = "muniment-unfinished/1"

_ROOT = re.compile(r"trust/root/([1-9][0-9]{0,8})\.json")
_STAMP = re.compile(r"log/timestamps/([1-9][0-9]{0,17})\.([1-9][0-9]{0,8})\.tsq")


@dataclass(frozen=True, slots=True)
class Marker:
    """What a writer is about to write.

    Attributes:
        size: Size of the log once it is done; the checkpoint of that size is the commit point.
        release: Release that gets a version; None for a new archive, a trust root or a time stamp.
        version: Number of that version, or None.
        folder: Folder of the release's OCFL object, or None.
        files: Path of every file that will be created, in the order of creation.  They tell a trust root from a time
            stamp.
    """

    size: int
    release: str | None
    version: int | None
    folder: str | None
    files: tuple[str, ...]

    @property
    def subject(self) -> str:
        """What it makes, for messages."""
        if self.release is not None:
            return f"{self.release}/v{self.version}"
        if self.root is not None:
            return f"trust root {self.root}"
        if self.stamp is not None:
            return "time stamp {}.{}".format(*self.stamp)
        return "a new archive"

    @property
    def root(self) -> int | None:
        """Number of the trust root that an archive is getting, or None."""
        found = self._first(_ROOT)
        return int(found[1]) if found else None

    @property
    def stamp(self) -> tuple[int, int] | None:
        """Size of the checkpoint and number of the time stamp that an archive is getting, or None."""
        found = self._first(_STAMP)
        return (int(found[1]), int(found[2])) if found else None

    def _first(self, name: re.Pattern[str]) -> re.Match[str] | None:
        """The first file of that name; a new archive's own first root is none."""
        if self.release is not None or self.size == 1:
            return None
        return next(filter(None, map(name.fullmatch, self.files)), None)


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
    members = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if not _has_shape(members):
        raise FormatError("not the marker of an unfinished write", where=UNFINISHED)
    target = (members["release"], members["version"], members["folder"])
    marker = Marker(members["size"], *target, tuple(members["files"]))
    for path in (*marker.files, marker.folder or UNFINISHED):
        check_path(path)
    if marker.release is not None:
        _check_release(marker.release)
    elif marker.size != 1 and (marker.root is None) == (marker.stamp is None):
        raise FormatError("the marker of neither a version, a trust root nor a time stamp", where=UNFINISHED)
    return marker


def _check_release(release: str) -> None:
    try:
        check_release_id(release)
    except InputError as error:
        raise FormatError(error.what, where=UNFINISHED, expected=error.expected, found=error.found) from error


def _has_shape(members: dict[str, Any]) -> bool:
    """Whether a value has just the members that ``format_marker`` writes, each of its type."""
    names = {"files", "folder", "format", "release", "size", "version"}
    if set(members) != names or members["format"] != FORMAT or not isinstance(members["files"], list):
        return False
    target = [type(members[name]) for name in ("release", "version", "folder")]
    plain = all(isinstance(path, str) for path in members["files"])
    return plain and type(members["size"]) is int and target in ([str, int, str], [type(None)] * 3)


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
