"""The usual letter size of a PDF and of its pages; headings are larger (``docs/sources.md``)."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.sources.pdf.engine import PdfLine

LARGE: Final = 1.15
"""Of the usual letter size: letters of a heading."""
_FULL_PAGE: Final = 20  # lines of a page, which tell the usual letter size of that page


def find_usual(lines: Sequence[PdfLine]) -> dict[int, float]:
    """The usual letter size of each page: that of most signs in the PDF, or on a full page, if that is larger."""
    sizes: dict[int, Counter[float]] = defaultdict(Counter)
    counts = Counter[int]()
    for line in lines:
        for key in (0, line.page):
            sizes[key][round(line.size, 1)] += len(line.text)
            counts[key] += 1
    most = {key: max(of, key=lambda size: (of[size], -size)) for key, of in sizes.items()}
    return {page: max(most[0], most[page] if counts[page] >= _FULL_PAGE else 0.0) for page in counts}
