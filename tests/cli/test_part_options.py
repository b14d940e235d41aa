"""``archive verify --since`` and ``--sample``: a part of an archive, and what is said of the rest."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from muniment.cli import archive
from muniment.schema import validate


def call(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(archive, arguments)


def report(*arguments: str) -> Any:  # noqa: ANN401 - JSON
    """Give the report as JSON, which fits its schema."""
    result = call("verify", *arguments, "--json", "--no-memory")
    assert result.exit_code == 0, result.output
    value = json.loads(result.stdout)
    validate("report", value)
    return value


@pytest.mark.usefixtures("work")
def test_since() -> None:
    """What came after a checkpoint is listed with its proof, and the text says it too."""
    shutil.copy("archive/log/checkpoints/2", "seen")
    value = report("--since", "seen")
    assert value["since"]["checkpoint"]["size"] == 2
    assert value["since"]["versions"] == ["harbour-notice/v2"]
    assert len(value["since"]["consistency_proof"]) == 1
    assert value["left_out"]["folders"] is True
    text = call("verify", "--since", "seen", "--no-memory").stdout
    assert "since 2 entries: harbour-notice/v2; the log continues them" in text
    assert "not looked at: " in text


@pytest.mark.usefixtures("work")
def test_since_the_newest() -> None:
    """Where nothing came since, the verdict says so, and not that the archive is empty."""
    shutil.copy("archive/log/checkpoint", "seen")
    shown = " ".join(call("verify", "--since", "seen", "--no-memory").stdout.split())
    assert shown.startswith("Authentic: a log that continues its first 3 entries, and no version since. ")
    assert "since 3 entries: no version; the log continues them" in shown


@pytest.mark.usefixtures("work")
def test_sample() -> None:
    """A lot is told with its seed, and a whole verification names no part."""
    value = report("--sample", "1", "--seed", "a")
    assert value["sample"] == {"releases": 1, "seed": "a"}
    assert "releases by lot: 1, with the seed a" in call("verify", "--sample", "1", "--seed", "a").stdout
    more = call("verify", "--sample", "9999", "--seed", "a").stdout
    assert "none was left out, as 9999 were asked for and there is only 1" in more
    whole = report()
    assert (whole["left_out"], whole["sample"], whole["since"]) == (None, None, None)


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sample", "1"], "--sample and --seed go together"),
        (["--seed", "a"], "--sample and --seed go together"),
        (["--sample", "1", "--seed", ""], "--seed is empty, and whoever draws again needs it"),
        (["--sample", "1", "--seed", " "], "--seed is empty, and whoever draws again needs it"),
        (["--since", "seen", "--sample", "1", "--seed", "a"], "--since stands without --sample and --against"),
        (["--since", "seen", "--against", "seen"], "--since stands without --sample and --against"),
        (["harbour-notice/v1", "--sample", "1", "--seed", "a"], "--since and --sample are for an archive"),
        (["harbour-notice/v1", "--since", "seen"], "--since and --sample are for an archive"),
    ],
)
def test_refused(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Two parts at once, a lot without a seed and a part of what is no archive are refused."""
    shutil.copy(Path("archive/log/checkpoints/2"), "seen")
    result = call("verify", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr + capsys.readouterr().err


@pytest.mark.usefixtures("work")
def test_parts_around_a_batch(run: Callable[..., Result]) -> None:
    """``--since`` and ``--against`` take checkpoints around a batch, and copies; releases by lot are drawn of it."""
    for name in ("a", "b", "c"):
        Path(f"{name}.txt").write_text(f"Notice {name}\n\n1. The harbour is open.\n")
    copy = shutil.copytree("archive", "single")
    for name in ("a", "b", "c"):
        assert run("add", f"{name}.txt", "--release", name, "--archive", "single", "--no-memory").exit_code == 0
    assert run("add", "a.txt", "b.txt", "c.txt", "--release-from-name").exit_code == 0
    assert not Path("archive/log/checkpoints/4").exists()
    for size, new in ((3, 3), (4, 2), (5, 1), (6, 0)):
        seen = f"{copy}/log/checkpoints/{size}"
        done = run("verify", "--since", seen, "--json")
        assert done.exit_code == 0, done.output
        assert len(json.loads(done.stdout)["since"]["versions"]) == new
        assert run("verify", "--against", seen).exit_code == 0
    assert run("verify", "--against", "single").exit_code == 0
    assert run("verify", "--sample", "2", "--seed", "x").exit_code == 0
    assert run("verify", "--archive", "single", "--no-memory", "--against", "archive").exit_code == 0
