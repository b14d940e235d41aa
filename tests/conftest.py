"""Fixtures that every test may use."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from muniment.ingest import Source
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, add_description, add_publication

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# No test asserts a time, so that none fails because a machine is busy.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], Path]:
    """Give the folder of a third-party vector set, or skip, saying that it is absent."""

    def folder(name: str) -> Path:
        path = Path(os.environ.get("MUNIMENT_VECTORS", _SHARED / "vectors")) / name
        if not path.is_dir():
            pytest.skip(f"third-party vectors {name!r} are not beside the checkout")
        return path

    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium as the system has it, or skip, saying that it is absent; nothing is downloaded."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed")
    # Its sandbox refuses to run as root, as in a container; the pages are our own.
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=program, args=arguments)
        yield started
        started.close()


# Contrast by WCAG 2.2 (relative luminance), for each text node that is shown, over the nearest opaque background.
_CONTRAST = """() => {
  const rgb = colour => colour.match(/[0-9.]+/g).map(Number);
  const linear = v => v / 255 <= .04045 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
  const behind = node => {
    for (let e = node; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
      if (c[3] !== 0) throw new Error("a colour that is neither opaque nor transparent");
    }
    return [255, 255, 255];
  };
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
    if (!text || !e.checkVisibility()) continue;
    const [x, y] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((p, q) => q - p);
    found.push([(x + .05) / (y + .05), text]);
  }
  return found;
}"""


@pytest.fixture(scope="session")
def contrast() -> Callable[[Page], list[tuple[float, str]]]:
    """Measure the contrast of each text node that a page shows: ratio to 1, and the text."""

    def measure(page: Page) -> list[tuple[float, str]]:
        return [(ratio, text) for ratio, text in page.evaluate(_CONTRAST)]

    return measure


@pytest.fixture(autouse=True)
def forgetful(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test, and the processes that it starts, a machine that has seen no archive yet, nor indexed one."""
    monkeypatch.setenv("ARCHIVE_MEMORY", str(tmp_path_factory.mktemp("memory")))
    monkeypatch.setenv("ARCHIVE_CACHE", str(tmp_path_factory.mktemp("cache")))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run where judges are required and one was not there, whatever its tests would have said."""
    if os.environ.get("MUNIMENT_JUDGES") != "required":
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    absent = {str(report.longrepr[2]) for report in skipped if "is not installed" in str(report.longrepr)}
    if absent:
        print("\njudges are required:", *sorted(absent), sep="\n  ")  # noqa: T201 - read by whoever reads the run
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    """A real ssh-agent with no keys, or skip, saying that it is absent; nobody confirms what it asks."""
    if not hasattr(socket, "AF_UNIX"):
        pytest.skip("no Unix sockets here")
    for program in ("ssh-agent", "ssh-add", "ssh-keygen"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    refuse = _script(tmp_path / "refuse", "exit 1")
    environment = {**os.environ, "SSH_ASKPASS": str(refuse), "SSH_ASKPASS_REQUIRE": "force"}
    # A socket's path has some 100 bytes at most, and tmp_path may be longer.
    with TemporaryDirectory(prefix="agent") as folder:
        path = f"{folder}/socket"
        process = subprocess.Popen(["ssh-agent", "-D", "-a", path], stdout=subprocess.DEVNULL, env=environment)
        try:
            while not Path(path).exists():
                assert process.poll() is None
                sleep(0.01)
            yield Agent(path, tmp_path)
        finally:
            process.terminate()
            process.wait()


def _script(path: Path, line: str) -> Path:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o700)
    return path


@dataclass(frozen=True)
class Agent:
    """A running ssh-agent, and the folder that keys for it are made in."""

    path: str
    folder: Path

    def make(self, name: str, kind: str = "ed25519", locked_with: str = "") -> Path:
        """Make a key file with ssh-keygen."""
        file = self.folder / name
        command = ["ssh-keygen", "-q", "-t", kind, "-N", locked_with, "-C", name, "-f", str(file)]
        subprocess.run([*command, "-a", "1"], check=True)
        return file

    def fingerprint(self, name: str) -> str:
        """What ssh-keygen says that the fingerprint of a key is."""
        said = subprocess.run(["ssh-keygen", "-lf", self.folder / name], check=True, capture_output=True, text=True)
        return said.stdout.split()[1]

    def add(self, *arguments: str | Path, answer: str = "") -> None:
        """Run ssh-add; whatever it asks for gets that answer."""
        script = _script(self.folder / "answer", f"echo '{answer}'")
        named = {"SSH_AUTH_SOCK": self.path, "SSH_ASKPASS": str(script), "SSH_ASKPASS_REQUIRE": "force"}
        command = ["ssh-add", *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, **named})


NOW = "2026-11-22T10:00:00Z"
ORIGIN = "press.example.org/archive"
NOTICE = b"Notice on the harbour\n\n1. The harbour is closed.\n\n2. It opens on Monday.\n"
"""A small original: a heading and two numbered paragraphs."""


@pytest.fixture(scope="session")
def founders() -> InitialKeys:
    """Keys of an archive; the seeds are constants, so that signatures are the same in every run."""
    root, record, log = (PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3))
    return InitialKeys(root, record, log)


@pytest.fixture(scope="session")
def keys(founders: InitialKeys) -> Keys:
    """The keys that adding takes."""
    return Keys(founders.record, founders.log)


def _found(founders: InitialKeys) -> MemoryStore:
    store = MemoryStore()
    create_archive(store, founders, origin=ORIGIN, now=NOW)
    return store


@pytest.fixture
def empty_archive(founders: InitialKeys) -> MemoryStore:
    """An archive without a release."""
    return _found(founders)


@pytest.fixture(scope="session")
def small_files(founders: InitialKeys, keys: Keys) -> dict[str, bytes]:
    """The files of ``small_archive``, made once."""
    store, occasion = _found(founders), Author(NOW, note="as found")
    add_publication(store, keys, "harbour", Source(NOTICE, "harbour.txt", NOW[:10]), {"language": "en"}, occasion)
    add_description(store, keys, "harbour", {"subjects": ["harbours"]}, Author(NOW, note="subjects"))
    add_publication(store, keys, "tide", Source(b"Tide\n\nHigh at noon.\n", "tide.txt", NOW[:10]), {}, occasion)
    return store.files


@pytest.fixture
def small_archive(empty_archive: MemoryStore, small_files: dict[str, bytes]) -> MemoryStore:
    """Two releases, three versions: harbour v1, v2 (a description) and tide v1."""
    before = empty_archive.files
    assert before.keys() <= small_files.keys()
    for path, data in small_files.items():
        empty_archive.replace(path, data, before.get(path))
    return empty_archive
