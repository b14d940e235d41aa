"""Documents of word processors, from the file to every verb and back through a snapshot; and what cannot be read."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Run, Tree
from tests.sources.office.making import packed

DOCUMENTS = Path(__file__).parents[1] / "sources" / "office"
BODIES = {"docx": "word/document.xml", "odt": "content.xml"}
KINDS = {"docx": "a Word file (docx)", "odt": "an OpenDocument text (odt)"}
LEFT_OUT = "67 words; with 1 tracked insertion; left out: 1 tracked deletion"


def changed(suffix: str) -> bytes:
    """The real document with other words."""
    data = DOCUMENTS.joinpath(f"notice.{suffix}").read_bytes()
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for member in old.infolist():
            part = old.read(member)
            new.writestr(
                member, part.replace(b"80 metres", b"60 metres") if member.filename == BODIES[suffix] else part
            )
    return file.getvalue()


@pytest.mark.parametrize("suffix", BODIES)
def test_from_a_document_through_every_verb(work: Path, run: Run, suffix: str) -> None:
    """A real document goes into the archive, to show, diff, cite, prove and export, and its snapshot verifies."""
    first = DOCUMENTS / f"notice.{suffix}"
    added = run("add", str(first), "--release", "basin")
    assert added.exit_code == 0, added.output
    assert f"note: notice.{suffix}: taken: {LEFT_OUT}" in added.stderr
    assert "title (stated): Closure of the north basin" in added.stdout
    (work / f"second.{suffix}").write_bytes(changed(suffix))
    assert run("add", f"second.{suffix}", "--release", "basin").exit_code == 0

    shown = " ".join(run("show", "basin/v1").stdout.split())
    assert "The crane was last inspected in June 2025." in shown
    assert "October" not in shown
    assert "[-80-]{+60+}" in run("diff", "basin/v1", "basin/v2").stdout
    assert "[-80-]{+60+}" in run("diff", str(first), f"second.{suffix}").stdout
    assert run("cite", "basin/v1#p2.a", "-o", "cited.txt").exit_code == 0
    assert run("verify", "cited.txt").exit_code == 0
    assert run("prove", "basin/v1#p3", "-o", "p3.proof").exit_code == 0
    assert run("verify", "p3.proof").exit_code == 0
    assert run("export", "basin/v1", "-o", "basin.zip").exit_code == 0
    with zipfile.ZipFile(work / "basin.zip") as file:
        kept = next(name for name in file.namelist() if name.endswith(f"/data/original.{suffix}"))
        assert file.read(kept) == first.read_bytes()
    result = run("verify", "basin.zip", "-v")
    assert result.exit_code == 0
    assert " 6  original   1 passed" in result.stdout
    assert run("verify").exit_code == 0


@pytest.mark.parametrize("suffix", BODIES)
def test_what_the_record_says(work: Path, run: Run, suffix: str) -> None:
    """The record names the rules and what was left out, no charset and no engine, and each row of a table."""
    assert run("add", str(DOCUMENTS / f"notice.{suffix}"), "--release", "basin").exit_code == 0
    record = json.loads((work / "archive/releases/basin/v1/content/record.json").read_text())

    assert record["format"] == "muniment-record/2"
    assert record["original"]["charset"] is None
    assert record["original"]["extractor"] == {
        "engine": None,
        "name": f"muniment-{suffix}",
        "parameters": {
            "comments": 0,
            "deleted": 1,
            "headers_footers": 0,
            "hidden": 0,
            "inserted": 1,
            "unknown_numbers": 0,
        },
        "version": "1",
    }
    assert record["language"] == "en-GB"
    assert [each["text"] for each in record["paragraphs"] if each["kind"] == "table-row"] == [
        "Berth\tDepth",
        "1\t9 m",
        "2\t7 m",
    ]


@pytest.mark.parametrize("suffix", BODIES)
def test_siblings(work: Path, run: Run, tree: Callable[[Path], Tree], suffix: str) -> None:
    """What is cut short, encrypted or mislabelled is refused in one line; nothing is written, and others go in."""
    whole = DOCUMENTS.joinpath(f"notice.{suffix}").read_bytes()
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")
    cases = {
        "cut": (whole[:-40], "the document is broken or cut short"),
        "locked": (ole, "this is an Office file that wants a password, which is not read here"),
        "rich": (b"{\\rtf1 words}", "this is an RTF file, which is not read here"),
    }
    before = tree(work)
    for name, (data, said) in cases.items():
        (work / f"{name}.{suffix}").write_bytes(data)
        result = run("add", f"{name}.{suffix}", "--release", "other")

        assert (result.exit_code, result.stdout) == (2, "")
        assert f"archive: {name}.{suffix}: {said}" in result.stderr
        assert "Traceback" not in result.stderr
        (work / f"{name}.{suffix}").unlink()
    assert tree(work) == before


@pytest.mark.parametrize("suffix", BODIES)
def test_named_as_a_text(work: Path, run: Run, suffix: str) -> None:
    """A document under the name of a text is taken as a document, and that is said; a word makes no text of it."""
    (work / "notice.txt").write_bytes(DOCUMENTS.joinpath(f"notice.{suffix}").read_bytes())

    result = run("add", "notice.txt", "--release", "basin", "--dry-run")
    assert f"archive: note: notice.txt is {KINDS[suffix]}, as its bytes say" in result.stderr
    refused = run("add", "notice.txt", "--release", "basin", "--media-type", "text/plain")
    assert (refused.exit_code, f"this is {KINDS[suffix]}" in refused.stderr) == (2, True)


@pytest.mark.parametrize(("suffix", "place"), [("docx", "core property"), ("odt", "property")])
def test_preview(work: Path, run: Run, suffix: str, place: str) -> None:
    """A preview says what is left out, and what the document states where."""
    shown = run("preview", str(DOCUMENTS / f"notice.{suffix}"))

    assert shown.stdout.startswith(
        f"{KINDS[suffix]}, 14 paragraphs\n"
        f"taken: {LEFT_OUT}\n"
        "stated: title: Closure of the north basin (style Title)\n"
        f"stated: language: en-GB ({place} language)\n"
    )
    assert work.is_dir()


def test_the_same_words_in_both(work: Path, run: Run) -> None:
    """A document that was saved in the other format has the same words, so nothing is said to have changed."""
    first, second = (str(DOCUMENTS / f"notice.{suffix}") for suffix in BODIES)

    shown = run("diff", first, second)
    assert (shown.exit_code, "edited" in shown.stdout) == (0, False)
    assert work.is_dir()


def test_the_original_is_no_text(work: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An original goes into a file as it came; a screen does not get it."""
    run("add", str(DOCUMENTS / "notice.odt"), "--release", "basin")
    monkeypatch.setattr("muniment.cli.verbs.show.is_terminal", lambda _: True)

    shown = run("show", "basin/v1", "--original")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "the original is no text that a screen shows" in shown.stderr
    assert work.is_dir()


def test_many_go_on(work: Path, run: Run) -> None:
    """One hostile document among many stops none of the others, and is told in a line of its own."""
    for suffix in BODIES:
        (work / f"good-{suffix}.{suffix}").write_bytes(DOCUMENTS.joinpath(f"notice.{suffix}").read_bytes())
    nested = '<w:document xmlns:w="urn:x"><w:body>' + "<w:p>" * 100_000
    (work / "bad.docx").write_bytes(packed({"word/document.xml": nested.encode()}, zipfile.ZIP_STORED))

    result = run("add", "bad.docx", "good-docx.docx", "good-odt.odt", "--release-from-name")
    assert result.exit_code == 1
    assert "2 of 3 files added" in result.stdout
    assert "a part of the document is nested too deeply" in result.stdout
    assert run("verify").exit_code == 0
    assert run("show", "good-odt/v1").exit_code == 0
