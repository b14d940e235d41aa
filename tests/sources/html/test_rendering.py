from __future__ import annotations

import pytest

from muniment.errors import SourceError
from muniment.record import Paragraph
from muniment.sources import Wish
from muniment.sources.html.extraction import extract_page

ALL = Wish(select=("body",))


def taken(page: str, wish: Wish = ALL) -> list[tuple[str, str | None, str]]:
    """Kind, label and text of each paragraph of a page."""
    return [(each.kind, each.label, each.text) for each in paragraphs(page, wish)]


def paragraphs(page: str, wish: Wish = ALL) -> tuple[Paragraph, ...]:
    """The paragraphs of a page."""
    return extract_page(page.encode(), None, wish).paragraphs


def texts(page: str) -> list[str]:
    """The texts of a page."""
    return [text for _, _, text in taken(page)]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>One<p>Two", ["One", "Two"]),
        ("<div>One<div>Two</div>Three</div>", ["One", "Two", "Three"]),
        ("One <b>bold</b> and <i>more</i>", ["One bold and more"]),
        ("<p>  One \t\n two \f three  ", ["One two three"]),
        ("<p>a<br>b", ["a\nb"]),
        ("<p>a <br> b", ["a\nb"]),
        ("<p>a<br> <br>b<br>c", ["a", "b\nc"]),
        ("<p>a<br><b><br></b><br>b", ["a", "b"]),
        ("<p>a\u00a0\u00a0b\u00ad\u200bc", ["a\u00a0\u00a0b\u00ad\u200bc"]),
        ("<p>\u00a0</p><p>a", ["a"]),
        ("<pre>\n a\n\n  b\t c\n</pre>", [" a\n\n  b\t c"]),
        ("<listing>a  b</listing>", ["a  b"]),
        ("<blockquote>Said<p>more</blockquote>", ["Said", "more"]),
        ("<dl><dt>Term<dd>Meaning</dl>", ["Term", "Meaning"]),
        ("<p>a<hr>b", ["a", "b"]),
        ("<p>x<script>s</script><style>t</style><noscript>n</noscript>y", ["xy"]),
        ("<p>x<svg><text>s</text></svg><select><option>o</select><textarea>t</textarea><object>o</object>y", ["xy"]),
        ("<p>x<iframe>i</iframe><video>v</video><audio>a</audio><canvas>c</canvas>y", ["xy"]),
        ("<p>a<template><p>b</p></template>c", ["ac"]),
        ("<p hidden>no<p>yes<p hidden=until-found>found", ["yes", "found"]),
        ("<dialog>no</dialog><dialog open>yes</dialog>", ["yes"]),
        ("<details><summary>Sum</summary>Closed, and kept</details>", ["Sum", "Closed, and kept"]),
        ("<p aria-hidden=true>kept<p style='display:none'>kept too", ["kept", "kept too"]),
        ("<p>漢<ruby>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby>", ["漢字じ"]),
        ("<p>at <del>noon</del> <ins>night</ins>", ["at noon night"]),
        ("<p>&amp;&lt;&euro;&#8212;&eacute&notin;", ["&<€—é∉"]),
        ("<p>a&#0;b&#x1;c&#xfdd0;d", ["a\ufffdb\ufffdc\ufffdd"]),
        ("<p>a&#x85;b&#x9d;c", ["a…b\ufffdc"]),
        ("<p>x<math><mi>y</mi><annotation>z</annotation></math>", ["xy"]),
        ("<p>a<img alt=b>c", ["ac"]),
        ("<p>a<wbr>b<!-- no -->c", ["abc"]),
        ("<table><caption>Cap</caption><tr><th>A<th>B<tr><td>1<td>2</table>", ["Cap", "A\tB", "1\t2"]),
        ("<table><tr><td><p>one<p>two<td>three</table>", ["one", "two", "three"]),
        ("<table><tr><td>one</table>", ["one"]),
        ("<table><tr><td>a<td><table><tr><td>b<td>c</table></table>", ["a", "b\tc"]),
        ("<table><tr><td>a<td><ul><li>b</ul></table>", ["a", "b"]),
    ],
)
def test_text(page: str, expected: list[str]) -> None:
    """Blocks end paragraphs, blanks fold, and what a browser never renders is no text."""
    assert texts(page) == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<ol><li>a<li>b</ol>", ["1.", "2."]),
        ("<ol start=4><li>a<li>b</ol>", ["4.", "5."]),
        ("<ol start=x><li>a</ol>", ["1."]),
        ("<ol reversed><li>a<li>b<li>c</ol>", ["3.", "2.", "1."]),
        ("<ol reversed><li>a<li hidden>b<li>c</ol>", ["2.", "1."]),
        ("<ol reversed start=9><li>a<li>b</ol>", ["9.", "8."]),
        ("<ol><li>a<li value=7>b<li>c</ol>", ["1.", "7.", "8."]),
        ("<ol><li>a<li hidden>b<li>c</ol>", ["1.", "2."]),
        ("<ol type=a><li>a<li>b</ol>", ["a.", "b."]),
        ("<ol type=A start=26><li>a<li>b</ol>", ["Z.", "AA."]),
        ("<ol type=i start=4><li>a<li>b</ol>", ["iv.", "v."]),
        ("<ol type=I start=1999><li>a</ol>", ["MCMXCIX."]),
        ("<ol type=i start=4000><li>a</ol>", ["4000."]),
        ("<ol type=a start=0><li>a<li>b</ol>", ["0.", "a."]),
        ("<ol start=-1><li>a<li>b<li>c</ol>", ["-1.", "0.", "1."]),
        ("<ol><li type=a>a<li>b</ol>", ["a.", "2."]),
        ("<ul><li>a<li>b</ul>", ["•", "•"]),
        ("<menu><li>a</menu>", ["•"]),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>", ["1.", "•", "2."]),
        ("<ol><li>a<ol type=a><li>b<li>c</ol><li>d</ol>", ["1.", "a.", "b.", "2."]),
        ("<ol><li><ol type=a><li>b</ol><li>c</ol>", ["a.", "2."]),
        ("<ol><li><p>a<p>b<li>c</ol>", ["1.", None, "2."]),
        ("<ol><li>1. printed<li>b</ol>", ["1.", "2."]),
        ("<ol><li>(a) printed</ol>", ["(a)"]),
        ("<li>stray", [None]),
    ],
)
def test_numbers(page: str, expected: list[str | None]) -> None:
    """Items of lists have the number or bullet that a browser prints, unless one is printed in their text."""
    assert [label for _, label, _ in taken(page)] == expected


def test_plain_lists() -> None:
    """Where the keeper says that a style sheet takes numbers and bullets away, none are set."""
    wish = Wish(select=("body",), plain_lists=True)

    assert taken("<ol><li>a</ol><ul><li>b</ul>", wish) == [("list-item", None, "a"), ("list-item", None, "b")]


def test_kinds() -> None:
    """Headings, items and rows are told by their elements, and nothing is guessed from bold type."""
    page = "<h2>Head</h2><p><b>Bold</b><p>words<ul><li>item<li><h3>in item</h3></ul><table><tr><td>a<td>b</table>"

    assert [kind for kind, _, _ in taken(page)] == [
        *("heading", "paragraph", "paragraph", "list-item", "heading", "table-row"),
    ]


def test_ids() -> None:
    """Ids are those of plain text: printed and rendered numbers, letters in their item, headings, and the rest."""
    page = (
        "<h1>Notice</h1><p>Lead<p>1. Printed one<p>2. Printed two<h2>More</h2>"
        "<ol start=3><li>three<ol type=a><li>in three<li>more</ol><li>four</ol>"
    )

    assert [(each.id, each.label) for each in paragraphs(page)] == [
        ("h1", None), ("nn1", None), ("p1", "1."), ("p2", "2."), ("h2", None),
        ("p3", "3."), ("p3.a", "a."), ("p3.b", "b."), ("p4", "4."),
    ]  # fmt: skip


def test_select_and_remove() -> None:
    """What is selected is taken in the order of the page, once; what is removed is not, and numbers stay."""
    page = (
        "<nav>menu</nav><main><p>One <b class=x>gone</b> two</p><ol><li>a<li class=x>b<li>c</ol></main>"
        "<aside><p>side</p></aside><p>after"
    )
    wish = Wish(select=("aside", "main", "main p"), remove=(".x", ".none"))

    assert taken(page, wish) == [
        ("paragraph", None, "One two"),
        ("list-item", "1.", "a"),
        ("list-item", "3.", "c"),
        ("paragraph", None, "side"),
    ]


def test_edges_of_what_is_selected() -> None:
    """Two selected pieces of one line do not become one word."""
    assert taken("<p><b>foo</b>, <b>bar</b>", Wish(select=("b",))) == [
        ("paragraph", None, "foo"),
        ("paragraph", None, "bar"),
    ]


@pytest.mark.parametrize(
    ("page", "wish", "said"),
    [
        ("<p>a", Wish(select=("main",)), "a.html: the page has nothing that was selected: found main"),
        ("<p>a", Wish(select=("p",), remove=("body",)), "a.html: the page has nothing that was selected: found p"),
        ("<p><b> </b>a", Wish(select=("b",)), "a.html: no words stand in what was selected: found b"),
        ("", ALL, "a.html: the file is empty"),
        ("<p>a", Wish(select=("p",) * 21), "too many selectors: expected at most 20, found 21"),
        ("<p>a", Wish(remove=("p",) * 51), "too many selectors: expected at most 50, found 51"),
    ],
)
def test_nothing_to_take(page: str, wish: Wish, said: str) -> None:
    """A selection without words is an error, and never an empty text."""
    with pytest.raises(SourceError) as caught:
        extract_page(page.encode(), None, wish, where="a.html")

    assert str(caught.value).startswith(said)


SHELL = '<div id="root"></div><script src="app.js"></script>'


@pytest.mark.parametrize(
    ("page", "wish", "hint"),
    [
        (SHELL, Wish(), "its words may come by script, which a browser must run"),
        (SHELL, Wish(select=("div",)), "its words may come by script, which a browser must run"),
        (SHELL.replace("src", "type=module src"), Wish(), "its words may come by script, which a browser must run"),
        (SHELL, Wish(rendered=True), ""),
        ('<div></div><script type="application/ld+json">{}</script>', Wish(), ""),
        (
            f'<iframe src="a.html"></iframe>{SHELL}',
            Wish(),
            "its words may stand in a frame, whose address is another page",
        ),
        (
            '<frameset><frame src="a"></frameset>',
            Wish(),
            "its words may stand in a frame, whose address is another page",
        ),
        ("<div></div>", Wish(), ""),
        ("<div></div>", Wish(select=("div",)), "choose another part of the page"),
    ],
)
def test_where_the_words_may_be(page: str, wish: Wish, hint: str) -> None:
    """Of a page without words it is said where they may be, and nothing is advised that was done already."""
    with pytest.raises(SourceError, match=r"no words stand|has nothing") as caught:
        extract_page(page.encode(), None, wish, where="a.html")

    assert caught.value.hint == hint


def test_outline() -> None:
    """What was left out can be asked for, and is counted in words."""
    page = b"<nav>Go home</nav><main>Three words here</main>"

    extraction = extract_page(page, None, Wish(select=("main",), outline=True))

    assert [(part.text, part.taken) for part in extraction.outline] == [("Go home", False), ("Three words here", True)]
    assert (extraction.words, extraction.words_left_out) == (3, 2)
