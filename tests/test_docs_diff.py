"""``docs/diff.md`` is true: its commands run on its own files, and print what it says.

``python tests/test_docs_diff.py`` writes what they print into the page anew, for a deliberate change.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner

from muniment.cli import archive
from muniment.diff import words
from muniment.diff.compare import CERTAIN, IN_ORDER, LINK, LINK_IN_PLACE
from muniment.diff.difference import ALGORITHM
from muniment.diff.selection import PARTS
from muniment.ingest import Source
from muniment.ssh.keys import PrivateKey
from muniment.store import LocalStore
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, add_description, add_publication

PAGE = Path(__file__).resolve().parents[1] / "docs" / "diff.md"
CONSOLE = re.compile(r"^```console\n\$ archive (.*)\n((?:.*\n)*?)```$", re.MULTILINE)


def files(page: str) -> dict[str, str]:
    """The files that the page shows."""
    return dict(re.findall(r"^```(\S+\.txt)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE))


def furnish(folder: Path, page: str) -> None:
    """Put the page's files and a small archive into a folder."""
    for name, text in files(page).items():
        (folder / name).write_text(text, encoding="utf-8")
    root, record, log = (PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3))
    store, keys = LocalStore(folder / "archive"), Keys(record, log)
    create_archive(store, InitialKeys(root, record, log), origin="example.org/press", now="2026-01-01T00:00:00Z")
    first = "Notice on the harbour\n\n1. The harbour closes on Monday.\n\n2. Ferries run.\n"
    for day, text in ((2, first), (3, first.replace("Monday", "Sunday"))):
        occasion = Author(f"2026-01-0{day}T12:00:00Z")
        source = Source(text.encode(), "notice.txt", f"2026-01-0{day}")
        add_publication(store, keys, "harbour-notice", source, {}, occasion)
    add_description(store, keys, "harbour-notice", {"language": "en"}, Author("2026-01-04T12:00:00Z"))


def printed(command: str) -> str:
    """What the command prints."""
    result = CliRunner().invoke(archive, command.split(), prog_name="archive")
    assert result.exit_code == 0, result.output
    return result.stdout


def rewritten(folder: Path) -> str:
    """The page with what its commands print."""
    page = PAGE.read_text(encoding="utf-8")
    furnish(folder, page)
    show: Callable[[re.Match[str]], str] = lambda match: f"```console\n$ archive {match[1]}\n{printed(match[1])}```"  # noqa: E731 - one use
    with chdir(folder):
        return CONSOLE.sub(show, page)


def test_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command of the page prints what stands under it."""
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("ARCHIVE_DIR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    page = PAGE.read_text(encoding="utf-8")

    assert len(CONSOLE.findall(page)) == 3
    assert rewritten(tmp_path) == page


def test_every_option_is_told() -> None:
    """The page names every option of the verb and every class, and invents none."""
    page = PAGE.read_text(encoding="utf-8")
    told = set(re.findall(r"`(--[a-z-]+)", page))
    help_ = CliRunner().invoke(archive, ["diff", "--help"], prog_name="archive").stdout
    offered = set(re.findall(r"--[a-z-]+", help_.partition("Options:")[2].partition("Examples:")[0]))

    assert told == offered - {"--help", "--archive"}
    assert all(f"`{part}`" in page or f"--only {part}" in page for part in PARTS)


def test_numbers() -> None:
    """The thresholds and bounds on the page are those of the code."""
    page = " ".join(PAGE.read_text(encoding="utf-8").split())

    assert f"`{ALGORITHM}`" in page
    assert f"at least {LINK // 10} %, or {LINK_IN_PLACE // 10} % between the same neighbours" in page
    assert f"below {CERTAIN // 10} % half of the words" in page
    assert IN_ORDER == 500
    assert f"Below {words.MIN_SIMILARITY // 10} % common characters" in page
    assert f"more than {words.MAX_PRODUCT // 1_000_000} million word pairs" in page


if __name__ == "__main__":
    os.environ["COLUMNS"] = "80"
    with tempfile.TemporaryDirectory() as name:
        PAGE.write_text(rewritten(Path(name)), encoding="utf-8")
