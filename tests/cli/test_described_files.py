"""Descriptions from files of others, and in the keeper's editor, as the command takes them."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run, Tree

Refused = Callable[..., str]

ADD = ("add", "notice.txt", "--release", "other")
FILES = {
    "a.yaml": "title: The harbour\nissued: 2026-03-02\nlanguage: en\nissuer: Harbour Office\n",
    "a.json": json.dumps(
        [{"id": "x", "title": "The harbour", "author": [{"literal": "Harbour Office"}], "language": "en",
          "issued": {"date-parts": [[2026, 3, 2]]}, "page": "7"}]
    ),
    "a.xml": '<r xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The harbour</dc:title>'
    "<dc:date>2026-03-02</dc:date><dc:creator>Harbour Office</dc:creator><dc:language>en</dc:language></r>",
}  # fmt: skip


def _record(work: Path, release: str, version: int) -> dict[str, Any]:
    path = work / f"archive/releases/{release}/v{version}/content/record.json"
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value


@pytest.mark.parametrize("name", FILES)
def test_from_a_file(work: Path, run: Run, name: str) -> None:
    """The same facts come from each form; what is not taken is said."""
    (work / name).write_text(FILES[name], encoding="utf-8")
    result = run(*ADD, "--metadata", name)
    assert result.exit_code == 0, result.output
    record = _record(work, "other", 1)
    assert [record[member] for member in ("title", "issuer", "language")] == ["The harbour", "Harbour Office", "en"]
    assert (record["issued"]["date"], record["issued"]["basis"]) == ("2026-03-02", "inferred")
    assert ("a.json is CSL-JSON; not taken from it: page" in result.stderr) == (name == "a.json")
    assert run("verify").exit_code == 0


def test_an_option_overrides_the_file(work: Path, run: Run) -> None:
    """An option stands before what the file says, and stdin can be the file."""
    result = run(*ADD, "--metadata", "-", "--title", "Another", stdin=FILES["a.yaml"])
    assert result.exit_code == 0, result.output
    record = _record(work, "other", 1)
    assert (record["title"], record["issuer"]) == ("Another", "Harbour Office")


def test_hostile_names_are_escaped(work: Path, run: Run) -> None:
    """What a file calls its members reaches the terminal escaped."""
    (work / "a.json").write_text(json.dumps({"id": 1, "title": "T", "\x1b[31mred": "x"}), encoding="utf-8")
    result = run(*ADD, "--metadata", "a.json")
    assert result.exit_code == 0
    assert "\x1b" not in result.stderr


@pytest.fixture
def editor(work: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An editor that keeps what it was shown, and makes the next of ``edits``: words, a tab, other words."""
    script = work / "editor"
    script.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, sys\n"
        f"here = pathlib.Path({str(work)!r})\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "text = path.read_text(encoding='utf-8')\n"
        "with (here / 'shown').open('a', encoding='utf-8') as file: file.write(text + '=====\\n')\n"
        "edits = (here / 'edits').read_text(encoding='utf-8').splitlines()\n"
        "old, new = (edits.pop(0) + '\\t').split('\\t')[:2] if edits else ('', '')\n"
        "(here / 'edits').write_text('\\n'.join(edits), encoding='utf-8')\n"
        "if old: path.write_text(text.replace(old, new), encoding='utf-8')\n",
        encoding="utf-8",
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("EDITOR", str(script))
    monkeypatch.delenv("VISUAL", raising=False)
    return work


needs_posix = pytest.mark.skipif(
    sys.platform == "win32", reason="the editor of this test is a script with a first line"
)


@needs_posix
def test_in_the_editor(editor: Path, run: Run) -> None:
    """The description opens as JSON; what is changed is signed, in the form of a record."""
    (editor / "edits").write_text('"issuer": null\t"issuer": "Harbour Office"\n', encoding="utf-8")
    result = run("describe", "harbour-notice", "--edit", "--note", "found out")
    assert result.exit_code == 0, result.output
    assert "harbour-notice/v3  description" in result.stdout
    record = _record(editor, "harbour-notice", 3)
    assert (record["issuer"], record["change"]["note"]) == ("Harbour Office", "found out")
    shown = (editor / "shown").read_text(encoding="utf-8")
    assert shown.startswith("# What is said of harbour-notice/v2.")
    assert run("verify").exit_code == 0


@needs_posix
def test_shown_again_with_the_reason(editor: Path, run: Run) -> None:
    """What cannot be signed is shown again as it was edited, with the reason above it, until it can be."""
    edits = ['"issuer": null\t"issuer": 7', '"issuer": 7\t"issuer": ', '"issuer": ,\t"issuer": "Harbour Office",']
    (editor / "edits").write_text("\n".join(edits), encoding="utf-8")
    result = run("describe", "harbour-notice", "--edit")
    assert result.exit_code == 0, result.output
    assert _record(editor, "harbour-notice", 3)["issuer"] == "Harbour Office"
    first, second, third, _ = (editor / "shown").read_text(encoding="utf-8").split("=====\n")
    assert "Not yet" not in first
    assert "# Not yet: " in second
    assert '"issuer": 7' in second
    assert "issuer" in second.split("\n{")[0]
    assert "not JSON" in third


@needs_posix
@pytest.mark.parametrize("edits", ["", "{\t# {", '"issuer": null\t"issuer": 7'])
def test_left_as_it_is(editor: Path, run: Run, tree: Callable[[Path], Tree], edits: str) -> None:
    """Left as it is, emptied, or given up after a reason: nothing is written."""
    (editor / "edits").write_text(edits, encoding="utf-8")
    before = tree(editor / "archive")
    result = run("describe", "harbour-notice", "--edit")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("archive: the description was left as it is")
    assert tree(editor / "archive") == before


@pytest.mark.parametrize("editor", ["/nowhere/editor", '"editor', pytest.param("false", marks=needs_posix)])
def test_no_editor(work: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch, editor: str) -> None:
    """An editor that is not there, has open quotes or fails is named; nothing is written."""
    assert work.is_dir()
    monkeypatch.setenv("EDITOR", editor)
    monkeypatch.delenv("VISUAL", raising=False)
    assert "the editor could not be used" in refused("describe", "harbour-notice", "--edit", code=2)


@needs_posix
def test_an_editor_that_leaves_no_text(work: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an editor left in another charset is refused by that reason; nothing is written."""
    (work / "latin").write_bytes(b'{"title": "H\xe4fen"}')
    monkeypatch.setenv("EDITOR", "cp latin")
    monkeypatch.delenv("VISUAL", raising=False)
    assert "what the editor left is not UTF-8" in refused("describe", "harbour-notice", "--edit", code=2)


@needs_posix
def test_keys_are_found_before_the_editor_opens(editor: Path, refused: Refused) -> None:
    """Where nothing could be signed, the editor does not open, so that no word is typed in vain."""
    (editor / "edits").write_text('"issuer": null\t"issuer": "Harbour Office"\n', encoding="utf-8")
    assert "there is no record key" in refused("describe", "harbour-notice", "--edit", "--keys", "nowhere", code=2)
    assert not (editor / "shown").exists()
