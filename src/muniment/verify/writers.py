"""What writers did while an archive was verified, so that nothing of it looks like damage.

Readers take no lock, so a writer may be at work at any moment.  A report is about the checkpoint that was read first.
After everything else the marker is read, and then ``log/checkpoint`` once more.  A writer who was at work
meanwhile has its marker there still, or it has committed and the log names what it added.  On a quiet archive
there is no marker and the checkpoint is the same, and nothing is excused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from muniment.archive.opening import object_id, open_head, stored_log
from muniment.archive.paths import (
    CHECKPOINT,
    DECIDED,
    TILES,
    UNFINISHED,
    Kind,
    object_folder,
    parse_path,
    root_path,
    stamp_paths,
    tile_path,
)
from muniment.archive.unfinished import Marker
from muniment.archive.unfinished_rules import ArchiveState
from muniment.errors import MunimentError
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.statement import RootStatement, StampStatement, Statement, VersionStatement, parse_statement
from muniment.log.tile import ENTRIES, TILE_BITS, TILE_WIDTH, Tile
from muniment.store import Store
from muniment.trust.root import AUTHORITIES, TrustRoot
from muniment.verify.layout import Walk
from muniment.verify.log import LogResult
from muniment.verify.unfinished import NO_MARKER, FoundMarker, judge, read_found_marker

TRIES = 5
"""How often a marker is read that is another one each time."""


@dataclass(frozen=True, slots=True)
class StateOfWriting:
    """The two files that every writer changes, as they are at one moment; None where one cannot be read."""

    marker: bytes | None
    checkpoint: bytes | None


def state_of_writing(store: Store) -> StateOfWriting:
    """Read what tells whether a writer was here."""
    return StateOfWriting(_read(store, _place(store)), _read(store, CHECKPOINT))


def _place(store: Store) -> str:
    """The file that tells of a write under way: where writers lock, the marker; else what they decide on."""
    return UNFINISHED if store.exclusive else DECIDED


def _read(store: Store, path: str) -> bytes | None:
    with suppress(MunimentError):
        return store.read(path)
    return None


@dataclass(frozen=True, slots=True)
class ConcurrentWrites:
    """What was, or may have been, written while the archive was read.

    Attributes:
        before: Size of the log that the report is about.
        after: Size of the log now.
        releases: Releases that were added to since.
        places: What was logged since: folders, with a slash at the end, and beginnings of names.
        found_marker: The marker of a write that is under way, or was interrupted, held against the log of now.
    """

    before: int
    after: int
    releases: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()
    found_marker: FoundMarker = NO_MARKER

    @property
    def marker(self) -> Marker | None:
        """The marker, where it is that of the next addition or of the last one."""
        return self.found_marker.marker

    @property
    def has_root(self) -> bool | None:
        """Whether the marker says that the last entry of the log is a trust root, whose write is not tidied up yet.

        None where the marker could not be read.
        """
        if self.found_marker.unread:
            return None
        return self.marker is not None and self.marker.root is not None and self.marker.size == self.before

    def leave_out(self, present: Walk) -> Walk:
        """Leave out what was committed after the checkpoint that the report is about."""
        files = {path: size for path, size in present.files.items() if not self._committed(path)}
        return replace(
            present, files=files, empty=tuple(path for path in present.empty if not self._may_be_empty(path))
        )

    def _committed(self, path: str) -> bool:
        parsed = parse_path(path)
        if parsed is None or parsed.kind not in {Kind.PUBLISHED, Kind.BATCH, Kind.COSIGNATURE, Kind.TILE}:
            return path.startswith(self.places)
        size = parsed.size
        if parsed.tile is not None:
            # The size of the log that this tile is of; a batch that wrote it may have made a larger one.
            tile = parsed.tile
            size = (tile.index * TILE_WIDTH + tile.width) << TILE_BITS * max(tile.level, 0)
        return self.before < size <= self.after

    def _may_be_empty(self, path: str) -> bool:
        """Whether a folder was about to get its first file, or has just lost its last."""
        if path.startswith(f"{TILES}/") and self.after > self.before:
            return True
        marker = self.marker
        if marker is not None and marker.size == self.after and path in _tidied(marker.before, marker.size):
            return True
        return any(f"{path}/".startswith(prefix) or prefix.startswith(f"{path}/") for prefix in self.places)


def _tidied(before: int, size: int) -> Iterator[str]:
    """Folders of the partial tiles that became full from one size to another, and are dropped after the commit."""
    level = 0
    while size // TILE_WIDTH > before // TILE_WIDTH:
        before, size = before // TILE_WIDTH, size // TILE_WIDTH
        for row in {level, ENTRIES if level == 0 else level}:
            for index in range(before, size):
                yield tile_path(Tile(row, index, 1)).rpartition("/")[0]
        level += 1


def look_back(store: Store, log: LogResult, first: TrustRoot, layout: str) -> ConcurrentWrites:
    """Find out what was written meanwhile.  Call it after everything else was read.

    The marker is read before ``log/checkpoint`` and after it.  Where it is the same, it was there at that moment, and
    is judged by what the log was then.

    Args:
        store: The archive.
        log: The log as it was checked.
        first: Trust root 1.
        layout: Storage layout of ``releases/``.
    """
    size = log.checkpoint.size if log.checkpoint else 0
    for _ in range(TRIES):
        raw, marker = _read(store, _place(store)), read_found_marker(store)
        resting = marker is not None and not store.is_locked()
        new, state = _now(store, log, layout, whole=marker is not None)
        if _read(store, _place(store)) == raw:
            found_marker = judge(marker, state, resting=resting, unread=next(iter(log.reader.unread), ""))
            break
    else:
        found_marker = NO_MARKER  # writers come and go: what fails now is looked at once more
    releases = frozenset(statement.release for statement in new if isinstance(statement, VersionStatement))

    def folder_of(release: str) -> str:
        return object_folder(layout, object_id(first, release))

    places = tuple(prefix for statement in new for prefix in _places(statement, folder_of))
    return ConcurrentWrites(size, size + len(new), releases, places, found_marker)


def _now(store: Store, log: LogResult, layout: str, *, whole: bool) -> tuple[Sequence[Statement], ArchiveState | None]:
    """The entries since the checkpoint that was checked, and the archive as it is now; nothing where it has failed.

    The log must be signed, and have the same beginning.  It is read ``whole`` where there is a marker to judge.
    """
    if log.checkpoint is None or log.has_gaps or len(log.entries) != log.checkpoint.size:
        return (), None
    try:
        data = store.read(CHECKPOINT)
        if data == log.note and not whole:
            return (), None
        roots, now = open_head(store, data)
        if now.size < log.checkpoint.size:
            return (), None
        old = [entry for entry in log.entries if entry is not None]
        new = list(stored_log(store, now.size).entries(len(old)))
        if tree_root([leaf_hash(entry) for entry in (*old, *new)]) != now.root:
            return (), None
        first = 0 if whole else len(old)
        entries = enumerate([*old, *new][first:], first)
        statements = [parse_statement(entry, where=f"log entry {index}") for index, entry in entries]
        return statements[len(old) - first :], ArchiveState(roots, now, data, statements, layout) if whole else None
    except MunimentError:
        return (), None  # then nothing is excused, and the next look judges it


def _places(statement: Statement, folder_of: Callable[[str], str]) -> Iterator[str]:
    if isinstance(statement, RootStatement):
        yield root_path(statement.version)
        yield f"{AUTHORITIES}/"
    elif isinstance(statement, StampStatement):
        yield stamp_paths(statement.size, statement.number)[0].removesuffix("tsq")
    else:
        folder = folder_of(statement.release)
        yield f"{folder}/" if statement.version == 1 else f"{folder}/v{statement.version}/"
