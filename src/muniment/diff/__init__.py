"""What changed between two versions, paragraph by paragraph and word by word.

``compare`` gives a ``Difference``: operations that name every paragraph of both sides once.  ``render_text``
shows it in a terminal, ``operations_json`` gives it to programs.  A difference is derived, deterministic and bounded
by counts; it is never signed or hashed into a version.
"""

from __future__ import annotations

from muniment.diff.compare import compare
from muniment.diff.json_view import algorithm_json, operations_json, summary_json
from muniment.diff.model import Algorithm, Difference, Operation, Segment, Summary, summarise
from muniment.diff.text_view import format_summary, render_text

__all__ = [
    "Algorithm",
    "Difference",
    "Operation",
    "Segment",
    "Summary",
    "algorithm_json",
    "compare",
    "format_summary",
    "operations_json",
    "render_text",
    "summarise",
    "summary_json",
]
