"""The search index of this machine: one file an archive, in the folder of the user's cache, and what is said of it.

``ARCHIVE_CACHE`` names another folder.  Nothing needs it, and deleting it loses nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from muniment.archive import Archive
from muniment.display import plain
from muniment.errors import UnavailableError
from muniment.history.index.index_file import (
    ABSENT,
    AHEAD,
    BEHIND,
    CURRENT,
    DAMAGED,
    FOREIGN,
    OTHER_RULES,
    IndexState,
)
from muniment.history.index.lookup import SearchIndex, opened_index
from muniment.memory import memory_name

ENVIRONMENT = "ARCHIVE_CACHE"

WORTH = 100
"""Versions from which on a search without an index is told that there could be one."""

_WHY = {
    DAMAGED: "the search index is damaged",
    FOREIGN: "the search index is of another archive of this name, or of another history",
    AHEAD: "the search index was made of a longer log than this one",
    OTHER_RULES: "the search index was made by other rules than those of this software",
}


def index_path(archive: Archive) -> Path | None:
    """Where the index of an archive lies; None where the user has no home."""
    named = os.environ.get(ENVIRONMENT)
    if named:
        folder = Path(named)
    else:
        import platformdirs  # noqa: PLC0415 - start-up: a folder that is named needs none of it

        folder = platformdirs.user_cache_path("muniment")
    name = memory_name(archive.origin).removesuffix(".json")
    return folder / "index" / f"{name}.sqlite" if folder.is_absolute() or named else None


def needed_path(archive: Archive) -> Path:
    """Where the index of an archive lies.

    Raises:
        UnavailableError: The user has no home.
    """
    path = index_path(archive)
    if path is None:
        raise UnavailableError("no home folder to keep an index in", hint=f"{ENVIRONMENT} names one")
    return path


def describe(state: IndexState, archive: Archive) -> str | None:
    """Say of an index that is not current why; None of one that is, or of one that is absent."""
    if state.kind == BEHIND:
        later = archive.checkpoint.size - state.size
        return f"the search index lacks the newest {'entry' if later == 1 else f'{later} entries'} of the log"
    return _WHY.get(state.kind)


@contextmanager
def heeded_index(archive: Archive, *, wanted: bool = True) -> Iterator[SearchIndex]:
    """Open the index of an archive, and say on stderr what is done where it is not current.

    Args:
        archive: The archive.
        wanted: Whether there is anything to ask it.
    """
    heeded = wanted
    try:
        opened = opened_index(index_path(archive) if wanted else None, archive)
        index = opened.__enter__()
    except UnavailableError as error:
        print(f"archive: note: {plain(str(error))}; every version was read", file=sys.stderr)
        heeded = False
        opened = opened_index(None, archive)
        index = opened.__enter__()
    try:
        if heeded:
            _tell(index.state, archive)
        yield index
    finally:
        index.close()


def _tell(state: IndexState, archive: Archive) -> None:
    if state.kind == CURRENT:
        return
    said = describe(state, archive)
    if state.kind == BEHIND:
        line = f"{said}: what these changed was read; archive index brings it up to date"
    elif said is not None:
        line = f"{said}: every version was read; archive index makes it anew"
    elif state.kind == ABSENT and sum(archive.counts.values()) >= WORTH:
        line = "there is no search index: every version was read; archive index makes one"
    else:
        return
    print(f"archive: note: {plain(line)}", file=sys.stderr)
