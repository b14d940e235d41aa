"""The first line of a comparison, which says in words all that changed.

``2 paragraphs edited, 1 moved, 3 renumbered; description: language added; originals differ``.
"""

from __future__ import annotations

from muniment.diff.about import About
from muniment.diff.model import Summary
from muniment.diff.selection import Selection

_NONE = Summary(0, 0, 0, 0, 0, 0, 0, 0)


def format_summary(summary: Summary) -> str:
    """The paragraphs alone: ``2 paragraphs edited, 1 moved, 3 renumbered``, or ``no change in words``."""
    counts = (
        (summary.edited, "edited"),
        (summary.inserted, "inserted"),
        (summary.deleted, "deleted"),
        (summary.moved, "moved"),
        (summary.split, "split"),
        (summary.merged, "merged"),
        (summary.renumbered, "renumbered"),
        (summary.typographic, "changed in typography only"),
    )
    said = [(count, word) for count, word in counts if count]
    if not said:
        return "no change in words"
    (first, word), *rest = said
    noun = "paragraph" if first == 1 else "paragraphs"
    return ", ".join([f"{first} {noun} {word}", *(f"{count} {word}" for count, word in rest)])


def headline(selection: Selection) -> str:
    """Say what changed, as far as it was asked for, and whether the originals differ.

    Returns:
        One line without bound; it holds no archived text.
    """
    said = []
    if selection.summary != _NONE:
        said.append(format_summary(selection.summary))
    elif "words" in selection.parts:
        said.append("no change in words")
    elif "typographic" in selection.parts:
        said.append("no change in typography")
    said += _about(selection.about)
    same = "differ" if selection.about.originals_differ else "are the same"
    return "; ".join([*(said or ["no change in description"]), f"originals {same}"])


def left_out(selection: Selection) -> str:
    """Say what changed and was not asked for: ``not shown: 1 paragraph …``; empty when there is nothing."""
    said = [] if selection.others == _NONE else [format_summary(selection.others)]
    said += _about(selection.others_about)
    return f"not shown: {'; '.join(said)}" if said else ""


def _about(about: About) -> list[str]:
    said = []
    if about.description:
        said.append("description: " + ", ".join(f"{member.name} {member.change}" for member in about.description))
    counts = ((len(about.removed), "removed"), (len(about.added), "added"))
    if about.removed or about.added:
        said.append("emendations: " + ", ".join(f"{count} {word}" for count, word in counts if count))
    return said
