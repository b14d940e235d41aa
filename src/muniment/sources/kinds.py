"""Of what kind a file is, by its bytes: not by its name, nor by what somebody says of it.

A page is told from a text as browsers tell it (WHATWG MIME Sniffing, section 7.1): by a tag that begins it, after
white space and comments.  Other kinds by the signatures that their formats begin with.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class FileKind(NamedTuple):
    """A kind of file.

    Attributes:
        media_type: Such as ``text/html``.
        words: Such as ``an HTML page``.
        hint: What to do where it is not read here; empty where it is.
    """

    media_type: str
    words: str
    hint: str = ""


TEXT: Final = FileKind("text/plain", "a plain text")
HTML: Final = FileKind("text/html", "an HTML page")
MARKDOWN: Final = FileKind("text/markdown", "a Markdown text")
"""By its bytes it is a text: the keeper says that it is more."""
PDF: Final = FileKind("application/pdf", "a PDF file")
_OOXML: Final = "application/vnd.openxmlformats-officedocument"
DOCX: Final = FileKind(f"{_OOXML}.wordprocessingml.document", "a Word file (docx)")
ODT: Final = FileKind("application/vnd.oasis.opendocument.text", "an OpenDocument text (odt)")

WARC: Final = FileKind("application/warc", "a WARC file", "add the page that it holds")
WACZ: Final = FileKind("application/wacz", "a WACZ file", "add the page that it holds")
"""Files that hold originals: what they hold is read, and not they themselves."""

_AS_TEXT: Final = "save its words as plain text in UTF-8, or as an HTML page"
_UNPACK: Final = "unpack it, and add what is in it"
_IMAGE: Final = "an image holds no text that could be cited; add a transcript"

# The first bytes of a format, and where they stand.
_SIGNATURES: Final = (
    (0, b"%PDF-", PDF),
    (0, b"{\\rtf", FileKind("application/rtf", "an RTF file", _AS_TEXT)),
    (0, b"WARC/1.", WARC),
    (0, b"\x89PNG\r\n\x1a\n", FileKind("image/png", "a PNG image", _IMAGE)),
    (0, b"\xff\xd8\xff", FileKind("image/jpeg", "a JPEG image", _IMAGE)),
    (0, b"GIF87a", FileKind("image/gif", "a GIF image", _IMAGE)),
    (0, b"GIF89a", FileKind("image/gif", "a GIF image", _IMAGE)),
    (0, b"II*\0", FileKind("image/tiff", "a TIFF image", _IMAGE)),
    (0, b"MM\0*", FileKind("image/tiff", "a TIFF image", _IMAGE)),
    (8, b"WEBP", FileKind("image/webp", "a WebP image", _IMAGE)),
    (4, b"ftyp", FileKind("video/mp4", "a film or a sound", "add a transcript")),
    (0, b"ID3", FileKind("audio/mpeg", "a sound", "add a transcript")),
    (0, b"OggS", FileKind("application/ogg", "a film or a sound", "add a transcript")),
    (0, b"7z\xbc\xaf\x27\x1c", FileKind("application/x-7z-compressed", "a 7z file", _UNPACK)),
    (0, b"Rar!", FileKind("application/vnd.rar", "a RAR file", _UNPACK)),
    (0, b"BZh", FileKind("application/x-bzip2", "a bzip2 file", _UNPACK)),
    (0, b"\xfd7zXZ\0", FileKind("application/x-xz", "an xz file", _UNPACK)),
    (0, b"\x28\xb5\x2f\xfd", FileKind("application/zstd", "a zstd file", _UNPACK)),
    (257, b"ustar", FileKind("application/x-tar", "a tar file", _UNPACK)),
    (0, b"\x7fELF", FileKind("application/x-executable", "a program", "add what the publisher published")),
    (0, b"SQLite format 3\0", FileKind("application/vnd.sqlite3", "a database", _AS_TEXT)),
)
_ZIPS: Final = (
    (b"word/document", DOCX),
    (
        b"xl/workbook.xml",
        FileKind(f"{_OOXML}.spreadsheetml.sheet", "an Excel file (xlsx)", _AS_TEXT),
    ),
    (
        b"ppt/presentation.xml",
        FileKind(
            f"{_OOXML}.presentationml.presentation",
            "a PowerPoint file (pptx)",
            _AS_TEXT,
        ),
    ),
    # The kind stands in the first part, and the next part begins right behind it.
    (b"application/vnd.oasis.opendocument.textPK", ODT),
    (b"application/vnd.oasis.opendocument.text-templatePK", ODT),
    (
        b"application/vnd.oasis.opendocument",
        FileKind("application/vnd.oasis.opendocument", "an OpenDocument file other than a text", _AS_TEXT),
    ),
    (b"application/epub+zip", FileKind("application/epub+zip", "an EPUB file", _AS_TEXT)),
    (b"datapackage.json", WACZ),
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD: Final = FileKind("application/x-ole-storage", "an old Office file", _AS_TEXT)
_LOCKED: Final = FileKind("application/x-ole-storage", "an Office file that wants a password", "save it without one")
_LOCKED_MARK: Final = b"\0".join(bytes((letter,)) for letter in b"EncryptedPackage")
"""In the two bytes for each letter that the names in such a file have."""
_ZIP: Final = FileKind("application/zip", "a zip file", _UNPACK)
_GZIP: Final = FileKind("application/gzip", "a gzip file", _UNPACK)
MAIL: Final = FileKind("message/rfc822", "an e-mail")
_MHTML: Final = FileKind("multipart/related", "a page saved as MHTML", "save it as HTML only, and add that")
_XML: Final = FileKind("application/xml", "an XML file", _AS_TEXT)

_READ: Final = (TEXT, HTML, PDF, DOCX, ODT, MAIL)
_SUFFIXES: Final = {
    **dict.fromkeys(("txt", "text", "md", "markdown"), TEXT.media_type),
    **dict.fromkeys(("html", "htm", "xhtml"), HTML.media_type),
    "eml": MAIL.media_type,
    "pdf": PDF.media_type,
    "docx": DOCX.media_type,
    "odt": ODT.media_type,
    # Of these no name is right for anything that is read.
    **dict.fromkeys(("doc", "rtf", "warc", "jpg", "png", "zip"), ""),
}
"""What a suffix says of a file."""

_BEGINNING: Final = 4096  # bytes in which a page says what it is
_BLANK: Final = rb"[\t\n\f\r ]"
_BEFORE_TAG: Final = re.compile(rb"(?:" + _BLANK + rb"+|<!--.*?-->|<\?xml[^>]*\?>)*", re.DOTALL)
_TAGS: Final = re.compile(
    rb"<(?:!doctype\s+html|(?:html|head|script|iframe|h[1-6]|div|font|table|a|style|title|b|body|br|p|meta|link|main|"
    rb"article|section|header|nav|span|ul|ol|base|center|form|img|noscript)(?=[\s/>]))",
    re.IGNORECASE,
)
# A heading of Markdown, which may stand in a frame of tags: with signs before it, underlined, or a line in bold type.
_MARKDOWN: Final = re.compile(
    rb"^(?:#{1,6}[ \t]+[^\s#]|[^<\s][^\n]*\n(?:={4,}|-{4,})[ \t\r]*$|\*\*[^*\s][^*\n]*\*\*[ \t\r]*$)", re.MULTILINE
)
_DECLARED: Final = re.compile(rb"<!doctype\s+html|<html(?=[\s>])", re.IGNORECASE)
_XHTML: Final = re.compile(rb"<html(?=[\s>])", re.IGNORECASE)
_HEADERS: Final = re.compile(
    rb"(?:(?:From|To|Subject|Date|Received|Return-Path|Delivered-To|MIME-Version|Message-ID|Content-Type|DKIM-Signature)"
    rb":[^\n]*\n(?:[ \t][^\n]*\n)*){1}(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*",
    re.IGNORECASE,
)
_MAIL_MARKS: Final = re.compile(
    rb"^(?:Message-ID|MIME-Version|Received|Return-Path|DKIM-Signature):", re.IGNORECASE | re.MULTILINE
)
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def recognise(data: bytes) -> FileKind:
    """Tell the kind of a file; what is nothing else is a text, which its adapter may still refuse as binary."""
    for offset, signature, kind in _SIGNATURES:
        if data.startswith(signature, offset):
            return kind
    packed = _recognise_packed(data)
    if packed is not None:
        return packed
    head = _as_ascii(data[:_BEGINNING])
    if _is_page(head):
        return HTML
    if head.lstrip(b"\t\n\f\r ").startswith(b"<?xml"):
        return _XML
    return _recognise_mail(head)


def _recognise_packed(data: bytes) -> FileKind | None:
    """Tell what is made of parts; it is told by what stands in it."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((kind for mark, kind in _ZIPS if mark in data[:512] or mark in data[-65536:]), _ZIP)
    if data.startswith(_OLE):
        return _LOCKED if _LOCKED_MARK in data else _OLD
    if data.startswith(b"\x1f\x8b"):
        return WARC if _begins_packed(data, b"WARC/1.") else _GZIP
    return None


def supported(media_types: Sequence[str]) -> str:
    """Name the kinds that are read."""
    words = [kind.words for kind in _READ if kind.media_type in media_types]
    return " or ".join((", ".join(words[:-1]), words[-1]))


def thing_of(media_type: str) -> str:
    """Give the one word for what states something: the page, the e-mail."""
    return {HTML.media_type: "page", PDF.media_type: "PDF", MAIL.media_type: "e-mail"}.get(media_type, "document")


def name_contradicts(name: str, kind: FileKind) -> bool:
    """Whether the suffix of a name says another kind than the bytes."""
    suffix = name.lower().rpartition(".")[2] if "." in name else ""
    return _SUFFIXES.get(suffix, kind.media_type) != kind.media_type


def may_be_markdown(name: str) -> bool:
    """Whether a name says that a text is Markdown."""
    return name.lower().endswith((".md", ".markdown"))


def _begins_packed(data: bytes, signature: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(data[:_BEGINNING], len(signature)) == signature
    except zlib.error:
        return False


def _as_ascii(head: bytes) -> bytes:
    """The first bytes, those of UTF-16 as if they were ASCII."""
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(codec, errors="ignore").encode("ascii", errors="replace")
    return head


def _is_page(head: bytes) -> bool:
    start = _BEFORE_TAG.match(head)
    place = start.end() if start else 0
    if head.lstrip(b"\t\n\f\r ").startswith(b"<?xml"):
        return _XHTML.search(head, place) is not None
    # A text may begin with words and quote a tag; a page that begins with words declares itself soon.
    declared = head[place : place + 1] == b"<" and _DECLARED.search(head) is not None
    return declared or (_TAGS.match(head, place) is not None and _MARKDOWN.search(head) is None)


def _recognise_mail(head: bytes) -> FileKind:
    head = head.replace(b"\r\n", b"\n")
    headers = _HEADERS.match(head)
    if headers is None or not _MAIL_MARKS.search(head, 0, headers.end()):
        return TEXT
    return (
        _MHTML
        if b"multipart/related" in head[: headers.end()].lower() and b"snapshot-content-location" in head.lower()
        else MAIL
    )
