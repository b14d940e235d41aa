"""Labels at the start of a line: printed numbers, letters and bullets.

What a line can begin with is judged here, from the line alone; whether it is a label is for its own list to say
(``lists``).  Every pattern is bounded, so that no line, however hostile, costs more than a few steps.

Digits and letters are taken from the Basic Multilingual Plane alone.  There Unicode no longer adds digits, so
that Pythons of different ages read the same labels.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from muniment.sources.articles import parse_article
from muniment.sources.label import (
    BLANKS,
    CLOSE,
    DIGIT,
    FIRM,
    LEAD,
    MARKS,
    SUFFIX,
    UNSEEN_MARKS,
    WEAK,
    YEAR,
    Label,
    following,
    is_alone,
    suffix_of,
)
from muniment.sources.lookalikes import (
    is_page_number,
    is_rank,
    reads_as_date_or_ordinal,
    reads_as_named_date_or_ordinal,
    reads_as_quantity,
    reads_as_rank,
)
from muniment.sources.marks import ITEM_LETTER, LETTER, LETTER_OR_DIGIT, SPACE, is_lower
from muniment.sources.numerals import CIRCLED, HAN, circled_value, han_value, letter_readings, number_of

_FIRM: Final = 999  # what is larger is rather a year
_DIALLED: Final = 100  # in brackets before digits, it is part of a telephone number
_PARTS: Final = rf"(?P<number>{DIGIT}{{1,4}}(?:[.．]{DIGIT}{{1,3}}){{0,5}}){SUFFIX}"
_MANY: Final = rf"(?P<number>{DIGIT}{{1,3}}(?:[.．]{DIGIT}{{1,3}}){{1,5}}){SUFFIX}"
_ONE: Final = rf"(?P<number>{DIGIT}{{1,3}})"
_CAPITAL: Final = "[A-ZÀ-ÖØ-ÞĄĆĈČĎĐĒĖĘĚĞĢĪĮİĶĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚΆΈ-ΏΑ-ΩЀ-Я]"
# A number in parts right before its words: a capital with a letter behind it, or a word of one capital ("8.2.V době").
_GLUED: Final = (
    rf"(?P<number>{DIGIT}{{1,3}}(?:\.{DIGIT}{{1,3}}){{1,5}})\.?{MARKS}"
    rf"(?={_CAPITAL}(?:[^\W\d_]|[ \u00a0]+(?!{_CAPITAL})[^\W\d_]))"
)
_UNSPACED: Final = "[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3]"
_GAP: Final = f"{CLOSE}(?=\\s|\\Z)"
_GAP_OR_HAN: Final = f"{CLOSE}(?=\\s|\\Z|{_UNSPACED})"
# Full-width marks fill their square, so that no space follows them; but 3、4 is a choice of two numbers.
_CLOSE: Final = f"{MARKS}(?![\\d{UNSEEN_MARKS}])"

# A number and a full stop, in ASCII, before a blank and a word with a capital: what the first pattern of all makes of
# most numbered lines.
_PLAIN: Final = re.compile(r"([0-9]{1,4})\.(?= ([A-Z\u0410-\u042f]\S{0,23}))")
_MAYBE_NUMBER: Final = re.compile(rf"{LEAD}(?:[(（\[〔【［]|{DIGIT}|[¹²³⁰⁴-⁹№#]|[Nn][oOrRº°])")


@cache
def _numbers() -> tuple[tuple[re.Pattern[str], str, int], ...]:
    return tuple(
        (re.compile(LEAD + pattern), form, strength)
        for pattern, form, strength in (
            (rf"\({_PARTS}\){_GAP_OR_HAN}", "()", FIRM),
            (rf"（{_PARTS}）{MARKS}", "()", FIRM),
            (rf"\[{_PARTS}\]{_GAP_OR_HAN}", "[]", FIRM),
            (rf"[〔【［]{_PARTS}[〕】］]{MARKS}", "〔〕", FIRM),
            (rf"{_PARTS}\.\){_GAP}", ".)", FIRM),
            (rf"{_PARTS}\.[-–—]{_GAP}", ".-", FIRM),
            (rf"{_PARTS}\\?\.{_GAP_OR_HAN}", ".", FIRM),
            (rf"{_PARTS}\\?\){_GAP_OR_HAN}", ")", FIRM),
            (rf"{_PARTS}-{_GAP}", "-", FIRM),
            (rf"{_PARTS}।{_GAP}", "।", FIRM),
            (rf"{_ONE}[°º]{_GAP}", "°", WEAK),
            (rf"{_ONE}/{_GAP}", "/", WEAK),
            (rf"{_ONE} [-–—]{_GAP}", " -", WEAK),
            (rf"{_ONE}\ufe0f?\u20e3", "keycap", FIRM),
            (rf"{_PARTS}:{_GAP}", ":", WEAK),
            (rf"{_PARTS}．{_CLOSE}", ".", FIRM),
            (rf"{_PARTS}、{_CLOSE}", "、", FIRM),
            (rf"{_PARTS}）{MARKS}", ")", FIRM),
            (rf"{_ONE}[，،]{MARKS}(?=\s)", "，", WEAK),
            (rf"(?:№|N[oO]\.?|N[rR]\.|[Nn][º°]|#){BLANKS}{_ONE}[.:)]?{_GAP}", "№", WEAK),
            (rf"{_ONE}\.{MARKS}(?=[^\W\d_])", ".", WEAK),
            (rf"{_GLUED}", ".", WEAK),
            (rf"{_MANY}{_GAP}", "bare", WEAK),
            (rf"{_ONE}{_GAP}", "one", WEAK),
            (r"(?P<number>[¹²³⁰⁴-⁹]{1,3})(?=\s|[^\W\d_])", "¹", WEAK),
        )
    )


_LETTER: Final = f"(?P<letter>{LETTER}{{1,7}})"
# A letter or a Roman numeral, the number under it, and perhaps more: A.1., I.2.a., б.1)
_LETTERED: Final = re.compile(
    rf"{LEAD}(?P<letter>{LETTER}{{1,5}})(?P<parts>(?:\.{DIGIT}{{1,3}}){{1,4}}(?:\.[A-Za-z])?)(?P<mark>[.:)]?)"
    rf"{CLOSE}(?=\s|\Z)"
)
# What can close a letter stands this near, in code points; it spares most lines the patterns below.
_CLOSING_WITHIN: Final = 12
_CLOSING: Final = re.compile(r"[)）.\-–、．\]\u3000]")


@cache
def _letters() -> tuple[tuple[re.Pattern[str], str, int], ...]:
    return tuple(
        (re.compile(LEAD + pattern), form, strength)
        for pattern, form, strength in (
            (rf"\({_LETTER}\){_GAP_OR_HAN}", "(a)", FIRM),
            (rf"（{_LETTER}）{MARKS}", "(a)", FIRM),
            (rf"{_LETTER}\){_GAP_OR_HAN}", "a)", FIRM),
            (rf"{_LETTER}）{MARKS}", "a)", FIRM),
            (rf"\[{_LETTER}\]{_GAP}", "[a]", WEAK),
            (rf"{_LETTER}\.\){_GAP}", "a.)", WEAK),
            (rf"{_LETTER}\.[-–—]{_GAP}", "a.-", WEAK),
            (rf"{_LETTER}\.{_GAP_OR_HAN}", "a.", WEAK),
            (rf"{_LETTER}[-–]{_GAP}", "a-", WEAK),
            (rf"{_LETTER}、{MARKS}", "a、", WEAK),
            (rf"(?P<letter>[ア-ン])(?=\u3000{_UNSPACED})", "a ", WEAK),
            (rf"{_LETTER}．{MARKS}", "a.", WEAK),
        )
    )


_HAN_LIST: Final = re.compile(rf"{LEAD}(?P<han>{HAN})(?P<mark>[、．]|\.(?=\s|{_UNSPACED}))(?!\d)")
_HAN_BRACKET: Final = re.compile(rf"{LEAD}(?:[(（](?P<han>{HAN})[)）]|(?P<bare>{HAN})[)）])")
_HAN_FIRST: Final = frozenset("(（〇零一二三四五六七八九十百千")
_CIRCLE: Final = re.compile(rf"{LEAD}(?P<number>{CIRCLED})(?:(?<=[\u2160-\u217b])[.、．)）:])?")

# A dash before a number is a sign, or a span; as an item it needs an item with words beside it.
_DASHES: Final = "-–—+"
_BULLET: Final = re.compile(rf"{MARKS}\\?(?P<bullet>[-–—*•·▪●◦○■□▫►▸➢➤✓✔‣⁃∙◆◇★☆※+→⇒])(?=\s)")
_BULLETS: Final = frozenset("\\-–—*•·▪●◦○■□▫►▸➢➤✓✔‣⁃∙◆◇★☆※+→⇒")
_NEAR_BRACKET: Final = re.compile(r"[(（〔【\[§]|\w{1,7}[.)）]")
_BEHIND_BULLETS: Final = frozenset(("()", "(a)", "(A)", ")", "a)", "A)", "§", "〔〕", "（一）"))
# AsciiDoc sets an item in by more stars, and bold type of Markdown has no blank behind them.
_STARS: Final = re.compile(r"(?P<bullet>\*{2,5})(?=[ \t]+[^\s*][^*\n]*\Z)")
_GLUED_BULLET: Final = re.compile(rf"(?P<bullet>[•▪●◦■►➢✓‣◆])(?={LETTER}|{DIGIT})")
_LEADING: Final = re.compile(f"[#*_{UNSEEN_MARKS}]")
_LEAD: Final = re.compile(LEAD)
# A second initial behind the first: a name.
_INITIAL: Final = re.compile(r"[ \t\u00a0]?[A-ZÀ-ÞА-ЯЁΑ-ΩԱ-Ֆ]\.")
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
        if reads_as_named_date_or_ordinal(text, plain.end(), end, plain[2].lower()):
            return None
        strength = YEAR if number > _FIRM else WEAK if is_rank(plain[2].lower()) else FIRM
        return Label(plain.end(), ".", str(number), ((".", (number,)),), "number", strength)
    first = text[start]
    if _LEADING.match(first):
        lead = _LEAD.match(text, start, end)
        first = text[lead.end() : lead.end() + 1] if lead else first
    label = parse_article(text, start, end, first)
    if label is None and first in _HAN_FIRST:
        label = _parse_han(text, start, end)
    label = label or _parse_number(text, start, end) or _parse_letter(text, start, end)
    if label is None and (first in _BULLETS or text.startswith("**", start, end)):
        label = _parse_bullet(text, start, end)
        label = (label and _parse_behind_bullet(text, start, end, label)) or label
    if label is None or label.end - start > _MAX_LABEL or (label.alone and is_page_number(text, start, end)):
        return None
    return label


def _parse_number(text: str, start: int, end: int) -> Label | None:
    circle = _CIRCLE.match(text, start, end)
    if circle:
        form, value, name = circled_value(circle["number"])
        kind = "number" if name.isdecimal() else "letter"
        return Label(circle.end(), form, name, ((form, (value,)),), kind, alone=is_alone(text, circle.end(), end))
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
    suffix = suffix_of(match.groupdict().get("suffix"))
    place = match.end()
    follows = following(text, place, end)
    if form in {".", "bare", "one", "-"} and reads_as_date_or_ordinal(text, place, end):
        return None
    if (form == "№" and is_lower(follows)) or (form == "()" and number[0] >= _DIALLED and follows.isdecimal()):
        return None  # "No. 5 of the list", "(555) 555-0100"
    if form in {"bare", "one"}:
        strength = _strength_of_bare(text, number, suffix, place, end)
        if strength < 0:
            return None
    elif number[0] > _FIRM:
        strength = YEAR
    elif form == "." and (is_lower(follows) or follows.isdecimal()) and len(number) == 1:
        strength = WEAK  # an ordinal, as a rule, or a decimal
    elif form == "." and len(number) == 1 and reads_as_rank(text, place, end):
        strength = WEAK
    elif form == ".":
        strength = min(strength, _strength_of_parts(match["number"], number))
    keys = ("bare", ".") if form == "bare" else ("bare",) if form == "one" else (form,)
    name = ".".join(map(str, number)) + suffix
    return Label(
        place, form, name, tuple((key, number) for key in keys), "number", strength, is_alone(text, place, end)
    )


def _strength_of_parts(printed: str, number: tuple[int, ...]) -> int:
    """A number in parts with a full stop: ``17.05.`` and ``07.01.2022.`` are dates."""
    parts = re.split("[.．]", printed)
    if len(number) == 3 and len(parts[2]) > 2:
        return YEAR
    return WEAK if len(parts) > 1 and any(len(part) > 1 and part[0] == "0" for part in parts) else FIRM


def _strength_of_bare(text: str, number: tuple[int, ...], suffix: str, place: int, end: int) -> int:
    """A number without a closing mark: a decimal, a quantity, a time, or a label; -1 for what is none."""
    follows = following(text, place, end)
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
    return Label(match.end(), form, str(value), ((form, (value,)),), "number", alone=is_alone(text, match.end(), end))


def _parse_letter(text: str, start: int, end: int) -> Label | None:
    if not _CLOSING.search(text, start + 1, min(end, start + _CLOSING_WITHIN)):
        return None
    lettered = _LETTERED.match(text, start, end)
    if lettered:
        return _judge_lettered(text, lettered, end)
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
    if form == "a." and _INITIAL.match(text, match.end(), end):
        return None
    # Capitals and small letters are two lists.
    case = form.replace("a", "A") if letter != letter.lower() else form
    counted = tuple((f"{case} {family}", (place,)) for family, place in readings)
    return Label(match.end(), case, letter.lower(), counted, "letter", strength, is_alone(text, match.end(), end))


def _judge_lettered(text: str, match: re.Match[str], end: int) -> Label | None:
    """A number under a letter: it counts on in the list of the letters, ``A.``, ``A.1.``, ``A.2.``, ``B.``."""
    letter, mark = match["letter"], match["mark"]
    small = letter == letter.lower() and letter != letter.upper()
    follows = following(text, match.end(), end)
    if (small and mark != ")") or (not mark and (is_lower(follows) or not re.match(LETTER, follows))):
        return None  # "p.5.", "v.2"; "A.1 is"
    parts = match["parts"][1:].split(".")
    number = tuple(int(part) if part.isdecimal() else ord(part.lower()) - 0x60 for part in parts)
    form = ("a" if small else "A") + (")" if mark == ")" else ".")
    readings = tuple((f"{form} {family}", (place, *number)) for family, place in letter_readings(letter))
    if not readings:
        return None
    name = ".".join((letter.lower(), *(str(int(part)) if part.isdecimal() else part.lower() for part in parts)))
    return Label(match.end(), f"{form}1", name, readings, "number", WEAK, is_alone(text, match.end(), end))


def _parse_behind_bullet(text: str, start: int, end: int, bullet: Label) -> Label | None:
    """Read the number or letter that is printed behind a bullet, as Markdown's lists have it: ``- (a)``, ``* § 2``."""
    place = end - len(text[bullet.end : end].lstrip(SPACE))
    inner = parse_label(text, place, end) if _NEAR_BRACKET.match(text, place, end) else None
    if inner is None or inner.bullet or not inner.readings or inner.strength == YEAR or inner.alone:
        return None
    if inner.form in {".", "A."} and inner.end - start <= _MAX_LABEL:
        # "- 1. Mai" is a date, and "* 2. Bürgermeister" an office: these need their neighbours.
        return inner._replace(bullet=bullet.form, strength=WEAK)
    if inner.strength != FIRM:
        return None
    if inner.form not in _BEHIND_BULLETS or inner.end - start > _MAX_LABEL:
        return None
    return inner._replace(bullet=bullet.form)


def plain_bullet(text: str, start: int, end: int) -> Label | None:
    """The bullet at the start of a line, whatever number or letter stands behind it."""
    return _parse_bullet(text, start, end)


def _parse_bullet(text: str, start: int, end: int) -> Label | None:
    match = _BULLET.match(text, start, end) or _STARS.match(text, start, end) or _GLUED_BULLET.match(text, start, end)
    # A rule of stars or dashes is no list, and a page number is none.
    if not match or not re.compile(LETTER_OR_DIGIT).search(text, match.end(), end) or is_page_number(text, start, end):
        return None
    bullet = match["bullet"]
    signed = bullet in _DASHES and following(text, match.end(), end).isdecimal()
    return Label(match.end(), bullet, strength=WEAK if signed else FIRM)
