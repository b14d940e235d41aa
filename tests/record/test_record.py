"""Tests of ``muniment.record``."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from muniment.canonical import format_canonical
from muniment.digest import sha256_hex
from muniment.errors import CanonicalError, SchemaError
from muniment.record import (
    Activity,
    Change,
    Description,
    Emendation,
    Extractor,
    Issued,
    Original,
    Paragraph,
    Record,
    Relation,
    format_record,
    parse_record,
    record_as_json,
    shared_paragraph,
)

FULL = Record(
    release="harbour",
    version=2,
    previous=f"sha256:{'0' * 64}",
    change=Change("emendation", "a word was missing"),
    description=Description(
        title="Notice on the harbour",
        language="en",
        issuer="Harbour Master",
        issued=Issued("2022-01", "inferred", "from the file's name"),
        abstract="The harbour is closed.",
        subjects=("harbours", "notices"),
        temporal=("2022", "2022-01-31"),
        relations=(Relation("translation-of", "hafen/v1"),),
        rights="CC0-1.0",
    ),
    original=Original(
        "original.txt",
        "1" * 64,
        70,
        "text/plain",
        "utf-8",
        Extractor("muniment-text", "1"),
        "https://x.example/",
        "2022",
    ),
    paragraphs=(Paragraph("h1", "heading", None, "Notice"), Paragraph("p1", "list-item", "1.", "It is\nclosed.")),
    provenance=(Activity("receive", "archive", "2022-01-31T10:00:00Z", "by post"), Activity("extract", "muniment")),
    emendations=(Emendation("p1", 3, 5, "corrected", "was", "a slip", "The Keeper"),),
)


def test_format_and_parse_are_a_pair() -> None:
    """A record with every member set is read back as the same value, and written as the same bytes."""
    data = format_record(FULL)
    assert parse_record(data) == FULL
    assert format_record(parse_record(data)) == data


def test_the_bytes_are_pinned() -> None:
    """The bytes of a given record never change: citations are hashes of them."""
    assert sha256_hex(format_record(FULL)) == "baad0f80faad7983dff9433f7b2deb55ea2943e1369e798f83e3caecaa69dd7f"


def test_bytes_are_canonical() -> None:
    """A record is one line of RFC 8785 JSON without a final newline, members in canonical order."""
    data = format_record(FULL)
    assert data == format_canonical(json.loads(data))
    assert list(record_as_json(FULL)) == sorted(record_as_json(FULL))
    assert data.startswith(b'{"abstract":"The harbour is closed.",')
    assert data.endswith(b'"version":2}')


def test_other_spellings_are_refused() -> None:
    """The same value in another layout, or with a newline at its end, is no record."""
    data = format_record(FULL)
    for spelling in (data + b"\n", json.dumps(json.loads(data)).encode(), b"\xef\xbb\xbf" + data, b""):
        with pytest.raises(CanonicalError, match=r"record\.json"):
            parse_record(spelling)


@pytest.mark.parametrize("member", sorted(record_as_json(FULL)))
def test_no_member_may_be_missing(member: str) -> None:
    """A record without one of its members is refused."""
    value = {name: held for name, held in record_as_json(FULL).items() if name != member}
    with pytest.raises(SchemaError, match=f"^x/record.json: .*{member}"):
        parse_record(format_canonical(value), where="x/record.json")


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({"title": ""}, "/title"),
        ({"title": "a\u202eb"}, "/title"),
        ({"language": "english language"}, "/language"),
        ({"version": 0}, "/version"),
        ({"version": "1"}, "/version"),
        ({"release": "A"}, "/release"),
        ({"issued": {"date": "2022", "basis": "unknown", "note": None}}, "/issued/date"),
        ({"subjects": ["a", "a"]}, "/subjects"),
        ({"previous": "0" * 64}, "/previous"),
        ({"extra": 1}, ""),
    ],
)
def test_schema_is_enforced(value: dict[str, object], pointer: str) -> None:
    """A value that its schema forbids is refused, and the error points at it."""
    with pytest.raises(SchemaError) as caught:
        parse_record(format_canonical({**record_as_json(FULL), **value}))  # type: ignore[dict-item]
    assert caught.value.where == f"record.json{pointer}"


def test_names() -> None:
    """A record is called by its reference, and its change by the kind and the note."""
    assert FULL.name == "harbour/v2"
    assert FULL.change.message == "emendation: a word was missing"
    assert replace(FULL.change, note=None).message == "emendation"


def test_a_paragraph_is_shared_where_it_is_short() -> None:
    """An equal paragraph is one object where its text is short; a long one is not kept, and every member counts."""
    given = Paragraph("p1", "paragraph", "1.", "It is shut.")
    others = (
        replace(given, id="p2"),
        replace(given, kind="heading"),
        replace(given, label=None),
        replace(given, text="It is open."),
        replace(given, place="p. 3"),
    )
    for made in (given, *others, given):
        shared = shared_paragraph(made.id, made.kind, made.label, made.text, made.place)
        assert shared == made
        assert shared is shared_paragraph(made.id, made.kind, made.label, made.text, made.place)
    one, other = (shared_paragraph("p1", "paragraph", "1.", "x" * 5000) for _ in range(2))
    assert one == other == replace(given, text="x" * 5000)
    assert one is not other
