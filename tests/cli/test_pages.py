"""HTML pages, from the file to every verb and back through a snapshot; and what cannot be read."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.attacks.hands import UNSAFE
from tests.cli.conftest import Run, Tree
from tests.sources.files_of_others import path_of

from muniment.cli import page_options
from muniment.errors import SourceError
from muniment.sources.html import HtmlSource
from muniment.sources.worker import extract_in_child

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

FIRST, SECOND = "epa-partners-a.html", "epa-partners-b.html"
LACKING = "not checked here: needs html/1 (pip install 'muniment[html]')"
NOTICE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Notice | Harbour Office</title>
<meta property="og:title" content="Notice on the harbour"><meta property="og:site_name" content="Harbour Office">
<meta property="article:published_time" content="2026-03-02T09:00:00+01:00">
<link rel="canonical" href="https://example.org/notices/7"></head><body><nav><a href="/">Home</a></nav>
<main><h1>Notice on the harbour</h1><p>The harbour closes on Monday for the repair of its outer wall.</p>
<ol start="3"><li>Every vessel leaves before noon.<li>None enters.</ol></main>
<footer>Cookies and contact</footer></body></html>
"""


def _word_file() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("word/document.xml", "x")
    return file.getvalue()


@pytest.fixture
def paged(work: Path, run: Run) -> Path:
    """An archive with a release of two versions of a real page."""
    for name in (FIRST, SECOND):
        result = run("add", str(path_of(name)), "--release", "partners")
        assert result.exit_code == 0, result.output
    return work


def test_from_a_page_through_every_verb(paged: Path, run: Run) -> None:
    """A real page goes into the archive, to show, diff, cite and export, and its snapshot verifies by itself."""
    assert run("verify").exit_code == 0
    shown = run("show", "partners/v1").stdout
    assert "EPA works with federal, state, tribal, local, and international partners" in shown
    assert "Jump to main content" not in shown
    assert "{+EPA Adaptation+} Collaboration" in run("diff", "partners/v1", "partners/v2").stdout
    cited = run("cite", "partners/v1#nn1", "-o", "cited.txt")
    assert cited.exit_code == 0
    assert run("verify", "cited.txt").exit_code == 0
    assert run("export", "partners/v1", "-o", "page.zip").exit_code == 0
    with zipfile.ZipFile(paged / "page.zip") as file:
        kept = next(name for name in file.namelist() if name.endswith("/data/original.html"))
        assert file.read(kept) == path_of(FIRST).read_bytes()
    result = run("verify", "page.zip", "-v")
    assert result.exit_code == 0
    assert " 6  original   1 passed" in result.stdout


def test_what_the_page_states(work: Path, run: Run) -> None:
    """Title, language, issuer, date and address come from what the page states, each with its place."""
    (work / "notice.html").write_text(NOTICE, encoding="utf-8")

    result = run("add", "notice.html", "--release", "notice")

    assert "title (stated): Notice on the harbour" in result.stdout
    assert "archive: note: notice.html: taken: main (by the rule for the main part), 23 words; left out: 4 words" in (
        result.stderr
    )
    record = json.loads((work / "archive/releases/notice/v1/content/record.json").read_text())
    assert record["format"] == "muniment-record/2"
    assert record["original"]["extractor"] == {
        "engine": None,
        "name": "muniment-html",
        "parameters": {
            "charset_basis": "meta", "invalid": 0, "plain_lists": False,
            "remove": [], "select": ["main"], "select_basis": "rule",
        },
        "version": "1",
    }  # fmt: skip
    assert (record["language"], record["issuer"], record["original"]["uri"]) == (
        *("en", "Harbour Office", "https://example.org/notices/7"),
    )
    assert record["issued"] == {
        "basis": "stated", "date": "2026-03-02", "note": "The page says so by article:published_time.",
    }  # fmt: skip
    assert record["provenance"][-1]["note"] == (
        "Stated by the original: title (og:title), language (html lang), uri (link rel=canonical), "
        "issued (article:published_time), issuer (og:site_name)."
    )
    assert [(each["id"], each["label"]) for each in record["paragraphs"]] == [
        ("h1", None), ("nn1", None), ("p3", "3."), ("p4", "4."),
    ]  # fmt: skip


def test_choices_are_kept(work: Path, run: Run) -> None:
    """What the keeper selects is used again for the next version; other choices for the same bytes reextract."""
    page = work / "notice.html"
    page.write_text(NOTICE, encoding="utf-8")
    run("add", "notice.html", "--release", "notice", "--select", "body", "--drop", "footer, nav")
    assert run("add", "notice.html", "--release", "notice").stdout == "unchanged since v1\n"
    page.write_text(NOTICE.replace("Monday", "Sunday"), encoding="utf-8")
    run("add", "notice.html", "--release", "notice")
    changed = run("add", "notice.html", "--release", "notice", "--select", "h1")
    assert "reextraction" in changed.stdout
    chosen = [
        json.loads((work / f"archive/releases/notice/v{number}/content/record.json").read_text())["original"][
            "extractor"
        ]["parameters"]
        for number in (1, 2, 3)
    ]
    assert [(each["select"], each["remove"], each["select_basis"]) for each in chosen] == [
        (["body"], ["footer, nav"], "keeper"),
        (["body"], ["footer, nav"], "keeper"),
        (["h1"], ["footer, nav"], "keeper"),
    ]  # fmt: skip
    assert run("verify").exit_code == 0
    page.write_text("<html><p>Another page", encoding="utf-8")
    gone = run("add", "notice.html", "--release", "notice")
    assert gone.exit_code == 2
    assert "the page has nothing that was selected: found h1 (choose another part of the page)" in gone.stderr


def test_not_at_hand(paged: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the parser is not installed, check 6 has neither passed nor failed, and says what it needs."""
    run("export", "partners/v1", "-o", "page.zip")
    monkeypatch.setattr(HtmlSource, "at_hand", lambda _: False)

    for target in ((), ("partners/v2",), ("page.zip",)):
        result = run("verify", *target)
        assert result.exit_code == 3
        assert "nothing failed, but could not be checked" in " ".join(result.stdout.split())
        assert "NOT CHECKED 6 original: " in result.stdout
        assert LACKING in " ".join(result.stdout.split())
        assert "FAILED" not in result.stdout
        report = json.loads(run("verify", *target, "--json").stdout)
        assert report["verdict"] == "unchecked"
        assert {finding["what"] for finding in report["findings"] if not finding["ok"]} == {LACKING}
    for verb in (
        ("add", str(path_of(FIRST)), "--release", "other"),
        ("describe", "partners", "--title", "T"),
        ("export", "partners"),
    ):
        refused = run(*verb)
        assert refused.exit_code in {2, 3}
        assert "needs html/1 (pip install 'muniment[html]')" in refused.stderr
    assert run("show", "partners/v1").exit_code == 0
    assert not (paged / "partners-v2.zip").exists()


def test_a_record_that_names_rules_nobody_has(paged: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the rules here have another version than the record names, check 6 has neither passed nor failed."""
    assert paged.is_dir()
    monkeypatch.setattr(HtmlSource, "version", "2")

    result = run("verify", "partners/v1")

    assert result.exit_code == 3
    assert LACKING in " ".join(result.stdout.split())


def test_other_words(paged: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the rules give other words than the record has, check 6 fails."""
    assert paged.is_dir()
    monkeypatch.setattr("muniment.sources.worker.extract_in_child", _shortened)

    result = run("verify", "partners/v1")

    assert result.exit_code == 1
    assert "FAILED 6 original" in result.stdout


def _shortened(reader: str, data: bytes, charset: str | None, wish: object, *, where: str = "") -> object:
    from dataclasses import replace  # noqa: PLC0415 - beside what it forges

    extraction = extract_in_child(reader, data, charset, wish, where=where)  # type: ignore[arg-type]
    return replace(extraction, paragraphs=extraction.paragraphs[:-1])


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.html", b"{\\rtf1 words}", "a.html: this is an RTF file, which is not read here"),
        ("a.txt", _word_file(), "a.txt: a part of the document is no XML"),
        ("a.html", NOTICE.encode()[:120], "a.html: no words stand in what was selected: found body"),
        ("a.html", NOTICE.encode() + b"\xff", "a.html: the page is not in utf-8: found byte 0xff"),
        ("a.html", b"<div>" * 100_000, "a.html: the page is nested too deeply: expected at most 512 elements"),
    ],
)
def test_siblings(work: Path, run: Run, tree: Callable[[Path], Tree], name: str, data: bytes, said: str) -> None:
    """What is mislabelled, cut short, broken or built to stop readers is refused in one line; nothing is written."""
    (work / name).write_bytes(data)
    before = tree(work)

    result = run("add", name, "--release", "other")

    assert (result.exit_code, result.stdout) == (2, "")
    assert [line for line in result.stderr.splitlines() if not line.startswith("archive: note: ")] == [
        line for line in result.stderr.splitlines() if line.startswith(f"archive: {said}")
    ]
    assert tree(work) == before


def test_many_go_on(work: Path, run: Run) -> None:
    """Of several files one that stops its reader is refused, and the others are added."""
    (work / "bad.html").write_bytes(b"<div>" * 100_000)
    (work / "good.html").write_text(NOTICE, encoding="utf-8")

    result = run("add", "bad.html", "good.html", "--release-from-name")

    assert result.exit_code == 1
    assert "1 of 2 files added; 1 refused" in result.stdout
    assert "archive: note: good.html: taken: main (by the rule for the main part)" in result.stderr


def test_named_as_something_else(work: Path, run: Run) -> None:
    """A page under the name of a text is taken as a page, and that is said."""
    (work / "notice.doc").write_text(NOTICE, encoding="utf-8")

    result = run("add", "notice.doc", "--release", "notice", "--dry-run")

    assert "archive: note: notice.doc is an HTML page, as its bytes say" in result.stderr
    assert "Notice on the harbour (stated by the page)" in result.stdout


def test_two_saved_pages_are_compared(work: Path, run: Run) -> None:
    """Two saved pages are compared by their words, not by their tags."""
    (work / "a.html").write_text(NOTICE, encoding="utf-8")
    (work / "b.html").write_text(NOTICE.replace("Monday", "Sunday").replace("<p>", "<p class=x>"), encoding="utf-8")

    result = run("diff", "a.html", "b.html")

    assert "[-Monday-]{+Sunday+}" in result.stdout
    assert "class" not in result.stdout
    assert "archive: note: a.html: taken: main (by the rule for the main part)" in result.stderr


def test_preview(work: Path, run: Run) -> None:
    """A preview shows what would be taken with its ids, and what would be left out with a hyphen before it."""
    (work / "notice.html").write_text(NOTICE, encoding="utf-8")

    assert run("preview", "notice.html").stdout == (
        "an HTML page, utf-8 (meta), 4 paragraphs\n"
        "taken: main (by the rule for the main part), 23 words; left out: 4 words\n"
        "stated: title: Notice on the harbour (og:title)\n"
        "stated: language: en (html lang)\n"
        "stated: uri: https://example.org/notices/7 (link rel=canonical)\n"
        "stated: issued: 2026-03-02 (article:published_time)\n"
        "stated: issuer: Harbour Office (og:site_name)\n"
        "\n"
        "-       Home\n"
        "h1      Notice on the harbour\n"
        "nn1     The harbour closes on Monday for the repair of its outer wall.\n"
        "p3      3. Every vessel leaves before noon.\n"
        "p4      4. None enters.\n"
        "-       Cookies and contact\n"
    )
    chosen = json.loads(run("preview", "notice.html", "--select", "ol", "--plain-lists", "--json").stdout)
    assert [each["label"] for each in chosen["paragraphs"]] == [None, None]
    assert chosen["words"] == {"taken": 7, "left_out": 20}
    assert chosen["left_out"][0] == "Home"
    assert "p1      1. The harbour closes on Monday." in run("preview", "notice.txt").stdout


def test_preview_as_a_page(work: Path, run: Run) -> None:
    """In a preview as a page every byte of a hostile page is text."""
    hostile = (
        "<main><p>One &lt;script&gt;alert(1)&lt;/script&gt; and more words stand here.</main><p>&lt;img onerror=x&gt;"
    )
    (work / "notice.html").write_text(f"<title>&lt;b&gt;</title>{hostile}", encoding="utf-8")

    result = run("preview", "notice.html", "--select", "main", "--format", "html", "-o", "preview.html")

    page = (work / "preview.html").read_text(encoding="utf-8")
    assert result.exit_code == 0
    assert "<script" not in page
    assert "<img" not in page
    assert '<p class="out" dir="auto">&lt;img onerror=x&gt;</p>' in page
    assert "default-src &#39;none&#39;" in page


def test_nothing_unsafe_reaches_a_screen(work: Path, run: Run) -> None:
    """Controls and overrides in a page, in what it states and in its names, are shown escaped wherever it is shown."""
    page = (
        NOTICE.replace("Monday", "Mon\u202eday\x1b[31m")
        .replace("Home", "Ho\u2066me\x07")
        .replace("og:site", "og:\u202esite")
    )
    page = page.replace("Harbour Office", "Harb\u202eour").replace("<main>", "<main class='x\u202e'>")
    (work / "notice.html").write_text(page, encoding="utf-8")

    shown = [
        run("preview", "notice.html"),
        run("preview", "notice.html", "--json"),
        run("preview", "notice.html", "--format", "html"),
        run("preview", "notice.html", "--select", "p\u202e"),
        run("add", "notice.html", "--release", "notice", "--dry-run"),
        run("add", "notice.html", "--release", "notice"),
    ]

    assert [result.exit_code for result in shown] == [0, 0, 0, 2, 0, 0]
    assert [result.output for result in shown if UNSAFE.search(result.output)] == []
    assert "Mon\\u202eday" in shown[0].stdout


def test_snapshot_by_its_own_script(paged: Path, run: Run) -> None:
    """The script of a snapshot of a page says that it does not check that the words come out of the original."""
    assert run("export", "partners/v1", "-o", "page.zip").exit_code == 0
    with zipfile.ZipFile(paged / "page.zip") as file:
        file.extractall(paged / "out")
    bag = next((paged / "out").iterdir())
    for tool in ("sh", "ssh-keygen", "openssl"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")

    done = subprocess.run(["sh", "data/verify.sh"], cwd=bag, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "that the words come out of\nthe original again (6)" in done.stdout


def test_snapshot_by_its_own_page(paged: Path, run: Run, browser: Browser) -> None:
    """The page of a snapshot of a page checks itself, and says what it does not check."""
    assert run("export", "partners/v1", "-o", "page.zip").exit_code == 0
    with zipfile.ZipFile(paged / "page.zip") as file:
        file.extractall(paged / "out")
    start = next((paged / "out").rglob("00-START-HERE.html"))
    context = browser.new_context()
    page = context.new_page()
    page.goto(start.as_uri())
    page.wait_for_selector("body[data-state]", timeout=20_000)

    assert page.get_attribute("body", "data-state") == "passed"
    assert "the bytes as received and that the words come out of them" in page.inner_text("body")
    context.close()


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("page.html", ("--running-heads", "--part", "1"), "--part and --running-heads are not used for this page"),
        ("words.txt", ("--select", "p"), "--select is not used for this document"),
        ("words.txt", ("--replace-invalid",), "--replace-invalid is not used for this document"),
        ("letter.eml", ("--drop", "p"), "--drop is not used for this e-mail"),
        ("letter.eml", ("--part", "1", "--replace-invalid"), ""),
        ("page.html", ("--drop", "nav", "--plain-lists", "--replace-invalid"), ""),
    ],
)
def test_options_that_choose_nothing_are_named(
    work: Path, run: Run, name: str, options: tuple[str, ...], said: str
) -> None:
    """Where an option is for another medium, preview, add and reextract say so; where it is used, they do not."""
    mail = "From: a@example.org\nSubject: Notice\nMIME-Version: 1.0\nContent-Type: text/plain\n\nThe harbour closes.\n"
    texts = {"page.html": NOTICE, "words.txt": "The harbour closes.\n", "letter.eml": mail}
    (work / name).write_text(texts[name], encoding="utf-8")
    for result in (
        run("preview", name, *options),
        run("add", name, "--release", "other", *options),
        run("reextract", "other", *options, "--dry-run"),
    ):
        assert result.exit_code == 0, result.output
        told = [line for line in result.stderr.splitlines() if "not used" in line]
        assert [line.split(": ", 3)[-1] for line in told] == ([said] if said else [])


def test_counting_after_signing_refuses_nothing(work: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a page cannot be read once more to count its words, the version stands and the exit code is 0."""
    (work / "page.html").write_text(NOTICE, encoding="utf-8")

    def refuse(*_: object, **__: object) -> None:
        raise SourceError("it could not be read within 1 GiB and 20 s")

    monkeypatch.setattr(page_options, "extract", refuse)
    result = run("add", "page.html", "--release", "other")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("other/v1  publication")
    assert "page.html: what was taken could not be counted" in result.stderr
    assert run("verify").exit_code == 0


TABLE = """<!DOCTYPE html><html lang=en><title>Berths</title><main><h1>Berths</h1><p>Of this week.</p>
<table><tr><td>Berth 4</td><td>closed until Monday</td></tr><tr><td>Berth 5</td><td>open</td></tr></table></main>
<footer><table><tr><td>Imprint</td><td>Contact</td></tr></table></footer>"""


def test_cells_of_a_table_are_shown_apart(work: Path, run: Run) -> None:
    """What is shown of a row of a table, taken or left out, on the terminal or as a page, tells its cells apart."""
    (work / "berths.html").write_text(TABLE, encoding="utf-8")
    shown = run("preview", "berths.html", "--select", "main").stdout
    assert "Berth 4 | closed until Monday" in shown
    assert "Imprint | Contact" in shown
    page = run("preview", "berths.html", "--select", "main", "--format", "html").stdout
    assert "Berth 4 | closed until Monday" in page
    assert run("add", "berths.html", "--release", "berths", "--select", "main").exit_code == 0
    for received in ((), ("--as-received",)):
        assert "Berth 5 | open" in run("show", "berths", *received).stdout
    assert run("export", "berths", "-o", "berths.zip").exit_code == 0
    with zipfile.ZipFile("berths.zip") as snapshot:
        name = next(name for name in snapshot.namelist() if name.endswith("00-START-HERE.html"))
        assert 'Berth 5<span class="tab">\t</span>open' in snapshot.read(name).decode()
    assert run("verify", "berths.zip").exit_code == 0
