"""Lines and blocks: where one paragraph can end and the next begin.

A block is a run of lines that are one paragraph, or a paragraph and the items of a list.  Blank lines divide blocks.
Whether a line break inside of a block is one of wrapping, or ends a paragraph, is judged from the whole text first:
either its lines are wrapped by hand or each line is a paragraph.
"""

from __future__ import annotations

import itertools
import re
from functools import partial
from typing import TYPE_CHECKING, Final

from muniment.sources.articles import name_articles
from muniment.sources.breaks import (
    Style,
    are_items,
    begins_latex,
    begins_unwrapped,
    begins_wrapped,
    could_be_items,
    is_latex,
    is_set_in,
    style_of,
    width_of,
    would_fit,
)
from muniment.sources.code import find_fences, is_code, is_set_code, unlabelled
from muniment.sources.label import FIRM, following
from muniment.sources.labels import parse_label
from muniment.sources.line import (
    DRAWN_SIGNS,
    LF_LINE,
    LINE,
    Block,
    Line,
    are_half_rows,
    is_drawn,
    is_half_row,
    is_headed,
    is_row,
    is_rule,
)
from muniment.sources.lookalikes import is_framed_page, is_page_number
from muniment.sources.marks import BLANK, UNSEEN, ends_clause, is_lower
from muniment.sources.wrapping import NOTHING_WRAPPED, Breaks, divides_by_blanks, find_wrapped, is_wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from muniment.sources.label import Label

# Columns that a tab goes to; the scripts with square signs use their own blank.
_TAB: Final = 8
_SQUARE_BLANK: Final = "\u3000"

_OTHER_ENDS: Final = ("\r", "\f", "\u2029")
_LINE_END: Final = re.compile("\r\r\n|\r\n|\n\r(?!\n)|[\n\r]")
_SEEN: Final = re.compile(f"[^{UNSEEN}]")

# What stands before a text in the files of generators of sites: "---", names and values, "---".
_FRONT: Final = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\r?\n(?:[^\n]{0,2000}\n){0,60}?\1[ \t]*(?=\r?\n|\Z)")

UNDERLINE: Final = re.compile(r"={3,}|-{3,}")
"""A line drawn under a heading, for ``fullmatch``."""

_ADDRESS: Final = re.compile(r"https?://\S+")
# What a link stands for, as Markdown has it, and a note.
_DEFINITION: Final = re.compile(r"\[[^\]\n]{1,80}\]:[ \t]+<?\S+>?(?:[ \t]+[\"'(][^\n]{1,200}[\"')])?")
_QUOTE: Final = re.compile(r"(?:>[ \t]?)+")


def split_blocks(text: str) -> list[Block]:
    """Cut a text into blocks of lines; what lies between the lines is blank."""
    head, blocks = _split_at_blank_lines(text)
    blocks = [unlabelled(block) if is_set_code(text, block) else block for block in blocks]
    blocks = name_lines(text, blocks)
    blocks = [_without_cited(text, block) for block in blocks]
    blocks = _with_words(text, blocks)
    if is_latex(text):
        return [*((head,) if head else ()), *(part for block in blocks for part in _cut_latex(text, block))]
    breaks = [_find_breaks(text, block) for block in blocks]
    wrapped = is_wrapped(text, blocks, breaks)
    known = NOTHING_WRAPPED if wrapped else find_wrapped(text, breaks)
    divided = bool(wrapped or known.blocks) and divides_by_blanks(text, blocks, breaks)
    width = 0
    result: list[Block] = [head] if head else []
    for place, block in enumerate(blocks):
        if len(block) == 1 or is_code(text, block):
            result.append(block)
            continue
        begins = partial(begins_wrapped if wrapped or place in known.blocks else begins_unwrapped, text)
        if wrapped and could_be_items(block):
            width = width or max(width_of(text, each) for each in blocks if len(each) > 1)
            if are_items(text, block, width):
                result.extend((line,) for line in block)
                continue
        result.extend(_cut(text, block, begins, known.lines, divided=divided))
    return result


def _cut(
    text: str, block: Block, begins: Callable[..., bool], going: frozenset[int], *, divided: bool
) -> Iterator[Block]:
    """Cut a block where lines begin a paragraph; the lines at some places go on."""
    style = style_of(text, block)
    style = style._replace(whole=style.whole or divided)
    held = [block[0]]
    for at in range(1, len(block)):
        goes_on = _joins(text, block, at) or block[at].start in going
        if not goes_on and (_parts(text, block, at, style) or begins(block, at, style, held[0])):
            yield tuple(held)
            held = []
        held.append(block[at])
    yield tuple(held)


def _cut_latex(text: str, block: Block) -> Iterator[Block]:
    """Cut a block of a text of LaTeX, whatever its indents; code stays whole."""
    start = 0
    for at in range(1, 1 if is_code(text, block) else len(block)):
        if begins_latex(text, block, at, block[start]):
            yield block[start:at]
            start = at
    yield block[start:]


def _split_at_blank_lines(text: str) -> tuple[Block, list[Block]]:
    """The lines of what stands before the text, as generators of sites have it, and the blocks between blank lines."""
    front = _FRONT.match(text)
    fences = find_fences(text)
    head: list[Line] = []
    blocks: list[Block] = []
    lines: list[Line] = []
    end = fenced = 0
    for match in (LINE if any(end in text for end in _OTHER_ENDS) else LF_LINE).finditer(text):
        start, line = match.start(), match[0]
        # A sign of ASCII that is not blank shows; of others, and of controls, the whole line is asked.
        if not "!" <= line[0] <= "~" and not _SEEN.search(line):
            continue
        if front and start < front.end():
            end = start + len(line.rstrip(BLANK))
            head.append(Line(start, end, 0, None))
            continue
        gap = text[end:start]
        if lines and start >= fenced and (_is_break(gap) or start in fences or end == fenced):
            blocks.append(tuple(lines))
            lines = []
        end = start + len(line.rstrip(BLANK))
        fenced = fences.get(start, fenced)
        lines.append(Line(start, end, _indent(gap), None if start < fenced else parse_label(text, start, end)))
    return tuple(head), [*blocks, tuple(lines)] if lines else blocks


def name_lines(text: str, blocks: list[Block]) -> list[Block]:
    """Label the lines that name an article by a word of the text's own."""
    free = [block for block in blocks if not is_code(text, block)]
    found = name_articles(text, [(line.start, line.end, line is block[0]) for block in free for line in block])
    if not found:
        return blocks
    return [
        tuple(line._replace(label=found.get(line.start, line.label)) if _may_name(line) else line for line in block)
        for block in blocks
    ]


def _without_cited(text: str, block: Block) -> Block:
    """Take the label off a wrapped line that begins with the number of an article which its sentence cites.

    The line before it is full and ends no clause: "as it is said in", then "Section 3.5."  So it is with a number in
    parts behind a line that has no label itself, or before a small letter: "as in", then "1.1.1 and".
    """
    if len(block) == 1 or not any(line.label and _may_be_cited(line.label) for line in block[1:]):
        return block
    width = width_of(text, block)
    return block[:1] + tuple(
        line._replace(label=None)
        if line.label
        and _may_be_cited(line.label)
        and (line.label.kind == "article" or not before.label or is_lower(_first(text, line)))
        and not (before.label and before.label.alone)
        and not ends_clause(text[before.start : before.end])
        and not would_fit(text, before, line, width)
        else line
        for before, line in itertools.pairwise(block)
    )


def _may_be_cited(label: Label) -> bool:
    return label.kind == "article" or (label.form in {"bare", "."} and "." in label.name)


def _first(text: str, line: Line) -> str:
    """The first character of the words after the label of a line."""
    return following(text, line.label.end, line.end) if line.label else text[line.start]


def _with_words(text: str, blocks: list[Block]) -> list[Block]:
    """Put numbers that are alone in their block before the words in the next one, where their list vouches for them.

    The number before or the next one is alone as well, and the words have no label and are no row, rule or fence.
    """
    alone = [len(block) == 1 and _is_number_alone(block[0]) for block in blocks]
    if not any(alone):
        return blocks
    counted = {reading for block, is_alone in zip(blocks, alone, strict=True) if is_alone for reading in _counts(block)}
    result: list[Block] = []
    for at, block in enumerate(blocks):
        before = blocks[at - 1][0] if at and alone[at - 1] else None
        listed = before and any((form, last + step) in counted for form, last in _counts((before,)) for step in (-1, 1))
        if listed and not block[0].label and not is_code(text, block) and not _stands_alone(text, block[0]):
            result[-1] = (*result[-1], *block)
        else:
            result.append(block)
    return result


def _is_number_alone(line: Line) -> bool:
    label = line.label
    return label is not None and label.alone and label.kind in {"number", "letter"} and label.strength == FIRM


def _counts(block: Block) -> list[tuple[tuple[str, tuple[int, ...]], int]]:
    """The ways in which the number of a block may count: what it lies in, and its place there."""
    label = block[0].label
    return [((form, number[:-1]), number[-1]) for form, number in label.readings] if label else []


def _may_name(line: Line) -> bool:
    """Whether a line has no label yet, or begins with digits."""
    return line.label is None or line.label.kind == "number"


def _is_break(gap: str) -> bool:
    return gap == "\n\n" or "\f" in gap or "\u2029" in gap or len(_LINE_END.findall(gap)) > 1


def _indent(gap: str) -> int:
    """The columns before a line: a tab goes to the next eighth, a square blank takes two."""
    if gap[-1:] in {"\n", "\r", ""}:
        return 0
    column = 0
    for sign in re.split("[\n\r\f\u2029]", gap)[-1]:
        column = column - column % _TAB + _TAB if sign == "\t" else column + (2 if sign == _SQUARE_BLANK else 1)
    return column


def _find_breaks(text: str, block: Block) -> Breaks:
    """The breaks of a block that could be those of wrapping: not before a label, nor where any text is parted."""
    if len(block) == 1 or is_code(text, block):
        return []
    style = style_of(text, block)
    return [
        (block[at - 1], block[at])
        for at in range(1, len(block))
        if not (block[at].label or _joins(text, block, at) or _parts(text, block, at, style))
    ]


def _parts(text: str, block: Block, at: int, style: Style) -> bool:
    """Whether a line begins a block in any text: quotes, rows, articles, page numbers, first lines set in."""
    before, line = block[at - 1], block[at]
    if _quote(text, line) != _quote(text, before) or style.values & {before.start, line.start}:
        return True
    if _quote(text, line) and _QUOTE.fullmatch(text, before.start, before.end):
        return True
    if (
        _defines(text, before, line)
        or _stands_alone(text, before)
        or _stands_alone(text, line)
        or _are_alike(text, before, line)
    ):
        return True
    if at > 1 and is_drawn(text, before) and is_row(text, block[at - 2]):
        return True
    if (at + 1 == len(block) and _is_page(text, line)) or (at == 1 and _is_page(text, before)):
        return True
    return is_set_in(text, line, style) and not line.label and not (before.label and before.indent < line.indent)


def _defines(text: str, before: Line, line: Line) -> bool:
    """Whether a line says what a link or the sign of a note stands for, or the one before it does and no more."""
    if text[line.start] == "[" and _DEFINITION.match(text, line.start, line.end):
        return True
    return text[before.start] == "[" and _DEFINITION.fullmatch(text, before.start, before.end) is not None


def _are_alike(text: str, before: Line, line: Line) -> bool:
    """Whether two lines, one under the other, have two cells each, or are addresses of pages."""
    if text[line.start] == "h" and _is_address(text, line) and _is_address(text, before):
        return True
    return are_half_rows(text, before, line)


def _is_address(text: str, line: Line) -> bool:
    """Whether a line is nothing but the address of a page."""
    return _ADDRESS.fullmatch(text, line.start, line.end) is not None


def _joins(text: str, block: Block, at: int) -> bool:
    """Whether a line says nothing and so goes with the one before: a blank one of a quote, a rule under a row.

    Words under a number that is alone on its line go with that.
    """
    before, line = block[at - 1], block[at]
    if before.label and before.label.alone and not line.label and before.label.kind != "article":
        return True
    if _is_article_line(before) and at == 1 and UNDERLINE.fullmatch(text, line.start, line.end):
        return True
    if _quote(text, line):
        return _quote(text, line) == _quote(text, before) and _QUOTE.fullmatch(text, line.start, line.end) is not None
    if not is_drawn(text, line):
        return False
    if is_rule(text, line) and text[line.start] == text[before.start]:
        return False  # a box drawn around words
    below = block[at + 1] if at + 1 < len(block) else None
    return is_row(text, before) or bool(below and is_half_row(text, before) and is_half_row(text, below))


def _quote(text: str, line: Line) -> int:
    """How deep a line is quoted, as mail marks it."""
    if text[line.start] != ">":
        return 0
    match = _QUOTE.match(text, line.start, line.end)
    return match[0].count(">") if match else 0


def _is_article_line(line: Line) -> bool:
    return bool(line.label and line.label.kind == "article" and line.label.alone)


def _stands_alone(text: str, line: Line) -> bool:
    """Whether a line is a block in any text.

    The number of an article, a marked heading, what underlines one, a rule, a row, a page's number between dashes.
    """
    if _is_article_line(line) or is_row(text, line):
        return True
    # A line of words begins with none of these signs.
    return text[line.start] in DRAWN_SIGNS and (
        is_headed(text, line)
        or UNDERLINE.fullmatch(text, line.start, line.end) is not None
        or is_rule(text, line)
        or is_framed_page(text, line.start, line.end)
    )


def _is_page(text: str, line: Line) -> bool:
    return is_page_number(text, line.start, line.end)
