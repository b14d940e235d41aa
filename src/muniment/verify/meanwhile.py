"""What writers did while an archive was verified, so that nothing of it looks like damage.

Readers take no lock, so a writer may be at work at any moment.  A report is about the checkpoint that was read first.
After everything else the marker is read, and then ``log/checkpoint`` once more.  Whoever was writing when something
was read has either its marker there still, or it has committed and the log names what it added.  On a quiet archive
there is no marker and the checkpoint is the same, and nothing is let off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from muniment.anchor import CHECKPOINT, COSIGNATURES, TIMESTAMPS, open_head
from muniment.errors import FormatError, MunimentError
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.statement import RootStatement, StampStatement, Statement, VersionStatement, parse_statement
from muniment.log.tile import ENTRIES, TILE_BITS, TILE_WIDTH, Tile, parse_tile_path
from muniment.log.tree import Log
from muniment.marker import UNFINISHED, Marker, read_marker
from muniment.signing.root_chain import FOLDER, root_name
from muniment.signing.trust_table import AUTHORITIES
from muniment.store import Store
from muniment.verify.checkpoints import CHECKPOINTS
from muniment.verify.layout import Walk
from muniment.verify.log import LogResult

_TILES = "log/tile/"


@dataclass(frozen=True, slots=True)
class Moment:
    """The two files that every writer changes, as they are at one moment; None where one cannot be read."""

    marker: bytes | None
    checkpoint: bytes | None


def moment(store: Store) -> Moment:
    """Read what tells whether a writer was here."""
    return Moment(_read(store, UNFINISHED), _read(store, CHECKPOINT))


def _read(store: Store, path: str) -> bytes | None:
    with suppress(MunimentError):
        return store.read(path)
    return None


def is_unmade(store: Store) -> bool:
    """Whether the making of an archive was interrupted: it has a marker that says so, and no checkpoint yet."""
    try:
        marker = read_marker(store)
        names = {node.name for node in store.list("log")}
        published = {node.name for node in store.list(CHECKPOINTS)}
    except MunimentError:
        return False
    making = marker is not None and (marker.release, marker.size) == (None, 1)
    return making and "checkpoint" not in names and published <= {"1"}


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What was, or may have been, written while the archive was read.

    Attributes:
        marker: The marker of an addition that is under way, or was interrupted.
        before: Size of the log that the report is about.
        after: Size of the log now.
        releases: Releases that were added to since, and the one that the marker names.
        places: What was logged since: folders, with a slash at the end, and beginnings of names.
    """

    marker: Marker | None
    before: int
    after: int
    releases: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()

    @property
    def has_root(self) -> bool:
        """Whether the marker says that the last entry of the log is a trust root, whose write is not tidied up yet."""
        return self.marker is not None and self.marker.root is not None and self.marker.size == self.before

    @property
    def under_way(self) -> frozenset[str]:
        """The files that the marker names, where it is that of the next addition or of the last one."""
        if self.marker is None or self.marker.size not in {self.after, self.after + 1}:
            return frozenset()
        return frozenset(self.marker.files)

    def leave_out(self, found: Walk) -> Walk:
        """Leave out what was committed after the checkpoint that the report is about."""
        files = {path: size for path, size in found.files.items() if not self._committed(path)}
        return replace(found, files=files, empty=tuple(path for path in found.empty if not self._may_be_empty(path)))

    def _committed(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        if folder in {CHECKPOINTS, COSIGNATURES}:
            number = name.partition(".")[0] if folder == COSIGNATURES else name
            return number in {str(size) for size in range(self.before + 1, self.after + 1)}
        if not path.startswith(_TILES):
            return path.startswith(self.places)
        try:
            tile = parse_tile_path(path.removeprefix("log/"))
        except FormatError:
            return False
        # The size of the log at which this tile was first written.
        size = (tile.index * TILE_WIDTH + tile.width) << TILE_BITS * max(tile.level, 0)
        return self.before < size <= self.after

    def _may_be_empty(self, path: str) -> bool:
        """Whether a folder is one that a file was about to come into, or the last one was just dropped from."""
        if path.startswith(_TILES) and self.after > self.before:
            return True
        if self.marker is not None and self.marker.size == self.after and path in _tidied(self.after):
            return True
        return any(f"{path}/".startswith(place) or place.startswith(f"{path}/") for place in self.places)


def _tidied(size: int) -> Iterator[str]:
    """Folders of the partial tiles that became full at a size, and are dropped after the commit."""
    level = 0
    while size and size % TILE_WIDTH == 0:
        size //= TILE_WIDTH
        for row in {level, ENTRIES if level == 0 else level}:
            yield f"log/{Tile(row, size - 1, 1).path}".rpartition("/")[0]
        level += 1


def look_back(store: Store, marker: Marker | None, log: LogResult, folder_of: Callable[[str], str]) -> Meanwhile:
    """Find out what was written meanwhile.

    Args:
        store: The archive.
        marker: The marker as it was read after everything else.
        log: The log as it was checked.
        folder_of: Gives the folder of a release's object.
    """
    size = log.checkpoint.size if log.checkpoint else 0
    logged = tuple(_logged(store, log))
    releases = {statement.release for statement in logged if isinstance(statement, VersionStatement)}
    if marker is not None and marker.release is not None:
        releases.add(marker.release)
    places = tuple(place for statement in logged for place in _places(statement, folder_of))
    return Meanwhile(marker, size, size + len(logged), frozenset(releases), places)


def _logged(store: Store, log: LogResult) -> list[Statement]:
    """The entries since the checkpoint that was checked, if its log has grown: signed, and with the same beginning."""
    whole = [entry for entry in log.entries if entry is not None]
    if log.checkpoint is None or len(whole) != log.checkpoint.size:
        return []
    try:
        data = store.read(CHECKPOINT)
        if data == log.note:
            return []
        _, now = open_head(store, data)
        if now.size <= len(whole):
            return []
        new = list(Log(lambda path: store.read(f"log/{path}"), now.size).entries(len(whole)))
        if tree_root([leaf_hash(entry) for entry in (*whole, *new)]) != now.root:
            return []
        return [parse_statement(entry, where=f"log entry {index}") for index, entry in enumerate(new, len(whole))]
    except MunimentError:
        return []  # then nothing is let off, and the next look judges it


def _places(statement: Statement, folder_of: Callable[[str], str]) -> Iterator[str]:
    if isinstance(statement, RootStatement):
        yield f"{FOLDER}/{root_name(statement.version)}"
        yield f"{AUTHORITIES}/"
    elif isinstance(statement, StampStatement):
        yield f"{TIMESTAMPS}/{statement.size}.{statement.number}."
    else:
        folder = folder_of(statement.release)
        yield f"{folder}/" if statement.version == 1 else f"{folder}/v{statement.version}/"
