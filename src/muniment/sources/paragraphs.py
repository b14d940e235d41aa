"""Text to paragraphs: the rules of ``muniment-text`` version 1.

The same text always gives the same paragraphs, and nothing is edited: the labels and texts are slices of the
text in its order, and all that lies outside them is white space.  Any change here that could change a
paragraph needs a new version of the extractor; the old one must stay.  ``docs/format.md`` states the rules in
full.

Lines and blocks: where white space alone divides a text.

A line ends at LF, CRLF, CR, FF or U+2029.  A block is a run of lines with no blank line, FF or U+2029 between
them.  Where a block holds one paragraph a line, each line becomes a block of its own.

Ids for paragraphs: ``p16``, ``p9.1``, ``p16.a``, ``h1``, ``p16-2``.

Which of the labels in a block start a paragraph.

A wrapped line can begin with anything: "2022. The", "10. May", "- or so".  At the start of a block a label is
taken at its word; on a later line it needs the sequence, or its likes in the same block, to vouch for it.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from muniment.errors import SourceError
from muniment.sources.adapter import Paragraph
from muniment.sources.labels import LETTER, Label, ends_clause, ends_sentence, parse_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muniment.sources.labels import Label


# Code points.  Nobody wraps by hand at more than 200; by custom it is done between 40 and 100.
_LONG_LINE: Final = 200
_WRAP_MIN: Final = 40
_WRAP_MAX: Final = 100
_WRAP_SPREAD: Final = 20

# From the first character of a line that is not white space to the end of the line.
_LINE: Final = re.compile("\\S[^\n\r\f\u2029]*")
_LINE_TO_LF: Final = re.compile("\\S[^\n]*")  # the same where LF alone ends lines, and three times as fast
_LINE_END: Final = re.compile("\r\n|[\n\r]")


class Line(NamedTuple):
    """A line that is not blank, from its first to its last character that is not white space."""

    start: int
    end: int
    label: Label | None


Block = tuple[Line, ...]


def split_blocks(text: str) -> list[Block]:
    """Cut a text into blocks of lines; what lies between the lines is white space.

    A block is taken apart into its lines when one of them is longer than 200 code points; a block that is the
    whole text also when it does not look wrapped by hand (see ``_is_wrapped``).
    """
    blocks = _split_at_blank_lines(text)
    alone = len(blocks) == 1
    result: list[Block] = []
    for block in blocks:
        joined = all(line.end - line.start <= _LONG_LINE for line in block)
        if alone and joined:
            joined = _is_wrapped(text, block)
        result.extend([block] if joined else [(line,) for line in block])
    return result


def _split_at_blank_lines(text: str) -> list[Block]:
    blocks: list[Block] = []
    lines: list[Line] = []
    end = 0
    pattern = _LINE if "\r" in text or "\f" in text or "\u2029" in text else _LINE_TO_LF
    for match in pattern.finditer(text):
        start = match.start()
        if lines and _is_break(text[end:start]):
            blocks.append(tuple(lines))
            lines = []
        end = start + len(match[0].rstrip())
        lines.append(Line(start, end, parse_label(text, start, end)))
    return [*blocks, tuple(lines)] if lines else blocks


def _is_break(gap: str) -> bool:
    return gap == "\n\n" or "\f" in gap or "\u2029" in gap or len(_LINE_END.findall(gap)) > 1


def _is_wrapped(text: str, block: Sequence[Line]) -> bool:
    """Tell a text wrapped by hand from one with a paragraph a line.

    Wrapped means: no line is longer than 100 code points; of the lines that go before a line without a label,
    at least three in four are 40 or longer and at most 20 shorter than the longest line; and fewer than half
    of them end a sentence.
    """
    longest = max(line.end - line.start for line in block)
    inner = [line for line, following in pairwise(block) if following.label is None]
    full = sum(line.end - line.start >= max(_WRAP_MIN, longest - _WRAP_SPREAD) for line in inner)
    ended = sum(ends_sentence(text[line.start : line.end]) for line in inner)
    return longest <= _WRAP_MAX and 4 * full >= 3 * len(inner) > 0 and 2 * ended < len(inner)


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


Number = tuple[int, ...]


def find_starts(blocks: Sequence[Block]) -> Iterator[tuple[Block, list[Label | None]]]:
    """Give each block with one item for each of its lines.

    The item is the label if it starts a paragraph there, else None.
    """
    find_successors = cache(partial(_find_successors, blocks))  # asked for by few texts
    last: dict[str, Number] = {}
    for index, block in enumerate(blocks):
        lists = _list_forms(block) if len(block) > 1 else set()
        labels: list[Label | None] = []
        for line in block:
            first = line is block[0]
            label = line.label
            if label and label.number:
                if (
                    (first and label.firm)
                    or _follows(last.get(label.form), label.number)
                    or (_begins(label.number) and _goes_on(find_successors().get(line.start), index, first=first))
                ):
                    last[label.form] = label.number
                else:
                    label = None
            elif label and not first and label.form not in lists:
                label = None
            labels.append(label)
        yield block, labels


def _goes_on(successor: int | None, index: int, *, first: bool) -> bool:
    """Whether the next number stands where it can vouch for this one in block ``index``."""
    return successor is not None and (first or successor == index)


def _list_forms(block: Block) -> set[str]:
    """Find the forms of letters and bullets that make a list in a block: at its start, or at least twice."""
    forms = Counter(line.label.form for line in block if line.label and not line.label.number)
    lead = block[0].label
    return {form for form, count in forms.items() if count > 1 or (lead and lead.form == form)}


def _find_successors(blocks: Sequence[Block]) -> dict[int, int]:
    """Find, for the offset of each numbered line, the index of the block where its next number stands.

    That is the nearest such place after the line, perhaps in the same block; lines without one are left out.
    """
    seen: dict[tuple[str, Number], int] = {}
    found: dict[int, int] = {}
    for index in range(len(blocks) - 1, -1, -1):
        for line in reversed(blocks[index]):
            if line.label and line.label.number:
                form, number = line.label.form, line.label.number
                successor = seen.get((form, (*number[:-1], number[-1] + 1)))
                if successor is not None:
                    found[line.start] = successor
                seen[form, number] = index
    return found


def _begins(number: Number) -> bool:
    """Whether a sequence can begin with it: 1, 1.1, 1.1.1."""
    return set(number) == {1}


def _follows(previous: Number | None, number: Number) -> bool:
    """Whether it is next in sequence: 10 after 9; 1.3, 2 or 1.2.1 after 1.2."""
    if previous is None:
        return False
    depth = len(number)
    if depth > len(previous):
        return number[: len(previous)] == previous and _begins(number[len(previous) :])
    return number == (*previous[: depth - 1], previous[depth - 1] + 1)


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
