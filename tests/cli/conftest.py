"""An archive to work on, with fixed keys and a stopped clock, and a way to run the command."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner, Result

from muniment.cli import archive
from muniment.errors import StoreError
from muniment.ssh.keys import PrivateKey, format_private_key, format_public_key

Run: TypeAlias = Callable[..., Result]
Tree: TypeAlias = dict[str, tuple[bytes | None, int]]

TEXT = """Notice on the harbour

1. The harbour closes on Monday.

2. It opens on the day Tuesday, unless a storm comes, as the master of the port
has said in his letter.
"""
ROLES = ("root", "record", "log")
VARIABLES = (
    "ARCHIVE_DIR",
    "ARCHIVE_KEY",
    "ARCHIVE_KEYS",
    "ARCHIVE_MEMORY",
    "ARCHIVE_PASSPHRASE",
    "MUNIMENT_DEBUG",
    "NO_COLOR",
    "SSH_AUTH_SOCK",
    "_ARCHIVE_COMPLETE",
)


def _write_keys(folder: Path, passphrase: bytes | None = None) -> None:
    """Write the three keys of an archive, the same ones each time."""
    folder.mkdir(parents=True, mode=0o700)
    for number, role in enumerate(ROLES, 1):
        key = PrivateKey.from_seed(bytes([number]) * 32)
        path = folder / role
        path.write_bytes(format_private_key(key, comment=role, passphrase=passphrase))
        path.chmod(0o600)
        path.with_name(f"{role}.pub").write_text(format_public_key(key.public, role) + "\n")


def _tree(folder: Path) -> Tree:
    """Everything in a folder: bytes and modes, by path."""
    return {
        str(path.relative_to(folder)): (path.read_bytes() if path.is_file() else None, path.lstat().st_mode)
        for path in sorted(folder.rglob("*"))
    }


def stop_at(patch: pytest.MonkeyPatch, stop: str) -> None:
    """Let the store refuse one path and what comes after, and keep the writer from undoing it."""

    def refuse(store: object, path: str, data: bytes, *rest: object) -> None:
        if path == stop:
            raise StoreError("stopped", where=path)
        real[len(rest)](store, path, data, *rest)

    store = __import__("muniment.store.local", fromlist=["LocalStore"]).LocalStore
    real = (store.create, store.replace)
    patch.setattr(store, "create", refuse)
    patch.setattr(store, "replace", refuse)
    patch.setattr("muniment.write.recover._completes", lambda _: False)


@pytest.fixture(scope="session")
def write_keys() -> Callable[..., None]:
    """Write the three keys of an archive into a folder, the same ones each time."""
    return _write_keys


@pytest.fixture(scope="session")
def tree() -> Callable[[Path], Tree]:
    """Give everything in a folder: bytes and modes, by path."""
    return _tree


@pytest.fixture(autouse=True)
def _quiet_world(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


@pytest.fixture
def run() -> Run:
    """Run ``archive`` in this process; what it prints and its exit code come back."""

    def invoke(*arguments: str, stdin: bytes | str | None = None) -> Result:
        return CliRunner().invoke(archive, list(arguments), input=stdin, prog_name="archive")

    return invoke


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys, two texts, and an archive of one release with two versions."""
    folder = tmp_path_factory.mktemp("template")
    _write_keys(folder / "keys")
    (folder / "notice.txt").write_text(TEXT)
    (folder / "second.txt").write_text(TEXT.replace("Monday", "Sunday"))
    with pytest.MonkeyPatch.context() as patch:
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        patch.setenv("SOURCE_DATE_EPOCH", "1800000000")
        patch.setenv("ARCHIVE_KEYS", str(folder / "keys"))
        patch.setenv("ARCHIVE_MEMORY", str(tmp_path_factory.mktemp("seen")))
        patch.chdir(folder)
        for line in (
            "init archive --origin example.org/press",
            "add notice.txt --release harbour-notice --language en --issued 2026-01",
            "add second.txt --release harbour-notice --note day",
        ):
            result = CliRunner().invoke(archive, line.split(), prog_name="archive")
            assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def work(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the template to spoil, as the current folder."""
    folder = tmp_path / "work"
    shutil.copytree(template, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("ARCHIVE_KEYS", os.fspath(folder / "keys"))
    return folder


@pytest.fixture
def refused(run: Run, work: Path) -> Callable[..., str]:
    """Run what must be refused: the exit code, one line on stderr, nothing on stdout, nothing written."""

    def invoke(*arguments: str, code: int, stdin: bytes | str | None = None) -> str:
        before = _tree(work)
        result = run(*arguments, stdin=stdin)
        assert result.exit_code == code, result.output
        assert result.stdout == ""
        assert result.stderr.startswith("archive: ")
        assert result.stderr.count("\n") == 1
        assert "Traceback" not in result.stderr
        assert _tree(work) == before
        return result.stderr

    return invoke
