"""The archives of ``tests/snapshot``."""

from __future__ import annotations

from tests.snapshot.conftest import sited, snapshot, world, world_of

__all__ = ["sited", "snapshot", "world", "world_of"]
