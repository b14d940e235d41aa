"""Paragraphs for comparisons, written shortly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]


@pytest.fixture(scope="session")
def side() -> Side:
    """Make paragraphs ``p1``, ``p2``… of texts, or of pairs of label and text."""

    def make(*items: str | tuple[str | None, str]) -> list[Paragraph]:
        pairs = [(None, item) if isinstance(item, str) else item for item in items]
        return [Paragraph(f"p{n}", "paragraph", label, text) for n, (label, text) in enumerate(pairs, 1)]

    return make
