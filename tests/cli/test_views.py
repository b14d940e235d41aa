"""``diff --format html`` and ``--format markdown``, and ``-o FILE``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from muniment.digest import format_digest, sha256_hex

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("shape", ["html", "html-fragment", "markdown"])
def test_both_sides_are_named(run: Run, shape: str) -> None:
    """The page of a version and a file has the reference, the title and the hashes of one, the hash of the other."""
    result = run("diff", "v1", "second.txt", "--format", shape)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "harbour-notice" in result.stdout
    assert "Notice on the harbour" in result.stdout
    assert format_digest(sha256_hex(Path("second.txt").read_bytes())) in result.stdout
    versions = json.loads(run("diff", "v1", "v2", "--json").stdout)
    shown = run("diff", "v1", "v2", "--format", shape).stdout
    for side in ("a", "b"):
        assert versions[side]["record"] in shown
        assert versions[side]["original"] in shown


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("shape", ["html", "html-fragment", "markdown"])
def test_description_and_emendations(run: Run, shape: str) -> None:
    """What changed in the description and the emendations stands in the page."""
    emend = ("emend", "v2#p2", "--omit", "Tuesday", "--reason", "why not", "--title", "Other <title>")
    assert run(*emend).exit_code == 0
    shown = run("diff", "v2", "v3", "--format", shape).stdout
    assert "description: title changed; emendations: 1 added; originals are the same" in shown
    assert "Other &lt;title" in shown
    assert "omitted" in shown
    assert "why not" in shown


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("shape", ["text", "json", "html", "html-fragment", "markdown"])
def test_output_is_what_would_be_printed(run: Run, shape: str) -> None:
    """``-o FILE`` writes the bytes that would go to stdout, and ``-o -`` is stdout."""
    command = ("diff", "v1", "v2", "--format", shape)
    printed = run(*command)
    written = run(*command, "-o", "changes")
    assert (written.exit_code, written.output) == (0, "")
    assert Path("changes").read_bytes() == printed.stdout_bytes
    assert run(*command, "-o", "-").stdout_bytes == printed.stdout_bytes


def test_output_replaces_only_when_told(run: Run, refused: Refused, work: Path) -> None:
    """Another file is not replaced without ``--force``; the same bytes are fine."""
    command = ("diff", "v1", "v2", "--format", "html", "-o", "page.html")
    assert run(*command).exit_code == 0
    assert run(*command).exit_code == 0
    (work / "page.html").write_text("mine")
    assert "page.html: another file is there (--force replaces it)" in refused(*command, code=2)
    assert (work / "page.html").read_text() == "mine"
    assert run(*command, "--force").exit_code == 0
    assert (work / "page.html").read_text().startswith("<!DOCTYPE html>")


def test_nothing_is_written_when_a_side_is_missing(refused: Refused, work: Path) -> None:
    """A comparison that fails leaves no file."""
    refused("diff", "v1", "v9", "--format", "html", "-o", "page.html", code=2)
    assert not (work / "page.html").exists()


@pytest.mark.usefixtures("work")
def test_context_leaves_paragraphs_open(run: Run) -> None:
    """``--context`` says how many unchanged paragraphs are not folded."""
    Path("long-a.txt").write_text(
        "1. The start is here.\n\n" + "\n\n".join(f"{n}. Paragraph number {n}." for n in range(2, 10)) + "\n"
    )
    Path("long-b.txt").write_text(Path("long-a.txt").read_text().replace("The start is", "The start was"))
    for context, said in ((0, "8 paragraphs unchanged"), (1, "7 paragraphs unchanged"), (8, "")):
        page = run("diff", "long-a.txt", "long-b.txt", "--format", "html", "--context", str(context)).stdout
        assert ("paragraphs unchanged" in page) is bool(said)
        assert said in page


@pytest.mark.usefixtures("work")
def test_exit_code_and_file(run: Run) -> None:
    """``--exit-code`` says that something differs, and the file is written all the same."""
    result = run("diff", "v1", "v2", "--format", "html", "-o", "page.html", "--exit-code")
    assert result.exit_code == 1
    assert Path("page.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("shape", ["html", "html-fragment", "markdown"])
def test_what_has_no_page(run: Run, refused: Refused, shape: str) -> None:
    """A summary is refused in words, of two versions and of a range; ``--only`` is not."""
    assert "a summary has no page" in refused("diff", "v1..v2", "--summary", "--format", shape, code=2)
    assert "a summary has no page" in refused("diff", "v1", "v2", "--summary", "--format", shape, code=2)
    assert "Not shown: 1 paragraph edited" in run("diff", "v1", "v2", "--only", "typographic", "--format", shape).stdout


@pytest.mark.parametrize("shape", ["html", "html-fragment", "markdown"])
def test_page_of_a_range(run: Run, work: Path, shape: str) -> None:
    """The page of a range names each step, then shows the net change between its ends, by their full names."""
    (work / "third.txt").write_text((work / "notice.txt").read_text())
    assert run("add", "third.txt", "--release", "harbour-notice", "--issued", "2026-01").exit_code == 0
    assert run("describe", "harbour-notice", "--title", "Other <title>").exit_code == 0
    shown = run("diff", "v1..v4", "--format", shape).stdout
    said = "1 paragraph edited; description: issued added; originals differ."
    if shape.startswith("html"):
        step = r"<h\d>v3<span>, issued 2026-01 \(inferred\), publication, reverts to v1</span></h\d><p>" + re.escape(
            said
        )
        assert re.search(step, shown)
        assert shown.count("Logged 2027-01-15T08:00:00Z, as claimed.") == 3
        assert 'role="img" aria-label="v1, ' in shown
    else:
        when = "issued 2026-01 (inferred); logged 2027-01-15T08:00:00Z (claimed)"
        assert f"- **v3**, publication, reverts to v1, {when}: {said}\n" in shown
        assert shown.count("logged 2027-01-15T08:00:00Z (claimed): ") == 3
    assert "description: title changed; originals are the same." in shown
    assert "harbour-notice/v1" in shown
    assert "harbour-notice/v4" in shown
    assert "<title>Other" not in shown
    assert "Step by step" not in run("diff", "v1", "v4", "--format", shape).stdout
    assert run("diff", "v1..v3", "--format", shape, "--exit-code").exit_code == 0
    assert "Step by step" not in run("diff", "v1..v1", "--format", shape).stdout
