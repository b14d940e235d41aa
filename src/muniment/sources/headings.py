"""Headings, and the title that a text gives itself.

A heading is judged from its own words and the few paragraphs after it, so that one more heading never changes what
the others are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from muniment.sources.blocks import UNDERLINE
from muniment.sources.code import CODE_INDENT, is_code_line
from muniment.sources.line import HEADED, is_counted
from muniment.sources.lookalikes import (
    holds_contact,
    is_contact_line,
    is_date_line,
    is_mostly_date,
    is_page_number,
    is_postal,
)
from muniment.sources.marks import LETTER, UNMARKED, ends_clause, ends_sentence, is_lower

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.record import Paragraph
    from muniment.sources.label import Label

# A heading: lines, code points; and code points in a script whose sentences end without a mark.
_LINES: Final = 3
_LENGTH: Final = 120
_FIRST_LENGTH: Final = 200
_UNMARKED_LENGTH: Final = 60
# Paragraphs: how soon after a heading there must be something that it is the heading of.
_SOON: Final = 3
_TITLE_LENGTH: Final = 200
# Lines, and code points of each: fewer or longer are no address.
_ADDRESS_LINES: Final = 3
_ADDRESS_LINE: Final = 60
# Paragraphs before the headline: letterhead, release line, date.
_HEAD: Final = 12

# An item of a sentence that runs on: a mark of a clause and one short word, "; and".
_RUNS_ON: Final = re.compile(r"[;,:،؛]\s+\S{1,4}\Z|[；，、]\s?\S{1,2}\Z")
# What no heading is: a command of LaTeX but one for headings, and its comments; a line of attributes, as AsciiDoc has
# it (``[source]``); a comment, an address, a link, tags or attributes and nothing else; a line on copyright; code
# between fences; a word and what it means (``: this``); a checksum.
_NO_HEADING: Final = re.compile(
    r"<!--.*-->\Z|\{:|\S{1,20}://\S+\Z|!\[|(?:</?[a-z][^<>]{0,200}>\s*){1,8}\Z"
    r"|(?:©|\(c\))\s|copyright\s[^\n]{0,80}?(?:©|\(c\)|\bby\b|\d{4}|[.,])"
    r"|\\(?!(?:part|chapter|(?:sub){0,2}section|(?:sub)?paragraph|title)\*?[\[{])[a-z@]+|%{1,4}\s?\S"
    r"|\[(?:\[[^\]\n]+\]|(?:source|listing|literal|verse|quote|cols|options|role|note|tip|warning|important|caution)\b[^\]\n]*)\]\Z"
    r"|[^\n]*:\s*<?https?://\S+\Z|(?:-{4,}|\.{4,})\r?\n|(?:#[^\s#]+\s*){1,20}\Z"
    r"|\[[^\]\n]{1,80}\]:\s|```|\{%|<pre\b|(?:[^\n]{1,80}\n)?:[ ]\S|(?=\S*\d)[\da-f]{24,128}\Z",
    re.DOTALL | re.IGNORECASE,
)
# Somebody's name with initials before it, which signs.
_INITIALS: Final = re.compile(
    r"(?:(?![a-zа-яёα-ωա-ֆ])[^\W\d_]\.[ \u00a0]?){1,3}(?![a-zа-яёα-ωա-ֆ])[^\W\d_]{2,30}(?:[,\n]|\Z)"
)
# Somebody's name with an initial inside of it, alone on its line, an office below it or behind a comma.
_CAPITAL: Final = r"(?![a-zа-яёα-ωա-ֆ])[^\W\d_][^\W\d_]+"
_NAME: Final = re.compile(
    rf"(?:{_CAPITAL}[ ]){{1,3}}(?:(?![a-zа-яёα-ωա-ֆ])[^\W\d_]\.[ ]){{1,2}}{_CAPITAL}(?:[ -]{_CAPITAL})?"
    r"(?:,?[ ](?:Jr|Sr|JR|SR|II|III|IV)\.?)?(?:,[ ][^\n]{2,60})?[ \t\r]*(?:\n|\Z)"
)
# Code points: what is longer and goes on in the small letters of an item below is its lead.
_LEAD_IN: Final = 80
# Columns: what is set in so far under a colon is quoted.
_SET_IN: Final = 4
# Words that stand in Thai and Lao sentences and hardly in a heading: will, must, shall, has a right to, says that.
_THAI_SENTENCE: Final = re.compile("จะ|(?<!ถูก)ต้อง(?!การ)|ย่อม|มีสิทธิ|ได้รับ|แล้ว|ขอให้|ครับ|ค่ะ|ว่า\\Z|ຈະ|ຕ້ອງ|ມີສິດ|ວ່າ:?\\Z")
_UNMARKED_TITLE: Final = 100
_ASCII_LETTER: Final = re.compile("[A-Za-z]")  # these are letters; the other ones take 2 ms to compile
_CELLS: Final = re.compile(r"[|\t│┃║]|\S(?: {3,}|\u3000{2,})\S")
# What parts values, without a blank behind it and not inside of a number; twice and more, it makes a row of them.
# A name in bold type with a value behind its colon: "**Size**: 3 m".
_BOLD_VALUE: Final = re.compile(r"(\*\*|__)[^*_\n]{1,60}(?:\1\s?[:：]|[:：]\s?\1)[ \t]*\S")
# The end of a sentence inside of words, in the scripts whose mark has no other use.
_INNER_END: Final = re.compile(r"[。！？।؟۔][^\s。！？।؟۔」』”’）)】》]")
# A number behind a colon, perhaps with letters before it or a remark after it: "HRB 12345".
_VALUED: Final = re.compile(r"[:：]\s?(?:[^\W\d_]{1,4}[\s.-]?)?\+?\d[\d\s./-]{3,}(?:\([^()\n]{1,30}\))?\Z")
_PARTED: Final = re.compile(r"(?<![\s\d])[,;](?=\S)|[,;](?=[^\s\d])")
_ROW: Final = 2
_LINK: Final = re.compile(r"\[([^\]\n]{1,200})\](?:\([^)\n]{0,400}\)|\[[^\]\n]{1,40}\])")
# A line drawn under a heading, of whatever sign.
_DRAWN: Final = re.compile(r"([=~^+*\"'`.:_-])\1{2,}")
_UNMARKED_SIGN: Final = re.compile(f"[{UNMARKED}]")


class Piece(NamedTuple):
    """A paragraph to be: where its label and its words lie.

    Attributes:
        start: Offset of the label, or of the words if there is none.
        words: Offset of the words, which are never empty.
        end: Offset just after the words.
        label: As it holds, or None.
        lines: How many lines it has.
        indent: Columns before it.
        printed: Whether the label is part of the words, as in a line that is nothing but a label.
    """

    start: int
    words: int
    end: int
    label: Label | None
    lines: int
    indent: int
    printed: bool


def find_headings(text: str, pieces: Sequence[Piece]) -> list[bool]:
    """Tell which pieces are headings.

    The number of an article alone on its line is one.  Else a heading has no label, is short, holds a letter, ends in
    no mark of punctuation, is no date, and stands at most three pieces before one that is none; the first piece of a
    text need not.
    """
    like = [_is_like_heading(text, piece, _LENGTH if at else _FIRST_LENGTH) for at, piece in enumerate(pieces)]
    for at in (
        *_addresses(text, pieces),
        *_set_in(text, pieces),
        *_running_on(text, pieces),
        *_around_postal_codes(text, pieces),
        *_above_contacts(text, pieces),
    ):
        like[at] = False
    body = len(pieces) + _SOON + 1
    found = [False] * len(pieces)
    # Whether the next piece goes on with a sentence, over the end of a page or in an item, and whether it has no label.
    runs_on = below_plain = False
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        if (piece.label and piece.printed and piece.label.kind == "article") or _is_marked(text, pieces, index):
            found[index] = True
            body = body if piece.label is None else index
        elif _says_nothing(text, piece):
            continue
        elif not like[index] or (runs_on and (below_plain or piece.end - piece.words > _LEAD_IN)):
            body = index
        elif _UNMARKED_SIGN.search(text, piece.words, piece.end):
            found[index] = index + 1 < len(pieces) and _heads_unmarked(text, pieces, index)
            body = body if found[index] else index
        else:
            found[index] = body - index <= _SOON or (index == 0 and len(pieces) > 1)
        runs_on = is_lower(text[piece.words]) and not is_contact_line(text[piece.words : piece.end])
        below_plain = piece.label is None
    return found


def _says_nothing(text: str, piece: Piece) -> bool:
    """Whether a piece is no text that a heading could stand above: the number of a page, a date, signs alone."""
    if piece.label or piece.end - piece.start > _ADDRESS_LINE:
        return False
    words = text[piece.start : piece.end]
    if is_page_number(text, piece.start, piece.end) or is_date_line(words):
        return True
    return not re.search(LETTER, words) and not _DRAWN.fullmatch(words)


def _addresses(text: str, pieces: Sequence[Piece]) -> set[int]:
    """The pieces that are lines of an address, a signature or verse: three and more short ones, a block by themselves.

    Blank lines stand above and below, and no line has a label or a mark of heading, or ends in a colon.
    """
    found: set[int] = set()
    start = 0
    for at in range(1, len(pieces) + 1):
        if at < len(pieces) and not _is_apart(text, pieces[at - 1].end, pieces[at].start):
            continue
        run = range(start, at)
        if len(run) >= _ADDRESS_LINES and start and all(_is_short(text, pieces[each]) for each in run):
            found.update(run)
        start = at
    return found


def _set_in(text: str, pieces: Sequence[Piece]) -> list[int]:
    """The pieces that are set in under words that end in a colon, as code and quotations are."""
    found: list[int] = []
    for at in range(1, len(pieces)):
        if pieces[at].indent < _SET_IN or pieces[at].label:
            continue
        if text[pieces[at - 1].end - 1] in ":：" or found[-1:] == [at - 1]:
            found.append(at)
    return found


def _running_on(text: str, pieces: Sequence[Piece]) -> list[int]:
    """The pieces that belong to the line right above them: somebody's name, or a sentence that small letters go on."""
    found: list[int] = []
    for at in range(1, len(pieces)):
        above, piece = pieces[at - 1], pieces[at]
        if _is_apart(text, above.end, piece.start):
            continue
        named = above.lines == 1 and not above.label and _NAME.fullmatch(text, above.words, above.end) is not None
        if named or is_lower(text[piece.start]):
            found.append(at)
    return found


def _above_contacts(text: str, pieces: Sequence[Piece]) -> set[int]:
    """The two short pieces at most right above a line that says how somebody is reached: who, and the office."""
    found: set[int] = set()
    for at in range(2, len(pieces)):
        if _is_apart(text, pieces[at - 1].end, pieces[at].start) or pieces[at].end - pieces[at].start > _ADDRESS_LINE:
            continue
        words = text[pieces[at].start : pieces[at].end]
        if not (is_contact_line(words) or _VALUED.search(words)):
            continue
        for above in (at - 1, at - 2):
            if above < 1 or _is_apart(text, pieces[above].end, pieces[above + 1].start):
                break
            if not _is_short(text, pieces[above]):
                break
            found.add(above)
    return found


def _around_postal_codes(text: str, pieces: Sequence[Piece]) -> set[int]:
    """The short pieces around a place with its postal code below a line with a number: who, the street, the country."""
    found: set[int] = set()
    for at in range(1, len(pieces)):
        street, place = pieces[at - 1], pieces[at]
        if place.label or not is_postal(text[place.words : place.end]):
            continue
        if re.search(r"\d", text[street.words : street.end]):
            found.update(each for each in (at - 2, at - 1, at + 1) if 0 <= each < len(pieces))
    return {at for at in found if at and _is_short(text, pieces[at])}


def _is_apart(text: str, end: int, start: int) -> bool:
    gap = text[end:start]
    return gap.count("\n") > 1 or (gap.count("\r") > 1 and "\n" not in gap) or "\f" in gap or "\u2029" in gap


def _is_short(text: str, piece: Piece) -> bool:
    return (
        piece.label is None
        and piece.lines == 1
        and piece.end - piece.start <= _ADDRESS_LINE
        and text[piece.start] not in "#="
        and text[piece.end - 1] not in ":："
        and not UNDERLINE.fullmatch(text, piece.start, piece.end)
    )


def _is_marked(text: str, pieces: Sequence[Piece], index: int) -> bool:
    """Whether a piece is marked as a heading: by signs before it, or a line drawn right under it."""
    piece = pieces[index]
    if text[piece.start] in "#=" and HEADED.match(text, piece.start):
        return True
    if index + 1 == len(pieces) or piece.lines > _LINES:
        return False
    under = pieces[index + 1]
    if text[under.start] not in "=-" or not UNDERLINE.fullmatch(text, under.start, under.end):
        return False
    words = text[piece.start : piece.end]
    if UNDERLINE.fullmatch(words) or _NO_HEADING.match(words) or (index and _is_boxed(text, pieces, index)):
        return False
    return (
        text.count("\n", piece.end, under.start) + text.count("\r", piece.end, under.start) <= 1
        or text[piece.end : under.start] == "\r\n"
    )


def _is_boxed(text: str, pieces: Sequence[Piece], index: int) -> bool:
    """Whether a piece is a sentence between two equal lines, a box around it and no underline."""
    above, piece, under = pieces[index - 1 : index + 2]
    drawn = text[above.start : above.end] == text[under.start : under.end]
    return drawn and ends_sentence(text[piece.words : piece.end])


def _heads_unmarked(text: str, pieces: Sequence[Piece], index: int) -> bool:
    """In a script without marks: short, without the words of a sentence, and the first piece or above a longer one."""
    piece, below = pieces[index], pieces[index + 1]
    length = piece.end - piece.words
    if _THAI_SENTENCE.search(text, piece.words, piece.end):
        return False
    if index == 0:
        return length <= _UNMARKED_TITLE
    return length <= _UNMARKED_LENGTH and below.end - below.words >= 2 * length


def _is_like_heading(text: str, piece: Piece, longest: int) -> bool:
    if piece.label or piece.lines > _LINES or piece.end - piece.words > longest:
        return False
    if piece.indent >= CODE_INDENT and any(map(is_code_line, text[piece.words : piece.end].splitlines())):
        return False
    return _are_like_heading(text[piece.words : piece.end])


# The versions of a text have most of their headings in common.
@lru_cache(4096)
def _are_like_heading(printed: str) -> bool:
    words = printed
    if words.startswith("![") or _FRONT.match(words):
        return False
    words = _LINK.sub(r"\1", words) if "](" in words else words
    if (
        ends_clause(words)
        or _RUNS_ON.search(words)
        or _NO_HEADING.match(words)
        or is_contact_line(words)
        or holds_contact(words)
        or len(_PARTED.findall(words)) >= _ROW
        or _INITIALS.match(words)
        or ("." in words and _NAME.match(words))
        or _LINK.fullmatch(printed)
        or words[0] == ">"
        or is_counted(printed, 0, len(printed))
        or _CELLS.search(words)
        or _INNER_END.search(words)
        or _VALUED.search(words)
        or _BOLD_VALUE.match(words)
    ):
        return False
    if (_ASCII_LETTER.search(words) or re.search(LETTER, words)) is None:
        return False
    return not is_date_line(words) and not is_mostly_date(words) and not is_page_number(words, 0, len(words))


# Lines that say that this is a press release, and what may stand around them.
_RELEASE: Final = re.compile(
    r"[\W\d_]*(?:(?:for\s+)?immediate(?:\s+(?:press\s+)?release)?|for\s+release.{0,40}|embargo(?:ed)?.{0,60}|not\s+for\s+release.{0,40}"
    r"|(?:press|news|media)[\s-]*(?:release|statement|information|notice)s?|press\s+communiqué|statement|announcement"
    r"|(?:zur\s+)?sofortige[nr]?\s+veröffentlichung|presse?-?(?:mitteilung|information|erklärung|meddelelse|melding)|medienmitteilung|sperrfrist.{0,60}"
    r"|communiqué(?:\s+de\s+presse)?|pour\s+(?:diffusion|publication|parution)\s+immédiate"
    r"|(?:comunicado|nota)\s+de\s+(?:prensa|imprensa)|comunicado|para\s+(?:publicación|divulgación|divulgação|publicação)\s+(?:inmediata|imediata)"
    r"|comunicato\s+stampa|per\s+(?:la\s+)?(?:pubblicazione|diffusione)\s+immediata|persbericht|pressmeddelande|lehdistötiedote|tiedote"
    r"|tisková\s+zpráva|tlačová\s+správa|informacja\s+prasowa|komunikat\s+prasowy|sajtóközlemény|comunicat\s+de\s+presă|basın\s+(?:bülteni|açıklaması)"
    r"|priopćenje\s+za\s+javnost|saopštenje(?:\s+za\s+javnost)?|sporočilo\s+za\s+javnost|pressiteade|δελτίο\s+τύπου"
    r"|пресс-?\s?релиз|прес-?\s?реліз|прессрелиз|прессъобщение|сообщение\s+(?:для\s+(?:печати|прессы|сми))|для\s+немедленной\s+публикации"
    r"|для\s+негайного\s+(?:оприлюднення|опублікування)|заявление|баспасөз\s+(?:хабарламасы|релизі)|пресс\s+релиз|баспасөз-релизі"
    r"|بيان\s+(?:صحفي|صحافي)|بلاغ\s+صحفي|للنشر\s+(?:الفوري|فورا|فوراً)|اطلاعیه\s+مطبوعاتی|هודעה\s+לעיתונות|הודעה\s+לעיתונות|לפרסום\s+מיידי"
    r"|प्रेस\s+(?:विज्ञप्ति|रिलीज़)|तत्काल\s+प्रकाशन.{0,20}|新闻(?:稿|公报|发布)|新聞(?:稿|公報)|即时发布|即時發佈|プレスリリース|報道(?:発表|資料)|報道関係者各位"
    r"|보도\s?자료|즉시\s+보도|ข่าวประชาสัมพันธ์|แถลงข่าว|thông\s+cáo\s+báo\s+chí|siaran\s+pers)"
    r"(?:\s*(?:no|nr|n°|№|nº)?\.?[\W_]*[\d/-]{0,12}[\W_]*)?",
    re.IGNORECASE,
)
# What a letterhead has and no headline.
_LETTERHEAD: Final = re.compile(
    r"@[\w.-]+\.\w|https?://|www\.|\b(?:tel|phone|fax|telefon|téléphone|teléfono|telefono|mobile|email|e-mail|тел|факс|эл)\b[.:]?|☎|هاتف|फ़ोन|电话|電話|전화"
    r"|\bP\.?\s?O\.?\s?Box\b",
    re.IGNORECASE,
)
# What makes the line above it part of a letterhead: all of that but the link to a page, which stands under titles too.
_ADDRESS: Final = re.compile(rf"(?!https?://|www\.)(?:{_LETTERHEAD.pattern})|(?<!/)\bwww\.", re.IGNORECASE)
_ADDRESS_LENGTH: Final = 100
_CONTACT: Final = re.compile(
    r"\s*(?:press |media |presse)?(?:contacts?|kontakt|contacto|contatto|контакты?|from|to|subject|date|embargo)\s*:"
    # A date, and behind it who is asked.
    r"|(?=.{0,60}\d{4}).{6,60}?\s(?:contacts?|kontakt|contacto|contatto|contato|контакты?)\s*:",
    re.IGNORECASE,
)
_MANY_SENTENCES: Final = re.compile(r"[.!?…։።။]['\"”»)]?\s+\S|[。！？।।؟۔]\s*\S")
# A clause of a sentence that goes on below is no headline.
_GOES_ON: Final = re.compile(r"[,;،؛；，、;]\Z")
_ABBREVIATION: Final = re.compile(r"\b(?:[A-ZÀ-ÞА-Я]\w{0,2}|bzw|ca|vs|nr|no|art|г|ст)\.\s|\d\.\s")


def find_headline(paragraphs: Sequence[Paragraph]) -> str:
    """Find the headline: the first short paragraph, whatever mark it ends with; or nothing.

    Release lines, date lines, page numbers and a letterhead above it are skipped.  A longer paragraph ends the search,
    since a heading below it is that of a part.  Where nothing but a release line stands there, that is the headline.
    The files of generators of sites have names and values before the text: a title among them is the headline
    of a text without a heading above it.  The only heading that is marked as one of the first rank goes before
    others near it that are not marked.
    """
    release = first = ""
    is_marked = False
    given = _given_in_front(paragraphs[0].text) if paragraphs else ""
    mailed = _MAILED_TITLE.search(paragraphs[0].text) if paragraphs and _MAILED.fullmatch(paragraphs[0].text) else None
    if mailed and len(mailed[1]) <= _TITLE_LENGTH:
        return mailed[1]
    for index, paragraph in enumerate(paragraphs[:_HEAD]):
        words = _without_marks(paragraph.text)
        if paragraph.kind == "list-item" and _LINK.fullmatch(paragraph.text):
            continue  # the way to a page, as sites have it above their texts
        if _RELEASE.fullmatch(words.strip()):
            release = release or words
        elif _is_skipped(words):
            if _ADDRESS.search(words) and len(words) <= _ADDRESS_LENGTH and _headline_follows(paragraphs, index):
                first = ""
        elif first:
            if not _could_be_headline(paragraphs, index):
                break
        elif _could_be_headline(paragraphs, index):
            is_part = paragraph.text.startswith("##") or paragraph.kind != "heading"
            first = given if given and is_part else words
            is_marked = paragraph.text[0] == "#" or UNDERLINE.match(paragraphs[index + 1].text) is not None
        else:
            break
    return (first if is_marked or given else _only_marked(paragraphs) or first) or given or release


def _only_marked(paragraphs: Sequence[Paragraph]) -> str:
    """The only heading of the first rank that is marked, if it stands near the beginning; or nothing."""
    marked = [
        at
        for at, each in enumerate(paragraphs)
        if each.kind == "heading" and each.label is None and each.text[:1] == "#" and each.text[1:2].isspace()
    ]
    return _without_marks(paragraphs[marked[0]].text) if len(marked) == 1 and marked[0] < _HEAD else ""


def _given_in_front(words: str) -> str:
    """The title among the names and values before a text; or nothing."""
    printed = _FRONT_TITLE.search(words) if _FRONT.match(words) else None
    return printed[2] if printed and len(printed[2]) <= _TITLE_LENGTH and re.search(LETTER, printed[2]) else ""


def _without_marks(words: str) -> str:
    """The words without the marks that Markdown has for a heading or for bold type, and without a link's address."""
    words = _LINK.sub(r"\1", words)
    # In a plain text a tag is what it says; only Markdown has them for something else.
    words = _TAIL.sub("", _TAG.sub("", words) if _HASHES.match(words) else words)
    framed = _FRAME.fullmatch(words.strip())
    words = framed[2] if framed else words
    return _BOLD.sub(r"\2", _HASHES.sub("", words)).strip()


_HASHES: Final = re.compile(r"(?:#{1,6}|={2,6})[ \t]+")
_BOLD: Final = re.compile(r"(\*\*|__)([^*_]{1,200})\1", re.DOTALL)
_FRONT: Final = re.compile(r"(---|\+\+\+)\s*\n")
# The title among the names and values that stand before the texts of generators of sites.
_FRONT_TITLE: Final = re.compile(r"^title[ \t]*[:=][ \t]*([\"']?)([^>|\s].{0,200}?)\1[ \t\r]*$", re.MULTILINE)
# Lines of names and values, three and more, as mails and notices have them before their words; the subject among them.
_MAILED: Final = re.compile(r"(?:[^\W\d_][\w -]{0,24}:[ \t][^\n]{1,400}(?:\n[ \t]+[^\n]{1,400}){0,8}(?:\n|\Z)){3,80}")
_MAILED_TITLE: Final = re.compile(
    r"^(?:title|subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|předmět|tárgy|konu|тема|заголовок"
    r"|θέμα|الموضوع|موضوع|נושא|विषय|件名|主题|主旨|제목|เรื่อง|tiêu\sđề|perihal)"
    r"[ \t]?[:：][ \t]*(\S[^\n]{0,300}?)[ \t\r]*$",
    re.IGNORECASE | re.MULTILINE,
)
# Markup around words, and attributes behind them.
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
# A box drawn around a title: "=   Title   =".
_FRAME: Final = re.compile(r"([=*#~|+-]{1,5})[ \t]+(\S.{0,200}?)[ \t]+\1")
_TAIL: Final = re.compile(r"(?<!\s)\s*+\{[:#][^{}\n]{0,80}\}\s*\Z")


def _is_skipped(words: str) -> bool:
    return _is_skipped_line(words) if len(words) <= _SHORT else _is_no_headline(words)


def _is_no_headline(words: str) -> bool:
    return (
        is_date_line(words)
        or words.startswith("<!--")
        or _FRONT.match(words) is not None
        or is_page_number(words, 0, len(words))
        or re.search(LETTER, _TAG.sub("", words)) is None
        or (len(words) <= _TITLE_LENGTH and (_LETTERHEAD.search(words) or _CONTACT.match(words)) is not None)
    )


_SHORT: Final = 500  # code points: what stands above a text stands there in its next version too
_is_skipped_line = lru_cache(4096)(_is_no_headline)


def _could_be_headline(paragraphs: Sequence[Paragraph], index: int) -> bool:
    """Short, at most one sentence, no item of a list, and not all that there is."""
    paragraph = paragraphs[index]
    if index + 1 >= len(paragraphs) or len(paragraph.text) > _TITLE_LENGTH or paragraph.label is not None:
        return False
    if paragraph.kind == "heading":
        return True
    if _GOES_ON.search(paragraph.text.rstrip()):
        return False
    if _UNMARKED_SIGN.search(paragraph.text):
        return True  # a full stop is that of an abbreviation there
    return not _MANY_SENTENCES.search(_ABBREVIATION.sub("", paragraph.text.replace("...", "…")))


def _headline_follows(paragraphs: Sequence[Paragraph], index: int) -> bool:
    """Whether a headline without a full stop stands below a line of a letterhead."""
    for later in range(index + 1, min(len(paragraphs), _HEAD)):
        words = _without_marks(paragraphs[later].text)
        if not _is_skipped(words) and not _RELEASE.fullmatch(words.strip()):
            return _could_be_headline(paragraphs, later) and not (ends_sentence(words) and words.rstrip()[-1] in ".。।")
    return False
