"""What people see, at 80 columns, to the letter; fixed keys and a stopped clock make it the same each time."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from muniment.archive import open_archive
from muniment.digest import parse_digest
from muniment.store import LocalStore

Run: TypeAlias = Callable[..., Result]

GOLDEN = Path(__file__).with_name("golden")
READING = {
    "list": ("list",),
    "list-json": ("list", "--json"),
    "log": ("log",),
    "log-release-json": ("log", "harbour-notice", "--json"),
    "show": ("show", "v1"),
    "show-paragraph": ("show", "v2#2"),
    "show-as-received": ("show", "v1#p2", "--as-received"),
    "show-json": ("show", "v1", "--json"),
    "show-paragraph-json": ("show", "v1#p2", "--json"),
    "diff": ("diff", "v1", "v2"),
    "diff-files": ("diff", "./notice.txt", "second.txt", "--context", "0"),
    "blame": ("blame", "v2"),
    "blame-words": ("blame", "v2#p1", "--words"),
    "when": ("when", "closes on Monday", "harbour-notice"),
    "when-json": ("when", "closes on Sunday", "--json"),
    "find-quote": ("find-quote", "as the master of the port has said", "v2"),
    "find-quote-json": ("find-quote", "unless a storm comes", "--json"),
    "log-release": ("log", "harbour-notice"),
    "log-summary": ("log", "--summary"),
    "explain": ("verify", "v1", "--explain"),
}


def check(name: str, result: Result) -> None:
    """Compare with the file; ``MUNIMENT_GOLDEN=write`` in the environment writes it instead."""
    assert (result.exit_code, result.stderr) == (0, "")
    shown = _without_root(result.stdout)
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("MUNIMENT_GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(shown.encode())
    assert shown.encode() == file.read_bytes()


def _without_root(text: str) -> str:
    """Mask what hangs on the wording of schemas and README.txt: hash of trust root 1, root hash of the log."""
    opened = open_archive(LocalStore(Path("archive")))
    text = text.replace(parse_digest(opened.roots[0].digest), "<trust root 1>")
    return text.replace(base64.b64encode(opened.checkpoint.root).decode(), "<root hash>")


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("name", READING)
def test_reading(run: Run, name: str) -> None:
    """A reading verb prints what it printed when this file was written."""
    check(name, run(*READING[name]))


@pytest.mark.usefixtures("work")
def test_writing(run: Run) -> None:
    """The verbs that add a version print its name and its hash; then its page shows the emendation."""
    emend = ("emend", "harbour-notice#p2", "--after", "on the day", "--supply", "of", "--reason", "word missing")
    check("emend", run(*emend, "--by", "A. Editor", "--note", "one word"))
    describe = ("describe", "harbour-notice", "--title", "Harbour notice", "--issued", "2026-01-02")
    check("describe", run(*describe, "--issued-basis", "stated"))
    check("add", run("add", "notice.txt", "--release", "harbour-notice"))
    check("show-emended", run("show", "v4"))
    check("diff-emended", run("diff", "v2", "v4"))
    check("log-after", run("log"))


@pytest.mark.usefixtures("work")
def test_init(run: Run) -> None:
    """``init`` says what it made, which hash to publish and where the private keys lie."""
    check("init", run("init", "new", "--origin", "example.org/press", "--keys", "keys"))
