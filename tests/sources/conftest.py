"""How the tests of segmenting look at paragraphs."""

from __future__ import annotations

from muniment.sources.paragraphs import segment


def ids(text: str) -> str:
    """The ids of a text, in one line."""
    return " ".join(each.id for each in segment(text))


def labelled(text: str) -> dict[str, str]:
    """The words of each paragraph that has a label, by its id."""
    return {each.id: each.text for each in segment(text) if each.label}


def words(text: str) -> list[str]:
    """The words of each paragraph, line breaks as blanks."""
    return [" ".join(each.text.split()) for each in segment(text)]
