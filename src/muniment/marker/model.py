"""What a marker says: every file that one write makes, with its bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from muniment.digest import sha256_hex
from muniment.ssh.keys import PublicKey

_ROOT = re.compile(r"trust/root/([1-9][0-9]{0,8})\.json")
_STAMP = re.compile(r"log/timestamps/([1-9][0-9]{0,17})\.([1-9][0-9]{0,8})\.tsq")


@dataclass(frozen=True, slots=True)
class Promise:
    """A file that will be there, byte for byte.

    Attributes:
        path: From the top of the archive.
        sha256: SHA-256 of its bytes, 64 hex digits.
        size: How many bytes.
        before: SHA-256 of the bytes that it replaces; None for a new file.
    """

    path: str
    sha256: str
    size: int
    before: str | None = None

    def is_kept_by(self, data: bytes) -> bool:
        """Whether these are the promised bytes."""
        return len(data) == self.size and sha256_hex(data) == self.sha256


@dataclass(frozen=True, slots=True)
class Introduced:
    """A trust root that brings the very key which signs the marker, so that no earlier root can vouch for it.

    Attributes:
        data: The file of the root.
        signatures: Its signature files, by the fingerprint in their names.
    """

    data: bytes
    signatures: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Marker:
    """What a writer is about to write.

    Attributes:
        archive: Origin of the archive.
        size: Size of the log once it is done; the checkpoint of that size is the commit point.
        continues: Root hash of the log before, 64 hex digits.
        release: Release that gets a version; None for a new archive, a trust root or a time stamp.
        version: Number of that version, or None.
        folder: Folder of the release's OCFL object, or None.
        files: Every file that will be created, in the order of creation.  They tell a trust root from a time stamp.
        replaced: Inventory and sidecar of the object root, where there is an earlier version.
        introduced: The new trust root, where the log key that signs comes with it; None otherwise.
    """

    archive: str
    size: int
    continues: str
    release: str | None
    version: int | None
    folder: str | None
    files: tuple[Promise, ...]
    replaced: tuple[Promise, ...] = ()
    introduced: Introduced | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The path of every file that will be created, in order."""
        return tuple(promised.path for promised in self.files)

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
        return next(filter(None, map(name.fullmatch, self.paths)), None)


@dataclass(frozen=True, slots=True)
class SignedMarker:
    """A marker whose signature verifies; whether that key may sign is for ``claim`` and ``making`` to say.

    Attributes:
        marker: What it says.
        key: Who signed it.
    """

    marker: Marker
    key: PublicKey


def promise(path: str, data: bytes, before: bytes | None = None) -> Promise:
    """Promise a file with its bytes, and with those that it replaces, if any."""
    return Promise(path, sha256_hex(data), len(data), None if before is None else sha256_hex(before))
