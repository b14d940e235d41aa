"""Rows: pages, their kinds, and the selectors that name parts of them."""

from __future__ import annotations

from tests.fuzz.target import Target, hold, text_of
from tests.sources.files_of_others import PAGES, find_file
from tests.sources.pdf.making import made

from muniment.reference import PARAGRAPH_ID
from muniment.sources import Extraction, Wish, charset_again, wish_again
from muniment.sources.html.extraction import extract_page
from muniment.sources.html.selector import Complex, parse_selector
from muniment.sources.kinds import FileKind, recognise
from muniment.sources.pdf import PdfSource

_PAGE = b"""<!DOCTYPE html><html lang=en><title>Notice</title><nav><a href=/>Home</a></nav><main><h1>Notice</h1>
<p>The harbour closes on Monday.<ol start=3><li>Every vessel leaves.<li>None enters.</ol><table><tr><td>1<td>2</table>
<pre>a\n  b</pre><p hidden>Not here</p>A line<br><br>and another</main><footer>Contact</footer>"""
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
    hold(all(tests for each in value for _, tests in each), "a compound that names everything by mistake")


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
