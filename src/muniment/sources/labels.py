"""Labels at the start of a line: printed numbers, letters and bullets.

What a line can begin with is judged here, from the line alone; whether it is a label is for its own list to say
(``lists``).  Every pattern is bounded, so that no line, however hostile, costs more than a few steps.

Digits and letters are taken from the Basic Multilingual Plane alone.  There Unicode no longer adds digits, so
that Pythons of different ages read the same labels.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from muniment.sources.lookalikes import PAGE_NUMBER, reads_as_date_or_ordinal, reads_as_quantity, words_of
from muniment.sources.marks import ITEM_LETTER, LETTER, LETTER_OR_DIGIT, SPACE, is_lower
from muniment.sources.numerals import CIRCLED, HAN, circled_value, han_value, letter_readings, number_of, roman_value

FIRM: Final = 2
"""At the start of a block it is a label by itself."""
WEAK: Final = 1
"""It is a label where a neighbour in its list vouches for it."""
YEAR: Final = 0
"""It is a label only right after the number before it."""


class Label(NamedTuple):
    """What stands at the start of a line, before the words.

    A named tuple, like the other values of segmenting: one is made for each line, in a third of the time of a frozen
    dataclass.

    Attributes:
        end: Offset in the text just after the label.
        form: The marks around the number or letter, or the bullet; labels of one list share it.
        name: What it is called in an id, ``12``, ``1.2a``, ``ii``; empty for bullets.
        readings: Ways of counting, each with the place in it; empty for bullets.
        kind: ``number``, ``letter``, ``bullet`` or ``article``.
        strength: ``FIRM``, ``WEAK`` or ``YEAR``.
        alone: Whether nothing follows it on its line.
    """

    end: int
    form: str
    name: str = ""
    readings: tuple[tuple[str, tuple[int, ...]], ...] = ()
    kind: str = "bullet"
    strength: int = FIRM
    alone: bool = False


# Direction marks that Arabic and Hebrew typists leave around numbers; they are kept as part of the label.
_MARKS: Final = "[\u200e\u200f\u061c]{0,3}"
_SPACE: Final = "[ \t\u00a0\u2009\u202f\u3000]{0,2}"
_DIGIT: Final = "(?:(?![\U00010000-\U0010ffff])\\d)"
_FIRM: Final = 999  # what is larger is rather a year
_SUFFIX: Final = r"(?P<suffix>(?:[A-Za-z]|bis|ter|quater|quinquies)(?![A-Za-z]))?"
_PARTS: Final = rf"(?P<number>{_DIGIT}{{1,4}}(?:[.．]{_DIGIT}{{1,3}}){{0,5}}){_SUFFIX}"
_MANY: Final = rf"(?P<number>{_DIGIT}{{1,3}}(?:[.．]{_DIGIT}{{1,3}}){{1,5}}){_SUFFIX}"
_ONE: Final = rf"(?P<number>{_DIGIT}{{1,3}})"
_UNSPACED: Final = "[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3]"
_GAP: Final = f"{_MARKS}(?=\\s|\\Z)"
_GAP_OR_HAN: Final = f"{_MARKS}(?=\\s|\\Z|{_UNSPACED})"
# Full-width marks fill their square, so that no space follows them; but 3、4 is a choice of two numbers.
_CLOSE: Final = f"{_MARKS}(?![\\d\u200e\u200f\u061c])"

# A number and a full stop, in ASCII and before a blank: what the first pattern of all makes of most numbered lines.
_PLAIN: Final = re.compile(r"([0-9]{1,3})\.(?= [A-Z\u0410-\u042f])")
_MAYBE_NUMBER: Final = re.compile(rf"{_MARKS}(?:[(（\[]|{_DIGIT}|[¹²³⁰⁴-⁹])")


@cache
def _numbers() -> tuple[tuple[re.Pattern[str], str, int], ...]:
    return tuple(
        (re.compile(_MARKS + pattern), form, strength)
        for pattern, form, strength in (
            (rf"\({_PARTS}\){_GAP_OR_HAN}", "()", FIRM),
            (rf"（{_PARTS}）{_MARKS}", "()", FIRM),
            (rf"\[{_PARTS}\]{_GAP_OR_HAN}", "[]", FIRM),
            (rf"{_PARTS}\.\){_GAP}", ".)", FIRM),
            (rf"{_PARTS}\.[-–—]{_GAP}", ".-", FIRM),
            (rf"{_PARTS}\.{_GAP_OR_HAN}", ".", FIRM),
            (rf"{_PARTS}\){_GAP_OR_HAN}", ")", FIRM),
            (rf"{_PARTS}-{_GAP}", "-", FIRM),
            (rf"{_PARTS}:{_GAP}", ":", WEAK),
            (rf"{_PARTS}．{_CLOSE}", ".", FIRM),
            (rf"{_PARTS}、{_CLOSE}", "、", FIRM),
            (rf"{_PARTS}）{_MARKS}", ")", FIRM),
            (rf"{_ONE}\.{_MARKS}(?=[^\W\d_])", ".", WEAK),
            (rf"{_MANY}{_GAP}", "bare", WEAK),
            (rf"{_ONE}{_GAP}", "one", WEAK),
            (r"(?P<number>[¹²³⁰⁴-⁹]{1,3})(?=\s|[^\W\d_])", "¹", WEAK),
        )
    )


_LETTER: Final = f"(?P<letter>{LETTER}{{1,7}})"
# What can close a letter stands this near, in code points; it spares most lines the patterns below.
_CLOSING_WITHIN: Final = 12
_CLOSING: Final = re.compile(r"[)）.\-–、．\]]")


@cache
def _letters() -> tuple[tuple[re.Pattern[str], str, int], ...]:
    return tuple(
        (re.compile(_MARKS + pattern), form, strength)
        for pattern, form, strength in (
            (rf"\({_LETTER}\){_GAP_OR_HAN}", "(a)", FIRM),
            (rf"（{_LETTER}）{_MARKS}", "(a)", FIRM),
            (rf"{_LETTER}\){_GAP_OR_HAN}", "a)", FIRM),
            (rf"{_LETTER}）{_MARKS}", "a)", FIRM),
            (rf"\[{_LETTER}\]{_GAP}", "[a]", WEAK),
            (rf"{_LETTER}\.\){_GAP}", "a.)", WEAK),
            (rf"{_LETTER}\.[-–—]{_GAP}", "a.-", WEAK),
            (rf"{_LETTER}\.{_GAP_OR_HAN}", "a.", WEAK),
            (rf"{_LETTER}[-–]{_GAP}", "a-", WEAK),
            (rf"{_LETTER}、{_MARKS}", "a、", WEAK),
            (rf"{_LETTER}．{_MARKS}", "a.", WEAK),
        )
    )


# Words before the number of an article, in lower case, and words behind it.  Chapters, parts and titles of acts are
# headings: their numbers would take the ids of the articles.
_ARTICLE_WORDS: Final = words_of(
    r"""
article articles art\. artikel artículo artigo articolo articol artikkel artikkeli artykuł artikulli članak člen
čl\. článok článek čl straipsnis madde maddə maddesi section sec\. clause rule pasal điều lid άρθρο статья статьи
ст\. стаття ст артыкул член чл\. члан modda модда зүйл المادة مادة الماده ماده دفعہ סעיף अनुच्छेद धारा ধারা অনুচ্ছেদ
ข้อ มาตรา მუხლი հոդված
"""
)
_BEHIND: Final = words_of(
    """
бап бабы берене modda модда cikk § straipsnis pants artikla artikulua нче_статья дүгээр_зүйл дугаар_зүйл maddə madde
"""
)
_FIRST: Final = {
    "premier": 1, "première": 1, "1er": 1, "primero": 1, "primo": 1, "primeiro": 1, "ersten": 1,
    "الأولى": 1, "الاولى": 1, "الثانية": 2, "الثالثة": 3, "الرابعة": 4, "الخامسة": 5, "السادسة": 6, "السابعة": 7,
    "الثامنة": 8, "التاسعة": 9, "العاشرة": 10, "перша": 1, "первая": 1,
}  # fmt: skip


@cache
def _articles() -> tuple[re.Pattern[str], ...]:
    words = "|".join(sorted(_ARTICLE_WORDS, key=len, reverse=True))
    parts = rf"{_DIGIT}{{1,4}}(?:[.．]{_DIGIT}{{1,3}}){{0,3}}{_SUFFIX}"
    number = rf"(?:{_DIGIT}{{1,4}}(?:[.．\-]{_DIGIT}{{1,3}}){{0,3}}{_SUFFIX}|[ivxlc]{{1,8}}|{'|'.join(_FIRST)})"
    behind = "|".join(_BEHIND).replace("_", r"\ ")
    few = rf"{_DIGIT}{{1,4}}(?:-{_DIGIT}{{1,3}})?"
    mark = rf"(?P<mark>\s?[.:)\]–—-]{{1,2}}(?=\s|\Z)|[：．])?{_MARKS}(?=[\s：．]|\Z|(?<=[：．]))"
    more = rf"(?P<more>之{HAN}|の{HAN}|の{_DIGIT}{{1,3}})?"
    return (
        re.compile(rf"{_MARKS}§{{1,2}}{_SPACE}(?P<number>{parts}){mark}"),
        re.compile(rf"{_MARKS}(?:{words}){_SPACE}\(?(?P<number>{number}){mark}", re.IGNORECASE),
        re.compile(rf"{_MARKS}(?P<number>{few})\.?[- \u00a0]?(?:{behind}){mark}", re.IGNORECASE),
        re.compile(rf"(?P<open>第){_SPACE}(?P<number>{_DIGIT}{{1,4}}|{HAN}){_SPACE}[条條]{more}"),
        re.compile(rf"제{_SPACE}(?P<number>{_DIGIT}{{1,4}}){_SPACE}조(?P<more>의{_SPACE}{_DIGIT}{{1,3}})?"),
    )


# These lie in articles, where a text has both.
_SECTION: Final = re.compile(r"§|section|sec\.|clause|rule", re.IGNORECASE)
_ARTICLE_FIRST: Final = frozenset(sign for word in _ARTICLE_WORDS for sign in (word[0], word[0].upper())) | frozenset(
    "§제第\u200e\u200f\u061c"
)
_HAN_LIST: Final = re.compile(rf"(?P<han>{HAN})(?P<mark>[、．]|\.(?=\s|{_UNSPACED}))(?!\d)")
_HAN_BRACKET: Final = re.compile(rf"[(（](?P<han>{HAN})[)）]|(?P<bare>{HAN})[)）]")
_HAN_FIRST: Final = frozenset("(（〇零一二三四五六七八九十百千")
_CIRCLE: Final = re.compile(rf"(?P<number>{CIRCLED})")

# A dash before a number is a sign, or a span; as an item it needs an item with words beside it.
_DASHES: Final = "-–—"
_BULLET: Final = re.compile(rf"{_MARKS}(?P<bullet>[-–—*•·▪●◦○■□▫►▸➢➤✓✔‣⁃∙◆◇★☆※])(?=\s)")
_BULLETS: Final = frozenset("-–—*•·▪●◦○■□▫►▸➢➤✓✔‣⁃∙◆◇★☆※\u200e\u200f\u061c")
_GLUED_BULLET: Final = re.compile(rf"(?P<bullet>[•▪●◦■►➢✓‣◆])(?={LETTER}|{_DIGIT})")
_MAX_LABEL: Final = 40  # code points, by the schema of records


def parse_label(text: str, start: int, end: int) -> Label | None:
    """Read what could be the label of a line, if it has one.

    Args:
        text: The whole text.
        start: Offset of the line's first character that is not blank.
        end: Offset just after its last one.
    """
    plain = _PLAIN.match(text, start, end)
    if plain:
        number = int(plain[1])
        if reads_as_date_or_ordinal(text, plain.end(), end):
            return None
        return Label(plain.end(), ".", str(number), ((".", (number,)),), "number")
    first = text[start]
    label = None
    if first in _ARTICLE_FIRST or first.isdecimal():
        label = _parse_article(text, start, end)
    if label is None and first in _HAN_FIRST:
        label = _parse_han(text, start, end)
    label = label or _parse_number(text, start, end) or _parse_letter(text, start, end)
    if label is None and first in _BULLETS:
        label = _parse_bullet(text, start, end)
    if label is None or label.end - start > _MAX_LABEL or (label.alone and PAGE_NUMBER.fullmatch(text, start, end)):
        return None
    return label


def _following(text: str, place: int, end: int) -> str:
    """The first character of the words after a label, or nothing."""
    return text[place : min(end, place + 16)].lstrip(SPACE + "\u200e\u200f\u061c\"'“”«„‘([")[:1]


def _is_alone(text: str, place: int, end: int) -> bool:
    return not text[place:end].strip(SPACE)


def _parse_number(text: str, start: int, end: int) -> Label | None:
    circle = _CIRCLE.match(text, start, end)
    if circle:
        value = circled_value(circle[1])
        form = f"circled {ord(circle[1]) & 0xFFE0:x}"
        return Label(
            circle.end(), form, str(value), ((form, (value,)),), "number", alone=_is_alone(text, circle.end(), end)
        )
    if not _MAYBE_NUMBER.match(text, start, end):
        return None
    for pattern, form, strength in _numbers():
        match = pattern.match(text, start, end)
        if match:
            return _judge_number(text, match, form, strength, end)
    return None


def _judge_number(text: str, match: re.Match[str], form: str, strength: int, end: int) -> Label | None:
    """Hold a number against what follows it on its line."""
    number = number_of(match["number"])
    suffix = (match.groupdict().get("suffix") or "").lower()
    place = match.end()
    follows = _following(text, place, end)
    if form in {".", "bare", "one", "-"} and reads_as_date_or_ordinal(text, place, end):
        return None
    if form in {"bare", "one"}:
        strength = _strength_of_bare(text, number, suffix, place, end)
        if strength < 0:
            return None
    elif number[0] > _FIRM:
        strength = YEAR
    elif form == "." and (is_lower(follows) or follows.isdecimal()) and len(number) == 1:
        strength = WEAK  # an ordinal, as a rule, or a decimal
    elif form == ".":
        strength = min(strength, _strength_of_parts(match["number"], number))
    keys = ("bare", ".") if form == "bare" else ("bare",) if form == "one" else (form,)
    name = ".".join(map(str, number)) + suffix
    return Label(
        place, form, name, tuple((key, number) for key in keys), "number", strength, _is_alone(text, place, end)
    )


def _strength_of_parts(printed: str, number: tuple[int, ...]) -> int:
    """A number in parts with a full stop: ``17.05.`` and ``07.01.2022.`` are dates."""
    parts = re.split("[.．]", printed)
    if len(number) == 3 and len(parts[2]) > 2:
        return YEAR
    return WEAK if len(parts) > 1 and any(len(part) > 1 and part[0] == "0" for part in parts) else FIRM


def _strength_of_bare(text: str, number: tuple[int, ...], suffix: str, place: int, end: int) -> int:
    """A number without a closing mark: a decimal, a quantity, a time, or a label; -1 for what is none."""
    follows = _following(text, place, end)
    if not follows or follows.isdecimal() or reads_as_quantity(text, place, end):
        return -1
    lower = is_lower(follows)
    if len(number) == 1:
        return -1 if lower or not re.match(LETTER, follows) else WEAK
    if not re.match(LETTER, follows) or text[place - 2 : place - 1] == "0":  # 9.05 is a time
        return -1
    # One digit behind the point, and a capital: "1.5 Users". Two could be a time, "10.15 Opening".
    cased = follows != follows.lower()
    if cased and not lower and (len(number) > 2 or number[-1] <= 9 or suffix) and number[0] <= 99:
        return FIRM
    return WEAK


def _parse_article(text: str, start: int, end: int) -> Label | None:
    for pattern in _articles():
        match = pattern.match(text, start, end)
        if match:
            return _judge_article(text, match, end)
    return None


def _judge_article(text: str, match: re.Match[str], end: int) -> Label | None:
    """Tell a label "Article 5" from a sentence that begins with it."""
    groups = match.groupdict()
    printed = match["number"].lower()
    more = re.sub(r"\D", "", groups.get("more") or "") or (groups.get("more") or "")[1:]
    suffix = (groups.get("suffix") or "").lower()
    place = match.end()
    number = _article_number(printed.removesuffix(suffix) if suffix else printed)
    if not number[0]:
        return None
    if more:
        number = (*number, int(more) if more.isdecimal() else han_value(more))
    alone = _is_alone(text, place, end)
    follows = _following(text, place, end)
    form = "§" if _SECTION.match(match[0].lstrip("\u200e\u200f\u061c")) else "article"
    firm = (
        alone or bool(groups.get("mark")) or "§" in match[0] or ("open" in groups and text[place : place + 1].isspace())
    )
    if not alone and is_lower(follows) and "§" not in match[0]:
        return None
    name = ".".join(map(str, number)) + suffix
    return Label(place, form, name, ((form, number),), "article", FIRM if firm else WEAK, alone)


def _article_number(printed: str) -> tuple[int, ...]:
    if printed in _FIRST:
        return (_FIRST[printed],)
    if re.fullmatch(HAN, printed):
        return (han_value(printed),)
    if printed[0].isdecimal():
        return number_of(printed.replace("-", "."))
    return (roman_value(printed),)


def _parse_han(text: str, start: int, end: int) -> Label | None:
    """``一、`` and ``（一）``: Han numerals are numbers."""
    match = _HAN_LIST.match(text, start, end)
    if match:
        value, form = han_value(match["han"]), "一、"
    else:
        match = _HAN_BRACKET.match(text, start, end)
        if match is None:
            return None
        value, form = han_value(match["han"] or match["bare"]), "（一）" if match["han"] else "一）"
    if not value:
        return None
    return Label(match.end(), form, str(value), ((form, (value,)),), "number", alone=_is_alone(text, match.end(), end))


def _parse_letter(text: str, start: int, end: int) -> Label | None:
    if not _CLOSING.search(text, start + 1, min(end, start + _CLOSING_WITHIN)):
        return None
    for pattern, form, strength in _letters():
        match = pattern.match(text, start, end)
        if match:
            return _judge_letter(text, match, form, strength, end)
    return None


def _judge_letter(text: str, match: re.Match[str], form: str, strength: int, end: int) -> Label | None:
    """Tell a letter or a Roman numeral from a short word."""
    letter = match["letter"]
    readings = letter_readings(letter)
    if not readings and not (len(letter) == 1 and strength == FIRM and re.fullmatch(ITEM_LETTER, letter)):
        return None
    # Capitals and small letters are two lists.
    case = form.replace("a", "A") if letter != letter.lower() else form
    counted = tuple((f"{case} {family}", (place,)) for family, place in readings)
    return Label(match.end(), case, letter.lower(), counted, "letter", strength, _is_alone(text, match.end(), end))


def _parse_bullet(text: str, start: int, end: int) -> Label | None:
    match = _BULLET.match(text, start, end) or _GLUED_BULLET.match(text, start, end)
    # A rule of stars or dashes is no list, and a page number is none.
    if (
        not match
        or not re.compile(LETTER_OR_DIGIT).search(text, match.end(), end)
        or PAGE_NUMBER.fullmatch(text, start, end)
    ):
        return None
    bullet = match["bullet"]
    signed = bullet in _DASHES and _following(text, match.end(), end).isdecimal()
    return Label(match.end(), bullet, strength=WEAK if signed else FIRM)
