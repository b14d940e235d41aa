"""Lines and blocks: where one paragraph can end and the next begin.

A block is a run of lines that are one paragraph, or a paragraph and the items of a list.  Blank lines divide blocks.
Whether a line break inside of a block is one of wrapping, or ends a paragraph, is judged from the whole text first:
either its lines are wrapped by hand or each line is a paragraph.
"""

from __future__ import annotations

import itertools
import re
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from muniment.sources.articles import name_articles
from muniment.sources.label import Label
from muniment.sources.labels import parse_label
from muniment.sources.lookalikes import PAGE_NUMBER
from muniment.sources.marks import (
    BLANK,
    LETTER,
    LETTER_OR_DIGIT,
    UNMARKED,
    UNSEEN,
    UNSPACED,
    ends_clause,
    ends_sentence,
    is_lower,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Code points.  Nobody wraps by hand at more than 200; by custom it is done between 40 and 120.
_LONG_LINE: Final = 200
_WRAP_MAX: Final = 120
# Code points.  An unbroken run of ASCII this long is a link, and a link says nothing of how lines are wrapped.
_LINK: Final = re.compile(r"[!-~]{40,}")
# Columns.  A first line is set in by two blanks or more; the scripts with square signs use their own blank.
_INDENT: Final = 2
_TAB: Final = 8
_SQUARE_BLANK: Final = "\u3000"
# Code points; no word is longer where the next word is asked to fit.
_WORD: Final = 24
_THAI_WORD: Final = 12
_TITLE: Final = 100

# From the first character of a line that is not blank to the end of the line.
_LINE: Final = re.compile(f"[^{re.escape(BLANK)}][^\n\r\f\u2029]*")
_LINE_END: Final = re.compile("\r\r\n|\r\n|\n\r(?!\n)|[\n\r]")
_SEEN: Final = re.compile(f"[^{UNSEEN}]")

# What stands before a text in the files of generators of sites: "---", names and values, "---".
_FRONT: Final = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\r?\n(?:[^\n]{0,2000}\n){0,60}?\1[ \t]*(?=\r?\n|\Z)")
_HEADED: Final = re.compile(r"#{1,6}[ \t]+\S")
UNDERLINE: Final = re.compile(r"={3,}|-{3,}")
"""A line drawn under a heading, for ``fullmatch``."""
# A line drawn across the page: one sign five times or more, two by turns, or stars and the like with blanks between.
_RULE: Final = re.compile(
    r"([~*_#+=\-–—‒―─━═╌┄∼＊＝※])\1{4,}|([~*=\-_+])(?!\2)([~*=\-_+])(?:\2\3){2,}\2?|([*_~\-–—＊※])(?:\s+\4){2,}"
)
_RULE_SIGNS: Final = frozenset("~*_#+=-–—‒―─━═╌┄∼＊＝※")

_QUOTE: Final = re.compile(r"(?:>[ \t]?)+")
_CELLS: Final = re.compile(r"\S(?:\t+| {3,}\t*|\u3000{2,})(?=\S)")
_ROW: Final = 2  # gaps between cells
_BARS: Final = re.compile(r"\s\|\s|[│┃║]")
_COUNTED: Final = re.compile(r"\S.*?(?:\.{3,}|…{1,}|(?:\. ){3,}|·{3,}|_{3,}|\t+| {3,})[. ]*(?:\d{1,4}|[ivxlc]{1,7})\Z")
_LETTER: Final = re.compile(LETTER)
_LETTER_OR_DIGIT: Final = re.compile(LETTER_OR_DIGIT)
_UNSPACED_SIGN: Final = re.compile(f"[{UNSPACED}]")
_UNMARKED_SIGN: Final = re.compile(f"[{UNMARKED}]")


class Line(NamedTuple):
    """A line that is not blank, from its first to its last character that is not blank.

    Attributes:
        start: Offset of its first character.
        end: Offset just after its last one.
        indent: Columns before it.
        label: What could be its label, or None.
    """

    start: int
    end: int
    indent: int
    label: Label | None


Block = tuple[Line, ...]


def split_blocks(text: str) -> list[Block]:
    """Cut a text into blocks of lines; what lies between the lines is blank."""
    head, blocks = _split_at_blank_lines(text)
    blocks = name_lines(text, blocks)
    blocks = [_without_cited(text, block) for block in blocks]
    wrapped = _is_wrapped(text, blocks)
    begins = partial(_begins_wrapped if wrapped else _begins_unwrapped, text)
    result: list[Block] = [head] if head else []
    for block in blocks:
        if len(block) == 1:
            result.append(block)
            continue
        style = _style(text, block)
        held = [block[0]]
        for at in range(1, len(block)):
            if not _joins(text, block, at) and (_parts(text, block, at, style) or begins(block, at, style, held[0])):
                result.append(tuple(held))
                held = []
            held.append(block[at])
        result.append(tuple(held))
    return result


def _split_at_blank_lines(text: str) -> tuple[Block, list[Block]]:
    """The lines of what stands before the text, as generators of sites have it, and the blocks between blank lines."""
    front = _FRONT.match(text)
    head: list[Line] = []
    blocks: list[Block] = []
    lines: list[Line] = []
    end = 0
    for match in _LINE.finditer(text):
        start = match.start()
        if not _SEEN.search(match[0]):
            continue
        if front and start < front.end():
            head.append(Line(start, start + len(match[0].rstrip(BLANK)), 0, None))
            end = head[-1].end
            continue
        gap = text[end:start]
        if lines and _is_break(gap):
            blocks.append(tuple(lines))
            lines = []
        end = start + len(match[0].rstrip(BLANK))
        lines.append(Line(start, end, _indent(gap), parse_label(text, start, end)))
    return tuple(head), [*blocks, tuple(lines)] if lines else blocks


def name_lines(text: str, blocks: list[Block]) -> list[Block]:
    """Label the lines that name an article by a word of the text's own."""
    found = name_articles(text, [(line.start, line.end, line is block[0]) for block in blocks for line in block])
    if not found:
        return blocks
    return [
        tuple(line._replace(label=found.get(line.start, line.label)) if _may_name(line) else line for line in block)
        for block in blocks
    ]


def _without_cited(text: str, block: Block) -> Block:
    """Take the label off a wrapped line that begins with the number of an article which its sentence cites.

    The line before it is full and ends no clause: "as it is said in", then "Section 3.5."
    """
    if len(block) == 1 or not any(line.label and line.label.kind == "article" for line in block[1:]):
        return block
    width = _width(text, block)
    return block[:1] + tuple(
        line._replace(label=None)
        if line.label
        and line.label.kind == "article"
        and not (before.label and before.label.alone)
        and not ends_clause(text[before.start : before.end])
        and not _would_fit(text, before, line, width)
        else line
        for before, line in itertools.pairwise(block)
    )


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


def _is_wrapped(text: str, blocks: Sequence[Block]) -> bool:
    """Tell a text wrapped by hand from one with a paragraph a line, by all its lines.

    One line over 200 code points, links and marked headings aside, and nobody wrapped it.  Else the breaks are counted
    that stand inside of blocks, before lines without a label: if half of them end a sentence, a line is a paragraph.
    Where no sentence ends with a mark, or lines are longer than 120, half of the lines that go on must be full.
    """
    breaks: list[_Break] = []
    for block in blocks:
        for line in block:
            if (
                line.end - line.start > _LONG_LINE
                and not _is_headed(text, line)
                and len(_LINK.sub("", text[line.start : line.end])) > _LONG_LINE
            ):
                return False
        breaks.extend(_breaks(text, block))
    ended = sum(each.ended for each in breaks)
    if breaks and 2 * ended >= len(breaks):
        return False
    unmarked = not ended and len(breaks) > 1 and _is_unmarked(text, blocks)
    if not unmarked and all(each.length <= _WRAP_MAX for each in breaks):
        return True
    # The longest line of a block is full by itself, and proves nothing.
    telling = [each for each in breaks if not each.longest]
    return 2 * sum(each.full or each.lower for each in telling) >= len(telling)


class _Break(NamedTuple):
    """What a line break inside of a block says: of the line before it, and of the beginning of the next."""

    length: int
    ended: bool
    longest: bool
    full: bool
    lower: bool


def _breaks(text: str, block: Block) -> Iterator[_Break]:
    """The breaks of a block that could be those of wrapping: not before a label, nor where any text is parted."""
    if len(block) == 1:
        return
    style = _style(text, block)
    for at in range(1, len(block)):
        before, line = block[at - 1], block[at]
        if line.label or _joins(text, block, at) or _parts(text, block, at, style):
            continue
        words = _LINK.sub("", text[before.start : before.end])
        length = len(words)
        linked = length < before.end - before.start or _LINK.match(text, line.start, line.end) is not None
        full = linked or not _would_fit(text, before, line, style.width)
        ended = ends_sentence(text[before.start : before.end])
        yield _Break(length, ended, length == style.width, full, is_lower(text[line.start]))


def _is_unmarked(text: str, blocks: Sequence[Block]) -> bool:
    first = blocks[-1][0]
    return _UNMARKED_SIGN.search(text, first.start, first.start + _TITLE) is not None


def _width(text: str, block: Block) -> int:
    """The width to which a block was wrapped: its longest line without a link, one drawn across the page aside."""
    return max(
        (
            line.end - line.start
            for line in block
            if not _LINK.search(text, line.start, line.end) and not _is_rule(text, line)
        ),
        default=0,
    )


def _would_fit(text: str, line: Line, following: Line, width: int) -> bool:
    """Whether the first word of the next line would have fitted on this one; then its end is no wrapping."""
    word = text[following.start : min(following.end, following.start + _WORD)].split(maxsplit=1)[0]
    if _UNSPACED_SIGN.match(word):
        # Without blanks the next word is a sign or two, a mark of punctuation behind it; in Thai it is a word.
        return line.end - line.start + (_THAI_WORD if _UNMARKED_SIGN.match(word) else 3) <= width
    return line.end - line.start + 1 + len(word) <= width


class _Style(NamedTuple):
    """How the lines of a block are set: the width, the least indent, and whether first lines are set in."""

    width: int
    base: int
    indented: bool


def _style(text: str, block: Block) -> _Style:
    block = tuple(line for line in block if not _is_rule(text, line)) or block
    base = min(line.indent for line in block)
    deep = [line.indent >= base + _INDENT for line in block]
    width = _width(text, block)
    indented = any(deep) and not all(deep) and (deep[0] or _starts_at_ends(text, block, deep, width))
    return _Style(width, base, indented)


def _starts_at_ends(text: str, block: Block, deep: list[bool], width: int) -> bool:
    """Whether each line that is set in comes after one that ends a sentence, or could have gone on (a title)."""
    if block[0].label or 2 * sum(deep) > len(deep):
        return False
    return all(
        ends_sentence(text[before.start : before.end]) or (before is block[0] and _would_fit(text, before, line, width))
        for before, line, is_deep in zip(block, block[1:], deep[1:], strict=False)
        if is_deep
    )


def _parts(text: str, block: Block, at: int, style: _Style) -> bool:
    """Whether a line begins a block in any text: quotes, rows, articles, page numbers, first lines set in."""
    before, line = block[at - 1], block[at]
    if _quote(text, line) != _quote(text, before):
        return True
    if _quote(text, line) and _QUOTE.fullmatch(text, before.start, before.end):
        return True
    if any(_stands_alone(text, each) for each in (before, line)) or _are_half_rows(text, before, line):
        return True
    if at > 1 and _is_drawn(text, before) and _is_row(text, block[at - 2]):
        return True
    if (at + 1 == len(block) and _is_page(text, line)) or (at == 1 and _is_page(text, before)):
        return True
    return _is_set_in(text, line, style) and not line.label and not (before.label and before.indent < line.indent)


def _is_set_in(text: str, line: Line, style: _Style) -> bool:
    """Whether a line is set in as the first of a paragraph."""
    return text[max(0, line.start - 1)] == _SQUARE_BLANK or (style.indented and line.indent >= style.base + _INDENT)


def _joins(text: str, block: Block, at: int) -> bool:
    """Whether a line says nothing and so goes with the one before: a blank one of a quote, a rule under a row.

    Words under a number that is alone on its line go with that.
    """
    before, line = block[at - 1], block[at]
    if before.label and before.label.alone and not line.label and before.label.kind != "article":
        return True
    if _quote(text, line):
        return _quote(text, line) == _quote(text, before) and _QUOTE.fullmatch(text, line.start, line.end) is not None
    if not _is_drawn(text, line):
        return False
    if _is_rule(text, line) and text[line.start] == text[before.start]:
        return False  # a box drawn around words
    below = block[at + 1] if at + 1 < len(block) else None
    return _is_row(text, before) or bool(below and _is_half_row(text, before) and _is_half_row(text, below))


def _quote(text: str, line: Line) -> int:
    """How deep a line is quoted, as mail marks it."""
    if text[line.start] != ">":
        return 0
    match = _QUOTE.match(text, line.start, line.end)
    return match[0].count(">") if match else 0


def _is_article_line(line: Line) -> bool:
    return bool(line.label and line.label.kind == "article" and line.label.alone)


def _stands_alone(text: str, line: Line) -> bool:
    """Whether a line is a block in any text: the number of an article, a marked heading, what underlines one, a row."""
    return (
        _is_article_line(line)
        or _is_headed(text, line)
        or UNDERLINE.fullmatch(text, line.start, line.end) is not None
        or _is_rule(text, line)
        or _is_row(text, line)
    )


def _is_rule(text: str, line: Line) -> bool:
    """Whether a line is drawn across the page, of one sign or of two by turns."""
    return text[line.start] in _RULE_SIGNS and _RULE.fullmatch(text, line.start, line.end) is not None


def _is_headed(text: str, line: Line) -> bool:
    """Whether a line is marked as a heading, as Markdown marks it."""
    return text[line.start] == "#" and _HEADED.match(text, line.start, line.end) is not None


def _is_row(text: str, line: Line) -> bool:
    """Whether a line is a row of a table or of contents: bars, cells far apart, or dots before a page number."""
    words = text[line.start : line.end]
    if words.count("|") > 1 or len(_BARS.findall(words)) > 1:
        return True
    if "\t" not in words and "   " not in words and "\u3000\u3000" not in words:
        return bool(is_counted(text, line.start, line.end))
    place = line.label.end if line.label else line.start
    cells = len(_CELLS.findall(text, place, line.end))
    return cells >= _ROW or bool(is_counted(text, line.start, line.end))


def _is_half_row(text: str, line: Line) -> bool:
    """Whether a line has two cells: a row where one stands beside it that has two as well."""
    place = line.label.end if line.label else line.start
    return (
        line.end - line.start <= _LONG_LINE
        and len(_CELLS.findall(text, place, line.end)) + len(_BARS.findall(text, place, line.end)) == 1
    )


def _are_half_rows(text: str, before: Line, line: Line) -> bool:
    return _is_half_row(text, before) and _is_half_row(text, line)


def is_counted(text: str, start: int, end: int) -> bool:
    """Whether words end in a leader and the number of a page, as in a table of contents."""
    last = text[end - 1]
    if end - start > _LONG_LINE or not (last.isdecimal() or last in "ivxlc"):
        return False
    # More cells than two make a row of a table, whose last cell happens to be a number.
    return _COUNTED.match(text, start, end) is not None and len(_CELLS.findall(text, start, end)) < _ROW


def _is_drawn(text: str, line: Line) -> bool:
    """Whether a line is drawn, without a letter or digit."""
    return not _LETTER_OR_DIGIT.search(text, line.start, line.end)


def _is_page(text: str, line: Line) -> bool:
    return PAGE_NUMBER.fullmatch(text, line.start, line.end) is not None


def _begins_wrapped(text: str, block: Block, at: int, style: _Style, first: Line) -> bool:
    """In a wrapped text: after the end of a sentence, where the next word would have fitted; and after a heading."""
    before, line = block[at - 1], block[at]
    if line.label or is_lower(text[line.start]) or not _would_fit(text, before, line, style.width):
        return False
    words = text[before.start : before.end]
    if ends_sentence(words):
        return not (first.label and line.indent > first.indent)
    return at == 1 and (not before.label or _is_numbered(before, line)) and _heads(text, block, style)


def _is_numbered(line: Line, below: Line) -> bool:
    """Whether a line has a number, and the one below it does not hang under its words."""
    return line.label is not None and line.label.kind in {"number", "article"} and below.indent <= line.indent


def _heads(text: str, block: Block, style: _Style) -> bool:
    """Whether the first line of a block is a heading of the rest: without a mark, short, above whole sentences."""
    first, last = block[0], block[-1]
    return (
        len(block) > 2
        and 2 * (first.end - first.start) < style.width
        and not ends_clause(text[first.start : first.end])
        and (ends_sentence(text[last.start : last.end]) or text[last.end - 1] in ":：")
        and _LETTER.search(text, first.start, first.end) is not None
    )


def _begins_unwrapped(text: str, block: Block, at: int, style: _Style, first: Line) -> bool:
    """In a text with a paragraph a line: everywhere, but where a short line runs on into one in small letters."""
    before, line = block[at - 1], block[at]
    del style, first
    runs_on = (
        not line.label
        and is_lower(text[line.start])
        and max(before.end - before.start, line.end - line.start) <= _TITLE
        and not ends_clause(text[before.start : before.end])
    )
    return not runs_on
