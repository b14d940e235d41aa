"""What lies in an archive, or in a part of it, and does not belong there: found without holding the rest.

Of a whole archive each release lists its own folder, beside the check of its files.  Here is listed what is left.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace

from muniment.archive.paths import LOCK, UNFINISHED
from muniment.errors import MunimentError
from muniment.store import Store
from muniment.verify.layout import NOTHING, Walk, walk
from muniment.verify.log import LogResult, check_hashes, left_tiles
from muniment.verify.part import PartView
from muniment.verify.release import ObjectTask, check_object
from muniment.verify.report import Tally


@dataclass(frozen=True, slots=True)
class ReleaseResult:
    """What checking one release and listing its folder gave.

    Attributes:
        tally: What was found in its files.
        around: What was found in listing the folder; nothing where it was not listed.
        present: What lies there and does not belong to it; what does is only counted.
        files: Every file that belongs to the release, where its folder was not listed.
    """

    tally: Tally
    around: Tally = field(default_factory=Tally)
    present: Walk = NOTHING
    files: tuple[str, ...] = ()


def check_release(store: Store, task: ObjectTask, *, listed: bool) -> ReleaseResult:
    """Check one release, and list its folder where that is asked for."""
    result = check_object(store, task)
    if not listed:
        return ReleaseResult(result.tally, files=result.files)
    around = Tally()
    present = list_release(around, store, task.folder, frozenset(result.files))
    return ReleaseResult(result.tally, around, present)


def list_release(tally: Tally, store: Store, folder: str, files: Container[str] = ()) -> Walk:
    """List the folder of one release; of ``files``, which belong to it, only the number is given."""
    around = Tally()
    present = walk(around, store, (folder,), belongs=files.__contains__)
    if folder in present.closed or present == NOTHING:
        # Whoever lists the folder above says that this is no folder, but not that it is closed or empty.
        if not _is_folder(store, folder):
            return NOTHING
        present = replace(present, empty=(folder,) if present == NOTHING else ())
    tally.merge(around)
    return present


def _is_folder(store: Store, path: str) -> bool:
    parent, _, name = path.rpartition("/")
    try:
        return any(node.name == name and node.kind == "directory" for node in store.list(parent))
    except MunimentError:
        return False


class Listing:
    """Collects what lies in an archive.

    Args:
        store: The archive.
        view: What is looked at of it.
        whole: Whether that is all of it.
        log: The log.
        files: The files that belong to the archive, but for those of the log and of the releases.
        tasks: The releases.
    """

    def __init__(
        self,
        store: Store,
        view: PartView,
        log: LogResult,
        files: frozenset[str],
        tasks: Sequence[ObjectTask],
        *,
        whole: bool,
    ) -> None:
        self._store, self._view, self._log, self._tasks, self._whole = store, view, log, tasks, whole
        self._files = set(files)
        self._present = NOTHING
        self._stray: list[str] = []

    def begin(self, tally: Tally) -> None:
        """List what is of no release, and check the hashes of the log; of a part all that is listed, and its log."""
        if self._whole:
            check_hashes(self._log, left_tiles(self._store, self._log.published))
        self._present = self._list(tally)
        if not self._whole:
            self._view.check_log(self._present)

    def _list(self, tally: Tally) -> Walk:
        if not self._whole:
            return self._view.walk(tally, self._tasks)
        known, publishes = frozenset((*self._files, *self._log.files)), self._log.publishes
        folders = {task.folder for task in self._tasks}
        return walk(tally, self._store, without=folders, belongs=lambda path: path in known or publishes(path))

    def take(self, tally: Tally, task: ObjectTask, result: ReleaseResult) -> None:
        """Take over what lies in the folder of one release, unless a folder above it cannot be listed."""
        self._files.update(result.files)
        closed = tuple(f"{folder}/".lstrip("/") for folder in self._present.closed)
        if not self._whole or task.folder.startswith(closed):
            return
        tally.merge(result.around)
        self._present = self._present.beside(result.present)
        if replace(result.present, counted={}) != NOTHING:
            self._stray.append(task.folder)

    @property
    def expected(self) -> set[str]:
        """Every file that belongs, but for those that were only counted."""
        return self._files | {UNFINISHED, *self._log.files}

    def end(self) -> Walk:
        """Give what lies there now, too: what a writer made and took back is not there twice."""
        present = self._present
        if present.others or present.empty or not present.files.keys() <= self.expected | {LOCK}:
            again = self._list(Tally())
            for folder in self._stray:
                again = again.beside(list_release(Tally(), self._store, folder))
            present = present.also_in(again)
        return present
