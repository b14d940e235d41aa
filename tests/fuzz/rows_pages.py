"""Rows: pages, their kinds, and the selectors that name parts of them."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.target import Target, hold, text_of
from tests.sources.files_of_others import PAGES, find_file
from tests.sources.office.making import WORD, item, level, lists, open_parts, packed, row, word_parts, words
from tests.sources.pdf.making import made

from muniment.record import read_choices
from muniment.reference import PARAGRAPH_ID
from muniment.sources import Extraction, Wish, charset_again, wish_again
from muniment.sources.html.extraction import extract_page
from muniment.sources.html.selector import Complex, parse_selector
from muniment.sources.kinds import FileKind, recognise
from muniment.sources.mail.letter import extract_mail
from muniment.sources.markdown.extraction import extract_markdown
from muniment.sources.office.open_document import extract_odt
from muniment.sources.office.word import extract_docx
from muniment.sources.pdf import PdfSource

_LETTER = Path(__file__).parents[1] / "sources" / "mail" / "statement.eml"
_PAGE = b"""<!DOCTYPE html><html lang=en><title>Notice</title><nav><a href=/>Home</a></nav><main><h1>Notice</h1>
<p>The harbour closes on Monday.<ol start=3><li>Every vessel leaves.<li>None enters.</ol><table><tr><td>1<td>2</table>
<pre>a\n  b</pre><p hidden>Not here</p>A line<br><br>and another</main><footer>Contact</footer>"""
_NOTICE = Path(__file__).parents[1] / "sources" / "office" / "notice.docx"
_LISTS = lists(level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)"))
_MARKDOWN = b"""---\ntitle: Notice\ndate: 2026-03-02\n---\n# Notice\n\nThe *harbour*\ncloses.\n\n3. One\n4. Two
   - a

| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted\n\n    code\n\n<div>raw</div>\n\nUnder\n-----\n[a]: https://example.org/\n"""
_LIMIT = 4000  # bytes of a seed
_WORDS = (
    b"<p>", b"</p>", b"<ol start=3 reversed>", b"<li value=7>", b"<table><tr><td>", b"<td>", b"<main>", b"<br><br>",
    b"<pre>", b"<nav>", b"<!--", b"-->", b"<script>", b"</script>", b"&#1;", b"&amp;", b"<meta charset=koi8-r>",
    b"<h1>", b"<a href=x>", b"<p hidden>", b"<svg>", b"<template>", b"\xff\xfe", b"1. ",
)  # fmt: skip


def _seeds() -> list[bytes]:
    found = [path.read_bytes() for path in (find_file(f"{name}.html") for name in PAGES) if path is not None]
    return [_PAGE, *(page for page in found if len(page) <= _LIMIT)]


def _pdfs() -> list[bytes]:
    # None that draws itself: each change of it takes seconds until its process ends (sources/pdf/test_hostile).
    lines = [
        (60.0, 700.0, 18.0, "Notice"),
        (60.0, 670.0, 11.0, "The harbour clo-"),
        (60.0, 656.0, 11.0, "ses."),
        (300.0, 40.0, 9.0, "2"),
    ]
    found = find_file("libre-office-link.pdf")
    return [made(lines, lines), *([] if found is None else [found.read_bytes()])]


def _extract(data: bytes) -> Extraction:
    return extract_page(data, None, Wish(replace_invalid=True, outline=True))


def _check_page(data: bytes, value: Extraction) -> None:
    """Ids are ids, each once; what was chosen gives the same again; the taken words are those of the outline."""
    ids = [paragraph.id for paragraph in value.paragraphs]
    hold(len(set(ids)) == len(ids), "two paragraphs with one id")
    hold(all(PARAGRAPH_ID.fullmatch(each) for each in ids), "an odd id")
    hold(all(paragraph.text.strip() for paragraph in value.paragraphs), "a paragraph without words")
    choices = value.extractor.parameters
    again = extract_page(data, charset_again(value.charset, choices), wish_again(choices))
    hold(again.paragraphs == value.paragraphs, "other words by the same choices")
    hold(sum(part.taken for part in value.outline) == len(ids), "an outline of other paragraphs")


def _check_markdown(data: bytes, value: Extraction) -> None:
    """Ids are ids, each once; what was chosen gives the same again."""
    ids = [paragraph.id for paragraph in value.paragraphs]
    hold(len(set(ids)) == len(ids), "two paragraphs with one id")
    hold(all(PARAGRAPH_ID.fullmatch(each) for each in ids), "an odd id")
    choices = value.extractor.parameters
    again = extract_markdown(data, charset_again(value.charset, choices), wish_again(choices))
    hold(again.paragraphs == value.paragraphs, "other words by the same choices")


def _document(data: bytes) -> Extraction:
    """A document; bytes that are no zip are taken as its body, so that its rules are reached."""
    if not data.startswith(b"PK"):
        body = b'<w:document xmlns:w="%b"><w:body>%b</w:body></w:document>' % (WORD.encode(), data)
        data = packed({**word_parts("", numbering=_LISTS), "word/document.xml": body})
    return extract_docx(data, None, Wish(outline=True))


def _check_document(data: bytes, value: Extraction) -> None:
    """Ids are ids, each once; each paragraph has words; the same comes out again by choices that were read back."""
    ids = [paragraph.id for paragraph in value.paragraphs]
    hold(len(set(ids)) == len(ids), "two paragraphs with one id")
    hold(all(PARAGRAPH_ID.fullmatch(each) for each in ids), "an odd id")
    hold(all(paragraph.text.strip() for paragraph in value.paragraphs), "a paragraph without words")
    choices = value.extractor.parameters
    hold(choices is not None and read_choices(choices.as_json()) == choices, "choices that are others once read")
    hold(_document(data).paragraphs == value.paragraphs, "other words by the same bytes")


def _open_document(data: bytes) -> Extraction:
    """A document; bytes that are no zip are taken as its body, so that its rules are reached."""
    if not data.startswith(b"PK"):
        parts = open_parts("@")
        data = packed(parts | {"content.xml": parts["content.xml"].replace(b"@", data)})
    return extract_odt(data, None, Wish(outline=True))


def _check_open_document(data: bytes, value: Extraction) -> None:
    """As a Word document."""
    ids = [paragraph.id for paragraph in value.paragraphs]
    hold(len(set(ids)) == len(ids), "two paragraphs with one id")
    hold(all(paragraph.text.strip() for paragraph in value.paragraphs), "a paragraph without words")
    hold(_open_document(data).paragraphs == value.paragraphs, "other words by the same bytes")


_OPEN_BODY = (
    b"<text:p>Words</text:p><text:list><text:list-item><text:p>One</text:p></text:list-item></text:list>"
    b"<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell>"
    b"<text:p>b</text:p></table:table-cell></table:table-row></table:table>"
)


def _word_bodies() -> list[bytes]:
    return [(words("Words") + item("One") + item("Two", 1) + row(words("a"), words("b"))).encode()]


def _mail(data: bytes) -> Extraction:
    return extract_mail(data, None, Wish(replace_invalid=True, outline=True))


def _check_mail(data: bytes, value: Extraction) -> None:
    """Ids are ids, each once; what was chosen gives the same again, also once it was written and read."""
    ids = [paragraph.id for paragraph in value.paragraphs]
    hold(len(set(ids)) == len(ids), "two paragraphs with one id")
    hold(all(PARAGRAPH_ID.fullmatch(each) for each in ids), "an odd id")
    choices = value.extractor.parameters
    hold(choices is not None and read_choices(choices.as_json()) == choices, "choices that are others once read")
    again = extract_mail(data, charset_again(value.charset, choices), wish_again(choices))
    hold(again.paragraphs == value.paragraphs, "other words by the same choices")


def _check_pdf(data: bytes, value: Extraction) -> None:
    """Ids are ids, each once; each paragraph has words and a page; the same comes out again."""
    ids = [paragraph.id for paragraph in value.paragraphs]
    hold(len(set(ids)) == len(ids), "two paragraphs with one id")
    hold(all(paragraph.text.strip() for paragraph in value.paragraphs), "a paragraph without words")
    hold(all(str(paragraph.place).startswith("p. ") for paragraph in value.paragraphs), "a paragraph without a page")
    again = PdfSource().extract(data, None, wish=wish_again(value.extractor.parameters))
    hold(again.paragraphs == value.paragraphs, "other words by the same choices")


def _kind(data: bytes) -> tuple[bytes, FileKind]:
    return data, recognise(data)


def _check_kind(_data: bytes, value: tuple[bytes, FileKind]) -> None:
    data, kind = value
    hold("/" in kind.media_type and kind.words, "a kind without a name")
    hold(not data.startswith(b"%PDF-") or kind.media_type == "application/pdf", "a PDF of another kind")


def _selector(data: bytes) -> tuple[Complex, ...]:
    return parse_selector(text_of(data))


def _check_selector(_data: bytes, value: tuple[Complex, ...]) -> None:
    hold(value and all(value), "a selector of nothing")
    hold(all(tests for each in value for _, tests, _ in each), "a compound that names everything by mistake")


ROWS = (
    Target(
        "page",
        (
            "sources.html.extraction.extract_page",
            "sources.html.charset.decode_page",
            "sources.html.elements.parse_page",
        ),
        _extract,
        _seeds,
        why="a page is never written",
        check=_check_page,
        words=_WORDS,
        cap=20_000,
    ),
    Target(
        "markdown",
        ("sources.markdown.extraction.extract_markdown",),
        lambda data: extract_markdown(data, None, Wish(outline=True)),
        lambda: [_MARKDOWN],
        why="Markdown is never written",
        check=_check_markdown,
        words=(
            b"- ",
            b"> ",
            b"1. ",
            b"```\n",
            b"|---|",
            b"<p>",
            b"<!--",
            b"---\n",
            b"title: a\n",
            b"[a](b)",
            b"    ",
            b"\\\n",
        ),
        cap=20_000,
    ),
    Target(
        "docx",
        ("sources.office.word.extract_docx", "sources.office.package.parse_part"),
        _document,
        lambda: [_NOTICE.read_bytes(), *_word_bodies()],
        why="a document is never written",
        check=_check_document,
        words=(
            b"<w:p>",
            b"</w:p>",
            b"<w:r><w:t>a</w:t></w:r>",
            b"<w:del>",
            b"<w:ins>",
            b"<w:tr><w:tc>",
            b"</w:tc></w:tr>",
            b'<w:numPr><w:numId w:val="1"/></w:numPr>',
            b"<w:br/><w:br/>",
            b"<!DOCTYPE a>",
            b"PK\x05\x06",
        ),
        cap=20_000,
    ),
    Target(
        "odt",
        ("sources.office.open_document.extract_odt",),
        _open_document,
        lambda: [_NOTICE.with_suffix(".odt").read_bytes(), _OPEN_BODY],
        why="a document is never written",
        check=_check_open_document,
        words=(
            b"<text:p>",
            b"</text:p>",
            b"<text:list><text:list-item>",
            b"</text:list-item></text:list>",
            b"<text:s/>",
            b"<text:span>",
            b"</text:span>",
            b"<table:table-row><table:table-cell>",
            b"</table:table-cell></table:table-row>",
            b"<text:note><text:note-body>",
            b"<draw:frame>",
            b"<!DOCTYPE a>",
        ),
        cap=20_000,
    ),
    Target(
        "mail",
        (
            "sources.mail.letter.extract_mail",
            "sources.mail.mime.decode_part",
            "sources.mail.header_fields.decode_words",
        ),
        _mail,
        lambda: [_LETTER.read_bytes()],
        why="an e-mail is never written",
        check=_check_mail,
        words=(
            b"Content-Type: text/html\n",
            b"Content-Transfer-Encoding: base64\n",
            b"--b\n",
            b"--b--",
            b"; boundary=b",
            b"=?utf-8?q?a?=",
            b"=?utf-8?b?0J8=?=",
            b"; filename*0*=utf-8''%D0",
            b"\n\n",
            b"; format=flowed",
            b"multipart/mixed",
            b"Subject: ",
            b"Date: 2 Mar 2026 10:00",
            b"charset=koi8-r",
        ),
        cap=20_000,
    ),
    Target(
        "pdf",
        ("sources.pdf.extraction.extract_pdf", "sources.pdf.engine.read_pdf"),
        lambda data: PdfSource().extract(data, None, wish=Wish(accept_order=True, outline=True)),
        _pdfs,
        why="a PDF is never written",
        check=_check_pdf,
        words=(b"endobj", b"stream", b"/Kids[2 0 R]", b"/Count 9", b"trailer", b"%%EOF"),
        cap=20_000,
    ),
    Target(
        "kind",
        ("sources.kinds.recognise",),
        _kind,
        lambda: [*_seeds(), b"%PDF-1.7", b"PK\x03\x04word/document.xml", b"From: a\nMIME-Version: 1.0\n\nx"],
        why="a kind is told, and never written",
        check=_check_kind,
        words=(b"<html>", b"<!--", b"-->", b"<?xml ?>", b"%PDF-", b"PK\x03\x04", b"Message-ID: x\n"),
    ),
    Target(
        "selector",
        ("sources.html.selector.parse_selector",),
        _selector,
        lambda: [b"main", b"#id > p.x:nth-child(2), a[href^='x']", b"ul li + li ~ *", b"div[role=main]:first-child"],
        why="a selector is kept as the keeper wrote it",
        check=_check_selector,
        words=(b" > ", b", ", b"[a=", b"]", b":nth-of-type(", b")", b"#", b".", b"\\", b"*"),
    ),
)
