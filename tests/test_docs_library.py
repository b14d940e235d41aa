"""``docs/library.md`` is true: its programs run, one after the other, in one folder."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import muniment

PAGE = Path(__file__).parents[1] / "docs" / "library.md"
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
CHECKED = "verified\nnote 11 trust/root/1.json trusted on first use: "
PRINTED = ("harbour-notice/v1 sha256:", CHECKED, "h1 None Harbour notice\np1 1. ", "replace [", "verified\n")
"""Something that each of them prints."""


def test_five_programs(tmp_path: Path) -> None:
    """Each program ends without an error and prints what the page is about."""
    assert len(PROGRAMS) == len(PRINTED)
    for program, printed in zip(PROGRAMS, PRINTED, strict=True):
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert printed in done.stdout


def test_a_finding_is_a_note_or_a_fault(tmp_path: Path) -> None:
    """The program that verifies shows a note of a verified report, and of a spoiled copy the checks that failed."""
    for program in PROGRAMS[:2]:
        done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    _, _, verdict, *findings = done.stdout.splitlines()
    assert verdict == "failed"
    spoiled = "releases/harbour-notice/v1/content/original.txt"
    assert [line.split(" ")[:3] for line in findings if line.startswith("failed")] == [
        ["failed", "2", spoiled],
        ["failed", "6", spoiled],
    ]


def test_only_the_public_names() -> None:
    """The programs import nothing of the library but ``muniment`` itself, and use only names that it lists."""
    for program in PROGRAMS:
        assert re.findall(r"^(?:import|from) muniment.*$", program, flags=re.MULTILINE) == ["import muniment"]
        assert set(re.findall(r"\bmuniment\.(\w+)", program)) <= set(muniment.__all__)
