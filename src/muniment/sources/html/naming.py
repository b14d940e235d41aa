"""Labels and ids of the paragraphs of a page, by the rules of plain text.

What begins with a printed label has that one.  Else the first paragraph of an item has the number or the bullet that
a browser prints before it.  No heading is guessed: the page says which they are.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from muniment.record import Paragraph
from muniment.sources.blocks import name_lines
from muniment.sources.headings import Piece
from muniment.sources.ids import Named, find_notes, identify
from muniment.sources.labels import parse_label
from muniment.sources.line import Line
from muniment.sources.lists import arrange, hold_labels
from muniment.sources.marks import BLANK
from muniment.sources.paragraphs import SIGN, check_count, find_contents, words_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.sources.html.rendering import Rendered
    from muniment.sources.line import Block

_BETWEEN = "\n\n"
_LONGEST = 40  # characters of a label


def name_paragraphs(
    parts: Sequence[Rendered], *, numbers_first: bool = False, where: str = ""
) -> tuple[Paragraph, ...]:
    """Give the paragraphs of a page their labels and ids.

    Args:
        parts: The paragraphs.
        numbers_first: Whether a number that is printed before a paragraph is its label whatever its words begin with.
        where: What errors name.

    Raises:
        SourceError: There are too many.
    """
    check_count(len(parts), where)
    text = _BETWEEN.join(part.text for part in parts)
    pieces = _pieces(text, parts, numbers_first=numbers_first)
    contents = find_contents(text, pieces)
    notes = find_notes(pieces, Counter(SIGN.findall(text)))
    listed = [
        None if entry else piece.label or (part.marker.label if part.marker else None)
        for part, piece, entry in zip(parts, pieces, contents, strict=True)
    ]
    led = [words_before(text, piece) for piece in pieces]
    standings = arrange([*zip(listed, (part.indent for part in parts), led, strict=True)])
    headings = [part.kind == "heading" for part in parts]
    ids = identify([Named(*each) for each in zip(listed, standings, headings, notes, strict=True)])
    return tuple(
        Paragraph(name, part.kind, _printed(text, part, piece, both=numbers_first), text[piece.words : piece.end])
        for name, part, piece in zip(ids, parts, pieces, strict=True)
    )


def _printed(text: str, part: Rendered, piece: Piece, *, both: bool) -> str | None:
    """Give the label: what is typed, else what is printed before it; a bullet goes with what is typed."""
    counted = None if part.marker is None else part.marker.printed
    if piece.label is None:
        return counted
    typed = None if piece.printed else text[piece.start : piece.label.end]
    whole = " ".join(filter(None, (counted, typed)))
    return whole if both and whole and len(whole) <= _LONGEST else typed


def _pieces(text: str, parts: Sequence[Rendered], *, numbers_first: bool) -> list[Piece]:
    """Tell the printed label of each paragraph from its words; only its first line can have one."""
    blocks: list[Block] = []
    place = 0
    for part in parts:
        start = place + len(part.text) - len(part.text.lstrip(BLANK))
        end = text.find("\n", start, place + len(part.text))
        end = place + len(part.text) if end < 0 else end
        blocks.append((Line(start, end, part.indent, parse_label(text, start, end)),))
        place += len(part.text) + len(_BETWEEN)
    held = hold_labels(text, name_lines(text, blocks))
    pieces = []
    place = 0
    for part, block, labels in zip(parts, blocks, held, strict=True):
        numbered = numbers_first and part.marker is not None and any(map(str.isalnum, part.marker.printed))
        end, label = place + len(part.text), None if numbered else labels[0]
        words = place
        if label is not None:
            words = end - len(text[label.end : end].lstrip(BLANK))
        alone = label is not None and words >= end
        if label is not None and alone:
            label, words = (label if label.readings else None), place
        # What stands before the words of a label is the label, and blanks.
        start = block[0].start if label is not None and not alone else place
        lines, printed = part.text.count("\n") + 1, alone and label is not None
        pieces.append(Piece(start, words, end, label, lines, part.indent, printed))
        place = end + len(_BETWEEN)
    return pieces
