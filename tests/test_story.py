"""One archive through theft and years, by the command: each report says exactly what is proven.

``docs/trust.md`` tells the same story with the same output.  ``python tests/test_story.py`` writes the output into the
page anew, for a deliberate change.  A line ``<!-- SETTING -->`` before a block says what happens around it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from muniment.cli import archive as command
from muniment.ssh.keys import PrivateKey, format_private_key, format_public_key

PAGE = Path(__file__).resolve().parents[1] / "docs" / "trust.md"
BLOCK = re.compile(r"<!-- (\d{4}-\d{2}-\d{2})(?: (.+?))? -->\n```console\n(.*?)```\n", re.DOTALL)
TEXT = "Notice on the harbour\n\n1. The harbour closes on {}.\n"
DAYS = {"monday.txt": "Monday", "sunday.txt": "Sunday", "never.txt": "no day", "friday.txt": "Friday"}


@contextmanager
def stage(folder: Path) -> Iterator[None]:
    """A folder with four notices and three keys; keys that are made come from constant seeds, one after another."""
    numbers = iter(range(60, 90))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ARCHIVE_DIR", "ARCHIVE_KEY", "ARCHIVE_PASSPHRASE", "SSH_AUTH_SOCK", "NO_COLOR"):
            patch.delenv(name, raising=False)
        patch.setenv("COLUMNS", "100")
        patch.setenv("ARCHIVE_KEYS", "keys")
        patch.setenv("ARCHIVE_MEMORY", "keeper")
        patch.chdir(folder)
        patch.setattr(
            "muniment.cli.verbs.key.new_keys.generate_key", lambda: PrivateKey.from_seed(bytes([next(numbers)]) * 32)
        )
        Path("keys").mkdir(mode=0o700)
        for number, role in enumerate(("root", "record", "log"), 1):
            key = PrivateKey.from_seed(bytes([number]) * 32)
            path = Path("keys") / role
            path.write_bytes(format_private_key(key, comment=role))
            path.chmod(0o600)
            path.with_suffix(".pub").write_text(format_public_key(key.public, role) + "\n")
        for name, day in DAYS.items():
            Path(name).write_bytes(TEXT.format(day).encode())
        yield


def play(page: str, settings: Mapping[str, Callable[[], None]] | None = None) -> str:
    """Run every command of the page in its order, on its day; give the page with what they print."""
    settings = SETTINGS if settings is None else settings

    def run(match: re.Match[str]) -> str:
        day, setting, block = match.groups()
        os.environ["SOURCE_DATE_EPOCH"] = str(int(datetime.fromisoformat(f"{day}T09:00:00Z").timestamp()))
        if setting:
            settings[setting]()
        shown = "".join(map(_shown, re.findall(r"^\$ (.+)$", block, re.MULTILINE)))
        said = f" {setting}" if setting else ""
        return f"<!-- {day}{said} -->\n```console\n{shown}```\n"

    return BLOCK.sub(run, page)


def _shown(line: str) -> str:
    words = shlex.split(line)
    if words[0] != "archive":
        subprocess.run(words, check=True)
        return f"$ {line}\n"
    result = CliRunner().invoke(command, words[1:], prog_name="archive")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return f"$ {line}\n{result.stdout}{result.stderr}"


def _keeper() -> None:
    os.environ.update(ARCHIVE_MEMORY="keeper", ARCHIVE_KEYS="keys")


def _reader() -> None:
    """Somebody who has looked at the archive from time to time, on another machine."""
    os.environ["ARCHIVE_MEMORY"] = "reader"


def _stranger() -> None:
    """Somebody who has never seen it."""
    os.environ["ARCHIVE_MEMORY"] = "stranger"


def _thief() -> None:
    """The thief copies the keys of that day, and has no memory."""
    shutil.copytree("keys", "stolen", dirs_exist_ok=True)
    os.environ.update(ARCHIVE_MEMORY="thief", ARCHIVE_KEYS="stolen")


SETTINGS = {"keeper": _keeper, "reader": _reader, "stranger": _stranger, "thief": _thief}


@pytest.fixture(scope="module")
def blocks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each block of the page prints, by its first command and day."""
    folder = tmp_path_factory.mktemp("story")
    with stage(folder):
        played = play(PAGE.read_text(encoding="utf-8"))
    return {f"{match[1]} {match[2] or ''}".strip(): match[3] for match in BLOCK.finditer(played)}


def test_page(tmp_path: Path) -> None:
    """The page shows just what the commands print, and leaves out nothing."""
    page = PAGE.read_text(encoding="utf-8")
    with stage(tmp_path):
        assert play(page) == page
    assert page.count("```console") == len(BLOCK.findall(page)) >= 10


def test_story(blocks: dict[str, str]) -> None:
    """Every report of the story says what is proven, and what is not."""
    unproven, void = "unproven time: the key was revoked", "signed by a key that is revoked from log index 4 on"
    thief, mine = "harbour/v3/content", "harbour/v2/content"

    blocks = {name: " ".join(block.split()) for name, block in blocks.items()}  # as wide as any terminal
    assert "Authentic: harbour/v1" in blocks["2026-02-10 reader"]
    assert "Authentic: 2 versions" in blocks["2026-03-10 reader"]
    april = blocks["2026-04-02 reader"]
    assert (
        f"{mine}/record.json.sig: signed before the key was revoked: there not later than 2026-03-10T23:59:59Z" in april
    )
    assert f"{thief}/record.json.sig {void}: keys copied from a laptop" in april
    assert april.count("FAILED 8 signer") == 1
    assert unproven not in april
    v2, v1 = blocks["2026-04-03 stranger"].split("$ archive verify harbour/v1")
    assert unproven in v2
    assert "Authentic, but not all is vouched for (see below): harbour/v2" in v2
    assert unproven not in v1
    assert "signed before the key was revoked: there in seen-in-march" in blocks["2026-04-04 stranger"]
    assert "-Overify-time=20260301090000Z" in blocks["2026-05-02 keeper"]
    assert "nothing was signed" in blocks["2026-06-01 keeper"]
    assert "rolled back: fewer entries than archive has" in blocks["2026-06-02 stranger"]
    alone, compared = blocks["2026-07-02 stranger"].split("$ archive verify forked --against")
    assert "Authentic: " in alone
    assert "forked: not the history that archive has; entry 4 is the first that differs" in compared
    assert "evidence of the fork is in fork.txt" in compared


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary, stage(Path(temporary)):
        new = play(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(new, encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE}\n")
