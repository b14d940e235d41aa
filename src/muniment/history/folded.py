"""Folded text that knows where each of its characters comes from, so that a folded match names an exact slice.

The rules are those of ``muniment.diff.fold``: letters composed or decomposed, compatibility forms, invisible
characters, the style of quotes and dashes, and runs of white space make no difference.  One more: a line break between
two characters of scripts that write no spaces between words is dropped, for there it is no space either.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import regex

from muniment.diff.fold import fold, fold_characters

Source: TypeAlias = tuple[int, int]
"""The slice of a text that one folded character comes from; several may come from the same."""

_CLUSTER = regex.compile(r"\X", regex.V1)
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}、。，；：！？「」『』（）《》"
_WRAPPED = regex.compile(rf"(?<=[{_UNSPACED}])[\r\n]+(?=[{_UNSPACED}])", regex.V1)


def fold_for_search(text: str) -> str:
    """Fold a text; where it has characters of unspaced scripts, without the line breaks between them."""
    return fold(text if text.isascii() else _WRAPPED.sub("", text))


def folded_break(before: str, after: str) -> str:
    """What a break between two texts folds to: nothing between characters of unspaced scripts, else one space."""
    return "" if _WRAPPED.search(f"{before[-1:]}\n{after[:1]}") else " "


def sources(text: str) -> list[Source]:
    """For each character of ``fold_for_search(text)``, the slice of the text that it comes from."""
    found: list[Source] = []
    space: Source | None = None
    for piece, source in _pieces(text):
        for sign in piece:
            if sign.isspace():
                # Some signs fold to a space and an accent: these are not part of a space before them.
                space = source if space is None else (space[0], source[1]) if piece.isspace() else space
                continue
            if space is not None and found:
                found.append(space)
            space = None
            found.append(source)
    return found


def _pieces(text: str) -> Iterator[tuple[str, Source]]:
    """Slices of the text that fold independently of each other, folded; white space is kept as it is."""
    dropped = {place for match in _WRAPPED.finditer(text) for place in range(match.start(), match.end())}
    held, folded, start, end = "", "", 0, 0
    for match in _CLUSTER.finditer(text):
        alone = "" if match.start() in dropped else fold_characters(match[0])
        if not alone:
            continue
        together = fold_characters(held + match[0])
        if together == folded + alone:
            yield folded, (start, end)
            held, folded, start, end = match[0], alone, match.start(), match.end()
        else:
            # Such as jamo of which each is a cluster, and which together make one syllable.
            held, folded, end = held + match[0], together, match.end()
    yield folded, (start, end)
