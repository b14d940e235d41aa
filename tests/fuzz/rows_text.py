"""Rows: plain texts, their comparison, quotes, emendations, and what reaches a terminal or a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import category

from tests.attacks.hands import UNSAFE
from tests.diff.test_repeatable import NEW, OLD
from tests.fuzz.material import NOTICE, TEXT, vectors, version
from tests.fuzz.target import Target, hold, text_of

from muniment.cli.verbs.emend import with_spaces
from muniment.dates import read_date, read_time
from muniment.diff import Difference, compare, operations_json, render_text
from muniment.diff.difference import shown
from muniment.display import plain, plain_lines, visible
from muniment.errors import InputError
from muniment.history.quote import QuoteResult, find_quote
from muniment.ingest import locate
from muniment.markup import text as markup_text
from muniment.paragraph_proof import locate_quote
from muniment.record import Paragraph
from muniment.reference import PARAGRAPH_ID
from muniment.sources import find_headline
from muniment.sources.label import Label
from muniment.sources.labels import parse_label
from muniment.sources.marks import BLANK, FILLERS
from muniment.sources.paragraphs import segment
from muniment.sources.plain_text import TextSource, codec_of, decode, find_charset
from muniment.sources.readings import CharsetReading, read_in_candidates

_CHARSETS = (
    None,
    "utf-8",
    "utf-16",
    "utf-16le",
    "windows-1251",
    "koi8-r",
    "gb18030",
    "shift_jis",
    "iso-2022-jp",
    "big5-hkscs",
)
_TEXT_WORDS = (
    b"\n\n", b"1. ", b"(a) ", b"\xe2\x80\xa2 ", "§ 1 ".encode(), "第一条 ".encode(), b"16.\t", "١. ".encode(), b"IV. ",
    b"\x0c", b"\r\n", b"## ", b"**2.1** ", b"2\\. ", b"---\n", b"=====\n", b"aa) ", b"Erthygl 3\n\n",
    "§ 7 Abs. 3".encode(), "סעיף ג.".encode(), "المادة الثانية".encode(), "Artigo 2.º".encode(), b"5 bis. ",
    b"| a | b |\n", "2. Bürgermeister".encode(), b"A. Smith\nB. Jones\n", b"[1. Scope](#s)\n",
)  # fmt: skip


def _originals() -> list[bytes]:
    return [NOTICE, TEXT.encode(), OLD.encode(), NEW.encode(), *vectors("sources/**/*.txt", 6000, 30)]


def _extract(data: bytes, charset: str | None = None) -> tuple[str, tuple[Paragraph, ...]]:
    text, name = decode(data, charset)
    extraction = TextSource().extract(data, charset)
    hold(extraction.charset == name, "two names for the charset")
    return text, extraction.paragraphs


def _with_charset(data: bytes) -> tuple[str, tuple[Paragraph, ...]]:
    return _extract(data[1:], _CHARSETS[(data[0] if data else 0) % len(_CHARSETS)])


def _is_blank(between: str) -> bool:
    """Whether a stretch holds white space and what shows nothing, and no more."""
    return all(c.isspace() or c in FILLERS or category(c) in {"Cc", "Cf"} for c in between)


def _check_paragraphs(_data: bytes, value: tuple[str, tuple[Paragraph, ...]]) -> None:
    """Labels and words are slices of the text in its order; all outside them is white space."""
    text, paragraphs = value
    hold(paragraphs, "a text with words and no paragraph")
    hold(len({paragraph.id for paragraph in paragraphs}) == len(paragraphs), "two paragraphs with one id")
    at = 0
    for paragraph in paragraphs:
        for part in (paragraph.label or "", paragraph.text):
            start = text.find(part, at)
            hold(
                start >= 0 and _is_blank(text[at:start]),
                f"words between paragraphs, or not of the text: {part[:40]!r}",
            )
            at = start + len(part)
        hold(paragraph.text.strip(), "a paragraph without words")
        hold(PARAGRAPH_ID.fullmatch(paragraph.id), f"odd id {paragraph.id!r}")
    hold(_is_blank(text[at:]), "words after the last paragraph")


def _labelled(data: bytes) -> tuple[str, Label | None]:
    line = text_of(data).strip(BLANK).partition("\n")[0]
    return line, parse_label(line, 0, len(line)) if line else None


def _check_label(_data: bytes, value: tuple[str, Label | None]) -> None:
    """A label lies in its line, fits a record, counts in some way unless it is a bullet, and reads the same again."""
    line, label = value
    if label is None:
        return
    hold(0 < label.end <= len(line) and label.end <= 40, "a label that leaves its line")
    hold(bool(label.readings) == (label.kind != "bullet"), "a number that counts nothing, or a bullet that counts")
    hold(not label.name or PARAGRAPH_ID.fullmatch(f"p{label.name}"), f"odd name {label.name!r}")
    hold(parse_label(f"\n{line}", 1, len(line) + 1) == label._replace(end=label.end + 1), "another label elsewhere")


def _headline(data: bytes) -> tuple[str, str]:
    text = text_of(data)
    return text, find_headline(segment(text))


def _check_headline(_data: bytes, value: tuple[str, str]) -> None:
    """A headline is short, and its letters stand in the text in that order."""
    text, headline = value
    letters = iter(text)
    hold(len(headline) <= 200, "a headline that is long")
    hold(all(sign in letters for sign in headline), "a headline that is not of the text")


def _charset(data: bytes) -> str:
    return find_charset(text_of(data))


def _check_charset(_data: bytes, name: str) -> None:
    hold(find_charset(name) == name, "the name is not its own")
    hold(name == "utf-16" or "x".encode(codec_of(name)), "no codec for the charset")


_SPLIT = b"\n=====\n"


def _sides(data: bytes) -> tuple[tuple[Paragraph, ...], tuple[Paragraph, ...]]:
    one, _, other = data.decode("utf-8", "replace").partition(_SPLIT.decode())
    return segment(one), segment(other)


def _compare(data: bytes) -> tuple[Sequence[Paragraph], Sequence[Paragraph], Difference]:
    one, other = _sides(data)
    return one, other, compare(one, other)


def _check_difference(_data: bytes, value: tuple[Sequence[Paragraph], Sequence[Paragraph], Difference]) -> None:
    """Every paragraph is named once; the words joined give both sides; it can be shown."""
    a, b, difference = value
    for side, named in (
        (a, [i for operation in difference.operations for i in operation.a]),
        (b, [i for operation in difference.operations for i in operation.b]),
    ):
        hold(sorted(named) == list(range(len(side))), "a paragraph is named twice or never")
    for operation in difference.operations:
        if operation.segments is not None:
            for tags, side, indexes in (("=-", a, operation.a), ("=+", b, operation.b)):
                joined = "".join(segment.text for segment in operation.segments if segment.tag in tags)
                hold(joined == "\n".join(shown(side[i]) for i in indexes), "the words joined are not those of the side")
        elif operation.unchanged:
            hold(a[operation.a[0]].text == b[operation.b[0]].text, "equal and other words")
    operations_json(difference)
    hold_shown(render_text(difference, a, b))


def hold_shown(page: str) -> None:
    """Nothing unsafe is shown; isolates are ours, and each line closes its own."""
    for line in page.split("\n"):
        depth = 0
        for sign in line:
            depth += (sign in "\u2066\u2067\u2068") - (sign == "\u2069")
            hold(depth >= 0, "an isolate is closed that is not open")
        hold(depth == 0, "an isolate is left open")
    hold(not UNSAFE.search(re.sub("[\u2066-\u2069]", "", page)), "an unsafe sign is shown")


def _pairs() -> list[bytes]:
    texts = [NOTICE, TEXT.encode(), OLD.encode(), NEW.encode()]
    return [one + _SPLIT + other for one in texts for other in texts]


def _quote(data: bytes) -> tuple[tuple[Paragraph, ...], str, QuoteResult]:
    text, _, quote = data.decode("utf-8", "replace").partition(_SPLIT.decode())
    paragraphs = segment(text)
    return paragraphs, quote, find_quote(quote, [paragraphs])


def _check_quote(_data: bytes, value: tuple[tuple[Paragraph, ...], str, QuoteResult]) -> None:
    paragraphs, quote, result = value
    for found in result.places:
        words = found.passage.text(paragraphs)
        hold(words, "a place without words")
        if result.matched == "exact":
            hold(" ".join(words.split()) == " ".join(quote.split()) or words, "an exact place of other words")


def _quotes() -> list[bytes]:
    quotes = ("The harbour closes", "the\u00a0Harbour", "继续对话", "“Monday”", "x", "clause.\n", "stop. Straße")
    return [OLD.encode() + _SPLIT + quote.encode() for quote in quotes]


def _located(data: bytes) -> tuple[str, str, int, int]:
    text, _, words = text_of(data).partition(_SPLIT.decode())
    start, end = locate(Paragraph("p1", "paragraph", None, text), words)
    return text, words, start, end


def _check_located(_data: bytes, value: tuple[str, str, int, int]) -> None:
    text, words, start, end = value
    hold(text[start:end] == words and text.count(words) == 1, "located elsewhere")


def _quoted_words(data: bytes) -> str:
    return locate_quote(version("v1"), None, text_of(data))[1].text


def _shown(data: bytes) -> tuple[str, ...]:
    text = text_of(data)
    return plain(text), plain_lines(text), visible(text), str(markup_text(text))


def _check_shown(_data: bytes, value: tuple[str, ...]) -> None:
    for shape in value[:3]:
        hold(not UNSAFE.search(shape), "an unsafe sign reaches the terminal")
    hold(not re.search(r"[<>]", value[3]), "text becomes markup")


def _spaced(data: bytes) -> tuple[str, str]:
    before, _, rest = text_of(data).partition("|")
    words, _, after = rest.partition("|")
    if not words.strip():
        raise InputError("no words")
    return words, with_spaces(words, before, after)


def _check_day(_data: bytes, said: str) -> None:
    """What was read is in the form of a record, and reads as itself."""
    hold(re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", said), f"no date: {said}")
    hold(read_date(said) == said, "another date when it is read again")


def _check_moment(_data: bytes, said: str) -> None:
    hold(re.fullmatch(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\dZ)?)?)?", said), f"no time: {said}")
    hold(read_time(said) == said, "another time when it is read again")


_DATES = (
    b"2026-03-03", b"2026-03", b"2026", b"3 March 2026", b"March 3, 2026", b"3.3.2026", b"31/12/2026",
    b"2026-03-03T14:05:00Z", b"2026-03-03T14:05:00+02:00",
)  # fmt: skip


def _check_readings(data: bytes, value: tuple[int, tuple[CharsetReading, ...]]) -> None:
    """Each reading is of a line that is there, in a charset that has a name here, and no two are alike."""
    number, readings = value
    hold(0 <= number <= len(data) + 1, "a line that is not there")
    hold(len({reading.line for reading in readings}) == len(readings) <= 3, "a reading twice")
    hold(all(find_charset(reading.charset, where="") for reading in readings), "a charset without a name")


ROWS = (
    Target(
        "date",
        ("dates.read_date",),
        lambda data: read_date(text_of(data)),
        lambda: _DATES,
        why="people write dates in several ways, and the record in one",
        check=_check_day,
        words=(b"May", b" ", b"/", b".", b"-", b"T", b"+14:00", b"st", b","),
        cap=200,
    ),
    Target(
        "time",
        ("dates.read_time",),
        lambda data: read_time(text_of(data)),
        lambda: _DATES,
        why="as for dates",
        check=_check_moment,
        words=(b"May", b" ", b"/", b"T", b"+14:00", b":60", b"z"),
        cap=200,
    ),
    Target(
        "charset-readings",
        ("sources.readings.read_in_candidates",),
        read_in_candidates,
        lambda: ["Порт закрыт.".encode("cp1251"), "Straße".encode("latin-1"), "港は閉鎖".encode("shift_jis"), b"plain"],
        why="what is shown is for people to choose from",
        check=_check_readings,
    ),
    Target(
        "text",
        ("sources.plain_text.decode", "sources.paragraphs.segment", "sources.labels.parse_label"),
        _extract,
        _originals,
        why="paragraphs are slices of the text, which is kept",
        check=_check_paragraphs,
        words=_TEXT_WORDS,
        steps=60,
    ),
    Target(
        "text-charset",
        ("sources.plain_text.decode",),
        _with_charset,
        lambda: [bytes([n]) + data for n in range(len(_CHARSETS)) for data in _charset_texts(n)],
        why="as text",
        check=_check_paragraphs,
        words=_TEXT_WORDS,
        steps=30,
    ),
    Target(
        "label",
        ("sources.labels.parse_label", "sources.articles.parse_article"),
        _labelled,
        lambda: [
            *_TEXT_WORDS,
            b"1.2A Text",
            b"(iv) text",
            "第三条之二 文".encode(),
            b"Article 5(1) applies",
            b"12.5 %",
        ],
        why="every line begins with something",
        check=_check_label,
        words=_TEXT_WORDS,
        cap=200,
    ),
    Target(
        "headline",
        ("sources.headings.find_headline", "sources.headings.find_headings"),
        _headline,
        lambda: [
            NOTICE,
            TEXT.encode(),
            b"FOR IMMEDIATE RELEASE\n\n# The port\n\nIt is closed.",
            b"---\na: b\n---\n\nA title\n\nB.",
        ],
        why="a text without one has none",
        check=_check_headline,
        words=(*_TEXT_WORDS, b"PRESS RELEASE\n\n", b"3 May 2024\n\n", b"tel. 1\n\n"),
        cap=8 * 1024,
        steps=30,
    ),
    Target(
        "charset",
        ("sources.plain_text.find_charset",),
        _charset,
        lambda: [b"utf-8", b"latin1", b"cp1251", b"UTF_16", b"Shift-JIS", b"rot13", b"unicode_escape"],
        why="names are many, and one is given",
        check=_check_charset,
        words=(b"utf", b"iso8859", b"_", b"-", b"cp", b"hex", b"zlib", b"idna", b"mbcs", b"undefined"),
        cap=100,
    ),
    Target(
        "diff",
        ("diff.compare.compare", "diff.views.json.operations_json", "diff.views.text.render_text"),
        _compare,
        _pairs,
        why="a difference is derived",
        check=_check_difference,
        words=(*_TEXT_WORDS, _SPLIT),
        cap=8 * 1024,
        steps=12,
    ),
    Target(
        "find-quote",
        ("history.quote.find_quote",),
        _quote,
        _quotes,
        why="it gives places",
        check=_check_quote,
        words=(_SPLIT, b" ", "…".encode(), "ß".encode(), "ﬁ".encode()),
        cap=8 * 1024,
        steps=30,
    ),
    Target(
        "quote",
        ("paragraph_proof.locate_quote",),
        _quoted_words,
        lambda: [b"last words", b"First", "événements".encode(), b"The  last\nwords"],
        why="it gives a place",
        check=lambda _, words: hold(words in "\n".join(p.text for p in version("v1").record.paragraphs), "other words"),
        cap=2000,
    ),
    Target(
        "emended-words",
        ("ingest.locate",),
        _located,
        lambda: [b"The harbour closes" + _SPLIT + b"harbour"],
        why="it gives a place",
        check=_check_located,
        words=(_SPLIT,),
        cap=2000,
    ),
    Target(
        "spacing",
        ("cli.verbs.emend.with_spaces",),
        _spaced,
        lambda: [b"of|the|harbour", "天|气|好".encode(), b"(|a|)"],
        why="it gives words with blanks",
        check=lambda _, value: hold(value[1].strip() == value[0].strip(), "the words themselves changed"),
        words=(b"|",),
        cap=500,
    ),
    Target(
        "shown",
        ("display.plain", "display.plain_lines", "display.visible", "markup.text"),
        _shown,
        lambda: [TEXT.encode(), b"\x1b[2J<script>&amp;", b"\xff\xed\xa0\x80"],
        why="what is escaped is not read back",
        check=_check_shown,
        cap=4000,
    ),
)


def _charset_texts(number: int) -> list[bytes]:
    name = _CHARSETS[number] or "utf-8"
    codec = name if name == "utf-16" else codec_of(name)
    text = {"windows-1251": OLD.split("\n")[0] + "\n\n1. Порт закрыт.", "koi8-r": "1. Порт закрыт."}.get(
        name, "1. 外交部\n\n2. x."
    )
    try:
        return [text.encode(codec)]
    except UnicodeEncodeError:
        return [b"1. x."]
