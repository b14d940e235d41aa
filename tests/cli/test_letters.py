"""E-mails, from the file to every verb and back through a snapshot; and what cannot be read."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import Run, Tree

if TYPE_CHECKING:
    from collections.abc import Callable

LETTER = Path(__file__).parents[1] / "sources" / "mail" / "statement.eml"


def test_from_a_letter_through_every_verb(work: Path, run: Run) -> None:
    """A letter goes into the archive, to show, diff, cite and export, and its snapshot verifies by itself."""
    added = run("add", str(LETTER), "--release", "statement")
    assert added.exit_code == 0, added.output
    assert "title (stated): Заявление о событиях в порту" in added.stdout
    assert "note: statement.eml: taken: part 1.1 (by the rule for e-mails), 33 words; left out: 2 parts" in added.stderr
    (work / "second.eml").write_bytes(LETTER.read_bytes().replace(b"3. Third.", b"3. Fourth."))
    assert run("add", "second.eml", "--release", "statement").exit_code == 0
    assert run("verify").exit_code == 0
    assert "Первый пункт" in run("show", "statement/v1").stdout
    assert "[-Third.-]{+Fourth.+}" in run("diff", "statement/v1", "statement/v2").stdout
    assert "[-Third.-]{+Fourth.+}" in run("diff", str(LETTER), "./second.eml").stdout
    assert run("cite", "statement/v1#p1", "-o", "cited.txt").exit_code == 0
    assert run("verify", "cited.txt").exit_code == 0
    assert run("export", "statement/v1", "-o", "letter.zip").exit_code == 0
    with zipfile.ZipFile(work / "letter.zip") as file:
        kept = next(name for name in file.namelist() if name.endswith("/data/original.eml"))
        assert file.read(kept) == LETTER.read_bytes()
    result = run("verify", "letter.zip", "-v")
    assert result.exit_code == 0
    assert " 6  original   1 passed" in result.stdout


def test_the_part_is_kept(work: Path, run: Run) -> None:
    """The part that a keeper chose is taken again of the next letter of the release; the record has both."""
    run("add", str(LETTER), "--release", "statement", "--part", "1.2", "--select", "ol")
    (work / "second.eml").write_bytes(LETTER.read_bytes().replace(b"3. Third.", b"3. Fourth."))
    run("add", "second.eml", "--release", "statement")

    record = json.loads((work / "archive/releases/statement/v2/content/record.json").read_text())
    assert record["format"] == "muniment-record/2"
    parameters = record["original"]["extractor"]["parameters"]
    assert (parameters["part"], parameters["part_basis"], parameters["page"]["select"]) == ("1.2", "keeper", ["ol"])
    assert [part["part"] for part in parameters["left_out"]] == ["1.1", "2"]
    assert record["issued"]["note"] == "The e-mail says so by Date."
    assert run("verify").exit_code == 0


def test_preview(work: Path, run: Run) -> None:
    """A preview shows what would be taken, and each part that would not."""
    assert work.is_dir()
    shown = run("preview", str(LETTER)).stdout

    assert shown.startswith(
        "an e-mail, utf-8 (part), 4 paragraphs\n"
        "taken: part 1.1 (by the rule for e-mails), 33 words; left out: 2 parts\n"
        "stated: title: Заявление о событиях в порту (Subject)\n"
    )
    assert "\n-       part 2: application/pdf, statement.pdf, 27 bytes, sha256:a66355" in shown
    assert "part 1.2, as chosen; taken: " in run("preview", str(LETTER), "--part", "1.2").stdout


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.eml", LETTER.read_bytes()[:900], "a.eml: the e-mail is cut short"),
        ("a.eml", b"{\\rtf1 words}", "a.eml: this is an RTF file, which is not read here"),
        (
            "a.eml",
            b"MIME-Version: 1.0\nContent-Type: application/pkcs7-mime\n\nx",
            "a.eml: the e-mail holds no text: found 1 (application/pkcs7-mime)",
        ),
    ],
)
def test_siblings(work: Path, run: Run, tree: Callable[[Path], Tree], name: str, data: bytes, said: str) -> None:
    """What is mislabelled, cut short or encrypted is refused in one line; nothing is written."""
    (work / name).write_bytes(data)
    before = tree(work)

    result = run("add", name, "--release", "other")

    assert (result.exit_code, result.stdout) == (2, "")
    assert [line for line in result.stderr.splitlines() if not line.startswith("archive: note: ")] == [
        line for line in result.stderr.splitlines() if line.startswith(f"archive: {said}")
    ]
    assert tree(work) == before


def test_named_as_a_text(work: Path, run: Run) -> None:
    """A letter under the name of a text is taken as a letter, and that is said."""
    (work / "letter.txt").write_bytes(LETTER.read_bytes())

    result = run("add", "letter.txt", "--release", "statement", "--dry-run")

    assert "archive: note: letter.txt is an e-mail, as its bytes say" in result.stderr
    assert "(stated by the e-mail)" in result.stdout
    refused = run("add", "letter.txt", "--release", "statement", "--media-type", "text/plain")
    assert refused.exit_code == 2
    assert "this is an e-mail: expected text/plain" in refused.stderr
