"""``archive prove``, and ``archive verify`` of what it writes."""

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
from muniment.schema import validate

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]


def prove(run: Run, *arguments: str) -> Path:
    """Write a proof and give its file."""
    result = run("prove", *arguments, "-o", "p.tlog-proof", "--force")
    assert (result.exit_code, result.stderr) == (0, "")
    return Path("p.tlog-proof")


@pytest.mark.usefixtures("work")
def test_prove(run: Run) -> None:
    """It names the file by its content, prints its hash and the words, and writes nothing the second time."""
    result = run("prove", "v1#p1")
    assert (result.exit_code, result.stderr) == (0, "")
    name, digest, *words = result.stdout.splitlines()
    assert name.startswith("harbour-notice-v1-p1-")
    assert name.endswith(".proof.txt")
    assert digest.startswith("sha256:")
    assert words[0] == "> The harbour closes on Monday."
    place = "the whole of harbour-notice/v1#p1, archive example.org/press, log index 1; the log has 2 entries"
    assert " ".join(words[1:3]) == place
    assert Path(name).read_text(encoding="utf-8").startswith("> The harbour closes on Monday.\n\nthe whole of ")
    bare = run("prove", "v1#p1", "--format", "tlog-proof").stdout.splitlines()[0]
    assert bare == name.replace(".proof.txt", ".tlog-proof")
    assert Path(bare).stat().st_size < 4096
    assert run("prove", "v1#p1").stdout.splitlines()[0] == f"{name} (it was there already)"
    assert run("prove", "v1#p1", "-o", "-").stdout_bytes == Path(name).read_bytes()
    said = json.loads(run("prove", "v1", "--quote", "closes on", "--json").stdout)
    assert (said["quotation"]["quote"], said["written"]) == ({"start": 12, "text": "closes on"}, True)


@pytest.mark.usefixtures("work")
def test_verify(run: Run) -> None:
    """Far from the archive the report names each check, the words, what is proven, and what is not."""
    file = prove(run, "v1", "--quote", "as the master of the port")
    shutil.rmtree("archive")
    for named, stdin in ((str(file), None), ("-", file.read_bytes())):
        result = run("verify", named, stdin=stdin)
        assert (result.exit_code, result.stderr) == (0, "")
        assert "trusted on first use: log key example.org/press+" in " ".join(result.stdout.split())
        known = "not known: what was revoked or withdrawn after log size 2 (claimed 2027-01-15T08:00:00Z)"
        words = "> as the master of the port\nfrom harbour-notice/v1#p2"
        assert result.stdout.startswith(
            "Authentic: the words below, from harbour-notice/v1#p2 (who signed its record was\n"
            "not seen), unchanged since 2027-01-15T08:00:00Z; that time is a claim.\n"
        )
        assert " ".join(f"{known} {words}".split()) in " ".join(result.stdout.split())
        assert f"\n\n{words}" in result.stdout
        assert "proven: a key of the log signed a checkpoint" in result.stdout
        assert "not proven: that the statement is true" in result.stdout
    report = run("verify", str(file), "--json")
    validate("report", parse_json(report.stdout_bytes))
    assert json.loads(report.stdout)["quotation"]["quote"] == {"start": 51, "text": "as the master of the port"}


@pytest.mark.usefixtures("work")
def test_verify_changed(run: Run) -> None:
    """Of a changed proof no word is printed as proven, and the exit code is 1."""
    file = prove(run, "v1#p1")
    file.write_bytes(file.read_bytes().replace(b"\nindex 1\n", b"\nindex 0\n"))
    result = run("verify", str(file))
    assert result.exit_code == 1
    assert "FAILED 10 log: p.tlog-proof" in result.stdout
    assert "proven" not in result.stdout
    assert "harbour closes" not in result.stdout
    report = run("verify", str(file), "--json")
    validate("report", parse_json(report.stdout_bytes))
    assert json.loads(report.stdout)["quotation"] is None
    assert run("verify", str(file), "--explain").exit_code == 0
    file.write_bytes(b"c2sp.org/tlog-proof@v1\n")
    assert run("verify", str(file)).exit_code == 1


@pytest.mark.usefixtures("work")
def test_trust(run: Run) -> None:
    """A copy or a snapshot ties the key to the trust root; alone the proof leaves a root that was asked for open."""
    file = str(prove(run, "v1#p1"))
    root = json.loads(run("verify", "--no-memory", "--json").stdout)["root"]
    assert run("verify", file, "--root", root, "--no-memory").exit_code == 3
    assert run("export", "v1", "-o", "v1.zip").exit_code == 0
    for old in ("archive", "v1.zip"):
        result = run("verify", file, "--root", root, "--against", old, "--no-memory")
        assert (result.exit_code, result.stderr) == (0, "")
        assert f"trust root (as given with --root)\n  {root}\n" in result.stdout
    assert run("verify", file, "--root", "0" * 64, "--against", "archive", "--no-memory").exit_code == 1


@pytest.mark.usefixtures("work")
def test_memory(run: Run) -> None:
    """A proof alone teaches the machine nothing; once the archive was seen, the machine knows the key."""
    file = str(prove(run, "v1#p1"))
    for _ in range(2):
        assert "first seen on this machine" in run("verify", file).stdout
    assert run("verify").exit_code == 0
    known = run("verify", file)
    assert known.exit_code == 0
    assert "trusted on first use" not in known.stdout


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_explain(run: Run, shell: str) -> None:
    """The commands printed by ``--explain`` run as they stand, and find a change."""
    for tool in (shell, "openssl", "od"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not here")
    file = prove(run, "v2#p2")
    commands = run("verify", str(file), "--explain").stdout
    done = subprocess.run([shell, "-e"], input=commands, capture_output=True, text=True, check=True)
    *_, count, computed, stated, signed = done.stdout.splitlines()
    assert (count, computed, signed) == ("1", stated, "Signature Verified Successfully")
    text = file.read_bytes()
    file.write_bytes(text.replace(b"example.org/press\n3\n", b"example.org/press\n4\n"))
    assert subprocess.run([shell, "-e"], input=commands, capture_output=True, text=True, check=False).returncode != 0


def test_refused(refused: Refused) -> None:
    """What cannot be proven is refused, and says what to do."""
    assert "name one, as in REF#p16" in refused("prove", "v1", code=2)
    assert "the words do not stand there" in refused("prove", "v1", "--quote", "never said", code=2)
    assert "has no paragraph p9" in refused("prove", "v1#p9", code=2)
    assert "stdout cannot take both" in refused("prove", "v1#p1", "-o", "-", "--json", code=2)
    assert "another file is there" in refused("prove", "v1#p1", "-o", "notice.txt", code=2)


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(("named", "form"), [("p.html", "html"), ("p.txt", "text"), ("p.tlog-proof", "tlog-proof")])
def test_forms(run: Run, named: str, form: str) -> None:
    """The name of the file chooses the form, ``--format`` goes before it, and each verifies and explains itself."""
    assert run("prove", "v1#p1", "-o", named).exit_code == 0
    assert run("prove", "v1#p1", "--format", form, "-o", "-").stdout_bytes == Path(named).read_bytes()
    shutil.rmtree("archive")
    result = run("verify", named)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "> The harbour closes on Monday.\nthe whole of harbour-notice/v1#p1" in result.stdout
    explained = run("verify", named, "--explain")
    assert ("# The bare proof, out of this file." in explained.stdout) is (form != "tlog-proof")
    changed = Path(named).read_bytes().replace(b"closes on Monday", b"closes on Tuesday")
    if form != "tlog-proof":
        Path(named).write_bytes(changed)
        result = run("verify", named)
        assert result.exit_code == 1
        assert "is not what the proof in this file makes" in result.stdout
        assert "Monday" not in result.stdout.partition("found")[2].partition("hint")[2]
