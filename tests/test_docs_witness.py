"""``docs/witness.md`` shows the whole exchange: its commands are run, and print what stands there.

``MUNIMENT_GOLDEN=write`` in the environment writes the output into the page anew, for a deliberate change.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.verify.forge import with_witnesses

from muniment.cli.app import VERBS
from muniment.log.vkey import parse_cosigner
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.write.create import InitialKeys

PAGE = Path(__file__).resolve().parents[1] / "docs" / "witness.md"
SOURCE = Path(__file__).resolve().parents[1] / "src"
NAMED = "<!-- the trust root names them -->\n"
START = 1795341600  # 2026-11-22T10:00:00Z
STUB = """#!{python}
import itertools, pathlib
from muniment import cli
from muniment.cli import keyring
from muniment.ssh.keys import PrivateKey

def generate_key():
    for seed in itertools.count(1):
        mark = pathlib.Path({marks!r}) / str(seed)
        if not mark.exists():
            mark.touch()
            return PrivateKey.from_seed(bytes([seed]) * 32)

keyring.generate_key = generate_key
cli.main()
"""


class Machine:
    """A folder in which the commands of the page run, with fixed keys and a clock that goes a minute a command."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.commands = folder / "work", 0
        (folder / "bin").mkdir()
        (folder / "marks").mkdir()
        self.folder.mkdir()
        stub = folder / "bin" / "archive"
        stub.write_text(STUB.format(python=sys.executable, marks=str(folder / "marks")))
        stub.chmod(0o700)
        self.environment = {
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(SOURCE),
            "HOME": str(folder),
            "ARCHIVE_MEMORY": str(folder / "memory"),
            "ARCHIVE_KEYS": str(folder / "keys"),
            "COLUMNS": "120",
            "LC_ALL": "C",
        }
        self.run("archive init archive --origin press.example.org/archive --no-memory")

    def run(self, command: str, folder: str = ".") -> str:
        """Run a command in a shell; what it prints on both streams."""
        self.commands += 1
        environment = {**self.environment, "SOURCE_DATE_EPOCH": str(START + 60 * self.commands)}
        done = subprocess.run(
            ["sh", "-c", f"{{ {command}\n}} 2>&1"],
            cwd=self.folder / folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return done.stdout

    def name_witnesses(self) -> None:
        """Make the archive anew with a trust root that names both witnesses and wants both."""
        folder = self.folder / "archive"
        files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        founders = InitialKeys(*(PrivateKey.from_seed(bytes([seed]) * 32) for seed in (1, 2, 3)))
        named = [(self.folder / f"{name}.vkey").read_text().strip() for name in ("anna", "ben")]
        assert [parse_cosigner(vkey).vkey for vkey in named] == named
        for path, data in with_witnesses(MemoryStore(files), founders, named, 2).files.items():
            (folder / path).write_bytes(data)


def rewrite(page: str, machine: Machine) -> str:
    """Run every console block of the page in order, and give the page with what they print."""

    def again(match: re.Match[str]) -> str:
        if match[1]:
            machine.name_witnesses()
        commands = re.findall(r"^\$ (.*)$", match[2], flags=re.MULTILINE)
        shown = "".join(f"$ {line}\n" + machine.run(line) for line in commands)
        return f"{match[1] or ''}```console\n{shown}```\n"

    return re.sub(rf"({re.escape(NAMED)})?```console\n(.*?)```\n", again, page, flags=re.DOTALL)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """The machine after all commands of the page."""
    if shutil.which("sh") is None:
        pytest.skip("sh is not installed")
    return Machine(tmp_path_factory.mktemp("machine"))


def test_the_page(machine: Machine) -> None:
    """Every command of the page prints what the page shows, and openssl verifies a cosignature as it says there."""
    page = PAGE.read_text(encoding="utf-8")
    shown = rewrite(page, machine)
    if os.environ.get("MUNIMENT_GOLDEN") == "write":
        PAGE.write_text(shown, encoding="utf-8")
        page = shown
    assert shown == page
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    (script,) = re.findall(r"^```sh\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
    assert machine.run(script, "archive") == "Signature Verified Successfully\n"
    (machine.folder / "archive/log/checkpoints/1").write_bytes(b"press.example.org/archive\n1\nAAAA\n")
    assert "Verified" not in machine.run(script, "archive")


def test_what_is_refused_is_what_the_code_says() -> None:
    """Each sentence of the table of refusals stands in the code."""
    page = PAGE.read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    said = re.findall(r"^\| [^|]+ \| `([^`]+)` \| [123] \|$", page, flags=re.MULTILINE)
    assert len(said) == 10
    for sentence in said:
        for part in re.split(r" N |: expected", sentence)[:1]:
            assert part in code, part


def test_it_is_a_verb() -> None:
    """The page is about a verb that there is."""
    assert "witness" in VERBS
