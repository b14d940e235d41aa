"""The numbers of articles in words: "Article First", "Artículo segundo", "Статья третья", "المادة الأولى"."""

from __future__ import annotations

from functools import cache
from typing import Final

from muniment.sources.lookalikes import words_of

_FIRST: Final = {
    "premier": 1, "première": 1, "1er": 1, "primo": 1, "ersten": 1, "único": 1, "unico": 1, "unique": 1, "only": 1,
}  # fmt: skip
# From one on, each language in its order, as the rules for spelling numbers of Unicode's CLDR have them; two forms of
# one number are divided by a stroke.
_ROWS: Final = tuple(
    words_of(row)
    for row in """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
primero|primera|primer segundo|segunda tercero|tercera|tercer cuarto|cuarta quinto|quinta sexto|sexta séptimo|séptima
primeiro|primeira segundo|segunda terceiro|terceira quarto|quarta quinto|quinta sexto|sexta sétimo|sétima oitavo|oitava
primo|prima secondo|seconda terzo|terza quarto|quarta quinto|quinta sesto|sesta settimo|settima ottavo|ottava nono|nona
premier|première deuxième|second|seconde troisième quatrième cinquième sixième septième huitième neuvième dixième
первая|первый вторая|второй третья|третий четвертая|четвёртая|четвертый пятая|пятый шестая|шестой седьмая|седьмой
перша|перший друга|другий третя|третій четверта|четвертий п'ята|п’ята|пʼята шоста сьома восьма дев'ята|дев’ята|девʼята
първи|първа втори|втора трети|трета четвърти|четвърта пети|пета шести|шеста седми|седма осми|осма девети|девета
birinci ikinci üçüncü dördüncü beşinci altıncı yedinci sekizinci dokuzuncu onuncu
πρώτο δεύτερο τρίτο τέταρτο πέμπτο έκτο έβδομο όγδοο ένατο δέκατο
pierwszy drugi trzeci czwarty piąty szósty siódmy ósmy dziewiąty dziesiąty
pertama kedua ketiga keempat kelima keenam ketujuh kedelapan kesembilan kesepuluh
prvý|prvá|prvé druhý|druhá|druhé tretí|tretia|tretie štvrtý|štvrtá piaty|piata šiesty siedmy ôsmy deviaty desiaty
první druhý|druhá|druhé třetí čtvrtý|čtvrtá pátý|pátá šestý|šestá sedmý|sedmá osmý|osmá devátý|devátá desátý|desátá
prvi|prva|prvo drugi|druga|drugo treći|treća četvrti|četvrta peti|peta šesti|šesta sedmi|sedma osmi|osma deveti deseti
први|прва|прво други|друга|друго трећи|трећа|трети четврти|четврта пети|пета шести|шеста седми|седма осми|осма девети
першы|першая другі|другая трэці|трэцяя чацвёрты|чацвёртая пяты|пятая шосты|шостая сёмы|сёмая восьмы|восьмая дзявяты
első második harmadik negyedik ötödik hatodik hetedik nyolcadik kilencedik tizedik tizenegyedik tizenkettedik
ensimmäinen toinen kolmas neljäs viides kuudes seitsemäs kahdeksas yhdeksäs kymmenes yhdestoista kahdestoista
esimene teine kolmas neljas viies kuues seitsmes kaheksas üheksas kümnes üheteistkümnes kaheteistkümnes
första andra tredje fjärde femte sjätte sjunde åttonde nionde tionde elfte tolfte trettonde fjortonde femtonde
første annen|anden|andre tredje fjerde femte sjette syvende|sjuende åttende|ottende niende tiende ellevte tolvte
eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde dertiende veertiende vijftiende
pirmas|pirmasis antras|antrasis trečias ketvirtas penktas šeštas septintas aštuntas devintas dešimtas vienuoliktas
pirmais otrais trešais ceturtais piektais sestais septītais astotais devītais desmitais vienpadsmitais divpadsmitais
primer|primera segon|segona tercer|tercera quart|quarta cinquè|cinquena sisè|sisena setè|setena vuitè|vuitena novè desè
birinchi ikkinchi uchinchi toʻrtinchi|to'rtinchi beshinchi oltinchi yettinchi sakkizinchi toʻqqizinchi oʻninchi
бірінші екінші үшінші төртінші бесінші алтыншы жетінші сегізінші тоғызыншы оныншы
биринчи экинчи үчүнчү төртүнчү бешинчи алтынчы жетинчи сегизинчи тогузунчу онунчу
առաջին երկրորդ երրորդ չորրորդ հինգերորդ վեցերորդ յոթերորդ ութերորդ իններորդ տասներորդ
kwanza pili tatu nne tano sita saba nane tisa kumi
""".strip().splitlines()
)
# What follows in the rows that are too long for a line.
_LATER: Final = {
    "octavo": 8, "octava": 8, "noveno": 9, "novena": 9, "décimo": 10, "décima": 10, "undécimo": 11, "duodécimo": 12,
    "nono": 9, "nona": 9, "decimo": 10, "decima": 10, "восьмая": 8, "восьмой": 8, "девятая": 9, "девятый": 9,
    "десятая": 10, "десятый": 10, "одиннадцатая": 11, "двенадцатая": 12, "десята": 10, "десети": 10, "ilk": 1,
    "хорьдугаар": 20, "гучдугаар": 30, "десяты": 10, "дзясяты": 10, "десетти": 10, "oʻn birinchi": 11, "он бірінші": 11,
    "он екінші": 12, "он биринчи": 11, "он экинчи": 12, "desena": 10, "onzè": 11, "dotzè": 12,
    "هیفدهم": 17, "هیجدهم": 18,
}  # fmt: skip
# Ordinals up to thirty-nine: of Arabic in both genders, and of Persian.
_ARABIC: Final = (
    ("الأولى", "الاولى", "الأول", "الاول", "الحادية", "الحادي"), ("الثانية", "الثاني"), ("الثالثة", "الثالث"),
    ("الرابعة", "الرابع"), ("الخامسة", "الخامس"), ("السادسة", "السادس"), ("السابعة", "السابع"),
    ("الثامنة", "الثامن"), ("التاسعة", "التاسع"), ("العاشرة", "العاشر"),
)  # fmt: skip
_PERSIAN: Final = words_of(
    """
اول دوم سوم چهارم پنجم ششم هفتم هشتم نهم دهم یازدهم دوازدهم سیزدهم چهاردهم پانزدهم شانزدهم هفدهم هجدهم نوزدهم بیستم
"""
)
_PERSIAN_TENS: Final = {"بیست": 20, "سی": 30}
# Mongolian, as its laws print it, puts the ten before the ordinal of the unit.
_MONGOLIAN: Final = words_of(
    "нэгдүгээр хоёрдугаар гуравдугаар дөрөвдүгээр тавдугаар зургадугаар|зургаадугаар долдугаар|долоодугаар наймдугаар"
    " есдүгээр аравдугаар"
)
_MONGOLIAN_TENS: Final = {"арван": 10, "хорин": 20, "гучин": 30}
_ARABIC_TENS: Final = {"العشرون": 20, "العشرين": 20, "الثلاثون": 30, "الثلاثين": 30}


@cache
def ordinals() -> dict[str, int]:
    """Every ordinal in words, in lower case, and its number."""
    found = {**_FIRST, **_LATER, **_ARABIC_TENS, "یکم": 1, "سی ام": 30, "سی\u200cام": 30}
    for row in _ROWS:
        found.update({word: place for place, both in enumerate(row, 1) for word in both.split("|")})
    for place, word in enumerate(_PERSIAN, 1):
        found[word] = place
        for ten, value in _PERSIAN_TENS.items():
            found.update({f"{ten} و {word}": value + place, f"{ten}\u200cو\u200c{word}": value + place})
    found.update({f"{ten} و یکم": value + 1 for ten, value in _PERSIAN_TENS.items()})
    for place, units in enumerate(_MONGOLIAN, 1):
        for word in units.split("|"):
            found[word] = place
            found.update({f"{ten} {word}": value + place for ten, value in _MONGOLIAN_TENS.items() if place < 10})
    for place, forms in enumerate(_ARABIC, 1):
        for form in forms:
            if not form.startswith("الحادي"):
                found[form] = place
            found.update({f"{form} {teen}": 10 + place for teen in ("عشرة", "عشر")})
            found.update({f"{form} و{ten}": value + place for ten, value in _ARABIC_TENS.items()})
    return found


ETHIOPIC: Final = "[\u1369-\u137c]{1,5}"
"""A pattern of Ethiopic numerals."""


def ethiopic_value(printed: str) -> int:
    """Read Ethiopic numerals: tens and units, a hundred and ten thousand as factors behind; 0 for what is none."""
    total = held = 0
    for sign in printed:
        place = ord(sign) - 0x1368
        if not 1 <= place <= 20:
            return 0
        if place <= 18:
            held += place if place <= 9 else (place - 9) * 10
        else:
            total += (held or 1) * (100 if place == 19 else 10_000)
            held = 0
    return total + held
