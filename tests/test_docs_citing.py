"""``docs/citing.md`` is true: its commands run on the shipped archive, and print what it says.

``python tests/test_docs_citing.py`` writes the output into the page anew, for a deliberate change.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from muniment.cite.formats import FORMAT_NAMES, STYLE_NAMES
from muniment.cite.genres import GENRES
from muniment.cite.quoting import before_comma, ended, nested, unstopped

TOP = Path(__file__).resolve().parents[1]
PAGE = TOP / "docs" / "citing.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def run(block: str, folder: Path) -> str:
    """Run the commands of a block, and give the block as it should be."""
    command = folder / "bin" / "archive"
    if not command.exists():
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m muniment "$@"\n')
        command.chmod(0o755)
        shutil.copytree(TOP / "archive", folder / "archive")
    environment = {
        "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "ARCHIVE_MEMORY": str(folder / "memory"),
        "HOME": str(folder),
        "COLUMNS": "80",
        "LC_ALL": "C.UTF-8",
    }
    lines = []
    for line in block.splitlines():
        if line.startswith("$ "):
            done = subprocess.run(
                ["sh", "-c", line[2:]], cwd=folder, env=environment, capture_output=True, text=True, check=False
            )
            lines += [line, *(done.stdout + done.stderr).splitlines()]
    return "".join(f"{line}\n" for line in lines)


def rewrite(page: str) -> str:
    """Give the page with what its commands print."""
    with TemporaryDirectory() as folder:
        return BLOCK.sub(lambda match: f"```console\n{run(match[1], Path(folder))}```", page)


def test_output() -> None:
    """Every block shows what its commands print; else: python tests/test_docs_citing.py."""
    page = PAGE.read_text(encoding="utf-8")

    assert page.count("```console") >= 5
    assert rewrite(page) == page


def test_every_style_and_format_is_described() -> None:
    """The page has a row for each style and each format."""
    page = PAGE.read_text(encoding="utf-8")

    assert [name for name in (*STYLE_NAMES, *FORMAT_NAMES) if f"\n| `{name}` |" not in page] == []


if __name__ == "__main__":
    PAGE.write_text(rewrite(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def test_genres_and_titles() -> None:
    """The tables of genres and of titles are those of the software."""
    page = PAGE.read_text(encoding="utf-8")
    for term, types in GENRES.items():
        assert f"| {term} | `{types.csl}` | `{types.ris}` | `{types.biblatex}` | `{types.datacite}` |\n" in page
    rows = re.findall(r"^\| (.+) \| “(.+)” \| “(.+)” \| “(.+)” \| (.+) \|$", page, re.MULTILINE)
    assert len(rows) == 9
    for title, comma, stop, plain, bare in rows:
        assert (before_comma(title), ended(title), nested(title), unstopped(title)) == (comma, stop, plain, bare)
