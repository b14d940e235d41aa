"""Labels at the start of a line: printed numbers, letters and bullets.

Only the shape is judged here; whether a label stands where one may stand is for ``segment`` to say.  Every
pattern is bounded, so that no line, however hostile, costs more than a few steps.

Digits and letters are taken from the Basic Multilingual Plane alone.  There Unicode no longer adds digits, so
that Pythons of different ages read the same labels.

What counts as a letter, frozen.

The same bytes must give the same paragraphs for ever, and the tables behind ``str.isalpha`` grow with each version of
Unicode, and so of Python.  Hence ranges of code points: whole blocks of scripts, whatever is assigned in them and will
be, without the blocks of punctuation and signs.

The marks that end a sentence or a clause, in the scripts that have them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

# Digits of the scripts lie in these blocks too; in the Basic Multilingual Plane their number is settled.
LETTER: Final = (
    "(?:(?!\\d)[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u1fff\u2c00-\u2dff"
    "\u3005-\u3007\u3021-\u3029\u3031-\ud7ff\uf900-\ufdcf\ufdf0-\ufdfb\ufe70-\ufefc"
    "\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc]|[\U00010000-\U0001efff\U00020000-\U0003ffff])"
)
"""A pattern that matches one letter."""

LETTER_OR_DIGIT: Final = f"(?:{LETTER}|(?![\U00010000-\U0010ffff])\\d)"
"""A pattern that matches one letter or decimal digit."""

# The basic letters of Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Devanagari, Bengali, Thai, Georgian, kana and
# Hangul, without the one (U+0130) that is two code points in lower case.
ITEM_LETTER: Final = (
    "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u012f\u0131-\u024f\u0391-\u03a1\u03a3-\u03c9"
    "\u0400-\u0481\u048a-\u052f\u0531-\u0556\u0561-\u0586\u05d0-\u05ea\u0620-\u063f\u0641-\u064a\u0904-\u0939\u0985-\u098c\u0e01-\u0e2e"
    "\u10d0-\u10f0\u3041-\u3096\u30a1-\u30fa\uac00-\ud7a3]"
)
"""A pattern that matches a letter that may count the items of a list."""


class Label(NamedTuple):
    """What stands at the start of a line, before the words.

    A named tuple, like the other values of segmenting: one is made for each line, in a third of the time of a frozen
    dataclass.

    Attributes:
        end: Offset in the text just after the label.
        form: The marks around the number or letter, or the bullet; labels of one list share it.
        number: The printed number, part by part; empty for letters and bullets.
        letter: The letter or Roman numeral in lower case; empty for numbers and bullets.
        firm: Whether it is a label at the start of a block whatever came before it.
    """

    end: int
    form: str
    number: tuple[int, ...] = ()
    letter: str = ""
    firm: bool = True


# Direction marks that Arabic and Hebrew typists leave around numbers; they are kept as part of the label.
_MARKS = "[\u200e\u200f\u061c]{0,3}"
_SPACE = "[ \t\u00a0\u2009\u202f]{0,2}"
_DIGIT = "(?:(?![\U00010000-\U0010ffff])\\d)"
_FIRM: Final = 999  # what is larger is rather a year
_PARTS = f"(?P<number>{_DIGIT}{{1,4}}(?:[.．]{_DIGIT}{{1,3}}){{0,3}})"
_GAP = f"{_MARKS}(?=\\s|\\Z)"
# Full-width marks fill their square, so that no space follows them; but 3、4 is a choice of two numbers.
_CLOSE = f"{_MARKS}(?![\\d\u200e\u200f\u061c])"

# A number and a full stop, in ASCII and before a blank: what the first pattern of all makes of most numbered lines.
_PLAIN: Final = re.compile(r"([0-9]{1,4})\.(?=\s)")
# What a number can begin with, and how far off the closing bracket of a letter can be; it spares most lines the
# patterns below, and most texts their making, which takes 20 ms.
_MAYBE_NUMBER: Final = re.compile(rf"{_MARKS}(?:[(（]|§{_SPACE})?{_DIGIT}")
_BRACKET_WITHIN: Final = 12


@cache
def _numbers() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(_MARKS + pattern), form)
        for pattern, form in (
            (rf"{_PARTS}\.{_GAP}", "."),
            (rf"\({_PARTS}\){_GAP}", "()"),
            (rf"（{_PARTS}）{_MARKS}", "()"),
            (rf"§{_SPACE}{_PARTS}[.)]?{_GAP}", "§"),
            (rf"{_PARTS}\){_GAP}", ")"),
            (rf"{_PARTS}-{_GAP}", "-"),
            (rf"{_PARTS}．{_CLOSE}", "."),
            (rf"{_PARTS}、{_CLOSE}", "、"),
            (rf"{_PARTS}）{_MARKS}", ")"),
        )
    )


# Without a closing mark a number is a label only in more than one part, and only in sequence: "1.5 million"
# is none.
_BARE: Final = rf"{_MARKS}(?P<number>{_DIGIT}{{1,3}}(?:[.．]{_DIGIT}{{1,3}}){{1,3}}){_GAP}"

_LETTER = f"(?P<letter>{LETTER}{{1,7}})"


@cache
def _letters() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(_MARKS + pattern), form)
        for pattern, form in (
            (rf"\({_LETTER}\){_GAP}", "(a)"),
            (rf"（{_LETTER}）{_MARKS}", "(a)"),
            (rf"{_LETTER}\){_GAP}", "a)"),
            (rf"{_LETTER}）{_MARKS}", "a)"),
        )
    )


_ROMAN: Final = re.compile("(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})")
_HAN: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_HAN_NUMERALS: Final = frozenset("一二三四五六七八九十")

_BULLET: Final = re.compile(rf"{_MARKS}(?P<bullet>[-–—*•·▪●])(?=\s)")


def parse_label(text: str, start: int, end: int) -> Label | None:
    """Read the label of a line, if it has one.

    Args:
        text: The whole text.
        start: Offset of the line's first character that is not white space.
        end: Offset just after its last one.
    """
    plain = _PLAIN.match(text, start, end)
    if plain:
        number = int(plain[1])
        return Label(plain.end(), ".", (number,), firm=number <= _FIRM)
    return _parse_number(text, start, end) or _parse_letter(text, start, end) or _parse_bullet(text, start, end)


def _parse_number(text: str, start: int, end: int) -> Label | None:
    if not _MAYBE_NUMBER.match(text, start, end):
        return None
    for pattern, form in _numbers():
        match = pattern.match(text, start, end)
        if match:
            number = _number(match["number"])
            return Label(match.end(), form, number, firm=number[0] <= _FIRM)
    match = re.compile(_BARE).match(text, start, end)
    return Label(match.end(), ".", _number(match["number"]), firm=False) if match else None


def _number(printed: str) -> tuple[int, ...]:
    # int() reads the decimal digits of any script, and the pattern has let nothing else through.
    return tuple(int(part) for part in printed.replace("．", ".").split("."))


def _parse_letter(text: str, start: int, end: int) -> Label | None:
    head = text[start : min(end, start + _BRACKET_WITHIN)]
    if ")" not in head and "）" not in head:
        return None
    for pattern, form in _letters():
        match = pattern.match(text, start, end)
        if match:
            letter = match["letter"]
            return Label(match.end(), form, letter=letter.lower()) if _is_item(letter) else None
    return None


def _is_item(letter: str) -> bool:
    """Tell a letter or a Roman numeral from a short word in brackets."""
    if len(letter) > 1:
        cased = letter in {letter.lower(), letter.upper()}
        return cased and _ROMAN.fullmatch(letter.lower()) is not None
    if _HAN.fullmatch(letter):
        return letter in _HAN_NUMERALS
    return re.fullmatch(ITEM_LETTER, letter) is not None


def _parse_bullet(text: str, start: int, end: int) -> Label | None:
    match = _BULLET.match(text, start, end)
    # A rule of stars or dashes is no list.
    if match and re.search(LETTER_OR_DIGIT, text[match.end() : end]):
        return Label(match.end(), match["bullet"])
    return None


# Latin, Cyrillic, Greek; Arabic, Urdu; Devanagari; Chinese, Japanese, full and half width; Armenian;
# Ethiopic; Myanmar; Khmer; Tibetan.
_SENTENCE: Final = frozenset(".!?…‥‼⁇⁈⁉\u037e؟۔।॥。．！？｡։።፧፨။។៕།")
_CLAUSE: Final = frozenset(";:,\u0387؛،；：，、､՝፣፤፥፦၊")

# What may follow the last mark of a sentence: quotes, the spaces before French ones, brackets and direction
# marks.
_CLOSERS: Final = " \u00a0\u202f\"'”’“‘»«›‹)]}」』）】〉》〕］｝＂＇\u200e\u200f\u061c\u2069\u202c"


def ends_sentence(text: str) -> bool:
    """Whether the last mark is one that ends a sentence, closing quotes and brackets aside."""
    return _last_mark(text) in _SENTENCE


def ends_clause(text: str) -> bool:
    """Whether the last mark ends a sentence or a clause, closing quotes and brackets aside."""
    return _last_mark(text) in _SENTENCE | _CLAUSE


def _last_mark(text: str) -> str:
    last = text[-1:]
    # Most paragraphs end in the mark itself, and need no copy without the closers.
    return text.rstrip(_CLOSERS)[-1:] if last in _CLOSERS else last
