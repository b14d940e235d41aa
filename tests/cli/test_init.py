"""``archive init``: the archive and its keys."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from muniment.errors import StoreError

Run: TypeAlias = Callable[..., Result]
Tree: TypeAlias = Callable[[Path], object]
NEW = ("init", "new", "--origin", "example.org/new")


def test_makes_keys(run: Run, work: Path) -> None:
    """Missing keys are made in a folder and files that their owner alone may read; ssh-keygen can use them."""
    result = run(*NEW, "--keys", "fresh")
    assert result.exit_code == 0
    assert "made private key fresh/root\nmade private key fresh/record\nmade private key fresh/log\n" in result.stdout
    names = {path.name for path in (work / "fresh").iterdir()}
    assert names == {"root", "record", "log", "root.pub", "record.pub", "log.pub"}
    if os.name != "nt":
        assert stat.S_IMODE((work / "fresh").stat().st_mode) == 0o700
        assert stat.S_IMODE((work / "fresh" / "record").stat().st_mode) == 0o600
    if shutil.which("ssh-keygen"):
        shown = subprocess.run(["ssh-keygen", "-y", "-f", "fresh/record"], capture_output=True, check=True, text=True)
        assert shown.stdout.split()[:2] == (work / "fresh" / "record.pub").read_text().split()[:2]
    assert run("verify", "--archive", "new").exit_code == 0
    assert run("add", "notice.txt", "--release", "a", "--archive", "new", "--keys", "fresh").exit_code == 0


def test_reuses_keys(run: Run, work: Path, tree: Tree) -> None:
    """Keys that are there are used, said so, and not touched; a missing one is made beside them."""
    (work / "keys" / "log").unlink()
    (work / "keys" / "log.pub").unlink()
    before = (work / "keys" / "record").read_bytes()
    result = run(*NEW, "--json")
    assert json.loads(result.stdout) == {
        "archive": "example.org/new",
        "folder": "new",
        "root": json.loads(result.stdout)["root"],
        "keys": {
            "made": [str(work / "keys" / "log")],
            "reused": [str(work / "keys" / "root"), str(work / "keys" / "record")],
        },
    }
    assert (work / "keys" / "record").read_bytes() == before
    del tree


def test_own_key(run: Run, work: Path) -> None:
    """``--key`` and ``--log-key`` use keys from anywhere, and the rest is made in the default place."""
    result = run(*NEW, "--keys", "fresh", "--key", "keys/record", "--log-key", "keys/log")
    assert result.exit_code == 0
    assert {path.name for path in (work / "fresh").iterdir()} == {"root", "root.pub"}
    assert run("verify", "--archive", "new").exit_code == 0


def test_one_key_for_two_roles(run: Run, work: Path, tree: Tree) -> None:
    """The log key must not be the record key; then no keys are left either."""
    before = tree(work / "keys")
    result = run(*NEW, "--keys", "fresh", "--key", "keys/record", "--log-key", "keys/record")
    assert result.exit_code == 2
    assert "the log key must not be the record key too" in result.stderr
    assert not (work / "fresh").exists()
    assert tree(work / "keys") == before


@pytest.mark.usefixtures("work")
def test_locked_keys(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """New keys are locked with the passphrase of the environment, and opened with it, or with one that is asked for."""
    monkeypatch.setenv("ARCHIVE_PASSPHRASE", "open sesame")
    assert run(*NEW, "--keys", "fresh").exit_code == 0
    add = ("add", "notice.txt", "--release", "a", "--archive", "new", "--keys", "fresh")
    assert run(*add).exit_code == 0
    monkeypatch.delenv("ARCHIVE_PASSPHRASE")
    assert "the private key is locked" in run(*add).stderr
    asked: list[str] = []

    def answer(prompt: str, stream: object = None) -> str:
        asked.append(prompt)
        assert stream is not None
        return "open sesame"

    monkeypatch.setattr("muniment.cli.keyring.is_terminal", lambda _: True)
    monkeypatch.setattr("getpass.getpass", answer)
    result = run(*add)
    assert (result.exit_code, result.stdout) == (0, "unchanged since v1\n")
    # What opened one key of a run is tried on the next.
    assert asked == [f"Passphrase of {Path('fresh', 'record')}: "]


def test_hashed_layout(run: Run, work: Path) -> None:
    """``--layout hashed`` spreads releases over folders."""
    assert run(*NEW, "--layout", "hashed").exit_code == 0
    assert run("add", "notice.txt", "--release", "a", "--archive", "new").exit_code == 0
    assert not (work / "new" / "releases" / "a").exists()
    assert run("verify", "--archive", "new").exit_code == 0


def test_interrupted(run: Run, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ``init`` that stopped keeps its keys when something was written, and can be done again."""
    with monkeypatch.context() as patch:

        def stop(*_: object) -> None:
            raise StoreError("stopped")

        patch.setattr("muniment.store.local.LocalStore.replace", stop)
        assert run(*NEW, "--keys", "fresh").exit_code == 3
    assert (work / "fresh" / "root").exists()
    result = run("list", "--archive", "new")
    assert result.exit_code == 3
    assert "the archive was never finished" in result.stderr
    result = run(*NEW, "--keys", "fresh")
    assert result.exit_code in {0, 2}
    assert run("verify", "--archive", "new").exit_code == 0


def test_unreadable_folder_after_failure(run: Run, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody can say whether something was written, it counts as nothing, and the made keys go."""

    def stop(*_: object, **__: object) -> None:
        raise StoreError("stopped")

    def no_list(*_: object) -> None:
        raise StoreError("unreadable")

    def refuse(*_: object, **__: object) -> None:
        monkeypatch.setattr("muniment.store.local.LocalStore.list", no_list)
        stop()

    monkeypatch.setattr("muniment.cli.verbs.init.create_archive", refuse)
    assert run(*NEW, "--keys", "fresh").exit_code == 3
    assert not (work / "fresh").exists()


def test_making_of_others_planted(run: Run, work: Path, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """``init`` ends only a making of its own keys: one that somebody put into the folder is refused and stays."""
    with monkeypatch.context() as patch:

        def stop(*_: object) -> None:
            raise StoreError("stopped")

        patch.setattr("muniment.store.local.LocalStore.replace", stop)
        assert run(*NEW, "--keys", "theirs").exit_code == 3
    before = tree(work / "new")
    result = run(*NEW, "--keys", "mine")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "an archive of other keys is being made here, example.org/new: nothing was touched" in result.stderr
    assert tree(work / "new") == before
    assert not any((work / "mine").glob("*"))
    result = run(*NEW, "--keys", "theirs")
    assert result.exit_code == 0, result.output
    assert "an init that was interrupted here was ended first" in result.stderr
    assert run("verify", "--archive", "new", "--no-memory").exit_code == 0
