"""Text to paragraphs: the rules of ``muniment-text`` version 1.

The same text always gives the same paragraphs, and nothing is edited: the labels and texts are slices of the
text in its order, and all that lies outside them is white space.  Any change here that could change a
paragraph needs a new version of the extractor; the old one must stay.  ``docs/format.md`` states the rules in
full.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from muniment.errors import SourceError
from muniment.sources.base import Paragraph
from muniment.sources.block import split_blocks
from muniment.sources.identify import identify
from muniment.sources.letters import LETTER
from muniment.sources.punctuation import ends_clause, ends_sentence
from muniment.sources.starts import find_starts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muniment.sources.block import Block
    from muniment.sources.label import Label

MAX_PARAGRAPHS: Final = 20_000

# A heading: lines, code points; and code points in a text whose script has no marks at the end of sentences.
_HEADING_LINES: Final = 3
_HEADING_LENGTH: Final = 200
_TITLE_LENGTH: Final = 100
_ASCII_LETTER: Final = re.compile("[A-Za-z]")  # these are letters; the other ones take 2 ms to compile


class _Piece(NamedTuple):
    """A paragraph to be: where its label and its words lie.

    Attributes:
        start: Offset of the label, or of the words if there is none.
        words: Offset of the words, which are never empty.
        end: Offset just after the words.
        label: As read, or None.
        lines: Lines of the block that it fills alone; 0 if it shares a block or is nothing but a label.
    """

    start: int
    words: int
    end: int
    label: Label | None
    lines: int


def segment(text: str, *, where: str = "") -> tuple[Paragraph, ...]:
    """Cut a decoded text into paragraphs.

    Args:
        text: As decoded, without byte order mark.
        where: What errors name.

    Returns:
        The paragraphs in the order of the text, with unique ids; none for white space alone.

    Raises:
        SourceError: There are more than 20,000 paragraphs.
    """
    blocks = split_blocks(text)
    _check_count(len(blocks), where)
    pieces = [piece for block, labels in find_starts(blocks) for piece in _cut(text, block, labels)]
    _check_count(len(pieces), where)
    headings = _find_headings(text, pieces)
    ids = identify([piece.label for piece in pieces], headings)
    return tuple(
        Paragraph(
            id=name,
            kind="heading" if is_heading else _kind(piece.label),
            label=text[piece.start : piece.label.end] if piece.label else None,
            text=text[piece.words : piece.end],
        )
        for piece, is_heading, name in zip(pieces, headings, ids, strict=True)
    )


def _check_count(count: int, where: str) -> None:
    if count > MAX_PARAGRAPHS:
        raise SourceError(
            "the text has too many paragraphs",
            where=where,
            expected=f"at most {MAX_PARAGRAPHS}",
            found=str(count),
            hint="archive its parts as releases of their own",
        )


def _kind(label: Label | None) -> str:
    return "list-item" if label and not label.number else "paragraph"


def _cut(text: str, block: Block, labels: Sequence[Label | None]) -> Iterator[_Piece]:
    """Cut a block at its first line and at each label that starts a paragraph."""
    if len(block) == 1:
        yield _piece(text, block[0].start, block[0].end, labels[0], 1)
        return
    cuts = [index for index, label in enumerate(labels) if label or index == 0]
    lines = len(block) if len(cuts) == 1 else 0
    for cut, following in zip(cuts, [*cuts[1:], len(block)], strict=True):
        yield _piece(text, block[cut].start, block[following - 1].end, labels[cut], lines)


def _piece(text: str, start: int, end: int, label: Label | None, lines: int) -> _Piece:
    """Tell the label from the words; a label with no words after it is itself the words."""
    words = end - len(text[label.end : end].lstrip()) if label else start
    return _Piece(start, words, end, label, lines) if words < end else _Piece(start, start, end, None, 0)


def _find_headings(text: str, pieces: Sequence[_Piece]) -> list[bool]:
    """Tell which pieces are headings.

    A heading has no label, fills its block alone, is short, holds a letter, ends in no mark of punctuation,
    and is not the last piece.  Where fewer than one piece in four ends a sentence, the script may have no
    such marks: then only the first piece can be a heading, if it is shorter still.
    """
    ended = sum(ends_sentence(text[piece.words : piece.end]) for piece in pieces)
    punctuated = 4 * ended >= len(pieces)
    length = _HEADING_LENGTH if punctuated else _TITLE_LENGTH
    final = len(pieces) - 1
    return [
        index < final and (punctuated or index == 0) and _could_be_heading(text, piece, length)
        for index, piece in enumerate(pieces)
    ]


def _could_be_heading(text: str, piece: _Piece, length: int) -> bool:
    if piece.label or not 1 <= piece.lines <= _HEADING_LINES or piece.end - piece.words > length:
        return False
    words = text[piece.words : piece.end]
    return not ends_clause(words) and (_ASCII_LETTER.search(words) or re.search(LETTER, words)) is not None
