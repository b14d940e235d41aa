"""Plain text: bytes to code points, strictly, and the adapter for ``text/plain``.

A text is UTF-8, or UTF-16 with a byte order mark, or in the charset that the caller names.  Charsets are
never guessed: a wrong guess would be signed.  What is decoded must encode to the same bytes again, so that
nothing is lost on the way.

The charsets that a text may be in, under their IANA names.

A closed list: Python's codecs include many that are no charsets (rot13, base64, idna), some that are unsafe
(utf-7), and some that only Windows has.  A record names a charset for decades; these names stay.
Source: IANA character set registry, https://www.iana.org/assignments/character-sets/.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from muniment.errors import SourceError
from muniment.sources.adapter import NO_WISH, Extraction, Extractor, Wish
from muniment.sources.marks import UNSEEN
from muniment.sources.paragraphs import segment
from muniment.sources.worker import extract_in_child

# IANA name in lower case: Python's codec.
_CODECS: Final = {
    "utf-8": "utf-8",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "us-ascii": "ascii",
    "big5": "big5",
    "big5-hkscs": "big5hkscs",
    "euc-jp": "euc_jp",
    "euc-kr": "euc_kr",
    "gb18030": "gb18030",
    "gb2312": "gb2312",
    "gbk": "gbk",
    "ibm437": "cp437",
    "ibm850": "cp850",
    "ibm852": "cp852",
    "ibm855": "cp855",
    "ibm866": "cp866",
    "iso-2022-jp": "iso2022_jp",
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (*range(1, 12), 13, 14, 15, 16)},
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "kz-1048": "kz1048",
    "macintosh": "mac-roman",
    "ptcp154": "ptcp154",
    "shift_jis": "shift_jis",
    "tis-620": "tis-620",
    **{f"windows-{page}": f"cp{page}" for page in range(1250, 1259)},
    "windows-31j": "cp932",
    "windows-874": "cp874",
    # Not registered at IANA, but what Windows writes in Korea and Taiwan; WHATWG and ICU know the first by this name.
    "windows-949": "cp949",
    "windows-950": "cp950",
}

# Further names that Python does not know.
_ALIASES: Final = {"ms-949": "windows-949", "ms950": "windows-950", "x-windows-949": "windows-949"}
_WIDER: Final = {
    "euc-kr": "windows-949",
    "big5": "windows-950",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "windows-31j",
    "tis-620": "windows-874",
    "us-ascii": "utf-8 or windows-1252",
}
"""The charset that Windows writes where people name this one, which holds less."""

_NAMES: Final = {
    **{codec: name for name, codec in _CODECS.items()},
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16",  # the byte order mark settles which
}

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:()-]{0,39}", re.ASCII)


def find_charset(label: str, *, where: str = "") -> str:
    """Find the IANA name for any name under which a charset goes (``cp1251``, ``Windows-1251``, ``latin1``).

    Returns:
        The name in lower case; ``utf-16`` when the byte order is left to the byte order mark.

    Raises:
        SourceError: No text charset of that name is known.
    """
    name = _ALIASES.get(label.lower(), label.lower())
    if name not in _CODECS and _LABEL.fullmatch(label):
        try:
            name = _NAMES.get(codecs.lookup(label).name, "")
        except LookupError:
            name = ""
    if name not in _CODECS and name != "utf-16":
        raise SourceError(
            "the charset is not known",
            where=where,
            expected="a charset such as utf-8, utf-16le, windows-1251, koi8-r or gb18030",
            found=repr(label),
        )
    return name


def codec_of(name: str) -> str:
    """Give the Python codec of a charset that ``find_charset`` named (and that is not ``utf-16``)."""
    return _CODECS[name]


# Bytes.  A record repeats the text as JSON, and a record is at most 4 MiB.
MAX_ORIGINAL: Final = 2 * 1024 * 1024

NOT_IN_CHARSET: Final = "the text is not"
"""How the error begins that says that a text is not in its charset; the name follows."""

BYTE_ORDER_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16le"),
    (b"\xfe\xff", "utf-16be"),
)

# Noncharacters may not stand in I-JSON (RFC 7493, section 2.1), on which RFC 8785 rests; NUL ends strings in too many
# programs.  The other controls do occur in what is published, and are accepted as received.
_PLANE_ENDS = "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
_NOT_TEXT: Final = re.compile(f"[\\x00\\ufdd0-\\ufdef{_PLANE_ENDS}]")
_CONTROL: Final = re.compile(r"[\x01-\x08\x0e-\x1f]")
# Asked first, as nearly every text has none of either: one range is found in a tenth of the time of those above, and
# the bytes of UTF-8 in a hundredth.
_RARE: Final = re.compile("[\0\ufdd0-\U0010ffff]")
_NO_CONTROL: Final = bytes({*range(256)} - {*range(0x01, 0x09), *range(0x0E, 0x20)})
# Controls that a text may hold whatever its length, and else one in how many characters.  The texts that were seen with
# any had fewer than ten; of random bytes one in ten is a control.
_FEW_CONTROLS: Final = 16
_CONTROLS_SHARE: Final = 50
_SEEN: Final = re.compile(f"[^{UNSEEN}]")

_MAGIC: Final = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a zip, docx or odt file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x1f\x8b", "a gzip file"),
)


def decode(
    data: bytes, charset: str | None = None, *, where: str = "", max_size: int = MAX_ORIGINAL
) -> tuple[str, str]:
    """Turn the bytes of a text into code points, or refuse them.

    Args:
        data: The bytes as received.
        charset: Any usual name of a text charset, or None for UTF-8, or UTF-16 with a byte order mark.
        where: What errors name.
        max_size: Largest size taken, in bytes, before and after decoding; ``MAX_ORIGINAL`` for what is archived.

    Returns:
        The text without a leading byte order mark, and the charset's IANA name in lower case.  Decoding again
        with that name gives the same text.

    Raises:
        SourceError: Too large, empty, binary, not in the charset, or in a charset that is not known.
    """
    _check_size(len(data), "bytes", where, max_size)
    _check_magic(data, where)
    mark, found = _byte_order_mark(data)
    name = _settle(None if charset is None else find_charset(charset, where=where), found, where)
    # Said before decoding, since a file full of NUL and other bytes is not to be tried in one charset after
    # the other.
    if name == "utf-8" and b"\0" in data:
        raise _binary("a NUL byte", data.index(0), where)
    text = _decode_strictly(data, len(mark), name, where)
    _check_content(text, len(mark), name, where)
    _check_size(len(text.encode()), "bytes once in UTF-8", where, max_size)
    return text, name


def _check_size(size: int, unit: str, where: str, max_size: int) -> None:
    if size > max_size:
        raise SourceError(
            "the text is too large",
            where=where,
            expected=f"at most {max_size} bytes",
            found=f"{size} {unit}",
            hint="archive its parts as releases of their own",
        )


def _check_magic(data: bytes, where: str) -> None:
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise SourceError("this is no plain text", where=where, found=kind, hint="save it as plain text in UTF-8")


def _byte_order_mark(data: bytes) -> tuple[bytes, str | None]:
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return mark, name
    return b"", None


def _settle(named: str | None, marked: str | None, where: str) -> str:
    """Choose between the charset named and the one that the byte order mark shows; they may not differ."""
    if named == "utf-16":
        if marked not in {"utf-16le", "utf-16be"}:
            raise SourceError(
                "UTF-16 without a byte order mark has no certain byte order",
                where=where,
                hint="name utf-16le or utf-16be",
            )
        return marked
    if named is not None and marked is not None and named != marked:
        raise SourceError(
            "the byte order mark contradicts the charset named",
            where=where,
            expected=named,
            found=marked,
            hint=f"leave the charset out, or name {marked}",
        )
    return named or marked or "utf-8"


def _decode_strictly(data: bytes, skip: int, name: str, where: str) -> str:
    body = data[skip:]
    try:
        text = body.decode(codec_of(name))
    except UnicodeDecodeError as error:
        offset = skip + error.start
        raise SourceError(
            f"{NOT_IN_CHARSET} {name}",
            where=where,
            found=f"byte 0x{data[offset]:02x} at offset {offset}",
            hint=_other_charset(name),
        ) from error
    # What cannot be encoded becomes "?", which was not in its place before.
    if text.encode(codec_of(name), errors="replace") != body:
        raise SourceError(
            f"the text would not survive {name}: it encodes to other bytes than it was decoded from",
            where=where,
            hint="name another charset, or convert the file to UTF-8",
        )
    return text


def _other_charset(name: str) -> str:
    if name == "utf-8":
        return "name its charset, for example windows-1251"
    return f"name another charset, such as {_WIDER[name]}" if name in _WIDER else "name another charset"


_END_OF_FILE: Final = "\x1a"
"""What DOS and CP/M write at the end of a text, once or up to the end of a block."""


def _check_content(text: str, skip: int, name: str, where: str) -> None:
    rare = "\0" in text if text.isascii() else _RARE.search(text)
    bad = _NOT_TEXT.search(text) if rare else None
    if bad:
        raise _binary(f"U+{ord(bad[0]):04X}", skip + len(text[: bad.start()].encode(codec_of(name))), where)
    body = text.rstrip(_END_OF_FILE)
    first = _CONTROL.search(body) if body.encode("utf-8", "surrogatepass").translate(None, _NO_CONTROL) else None
    if first:
        count = sum(1 for _ in _CONTROL.finditer(body))
        if count > _FEW_CONTROLS and count * _CONTROLS_SHARE > len(text):
            offset = skip + len(text[: first.start()].encode(codec_of(name)))
            found = f"{count} control characters in {len(text)}, the first U+{ord(first[0]):04X}"
            raise _binary(found, offset, where)
    if not _SEEN.search(text):
        raise SourceError("there is no text in it", where=where, hint="check that this is the right file")


def _binary(found: str, offset: int, where: str) -> SourceError:
    return SourceError(
        "this is binary, not text",
        where=where,
        found=f"{found} at offset {offset}",
        hint="save it as plain text; if it is UTF-16, name utf-16le or utf-16be",
    )


MOST_HERE: Final = 256 * 1024
"""Bytes of a text that is read in this process: how long that takes is bounded by its length, which is some seconds."""


def extract_text(
    data: bytes,
    charset: str | None,
    wish: Wish,  # noqa: ARG001 - all of a text is taken
    where: str = "",
) -> Extraction:
    """Take the paragraphs out of a plain text, in whatever process this is.

    Raises:
        SourceError: As ``decode`` and ``segment``.
    """
    text, name = decode(data, charset, where=where)
    return Extraction(
        paragraphs=segment(text, where=where),
        charset=name,
        media_type=TextSource.media_type,
        extractor=Extractor(TextSource.name, TextSource.version),
    )


class TextSource:
    """The adapter for ``text/plain``: ``decode``, then ``segment``; a long text in the process that is bounded."""

    name: Final = "muniment-text"
    version: Final = "2"
    media_type: Final = "text/plain"
    suffix: Final = "txt"
    extra: Final = ""

    def at_hand(self) -> bool:
        """It needs nothing."""
        return True

    def extract(
        self,
        data: bytes,
        charset: str | None,
        *,
        wish: Wish = NO_WISH,
        where: str = "",
    ) -> Extraction:
        """Take the paragraphs out of a plain text.

        Raises:
            SourceError: As ``decode`` and ``segment``.
            BeyondLimitsError: It is long, and could not be read within the limits.
            UnavailableError: It is long, and the process that reads it could not be started.
        """
        _check_size(len(data), "bytes", where, MAX_ORIGINAL)
        if len(data) > MOST_HERE:
            return extract_in_child("text", data, charset, wish, where=where)
        return extract_text(data, charset, wish, where)
