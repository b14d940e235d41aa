"""The folder of an unpacked snapshot, and its zip packed again, wherever a snapshot is taken."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from muniment.cli.inputs import InputKind, read_named
from muniment.errors import UnavailableError

REF = "harbour-notice/v1"


@pytest.fixture
def unpacked(run: Run, work: Path) -> Path:
    """A snapshot as ``s.zip``, unpacked in ``u/``, packed again as ``again.zip``; gives its folder in ``u``."""
    run("export", REF, "-o", "s.zip")
    with zipfile.ZipFile("s.zip") as zipped:
        zipped.extractall("u")
    shutil.make_archive("again", "zip", "u")
    [folder] = (work / "u").iterdir()
    return folder


def test_kinds(run: Run, unpacked: Path) -> None:
    """A path is told by what lies there, never by its name; what is a folder and nothing else is not read."""
    run("prove", f"{REF}#p1", "-o", "words.txt")
    Path("zip").write_bytes(Path("s.zip").read_bytes())
    Path("text.zip").write_text("Tides are at nine.", encoding="utf-8")
    Path("empty").mkdir()
    kinds = {
        name: read_named(name).kind for name in ("archive", "zip", str(unpacked), "words.txt", "text.zip", "empty")
    }
    assert list(kinds.values()) == [
        InputKind.ARCHIVE,
        InputKind.SNAPSHOT,
        InputKind.SNAPSHOT,
        InputKind.PROOF,
        InputKind.FILE,
        InputKind.FOLDER,
    ]
    assert read_named("archive").data is None
    assert read_named("empty").data is None
    with pytest.raises(UnavailableError, match="no such file"):
        read_named("nothing")


def test_verify(run: Run, unpacked: Path) -> None:
    """The folder verifies as the zip does; the zip that was packed again too, with a notice; each lacks an archive."""
    shutil.rmtree("archive")
    whole = json.loads(run("verify", "s.zip", "--json", "--no-memory").stdout)
    folder = json.loads(run("verify", str(unpacked), "--json", "--no-memory").stdout)
    again = json.loads(run("verify", "again.zip", "--json", "--no-memory").stdout)

    assert [each["verdict"] for each in (whole, folder, again)] == ["verified"] * 3
    assert whole["checks"] == folder["checks"] == again["checks"]
    assert [f["what"] for f in again["findings"] if f not in whole["findings"]] == [
        "packed again: not the file that archive export makes"
    ]
    assert folder["findings"] == whole["findings"]
    assert "its own SHA-256 cannot be cited; cite that of the record" in run("verify", "again.zip").stdout


def test_changed(run: Run, unpacked: Path) -> None:
    """A changed, a missing and an extra file in the folder are failures that name the file."""
    record = unpacked / "data" / "record.json"
    record.write_bytes(record.read_bytes().replace(b"Monday", b"Friday"))
    changed = run("verify", str(unpacked))
    assert (changed.exit_code, "FAILED 7 signature: data/record.json.sig" in changed.stdout) == (1, True)
    (unpacked / "data" / "more.txt").write_text("x", encoding="utf-8")
    assert "FAILED 1 layout: data/more.txt" in run("verify", str(unpacked)).stdout
    (unpacked / "bagit.txt").unlink()
    assert "FAILED 1 layout: bagit.txt" in run("verify", str(unpacked)).stdout


def test_other_folders(run: Run, unpacked: Path) -> None:
    """A folder that is neither an archive nor a snapshot is unusable, and one with the name of a release is no file."""
    result = run("verify", "./u")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "u: neither an archive nor a snapshot: found a folder (name the one with bagit.txt in it)" in result.stderr
    unpacked.parent.rename("harbour-notice")
    assert "1 log entry" not in run("verify", "harbour-notice").stdout


def test_beside_a_citation(run: Run, unpacked: Path) -> None:
    """A citation is checked against the folder, or the zip that was packed again, far from the archive."""
    cited = run("cite", f"{REF}#p1").stdout
    shutil.rmtree("archive")
    for beside in (str(unpacked), "again.zip"):
        assert run("verify", f"12. See {cited}", beside, "--no-memory").exit_code == 0
        forged = run("verify", cited.replace("Notice on", "Notes on"), beside, "--no-memory")
        assert (forged.exit_code, "title: not what the version says" in forged.stdout) == (1, True)


def test_older_side_and_copy(run: Run, unpacked: Path) -> None:
    """It stands as the older side of a comparison, and mends an archive, as the zip does."""
    for side in (str(unpacked), "again.zip"):
        assert run("verify", "--against", side, "--no-memory").exit_code == 0
        [record] = Path("archive").glob("releases/harbour-notice/v1/content/record.json")
        good = record.read_bytes()
        record.write_bytes(good + b" ")
        assert run("recover", "--from", side).exit_code == 0
        assert record.read_bytes() == good


def test_explain(run: Run, unpacked: Path) -> None:
    """The printed commands pass in a shell, and fail once a file is changed."""
    for tool in ("bash", "sha256sum"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    commands = run("verify", str(unpacked), "--explain").stdout
    assert subprocess.run(["bash", "-e", "-c", commands], capture_output=True, check=False).returncode == 0
    (unpacked / "data" / "README.txt").write_text("x", encoding="utf-8")
    assert subprocess.run(["bash", "-e", "-c", commands], capture_output=True, check=False).returncode == 1


@pytest.mark.usefixtures("work")
def test_the_name_of_a_zip_is_a_promise(run: Run) -> None:
    """A text is unusable input from a file and from stdin alike; one that is called a zip is a snapshot that fails."""
    text = b"Words that cite nothing.\n"
    for name in ("words.txt", "words.zip"):
        Path(name).write_bytes(text)
    assert run("verify", "words.txt").exit_code == 2
    assert run("verify", "-", stdin=text).exit_code == 2
    named = run("verify", "words.zip")
    assert (named.exit_code, "FAILED 1" in named.stdout) == (1, True)
