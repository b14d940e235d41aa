"""``list``, ``log``, ``show``, ``cite``, ``export`` and ``diff``: the verbs that look."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from muniment.canonical import parse_json
from muniment.schema import validate

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]

V1 = "sha256:faaa6f77ebf9461207d69c68a893e8fd20320f9910dbea07bd5886e175501122"
HOSTILE = "Notice \u202eeton\u202c\n\n1. Escape \x9b31m and \x85 and \x7f and \u2028 and tab\there.\n\nCafé ☕ مرحبا.\n"


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("arguments", [("list",), ("log",), ("log", "harbour-notice")])
def test_list_schema(run: Run, arguments: tuple[str, ...]) -> None:
    """What ``list`` and ``log`` print as JSON keeps to its schema."""
    validate("list", parse_json(run(*arguments, "--json").stdout_bytes))


def test_empty_archive(run: Run, work: Path) -> None:
    """An archive without releases says how to add one; its JSON keeps to the schema."""
    assert run("init", "new", "--origin", "example.org/new").exit_code == 0
    result = run("list", "--archive", str(work / "new"))
    assert result.stdout == "no release yet (archive add FILE --release ID)\n"
    validate("list", parse_json(run("list", "--archive", "new", "--json").stdout_bytes))


@pytest.mark.usefixtures("work")
def test_log(run: Run, refused: Refused) -> None:
    """``log`` can be of one release; the checkpoint is printed to the byte, and stands alone."""
    assert run("add", "notice.txt", "--release", "other").exit_code == 0
    assert "other/v1" not in run("log", "harbour-notice").stdout
    assert "trust root" not in run("log", "harbour-notice").stdout
    assert run("log", "--checkpoint").stdout_bytes == Path("archive/log/checkpoint").read_bytes()
    assert "--checkpoint stands alone" in refused("log", "other", "--checkpoint", code=2)
    assert "--checkpoint stands alone" in refused("log", "--checkpoint", "--json", code=2)


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("count", [1, 2, 3, 100])
def test_last_entries(run: Run, refused: Refused, count: int) -> None:
    """``log -n`` prints the end of what ``log`` prints, of the whole log and of a release."""
    for arguments in ((), ("harbour-notice",), ("-p",), ("-p", "harbour-notice")):
        whole, last = run("log", *arguments).stdout, run("log", *arguments, "-n", str(count)).stdout
        assert whole.endswith(last)
        shown = [line for line in last.splitlines() if line and not line.startswith("  ")]
        assert shown == [line for line in whole.splitlines() if line and not line.startswith("  ")][-count:]
    assert "--json gives every version" in refused("log", "-n", "1", "--json", code=2)
    assert "--checkpoint stands alone" in refused("log", "-n", "1", "--checkpoint", code=2)


@pytest.mark.usefixtures("work")
def test_rows_are_read_as_they_are_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """``log`` prints what comes before a damaged version, and ``list`` the rows before that of one, then fails."""
    whole = run("log").stdout
    for number in range(3):
        assert run("add", "notice.txt", "--release", f"other-{number}").exit_code == 0
    rows = run("list").stdout
    monkeypatch.setattr("muniment.cli.verbs.list._FIRST", 1)
    assert run("list").stdout == rows
    Path("archive/releases/other-1/v1/content/record.json").write_bytes(b"{}")
    logged, result = run("log"), run("list")
    assert (logged.exit_code, result.exit_code) == (1, 1)
    assert logged.stdout.startswith(whole)
    assert "other-0/v1" in logged.stdout
    assert rows.startswith(result.stdout)
    assert len(result.stdout.splitlines()) == 3


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("reference", ["v1", "harbour-notice/v1", V1])
def test_show_json_is_the_record(run: Run, reference: str) -> None:
    """The SHA-256 of what ``show --json`` prints is the citation hash, to the byte."""
    data = run("show", reference, "--json").stdout_bytes
    assert "sha256:" + hashlib.sha256(data).hexdigest() == V1


@pytest.mark.usefixtures("work")
def test_show_original(run: Run) -> None:
    """``--original`` prints the bytes as received, also those that an earlier version brought."""
    assert run("describe", "v2", "--title", "x").exit_code == 0
    assert run("show", "v1", "--original").stdout_bytes == Path("notice.txt").read_bytes()
    assert run("show", "v3", "--original").stdout_bytes == Path("second.txt").read_bytes()


def test_show_misused(refused: Refused) -> None:
    """Ways to show exclude each other, and an original has no paragraphs."""
    assert "exclude each other" in refused("show", "v1", "--json", "--original", code=2)
    assert "leave the paragraph out" in refused("show", "v1#p1", "--original", code=2)


def test_damaged_record(refused: Refused, work: Path) -> None:
    """A record that is not the one that the log names is not shown: exit code 1."""
    path = work / "archive/releases/harbour-notice/v1/content/record.json"
    path.write_bytes(path.read_bytes().replace(b"Monday", b"Sunday"))
    assert "not the record that log entry 1 (harbour-notice/v1) states" in refused("show", "v1", code=1)


@pytest.fixture
def hostile(run: Run, work: Path) -> Path:
    """An archive with a text that holds what terminals obey."""
    (work / "hostile.txt").write_bytes(HOSTILE.encode())
    result = run("add", "hostile.txt", "--release", "hostile", "--language", "en")
    assert result.exit_code == 0, result.stderr
    return work


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("list", "--json"),
        ("log",),
        ("show", "hostile"),
        ("show", "hostile", "--as-received"),
        ("show", "hostile#p1"),
        ("cite", "hostile#p1"),
        ("cite", "hostile", "--json"),
        ("diff", "harbour-notice", "hostile"),
        ("diff", "harbour-notice", "hostile", "--json"),
        ("verify",),
    ],
)
def test_hostile_text(run: Run, arguments: tuple[str, ...]) -> None:
    """No control character and no override of archived text reaches the screen."""
    result = run(*arguments)
    assert result.exit_code == 0
    assert not set(result.stdout) & set("\x1b\x7f\x85\x9b\r\t\u2028\u202c\u202e")


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("option", ["--json", "--original"])
def test_hostile_text_on_a_terminal(run: Run, option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exact bytes are for pipes; on a terminal even they are escaped."""
    assert "\x9b" in run("show", "hostile", option).stdout
    monkeypatch.setattr("muniment.cli.verbs.show.is_terminal", lambda _: True)
    result = run("show", "hostile", option)
    assert result.exit_code == 0
    assert not set(result.stdout) & set("\x1b\x7f\x85\x9b\r\t\u2028\u202c\u202e")
    if option == "--json":
        assert json.loads(result.stdout)["release"] == "hostile"


@pytest.mark.usefixtures("work")
def test_cite(run: Run) -> None:
    """A citation carries the hash, whole in the long style; JSON is a list of one CSL item."""
    long, short = run("cite", "v1#p2").stdout, run("cite", "v1#2", "--style", "short").stdout
    assert V1.removeprefix("sha256:") in long
    assert V1.removeprefix("sha256:")[:12] in short
    assert long.endswith("\n")
    assert long.count("\n") == 1
    assert len(short) < len(long)
    (item,) = json.loads(run("cite", "v1", "--json").stdout)
    assert item["title"] == "Notice on the harbour"
    assert run("cite", "v1", "--json").stdout == run("cite", "v1", "--format", "csl-json").stdout


def test_export(run: Run, work: Path) -> None:
    """A snapshot is written once, whole, and verifies; the same bytes again are fine."""
    result = run("export", "v1")
    assert result.exit_code == 0
    name, digest = result.stdout.splitlines()
    data = (work / name).read_bytes()
    assert digest == "sha256:" + hashlib.sha256(data).hexdigest()
    assert run("export", "v1").stdout == f"{name} (it was there already)\n{digest}\n"
    assert run("export", "v1", "-o", "-").stdout_bytes == data
    said = json.loads(run("export", "v1", "-o", "other.zip", "--json").stdout)
    assert said == {
        "format": "muniment-export/1",
        "file": "other.zip",
        "sha256": digest,
        "size": len(data),
        "written": True,
    }
    assert run("verify", name).exit_code == 0
    assert {path.name for path in work.iterdir()} == {"archive", "keys", "notice.txt", "second.txt", name, "other.zip"}


def test_export_overwrites_nothing(refused: Refused, run: Run) -> None:
    """Another file of that name stays, unless ``--force`` says otherwise."""
    assert "another file is there (--force replaces it)" in refused("export", "v1", "-o", "notice.txt", code=2)
    assert "found a folder" in refused("export", "v1", "-o", "keys", "--force", code=2)
    assert "it cannot be written" in refused("export", "v1", "-o", "nowhere/a.zip", code=3)
    assert "a snapshot holds a whole version" in refused("export", "v1#p1", code=2)
    assert "leave one out" in refused("export", "v1", "-o", "-", "--json", code=2)
    assert run("export", "v1", "-o", "notice.txt", "--force").exit_code == 0


def test_export_stamped(refused: Refused) -> None:
    """Without a stamp one line says how to get one; the size is not for the user to choose, nor is it one for all."""
    said = "no time stamp covers harbour-notice/v1 (archive timestamp asks for one)"
    assert said in refused("export", "v1", "--stamped", code=2)
    assert "--stamped does not go with --size" in refused("export", "v1", "--stamped", "--size", "3", code=2)
    assert "--stamped does not go with --all" in refused("export", "--stamped", "--all", "snapshots", code=2)


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("v1", "v2"),
        ("harbour-notice/v1#p1", "v2#p1"),
        ("v1", "second.txt"),
        ("./notice.txt", "second.txt"),
        ("-", "v3"),
        ("v2", "v3"),
    ],
)
def test_diff_json(run: Run, a: str, b: str) -> None:
    """The JSON of every pair of sides keeps to its schema."""
    assert run("emend", "v2#p2", "--omit", "Tuesday", "--reason", "x", "--title", "Other").exit_code == 0
    result = run("diff", a, b, "--json", stdin=Path("notice.txt").read_bytes())
    assert result.exit_code == 0, result.stderr
    validate("diff", parse_json(result.stdout_bytes))
    value = json.loads(result.stdout)
    assert (value["a"]["name"], value["b"]["name"]) == (a, b)
    assert value["originals_differ"] is (b != "v3" or a == "-")
    if (a, b) == ("v2", "v3"):
        assert value["description"] == [
            {"member": "title", "change": "changed", "a": "Notice on the harbour", "b": "Other"}
        ]
        assert value["emendations"]["added"][0]["kind"] == "omitted"


@pytest.mark.usefixtures("work")
def test_diff_text(run: Run) -> None:
    """The text view can be coloured, and shows members of any kind."""
    assert "\x1b[" in run("diff", "v1", "v2", "--color").stdout
    assert "\x1b[" not in run("diff", "v1", "v2", "--no-color").stdout
    Path("m.json").write_text(
        '{"subjects": ["ports", "storms"], "issuer": "Port", "relations": [{"relation": "replaces", "target": "a"}],'
        ' "issued": {"date": "2026-01", "basis": "inferred"}}'
    )
    assert run("describe", "v2", "--metadata", "m.json").exit_code == 0
    shown = run("diff", "v2", "v3").stdout
    said = "description: issued added, issuer added, relations added, subjects added; originals are the same "
    assert said in " ".join(shown.split())
    assert "  issuer added: Port\n" in shown
    assert "  subjects added: ports; storms\n" in shown
    assert '  relations added: [{"relation": "replaces", "target": "a"}]\n' in shown
    Path("m.json").write_text('{"issuer": "Harbour", "subjects": [], "issued": {"date": null, "basis": "unknown"}}')
    assert run("describe", "v3", "--metadata", "m.json").exit_code == 0
    shown = run("diff", "v3", "v4").stdout
    assert "  issued removed: 2026-01 (inferred)\n" in shown
    assert "  issuer changed: Port → Harbour\n" in shown
    assert "  subjects removed: ports; storms\n" in shown


def test_diff_sides(run: Run, refused: Refused, work: Path) -> None:
    """A reference that resolves comes first, then a file of that name; ``./`` is always a file."""
    (work / "v1").write_text("Another thing\n\nAltogether.\n")
    (work / "v7").write_text("Another thing\n\nAltogether.\n")
    assert run("diff", "v1", "notice.txt").stdout == "no change in words; originals are the same\n"
    assert run("diff", "./v1", "./v7").stdout == "no change in words; originals are the same\n"
    assert run("diff", "./v1", "v7").stdout == "no change in words; originals are the same\n"
    assert "'nowhere.txt': neither a file nor a reference" in refused("diff", "nowhere.txt", "v1", code=2)
    assert "has no version v9" in refused("diff", "v9", "v1", code=2)
    assert "./nowhere: no such file" in refused("diff", "./nowhere", "v1", code=2)
    assert "stdin cannot be both sides" in refused("diff", "-", "-", code=2)
    refused("diff", "a\x00b", "v1", code=2)


def test_diff_outside_an_archive(run: Run, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files need no archive."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    Path("notice.txt").write_bytes((work / "notice.txt").read_bytes())
    result = run("diff", str(work / "second.txt"), "notice.txt")
    assert result.exit_code == 0
    assert result.stdout.startswith("1 paragraph edited; originals differ\n")


@pytest.mark.usefixtures("work")
def test_long_lines_are_wrapped(run: Run) -> None:
    """What does not fit the screen goes on below, indented."""
    reason = "because " * 20
    emend = ("emend", "v2#p2", "--omit", "Tuesday", "--reason", reason.strip(), "--title", "Long " * 30 + "title")
    assert run(*emend, "--note", "note " * 40 + "end").exit_code == 0
    for arguments in (("show", "v3"), ("diff", "v2", "v3"), ("log",)):
        shown = run(*arguments).stdout
        lines = [line for line in shown.splitlines() if "sha256:" not in line]
        assert max(map(len, lines)) <= 80
    assert "\n            Long Long" in run("show", "v3").stdout


def test_path_that_no_system_takes(run: Run, monkeypatch: pytest.MonkeyPatch, work: Path) -> None:
    """A side that cannot even be looked for is no file."""

    def deny(_: Path) -> bool:
        raise OSError("too long")

    monkeypatch.setattr(Path, "exists", deny)
    result = run("diff", "a" * 5000, "v1")
    assert result.exit_code == 2
    assert "neither a file nor a reference" in result.stderr
    assert work.is_dir()
