"""PDF files, from the file to every verb and back through a snapshot; engines; and what cannot be read."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from tests.cli.conftest import Run, Tree
from tests.sources.files_of_others import path_of
from tests.sources.pdf.making import hostile, locked, made, picture_only, right_to_left

from muniment.sources import Extraction
from muniment.sources.pdf import PdfSource

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FIRST, SECOND = "release-two-columns.pdf", "ag-energy-round-up-2017-02-24.pdf"


def _notice(day: str) -> bytes:
    """A notice of three pages under a running head, with a number on each page and a word that is broken."""
    line = "The harbour office closes the northern gate of the old harbour, says the govern-"
    return made(
        [
            (60, 800, 9, "Harbour Office"),
            (60, 700, 18, "Notice on the harbour"),
            (60, 660, 11, line),
            (60, 646, 11, "ment of the harbour."),
            (60, 600, 11, f"The government closes the harbour on {day}."),
            (300, 40, 9, "1"),
        ],
        [(60, 800, 9, "Harbour Office"), (60, 700, 11, "Every vessel leaves before noon."), (300, 40, 9, "2")],
        [(60, 800, 9, "Harbour Office"), (60, 700, 11, "None enters."), (300, 40, 9, "3")],
    )


WHOLE: Final = _notice("Monday")


@pytest.fixture
def printed(work: Path, run: Run) -> Path:
    """An archive with a release of two versions of PDF files."""
    for number, data in enumerate((WHOLE, _notice("Sunday")), 1):
        (work / f"{number}.pdf").write_bytes(data)
        result = run("add", f"{number}.pdf", "--release", "printed")
        assert result.exit_code == 0, result.output
    return work


def test_from_a_pdf_through_every_verb(printed: Path, run: Run) -> None:
    """A PDF goes into the archive, to show, diff, cite, prove and export, and its snapshot verifies by itself."""
    assert printed.is_dir()
    shown = " ".join(run("show", "printed/v1").stdout.split())
    assert "says the government of the harbour." in shown
    assert "Harbour Office" not in shown
    assert "[-Monday-]{+Sunday+}" in run("diff", "printed/v1", "printed/v2").stdout
    back_through_a_snapshot(run, "printed/v1#nn2", WHOLE)


def test_from_a_pdf_of_others_through_every_verb(work: Path, run: Run) -> None:
    """A real PDF goes the same way."""
    for name in (FIRST, SECOND):
        result = run("add", str(path_of(name)), "--release", "printed")
        assert result.exit_code == 0, result.output
    assert work.is_dir()
    assert "Kassym-Jomart Tokayev urged citizens" in run("show", "printed/v1").stdout
    assert "National Weekly Ag Energy Round-Up" in run("diff", "printed/v1", "printed/v2").stdout
    back_through_a_snapshot(run, "printed/v1#p2", path_of(FIRST).read_bytes())


def back_through_a_snapshot(run: Run, reference: str, original: bytes) -> None:
    """A paragraph is cited and proven, its version is exported, and each of these is verified by itself."""
    assert run("verify").exit_code == 0
    cited = run("cite", reference, "-o", "cited.txt")
    assert cited.exit_code == 0, cited.output
    assert run("verify", "cited.txt").exit_code == 0
    assert run("prove", reference, "-o", "p2.proof").exit_code == 0
    assert run("verify", "p2.proof").exit_code == 0
    assert run("export", "printed/v1", "-o", "printed.zip").exit_code == 0
    with zipfile.ZipFile("printed.zip") as file:
        kept = next(name for name in file.namelist() if name.endswith("/data/original.pdf"))
        assert file.read(kept) == original
    result = run("verify", "printed.zip", "-v")
    assert result.exit_code == 0
    assert " 6  original   1 passed" in result.stdout


def test_what_the_record_says(printed: Path) -> None:
    """The record names the engine, the choices and no charset, and each paragraph its page."""
    record = json.loads((printed / "archive/releases/printed/v1/content/record.json").read_text())

    assert record["format"] == "muniment-record/2"
    assert record["original"]["charset"] is None
    extractor = record["original"]["extractor"]
    assert extractor.pop("engine").startswith("pdfium 1")
    assert extractor == {
        "name": "muniment-pdf",
        "parameters": {"accept_order": False, "joined": 1, "left_out": 6, "running_heads": False, "unmapped": 0},
        "version": "1",
    }
    assert record["paragraphs"][2]["place"] == "p. 1"
    assert record["paragraphs"][-1]["place"] == "p. 3"


def as_read_by(monkeypatch: pytest.MonkeyPatch, engine: str, words: str | None) -> None:
    """Let another build read PDF files, which reads the last paragraph otherwise where words are given."""
    real = PdfSource.extract

    def extract(self: PdfSource, *given: object, **named: object) -> Extraction:
        found = real(self, *given, **named)  # type: ignore[arg-type]
        last = found.paragraphs[-1]
        paragraphs = found.paragraphs if words is None else (*found.paragraphs[:-1], replace(last, text=words))
        return replace(
            found, paragraphs=paragraphs, extractor=replace(found.extractor, engine=engine or found.extractor.engine)
        )

    monkeypatch.setattr(PdfSource, "extract", extract)


@pytest.mark.parametrize(
    ("engine", "words", "code", "said"),
    [
        ("", "Other words.", 1, "its text is not the text of printed/v1"),
        ("pdfium 0.1 (example 1)", None, 0, "its text comes out the same also by pdfium 0.1 (example 1)"),
        ("pdfium 0.1 (example 1)", "Other words.", 0, "and pdfium 0.1 (example 1) reads it otherwise: "),
    ],
)
def test_engines(
    printed: Path, run: Run, monkeypatch: pytest.MonkeyPatch, engine: str, words: str | None, code: int, said: str
) -> None:
    """The same build must read the same words; another one that does is named, and one that does not is a notice."""
    assert printed.is_dir()
    as_read_by(monkeypatch, engine, words)

    result = run("verify", "-v")

    assert result.exit_code == code
    assert said in " ".join(result.stdout.split())


def test_without_the_engine(printed: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the engine is not installed the words were not checked, and adding names the extra."""
    monkeypatch.setattr(PdfSource, "at_hand", lambda _self: False)

    result = run("verify")

    assert result.exit_code == 3
    assert "not checked here: needs pdf/1 (pip install 'muniment[pdf]')" in " ".join(result.stdout.split())
    added = run("add", "1.pdf", "--release", "other")
    assert added.exit_code == 2
    assert "pip install 'muniment[pdf]'" in added.stderr
    assert not (printed / "archive/releases/other").exists()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", WHOLE[:1000], "a.pdf: the PDF is cut off: expected %%EOF at its end"),
        ("a.pdf", WHOLE[:20] + b"%%EOF", "a.pdf: the PDF is broken"),
        ("a.pdf", locked(WHOLE), "a.pdf: the PDF is encrypted and wants a password"),
        ("a.pdf", picture_only(), "a.pdf: the PDF holds no text; 2 pages of images"),
        ("a.pdf", hostile(), "a.pdf: it could not be read within 1 GiB and 20 s"),
        ("a.pdf", right_to_left(), "a.pdf: the PDF has letters written from right to left, whose order"),
        ("a.pdf", b"{\\rtf1 words}", "a.pdf: this is an RTF file, which is not read here"),
    ],
    ids=range(7),
)
def test_refused(work: Path, run: Run, tree: Callable[[Path], Tree], name: str, data: bytes, said: str) -> None:
    """What cannot be read gives one line, and nothing is written."""
    (work / name).write_bytes(data)
    before = tree(work)

    result = run("add", name, "--release", "a")

    assert result.exit_code == 2
    assert [line for line in result.stderr.splitlines() if not line.startswith("archive: note: ")] == [
        line for line in result.stderr.splitlines() if line.startswith(f"archive: {said}")
    ]
    assert ("archive preview --accept-order shows" in result.stderr) == (" order" in said)
    assert tree(work) == before


def test_mislabelled(work: Path, run: Run) -> None:
    """A PDF by another name is read as what it is, and that is said; one that is called a text is refused."""
    (work / "a.doc").write_bytes(WHOLE)

    assert "archive: note: a.doc is a PDF file, as its bytes say" in run("preview", "a.doc").stderr
    refused = run("add", "a.doc", "--release", "a", "--media-type", "text/plain")
    assert refused.exit_code == 2
    assert "a.doc: this is a PDF file" in refused.stderr


def test_preview(work: Path, run: Run) -> None:
    """A preview names the engine and shows what would be taken."""
    (work / "a.pdf").write_bytes(WHOLE)

    shown = run("preview", "a.pdf")

    assert shown.exit_code == 0
    assert "read by pdfium" in shown.stdout
    assert "taken: 35 words" in shown.stdout
    value = json.loads(run("preview", "a.pdf", "--json").stdout)
    assert (value["charset"], value["media_type"]) == (None, "application/pdf")


def unpacked(printed: Path, run: Run) -> Path:
    """A snapshot of the newest version, unpacked."""
    assert run("export", "printed/v2", "-o", "printed.zip").exit_code == 0
    with zipfile.ZipFile(printed / "printed.zip") as file:
        file.extractall(printed / "out")
    return next((printed / "out").rglob("00-START-HERE.html"))


def test_snapshot_by_its_own_script(printed: Path, run: Run) -> None:
    """The script in a snapshot of a PDF passes it, and says that it takes no words out again."""
    for tool in ("openssl", "ssh-keygen"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    data = unpacked(printed, run).parent / "data"

    done = subprocess.run(["sh", "data/verify.sh"], cwd=data.parent, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "that the words come out of\nthe original again (6)" in done.stdout


def test_snapshot_by_its_own_page(printed: Path, run: Run, browser: Browser) -> None:
    """The page of a snapshot of a PDF checks itself, and shows no charset where there is none."""
    start = unpacked(printed, run)
    context = browser.new_context()
    page = context.new_page()
    page.goto(start.as_uri())
    page.wait_for_selector("body[data-state]", timeout=20_000)

    assert page.get_attribute("body", "data-state") == "passed"
    shown = page.inner_text("body")
    assert "bytes, application/pdf" in shown
    assert "application/pdf, " not in shown
    context.close()
