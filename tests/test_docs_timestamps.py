"""``docs/timestamps.md`` shows what the command prints: its blocks are run, in order, against authorities here.

``MUNIMENT_GOLDEN=write`` in the environment writes the blocks into the page anew, for a deliberate change.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner
from tests.test_docs_verify import make_archive
from tests.timestamp.authority import GENERATED
from tests.timestamp.server import Handler, good, serving
from tests.timestamp.stamping import CLOCK, WATCH, pin

from muniment.cli import archive
from muniment.ssh.keys import PrivateKey, format_private_key
from muniment.store import LocalStore
from muniment.write.create import InitialKeys
from muniment.write.version import Author, Keys, add_description

PAGE = Path(__file__).resolve().parents[1] / "docs" / "timestamps.md"
BLOCKS = ("ask", "dead", "file", "verify", "export")
ROOT, RECORD, LOG = (PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3))
KEYS = InitialKeys(ROOT, RECORD, LOG)
DIAL = WATCH.but(generated=GENERATED + timedelta(seconds=1))


class Desk:
    """The keeper's folder, with an archive, its log key, and two authorities, one of which can fall silent."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        for path, data in make_archive().items():
            (folder / "archive" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "archive" / path).write_bytes(data)
        (folder / "keys").mkdir()
        (folder / "keys/log").write_bytes(format_private_key(LOG, comment="log"))
        (folder / "keys/log").chmod(0o600)
        self.store, self.silent, self.over = LocalStore(folder / "archive"), Event(), Event()
        stack.callback(self.over.set)
        urls = stack.enter_context(good(CLOCK)), stack.enter_context(serving(self._answer))
        pin(self.store, KEYS, {"clock-example": (CLOCK, urls[0]), "dial-example": (DIAL, urls[1])})

    def _answer(self, handler: Handler, request: bytes) -> None:
        if self.silent.is_set():
            self.over.wait(60)
        handler.answer(DIAL.reply(request))

    def prepare(self, block: str) -> None:
        """What happens between the blocks."""
        if block == "dead":
            said = Author("2026-11-22T10:31:00Z", note="subjects")
            add_description(self.store, Keys(RECORD, LOG), "harbour-notice", {"subjects": ["tides"]}, said)
            self.silent.set()

    def run(self, command: str) -> str:
        """Run one command as the page shows it, and give what it prints, that of stderr last."""
        if "--import" in command:
            Path("request.tsr").write_bytes(DIAL.reply(Path("request.tsq").read_bytes()))
        result = CliRunner().invoke(archive, shlex.split(command)[1:], prog_name="archive")
        lines = (result.stdout + re.sub(r"(127\.0\.0\.1):[0-9]+", r"\1", result.stderr)).splitlines()
        lines = [
            re.sub(r"^sha256:[0-9a-f]{64}$", "sha256:…", line) for line in lines
        ]  # the requests have random numbers
        if " verify" in command:
            verdict = lines.index("")
            lines = [*lines[:verdict], *(line for line in lines[verdict:] if "not later than" in line)]
        return "\n".join([f"$ {command}", *lines])


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What the commands of each block print when they are run in order."""
    folder = tmp_path_factory.mktemp("desk")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("SOURCE_DATE_EPOCH", str(int(GENERATED.timestamp())))
        patch.setenv("ARCHIVE_KEYS", str(folder / "keys"))
        patch.setenv("ARCHIVE_MEMORY", str(folder / "memory"))
        patch.delenv("ARCHIVE_DIR", raising=False)
        patch.chdir(folder)
        desk = Desk(folder, stack)
        blocks = {}
        for block in BLOCKS:
            desk.prepare(block)
            blocks[block] = "\n".join(map(desk.run, commands(block)))
        yield blocks


def commands(block: str) -> list[str]:
    """Give the commands of a block."""
    return re.findall(r"^\$ (.*)$", found(block), re.MULTILINE)


def found(block: str) -> str:
    """Give a block as it stands in the page."""
    match = re.search(rf"<!-- block: {block} -->\n```text\n(.*?)\n```\n", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert match is not None, block
    return match[1]


@pytest.mark.parametrize("block", BLOCKS)
def test_block(shown: dict[str, str], block: str) -> None:
    """Every block of the page is what its commands print."""
    if os.environ.get("MUNIMENT_GOLDEN") == "write":
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(page.replace(f"\n{found(block)}\n```", f"\n{shown[block]}\n```"), encoding="utf-8")
    assert found(block) == shown[block]


def test_command_of_openssl(shown: dict[str, str]) -> None:
    """The command for OpenSSL on the page is the one that --explain would print for the first stamp."""
    assert "clock-example: 4 log entries" in shown["ask"]
    page = PAGE.read_text(encoding="utf-8")
    wanted = f"-CAfile trust/authorities/clock-example.pem -attime {int(GENERATED.timestamp())}\n"
    assert f"openssl ts -verify -data log/checkpoints/4 -in log/timestamps/4.1.tsr \\\n  {wanted}" in page
