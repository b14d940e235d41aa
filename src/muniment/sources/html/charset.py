"""From the bytes of a page to its characters, as browsers read them (WHATWG Encoding Standard).

The charset is what the bytes or the keeper name, and is never guessed from the text.  Labels mean what the standard
says: ``iso-8859-1`` is windows-1252, ``gb2312`` is GBK.
"""

from __future__ import annotations

import codecs
import re
from typing import Final, NamedTuple

from muniment.errors import SourceError

_CHARSETS: Final = {
    "big5": ("big5hkscs", "big5-hkscs cn-big5 csbig5 x-x-big5"),
    "euc-jp": ("euc_jp", "cseucpkdfmtjapanese x-euc-jp"),
    "euc-kr": (
        "cp949",
        "cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949",
    ),
    "gb18030": ("gb18030", ""),
    "gbk": ("gb18030", "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 iso-ir-58 x-gbk"),
    "ibm866": ("cp866", "866 cp866 csibm866"),
    "iso-2022-jp": ("iso2022_jp", "csiso2022jp"),
    "iso-8859-10": ("iso8859-10", "csisolatin6 iso-ir-157 iso8859-10 iso885910 l6 latin6"),
    "iso-8859-13": ("iso8859-13", "iso8859-13 iso885913"),
    "iso-8859-14": ("iso8859-14", "iso8859-14 iso885914"),
    "iso-8859-15": ("iso8859-15", "csisolatin9 iso8859-15 iso885915 iso_8859-15 l9"),
    "iso-8859-16": ("iso8859-16", ""),
    "iso-8859-2": ("iso8859-2", "csisolatin2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2"),
    "iso-8859-3": ("iso8859-3", "csisolatin3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"),
    "iso-8859-4": ("iso8859-4", "csisolatin4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4"),
    "iso-8859-5": (
        "iso8859-5",
        "csisolatincyrillic cyrillic iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
    ),
    "iso-8859-6": (
        "iso8859-6",
        (
            "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 "
            "iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"
        ),
    ),
    "iso-8859-7": (
        "iso8859-7",
        (
            "csisolatingreek ecma-118 elot_928 greek greek8 "
            "iso-ir-126 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek"
        ),
    ),
    "iso-8859-8": (
        "iso8859-8",
        (
            "csiso88598e csisolatinhebrew hebrew iso-8859-8-e iso-ir-138 "
            "iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 visual"
        ),
    ),
    "iso-8859-8-i": ("iso8859-8", "csiso88598i logical"),
    "koi8-r": ("koi8-r", "cskoi8r koi koi8 koi8_r"),
    "koi8-u": ("koi8-u", "koi8-ru"),
    "macintosh": ("mac-roman", "csmacintosh mac x-mac-roman"),
    "shift_jis": ("cp932", "csshiftjis ms932 ms_kanji shift-jis sjis windows-31j x-sjis"),
    "utf-16be": ("utf-16-be", "unicodefffe"),
    "utf-16le": ("utf-16-le", "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16"),
    "utf-8": ("utf-8", "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf8 x-unicode20utf8"),
    "windows-1250": ("cp1250", "cp1250 x-cp1250"),
    "windows-1251": ("cp1251", "cp1251 x-cp1251"),
    "windows-1252": (
        "cp1252",
        (
            "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 "
            "iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii x-cp1252"
        ),
    ),
    "windows-1253": ("cp1253", "cp1253 x-cp1253"),
    "windows-1254": (
        "cp1254",
        "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 x-cp1254",
    ),
    "windows-1255": ("cp1255", "cp1255 x-cp1255"),
    "windows-1256": ("cp1256", "cp1256 x-cp1256"),
    "windows-1257": ("cp1257", "cp1257 x-cp1257"),
    "windows-1258": ("cp1258", "cp1258 x-cp1258"),
    "windows-874": ("cp874", "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620"),
    "x-mac-cyrillic": ("mac-cyrillic", "x-mac-ukrainian"),
}
"""Names of the standard, section 4.2: the codec of Python that reads as it says, and the other labels."""

_NAMES: Final = {label: name for name, (_, labels) in _CHARSETS.items() for label in (name, *labels.split())}
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))

_WITHIN: Final = 1024  # bytes, HTML Standard 13.2.3.2
_META: Final = re.compile(rb"<!--.*?-->|<meta[\s/]([^>]*)", re.IGNORECASE | re.DOTALL)
_ATTRIBUTE: Final = re.compile(rb"([^\s=/>\"']+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_IN_CONTENT: Final = re.compile(r"charset\s*=\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s;\"']+))", re.IGNORECASE)


class Decoded(NamedTuple):
    """The characters of a page, and how they were read.

    Attributes:
        text: Without a byte order mark; line ends are line feeds, as for a parser (HTML Standard 13.2.3.5).
        charset: Its name in the standard, in lower case.
        basis: ``bom``, ``http``, ``meta``, ``keeper`` or ``default``.
        invalid: How many sequences of bytes became U+FFFD.
    """

    text: str
    charset: str
    basis: str
    invalid: int


def find_page_charset(label: str, *, where: str = "") -> str:
    """Find the charset that a label means.

    Raises:
        SourceError: The standard knows no such label.
    """
    name = _NAMES.get(label.strip("\t\n\f\r ").lower())
    if name is None:
        raise SourceError(
            "the charset is not known to the Encoding Standard",
            where=where,
            expected="a charset such as utf-8, windows-1251, koi8-r or gbk",
            found=repr(label[:80]),
        )
    return name


def decode_page(
    data: bytes, named: str | None = None, *, by_http: bool = False, replace_invalid: bool = False, where: str = ""
) -> Decoded:
    """Read the bytes of a page: by its byte order mark, else HTTP, else its ``meta``, else the keeper, else as UTF-8.

    Args:
        data: The bytes.
        named: A charset that was named for them, or None.
        by_http: Whether the header of a response named it, and not the keeper.
        replace_invalid: Whether bytes that are no text become U+FFFD; else they are an error.
        where: What errors name.

    Raises:
        SourceError: The charset is not known, the page names another one than the keeper, or the bytes are not in it.
    """
    name, basis, skip = _settle(data, None if named is None else find_page_charset(named, where=where), by_http=by_http)
    if basis in {"bom", "meta"} and named is not None and not by_http and find_page_charset(named) != name:
        raise SourceError(
            "the page names another charset than the one given",
            where=where,
            expected=name,
            found=named,
            hint="leave the charset out",
        )
    faults: list[int] = []
    text = _decode(data[skip:], name, faults)
    if faults and not replace_invalid:
        raise SourceError(
            f"the page is not in {name}",
            where=where,
            found=f"byte 0x{data[skip + faults[0]]:02x} at offset {skip + faults[0]}",
            hint="name its charset, or have what is no text replaced",
        )
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n"), name, basis, len(faults))


def _settle(data: bytes, named: str | None, *, by_http: bool) -> tuple[str, str, int]:
    """The charset, what named it, and the length of the byte order mark."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name, "bom", len(mark)
    if named is not None and by_http:
        return named, "http", 0
    declared = _declared(data[:_WITHIN])
    if declared is not None:
        return declared, "meta", 0
    return ("utf-8", "default", 0) if named is None else (named, "keeper", 0)


def _declared(head: bytes) -> str | None:
    """The charset that a ``meta`` names; UTF-16 cannot be true where it could be read, and is UTF-8 (13.2.3.2)."""
    for match in _META.finditer(head):
        if match[1] is None:
            continue
        attributes: dict[str, str] = {}
        for part in _ATTRIBUTE.finditer(match[1]):
            value = (part[2] or part[3] or part[4] or b"").decode("latin-1")
            attributes.setdefault(part[1].decode("latin-1").lower(), value)
        label = attributes.get("charset")
        if label is None and attributes.get("http-equiv", "").lower() == "content-type":
            content = _IN_CONTENT.search(attributes.get("content", ""))
            label = (content[1] or content[2] or content[3]) if content else None
        name = _NAMES.get((label or "").strip("\t\n\f\r ").lower())
        if name is not None:
            return "utf-8" if name.startswith("utf-16") else name
    return None


def _decode(data: bytes, name: str, faults: list[int]) -> str:
    """Decode as the standard says; where bytes are no text they become U+FFFD, and their offset a fault."""
    codec = _CHARSETS[name][0]
    controls = name.startswith(("windows-", "iso-8859-", "koi8-", "macintosh"))

    def handle(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - nothing else is raised by decoding
        byte = error.object[error.start]
        if controls and byte < 0xA0:
            return chr(byte), error.start + 1  # the tables of the standard have these controls, Python's do not
        faults.append(error.start)
        return "\ufffd", error.end

    codecs.register_error(_HANDLER, handle)
    return data.decode(codec, errors=_HANDLER)


_HANDLER: Final = "muniment-page"
