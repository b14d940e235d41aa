"""Accidents with the folder: what comes back older or newer, is missing, doubled or strange makes nobody sign it.

With ``MUNIMENT_LONG=1``, or ``make test-long``, each accident meets each writer; else each writer in turn.
"""

from __future__ import annotations

import os
from itertools import count

import pytest
from tests.write.accidents import NOW, WRITERS, Files, Write, accidents, world

from muniment.archive import open_archive
from muniment.archive.paths import UNFINISHED
from muniment.errors import MunimentError
from muniment.store import MemoryStore
from muniment.verify.archive import verify_archive

pytest.importorskip("rfc3161_client", reason="rfc3161-client is not installed")

LONG = bool(os.environ.get("MUNIMENT_LONG"))


def outcome(state: Files, write: Write) -> str:
    """Write after an accident, and hold what came of it; gives ``refused`` or ``written``."""
    store = MemoryStore(state)
    try:
        write(store)
    except MunimentError:
        assert store.files == state
        return "refused"
    after = store.files
    assert UNFINISHED not in after
    changed = {path: data for path, data in after.items() if state.get(path) != data}
    built_on = open_archive(store).checkpoint.size - ("log/checkpoint" in changed)
    assert built_on >= NOW, "signed on an older log"
    gone = {path for path in state if path not in after}
    good = {path: data for path, data in world()[built_on - 1].items() if path not in gone}
    report = verify_archive(MemoryStore({**good, **changed}))
    assert report.failures == ()
    return "written"


def test_no_accident() -> None:
    """Every writer works on the archive as it is, in every later state of it too, and what it writes verifies."""
    for state in world()[NOW - 1 :]:
        for name, write in WRITERS.items():
            assert outcome(state, write) == "written", name


def tally(*, every: bool) -> dict[str, int]:
    """Let each accident meet every writer, or the writers in turn, and count the outcomes."""
    turn = count()
    names = list(WRITERS)
    done = {"refused": 0, "written": 0}
    for what, state in accidents(world()[NOW - 1]):
        for name in names if every else [names[next(turn) % len(names)]]:
            try:
                done[outcome(state, WRITERS[name])] += 1
            except AssertionError as error:
                raise AssertionError(f"{name} after {what}: {error}") from error
    return done


def test_accidents_with_the_folder() -> None:
    """One file, folder or release older, newer, missing, doubled or strange: each writer works rightly or refuses.

    Nothing is written where it refuses; where it writes, the archive verifies once the good files are put back.
    """
    assert min(tally(every=LONG).values()) > len(world())
