"""``docs/library.md`` is true: its programs run, one after the other, in one folder."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import muniment

PAGE = Path(__file__).parents[1] / "docs" / "library.md"
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
PRINTED = ("harbour-notice/v1 sha256:", "verified\n", "h1 None Harbour notice\np1 1. ", "replace [", "verified\n")
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


def test_only_the_public_names() -> None:
    """The programs import nothing of the library but ``muniment`` itself, and use only names that it lists."""
    for program in PROGRAMS:
        assert re.findall(r"^(?:import|from) muniment.*$", program, flags=re.MULTILINE) == ["import muniment"]
        assert set(re.findall(r"\bmuniment\.(\w+)", program)) <= set(muniment.__all__)
