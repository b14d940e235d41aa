"""Every path of an archive's folder: written by a function, read by ``parse_path``, and nowhere else by hand.

::

    0=muniment_archive_1, README.txt, …   the files that the trust root vouches for
    releases/…                            the storage root of OCFL, see ``ocfl.storage_root``
    log/checkpoint                        the head of the log
    log/checkpoints/SIZE                  the published checkpoint of each size
    log/batches/SIZE                      what is said of entries that were logged together, see ``batches``
    log/tile/…                            hashes and entries, see ``log.tile``
    log/timestamps/SIZE.N.tsq, .tsr       request and response of time stamp N of the checkpoint of a size
    log/cosignatures/SIZE.KEYID           the cosignature of a witness on the checkpoint of a size
    trust/root/N.json, N.json.KEY.sig     trust root N, and its signatures, see ``trust.chain``
    trust/allowed_signers                 made from the trust roots, for ssh-keygen
    trust/authorities/NAME.pem            certificates of a time stamp authority
    unfinished.signed, .lock, .tmp/…      only while a writer is at work, or after it was interrupted

A path has one spelling: what ``parse_path`` reads, ``ArchivePath.path`` writes, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from muniment.errors import FormatError
from muniment.log.tile import Tile, parse_tile_path
from muniment.ocfl.storage_root import LAYOUT_FILE, object_path
from muniment.store.file_lock import LOCK_NAME
from muniment.store.local import TEMPORARY_NAME
from muniment.trust.chain import FOLDER, parse_file_name, root_name, signature_name
from muniment.trust.root import AUTHORITIES

TAG = "0=muniment_archive_1"
README = "README.txt"
GIT_ATTRIBUTES = ".gitattributes"
SCHEMAS = "schemas"

RELEASES = "releases"
LAYOUT = f"{RELEASES}/{LAYOUT_FILE}"

LOG = "log"
CHECKPOINT = f"{LOG}/checkpoint"
CHECKPOINTS = f"{LOG}/checkpoints"
BATCHES = f"{LOG}/batches"
TILES = f"{LOG}/tile"
TIMESTAMPS = f"{LOG}/timestamps"
COSIGNATURES = f"{LOG}/cosignatures"

ROOTS = FOLDER
ALLOWED_SIGNERS = "trust/allowed_signers"

UNFINISHED = "unfinished.signed"
STAGING = "staging"
DECIDED = f"{STAGING}/checkpoint"
LOCK = LOCK_NAME
TEMPORARY = TEMPORARY_NAME


class Kind(Enum):
    """What a file of an archive is; the value says which parts its path has."""

    ALONE = "the name of a file of which there is one"
    SCHEMA = "the name of a schema"
    RELEASE = "a path from the storage root as the name"
    PUBLISHED = "the size of a published checkpoint"
    BATCH = "the size of the log with a batch"
    TILE = "a tile or an entry bundle"
    REQUEST = "size and number of a time stamp that was asked for"
    RESPONSE = "size and number of a time stamp"
    COSIGNATURE = "a size, and the id of the witness's key in hex as the name"
    ROOT = "the number of a trust root"
    ROOT_SIGNATURE = "the number of a trust root, and the fingerprint of the key that signed it as the name"
    CERTIFICATES = "the name of a time stamp authority"
    TEMPORARY = "the name that a store gives to a file while it is written"
    STAGED = "the size and the root hash, in hex as the name, of a checkpoint that a writer wants"
    PROBE = "the name of an object that a store is tried with"


@dataclass(frozen=True, slots=True)
class ArchivePath:
    """A path of an archive's folder in its parts; its kind says which of them it has.

    Attributes:
        kind: What the file is.
        size: Size of the log.
        number: Number of the time stamp or of the trust root.
        name: What else tells it from others of its kind.
        tile: The tile.
    """

    kind: Kind
    size: int = 0
    number: int = 0
    name: str = ""
    tile: Tile | None = None

    @property
    def path(self) -> str:
        """The path from the top of the archive."""
        return _WRITERS[self.kind](self)


def staged_path(size: int, root: str) -> str:
    """Name what a writer stages, after the checkpoint that it wants: its size, and its root hash in hex."""
    return f"{STAGING}/{size}-{root}"


def checkpoint_path(size: int) -> str:
    """Name the published checkpoint of a size, which is never replaced."""
    return f"{CHECKPOINTS}/{size}"


def batch_path(size: int) -> str:
    """Name the file about the batch that made the log of a size."""
    return f"{BATCHES}/{size}"


def log_path(path: str) -> str:
    """Name a file of the log by its path from the folder of the log, as tlog-tiles gives it."""
    return f"{LOG}/{path}"


def tile_path(tile: Tile) -> str:
    """Name a tile or an entry bundle."""
    return log_path(tile.path)


def stamp_paths(size: int, number: int) -> tuple[str, str]:
    """Name the files of a time stamp: the request and the response."""
    return f"{TIMESTAMPS}/{size}.{number}.tsq", f"{TIMESTAMPS}/{size}.{number}.tsr"


def cosignature_path(size: int, key_id: bytes) -> str:
    """Name the file of a cosignature."""
    return f"{COSIGNATURES}/{size}.{key_id.hex()}"


def root_path(number: int) -> str:
    """Name the file of a trust root."""
    return f"{ROOTS}/{root_name(number)}"


def root_signature_path(number: int, fingerprint: str) -> str:
    """Name a signature over a trust root; the fingerprint is in its file-name form (base64url)."""
    return f"{ROOTS}/{signature_name(number, fingerprint)}"


def schema_path(name: str) -> str:
    """Name a schema that an archive carries."""
    return f"{SCHEMAS}/{name}.schema.json"


def release_path(path: str) -> str:
    """Name a file or a folder of the storage root by its path from there."""
    return f"{RELEASES}/{path}"


@lru_cache(1024)  # as for their identifiers
def object_folder(layout: str, object_id: str) -> str:
    """Name the folder of an OCFL object.

    Raises:
        InputError: The layout is unknown, or has no folder for this identifier.
    """
    return release_path(object_path(layout, object_id))


def content_folder(folder: str, version: int) -> str:
    """Name the folder of the record, its signature and the original of a version, from the folder of its object."""
    return f"{folder}/v{version}/content"


_WRITERS: dict[Kind, Callable[[ArchivePath], str]] = {
    Kind.ALONE: lambda path: path.name,
    Kind.SCHEMA: lambda path: schema_path(path.name),
    Kind.RELEASE: lambda path: release_path(path.name),
    Kind.PUBLISHED: lambda path: checkpoint_path(path.size),
    Kind.BATCH: lambda path: batch_path(path.size),
    Kind.TILE: lambda path: "" if path.tile is None else tile_path(path.tile),
    Kind.REQUEST: lambda path: stamp_paths(path.size, path.number)[0],
    Kind.RESPONSE: lambda path: stamp_paths(path.size, path.number)[1],
    Kind.COSIGNATURE: lambda path: cosignature_path(path.size, bytes.fromhex(path.name)),
    Kind.ROOT: lambda path: root_path(path.number),
    Kind.ROOT_SIGNATURE: lambda path: root_signature_path(path.number, path.name),
    Kind.CERTIFICATES: lambda path: f"{AUTHORITIES}/{path.name}.pem",
    Kind.TEMPORARY: lambda path: f"{TEMPORARY}/{path.name}",
    Kind.STAGED: lambda path: staged_path(path.size, path.name),
    Kind.PROBE: lambda path: f"{STAGING}/probe-{path.name}",
}

_ALONE = frozenset({TAG, README, GIT_ATTRIBUTES, CHECKPOINT, ALLOWED_SIGNERS, UNFINISHED, LOCK, DECIDED})

_SIZE = "(?P<size>[1-9][0-9]{0,17})"
_NUMBER = "(?P<number>[1-9][0-9]{0,8})"
_NAMES = {
    SCHEMAS: ((Kind.SCHEMA, r"(?P<name>[a-z0-9-]{1,64})\.schema\.json"),),
    CHECKPOINTS: ((Kind.PUBLISHED, _SIZE),),
    BATCHES: ((Kind.BATCH, _SIZE),),
    TIMESTAMPS: ((Kind.REQUEST, rf"{_SIZE}\.{_NUMBER}\.tsq"), (Kind.RESPONSE, rf"{_SIZE}\.{_NUMBER}\.tsr")),
    COSIGNATURES: ((Kind.COSIGNATURE, rf"{_SIZE}\.(?P<name>[0-9a-f]{{8}})"),),
    AUTHORITIES: ((Kind.CERTIFICATES, r"(?P<name>[a-z0-9-]{1,64})\.pem"),),
    TEMPORARY: ((Kind.TEMPORARY, "(?P<name>[0-9a-f]{16})"),),
    STAGING: ((Kind.STAGED, rf"{_SIZE}-(?P<name>[0-9a-f]{{64}})"), (Kind.PROBE, "probe-(?P<name>[0-9a-f]{16})")),
}
"""The names of the files in a folder, by kind; each pattern is compiled when it is first used."""


def parse_path(path: str) -> ArchivePath | None:
    """Read the path of a file from the top of an archive; None where an archive has no such file."""
    if path in _ALONE:
        return ArchivePath(Kind.ALONE, name=path)
    if path.startswith(f"{TILES}/"):
        return _parse_tile(path)
    if path.startswith(f"{RELEASES}/"):
        return ArchivePath(Kind.RELEASE, name=path[len(RELEASES) + 1 :])
    folder, _, name = path.rpartition("/")
    if folder == ROOTS and (parts := parse_file_name(name)):
        return ArchivePath(Kind.ROOT_SIGNATURE if parts[1] else Kind.ROOT, number=parts[0], name=parts[1])
    for kind, pattern in _NAMES.get(folder, ()):
        if match := re.fullmatch(pattern, name):
            found = match.groupdict()
            size, number = (int(found.get(part, 0)) for part in ("size", "number"))
            return ArchivePath(kind, size, number, found.get("name", ""))
    return None


def _parse_tile(path: str) -> ArchivePath | None:
    try:
        return ArchivePath(Kind.TILE, tile=parse_tile_path(path[len(LOG) + 1 :]))
    except FormatError:
        return None
