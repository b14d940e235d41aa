"""The numbers of articles: a sign or a word with a number, as laws and statutes print them.

A word for article is known from a table, in the languages that an archive meets most.  In all others, and for words
that no table has ("Principle 4"), the text says so itself: the same word stands alone on its line once more, with the
number before or after.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from muniment.sources.label import (
    BLANKS,
    CLOSE,
    DIGIT,
    FIRM,
    LEAD,
    SUFFIX,
    UNSEEN_MARKS,
    WEAK,
    Label,
    following,
    is_alone,
    suffix_of,
)
from muniment.sources.lookalikes import is_month, is_page_number, reads_as_quantity, words_of
from muniment.sources.marks import ends_clause, is_lower
from muniment.sources.numerals import HAN, han_value, hebrew_value, number_of, roman_value
from muniment.sources.ordinals import ETHIOPIC, ethiopic_value, ordinals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Words before the number of an article, in lower case, and words behind it.  Chapters, parts and titles of acts are
# headings: their numbers would take the ids of the articles.
_ARTICLE_WORDS: Final = words_of(
    r"""
article articles art\. art artikel artículo articulo artigo artigu articolo articol articolul articul artikkel artikkeli
artykuł artikulli artikl artiklo artikolo artikulo artikulu artikulua erthygl airteagal airticle article\ premier
l-artiklu članak ćlanak član člen čl\. článok článek čl straipsnis madde maddə maddesi section sec\. clause rule pasal
điều lid άρθρο αρθρο статья статьи ст\. стаття ст артыкул атикол член чл\. члан маддә modda модда моддаи мадда зүйл
берене المادة مادة الماده ماده مادّة ماددا بند البند دفعہ دفعه سעיף סעיף אַרטיקל अनुच्छेद धारा कलम अनुच्छेदः ধারা
অনুচ্ছেদ અનુચ્છેદ ਧਾਰਾ ਆਰਟੀਕਲ ਅਨੁਛੇਦ ಅನುಚ್ಛೇದ ನಿಬಂಧನೆ അനുച്ഛേദം വകുപ്പ് உறுப்புரை பிரிவு ข้อ มาตรา ມາດຕາ មាត្រា အပိုဒ်
ပုဒ်မ მუხლი հոդված አንቀጽ ዓንቀፅ
"""
)
_BEHIND: Final = words_of(
    """
бап бабы берене modda модда cikk § straipsnis pants artikla artikulua atala нче_статья статья стаття ыстатыйа мадда
дүгээр_зүйл дугаар_зүйл зүйл чүүл maddə madde madda člen článok článek grein gr. artikel artikkel 条 條 조
"""
)

_BEHIND_ORDINALS: Final = words_of("cikk cikkely зүйл бап статья берене modda madde maddə")
# No line that is an ordinal and a word for article is longer, marks of headings included.
_COUNTED: Final = 48


def _forms(words: Iterable[str]) -> str:
    """An alternation of words, the longest first, both as composed and as decomposed characters."""
    both = {form for word in words for form in (normalize("NFC", word), normalize("NFD", word))}
    return "|".join(sorted(both, key=lambda word: (-len(word), word)))


# What ends an ordinal number: 1º, 1.º, 1°, 1er.
_ORDINAL_SIGN: Final = r"(?:\.?[ºª°]|er(?![^\W\d_])|o(?=[.\s]))?"
_DASH: Final = "[-‐‑–]"


@cache
def _articles() -> tuple[re.Pattern[str], ...]:
    words = _forms(_ARTICLE_WORDS)
    parts = rf"{DIGIT}{{1,4}}(?:[.．]{DIGIT}{{1,3}}){{0,3}}{SUFFIX}"
    in_words = _forms(ordinals())
    hebrew = "[א-ת]{1,3}['׳\"״]?[א-ת]?"
    spoken = rf"(?:{in_words})(?![^\W\d_])|{ETHIOPIC}"
    number = rf"(?:{DIGIT}{{1,4}}(?:[.．\-]{DIGIT}{{1,3}}){{0,3}}{SUFFIX}|{spoken}|[ivxlc]{{1,8}}|{hebrew})"
    blanks = f"{BLANKS}፡?{BLANKS}"
    behind = _forms(word.replace("_", r"\ ") for word in _BEHIND)
    few = rf"{DIGIT}{{1,4}}(?:-{DIGIT}{{1,3}})?"
    marks = r"\s?[.:)\]–—;۔،։፤-]{1,2}(?=[\s*_]|\Z)|[：．:](?=[\s*_]|\Z)?"
    mark = rf"{CLOSE}(?P<mark>{marks})?{CLOSE}(?=[\s：．]|\Z|(?<=[：．]))"
    more = rf"(?P<more>之{HAN}|の{HAN}|の{DIGIT}{{1,3}})?"
    return (
        re.compile(rf"{LEAD}§{{1,2}}{BLANKS}(?P<number>{parts}){_ORDINAL_SIGN}{mark}"),
        re.compile(rf"{LEAD}(?:{words})[ٔ]?[:.]?{blanks}\(?(?P<number>{number}){_ORDINAL_SIGN}{mark}", re.IGNORECASE),
        re.compile(rf"{LEAD}(?P<number>{few})\.?(?:{_DASH}|[ \u00a0])?(?:{behind}){mark}", re.IGNORECASE),
        re.compile(rf"{LEAD}(?P<open>第){BLANKS}(?P<number>{DIGIT}{{1,4}}|{HAN}){BLANKS}[条條]{more}{CLOSE}"),
        re.compile(
            rf"{LEAD}(?P<open>제){BLANKS}(?P<number>{DIGIT}{{1,4}}){BLANKS}조(?P<more>의{BLANKS}{DIGIT}{{1,3}})?{CLOSE}"
        ),
    )


@cache
def _counted_article() -> re.Pattern[str]:
    """A line that is an ordinal in words and a word for article, and nothing else: "Első cikk", "First Article"."""
    words = _forms((*_ARTICLE_WORDS, *(word.replace("_", r"\ ") for word in (*_BEHIND, *_BEHIND_ORDINALS))))
    return re.compile(
        rf"{LEAD}(?P<number>{_forms(ordinals())})[ \u00a0](?:{words})(?P<mark>[.:])?{CLOSE}\s*\Z", re.IGNORECASE
    )


@cache
def _ordinal_first() -> frozenset[str]:
    return frozenset(
        sign
        for word in ordinals()
        for sign in (word[0], word[0].upper(), normalize("NFD", word)[0], normalize("NFD", word)[0].upper())
    )


# These lie in articles, where a text has both.
_SECTION: Final = re.compile(rf"[#*_\s{UNSEEN_MARKS}]{{0,9}}(?:§|section|sec\.|clause|rule)", re.IGNORECASE)
_ARTICLE_FIRST: Final = frozenset(
    sign
    for word in _ARTICLE_WORDS
    for form in (normalize("NFC", word), normalize("NFD", word))
    for sign in (form[0], form[0].upper())
) | frozenset("§제第")


# What follows a number that is cited: "§ 7 Abs. 3", "Article 5(1)", "Art. 6 GG".
_CITES: Final = re.compile(
    r"\s*+(?:Abs(?:\.|atz|ätze)|Satz|Sätze|S\.|Nr\.|Nummer|Buchst|Halbsatz|Unterabs|Para|Ziff|Abschnitt|Punkt|Art\b|Artikel"
    r"|[\s(]*\(\w{1,3}\)|(?:[A-ZÄÖÜ][a-zäöü]{0,3}){1,3}[A-ZÄÖÜ]\b\.?\s[a-zäöü])"
)


def parse_article(text: str, start: int, end: int, first: str) -> Label | None:
    """Read the number of an article at the start of a line, by the words of the tables.

    Args:
        text: The whole text.
        start: Offset of the line's first character that is not blank.
        end: Offset just after its last one.
        first: The first character after the marks of a heading or of bold type.
    """
    patterns = _articles() if first in _ARTICLE_FIRST or first.isdecimal() else ()
    for pattern in patterns:
        match = pattern.match(text, start, end)
        if match:
            return _judge_article(text, match, end)
    if end - start <= _COUNTED and first in _ordinal_first():
        match = _counted_article().match(text, start, end)
        return _judge_article(text, match, end) if match and not is_lower(match["number"][0]) else None
    return None


def _judge_article(text: str, match: re.Match[str], end: int) -> Label | None:
    """Tell a label "Article 5" from a sentence that begins with it."""
    groups = match.groupdict()
    printed = match["number"].lower()
    more = re.sub(r"\D", "", groups.get("more") or "") or (groups.get("more") or "")[1:]
    suffix = suffix_of(groups.get("suffix"))
    place = match.end()
    number = _article_number(printed.removesuffix((groups.get("suffix") or "").lower()))
    if not number[0]:
        return None
    if more:
        number = (*number, int(more) if more.isdecimal() else han_value(more))
    alone = is_alone(text, place, end)
    follows = following(text, place, end)
    form = "§" if _SECTION.match(match[0]) else "article"
    marked = bool(groups.get("mark")) or "§" in match[0]
    firm = alone or marked or ("open" in groups and text[place : place + 1].isspace())
    if not alone and not groups.get("mark") and (is_lower(follows) or _CITES.match(text, place, end)):
        return None
    if not alone and not marked and "\u05d0" <= printed[0] <= "\u05ea":
        return None
    name = ".".join(map(str, number)) + suffix
    return Label(place, form, name, ((form, number),), "article", FIRM if firm else WEAK, alone)


def _article_number(printed: str) -> tuple[int, ...]:
    composed = normalize("NFC", printed)
    if composed in ordinals():
        return (ordinals()[composed],)
    if re.fullmatch(HAN, printed):
        return (han_value(printed),)
    if printed[0].isdecimal():
        return number_of(re.sub(r"[^\d.．-]", "", printed).replace("-", "."))
    return (roman_value(printed) or hebrew_value(printed) or ethiopic_value(printed),)


# A line that is a word or three and a number, or a number and a word, and nothing else.
_WORD_THEN_NUMBER: Final = re.compile(
    rf"{LEAD}(?P<word>[^\W\d_][^\n\d(),;]{{0,24}}?)[\s:]{{0,2}}\(?{BLANKS}(?P<number>{DIGIT}{{1,3}})(?P<suffix>[A-Za-z])?"
    rf"{_ORDINAL_SIGN}[\s.:;)–—°ª-]{{0,4}}{CLOSE}"
)
_NUMBER_THEN_WORD: Final = re.compile(
    rf"{LEAD}(?P<number>{DIGIT}{{1,3}})(?:{_DASH}[^\W\d_]{{1,4}}|[.ºª°‐-])?(?P<suffix>(?!))?\s{{0,2}}"
    rf"(?P<word>[^\W\d_][^\n\d(),;.]{{0,20}})[.:;]{{0,2}}{CLOSE}"
)
# A line that counts in the words of its language, and says the number in brackets: "Mellad unan (1)".
_WORDS_THEN_BRACKET: Final = re.compile(
    rf"{LEAD}(?P<word>[^\W\d_][^\n\d(),;:]{{0,34}})[ \t\u00a0]{{1,3}}\((?P<number>{DIGIT}{{1,3}})\)[.:]?{CLOSE}"
)
_WORDS: Final = 3
_NEAR: Final = 3
# Chapters and the like: what articles lie in, and what stands beside a text; here numbers name no paragraph.
_DIVISIONS: Final = frozenset(
    words_of(
        """
chapter part title book volume vol annex annexe appendix schedule exhibit figure fig table page slide attachment
kapitel teil titel buch band abschnitt unterabschnitt anlage anhang abbildung abb tabelle tab seite bild chapitre partie
titre livre section tome figure tableau capítulo capitulo parte título titulo libro anexo sección tabla figura seção
tabela capitolo titolo allegato tabella hoofdstuk deel bijlage afdeling kapittel del bilag vedlegg bilaga avdelning osa
luku liite rozdział część tytuł załącznik oddział dział kapitola část hlava příloha oddíl glava deo poglavlje prilog
poglavje priloga fejezet rész melléklet capitolul partea titlul anexa bölüm kısım ek şekil tablo глава раздел часть
приложение рисунок таблица подраздел розділ глава частина додаток тарау бөлім қосымша κεφάλαιο μέρος τίτλος παράρτημα
πίνακας الفصل الباب القسم الجزء الملحق الجدول جدول فصل باب بخش پیوست פרק חלק נספח תוספת טבלה अध्याय भाग अनुसूची परिशिष्ट
หมวด ส่วน บท ภาค ตาราง chương phần mục phụ lục bab bagian lampiran თავი კარი დანართი գլուխ բաժին հավելված
"""
    )
)


def name_articles(text: str, lines: Sequence[tuple[int, int, bool]]) -> dict[int, Label]:
    """Find the lines that name an article by a word of the text's own.

    A line is a word, or up to three, and a number of up to three digits, and nothing else; it stands at the start of a
    block or behind the end of a clause, is not followed by the next one at once, and has a neighbour: the same word
    alone with a number at most three places off.  Or it is up to four words and the number in brackets, and its first
    or last word is its neighbour's.

    Args:
        text: The whole text.
        lines: Start and end of each line that has no label yet, or one of digits, in order, and whether a block begins.

    Returns:
        The labels, by the offset of their lines.
    """
    found: list[tuple[int, int, int, frozenset[str], str]] = []
    numbers: dict[str, set[int]] = {}
    for at, (start, end, begins) in enumerate(lines):
        if end - start > 40:
            continue
        named = _named(text, start, end)
        if named is None or not (begins or ends_clause(text[lines[at - 1][0] : lines[at - 1][1]])):
            continue
        words, number, suffix = named
        found.append((at, start, number, words, suffix))
        for word in words:
            numbers.setdefault(word, set()).add(number)
    named_at = {at: words for at, _, _, words, _ in found}
    return {
        start: Label(
            lines[at][1], "article", f"{number}{suffix}", (("article", (number,)),), "article", FIRM, alone=True
        )
        for at, start, number, words, suffix in found
        if not named_at.get(at + 1, frozenset()) & words
        and any(number + step in numbers[word] for word in words for step in range(-_NEAR, _NEAR + 1) if step)
    }


def _named(text: str, start: int, end: int) -> tuple[frozenset[str], int, str] | None:
    """The words that may tell a series, the number and its letter of a line that is nothing else."""
    counted = _WORDS_THEN_BRACKET.fullmatch(text, start, end)
    if counted:
        several = counted["word"].casefold().split()
        if 1 < len(several) <= _WORDS + 1 and not {several[0], several[-1]} & _DIVISIONS:
            return frozenset({f"first {several[0]}", f"last {several[-1]}"}), int(counted["number"]), ""
    match = _WORD_THEN_NUMBER.fullmatch(text, start, end) or _NUMBER_THEN_WORD.fullmatch(text, start, end)
    if match is None or is_page_number(text, start, end):
        return None
    printed = match["word"].strip(" \t\u00a0:-–‐#*_")
    words = printed.casefold().split()
    if (
        not 0 < len(words) <= _WORDS
        or words[0] in _DIVISIONS
        or words[-1] in _DIVISIONS
        or any(is_month(word) or word == "may" for word in words)
    ):
        return None
    behind = match.end("number") < match.start("word")
    if (behind and (len(words) > 1 or reads_as_quantity(text, match.end("number"), end))) or (
        not behind and is_lower(printed[0])
    ):
        return None
    return frozenset({f"{behind} {' '.join(words)}"}), int(match["number"]), (match["suffix"] or "").lower()
