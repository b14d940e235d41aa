"""Below the command no hint names a verb or an option of it; the command says which one does what a hint asks for."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from tests.test_layers import TREES

from muniment.archive import open_archive
from muniment.cli.app import VERBS
from muniment.cli.hints import CLAUSES, FORMS, error_line, for_command, for_reader
from muniment.cli.verbs.import_.wording import FORMS as IN_IMPORT
from muniment.cli.verbs.import_.wording import hint_in_import
from muniment.errors import MunimentError, UnresolvedReferenceError
from muniment.reference import parse_reference
from muniment.store.local import LocalStore
from muniment.verify.archive import verify_archive
from muniment.verify.report import Finding

Run = Callable[..., Result]
Refusal = Callable[..., str]

NAMES_IT = re.compile(rf"\barchive (?:{'|'.join(VERBS)})\b|(?<![\w-])--[a-z]")
"""A verb or an option of the command."""

PIP = "python -m pip install --upgrade "
"""The command of somebody else, with an option."""

DOCUMENTS = {
    "importing.git_repository": "options of git, another program",
    "paragraph_proof.forms": "the text of a proof tells its reader what else checks it",
    "paragraph_proof.proof_page": "and so does the page with one",
    "site.changes_page": "a page on the web tells its reader how to compare without it",
    "site.fault_page": "and so does the page in the place of a version that does not verify",
    "site.version_page": "and how to get what checks itself from a disk",
    "snapshot.page": "what stands first on the page in a snapshot",
    "snapshot.page.details": "the page in a snapshot tells its reader what else checks it",
    "snapshot.page.wording": "the same page",
    "snapshot.readme": "so does README.txt",
    "snapshot.shell": "and VERIFY.txt",
    "write.static_files": "and README.txt of an archive",
}
"""Modules whose text is for somebody who holds a file, and has no library: it may say what the command is called.
And one that calls another program."""

ROWS = (*((re.escape(clause), command) for clause, command in CLAUSES.items()), *FORMS)


def said(name: str) -> Iterator[str]:
    """Each text in a module but its docstrings; what is filled in is ``1``."""
    inner = {id(node.value) for node in ast.walk(TREES[name]) if isinstance(node, ast.Expr)}
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.JoinedStr):
            inner |= {id(part) for part in node.values}
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            yield node.value


BELOW = {name: tuple(said(name)) for name in TREES if name.split(".")[0] not in {"cli", "__main__"}}
EACH = {clause for texts in BELOW.values() for text in texts for clause in re.split(r"(?:;|:|\?) ", text)}


@pytest.mark.parametrize("name", sorted(BELOW.keys() - DOCUMENTS.keys()))
def test_none_below_names_the_command(name: str) -> None:
    """Whatever a library says to its user can be done without the command."""
    assert [text for text in BELOW[name] if NAMES_IT.search(text.replace(PIP, ""))] == []


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_documents_name_it(name: str) -> None:
    """The list of those that may has no more than it needs."""
    assert any(NAMES_IT.search(text) for text in BELOW[name])


@pytest.mark.parametrize(("clause", "command"), ROWS, ids=[command for _, command in ROWS])
def test_each_row_is_used(clause: str, command: str) -> None:
    """The code below says what a row is for, and the row says a verb or an option, once and for all."""
    assert any(re.fullmatch(clause, each) for each in EACH)
    assert NAMES_IT.search(command) or command.endswith(" -o")
    assert for_command(command) == command


@pytest.mark.parametrize(("clause", "words"), IN_IMPORT, ids=[words for _, words in IN_IMPORT])
def test_each_row_of_an_import_is_used(clause: str, words: str) -> None:
    """So is each row that says what an import has in its map file, where other verbs have an option."""
    assert any(re.fullmatch(clause, each) for each in EACH)
    assert "map file" in words
    assert hint_in_import(words) == words


def test_rows_are_apart() -> None:
    """A clause has one row, and no two rows are the same."""
    rows = Counter(each for each in EACH for clause, _ in ROWS if re.fullmatch(clause, each))
    assert [each for each, count in rows.items() if count > 1] == []
    assert len(rows) >= len(ROWS) == len(dict(ROWS))


def test_the_command_says_its_own() -> None:
    """What the command itself says is never taken for a clause from below."""
    own = {text for name in TREES if name.startswith("cli.") and name != "cli.hints" for text in said(name)}
    assert [text for text in own if for_command(text) != text] == []


@pytest.mark.parametrize(
    ("hint", "read"),
    [
        ("", ""),
        ("restore the file from a copy", "restore the file from a copy"),
        ("verify the archive and restore the damaged file", "verify the archive and restore the damaged file"),
        ("verify the archive", "run archive verify"),
        ("is this an older copy? verify the archive", "is this an older copy? run archive verify"),
        ("nothing was written; verify the archive; wait", "nothing was written; run archive verify; wait"),
        (
            "if you know why it changed: forget what was seen of a.example/x, and verify again",
            "if you know why it changed: archive memory forget a.example/x, and verify again",
        ),
        (
            "give a copy or a snapshot of the archive to compare with",
            "give a copy or a snapshot of the archive with --against",
        ),
        (
            "give a copy or a snapshot of the archive that holds harbour/v1 to compare with",
            "give a copy or a snapshot of the archive that holds harbour/v1 with --against",
        ),
        (
            "my: copy; 2 ends before it: give a newer copy to compare with",
            "my: copy; 2 ends before it: give a newer copy with --against",
        ),
        ("\\1 verify the archive", "\\1 verify the archive"),
    ],
)
def test_clause_by_clause(hint: str, read: str) -> None:
    """A clause is read as a whole, with the name in it; what stands beside it stays."""
    assert for_command(hint) == read


def test_what_was_found_stays() -> None:
    """Found words are evidence, and are printed as they are; so is the place."""
    same = "verify the archive"
    error = MunimentError(same, where=same, expected=same, found=same, hint=same, check=9)
    read = "run archive verify"
    assert error_line(error) == f"FAILED 9 entry: {same}: {read}: expected {read}, found {same} ({read})"
    assert error.hint == same


def test_of_a_report(work: Path) -> None:
    """A report is the same but for what to do; the library's own names no option."""
    report = verify_archive(LocalStore(work / "archive"))
    (note,) = report.findings
    assert note.hint == "compare it with a copy from elsewhere, or give the digest of that one"
    read = for_reader(report)
    assert read == replace(report, findings=(replace(note, hint=read.findings[0].hint),))
    finding = Finding(10, "a", ok=False, what="b", found="verify the archive", hint="verify the archive")
    assert for_reader(replace(report, findings=(finding,))).findings == (replace(finding, hint="run archive verify"),)


def test_on_the_command_line(run: Run, refused: Refusal, work: Path) -> None:
    """Errors, notes and JSON say what they always said; whoever uses the library reads the clause."""
    assert refused("show", "pier", code=2).endswith("there is no release pier (archive list names the releases)\n")
    assert "(archive show harbour-notice/v2 lists them)" in refused("show", "harbour-notice#p99", code=2)
    root = "compare it with a copy from elsewhere, or give that one with --root"
    assert json.loads(run("verify", "--json").stdout)["findings"][0]["hint"] == root
    assert run("export", "harbour-notice", "-o", "s.zip").exit_code == 0
    assert "(--force replaces it)" in refused("export", "harbour-notice/v1", "-o", "s.zip", code=2)
    with pytest.raises(UnresolvedReferenceError, match=r"\(name a release that is there\)$"):
        open_archive(LocalStore(work / "archive")).resolve(parse_reference("pier"))
