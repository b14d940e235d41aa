"""``archive search``, ``archive index`` and what ``archive when`` makes of an index."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.cli.conftest import Run


def index_file() -> Path:
    """The one index of this machine."""
    (path,) = (Path(os.environ["ARCHIVE_CACHE"]) / "index").iterdir()
    return path


QUESTIONS = (
    ("search", "harbour"),
    ("search", "'day tuesday'"),
    ("search", "nothing", "of", "the", "kind"),
    ("when", "harbour"),
    ("when", "s letter"),
    ("when", "not there at all"),
    ("search", "harbour", "--json"),
    ("when", "harbour", "--json"),
)


@pytest.mark.usefixtures("work")
def test_same_answers_whatever_the_index_is(run: Run) -> None:
    """Deleted, stale, damaged, cut or of another archive: stdout and exit codes stay, and stderr says what was done."""

    def answers() -> tuple[list[tuple[str, int]], str]:
        results = [run(*question) for question in QUESTIONS]
        return [(result.stdout, result.exit_code) for result in results], results[0].stderr

    plain, said = answers()
    assert said == ""
    assert "search index made: " in run("index").stdout
    assert answers() == (plain, "")
    assert "is up to date" in run("index").stdout
    whole = index_file().read_bytes()
    for broken in (whole[:-1], whole[:100], b"", whole[:3000] + b"\x01" + whole[3001:]):
        index_file().write_bytes(broken)
        assert answers() == (
            plain,
            "archive: note: the search index is damaged: every version was read; archive index makes it anew\n",
        )
    assert "the search index is damaged; made anew: " in run("index").stdout
    assert answers() == (plain, "")
    assert run("index", "--delete").stdout == "deleted\n"
    assert run("index", "--delete").stdout == "there is no index\n"
    assert answers() == (plain, "")


@pytest.mark.usefixtures("work")
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_what_is_no_file_in_the_place_of_an_index(run: Run) -> None:
    """A pipe is not waited for, a device not read to its end, a folder is said once; the answers are the same."""
    answer = run("search", "harbour").stdout
    run("index")
    path = index_file()
    for stand_in in ("pipe", "device"):
        path.unlink()
        if stand_in == "pipe":
            os.mkfifo(path)
        else:
            path.symlink_to("/dev/zero")
        result = run("search", "harbour")
        assert (result.stdout, result.stderr.count("the search index is damaged")) == (answer, 1)
        assert "the search index is damaged; made anew: " in run("index").stdout
        assert path.is_file()
        assert not path.is_symlink()
    path.unlink()
    path.mkdir()
    result = run("search", "harbour")
    assert (result.stdout, result.stderr.count("archive: note: ")) == (answer, 1)
    assert "is a directory; every version was read" in result.stderr
    assert run("index").exit_code == 3
    left = path.with_name(f"{path.stem}-abcdefgh.new")
    left.write_bytes(b"half")
    failed = run("index", "--delete")
    assert (failed.exit_code, "it cannot be deleted: found is a directory" in failed.stderr) == (3, True)
    path.rmdir()
    assert run("index", "--delete").stdout == "there is no index\n"
    assert not left.exists()


@pytest.mark.usefixtures("work")
def test_an_index_that_is_behind(run: Run) -> None:
    """After an addition the new version is found too, stderr says that it was read, and an update reads it alone."""
    run("index")
    Path("new.txt").write_text("Tide\n\nThe harbour is dry.\n")
    assert run("add", "new.txt", "--release", "tide", "--language", "en").exit_code == 0
    found = run("search", "harbour", "dry")
    assert "tide/v1#" in found.stdout
    assert "lacks the newest entry of the log: what these changed was read" in found.stderr
    assert "tide" in run("when", "is dry").stdout
    assert json.loads(run("index", "--json").stdout)["read"] == 1
    again = run("search", "harbour", "dry")
    assert (again.stdout, again.stderr) == (found.stdout, "")


@pytest.mark.usefixtures("work")
def test_an_index_of_another_archive(run: Run) -> None:
    """An index that lies where this archive's should, and is of another one, is not asked."""
    run("index")
    path = index_file()
    first = run("search", "harbour").stdout
    assert run("init", "other", "--origin", "other.example.org/archive", "--keys", "elsewhere").exit_code == 0
    run("--archive", "other", "index")
    (other,) = set(path.parent.iterdir()) - {path}
    other.replace(path)
    result = run("search", "harbour")
    assert result.stdout == first
    assert "of another archive of this name, or of another history" in result.stderr


@pytest.mark.usefixtures("work")
def test_a_cache_that_cannot_be_written(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the index cannot be written, that is said with exit code 3, and a search answers all the same."""
    Path("file").write_text("in the way")
    monkeypatch.setenv("ARCHIVE_CACHE", str(Path("file").absolute()))
    result = run("index")
    assert (result.exit_code, "the search index cannot be written" in result.stderr) == (3, True)
    assert run("search", "harbour").exit_code == 0


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("search", "—"), "there is nothing to search for"),
        (("search", "☎"), "follow a sign that is no word with when"),
        (("search", "a", "--issuer", '"'), "there is no word in the issuer"),
        (("search", '"open'), "a quotation mark is not closed"),
        (("search", "a", "--since", "3/4/2026"), "ambiguous"),
        (("index", "--delete", "--json"), "exclude each other"),
    ],
)
def test_what_cannot_be_asked(run: Run, arguments: tuple[str, ...], said: str) -> None:
    """Words without a letter, an open quote and a date with two readings are refused."""
    result = run(*arguments)
    assert (result.exit_code, said in result.stderr) == (2, True)


@pytest.mark.usefixtures("work")
def test_a_search_that_is_narrowed(run: Run) -> None:
    """The options narrow by what the version says of itself; more than the limit is said."""
    assert run("search", "harbour", "--language", "fr").exit_code == 1
    assert run("search", "harbour", "--until", "1999").exit_code == 1
    many = run("search", "the", "-n", "1")
    assert many.stdout.startswith("the: the first paragraph, in the 2 versions of 1 release\n")
    assert "there are more" in many.stdout
