"""WARC and WACZ files, from the file to every verb and back through a snapshot."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.sources.files_of_others import path_of
from tests.sources.warc.making import ADDRESS, PAGE, TIME, chunked, digest, packed, record, response, wacz

from muniment.digest import sha256_hex


def _record(run: Run, name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(run("show", name, "--json").stdout)
    return value


def test_from_a_warc_file_through_every_verb(work: Path, run: Run) -> None:
    """A page out of a WARC file of others goes in, to show, diff, cite and export, and its snapshot verifies."""
    assert run("add", str(path_of("example.warc.gz")), "--release", "domain").exit_code == 0
    later = run("add", f"{path_of('valid_signed_example_1.wacz')}#https://example.com/", "--release", "domain")
    assert later.exit_code == 0, later.output
    assert run("verify").exit_code == 0
    assert "Example Domain" in run("show", "domain/v1").stdout
    assert run("show", "domain/v1", "--original").stdout_bytes.startswith(b"<!doctype html>")
    changed = " ".join(run("diff", "domain/v1", "domain/v2").stdout.split())
    assert "{+use in +}illustrative examples in documents" in changed
    assert run("cite", "domain/v2", "-o", "cited.txt").exit_code == 0
    assert run("verify", "cited.txt").exit_code == 0
    assert run("export", "domain/v1", "-o", "page.zip").exit_code == 0
    with zipfile.ZipFile(work / "page.zip") as file:
        kept = next(name for name in file.namelist() if name.endswith("/data/original.html"))
        assert file.read(kept).startswith(b"<!doctype html>")
    assert run("verify", "page.zip").exit_code == 0


def test_what_the_record_says_of_a_capture(work: Path, run: Run) -> None:
    """The record has the payload as its original, and address, time, head and file of the capture beside it."""
    block = response(chunked(PAGE), "Transfer-Encoding: chunked", "Set-Cookie: id=7")
    data = packed(record(block, WARC_Block_Digest=digest(block), WARC_IP_Address="203.0.113.7"))
    (work / "crawl.warc.gz").write_bytes(data)

    result = run("add", "crawl.warc.gz", "--release", "notice")

    assert result.exit_code == 0, result.output
    made = _record(run, "notice/v1")
    original = made["original"]
    assert (original["sha256"], original["path"]) == (sha256_hex(PAGE), "original.html")
    assert (original["uri"], original["retrieved"]) == (ADDRESS, TIME)
    assert original["extractor"]["parameters"]["charset_basis"] == "http"
    assert original["capture"] == {
        "address": ADDRESS,
        "certificate": None,
        "codings": ["chunked"],
        "headers": [
            {"name": "transfer-encoding", "value": "chunked"},
            {"name": "content-type", "value": "text/html; charset=utf-8"},
        ],
        "ip_address": "203.0.113.7",
        "redirects": [],
        "robots": None,
        "software": None,
        "status": 200,
        "time": TIME,
        "warc": {
            "digests": [digest(block)],
            "record": "urn:uuid:00000000-0000-4000-8000-000000000007",
            "sha256": sha256_hex(data),
            "size": len(data),
        },
    }
    assert made["provenance"][0]["activity"] == "capture"
    assert made["provenance"][0]["time"] == TIME
    assert "Taken out of the file crawl.warc.gz, record urn:uuid:" in made["provenance"][0]["note"]
    shown = " ".join(run("show", "notice").stdout.split())
    assert f"captured {ADDRESS}, {TIME} (claimed), status 200 by 203.0.113.7" in shown
    assert run("verify").exit_code == 0


def test_the_same_page_again(work: Path, run: Run) -> None:
    """The same bytes are unchanged, captured a second time, in another file, or saved as a file of their own."""
    (work / "one.warc").write_bytes(record(response()))
    (work / "two.wacz").write_bytes(wacz({"archive/a.warc": record(response(), WARC_Date="2026-11-09T09:15:00Z")}))
    (work / "saved.html").write_bytes(PAGE)
    assert run("add", "one.warc", "--release", "notice").exit_code == 0

    for name in ("one.warc", "two.wacz", "saved.html"):
        assert "unchanged since v1" in run("add", name, "--release", "notice").stdout

    assert run("add", "saved.html", "--release", "saved").exit_code == 0
    assert "unchanged since v1" in run("add", "one.warc", "--release", "saved").stdout


def test_a_description_keeps_the_capture(work: Path, run: Run) -> None:
    """What is said later of a captured version leaves what is known of the capture as it is."""
    (work / "one.warc").write_bytes(record(response()))
    assert run("add", "one.warc", "--release", "notice").exit_code == 0
    assert run("describe", "notice", "--issuer", "Harbour Office").exit_code == 0
    first, second = (_record(run, f"notice/v{number}")["original"] for number in (1, 2))
    assert first["capture"] == second["capture"]
    assert run("add", "one.warc", "--release", "notice", "--select", "p").exit_code == 0
    assert _record(run, "notice/v3")["original"]["capture"] == first["capture"]
    assert run("verify").exit_code == 0


def test_a_text_out_of_a_capture(work: Path, run: Run) -> None:
    """A plain text that was captured has the facts of its capture too, by the charset that the answer names."""
    body = "Notice\n\nThe café at the harbour closes.\n".encode("windows-1252")
    block = response(body, "Content-Type: text/plain; charset=windows-1252")
    (work / "crawl.warc").write_bytes(record(block))
    assert run("add", f"crawl.warc#{ADDRESS}", "--release", "notice").exit_code == 0
    made = _record(run, "notice/v1")
    assert made["format"] == "muniment-record/2"
    assert (made["original"]["charset"], made["original"]["extractor"]["parameters"]) == ("windows-1252", None)
    assert "The café at the harbour closes." in run("show", "notice").stdout
    assert run("verify").exit_code == 0
    assert run("export", "notice", "-o", "text.zip").exit_code == 0
    assert run("verify", "text.zip").exit_code == 0


def test_the_keeper_is_right(work: Path, run: Run) -> None:
    """A charset that the keeper names counts more than that of the answer, and so do an address and a time."""
    body = "<!DOCTYPE html><p>The café at the harbour".encode("windows-1252")
    (work / "crawl.warc").write_bytes(record(response(body)))
    said = ("--charset", "windows-1252", "--uri", "https://example.org/n", "--retrieved", "2026-11-01")
    assert run("add", "crawl.warc", "--release", "notice", *said).exit_code == 0
    original = _record(run, "notice/v1")["original"]
    assert original["charset"] == "windows-1252"
    assert (original["uri"], original["retrieved"]) == ("https://example.org/n", "2026-11-01")
    assert (original["capture"]["address"], original["capture"]["time"]) == (ADDRESS, TIME)


def test_an_answer_that_calls_itself_something_else(work: Path, run: Run) -> None:
    """Where an answer calls a page something else, the bytes count, and that is said."""
    (work / "crawl.warc").write_bytes(record(response(PAGE, "Content-Type: application/pdf")))
    result = run("add", f"crawl.warc#{ADDRESS}", "--release", "notice")
    assert result.exit_code == 0
    assert "the answer calls itself application/pdf, and is an HTML page, as its bytes say" in result.stderr


def test_many_out_of_one_file(work: Path, run: Run) -> None:
    """Of several addresses in one file each becomes a version, and the one that is not there is named."""
    other = "https://press.example.org/other"
    data = record(response()) + record(response(PAGE.replace(b"closes", b"opens")), address=other)
    (work / "crawl.warc").write_bytes(data)
    names = [f"crawl.warc#{address}" for address in (ADDRESS, "https://press.example.org/none", other)]
    result = run("add", *names, "--release", "notice")
    assert result.exit_code == 1
    assert "2 of 3 files added; 1 refused" in result.stdout
    assert "there is no answer of https://press.example.org/none in it" in " ".join(result.stdout.split())


def test_preview_of_an_answer(work: Path, run: Run) -> None:
    """A preview shows what would be taken out of a WARC file."""
    (work / "crawl.warc").write_bytes(gzip.compress(record(response())))
    result = run("preview", "crawl.warc")
    assert result.exit_code == 0
    assert "an HTML page, utf-8 (http), 2 paragraphs" in result.stdout


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("cut.warc", record(response())[:-9], "cut.warc: record 1: the WARC file is cut off"),
        ("page.html#https://example.org/", PAGE, "an address names a page in a WARC or WACZ file, and this is neither"),
        ("image.warc", record(b"\x89PNG\r\n\x1a\n", "resource"), "this is a PNG image, which is not read here"),
    ],
)
def test_what_cannot_be_taken(work: Path, run: Run, name: str, data: bytes, what: str) -> None:
    """A broken file, an address in a page and a page that is an image are refused, and nothing is written."""
    (work / name.partition("#")[0]).write_bytes(data)
    result = run("add", name, "--release", "notice")
    assert result.exit_code == 2
    assert what in result.stderr
    assert run("show", "notice").exit_code == 2
