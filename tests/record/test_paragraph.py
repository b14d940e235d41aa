"""Paragraphs and their canonical form."""

from __future__ import annotations

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from muniment.record import Paragraph

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(id_=TEXT, kind=TEXT, label=st.none() | TEXT, text=TEXT, place=st.none() | TEXT)
def test_canonical_is_rfc_8785(id_: str, kind: str, label: str | None, text: str, place: str | None) -> None:
    """The form is byte for byte what the reference library for RFC 8785 writes."""
    paragraph = Paragraph(id_, kind, label, text, place)

    assert paragraph.canonical() == rfc8785.dumps(paragraph.as_json())


def test_canonical_escapes() -> None:
    """Quotes, backslashes and controls are escaped as RFC 8785 section 3.2.2.2 says; all else stands as it is."""
    paragraph = Paragraph("p1", "paragraph", None, 'a"b\\c\n\t\x01\u2028é😀\x7f')

    assert paragraph.canonical() == (
        '{"id":"p1","kind":"paragraph","label":null,"text":"a\\"b\\\\c\\n\\t\\u0001\u2028é😀\x7f"}'.encode()
    )


def test_the_place_is_part_of_the_leaf() -> None:
    """Where a paragraph has a place, its leaf has it: what is proven says on which page it stands."""
    paragraph = Paragraph("p1", "paragraph", "1.", "Words", "p. 3")

    assert paragraph.canonical() == b'{"id":"p1","kind":"paragraph","label":"1.","place":"p. 3","text":"Words"}'


def test_every_character_is_written_alike() -> None:
    """Each of the 1,112,064 characters of Unicode is written as the reference library for RFC 8785 writes it."""
    for plane in range(17):
        codes = range(plane * 0x10000, (plane + 1) * 0x10000)
        text = "".join(chr(code) for code in codes if not 0xD800 <= code <= 0xDFFF)
        paragraph = Paragraph("p1", "paragraph", text, text)
        assert paragraph.canonical() == rfc8785.dumps(paragraph.as_json())
