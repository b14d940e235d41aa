"""Text to paragraphs: the rules of ``muniment-text``.

The same text always gives the same paragraphs, and nothing is edited: the labels and texts are slices of the
text in its order, and all that lies outside them is blank.  Any change here that could change a
paragraph needs a new version of the extractor.  ``docs/format.md`` states the rules in full.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from muniment.errors import SourceError
from muniment.record import shared_paragraph
from muniment.sources.blocks import UNDERLINE, split_blocks
from muniment.sources.headings import Piece, find_headings
from muniment.sources.ids import Named, find_notes, identify
from muniment.sources.line import is_counted
from muniment.sources.lists import arrange, hold_labels
from muniment.sources.marks import BLANK, ends_clause, ends_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muniment.record import Paragraph
    from muniment.sources.label import Label
    from muniment.sources.line import Block

MAX_PARAGRAPHS: Final = 20_000
SIGN: Final = re.compile(r"\[([0-9]{1,3})\]")
"""The sign of a footnote."""

_LINKED: Final = re.compile(r"\[([^\]\n]{1,200})\]\([^)\n]{0,400}\)")
# Code points: a line of contents repeats a section's heading, not its text.
_ENTRY: Final = 120
# Lines: fewer are no contents.
_ENTRIES: Final = 2


def segment(text: str, *, where: str = "") -> tuple[Paragraph, ...]:
    """Cut a decoded text into paragraphs.

    Args:
        text: As decoded, without byte order mark.
        where: What errors name.

    Returns:
        The paragraphs in the order of the text, with unique ids; none for a text that shows nothing.

    Raises:
        SourceError: There are more than 20,000 paragraphs.
    """
    blocks = split_blocks(text)
    check_count(len(blocks), where)
    held = hold_labels(text, blocks)
    pieces = [piece for block, labels in zip(blocks, held, strict=True) for piece in _cut(text, block, labels)]
    check_count(len(pieces), where)
    contents = find_contents(text, pieces)
    headings = find_headings(text, pieces)
    notes = find_notes(pieces, Counter(SIGN.findall(text)))
    listed = [None if is_entry else piece.label for piece, is_entry in zip(pieces, contents, strict=True)]
    led = [
        words_before(text, piece) if piece.label or (at and pieces[at - 1].label) else ""
        for at, piece in enumerate(pieces)
    ]
    stacked = [label and _apart(text, piece, label) for label, piece in zip(listed, pieces, strict=True)]
    standings = arrange([*zip(stacked, (piece.indent for piece in pieces), led, strict=True)])
    ids = identify([Named(*each) for each in zip(listed, standings, headings, notes, strict=True)])
    return tuple(
        shared_paragraph(
            id=name,
            kind="heading" if is_heading else _kind(piece, is_item=is_entry or is_note),
            label=text[piece.start : piece.label.end] if piece.label and not piece.printed else None,
            text=text[piece.words : piece.end],
        )
        for piece, is_heading, is_entry, is_note, name in zip(pieces, headings, contents, notes, ids, strict=True)
    )


def check_count(count: int, where: str) -> None:
    """Refuse a text of too many paragraphs.

    Raises:
        SourceError: There are more than 20,000.
    """
    if count > MAX_PARAGRAPHS:
        raise SourceError(
            "the text has too many paragraphs",
            where=where,
            expected=f"at most {MAX_PARAGRAPHS}",
            found=str(count),
            hint="archive its parts as releases of their own",
        )


def _kind(piece: Piece, *, is_item: bool) -> str:
    if is_item or (piece.label and not piece.printed and piece.label.kind in {"letter", "bullet"}):
        return "list-item"
    return "paragraph"


def _apart(text: str, piece: Piece, label: Label) -> Label:
    """The number of a marked heading in lists of its own, so that items below it count for themselves."""
    if text[piece.start] != "#" or label.kind != "number":
        return label
    return label._replace(readings=tuple((f"#{key}", number) for key, number in label.readings))


def _cut(text: str, block: Block, labels: Sequence[Label | None]) -> Iterator[Piece]:
    """Cut a block at its first line and at each label that holds."""
    if len(block) == 1:
        yield _piece(text, block, labels[0])
        return
    cuts = [index for index, label in enumerate(labels) if label or index == 0]
    for cut, following in zip(cuts, [*cuts[1:], len(block)], strict=True):
        yield _piece(text, block[cut:following], labels[cut])


def _piece(text: str, lines: Block, label: Label | None) -> Piece:
    """Tell the label from the words; a label with no words after it is itself the words."""
    first, end = lines[0], lines[-1].end
    words = label.end if label else first.start
    while words < end and text[words] in _BLANKS:
        words += 1
    if label is not None and (words >= end or (text[words] in "=-" and UNDERLINE.fullmatch(text, words, end))):
        label = label if label.readings else None
        return Piece(first.start, first.start, end, label, len(lines), first.indent, label is not None)
    return Piece(first.start, words, end, label, len(lines), first.indent, printed=False)


def words_before(text: str, piece: Piece) -> str:
    """How the words before a piece end: in a colon, so that a list may begin; open; or closed."""
    words = text[max(0, piece.start - _LED) : piece.start].rstrip(BLANK)
    if words[-1:] in {":", "：", "︰"}:
        return "colon"
    return "closed" if ends_sentence(words) or words[-1:] in {";", "；", "؛", ""} else "open"


_BLANKS: Final = frozenset(BLANK)
_LED: Final = 64  # code points, most of them blanks before a line


def find_contents(text: str, pieces: Sequence[Piece]) -> list[bool]:
    """Tell which pieces are lines of a table of contents.

    They end in a leader and the number of a page; or there are two and more in a row whose label and words stand once
    more below, and end in no mark, or are parted there by what lies in the sections.
    """
    twice = Counter(piece.label.name for piece in pieces if piece.label and piece.label.name)
    later: dict[tuple[str, str], int] = {}
    again = [0] * len(pieces)  # where the same stands below
    short = [False] * len(pieces)
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        if piece.label and twice[piece.label.name] > 1:
            words = text[piece.words : piece.end]
            short[index] = len(words) <= _ENTRY and (not ends_clause(words) or words[-1] in "?？؟")
            words = _LINKED.sub(r"\1", words) if "](" in words else words
            entry = piece.label.name, " ".join(words.strip("#*_ ").split())
            again[index] = later.get(entry, 0)
            later[entry] = index
    found = [is_counted(text, piece.words, piece.end) for piece in pieces]
    for run in _runs([bool(place) and is_short for place, is_short in zip(again, short, strict=True)]):
        found[run.start : run.stop] = [True] * len(run)
    for run in _runs([bool(place) for place in again]):
        if any(again[at + 1] > again[at] + 1 for at in run[:-1]):
            found[run.start : run.stop] = [True] * len(run)
    return found


def _runs(marked: Sequence[bool]) -> Iterator[range]:
    """Where as many in a row are marked as make a table of contents."""
    start = 0
    for index, is_marked in enumerate((*marked, False)):
        if is_marked:
            continue
        if index - start >= _ENTRIES:
            yield range(start, index)
        start = index + 1
