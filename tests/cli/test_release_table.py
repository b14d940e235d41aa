"""``archive add --release-from``: tables of every ugly form, and that nothing is written where one is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import Result

from muniment.cli.release_table import COLUMNS

Run: TypeAlias = Callable[..., Result]
Tree: TypeAlias = Callable[[Path], object]
HEADER = "file,release,title,issued,language,issuer,uri,retrieved,note\n"


@pytest.fixture
def texts(work: Path) -> Path:
    """A folder with two texts, beside the archive."""
    folder = work / "notices"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.txt").write_text(f"Notice {name}\n\n1. The harbour is open.\n")
    return folder


def table(folder: Path, text: str | bytes) -> str:
    """Write a table, and give its path."""
    path = folder / "table.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def record_of(release: str, version: int) -> dict[str, Any]:
    """The record of a version."""
    value: dict[str, Any] = json.loads(Path(f"archive/releases/{release}/v{version}/content/record.json").read_bytes())
    return value


def test_all_that_a_row_says(run: Run, texts: Path) -> None:
    """Each cell is signed in its row; an option speaks of the rows whose cell is empty; one call is one batch."""
    path = table(
        texts,
        "File, RELEASE ,title,issued,issued-basis,issued-note,language,issuer,uri,retrieved,genre,genre-basis,subject,"
        "subject,received,charset,media-type,by,note\n"
        'one.txt,pier,"One, ""the"" first of two",3 March 2026,stated,on top,pt-BR,Harbour of Porto,'
        "https://example.org/1,2026-03-04,speech,stated,tides,piers,2026-03-05,utf-8,text/plain,Ana,came by post\n"
        "two.txt,quay,,,,,,,,,,,,,,,,,\n",
    )
    result = run("add", "--release-from", path, "--language", "en", "--note", "of the table", "--json")
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)
    assert [(row["file"], row["row"], row["reference"]) for row in rows] == [
        ("one.txt", 2, "pier/v1"),
        ("two.txt", 3, "quay/v1"),
    ]
    one, two = record_of("pier", 1), record_of("quay", 1)
    assert one["title"] == 'One, "the" first of two'
    assert one["issued"] == {"basis": "stated", "date": "2026-03-03", "note": "on top"}
    assert (one["language"], one["issuer"], one["subjects"]) == ("pt-BR", "Harbour of Porto", ["tides", "piers"])
    assert one["genre"] == {"basis": "stated", "note": None, "term": "speech"}
    assert one["original"]["uri"] == "https://example.org/1"
    assert one["provenance"][0]["time"] == "2026-03-04"
    assert (one["provenance"][0]["agent"], one["change"]["note"]) == ("Ana", "came by post")
    assert (two["language"], two["change"]["note"], two["title"]) == ("en", "of the table", "Notice two")
    assert len(list(Path("archive/log/batches").iterdir())) == 1
    assert run("verify").exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        "\ufefffile,release\none.txt,pier\ntwo.txt,quay\n",
        "file,release\r\none.txt,pier\r\ntwo.txt,quay",
        "file,release\rone.txt,pier\rtwo.txt,quay\r",
        '"file","release"\n"one.txt","pier"\n\n"two.txt", quay \n\n',
        "\ufeffrelease,,file,\r\npier,,one.txt,\r\n,,,\r\nquay,,two.txt,\r\n",
        "file,release,title,issued\n one.txt ,pier,, \ntwo.txt,\tquay,,\n",
    ],
)
def test_forms_of_a_table(run: Run, texts: Path, text: str) -> None:
    """A mark at its beginning, any line ends, quotes, blanks, empty rows and columns do not matter."""
    result = run("add", "--release-from", table(texts, text))
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0].startswith("one.txt  pier/v1  publication")
    assert result.stdout.endswith("2 of 2 files added\n")
    assert record_of("quay", 1)["title"] == "Notice two"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "row 1: there is no column file"),
        ("file,release\n", "table.csv: the table names no file"),
        ("file,release\n,\n\n", "table.csv: the table names no file"),
        ("file,titel\none.txt,x\n", "row 1, column 2: no column has this name"),
        ("file;release\none.txt;pier\n", "row 1, column 1: no column has this name"),
        ("file,title\none.txt,x\n", "row 1: there is no column release"),
        ("file,release,File\none.txt,pier,\n", "row 1, column 3: the column file is there twice"),
        ("file,release\none.txt,pier\ntwo.txt\n", "row 3: the row has not as many cells"),
        ("file,release\none.txt,pier,x\n", "row 2: the row has not as many cells"),
        ("file,release,\none.txt,pier,x\n", "row 2, column 3: the column of this cell has no name"),
        ("file,release\none.txt,pier\n,quay\n", "row 3, column file: the cell is empty"),
        ("file,release\n\none.txt,\n", "row 3, column release: the cell is empty"),
        ("file,release\none.txt,Pier\n", "row 2, column release: "),
        (HEADER + 'one.txt,pier,"First\nSecond",,,,,,\n', "row 2, column title: a cell is one line"),
        (HEADER + "one.txt,pier,,,,Port\u202e,,,\n", "row 2, column issuer: a cell is one line"),
        ("file,release\none.txt,../pier\n", "row 2, column release: "),
        ("file,release\none.txt,pier\nthree.txt,pier\n", "row 3, column file: no such file"),
        ("file,release\n-,pier\n", "row 2, column file: no such file"),
        ("file,release\n.,pier\n", "row 2, column file: no such file"),
        ("file,release\none\0.txt,pier\n", "row 2"),
        ("file,release\none.txt,pier\n./one.txt,pier\n", "row 3, column file: row 2 names this file"),
        (HEADER + "one.txt,pier,,31 June 2026,,,,,\n", "row 2, column issued: "),
        (HEADER + "one.txt,pier,,,english,,,,\n", "row 2, column language: "),
        (HEADER + "one.txt,pier,,,,,example.org,,\n", "row 2, column uri: "),
        (HEADER + "one.txt,pier,,,,,,2126-01-01,\n", "row 2, column retrieved: this is still to come"),
        ("file,release,received\none.txt,pier,2126-01-01\n", "row 2, column received: this is still to come"),
        ("file,release,received\none.txt,pier,soon\n", "row 2, column received: "),
        ("file,release,issued-basis\none.txt,pier,stated\n", "row 2: --issued-basis"),
        ("file,release,issued,issued-basis\none.txt,pier,2026,sure\n", "row 2, column issued-basis: not a basis"),
        ('file,release\n"one.txt,pier\n', "row 2: not CSV"),
        ('file,release\none.txt,"pier"x\n', "row 2: not CSV"),
        (b"file,release\none.txt,pier\n\xe9.txt,quay\n", "table.csv, line 3: the table is not UTF-8"),
        ("file,release\n".encode("utf-16"), "table.csv, line 1: the table is not UTF-8"),
    ],
)
def test_tables_that_are_wrong(
    refused: Callable[..., str], work: Path, texts: Path, tree: Tree, text: str | bytes, said: str
) -> None:
    """What is wrong in a table is named by row and column, and nothing of it is written, not even the good rows."""
    path = table(texts, text)
    before = tree(work)
    assert said in refused("add", "--release-from", path, code=2)
    assert tree(work) == before


def test_beside_other_ways_to_name_files(refused: Callable[..., str], texts: Path) -> None:
    """A table stands alone: no file, no release, no name and no second stdin beside it."""
    path = table(texts, "file,release\none.txt,pier\n")
    for beside in (("notice.txt",), ("--release", "a"), ("--release-from-name",), ("--name", "a.txt")):
        assert "the table names the files" in refused("add", "--release-from", path, *beside, code=2)
    for arguments in (("--metadata", "-"), ("--metadata", "-", "--dry-run")):
        assert "stdin cannot be both the table" in refused("add", "--release-from", "-", *arguments, code=2)
    assert "no such file" in refused("add", "--release-from", "nowhere.csv", code=2)


@pytest.mark.usefixtures("texts")
def test_from_stdin(run: Run) -> None:
    """A table from stdin names files from where the command runs."""
    text = "file,release\nnotices/one.txt,pier\n"
    result = run("add", "--release-from", "-", stdin=text)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("notices/one.txt  pier/v1  publication")


@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_dry_run_of_a_table(run: Run, work: Path, texts: Path, tree: Tree, as_json: tuple[str, ...]) -> None:
    """A dry run of a table shows what comes afterwards, writes nothing, and needs no key."""
    path = table(texts, HEADER + "one.txt,pier,First,2026,,,,,\ntwo.txt,pier,,,,,,,second\none.txt,quay,,,,,,,\n")
    before = tree(work / "archive")
    shown = run("add", "--release-from", path, "--dry-run", *as_json)
    assert (shown.exit_code, tree(work / "archive")) == (0, before)
    done = run("add", "--release-from", path, *as_json)
    if not as_json:
        assert shown.stdout == done.stdout.replace("files added", "files would be added")
        return
    for would, did in zip(json.loads(shown.stdout), json.loads(done.stdout), strict=True):
        assert (would["row"], would["dry_run"]) == (did["row"], True)
        assert record_of(did["release"], did["version"]) == would["record"]


def test_rows_that_cannot_be_added(run: Run, texts: Path) -> None:
    """A file whose bytes cannot be used is left out and named with its row; the exit code is 1, again none is lost."""
    (texts / "bad.txt").write_bytes(b"\x00\x01")
    path = table(texts, "file,release\none.txt,pier\nbad.txt,pier\ntwo.txt,pier\n")
    result = run("add", "--release-from", path)
    assert result.exit_code == 1
    assert "REFUSED (row 3): " in result.stdout
    assert result.stdout.endswith("2 of 3 files added; 1 refused\n")
    rows = json.loads(run("add", "--release-from", path, "--json").stdout)
    assert [row["row"] for row in rows] == [2, 3, 4]
    assert "error" in rows[1]
    assert "error" not in rows[2]


def test_more_than_a_batch(run: Run, texts: Path) -> None:
    """A table of 259 rows becomes a batch of 256 and one of 3, in the order of the rows."""
    lines = ["file,release,title"]
    for number in range(259):
        (texts / f"{number}.txt").write_text(f"Number {number}\n\n1. It is {number}.\n")
        lines.append(f"{number}.txt,{'pier' if number % 2 else f'quay-{number}'},Title {number}")
    path = table(texts, "\n".join(lines))
    result = run("add", "--release-from", path)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "259 of 259 files added")
    after = {int(path.name): json.loads(path.read_bytes().partition(b"\n")[0])["after"] for path in _batches()}
    assert sorted(size - before for size, before in after.items()) == [3, 256]
    assert [record_of("pier", version)["title"] for version in (1, 2, 129)] == ["Title 1", "Title 3", "Title 257"]
    assert run("verify").exit_code == 0


def _batches() -> list[Path]:
    return list(Path("archive/log/batches").iterdir())


def test_the_help_names_what_a_table_may_have(run: Run) -> None:
    """Each column is that of an option, or said in the help."""
    said = run("add", "--help").stdout
    for column in COLUMNS:
        assert f"--{column} " in said or column == "file"


def test_a_table_that_is_given_again(run: Run, texts: Path) -> None:
    """Given again, a table changes nothing; with more rows these are added, and none goes back to an older version."""
    rows = ["one.txt,pier", "two.txt,pier", "one.txt,quay"]
    path = table(texts, "\n".join(["file,release", *rows, ""]))
    assert run("add", "--release-from", path).exit_code == 0
    before = {path: path.read_bytes() for path in Path("archive").rglob("*") if path.is_file()}
    for dry in ((), ("--dry-run",)):
        again = run("add", "--release-from", path, *dry)
        assert again.exit_code == 0
        said = [line.split("  ", 1)[1].strip() for line in again.stdout.splitlines() if "unchanged since" in line]
        names = ("pier/v1", "pier/v2", "quay/v1")
        assert [line.split(";")[0] for line in said] == [f"unchanged since {name}" for name in names]
    assert before == {path: path.read_bytes() for path in Path("archive").rglob("*") if path.is_file()}
    (texts / "three.txt").write_text("Notice three\n\n1. The harbour is closed.\n")
    more = table(texts, "\n".join(["file,release", *rows[:2], "three.txt,pier", rows[2], ""]))
    assert run("add", "--release-from", more, "--dry-run").stdout.count("unchanged since") == 3
    assert run("add", "--release-from", more).exit_code == 0
    assert record_of("pier", 3)["change"]["reverts_to"] is None
    assert not Path("archive/releases/pier/v4").exists()
    assert run("verify").exit_code == 0


def test_what_goes_back_still_does(run: Run, texts: Path) -> None:
    """Older bytes by themselves, or in another order than they came, are a publication that reverts to them."""
    path = table(texts, "file,release\none.txt,pier\ntwo.txt,pier\n")
    assert run("add", "--release-from", path).exit_code == 0
    assert "reverts to v1" in run("add", str(texts / "one.txt"), "--release", "pier").stdout
    other = table(texts, "file,release\ntwo.txt,pier\none.txt,pier\n")
    # The last two versions are these, in this order: a list that was given before.
    assert run("add", "--release-from", other).stdout.count("unchanged since") == 2
    assert run("add", "--release-from", table(texts, "file,release\none.txt,pier\ntwo.txt,pier\n")).exit_code == 0
    assert [record_of("pier", number)["change"]["reverts_to"] for number in (3, 4)] == [1, 2]
    assert run("verify").exit_code == 0


def test_a_table_with_another_file_in_it(run: Run, texts: Path) -> None:
    """A table of which a file is another one, or none that can be read, is no list that was given before."""
    path = table(texts, "file,release\none.txt,pier\ntwo.txt,pier\n")
    assert run("add", "--release-from", path).exit_code == 0
    (texts / "two.txt").write_bytes(b"\x00\x01")
    result = run("add", "--release-from", path)
    assert result.exit_code == 1
    assert "pier/v3  publication, reverts to v1" in result.stdout
    assert "REFUSED" in result.stdout
