"""Histories from the web and from other archives, at the command line."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.cli.web_servers import PUBLIC, Around, serving
from tests.importing.test_mementos import DATES, HOST, WebArchive, raw_path, time_map
from tests.importing.test_mementos import RELEASE as NOTICE
from tests.importing.test_warc_files import answer
from tests.importing.test_warc_files import page as captured_page
from tests.snapshot.conftest import RELEASE, TEXT, World
from tests.sources.files_of_others import path_of
from tests.sources.warc.making import packed

from muniment.cli.verbs import capture


def printed(run: Run, *arguments: str, exit_code: int = 0) -> Any:  # noqa: ANN401 - whatever JSON there is
    """Run a command with ``--json``, and read what it prints."""
    result = run(*arguments, "--json")
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


@pytest.mark.usefixtures("work")
def test_files_of_two_makers(run: Run) -> None:
    """WARC and WACZ files of two makers come in at the command line, verify, are shown, and bring nothing again."""
    files = [
        str(path_of(name)) for name in ("example.warc.gz", "example-iana.org-chunked.warc", "valid_example_1.wacz")
    ]

    first = run("import", "warc", *files)

    assert first.exit_code == 0, first.output
    assert "3 added; 0 there already; 1 as the one before" in first.stdout
    assert run("verify").exit_code == 0
    shown = " ".join(run("show", "example-com").stdout.split())
    assert "captured http://example.com/, 2017-03-06T04:02:06Z (claimed), status 200 by 93.184.216.34" in shown
    assert "imported warc example.warc.gz, urn:uuid:" in shown
    again = run("import", "warc", *files)
    assert "0 added; 3 there already; 1 as the one before" in again.stdout


def test_a_crawl_at_the_command_line(work: Path, run: Run) -> None:
    """Addresses are chosen, releases named by a pattern, a dry run writes nothing, what is broken gives exit code 1."""
    other = answer(3, address="https://other.example.org/")
    (work / "a.warc.gz").write_bytes(packed(answer(1), answer(2, captured_page("opens")), other)[:-9])
    before = sorted(path for path in work.rglob("*") if path.is_file())

    dry = run("import", "warc", "a.warc.gz", "--dry-run")

    assert dry.exit_code == 1
    assert "2 would be added" in dry.stdout
    assert sorted(path for path in work.rglob("*") if path.is_file()) == before
    result = run("import", "warc", "a.warc.gz", "--address", "https://press.example.org/*", "--release-from", "{name}")
    assert result.exit_code == 1
    assert "2 added" in result.stdout
    assert [row["release"] for row in printed(run, "list")["releases"]] == ["harbour-notice", "notice"]
    assert run("import", "warc", "missing.warc").exit_code == 2
    (work / "text").write_text("hello")
    refused = run("import", "warc", "text")
    assert (refused.exit_code, refused.stderr) == (
        2, "archive: text: this is neither a WARC nor a WACZ file: found a plain text\n",
    )  # fmt: skip


def test_a_time_map_at_the_command_line(work: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A TimeMap, as a file and by its address, comes in with the safeguards of a capture."""
    (work / "notice.timemap").write_bytes(time_map())
    with serving(WebArchive().reply) as server:
        around = Around({HOST: [[PUBLIC]]}, server)
        monkeypatch.setattr(capture, "NETWORK", around.network())
        assert "3 would be added" in run("import", "memento", "notice.timemap", "--dry-run").stdout
        assert server.asked == []
        result = run("import", "memento", "notice.timemap", "--raw", "always", "--delay", "2")
        assert result.exit_code == 0, result.output
        assert "3 added" in result.stdout
        assert all(b"User-Agent: muniment/" in request for request in server.requests)
        assert f"{HOST}{raw_path(next(iter(DATES)))}" in server.asked
        assert run("verify", NOTICE).exit_code == 0
        assert "0 added; 3 there already" in run("import", "memento", "notice.timemap", "--raw", "always").stdout
        around.names[HOST] = [["127.0.0.1"]]
        refused = run("import", "memento", f"http://{HOST}/map")
        assert refused.exit_code == 2
        assert "not on the public internet" in refused.stderr
        assert "--allow-private" in refused.stderr
        gone = run("import", "memento", f"http://{HOST}/map", "--allow-private")
        assert (gone.exit_code, "status 404" in gone.stderr) == (2, True)


@pytest.fixture(scope="module")
def other() -> World:
    """Another archive with two versions."""
    world = World()
    world.publish(TEXT)
    world.publish(TEXT.replace("last", "very last"))
    return world


def test_snapshots_at_the_command_line(work: Path, run: Run, other: World) -> None:
    """Snapshots come in from a folder of files and an unpacked folder; attestations are shown and judged apart."""
    (work / "zips").mkdir()
    for number in (1, 2):
        (work / "zips" / f"{number}.zip").write_bytes(other.snapshot(f"v{number}").data)

    result = run("import", "snapshot", "zips")

    assert result.exit_code == 0, result.output
    assert "2 added" in result.stdout
    with zipfile.ZipFile(work / "zips" / "1.zip") as file:
        file.extractall(work / "unpacked")
    (folder,) = (work / "unpacked").iterdir()
    assert "0 added; 1 there already" in run("import", "snapshot", str(folder)).stdout
    root = other.archive.roots[0].digest
    verified = run("verify")
    assert verified.exit_code == 0
    said = " ".join(verified.stdout.split())
    assert "attested by others, which decides nothing above:" in said
    assert f"holds by itself; whose trust root that is, nothing here tells: {RELEASE}/v1, {RELEASE}/v2" in said
    assert f"trust root {root}" in said
    trusted = " ".join(run("verify", "--attesting-root", root).stdout.split())
    assert f"holds, under the trust root that you gave: {RELEASE}/v1" in trusted
    assert [one["outcome"] for one in printed(run, "verify", "--attesting-root", root)["attested"]] == ["verified"] * 2
    assert run("verify", "--attesting-root", "sha256:12").exit_code == 2
    shown = " ".join(run("show", f"{RELEASE}/v1").stdout.split())
    assert f"attested {RELEASE}/v1 of archive.example.org/press, sha256:" in shown
    kept = run("show", f"{RELEASE}/v1", "--attestation").stdout_bytes
    assert kept == next(work.rglob("v1/content/attestation.zip")).read_bytes()
    assert run("show", f"{RELEASE}/v1", "--attestation", "--json").exit_code == 2


def test_hostile_snapshots_at_the_command_line(work: Path, run: Run, other: World) -> None:
    """A snapshot that does not verify has exit code 1, one of this archive itself 2; nothing is written for either."""
    data = other.snapshot("v1").data
    (work / "bad.zip").write_bytes(data.replace(b"The last words", b"The past words"))
    before = sorted(path for path in work.rglob("*") if path.is_file())
    bad = run("import", "snapshot", "bad.zip")
    assert bad.exit_code == 1
    assert "bad.zip" in bad.stderr
    assert sorted(path for path in work.rglob("*") if path.is_file()) == before
    (work / "n.txt").write_text("Notice\n\nThe harbour closes.\n")
    assert run("add", "n.txt", "--release", "notice").exit_code == 0
    assert run("export", "notice/v1", "-o", "own.zip").exit_code == 0
    own = run("import", "snapshot", "own.zip")
    assert (own.exit_code, "a snapshot of this archive itself" in own.stderr) == (2, True)
    (work / "empty").mkdir()
    assert run("import", "snapshot", "empty").exit_code == 2
