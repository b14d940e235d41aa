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
from muniment.sources.label import FIRM, following
from muniment.sources.labels import parse_label
from muniment.sources.line import (
    LONG_LINE,
    Block,
    Line,
    are_half_rows,
    find_values,
    is_drawn,
    is_half_row,
    is_row,
    is_rule,
)
from muniment.sources.lookalikes import is_page_number
from muniment.sources.marks import (
    BLANK,
    LETTER,
    UNMARKED,
    UNSEEN,
    UNSPACED,
    ends_clause,
    ends_sentence,
    is_lower,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muniment.sources.label import Label

# Code points.  By custom lines are wrapped by hand between 40 and 120.
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
_TITLE_LINES: Final = 3
_FENCE: Final = "```"
_FENCE_SIGNS: Final = frozenset("`{<}")
# Tags for code, as generators of sites have them, and as HTML has them.
_CODE_TAGS: Final = (("{% highlight", "{% endhighlight %}"), ("{% raw", "{% endraw %}"), ("<pre", "</pre>"))
_FENCED: Final = (_FENCE, "{% highlight", "{% raw", "<pre")

# From the first character of a line that is not blank to the end of the line.
_LINE: Final = re.compile(f"[^{re.escape(BLANK)}][^\n\r\f\u2029]*")
# The same for a text whose lines all end in a line feed: what is not one is found in a tenth of the time.
_LF_LINE: Final = re.compile(f"[^{re.escape(BLANK)}].*")
_OTHER_ENDS: Final = ("\r", "\f", "\u2029")
_LINE_END: Final = re.compile("\r\r\n|\r\n|\n\r(?!\n)|[\n\r]")
_SEEN: Final = re.compile(f"[^{UNSEEN}]")

# What stands before a text in the files of generators of sites: "---", names and values, "---".
_FRONT: Final = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\r?\n(?:[^\n]{0,2000}\n){0,60}?\1[ \t]*(?=\r?\n|\Z)")
_HEADED: Final = re.compile(r"#{1,6}[ \t]+\S")
UNDERLINE: Final = re.compile(r"={3,}|-{3,}")
"""A line drawn under a heading, for ``fullmatch``."""

_QUOTE: Final = re.compile(r"(?:>[ \t]?)+")
_LETTER: Final = re.compile(LETTER)
_UNSPACED_SIGN: Final = re.compile(f"[{UNSPACED}]")
_UNMARKED_SIGN: Final = re.compile(f"[{UNMARKED}]")


def split_blocks(text: str) -> list[Block]:
    """Cut a text into blocks of lines; what lies between the lines is blank."""
    head, blocks = _split_at_blank_lines(text)
    blocks = name_lines(text, blocks)
    blocks = [_without_cited(text, block) for block in blocks]
    blocks = _with_words(text, blocks)
    wrapped = _is_wrapped(text, blocks)
    begins = partial(_begins_wrapped if wrapped else _begins_unwrapped, text)
    result: list[Block] = [head] if head else []
    for block in blocks:
        if len(block) == 1 or _is_fenced(text, block):
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
    fences = _find_fences(text) if any(fence in text for fence in _FENCED) else {}
    head: list[Line] = []
    blocks: list[Block] = []
    lines: list[Line] = []
    end = fenced = 0
    for match in (_LINE if any(end in text for end in _OTHER_ENDS) else _LF_LINE).finditer(text):
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
    free = [block for block in blocks if not _is_fenced(text, block)]
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
    width = _width(text, block)
    return block[:1] + tuple(
        line._replace(label=None)
        if line.label
        and _may_be_cited(line.label)
        and (line.label.kind == "article" or not before.label or is_lower(_first(text, line)))
        and not (before.label and before.label.alone)
        and not ends_clause(text[before.start : before.end])
        and not _would_fit(text, before, line, width)
        else line
        for before, line in itertools.pairwise(block)
    )


def _find_fences(text: str) -> dict[int, int]:
    """Where code is fenced off, by its beginning and end: between lines of grave accents, or between tags for code.

    A fence of accents is closed by as many or more, alone on their line.  One that is never closed is none.
    """
    found: dict[int, int] = {}
    opened = 0
    closing = ""
    for match in _LINE.finditer(text):
        line = match[0].rstrip(BLANK)
        if line[0] not in _FENCE_SIGNS:
            continue
        if not closing:
            opened, closing = match.start(), _closing_of(line)
        elif line.endswith(closing) and (closing[0] != "`" or not line.strip("`")):
            found[opened] = match.start() + len(line)
            closing = ""
    return found


def _closing_of(line: str) -> str:
    """What closes the fence that a line opens; nothing where it opens none."""
    words = line.lstrip("`")
    if len(line) - len(words) >= len(_FENCE):
        return "" if "`" in words else "`" * (len(line) - len(words))
    return next((end for start, end in _CODE_TAGS if line.startswith(start) and end not in line), "")


def _may_be_cited(label: Label) -> bool:
    return label.kind == "article" or (label.form in {"bare", "."} and "." in label.name)


def _first(text: str, line: Line) -> str:
    """The first character of the words after the label of a line."""
    return following(text, line.label.end, line.end) if line.label else text[line.start]


def _is_fenced(text: str, block: Block) -> bool:
    """Whether a block is code between two fences, kept as it is."""
    first, last = block[0], block[-1]
    if text[first.start] not in _FENCE_SIGNS or len(block) == 1:
        return False
    closing = _closing_of(text[first.start : first.end])
    return bool(closing) and text.endswith(closing, last.start, last.end)


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
        if listed and not block[0].label and not _is_fenced(text, block) and not _stands_alone(text, block[0]):
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
                line.end - line.start > LONG_LINE
                and not _is_headed(text, line)
                and len(_LINK.sub("", text[line.start : line.end])) > LONG_LINE
            ):
                return False
        if _is_fenced(text, block):
            continue
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
            if not _LINK.search(text, line.start, line.end) and not is_rule(text, line)
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
    """How the lines of a block are set: width, least indent, whether first lines are set in; which hold values."""

    width: int
    base: int
    indented: bool
    values: frozenset[int]


def _style(text: str, block: Block) -> _Style:
    values = find_values(text, block)
    block = tuple(line for line in block if not is_rule(text, line)) or block
    base = min(line.indent for line in block)
    deep = [line.indent >= base + _INDENT for line in block]
    width = _width(text, block)
    indented = any(deep) and not all(deep) and (deep[0] or _starts_at_ends(text, block, deep, width))
    return _Style(width, base, indented, values)


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
    if _quote(text, line) != _quote(text, before) or style.values & {before.start, line.start}:
        return True
    if _quote(text, line) and _QUOTE.fullmatch(text, before.start, before.end):
        return True
    if any(_stands_alone(text, each) for each in (before, line)) or are_half_rows(text, before, line):
        return True
    if at > 1 and is_drawn(text, before) and is_row(text, block[at - 2]):
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
    """Whether a line is a block in any text: the number of an article, a marked heading, what underlines one, a row."""
    return (
        _is_article_line(line)
        or _is_headed(text, line)
        or UNDERLINE.fullmatch(text, line.start, line.end) is not None
        or is_rule(text, line)
        or is_row(text, line)
    )


def _is_headed(text: str, line: Line) -> bool:
    """Whether a line is marked as a heading, as Markdown marks it."""
    return text[line.start] == "#" and _HEADED.match(text, line.start, line.end) is not None


def _is_page(text: str, line: Line) -> bool:
    return is_page_number(text, line.start, line.end)


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
    """In a text with a paragraph a line: everywhere, but where a short line runs on into one in small letters.

    So do titles and the like, in a block of few lines; where there are more of them, each is a paragraph.
    """
    before, line = block[at - 1], block[at]
    del style, first
    runs_on = (
        len(block) <= _TITLE_LINES
        and not line.label
        and is_lower(text[line.start])
        and max(before.end - before.start, line.end - line.start) <= _TITLE
        and not ends_clause(text[before.start : before.end])
    )
    return not runs_on
