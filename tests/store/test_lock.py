"""Tests of ``muniment.store.local`` and of ``is_locked`` of every store."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from muniment.store import FaultyStore, LocalStore, MemoryStore
from muniment.store.file_lock import is_held


def test_while_a_writer_is_at_work(tmp_path: Path) -> None:
    """A lock that is held is seen, by other processes' way of asking; before and after it is not."""
    for store in (LocalStore(tmp_path / "a"), MemoryStore(), FaultyStore(MemoryStore())):
        assert not store.is_locked()
        with store.lock():
            assert store.is_locked()
        assert not store.is_locked()


def test_asking_keeps_nobody_out(tmp_path: Path) -> None:
    """Whoever asks makes no lock file, and a writer can lock right after, without waiting."""
    assert not LocalStore(tmp_path).is_locked()
    assert list(tmp_path.iterdir()) == []
    for _ in range(100):
        assert not LocalStore(tmp_path).is_locked()
        with LocalStore(tmp_path, lock_timeout=0).lock():
            assert LocalStore(tmp_path).is_locked()


@pytest.mark.skipif(os.name == "nt", reason="no FIFOs here")
def test_what_is_no_lock_file(tmp_path: Path) -> None:
    """A FIFO, a folder or a link in the place of the lock file is not waited for, and nobody holds it."""
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "fifo")
    assert [is_held(tmp_path / name) for name in ("fifo", "folder", "link", "absent")] == [False] * 4
