"""``archive site`` at the command line: what it says, what it remembers, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from tests.cli.conftest import Run


def fails(run: Run, code: int, *arguments: str) -> Result:
    """Run what ends with an exit code."""
    result = run(*arguments)
    assert result.exit_code == code, result.output
    return result


@pytest.mark.usefixtures("work")
def test_it_writes_says_and_checks(run: Run) -> None:
    """A site is written, the next run writes nothing, and a check passes until a file is another one."""
    said = run("site", "out").stdout
    assert said.startswith("out/index.html: 2 versions in ")
    assert "  0 files written" in run("site", "out").stdout
    assert "every file is as the archive gives it" in run("site", "out", "--check").stdout
    Path("out/about.html").write_text("other")
    failed = fails(run, 1, "site", "out", "--check")
    assert failed.stdout == "FAILED about.html: other bytes\n"
    assert "archive site out --anew" in failed.stderr
    assert "  1 file written" in run("site", "out", "--anew").stdout
    run("site", "out", "--check")


@pytest.mark.usefixtures("work")
def test_what_was_chosen_is_remembered(run: Run) -> None:
    """Address and snapshots need to be said once; saying the contrary takes them back."""
    run("site", "out", "--address", "https://archive.example.org", "--snapshots")
    run("site", "out")
    assert "https://archive.example.org/releases/" in Path("out/sitemap.xml").read_text()
    assert list(Path("out").rglob("snapshot.zip"))
    run("site", "out", "--check")
    run("site", "out", "--no-snapshots")
    assert not list(Path("out").rglob("snapshot.zip"))


@pytest.mark.usefixtures("work")
def test_what_cannot_be_done_is_said(run: Run) -> None:
    """A folder with other files, an address that is none, and a check of nothing are refused in one line."""
    Path("letters").mkdir()
    Path("letters/letter.txt").write_text("Dear Sir")
    assert "something else than a site" in fails(run, 2, "site", "letters").stderr
    assert "not the address of a site" in fails(run, 2, "site", "out", "--address", "example.org").stderr
    assert "no site is there" in fails(run, 3, "site", "nowhere", "--check").stderr
    assert not Path("nowhere").exists()


@pytest.mark.usefixtures("work")
def test_no_site_is_written_into_an_archive(run: Run) -> None:
    """An archive with a site in it would no longer verify: it is refused, over a link too, and nothing is made."""
    archive = next(path.parent for path in Path().absolute().rglob("0=muniment_archive_1"))
    Path("link").symlink_to(archive)
    for folder in (archive / "public", Path("link") / "deep" / "public"):
        assert "inside an archive" in fails(run, 2, "site", str(folder)).stderr
    assert not (archive / "public").exists()
    assert not (archive / "deep").exists()


@pytest.mark.usefixtures("work")
def test_a_mark_that_cannot_be_read_is_called_so(run: Run) -> None:
    """Where the file that says whose site a folder is cannot be read, that is said, and not that it is another's."""
    run("site", "out")
    Path("out/.muniment-site").unlink()
    Path("out/.muniment-site").mkdir()
    said = fails(run, 3, "site", "out").stderr
    assert ".muniment-site: not a regular file" in said


@pytest.mark.usefixtures("work")
def test_json_says_the_same(run: Run) -> None:
    """With ``--json`` the outcome is one object of a format of its own."""
    value = json.loads(run("site", "out", "--json").stdout)
    assert value["format"] == "muniment-site-report/1"
    assert value["page"] == "out/index.html"
    assert value["files"] == value["written"] > 10
    Path("out/about.html").unlink()
    value = json.loads(fails(run, 1, "site", "out", "--check", "--json").stdout)
    assert value["faults"] == [{"path": "about.html", "what": "missing"}]


@pytest.mark.usefixtures("work")
def test_what_does_not_verify_is_named(run: Run) -> None:
    """With a damaged record the site is written, the version named, and the exit code 1: so again with each run."""
    (path,) = Path().glob("archive/releases/**/v1/content/record.json")
    path.write_bytes(path.read_bytes().replace(b'"en"', b'"fr"'))
    said = fails(run, 1, "site", "out")
    name = path.parts[-4]
    assert f"FAILED {name}/v1: check 9, entry: not the record" in said.stdout
    assert "archive verify says more" in said.stderr
    value = json.loads(fails(run, 1, "site", "out", "--json").stdout)
    assert ([one["subject"] for one in value["doubts"]], value["written"]) == ([f"{name}/v1"], 0)
    checked = json.loads(fails(run, 1, "site", "out", "--check", "--json").stdout)
    assert (checked["faults"], checked["doubts"]) == ([], value["doubts"])


@pytest.mark.parametrize("more", [("--anew",), ("--address", "https://archive.example.org")])
@pytest.mark.usefixtures("work")
def test_what_is_taken_out_of_a_folder_is_said(run: Run, more: tuple[str, ...]) -> None:
    """Where a version rotted since the site was made, its files go from OUT, and stderr and the JSON say of which."""
    run("site", "out")
    (path,) = Path().glob("archive/releases/**/v1/content/record.json")
    path.write_bytes(path.read_bytes().replace(b'"en"', b'"fr"'))
    folder = Path("out/releases") / path.parts[-4] / "v1"
    there = set(folder.iterdir())
    assert "0 files written" in fails(run, 0, "site", "out").stdout  # nothing grew: no record is read again
    result = fails(run, 1, "site", "out", *more, "--json")
    value = json.loads(result.stdout)
    gone = there - set(folder.iterdir())
    assert len(gone) == value["removed"] > 5
    assert value["taken"] == [{"subject": f"{path.parts[-4]}/v1", "files": len(gone)}]
    said = f"{len(gone)} files of 1 version that verified before and do not any longer were taken out of out: "
    assert f"archive: note: {said}{path.parts[-4]}/v1; " in result.stderr
    again = fails(run, 1, "site", "out", "--anew", "--json")
    assert "taken" not in json.loads(again.stdout)
    assert "taken out" not in again.stderr


@pytest.mark.usefixtures("work")
def test_all_words_are_searched_with_pagefind(run: Run) -> None:
    """With the extra, the folder holds an index of all words; the same archive gives the same one."""
    pytest.importorskip("pagefind", reason="pagefind is not installed")
    run("site", "out", "--search", "pagefind")
    assert Path("out/pagefind/pagefind.js").exists()
    run("site", "out", "--check")
    assert "  0 files written" in run("site", "out").stdout
