"""What a marker may claim: only files that its write makes, never one that the log already holds."""

from __future__ import annotations

import re
from collections.abc import Callable

from muniment.add.commit import checkpoint_path
from muniment.anchor import LAYOUT, TIMESTAMPS, object_id, open_head
from muniment.errors import IntegrityError
from muniment.log.statement import StampStatement, Statement, VersionStatement, parse_statement
from muniment.log.tile import Tile, bundles, tiles
from muniment.log.tree import Log
from muniment.marker import UNFINISHED, Marker
from muniment.ocfl.layout import object_path
from muniment.ocfl.root import parse_layout
from muniment.signing.root_chain import FOLDER, RootFile, root_name
from muniment.signing.trust_table import AUTHORITIES
from muniment.store import Store

_Owns = Callable[[str], bool]

# What ``create_archive`` writes.  A folder with a planted marker may hold anything else of its owner.
_OF_A_NEW_ARCHIVE = re.compile(
    r"0=muniment_archive_1|README\.txt|schemas/[a-z-]+\.schema\.json"
    r"|releases/(?:0=ocfl_1\.1|ocfl_layout\.json|extensions/[0-9a-z-]+/config\.json)"
    rf"|trust/(?:allowed_signers|root/1\.json(?:\.[A-Za-z0-9_-]{{43}}\.sig)?)|{AUTHORITIES}/[a-z0-9-]+\.pem"
    r"|log/(?:tile/(?:0|entries)/000\.p/1|checkpoints/1)"
)


def refuse_foreign(store: Store, marker: Marker, current: bytes | None) -> None:
    """Refuse a marker that names what is committed, whatever else it says: what it names is about to be removed.

    Args:
        store: The archive.
        marker: The marker of a write whose checkpoint was not signed.
        current: The bytes of ``log/checkpoint``, or None.

    Raises:
        IntegrityError: The marker is not one that the next write to this archive leaves.
    """
    if marker.size == 1:
        if current is not None or marker.release is not None or store.list("log/checkpoints"):
            raise _foreign("no marker of a new archive, where an archive is", marker.subject)
        strange = next((path for path in marker.files if not _OF_A_NEW_ARCHIVE.fullmatch(path)), None)
        if strange is not None:
            raise _foreign("files of a new archive only", strange)
        return
    roots: tuple[RootFile, ...] = ()
    size = 0
    if current is not None:
        roots, checkpoint = open_head(store, current)
        size = checkpoint.size
    if not size or size != marker.size - 1:
        raise _foreign(f"a marker for a log of {size + 1} entries", f"one for {marker.size}")
    owns = _owner(store, marker, roots, size)
    grown = {f"log/{tile.path}" for tile in _edge(marker.size)} - {f"log/{tile.path}" for tile in _edge(size)}
    for path in marker.files:
        if not owns(path) and path not in grown and path != checkpoint_path(marker.size):
            raise _foreign(f"files of {marker.subject} only", path)


def _owner(store: Store, marker: Marker, roots: tuple[RootFile, ...], size: int) -> _Owns:
    if marker.release is not None:
        return _of_version(store, marker, marker.release, roots, size)
    if marker.root is not None:
        return _of_root(marker, marker.root, roots)
    assert marker.stamp is not None  # noqa: S101 - ``parse_marker`` lets no other marker through
    return _of_stamp(store, marker, marker.stamp, size)


def _of_version(store: Store, marker: Marker, release: str, roots: tuple[RootFile, ...], size: int) -> _Owns:
    held = [said for said in _statements(store, size) if isinstance(said, VersionStatement) and said.release == release]
    layout = parse_layout(store.read(LAYOUT), where=LAYOUT)
    number, folder = len(held) + 1, f"releases/{object_path(layout, object_id(roots[0].root, release))}"
    if (marker.version, marker.folder) != (number, folder):
        raise _foreign(f"{release}/v{number} in {folder}", f"{marker.subject} in {marker.folder}")
    own = f"{folder}/" if number == 1 else f"{folder}/v{number}/"
    return lambda path: path.startswith(own)


def _of_root(marker: Marker, number: int, roots: tuple[RootFile, ...]) -> _Owns:
    if number != len(roots) + 1:
        raise _foreign(f"trust root {len(roots) + 1}", marker.subject)
    vouched = {file.path for held in roots for file in held.root.files}
    name = re.escape(f"{FOLDER}/{root_name(number)}")
    own = re.compile(rf"{name}(?:\.[A-Za-z0-9_-]{{43}}\.sig)?|{AUTHORITIES}/[a-z0-9-]+\.pem")
    return lambda path: own.fullmatch(path) is not None and path not in vouched


def _of_stamp(store: Store, marker: Marker, stamp: tuple[int, int], size: int) -> _Owns:
    stamped = stamp[0]
    held = [said for said in _statements(store, size) if isinstance(said, StampStatement) and said.size == stamped]
    if stamp != (stamped, len(held) + 1) or stamped > size:
        raise _foreign(f"time stamp {stamped}.{len(held) + 1} of a checkpoint up to {size}", marker.subject)
    own = f"{TIMESTAMPS}/{stamped}.{stamp[1]}"
    return lambda path: path in {f"{own}.tsq", f"{own}.tsr"}


def _statements(store: Store, size: int) -> list[Statement]:
    entries = Log(lambda path: store.read(f"log/{path}"), size).entries()
    return [parse_statement(entry, where=f"log entry {index}") for index, entry in enumerate(entries)]


def _foreign(expected: str, found: str) -> IntegrityError:
    return IntegrityError(
        "not a marker that this archive's writer left",
        where=UNFINISHED,
        expected=expected,
        found=found,
        hint="run archive verify",
    )


def _edge(size: int) -> list[Tile]:
    """Name the last tile of each level, and the last bundle, of a log of this size."""
    return list({tile.level: tile for tile in (*bundles(size), *tiles(size))}.values())
