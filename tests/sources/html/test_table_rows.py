from __future__ import annotations

import time

import pytest

from muniment.sources import Wish
from muniment.sources.html.extraction import extract_page

ALL = Wish(select=("body",))


def rows(page: str, wish: Wish = ALL) -> list[tuple[str, str]]:
    """Kind and text of each paragraph of a page."""
    return [(each.kind, each.text) for each in extract_page(page.encode(), None, wish).paragraphs]


def table(*cells: str) -> list[tuple[str, str]]:
    """What rows of data become."""
    return [("table-row", row) for row in cells]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<tr><td>Pier<td>Depth<td></td></tr>", ["Pier\tDepth"]),
        ("<tr><td>Pier<td><td>Depth", ["Pier\t\tDepth"]),
        ("<tr><td><th>May<th>June", ["\tMay\tJune"]),
        ("<tr><td> \n<td>&nbsp;<td>May<td>June", ["\t\tMay\tJune"]),
        ("<tr><td><br><td><p></p><td>May<td><p>June</p>", ["\t\tMay\tJune"]),
        ("<tr><td><img alt=x><td>May<td>June", ["\tMay\tJune"]),
        ("<tr><td>A<td>B<tr><td><td><tr><td>C<td>D", ["A\tB", "C\tD"]),
        ("<thead><tr><th>A<th><th>C<tfoot><tr><th><th>B<th>C", ["A\t\tC", "\tB\tC"]),
        ("<tr><td colspan=2>Both<td>C<tr><td>A<td>B<td>C", ["Both\t\tC", "A\tB\tC"]),
        ("<tr><td>A<td colspan=3>B", ["A\tB"]),
        ("<tr><td colspan=0>A<td colspan=x>B<td colspan=-2>C<td colspan>D", ["A\tB\tC\tD"]),
        ("<tr><td rowspan=2>Pier<td>1<td>2<tr><td>3<td>4<tr><td>5<td>6", ["Pier\t1\t2", "\t3\t4", "5\t6"]),
        ("<tr><td>1<td rowspan=2>Pier<td>2<tr><td>3<td>4", ["1\tPier\t2", "3\t\t4"]),
        ("<tr><td rowspan=2 colspan=2>P<td>1<tr><td>2<td>3", ["P\t\t1", "\t\t2\t3"]),
        ("<tr><td rowspan=0>P<td>1<tr><td>2<td>3<tr><td>4<td>5", ["P\t1", "\t2\t3", "\t4\t5"]),
        ("<tr><td rowspan=9>P<td>1<tbody><tr><td>2<td>3", ["P\t1", "2\t3"]),
        ("<tr hidden><td rowspan=2>x<tr><td>1<td>2", ["1\t2"]),
        ("<tr><td>A<td hidden>x<td>B", ["A\tB"]),
        ("<tr><td>A<td><table><tr><td>B</table>", ["A\tB"]),
        ("<tr><td>1\n2<br>3<td>B", ["1 2\n3\tB"]),
    ],
)
def test_rows_of_data(page: str, expected: list[str]) -> None:
    """A row with words in two cells is one paragraph, whatever else of it is empty, and columns keep their place."""
    assert rows(f"<table>{page}</table>") == table(*expected)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<tr><td>Alone", ["Alone"]),
        ("<tr><td>Alone<td><td>", ["Alone"]),
        ("<tr><td width=9><td>Matter", ["Matter"]),
        ("<tr><td colspan=3>Alone", ["Alone"]),
        ("<tr><td><td>", []),
        ("<tr><td><p>One<p>Two<td><td>Three", ["One", "Two", "Three"]),
        ("<tr><td>One<br><br>Two<td>Three", ["One", "Two", "Three"]),
        ("<caption>Depths</caption>", ["Depths"]),
    ],
)
def test_rows_of_a_layout(page: str, expected: list[str]) -> None:
    """A row with words in one cell alone, or with more than a paragraph in a cell, is its paragraphs."""
    assert rows(f"<p>Words<table>{page}</table>") == [("paragraph", text) for text in ("Words", *expected)]


def test_tables_in_rows() -> None:
    """A row around rows is its paragraphs, and those inside stay rows."""
    inner = "<table><tr><td>B<td><td>C</table>"

    assert rows(f"<table><tr><td>A<td>{inner}<td></table>") == [("paragraph", "A"), ("table-row", "B\t\tC")]


def test_left_out() -> None:
    """What is left out of a row does not take the rest of it apart."""
    page = "<table><tr><td>A<td class=x>B<td>C<tr><td>D<td>E<i class=x>, and</i><td>F<tr class=x><td>G<td>H</table>"
    wish = Wish(select=("body",), remove=(".x",), outline=True)

    assert rows(page, wish) == table("A\t\tC", "D\tE\tF")
    assert [(part.kind, part.text, part.taken) for part in extract_page(page.encode(), None, wish).outline] == [
        ("table-row", "A\t\tC", True),
        ("paragraph", "B", False),
        ("table-row", "D\tE\tF", True),
        ("paragraph", ", and", False),
        ("table-row", "G\tH", False),
    ]


def test_in_items() -> None:
    """The first row of a table in an item has the number of the item; a list in a cell leaves paragraphs."""
    page = (
        "<ol><li><table><tr><td>A<td>B<tr><td>C<td>D</table><li>E</ol>"
        "<table><tr><td>F<td><ul><li>G</ul><tr><td>H<td><table><tr><td><ul><li>I</ul></table></table>"
    )
    taken = extract_page(page.encode(), None, ALL).paragraphs

    assert [(each.kind, each.label, each.text) for each in taken] == [
        ("table-row", "1.", "A\tB"),
        ("table-row", None, "C\tD"),
        ("list-item", "2.", "E"),
        ("paragraph", None, "F"),
        ("list-item", "•", "G"),
        ("paragraph", None, "H"),
        ("list-item", "•", "I"),
    ]


def test_wide_spans() -> None:
    """Cells that say they span all there is cost no more than a thousand columns."""
    many = "<td rowspan=65534>x" * 3000
    started = time.process_time()

    (first, *rest) = rows(f"<table><tr>{many}{'<tr><td>a<td colspan=99999>b<td>c' * 200}</table>")

    assert first[1].count("\t") == 2999
    assert {text.count("\t") for _, text in rest} <= {1001, 1002}
    assert time.process_time() - started < 10
