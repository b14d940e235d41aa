"""Ids for paragraphs: ``p16``, ``p9.1``, ``p16.a``, ``h1``, ``p16-2``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muniment.sources.label import Label


def identify(labels: Sequence[Label | None], headings: Sequence[bool]) -> list[str]:
    """Give each paragraph its id.

    A printed number 16 is ``p16``, 1.2 is ``p1.2``.  A letter goes under the last printed number, ``p16.a``;
    so does what has neither, counted from one: ``p9.1``, ``p9.2``.  Before the first number that number is 0;
    in a text without any, what has neither is ``p1``, ``p2``, ….  Headings are ``h1``, ``h2``, ….  The second
    of the same id gets ``-2``.

    Args:
        labels: One for each paragraph, or None.
        headings: Whether each is a heading; headings have no label.

    Returns:
        As many ids, all different: only the suffix holds a hyphen, so no id can meet another's repetition.
    """
    seen: dict[str, int] = {}
    ids: list[str] = []
    for name in _names(labels, headings):
        seen[name] = count = seen.get(name, 0) + 1
        ids.append(name if count == 1 else f"{name}-{count}")
    return ids


def _names(labels: Sequence[Label | None], headings: Sequence[bool]) -> Iterator[str]:
    numbered = any(label and label.number for label in labels)
    last = "p0"
    plain = heads = 0
    for label, is_heading in zip(labels, headings, strict=True):
        if is_heading:
            heads += 1
            yield f"h{heads}"
        elif label and label.number:
            last, plain = "p" + ".".join(map(str, label.number)), 0
            yield last
        elif label and label.letter:
            yield f"{last}.{label.letter}"
        else:
            plain += 1
            yield f"{last}.{plain}" if numbered else f"p{plain}"
