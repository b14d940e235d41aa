"""Shell completion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner, Result

from muniment.cli import archive

Run: TypeAlias = Callable[..., Result]


def complete(line: str) -> list[str]:
    """Ask as bash does, with the last word unfinished."""
    words = line.split(" ")
    variables = {
        "_ARCHIVE_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    result = CliRunner().invoke(archive, [], env=variables, prog_name="archive", complete_var="_ARCHIVE_COMPLETE")
    assert result.exit_code == 0
    assert result.stderr == ""
    return [text.partition(",")[2] for text in result.stdout.splitlines() if text]


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("archive re", ["reextract", "recover"]),
        ("archive show har", ["harbour-notice"]),
        ("archive show harbour-notice/", ["harbour-notice/v1", "harbour-notice/v2"]),
        ("archive cite v1#p", ["v1#p1", "v1#p2"]),
        ("archive log h", ["harbour-notice"]),
        ("archive blame v2#h", ["v2#h1"]),
        ("archive when words h", ["harbour-notice"]),
        ("archive find-quote words h", ["harbour-notice"]),
        ("archive add x --release h", ["harbour-notice"]),
        ("archive diff harbour-notice/v1 harbour-notice/v2", ["harbour-notice/v2"]),
        ("archive show v9#", []),
        ("archive diff v1..", ["v1..v2"]),
        ("archive diff harbour-notice/v1..v", ["harbour-notice/v1..v2"]),
        ("archive diff v2..", []),
        ("archive diff v9..", []),
        ("archive diff har", ["harbour-notice"]),
        ("archive diff v1 v2 --only ", ["words", "typographic", "description"]),
        ("archive diff v1 v2 --only words,", ["words,typographic", "words,description"]),
        ("archive timestamp --tsa ", []),
        ("archive cite v1 --style ch", ["chicago-note", "chicago-bibliography"]),
        ("archive cite v1 --format bib", ["biblatex", "bibtex"]),
    ],
)
def test_offers(line: str, offers: list[str]) -> None:
    """Verbs, releases, versions and paragraphs are offered."""
    assert complete(line) == offers


@pytest.mark.parametrize("line", ["archive show h", "archive log h"])
def test_quiet_where_there_is_none(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no archive, nothing is offered and nothing is said."""
    monkeypatch.chdir(tmp_path)
    assert complete(line) == []


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("archive verify kept.z", "kept.z"),
        ("archive diff ./not", "./not"),
        ("archive diff v1 ./not", "./not"),
        ("archive verify --against ol", "ol"),
        ("archive verify --since ol", "ol"),
        ("archive export v1 -o sn", "sn"),
        ("archive find-quote wor", "wor"),
        ("archive init ne", "ne"),
        ("archive verify --ocfl arc", "arc"),
        ("archive add --key k", "k"),
    ],
)
def test_files_are_left_to_the_shell(line: str, word: str) -> None:
    """Where a file may stand, and no reference fits, the shell is asked for files."""
    variables = {"_ARCHIVE_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1)}
    result = CliRunner().invoke(archive, [], env=variables, prog_name="archive", complete_var="_ARCHIVE_COMPLETE")
    assert result.stdout.splitlines() == [f"file,{word}"]


@pytest.mark.usefixtures("work")
def test_powershell_asks_in_its_own_way() -> None:
    """PowerShell gets a line an offer, of type, value and a help that is never empty."""
    variables = {"_ARCHIVE_COMPLETE": "powershell_complete", "COMP_WORDS": "archive cite v1#p", "COMP_CWORD": "v1#p"}
    result = CliRunner().invoke(archive, [], env=variables, prog_name="archive", complete_var="_ARCHIVE_COMPLETE")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == ["plain\tv1#p1\tv1#p1", "plain\tv1#p2\tv1#p2"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_gets_its_script(shell: str) -> None:
    """The script of each shell calls the command by its name, with the variable that asks for completions."""
    result = CliRunner().invoke(
        archive,
        [],
        env={"_ARCHIVE_COMPLETE": f"{shell}_source"},
        prog_name="archive",
        complete_var="_ARCHIVE_COMPLETE",
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert "_ARCHIVE_COMPLETE" in result.stdout
    assert f"{shell}_complete" in result.stdout
