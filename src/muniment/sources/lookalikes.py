"""What begins like a label and is none: dates, ordinals, decimals, quantities, clock times, page numbers.

All is judged from the line itself.  The words are stems in lower case, of the languages that print a full stop behind
a day or an ordinal, and of those that an archive of press releases meets most.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final


def words_of(lines: str) -> tuple[str, ...]:
    """The words of a table of words."""
    return tuple(lines.split())


# Months after a day with a full stop ("5. Mai"), and as date lines have them.
_MONTHS: Final = words_of(
    """
january february march april june july august september october november december januar jänner feber märz mai juni
juli oktober dezember marts mars maj desember januari februari augusti maart mei augustus janúar febrúar apríl maí
júní júlí ágúst október nóvember tammiku helmiku maalisku huhtiku toukoku kesäku heinäku eloku syysku lokaku
marrasku jouluku jaanuar veebruar märts aprill juuni juuli oktoober detsember janvār februār mart aprīl maij jūnij
jūlij septembr oktobr novembr decembr sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio
lapkričio gruodžio január február március április május június július augusztus szeptember ledna února března dubna
května června července srpna září října listopadu prosince mája júna júla marca stycznia lutego kwietnia maja
czerwca lipca sierpnia września października listopada grudnia junija julija avgust siječnja veljače ožujka travnja
svibnja lipnja srpnja kolovoza rujna studenog prosinca juna jula јануар фебруар март април маја мај јуна јуни јула
јули август септемб октомври октобра ноември новембра декемв децембра януари февруари май юни юли септември октомври
ноември декември января февраля марта апреля мая июня июля августа сентября октября ноября декабря січня лютого
березня квітня травня червня липня серпня вересня жовтня листопада грудня студзеня лютага сакавіка красавіка чэрвеня
ліпеня жніўня верасня кастрычніка лістапада снежня қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан
қараша желтоқсан ocak şubat nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık ianuarie februarie martie
aprilie iunie iulie septembrie octombrie noiembrie decembrie janvier février avril juin juillet août aout septembre
octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
janeiro fevereiro março maio junho julho setembro outubro dezembro gennaio febbraio maggio giugno luglio settembre
ottobre dicembre maret agustus ιανουαρ φεβρουαρ μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρ οκτωβρ
νοεμβρ δεκεμβρ يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر كانون شباط آذار نيسان أيار
حزيران تموز آب أيلول تشرين ינואר פברואר אפריל יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר जनवरी फ़रवरी फरवरी मार्च
अप्रैल जून जुलाई अगस्त सितंबर सितम्बर अक्टूबर नवंबर नवम्बर दिसंबर दिसम्बर มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม
มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม იანვარ თებერვ მარტ აპრილ მაის ივნის ივლის აგვისტ სექტემბ
ოქტომბ ნოემბ დეკემბ
"""
)
# Too short to be stems of longer words: whole words, with or without a full stop.
_SHORT_MONTHS: Final = frozenset(
    [
        "jan",
        "feb",
        "mär",
        "mrz",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "okt",
        "oct",
        "nov",
        "dez",
        "dec",
        "янв",
        "фев",
        "мар",
        "апр",
        "июн",
        "июл",
        "авг",
        "сен",
        "сент",
        "окт",
        "ноя",
        "дек",
    ]
)
_SHORTEST_STEM: Final = 4  # letters; "mai" and "maj" are whole words

# What an ordinal with a full stop counts where no list is: centuries, above all.
_ORDINALS: Final = words_of(
    """
jahrhundert jahrestag jahrtausend lebensjahr stolet stoletj stolj století storoč század évforduló århundr sajand
vuosisa yüzyıl gadsimt amži wiek век столет ғасыр
"""
)

# Offices, wars, leagues and the like, which are counted with a full stop in languages that give nouns a capital: how
# such words end.  A list of them is a list all the same, so that these only need a neighbour.
_RANKS: Final = words_of(
    """
meister meisterin präsident präsidentin präsidenten vorsitzende vorsitzender vorsitzenden vorsitzendem minister
ministerin sekretär sekretärin beigeordnete beigeordneter stellvertreter stellvertreterin stellvertretende direktor
direktorin rat rätin anwalt anwältin offizier kommandant kommandantin geschäftsführer kassier kassierer schriftführer
krieg liga fc sc sv klasse halbjahr quartal halbzeit obergeschoss geschoss stock etage auflage ausgabe spieltag
advent rang platz senat kammer lesung runde etappe generation reich division armee regiment bataillon kompanie
internationale satz semester trimester lebensmonat dünya cumhurbaşkanı başbakan lig ordu pasaules
"""
)

# What a decimal or a bare number counts: in any case, and where it does not begin with a capital ("1.1 Hours of work").
# Stems of up to four letters are whole words.
_QUANTITIES: Final = words_of(
    """
million millón milhões milhão milhões milione milioni miljon miljoen miljoon milijon milyon mio mln mill mrd mld
milliard miliard milyar miljard billion billón bilhões triliun trillion crore lakh percent prozent procent prosent
persen pourcent percento százalék % ‰ процент відсот пайыз euro euros eur usd € $ £ ¥ ₸ ₽ uhr °c °f ° km kg m² km²
млн млрд тыс трлн миллион миллиард мільйон мільярд милион милијард миллиард مليون مليار بالمئة بالمائة میلیون
میلیارد درصد מיליון מיליארד אחוז लाख करोड़ प्रतिशत मिलियन ล้าน เปอร์เซ็นต์ ร้อยละ εκατομμ δισεκατομμ 亿 億 万 萬 百万 퍼센트
"""
)
_SMALL_QUANTITIES: Final = words_of(
    """
thousand hundred tausend dozen bn per por dollar pound franc krone kroner krona kronor rubel metre meter metr metros
ton tons tonne hectare hektar acre liter litre degree grad hour stund minute second inch feet foot mile times mal cm
mm kilo o'clock a.m a.m. p.m p.m. am pm points point mal volt watt kwh mwh gwh mw gb mb рубл грив доллар тенге
градус метр километр тонн гектар литр час часа часов минут кг км см раз раза человек كيلو درجة ألف אלף מטר किलो मीटर
डिग्री พัน บาท เมตร กิโล องศา χιλιάδ μέτρ 倍 公里 元 円 미터
"""
)
_WHOLE_WORD: Final = 4

_WORD: Final = re.compile(r"[\s\u200e\u200f\u061c]*(\S{1,24})")
_YEAR_FOLLOWS: Final = re.compile(r"[\s,]*(?:[12]\d{3}\b|\Z|,)")
_DAY_AND_MONTH: Final = re.compile(
    r"[ \t\u00a0]{0,2}\d{1,2}(?:\.(?!\d{3})|/|-)[ \t\u00a0]{0,2}(?:\d{2,4}\b|[^\W\d]|\Z|,)"
)
_SOME_MONTH: Final = re.compile(r"\s*[^\W\d]{3,14}\.?\s+(?:de\s+|del\s+)?[12]\d{3}\b")

_PAGE_WORDS: Final = (
    r"page|seite|side|sida|sivu|página|pagina|pàgina|strona|strana|stranica|oldal|sayfa|səhifə|lehte|lapa|puslapis|trang"
    r"|halaman|pp?\.|s\.|str\.|lk\.|стр\.?|страница|сторінка|с\.|бет|σελίδα|σελ\.|صفحة|صفحه|ص\.?|עמוד|עמ'|पृष्ठ|পৃষ্ঠা|หน้า"
    r"|გვერდი|էջ|第"
)
_PAGE_FRAME: Final = r"[-–—\s•·*~|]{0,4}"
PAGE_NUMBER: Final = re.compile(
    rf"{_PAGE_FRAME}(?:(?:{_PAGE_WORDS})[\s|]{{0,3}})?"
    r"\d{1,4}(?:\s{0,2}(?:/|of|von|de|sur|di|av|af|z|od|iš|из|з|από|מתוך|من|از|จาก|共)\s{0,2}\d{1,4})?"
    rf"(?:\s{{0,2}}(?:页|頁|ページ|쪽|-бет)|\s?\|\s?(?:{_PAGE_WORDS}))?{_PAGE_FRAME}"
    rf"|[-–—]\s?[ivxlc]{{1,7}}\s?[-–—]|(?:{_PAGE_WORDS})\s{{0,2}}[ivxlc]{{1,7}}|第\s?[〇零一二三四五六七八九十百]{{1,5}}\s?[页頁]",
    re.IGNORECASE,
)
"""A line that is a page number and nothing else, for ``fullmatch``; ``is_page_number`` is quicker."""
_PAGE_LENGTH: Final = 48  # code points: no page number is longer


def is_page_number(text: str, start: int, end: int) -> bool:
    """Whether a line is a page number and nothing else."""
    return end - start <= _PAGE_LENGTH and PAGE_NUMBER.fullmatch(text, start, end) is not None


_FRAMED_PAGE: Final = re.compile(r"([-–—])\s?\d{1,4}\s?\1")


def is_framed_page(text: str, start: int, end: int) -> bool:
    """Whether a line is the number of a page between dashes, which nothing else looks like."""
    return _FRAMED_PAGE.fullmatch(text, start, end) is not None


@cache
def _stems(first: str) -> tuple[tuple[str, ...], ...]:
    """The stems that begin with a character: of months, ordinals, quantities, and quantities without a capital."""
    months, ordinals, quantities, small = (
        tuple(word for word in words if word[0] == first)
        for words in (_MONTHS, _ORDINALS, _QUANTITIES, _SMALL_QUANTITIES)
    )
    return months, ordinals, quantities, small


def next_word(text: str, place: int, end: int) -> str:
    """The word after a label, in lower case."""
    match = _WORD.match(text, place, min(end, place + 64))
    return match[1].lower() if match else ""


def is_month(word: str) -> bool:
    """Whether a word in lower case is a month, in any of its cases."""
    bare = word.strip(".,;:()")
    if not bare:
        return False
    if bare in _SHORT_MONTHS:
        return True
    if bare[0] == "ב":
        bare = bare[1:] or bare  # "in", in Hebrew
    return bare.startswith(_stems(bare[0])[0]) and any(
        bare == stem or (len(stem) >= _SHORTEST_STEM and len(bare) <= len(stem) + 6 and bare.startswith(stem))
        for stem in _stems(bare[0])[0]
    )


# Lines begin with the same few words over and over, and a word is at most 24 code points.
@lru_cache(1024)
def _is_month_or_ordinal(word: str) -> bool:
    return is_month(word) or word.startswith(_stems(word[0])[1])


def reads_as_date_or_ordinal(text: str, place: int, end: int) -> bool:
    """Whether a number with a full stop that ends at ``place`` is a day, or an ordinal of a century."""
    if _DAY_AND_MONTH.match(text, place, end):
        return True
    match = _WORD.match(text, place, min(end, place + 64))
    if match is None:
        return False
    word = match[1].lower()
    if reads_as_named_date_or_ordinal(text, place, end, word):
        return True
    return word[0] == match[1][0] and word.strip(",") != "may" and bool(_SOME_MONTH.match(text, place, end))


# One text is asked for each of its lines: to lower all of it anew each time took the square of its length.
@lru_cache(1)
def _lowered(text: str) -> str:
    return text.lower()


def reads_as_named_date_or_ordinal(text: str, place: int, end: int, word: str) -> bool:
    """Whether a number with a full stop that ends at ``place`` is a day or an ordinal by the word behind it.

    Args:
        text: The whole text.
        place: Where the number ends.
        end: Where the line ends.
        word: What ``next_word`` gives there.
    """
    if word.strip(",") == "may":
        # The English verb stands in lists; the English month has a year behind it.
        at = _lowered(text).find("may", place, end) if end - place < 400 else place
        return bool(_YEAR_FOLLOWS.match(text, at + 3, end))
    return _is_month_or_ordinal(word)


def reads_as_rank(text: str, place: int, end: int) -> bool:
    """Whether a number with a full stop that ends at ``place`` counts an office, a war, a league."""
    return is_rank(next_word(text, place, end))


@lru_cache(1024)
def is_rank(word: str) -> bool:
    """Whether a word in lower case is an office, a war, a league, which are counted."""
    return word.rstrip(".,;:()").endswith(_RANKS)


def _first_as_printed(text: str, place: int, end: int) -> str:
    match = _WORD.match(text, place, end)
    return match[1][0] if match else ""


def reads_as_quantity(text: str, place: int, end: int) -> bool:
    """Whether a bare number that ends at ``place`` counts or measures what follows it."""
    word = next_word(text, place, end).rstrip(",;:)")
    if not word:
        return False
    small = word[0] == _first_as_printed(text, place, end)
    _, _, quantities, others = _stems(word[0])
    stems = quantities + others if small else quantities
    bare = word.rstrip(".")
    return is_month(word) or any(
        bare == stem.rstrip(".")
        or (len(stem) > _WHOLE_WORD and word.startswith(stem))
        or _counts_without_blank(word, stem)
        for stem in stems
    )


def _counts_without_blank(word: str, stem: str) -> bool:
    return stem[0] >= "\u0e00" and word.startswith(stem)


# A date line: nothing but a date, with a weekday, a place or a word such as "Stand:" before it.
# Marks of vowels are no letters to ``\w``, but parts of the words of Indic scripts and Thai.
_DATE_PARTS: Final = re.compile(
    r"(?:[^\W\d_]|(?!\d)[\u0900-\u0963\u0970-\u0dff\u0e30-\u0e3a\u0e40-\u0e4e])+\.?|\d+(?:st|nd|rd|th|er|º|ª|\.)?|[年月日号號년월일]"
)
_DATE_LINE: Final = 60  # code points
_WEEKDAYS: Final = words_of(
    """
monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag
sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado
domingo lunedì martedì mercoledì giovedì venerdì sabato domenica segunda terça quarta quinta sexta понедельник
вторник среда четверг пятница суббота воскресенье понеділок вівторок середа пʼятниця субота неділя дүйсенбі сейсенбі
сәрсенбі бейсенбі жұма сенбі жексенбі maandag dinsdag woensdag donderdag vrijdag zaterdag zondag mandag tirsdag
onsdag torsdag fredag lørdag søndag poniedziałek wtorek środa czwartek piątek sobota niedziela الاثنين الثلاثاء
الأربعاء الخميس الجمعة السبت الأحد सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार วันที่ วันจันทร์ที่ วันอังคารที่
วันพุธที่ วันพฤหัสบดีที่ วันศุกร์ที่ วันเสาร์ที่ วันอาทิตย์ที่ พ. ศ. pazartesi salı çarşamba perşembe cuma cumartesi pazar
"""
)
_DATE_WORDS: Final = frozenset(
    [
        "of",
        "the",
        "de",
        "del",
        "den",
        "der",
        "le",
        "la",
        "el",
        "am",
        "an,",
        "on",
        "in",
        "года",
        "год",
        "г",
        "г.",
        "жылғы",
        "жыл",
        "року",
        "р.",
        "роки",
        "a.",
        "d.",
        "stand",
        "vom",
        "dated",
        "date",
        "issued",
        "published",
        "updated",
        "last",
        "effective",
        "released",
        "version",
        "revised",
        "modified",
        "mis",
        "à",
        "jour",
        "le",
        "actualizado",
        "atualizado",
        "aggiornato",
        "aktualisiert",
        "обновлено",
        "редакция",
        "il",
        "al",
        "και",
        "του",
        "у",
        "від",
        "от",
    ]
) | frozenset(_WEEKDAYS)
_ALL_DIGITS: Final = re.compile(
    r"\W{0,4}(?:\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|(?:令和|平成|昭和|民[国國])?\d{1,4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日号號일])\.?\W{0,4}"
)


_DATED: Final = re.compile(r"([^\W\d_]{1,20})\s?[.:]?\s+")


def is_date_line(words: str) -> bool:
    """Whether a paragraph is nothing but a date: with a year or a day, a month, and no word that is neither.

    One place may stand before it ("Bergen, 3 May 2024"), ended by a comma.
    """
    return len(words) <= _DATE_LINE and _is_date_line(words)


@lru_cache(4096)  # asked of the same lines by who looks for headings, a title and a date
def _is_date_line(words: str) -> bool:
    if _ALL_DIGITS.fullmatch(words):
        return True
    named = _DATED.match(words)
    if named and named[1].lower() in _DATE_WORDS and _ALL_DIGITS.fullmatch(words, named.end()):
        return True
    place, comma, rest = words.partition(",")
    if comma and not any(sign.isdecimal() for sign in place) and _is_all_date(rest):
        return True
    return _is_all_date(words)


_FULL_DATE: Final = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th|er|º)?\.?\s(?:de\s|of\s)?(?P<a>[^\W\d_]{3,14})\.?,?\s(?:de\s|del\s)?[12]\d{3}\b\.?"
    r"|\b(?P<b>[^\W\d_]{3,14})\.?\s\d{1,2},\s?[12]\d{3}\b|\b[12]\d{3}\.\s(?P<c>[^\W\d_]{3,14})\s\d{1,2}\b\.?"
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日号號일]|\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}-\d\d-\d\d"
)
_FEW_WORDS: Final = 4


def is_mostly_date(words: str) -> bool:
    """Whether a short line is a full date with few words around it: ``Hatályos: 2026. május 4-től``.

    Where a colon stands, up to four; elsewhere two, which may say when something came into force.
    """
    if len(words) > _DATE_LINE:
        return False
    match = _FULL_DATE.search(words)
    if match is None:
        return False
    month = match["a"] or match["b"] or match["c"]
    if month and not (is_month(month.lower()) or month.lower() == "may"):
        return False
    rest = words[: match.start()] + " " + words[match.end() :]
    others = [word for word in re.findall(r"[^\W\d_]+", rest.lower()) if word not in _DATE_WORDS]
    return len(others) <= (_FEW_WORDS if ":" in rest or "：" in rest else _FEW_WORDS // 2)


def _is_all_date(words: str) -> bool:
    parts = _DATE_PARTS.findall(words.lower())
    months = digits = 0
    for part in parts:
        if part[0].isdecimal():
            digits += 1
        elif is_month(part) or part == "may":
            months += 1
        elif part not in _DATE_WORDS and part.rstrip(".") not in _DATE_WORDS:
            return False
    return months == 1 and 0 < digits <= 4


# How somebody is reached: an address of mail; a word for telephone, mail or the like with a number or address behind;
# a telephone number alone; a place with its postal code.
_REACHED: Final = re.compile(
    r"(?:(?:tele|mobile\s)?(?:phone|fax)|tel(?:e[fp]h?on[aeio]?)?|t[ée]l(?:[ée]phone|[ée]fono)?|mob(?:ile|il)?|cell|fax|faks|e-?mails?|mail|web(?:site)?|twitter|skype|correo(?:\selectrónico)?|courriel|e-?posta|gsm"
    r"|тел(?:ефон)?|факс|эл\.?\s?почта|почта|e-?пошта|τηλ(?:έφωνο)?|φαξ|هاتف|فاكس|تلفن|البريد(?:\s(?:الإلكتروني|الالكتروني))?|טלפון|פקס|דוא\"ל"
    r"|फ़?ोन|फोन|ईमेल|โทร(?:ศัพท์)?|อีเมล|电话|電話(?:番号)?|传真|傳真|邮箱|电子邮件|電子郵件|電郵|メール|ファックス|전화|팩스|이메일|điện\sthoại)"
    r"(?:\s(?:no|nr|number|№)\.?)?\s{0,2}[.:：]{1,2}\s*\S.{0,80}",
    re.IGNORECASE | re.DOTALL,
)
_MAILED: Final = re.compile(r"(?:[^\s@]{1,30}\s){0,4}[<(\[]?[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,30}){1,5}[>)\]]?")
_DIALLED: Final = re.compile(r"[+(]?\d[\d\s()./\-–]{6,24}\d(?:\s?(?:ext|x|доб)\.?\s?\d{1,5})?")
_POSTAL: Final = re.compile(
    r"(?:[^\n]{1,60},\s?)?[^\d,\n]{2,40},?\s[A-Z]{2}\.?,?\s{1,2}\d{5}(?:-\d{4})?(?:,?\s[^\d\n]{2,20})?"
    r"|(?:[A-Z]{1,3}[-–])(?:\d{4,5}|\d{3}\s\d{2})\s[^\d\n]{2,40}|〒\s?\d{3}-?\d{4}.{0,60}"
    r"|\d{5}\s[^\W\d_][^\W\d]{2,20}(?:\s[^\W\d_][^\W\d]{2,20})?(?:,\s[^\d\n]{2,20})?|\d{6},?\s[^\d\n,]{2,30},\s[^\n]{2,60}"
)
_CONTACT_LENGTH: Final = 120


_MAIL: Final = re.compile(r"[\w.+-]@[\w-]{1,60}\.\w")


def holds_contact(words: str) -> bool:
    """Whether words hold an address of mail, or have a line that is nothing but how somebody is reached."""
    if "@" in words and _MAIL.search(words):
        return True
    return "\n" in words and any(is_contact_line(line.strip()) for line in words.splitlines())


def is_postal(words: str) -> bool:
    """Whether a line is nothing but a place with its postal code."""
    return len(words) <= _CONTACT_LENGTH and _POSTAL.fullmatch(words) is not None


def is_contact_line(words: str) -> bool:
    """Whether a line is nothing but how somebody is reached: telephone, address of mail, or a place and its code."""
    return len(words) <= _CONTACT_LENGTH and any(
        pattern.fullmatch(words) is not None for pattern in (_REACHED, _MAILED, _DIALLED, _POSTAL)
    )
