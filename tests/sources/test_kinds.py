from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from tests.sources.files_of_others import PAGES, path_of

from muniment.errors import SourceError
from muniment.sources import media_type_of
from muniment.sources.kinds import name_contradicts, recognise

OF_OTHERS = (
    *((f"{name}.html", "text/html") for name in PAGES),
    ("imagemagick-lzw.pdf", "application/pdf"),
    ("empty.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
)


def zipped(*names: str) -> bytes:
    """A zip with files of these names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><p>a",
        b"\n\t <html lang=en>",
        b"\xef\xbb\xbf<!doctype HTML>",
        "\ufeff<html>".encode("utf-16-le"),
        b"<!-- saved --> <!-- twice -->\n<html>",
        b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"><html xmlns="x">',
        b"<div class=release><p>a</div>",
        b"<P>a",
        b"<custom-tag>x</custom-tag><html>",
    ],
)
def test_pages(data: bytes) -> None:
    """A page is known by the tag that begins it, whatever stands before that."""
    assert recognise(data).media_type == "text/html"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Notice\n\n1. Words with <b>tags</b> in them.\n",
        b"# Title\n\nMarkdown stays a text.\n",
        b"<pending> is not a tag that begins a page",
        b"<<< quoted >>>",
        b"Subject: a press release\n\nWords.\n",
        b"From: the ministry\nDate: 3 March\n\nWords.\n",
        b"5 < 6 and <html> is a tag",
        "Текст".encode("cp1251"),
    ],
)
def test_texts(data: bytes) -> None:
    """What does not begin as a page does, is none."""
    assert recognise(data).media_type == "text/plain"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped("[Content_Types].xml", "word/document.xml"), "a Word file (docx)"),
        (zipped("mimetype", "a.txt"), "a zip file"),
        (zipped("xl/workbook.xml"), "an Excel file (xlsx)"),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text", "an OpenDocument file"),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/epub+zip", "an EPUB file"),
        (gzip.compress(b"text", mtime=0), "a gzip file"),
        (b"WARC/1.1\r\nWARC-Type: warcinfo\r\n", "a WARC file"),
        (b"{\\rtf1 words}", "an RTF file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "an old Office file"),
        (b"\x89PNG\r\n\x1a\n\0", "a PNG image"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (b"GIF89a\x01", "a GIF image"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a WebP image"),
        (b"\0\0\0\x18ftypmp42", "a film or a sound"),
        (b"<?xml version='1.0'?><rss/>", "an XML file"),
        (b"From: a@example.org\r\nMIME-Version: 1.0\r\nSubject: Notice\r\n\r\nWords", "an e-mail"),
        (
            b"From: <Saved>\nSnapshot-Content-Location: x\nMIME-Version: 1.0\nContent-Type: multipart/related\n\n",
            "a page saved as MHTML",
        ),
    ],
)
def test_other_kinds(data: bytes, words: str) -> None:
    """What is neither page nor text is refused by its kind, with what is read and what to do."""
    with pytest.raises(SourceError) as caught:
        media_type_of(data, where="a.txt")

    assert caught.value.what == f"this is {words}, which is not read here"
    assert caught.value.expected == "a plain text or an HTML page or a PDF file"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("data", "given", "expected"),
    [(b"<p>a", "text/html", "text/html"), (b"a", "TEXT/HTML", "text/html"), (b"a", "text/plain", "text/plain")],
)
def test_given(data: bytes, given: str, expected: str) -> None:
    """A type that is given may say of a text that it is a page: a page need not begin with a tag."""
    assert media_type_of(data, given) == expected


def test_a_pdf() -> None:
    """A PDF is one by its bytes, and no word of the keeper makes a text of it."""
    data = b"%PDF-1.7\n%\xe2\xe3\n"
    assert media_type_of(data) == media_type_of(data, "application/pdf") == "application/pdf"
    with pytest.raises(SourceError, match="this is a PDF file"):
        media_type_of(data, "text/plain")


@pytest.mark.parametrize(
    ("given", "said"),
    [("text/plain", "this is an HTML page"), ("application/rtf", "no extractor reads this media type")],
)
def test_a_page_taken_for_a_text(given: str, said: str) -> None:
    """No word of the keeper makes a text of a page: its tags would be signed as words."""
    with pytest.raises(SourceError, match=said):
        media_type_of(b"<html><p>a", given)


@pytest.mark.parametrize(
    ("name", "data", "contradicts"),
    [
        ("a.html", b"<p>a", False),
        ("a.txt", b"<p>a", True),
        ("a.doc", b"<p>a", True),
        ("a", b"<p>a", False),
        ("a.v2", b"a", False),
        ("a.html", b"a", True),
        ("A.PDF", b"a", True),
        ("a.md", b"# a", False),
    ],
)
def test_name(name: str, data: bytes, contradicts: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A name that says another kind than the bytes is told."""
    assert name_contradicts(name, recognise(data)) is contradicts


@pytest.mark.parametrize(("name", "media_type"), OF_OTHERS)
def test_files_of_others(name: str, media_type: str) -> None:
    """Files that other programs made are known by their bytes."""
    assert recognise(path_of(name).read_bytes()).media_type == media_type


def test_a_web_archive_of_others() -> None:
    """A WACZ that another program made is told by its words."""
    assert recognise(path_of("invalid_example_1.wacz").read_bytes()).words == "a WACZ file"
