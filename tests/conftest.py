"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], Path]:
    """Give the folder of a third-party vector set, or skip, saying that it is absent."""

    def folder(name: str) -> Path:
        path = Path(os.environ.get("MUNIMENT_VECTORS", _SHARED / "vectors")) / name
        if not path.is_dir():
            pytest.skip(f"third-party vectors {name!r} are not beside the checkout")
        return path

    return folder
