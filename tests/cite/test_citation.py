"""What a citation says, and the long and the short text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.archive import StoredVersion, open_archive
from muniment.cite import Citation, Quotation, csl_item, format_csl, format_long, format_short, make_citation
from muniment.cite.citation import CONTEXT
from muniment.cite.facts import EXTRA, TEXT
from muniment.cite.formats import FORMAT_NAMES, STYLE_NAMES, format_citation, read_form
from muniment.cite.quoting import nested
from muniment.errors import UnresolvedReferenceError
from muniment.ingest import Source
from muniment.record import Issued
from muniment.reference import parse_reference
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, add_publication

Make = Callable[..., Citation]

HEX = "3f2a9c4e5b6d7081" + "0123456789ab" * 4
TITLE = "Press Release on the events in the Republic of Kazakhstan"
TAIL = f"Archive version 1 (kz-events-2022-01/v1), muniment.example.org/archive. SHA-256 {HEX}."


def test_long_text(cite: Make) -> None:
    """The long text names title, date, paragraph, version, archive and the whole hash."""
    assert format_long(cite(paragraph="p16")) == f"“{TITLE}” [press release], [January 2022], para. 16. {TAIL}"


def test_short_text(cite: Make) -> None:
    """The short text names title, date, version, paragraph and 16 digits of the hash."""
    expected = f"“{TITLE}” ([Jan. 2022]), v1, para. 16, SHA-256 3f2a9c4e5b6d7081…"
    assert format_short(cite(paragraph="p16")) == expected


def test_whole_version(cite: Make) -> None:
    """Without a paragraph there is no locator."""
    assert format_long(cite()) == f"“{TITLE}” [press release], [January 2022]. {TAIL}"
    assert format_short(cite()) == f"“{TITLE}” ([Jan. 2022]), v1, SHA-256 3f2a9c4e5b6d7081…"


@pytest.mark.parametrize(
    ("issued", "long", "short"),
    [
        (Issued("2022", "stated"), "2022", "2022"),
        (Issued("2022-01", "stated"), "January 2022", "Jan. 2022"),
        (Issued("2022-05-09", "stated"), "9 May 2022", "9 May 2022"),
        (Issued("2022-09", "stated"), "September 2022", "Sept. 2022"),
        (Issued("2022-12-31", "stated"), "31 December 2022", "31 Dec. 2022"),
        (Issued("0988", "stated"), "0988", "0988"),
        (Issued("2022", "inferred"), "[2022]", "[2022]"),
        (Issued("2022-01-10", "inferred"), "[10 January 2022]", "[10 Jan. 2022]"),
    ],
)
def test_date_keeps_its_precision(cite: Make, issued: Issued, long: str, short: str) -> None:
    """A date never gains a month or a day, and an inferred one stands in square brackets."""
    assert format_long(cite(issued=issued)) == f"“{TITLE}” [press release], {long}. {TAIL}"
    assert format_short(cite(issued=issued)).startswith(f"“{TITLE}” ({short}), v1, ")


def test_no_date(cite: Make) -> None:
    """An unknown date is n.d., with one full stop."""
    undated = cite(issued=Issued(None, "unknown"))
    assert format_long(undated) == f"“{TITLE}” [press release], n.d. {TAIL}"
    assert format_short(undated) == f"“{TITLE}” (n.d.), v1, SHA-256 3f2a9c4e5b6d7081…"


def test_issuer_leads_where_stated(cite: Make) -> None:
    """A stated issuer stands first."""
    assert format_long(cite(issuer="Ministry of X")).startswith(f"Ministry of X, “{TITLE}” [press release], ")
    assert format_short(cite(issuer="Ministry of X")).startswith(f"Ministry of X, “{TITLE}” ([Jan. 2022]), ")


def test_source_stands_only_where_known(cite: Make) -> None:
    """The address it was published at is given, and none is made up from the archive's name."""
    known = format_long(cite(source="https://example.org/a.html"))
    assert known.endswith(f"muniment.example.org/archive. Source: <https://example.org/a.html>. SHA-256 {HEX}.")
    assert "://" not in format_long(cite()) + format_short(cite())


@pytest.mark.parametrize(
    ("paragraph", "locator"),
    [
        ("p16", "para. 16"),
        ("p9.1", "para. 9.1"),
        ("plist2.16", "para. list2.16"),
        ("h1", "heading 1"),
        ("p0.1", "para. 0.1"),
    ],
)
def test_locator(cite: Make, paragraph: str, locator: str) -> None:
    """A locator is the id without its letter, so that it names one paragraph only."""
    assert f", {locator}. Archive version 1" in format_long(cite(paragraph=paragraph))


@pytest.mark.parametrize(
    "title",
    [
        'On a "Listening State"',
        "« Déclaration »",
        "“Already quoted”",
        "بيان صحفي",
        "A & B {C} <i>D</i> \\E",
        "What next?",
    ],
)
def test_title_is_exact(cite: Make, title: str) -> None:
    """The words of a title are never changed, in a format not even its signs."""
    written = format_long(cite(title=title))
    assert written.startswith(f"“{nested(title)}” [press release], ")
    assert len(nested(title)) == len(title)
    assert csl_item(cite(title=title))["title"] == title


def test_csl_omits_what_is_not_known(cite: Make) -> None:
    """No author, date or language is invented."""
    item = csl_item(cite(issued=Issued(None, "unknown"), language="und"))
    assert {"author", "issued", "language", "URL", "accessed", "locator"} & item.keys() == set()
    assert "Date basis" not in item["note"]


def test_csl_author_is_literal(cite: Make) -> None:
    """A stated issuer is one literal name, not a person to be taken apart."""
    assert csl_item(cite(issuer="Ministry of X"))["author"] == [{"literal": "Ministry of X"}]


def test_csl_file_is_readable_text(cite: Make) -> None:
    """The file of an item is indented UTF-8 with its own characters and a final newline."""
    data = format_csl(cite(title="بيان"))
    assert data.startswith(b'[\n  {\n    "id": "kz-events-2022-01-v1",\n')
    assert data.endswith(b"\n]\n")
    assert '"title": "بيان"'.encode() in data


@pytest.fixture
def stored() -> StoredVersion:
    """A version out of an archive."""
    store = MemoryStore()
    root, record, log = (PrivateKey.from_seed(bytes([n]) * 32) for n in (1, 2, 3))
    create_archive(store, InitialKeys(root, record, log), origin="a.example", now="2026-11-22T10:00:00Z")
    source = Source(b"A title\n\n16. Some words.\n\nAnd more words.\n", "a.txt", "2026-11-22")
    metadata = {"issuer": "Ministry of X", "uri": "https://x.example/a"}
    add_publication(store, Keys(record, log), "abc", source, metadata, Author("2026-11-22T10:01:00Z"))
    return open_archive(store).read(parse_reference("v1"))


def test_make_citation(stored: StoredVersion) -> None:
    """A citation takes everything from the record and the log entry."""
    assert make_citation(stored, origin="a.example", root="sha256:" + "ab" * 32, paragraph="p16") == Citation(
        title="A title",
        issuer="Ministry of X",
        issued=Issued(None, "unknown"),
        release="abc",
        version=1,
        origin="a.example",
        sha256=stored.statement.record.removeprefix("sha256:"),
        language="und",
        source="https://x.example/a",
        logged_at="2026-11-22T10:01:00Z",
        index=1,
        root="ab" * 32,
        paragraph="p16",
        label="16.",
        quotation=Quotation("Some words.", "A title", "And more words."),
    )
    assert make_citation(stored, origin="a.example").paragraph is None


def test_no_such_paragraph(stored: StoredVersion) -> None:
    """A paragraph that is not there cannot be cited."""
    with pytest.raises(UnresolvedReferenceError, match="has no paragraph p99"):
        make_citation(stored, origin="a.example", paragraph="p99")


def test_quotation_has_its_surroundings(stored: StoredVersion) -> None:
    """The words of a paragraph come with the end of the one before and the beginning of the one after, cut short."""
    last = make_citation(stored, origin="a.example", paragraph="nn1").quotation
    assert last == Quotation("And more words.", "Some words.", "")
    assert CONTEXT == 32


@pytest.mark.parametrize("form", [*STYLE_NAMES, *(name for name in FORMAT_NAMES if name != "annotation")])
def test_each_form_says_that_a_version_is_withdrawn(cite: Make, form: str) -> None:
    """Every form but a Web Annotation, which has no place for it, says so and else states what it stated."""
    gone = cite(withdrawn="2026-03-01")
    whole, said = format_citation(cite(), form), format_citation(gone, form)
    assert "withdrawn" in said.lower()
    assert "2026-03-01" in said
    assert "withdrawn" not in whole.lower()
    ours = {fact for fact in read_form(form, said) if fact.name not in {EXTRA, TEXT}}
    assert ours == {fact for fact in read_form(form, whole) if fact.name not in {EXTRA, TEXT}}
