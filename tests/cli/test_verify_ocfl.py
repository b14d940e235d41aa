"""``archive verify --ocfl``: any OCFL root or object, judged from the command."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import Result

from muniment.canonical import parse_json
from muniment.errors import StoreError
from muniment.ocfl.codes import RULES
from muniment.schema import validate
from muniment.store.read_only import ForeignFolder

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]


def _judge(run: Run, folder: Path, code: int, *options: str) -> dict[str, Any]:
    result = run("verify", "--ocfl", str(folder), "--json", *options)
    assert result.exit_code == code, (folder, result.output)
    validate("ocfl", parse_json(result.stdout.encode()))
    value: dict[str, Any] = json.loads(result.stdout)
    return value


@pytest.mark.parametrize(("kind", "number", "code"), [("good", 22, 0), ("warn", 27, 0), ("bad", 107, 1)])
def test_official_objects(run: Run, vectors: Callable[[str], Path], kind: str, number: int, code: int) -> None:
    """Good objects are clean, warn objects have just their warnings, bad ones every code in their name."""
    folder = vectors("ocfl")
    objects = [path for version in ("1.0", "1.1") for path in sorted((folder / version / f"{kind}-objects").iterdir())]
    assert len(objects) == number
    for path in objects:
        found = {problem["code"] for problem in _judge(run, path, code)["problems"]}
        named = set(re.findall(r"[EW][0-9]{3}(?=_)", path.name))
        assert named <= found if kind == "bad" else named == found, path


def _rewrite(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.mark.usefixtures("work")
def test_own_releases(run: Run) -> None:
    """The releases of an archive are a storage root without errors and warnings, in text and JSON, also strictly."""
    result = run("verify", "--ocfl", "archive/releases", "--strict")
    assert result.exit_code == 0, result.output
    assert re.fullmatch(r"valid: OCFL 1\.1 storage root of 1 object, [0-9]+ files, [0-9,]+ bytes\n", result.stdout), (
        result.stdout
    )
    value = _judge(run, Path("archive/releases"), 0, "--jobs", "2")
    assert (value["verdict"], value["kind"], value["specification"]) == ("valid", "storage root", "1.1")
    assert value["problems"] == []


def test_the_example_of_the_page(run: Run) -> None:
    """What docs/verify.md shows is what the command says of the shipped archive."""
    here = Path(__file__).parents[2]
    said = run("verify", "--ocfl", str(here / "archive/releases")).stdout
    page = (here / "docs/verify.md").read_text(encoding="utf-8")
    assert f"$ archive verify --ocfl archive/releases\n{said}```" in page


@pytest.mark.usefixtures("work")
def test_a_changed_byte(run: Run) -> None:
    """A changed file is E092, with path and rule, in text and JSON."""
    path = Path("archive/releases/harbour-notice/v1/content/original.txt")
    path.write_bytes(path.read_bytes() + b"x")
    problem = {
        "severity": "error",
        "code": "E092",
        "path": "harbour-notice/v1/content/original.txt",
        "message": "not the sha512 that harbour-notice/inventory.json gives",
        "rule": RULES["E092"],
    }
    assert _judge(run, Path("archive/releases"), 1)["problems"] == [problem]
    result = run("verify", "--ocfl", "archive/releases")
    assert result.exit_code == 1
    assert f"E092 {problem['path']}: {problem['message']}\n  rule  {RULES['E092']}\n\nINVALID: " in result.stdout
    assert result.stdout.endswith("; 1 error\n")


@pytest.mark.usefixtures("work")
def test_a_warning(run: Run) -> None:
    """A missing inventory of a version is W010: valid, and 1 with --strict."""
    for name in ("inventory.json", "inventory.json.sha512"):
        Path(f"archive/releases/harbour-notice/v1/{name}").unlink()
    assert [p["code"] for p in _judge(run, Path("archive/releases"), 0)["problems"]] == ["W010"]
    assert [p["severity"] for p in _judge(run, Path("archive/releases"), 1, "--strict")["problems"]] == ["warning"]


@pytest.mark.usefixtures("work")
def test_unusable(run: Run, refused: Refused) -> None:
    """No folder, neither root nor object, the archive around the root, and a second subject are exit code 2."""
    assert "not a folder" in refused("verify", "--ocfl", "absent", code=2)
    Path("plain").mkdir()
    Path("plain/words.txt").write_text("words")
    assert "neither an OCFL storage root nor an object" in refused("verify", "--ocfl", "plain", code=2)
    assert "name archive/releases" in refused("verify", "--ocfl", "archive", code=2)
    assert "--ocfl stands alone" in refused("verify", "v1", "--ocfl", "archive/releases", code=2)
    assert "--ocfl stands alone" in refused("verify", "--explain", "--ocfl", "archive/releases", code=2)
    assert run("verify", "--ocfl", "archive/releases").exit_code == 0


@pytest.mark.usefixtures("work")
def test_unreadable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be read is told, and exit code 3 where nothing else is wrong."""
    path = "harbour-notice/v1/content/original.txt"
    parts = ForeignFolder.parts

    def forbid(self: ForeignFolder, asked: str) -> Iterator[bytes]:
        if asked == path:
            raise StoreError("permission denied", where=asked)
        return parts(self, asked)

    monkeypatch.setattr(ForeignFolder, "parts", forbid)
    value = _judge(run, Path("archive/releases"), 3)
    assert value["verdict"] == "unchecked"
    assert [(p["severity"], p["code"], p["path"]) for p in value["problems"]] == [("unread", None, path)]
    assert f"UNREADABLE {path}: permission denied\n\nUNCHECKED: " in run("verify", "--ocfl", "archive/releases").stdout


@pytest.mark.usefixtures("work")
def test_a_name_that_is_no_text(run: Run) -> None:
    """A file whose name is not UTF-8 is told with its bytes escaped."""
    folder = os.fsencode("archive/releases/harbour-notice/v1/content/")
    try:
        Path(os.fsdecode(folder + b"\xff.txt")).write_bytes(b"")
    except OSError:
        pytest.skip("this file system has no such names")
    problems = _judge(run, Path("archive/releases"), 1)["problems"]
    assert [(p["code"], p["path"]) for p in problems] == [("E023", "harbour-notice/v1/content/\\xff.txt")]
    assert "\\xff.txt" in run("verify", "--ocfl", "archive/releases").stdout


def test_one_two_and_four_jobs(run: Run, vectors: Callable[[str], Path]) -> None:
    """The report is the same bytes with any number of processes."""
    bad = vectors("ocfl") / "1.1" / "bad-objects"
    reports = [run("verify", "--ocfl", str(bad), "--json", "--jobs", jobs).stdout for jobs in ("1", "2", "4")]
    assert len(set(reports)) == 1
    assert json.loads(reports[0])["objects"] > 50
