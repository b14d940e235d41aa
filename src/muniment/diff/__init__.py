"""What changed between two versions, paragraph by paragraph and word by word.

- ``compare``: the whole comparison, from links to operations
- ``anchors``: links between paragraphs with the same words, and moves
- ``candidates``: which free paragraphs could be two states of one
- ``pieces``: paragraphs that were cut or joined
- ``edges``: what was cut off at the edge of a paragraph, however short
- ``places``: what stands alone in one place and is the same thing
- ``translation``: what was translated where it stands
- ``numbering``: which labels count, so that they can be renumbered
- ``words``: words, and which of them two linked paragraphs share
- ``long``: lines and sentences as anchors, where words are too many
- ``wholes``: numbers, dates and addresses, which change as wholes
- ``fold``: layers of equality
- ``attribution``: which changes come from other rules of ours, and not from the publisher
- ``originals``: in what two originals with the same paragraphs differ
- ``selection``: the classes of change a reader asks for, and the summary
- ``difference``: what a comparison yields
- ``views``: a comparison as a page, as text, as JSON
"""

from __future__ import annotations

from importlib import import_module

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

TYPE_CHECKING = False  # start-up: what shows a comparison is loaded by who asks for it
if TYPE_CHECKING:
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

_VIEWS = {
    "algorithm_json": "muniment.diff.views.json",
    "operations_json": "muniment.diff.views.json",
    "render_text": "muniment.diff.views.text",
    "summary_json": "muniment.diff.views.json",
}


def __getattr__(name: str) -> object:
    """Load a view when it is first asked for (PEP 562)."""
    if name not in _VIEWS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_VIEWS[name]), name)
    globals()[name] = value
    return value
