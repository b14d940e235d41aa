"""What changed between two versions, paragraph by paragraph and word by word.

``compare`` gives a ``Difference``: operations that name every paragraph of both sides once.  ``render_text``
shows it in a terminal, ``operations_json`` gives it to programs.  A difference is derived, deterministic and bounded
by counts; it is never signed or hashed into a version.
"""

from __future__ import annotations

from muniment.diff.compare import compare
from muniment.diff.difference import Algorithm, Difference, Operation, Segment, Summary, summarise
from muniment.diff.selection import (
    PARTS,
    About,
    Member,
    Part,
    Selection,
    compare_about,
    format_summary,
    headline,
    left_out,
    select,
)
from muniment.diff.views.json import algorithm_json, operations_json, summary_json
from muniment.diff.views.text import render_text

__all__ = [
    "PARTS",
    "About",
    "Algorithm",
    "Difference",
    "Member",
    "Operation",
    "Part",
    "Segment",
    "Selection",
    "Summary",
    "algorithm_json",
    "compare",
    "compare_about",
    "format_summary",
    "headline",
    "left_out",
    "operations_json",
    "render_text",
    "select",
    "summarise",
    "summary_json",
]
