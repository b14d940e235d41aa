"""What changed between two versions, paragraph by paragraph and word by word.

- ``compare``: the whole comparison: align, split and merge
- ``anchors``: links between paragraphs with the same words, and moves
- ``candidates``: which free paragraphs could be two states of one
- ``words``: words, and which of them two linked paragraphs share
- ``fold``: layers of equality
- ``selection``: the classes of change a reader asks for, and the summary
- ``difference``: what a comparison yields
- ``views``: a comparison as a page, as text, as JSON
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
