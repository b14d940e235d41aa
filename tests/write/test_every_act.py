"""Nothing is lost: killed or interrupted at every single act on the disk, an addition is absent or whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from tests.conftest import NOW, ORIGIN
from tests.write.syscalls import Disk, KilledError, expected_verdict, files_in, tree, watched, write_files
from tests.write.test_crash import WRITERS

from muniment.archive.paths import UNFINISHED
from muniment.errors import NotAnArchiveError, UnfinishedError
from muniment.ingest import Source
from muniment.store import FaultyStore, LocalStore, MemoryStore, Store
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys, create_archive
from muniment.write.recover import recover
from muniment.write.version import Author, Keys, add_publication


@pytest.mark.parametrize("name", WRITERS)
def test_killed_at_every_act(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_archive: MemoryStore, keys: Keys, name: str
) -> None:
    """Killed at any open, write, flush, rename, mkdir, unlink or rmdir, the archive verifies and can be recovered."""
    whole = MemoryStore(small_archive.files)
    WRITERS[name](whole, keys)
    outcomes = {"as before": small_archive.files, "complete": whole.files}

    tried = _kill_everywhere(tmp_path, monkeypatch, small_archive.files, lambda s: WRITERS[name](s, keys), outcomes)
    assert tried > 90


def test_killed_at_every_act_when_a_tile_becomes_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_archive: MemoryStore, keys: Keys
) -> None:
    """The same where partial tiles are dropped: no empty folder of theirs stays."""
    monkeypatch.setattr("muniment.log.tile.TILE_WIDTH", 4)
    rooms = ["log.bundles", "log.leaves", "log.tile_proofs", "log.tree", "write.commit"]
    rooms += ["verify.entries", "verify.log", "verify.named", "verify.writers"]
    for module in rooms:
        monkeypatch.setattr(f"muniment.{module}.TILE_WIDTH", 4)
    for module in ("log.tile", "log.tile_proofs", "log.tree", "verify.log", "verify.writers", "write.commit"):
        monkeypatch.setattr(f"muniment.{module}.TILE_BITS", 2)
    for number in range(14):
        _add(empty_archive, keys, number)
    whole = MemoryStore(empty_archive.files)
    _add(whole, keys, 14)
    assert {"log/tile/1/000", "log/tile/0/003", "log/tile/2/000.p/1"} <= whole.files.keys()
    outcomes = {"as before": empty_archive.files, "complete": whole.files}

    tried = _kill_everywhere(tmp_path, monkeypatch, empty_archive.files, lambda s: _add(s, keys, 14), outcomes)
    assert tried > 130


def _add(store: Store, keys: Keys, number: int) -> None:
    source = Source(f"Title\n\nText {number}.\n".encode(), "t.txt", NOW)
    add_publication(store, keys, f"r{number % 3}", source, {}, Author(NOW))


def _kill_everywhere(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, bytes],
    write: Callable[[LocalStore], object],
    outcomes: dict[str, dict[str, bytes]],
) -> int:
    """Kill a write at each act in turn, verify, recover; give how many points were tried."""
    trees = {}
    for outcome, made in outcomes.items():
        write_files(made, folder / outcome)
        trees[outcome] = tree(folder / outcome)
    seen = []
    for stop_at in range(1000):
        root = folder / str(stop_at)
        write_files(files, root)
        with watched(monkeypatch, Disk(stop_at, KilledError, gone=True)) as disk, suppress(KilledError):
            write(LocalStore(root))
        report = verify_archive(LocalStore(root))
        assert report.verdict == expected_verdict(files_in(root)), (stop_at, report.failures)
        recover(LocalStore(root, sync=False))
        left = tree(root)
        seen.append(next((outcome for outcome, held in trees.items() if held == left), f"neither at {stop_at}"))
        shutil.rmtree(root)
        if not disk.hit:
            break
    assert set(seen) == set(outcomes)
    # One commit point: from some act on the addition is complete, and never again absent.
    assert seen == sorted(seen)
    return stop_at


def test_killed_at_every_act_of_making_an_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, founders: InitialKeys
) -> None:
    """Killed at any act, init leaves no archive or an unfinished one, and done again it makes the very same one."""
    whole = MemoryStore()
    create_archive(whole, founders, origin=ORIGIN, now=NOW)
    write_files(whole.files, tmp_path / "whole")
    for stop_at in range(1000):
        root = tmp_path / str(stop_at)
        with watched(monkeypatch, Disk(stop_at, KilledError, gone=True)) as disk, suppress(KilledError):
            create_archive(LocalStore(root), founders, origin=ORIGIN, now=NOW)
        if not (root / "log/checkpoint").exists():
            with pytest.raises((NotAnArchiveError, UnfinishedError)):
                verify_archive(LocalStore(root))
        else:
            assert verify_archive(LocalStore(root)).verdict == expected_verdict(files_in(root))
        if disk.hit and not ((root / "log/checkpoint").exists() and not (root / UNFINISHED).exists()):
            create_archive(LocalStore(root, sync=False), founders, origin=ORIGIN, now=NOW)
        recover(LocalStore(root, sync=False))
        assert tree(root) == tree(tmp_path / "whole"), stop_at
        shutil.rmtree(root)
        if not disk.hit:
            break
    assert stop_at > 150


class InterruptedStore(FaultyStore):
    """The user presses Ctrl-C before a change, or after it."""

    def __init__(self, inner: Store, stop_after: int, *, late: bool) -> None:
        super().__init__(inner)
        self.late, self.stop_at = late, stop_after

    def _count(self, path: str) -> None:
        if self.operations == self.stop_at and not self.late:
            raise KeyboardInterrupt
        super()._count(path)

    def create(self, path: str, data: bytes) -> None:
        """Create, and be interrupted."""
        super().create(path, data)
        self._end()

    def replace(self, path: str, data: bytes, expected: bytes | None) -> None:
        """Replace, and be interrupted."""
        super().replace(path, data, expected)
        self._end()

    def remove(self, path: str) -> None:
        """Remove, and be interrupted."""
        super().remove(path)
        self._end()

    def _end(self) -> None:
        if self.operations == self.stop_at + 1 and self.late:
            raise KeyboardInterrupt


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", WRITERS)
def test_interrupted_at_every_change(
    small_archive: MemoryStore,
    keys: Keys,
    name: str,
    late: bool,  # noqa: FBT001 - a case
) -> None:
    """Ctrl-C at any moment is like a crash: the archive verifies, the lock is free, the next writer ends it."""
    for stop_after in range(100):
        store = MemoryStore(small_archive.files)
        try:
            WRITERS[name](InterruptedStore(store, stop_after, late=late), keys)
        except KeyboardInterrupt:
            pass
        else:
            break
        assert verify_archive(store).verdict == expected_verdict(store.files), stop_after
        with store.lock():
            recover(store)
        report = verify_archive(store)
        assert (report.verdict, len(report.findings)) == ("verified", 1), stop_after
    assert stop_after >= 12
