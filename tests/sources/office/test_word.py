"""Word documents: which words are taken, in which order, as what."""

from __future__ import annotations

import pytest
from tests.sources.files_of_others import path_of
from tests.sources.office.making import STYLES, WORD, item, level, lists, packed, row, word_file, word_parts, words

from muniment.record import DocumentChoices, read_choices
from muniment.sources import Extraction, Wish, extract, wish_again
from muniment.sources.office.word import MEDIA_TYPE, extract_docx

TEXT = '<w:t xml:space="preserve">'
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
MARK_DELETED = '<w:rPr><w:del w:id="9" w:author="A"/></w:rPr>'


def read(body: str, **parts: str) -> Extraction:
    """What is taken of a document."""
    return extract_docx(word_file(body, **parts), None, Wish(outline=True))


def seen(extraction: Extraction) -> list[tuple[str, str, str | None, str]]:
    """Its paragraphs."""
    return [(each.id, each.kind, each.label, each.text) for each in extraction.paragraphs]


def test_kinds() -> None:
    """Styles tell titles and headings, lists tell items, and a printed number is the name of its paragraph."""
    body = (
        words("Notice", '<w:pStyle w:val="Title"/>')
        + words("Berths", '<w:pStyle w:val="Heading1"/>')
        + words("Level", '<w:outlineLvl w:val="2"/>')
        + words("No heading", '<w:pStyle w:val="Heading1"/><w:outlineLvl w:val="9"/>')
        + words("7. Printed.")
        + item("Counted.")
    )
    found = read(body, numbering=lists(level(0, "decimal", "%1.", start=8)))

    assert seen(found) == [
        ("h1", "heading", None, "Notice"),
        ("h2", "heading", None, "Berths"),
        ("h3", "heading", None, "Level"),
        ("nn1", "paragraph", None, "No heading"),
        ("p7", "paragraph", "7.", "Printed."),
        ("p8", "list-item", "8.", "Counted."),
    ]
    assert [(fact.member, fact.value, fact.place) for fact in found.facts] == [("title", "Notice", "style Title")]


def test_signs() -> None:
    """Tabs, line breaks, hyphens, fields, formulas and words of links stand as they are printed; ruby has its base."""
    body = (
        f"<w:p><w:r>{TEXT}a</w:t><w:tab/>{TEXT}b </w:t><w:noBreakHyphen/><w:softHyphen/><w:br/><w:t> c </w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
        f"<w:hyperlink><w:r>{TEXT}, link</w:t></w:r></w:hyperlink>"
        f"<w:sdt><w:sdtPr/><w:sdtContent><w:r>{TEXT}, control</w:t></w:r></w:sdtContent></w:sdt>"
        '<w:r><w:sym w:font="Symbol" w:char="F0B7"/><w:sym w:char="2116"/></w:r>'
        "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>hint</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>base</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
        f"<w:p><w:r>{TEXT}one</w:t><w:br/><w:br/>{TEXT}two</w:t></w:r></w:p>"
    )
    assert [each.text for each in read(body).paragraphs] == [
        "a\tb \u2011\u00ad\nc, link, control\ufffd№base",
        "one",
        "two",
    ]


def test_what_is_tracked() -> None:
    """Insertions are taken, deletions are not, and the record counts both, with comments and what is hidden."""
    body = (
        f"<w:p><w:r>{TEXT}The port </w:t></w:r><w:del w:id='1'><w:r><w:delText>opens</w:delText></w:r></w:del>"
        f"<w:ins w:id='2'><w:r>{TEXT}closes</w:t></w:r></w:ins>"
        f"<w:moveFrom w:id='3'><w:r>{TEXT} moved</w:t></w:r></w:moveFrom><w:r><w:commentReference w:id='4'/></w:r>"
        f"<w:r><w:rPr><w:vanish/></w:rPr>{TEXT} hidden</w:t></w:r>"
        f"<w:r><w:rPr><w:rStyle w:val='Secret'/></w:rPr>{TEXT} too</w:t></w:r>"
        f"<w:r><w:rPr><w:rStyle w:val='Secret'/><w:vanish w:val='0'/></w:rPr>{TEXT} on Monday.</w:t></w:r></w:p>"
    )
    found = read(body, header1=words("Draft"), comments=words("Says who?"))

    assert [each.text for each in found.paragraphs] == ["The port closes on Monday."]
    assert found.extractor.parameters == DocumentChoices(deleted=2, inserted=1, comments=1, hidden=2, headers_footers=1)
    assert [(part.text, part.taken) for part in found.outline][1:] == [("Draft", False)]
    assert (found.words, found.words_left_out) == (5, 1)


def test_a_deleted_mark() -> None:
    """Where the mark between two paragraphs is deleted they are one, of the kind of the second, and counted once."""
    body = item("First.") + item("Second, ").replace("</w:pPr>", f"{MARK_DELETED}</w:pPr>") + item("and more.")
    found = read(body, numbering=lists(level(0, "decimal", "%1.")))

    assert seen(found) == [
        ("p1", "list-item", "1.", "First."),
        ("p2", "list-item", "2.", "Second, and more."),
    ]


def test_tables() -> None:
    """A row of data is one paragraph, also with empty or numbered cells; a row of a layout is its paragraphs."""
    table = "<w:tbl>{}</w:tbl>"
    gone = row(words("gone"), words("too")).replace("<w:tr>", "<w:tr><w:trPr><w:del w:id='1'/></w:trPr>")
    rows = (
        row(words("Berth"), words(""), words("Depth\tin m"))
        + row(item(""), words("North"), words("12"))
        + gone
        + row(words("Left") + words("column"), words("Right"))
        + row(words("Outer"), table.format(row(words("in"), words("ner"))))
    )
    found = read(table.format(rows), numbering=lists(level(0, "decimal", "%1.")))

    assert seen(found) == [
        ("nn1", "table-row", None, "Berth\t\tDepth in m"),
        ("nn2", "table-row", "1.", "North\t12"),
        ("nn3", "paragraph", None, "Left"),
        ("nn4", "paragraph", None, "column"),
        ("nn5", "paragraph", None, "Right"),
        ("nn6", "paragraph", None, "Outer"),
        ("nn7", "table-row", None, "in\tner"),
    ]


def test_notes() -> None:
    """Notes stand at the end in the order of their signs, each by its number; the sign stands where it is printed."""
    body = (
        f"<w:p><w:r>{TEXT}Deep</w:t></w:r><w:r><w:endnoteReference w:id='7'/></w:r><w:r>{TEXT} water</w:t></w:r>"
        "<w:r><w:footnoteReference w:id='2'/></w:r><w:r><w:footnoteReference w:id='99'/></w:r></w:p>"
    )
    found = read(
        body,
        footnotes=f'<w:footnote w:id="2">{words("At low tide.")}</w:footnote>',
        endnotes=f'<w:endnote w:id="7">{words("Ten metres.")}{words("Or more.")}</w:endnote>',
    )

    assert seen(found) == [
        ("nn1", "paragraph", None, "Deep[1] water[2][3]"),
        ("pnote1", "paragraph", "[1]", "Ten metres."),
        ("nn2", "paragraph", None, "Or more."),
        ("pnote2", "paragraph", "[2]", "At low tide."),
    ]


def test_text_boxes() -> None:
    """The words of a text box follow those of its paragraph, once, though the document has them twice."""
    box = f"<w:txbxContent>{words('In the box')}</w:txbxContent>"
    body = (
        f"<w:p><w:r>{TEXT}Before</w:t></w:r><w:r><mc:AlternateContent "
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="wps">{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>'
        f"<w:r>{TEXT} and after</w:t></w:r></w:p>"
    )
    assert [each.text for each in read(body).paragraphs] == ["Before and after", "In the box"]


def test_what_is_stated() -> None:
    """Title and language are taken from the core properties; a language that is none is not."""
    core = "<dc:title>Notice to mariners</dc:title><dc:language>en-GB</dc:language><dc:creator>Clerk</dc:creator>"

    found = read(words("Words"), core=core)
    assert [(fact.member, fact.value, fact.place) for fact in found.facts] == [
        ("title", "Notice to mariners", "core property title"),
        ("language", "en-GB", "core property language"),
    ]
    assert read(words("Words"), core="<dc:title> </dc:title><dc:language>none at all</dc:language>").facts == ()


def test_strict() -> None:
    """A strict document, whose vocabulary has another name, says the same."""
    parts = word_parts(words("Words", '<w:pStyle w:val="Heading1"/>'))
    strict = {name: data.replace(WORD.encode(), STRICT.encode()) for name, data in parts.items()}
    assert extract_docx(packed(strict), None, Wish()) == extract_docx(packed(parts), None, Wish())


def test_again() -> None:
    """The record's choices are read back as they were written, and lead to the same words by the bounded process."""
    data = word_file(words("Words") + item("Item"), numbering=lists(level(0, "chicago", "%1.")), styles=STYLES)
    first = extract(data, media_type=MEDIA_TYPE)
    choices = first.extractor.parameters

    assert choices == DocumentChoices(unknown_numbers=1)
    assert read_choices(DocumentChoices(unknown_numbers=1).as_json()) == choices
    assert extract(data, media_type=MEDIA_TYPE, wish=wish_again(choices)) == first
    assert (first.charset, first.extractor.engine, first.paragraphs[1].label) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("comments.docx", [("nn1", None, "Ouch.")]),
        ("simple-list.docx", [("nn1", "•", "Apple"), ("nn2", "•", "Banana")]),
        ("strict-format.docx", [("nn1", None, "Test")]),
        ("strikethrough.docx", [("nn1", None, "Today's Special: Salmon Sold out")]),
        ("text-box.docx", [("nn1", None, "Datum plane")]),
        ("utf8-bom.docx", [("nn1", None, "This XML has a byte order mark.")]),
        (
            "tables.docx",
            [
                ("nn1", None, "Above"),
                ("nn2", None, "Top left\tTop right"),
                ("nn3", None, "Bottom left\tBottom right"),
                ("nn4", None, "Below"),
            ],
        ),
    ],
)
def test_documents_of_others(name: str, expected: list[tuple[str, str | None, str]]) -> None:
    """Documents that other programs made give the words that they show."""
    found = extract_docx(path_of(name).read_bytes(), None, Wish())

    assert [(each.id, each.label, each.text) for each in found.paragraphs] == expected


def test_two_labels() -> None:
    """A number that is counted is the label whatever is typed behind it; a bullet and a typed number are one label."""
    numbering = lists(level(0, "decimal", "%1."), level(0, "bullet", "•"), level(0, "bullet", "a&#10;b\ufdd0"))
    body = item("Article 7") + item("8. Typed.") + item("3. Typed.", 0, 2) + item("c", 0, 3)

    found = [(each.label, each.text) for each in read(body, numbering=numbering).paragraphs]
    assert found == [
        ("1.", "Article 7"),
        ("2.", "8. Typed."),
        ("• 3.", "Typed."),
        ("a b\ufffd", "c"),
    ]
