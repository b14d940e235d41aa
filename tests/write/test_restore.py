"""Mending an archive from a copy or a snapshot: whatever the accident, the good files come back and no others."""

from __future__ import annotations

import os
from contextlib import suppress

import pytest
from tests.verify.forge import seen
from tests.write.accidents import KEEPER, NOW, WRITERS, accidents, places, strangers, world

from muniment.archive import open_archive
from muniment.errors import IntegrityError, MunimentError, NotFoundError, ProofError, WriteConflictError
from muniment.export.snapshot import build_snapshot
from muniment.reference import parse_reference
from muniment.snapshot.zip import parse_zip
from muniment.store import FaultyStore, MemoryStore
from muniment.verify.archive import verify_archive
from muniment.write.restore import restore

pytest.importorskip("rfc3161_client", reason="rfc3161-client is not installed")

STEP = 1 if os.environ.get("MUNIMENT_LONG") else 7
"""Every so many accidents are mended; all of them with ``make test-long``."""

GOOD = world()[NOW - 1]

OTHERS = {"trust/root/ of other keys", "trust/root/ of another name"}
"""Accidents that leave the trust roots of another archive."""


def test_every_accident_is_mended() -> None:
    """After each accident a copy gives back every good file; what is strange stays, and is found by ``verify``."""
    newer = {state["log/checkpoint"] for state in world()[NOW:]}
    for what, state in list(accidents(GOOD))[::STEP]:
        store = MemoryStore(state)
        if what in OTHERS:
            # All that says whose archive this is says another: a copy must not overrule that.
            with pytest.raises(IntegrityError, match="of another archive"):
                restore(store, MemoryStore(GOOD))
            assert store.files == dict(state), what
            continue
        if state.get("log/checkpoint") in newer:
            # More was signed here than the copy holds: it mends what it can or is refused, and nothing good is lost.
            with suppress(ProofError):
                assert restore(store, MemoryStore(GOOD)).wanting, what
            assert GOOD.keys() & dict(state).keys() <= store.files.keys(), what
            continue
        done = restore(store, MemoryStore(GOOD))
        assert done.wanting == (), what
        after = store.files
        good = next(state for state in world() if state["log/checkpoint"] == after["log/checkpoint"])
        expected = {path: data for path, data in good.items() if path in GOOD or path in after}
        assert {path: after.get(path) for path in expected} == expected, what
        assert {path for path in after if state.get(path) != after[path]} == set(done.mended), what
        mended = MemoryStore({path: data for path, data in after.items() if path in good})
        assert verify_archive(mended).failures == (), what


def test_every_file_lost_and_wrong() -> None:
    """A file that is lost or wrong is the only one that is written; afterwards each writer works."""
    for number, path in enumerate(sorted(GOOD)):
        for state in ({p: d for p, d in GOOD.items() if p != path}, {**GOOD, path: GOOD[path] + b"\n"}):
            store = MemoryStore(state)
            assert restore(store, MemoryStore(GOOD)).mended == (path,)
            assert store.files == GOOD
        list(WRITERS.values())[number % len(WRITERS)](store)


def test_nothing_to_mend() -> None:
    """An archive that is right is not touched, whatever the copy holds."""
    for copy in (GOOD, {**GOOD, "releases/harbour/v1/content/record.json": b"other"}, world()[3]):
        store = MemoryStore(GOOD)
        assert restore(store, MemoryStore(copy)).mended == ()
        assert store.files == GOOD


def test_copy_that_is_wrong_too() -> None:
    """What the copy has wrong is not taken from it: it is named as wanting, and the rest is mended."""
    wrong = {path: data + b"x" for path, data in GOOD.items() if "/content/" in path}
    for path in wrong:
        lost = {p: d for p, d in GOOD.items() if p not in {path, "README.txt"}}
        store = MemoryStore(lost)
        done = restore(store, MemoryStore({**GOOD, **wrong}))
        assert "README.txt" in done.mended
        assert path in {error.where for error in done.wanting}
        assert path not in store.files


def test_snapshot() -> None:
    """A snapshot gives back the files of its version, the trust roots and what they vouch for."""
    archive = open_archive(MemoryStore(GOOD))
    snapshot = build_snapshot(archive, archive.read(parse_reference("harbour/v3")), size=NOW)
    files = [entry.data for entry in parse_zip(snapshot.data)[1]]
    for path in (
        "releases/harbour/v3/content/record.json",
        "releases/harbour/v3/content/record.json.sig",
        "releases/harbour/v3/content/original.txt",
        "releases/harbour/inventory.json",
        "schemas/record.schema.json",
        "trust/allowed_signers",
        "log/tile/0/000.p/8",
    ):
        store = MemoryStore({p: d for p, d in GOOD.items() if p != path})
        assert restore(store, None, files).mended == (path,)
        assert store.files == GOOD
    store = MemoryStore({p: d for p, d in GOOD.items() if not p.startswith("releases/harbour/v2/")})
    assert {error.where for error in restore(store, None, files).wanting} == {
        "releases/harbour/v2/content/record.json",
        "releases/harbour/v2/content/record.json.sig",
    }


def test_older_log_takes_the_newer() -> None:
    """Where the copy continues the log it decides: an archive that stayed behind is brought up to it."""
    store = MemoryStore(world()[4])
    assert restore(store, MemoryStore(GOOD)).wanting == ()
    assert verify_archive(store).failures == ()
    assert open_archive(store).checkpoint.size == NOW


def test_other_archives_and_histories() -> None:
    """A copy of another archive, or of another history, is refused, and nothing is written."""
    forked = MemoryStore(world()[NOW - 2])
    KEEPER.publish(forked, "harbour", b"Another\n\nHistory.\n")
    for copy in (*strangers(), forked.files):
        for state in (GOOD, {p: d for p, d in GOOD.items() if p != "log/tile/entries/000.p/8"}):
            store = MemoryStore(state)
            with pytest.raises(IntegrityError, match=r"another archive|another history"):
                restore(store, MemoryStore(copy))
            assert store.files == state
    nothing = MemoryStore({p: d for p, d in GOOD.items() if not p.startswith(("log/", "trust/"))})
    with pytest.raises(IntegrityError, match="another archive"):
        restore(nothing, MemoryStore(GOOD))
    recall = seen(MemoryStore(GOOD)).recall
    assert restore(nothing, MemoryStore(GOOD), recall=recall).wanting == ()
    assert nothing.files == GOOD


def test_without_a_log() -> None:
    """A damaged log with no copy to stand in for it, or an older one, cannot be mended."""
    lost = {p: d for p, d in GOOD.items() if p != "log/tile/entries/000.p/8"}
    with pytest.raises(NotFoundError):
        restore(MemoryStore(lost), None)
    with pytest.raises(IntegrityError, match="the copy is older"):
        restore(MemoryStore(lost), MemoryStore(world()[4]))
    with pytest.raises(WriteConflictError, match="older than the archive that this machine has seen"):
        restore(MemoryStore(world()[4]), None, recall=seen(MemoryStore(GOOD)).recall)


def test_killed_at_every_write() -> None:
    """Mending can be stopped after any write and done again: every file is whole, and in the end all is good."""
    lost = {p: d for p, d in GOOD.items() if not p.startswith(("releases/harbour/", "log/checkpoints/", "trust/"))}
    writes = len(restore(MemoryStore(lost), MemoryStore(GOOD)).mended)
    for stop_after in range(writes):
        store = MemoryStore(lost)
        with suppress(MunimentError):
            restore(FaultyStore(store, stop_after=stop_after), MemoryStore(GOOD))
        assert all(GOOD[path] == data for path, data in store.files.items())
        restore(store, MemoryStore(GOOD))
        assert store.files == GOOD


def test_places() -> None:
    """The accidents go through every file and every folder, each release among them."""
    named = {place for place, _ in places(GOOD)}
    assert set(GOOD) < named
    assert {"releases/harbour/", "releases/tide/v1/content/", "log/", "trust/root/"} < named


def test_stranger_s_archive_behind_a_planted_head() -> None:
    """A head and bundles of a stranger put into the archive do not make his copy one of it: the root here decides."""
    for copy in strangers():
        log = {path: data for path, data in copy.items() if path.startswith("log/")}
        own = {path: data for path, data in GOOD.items() if not path.startswith("log/")}
        for state in ({**own, **log}, {**own, "log/checkpoint": copy["log/checkpoint"]}):
            store = MemoryStore(state)
            with pytest.raises(IntegrityError, match="the copy is of another archive"):
                restore(store, MemoryStore(copy))
            assert store.files == state
            without = {path: data for path, data in state.items() if not path.startswith("trust/root/1.json")}
            store = MemoryStore(without)
            with pytest.raises(IntegrityError, match="the copy is of another archive"):
                restore(store, MemoryStore(copy), recall=seen(MemoryStore(GOOD)).recall)
            assert store.files == without
