"""``archive verify``: reports, exit codes, and the commands of stock tools."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from muniment.canonical import parse_json
from muniment.cli.reports import print_report
from muniment.schema import validate
from muniment.verify.report import CHECKS, Counts, Finding, Report

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]

SAID = "2027-01-15T08:00:00Z"
RECORD = "archive/releases/harbour-notice/v2/content/record.json"


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("target", [(), ("harbour-notice",), ("v2",), ("archive",), ("--jobs", "2")])
def test_verified(run: Run, target: tuple[str, ...]) -> None:
    """A sound archive gives exit code 0, one sentence, and the hash to compare; with -v a line for each check."""
    result = run("verify", *target)
    assert result.exit_code == 0, result.output
    what = "harbour-notice/v2" if target in {("harbour-notice",), ("v2",)} else "2 versions of 1 release"
    sentence = f"Authentic: {what}, signed by example.org/press, unchanged since {SAID}; that time is a claim."
    said, *rest = result.stdout.split("\n\n")
    assert " ".join(said.split()) == sentence
    assert len(rest) == 1
    lines = rest[0].splitlines()
    assert lines[-2] == "trust root (compare it with a copy from elsewhere)"
    assert lines[-1].startswith("  sha256:")
    part = ["not looked at: 1 checkpoint, what lies in other folders"] if what == "harbour-notice/v2" else []
    assert lines[:-2] == [*part, "memory: first seen on this machine"]
    verbose = run("verify", *target, "-v").stdout
    named = [line[4:13].strip() for line in verbose.split("\n\n")[1].splitlines()]
    assert named == [name for name in CHECKS.values() if name != "time"]
    assert "\nchecked: 2 versions of 1 release, 3 log entries, " in verbose


@pytest.mark.usefixtures("work")
def test_pinned_root(run: Run, refused: Refused) -> None:
    """The hash of the trust root can be given; another one fails, what is no hash is misuse."""
    root = json.loads(run("verify", "--json").stdout)["root"]
    for given in (root, root.removeprefix("sha256:")):
        result = run("verify", "--root", given)
        assert result.exit_code == 0
        assert result.stdout.endswith(f"trust root (as given with --root)\n  {root}\n")
    assert run("verify", "--root", "0" * 64).exit_code == 1
    assert "--root: not the hash of a trust root" in refused("verify", "--root", "sha256:12", code=2)


def test_failed(run: Run, work: Path) -> None:
    """A changed byte gives exit code 1 and names file and check, in text and in JSON."""
    path = work / RECORD
    path.write_bytes(path.read_bytes().replace(b"Sunday", b"Friday"))
    result = run("verify")
    assert result.exit_code == 1
    assert "FAILED" in result.stdout
    assert "releases/harbour-notice/v2/content/record.json" in result.stdout
    result = run("verify", "--json")
    assert result.exit_code == 1
    value = json.loads(result.stdout)
    assert value["verdict"] == "failed"
    validate("report", parse_json(result.stdout_bytes))


@pytest.mark.usefixtures("work")
def test_report_schema(run: Run) -> None:
    """The JSON of a report keeps to its schema."""
    result = run("verify", "--json")
    assert result.exit_code == 0
    validate("report", parse_json(result.stdout_bytes))


def test_snapshot(run: Run, refused: Refused, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot is checked far from any archive; a damaged one fails; a missing one could not be checked."""
    assert run("export", "v1", "-o", "a.zip").exit_code == 0
    assert "nowhere.zip: no such file" in refused("verify", "nowhere.zip", code=3)
    (work / "elsewhere").mkdir()
    shutil.move("a.zip", "elsewhere/a.zip")
    monkeypatch.chdir("elsewhere")
    result = run("verify", "a.zip", "--json")
    assert result.exit_code == 0
    validate("report", parse_json(result.stdout_bytes))
    data = Path("a.zip").read_bytes()
    Path("b.zip").write_bytes(data.replace(b"Monday", b"Sunday"))
    result = run("verify", "b.zip")
    assert result.exit_code == 1
    Path("c.zip").write_bytes(b"not a zip")
    result = run("verify", "c.zip")
    assert result.exit_code in {1, 3}
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("work")
def test_one_rule_for_a_path_and_for_stdin(run: Run) -> None:
    """The same bytes give the same exit code from a file and from stdin; what calls itself a zip is no text."""
    assert run("export", "v1", "-o", "whole.zip").exit_code == 0
    whole, cited = Path("whole.zip").read_bytes(), run("cite", "v1").stdout.encode()
    cases = [(whole, 0), (whole[:-1], 1), (b"\xff" + whole[1:], 1), (cited, 0), (b"no citation", 2), (b"", 2)]
    for data, code in cases:
        for name in ("given", "given.txt", "given.zip"):
            Path(name).write_bytes(data)
            expected = code if data == whole or not name.endswith(".zip") else 1
            assert run("verify", name).exit_code == expected, (name, data[:20])
        assert run("verify", "-", stdin=data).exit_code == code, data[:20]


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("target", [(), ("v1",), ("harbour-notice",)])
def test_explain(run: Run, target: tuple[str, ...]) -> None:
    """The commands printed by ``--explain`` run, and say that all is well."""
    for tool in ("bash", "ssh-keygen", "sha256sum"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not here")
    result = run("verify", *target, "--explain")
    assert result.exit_code == 0
    done = subprocess.run(["bash", "-e"], input=result.stdout, capture_output=True, text=True, check=True)
    assert 'Good "root@muniment" signature for archive@example.org' in done.stdout
    assert 'Good "record@muniment" signature for archive@example.org' in done.stdout
    assert done.stdout.count('"record":"sha256:') == (1 if target else 2)


@pytest.mark.usefixtures("work")
def test_explain_finds_what_is_wrong(run: Run) -> None:
    """The commands fail where the archive does."""
    if shutil.which("bash") is None or shutil.which("ssh-keygen") is None:
        pytest.skip("bash or ssh-keygen is not here")
    commands = run("verify", "v1", "--explain").stdout
    path = Path("archive/releases/harbour-notice/v1/content/record.json")
    path.write_bytes(path.read_bytes().replace(b"Monday", b"Sunday"))
    done = subprocess.run(["bash", "-e"], input=commands, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "record.json: FAILED" in done.stdout


@pytest.mark.usefixtures("work")
def test_explain_snapshot(run: Run, refused: Refused) -> None:
    """For a snapshot the commands are those of the bag."""
    if shutil.which("bash") is None or shutil.which("unzip") is None:
        pytest.skip("bash or unzip is not here")
    assert run("export", "v1", "-o", "a b.zip").exit_code == 0
    result = run("verify", "a b.zip", "--explain")
    done = subprocess.run(["bash", "-e"], input=result.stdout, capture_output=True, text=True, check=True)
    assert "record.json: OK" in done.stdout
    assert "name the archive with --archive" in refused("verify", "archive", "--explain", code=2)


def test_unchecked_and_notices(capsys: pytest.CaptureFixture[str]) -> None:
    """What could not be read, and what is only to be known, look different from a failure."""
    findings = (
        Finding(1, "unfinished.signed", ok=True, what="unfinished addition of a/v1", hint="archive recover"),
        Finding(2, "a\x1b", ok=False, what="unreadable", readable=False),
    )
    passed = dict.fromkeys(CHECKS, 0) | {1: 3, 2: 1}
    report = Report("archive", None, None, None, None, Counts(1, 1, 2, 4, 9), passed, findings)
    print_report(report, pinned=False)
    assert capsys.readouterr().out == (
        "UNCHECKED: 1 finding in archive; nothing failed, but could not be checked:\n"
        "a\\x1b: unreadable (fixity).\n"
        "\n"
        " 1  layout     3 passed\n"
        " 2  fixity     1 passed, UNREADABLE 1\n"
        "\n"
        "note: unfinished.signed: unfinished addition of a/v1\n"
        "  hint      archive recover\n"
        "\n"
        "UNREADABLE 2 fixity: a\\x1b\n"
        "  unreadable\n"
        "\n"
        "checked: 1 version of 1 release, 2 log entries, 4 files\n"
    )


def test_failure_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    """A failure names check, file, what, expected, found and hint; the root is not recommended to anybody then."""
    finding = Finding(7, "a.sig", ok=False, what="does not verify", expected="this", found="that", hint="restore it")
    passed = dict.fromkeys(CHECKS, 0)
    report = Report("a", "o", "sha256:00", None, None, Counts(), passed, (finding, finding))
    print_report(report, pinned=True)
    assert capsys.readouterr().out.endswith(
        "FAILED 7 signature: a.sig\n"
        "  does not verify\n"
        "  expected  this\n"
        "  found     that\n"
        "  hint      restore it\n"
        "\n"
        "checked: 0 versions of 0 releases, 0 log entries, 0 files\n"
        "trust root (see above)\n  sha256:00\n"
    )


def test_file_named_as_a_version(run: Run, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file, a snapshot's folder or an archive under the name of a version of the archive is not read in its place."""
    cited = run("cite", "harbour-notice/v1").stdout
    record = work / "archive/releases/harbour-notice/v2/content/record.json"
    record.write_bytes(record.read_bytes() + b" ")
    monkeypatch.chdir(work / "archive")
    assert run("verify", "harbour-notice/v2", "--no-memory").exit_code == 1
    planted = work / "archive/harbour-notice"
    planted.mkdir()
    for name in ("harbour-notice/v2", "harbour-notice/v3", "harbour-notice"):
        path = work / "archive" / name
        if path == planted:
            shutil.rmtree(planted)
        path.write_text(cited)
        result = run("verify", name, "--no-memory")
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"{name}: both a file here and a reference to the archive" in result.stderr
        assert f"./{name} is the file" in result.stderr
        assert "words stand" not in run("verify", f"./{name}", "--no-memory").stderr
    planted.unlink()
    shutil.copytree(work / "archive", work / "other")
    shutil.move(work / "other", planted)
    assert run("verify", "harbour-notice", "--no-memory").exit_code == 2
    shutil.rmtree(planted)
    monkeypatch.chdir(work / "archive/releases")
    assert run("verify", "harbour-notice/v1", "--no-memory").exit_code in {0, 1}


def test_file_of_a_word(run: Run, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose bare name is that of no release is a file, and the folder of the archive is the archive."""
    (work / "citation").write_text(run("cite", "harbour-notice/v1").stdout)
    assert run("verify", "citation", "--no-memory").exit_code == 0
    assert run("verify", "archive", "--no-memory").exit_code == 0
    monkeypatch.chdir(work)
    shutil.copytree(work / "archive", work / "elsewhere/copy")
    monkeypatch.chdir(work / "elsewhere")
    (work / "elsewhere/harbour-notice").write_text((work / "citation").read_text())
    shutil.move(work / "archive", work / "gone")
    assert "both a file" not in run("verify", "harbour-notice", "--no-memory").stderr
