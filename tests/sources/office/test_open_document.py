"""OpenDocument texts: which words are taken, in which order, as what."""

from __future__ import annotations

import pytest
from tests.sources.office.making import open_file, open_parts, packed

from muniment.errors import SourceError
from muniment.record import DocumentChoices
from muniment.sources import Extraction, Wish, extract, media_type_of, wish_again
from muniment.sources.office.open_document import MEDIA_TYPE, extract_odt

LIST = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" '
    'style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")" '
    'text:display-levels="2" text:start-value="3"/><text:list-level-style-bullet text:level="3" text:bullet-char="–"/>'
    "</text:list-style>"
)


def read(body: str, **more: str) -> Extraction:
    """What is taken of a document."""
    return extract_odt(open_file(body, **more), None, Wish(outline=True))


def seen(extraction: Extraction) -> list[tuple[str, str, str | None, str]]:
    """Its paragraphs."""
    return [(each.id, each.kind, each.label, each.text) for each in extraction.paragraphs]


def item(*inside: str, more: str = "") -> str:
    """An item of a list."""
    return f"<text:list-item {more}>{''.join(inside)}</text:list-item>"


def listed(*items: str, more: str = 'text:style-name="L"') -> str:
    """A list."""
    return f"<text:list {more}>{''.join(items)}</text:list>"


def p(text: str, style: str = "") -> str:
    """A paragraph."""
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def test_kinds() -> None:
    """Headings are headings, the style of the title tells it also by a style of its own, and items are counted."""
    own = '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    styles = '<style:style style:name="Title" style:family="paragraph"/>'
    body = (
        p("Notice", "P1") + '<text:h text:outline-level="1">Berths</text:h>' + p("7. Typed.") + listed(item(p("One.")))
    )
    found = read(body, own=own, styles=styles + LIST)

    assert seen(found) == [
        ("h1", "heading", None, "Notice"),
        ("h2", "heading", None, "Berths"),
        ("p7", "paragraph", "7.", "Typed."),
        ("p1", "list-item", "1.", "One."),
    ]
    assert [(fact.member, fact.value, fact.place) for fact in found.facts] == [("title", "Notice", "style Title")]


def test_numbers() -> None:
    """Levels, second paragraphs, headers, starts, other styles and lists that go on are counted."""
    body = (
        listed(
            item(p("a"), p("b"), listed(item(p("c")), item(p("d")), more="")),
            f"<text:list-header>{p('e')}</text:list-header>",
            item(p("f"), listed(item(p("g"), listed(item(p("h")), more="")), more="")),
            item(p("i"), more='text:start-value="8"'),
            item(p("j"), more='text:style-override="M"'),
            more='text:style-name="L" xml:id="first"',
        )
        + listed(item(p("k")))
        + listed(item(p("l")), more='text:style-name="L" text:continue-numbering="true"')
        + listed(item(p("m")), more='text:style-name="L" text:continue-list="first"')
        + listed(item(p("n", "N")), more="")
        + listed(item(p("o")), more='text:style-name="unknown"')
    )
    other = LIST.replace('"L"', '"M"').replace('style:num-format="1"', 'style:num-format="I"')
    own = '<style:style style:name="N" style:family="paragraph" style:list-style-name="M"/>'

    found = read(body, styles=LIST + other, own=own)
    assert [(each.label, each.text) for each in found.paragraphs] == [
        ("1.", "a"), (None, "b"), ("1.c)", "c"), ("1.d)", "d"), (None, "e"), ("2.", "f"), ("2.c)", "g"), ("–", "h"),
        ("8.", "i"), ("IX.", "j"), ("1.", "k"), ("2.", "l"), ("10.", "m"), ("I.", "n"), (None, "o"),
    ]  # fmt: skip
    assert found.extractor.parameters == DocumentChoices()


@pytest.mark.parametrize(
    ("form", "value", "printed"),
    [
        ("1", 12, "12"), ("a", 28, "ab"), ("A", 28, "AB"), ("i", 4, "iv"), ("I", 9, "IX"), ("01, 02, 03, ...", 7, "07"),
        ("001, 002, 003, ...", 7, "007"), ("а, б, .., аа, аб, ... (ru)", 31, "аб"),
        ("А, Б, .., Аа, Аб, ... (ru)", 31, "Аб"),
        ("а, б, .., аа, бб, ... (ru)", 31, "бб"), ("1st", 2, None), ("", 2, None),
    ],
)  # fmt: skip
def test_forms(form: str, value: int, printed: str | None) -> None:
    """Numbers are written in the form that their level names; one of an unknown form is left out and counted."""
    style = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" '
        f'style:num-format="{form}" text:start-value="{value}"/></text:list-style>'
    )
    found = read(listed(item(p("Words"))), styles=style)

    assert found.paragraphs[0].label == printed
    assert found.extractor.parameters == DocumentChoices(unknown_numbers=int(form == "1st"))


def test_letters_in_step() -> None:
    """Letters that are in step are doubled: after z comes aa, then bb."""
    style = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="a" '
        'style:num-letter-sync="true" text:start-value="28" loext:num-list-format="(%1%)"/></text:list-style>'
    )
    assert read(listed(item(p("Words"))), styles=style).paragraphs[0].label == "(bb)"


def test_headings() -> None:
    """Headings are numbered by the style of the outline, but for those that say that they are none of it."""
    outline = (
        '<text:outline-style style:name="Outline"><text:outline-level-style text:level="1" style:num-format="I"/>'
        '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>'
        '<text:outline-level-style text:level="3" style:num-format=""/></text:outline-style>'
    )
    heads = ((1, ""), (2, ""), (2, ""), (1, 'text:is-list-header="true"'), (3, ""), (1, ""))
    again = (2, 'text:restart-numbering="true" text:start-value="5"')
    body = "".join(f'<text:h text:outline-level="{place}" {more}>Words</text:h>' for place, more in (*heads, again))

    assert [each.label for each in read(body, styles=outline).paragraphs] == [
        "I",
        "I.1",
        "I.2",
        None,
        None,
        "II",
        "II.5",
    ]


def test_signs() -> None:
    """White space is one blank, also over the edges of elements; blanks, tabs and line breaks have elements."""
    body = (
        "<text:p>\n  The <text:span> port </text:span> is<text:s text:c='2'/>shut<text:tab/>now<text:line-break/>"
        "<text:a> and </text:a><text:span>later</text:span><text:ruby><text:ruby-base>base</text:ruby-base>"
        "<text:ruby-text>hint</text:ruby-text></text:ruby><text:page-number>3</text:page-number>\n</text:p>"
        "<text:p>one<text:line-break/><text:line-break/>two</text:p>"
    )
    assert [each.text for each in read(body).paragraphs] == [
        "The port is  shut\tnow\nand laterbase3",
        "one",
        "two",
    ]


def test_what_is_tracked() -> None:
    """Insertions are taken, deletions are not, and the record counts both, with comments and what is hidden."""
    hidden = '<style:style style:name="{}" style:family="{}"><style:text-properties text:display="none"/></style:style>'
    own = hidden.format("H", "text") + hidden.format("P", "paragraph")
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>opens</text:p></text:deletion>"
        "</text:changed-region><text:changed-region><text:insertion/></text:changed-region></text:tracked-changes>"
        "<text:p>The port <text:change-start/>closes<text:change-end/><office:annotation><dc:creator>Clerk</dc:creator>"
        "<text:p>Really?</text:p></office:annotation><text:span text:style-name='H'> secretly</text:span>"
        "<text:hidden-text>never</text:hidden-text>.</text:p>"
        + p("Hidden by style", "P")
        + p("", "P")
        + "<text:p>Gone<text:hidden-paragraph text:is-hidden='true'/></text:p>"
        + f"<text:section text:display='none'>{p('Gone too')}</text:section>"
        + f"<text:section text:display='condition' text:is-hidden='false'>{p('Here')}</text:section>"
    )
    margins = f"<style:header>{p('Draft')}</style:header><style:footer-first>{p('')}</style:footer-first>"
    found = read(body, own=own, margins=margins)

    assert [each.text for each in found.paragraphs] == ["The port closes.", "Here"]
    assert found.extractor.parameters == DocumentChoices(deleted=1, inserted=1, comments=1, hidden=5, headers_footers=1)
    assert [part.text for part in found.outline if not part.taken] == ["Draft"]
    assert (found.words, found.words_left_out) == (4, 1)


def test_tables_boxes_and_notes() -> None:
    """Rows are rows, a box stands after its paragraph and counts on no list, and notes stand at the end."""
    cell = "<table:table-cell>{}</table:table-cell>"
    rows = (
        f"<table:table-row>{cell.format(p('Berth'))}<table:covered-table-cell/>{cell.format(p('Depth'))}</table:table-row>"
        f"<table:table-row>{cell.format(p('Left') + p('column'))}{cell.format(p('Right'))}</table:table-row>"
    )
    note = (
        "<text:note text:note-class='endnote'><text:note-citation>i</text:note-citation><text:note-body>"
        f"{p('Ten metres.')}{p('Or more.')}</text:note-body></text:note>"
    )
    box = f"<draw:frame><draw:text-box>{p('In the box')}</draw:text-box><svg:desc>Picture</svg:desc></draw:frame>"
    body = (
        f"<table:table><table:table-header-rows>{rows}</table:table-header-rows></table:table>"
        + listed(item(p(f"Deep{note} water{box}.")), item(p("Wide.")))
        + "<text:table-of-content><text:table-of-content-source><text:p>Pattern</text:p></text:table-of-content-source>"
        f"<text:index-body>{p('Contents')}</text:index-body></text:table-of-content>"
    )
    assert seen(read(body, styles=LIST)) == [
        ("nn1", "table-row", None, "Berth\t\tDepth"),
        ("nn2", "paragraph", None, "Left"),
        ("nn3", "paragraph", None, "column"),
        ("nn4", "paragraph", None, "Right"),
        ("p1", "list-item", "1.", "Deep[1] water."),
        ("nn5", "paragraph", None, "In the box"),
        ("p2", "list-item", "2.", "Wide."),
        ("nn6", "paragraph", None, "Contents"),
        ("pnote1", "paragraph", "[1]", "Ten metres."),
        ("nn7", "paragraph", None, "Or more."),
    ]


def test_what_is_stated() -> None:
    """Title and language are taken from the properties; whoever typed it is not."""
    meta = "<dc:title>Notice</dc:title><dc:language>en-GB</dc:language><dc:creator>Clerk</dc:creator>"
    assert [(fact.member, fact.value, fact.place) for fact in read(p("Words"), meta=meta).facts] == [
        ("title", "Notice", "property title"),
        ("language", "en-GB", "property language"),
    ]


def test_again() -> None:
    """The record's choices lead to the same words, by the bounded process; the bytes say the kind."""
    data = open_file(listed(item(p("Words"))), styles=LIST.replace('style:num-format="1"', 'style:num-format="x"'))
    first = extract(data, media_type=MEDIA_TYPE)

    assert media_type_of(data) == MEDIA_TYPE
    assert extract(data, media_type=MEDIA_TYPE, wish=wish_again(first.extractor.parameters)) == first
    assert (first.charset, first.extractor.name, first.extractor.version) == (None, "muniment-odt", "1")


def test_other_kinds() -> None:
    """A sheet and a presentation are no text, though the beginning of their names is the same."""
    for kind in ("spreadsheet", "presentation", "text-web"):
        parts = open_parts(p("Words")) | {"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode()}
        with pytest.raises(SourceError, match="this is an OpenDocument file other than a text"):
            media_type_of(packed(parts, 0))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"content.xml": b"<a/>"}, "the OpenDocument file has no text"),
        ({"content.xml": b"<office:document"}, "a part of the document is no XML"),
        (
            {"content.xml": b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"},
            "a part of the document declares",
        ),
        ({"meta.xml": b"<!DOCTYPE a><a/>"}, "a part of the document declares"),
        ({"content.xml": b"<text:p>" * 100_000}, "a part of the document is no XML"),
        ({"content.xml": b"<a>" * 100_000}, "a part of the document is nested too deeply"),
        ({"../content.xml": b""}, "the document names a place outside of itself"),
        (
            {
                "META-INF/manifest.xml": b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                b"<m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"
            },
            "the document wants a password",
        ),
    ],
)
def test_refused(parts: dict[str, bytes], said: str) -> None:
    """What is broken, encrypted or hostile is refused in one line, through the bounded process."""
    with pytest.raises(SourceError) as caught:
        extract(packed(open_parts(p("Words")) | parts, 0), media_type=MEDIA_TYPE, where="a.odt")

    assert str(caught.value).startswith(f"a.odt: {said}"), str(caught.value)


def test_odd_values() -> None:
    """Levels, blanks and styles that are none, or absurd, stop nothing."""
    styles = (
        '<style:style style:name="A" style:family="paragraph" style:parent-style-name="A"/>'
        '<text:list-style style:name="L"><text:list-level-style-number text:level="x" style:num-format="1"/>'
        '<text:list-level-style-number text:level="99" style:num-format="1"/></text:list-style>'
    )
    deep = "<text:list><text:list-item>" * 30 + p("Deep") + "</text:list-item></text:list>" * 30
    body = p("a<text:s text:c='99999999'/>b", "A") + '<text:h text:outline-level="-1">Head</text:h>' + deep
    assert [each.text for each in read(body, styles=styles).paragraphs] == ["a b", "Head", "Deep"]
