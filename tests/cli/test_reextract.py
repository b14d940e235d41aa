"""``archive reextract``: the words taken out again, and what a comparison says of that."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run, Tree

from muniment.cli.verbs import reextract
from muniment.sources.html import HtmlSource
from muniment.write.version import add_reextraction

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta property="og:title" content="Notice on the harbour"></head><body>
<main><h1>Notice on the harbour</h1><p>The harbour closes on Monday for the repair of its outer wall.</p>
<p class="plea">Share this page with everybody you know.</p><p>It opens on the day after.</p></main></body></html>
"""
SHARE = "Share this page with everybody you know."


@pytest.fixture
def paged(work: Path, run: Run) -> Path:
    """An archive with a page whose main part has words that are no words of the statement."""
    (work / "page.html").write_text(PAGE, encoding="utf-8")
    assert run("add", "page.html", "--release", "notice").exit_code == 0
    return work


def _record(work: Path, version: int) -> dict[str, Any]:
    path = work / f"archive/releases/notice/v{version}/content/record.json"
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value


def test_the_same_bytes_by_other_choices(paged: Path, run: Run) -> None:
    """A reextraction keeps bytes and description, says what was taken, and verifies; done again it changes nothing."""
    result = run("reextract", "notice", "--drop", ".plea", "--note", "the share line is not the office's")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("notice/v2  reextraction  3 paragraphs\n")
    assert "notice/v1: taken: main without .plea (by the rule for the main part), 22 words; left out: 7 words" in (
        result.stderr
    )
    old, new = _record(paged, 1), _record(paged, 2)
    assert SHARE in json.dumps(old)
    assert SHARE not in json.dumps(new)
    assert {name for name in old if old[name] != new[name]} == {
        "version", "previous", "change", "original", "paragraphs", "provenance",
    }  # fmt: skip
    assert {name for name in old["original"] if old["original"][name] != new["original"][name]} == {"extractor"}
    again = run("reextract", "notice")
    assert again.stdout == "unchanged since v2\n"
    assert "notice/v2: read by muniment-html 1, as before" in again.stderr
    assert run("verify").exit_code == 0


def test_a_stated_title_is_not_given_by_that(paged: Path, run: Run) -> None:
    """A title that the page stated follows the page on, although the words were taken out again."""
    run("reextract", "notice", "--drop", ".plea")
    (paged / "page.html").write_text(PAGE.replace("Notice on the", "New notice on the"), encoding="utf-8")
    assert "title (stated): New notice on the harbour" in run("add", "page.html", "--release", "notice").stdout


def test_a_dry_run_writes_nothing(paged: Path, run: Run, tree: Callable[[Path], Tree]) -> None:
    """A dry run shows what would be signed, needs no key, and leaves every byte as it is."""
    before = tree(paged / "archive")
    shown = run("reextract", "notice", "--select", "h1", "--dry-run", "--keys", "nowhere")
    assert shown.exit_code == 0, shown.output
    assert "notice/v2  reextraction  1 paragraph\n" in shown.stdout
    assert shown.stdout.endswith("nothing was signed or written: this was a dry run\n")
    value = json.loads(run("reextract", "notice", "--dry-run", "--json").stdout)
    assert (value["dry_run"], value["unchanged"], value["record"]) == (True, True, None)
    assert tree(paged / "archive") == before


def test_chosen_afresh(paged: Path, run: Run) -> None:
    """What was chosen before is chosen again, unless the rule shall propose anew."""
    run("reextract", "notice", "--select", "h1")
    assert run("reextract", "notice").stdout == "unchanged since v2\n"
    run("reextract", "notice", "--choose-afresh")
    parameters = _record(paged, 3)["original"]["extractor"]["parameters"]
    assert (parameters["select"], parameters["select_basis"]) == (["main"], "rule")


def test_emendations_go(paged: Path, run: Run) -> None:
    """Emendations belong to the text before: they are not handed on, and that is said."""
    run("emend", "notice#nn1", "--after", "outer", "--supply", "sea", "--reason", "left out")
    result = run("reextract", "notice", "--drop", ".plea")
    assert "not handed on: 1 emendation of the text before" in result.stderr
    assert _record(paged, 3)["emendations"] == []
    assert run("verify").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("notice/v1",), "notice/v1 is not the newest version"),
        (("other",), "no release other"),
        (("notice", "--select", "aside"), "the page has nothing that was selected"),
        (("notice", "--select", "p["), "selector"),
        (("notice", "--charset", "utf-99"), "charset"),
    ],
)
def test_refused(paged: Path, run: Run, tree: Callable[[Path], Tree], arguments: tuple[str, ...], said: str) -> None:
    """What cannot be read again so is refused in one line, and nothing is written."""
    if arguments == ("notice/v1",):
        run("reextract", "notice", "--select", "h1")
    before = tree(paged / "archive")
    result = run("reextract", *arguments)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert tree(paged / "archive") == before


def test_told_of_what_it_follows(paged: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another writer comes first, what is told is of the version that was followed, and nothing fails after."""
    add = add_reextraction

    def after_another(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - hands all on
        (paged / "page.html").write_text(PAGE.replace('class="plea"', 'class="told"'), encoding="utf-8")
        assert run("add", "page.html", "--release", "notice").exit_code == 0
        return add(*given, **named)

    monkeypatch.setattr(reextract, "add_reextraction", after_another)
    result = run("reextract", "notice", "--select", ".told")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("notice/v3  reextraction  1 paragraph\n")
    assert "note: notice/v2: taken: .told (as chosen), 7 words; left out: 22 words" in result.stderr
    assert "notice/v1" not in result.stderr


@pytest.fixture
def changed(paged: Path, run: Run) -> Path:
    """The same with the share line taken out, then with a day that the publisher changed."""
    run("reextract", "notice", "--drop", ".plea")
    (paged / "page.html").write_text(PAGE.replace("Monday", "Friday"), encoding="utf-8")
    assert run("add", "page.html", "--release", "notice").exit_code == 0
    return paged


def test_whose_each_change_is(changed: Path, run: Run) -> None:
    """A comparison across rules marks each change that is ours, in the text, in JSON and on the page."""
    assert changed.is_dir()
    text = " ".join(run("diff", "notice/v1", "notice/v3").stdout.split())
    assert (
        "read by other rules (muniment-html 1, then muniment-html 1 with other choices): 1 change comes from that, "
        "the rest from the publisher" in text
    )
    assert f"deleted, by other rules [-{SHARE}-]" in text
    assert "nn1 nn1 edited The harbour closes on [-Monday-]{+Friday+}" in text
    value = json.loads(run("diff", "notice/v1", "notice/v3", "--json").stdout)
    assert value["readings"] == {
        "a": "muniment-html 1", "b": "muniment-html 1 with other choices", "told": True,
    }  # fmt: skip
    assert [(one["op"], one.get("ours")) for one in value["operations"] if one["op"] != "equal"] == [
        ("replace", None),
        ("delete", True),
    ]
    page = run("diff", "notice/v1", "notice/v3", "--format", "html").stdout
    assert "by other rules" in page
    assert "by other rules" in run("diff", "notice/v1", "notice/v3", "--format", "markdown").stdout


def test_the_same_bytes(changed: Path, run: Run) -> None:
    """Of the same bytes no change is the publisher's; of the same rules nothing is said of rules."""
    assert changed.is_dir()
    assert "no change is the publisher's" in " ".join(run("diff", "notice/v1", "notice/v2").stdout.split())
    assert "other rules" not in run("diff", "notice/v2", "notice/v3").stdout
    assert "readings" not in json.loads(run("diff", "notice/v2", "notice/v3", "--json").stdout)
    assert "no change is the publisher's" in " ".join(run("diff", "notice").stdout.split())


def test_where_the_rules_are_not_here(changed: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the rules are not installed, or one paragraph is compared, a comparison says that nobody can tell."""
    assert changed.is_dir()
    one = run("diff", "notice/v1#nn1", "notice/v3#nn1").stdout
    assert "which may be why" in " ".join(one.split())
    monkeypatch.setattr(HtmlSource, "at_hand", lambda _: False)
    result = run("diff", "notice/v1", "notice/v3")
    assert result.exit_code == 0
    assert "which may be why" in " ".join(result.stdout.split())
    assert "by other rules" not in result.stdout.replace("read by other rules", "")


def test_another_charset(work: Path, run: Run) -> None:
    """The same bytes in another charset are read otherwise, and are no change by the publisher."""
    (work / "port.txt").write_bytes("Объявление\n\n1. Порт закрыт.\n".encode("windows-1251"))
    run("add", "port.txt", "--release", "port", "--charset", "iso-8859-5")
    assert "reextraction" in run("reextract", "port", "--charset", "windows-1251").stdout
    text = " ".join(run("diff", "port/v1", "port/v2").stdout.split())
    assert "(muniment-text 2 as iso-8859-5, then muniment-text 2 as windows-1251): no change is" in text
    assert run("verify").exit_code == 0
