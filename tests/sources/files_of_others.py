"""Pages and documents of others, read from the third-party vectors beside the checkout; none of them is kept here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[3] / "shared"
FOLDER = Path(os.environ.get("MUNIMENT_VECTORS", _SHARED / "vectors")) / "sources"

PAGES = (
    "epa-partners-a",
    "epa-partners-b",
    "normalize-spaces",
    "ol",
    "remove-aria-hidden",
    "replace-brs",
    "rtl-1",
    "title-en-dash",
)
"""Names of pages, without ``.html``."""


def find_file(name: str) -> Path | None:
    """Where a file lies among the vectors; None where it does not."""
    return next(iter(sorted(FOLDER.rglob(name))), None)


def path_of(name: str) -> Path:
    """Give the place of a file, or skip the test, saying that it is absent."""
    path = find_file(name)
    if path is None:
        pytest.skip("third-party vectors 'sources' are not beside the checkout")
    return path
