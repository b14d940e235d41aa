"""Descriptions in the forms in which others keep them."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.description_files import MAX_SIZE, FiledDescription, parse_description
from muniment.errors import MetadataError

if TYPE_CHECKING:
    from muniment.canonical import Json

YAML = """# what the office says
title: Notice on the harbour
language: en
issued:
  date: 2026-03-02
  basis: stated
subjects: [harbours, "no"]
rights:
"""
CSL = [
    {
        "id": "harbour2026", "type": "speech", "title": "Notice on the harbour", "language": "en",
        "author": [{"literal": "Harbour Office"}, {"given": "Ada", "non-dropping-particle": "van", "family": "Berg"}],
        "publisher": "Harbour Press", "issued": {"date-parts": [[2026, 3, 2]]},
        "accessed": {"date-parts": [["2026", "4"]]},
        "URL": "https://example.org/notice", "keyword": "harbours; walls, repairs, walls", "genre": "notice",
        "abstract": "It closes.", "page": "3", "container-title": "Gazette",
    }
]  # fmt: skip
DUBLIN_CORE = """<?xml version="1.0" encoding="utf-8"?>
<record xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/" xmlns="https://example.org/ns">
  <dc:title>Notice on
    the harbour</dc:title>
  <dc:creator>Harbour Office</dc:creator><dc:creator>Port Council</dc:creator><dc:publisher>Harbour Press</dc:publisher>
  <t:issued>2026-03-02</t:issued><dc:language>en</dc:language>
  <dc:subject>harbours</dc:subject><dc:subject>walls</dc:subject><dc:type>Text</dc:type>
  <dc:identifier>ISSN 0000-0000</dc:identifier><dc:identifier>https://example.org/notice</dc:identifier>
  <dc:format>text/plain</dc:format><title>not of Dublin Core</title>
</record>
"""


def _read(text: str | bytes) -> FiledDescription:
    return parse_description(text if isinstance(text, bytes) else text.encode(), where="file")


def _from(form: str) -> dict[str, Json]:
    return {"basis": "inferred", "note": f"From a description in {form}."}


def test_yaml() -> None:
    """YAML has the members of a record; every scalar is a text, and what is left empty is not known."""
    assert _read(YAML) == FiledDescription(
        {
            "title": "Notice on the harbour", "language": "en", "issued": {"date": "2026-03-02", "basis": "stated"},
            "subjects": ["harbours", "no"], "rights": None,
        },
        "YAML",
    )  # fmt: skip
    assert _read('issuer: ""\n').members == {"issuer": ""}


def test_json() -> None:
    """JSON has the same members; a bare date of issue or genre is inferred, as with an option."""
    found = _read('\ufeff {"title": "Notice", "issued": "3 March 2026", "genre": "speech"}')
    assert found.form == "JSON"
    assert found.members == {
        "title": "Notice",
        "issued": {"date": "3 March 2026", "basis": "inferred", "note": None},
        "genre": {"term": "speech", "basis": "inferred", "note": None},
    }


def test_csl_json() -> None:
    """An item of CSL-JSON gives its facts; what a record has no place for is named."""
    found = _read(json.dumps(CSL))
    assert found == FiledDescription(
        {
            "title": "Notice on the harbour", "language": "en", "uri": "https://example.org/notice",
            "abstract": "It closes.", "issuer": "Harbour Office; Ada van Berg",
            "subjects": ["harbours", "walls", "repairs"],
            "issued": {"date": "2026-03-02", **_from("CSL-JSON")}, "retrieved": "2026-04",
            "genre": {"term": "notice", **_from("CSL-JSON")},
        },
        "CSL-JSON",
        ("container-title", "page"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"type": "report", "publisher": "Harbour Press"}, {"issuer": "Harbour Press"}),
        ({"id": "a", "issued": {"raw": "3 March 2026"}}, {"issued": {"date": "3 March 2026", **_from("CSL-JSON")}}),
        ({"id": "a", "issued": {"date-parts": [[2026]]}}, {"issued": {"date": "2026", **_from("CSL-JSON")}}),
        ({"id": "a", "accessed": {"date-parts": [[987, 1, 5]]}}, {"retrieved": "0987-01-05"}),
        ({"id": "a", "issued": {"literal": ""}, "keyword": " , ; "}, {}),
    ],
)
def test_one_item(item: Json, expected: dict[str, Json]) -> None:
    """One item may stand without a list, and dates stand in the precision that they have."""
    assert _read(json.dumps(item)).members == expected


def test_dublin_core() -> None:
    """Elements of Dublin Core are found wherever they stand in XML; what was not taken is named, once."""
    found = _read(DUBLIN_CORE)
    assert found == FiledDescription(
        {
            "title": "Notice on the harbour", "issuer": "Harbour Office",
            "issued": {"date": "2026-03-02", **_from("Dublin Core")},
            "language": "en", "subjects": ["harbours", "walls"], "uri": "https://example.org/notice",
        },
        "Dublin Core",
        ("creator", "publisher", "type", "identifier", "format"),
    )  # fmt: skip


def test_dublin_core_in_another_encoding() -> None:
    """XML is read in the encoding that it declares."""
    text = (
        '<?xml version="1.0" encoding="iso-8859-1"?><a xmlns="http://purl.org/dc/terms/"><title>Communiqué</title></a>'
    )
    assert _read(text.encode("iso-8859-1")).members == {"title": "Communiqué"}


BOMB = '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a>&d;</a>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[]", "not a JSON object"),
        ('"title"', "not a list of members"),
        ('{"a": 1, "a": 2}', "a key stands twice"),
        ('[{"id": 1}, {"id": 2}]', "a file describes one statement"),
        ('{"id": 1, "title": ["a"]}', "file/title: not a text"),
        ('{"id": 1, "author": "A"}', "file/author: not a list of names"),
        ('{"id": 1, "author": [{"literal": 1}]}', "file/author/literal: not a text"),
        ('{"id": 1, "issued": 2026}', "file/issued: not a date of CSL-JSON"),
        ('{"id": 1, "issued": {"date-parts": [[2026], [2027]]}}', "file/issued/date-parts: not one date"),
        ('{"id": 1, "issued": {"date-parts": [["MMXX"]]}}', "file/issued/date-parts: not one date"),
        ("<a/>", "no element of Dublin Core in it"),
        ("<a>", "not XML"),
        ('<?xml version="1.0" encoding="none"?><a/>', "not XML"),
        (BOMB, "a document type of its own"),
        (OUTSIDE, "a document type of its own"),
        ("title: [", "not YAML in line 1"),
        ("- title", "not a list of members"),
        ("a: &x [b]\nc: *x\n", "file, line 1: an alias"),
        ("a: 1\na: 2\n", "file, line 2: a name is there twice"),
        ("? [a]\n: b\n", "file, line 1: a name is a text"),
        ("a: 1\n---\nb: 2\n", "not YAML in line 2"),
        ("a: " + "[" * 5000, "not YAML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a: \x00", "not YAML"),
        ('a: 1\nb: "\\ud800"\n', "file, line 2: half a surrogate pair"),
        ('"\\udfff": 1\n', "file, line 1: half a surrogate pair"),
        ("title: Notice: closed\n", 'not YAML in line 1 (title: "Notice: closed")'),
        (b" " * (MAX_SIZE + 1), "too large"),
        ("", "not a list of members"),
    ],
)
def test_refused(text: str | bytes, what: str) -> None:
    """What is broken, hostile or no description is refused with its place; no entity is expanded or fetched."""
    with pytest.raises(MetadataError) as caught:
        _read(text)
    assert what in str(caught.value)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, YAML is refused with what would read it; the other forms are read."""
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(MetadataError, match=r"pip install 'muniment\[yaml\]'"):
        _read(YAML)
    assert _read('{"title": "Notice"}').members == {"title": "Notice"}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80) | st.text('{}[]<>!&*-:,"\n abc\u2028', max_size=60).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    """Any bytes are a description or a typed error."""
    found: object = None
    with suppress(MetadataError):
        found = parse_description(data).members
    assert found is None or isinstance(found, dict)
