"""Markdown, from the file to every verb and back through a snapshot."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

from tests.cli.conftest import Run

from muniment.sources.markdown import MarkdownSource

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

NOTICE = """# Notice on the *harbour*

The harbour closes on [Monday](https://example.org/).

1. All leave.
2. None enters.
"""
NAMED = ("--media-type", "text/markdown")


def test_from_markdown_through_every_verb(work: Path, run: Run) -> None:
    """Markdown goes into the archive, to show, diff, cite and export, and its snapshot verifies by itself."""
    (work / "a.md").write_text(NOTICE, encoding="utf-8")
    added = run("add", "a.md", "--release", "notice", *NAMED)
    assert added.exit_code == 0, added.output
    assert "title (headline): Notice on the harbour" in added.stdout
    (work / "b.md").write_text(NOTICE.replace("Monday", "Friday"), encoding="utf-8")
    assert run("add", "b.md", "--release", "notice").exit_code == 0
    assert run("verify").exit_code == 0
    assert "The harbour closes on Monday." in run("show", "notice/v1").stdout
    assert "closes on [-Monday-]{+Friday+}." in run("diff", "notice/v1", "notice/v2").stdout
    assert run("cite", "notice/v1#p1", "-o", "cited.txt").exit_code == 0
    assert run("verify", "cited.txt").exit_code == 0
    assert run("export", "notice/v1", "-o", "notice.zip").exit_code == 0
    with zipfile.ZipFile(work / "notice.zip") as file:
        kept = next(name for name in file.namelist() if name.endswith("/data/original.md"))
        assert file.read(kept) == NOTICE.encode()
    result = run("verify", "notice.zip", "-v")
    assert result.exit_code == 0
    assert " 6  original   1 passed" in result.stdout


def test_said_once(work: Path, run: Run) -> None:
    """That a release is Markdown is said once; a text that is to be one again is named so."""
    (work / "a.md").write_text(NOTICE, encoding="utf-8")
    (work / "b.txt").write_text(NOTICE.replace("Monday", "Friday"), encoding="utf-8")
    (work / "c.txt").write_text(NOTICE.replace("Monday", "Sunday"), encoding="utf-8")
    run("add", "a.md", "--release", "notice", *NAMED)
    run("add", "b.txt", "--release", "notice")
    run("add", "c.txt", "--release", "notice", "--media-type", "text/plain")
    media = [
        json.loads((work / f"archive/releases/notice/v{number}/content/record.json").read_text())["original"][
            "media_type"
        ]
        for number in (1, 2, 3)
    ]
    assert media == ["text/markdown", "text/markdown", "text/plain"]
    assert run("verify").exit_code == 0


def test_a_file_beside_a_version(work: Path, run: Run) -> None:
    """A file beside a version in Markdown is read as Markdown: its marks are no words that came or went."""
    (work / "a.md").write_text(NOTICE, encoding="utf-8")
    (work / "b.md").write_text(NOTICE.replace("Monday", "Friday"), encoding="utf-8")
    run("add", "a.md", "--release", "notice", *NAMED)
    for sides in (("notice", "./b.md"), ("notice", "-")):
        result = run("diff", *sides, stdin=(work / "b.md").read_bytes())
        assert result.stdout.startswith("1 paragraph edited; "), result.stdout
    assert "no change in words; originals are the same" in run("diff", "./a.md", "notice").stdout


def test_said_of_its_name(work: Path, run: Run) -> None:
    """A file that calls itself Markdown is a text until the keeper says more, and how to say it is said."""
    (work / "a.md").write_text(NOTICE, encoding="utf-8")
    said = "archive: note: a.md was read as a plain text; --media-type text/markdown reads it as Markdown\n"
    assert run("preview", "a.md").stderr == said
    assert run("add", "a.md", "--release", "notice").stderr == said
    shown = run("preview", "a.md", *NAMED)
    assert shown.stdout.startswith("a Markdown text, utf-8 (default), read by markdown-it-py ")
    assert shown.stderr == ""


def test_not_at_hand(work: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the parsers are not installed, nothing is added, and check 6 has neither passed nor failed."""
    (work / "a.md").write_text(NOTICE, encoding="utf-8")
    run("add", "a.md", "--release", "notice", *NAMED)
    monkeypatch.setattr(MarkdownSource, "at_hand", lambda _: False)
    checked = run("verify")
    assert checked.exit_code == 3
    assert "not checked here: needs markdown/1 (pip install 'muniment[markdown]')" in " ".join(checked.output.split())
    refused = run("add", "a.md", "--release", "other", *NAMED)
    assert refused.exit_code == 2
    assert "pip install 'muniment[markdown]'" in refused.stderr
