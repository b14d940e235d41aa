"""Line breaks: which of them are of wrapping, and which end a paragraph.

A line that goes on is as full as the lines around it: the first word of the next one would not have fitted.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from muniment.sources.label import FIRM
from muniment.sources.line import find_values, is_rule
from muniment.sources.lookalikes import is_contact_line
from muniment.sources.marks import LETTER, LETTER_OR_DIGIT, UNMARKED, UNSPACED, ends_clause, ends_sentence, is_lower

if TYPE_CHECKING:
    from muniment.sources.label import Label
    from muniment.sources.line import Block, Line

LINK: Final = re.compile(r"[!-~]{40,}")
"""An unbroken run of ASCII, in code points this long, is a link, and a link says nothing of how lines are wrapped."""

# Columns.  A first line is set in by two blanks or more.
_INDENT: Final = 2
_SQUARE_BLANK: Final = "\u3000"
# Code points; no word is longer where the next word is asked to fit.
_WORD: Final = 24
_THAI_WORD: Final = 12
# Lines of a list without signs, and code points of each.
_ITEMS: Final = 5
_ITEM: Final = 60
_TITLE: Final = 100
_TITLE_LINES: Final = 3

# Lines: fewer are not called ragged.
_RAGGED: Final = 2

_LETTER: Final = re.compile(LETTER)
_WORD_SIGN: Final = re.compile(LETTER_OR_DIGIT)
_DIGIT: Final = re.compile(r"\d")
_LINKED: Final = re.compile(r"\[[^\]\n]{1,200}\](?:\([^)\n]{0,400}\)|\[[^\]\n]{1,80}\])")
# Words with a full stop that end no sentence: titles, what a number or a name stands behind, an initial after a name.
_LAST_WORD: Final = 32  # code points that are looked at
_ABBREVIATED: Final = re.compile(
    r"(?:\A|[\s(\[\"'“„«])(?:Mrs?|Ms|Drs?|Dra|Prof|Rev|Hon|Gen|Gral|Col|Capt|Lt|Sgt|Maj|Gov|Sen|Rep|St|Sr|Sra|Sres|Jr|JR|SR|Det"
    r"|Insp|Inv|Ing|Lic|Asst|Dipl|Hr|Fr|Mme|MM|Nos?|NO|Nrn?|nr|nro|[Nn]úms?|[Aa]rts?|[Aa]rtt|Secs?|Figs?|[Vv]ols?|pp?|eds?|[Cc]f|approx|incl"
    r"|Abs|Ziff|lit|Kap|kap|Bd|[Vv]gl|bzw|ca|z\.\s?B|d\.\s?h|t\.\s?ex|bl\.\s?a|Tel|dott|avv|sig|ust|pkt|čl|odst|písm|alin|stk|mom"
    r"|[Сс]т|[Пп]п?|[Уу]л|им|ім|[Вв]ул|стр|[Сс]м|άρθ|άρθρ|αρ|παρ|[A-ZÀ-ÞА-Я][^\W\d_]+\s[A-ZА-Я])\.\Z"
)
_UNSPACED_SIGN: Final = re.compile(f"[{UNSPACED}]")
_UNMARKED_SIGN: Final = re.compile(f"[{UNMARKED}]")


def width_of(text: str, block: Block) -> int:
    """The width to which a block was wrapped: its longest line without a link, one drawn across the page aside."""
    return max(
        (
            line.end - line.start
            for line in block
            if not LINK.search(text, line.start, line.end) and not is_rule(text, line)
        ),
        default=0,
    )


def would_fit(text: str, line: Line, following: Line, width: int) -> bool:
    """Whether the first word of the next line would have fitted on this one; then its end is no wrapping."""
    word = text[following.start : min(following.end, following.start + _WORD)].split(maxsplit=1)[0]
    if not word.isascii() and _ends_latin(text, line) and _runs_unspaced(word):
        # Broken at a blank, before a run without any: that goes whole on a line.
        word = text[following.start : following.end].split(maxsplit=1)[0]
        return line.end - line.start + 1 + len(word) <= width
    if _UNSPACED_SIGN.match(word):
        # Without blanks the next word is a sign or two, a mark of punctuation behind it; in Thai it is a word.
        return line.end - line.start + (_THAI_WORD if _UNMARKED_SIGN.match(word) else 3) <= width
    return line.end - line.start + 1 + len(word) <= width


def _ends_latin(text: str, line: Line) -> bool:
    last = text[line.end - 1]
    return last.isascii() and last.isalnum()


def _runs_unspaced(word: str) -> bool:
    return bool(_UNSPACED_SIGN.search(word)) and not _UNMARKED_SIGN.search(word)


class Style(NamedTuple):
    """How the lines of a block are set: width, least indent, that of first lines or 0; which hold values.

    And whether the end of a sentence with room behind it ends no paragraph there.
    """

    width: int
    base: int
    first: int
    values: frozenset[int]
    whole: bool


def style_of(text: str, block: Block) -> Style:
    """How the lines of a block are set, by all of them but rules."""
    values = find_values(text, block)
    block = tuple(line for line in block if not is_rule(text, line)) or block
    base = min(line.indent for line in block)
    deep = [line.indent >= base + _INDENT for line in block]
    width = width_of(text, block)
    indented = any(deep) and not all(deep) and (deep[0] or _starts_at_ends(text, block, deep, width))
    first = block[deep.index(True)].indent if indented else 0
    return Style(width, base, first, values, _is_ragged(text, block, width))


def _is_ragged(text: str, block: Block, width: int) -> bool:
    """Whether most lines that are followed by a small letter have room for the next word: nobody filled them."""
    inside = [
        would_fit(text, before, line, width)
        for before, line in itertools.pairwise(block)
        if not line.label and is_lower(text[line.start])
    ]
    return len(inside) >= _RAGGED and 2 * sum(inside) > len(inside)


def _starts_at_ends(text: str, block: Block, deep: list[bool], width: int) -> bool:
    """Whether each line that is set in comes after one that ends a sentence, or could have gone on (a title)."""
    if block[0].label or 2 * sum(deep) > len(deep):
        return False
    return all(
        ends_sentence(text[before.start : before.end]) or (before is block[0] and would_fit(text, before, line, width))
        for before, line, is_deep in zip(block, block[1:], deep[1:], strict=False)
        if is_deep
    )


def begins_wrapped(text: str, block: Block, at: int, style: Style, first: Line) -> bool:
    """In a wrapped text: after the end of a sentence, where the next word would have fitted; and after a heading.

    Words that are long enough to be a part of the text also begin below a line of nothing but how somebody is reached.
    """
    before, line = block[at - 1], block[at]
    words = text[before.start : before.end]
    if not line.label and _is_next_term(text, before, line, first):
        return True
    if not _may_begin(line.label, first, words) if line.label else is_lower(text[line.start]):
        return False
    goes_on = style.whole and is_ended(words) and not line.label and line.indent < before.indent + _INDENT
    if goes_on or not would_fit(text, before, line, style.width):
        return False
    if is_ended(words) or (words[-1] in ":;" and (line.label or words[-1] == ";")):
        return bool(words[-1] == ":" or not (first.label and first is block[0] and line.indent > first.indent))
    if line.label:
        return False
    return _is_below_contact(text, before, line, style) or (
        _is_head(before, line, first, at) and _heads(text, block[at - 1 :], style)
    )


def _is_below_contact(text: str, before: Line, line: Line, style: Style) -> bool:
    """Whether a line that is long enough to be of a text stands below one that says how somebody is reached."""
    return (
        2 * (line.end - line.start) >= style.width
        and is_contact_line(text[before.start : before.end])
        and not is_contact_line(text[line.start : line.end])
    )


def _is_next_term(text: str, before: Line, line: Line, first: Line) -> bool:
    """Whether a line is the next term of a list whose terms end in a colon and have what they mean set in below."""
    return (
        before.indent >= line.indent + _INDENT
        and first.indent == line.indent
        and before is not first
        and text[first.end - 1] in ":："
    )


def is_ended(words: str) -> bool:
    """Whether words end a sentence, and not in an abbreviation or an initial."""
    return ends_sentence(words) and not _ABBREVIATED.search(words[-_LAST_WORD:])


def _may_begin(label: Label, first: Line, before: str) -> bool:
    """Whether a number or a capital begins a paragraph behind a sentence: where it is in no list that is open.

    The first item of a list also does behind a colon that leads to it.
    """
    if before[-1] == ":" and any(set(number) == {1} for _, number in label.readings):
        return label.strength == FIRM or label.kind == "letter"
    if first.label:
        return False
    return (label.kind == "number" and label.strength == FIRM) or (label.kind == "letter" and "A" in label.form)


def _is_head(before: Line, line: Line, first: Line, at: int) -> bool:
    """Whether a line could be the heading of those below: the first of its block, or with a number after a sentence."""
    if before.label:
        return before is first and _is_numbered(before, line)
    return at == 1


def _is_numbered(line: Line, below: Line) -> bool:
    """Whether a line has a number, or a Roman one in capitals, and the one below it does not hang under its words."""
    label = line.label
    if label is None or below.indent > line.indent:
        return False
    return label.kind in {"number", "article"} or any(key == "A. roman" for key, _ in label.readings)


def _heads(text: str, block: Block, style: Style) -> bool:
    """Whether the first line of a block is a heading of the rest: without a mark, short, above whole sentences."""
    first, last = block[0], block[-1]
    return (
        len(block) > 2
        and 2 * (first.end - first.start) < style.width
        and not ends_clause(text[first.start : first.end])
        and (ends_sentence(text[last.start : last.end]) or text[last.end - 1] in ":：")
        and _LETTER.search(text, first.start, first.end) is not None
    )


def begins_unwrapped(text: str, block: Block, at: int, style: Style, first: Line) -> bool:
    """In a text with a paragraph a line: everywhere, but where a short line runs on into one in small letters.

    So do titles and the like, in a block of few lines; where there are more of them, each is a paragraph.  A line also
    runs on into a link as Markdown has it, if no other one stands below that.
    """
    before, line = block[at - 1], block[at]
    del style, first
    if line.label or ends_clause(text[before.start : before.end]):
        return True
    if _is_link(text, line):
        below = block[at + 1] if at + 1 < len(block) else None
        return text[before.start] in "[!#" or (below is not None and text[below.start] == "[")
    runs_on = (
        len(block) <= _TITLE_LINES
        and is_lower(text[line.start])
        and max(before.end - before.start, line.end - line.start) <= _TITLE
        and not is_contact_line(text[line.start : line.end])
    )
    return not runs_on


# How a text of LaTeX is told, and what begins a paragraph there: commands but those for words inside of one.  Those for
# headings and lists, and what is set up before the text, also end one.
_LATEX: Final = re.compile(
    r"^[ \t]*\\(?:(?:documentclass|usepackage|(?:re)?newcommand|item)\b|(?:begin|(?:sub){0,2}section\*?|chapter\*?)\{)",
    re.MULTILINE,
)
_MARKDOWN: Final = re.compile(r"^(?:#{1,6}[ \t]|```)", re.MULTILINE)
_SET_APART: Final = (
    r"\\(?:begin|end|part|chapter|(?:sub){0,2}section|(?:sub)?paragraph|title|author|date|documentclass|usepackage"
    r"|(?:re)?newcommand|newenvironment|maketitle|tableofcontents|include|input|pagestyle|setlength)(?![A-Za-z])"
)
_COMMAND: Final = re.compile(rf"{_SET_APART}|\\(?:item|[A-Z][A-Za-z]+(?=\{{))|&+[ \t]")
_APART: Final = re.compile(rf"{_SET_APART}[^\n]*[\]}}a-z]")


def is_latex(text: str) -> bool:
    """Whether a text is one of LaTeX, where a line break is a blank: two lines and more begin with such commands.

    A text that is marked as Markdown is not, whatever it shows.
    """
    return "\\" in text and len(_LATEX.findall(text)) > 1 and _MARKDOWN.search(text) is None


def begins_latex(text: str, block: Block, at: int, first: Line) -> bool:
    """In a text of LaTeX: at the commands that begin something, and behind those that are a paragraph themselves.

    Comments inside of a sentence are a part of it; else those that follow each other are a paragraph.
    """
    before, line = block[at - 1], block[at]
    if "%" in (text[line.start], text[first.start]):
        alike = text[line.start] == text[before.start] == "%"
        return not alike and (text[first.start] == "%" or text[before.end - 1] == "}" or ends_clause(_of(text, before)))
    if text[line.start] in "\\&" and _COMMAND.match(text, line.start, line.end):
        return True
    return text[before.start] == "\\" and _APART.fullmatch(text, before.start, before.end) is not None


def _of(text: str, line: Line) -> str:
    return text[line.start : line.end]


def _is_link(text: str, line: Line) -> bool:
    return text[line.start] == "[" and _LINKED.match(text, line.start, line.end) is not None


def could_be_items(block: Block) -> bool:
    """Whether a block has enough lines for items without a sign, and no label."""
    return len(block) >= _ITEMS and not any(line.label for line in block)


def are_items(text: str, block: Block, width: int) -> bool:
    """Whether the lines of a block are items without a sign before them, as contents of a page are.

    All but one are short, much shorter than the text is wide, so that they are not wrapped.  None begins with a sign or
    a small letter, ends a sentence or a clause (a question aside), or says how somebody is reached; and at most one has
    a digit.

    Args:
        text: Of which they are lines.
        block: The lines, five and more without a label.
        width: To which the text is wrapped.
    """
    lines = [text[line.start : line.end] for line in block]
    long = [words for words in lines if len(words) > _ITEM or 4 * len(words) > 3 * width]
    if len(long) > 1 or any(len(words) > width for words in long):
        return False
    if any(is_lower(words[0]) or not _WORD_SIGN.match(words) or is_contact_line(words) for words in lines):
        return False
    if any(ends_clause(words) and words[-1] not in "?？؟" for words in lines):
        return False
    return sum(_DIGIT.search(words) is not None for words in lines) <= 1


def is_set_in(text: str, line: Line, style: Style) -> bool:
    """Whether a line is set in as the first of a paragraph, and not deeper, as lines under an item are."""
    if text[max(0, line.start - 1)] == _SQUARE_BLANK:
        return True
    return style.base + _INDENT <= line.indent < style.first + _INDENT
