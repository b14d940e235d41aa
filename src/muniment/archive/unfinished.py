"""The marker of a write that is under way: ``unfinished.signed`` at the top of the archive.

A writer promises every file that it is about to create or replace, with its bytes, before it creates the first one,
and removes the marker after the last.  So the next writer knows after a crash, without looking at the rest of the
archive, what to complete or to remove, and ``verify`` can tell an unfinished addition from corruption.

A marker excuses files, so nobody without a key may make one: it is signed by the log key that signs the checkpoint of
this write.  The file is one line of canonical JSON (RFC 8785) and, after its LF, an SSHSIG over that line without it.
The namespace keeps the signature apart from all others; a checkpoint, which the same key signs, is not SSHSIG at all.

This module has the values and their form; whether a marker may promise what it does is for ``unfinished_rules`` to
say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from muniment.archive.paths import UNFINISHED, ArchivePath, Kind, parse_path
from muniment.canonical import MAX_SIZE, Json, format_without_floats, parse_canonical
from muniment.digest import sha256_hex
from muniment.errors import FormatError, InputError, NotFoundError, StoreError
from muniment.reference import check_release_id
from muniment.ssh import sshsig
from muniment.ssh.keys import PublicKey, SigningKey
from muniment.store import Store
from muniment.store.interface import check_path


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
class PlannedVersion:
    """A version that is written.

    Attributes:
        release: Its release.
        version: Its number.
        folder: Folder of the release's OCFL object.
    """

    release: str
    version: int
    folder: str

    @property
    def name(self) -> str:
        """How people name it."""
        return f"{self.release}/v{self.version}"


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
        further: The versions of a batch after the first.
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
    further: tuple[PlannedVersion, ...] = ()

    @property
    def versions(self) -> tuple[PlannedVersion, ...]:
        """Every version that is written, in the order of their entries."""
        if self.release is None or self.version is None or self.folder is None:
            return ()
        return (PlannedVersion(self.release, self.version, self.folder), *self.further)

    @property
    def before(self) -> int:
        """Size of the log before."""
        return self.size - 1 - len(self.further)

    @property
    def paths(self) -> tuple[str, ...]:
        """The path of every file that will be created, in order."""
        return tuple(promised.path for promised in self.files)

    @property
    def subject(self) -> str:
        """What it makes, for messages."""
        if self.release is not None:
            first, last = self.versions[0].name, self.versions[-1].name
            return f"{len(self.versions)} versions, {first} to {last}" if self.further else first
        if self.root is not None:
            return f"trust root {self.root}"
        if self.stamp is not None:
            return "time stamp {}.{}".format(*self.stamp)
        return "a new archive"

    @property
    def root(self) -> int | None:
        """Number of the trust root that an archive is getting, or None."""
        path = self._first(Kind.ROOT)
        return None if path is None else path.number

    @property
    def stamp(self) -> tuple[int, int] | None:
        """Size of the checkpoint and number of the time stamp that an archive is getting, or None."""
        path = self._first(Kind.REQUEST)
        return None if path is None else (path.size, path.number)

    def _first(self, kind: Kind) -> ArchivePath | None:
        """The first file of that kind; the first root of a new archive does not count."""
        if self.release is not None or self.size == 1:
            return None
        return next((path for path in map(parse_path, self.paths) if path and path.kind is kind), None)


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


FORMAT = "muniment-unfinished/2"

BATCH_FORMAT = "muniment-unfinished/3"
"""The form for more than one version: that of one, and the ``further`` ones."""

NAMESPACE = "unfinished@muniment"
"""What a signature over a marker says it is for."""

_HASH = re.compile(r"[0-9a-f]{64}")


def format_marker(marker: Marker) -> bytes:
    """Give the line that is signed, without its LF."""
    introduced = marker.introduced
    value: dict[str, Any] = {
        "archive": marker.archive,
        "continues": marker.continues,
        "files": _as_json(marker.files),
        "folder": marker.folder,
        "format": BATCH_FORMAT if marker.further else FORMAT,
        "introduced": None
        if introduced is None
        else {
            "root": introduced.data.decode(),
            "signatures": {name: data.decode() for name, data in introduced.signatures},
        },
        "release": marker.release,
        "replaced": _as_json(marker.replaced),
        "size": marker.size,
        "version": marker.version,
    }
    if marker.further:
        value["further"] = [asdict(target) for target in marker.further]
    return format_without_floats(cast("Json", value))


def _as_json(promises: Iterable[Promise]) -> list[dict[str, str | int]]:
    values: list[dict[str, str | int]] = []
    for promised in promises:
        before = {} if promised.before is None else {"before": promised.before}
        values.append({**before, "path": promised.path, "sha256": promised.sha256, "size": promised.size})
    return values


def sign_marker(marker: Marker, key: SigningKey) -> bytes:
    """Give the file: the line, LF, and the signature by the log key."""
    line = format_marker(marker)
    return line + b"\n" + sshsig.sign(key, NAMESPACE, line)


def parse_marker(data: bytes) -> SignedMarker:
    """Read a marker strictly, and verify its signature; a value has one spelling.

    Raises:
        CanonicalError: Its line is not canonical JSON.
        FormatError: It is not a marker, or has a path that leaves the archive.
        SignatureError: The signature is not one of the signed line, or not for this purpose.
    """
    line, _, armored = data.partition(b"\n")
    marker = parse_line(line)
    return SignedMarker(marker, sshsig.verify(armored, NAMESPACE, line, where=UNFINISHED))


def parse_line(line: bytes) -> Marker:
    """Read the line that is signed, strictly; who signed it is not looked at.

    Raises:
        CanonicalError: It is not canonical JSON.
        FormatError: It is not a marker, or has a path that leaves the archive.
    """
    value = parse_canonical(line, where=UNFINISHED)
    if not isinstance(value, dict) or not _has_shape(cast("dict[str, Any]", value)):
        raise _no_marker()
    members = cast("dict[str, Any]", value)
    introduction = members["introduced"]
    introduced = None
    if introduction is not None:
        signatures = tuple((name, armored.encode()) for name, armored in sorted(introduction["signatures"].items()))
        introduced = Introduced(introduction["root"].encode(), signatures)
    target = (members["archive"], members["size"], members["continues"], members["release"], members["version"])
    files, replaced = _promises(members["files"]), _promises(members["replaced"])
    further = tuple(PlannedVersion(**value) for value in members.get("further", ()))
    marker = Marker(*target, members["folder"], files, replaced, introduced, further)
    if any(promised.before is not None for promised in files) or any(p.before is None for p in replaced):
        raise _no_marker()
    try:
        for path in (*(promised.path for promised in (*files, *replaced)), *(t.folder for t in marker.versions)):
            check_path(path)
        for version in marker.versions:
            check_release_id(version.release)
    except (StoreError, InputError) as error:
        raise error.as_(FormatError, where=UNFINISHED) from error
    if marker.release is None and marker.size != 1 and (marker.root is None) == (marker.stamp is None):
        raise FormatError("the marker of neither a version, a trust root nor a time stamp", where=UNFINISHED)
    return marker


def _promises(values: list[Mapping[str, Any]]) -> tuple[Promise, ...]:
    return tuple(Promise(v["path"], v["sha256"], v["size"], v.get("before")) for v in values)


def _no_marker() -> FormatError:
    return FormatError("not the marker of an unfinished write", where=UNFINISHED, expected=FORMAT)


_MEMBERS = frozenset(
    ("archive", "continues", "files", "folder", "format", "introduced", "release", "replaced", "size", "version")
)


def _has_shape(members: dict[str, Any]) -> bool:
    """Whether a value has just the members that ``format_marker`` writes, each of its type."""
    batch = members.get("format") == BATCH_FORMAT
    if set(members) != (_MEMBERS | {"further"} if batch else _MEMBERS) or not _is_hash(members["continues"]):
        return False
    if not batch and members["format"] != FORMAT:
        return False
    if batch and (members["release"] is None or not _are_targets(members["further"])):
        return False
    target = [type(members[name]) for name in ("release", "version", "folder")]
    lists = [members["files"], members["replaced"]]
    return (
        isinstance(members["archive"], str)
        and type(members["size"]) is int
        and target in ([str, int, str], [type(None)] * 3)
        and all(isinstance(values, list) and all(map(_is_promise, values)) for values in lists)
        and (members["introduced"] is None or _is_introduced(members["introduced"]))
    )


def _are_targets(values: object) -> bool:
    """Whether these are the further versions of a batch: one at least."""
    types = {"release": str, "version": int, "folder": str}
    return (
        isinstance(values, list)
        and bool(values)
        and all(isinstance(v, dict) and {name: type(value) for name, value in v.items()} == types for v in values)
    )


def _is_promise(value: object) -> bool:
    names = {"path", "sha256", "size"}
    return (
        isinstance(value, dict)
        and value.keys() in (names, {*names, "before"})
        and isinstance(value["path"], str)
        and type(value["size"]) is int
        and _is_hash(value["sha256"])
        and _is_hash(value.get("before", value["sha256"]))
    )


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _is_introduced(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"root", "signatures"}
        and isinstance(value["root"], str)
        and isinstance(value["signatures"], dict)
        and all(isinstance(armored, str) for armored in value["signatures"].values())
    )


def read_marker(store: Store) -> SignedMarker | None:
    """Read the marker of an archive, if there is one.

    Raises:
        IntegrityError: It is not a marker, or its signature does not verify.
        StoreError: It cannot be read.
    """
    try:
        data = store.read(UNFINISHED, max_size=MAX_SIZE + sshsig.MAX_SIZE + 1)
    except NotFoundError:
        return None
    return parse_marker(data)
