"""What stands in the headers of an e-mail (RFC 5322, 2045, 2047, 2231), read in time that grows with their length."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from muniment.errors import SourceError
from muniment.record.capture import without_credentials
from muniment.sources.adapter import StatedFact
from muniment.sources.html.charset import decode_page

_ENCODED: Final = re.compile(r"=\?([A-Za-z0-9_.:+-]{1,40})(?:\*[A-Za-z-]{0,20})?\?([bBqQ])\?([^?\s]{0,1000})\?=")
_FOLDED: Final = re.compile(r"\r?\n[ \t]*|[ \t\r\n]+")
_PARAMETER: Final = re.compile(r';\s*([A-Za-z0-9!#$&+^_`{}|~.*-]{1,60})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))')
_TYPE: Final = re.compile(r"\s*([a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60})\s*(?:;|$|\s)")
_ADDRESS: Final = re.compile(r"<?([^\s<>,;()]{1,64}@[^\s<>,;()]{1,253})>?")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_DATE: Final = re.compile(
    r"(?:[A-Za-z]{3},)?\s*([0-9]{1,2})\s+([A-Za-z]{3})\s+([0-9]{4})\s+[0-9]{1,2}:[0-9]{2}", re.ASCII
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONGEST: Final = 300  # characters of a fact


class ContentType(NamedTuple):
    """What a part says it is: ``text/plain``, and its parameters with names in lower case."""

    media_type: str
    parameters: dict[str, str]


class HeaderFields:
    """The headers of an e-mail or of a part of it, in their order."""

    __slots__ = ("_fields",)

    def __init__(self, head: bytes) -> None:
        self._fields: dict[str, list[str]] = {}
        # Bytes beyond ASCII are UTF-8 where they can be (RFC 6532), and stay visible where they cannot.
        text = head.decode("utf-8", "replace").replace("\r\n", "\n")
        for field in re.split(r"\n(?![ \t])", text):
            name, colon, value = field.partition(":")
            if colon:
                self._fields.setdefault(name.strip().lower(), []).append(value)

    def first(self, name: str) -> str:
        """Give the first field of a name, as it stands, on one line; empty where there is none."""
        values = self._fields.get(name, [""])
        return _FOLDED.sub(" ", values[0]).strip()

    def content_type(self, default: str = "text/plain") -> ContentType:
        """Tell what the content is; what cannot be read is a file of an unknown kind (RFC 2045, section 5.2)."""
        value = self.first("content-type")
        if not value:
            return ContentType(default, {})
        match = _TYPE.match(value.lower())
        return ContentType(match[1] if match else "application/octet-stream", parameters_of(value))

    def file_name(self) -> str | None:
        """Give the name of the file that a part is."""
        disposition = parameters_of(self.first("content-disposition"))
        name = disposition.get("filename") or self.content_type().parameters.get("name") or ""
        return decode_words(name)[:_LONGEST] or None

    def is_attached(self) -> bool:
        """Whether a part is set apart from the letter."""
        return self.first("content-disposition").lower().startswith("attachment")


def parameters_of(value: str) -> dict[str, str]:
    """Read the parameters of a field, those in pieces and in percent signs too (RFC 2231)."""
    found: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(value):
        text = match[3] if match[2] is None else re.sub(r"\\(.)", r"\1", match[2])
        name, star, rest = match[1].lower().partition("*")
        if not star:
            found.setdefault(name, text)
            continue
        number = rest.removesuffix("*")
        place = int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else 0
        pieces.setdefault(name, {}).setdefault(place, (text, match[1].endswith("*")))
    for name, parts in pieces.items():
        found[name] = _joined([parts[place] for place in sorted(parts)])
    return found


def _joined(parts: Sequence[tuple[str, bool]]) -> str:
    charset, raw = "utf-8", b""
    for index, (text, encoded) in enumerate(parts):
        words = text
        if encoded and index == 0 and text.count("'") >= 2:
            charset, _, words = text.split("'", 2)
        raw += unquote_to_bytes(words) if encoded else words.encode("utf-8", "replace")
    return _decode(raw, charset)


def decode_words(value: str) -> str:
    """Read the encoded words of a field (RFC 2047); blanks between two of them are none."""
    found: list[str] = []
    place, charset, raw = 0, "", b""
    for match in _ENCODED.finditer(value):
        between = value[place : match.start()]
        if not raw or between.strip() or match[1].lower() != charset:
            found += [_decode(raw, charset), between if between.strip() or not raw else ""]
            raw = b""
        charset = match[1].lower()
        raw += _word(match[2].lower(), match[3])
        place = match.end()
    found += [_decode(raw, charset), value[place:]]
    return re.sub(r"\s+", " ", "".join(found)).strip()


def _word(encoding: str, text: str) -> bytes:
    data = text.encode("ascii", "replace")
    if encoding == "q":
        return binascii.a2b_qp(data, header=True)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4), validate=True)
    except ValueError:
        return data


def _decode(raw: bytes, charset: str) -> str:
    """Decode what is shown and described, and not signed as a text: what is none is replaced."""
    if not raw:
        return ""
    try:
        return decode_page(raw, charset or None, by_http=True, replace_invalid=True).text
    except SourceError:
        return raw.decode("utf-8", "replace")


def find_stated(fields: HeaderFields) -> tuple[StatedFact, ...]:
    """Give what the headers say of the letter, each with the header that says it."""
    facts = (*_subject(fields), *_sender(fields), *_day(fields), *_tongue(fields), *_address(fields))
    return tuple(fact for fact in facts if fact.value and len(fact.value) <= _LONGEST)


def _subject(fields: HeaderFields) -> Iterator[StatedFact]:
    yield StatedFact("title", decode_words(fields.first("subject")), "Subject")


def _sender(fields: HeaderFields) -> Iterator[StatedFact]:
    value = fields.first("from")
    match = _ADDRESS.search(value)
    if match is None:
        return
    name = decode_words(value[: match.start()].strip().strip('"'))
    yield StatedFact("issuer", name or match[1], "From")


def _day(fields: HeaderFields) -> Iterator[StatedFact]:
    """The day as the sender's clock had it."""
    match = _DATE.match(fields.first("date"))
    if match is None or match[2].lower() not in _MONTHS:
        return
    try:
        day = date(int(match[3]), _MONTHS.index(match[2].lower()) + 1, int(match[1]))
    except ValueError:
        return
    yield StatedFact("issued", day.isoformat(), "Date")


def _tongue(fields: HeaderFields) -> Iterator[StatedFact]:
    language = fields.first("content-language").partition(",")[0].strip()
    if _LANGUAGE.fullmatch(language):
        yield StatedFact("language", language, "Content-Language")


def _address(fields: HeaderFields) -> Iterator[StatedFact]:
    """Where the list keeps the letter (RFC 5064)."""
    match = re.fullmatch(r"<(https?://[^\s<>]+)>", fields.first("archived-at"), re.ASCII)
    if match:
        yield StatedFact("uri", without_credentials(match[1]), "Archived-At")
