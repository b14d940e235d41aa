"""``archive withdraw``: what it signs, prints and refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from muniment.cite.formats import STYLE_NAMES

Run: TypeAlias = Callable[..., Result]
REASON = "names a private person"


@pytest.mark.usefixtures("work")
def test_withdrawn(run: Run) -> None:
    """A version is withdrawn by a new trust root; nothing of it changes, and all that shows it says so."""
    kept = Path("archive/releases/harbour-notice/v1/content/record.json").read_bytes()
    result = run("withdraw", "harbour-notice/v1", "--reason", f"  {REASON} ")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("trust root 2  log index 3\nsha256:")
    assert result.stdout.endswith(f"harbour-notice/v1 is withdrawn on 2027-01-15 (claimed): {REASON}\n")
    assert Path("archive/releases/harbour-notice/v1/content/record.json").read_bytes() == kept
    assert f"WITHDRAWN on 2027-01-15 (claimed): {REASON}" in run("show", "v1").stdout
    assert "WITHDRAWN" not in run("show", "v2").stdout
    assert run("verify").exit_code == 0
    cited = run("cite", "v1")
    assert f"archive: harbour-notice/v1 was withdrawn on 2027-01-15 (claimed): {REASON}\n" == cited.stderr
    checked = run("verify", cited.stdout)
    assert (checked.exit_code, REASON in " ".join(checked.stdout.split())) == (0, True)
    assert run("recover").exit_code == 0


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("style", STYLE_NAMES)
def test_citation_says_it(run: Run, style: str) -> None:
    """In every style a citation says that the version was withdrawn, and is read back with that or without."""
    before = run("cite", "v1#p1", "--style", style).stdout
    assert run("withdraw", "harbour-notice/v1", "--reason", REASON).exit_code == 0
    cited = run("cite", "v1#p1", "--style", style).stdout
    assert cited == f"{before.rstrip()} (withdrawn by the archive on 2027-01-15)\n"
    assert "withdrawn" not in run("cite", "v2", "--style", style).stdout
    for text in (before, cited):
        checked = run("verify", text)
        assert checked.exit_code == (3 if style == "short" else 0), checked.output
        assert "around" not in checked.stdout


@pytest.mark.usefixtures("work")
def test_drafted(run: Run) -> None:
    """Root keys elsewhere sign a draft, which shows the withdrawal in full; nothing is withdrawn until then."""
    result = run("withdraw", "harbour-notice/v1", "--reason", REASON, "--draft", "next.json", "--json")
    assert result.exit_code == 0, result.output
    value = json.loads(result.stdout)
    assert any(REASON in line and "harbour-notice/v1" in line for line in value["changes"])
    assert "WITHDRAWN" not in run("show", "v1").stdout
    finished = run("key", "finish", "next.json", "--sign", value["digest"])
    assert finished.exit_code == 0, finished.output
    assert "WITHDRAWN" in run("show", "v1").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("harbour-notice", "--reason", "x"), "RELEASE/vN"),
        (("harbour-notice/v1#p1", "--reason", "x"), "RELEASE/vN"),
        (("harbour-notice/v9", "--reason", "x"), "has no version v9"),
        (("harbour-notice/v1", "--reason", " "), "1 to 500 characters"),
        (("harbour-notice/v1", "--reason", "x" * 501), "1 to 500 characters"),
        (("harbour-notice/v1", "--reason", "a\u202eb"), "no hidden characters"),
        (("harbour-notice/v1", "--reason", "a\x1b[2Jb"), "no hidden characters"),
    ],
)
def test_refused(refused: Callable[..., str], arguments: tuple[str, ...], said: str) -> None:
    """What names no version, or gives no reason that can be shown, is refused, and nothing is written."""
    assert said in refused("withdraw", *arguments, code=2)


@pytest.mark.usefixtures("work")
def test_twice(run: Run) -> None:
    """A version is withdrawn once; the first reason stays."""
    assert run("withdraw", "harbour-notice/v1", "--reason", REASON).exit_code == 0
    again = run("withdraw", "harbour-notice/v1", "--reason", "another")
    assert (again.exit_code, REASON in again.stderr) == (2, True)


def test_without_the_root_key(refused: Callable[..., str], work: Path) -> None:
    """Record key and log key do not withdraw."""
    (work / "keys" / "root").unlink()
    assert "there is no root key" in refused("withdraw", "harbour-notice/v1", "--reason", REASON, code=2)
