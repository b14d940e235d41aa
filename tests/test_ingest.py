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
from muniment.ingest import Position, Source, emended, locate, publication, redescription, reextraction, title_basis
from muniment.record import (
    Activity,
    Change,
    Emendation,
    Genre,
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
        Activity("extract", "muniment-text 2", NOW, "The title is the headline of the text."),
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
        "genre": {"term": "notice", "basis": "stated"},
    }
    description = first(metadata).description
    assert description.genre == Genre("notice", "stated", None)
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


def titled(text: str, place: Position = NEW, *, name: str = "harbour.txt", title: str | None = None) -> Record:
    """A version of a text, perhaps with a title that the keeper gives."""
    return publication(place, Source(text.encode(), name, NOW), {"title": title} if title else {})


def told(record: Record) -> tuple[str, str]:
    """The title of a record, and how it was found."""
    return record.description.title, title_basis(record)


def test_title() -> None:
    """The title is the headline on one line, else the name of the file; the provenance says which."""
    plain = "All in one long sentence, and so no heading.\n"
    assert told(titled("Notice\n\nIt is closed.\n")) == ("Notice", "headline")
    assert told(titled(plain)) == ("harbour", "file")
    assert told(titled(plain, title="Given")) == ("Given", "given")
    assert told(titled("A\u202e \u200btitle\u0085 of\x7f\n two lines\n\nText.\n")) == (
        "A title of two lines",
        "headline",
    )
    assert titled(plain).provenance[-1].note == "The title is inferred from the name of the file."
    with pytest.raises(MetadataError, match="neither the text nor the name of its file gives a title"):
        titled(plain, name="\u200b")


def test_a_given_title_stays() -> None:
    """A headline never replaces a title that the keeper gave, now or before; another headline replaces a headline."""
    for text in ("Notice\n\nIt is closed on Monday.\n", "It is closed on Monday. Ferries run.\n\nShips stay out.\n"):
        given = titled("Notice\n\nIt is closed.\n", title="Harbour notice of the council")
        second = titled(text, after(given))
        assert told(second) == ("Harbour notice of the council", "given")
        assert told(titled("Other\n\nIt is open.\n", after(second))) == ("Harbour notice of the council", "given")
    found = titled("Notice\n\nIt is closed.\n")
    assert told(titled("Warning\n\nIt is closed.\n", after(found))) == ("Warning", "headline")
    without = titled("It is closed. Ships wait.\n\nFerries run.\n", after(found))
    assert told(without) == ("Notice", "earlier")
    assert told(titled("Warning\n\nIt is closed.\n", after(without))) == ("Warning", "headline")
    described = redescription(after(found), {"title": "Described"}, note=None)
    assert described is not None
    assert told(described) == ("Described", "given")
    assert told(titled("Warning\n\nIt is closed.\n", after(described))) == ("Described", "given")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Is the old harbour safe?\n\nBERGEN, 3 May 2024. It is.\n\nAbout\n\nWords.", "Is the old harbour safe?"),
        ("Hafen geschlossen!\n\nDer Rat sagte es.\n\nKontakt\n\nWorte.", "Hafen geschlossen!"),
        ("Le port ferme-t-il ?\n\nLe conseil a répondu.", "Le port ferme-t-il ?"),
        ("港口关闭！\n\n理事会决定。", "港口关闭！"),
        ("Thursday, June 16, 2005\n\nCOUNCIL CLOSES IT\n\nIt said so.", "COUNCIL CLOSES IT"),
        ("Berlin, 3. Mai 2024\n\nHafen zu\n\nDer Rat sagte es.", "Hafen zu"),
        ("3 мая 2024 года\n\nПорт закрыт\n\nСовет решил.", "Порт закрыт"),
        ("2024年5月3日\n\n港口关闭\n\n理事会决定。", "港口关闭"),
        ("令和6年5月3日\n\n港の閉鎖について\n\n港は閉鎖します。", "港の閉鎖について"),
        ("FOR IMMEDIATE RELEASE\n\nHarbour closes\n\nThe council.", "Harbour closes"),
        ("PRESSEMITTEILUNG Nr. 12/2024\n\nHafen zu\n\nDer Rat sagte es.", "Hafen zu"),
        ("Communiqué de presse\n\nParis, le 3 mai 2024\n\nLe port ferme\n\nIl ferme.", "Le port ferme"),
        ("ПРЕСС-РЕЛИЗ\n\nПорт закрыт\n\nСовет решил.", "Порт закрыт"),
        ("بيان صحفي\n\nإغلاق الميناء\n\nقرر المجلس ذلك.", "إغلاق الميناء"),
        ("新闻稿\n\n港口关闭\n\n理事会决定。", "港口关闭"),
        ("NOTA DE PRENSA\n\nEl puerto cierra.\n\nEl consejo lo dijo.", "El puerto cierra."),
        ("Council of Bergen\n1 Quay\nTel. +47 55\n\nHarbour closes\n\nIt said so.", "Harbour closes"),
        (
            "Council of Bergen\n\n1 Quay\n\nwww.quay.example\n\nPress release\n\nHarbour closes\n\nIt said so.",
            "Harbour closes",
        ),
        ("Contact: Anna Holm\n\nHarbour closes\n\nThe council said so.", "Harbour closes"),
        ("Press Release\non the events in the Republic\n\n1. Words.", "Press Release on the events in the Republic"),
        # Nothing but a release line: that is what stands there.
        ("Баспасөз хабарламасы\n\n1. Бірінші.\n\n2. Екінші.", "Баспасөз хабарламасы"),
        # A body first: a heading below it is that of a part.
        ("The council closed it. Ships wait.\n\nAbout the council\n\nWords.", "harbour"),
    ],
)
def test_headlines(text: str, title: str) -> None:
    """The first short paragraph, whatever it ends with; release lines, dates, letterheads and contacts are skipped."""
    assert titled(text).description.title == title


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
    assert again.provenance == (*v1.provenance, Activity("extract", "muniment-text 2", NOW))
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
SAID = LINES.filter(lambda text: text.strip() != "")  # a blank fact is refused
METADATA = st.fixed_dictionaries(
    {"title": SAID},
    optional={
        "issuer": st.none() | SAID,
        "subjects": st.lists(SAID, max_size=3, unique=True),
        "issued": st.fixed_dictionaries(
            {"date": st.dates().map(str), "basis": st.sampled_from(["stated", "inferred"])}
        ),
        "uri": st.none() | SAID,
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
