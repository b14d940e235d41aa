"""``archive cite``, and ``archive verify`` of what it printed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from muniment.canonical import parse_json
from muniment.cite.formats import FORMAT_NAMES, STYLE_NAMES
from muniment.display import plain
from muniment.schema import validate

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]
REF = "harbour-notice/v1#p2"


def forms() -> list[tuple[str, ...]]:
    """The options of every style and format that carries the whole hash."""
    styles = [("--style", style) for style in STYLE_NAMES if style != "short"]
    return [*styles, *(("--format", form) for form in FORMAT_NAMES), ("--pin",), ("--json",)]


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("options", forms())
def test_printed_and_verified(run: Run, options: tuple[str, ...]) -> None:
    """What is printed verifies as an argument, as a file and from stdin; and against a snapshot."""
    printed = run("cite", REF, *options).stdout
    Path("cited.txt").write_text(printed, encoding="utf-8")
    assert run("export", "harbour-notice/v1", "-o", "a.zip").exit_code == 0

    for arguments, stdin in (((printed,), None), (("cited.txt",), None), (("-",), printed), (("-", "a.zip"), printed)):
        result = run("verify", *arguments, stdin=stdin)
        assert result.exit_code == 0, result.output
        assert "Authentic: what is cited, " in result.stdout
    value = run("verify", printed, "--json")
    validate("report", parse_json(value.stdout_bytes))
    assert json.loads(value.stdout)["checks"][-1]["name"] == "citation"


@pytest.mark.usefixtures("work")
def test_pin(run: Run) -> None:
    """A citation that names trust root 1 pins it, and the report says so."""
    assert run("verify", run("cite", REF, "--pin").stdout).stdout.count("trust root (as given in the citation)\n") == 1
    assert (
        run("verify", run("cite", REF).stdout).stdout.count("trust root (compare it with a copy from elsewhere)\n") == 1
    )


@pytest.mark.usefixtures("work")
def test_cited_words_are_shown(run: Run) -> None:
    """A citation of a paragraph that verifies shows its words, marked, from the archive and from a snapshot alike."""
    assert run("export", "v1", "-o", "a.zip").exit_code == 0
    words = "\n> 1. The harbour closes on Monday.\nthe whole of harbour-notice/v1#p1\n"
    paragraph = {"id": "p1", "kind": "paragraph", "label": "1.", "text": "The harbour closes on Monday."}
    for options in ((), ("--style", "apa"), ("--format", "ris"), ("--json",)):
        cited = run("cite", "v1#p1", *options).stdout
        for beside in ((), ("a.zip",)):
            result = run("verify", "-", *beside, stdin=cited)
            assert result.exit_code == 0
            assert result.stdout.endswith(words), result.stdout
            value = json.loads(run("verify", "-", *beside, "--json", stdin=cited).stdout)
            validate("report", value)
            assert value["quotation"]["paragraph"] == paragraph
            assert value["quotation"]["reference"] == "harbour-notice/v1#p1"
        wrong = run("verify", "-", stdin=cited.replace("harbour-notice", "harbour-notices"))
        assert (wrong.exit_code, "> " in wrong.stdout) == (1, False)
    assert "> " not in run("verify", "-", stdin=run("cite", "v1").stdout).stdout


@pytest.mark.usefixtures("work")
def test_changed_citation_fails(run: Run) -> None:
    """A changed fact gives exit code 1 and a finding with both values."""
    printed = run("cite", REF).stdout.replace("January 2026", "June 2026")
    result = run("verify", printed)
    assert result.exit_code == 1
    assert "  expected  [January 2026]\n  found     [June 2026]\n" in result.stdout


@pytest.mark.usefixtures("work")
def test_short_form_could_not_be_checked(run: Run, refused: Refused) -> None:
    """The short form gives exit code 3, and names what it finds."""
    short = run("cite", REF, "--style", "short").stdout
    result = run("verify", short)
    assert result.exit_code == 3
    assert "16, with which the record of harbour-notice/v1 begins" in result.stdout
    assert "a short hash finds, never verifies" in refused("verify", short, "--explain", code=3)


@pytest.mark.usefixtures("work")
def test_options_that_do_not_go_together(refused: Refused) -> None:
    """A style is for text, a pin for styles with room, --json for CSL; each refusal is a line."""
    assert "a style is for text" in refused("cite", "v1", "--style", "apa", "--format", "ris", code=2)
    assert "--pin is for styles" in refused("cite", "v1", "--style", "short", "--pin", code=2)
    assert "--pin is for styles" in refused("cite", "v1", "--format", "ris", "--pin", code=2)
    assert "--json is --format csl-json" in refused("cite", "v1", "--format", "ris", "--json", code=2)
    assert "only a citation takes a snapshot" in refused("verify", "v1", "a.zip", code=2)
    assert "neither a citation, a snapshot nor a proof" in refused("verify", "-", stdin="words", code=2)
    assert "several citations" in refused("verify", "-", stdin="[{}, {}]", code=2)
    assert "nowhere.zip: no such file" in refused("verify", "SHA-256 " + "0" * 64, "nowhere.zip", code=3)


def test_what_an_argument_is(run: Run, work: Path) -> None:
    """A file comes before a reference, a reference before words; a file that is neither is a damaged snapshot."""
    printed = run("cite", "harbour-notice/v1").stdout
    (work / "v1").write_text(printed, encoding="utf-8")
    assert "what is cited, " in run("verify", "v1").stdout
    assert "14  citation" not in run("verify", "harbour-notice/v1").stdout
    (work / "snapshot").write_bytes(b"\xff\xfe")
    assert run("verify", "snapshot").exit_code == 1
    assert run("verify", "./nothing here").exit_code == 2


@pytest.mark.usefixtures("work")
def test_stdin_may_be_a_snapshot(run: Run) -> None:
    """A snapshot on stdin is checked as one."""
    run("export", "harbour-notice/v1", "-o", "a.zip")
    result = run("verify", "-", stdin=Path("a.zip").read_bytes())
    assert (result.exit_code, "14  citation" in result.stdout) == (0, False)


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("beside", [(), ("a.zip",)])
def test_explain(run: Run, beside: tuple[str, ...]) -> None:
    """The commands printed run and pass; for a citation with another title they fail."""
    for tool in ("bash", "ssh-keygen", "sha256sum", "unzip"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    run("export", "harbour-notice/v1", "-o", "a.zip")
    printed = run("cite", REF).stdout
    for text, passes in ((printed, True), (printed.replace("Notice on", "Notes on"), False)):
        commands = run("verify", text, *beside, "--explain")
        assert commands.exit_code == 0, commands.output
        shutil.rmtree("a", ignore_errors=True)
        done = subprocess.run(["bash", "-e"], input=commands.stdout, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) == passes, done.stdout + done.stderr
        assert ('"id":"p2"' in done.stdout) == passes


def test_hostile_title_reaches_no_terminal(run: Run, work: Path) -> None:
    """What a title hides is escaped in every style and format, and still verifies."""
    (work / "hostile.txt").write_text("A\u2028title\u00ad\n\n1. Words.\n", encoding="utf-8")
    added = run("add", "hostile.txt", "--release", "hostile", "--title", "A\u2028 \U000e0041title <i>")
    assert added.exit_code == 0, added.output
    for options in (*forms(), ("--style", "short")):
        result = run("cite", "hostile", *options)
        assert "\u2028" not in result.stdout
        assert "\U000e0041" not in result.stdout
        if options != ("--style", "short"):
            assert run("verify", result.stdout).exit_code == 0, result.stdout


def test_hidden_is_what_the_terminal_hides() -> None:
    """Formats without escapes show every character that the terminal must not get."""
    characters = [chr(code) for code in range(0x110000)]
    assert [c for c in characters if c not in "\n\t\r" and plain(c) != c and plain(c) == c] == []


def test_long_argument_is_no_file_name(run: Run, work: Path) -> None:
    """Words longer than any file name are words."""
    assert os.fspath(work)
    result = run("verify", f"{'word ' * 2000} SHA-256 {'0' * 64}")
    assert result.exit_code == 1
    assert "no version in the log has the cited hash" in result.stdout
    assert f"\n  found     sha256:{'0' * 64}" in result.stdout


@pytest.mark.usefixtures("work")
def test_genre(run: Run) -> None:
    """The genre is in the record with its basis, stays with the next publication, and changes by a description."""
    assert "[document]" in run("cite", REF).stdout
    described = run("describe", "harbour-notice", "--genre", "Press Release", "--genre-basis", "stated")
    assert described.exit_code == 0, described.output
    assert "genre     press release (stated)" in run("show", "harbour-notice").stdout
    assert "[press release]" in run("cite", "harbour-notice").stdout
    Path("third.txt").write_text("Notice\n\n1. Other words.\n")
    assert run("add", "third.txt", "--release", "harbour-notice").exit_code == 0
    assert json.loads(run("show", "harbour-notice", "--json").stdout)["genre"] == {
        "basis": "stated",
        "note": None,
        "term": "press release",
    }
    Path("none.json").write_text('{"genre": null}')
    assert run("describe", "harbour-notice", "--metadata", "none.json").exit_code == 0
    assert "[document]" in run("cite", "harbour-notice").stdout
    assert "genre removed: press release (stated)" in run("diff", "v4", "v5").stdout


def test_genre_refused(refused: Refused) -> None:
    """A genre that could not be read back is refused in words, and so is a basis without one."""
    said = refused("describe", "harbour-notice", "--genre", "a, b", code=2)
    assert "this cannot be a genre" in said
    assert "^[" not in said
    assert "--genre WORD" in refused("describe", "harbour-notice", "--genre-basis", "stated", code=2)


@pytest.mark.usefixtures("work")
def test_to_a_file(run: Run) -> None:
    """With -o the citation goes into a file, whole; another file of that name stays."""
    printed = run("cite", REF, "--format", "bibtex").stdout
    assert "\\autocite" not in printed
    written = run("cite", REF, "--format", "bibtex", "-o", "cited.bib")
    assert (written.exit_code, written.stdout) == (0, "")
    assert Path("cited.bib").read_text(encoding="utf-8") == printed
    assert run("cite", "harbour-notice/v2", "-o", "cited.bib").exit_code != 0
    assert Path("cited.bib").read_text(encoding="utf-8") == printed
    assert run("verify", "cited.bib").exit_code == 0


@pytest.mark.usefixtures("work")
def test_site(run: Run) -> None:
    """A site that a trust root names is in citations from then on; it may move and go, and what was cited verifies."""
    before = run("cite", REF).stdout
    assert run("key", "site", "https://press.example.org/kept/").exit_code == 0
    linked = run("cite", REF).stdout
    assert "Online: <https://press.example.org/kept/releases/harbour-notice/v1/#p2>. " in linked
    assert "site    https://press.example.org/kept\n" in run("key", "list").stdout
    assert run("key", "site", "https://press.example.org/kept").exit_code == 2
    assert run("key", "site", "--none").exit_code == 0
    assert run("cite", REF).stdout == before
    for citation in (before, linked):
        assert run("verify", citation).exit_code == 0
    changed = run("verify", linked.replace("press.example.org/kept", "elsewhere.example"))
    assert changed.exit_code == 1
    assert "https://elsewhere.example/releases/harbour-notice/v1/#p2" in changed.stdout


@pytest.mark.parametrize(
    "url", ["press.example.org", "https://a.example/?x", "https://A.example", "ftp://a.example", "https://a.example/.."]
)
def test_site_refused(refused: Refused, url: str) -> None:
    """What is no address of a site is refused, and nothing is written."""
    assert "not the address of a web site" in refused("key", "site", url, code=2)
