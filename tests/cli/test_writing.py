"""``add``, ``describe``, ``emend`` and ``recover``: the verbs that write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import Result
from tests.cli.conftest import stop_at

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]
Tree: TypeAlias = Callable[[Path], object]
OMIT = ("--omit", "x", "--reason", "y")


def record(run: Run, reference: str) -> dict[str, Any]:
    """The record of a version."""
    value: dict[str, Any] = json.loads(run("show", reference, "--json").stdout)
    return value


@pytest.mark.usefixtures("work")
def test_add_from_stdin(run: Run) -> None:
    """``-`` reads stdin, under the name given."""
    result = run("add", "-", "--name", "letter.txt", "--release", "letter", stdin=b"Letter\n\nDear all.\n")
    assert result.stdout.startswith(
        "letter/v1  publication  2 paragraphs\ntitle (headline): Letter\nissued: unknown\nsha256:"
    )
    note = record(run, "letter")["provenance"][0]["note"]
    assert note.startswith("Received as the file letter.txt.")


def test_add_from_stdin_without_a_name(refused: Refused) -> None:
    """What comes from stdin needs a name; and it cannot be metadata too."""
    assert "--name notice.txt" in refused("add", "-", "--release", "a", stdin=b"Letter\n\nx\n", code=2)
    line = refused("add", "-", "--release", "a", "--metadata", "-", "--name", "x", stdin=b"{}", code=2)
    assert "stdin cannot be both" in line


def test_every_option(run: Run, work: Path) -> None:
    """Options go into the record, and override the file of metadata."""
    (work / "m.json").write_text('{"title": "From the file", "subjects": ["harbours"], "rights": "CC0"}')
    options = {
        "--title": "From the option",
        "--language": "en-GB",
        "--issuer": "Port of Example",
        "--issued": "2026-01-30",
        "--issued-basis": "stated",
        "--issued-note": "first line",
        "--uri": "https://example.org/notice",
        "--retrieved": "2026-02-01T10:00:00Z",
        "--received": "2026-02-02",
        "--charset": "us-ascii",
        "--media-type": "text/plain",
        "--by": "A. Keeper",
        "--note": "as found",
        "--metadata": "m.json",
        "--release": "full",
    }
    arguments = [part for pair in options.items() for part in pair]
    result = run("add", "notice.txt", *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    said = json.loads(result.stdout)
    assert (said["reference"], said["unchanged"], said["index"], said["paragraphs"]) == ("full/v1", False, 3, 3)
    value = record(run, "full")
    assert (value["title"], value["subjects"], value["rights"]) == ("From the option", ["harbours"], "CC0")
    assert value["issued"] == {"basis": "stated", "date": "2026-01-30", "note": "first line"}
    assert (value["issuer"], value["language"]) == ("Port of Example", "en-GB")
    assert value["original"]["uri"] == "https://example.org/notice"
    assert value["original"]["charset"] == "us-ascii"
    assert value["provenance"][0]["agent"] == "A. Keeper"
    assert value["provenance"][0]["activity"] == "capture"
    assert value["change"]["note"] == "as found"


def test_unknown_medium(refused: Refused) -> None:
    """A medium that nothing reads is refused."""
    assert "no extractor reads this media type" in refused(
        "add", "notice.txt", "--release", "a", "--media-type", "image/png", code=2
    )
    refused("add", "notice.txt", "--release", "a", "--charset", "rot13", code=2)


def test_basis_without_a_date(refused: Refused, run: Run, work: Path) -> None:
    """A basis alone says nothing; with the date in the file it does."""
    assert "give --issued DATE too" in refused("describe", "v2", "--issued-basis", "stated", code=2)
    (work / "m.json").write_text('{"issued": {"date": "2026-01", "basis": "inferred"}}')
    assert run("describe", "v2", "--metadata", "m.json", "--issued-basis", "stated").exit_code == 0
    assert record(run, "v3")["issued"] == {"basis": "stated", "date": "2026-01", "note": None}


def test_describe(run: Run, refused: Refused) -> None:
    """``describe`` needs something to say, and the newest version to say it of."""
    assert "nothing to describe was given" in refused("describe", "v2", code=2)
    line = refused("describe", "v1", "--title", "x", code=2)
    assert "harbour-notice/v1 is not the newest version: expected harbour-notice/v2" in line
    result = run("describe", "v2", "--title", "Other", "--note", "why", "--json")
    assert json.loads(result.stdout)["change"] == "description"
    assert record(run, "harbour-notice")["change"] == {"kind": "description", "note": "why", "reverts_to": None}
    result = run("describe", "v3", "--title", "Other", "--json")
    assert json.loads(result.stdout)["unchanged"] is True


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("options", "reading"),
    [
        (("--after", "the day", "--supply", "of"), "2. It opens on the day [of] Tuesday, unless"),
        (("--before", "Tuesday", "--supply", "of"), "2. It opens on the day [of] Tuesday, unless"),
        (("--correct", "Tuesday", "--to", "Thursday"), "2. It opens on the day [Thursday], unless"),
        (("--omit", "the day "), "2. It opens on […]Tuesday, unless"),
        (("--unclear", "Tuesday"), "2. It opens on the day [Tuesday?], unless"),
    ],
)
def test_emend(run: Run, options: tuple[str, ...], reading: str) -> None:
    """Each way to emend is rendered in brackets; the text as received stays."""
    result = run("emend", "harbour-notice#2", *options, "--reason", "because", "--by", "A. Editor")
    assert result.stdout.startswith("harbour-notice/v3  emendation  3 paragraphs\n")
    assert reading in run("show", "v3#p2").stdout
    assert "It opens on the day Tuesday, unless" in run("show", "v3#p2", "--as-received").stdout
    assert "by A. Editor: because" in run("show", "v3").stdout


@pytest.mark.usefixtures("work")
def test_emend_and_describe(run: Run) -> None:
    """An emendation may change the description in the same version."""
    assert run("emend", "v2#p2", "--omit", "Tuesday", "--reason", "x", "--title", "Other").exit_code == 0
    value = record(run, "v3")
    assert (value["change"]["kind"], value["title"]) == ("emendation", "Other")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "say in one way what to emend"),
        (("--supply", "x"), "found --supply"),
        (("--after", "x"), "found --after"),
        (("--omit", "x", "--unclear", "y"), "found --omit, --unclear"),
        (("--omit", " "), "--omit is empty"),
        (("--after", "the day", "--supply", ""), "--supply is empty"),
        (("--omit", "Wednesday"), "does not stand in p2"),
        (("--omit", "s"), "stands more than once in p2"),
    ],
)
def test_emend_misused(refused: Refused, options: tuple[str, ...], said: str) -> None:
    """What does not say one thing of one place is refused."""
    assert said in refused("emend", "v2#p2", *options, "--reason", "x", code=2)


@pytest.mark.usefixtures("work")
def test_subjects(run: Run) -> None:
    """``--subject`` may be repeated, and replaces the subjects before."""
    assert run("describe", "v2", "--subject", "harbours", "--subject", "storms").exit_code == 0
    assert record(run, "v3")["subjects"] == ["harbours", "storms"]
    assert run("describe", "v3", "--subject", "ports").exit_code == 0
    assert record(run, "v4")["subjects"] == ["ports"]


def test_emend_names_a_paragraph(refused: Refused) -> None:
    """An emendation is of one paragraph, of the newest version."""
    assert "for example v2#p1" in refused("emend", "v2", "--omit", "x", "--reason", "x", code=2)
    assert "is not the newest version" in refused("emend", "v1#p1", "--omit", "x", "--reason", "x", code=2)


@pytest.mark.usefixtures("work")
def test_emend_overlapping(run: Run, refused: Refused) -> None:
    """Two emendations of one place are refused."""
    assert run("emend", "v2#p2", "--omit", "Tuesday", "--reason", "x").exit_code == 0
    assert "overlap" in refused("emend", "v3#p2", "--unclear", "day Tuesday", "--reason", "x", code=2)


def test_other_words_meanwhile(run: Run, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another writer brought other words in between, nothing is emended."""
    real = __import__("muniment.cli.verbs.emend", fromlist=["load_keys"]).load_keys
    text = (work / "notice.txt").read_text().replace("Tuesday", "Friday")
    (work / "third.txt").write_text(text)

    def meanwhile(archive: object, files: object) -> object:
        monkeypatch.setattr("muniment.cli.verbs.emend.load_keys", real)
        assert run("add", "third.txt", "--release", "harbour-notice").exit_code == 0
        return real(archive, files)

    monkeypatch.setattr("muniment.cli.verbs.emend.load_keys", meanwhile)
    result = run("emend", "v2#p2", "--omit", "Tuesday", "--reason", "x")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "harbour-notice/v3 has other words in p2" in result.stderr


@pytest.mark.usefixtures("work")
def test_recover(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An addition that was interrupted is removed, or completed once its checkpoint was signed."""
    assert run("recover").stdout == "nothing to recover\n"
    assert json.loads(run("recover", "--json").stdout) == {"recovered": None, "subject": None}
    for stop, did in (("log/tile/entries/000.p/4", "removed"), ("log/checkpoint", "completed")):
        with monkeypatch.context() as patch:
            stop_at(patch, stop)
            result = run("add", "notice.txt", "--release", "other")
            assert result.exit_code == 3
        result = run("recover")
        assert result.stdout == f"{did} the unfinished addition of other/v1\n"
        assert run("verify").exit_code == 0


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    "verb",
    [
        ("add", "notice.txt", "--release", "third"),
        ("describe", "harbour-notice", "--title", "Other"),
        ("emend", "harbour-notice#p2", "--omit", "Tuesday", "--reason", "x"),
        ("key", "site", "https://example.org"),
    ],
)
@pytest.mark.parametrize(("stop", "did"), [("log/tile/entries/000.p/4", "removed"), ("log/checkpoint", "completed")])
def test_what_was_unfinished_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...], stop: str, did: str
) -> None:
    """Whatever writes ends first what was left unfinished, and says in one line what became of it."""
    with monkeypatch.context() as patch:
        stop_at(patch, stop)
        assert run("add", "notice.txt", "--release", "other").exit_code == 3
    result = run(*verb)
    assert (result.exit_code, result.stderr) == (
        0,
        f"archive: note: an unfinished addition of other/v1 was {did} first\n",
    )
    assert run(*verb).stderr.count("unfinished") == 0
    assert ("other/v1" in run("log").stdout) is (did == "completed")
    assert run("verify").exit_code == 0


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("verb", "said"),
    [
        (("describe", "harbour-notice", "--title", "Other"), "  title        Other (given)\n"),
        (
            ("emend", "harbour-notice#p2", "--omit", "Tuesday", "--reason", "x"),
            "  emended      p2  omitted “Tuesday”, by example.org/press: x\n",
        ),
    ],
)
def test_dry_run(run: Run, tree: Tree, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...], said: str) -> None:
    """What a dry run of a description or an emendation shows is what is signed afterwards; it needs no key."""
    before = tree(Path("archive"))
    with monkeypatch.context() as patch:
        patch.setenv("ARCHIVE_KEYS", "nowhere")
        text = run(*verb, "--dry-run")
        value = json.loads(run(*verb, "--dry-run", "--json").stdout)
    assert text.exit_code == 0, text.output
    assert said in text.stdout
    assert text.stdout.endswith("nothing was signed or written: this was a dry run\n")
    assert tree(Path("archive")) == before
    assert run(*verb).exit_code == 0
    assert record(run, "v3") == value["record"]


@pytest.mark.usefixtures("work")
def test_dry_run_of_nothing(run: Run, refused: Refused) -> None:
    """A dry run that would change nothing says so, and refuses what the verb itself refuses."""
    title = record(run, "v2")["title"]
    same = run("describe", "harbour-notice", "--title", title, "--dry-run")
    assert (same.exit_code, same.stdout) == (0, "unchanged since harbour-notice/v2; nothing would be signed\n")
    assert "not the newest" in refused("describe", "v1", "--title", "x", "--dry-run", code=2)
    assert "there is no release" in refused("describe", "other", "--title", "x", "--dry-run", code=2)


@pytest.mark.usefixtures("work")
def test_emend_names_a_paragraph_that_is_there(run: Run, refused: Refused) -> None:
    """Without a paragraph the hint names one that the version has, whatever its ids look like."""
    assert "(for example v2#p1; archive show v2 lists them)" in refused("emend", "v2", *OMIT, code=2)
    Path("bare.txt").write_text("Notice\n\nThe quay is closed.\n")
    assert run("add", "bare.txt", "--release", "bare").exit_code == 0
    assert "(for example bare#nn1; archive show bare lists them)" in refused("emend", "bare", *OMIT, code=2)
