"""What a printed numeral counts: digits of any script, Roman and Han numerals, circled digits, letters in their order.

A letter can be read in more than one way: ``i`` is the ninth letter and the first Roman numeral, ``ب`` is the second
letter in one order of the Arabic alphabet and the second in the other.  Every reading is given; the list decides.
"""

from __future__ import annotations

import itertools
import re
from functools import lru_cache
from typing import Final

Reading = tuple[str, int]
"""A way of counting, and the place in it."""

_ORDERS: Final = {
    "latin": "abcdefghijklmnopqrstuvwxyz",
    # Russian, with the letters of Kazakh, Ukrainian and Serbian where their alphabets have them.
    "cyrillic": "аәбвгѓғґдђеёєжзѕиіїйјкқлљмнњңоөпрстћќуұүўфхһцчџшщъыьэюя",
    "greek": "αβγδεζηθικλμνξοπρστυφχψω",
    "armenian": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ",
    "georgian": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
    "abjad": "ابجدهوزحطيكلمنسعفصقرشتثخذضظغ",
    "hijai": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "persian": "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
    "devanagari": "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह",
    "bengali": "কখগঘঙচছজঝঞটঠডঢণতথদধনপফবভম",
    "thai": "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ",
    "hangul": "가나다라마바사아자차카타파하",
    "jamo": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
    "katakana": "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ",
    "iroha": "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス",
    "hiragana": "あいうえおかきくけこさしすせそたちつてと",
    "stems": "甲乙丙丁戊己庚辛壬癸",
}
_HEBREW: Final = dict(
    zip("אבגדהוזחטיכלמנסעפצקרשת", (*range(1, 11), *range(20, 100, 10), *range(100, 500, 100)), strict=True)
)
_SAME: Final = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه"})
_LOOSE: Final = 4
"""Places between two neighbours of the Cyrillic row, which holds the letters of several alphabets."""

_PLACES: Final[dict[str, tuple[Reading, ...]]] = {}
for _family, _row in _ORDERS.items():
    for _place, _sign in enumerate(_row, 1):
        _PLACES[_sign] = (*_PLACES.get(_sign, ()), (_family, _place))

_ROMAN: Final = re.compile("(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_ROMAN_VALUES: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

_HAN: Final = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
HAN: Final = "[〇零一二三四五六七八九十百千]{1,7}"
"""A pattern of Han numerals."""

_CIRCLED: Final = {
    chr(first + offset): (first, offset + 1)
    for first, count in (
        *(
            (0x2160, 12),
            (0x2170, 12),
            (0x2460, 20),
            (0x2474, 20),
            (0x2488, 20),
            (0x249C, 26),
            (0x24B6, 26),
            (0x24D0, 26),
        ),
        *((0x2776, 10), (0x2780, 10), (0x3220, 10), (0x3280, 10)),
    )
    for offset in range(count)
}
_CIRCLED_LETTERS: Final = frozenset((0x249C, 0x24B6, 0x24D0))
CIRCLED: Final = (
    "(?:[\u2460-\u24e9\u2776-\u2789\u3220-\u3229\u3280-\u3289]|[\u2160-\u216b\u2170-\u217b](?=[.、．)）:]))"
)
"""A pattern of one number or letter in a circle, in brackets or with its full stop, as one sign."""

_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def number_of(printed: str) -> tuple[int, ...]:
    """Read digits of any script, part by part."""
    # int() reads the decimal digits of any script, and the patterns let nothing else through.
    return tuple(int(part) for part in re.split("[.．]", printed.translate(_SUPERSCRIPTS)))


def circled_value(sign: str) -> tuple[str, int, str]:
    """Read ``①``, ``⑴``, ``⒈``, ``㈠``, ``ⓐ`` or ``Ⅳ``: its row, its place there, and its name in an id."""
    first, place = _CIRCLED[sign]
    return f"circled {first:x}", place, chr(0x60 + place) if first in _CIRCLED_LETTERS else str(place)


def han_value(printed: str) -> int:
    """Read Han numerals up to thousands: ``二十一``, ``一百零五``, ``二〇``; 0 for what is none."""
    if not any(sign in "十百千" for sign in printed):
        return int("".join(str(_HAN.get(sign, 0)) for sign in printed) or 0)
    total = held = 0
    for sign in printed:
        unit = {"十": 10, "百": 100, "千": 1000}.get(sign)
        if unit is None:
            held = _HAN.get(sign, 0)
        else:
            total, held = total + (held or 1) * unit, 0
    return total + held


def roman_value(printed: str) -> int:
    """Read a Roman numeral below 400, all in capitals or all in small letters; 0 for what is none."""
    small = printed.lower()
    if printed not in {small, printed.upper()} or not _ROMAN.fullmatch(small):
        return 0
    values = [_ROMAN_VALUES[sign] for sign in small]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))


@lru_cache(maxsize=1024)
def letter_readings(printed: str) -> tuple[Reading, ...]:
    """Give every way in which a letter, or a numeral of letters, may count; none for a word."""
    small = printed.lower()
    roman = roman_value(printed)
    readings: tuple[Reading, ...] = (("roman", roman),) if roman else ()
    if len(printed) in {2, 3} and len(set(printed)) == 1:  # aa), bb), as German laws count below a)
        readings += tuple((f"twice {family}", place) for family, place in _PLACES.get(small[0], ()))
    if len(printed) == 1:
        return readings + _PLACES.get(small.translate(_SAME), ()) + _hebrew(small)
    return readings + (_hebrew(small) if len(printed) <= 3 else ())


def hebrew_value(letters: str) -> int:
    """Read a Hebrew numeral of letters; 0 for a word."""
    reading = _hebrew(letters.replace("'", "").replace('"', ""))
    return reading[0][1] if reading else 0


def _hebrew(letters: str) -> tuple[Reading, ...]:
    values = [_HEBREW.get(sign, 0) for sign in letters.replace("׳", "").replace("״", "")]
    falling = all(a > b or (a, b) == (9, 6) for a, b in itertools.pairwise(values))
    return (("hebrew", sum(values)),) if values and all(values) and falling else ()


def step_between(family: str) -> int:
    """How many places apart two neighbours of a list may be, since a row holds the letters of several alphabets."""
    return _LOOSE if family.endswith("cyrillic") else 1


def is_next(last: tuple[int, ...], number: tuple[int, ...], step: int) -> bool:
    """Whether it is next in sequence: 10 after 9; 1.3, 2 or 1.2.1 after 1.2; 1.2a after 1.2."""
    depth = len(number)
    if depth == 1 == len(last):
        return 0 < number[0] - last[0] <= step
    if depth > len(last):
        return number[: len(last)] == last and set(number[len(last) :]) == {1}
    return number[: depth - 1] == last[: depth - 1] and 0 < number[-1] - last[depth - 1] <= step


def is_start(number: tuple[int, ...]) -> bool:
    """Whether a list may begin with it: 1, 1.1."""
    return number[0] == 1 and set(number) == {1}
