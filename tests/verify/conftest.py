"""The archives of ``tests/snapshot``."""

from __future__ import annotations

from tests.snapshot.conftest import snapshot, world, world_of

__all__ = ["snapshot", "world", "world_of"]
