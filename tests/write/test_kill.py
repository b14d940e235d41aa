"""Nothing is lost: real processes, killed at random moments on a real disk (``bench/kill.py`` does it for long)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.write.killing import kills

pytestmark = pytest.mark.skipif(os.name == "nt", reason="writers are forked and killed by a signal")


@pytest.mark.parametrize(("count", "entries"), [(32, 1), (8, 252)])
def test_kill(tmp_path: Path, count: int, entries: int) -> None:
    """After ``kill -9`` the archive verifies, what was reported is there, and the next writer leaves it clean."""
    runs = list(kills(tmp_path, count, seed=entries, longest=0.15, entries=(entries,)))

    assert [fault for run in runs for fault in run.faults] == []
    assert len(runs) == count
