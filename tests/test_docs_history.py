"""``docs/history.md`` shows what the command prints: each of its console blocks is run on the archive that it tells of.

``MUNIMENT_GOLDEN=write`` in the environment writes the output into the page anew, for a deliberate change.
"""

from __future__ import annotations

import os
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.timestamp.stamping import CLOCK, pin, stamp

from muniment.canonical import Json
from muniment.cli import archive
from muniment.ingest import Source
from muniment.ssh.keys import PrivateKey
from muniment.store import LocalStore
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, add_description, add_publication

PAGE = Path(__file__).resolve().parents[1] / "docs" / "history.md"
_BLOCK = re.compile(
    r"^```console\n\$ (?P<line>[^\n]+)\n(?P<output>.*?)^```$(?:\n\n(?P<code>Exit code 1\.))?", re.DOTALL | re.MULTILINE
)

FIRST = """Notice on the harbour

1. The harbour closes on Monday at noon, and opens again when the storm has passed.

2. Ferries leave from the "old pier" until then; tickets stay valid for seven days.

3. Fishing boats may enter with a letter of the harbour master.
"""
SECOND = (
    FIRST.replace("on Monday", "on Sunday")
    .replace("2. Ferries", "2. Questions are answered at the council office.\n\n3. Ferries")
    .replace("3. Fishing", "4. Fishing")
)
THIRD = SECOND.replace('"old pier"', "“old\u00a0pier”")
FOURTH = THIRD.replace("4. Fishing boats may enter with a letter of the harbour master.\n", "").rstrip() + "\n"
FIFTH = THIRD.replace("until then; tickets", "until then.\n\n4. Tickets").replace("4. Fishing", "5. Fishing")


def make_archive(folder: Path) -> None:
    """Make the archive of the page: a notice that is published six times and described anew, with two stamps."""
    root, record, log = (PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3))
    store, keys, founders = LocalStore(folder, sync=False), Keys(record, log), InitialKeys(root, record, log)
    create_archive(store, founders, origin="example.org/press", now="2026-01-01T08:00:00Z")
    pin(store, founders, {"clock-example": (CLOCK, None)}, now="2026-01-01T09:00:00Z")
    about: dict[str, Json] = {"language": "en", "issued": {"date": "2026-01", "basis": "stated", "note": None}}
    for day, text in enumerate((FIRST, SECOND, THIRD, FOURTH, FIFTH, THIRD), 5):
        source = Source(text.encode(), "notice.txt", f"2026-01-{day:02d}")
        add_publication(store, keys, "harbour-notice", source, about, Author(f"2026-01-{day:02d}T09:00:00Z"))
        if text in (THIRD, FIFTH) and day < 10:
            clock = CLOCK.but(generated=datetime(2026, 1, day, 9, 30, tzinfo=UTC))
            stamp(store, founders, "clock-example", clock, now=f"2026-01-{day:02d}T09:30:00Z")
    add_description(store, keys, "harbour-notice", {**about, "title": "The harbour"}, Author("2026-01-11T09:00:00Z"))


def run(line: str) -> tuple[str, int]:
    """Run one line of the page in the folder of the archive; output and exit code."""
    words = shlex.split(line)
    assert words[0] == "archive"
    result = CliRunner(env={"COLUMNS": "80"}).invoke(archive, words[1:], prog_name="archive")
    assert result.stderr == ""
    return result.stdout, result.exit_code


def rewrite(page: str) -> str:
    """Put the output of every console block into the page anew."""

    def fresh(match: re.Match[str]) -> str:
        output, code = run(match["line"])
        return f"```console\n$ {match['line']}\n{output}```" + ("\n\nExit code 1." if code else "")

    return _BLOCK.sub(fresh, page)


@pytest.fixture
def _in_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_archive(tmp_path / "archive")
    monkeypatch.chdir(tmp_path)
    for name in ("ARCHIVE_DIR", "_ARCHIVE_COMPLETE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("_in_archive")
def test_output_is_real() -> None:
    """Each console block of the page is what the command prints; where it fails, the page says so."""
    page = PAGE.read_text(encoding="utf-8")
    assert len(_BLOCK.findall(page)) == page.count("```console") >= 8
    if os.environ.get("MUNIMENT_GOLDEN") == "write":
        PAGE.write_text(rewrite(page), encoding="utf-8")
        return
    assert rewrite(page) == page


def test_no_line_is_too_long() -> None:
    """The page reads well at 120 columns, and its examples at 80."""
    page = PAGE.read_text(encoding="utf-8")
    assert max(map(len, page.splitlines())) <= 120
    assert all(len(line) <= 80 for block in _BLOCK.finditer(page) for line in block["output"].splitlines())
