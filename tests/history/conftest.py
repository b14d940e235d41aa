"""Records of one release, written shortly: a version is a list of paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from muniment.record import Change, Description, Extractor, Original, Paragraph, Record

Item = str | tuple[str | None, str]
Release = Callable[..., list[Record]]


def make_release(*versions: Sequence[Item]) -> list[Record]:
    """Make records of lists of texts, or of pairs of label and text; paragraph n has the id ``pn``."""
    records = []
    for number, items in enumerate(versions, 1):
        pairs = [(None, item) if isinstance(item, str) else item for item in items]
        paragraphs = tuple(Paragraph(f"p{n}", "paragraph", label, text) for n, (label, text) in enumerate(pairs, 1))
        original = Original("original.txt", f"{number:064x}", 1, "text/plain", "utf-8", Extractor("x", "1"))
        records.append(Record("r", number, None, Change("publication"), Description("T"), original, paragraphs, ()))
    return records


@pytest.fixture(scope="session")
def release() -> Release:
    """Make records of lists of texts, or of pairs of label and text; paragraph n has the id ``pn``."""
    return make_release
