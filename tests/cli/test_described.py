"""What ``add`` signs of a version beside its words: nothing unseen, no date of an earlier version, nothing blank."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
Refused = Callable[..., str]


@pytest.fixture
def text(work: Path) -> Callable[[str], str]:
    """Write a text and give the name of its file."""

    def write(words: str) -> str:
        (work / "new.txt").write_text(words, encoding="utf-8")
        return "new.txt"

    return write


def test_kept(run: Run, text: Callable[[str], str]) -> None:
    """What the version before hands on is printed, member by member; its date is not handed on."""
    file = text("Notice\n\n1. One.\n")
    members = ("--issuer", "Harbour office", "--language", "en", "--issued", "3 March 2026", "--title", "Given")
    first = run("add", file, "--release", "a", *members)
    assert "issued: 2026-03-03 (inferred)\n" in first.stdout
    assert "kept from" not in first.stdout
    second = run("add", text("Notice\n\n1. Two.\n"), "--release", "a", "--language", "de")
    assert "title (given): Given\nissued: unknown\nkept from v1: issuer and title\n" in second.stdout
    value = json.loads(run("add", text("Notice\n\n1. Three.\n"), "--release", "a", "--title", "Given", "--json").stdout)
    assert (value["kept"], value["kept_from"]) == (["issuer", "language"], 2)
    assert value["issued"] == {"date": None, "basis": "unknown", "note": None}
    assert "issued    unknown" in run("show", "a").stdout


@pytest.mark.parametrize(
    ("line", "date"),
    [("3 March 2026", "2026-03-03"), ("Bergen, 3 March 2026", "2026-03-03"), ("March 2026", "2026-03")],
)
def test_date_of_the_text(run: Run, text: Callable[[str], str], line: str, date: str) -> None:
    """A line near the top that is nothing but a date is the date of issue, inferred, and the note quotes it."""
    printed = run("add", text(f"Notice\n\n{line}\n\n1. One.\n"), "--release", "a").stdout
    assert f"issued: {date} (inferred: The text has the line “{line}”.)\n" in printed


@pytest.mark.parametrize("lines", ["03/04/2026", "3 March 2026\n\n4 March 2026", "3 марта 2026 года"])
def test_no_certain_date(run: Run, text: Callable[[str], str], lines: str) -> None:
    """A date with two readings, two dates, or one in words that are not read here: the date of issue is unknown."""
    assert "issued: unknown\n" in run("add", text(f"Notice\n\n{lines}\n\n1. One.\n"), "--release", "a").stdout


@pytest.mark.usefixtures("work")
def test_same_bytes_new_facts(run: Run) -> None:
    """Facts that come with bytes that are there already are not signed: a note names them, and the verb that does."""
    add = ("add", "second.txt", "--release", "harbour-notice")
    result = run(*add, "--title", "Other", "--subject", "ships")
    assert (result.exit_code, result.stdout) == (0, "unchanged since v2\n")
    assert "was not signed: subjects and title (archive describe harbour-notice --subject … --title … signs it)" in (
        result.stderr
    )
    assert json.loads(run(*add, "--title", "Other", "--json").stdout)["not_signed"] == ["title"]
    assert run(*add, "--title", "Notice on the harbour").stderr == ""


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u200b", "\u3000 "])
def test_blank(refused: Refused, blank: str) -> None:
    """A title, an issuer or a subject in which nothing can be seen is refused."""
    for option in ("--title", "--issuer", "--subject"):
        line = refused("add", "notice.txt", "--release", "a", option, blank, code=2)
        assert "blank" in line or "empty" in line


@pytest.mark.parametrize("top", ["NOTICE\n======", "------\nNOTICE\n------", "NOTICE\n~ ~ ~ ~"])
def test_underlined_headline(run: Run, text: Callable[[str], str], top: str) -> None:
    """Lines that only underline a headline are no part of the title."""
    assert "title (headline): NOTICE\n" in run("add", text(f"{top}\n\nText here.\n"), "--release", "a").stdout


@pytest.mark.parametrize("option", ["--issued", "--retrieved", "--received"])
def test_dates(run: Run, refused: Refused, option: str) -> None:
    """Each date takes what people type, and says of what it cannot take which forms it does."""
    line = refused("add", "notice.txt", "--release", "a", option, "03/04/2026", code=2)
    assert f"{option}: this date is ambiguous" in line
    assert "2026-04-03 or 2026-03-04" in line
    assert run("add", "notice.txt", "--release", "a", option, "3 March 2026").exit_code == 0


@pytest.mark.usefixtures("work")
def test_retrieved_with_offset(run: Run) -> None:
    """What ``date -Iseconds`` prints is a time of retrieval, kept in UTC, and stands before the time of logging."""
    time = "2026-03-03T23:30:00-05:00"
    assert (
        run("add", "notice.txt", "--release", "a", "--uri", "https://example.org/a", "--retrieved", time).exit_code == 0
    )
    shown = run("show", "a").stdout
    assert "retrieved 2026-03-04T04:30:00Z (claimed)" in shown
    assert shown.index("retrieved") < shown.index("logged")
    assert "issued unknown, retrieved 2026-03-04T04:30:00Z (claimed); logged" in " ".join(run("log").stdout.split())


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ('{"title": 1}', "not of the right kind: expected text, found a number: 1"),
        ('{"titel": "T"}', "unknown member"),
        ('{"language": "x y"}', "not in the form that it must have: expected BCP 47"),
        ('{"relations": [{"relation": "isPartOf"}]}', "the member 'target' is missing"),
        ('{"title": "a",}', "not JSON: "),
        ('{"title": "a\\nb"}', "One line of text"),
        ('{"subjects": ["a", "a"]}', "more than once: found 'a'"),
    ],
)
def test_no_foreign_words(refused: Refused, work: Path, members: str, said: str) -> None:
    """No regular expression and no sentence of a parser or of a schema library reaches a person."""
    (work / "m.json").write_text(members)
    line = refused("add", "notice.txt", "--release", "a", "--metadata", "m.json", code=2)
    assert said in line
    for foreign in ("does not match", "is not of type", "required property", "Expecting", "^", "\\u", "schema"):
        assert foreign not in line


@pytest.mark.usefixtures("work")
def test_quote_in_another_charset(run: Run, refused: Refused) -> None:
    """``find-quote`` takes the charset that its error asks for; for words on the command line there is none."""
    Path("q.txt").write_bytes("café".encode("latin-1"))
    assert "--charset" in refused("find-quote", "q.txt", code=2)
    assert run("find-quote", "q.txt", "--charset", "latin1").exit_code == 1
    assert "--charset is for a quote in a file" in refused("find-quote", "café", "--charset", "latin1", code=2)


def test_two_charsets(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``diff --charset`` is for the file that does not say its own: the other one may be UTF-8 or UTF-16."""
    monkeypatch.chdir(tmp_path)
    words = "Заявление\n\n1. Порт закрыт.\n"
    for name, charset in (("a", "cp1251"), ("b", "utf-8"), ("c", "utf-16"), ("d", "utf-8-sig")):
        Path(f"{name}.txt").write_bytes(words.encode(charset))
    for other in "bcd":
        for sides in (("./a.txt", f"./{other}.txt"), (f"./{other}.txt", "./a.txt")):
            result = run("diff", *sides, "--charset", "windows-1251", "--summary")
            assert result.stdout.startswith("no change in words")
            assert f"note: ./{other}.txt is utf-" in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="a POSIX shell")
@pytest.mark.parametrize("folder", ["./-x", "-"])
def test_folder_like_an_option(run: Run, work: Path, folder: str) -> None:
    """The commands of ``--explain`` run where the name of the archive's folder begins with a hyphen."""
    (work / "archive").rename(work / folder)
    commands = run("--archive", folder, "verify", "v1", "--explain").stdout
    done = subprocess.run(
        ["sh", "-e"],
        input=commands.split("\n\n")[0] + "\nls log/checkpoint\n",
        text=True,
        check=True,
        capture_output=True,
    )
    assert done.stdout == "log/checkpoint\n"
