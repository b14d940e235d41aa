"""Citations in words, read back: a text of one of our styles, or a hash and nothing that could be understood.

The hash comes first.  Before it there is *archive version*, and before that what each style has there.  So every fact
lies between two fixed words; each is searched from where the last one was found, and a text is gone through once.
White space is folded, because a citation comes out of a printed page with its lines broken, and with its hash in
pieces. Whether a fact is true is judged elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from muniment.cite.citation import parse_locator
from muniment.cite.context import has_words, only_leads, says_something, without_lead
from muniment.cite.facts import (
    ADDRESS,
    DATE,
    GENRE_STATED,
    ISSUER,
    NI,
    ORIGIN,
    PARAGRAPH,
    RECORD,
    REFERENCE,
    ROOT,
    SHORT,
    SOURCE,
    TITLE,
    VERSION,
    Fact,
    Stated,
    listed,
)
from muniment.cite.genres import LONGEST
from muniment.cite.normalization import collapse, plainly
from muniment.errors import InputError

MOST_PARTS = 100
"""Parts with a hash that a text may have: a snapshot's own file has eight."""

Parsed = tuple[str, tuple[Fact, ...]]
Values = dict[str, str | None]

_VERSION = "archive version "
_ONLINE = "online: <"
_LONGEST_DATE = 24
_DATED = re.compile(r" \(([^()]{1,24})\)\. ")
_WEB = ("https://", "http://")
_COMMA_BEFORE_MARKS = re.compile("[,，]([\"'“”‘’]*)$")
_GENRE_AT_END = re.compile(r"\. ([^\s.,:;()\[\]\"“”]+(?: [^\s.,:;()\[\]\"“”]+){0,3})(?=[.,]|$)")
"""A genre behind a stop; of four words at most, because what follows the citation on a page may stand there too."""

_LOCATOR = re.compile(r"(?:para|par)\. |¶ |heading ")
_ROOT = re.compile(r"[.,] trust root sha-?256[ :]{0,4}([0-9a-f]{64})(?![0-9a-z])")


@dataclass(frozen=True, slots=True)
class Words:
    """A text with a hash in it.

    Attributes:
        text: As it stands.
        plain: Of the same length, with straight signs and small letters.
        start: Where the name of the hash begins.
        end: Where its digits end.
    """

    text: str
    plain: str
    start: int
    end: int

    @property
    def version(self) -> int:
        """Where *archive version* stands, nearest before the hash; -1 for nowhere."""
        return self.plain.rfind(_VERSION, 0, self.start)

    @property
    def middle(self) -> str:
        """The text between *archive version* and the hash."""
        return self.text[self.version + len(_VERSION) : self.start]

    @property
    def digits(self) -> str:
        """The digits of the hash."""
        return self.plain[self.end - 64 : self.end]

    def last(self, word: str, end: int) -> int:
        """Where a word stands, nearest before a place; -1 for nowhere."""
        return self.plain.rfind(word, 0, end)


def parse_long(words: Words) -> Parsed | None:
    """Read ``Issuer, “Title” [press release], DATE, para. 16. Archive version 1 (REF), ORIGIN. SHA-256 …``."""
    at = words.version
    end = words.last('" [', at) if at > 0 else -1
    genre, bracket, dated = words.text[end + 3 : at - 2].partition("], ")
    if end < 0 or not bracket or words.plain[at - 2 : at] != ". ":
        return None
    version, _, rest = words.middle.partition(" (")
    reference, _, rest = rest.partition("), ")
    origin, stop, source = rest.partition(". ")
    page, source = _page(source)
    if not stop or (source and not (plainly(source[:9]) == "source: <" and source.endswith(">. "))):
        return None
    date, locator = _dated(dated)
    root, _ = _root(words)
    values = {VERSION: version, REFERENCE: reference, ORIGIN: origin, SOURCE: source[9:-3] or None, DATE: date}
    about = {GENRE_STATED: genre, ADDRESS: page, PARAGRAPH: locator}
    return _parsed("long", words, {**_quoted(words, end, ", "), **about, **values, ROOT: root})


def _page(text: str) -> tuple[str | None, str]:
    """Part ``Online: <URL>. `` from what stands behind it."""
    address, end, rest = text[len(_ONLINE) :].partition(">. ")
    return (address, rest) if plainly(text[: len(_ONLINE)]) == _ONLINE and end else (None, text)


def parse_short(words: Words) -> Parsed | None:
    """Read ``Issuer, “Title” (DATE), v1, para. 16, SHA-256 …``."""
    at = words.last("), v", words.start)
    end = words.last('" (', at) if at > 0 else -1
    digits = words.plain[: words.end].rpartition(" ")[2]
    if end < 0 or len(digits) != 16:
        return None
    version, locator = _dated(words.text[at + 4 : words.start].removesuffix(", "))
    values: Values = {DATE: words.text[end + 3 : at], VERSION: version, PARAGRAPH: locator}
    return _checked("short", {**_quoted(words, end, ", "), **values, SHORT: digits})


def parse_style(words: Words) -> Parsed | None:
    """Read one of the styles that have ``ORIGIN, REF`` before the hash; the sign before the version shows which."""
    at = words.version
    reader = _STYLES.get(words.plain[max(at - 2, 0) : at]) if at > 1 else None
    middle, comma, none = words.middle.rpartition(", ")
    if reader is None or not comma or none:
        return None
    middle, _, reference = middle.rpartition(", ")
    page = None
    if plainly(reference).startswith(_WEB):
        middle, _, reference, page = (*middle.rpartition(", "), reference)
    before, blank, origin = middle.rpartition(" ")
    parsed = reader(words, before.rstrip() if blank else "") if blank else None
    if parsed is None:
        return None
    style, values = parsed
    return _parsed(style, words, {**values, ADDRESS: page, REFERENCE: reference, ORIGIN: origin})


def _apa(words: Words, middle: str) -> tuple[str, Values] | None:
    """``Issuer. (DATE). Title (Archive version 1, para. 16) [Press release]. ORIGIN, …``; or the title first."""
    numbered, _, rest = middle.partition(") [")
    genre, closing, date = rest.partition("].")
    if not closing:
        return None
    version, locator = _dated(numbered)
    head, date = words.text[: words.version - 2], date.strip()
    values: Values = {TITLE: head, DATE: date[1:-2]}
    if not (date.startswith("(") and date.endswith(").")):
        match = _DATED.search(head)
        if date or match is None:
            return None
        values = {ISSUER: without_lead(head[: match.start()]), TITLE: head[match.end() :], DATE: match[1]}
    root, at = _root(words)
    said: Values = {GENRE_STATED: genre, VERSION: version, PARAGRAPH: locator, ROOT: root}
    return "apa", {**values, **said, SOURCE: _source(words, at, ". source: ")}


def _chicago_note(words: Words, middle: str) -> tuple[str, Values] | None:
    """``Issuer, “Title,” press release, DATE, archive version 1, para. 16, ORIGIN, … source: X.``."""
    end = words.last('" ', words.version)
    genre, comma, date = words.text[end + 2 : words.version - 2].partition(", ")
    quoted = _quoted(words, end, ", ") if end >= 0 and comma else {}
    title = quoted.get(TITLE) or ""
    if not _COMMA_BEFORE_MARKS.search(title):
        return None
    version, locator = _dated(middle.removesuffix(","))
    root, at = _root(words)
    source = _source(words, at, ", source: ", ".")
    values: Values = {DATE: date, VERSION: version, PARAGRAPH: locator, ROOT: root, SOURCE: source}
    named: Values = {TITLE: _COMMA_BEFORE_MARKS.sub(r"\1", title), GENRE_STATED: genre}
    return "chicago-note", {**quoted, **named, **values}


def _chicago_bibliography(words: Words, middle: str) -> tuple[str, Values] | None:
    """``Issuer. “Title.” Press release, DATE. Archive version 1, para. 16. ORIGIN, …. Source: X.``."""
    end = words.last('" ', words.version)
    genre, comma, date = words.text[end + 2 : words.version - 2].partition(", ")
    if end < 0 or not comma or len(genre) > LONGEST:
        return None
    version, locator = _dated(middle.removesuffix("."))
    root, at = _root(words)
    source = _source(words, at, ". source: ", ".")
    values: Values = {GENRE_STATED: genre, DATE: date, VERSION: version, PARAGRAPH: locator, ROOT: root, SOURCE: source}
    return "chicago-bibliography", {**_quoted(words, end, ". "), **values}


def _mla(words: Words, middle: str) -> tuple[str, Values] | None:
    """``Issuer. “Title.” Archive version 1, DATE, ORIGIN, …, source: X. Press release, par. 16.``."""
    version, _, date = middle.removesuffix(",").partition(", ")
    root, at = _root(words)
    behind = _GENRE_AT_END.search(words.text, at)
    if behind is None:
        return None
    source = _source(words, at, ", source: ", until=behind.start())
    _, locator = _dated(_tail(words, behind.end()))
    said: Values = {SOURCE: source, GENRE_STATED: behind[1], PARAGRAPH: locator}
    values: Values = {VERSION: version, DATE: date or None, ROOT: root, **said}
    return "mla", {**_quoted(words, words.version - 2, ". "), **values}


def _bluebook(words: Words, middle: str) -> tuple[str, Values] | None:
    """``Issuer, Title ¶ 16 (DATE), SOURCE [archive version 1, ORIGIN, …].``."""
    head, plain = words.text[: words.version - 2], words.plain[: words.version - 2]
    for end in (len(head) - 1 if plain.endswith(")") else -1, plain.rfind("), ")):
        start = plain.rfind(" (", 0, max(end, 0))
        date = head[start + 2 : end]
        if start > 0 and end > 0 and "(" not in date and ")" not in date:
            break
    else:
        return None
    title, locator = head[:start], None
    mark, _, number = title.rpartition(" ")
    if mark.endswith((" ¶", " heading")):
        title, _, mark = mark.rpartition(" ")
        locator = parse_locator(f"{mark} {number}")
    root, _ = _root(words)
    values: Values = {TITLE: title, PARAGRAPH: locator, DATE: date, SOURCE: head[end + 3 :] or None}
    return "bluebook", {**values, VERSION: middle.removesuffix(","), ROOT: root}


_STYLES: dict[str, Callable[[Words, str], tuple[str, Values] | None]] = {
    " (": _apa,
    ", ": _chicago_note,
    ". ": _chicago_bibliography,
    '" ': _mla,
    " [": _bluebook,
}


def _tail(words: Words, at: int) -> str:
    """A locator behind the hash, with what follows its number left out."""
    rest = words.text[at : at + 100]
    return " ".join(rest.split(" ", 3)[:3]).rstrip(".,;:)]”\"'") if rest.startswith(", ") else ""


def _dated(text: str) -> tuple[str, str | None]:
    """Part a locator, behind the last comma, from what stands before it."""
    before, comma, last = text.rpartition(", ")
    locator = plainly(last) if comma else ""
    return (before, parse_locator(locator)) if _LOCATOR.match(locator) else (text, None)


def _quoted(words: Words, end: int, sign: str) -> Values:
    """Part issuer and title; the title ends at a place, and its quotation mark begins it."""
    plain = words.plain[:end]
    start = 0 if plain.startswith('"') else plain.find(f'{sign}"') + len(sign)
    if start == len(sign) - 1:
        start = plain.find('"')
    issuer = without_lead(words.text[:start].strip(" \"'“”„«»([-")) if start > 0 else ""
    led = issuer.endswith(sign.strip())
    title = words.text[start + 1 : end] if start >= 0 else ""
    if sign == ". ":
        title = title.removesuffix(".")
    return {ISSUER: issuer.removesuffix(sign.strip()) if led and has_words(issuer) else None, TITLE: title}


def _root(words: Words) -> tuple[str | None, int]:
    """The trust root that follows the hash, and where it ends."""
    match = _ROOT.match(words.plain, words.end)
    return (match[1], match.end()) if match else (None, words.end)


def _source(words: Words, at: int, mark: str, stop: str = "", until: int | None = None) -> str | None:
    if not words.plain.startswith(mark, at):
        return None
    return words.text[at + len(mark) : until].removesuffix(stop)


def _parsed(style: str, words: Words, values: Values) -> Parsed | None:
    return _checked(style, {**values, RECORD: words.digits})


def _checked(style: str, values: Values) -> Parsed | None:
    """Give the facts of a style; None where a required one is missing, or has another form."""
    version, date = values.get(VERSION) or "", values.get(DATE)
    names = [name for name in (values.get(REFERENCE), values.get(ORIGIN)) if name is not None]
    fits = version.isdecimal() and version.isascii() and len(version) <= 9 and bool(values.get(TITLE))
    if not fits or not all(name and " " not in name for name in names) or len(date or "") > _LONGEST_DATE:
        return None
    if style != "mla" and not date:
        return None
    return style, listed((name, value, "") for name, value in values.items())


_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]+")
_MARK = re.compile("[\u00ad\u200b\u2060\ufeff]?".join(("s", "h", "a", "-?", *"256")))
_WHOLE = re.compile(r"(root(?: 1)?[ :]{1,3})?sha-?256[ :]{0,4}([0-9a-f]{64})(?![0-9a-z])")
_PART = re.compile(r"sha-?256[ :]{0,4}([0-9a-f]{4,63})(?![0-9a-z])")
_NI_URI = re.compile(r"ni:///sha-256;[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
_LINE_END = re.compile(r"\r\n|[\r\n]")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_HEX = frozenset("0123456789abcdef")
_STYLE_NAMES = frozenset(("long", "short", "apa", "chicago-note", "chicago-bibliography", "mla", "bluebook"))
_BETWEEN = frozenset(" :\u00ad\u200b\u2060\ufeff")


def read_style(style: str, words: str) -> tuple[Fact, ...]:
    """Read a text as one of a style; nothing where it is not."""
    stated = _read_part(mend(words))
    return stated.facts if stated is not None and stated.form == style else ()


def read_text(words: str) -> tuple[Stated, ...]:
    """Read a text, or each part of it that a blank line ends, where several parts hold a hash.

    Returns:
        What could be understood of each part that holds a hash, with the parts around it that hold none; empty where
        none does.

    Raises:
        InputError: There are more parts with a hash than ``MOST_PARTS``.
    """
    parts = [part for part in _BLANK_LINE.split(words) if part.strip()]
    whole, read = _read_lines(words), [(part, _read_lines(part)) for part in parts]
    readable = [stated for _, stated in read if stated is not None]
    if len(readable) > MOST_PARTS:
        raise InputError(
            "too many citations",
            expected=f"at most {MOST_PARTS}",
            found=str(len(readable)),
            hint="give them one by one",
        )
    if len(readable) == 1 and whole is not None and (whole.form or not readable[0].form):
        return (whole,)
    return tuple(_with_parts_around(read))


def _with_parts_around(read: list[tuple[str, Stated | None]]) -> Iterator[Stated]:
    """Give each part that holds a hash, with the parts before it that hold none; the last one has those behind it."""
    around: list[str] = []
    last: Stated | None = None
    for part, stated in read:
        if stated is None:
            # The name of a style stands before its text in the file of a snapshot.
            around += [collapse(part)] if part.strip().removesuffix(":") not in _STYLE_NAMES else []
            continue
        if last is not None:
            yield last
        last, around = replace(stated, around=(*stated.around, *around)), []
    if last is not None:
        yield replace(last, around=(*last.around, *around))


def _read_lines(words: str) -> Stated | None:
    """Read a text whose lines were broken at blanks, or, as terminals do, anywhere; invisible characters go."""
    readings = tuple(dict.fromkeys((mend(words), mend(_LINE_END.sub("", words)))))
    seen = dict.fromkeys(_UNSEEN.sub("", reading) for reading in readings)
    candidates = [stated for stated in map(_read_part, seen) if stated is not None]
    best = next((stated for stated in candidates if stated.form), candidates[0] if candidates else None)
    return None if best is None else replace(best, readings=readings)


def _read_part(words: str) -> Stated | None:
    plain = plainly(words)
    hashes = [
        *((ROOT if match[1] else RECORD, match[2], "") for match in _WHOLE.finditer(plain)),
        *((NI, match[0], "") for match in _NI_URI.finditer(words)),
    ]
    records = [match for match in _WHOLE.finditer(plain) if not match[1]]
    if records:
        text = Words(words, plain, records[0].start(), records[0].end())
        parsed = parse_long(text) or parse_style(text)
        if parsed is not None:
            style, facts = parsed
            others = tuple(fact for fact in listed(dict.fromkeys(hashes)) if fact not in facts)
            return Stated(style, (*facts, *others))
    if hashes:
        rest = _NI_URI.sub("", _WHOLE.sub("", plain) if not _NI_URI.search(words) else _without(words, plain))
        rest = rest.replace("trust", "")
        if not only_leads(rest):
            return Stated("", listed(hashes))
        return Stated("hash", listed(hashes), around=(collapse(rest),) if says_something(rest) else ())
    short = list(_PART.finditer(plain))
    if not short:
        return None
    parsed = parse_short(Words(words, plain, short[0].start(), short[0].end()))
    return Stated(*parsed) if parsed else Stated("", listed((SHORT, match[1], "") for match in short))


def _without(words: str, plain: str) -> str:
    """Leave out both names of a hash, the ``ni:`` name by its own letters."""
    spans = sorted((*_spans(_WHOLE, plain), *_spans(_NI_URI, words)))
    kept, at = [], 0
    for start, end in spans:
        kept.append(plain[at:start])
        at = max(at, end)
    return " ".join([*kept, plain[at:]])


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]


def mend(words: str) -> str:
    """Fold white space, and put the digits of a hash together again."""
    plain, kept, at = plainly(words), [], 0
    for match in _MARK.finditer(plain):
        if match.start() >= at and (joined := _join(words, plain, match.end())) is not None:
            digits, start, end = joined
            kept += [words[at : match.start()], _UNSEEN.sub("", words[match.start() : start]), digits]
            at = end
    return collapse("".join([*kept, words[at:]]))


def _join(words: str, plain: str, at: int) -> tuple[str, int, int] | None:
    """Read 64 digits with blanks, soft hyphens, or hyphens and a line end between them: the digits, start and end."""
    digits: list[str] = []
    start = at
    while at < len(plain) and len(digits) < 64:
        sign = plain[at]
        if sign in _HEX:
            start = start if digits else at
            digits.append(sign)
        elif sign not in _BETWEEN and not (digits and sign == "-" and words[at + 1 : at + 2] in {"\r", "\n"}):
            break
        at += 1
    whole = len(digits) == 64 and not plain[at : at + 1].isalnum()
    return ("".join(digits), start, at) if whole else None
