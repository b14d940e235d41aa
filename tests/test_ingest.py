"""Tests of ``muniment.ingest``."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment import ingest
from muniment.canonical import Json
from muniment.digest import format_digest, sha256_hex
from muniment.errors import MetadataError, SourceError
from muniment.ingest import Position, Source, emended, locate, publication, redescription, reextraction
from muniment.record import (
    Activity,
    Change,
    Emendation,
    Issued,
    Paragraph,
    Record,
    Relation,
    format_record,
    parse_record,
)
from muniment.record.succession import check_change, check_record

NOW = "2026-11-22T10:00:00Z"
TEXT = b"Notice\n\n1. The harbour is closed.\n\n2. It opens on Monday.\n"
NEW = Position("harbour", None, None, "press.example.org", NOW)
SOURCE = Source(TEXT, "harbour.txt", "2026-11-22")


def after(record: Record) -> Position:
    """The place of the version after a record."""
    digest = format_digest(sha256_hex(format_record(record)))
    return Position(record.release, record, digest, "press.example.org", NOW, record.description)


def first(metadata: dict[str, Json] | None = None, source: Source = SOURCE) -> Record:
    """The first version of a release."""
    return publication(NEW, source, metadata or {})


def test_first_publication() -> None:
    """The first version says what the bytes say, how they came, and nothing that is not known."""
    record = publication(NEW, SOURCE, {}, note="as found")
    assert (record.version, record.previous, record.change) == (1, None, Change("publication", "as found"))
    assert record.description.title == "Notice"
    assert record.description.issuer is None
    assert record.description.issued == Issued(None, "unknown", None)
    assert (record.original.sha256, record.original.size) == (sha256_hex(TEXT), len(TEXT))
    assert [p.id for p in record.paragraphs] == ["h1", "p1", "p2"]
    note = "Received as the file harbour.txt. Not known: where it was published and when it was retrieved."
    assert record.provenance == (
        Activity("receive", "press.example.org", "2026-11-22", note),
        Activity("extract", "muniment-text 1", NOW, None),
    )


def test_claims_of_the_capture() -> None:
    """What is claimed about the capture stands with the original, and makes receiving a capture."""
    record = first({"uri": "https://press.example.org/1", "retrieved": "2022-01-31"})
    assert (record.original.uri, record.original.retrieved) == ("https://press.example.org/1", "2022-01-31")
    capture = Activity("capture", "press.example.org", "2022-01-31", "Received as the file harbour.txt.")
    assert record.provenance[0] == capture
    known = first({"uri": "https://press.example.org/1"}).provenance[0]
    assert known.note == "Received as the file harbour.txt. Not known: when it was retrieved."


def test_all_metadata() -> None:
    """Every member of the description can be given."""
    metadata: dict[str, Json] = {
        "title": "Harbour closed",
        "language": "en-GB",
        "issuer": "Harbour Master",
        "issued": {"date": "2022-01", "basis": "stated"},
        "abstract": "It is closed.",
        "subjects": ["harbours"],
        "temporal": ["2022-02-01"],
        "relations": [{"relation": "replaces", "target": "pier/v1"}],
        "rights": "CC0-1.0",
    }
    description = first(metadata).description
    assert sorted(ingest.METADATA) == sorted(metadata)
    assert description.issued == Issued("2022-01", "stated", None)
    assert description.relations == (Relation("replaces", "pier/v1"),)
    assert (description.title, description.subjects) == ("Harbour closed", ("harbours",))


@pytest.mark.parametrize(
    ("metadata", "where"),
    [
        ({"tittle": "x"}, "metadata/tittle"),
        ({"title": ""}, "metadata/title"),
        ({"title": "a\nb"}, "metadata/title"),
        ({"title": 5}, "metadata/title"),
        ({"title": "\ud800"}, "metadata"),
        ({"issued": "2022"}, "metadata/issued"),
        ({"issued": {"date": "2022", "basis": "stated", "x": 1}}, "metadata/issued"),
        ({"issued": {"date": "2022-02-30", "basis": "stated"}}, "metadata"),
        ({"retrieved": "yesterday"}, "metadata/"),
        ({"uri": "a b\u202e"}, "metadata/original/uri"),
        ({"relations": [{"relation": "is", "target": "x"}]}, "metadata/relations/0/relation"),
    ],
)
def test_bad_metadata(metadata: dict[str, Json], where: str) -> None:
    """Metadata that breaks the schema or a rule is refused as metadata, and the error names the member."""
    with pytest.raises(MetadataError) as caught:
        first(metadata)
    assert caught.value.where.startswith(where)


def test_title() -> None:
    """The title is the first heading on one line, else it must be given; a later version keeps the old one."""
    plain = Source(b"All in one long sentence, and so no heading.\n", "a.txt", NOW)
    with pytest.raises(MetadataError, match="the text has no heading to take a title from"):
        first(source=plain)
    named = first({"title": "Given"}, plain)
    assert named.description.title == "Given"
    later = publication(after(named), replace(plain, data=plain.data + b"\nMore of it follows here.\n"), {})
    assert later.description.title == "Given"
    hostile = Source("A\u202e \u200btitle\u0085 of\x7f\n two lines\n\nText.\n".encode(), "a.txt", NOW)
    assert first(source=hostile).description.title == "A title of two lines"


def test_hostile_file_name() -> None:
    """A file's name is told on one line, without control characters and without what is no Unicode."""
    record = first(source=replace(SOURCE, name="a\nb\u202e\x1b[31m\udcff.txt"))
    assert (record.provenance[0].note or "").startswith("Received as the file a b [31m?.txt.")


def test_later_publication() -> None:
    """Other bytes make a publication that keeps the description, and neither claims nor emendations."""
    note = Emendation("p1", 0, 0, "supplied", "x", "why", "who")
    v1 = first({"issuer": "Harbour Master", "uri": "https://x.example/", "retrieved": "2022"})
    v2 = emended(after(v1), [note], {}, note=None)
    v3 = publication(after(v2), replace(SOURCE, data=TEXT + b"\n3. New.\n"), {}, reverts_to=None)
    assert (v3.version, v3.description.issuer, v3.emendations) == (3, "Harbour Master", ())
    assert (v3.original.uri, v3.original.retrieved) == (None, None)
    assert len(v3.provenance) == 2


def test_bytes_that_are_no_text() -> None:
    """Bytes that cannot be read as text are refused as a source."""
    with pytest.raises(SourceError, match=r"^a\.pdf: this is no plain text"):
        first(source=Source(b"%PDF-1.7\n", "a.pdf", NOW))


def test_record_too_large_to_read_back() -> None:
    """A text whose record would be larger than records may be is refused before anything is signed."""
    quotes = b"Title\n\n" + b'"' * (2 * 1024 * 1024 - 10)
    with pytest.raises(MetadataError, match="too large"):
        first(source=Source(quotes, "quotes.txt", NOW))


def test_reextraction() -> None:
    """The same bytes by the same rules give nothing new; by another charset they may."""
    v1 = first({"uri": "https://x.example/"})
    assert reextraction(after(v1), SOURCE) is None
    again = reextraction(after(v1), replace(SOURCE, charset="windows-1251"), note="it is Cyrillic")
    assert again is not None
    assert (again.version, again.change) == (2, Change("reextraction", "it is Cyrillic"))
    assert (again.original.charset, again.original.uri) == ("windows-1251", "https://x.example/")
    assert again.provenance == (*v1.provenance, Activity("extract", "muniment-text 1", NOW))
    with pytest.raises(MetadataError, match="note"):
        reextraction(after(v1), replace(SOURCE, charset="windows-1251"), note="two\nlines")


def test_redescription() -> None:
    """A description changes what is given and nothing else; the same description is no version."""
    v1 = first()
    v2 = redescription(after(v1), {"subjects": ["harbours"], "uri": "https://x.example/"}, note="found")
    assert v2 is not None
    assert (v2.description.subjects, v2.original.uri) == (("harbours",), "https://x.example/")
    assert v2.provenance[-1] == Activity("describe", "press.example.org", NOW, "found")
    assert redescription(after(v1), {"title": "Notice"}, note="found") is None


def test_emended() -> None:
    """Emendations are added in the order of the text, whatever order they come in; a description may come with them."""
    v1 = first()
    late, early = (Emendation("p2", n, n, "supplied", "x", "why", "who") for n in (4, 2))
    other = Emendation("p1", 9, 9, "supplied", "x", "why", "who")
    v2 = emended(after(v1), [late], {}, note="n")
    v3 = emended(after(v2), [other, early], {"issuer": "Harbour Master"}, note=None)
    assert v3.emendations == (other, early, late)
    assert [activity.activity for activity in v3.provenance] == ["receive", "extract", "emend", "emend", "describe"]
    with pytest.raises(MetadataError, match="p7, which does not exist"):
        emended(after(v1), [replace(late, paragraph="p7")], {}, note=None)


def test_locate() -> None:
    """A quotation is found where it stands once; else it is refused."""
    paragraph = Paragraph("p1", "paragraph", None, "to be or not to be, aaa")
    assert locate(paragraph, "or") == (6, 8)
    for quoted, what in (
        ("x", "does not stand"),
        ("be", "more than once"),
        ("aa", "more than once"),
        ("", "more than"),
    ):
        with pytest.raises(MetadataError, match=what):
            locate(paragraph, quoted)


WORDS = st.text(
    st.sampled_from('ab1.)( -\n\t[]\u2028\u200b\u202eÉ\U0001f600\u0301\u0085\x0c"\\'), min_size=1, max_size=60
)
LINES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf")), min_size=1, max_size=20)
METADATA = st.fixed_dictionaries(
    {"title": LINES},
    optional={
        "issuer": st.none() | LINES,
        "subjects": st.lists(LINES, max_size=3, unique=True),
        "issued": st.fixed_dictionaries(
            {"date": st.dates().map(str), "basis": st.sampled_from(["stated", "inferred"])}
        ),
        "uri": st.none() | LINES,
        "retrieved": st.none() | st.dates().map(str),
        "temporal": st.lists(st.dates().map(str), max_size=3, unique=True),
    },
)


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS, METADATA, METADATA, st.text(max_size=10), st.data())
def test_what_is_made_obeys_the_rules(
    one: str, two: str, metadata: dict[str, Json], later: dict[str, Json], name: str, data: st.DataObject
) -> None:
    """Whatever text and metadata come in, the records that come out obey every rule and read back to the same bytes."""
    history: list[Record] = []
    sources = [Source(f"x {text}".encode(), name, NOW) for text in (one, two)]
    history.append(publication(NEW, sources[0], metadata))
    described = redescription(after(history[-1]), later, note=None)
    history += [described] if described else []
    paragraph = data.draw(st.sampled_from(history[-1].paragraphs))
    place = data.draw(st.integers(0, len(paragraph.text)))
    note = Emendation(paragraph.id, place, place, "supplied", "x", "why", "who")
    history.append(emended(after(history[-1]), [note], {}, note=None))
    if one != two:
        history.append(publication(after(history[-1]), sources[1], later))

    before = None
    for record in history:
        check_record(record, where="record.json")
        check_change(record, before, None, where="record.json")
        data_of = format_record(record)
        assert parse_record(data_of) == record
        assert format_record(parse_record(data_of)) == data_of
        before = record
