"""The bytes of the page: well-formed, with a policy, inert, and the same for every reader."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

import html5lib
import pytest

from muniment.archive import open_archive
from muniment.export.snapshot import Snapshot, build_snapshot
from muniment.record import parse_record
from muniment.record.reading import reading_paragraphs
from muniment.reference import parse_reference
from muniment.snapshot.bagit import bag_files
from muniment.snapshot.page import PARTS, packaged, script, style
from muniment.snapshot.page.details import CHECKS, STAMPS
from muniment.snapshot.zip import format_zip, parse_zip
from muniment.store import LocalStore
from muniment.verify.snapshot import verify_snapshot

if TYPE_CHECKING:
    from tests.snapshot.conftest import World

TITLE = 'A "title" </script><script>document.title="owned"</script> & <img src=x onerror=alert(1)> {} é'
HOSTILE = (
    f"{TITLE}\n\n"
    "1. Words </script><!--<script> ]]> \u202eturned\u202c and \u2028 parted \ufeff\ue000.\n\n"
    "2. [Brackets] of the original.\n"
)


def files_of(snapshot: Snapshot) -> dict[str, bytes]:
    """The files of a snapshot by their path in ``data/``; of those beside it, by their names."""
    names = {entry.name.partition("/")[2].removeprefix("data/"): entry.data for entry in parse_zip(snapshot.data)[1]}
    assert len(names) == len(parse_zip(snapshot.data)[1])
    return names


def parse(page: bytes) -> Element:
    """The page as an HTML parser reads it that forgives nothing."""
    tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page.decode())
    return tree


@pytest.fixture(scope="module")
def page(snapshot: Snapshot) -> bytes:
    """The page of v1."""
    return files_of(snapshot)["00-START-HERE.html"]


def block(tree: Element, media_type: str) -> str:
    """The text of the one data block of a type."""
    (found,) = (e.text or "" for e in tree.iter("script") if e.get("type") == media_type)
    return found


def test_policy(page: bytes) -> None:
    """The page allows its one script and its one style sheet by their hashes, and no request at all."""
    policies = [e.get("content") for e in parse(page).iter("meta") if e.get("http-equiv") == "Content-Security-Policy"]
    ours, sheet = (
        base64.b64encode(hashlib.sha256(held.encode()).digest()).decode() for held in (script(stamped=False), style())
    )
    own = f"script-src 'sha256-{ours}'; style-src 'sha256-{sheet}'"
    assert policies == [f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"]


def test_script_and_style_are_constants(page: bytes) -> None:
    """Script and style sheet stand in the page as they are packaged; neither can end its element or fetch anything."""
    said = page.decode()
    for held in (script(stamped=False), style()):
        assert said.count(held) == 1
        assert not re.search(r"</(script|style)|<!--", held)
        assert not re.search(r"https?://|\burl\(|@import|fetch\(|XMLHttp|import\(|innerHTML|eval\(", held)


def test_evidence_is_carried_once(snapshot: Snapshot, page: bytes) -> None:
    """The page holds the exact bytes of record, signature, entry, proof and trust roots, each one time."""
    files = files_of(snapshot)
    carried = json.loads(block(parse(page), "application/json"))["files"]
    assert sorted(carried) == sorted(
        ["inclusion.tlog-proof", "record.json", "record.json.sig", "statement.json"]
        + [path for path in files if path.startswith("trust/root/")]
    )
    for path, data in carried.items():
        if path.endswith(".json"):
            assert data.encode() == files[path]
            assert page.count(f'"{path}":'.encode()) == 1
        else:
            assert base64.b64decode(data, validate=True) == files[path]
            assert page.count(data.encode()) == 1


def test_every_check_has_a_line(page: bytes) -> None:
    """Each check of the script has its line, in the same order, and none is said to be done before it is."""
    lines = [e for e in parse(page).iter("li") if (e.get("id") or "").startswith("check-")]
    named = re.findall(r"^  async (\w+)\(\) \{", packaged("page.js"), re.MULTILINE)
    every = [f"check-{name}" for name, _ in CHECKS]
    assert [e.get("id") for e in lines] == every
    assert [f"check-{name}" for name in named] == every
    for part in (*PARTS, "page_stamps.js"):
        lines_of = [line.strip() for line in packaged(part).splitlines()]
        kept = "\n".join(line for line in lines_of if line and not line.startswith("//"))
        assert kept in script(stamped=True)
        assert (kept in script(stamped=False)) is (part != "page_stamps.js")
    assert script(stamped=True).count(f"\nCHECKS.{STAMPS[0]} = async () => {{") == 1
    assert {"".join(e.find("span").itertext()) for e in lines} == {"not checked"}  # type: ignore[union-attr]


def test_hostile_text(world_of: Callable[..., World]) -> None:
    """Markup in archived text is text, in the title, the words, the metadata and the data for programs."""
    page = files_of(world_of(HOSTILE).snapshot())["00-START-HERE.html"]
    tree = parse(page)
    assert len(list(tree.iter("script"))) == 3
    assert list(tree.iter("img")) == []
    assert "".join(e.text or "" for e in tree.iter("title")) == f"{TITLE} (declaration/v1)"
    assert json.loads(block(tree, "application/ld+json"))["name"] == TITLE
    assert "⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩turned⟨U+202C POP DIRECTIONAL FORMATTING⟩" in "".join(tree.itertext())
    assert not re.search("[\u2028\u202a-\u202e\u2066-\u2069\ufeff\ue000]", page.decode())


def test_metadata(snapshot: Snapshot, page: bytes) -> None:
    """Programs find what the record says; a date that was inferred and an issuer that is not known are left out."""
    tree = parse(page)
    metas = [(e.get("name"), e.get("content")) for e in tree.iter("meta") if e.get("name")]
    digest = hashlib.sha256(files_of(snapshot)["record.json"])
    ni = "ni:///sha-256;" + base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")
    assert metas[3:] == [
        ("DCTERMS.title", "Déclaration sur les événements « Ünïcode »"),
        ("DCTERMS.language", "fr"),
        ("DCTERMS.type", "Document"),
        ("DCTERMS.identifier", ni),
        ("DCTERMS.identifier", f"sha256:{digest.hexdigest()}"),
        ("DCTERMS.publisher", "archive.example.org/press"),
        ("citation_title", "Déclaration sur les événements « Ünïcode »"),
        ("citation_language", "fr"),
        ("citation_publisher", "archive.example.org/press"),
    ]
    assert [(e.get("rel"), e.get("href")) for e in tree.iter("link")] == [
        ("schema.DCTERMS", "http://purl.org/dc/terms/"),
        ("cite-as", ni),
        ("type", "https://schema.org/CreativeWork"),
        ("describedby", "data/record.json"),
        ("item", "data/original.txt"),
    ]
    linked = json.loads(block(tree, "application/ld+json"))
    assert linked["@id"] == ni
    assert linked["encoding"]["sha256"] == digest.hexdigest()
    assert not {"author", "datePublished", "abstract", "isBasedOn", "url"} & linked.keys()


def test_metadata_of_a_full_description(world_of: Callable[..., World]) -> None:
    """A stated date, an issuer and addresses are handed on; what is no address is no link."""
    world = world_of(
        "Notice\n\n1. Closed.\n", issuer="Port Authority", issued={"date": "2022-01", "basis": "stated"},
        language="und", abstract="Closed.", subjects=["harbours", "ferries"], temporal=["2022"], rights="https://example.org/l",
        uri="https://example.org/n",
    )  # fmt: skip
    tree = parse(files_of(world.snapshot())["00-START-HERE.html"])
    metas = {(e.get("name"), e.get("content")) for e in tree.iter("meta")}
    assert {
        ("citation_author", "Port Authority"), ("citation_publication_date", "2022/01"), ("DCTERMS.issued", "2022-01"),
        ("DCTERMS.creator", "Port Authority"), ("DCTERMS.subject", "ferries"), ("DCTERMS.abstract", "Closed."),
        ("DCTERMS.temporal", "2022"), ("DCTERMS.rights", "https://example.org/l"),
        ("DCTERMS.source", "https://example.org/n"),
    } <= metas  # fmt: skip
    assert not {"DCTERMS.language", "citation_language"} & {name for name, _ in metas}
    links = {(e.get("rel"), e.get("href")) for e in tree.iter("link")}
    assert {("license", "https://example.org/l"), ("original", "https://example.org/n")} <= links
    linked = json.loads(block(tree, "application/ld+json"))
    assert linked["author"] == {"@type": "Organization", "name": "Port Authority"}
    assert (linked["datePublished"], linked["keywords"], linked["isBasedOn"]) == (
        "2022-01", ["harbours", "ferries"], "https://example.org/n",
    )  # fmt: skip
    script = world_of("N\n\n1. W.\n", rights="javascript:alert(1)", uri="ftp://example.org/n").snapshot()
    rels = {e.get("rel") for e in parse(files_of(script)["00-START-HERE.html"]).iter("link")}
    assert not {"license", "original"} & rels


def test_reading_text(world: World) -> None:
    """What the page shows to read is the reading text, and what it shows as received is the text as received."""
    world.emend()
    files = files_of(world.snapshot("v2"))
    record, tree = parse_record(files["record.json"]), parse(files["00-START-HERE.html"])
    bodies = [e[1] for e in tree.iter("div") if (e.get("class") or "").startswith("paragraph ")]
    assert [_read(e, "was") for e in bodies] == [_named(text) for _, text in reading_paragraphs(record)]
    assert [_read(e, "now") for e in bodies] == [_named(paragraph.text) for paragraph in record.paragraphs]
    (words,) = (e for e in tree.iter("div") if e.get("id") == "words")
    assert (words.get("lang"), words.get("dir")) == ("fr", "ltr")
    listed = [
        " ".join("".join(e.itertext()).split()) for e in tree.iter("li") if re.fullmatch("e[0-9]", e.get("id", ""))
    ]
    assert [line.rpartition(" (")[0] for line in listed] == [
        "p2 corrected: The These — a plural follows",
        "p2 omitted: last — a name of a private person",
        "p2 supplied: very — missing",
        "p2 unclear: words — smudged",
    ]


def _named(text: str) -> str:
    return text.replace("\u202e", "⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩").replace(
        "\u202c", "⟨U+202C POP DIRECTIONAL FORMATTING⟩"
    )


def _read(element: Element, without: str) -> str:
    """The text of an element, without what only the other text has and without the numbers of emendations."""
    if element.get("class") in {without, "mark"}:
        return ""
    return (element.text or "") + "".join(_read(child, without) + (child.tail or "") for child in element)


def test_the_page_of_a_version_never_changes(world: World) -> None:
    """Later versions leave the page of an earlier one as it was."""
    before = files_of(world.snapshot("v1"))["00-START-HERE.html"]
    world.emend()
    world.publish("Another\n\n1. Release.\n", "other")
    assert files_of(world.snapshot("declaration/v1"))["00-START-HERE.html"] == before


def test_changed_page(snapshot: Snapshot) -> None:
    """A page with another script is found with the snapshot, even when all its manifests were made to fit."""
    folder, entries = parse_zip(snapshot.data)
    files = {entry.name[len(folder) + 1 :]: entry.data for entry in entries}
    payload = {path[5:]: data for path, data in files.items() if path.startswith("data/")}
    page = {"00-START-HERE.html": files["00-START-HERE.html"].replace(b"FAILED", b"passed")}
    tags = [line.split(": ", 1) for line in files["bag-info.txt"].decode().splitlines()]
    forged = format_zip(folder, bag_files(payload, [(label, value) for label, value in tags[:-1]], page))
    report = verify_snapshot(forged, subject="forged.zip")
    assert [(finding.check, finding.subject) for finding in report.failures] == [(2, "00-START-HERE.html")]


def test_size_of_the_shipped_release() -> None:
    """The snapshots of the versions that come with the software, page included, have at most 224 and 232 KiB."""
    archive = open_archive(LocalStore(Path(__file__).parents[2] / "archive"))
    for name, most in (("v1", 224), ("v2", 232)):
        assert len(build_snapshot(archive, archive.read(parse_reference(name))).data) <= most * 1024
