"""Originals of every medium that is read, made here or of others, each with what is chosen of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.sources.files_of_others import FOLDER, path_of
from tests.sources.office.making import item, level, lists, open_file, row, word_file, words
from tests.sources.pdf.making import Words, made
from tests.sources.warc.making import record, response

from muniment.sources import NO_WISH, Extraction, Wish, extract, media_type_of
from muniment.sources.answered import charset_of_answer, medium_of_answer
from muniment.sources.warc import take_answer

_HERE = Path(__file__).parent
_ALL = Wish(select=("body",), replace_invalid=True)
_PARTS = Wish(select=("main", "h1"), remove=(".aside", "nav"), plain_lists=True)

PAGE = """<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Notice 7 – Port of Example</title>
<meta property=og:title content="Notice 7"><link rel=canonical href=https://port.example.org/7></head><body>
<nav class=menu><ul><li><a href=/>Home</a><li><a href=/n>Notices</a></ul></nav><h1>Notice&nbsp;7: pier closed</h1>
<main><p>The pier at Sandhaven is closed from 3&#8239;March; <b>no vessel</b> may lie there.<br>All others stay open.
<p class=aside>Share this notice<ol start=4 reversed><li>First<li value=9>Second<ul><li>of a list</ul><li>Third</ol>
<ol type=i><li>one<li>(b) two</ol><table><caption>Depths</caption><tr><th><th>March<th>April<tr><td>Pier 1<td>4 m<td>
<tr><td rowspan=2>Pier 2<td>5 m<td>6 m<tr><td>7 m<td>8 m<tr><td colspan=2>both<td>9 m</table>
<blockquote><p>“It holds”, says the harbour master.</blockquote><pre>
 lat  54.1
 lon\t 8.7</pre><dl><dt>Quay<dd>Where ships lie</dl><p>at <del>noon</del> <ins>night</ins> &copy; &notin; &#x80; &#1;
<details><summary>More</summary>In a drawer</details><p hidden>never<script>never()</script><h2>Contact</h2>
<p>港口<ruby>關<rt>guān</rt></ruby>閉 · порт закрыт · ميناء مغلق · é é</main>
<footer>© Port of Example</footer></body></html>"""
OTHER_CHARSETS = {
    "windows-1252": "<p>“Café” – 20 €<p>1. naïve<p>• Øre",
    "shift_jis": "<p>港は閉鎖されます。<p>第一条　目的",
    "koi8-r": "<p>Порт закрыт<p>а) причал",
    "gbk": "<p>港口关闭<p>一、目的",
    "utf-16le": "<p>Port fermé<ol><li>quai",
}
MARKDOWN = """---
title: Notice 8
---
# Pier *open*

1. First
2. Second
   - inside

| Pier | Depth |
|------|------:|
| 1    |       |
| 2    | 5 m   |

> It holds.

    code  kept
"""
TEXT = """NOTICE 9

1. The pier is open.
   (a) From noon.
   (b) Until night, as every
   year since 1950.
2. The quay is not.

Contact: harbour master
"""


@dataclass(frozen=True, slots=True)
class Original:
    """A file, and what is asked of it.

    Attributes:
        data: Its bytes.
        medium: As its keeper says; None for what the bytes say.
        wish: What is chosen.
        address: In a WARC file, that of the answer.
    """

    data: bytes
    medium: str | None = None
    wish: Wish = NO_WISH
    address: str | None = None

    def extraction(self) -> Extraction:
        """Take its paragraphs out, by the newest rules for its medium."""
        if self.address is None:
            medium = media_type_of(self.data, self.medium)
            return extract(self.data, media_type=medium, wish=self.wish)
        answer = take_answer(self.data, self.address)
        medium = medium_of_answer(answer)
        wish = Wish(select=("body",), by_http=bool(answer.charset), replace_invalid=True)
        return extract(answer.payload, media_type=medium, charset=charset_of_answer(answer, medium), wish=wish)


def _pages() -> dict[str, Original]:
    found = {"page": Original(PAGE.encode(), wish=_ALL), "parts of a page": Original(PAGE.encode(), wish=_PARTS)}
    for charset, text in OTHER_CHARSETS.items():
        declared = f"<!DOCTYPE html><meta charset={charset}>{text}"
        mark = "\ufeff" if charset == "utf-16le" else ""
        found[f"page in {charset}"] = Original((mark + declared).encode(charset), wish=_ALL)
    return found


def _documents() -> dict[str, Original]:
    numbered = lists(level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)", start=2))
    body = (
        words("Notice") + item("first") + item("inside", 1) + item("second") + row(words("Pier"), "<w:p/>", words("1"))
    )
    lines: list[Words] = [
        (72.0, 780.0, 18.0, "Notice 7", "bold"),
        (72.0, 740.0, 11.0, "The pier at Sandhaven is closed."),
    ]
    return {
        "notice.docx": Original((_HERE / "office" / "notice.docx").read_bytes()),
        "notice.odt": Original((_HERE / "office" / "notice.odt").read_bytes()),
        "numbers.docx": Original(word_file(body, numbering=numbered)),
        "rows.odt": Original(open_file("<text:h>Notice</text:h><text:p>The pier<text:tab/>closed</text:p>")),
        "lines.pdf": Original(made([*lines, (72.0, 720.0, 11.0, "1. From noon.")], [(72.0, 780.0, 11.0, "Page two.")])),
        "statement.eml": Original((_HERE / "mail" / "statement.eml").read_bytes()),
        "notice.md": Original(MARKDOWN.encode(), "text/markdown"),
        "notice.txt": Original(TEXT.encode()),
    }


def made_here() -> dict[str, Original]:
    """Originals that need no file of others."""
    answer = record(response(PAGE.encode()))
    return _pages() | _documents() | {"answer.warc": Original(answer, address="https://press.example.org/notice")}


_ANSWERS = {
    "example.warc": "http://example.com/",
    "example.warc.gz": "http://example.com/",
    "example-bad-non-chunked.warc.gz": "http://example.com/",
    "example-iana.org-chunked.warc": "http://www.iana.org/",
    "example-resource.warc.gz": "http://example.com/",
    "example-wget-bad-target-uri.warc.gz": "http://example.com/",
    "valid_example_1.wacz": "http://www.example.com/",
}


def names_of_others() -> list[str]:
    """The files of others that are there, by name; none that is built to stop readers, which takes them time."""
    kinds = ("html", "pdf", "docx", "eml")
    found = {path.name for kind in kinds for path in FOLDER.rglob(f"*.{kind}") if "hostile" not in path.name}
    return sorted(found | {name for name in _ANSWERS if next(FOLDER.rglob(name), None)})


def of_others(name: str) -> Original:
    """A file of others; the test is skipped where it is absent."""
    wish = _ALL if name.endswith(".html") else NO_WISH
    return Original(path_of(name).read_bytes(), wish=wish, address=_ANSWERS.get(name))
