"""Five journeys, one a role: each question gets its answer, to the letter, at 80 columns."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

Run: TypeAlias = Callable[..., Result]

EXAMPLES = Path(__file__).parents[2] / "examples" / "harbour"
GOLDEN = Path(__file__).with_name("golden") / "journeys"
START = 1770206400  # 2026-02-04
DAYS = ("2026-02-03", "2026-02-04", "2026-02-09", "2026-02-16", "2026-03-02", "2026-03-20")

JOURNEYS = {
    "researcher": (
        ("log", "-p", "north-basin"),
        ("diff", "v1..v6"),
        ("cite", "v2#p2"),
        ("cite", "v2#p2", "--format", "csl-json"),
    ),
    "journalist": (
        ("when", "six weeks"),
        ("find-quote", "Repairs will take six weeks.", "v6"),
        ("diff", "v4", "v5"),
        ("prove", "v2#p2", "-o", "proof.txt"),
        ("verify", "proof.txt"),
    ),
    "archivist": (
        ("list",),
        ("status",),
        ("show", "v6"),
        ("verify",),
    ),
    "lawyer": (
        ("export", "v2", "-o", "snapshot.zip"),
        ("verify", "snapshot.zip"),
        ("verify", "v2", "--explain"),
    ),
    "programmer": (
        ("list", "--json"),
        ("log", "north-basin", "--json"),
        ("diff", "v1", "v2", "--json"),
    ),
}
"""What each of them types, after the statement of the examples was archived."""

MASKS = ((re.compile(r"\b[0-9a-f]{64}\b"), "<sha256>"), (re.compile(r"[A-Za-z0-9+/]{43}="), "<base64>"))
"""What hangs on the wording of schemas and of the files beside them, and says nothing to a reader here."""


@pytest.fixture
def harbour(tmp_path: Path, run: Run, write_keys: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The archive of the examples, each version logged some days after it was published."""
    write_keys(tmp_path / "keys")
    monkeypatch.setenv("ARCHIVE_KEYS", os.fspath(tmp_path / "keys"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START))
    assert run("init", "archive", "--origin", "press.example.org/harbour").exit_code == 0
    for number, day in enumerate(DAYS):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(START + (number + 1) * 86400 * 9))
        shutil.copy(EXAMPLES / f"{day}.txt", tmp_path)
        done = run("add", f"{day}.txt", "--release", "north-basin", "--language", "en", "--issued", day)
        assert done.exit_code == 0, done.output
    return tmp_path


@pytest.mark.usefixtures("harbour")
@pytest.mark.parametrize("role", JOURNEYS)
def test_journey(role: str, run: Run) -> None:
    """Each step works and prints what is in the file of that role; ``MUNIMENT_GOLDEN=write`` writes it anew."""
    shown = ""
    for words in JOURNEYS[role]:
        result = run(*words)
        assert (result.exit_code, result.stderr) == (words[0] == "find-quote", ""), words
        shown += f"$ archive {' '.join(words)}\n{result.stdout}\n"
    for pattern, mask in MASKS:
        shown = pattern.sub(mask, shown)
    file = GOLDEN / f"{role}.txt"
    if os.environ.get("MUNIMENT_GOLDEN") == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(shown.encode())
    assert shown.encode() == file.read_bytes()


@pytest.mark.parametrize("role", [role for role in JOURNEYS if role != "programmer"])
def test_no_line_is_wider_than_the_terminal(role: str) -> None:
    """At 80 columns no line runs over, but for a hash, a command or a citation, which are never broken."""
    explained = False  # what --explain prints is a script
    for line in (GOLDEN / f"{role}.txt").read_text(encoding="utf-8").splitlines():
        explained = "--explain" in line if line.startswith("$ ") else explained
        whole = line.startswith("$ ") or "<sha256>" in line or "<base64>" in line or '"' in line or "“" in line
        assert explained or whole or len(line) <= 80, line
