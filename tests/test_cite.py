from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from muniment.add.create import Founders, create_archive
from muniment.add.version import Keys, Occasion, add_publication
from muniment.archive import StoredVersion, open_archive
from muniment.cite import Citation, csl_item, format_csl, format_long, format_short, make_citation
from muniment.errors import UnresolvedReferenceError
from muniment.ingest import Source
from muniment.record import Issued
from muniment.reference import parse_reference
from muniment.signing.keys import PrivateKey
from muniment.store import MemoryStore

HEX = "3f2a9c4e5b6d7081" + "0" * 48
JANUARY = Issued("2022-01", "inferred")
TITLE = "Press Release on the events in the Republic of Kazakhstan"


def citation(
    *,
    title: str = TITLE,
    issuer: str | None = None,
    issued: Issued = JANUARY,
    language: str = "en",
    source: str | None = None,
    paragraph: str | None = None,
) -> Citation:
    """A citation of one fixed version."""
    return Citation(
        title=title,
        issuer=issuer,
        issued=issued,
        release="kz-events-2022-01",
        version=1,
        origin="muniment.example.org/archive",
        sha256=HEX,
        language=language,
        source=source,
        logged_at="2026-11-22T10:01:00Z",
        paragraph=paragraph,
    )


TAIL = f"Archive version 1 (kz-events-2022-01/v1), muniment.example.org/archive. SHA-256 {HEX}."


def test_long_text() -> None:
    """The long text names title, date, paragraph, version, archive and the whole hash."""
    assert format_long(citation(paragraph="p16")) == f"“{TITLE}” [press release], [January 2022], para. 16. {TAIL}"


def test_short_text() -> None:
    """The short text names title, date, version, paragraph and 16 digits of the hash."""
    expected = f"“{TITLE}” ([Jan. 2022]), v1, para. 16, SHA-256 3f2a9c4e5b6d7081…"
    assert format_short(citation(paragraph="p16")) == expected


def test_whole_version() -> None:
    """Without a paragraph there is no locator."""
    assert format_long(citation()) == f"“{TITLE}” [press release], [January 2022]. {TAIL}"
    assert format_short(citation()) == f"“{TITLE}” ([Jan. 2022]), v1, SHA-256 3f2a9c4e5b6d7081…"


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
def test_date_keeps_its_precision(issued: Issued, long: str, short: str) -> None:
    """A date never gains a month or a day, and an inferred one stands in square brackets."""
    assert format_long(citation(issued=issued)) == f"“{TITLE}” [press release], {long}. {TAIL}"
    assert format_short(citation(issued=issued)).startswith(f"“{TITLE}” ({short}), v1, ")


def test_no_date() -> None:
    """An unknown date is n.d., with one full stop."""
    undated = citation(issued=Issued(None, "unknown"))
    assert format_long(undated) == f"“{TITLE}” [press release], n.d. {TAIL}"
    assert format_short(undated) == f"“{TITLE}” (n.d.), v1, SHA-256 3f2a9c4e5b6d7081…"


def test_issuer_leads_where_stated() -> None:
    """A stated issuer stands first."""
    assert format_long(citation(issuer="Ministry of X")).startswith(f"Ministry of X, “{TITLE}” [press release], ")
    assert format_short(citation(issuer="Ministry of X")).startswith(f"Ministry of X, “{TITLE}” ([Jan. 2022]), ")


def test_source_stands_only_where_known() -> None:
    """The address it was published at is given, and none is made up from the archive's name."""
    known = format_long(citation(source="https://example.org/a.html"))
    assert known.endswith(f"muniment.example.org/archive. Source: <https://example.org/a.html>. SHA-256 {HEX}.")
    assert "://" not in format_long(citation()) + format_short(citation())


@pytest.mark.parametrize(
    ("paragraph", "locator"),
    [("p16", "para. 16"), ("p9.1", "para. 9.1"), ("p16-2", "para. 16-2"), ("h1", "heading 1"), ("p0.1", "para. 0.1")],
)
def test_locator(paragraph: str, locator: str) -> None:
    """A locator is the id without its letter, so that it names one paragraph only."""
    assert f", {locator}. Archive version 1" in format_long(citation(paragraph=paragraph))


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
def test_title_is_exact(title: str) -> None:
    """The characters of a title are never changed."""
    assert format_long(citation(title=title)).startswith(f"“{title}” [press release], ")
    assert csl_item(citation(title=title))["title"] == title


def test_csl_item() -> None:
    """The CSL-JSON item is a document with genre, version, archive, and the hash in three places."""
    assert csl_item(citation(paragraph="p16", source="https://example.org/a.html")) == {
        "id": "kz-events-2022-01-v1",
        "type": "document",
        "genre": "Press release",
        "title": TITLE,
        "version": "1",
        "archive": "muniment.example.org/archive",
        "archive_location": f"SHA-256 {HEX}",
        "publisher": "muniment.example.org/archive",
        "note": f"SHA-256: {HEX}\nDate basis: inferred by the archive",
        "custom": {
            "sha256": HEX,
            "ni": "ni:///sha-256;PyqcTlttcIEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "release": "kz-events-2022-01",
            "reference": "kz-events-2022-01/v1",
            "issued_basis": "inferred",
            "archived": "2026-11-22T10:01:00Z",
            "source_url": "https://example.org/a.html",
        },
        "issued": {"date-parts": [[2022, 1]]},
        "language": "en",
    }


def test_csl_omits_what_is_not_known() -> None:
    """No author, date or language is invented."""
    item = csl_item(citation(issued=Issued(None, "unknown"), language="und"))
    assert {"author", "issued", "language", "URL", "accessed", "locator"} & item.keys() == set()
    assert item["note"] == f"SHA-256: {HEX}"


def test_csl_author_is_literal() -> None:
    """A stated issuer is one literal name, not a person to be taken apart."""
    assert csl_item(citation(issuer="Ministry of X"))["author"] == [{"literal": "Ministry of X"}]


@pytest.mark.parametrize(
    "issued", [Issued("2022-01-05", "stated"), Issued("2022", "inferred"), Issued(None, "unknown")]
)
def test_csl_fits_its_schema(vectors: Callable[[str], Path], issued: Issued) -> None:
    """The file is valid CSL-JSON by the schema of citation-style-language."""
    schema = json.loads((vectors("csl") / "csl-data.json").read_text(encoding="utf-8"))
    for issuer in (None, "Ministry of X"):
        data = format_csl(citation(issued=issued, issuer=issuer, source="https://example.org"))
        jsonschema.Draft7Validator(schema).validate(json.loads(data))


def test_csl_file_is_readable_text() -> None:
    """The file of an item is indented UTF-8 with its own characters and a final newline."""
    data = format_csl(citation(title="بيان"))
    assert data.startswith(b'[\n  {\n    "id": "kz-events-2022-01-v1",\n')
    assert data.endswith(b"\n]\n")
    assert '"title": "بيان"'.encode() in data


@pytest.fixture
def stored() -> StoredVersion:
    """A version out of an archive."""
    store = MemoryStore()
    root, record, log = (PrivateKey.from_seed(bytes([n]) * 32) for n in (1, 2, 3))
    create_archive(store, Founders(root, record, log), origin="a.example", now="2026-11-22T10:00:00Z")
    source = Source(b"A title\n\n16. Some words.\n\nAnd more words.\n", "a.txt", "2026-11-22")
    metadata = {"issuer": "Ministry of X", "uri": "https://x.example/a"}
    add_publication(store, Keys(record, log), "abc", source, metadata, Occasion("2026-11-22T10:01:00Z"))
    return open_archive(store).read(parse_reference("v1"))


def test_make_citation(stored: StoredVersion) -> None:
    """A citation takes everything from the record and the log entry."""
    assert make_citation(stored, origin="a.example", paragraph="p16") == Citation(
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
        paragraph="p16",
        label="16.",
    )
    assert make_citation(stored, origin="a.example").paragraph is None


def test_no_such_paragraph(stored: StoredVersion) -> None:
    """A paragraph that is not there cannot be cited."""
    with pytest.raises(UnresolvedReferenceError, match="has no paragraph p99"):
        make_citation(stored, origin="a.example", paragraph="p99")
