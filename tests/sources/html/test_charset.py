from __future__ import annotations

import codecs

import pytest
from webencodings.labels import LABELS

from muniment.errors import SourceError
from muniment.sources.html.charset import _CHARSETS, decode_page, find_page_charset

UNREADABLE = {"replacement", "x-user-defined"}


def test_labels_of_the_standard() -> None:
    """Each label means what the Encoding Standard says, as another library has it."""
    theirs = {label: name for label, name in LABELS.items() if name not in UNREADABLE}

    assert {label: find_page_charset(label) for label in theirs} == theirs


def test_codecs() -> None:
    """Each charset has a codec of Python."""
    assert [name for name, (codec, _) in _CHARSETS.items() if not codecs.lookup(codec)] == []


@pytest.mark.parametrize(
    ("data", "named", "expected"),
    [
        ("<p>é".encode(), None, ("<p>é", "utf-8", "default", 0)),
        (b"<p>\xe9", "latin1", ("<p>é", "windows-1252", "keeper", 0)),
        (b"\xef\xbb\xbf<meta charset=latin1>\xc3\xa9", None, ("<meta charset=latin1>é", "utf-8", "bom", 0)),
        (b"\xff\xfe<\0p\0>\0", None, ("<p>", "utf-16le", "bom", 0)),
        (b"\xfe\xff\0<\0p\0>", None, ("<p>", "utf-16be", "bom", 0)),
        (b"<meta charset=iso-8859-1>\x80", None, ("<meta charset=iso-8859-1>€", "windows-1252", "meta", 0)),
        (b"<META CHARSET='windows-1251'>\xe0", None, ("<META CHARSET='windows-1251'>а", "windows-1251", "meta", 0)),
        (b"<meta charset=utf-16>a", None, ("<meta charset=utf-16>a", "utf-8", "meta", 0)),
        (b"<!-- <meta charset=koi8-r> -->a", None, ("<!-- <meta charset=koi8-r> -->a", "utf-8", "default", 0)),
        (b"<meta charset=nonsense>a", None, ("<meta charset=nonsense>a", "utf-8", "default", 0)),
        (b"<p>\x81\x9d", "ascii", ("<p>\x81\x9d", "windows-1252", "keeper", 0)),
        (b"<p>a\r\nb\rc", None, ("<p>a\nb\nc", "utf-8", "default", 0)),
    ],
)
def test_decode(data: bytes, named: str | None, expected: tuple[str, str, str, int]) -> None:
    """The byte order mark goes before the page's own word, that before the keeper's, and UTF-8 is the rest."""
    assert decode_page(data, named) == expected


def test_content_type() -> None:
    """A charset in the content of a content-type counts as well."""
    head = b"<meta http-equiv=Content-Type content='text/html; charset=gb2312'>"

    assert decode_page(head + "字".encode("gbk"))[1:] == ("gbk", "meta", 0)


def test_http_goes_before_meta() -> None:
    """What the header of the response says goes before what the page says."""
    assert decode_page(b"<meta charset=utf-8>\xe9", "latin1", by_http=True)[1:] == ("windows-1252", "http", 0)


def test_declared_too_late() -> None:
    """A charset that is named after 1,024 bytes is not seen, as in browsers."""
    assert decode_page(b" " * 1024 + b"<meta charset=koi8-r>").basis == "default"


def test_contradiction() -> None:
    """The keeper cannot read a page against its own word unseen."""
    with pytest.raises(SourceError, match="the page names another charset than the one given: expected windows-1252"):
        decode_page(b"<meta charset=latin1>a", "koi8-r")


def test_not_in_the_charset() -> None:
    """Bytes that are no text are an error with their place, or are replaced and counted."""
    with pytest.raises(SourceError, match=r"a.html: the page is not in utf-8: found byte 0xe9 at offset 3 \("):
        decode_page(b"<p>\xe9 \xff", where="a.html")

    assert decode_page(b"<p>\xe9 \xff", replace_invalid=True)[::3] == ("<p>\ufffd \ufffd", 2)


@pytest.mark.parametrize("label", ["iso-2022-kr", "utf-7", "base64", "klingon"])
def test_unknown(label: str) -> None:
    """What the standard does not decode is refused."""
    with pytest.raises(SourceError, match="not known to the Encoding Standard"):
        decode_page(b"a", label)
